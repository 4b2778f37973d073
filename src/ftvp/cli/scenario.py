"""`ftvp decide`, `breakeven`, `compare` and `odds`: a scenario in, an answer out; and its records.

A recorded answer is made again by `ftvp replay`, and compared by `ftvp diff`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.cli.call import (
    HELD,
    REQUIRED,
    SHOWN,
    Call,
    Explain,
    How,
    Options,
    command,
    day_of,
    scenario_command,
    show,
    wrote,
)
from ftvp.documents import DOCUMENTS, load_object
from ftvp.errors import (
    ConflictError,
    FtvpError,
    MissingAnswersError,
    RecordedVolumeError,
    ShutDownError,
    UnmatchedFlagError,
    visible,
)
from ftvp.scenario import flag

if TYPE_CHECKING:
    from ftvp.records.record import Command
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.units import Record

Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Write the scenario, to ask again.")
]
All = Annotated[
    bool, typer.Option("--all", help="Show options that cost more for no better quality.")
]


@scenario_command()
def breakeven(call: Call) -> None:
    """What each side costs, and when tuning has paid for itself.

    Needs a prompt (--prompt FILE or --prompt-tokens N). Without --volume it answers from which
    volume tuning pays; with several, a row each.
    """
    told = call.scenarios
    if len(told) == 1 and (told[0].volume is not None or told[0].usage is not None):
        answer_with("breakeven", call)
        return
    if call.record is not None:
        raise RecordedVolumeError(len(told))
    _refuse_idle(call)
    from ftvp.api import volumes
    from ftvp.files.tables import load_tables

    tables = load_tables(framework=call.framework)
    show(volumes(told, tables, origins=call.origins), call.how)


@scenario_command()
def odds(call: Call) -> None:
    """How sure the answer is, what would turn it, and what is worth finding out first.

    Any number may be a range: --volume 5000..20000.
    """
    answer_with("odds", call)


@scenario_command({"all": (All, False)})
def compare(call: Call) -> None:
    """Every option of serving the scenario, ranked by cost: models, caching, batches, tuning.

    Needs a prompt (--prompt FILE or --prompt-tokens N) and its --volume.
    """
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
    from ftvp.files.disk import refuse_unwritable
    from ftvp.files.tables import load_tables

    tables, save = load_tables(framework=call.framework), call.extra.get("save")
    if save is not None:
        refuse_unwritable(save)
    if command == "decide" and sys.stdin and sys.stdin.isatty() and not call.no_input:
        return _interviewed(call, tables)
    _refuse_idle(call)
    if command == "decide":
        refuse_open_questions(call.scenario, tables)
    found = _recorded(command, call, call.scenario, tables)
    _save(call.scenario, save)
    return found


def _refuse_idle(call: Call) -> None:
    """Raise UnmatchedFlagError for a flag about eval results where none are told."""
    told = vars(call.scenarios[0])
    fields = (name for name in told if name.startswith("evals_") and told[name] is not None)
    by_flag = next((name for name in fields if name not in call.origins), None)
    if by_flag is not None and told["evals"] is None:
        raise UnmatchedFlagError(flag(by_flag), "--evals")


def _recorded(command: Command, call: Call, scenario: Scenario, tables: Tables) -> Any:  # noqa: ANN401
    """Return the answer, after its record is written where that is asked for."""
    from ftvp import api

    if call.record is None:
        return getattr(api, command)(scenario, tables, origins=call.origins)
    from ftvp.files.disk import write_text
    from ftvp.records.record import record_text

    found, kept = api.record(command, scenario, tables, files=call.files, origins=call.origins)
    write_text(call.record, record_text(kept))
    wrote(call.record)
    return found


def _interviewed(call: Call, tables: Tables) -> Any:  # noqa: ANN401  the document of the command
    """Ask, and answer; whatever ends that early, what was told is saved and shown."""
    from ftvp.cli.interview import Interview
    from ftvp.decide.compose import equivalent_command

    interview = Interview(call.scenario, tables)
    try:
        interview.run()
        found = _recorded("decide", call, interview.scenario, tables)
    except (KeyboardInterrupt, FtvpError):
        so_far = visible(equivalent_command("ftvp decide", interview.scenario))
        print(f"\nSo far: {so_far}", file=sys.stderr)  # noqa: T201  a note
        _save(interview.scenario, call.extra["save"])
        raise
    _save(interview.scenario, call.extra["save"])
    return found


def _save(scenario: Scenario, path: Path | None) -> None:
    """Write the scenario where that is asked for, and say so."""
    if path is None:
        return
    from ftvp.files.scenario import save_scenario

    save_scenario(scenario, path)
    print(f"Saved: {visible(str(path))}", file=sys.stderr)  # noqa: T201  a note


def _ended(scenario: Scenario, error: ShutDownError) -> Record:
    from ftvp.api import today
    from ftvp.files.tables import load_tables
    from ftvp.records.gate import ended_answer

    return ended_answer(scenario, load_tables(), scenario.as_of or today(), error)


def refuse_open_questions(scenario: Scenario, tables: Tables) -> None:
    """Raise MissingAnswersError with the flag of every question that must still be answered."""
    from ftvp.api import inputs_of
    from ftvp.decide.facts import facts, missing, task_of

    known = facts(inputs_of(scenario, tables)[0], task_of(scenario, tables))
    still_open = missing(tables.framework, known, scenario.unknown or ())
    if still_open:
        raise MissingAnswersError([(q.id, q.flag, q.question) for q in still_open])


RecordFile = Annotated[str, typer.Argument(metavar="RECORD", help="A record; - is stdin.")]
Today = Annotated[
    bool, typer.Option("--today", help="At today's prices and tables, not those of the record.")
]
ReplayDay = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="At today's tables, on a day.")
]
Old = Annotated[str, typer.Argument(metavar="OLD", help="A record; - is stdin.")]
New = Annotated[str | None, typer.Argument(metavar="NEW", help="Another; else today.")]
DiffDay = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Instead of NEW: OLD on a day.")
]
REPLAY: Options = {
    "file": (RecordFile, REQUIRED),
    "today": (Today, False),
    "as_of": (ReplayDay, None),
    "explain": (Explain, False),
    **SHOWN,
}
DIFF: Options = {"old": (Old, REQUIRED), "new": (New, None), "as_of": (DiffDay, None), **SHOWN}


def _day(told: str | None) -> date:
    """Return the day of --as-of, else of FTVP_AS_OF, else today."""
    return day_of(told or os.environ.get("FTVP_AS_OF"))


@command(REPLAY)
def replay(given: Mapping[str, Any]) -> None:
    """The recorded answer again: same bytes, or exit 3 with the first difference.

    It rests on the prices in the record; --today and --as-of answer at today's tables.
    """
    from ftvp import api
    from ftvp.files.disk import place_of
    from ftvp.files.tables import load_tables
    from ftvp.records.record import load_record

    how = How.of(given)
    kept = load_record(place_of(given["file"]))
    if given["today"] or given["as_of"]:
        if given["today"] and given["as_of"]:
            one, other = "--today", "--as-of"
            raise ConflictError(one, other)
        show(api.replay(kept, load_tables(), _day(given["as_of"])), how)
        return
    found = api.replay(kept)
    show(found, how)
    _compare(kept.text, kept.answer, found, kept.tool_version)


def _compare(text: str, answer: Mapping[str, Any], found: Any, version: str) -> None:  # noqa: ANN401  a document
    """Say that a replay gives the same bytes, or exit 3 with the first difference."""
    import json

    from ftvp.records.record import first_difference
    from ftvp.render.formats import json_text

    again = json_text(found)
    if again == text:
        print("Replayed: the same bytes as recorded.", file=sys.stderr)  # noqa: T201  a note
        return
    differs = first_difference(dict(answer), json.loads(again))
    at, old, new = differs or ("", None, None)
    say = f"differs at {at}: recorded {json.dumps(old)}, now {json.dumps(new)}"
    print(f"ftvp: the replay of ftvp {version} {visible(say)}", file=sys.stderr)  # noqa: T201  a note
    raise typer.Exit(HELD)


@command(DIFF)
def diff(given: Mapping[str, Any]) -> None:
    """Both verdicts, and why they differ: the change of the net benefit, shared among its causes.

    Without NEW, the scenario of OLD at today's tables, on the day of --as-of or today.
    """
    from ftvp import api
    from ftvp.files.disk import place_of
    from ftvp.records.record import load_record

    how = How.of(given)
    if given["new"] and given["as_of"]:
        one, other = "NEW", "--as-of"
        raise ConflictError(one, other)
    old = load_record(place_of(given["old"]))
    new = load_record(place_of(given["new"])) if given["new"] else None
    show(api.diff(old, new, _day(given["as_of"])), how)
