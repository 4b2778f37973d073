"""Candidates of one line each: pairs with an arrow, rows of a table, objects of data."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ftvp.files.values import as_text
from ftvp.prompts.heads import is_title_below
from ftvp.prompts.labels import PLACEHOLDER, is_slot
from ftvp.prompts.lines import ITEM, LONGEST_LINE, Outline
from ftvp.prompts.words import GRADES, INPUTS, OUTPUTS, SPEAKERS, names

MOST_ARROWS = 20_000
HEAD_OF_TABLE = 2
"""Lines of a table above its rows."""
FEWEST = 2
"""Blocks, or parts of one, below which nothing is repeated."""
MANY = 5
"""Blocks beyond which more of them prove nothing more."""

_ARROW = r"(?:=>|-{1,2}>|→|⇒|➜|(?<=[ \t])//(?=[ \t\r\n]|\Z))"
ARROWS = re.compile(_ARROW)
_BEGINS = rf"[ \t]*{_ARROW}"
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_ROW = r"\s*\|(.*)\|\s*"
_TABLE_RULE = r"\s*\|[\s:|-]+\|\s*"
_ROW_MARKS = ":=,;|])>}"
_FIELD = (
    r"([\"'])(?:(?<=\")([^\"]{1,40})|(?<=')([^']{1,40}))\1\s*:\s*"
    r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^,{}]+)"
)
DELIMITED = r"(?m)^[^\s:.]{1,40}[\t,;][^\s:.]{1,40}[ \r]*$"
"""A line that names columns, each in a word."""
_ITEM_PAIR = rf"{ITEM}\s+([^:：]{{1,200}})[:：]\s+([^:：]{{1,40}})"
"""An item of a list that says several words, and a label for them."""
_CLAUSES = r"(?:[\"”»][,，]|,[\"”])\s+(?=[^\W\d_])"
"""What ends a clause with what is quoted, where another one follows."""
_SAID = r"[\s:](\{.*\}|\[.*\]|\d{1,3}|[\"“«][^\"”»]+[\"”»]|`[^`]+`)[.。]?\s*\Z"
"""The answer that ends a sentence: data, a number, or what is quoted."""
_QUOTES = "\"'“”«»「」"
_MARKS = frozenset(_QUOTES)
_QUOTED = re.compile(
    r"\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+)?(?P<bracket>[(\[]?)[\"'“«「][^\"“”«»「」]{1,400}[\"'”»」]"
    r"(?P<sign>\s*[=:：,–—]|\s-(?=\s)|\s+[^\W\d_]{2,12}(?:\s[^\W\d_]{2,12})?)\s*(?P<right>[^\s\])][^\])]*)[\])]?,?\s*"
)


class _Arrow(NamedTuple):
    """A pair with an arrow: its first and last line, and what stands on either side."""

    first: int
    last: int
    left: str
    right: str


class Pile(NamedTuple):
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
    """Yield the lines with an arrow; those of two groups with a title between them are one.

    An arrow may also begin the line below what it is for, or end the line above its answer.
    """
    run: list[_Arrow] = []
    found = 0
    for number, line in [*enumerate(outline.lines), (len(outline.lines), "end")]:
        if run and number <= run[-1].last:
            continue
        arrow = ARROWS.search(line) if outline_has(outline, number) else None
        pair = _arrow(outline, number, arrow) if arrow else None
        if pair and found < MOST_ARROWS:
            run.append(pair)
            found += 1
            continue
        if run and run[-1].last == number - 1 and _goes_on(outline, run[-1]):
            run[-1] = run[-1]._replace(last=number, right=f"{run[-1].right}\n{line.strip()}")
            continue
        led = re.match(_BEGINS, "".join(outline.lines[number + 1 : number + 2]))
        if not run or (number < len(outline.lines) and (led or outline.is_blank(number))):
            continue
        if len(run) < FEWEST or not is_title_below(outline, number, run[-1].last):
            yield from _arrow_pile(outline, run)
            run = []


def _arrow(outline: Outline, number: int, found: re.Match[str]) -> _Arrow | None:
    line = found.string
    left, right = line[: found.start()].strip(), line[found.end() :].strip()
    first = number if left else number - 1
    if not left and first >= 0 and outline_has(outline, first):
        left = outline.lines[first].strip()
        left = "" if ARROWS.search(left) or left.endswith((":", "：")) else left
    last = number
    if left and not right and outline_has(outline, number + 1):
        below = outline.lines[number + 1].strip()
        last, right = (number, "") if ARROWS.search(below) else (number + 1, below)
    within = any(left.count(a) > left.count(b) for a, b in _BRACKETS)
    quoted = left.lstrip(" \t*-•")[:1] in _MARKS
    worked = bool(left) and not within and (quoted or not ARROWS.search(right))
    return _Arrow(first, last, left, right) if worked else None


def _goes_on(outline: Outline, pair: _Arrow) -> bool:
    """Return whether the answer of a pair goes on in the line below, which is set in further."""
    below = pair.last + 1
    more = outline_has(outline, below) and outline.indent(below) > outline.indent(pair.first)
    return more and any(pair.right.count(a) > pair.right.count(b) for a, b in _BRACKETS)


def outline_has(outline: Outline, number: int) -> bool:
    """Return whether a line is one of the text's, outside of code."""
    return number < len(outline.lines) and outline.kinds[number] not in {"code", "fence", "blank"}


def _arrow_pile(outline: Outline, run: Sequence[_Arrow]) -> Iterator[Pile]:
    *lines, last = run
    if any(not pair.right or PLACEHOLDER.search(pair.left) for pair in lines):
        return
    asked = not last.right or PLACEHOLDER.search(last.left) is not None
    worked = lines if asked else run
    slashed = any("//" in outline.lines[pair.last] for pair in run)
    if _are_items(outline, run[0].first, last.last):
        return
    if not worked or (not asked and (slashed or len(worked) == 1)):
        return
    stops = [
        b.first if outline.above(b.first) == a.last else a.last + 1 for a, b in pairwise(run)
    ] + [last.last + 1]
    blocks = tuple(
        (
            outline.start(pair.first),
            outline.start(min(stop, len(outline.lines))),
            pair.right.strip("\"'`"),
        )
        for pair, stop in zip(worked, stops, strict=False)
    )
    begins = outline.start(last.first) if asked else None
    rest = "".join([*outline.lines[: run[0].first], *outline.lines[stops[-1] :]])
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
    blocks = _blocks(outline, range(first, stop + 1), [row[-1] or None for row in worked])
    begins = outline.start(stop - 1) if asked else None
    yield Pile(
        outline,
        "rows of a table",
        blocks,
        begins,
        announced_only=begins is None,
        top=first - HEAD_OF_TABLE,
    )


def data_objects(outline: Outline) -> Iterator[Pile]:
    """Yield the JSON objects below each other, also those of a list, all with the same keys."""
    run: list[tuple[int, int]] = []
    number = 0
    while number <= len(outline.lines):
        line = "".join(outline.lines[number : number + 1]).strip()
        last = outline.closes.get(number, number) if line[:1] == "{" else number
        if line[:1] == "{" and outline.lines[last].rstrip(", ").endswith("}"):
            run.append((number, last + 1))
        elif run and (line or number == len(outline.lines)):
            if len(run) > 1:
                yield from _object_pile(outline, run)
            run = []
        number = last + 1


def _object_pile(outline: Outline, run: Sequence[tuple[int, int]]) -> Iterator[Pile]:
    held = ["\n".join(outline.lines[a:b]).strip(" \t\r\n,") for a, b in run]
    fields = [_fields(said) for said in held]
    keys = tuple(fields[0])
    if len(keys) < FEWEST or any(tuple(other) != keys for other in fields):
        return
    listed = any(said.count("\n") for said in held) or outline.lines[run[0][0]].endswith(",")
    known = [key.replace("_", " ").casefold() for key in keys]
    if listed and not (
        any(names(key, INPUTS | SPEAKERS) for key in known)
        and any(names(key, OUTPUTS | SPEAKERS) for key in known[1:])
    ):
        return  # a list of records, which may be one answer
    filled = [PLACEHOLDER.search(said) is not None for said in held]
    asked = filled.pop()
    if any(filled):
        return
    answers = [found[keys[-1]] for found in (fields[:-1] if asked else fields)]
    blocks = _blocks(outline, [*(first for first, _ in run), run[-1][1]], answers)
    begins = outline.start(run[-1][0]) if asked else None
    top = run[0][0]
    while (above := outline.above(top)) >= 0 and (
        outline.kinds[above] == "fence" or outline.lines[above].strip() == "["
    ):
        top = above
    yield Pile(outline, "JSON objects", blocks, begins, announced_only=not asked, top=top)


def _fields(text: str) -> dict[str, str]:
    """Return the keys and values of an object, in JSON or as Python writes it."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {b or c: d.strip("\"'") for _, b, c, d in re.findall(_FIELD, text)}
    return {key: as_text(value) or "" for key, value in found.items()}


def delimited_rows(outline: Outline) -> Iterator[Pile]:
    """Yield the rows below a line that names an input and an output, parted by one sign."""
    number = 0
    while number < len(outline.lines):
        head, first = outline.lines[number], number + 1
        number = first
        sign = next((sign for sign in "\t,;" if sign in head), "")
        cells = [cell.strip(" \"'").casefold() for cell in head.split(sign)] if sign else []
        if not (
            any(names(cell, INPUTS | SPEAKERS) for cell in cells[:-1])
            and any(names(cell, OUTPUTS) for cell in cells[1:])
            and all(len(cell.split()) <= FEWEST for cell in cells)
        ):
            continue
        while number < len(outline.lines) and sign in outline.lines[number]:
            number += 1
        last = "".join(outline.lines[number : number + 1])
        number += PLACEHOLDER.match(last) is not None
        rows = [line.rpartition(sign) for line in outline.lines[first:number]]
        asked = bool(rows) and PLACEHOLDER.search("".join(rows[-1])) is not None
        worked = [answer.strip(" \"'") for _, _, answer in rows[: len(rows) - asked]]
        if len(worked) < FEWEST or not all(worked):
            continue
        blocks = _blocks(outline, range(first, number + 1), worked)
        begins = outline.start(number - 1) if asked else None
        kind = "rows below the names of their columns"
        yield Pile(outline, kind, blocks, begins, announced_only=not asked, top=first - 1)


def pairs_alike(outline: Outline) -> Iterator[Pile]:
    """Yield lines below each other that are pairs by one sign: `"tall" = "high"`, `tall | high`."""
    run: list[tuple[int, str, str]] = []
    for number, line in [*enumerate(outline.lines), (len(outline.lines), "end")]:
        may = " | " in line or not _MARKS.isdisjoint(line) or (": " in line and line[-1] != ":")
        pair = _pair(line) if may and outline_has(outline, number) else None
        if run and (number == len(outline.lines) or not outline.is_blank(number)):
            if pair and pair[0] == run[0][1]:
                run.append((number, *pair))
                continue
            first, last = run[0][0], run[-1][0]
            within = outline.lines[outline.above(first)].endswith("{")
            lefts = [outline.lines[n].strip(" \t-*•\"'“”") for n, *_ in run]
            named = all(re.match(r"\w+[\W_]*?[|:=–—]", left) for left in lefts) and any(
                len(answer.split()) > FEWEST for *_, answer in run
            )  # names with what they mean
            if len(run) >= FEWEST and not (within or named or _are_items(outline, first, last)):
                starts = [*(n for n, *_ in run), last + 1]
                blocks = _blocks(outline, starts, [answer for *_, answer in run])
                yield Pile(outline, "lines alike", blocks, None, announced_only=True)
            run = []
        if pair:
            run.append((number, *pair))


def _pair(line: str) -> tuple[str, str] | None:
    """Return the sign between the sides of a pair, with the bracket around it, and the answer.

    Of a sentence, such as `For "dark room", answer "lamp".`, it is the word that begins it.
    """
    found = _QUOTED.fullmatch(line)
    if found:
        sign, answer = found["sign"].strip(), found["right"].strip()
        quoted = answer[0] in _QUOTES
        told = quoted if sign.isalnum() else not found["bracket"] or quoted
        if (sign == ",") == bool(found["bracket"]) and told:
            return found["bracket"] + sign, answer.strip(_QUOTES)
    cells = line.split(" | ")
    bare = ":" not in cells[0] and not line.lstrip().startswith("|")
    if len(cells) == FEWEST and all(map(str.strip, cells)) and bare:
        return "|", cells[1].strip()
    item = re.fullmatch(_ITEM_PAIR, line)
    if item and len(item[1].split()) > FEWEST >= len(item[2].split()):
        return "item:", item[2].strip()
    ends = re.search(_CLAUSES, line)
    answer = re.search(_SAID, line[ends.end() :][-LONGEST_LINE:]) if ends else None
    begins = re.match(r"[\W\d]*([^\W\d_]+) ", line.casefold()) if answer else None
    if answer and begins and begins[1] not in GRADES:
        return begins[1], answer[1].strip(_QUOTES)
    return None


def _are_items(outline: Outline, first: int, last: int) -> bool:
    """Return whether lines are some items of a list, which goes on around them."""
    around = [n for n in (first - 1, last + 1) if 0 <= n < len(outline.lines)]
    return any(outline.is_item_below(n, first) for n in around)


def _blocks(
    outline: Outline, starts: Sequence[int], answers: Sequence[str | None]
) -> tuple[tuple[int, int, str | None], ...]:
    """Return blocks that each end where the next begins, as many as there are answers."""
    return tuple(
        (outline.start(first), outline.start(stop), answer)
        for (first, stop), answer in zip(pairwise(starts), answers, strict=False)
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
