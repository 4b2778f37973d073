"""Blocks as text: plain, or laid out by rich, with colour on a terminal. Only here is rich."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import StringIO
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from ftvp.render.document import (
    UNBROKEN,
    Aside,
    Bars,
    Block,
    Chart,
    Items,
    Lead,
    Paragraph,
    Quote,
    Row,
    Screen,
    Side,
    Swings,
    Table,
    Verbatim,
    Warned,
    barred,
    drawing,
    fit_screen,
    is_apart,
    shown,
    shown_lines,
    swings_said,
    swung,
    title_text,
)
from ftvp.render.formats import Medium
from ftvp.tables.framework import Choice
from ftvp.wording import months_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text


def plain_text(screen: Screen, medium: Medium) -> str:
    """Return blocks as sentences no wider than the medium, except for what is to be copied."""
    return fit_screen(screen, _plain, medium)


def _plain(blocks: Sequence[Block], medium: Medium) -> str:
    text = ""
    for number, block in enumerate(blocks):
        apart = number and is_apart(block, blocks[number - 1], medium)
        text += "\n" * bool(apart) + "".join(f"{line}\n" for line in _lines(block, medium.width))
    return text


def _lines(block: Block, width: int) -> Iterator[str]:
    """Yield the lines of a block."""
    match block:
        case Verbatim(text):
            yield shown(text)
        case Warned(items):
            for item in items:
                yield from _wrapped(f"Warning: {item}", width)
        case Bars(title, bars):
            said = "; ".join(f"{bar.label} {bar.said}" for bar in bars)
            yield from _wrapped(f"{title}: {said}.", width)
        case Quote(title, text):
            yield from _wrapped(title_text(title), width)
            for line in shown_lines(text):
                yield from textwrap.wrap(line, width, drop_whitespace=False) or [""]
        case Table():
            yield from _plain_table(block, width)
        case Items(title) | Chart(title) | Swings(title):
            yield from _wrapped(title_text(title), width) if title else ()
            for sentence in _sentences(block):
                yield from _wrapped(sentence, width, "  ")
        case _:
            yield from _wrapped(block.text, width)


def _sentences(block: Items | Chart | Swings) -> Iterable[str]:
    """Return what a block lists or draws, in sentences."""
    match block:
        case Items(_, items, numbered):
            return map(" ".join, zip(block.marks, items, strict=True)) if numbered else items
        case Chart():
            return chart_sentences(block)
        case Swings():
            return swings_said(block)


def _plain_table(table: Table, width: int) -> Iterator[str]:
    """Yield the title and then each row, such as "input: prompted $54.00; tuned $36.00".

    The columns of a compact table of numbers are named once, behind its title.
    """
    once = table.compact and table.numeric
    if table.title:
        heads = "; ".join(table.columns) if once else ""
        yield from _wrapped(f"{title_text(table.title)} {heads}", width)
    for row in table.rows:
        label = f"{row.label}, {row.detail}" if row.detail else row.label
        named = zip(table.columns, row.cells, strict=True)
        cells = [f"{column} {cell}".strip() for column, cell in named if cell]
        if once and cells:
            cells = [cell or "-" for cell in row.cells]
        said = "; ".join((*cells, row.note) if row.note else cells)
        sentence = f"{label}: {said}" if said else label
        yield from _wrapped(sentence, width, "  " if row.level == "item" else "")


def chart_sentences(chart: Chart) -> Iterator[str]:
    """Yield what a chart shows, in sentences."""
    before, after = chart.money.usd(chart.prompted[-1]), chart.money.usd(chart.tuned[-1])
    end = f"{chart.last} months" if chart.last > 1 else "1 month"
    yield f"After {end} prompting has cost {before} and tuning {after}."
    if chart.crossing is not None and chart.crossing <= chart.last:
        yield f"The two have cost the same after {months_text(chart.crossing)}."
    else:
        yield f"The bills do not meet within {end}."
    if chart.shutdown is not None and chart.shutdown >= 0:
        after = months_text(chart.shutdown)
        yield f"The tuned model is shut down after {after}, on {chart.shutdown_on}."


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return text in lines, its arrows as words."""
    lines = textwrap.wrap(
        shown(text).replace(" -> ", " to ").replace(" %", UNBROKEN),
        width,
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_on_hyphens=False,
    )
    return [line.replace(UNBROKEN, " %") for line in lines]


GAP = 2
LABEL = 20
"""The least width of the labels beside numbers."""
HEAD_LINES = 3
"""The most lines of a column's head."""
LEAD_STYLES: dict[Choice | None, str] = {
    "fine_tune": "bold green",
    "hybrid": "bold green",
    "pilot": "bold yellow",
}
DECIDING: dict[Side | None, str] = {"for": "green", "against": "red", None: ""}


def terminal_text(screen: Screen, medium: Medium) -> str:
    """Return blocks laid out for a medium; without colour there are no escape codes."""
    return fit_screen(screen, _laid_out, medium)


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
        if number and is_apart(block, blocks[number - 1], medium):
            console.print()
        for part in _drawn(block, medium.width):
            console.print(part, soft_wrap=isinstance(block, Verbatim))
    text = out.getvalue().replace(UNBROKEN, " %")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


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

    return Text(shown(text).replace(" %", UNBROKEN), style=style, overflow="fold")


def _grid(lines: Iterable[tuple[str, str]], style: str = "") -> RichTable:
    """Return texts set in behind their marks."""
    from rich.table import Table as RichTable

    grid = RichTable.grid(padding=(0, 1, 0, 0))
    for mark, text in lines:
        grid.add_row(_text(mark, style), _text(text, style))
    return grid


def _table(table: Table, width: int) -> Iterator[RenderableType]:
    """Yield a table; one of numbers that do not fit in their columns as sentences.

    In a table of numbers the labels wrap, the numbers never do. Notes stand below their labels
    where one of them has no room behind the numbers.
    """
    from rich.table import Table as RichTable

    if table.compact and not table.numeric:
        yield from map(_text, _paired(table, width))
        return
    titled = any(table.columns)
    shown = _with_room(table, width) if table.numeric else table
    gap, *fixed = _sizes(shown, width) if table.numeric else [GAP]
    if table.numeric and not fixed:
        yield from map(_text, plain_text([table], Medium(width)).splitlines())
        return
    sizes = iter(fixed)
    if not titled:
        yield _text(title_text(table.title))
    drawn = RichTable(
        box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="bold", show_header=titled
    )
    drawn.add_column(_text(table.title) if titled else "", width=next(sizes, None))
    for column in table.columns:
        justify: Literal["left", "right"] = "right" if table.numeric else "left"
        drawn.add_column(_text(column), width=next(sizes, None), justify=justify)
    if any(row.note for row in shown.rows):
        drawn.add_column(width=next(sizes, None))
    wraps = sum(map(_widest, _columns(shown))) + GAP * len(table.columns) > width
    _fill(drawn, shown, airy=wraps and not table.numeric and len(table.columns) > 1)
    yield drawn


def _with_room(table: Table, width: int) -> Table:
    """Return a table with its notes in rows of their own where one has no room behind its row."""
    notes = _widest([row.note for row in table.rows])
    sizes = [*map(_widest, _columns(table)), notes]
    if not notes or sum(sizes) + GAP * (len(sizes) - 1) <= width:
        return table
    empty = (" ",) * len(table.columns)
    rows: list[Row] = []
    for row in table.rows:
        rows.append(replace(row, note=""))
        rows += [Row(f"  {row.note}", empty)] if row.note else []
    return replace(table, rows=tuple(rows))


def _sizes(table: Table, width: int) -> list[int]:
    """Return the gap, then the width of the labels, of each column and of the notes.

    Heads wrap before labels do, and the labels of a compact table never; titles of columns wrap in
    a compact table alone. Only a gap where there is no room.
    """
    labels, *columns = _columns(table)
    note = _widest([word for row in table.rows for word in row.note.split()])
    heads = [
        [row.cells[n] or "" for row in table.rows if row.level == "head"]
        for n in range(len(columns))
    ]
    for titles, title in zip(heads if table.compact else columns, table.columns, strict=True):
        titles.append(title)
    whole = _widest(labels)
    for least in (whole,) if table.compact else (whole, min(whole, LABEL)):
        for lines in range(1, HEAD_LINES + 1):
            for gap in (GAP, 1) if table.compact else (GAP,):
                sizes = list(map(_narrowest, columns, heads, [lines] * len(heads)))
                room = width - note - sum(size + gap for size in sizes)
                if room >= least + (gap if note else 0):
                    label = min(whole, room)
                    return [gap, label, *sizes, width - label - gap - sum(sizes) - gap * len(sizes)]
    return [GAP]


def _narrowest(cells: Sequence[str], heads: Sequence[str], lines: int) -> int:
    """Return the width of a column in which no cell wraps and no head takes more than `lines`."""
    size = max(_widest(cells), _widest([word for head in heads for word in head.split()]))
    while any(len(wrap(head, size)) > lines for head in heads):
        size += 1
    return size


def _widest(texts: Sequence[str]) -> int:
    """Return the columns of a terminal that the longest text takes."""
    from rich.cells import cell_len

    return max(map(cell_len, texts), default=0)


def _paired(table: Table, width: int) -> Iterator[str]:
    """Yield rows of text line by line, two in a line where there is room for them."""
    half = (len(table.rows) + 1) // 2
    left, right = (_text_rows(rows) for rows in (table.rows[:half], table.rows[half:]))
    margin = _widest(left)
    if margin + _widest(right) > width:
        yield from _text_rows(table.rows)
        return
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{margin}}{other}"


def _text_rows(rows: Sequence[Row]) -> list[str]:
    size = _widest([row.label for row in rows])
    return [f"  {row.label:<{size}}  {', '.join(filter(None, row.cells))}" for row in rows]


def _fill(drawn: RichTable, table: Table, *, airy: bool) -> None:
    """Add the rows, with a blank line between them where cells wrap."""
    for number, (label, row) in enumerate(zip(_labels(table), table.rows, strict=True)):
        if airy and number:
            drawn.add_row()
        empty = "" if row.level == "head" else "-"
        cells = (label, *(cell or empty for cell in row.cells), row.note)[: len(drawn.columns)]
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


def _columns(table: Table) -> list[list[str]]:
    """Return the labels and the cells of each column, in a table of numbers without its heads."""
    rows = list(zip(_labels(table), table.rows, strict=True))
    labels = [table.title, *(label for label, _ in rows)]
    body = [row for _, row in rows if not (table.numeric and row.level == "head")]
    cells = [[row.cells[n] or "" for row in body] for n in range(len(table.columns))]
    heads = [[] if table.numeric else [column] for column in table.columns]
    return [labels, *(h + c for h, c in zip(heads, cells, strict=True))]
