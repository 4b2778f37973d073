"""Blocks for a terminal, or for a pipe with the same layout and no colour. Only here is rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from ftvp.render.chart import Bars, Chart, Swings, barred, drawing, swung
from ftvp.render.document import (
    Aside,
    Block,
    Items,
    Lead,
    Paragraph,
    Quote,
    Row,
    Screen,
    Side,
    Spare,
    Table,
    Verbatim,
    Warned,
    blocks_of,
    shown,
    shown_lines,
    title_text,
)
from ftvp.render.formats import Medium
from ftvp.render.plain import chart_sentences, plain_text
from ftvp.tables.rules import Choice

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text

GAP = 2
LABEL = 20
"""The least width of the labels beside numbers."""
FIRST_SCREEN = 22
"""Lines of an answer that stay visible in a terminal of 24."""
LEAD_STYLES: dict[Choice | None, str] = {
    "fine_tune": "bold green",
    "hybrid": "bold green",
    "pilot": "bold yellow",
}
DECIDING: dict[Side | None, str] = {"for": "green", "against": "red", None: ""}


def terminal_text(screen: Screen, medium: Medium) -> str:
    """Return blocks laid out for a medium; without colour there are no escape codes.

    Unless the medium takes the whole, blocks give way until the others fit a first screen.
    """
    blocks = blocks_of(screen)
    spare = sorted((each for each in screen if isinstance(each, Spare)), key=lambda s: s.order)
    text = _laid_out(blocks, medium)
    while spare and not medium.whole and text.count("\n") > FIRST_SCREEN:
        blocks.remove(spare.pop(0).block)
        text = _laid_out(blocks, medium)
    return text


def _laid_out(blocks: Sequence[Block], medium: Medium) -> str:
    from rich.console import Console

    out = StringIO()
    console = Console(
        file=out,
        width=medium.width,
        height=25,
        force_terminal=medium.colour,
        color_system="standard" if medium.colour else None,
        no_color=not medium.colour,
        legacy_windows=False,
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        for part in _drawn(block, medium.width):
            console.print(part, soft_wrap=isinstance(block, Verbatim))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _drawn(block: Block, width: int) -> Iterator[RenderableType]:
    match block:
        case Lead(text, choice):
            yield _text(text, LEAD_STYLES.get(choice, "bold"))
        case Paragraph(text) | Verbatim(text):
            yield _text(text)
        case Aside(text):
            yield _text(text, "dim")
        case Warned(items):
            yield _grid((("!", item) for item in items), "yellow")
        case Items(title, items):
            yield _text(title_text(title), "bold")
            yield _grid(zip(block.marks, items, strict=True))
        case Quote(title, text):
            yield _text(title_text(title))
            yield _grid(("  ", line) for line in shown_lines(text))
        case Table():
            yield from _table(block, width)
        case Bars() | Chart() | Swings():
            yield from map(_text, _drawing(block, width))


def _drawing(block: Bars | Chart | Swings, width: int) -> list[str]:
    """Return a drawing in lines, what it shows in sentences where there is no room for it."""
    match block:
        case Bars():
            return barred(block, width)
        case Chart(title):
            lines = drawing(block)
            fits = max(map(len, lines)) <= width
            return [title_text(title), *(lines if fits else chart_sentences(block))]
        case Swings():
            return swung(block, width) or plain_text([block], Medium(width)).splitlines()


def _text(text: str, style: str = "") -> Text:
    """Return text as it stands: never markup, never a control character, never cut off."""
    from rich.text import Text

    return Text(shown(text), style=style, overflow="fold")


def _grid(lines: Iterable[tuple[str, str]], style: str = "") -> RichTable:
    """Return texts set in behind their marks."""
    from rich.table import Table as RichTable

    grid = RichTable.grid(padding=(0, 1, 0, 0))
    for mark, text in lines:
        grid.add_row(_text(mark, style), _text(text, style))
    return grid


def _table(table: Table, width: int) -> Iterator[RenderableType]:
    """Yield a table; one of numbers that do not fit in their columns as sentences.

    In a table of numbers the labels and then the notes wrap, the numbers never do.
    """
    from rich.table import Table as RichTable

    titled = any(table.columns)
    labels, *others = _natural_widths(table)
    note = max((len(word) for row in table.rows for word in row.note.split()), default=0)
    fixed: list[int | None] = [None] * (len(others) + 2)
    if table.numeric:
        room = width - sum(others) - note
        if room < LABEL + GAP:
            yield from map(_text, plain_text([table], Medium(width)).splitlines())
            return
        label = min(labels, room) - GAP
        fixed = [label, *(other - GAP for other in others), width - label - GAP - sum(others)]
    if not titled:
        yield _text(title_text(table.title))
    drawn = RichTable(
        box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold", show_header=titled
    )
    drawn.add_column(_text(table.title) if titled else "", width=fixed[0])
    for column, size in zip(table.columns, fixed[1:], strict=False):
        drawn.add_column(_text(column), width=size, justify="right" if table.numeric else "left")
    if any(row.note for row in table.rows):
        drawn.add_column(width=fixed[-1])
    wraps = labels + sum(others) > width and len(others) > 1
    _fill(drawn, table, airy=wraps and not table.numeric)
    yield drawn


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
