"""Blocks as GitHub Markdown, with everything that is not ours to mark escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ftvp.render.chart import drawing, swings_said
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
    Swings,
    Table,
    Verdict,
    Warned,
    shown,
    shown_lines,
    title_text,
)

MARKS = re.compile(r"[\\`*\[<|~]|^[#>]|(?<!\w)_|_(?!\w)")


def markdown_text(blocks: Sequence[Block]) -> str:
    """Return the blocks as Markdown that ends in a line break."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def escaped(text: str) -> str:
    r"""Return text in which no character marks anything up.

    >>> escaped("a|b *c* snake_case")
    'a\\|b \\*c\\* snake_case'
    """
    return MARKS.sub(lambda mark: "\\" + mark[0], shown(text))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Verdict(text):
            yield f"**{escaped(text)}**"
        case Paragraph(text):
            yield escaped(text)
        case Aside(text):
            yield f"*{escaped(text)}*"
        case Warned(items):
            yield from (f"- **Warning:** {escaped(item)}" for item in items)
        case Bars(title, bars):
            yield from (f"- {escaped(title)}, {escaped(b.label)}: {escaped(b.said)}" for b in bars)
        case Line(text):
            yield from _fenced([shown(text)])
        case Table():
            yield from _table(block)
        case Items(title, items):
            yield from (escaped(title_text(title)), "")
            yield from (f"{m} {escaped(item)}" for m, item in zip(block.marks, items, strict=True))
        case Chart(title):
            yield from (escaped(title_text(title)), "", *_fenced(drawing(block)))
        case Swings(title):
            yield from (escaped(title_text(title)), "")
            yield from (f"- {escaped(said)}" for said in swings_said(block))
        case Quote(title, text):
            yield from (escaped(title_text(title)), "", *_fenced(shown_lines(text)))


def _table(table: Table) -> Iterator[str]:
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
