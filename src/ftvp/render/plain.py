"""Blocks for a screen reader: no columns, no drawing; every row and chart is a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ftvp.render.chart import Bars, Chart, Swings, swings_said
from ftvp.render.document import (
    UNBROKEN,
    Block,
    Items,
    Quote,
    Screen,
    Table,
    Verbatim,
    Warned,
    fit_screen,
    is_apart,
    shown,
    shown_lines,
    title_text,
)
from ftvp.render.formats import Medium
from ftvp.wording import months_text


def plain_text(screen: Screen, medium: Medium) -> str:
    """Return blocks as sentences no wider than the medium, except for what is to be copied."""
    return fit_screen(screen, _laid_out, medium)


def _laid_out(blocks: Sequence[Block], medium: Medium) -> str:
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
            yield from _table(block, width)
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


def _table(table: Table, width: int) -> Iterator[str]:
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
