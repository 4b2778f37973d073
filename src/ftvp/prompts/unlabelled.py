"""Candidates without labels: rows, arrows, code fences, paragraphs and what a rule keeps apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from ftvp.prompts.blocks import leads_in
from ftvp.prompts.heads import frame_of, is_title_below
from ftvp.prompts.labels import PLACEHOLDER, PLAIN, is_slot
from ftvp.prompts.lines import Outline

MOST_ARROWS = 20_000
LONGEST_RULE = 40
HEAD_OF_TABLE = 2
"""Lines of a table above its rows."""
FEWEST = 2
"""Blocks, or parts of one, below which nothing is repeated."""
ALIKE = 0.6
"""The mean likeness of outlines, 0 to 1, from which blocks without labels are of one kind."""

_ARROW = r"(?:=>|-{1,2}>|→|⇒|➜|(?<=[ \t])//(?=[ \t\r\n]|\Z))"
_ANY = re.compile(_ARROW)
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_ROW = r"\s*\|(.*)\|\s*"
_TABLE_RULE = r"\s*\|[\s:|-]+\|\s*"
_ROW_MARKS = ":=,;|])>}"
_KEY = r'"([^"]{1,40})"\s*:'
_VALUE = r'"[^"]{1,40}"\s*:\s*("(?:[^"\\]|\\.)*"|[^,{}]+)'
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
_END_RULE = re.compile(r"(?:END|DONE|STOP|EOS|EOT)|[^\w\s]\W*+(?i:end|done|stop|eos|eot)\W*+")


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


def piles(outline: Outline) -> Iterator[Pile]:
    """Yield every way to cut a text without labels into blocks of like outline."""
    yield from _arrows(outline)
    yield from _open_rows(outline)
    yield from _tables(outline)
    yield from _objects(outline)
    yield from _parted(outline)
    yield from _stanzas(outline)
    yield from _bullets(outline)
    yield from _sections(outline)


def _arrows(outline: Outline) -> Iterator[Pile]:
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


def _open_rows(outline: Outline) -> Iterator[Pile]:
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


def _tables(outline: Outline) -> Iterator[Pile]:
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


def _objects(outline: Outline) -> Iterator[Pile]:
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


def _parted(outline: Outline) -> Iterator[Pile]:
    """Yield the blocks that end with the same line, such as `### END ###` or `[done]`."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(outline.lines):
        said = line.strip()
        if not 0 < len(said) <= LONGEST_RULE or outline.kinds[number] == "code":
            continue
        if outline.kinds[number] == "rule" or _END_RULE.fullmatch(said):
            lines.setdefault(said, []).append(number)
    for rule, places in lines.items():
        if len(places) > 1:
            yield from _parted_by(outline, rule, places)


def _parted_by(outline: Outline, rule: str, places: Sequence[int]) -> Iterator[Pile]:
    firsts = [0, *(place + 1 for place in places)]
    stops = [*(place + 1 for place in places), len(outline.lines)]
    *blocks, rest = [(outline.below(a, b), b) for a, b in zip(firsts, stops, strict=True)]
    blocks = [(a, b) for a, b in blocks if outline.trimmed(a, b - 1) > a]
    if len(blocks) < FEWEST:
        return
    sizes = [len(outline.paragraphs(a, b - 1)) for a, b in blocks]
    usual = Counter(sizes[1:]).most_common(1)[0][0]
    if sizes[0] > usual:
        begun = outline.paragraphs(blocks[0][0], blocks[0][1] - 1)
        blocks[0] = (begun[-usual], blocks[0][1])
    ends = [(a, outline.trimmed(a, b - 1)) for a, b in blocks]
    looks = [_look(outline, a, outline.trimmed(a, b, rules=True)) for a, b in ends]
    begun = outline.paragraphs(*rest)
    if usual < len(begun) and not _asked(outline, rest[0], begun[usual]):
        last = rest[0], begun[usual]
        look = _look(outline, last[0], outline.trimmed(*last, rules=True))
        if _likeness([looks[-1], look]) >= ALIKE:
            blocks, ends, looks = [*blocks, last], [*ends, last], [*looks, look]
            rest = last[1], rest[1]
    likeness = _likeness(looks)
    likeness -= (1 - ALIKE) / 2 if sizes[0] > usual else 0  # cut out of what stands above
    asked = _asked(outline, rest[0], rest[1])
    closed = rest[0] >= rest[1]
    if (
        likeness < ALIKE
        or not (closed or asked is not None)
        or any(_holds_slot(outline, a, b) for a, b in ends)
    ):
        return
    if closed and not _END_RULE.fullmatch(rule) and len(blocks) <= FEWEST:
        return
    yield Pile(outline, f"blocks that end with {rule}", _places(outline, blocks), asked, likeness)


def _stanzas(outline: Outline) -> Iterator[Pile]:
    """Yield the paragraphs of like outline above a lone place to be filled in, or above one alike.

    That begins with the same sign, as questions in comments do, or ends with the same open label.
    """
    begun = outline.paragraphs(0, len(outline.lines))
    if len(begun) <= FEWEST + 1:
        return
    bounds = [(a, outline.trimmed(a, b)) for a, b in pairwise([*begun, len(outline.lines)])]
    asked = bounds[-1]
    lone = asked[1] - asked[0] == 1 and is_slot(outline.lines[asked[0]])
    frame = frame_of(outline, *asked)
    if not lone and (frame is None or _asked(outline, *asked) is None):
        return
    looks = [_look(outline, a, b) for a, b in bounds[:-1]]
    told = [
        {outline.by_line[n].name for n in range(a, b) if n in outline.by_line} for a, b in bounds
    ]
    count = 0
    while count < len(looks) and _likeness([looks[-1], looks[-count - 1]]) >= ALIKE:
        if not lone and frame_of(outline, *bounds[-count - 2]) != frame:
            break
        if told[-count - 2] and told[-2] and told[-2].isdisjoint(told[-count - 2]):
            break
        heads = [outline.by_line.get(bounds[n][0]) for n in (-2, -count - 2)]
        if lone and count and heads[0] and heads[1] and heads[0].name == heads[1].name:
            return  # the request would have such a label too
        count += 1
    worked = bounds[-1 - count : -1]
    if (
        count < (FEWEST + 1 if lone else FEWEST)
        or len(looks[-1]) < FEWEST
        or any(_holds_slot(outline, a, b) for a, b in worked)
    ):
        return
    stops = [b for b, _ in [*worked[1:], asked]]
    blocks = [(a, stop) for (a, _), stop in zip(worked, stops, strict=True)]
    likeness = _likeness(looks[-count:])
    yield Pile(
        outline, "paragraphs alike", _places(outline, blocks), outline.start(asked[0]), likeness
    )


def _bullets(outline: Outline) -> Iterator[Pile]:
    """Yield the items of a list, each with lines of its own below it."""
    places = [
        n for n, line in enumerate(outline.lines) if _BULLET.match(line) and outline_has(outline, n)
    ]
    group: list[int] = []
    for place in [*places, len(outline.lines)]:
        if group and (
            place == len(outline.lines) or any(outline.is_blank(n) for n in range(group[-1], place))
        ):
            yield from _items(outline, group)
            group = []
        if place < len(outline.lines):
            group.append(place)


def _items(outline: Outline, group: Sequence[int]) -> Iterator[Pile]:
    least = min(outline.indent(n) for n in group)
    tops = [n for n in group if outline.indent(n) == least]
    stop = group[-1] + 1
    while stop < len(outline.lines) and not outline.is_blank(stop):
        stop += 1
    blocks = [(a, b) for a, b in pairwise([*tops, stop])]
    times = Counter(outline.by_line[n].name for n in tops if n in outline.by_line)
    if len(blocks) < FEWEST or any(b - a <= FEWEST for a, b in blocks):
        return
    if len(times) > 1 and min(times.values()) > 1:
        return  # the labels of one block each
    looks = [_look(outline, a, b) for a, b in blocks]
    if _likeness(looks) >= ALIKE and not any(_holds_slot(outline, a, b) for a, b in blocks):
        yield Pile(
            outline,
            "items of a list",
            _places(outline, blocks),
            None,
            _likeness(looks),
            announced_only=True,
            weight=1.5,
        )


def _sections(outline: Outline) -> Iterator[Pile]:
    """Yield the numbered items, or else the paragraphs, of a section that is called examples."""
    for n, label in enumerate(outline.labels):
        if label.level >= PLAIN or label.example or not leads_in(outline.lines[label.line]):
            continue
        below = islice(outline.labels, n + 1, None)
        stop = next((x.line for x in below if x.level <= label.level), len(outline.lines))
        begun = outline.paragraphs(label.line + 1, stop)
        begun = [a for a in begun if outline.indent(a) <= outline.indent(begun[0])]
        items = [a for a in begun if outline.is_item_below(a, begun[0])]
        blocks = list(pairwise([*(items if len(items) >= FEWEST else begun), stop]))
        looks = [_look(outline, a, outline.trimmed(a, b)) for a, b in blocks]
        few = len(blocks) < FEWEST + (len(items) < FEWEST) or stop == len(outline.lines)
        few = few or min(map(len, looks)) < FEWEST
        if not few and not any(_holds_slot(outline, *x) for x in blocks):
            places = _places(outline, blocks)
            yield Pile(outline, "parts of a section", places, None, announced_only=True, weight=1)


def _places(
    outline: Outline, blocks: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int, str | None], ...]:
    return tuple((outline.start(a), outline.start(b), None) for a, b in blocks)


def _look(outline: Outline, first: int, stop: int) -> list[str]:
    """Return what kinds of lines a block has, in order."""
    found: list[str] = []
    for number in range(first, stop):
        kind = outline.kinds[number]
        if kind == "text" and " " not in outline.lines[number].strip():
            found.append("word")
        else:
            found.append(kind)
    return found


def _likeness(looks: Sequence[Sequence[str]]) -> float:
    """Return how like outlines are to the first, 0 to 1, by the kinds of lines they share."""
    first, *others = looks
    if not others:
        return 1.0
    shares = []
    for other in others:
        both = sum((Counter(first) & Counter(other)).values())
        shares.append(2 * both / max(1, len(first) + len(other)))
    return sum(shares) / len(shares)


def _asked(outline: Outline, first: int, stop: int) -> int | None:
    """Return where the request begins in what follows the last block, None for no request."""
    rest = outline.text[outline.start(first) : outline.start(stop)]
    return outline.start(first) if first < stop and PLACEHOLDER.search(rest) else None


def _holds_slot(outline: Outline, first: int, stop: int) -> bool:
    """Return whether a line of a block is nothing but a place to be filled in."""
    within = (n for n in range(first, stop) if n not in outline.closes)
    lines = [n for n in within if outline.kinds[n] != "close"]
    return any(outline.kinds[n] == "slot" or is_slot(outline.lines[n]) for n in lines)
