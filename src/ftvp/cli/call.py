"""How every command is called: its options, and how its answer is shown."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ftvp.errors import (
    NotADayError,
    NumberAsFileError,
    StandardOutputError,
    UnwrittenSuffixError,
    nearest,
    visible,
)
from ftvp.render import FORMATS, text_of
from ftvp.render.formats import format_named
from ftvp.units import read_day

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
            if any(map(given.get, WRITTEN)):
                refuse_overwriting(given)
            run(given)

        sign(called, options)
        called.__doc__ = run.__doc__
        return called

    return of


def sign(called: Callable[..., None], options: Options) -> None:
    """Give a function the signature that Typer reads these options from."""
    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]
    vars(called)["__signature__"] = Signature(parameters)
    called.__annotations__ = {name: annotation for name, (annotation, _) in options.items()}


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
    gates: "tuple[Gate, ...]" = ()

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "How":
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
    answer: "Record",
    how: How,
    *,
    brief: "Record | None" = None,
    shape: "type[Record] | None" = None,
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


def _write(path: Path, answer: "Record", brief: "Record", how: How) -> None:
    """Write an answer to a file, in the format of its ending, and say so."""
    from ftvp.files.disk import write_text

    told = "plain" if how.form == "rich" and how.format is None else how.form
    form = format_by_ending(path) or told
    kept = format_named(form)
    shown = answer if kept.is_data or kept.is_kept else brief
    write_text(path, text_of(shown, form, width=PIPE_WIDTH, explain=how.explain))
    wrote(path)


def variable(name: str) -> str:
    """Return the variable of the environment that tells what a flag's field does."""
    return f"FTVP_{name.upper()}"


def note_unread(variables: Iterable[str], names: Iterable[str]) -> None:
    """Say on standard error which variables are not read though they are called like ours."""
    ours = {variable(name): name for name in names}
    for found in (each for each in variables if each not in ours):
        close = nearest(found.removeprefix(variable("")).lower(), ours.values())
        hint = f" Did you mean {variable(close)}?" if close else ""
        print(f"ftvp: {visible(found)} is not read.{hint}", file=sys.stderr)  # noqa: T201  a note


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
