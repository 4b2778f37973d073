"""Blocks as GitHub Markdown, with everything that is not ours to mark escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ftvp.render.document import (
    Aside,
    Bars,
    Chart,
    Figures,
    Histogram,
    Items,
    Kicker,
    Lead,
    Page,
    PageBlock,
    Paragraph,
    Quote,
    Row,
    Section,
    Swings,
    Table,
    Verbatim,
    Warned,
    drawing,
    histogram_said,
    page_blocks,
    shown,
    shown_lines,
    swings_said,
    title_text,
)
from ftvp.render.formats import Medium

MARKS = re.compile(r"[\\`*\[<|~]|^[#>]|(?<!\w)_|_(?!\w)")


def markdown_text(page: Page, _: Medium) -> str:
    """Return blocks as Markdown, whose lines are as long as they are."""
    return "\n\n".join("\n".join(_lines(block)) for block in page_blocks(page)) + "\n"


def escaped(text: str) -> str:
    r"""Return text in which no character marks anything up.

    >>> escaped("a|b *c* snake_case")
    'a\\|b \\*c\\* snake_case'
    """
    return MARKS.sub(lambda mark: "\\" + mark[0], shown(text))


def _lines(block: PageBlock) -> Iterator[str]:
    match block:
        case Section() | Kicker() | Figures() | Histogram():
            yield from _of_page(block)
        case Lead(text):
            yield f"**{escaped(text)}**"
        case Paragraph(text):
            yield escaped(text)
        case Aside(text):
            yield f"*{escaped(text)}*"
        case Warned(items):
            yield from (f"- **Warning:** {escaped(item)}" for item in items)
        case Bars(title, bars):
            yield from (f"- {escaped(title)}, {escaped(b.label)}: {escaped(b.said)}" for b in bars)
        case Verbatim(text):
            yield from _fenced([shown(text)])
        case Table():
            yield from _table(block)
        case Items(title) | Chart(title) | Swings(title) | Quote(title):
            yield from (escaped(title_text(title)), "") if title else ()
            yield from _under_title(block)


def _of_page(block: Section | Kicker | Figures | Histogram) -> Iterator[str]:
    """Yield what only pages have."""
    match block:
        case Section(title):
            yield f"## {escaped(title)}"
        case Kicker(text):
            yield f"*{escaped(text)}*"
        case Figures(figures):
            yield from (f"- **{escaped(f.number)}** {escaped(f.text)}" for f in figures)
        case Histogram(title):
            yield f"{escaped(title_text(title))} {escaped(histogram_said(block))}"


def _under_title(block: Items | Chart | Swings | Quote) -> Iterable[str]:
    match block:
        case Items(_, items):
            marked = zip(block.marks, items, strict=True)
            return (f"{mark} {escaped(item)}" for mark, item in marked)
        case Swings():
            return (f"- {escaped(said)}" for said in swings_said(block))
        case Chart():
            return _fenced(drawing(block))
        case Quote(_, text):
            return _fenced(shown_lines(text))


def _table(table: Table) -> Iterator[str]:
    """Yield a table as GitHub has them, the notes in a column of their own where there are any."""
    noted = [""] if any(row.note for row in table.rows) else []
    rule = "---:" if table.numeric else "---"
    head = [table.title, *table.columns, *noted]
    yield _piped([escaped(cell) for cell in head])
    yield _piped(["---", *[rule] * len(table.columns), *["---" for _ in noted]])
    for row in table.rows:
        yield _piped(_cells(row, noted=bool(noted)))


def _cells(row: Row, *, noted: bool) -> list[str]:
    label = f"{row.label} ({row.detail})" if row.detail else row.label
    marked = [escaped(cell) for cell in (label, *(cell or "" for cell in row.cells))]
    if row.level != "item":
        marked = [f"**{cell}**" if cell else "" for cell in marked]
    return [*marked, escaped(row.note)] if noted else marked


def _piped(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _fenced(lines: Sequence[str]) -> list[str]:
    """Return lines in a code block, its fence longer than any run of back quotes inside."""
    runs = re.findall(r"`{3,}", "\n".join(lines))
    fence = "`" * (max(map(len, runs), default=2) + 1)
    return [f"{fence}text", *lines, fence]
