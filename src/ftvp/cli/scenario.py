"""`ftvp decide`, `ftvp breakeven` and `ftvp compare`: a scenario in, an answer out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftvp.cli.options import Call, scenario_command, show
from ftvp.errors import FtvpError, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftvp.decide.answer import DecisionAnswer
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables

Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Keep the scenario for replay.")
]
All = Annotated[
    bool, typer.Option("--all", help="Show what costs more for no better quality, too.")
]


@scenario_command()
def breakeven(call: Call) -> None:
    """What each side costs, and when tuning has paid for itself.

    Needs a prompt (--prompt FILE or --prompt-tokens N) and its --volume; repeated, a row each.
    """
    from ftvp.api import breakeven as answer
    from ftvp.api import volumes
    from ftvp.files.tables import load_tables

    tables = load_tables(framework=call.framework)
    if len(call.scenarios) > 1:
        show(volumes(call.scenarios, tables), call.how)
    else:
        show(answer(call.scenario, tables), call.how)


@scenario_command()
def odds(call: Call) -> None:
    """How sure the answer is, what would turn it, and what is worth finding out first.

    Any number may be a range: --volume 5000..20000.
    """
    from ftvp.api import odds as answer
    from ftvp.files.tables import load_tables

    show(answer(call.scenario, load_tables(framework=call.framework)), call.how)


@scenario_command({"all": (All, False)})
def compare(call: Call) -> None:
    """Every option of serving the scenario, ranked by cost: models, caching, batches, tuning.

    Needs a prompt (--prompt FILE or --prompt-tokens N) and its --volume.
    """
    from ftvp.api import compare as answer
    from ftvp.files.tables import load_tables

    found = answer(call.scenario, load_tables(framework=call.framework))
    show(found, call.how, None if call.extra["all"] else found.worth_showing())


@scenario_command({"save": (Save, None)})
def decide(call: Call) -> None:
    """Five questions, then the verdict: prompt, fine-tune, both, or a pilot first.

    What is not told is asked, at a terminal; elsewhere every open question is named.
    """
    from ftvp.api import decide as answer
    from ftvp.files.disk import refuse_unwritable
    from ftvp.files.scenario import save_scenario
    from ftvp.files.tables import load_tables

    tables, save = load_tables(framework=call.framework), call.extra["save"]
    if save is not None:
        refuse_unwritable(save)
    if sys.stdin.isatty() and not call.no_input:
        scenario, found = _interviewed(call, tables, answer)
    else:
        scenario = call.scenario
        refuse_open_questions(scenario, tables)
        found = answer(scenario, tables)
    show(found, call.how)
    if save is not None:
        save_scenario(scenario, save)
        print(f"Saved: {visible(str(save))}", file=sys.stderr)  # noqa: T201  a note


def _interviewed(
    call: Call, tables: Tables, answer: Callable[[Scenario, Tables], DecisionAnswer]
) -> tuple[Scenario, DecisionAnswer]:
    """Ask, and answer; whatever ends that early, what was told is saved and shown."""
    from ftvp.cli.ask import Interview

    interview = Interview(call.scenario, tables)
    try:
        return interview.run(), answer(interview.scenario, tables)
    except (KeyboardInterrupt, FtvpError):
        _keep(interview.scenario, call.extra["save"])
        raise


def _keep(scenario: Scenario, save: Path | None) -> None:
    from ftvp.decide.compose import equivalent_command
    from ftvp.files.scenario import save_scenario

    print(f"\nSo far: {visible(equivalent_command('ftvp decide', scenario))}", file=sys.stderr)  # noqa: T201  a note
    if save is not None:
        save_scenario(scenario, save)
        print(f"Saved: {visible(str(save))}", file=sys.stderr)  # noqa: T201  a note


def refuse_open_questions(scenario: Scenario, tables: Tables) -> None:
    """Raise MissingAnswersError with the flag of every question that must still be answered."""
    from ftvp.api import inputs_of
    from ftvp.decide.facts import facts, missing, task_of
    from ftvp.errors import MissingAnswersError

    known = facts(inputs_of(scenario, tables)[0], task_of(scenario, tables))
    still_open = missing(tables.framework, known, scenario.unknown or ())
    if still_open:
        raise MissingAnswersError([(q.flag, q.question) for q in still_open])
