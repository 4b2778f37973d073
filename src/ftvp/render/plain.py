"""Blocks for a screen reader: no columns, no drawing; every row and chart is a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ftvp.render.chart import Bars, Chart, Swings, swings_said
from ftvp.render.document import (
    Block,
    Items,
    Quote,
    Row,
    Screen,
    Table,
    Verbatim,
    Warned,
    blocks_of,
    shown,
    shown_lines,
    title_text,
)
from ftvp.render.formats import Medium
from ftvp.wording import months_text


def plain_text(screen: Screen, medium: Medium) -> str:
    """Return blocks as sentences no wider than the medium, except for what is to be copied."""
    blocks = ("\n".join(_lines(block, medium.width)) for block in blocks_of(screen))
    return "\n\n".join(blocks) + "\n"


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
        case Items(title) | Table(title) | Chart(title) | Swings(title):
            yield from _wrapped(title_text(title), width) if title else ()
            for sentence in _sentences(block):
                yield from _wrapped(sentence, width, "  ")
        case _:
            yield from _wrapped(block.text, width)


def _sentences(block: Items | Table | Chart | Swings) -> Iterable[str]:
    """Return what a block lists or draws, in sentences."""
    match block:
        case Items(_, items, numbered):
            return map(" ".join, zip(block.marks, items, strict=True)) if numbered else items
        case Table(_, columns, rows):
            return (_row_sentence(row, columns) for row in rows)
        case Chart():
            return chart_sentences(block)
        case Swings():
            return swings_said(block)


def _row_sentence(row: Row, columns: Sequence[str]) -> str:
    """Return a row as a sentence, such as "input: prompted $54.00; tuned $36.00."."""
    label = f"{row.label}, {row.detail}" if row.detail else row.label
    named = zip(columns, row.cells, strict=True)
    cells = (f"{column} {cell}".strip() for column, cell in named if cell)
    said = "; ".join((*cells, row.note) if row.note else cells)
    return f"{label}: {said}" if said else label


def chart_sentences(chart: Chart) -> Iterator[str]:
    """Yield what a chart shows, in sentences."""
    before, after = chart.money.usd(chart.prompted[-1]), chart.money.usd(chart.tuned[-1])
    end = f"{chart.last} months" if chart.last > 1 else "1 month"
    yield f"After {end} prompting has cost {before} and tuning {after}."
    if chart.crossing is not None and chart.crossing <= chart.last:
        yield f"The two have cost the same after {months_text(chart.crossing)}."
    else:
        yield f"The two do not meet within {end}."
    if chart.shutdown is not None and chart.shutdown >= 0:
        after = months_text(chart.shutdown)
        yield f"The tuned model is shut down after {after}, on {chart.shutdown_on}."


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return text in lines, its arrows as words."""
    return textwrap.wrap(
        shown(text).replace(" -> ", " to "),
        width,
        initial_indent=indent,
        subsequent_indent=indent * 2,
        break_on_hyphens=False,
    )
