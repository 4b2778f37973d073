"""What every view is made of, and every output format writes: a document of a few plain blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ftvp.tables.rules import Choice

Side = Literal["for", "against"]


@dataclass(frozen=True)
class Verdict:
    """The answer itself, which stands first; a choice gives it its colour."""

    text: str
    choice: Choice | None = None


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True)
class Items:
    """Short texts of one kind under a title, numbered where something refers to them."""

    title: str
    items: tuple[str, ...]
    numbered: bool = False

    @property
    def marks(self) -> list[str]:
        """What stands before each item."""
        numbers = range(1, len(self.items) + 1)
        return [f"{number}." if self.numbered else "-" for number in numbers]


@dataclass(frozen=True)
class Line:
    """A line that is copied, such as a command: it is never wrapped."""

    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table: its label and one cell a column, None where there is nothing to say.

    `decides` marks the row that settled the matter, for tuning or against it.
    """

    label: str
    cells: tuple[str | None, ...]
    detail: str = ""
    note: str = ""
    level: Literal["item", "total"] = "item"
    decides: Side | None = None


@dataclass(frozen=True)
class Table:
    """Rows under columns; the title heads the column of labels. Numbers are set to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: bool = True


@dataclass(frozen=True)
class Chart:
    """Two cumulative costs in USD by month, from month 0 on, and what happens on the way.

    `crossing` and `shutdown` are in months, None where there is none; `shutdown_on` is its date.
    """

    title: str
    prompted: tuple[float, ...]
    tuned: tuple[float, ...]
    crossing: float | None = None
    shutdown: float | None = None
    shutdown_on: str = ""

    @property
    def last(self) -> int:
        """The last month drawn."""
        return len(self.prompted) - 1


@dataclass(frozen=True)
class Quote:
    """Text of the user's own, kept line by line."""

    title: str
    text: str = field(repr=False)


Block = Verdict | Paragraph | Items | Line | Table | Chart | Quote
