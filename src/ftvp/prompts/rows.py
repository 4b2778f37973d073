"""Candidates of one line each: pairs with an arrow, rows of a table, objects of data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ftvp.prompts.heads import is_title_below
from ftvp.prompts.labels import PLACEHOLDER, is_slot
from ftvp.prompts.lines import Outline

MOST_ARROWS = 20_000
HEAD_OF_TABLE = 2
"""Lines of a table above its rows."""
FEWEST = 2
"""Blocks, or parts of one, below which nothing is repeated."""

_ARROW = r"(?:=>|-{1,2}>|→|⇒|➜|(?<=[ \t])//(?=[ \t\r\n]|\Z))"
_ANY = re.compile(_ARROW)
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_ROW = r"\s*\|(.*)\|\s*"
_TABLE_RULE = r"\s*\|[\s:|-]+\|\s*"
_ROW_MARKS = ":=,;|])>}"
_KEY = r'"([^"]{1,40})"\s*:'
_VALUE = r'"[^"]{1,40}"\s*:\s*("(?:[^"\\]|\\.)*"|[^,{}]+)'


@dataclass(frozen=True)
class Pile:
    """Blocks without labels, as places in the text from `start` to `end` with their answers.

    `asked` is where the request begins, if the last block is one; `kind` says how they are marked.
    """

    outline: Outline
    kind: str
    blocks: tuple[tuple[int, int, str | None], ...]
    asked: int | None
    likeness: float = 1.0
    announced_only: bool = False
    """Whether only an announcement makes them examples, such as rows of a table."""
    weight: float = 3
    top: int | None = None
    """The line above which an announcement stands, where that is not the first block's."""

    @property
    def first(self) -> int:
        """The line at which the blocks begin, with what belongs to them all."""
        if self.top is not None:
            return self.top
        return self.outline.text.count("\n", 0, self.blocks[0][0])


def arrow_pairs(outline: Outline) -> Iterator[Pile]:
    """Yield the lines with an arrow; those of two groups with a title between them are one."""
    run: list[tuple[int, str, str]] = []
    found = 0
    for number, line in [*enumerate(outline.lines), (len(outline.lines), "end")]:
        arrow = _ANY.search(line) if outline_has(outline, number) else None
        sides = (line[: arrow.start()].strip(), line[arrow.end() :].strip()) if arrow else ("", "")
        within = any(sides[0].count(a) > sides[0].count(b) for a, b in _BRACKETS)
        worked = bool(sides[0]) and not within and not _ANY.search(sides[1])
        if arrow and worked and found < MOST_ARROWS:
            run.append((number, *sides))
            found += 1
        elif not run or (number < len(outline.lines) and outline.is_blank(number)):
            continue
        elif len(run) < FEWEST or not is_title_below(outline, number, run[-1][0]):
            yield from _arrow_pile(outline, run)
            run = []


def outline_has(outline: Outline, number: int) -> bool:
    """Return whether a line is one of the text's, outside of code."""
    return number < len(outline.lines) and outline.kinds[number] not in {"code", "fence", "blank"}


def _arrow_pile(outline: Outline, run: Sequence[tuple[int, str, str]]) -> Iterator[Pile]:
    *lines, last = run
    if any(not right or PLACEHOLDER.search(left) for _, left, right in lines):
        return
    asked = not last[2] or PLACEHOLDER.search(last[1]) is not None
    worked = lines if asked else run
    slashed = any("//" in outline.lines[number] for number, *_ in run)
    around = [n for n in (run[0][0] - 1, run[-1][0] + 1) if 0 <= n < len(outline.lines)]
    if any(outline.is_item_below(n, run[0][0]) for n in around):
        return  # some items of a list
    if not worked or (not asked and (slashed or len(worked) == 1)):
        return
    pairs = pairwise(n for n, *_ in run)
    stops = [b if outline.above(b) == a else a + 1 for a, b in pairs] + [run[-1][0] + 1]
    blocks = tuple(
        (outline.start(n), outline.start(min(stop, len(outline.lines))), right.strip("\"'`"))
        for (n, _, right), stop in zip(worked, stops, strict=False)
    )
    begins = outline.start(last[0]) if asked else None
    rest = "".join([*outline.lines[: run[0][0]], *outline.lines[stops[-1] :]])
    loose = not asked and (len(run) <= FEWEST or bool(rest))
    yield Pile(outline, "lines with an arrow", blocks, begins, announced_only=loose)


def open_rows(outline: Outline) -> Iterator[Pile]:
    """Yield the lines like one with a place to fill in and a mark: "Oslo,Norway" like "{city},"."""
    for number, line in enumerate(outline.lines):
        slot = PLACEHOLDER.search(line) if line and line[-1] in _ROW_MARKS else None
        sides = (line[: slot.start()].strip(), line[slot.end() :].strip()) if slot else ("", "")
        if slot is None or not sides[1] or any(map(str.isalnum, "".join(sides))):
            continue
        rows: list[tuple[int, str]] = []
        for row in range(outline.above(number), -1, -1):
            said = outline.lines[row].strip()
            value, _, answer = said.removeprefix(sides[0]).rpartition(sides[1])
            if not (said.startswith(sides[0]) and value.strip() and answer.strip()):
                break
            if value.strip() != slot[0].strip("{}$<> "):
                rows.append((row, answer.strip()))
        if len(rows) < FEWEST:
            continue
        blocks = tuple((outline.start(n), outline.start(n + 1), answer) for n, answer in rows[::-1])
        yield Pile(outline, f"lines with {line[-1]}", blocks, outline.start(number))
        return


def table_rows(outline: Outline) -> Iterator[Pile]:
    """Yield the rows of each table, without its head."""
    number = 1
    while number < len(outline.lines):
        head, line = outline.lines[number - 1], outline.lines[number]
        number += 1
        if "|" not in line or not re.fullmatch(_TABLE_RULE, line) or not re.fullmatch(_ROW, head):
            continue
        first = number
        while number < len(outline.lines) and re.fullmatch(_ROW, outline.lines[number]):
            number += 1
        if len(_cells(head)) >= FEWEST:
            yield from _table_pile(outline, first, number)


def _table_pile(outline: Outline, first: int, stop: int) -> Iterator[Pile]:
    cells = [_cells(outline.lines[row]) for row in range(first, stop)]
    asked = [n for n, row in enumerate(cells) if any(map(is_slot, row)) or not row[-1]]
    worked = cells[: len(cells) - len(asked)]
    if not worked or asked not in ([], [len(cells) - 1]):
        return
    blocks = tuple(
        (outline.start(row), outline.start(row + 1), row_cells[-1] or None)
        for row, row_cells in zip(range(first, stop), worked, strict=False)
    )
    begins = outline.start(stop - 1) if asked else None
    yield Pile(
        outline, "rows of a table", blocks, begins, announced_only=True, top=first - HEAD_OF_TABLE
    )


def data_objects(outline: Outline) -> Iterator[Pile]:
    """Yield the lines that hold one JSON object each, all with the same keys."""
    run: list[int] = []
    for number, line in [*enumerate(outline.lines), (len(outline.lines), "end")]:
        if line.lstrip().startswith("{") and line.endswith("}") and '":' in line:
            run.append(number)
        elif run and not outline.is_blank(number):
            if len(run) > 1:
                yield from _object_pile(outline, run)
            run = []


def _object_pile(outline: Outline, run: Sequence[int]) -> Iterator[Pile]:
    last = run[-1]
    keys = [tuple(re.findall(_KEY, outline.lines[number])) for number in run]
    values = [re.findall(_VALUE, outline.lines[number]) for number in run]
    if len(keys[0]) < FEWEST or len(set(keys)) > 1:
        return
    asked = PLACEHOLDER.search(outline.lines[last]) is not None
    worked = run[:-1] if asked else run
    blocks = tuple(
        (outline.start(number), outline.start(stop), held[-1].strip('"') if held else None)
        for number, stop, held in zip(worked, [*run[1:], last + 1], values, strict=False)
    )
    begins = outline.start(last) if asked else None
    yield Pile(outline, "JSON objects", blocks, begins, announced_only=not asked)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
