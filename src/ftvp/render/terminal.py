"""Blocks for a terminal, or for a pipe with the same layout and no colour. Only here is rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from ftvp.render.chart import barred, drawing, sentences, swung
from ftvp.render.document import (
    Aside,
    Bars,
    Block,
    Chart,
    Items,
    Line,
    Paragraph,
    Quote,
    Row,
    Side,
    Swings,
    Table,
    Verdict,
    Warned,
    shown,
    shown_lines,
    title_text,
)
from ftvp.render.plain import plain_text
from ftvp.tables.rules import Choice

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

GAP = 2
LABEL = 20
"""The least width of the labels beside numbers."""
VERDICTS: dict[Choice | None, str] = {
    "fine_tune": "bold green",
    "hybrid": "bold green",
    "pilot": "bold yellow",
}
DECIDING: dict[Side | None, str] = {"for": "green", "against": "red", None: ""}


def terminal_text(blocks: Sequence[Block], *, width: int, colour: bool) -> str:
    """Return the blocks laid out for `width` columns; without colour there are no escape codes."""
    from rich.console import Console

    out = StringIO()
    console = Console(
        file=out,
        width=width,
        height=25,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        for part in _drawn(block, width):
            console.print(part, soft_wrap=isinstance(block, Line))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _drawn(block: Block, width: int) -> Iterator[RenderableType]:
    match block:
        case Verdict(text, choice):
            yield _text(text, VERDICTS.get(choice, "bold"))
        case Paragraph(text) | Line(text):
            yield _text(text)
        case Aside(text):
            yield _text(text, "dim")
        case Warned(items):
            yield _grid((("!", item) for item in items), "yellow")
        case Bars():
            yield from (_text(line) for line in barred(block, width))
        case Items(title, items):
            yield _text(title_text(title), "bold")
            yield _grid(zip(block.marks, items, strict=True))
        case Quote(title, text):
            yield _text(title_text(title))
            yield _grid(("  ", line) for line in shown_lines(text))
        case Chart(title):
            yield _text(title_text(title))
            lines = drawing(block)
            fits = max(map(len, lines)) <= width
            yield from (_text(line) for line in (lines if fits else sentences(block)))
        case Swings():
            bars = swung(block, width)
            yield from map(_text, bars or plain_text([block], width=width).splitlines())
        case Table(title, columns):
            if not _fits(block, width):
                yield from map(_text, plain_text([block], width=width).splitlines())
                return
            if not any(columns):
                yield _text(title_text(title))
            yield _table(block, width)


def _text(text: str, style: str = "") -> Text:
    """Return text as it stands: never markup, never a control character, never cut off."""
    from rich.text import Text

    return Text(shown(text), style=style, overflow="fold")


def _fits(table: Table, width: int) -> bool:
    """Return whether numbers can stand in their columns; else they are told in sentences."""
    if not table.numeric:
        return True
    _, *numbers = _natural_widths(table)
    return LABEL + GAP + sum(numbers) + _longest_word(table) <= width


def _grid(lines: Iterable[tuple[str, str]], style: str = "") -> RichTable:
    """Return texts set in behind their marks."""
    from rich.table import Table as RichTable

    grid = RichTable.grid(padding=(0, 1, 0, 0))
    for mark, text in lines:
        grid.add_row(_text(mark, style), _text(text, style))
    return grid


def _table(table: Table, width: int) -> RichTable:
    from rich.table import Table as RichTable

    titled = any(table.columns)
    drawn = RichTable(
        box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold", show_header=titled
    )
    labels, *others = _natural_widths(table)
    wraps = labels + sum(others) > width and len(others) > 1
    fixed = _fixed_widths(table, width) if table.numeric else [None] * (len(others) + 2)
    drawn.add_column(_text(table.title) if titled else "", width=fixed[0])
    for column, size in zip(table.columns, fixed[1:], strict=False):
        drawn.add_column(_text(column), width=size, justify="right" if table.numeric else "left")
    if any(row.note for row in table.rows):
        drawn.add_column(width=fixed[-1])
    _fill(drawn, table, airy=wraps and not table.numeric)
    return drawn


def _fixed_widths(table: Table, width: int) -> list[int | None]:
    """Return the widths of a table of numbers: labels and then notes wrap, numbers never do."""
    labels, *numbers = _natural_widths(table)
    label = min(labels, width - sum(numbers) - _longest_word(table)) - GAP
    note = width - label - GAP - sum(numbers)
    return [label, *(number - GAP for number in numbers), note]


def _longest_word(table: Table) -> int:
    """Return the length of the longest word of the notes, the least width they can take."""
    return max((len(word) for row in table.rows for word in row.note.split()), default=0)


def _fill(drawn: RichTable, table: Table, *, airy: bool) -> None:
    """Add the rows, with a blank line between them where cells wrap."""
    for number, (label, row) in enumerate(zip(_labels(table), table.rows, strict=True)):
        if airy and number:
            drawn.add_row()
        cells = (label, *(cell or "-" for cell in row.cells), row.note)[: len(drawn.columns)]
        style = DECIDING[row.decides] if row.level == "item" else "bold"
        drawn.add_row(*(_text(cell) for cell in cells), style=style)


def _labels(table: Table) -> list[str]:
    """Return the labels with their details; where there is a total, its items are set in."""
    margin = "  " if any(row.level == "total" for row in table.rows) else ""
    longest = max((len(row.label) for row in table.rows if row.detail), default=0)

    def label(row: Row) -> str:
        if row.level != "item":
            return row.label
        return margin + (f"{row.label:<{longest}}  {row.detail}" if row.detail else row.label)

    return [label(row) for row in table.rows]


def _natural_widths(table: Table) -> list[int]:
    """Return the width that each column takes unwrapped, with the gap after it."""
    from rich.cells import cell_len

    cells = [(label, *row.cells) for label, row in zip(_labels(table), table.rows, strict=True)]
    lines = [(table.title, *table.columns), *cells]
    return [
        max(cell_len(cell or "") for cell in column) + GAP for column in zip(*lines, strict=True)
    ]
