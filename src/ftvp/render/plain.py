"""Blocks for a screen reader: no columns, no drawing; every row and chart is a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ftvp.render.chart import sentences, swings_said
from ftvp.render.document import (
    Bars,
    Block,
    Chart,
    Items,
    Line,
    Quote,
    Row,
    Swings,
    Table,
    Warned,
    shown,
    shown_lines,
    title_text,
)


def plain_text(blocks: Sequence[Block], *, width: int) -> str:
    """Return the blocks as sentences of at most `width` columns, save what is to be copied."""
    return "\n\n".join("\n".join(_lines(block, width)) for block in blocks) + "\n"


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Line(text):
            yield shown(text)
        case Items(title, items):
            yield from _wrapped(title_text(title), width)
            for mark, item in zip(block.marks, items, strict=True):
                text = f"{mark} {item}" if block.numbered else item
                yield from _wrapped(text, width, "  ")
        case Table():
            if block.title:
                yield from _wrapped(title_text(block.title), width)
            for row in block.rows:
                yield from _wrapped(_said(row, block.columns), width, "  ")
        case Chart(title):
            yield from _wrapped(title_text(title), width)
            for sentence in sentences(block):
                yield from _wrapped(sentence, width, "  ")
        case Warned(items):
            for item in items:
                yield from _wrapped(f"Warning: {item}", width)
        case Bars(title, bars):
            said = "; ".join(f"{bar.label} {bar.said}" for bar in bars)
            yield from _wrapped(f"{title}: {said}.", width)
        case Swings(title):
            yield from _wrapped(title_text(title), width)
            for sentence in swings_said(block):
                yield from _wrapped(sentence, width, "  ")
        case Quote(title, text):
            yield from _wrapped(title_text(title), width)
            for line in shown_lines(text):
                yield from textwrap.wrap(line, width, drop_whitespace=False) or [""]
        case _:
            yield from _wrapped(block.text, width)


def _said(row: Row, columns: Sequence[str]) -> str:
    """Return a row as a sentence, such as "input: prompted $54.00; tuned $36.00."."""
    label = f"{row.label}, {row.detail}" if row.detail else row.label
    named = zip(columns, row.cells, strict=True)
    cells = (f"{column} {cell}".strip() for column, cell in named if cell)
    said = "; ".join((*cells, row.note) if row.note else cells)
    return f"{label}: {said}" if said else label


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        shown(text).replace(" -> ", " to "),
        width,
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_on_hyphens=False,
    )
