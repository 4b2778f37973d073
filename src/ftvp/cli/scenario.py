"""`ftvp decide`, `breakeven`, `compare` and `odds`: a scenario in, an answer out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.cli.options import Call, scenario_command, show, wrote
from ftvp.documents import DOCUMENTS, load_object
from ftvp.errors import ShutDownError

if TYPE_CHECKING:
    from ftvp.records.record import Command
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.units import Record

Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Keep the scenario for replay.")
]
All = Annotated[bool, typer.Option("--all", help="Show the dominated ways too.")]


@scenario_command()
def breakeven(call: Call) -> None:
    """What each side costs, and when tuning has paid for itself."""
    answer_with("breakeven", call)


@scenario_command()
def odds(call: Call) -> None:
    """How sure the answer is, what would turn it, and what is worth finding out first.

    Any number may be a range: --volume 5000..20000.
    """
    answer_with("odds", call)


@scenario_command({"all": (All, False)})
def compare(call: Call) -> None:
    """Every way of serving the scenario, ranked by cost: models, caching, batches, tuning."""
    answer_with("compare", call)


@scenario_command({"save": (Save, None)})
def decide(call: Call) -> None:
    """Five questions, then the verdict: prompt, fine-tune, both, or a pilot first.

    What is not told is asked, at a terminal; elsewhere every open question is named.
    """
    answer_with("decide", call)


def answer_with(command: Command, call: Call) -> None:
    """Answer a scenario by a command, keep what is to be kept, and show it.

    Under a condition, a model that has ended is an answer, whose other values are null.
    """
    try:
        found = _answered(command, call)
    except ShutDownError as error:
        if not call.how.gates:
            raise
        model = next(each.model for each in DOCUMENTS if each.command == command)
        show(_ended(call.scenario, error), call.how, shape=load_object(model or ""))
        return
    folds = command == "compare" and not call.extra["all"]
    show(found, call.how, brief=found.worth_showing() if folds else None)


def _answered(command: Command, call: Call) -> Any:  # noqa: ANN401  the document of the command
    """Return the answer, after its record and its scenario are written where that is asked for."""
    from ftvp import api
    from ftvp.files.tables import load_tables

    tables, scenario = load_tables(framework=call.framework), call.scenario
    if command == "decide":
        scenario = _every_question_answered(call, tables)
    if call.record is None:
        found = api.answer_to(command, scenario, tables)
    else:
        from ftvp.files.disk import write_text
        from ftvp.records.record import record_text

        found, kept = api.record(command, scenario, tables, files=call.files)
        write_text(call.record, record_text(kept))
        wrote(call.record)
    if call.extra.get("save"):
        from ftvp.files.scenario import save_scenario

        save_scenario(scenario, call.extra["save"])
    return found


def _every_question_answered(call: Call, tables: Tables) -> Scenario:
    """Return the scenario with the answers given at a terminal; elsewhere none may be open."""
    if sys.stdin.isatty() and not call.no_input:
        from ftvp.cli.ask import ask

        return ask(call.scenario, tables)
    refuse_open_questions(call.scenario, tables)
    return call.scenario


def _ended(scenario: Scenario, error: ShutDownError) -> Record:
    from ftvp.api import today
    from ftvp.files.tables import load_tables
    from ftvp.records.ended import ended_answer

    return ended_answer(scenario, load_tables(), scenario.as_of or today(), error)


def refuse_open_questions(scenario: Scenario, tables: Tables) -> None:
    """Raise MissingAnswersError with the flag of every question that must still be answered."""
    from ftvp.api import inputs_of
    from ftvp.decide.facts import facts, missing, task_of
    from ftvp.errors import MissingAnswersError

    known = facts(inputs_of(scenario, tables)[0], task_of(scenario, tables))
    still_open = missing(tables.framework, known, scenario.unknown or ())
    if still_open:
        raise MissingAnswersError([(q.flag, q.question) for q in still_open])
