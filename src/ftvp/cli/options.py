"""The options of commands: a table of them becomes a Typer command, an answer goes out.

The scenario's options are made from its fields, so each stands once.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.errors import (
    ConflictError,
    NotADayError,
    NumberAsFileError,
    UnwrittenSuffixError,
    visible,
)
from ftvp.files.scenario import default_prices, load_scenario
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import shaped
from ftvp.render import FORMATS, text_of
from ftvp.render.formats import format_named
from ftvp.scenario import BOOLEANS, PAIRS, REPEATABLE, Scenario, aliases_of, flag

if TYPE_CHECKING:
    from ftvp.records.gate import Gate
    from ftvp.units import Record

Options = Mapping[str, tuple[object, object]]
REQUIRED = Parameter.empty


def command(
    options: Options,
) -> Callable[[Callable[[Mapping[str, Any]], None]], Callable[..., None]]:
    """Return a decorator: `run` becomes a Typer command that passes what was given, by name."""

    def of(run: Callable[[Mapping[str, Any]], None]) -> Callable[..., None]:
        def called(**given: Any) -> None:  # noqa: ANN401  what Typer passes
            run(given)

        parameters = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in options.items()
        ]
        vars(called)["__signature__"] = Signature(parameters)
        called.__annotations__ = {name: annotation for name, (annotation, _) in options.items()}
        called.__doc__ = run.__doc__
        return called

    return of


PIPE_WIDTH = 80
MAX_WIDTH = 100

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
    typer.Option("--fail-if", metavar="EXPR", help="Exit 3 where it holds: 'odds.evpi_usd > 99'."),
]
Framework = Annotated[
    Path | None,
    typer.Option(metavar="FILE", envvar="FTVP_FRAMEWORK", help="Your own questions and bands."),
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", envvar="FTVP_AS_OF", help="As of a day, not today.")
]


Explain = Annotated[
    bool, typer.Option("--explain", help="Everything the answer rests on: formulas, sources.")
]

SHOWN: Options = {
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
    "fail_if": (FailIf, None),
}
"""Options on how an answer is shown, which every command has."""


@dataclass(frozen=True)
class How:
    """How an answer is to be shown."""

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

    Raises FtvpError for an ending that is not written, and for a number, which is no file's name.
    """
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
        shown = answer if format_named(how.form).is_data else brief or answer
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        columns = shutil.get_terminal_size().columns
        width = min(MAX_WIDTH, columns) if sys.stdout.isatty() else PIPE_WIDTH
        sys.stdout.write(text_of(shown, how.form, width=width, colour=colour, explain=how.explain))
        sys.stdout.flush()
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


def day_of(text: str | None) -> date:
    """Return the day that was asked for, else today."""
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011  the user's own
    except ValueError:
        raise NotADayError("--as-of", text or "") from None


INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""

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
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
    "fail_if": (FailIf, None),
    "record": (RecordTo, None),
    "explain": (Explain, False),
    "no_input": (NoInput, False),
}


@dataclass(frozen=True)
class Call:
    """A command as it was called: the scenario that all layers make up, and how to answer."""

    scenario: Scenario
    framework: Path | None
    no_input: bool
    how: How
    record: Path | None
    files: tuple[str, ...]
    """The files beside the scenario's own that were read: itself, and the framework."""
    extra: Mapping[str, Any]


def scenario_command(
    extra: Options | None = None,
) -> Callable[[Callable[[Call], None]], Callable[..., None]]:
    """Return a decorator: `run` becomes a command with a flag for each scenario field.

    `extra` adds options of the command's own.
    """
    own = extra or {}
    fields = {name: (_option(name), None) for name in Scenario.model_fields}

    def of(run: Callable[[Call], None]) -> Callable[..., None]:
        def answer(given: Mapping[str, Any]) -> None:
            call = called(given, own=set(own))
            _refuse_overwriting(given, call)
            run(call)

        answer.__doc__ = run.__doc__
        return command({**SHARED, **own, **fields})(answer)

    return of


def _refuse_overwriting(given: Mapping[str, Any], call: Call) -> None:
    """Raise where the answer or the scenario would be written over a file that is read."""
    from ftvp.files.disk import refuse_overwriting

    told = call.scenario
    named = [
        told.prompt,
        told.tuned_prompt,
        told.dataset,
        *(told.prices or ()),
        *(told.evals or ()),
        *(told.usage or ()),
    ]
    inputs = [given["file"], given["scenario"], call.framework, *named]
    saved = call.extra.get("save")
    targets = [*call.how.outputs, *(each for each in (call.record, saved) if each is not None)]
    for place, target in enumerate(targets):
        if target in targets[:place] and not target.is_char_device():
            one, other = f"{target} as one output", "as another"
            raise ConflictError(one, other)
    refuse_overwriting([*call.how.outputs, call.record], inputs)
    refuse_overwriting([saved], [call.framework, *named])


def _option(name: str) -> object:
    field = Scenario.model_fields[name]
    if name in BOOLEANS:
        both = f"{flag(name)}/{flag(name).replace('--', '--no-', 1)}"
        return Annotated[bool | None, typer.Option(both, help=field.description)]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    metavar = str(extra.get("metavar", "N"))
    if name in REPEATABLE:
        many = typer.Option(flag(name), metavar=metavar, help=field.description)
        return Annotated[list[str] | None, many]
    if name in PAIRS:
        both = typer.Option(flag(name), metavar=metavar, help=field.description)
        return Annotated[tuple[str, str] | None, both]
    names = (flag(name), *(f"--{alias.replace('_', '-')}" for alias in aliases_of(name)))
    # Any: for each typed option Typer builds a validator, though the scenario checks them all.
    return Annotated[Any, typer.Option(*names, metavar=metavar, help=field.description)]


def called(given: Mapping[str, Any], own: set[str]) -> Call:
    """Return a call: flags over the scenario file over the environment, all checked at once."""
    path = given["file"] or given["scenario"]
    told = load_scenario(path).model_dump(exclude_none=True) if path else {}
    flags = {name: given[name] for name in Scenario.model_fields if given[name] is not None}
    flags |= {name: ",".join(flags[name]) for name in REPEATABLE if name in flags}
    return Call(
        scenario=_checked(_environment(Scenario.model_fields), told, flags),
        framework=given["framework"],
        no_input=given["no_input"],
        how=How.of(given),
        record=given["record"],
        files=tuple(str(each) for each in (path, given["framework"]) if each is not None),
        extra={name: given[name] for name in own},
    )


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
    return _checked(_environment(told), {}, flags)


def _environment(fields: Iterable[str]) -> dict[str, Any]:
    """Return what the environment says of fields, over what always holds here."""
    found = {name: os.environ.get(_variable(name)) for name in fields}
    return _always() | {name: value for name, value in found.items() if value}


def _always() -> dict[str, Any]:
    """Return the overlays that this project or person always uses, as a scenario field."""
    try:
        prices = default_prices(Path.cwd(), os.environ)
    except FileNotFoundError:
        return {}  # the working folder was deleted
    return {"prices": prices} if prices else {}


def _checked(*layers: Mapping[str, Any]) -> Scenario:
    """Return the scenario of all layers, the last one strongest."""
    environment, *_, flags = layers
    merged: dict[str, Any] = {}
    for layer in layers:
        for one, other in INSTEAD:
            merged = {k: v for k, v in merged.items() if not _replaced(k, layer, one, other)}
        merged |= layer

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = str(path[0])
        known = name in flags or name not in environment
        return (flag(name) if known else _variable(name)), None

    return shaped(Scenario, merged, place, named=True)


def _replaced(name: str, layer: Mapping[str, Any], one: str, other: str) -> bool:
    return (name == one and other in layer) or (name == other and one in layer)


def _variable(name: str) -> str:
    return f"FTVP_{name.upper()}"
