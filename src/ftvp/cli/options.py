"""The options of commands: a table of them becomes a Typer command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

from ftvp.errors import NotADayError
from ftvp.render import FORMATS
from ftvp.units import read_day

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

        parameters = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in options.items()
        ]
        vars(called)["__signature__"] = Signature(parameters)
        called.__annotations__ = {name: annotation for name, (annotation, _) in options.items()}
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


def day_of(text: str | None) -> date:
    """Return the day that was asked for, else today."""
    try:
        return read_day(text) if text else date.today()  # noqa: DTZ011  the user's own
    except ValueError:
        raise NotADayError("--as-of", text or "") from None
