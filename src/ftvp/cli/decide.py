"""`ftvp decide`: the five questions, then the verdict."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftvp.cli.options import Call, scenario_command
from ftvp.cli.output import show

if TYPE_CHECKING:
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables

Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Keep the scenario for replay.")
]


def decide(call: Call) -> None:
    """Five questions, then the verdict: prompt, fine-tune, both, or a pilot first.

    What is not told is asked, at a terminal; elsewhere every open question is named.
    """
    from ftvp.api import decide as answer
    from ftvp.files.scenario import save_scenario
    from ftvp.files.tables import load_tables

    tables = load_tables(framework=call.framework)
    scenario = call.scenario
    if sys.stdin.isatty() and not call.no_input:
        from ftvp.cli.questions import ask

        scenario = ask(scenario, tables)
    else:
        refuse_open_questions(scenario, tables)
    found = answer(scenario, tables)
    if call.extra["save"]:
        save_scenario(scenario, call.extra["save"])
    show(found, call.how)


def refuse_open_questions(scenario: Scenario, tables: Tables) -> None:
    """Raise MissingAnswersError with the flag of every question that must still be answered."""
    from ftvp.advice.facts import facts, missing
    from ftvp.api import case_of
    from ftvp.errors import MissingAnswersError

    task = tables.quality.find(scenario.task) if scenario.task else None
    known = facts(case_of(scenario, tables, scenario.as_of), task)
    still_open = missing(tables.framework, known, scenario.unknown or ())
    if still_open:
        raise MissingAnswersError([(q.flag, q.question) for q in still_open])


command = scenario_command(decide, {"save": (Save, None)})
