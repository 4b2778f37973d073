"""`ftvp decide`, `breakeven`, `compare` and `odds`: a scenario in, an answer out; and its records.

The scenario comes from flags, file and environment; its options are made from its fields, so each
stands once. A recorded answer is made again by `ftvp replay`, and compared by `ftvp diff`.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ftvp.cli.app import COMPLETE, FIELDS, TAKES
from ftvp.cli.call import (
    HELD,
    REQUIRED,
    SHOWN,
    WRITTEN,
    Explain,
    Framework,
    How,
    Options,
    command,
    day_of,
    note_unread,
    refuse_overwriting,
    show,
    sign,
    variable,
    wrote,
)
from ftvp.documents import DOCUMENTS, load_object
from ftvp.errors import (
    ConflictError,
    FileProblemsError,
    FtvpError,
    ManyRecordsError,
    MissingAnswersError,
    NotAScenarioError,
    RecordedVolumeError,
    SeveralVolumesError,
    ShutDownError,
    UnknownNameError,
    UnmatchedFlagError,
    visible,
)
from ftvp.files.scenario import load_scenarios, standing_fields
from ftvp.files.values import Path as KeyPath
from ftvp.files.values import shaped
from ftvp.scenario import ALIASES, BOOLEANS, PAIRS, PATHS, REPEATABLE, Scenario, flag, metavar, over

if TYPE_CHECKING:
    from ftvp.records.record import Command
    from ftvp.tables.bundle import Tables
    from ftvp.units import Record

File = Annotated[str | None, typer.Argument(metavar="SCENARIO.yaml", help="A scenario file.")]
Scenarios = Annotated[str | None, typer.Option("--scenario", metavar="FILE", help="The same.")]
RecordTo = Annotated[
    Path | None,
    typer.Option(
        "--record", metavar="FILE", help="Keep the answer and its prices for ftvp replay."
    ),
]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask.")]

SHARED: dict[str, tuple[object, object]] = {
    "file": (File, None),
    "scenario": (Scenarios, None),
    "framework": (Framework, None),
    **SHOWN,
    "record": (RecordTo, None),
    "explain": (Explain, False),
    "no_input": (NoInput, False),
}


class Call(NamedTuple):
    """A command as it was called: the scenario that all layers make up, and how to answer."""

    scenarios: tuple[Scenario, ...]
    """One for each volume that the flags tell."""
    framework: Path | None
    no_input: bool
    how: How
    record: Path | None
    files: tuple[str, ...]
    """The files beside the scenario's own that were read: itself, and the framework."""
    origins: Mapping[str, str]
    """Where each field was told that no flag tells: a file, or a variable of the environment."""
    extra: Mapping[str, Any]

    @property
    def scenario(self) -> Scenario:
        """The one scenario; SeveralVolumesError where the flags tell several volumes."""
        if len(self.scenarios) > 1:
            raise SeveralVolumesError(len(self.scenarios))
        return self.scenarios[0]


def scenario_command(
    extra: Options | None = None,
) -> Callable[[Callable[[Call], None]], Callable[..., None]]:
    """Return a decorator: `run` becomes a command with a flag for each scenario field.

    `extra` adds options of the command's own. A call gets the options of the fields that its words
    name: making a hundred takes longer than the answer.
    """
    own = extra or {}

    def of(run: Callable[[Call], None]) -> Callable[..., None]:
        def answer(given: Mapping[str, Any]) -> None:
            call = called(given, own=set(own))
            if any(map(given.get, WRITTEN)):
                told = vars(call.scenarios[0])  # wherever that names its files
                refuse_overwriting({**given, **{name: told[name] for name in PATHS}})
            try:
                run(call)
            except UnknownNameError as error:
                for note in _told_by_files(call, str(error)):
                    error.add_note(note)
                raise

        answer.__doc__ = run.__doc__
        made = command({})(answer)
        vars(made)[FIELDS] = NAMES
        vars(made)[TAKES] = lambda named: sign(
            made, {**SHARED, **own, **{name: (_option(name), None) for name in named}}
        )
        return made

    return of


NAMES = {
    name: (flag(name), flag(name, told=False))
    if name in BOOLEANS
    else (flag(name), *(flag(alias) for alias, of in ALIASES.items() if of == name))
    for name in Scenario.model_fields
}
"""The flags that tell each scenario field: its own, and its contrary or other names."""


@cache
def _option(name: str) -> object:
    """Return the option of a scenario field, which all commands of a scenario share."""
    field, names = Scenario.model_fields[name], NAMES[name]
    if name in BOOLEANS:
        return Annotated[bool | None, typer.Option("/".join(names), help=field.description)]
    if name in REPEATABLE or name == "volume":
        many = typer.Option(*names, metavar=metavar(name), help=field.description)
        return Annotated[list[str] | None, many]
    if name in PAIRS:
        both = typer.Option(*names, metavar=metavar(name), help=field.description)
        return Annotated[tuple[str, str] | None, both]
    completed = COMPLETED.get(name) if COMPLETE in os.environ else None
    # Any: for each typed option Typer builds a validator, though the scenario checks them all.
    option = typer.Option(
        *names, metavar=metavar(name), help=field.description, autocompletion=completed
    )
    return Annotated[Any, option]


def _model_ids(incomplete: str) -> list[str]:
    """Return what a model's name may be that begins so: ids, bare or behind their provider."""
    from ftvp.files.tables import load_tables

    ids = list(load_tables().pricing.models)
    bare = [each.rpartition("/")[2] for each in ids]
    return [each for each in dict.fromkeys((*ids, *bare)) if each.startswith(incomplete)]


def _task_ids(incomplete: str) -> list[str]:
    from ftvp.files.tables import load_tables

    return [each.id for each in load_tables().quality.tasks if each.id.startswith(incomplete)]


COMPLETED = {
    **dict.fromkeys(("model", "tuned_model", "labelled_by", "successor"), _model_ids),
    "task": _task_ids,
}
"""What completes the values of scenario fields in a shell."""


def called(given: Mapping[str, Any], own: set[str]) -> Call:
    """Return a call: flags over the scenario file over the environment, all checked at once."""
    path = given["file"] or given["scenario"]
    if given["file"] and given["scenario"]:
        raise ConflictError(visible(given["file"]), f"--scenario {visible(given['scenario'])}")
    fields = Scenario.model_fields
    if variables := sorted(each for each in os.environ if each.startswith("FTVP_")):
        note_unread(variables, (*fields, "format", "framework"))
    listed = [each.model_dump(exclude_none=True) for each in told_scenarios(path)] if path else [{}]
    told = listed[0]
    flags = {name: given[name] for name in fields if given.get(name) is not None}
    flags |= {name: ",".join(flags[name]) for name in REPEATABLE if name in flags}
    standing, environment = beneath(fields)
    origins = {
        **dict.fromkeys(standing, "settings"),
        **{name: variable(name) for name in environment},
        **dict.fromkeys(told, path),
        **dict.fromkeys(flags),
    }
    volumes = flags.pop("volume", None) or [each.get("volume") for each in listed]
    layers = [flags if each is None else {**flags, "volume": each} for each in volumes]
    return Call(
        scenarios=tuple(layered(standing, environment, told, layer) for layer in layers),
        framework=given["framework"],
        no_input=given["no_input"],
        how=How.of(given),
        record=given["record"],
        files=tuple(str(each) for each in (path, given["framework"]) if each is not None),
        origins={name: where for name, where in origins.items() if where},
        extra={name: given[name] for name in own},
    )


def _told_by_files(call: Call, message: str) -> Iterator[str]:
    """Yield where a file tells a name that a message quotes."""
    told = vars(call.scenarios[0])
    for name, where in call.origins.items():
        if where in call.files and f"'{told[name]}'" in message:
            yield f"  {visible(where)} has {name}: {visible(str(told[name]))}."


def told_scenarios(path: str) -> list[Scenario]:
    """Return the scenario of a file, once for each of its volumes.

    NotAScenarioError where it is a prompt or a data file.
    """
    try:
        return load_scenarios(path)
    except FileProblemsError:
        kind, instead = _looks_like(path)
        if kind:
            raise NotAScenarioError(path, kind, instead) from None
        raise


def _looks_like(path: str) -> tuple[str, str]:
    """Return what a file that is no scenario seems to be, and how to give it; "" if neither."""
    from ftvp.files.disk import read_text
    from ftvp.prompts import read_prompt

    names = "|".join(name for name in Scenario.model_fields if name != "model")
    if path == "-" or re.search(rf"^({names}):", read_text(Path(path)), re.MULTILINE):
        return "", ""
    try:
        read_prompt(Path(path))
    except ManyRecordsError:
        return "data file", "--dataset {0}, or ftvp dataset {0}"
    except FtvpError:
        return "", ""
    return "prompt", "--prompt {0}"


def asked_prices(
    prices: list[str] | None, max_price_age: object, currency: object, fx: object
) -> Scenario:
    """Return what a command without a scenario is told of prices, checked as scenario fields."""
    told = {
        "prices": ",".join(prices) if prices else None,
        "max_price_age": max_price_age,
        "currency": currency,
        "fx": fx,
    }
    flags = {name: value for name, value in told.items() if value is not None}
    return layered(*beneath(told), {}, flags)


def beneath(fields: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is told of fields beneath a file: here always, and by the environment."""
    try:
        always = standing_fields(Path.cwd(), os.environ)
    except FileNotFoundError:
        always = {}  # the working folder was deleted
    found = {name: os.environ.get(variable(name)) for name in fields}
    return (
        {name: always[name] for name in fields if name in always},
        {name: value for name, value in found.items() if value},
    )


def layered(
    standing: Mapping[str, Any],
    environment: Mapping[str, Any],
    told: Mapping[str, Any],
    flags: Mapping[str, Any],
) -> Scenario:
    """Return the scenario of all layers, the last one strongest, all checked at once."""
    merged: dict[str, Any] = {}
    for layer in (standing, environment, told, flags):
        merged = over(merged, layer)

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = str(path[0])
        known = name in flags or name not in environment
        return (flag(name) if known else variable(name)), None

    return shaped(Scenario, merged, place, named=True, read=Scenario.of_told)


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


def answer_with(command: "Command", call: Call) -> None:
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


def _answered(command: "Command", call: Call) -> Any:  # noqa: ANN401  the document of the command
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
        raise UnmatchedFlagError(flag(by_flag, told=told[by_flag]), "--evals")


def _recorded(command: "Command", call: Call, scenario: Scenario, tables: "Tables") -> Any:  # noqa: ANN401
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


def _interviewed(call: Call, tables: "Tables") -> Any:  # noqa: ANN401  the document of the command
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


def _ended(scenario: Scenario, error: ShutDownError) -> "Record":
    from ftvp.api import today
    from ftvp.files.tables import load_tables
    from ftvp.records.gate import ended_answer

    return ended_answer(scenario, load_tables(), scenario.as_of or today(), error)


def refuse_open_questions(scenario: Scenario, tables: "Tables") -> None:
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
