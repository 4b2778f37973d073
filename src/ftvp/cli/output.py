"""An answer goes out: as JSON, for a terminal, a pipe, a screen reader or a document."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from ftvp.errors import NotADayError, UnknownNameError

if TYPE_CHECKING:
    from ftvp.units import Currency, Record

View = Literal["rich", "plain", "markdown", "json", "csv"]
VIEWS = ("rich", "plain", "markdown", "json", "csv")
SUFFIXES: dict[str, View] = {".json": "json", ".md": "markdown", ".csv": "csv"}
PIPE_WIDTH = 80
WIDEST = 100

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Format = Annotated[
    str | None,
    typer.Option(
        metavar="rich|plain|markdown|json", envvar="FTVP_FORMAT", help="How to show the answer."
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write the answer to a file.")
]
Framework = Annotated[
    Path | None,
    typer.Option(metavar="FILE", envvar="FTVP_FRAMEWORK", help="Your own questions and bands."),
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", envvar="FTVP_AS_OF", help="As of a day, not today.")
]


@dataclass(frozen=True)
class How:
    """How an answer is to be shown."""

    json: bool = False
    format: str | None = None
    output: Path | None = None

    @property
    def view(self) -> View:
        """Return the format: as told, else by the output file's ending, else for reading."""
        if self.json:
            return "json"
        if self.format is not None and self.format not in VIEWS:
            raise UnknownNameError("format", self.format, VIEWS, "ftvp breakeven --help")
        if self.format is None and self.output is not None:
            return SUFFIXES.get(self.output.suffix, "plain")
        return cast("View", self.format or "rich")

    def currency(self, told: Currency | None) -> Currency | None:
        """Return what amounts are shown in; what programs read stays in USD."""
        return None if self.view in ("json", "csv") else told


def show(answer: Record, how: How) -> None:
    """Write an answer to standard output or to the file asked for."""
    from ftvp import render

    at_terminal = how.output is None and sys.stdout.isatty()
    width = min(WIDEST, shutil.get_terminal_size().columns) if at_terminal else PIPE_WIDTH
    colour = at_terminal and not os.environ.get("NO_COLOR")
    text = render.text(answer, how.view, width=width, colour=colour)
    if how.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from ftvp.files.text import write_text_atomically

    write_text_atomically(how.output, text)


def day_of(text: str | None) -> date:
    """Return the day that was asked for, else today."""
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011  the user's own
    except ValueError:
        raise NotADayError("--as-of", text or "") from None
