"""How every command is called: its options, and its scenario from flags, file and environment.

The scenario's options are made from its fields, so each stands once.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ftvp.cli.app import COMPLETE, FIELDS, TAKES
from ftvp.errors import (
    FileProblemsError,
    FtvpError,
    ManyRecordsError,
    NotADayError,
    NotAScenarioError,
    NumberAsFileError,
    SeveralVolumesError,
    StandardOutputError,
    UnwrittenSuffixError,
    visible,
)
from ftvp.files.scenario import load_scenario, standing_fields
from ftvp.files.values import Path as KeyPath
from ftvp.files.values import shaped
from ftvp.render import FORMATS, text_of
from ftvp.render.formats import format_named
from ftvp.scenario import ALIASES, BOOLEANS, PAIRS, PATHS, REPEATABLE, Scenario, flag, metavar
from ftvp.units import read_day

if TYPE_CHECKING:
    from ftvp.records.gate import Gate
    from ftvp.units import Record


Options = Mapping[str, tuple[object, object]]
REQUIRED = Parameter.empty


def command(
    options: Options, fields: Iterable[str] = ()
) -> Callable[[Callable[[Mapping[str, Any]], None]], Callable[..., None]]:
    """Return a decorator: `run` becomes a Typer command that passes what was given, by name.

    Of `fields` of a scenario a call gets the options that its words name: making a hundred takes
    longer than the answer.
    """

    def of(run: Callable[[Mapping[str, Any]], None]) -> Callable[..., None]:
        def called(**given: Any) -> None:  # noqa: ANN401  what Typer passes
            if any(map(given.get, WRITTEN)):
                refuse_overwriting(given)
            run(given)

        def takes(named: Iterable[str]) -> None:
            made = {**options, **{name: (_option(name), None) for name in named}}
            parameters = [
                Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
                for name, (annotation, default) in made.items()
            ]
            vars(called)["__signature__"] = Signature(parameters)
            called.__annotations__ = {name: annotation for name, (annotation, _) in made.items()}

        vars(called)[FIELDS] = {name: _flags(name) for name in fields}
        vars(called)[TAKES] = takes
        called.__doc__ = run.__doc__
        return called

    return of


READ = frozenset(
    [
        "dataset",
        "evals",
        "file",
        "files",
        "framework",
        "general",
        "logs",
        "new",
        "old",
        "prices",
        "production",
        "prompt",
        "prompted",
        "scenario",
        "test",
        "train",
        "tuned",
        "tuned_prompt",
        "usage",
    ]
)
"""Options and arguments that name files to be read."""
WRITTEN = ("output", "save", "write", "write_clean", "record")
"""Options that name files to be written."""


def refuse_overwriting(given: Mapping[str, Any]) -> None:
    """Raise where a file to be written is one that is read, or is to be written twice."""
    from ftvp.files.disk import refuse_lossy_targets

    targets = [each for name in WRITTEN for each in _names(given.get(name))]
    refuse_lossy_targets(targets, [each for name in READ for each in _names(given.get(name))])


def _names(value: object) -> list[str]:
    """Return the names in the value of an option: none, one, or several."""
    many = value if isinstance(value, list | tuple) else [value]
    return [str(each) for each in many if each is not None]


Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Format = Annotated[
    str | None,
    typer.Option(metavar="|".join(FORMATS), envvar="FTVP_FORMAT", help="How to show the answer."),
]
Output = Annotated[
    list[Path] | None,
    typer.Option("--output", metavar="FILE", help="Write it to a file: .md, .html, ...; repeat."),
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if", metavar="EXPR", help="Exit 3 where it holds of the JSON: 'KEY > 99'."
    ),
]
Framework = Annotated[
    Path | None,
    typer.Option(metavar="FILE", envvar="FTVP_FRAMEWORK", help="Your own questions and bands."),
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", envvar="FTVP_AS_OF", help="As of a day, not today.")
]


Explain = Annotated[
    bool, typer.Option("--explain", help="All that a first screen leaves out: formulas, sources.")
]

SHOWN: Options = {
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
    "fail_if": (FailIf, None),
}
"""Options on how an answer is shown, which every command has."""


def day_of(text: str | None) -> date:
    """Return the day that was asked for, else today."""
    try:
        return read_day(text) if text else date.today()  # noqa: DTZ011  the user's own
    except ValueError:
        raise NotADayError("--as-of", text or "") from None


PIPE_WIDTH = 80
MAX_WIDTH = 100


class How(NamedTuple):
    """How an answer is to be shown: in a format, and in files where any are named."""

    json: bool = False
    format: str | None = None
    outputs: tuple[Path, ...] = ()
    explain: bool = False
    gates: tuple[Gate, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> How:
        """Return what the options of `SHOWN` say; or raise FtvpError."""
        outputs, conditions = tuple(given["output"] or ()), given["fail_if"] or ()
        for path in outputs:
            format_by_ending(path)
        gates: tuple[Gate, ...] = ()
        if conditions:
            from ftvp.records.gate import read_gate

            gates = tuple(map(read_gate, conditions))
        explain = given.get("explain", False)
        return cls(given["json"], given["format"], outputs, explain, gates)

    @property
    def form(self) -> str:
        """The format of standard output: as given, else the default."""
        return "json" if self.json else self.format or next(iter(FORMATS))


def format_by_ending(path: Path) -> str | None:
    """Return the format of an output file by its ending, None where that names none.

    Raises FtvpError for an ending that is not written, and for a number or a dash, no file's name.
    """
    if str(path) == "-":
        raise StandardOutputError
    by_suffix = {form.suffix: name for name, form in FORMATS.items() if form.suffix}
    if path.suffix in by_suffix:
        return by_suffix[path.suffix]
    if path.name.replace(".", "").replace(",", "").isdigit():
        raise NumberAsFileError(str(path))
    if path.suffix not in ("", TEXT):
        raise UnwrittenSuffixError(path, [*by_suffix, TEXT])
    return None


TEXT = ".txt"
HELD = 3
"""The exit code where a condition holds, or a replay differs."""


def show(
    answer: Record,
    how: How,
    *,
    brief: Record | None = None,
    shape: type[Record] | None = None,
) -> None:
    """Write an answer to standard output or to the files asked for; exit 3 where a gate holds.

    `brief` is what a reader is shown of it, all of it unless given; `shape` is the document whose
    keys conditions may name, its own unless given.
    """
    held = [gate for gate in how.gates if gate.holds(answer, shape)]
    for path in how.outputs:
        _write(path, answer, brief or answer, how)
    if not how.outputs:
        form = format_named(how.form)
        shown = answer if form.is_data or form.is_kept else brief or answer
        columns = shutil.get_terminal_size().columns
        width = min(MAX_WIDTH, columns) if sys.stdout.isatty() else PIPE_WIDTH
        if form.suffix:
            use_utf8()
        paged(text_of(shown, how.form, width=width, colour=in_colour(), explain=how.explain))
    for gate in held:
        print(f"ftvp: --fail-if holds: {visible(gate.text)}", file=sys.stderr)  # noqa: T201  a note
    if held:
        raise typer.Exit(HELD)


def _write(path: Path, answer: Record, brief: Record, how: How) -> None:
    """Write an answer to a file, in the format of its ending, and say so."""
    from ftvp.files.disk import write_text

    told = "plain" if how.form == "rich" and how.format is None else how.form
    form = format_by_ending(path) or told
    kept = format_named(form)
    shown = answer if kept.is_data or kept.is_kept else brief
    write_text(path, text_of(shown, form, width=PIPE_WIDTH, explain=how.explain))
    wrote(path)


def wrote(path: Path) -> None:
    """Say on standard error that a file was written; a device is not one."""
    if path.is_file():
        print(f"Wrote {visible(str(path))}", file=sys.stderr)  # noqa: T201  a note


def in_colour() -> bool:
    """Return whether standard output takes colour: NO_COLOR and FORCE_COLOR say so themselves."""
    environment = os.environ
    if environment.get("NO_COLOR") or environment.get("FORCE_COLOR"):
        return not environment.get("NO_COLOR")
    return sys.stdout.isatty() and environment.get("TERM") != "dumb"


def use_utf8() -> None:
    """Write on standard output as in a file: always UTF-8, whatever the terminal takes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def paged(text: str) -> None:
    """Write text to standard output, through $PAGER where that is a terminal with less room."""
    pager = os.environ.get("PAGER", "less")
    fits = text.count("\n") < shutil.get_terminal_size().lines
    if fits or pager in ("", "cat") or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    import shlex
    import subprocess

    environment = {"LESS": "FRX", **os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603  the user's own pager
            shlex.split(pager), stdin=subprocess.PIPE, env=environment
        )
    except (OSError, ValueError):
        sys.stdout.write(text)
        return
    with suppress(BrokenPipeError, KeyboardInterrupt):
        process.communicate(text.encode("utf-8", "backslashreplace"))
    process.wait()


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

    `extra` adds options of the command's own.
    """
    own = extra or {}

    def of(run: Callable[[Call], None]) -> Callable[..., None]:
        def answer(given: Mapping[str, Any]) -> None:
            call = called(given, own=set(own))
            if any(map(given.get, WRITTEN)):
                told = vars(call.scenarios[0])  # wherever that names its files
                refuse_overwriting({**given, **{name: told[name] for name in PATHS}})
            run(call)

        answer.__doc__ = run.__doc__
        return command({**SHARED, **own}, Scenario.model_fields)(answer)

    return of


@cache
def _option(name: str) -> object:
    """Return the option of a scenario field, which all commands of a scenario share."""
    field, names = Scenario.model_fields[name], _flags(name)
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


def _flags(name: str) -> tuple[str, ...]:
    """Return the flags that tell a scenario field: its own, and its contrary or other names."""
    if name in BOOLEANS:
        return flag(name), flag(name).replace("--", "--no-", 1)
    return flag(name), *(flag(alias) for alias, of in ALIASES.items() if of == name)


def _model_ids(incomplete: str) -> list[str]:
    """Return what a model's name may be that begins so: ids, bare or behind their provider."""
    from ftvp.files.tables import load_tables

    ids = list(load_tables().pricing.models)
    bare = [each.rpartition("/")[2] for each in ids]
    return [each for each in dict.fromkeys((*ids, *bare)) if each.startswith(incomplete)]


def _task_ids(incomplete: str) -> list[str]:
    from ftvp.files.tables import load_tables

    tasks = load_tables().quality.tasks
    return [task.id for task in tasks if task.id.startswith(incomplete)]


COMPLETED = {
    **dict.fromkeys(("model", "tuned_model", "labelled_by", "successor"), _model_ids),
    "task": _task_ids,
}
"""What completes the values of scenario fields in a shell."""


def called(given: Mapping[str, Any], own: set[str]) -> Call:
    """Return a call: flags over the scenario file over the environment, all checked at once."""
    path = given["file"] or given["scenario"]
    fields = Scenario.model_fields
    told = told_scenario(path).model_dump(exclude_none=True) if path else {}
    flags = {name: given[name] for name in fields if given.get(name) is not None}
    flags |= {name: ",".join(flags[name]) for name in REPEATABLE if name in flags}
    standing, environment = beneath(fields)
    origins = {
        **dict.fromkeys(standing, "settings"),
        **{name: _variable(name) for name in environment},
        **dict.fromkeys(told, path),
        **dict.fromkeys(flags),
    }
    volumes = [{"volume": each} for each in flags.pop("volume", ())] or [{}]
    return Call(
        scenarios=tuple(layered(standing, environment, told, flags | volume) for volume in volumes),
        framework=given["framework"],
        no_input=given["no_input"],
        how=How.of(given),
        record=given["record"],
        files=tuple(str(each) for each in (path, given["framework"]) if each is not None),
        origins={name: where for name, where in origins.items() if where},
        extra={name: given[name] for name in own},
    )


INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""


def told_scenario(path: str) -> Scenario:
    """Return the scenario of a file; NotAScenarioError where it is a prompt or a data file."""
    try:
        return load_scenario(path)
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
    found = {name: os.environ.get(_variable(name)) for name in fields}
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
        return (flag(name) if known else _variable(name)), None

    return shaped(Scenario, merged, place, named=True)


def over(weaker: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two layers tell, the second stronger; what it says otherwise is put aside."""
    aside = {one for one, other in INSTEAD if other in layer}
    aside |= {other for one, other in INSTEAD if one in layer}
    return {name: value for name, value in weaker.items() if name not in aside} | dict(layer)


def _variable(name: str) -> str:
    return f"FTVP_{name.upper()}"
