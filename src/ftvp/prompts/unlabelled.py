"""Candidates without labels: rows, paragraphs, items of a list and what a rule keeps apart."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from ftvp.prompts.blocks import leads_in
from ftvp.prompts.heads import frame_of, is_announced
from ftvp.prompts.labels import EXAMPLE, PLACEHOLDER, PLAIN, is_slot
from ftvp.prompts.lines import ITEM, Outline
from ftvp.prompts.rows import (
    ARROWS,
    DELIMITED,
    FEWEST,
    MANY,
    Pile,
    arrow_pairs,
    data_objects,
    delimited_rows,
    open_rows,
    outline_has,
    pairs_alike,
    table_rows,
)
from ftvp.prompts.words import INPUTS, OUTPUTS, SPEAKERS, names

LONGEST_RULE = 40
ALIKE = 0.6
"""The mean likeness of outlines, 0 to 1, from which blocks without labels are of one kind."""

_BULLET = re.compile(rf"{ITEM}\s+\S")
END_RULE = re.compile(r"(?:END|DONE|STOP|EOS|EOT)|[^\w\s]\W*+(?i:end|done|stop|eos|eot)\W*+")
DOCSTRING = r'^"""[ \t]*\n?((?:(?!""").)+)"""[ \t]*$'
"""A question in triple quotes on lines of its own."""
STATEMENT = r"^[ \t]*(?:[\w.\[\]]+ ?=(?!=)|(?:def|class|import|from|return|print|for)\b)"

COMMAND = r"(?m)^> ?(?P<first>[^\W\d_])"
"""A command of an agent behind its sign."""
CALL = r"(?m)^[^\W\d_]\w*(?: \d+)?:[ \t]*(?P<of>\w+)[\[(][^\n]*[\])][ \t]*$"
"""A call of an agent behind its label, such as "Action: open[drawer 2]"."""


def piles(outline: Outline) -> Iterator[Pile]:
    """Yield every way to cut a text without labels into blocks of like outline."""
    if ARROWS.search(outline.text):
        yield from arrow_pairs(outline)
    yield from open_rows(outline)
    if "|" in outline.text:
        yield from table_rows(outline)
    if "{" in outline.text:
        yield from data_objects(outline)
    if re.search(DELIMITED, outline.text):
        yield from delimited_rows(outline)
    yield from pairs_alike(outline)
    yield from _parted(outline)
    yield from _stanzas(outline)
    yield from _bullets(outline)
    yield from _sections(outline)
    if sum(kind == "fence" for kind in outline.kinds) > 2 * FEWEST:
        yield from _fenced(outline)
    if outline.text.count('"""') > 2 * FEWEST:
        yield from _quoted_questions(outline)
    if "\n>" in outline.text:
        yield from _trajectories(outline)
    if outline.text.count("]\n") + outline.text.count(")\n") > FEWEST:
        yield from _calls(outline)


def pile_score(pile: Pile) -> float:
    """Return how much speaks for blocks without labels being worked examples, 0 for nothing."""
    over = pile.outline.above(pile.first)
    aside = over > 0 and pile.outline.is_item_below(over, over - 1)
    announced = is_announced(pile.outline, pile.first) and not aside
    above = pile.outline.by_line.get(over)
    heads = [label.name for label in pile.outline.labels]
    of_one = above is not None and heads.count(above.name) > 1
    if pile.announced_only and (not announced or of_one):
        return 0
    return pile.weight + (2 if announced else 0) + 0.4 * min(len(pile.blocks), MANY) + pile.likeness


def _parted(outline: Outline) -> Iterator[Pile]:
    """Yield the blocks that end with the same line, such as `### END ###` or `[done]`."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(outline.lines):
        said = line.strip()
        if not 0 < len(said) <= LONGEST_RULE or outline.kinds[number] == "code":
            continue
        if outline.kinds[number] == "rule" or END_RULE.fullmatch(said):
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
    told = looks[0] != looks[1] == looks[-1] and len(looks[1]) > 1
    lasts = [_is_heading(outline, stop - 1) for _, stop in ends[:FEWEST]]
    told = (told and not blocks[0][0]) or lasts == [True, False]
    if told and len(blocks) > FEWEST:
        blocks, ends, looks = blocks[1:], ends[1:], looks[1:]  # the task, above the first rule
    likeness = _likeness(looks)
    likeness -= (1 - ALIKE) / 2 if sizes[0] > usual else 0  # cut out of what stands above
    asked = _asked(outline, rest[0], rest[1])
    closed = rest[0] >= rest[1]
    if not END_RULE.fullmatch(rule) and (
        (closed and len(blocks) <= FEWEST) or _are_lists(outline, blocks)
    ):
        return
    slots = any(_holds_slot(outline, a, b) for a, b in ends)
    if likeness < ALIKE or not (closed or asked is not None) or slots:
        return
    yield Pile(outline, f"blocks that end with {rule}", _places(outline, blocks), asked, likeness)


def _are_lists(outline: Outline, blocks: Sequence[tuple[int, int]]) -> bool:
    """Return whether blocks are nothing but lists without labels, or one line of text each."""
    ends = [(a, outline.trimmed(a, b, rules=True)) for a, b in blocks]
    lines = [outline.lines[n] for a, b in ends for n in range(a, b) if not outline.is_blank(n)]
    held = any(outline.kinds[n] not in {"text", "blank"} for a, b in ends for n in range(a, b))
    return not held and (len(lines) <= len(blocks) or all(map(_BULLET.match, lines)))


def _stanzas(outline: Outline) -> Iterator[Pile]:
    """Yield the paragraphs of like outline above a lone place to be filled in, or above one alike.

    That begins with the same sign, as questions in comments do, or ends with the same open label.
    """
    begun = outline.paragraphs(0, len(outline.lines))
    if len(begun) <= FEWEST:
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
        if count and len(looks[-count - 1]) < FEWEST:
            break
        if told[-count - 2] and told[-2] and told[-2].isdisjoint(told[-count - 2]):
            break
        heads = [outline.by_line.get(bounds[n][0]) for n in (-2, -count - 2)]
        if lone and count and heads[0] and heads[1] and heads[0].name == heads[1].name:
            return  # the request would have such a label too
        count += 1
    worked = bounds[-1 - count : -1]
    if (
        count < (FEWEST + 1 if lone and not (frame and frame[0]) else FEWEST)
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
        if group:
            least, last = outline.indent(group[-1]), group[-1]
            blank = next((n for n in range(last, place) if outline.is_blank(n)), place)
            below = [outline.indent(n) for n in range(blank, place) if not outline.is_blank(n)]
            goes_on = place < len(outline.lines) and (
                blank == place or (outline.indent(place) == least < min(below, default=least + 1))
            )
            if not goes_on:
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
    bare = [x for x in outline.labels if x.name == EXAMPLE and x.example and not x.tag]
    for n, label in enumerate(outline.labels):
        said = outline.text[label.value : outline.starts[label.line + 1]]
        counted = any(map(str.isdigit, outline.lines[label.line]))
        lone = bare == [label] and not (counted or said.strip())
        headed = label.level < PLAIN and not label.example
        if not (lone or headed) or not leads_in(outline.lines[label.line]):
            continue
        below = islice(outline.labels, n + 1, None)
        level = min(label.level, PLAIN - 1)
        stop = next((x.line for x in below if x.level <= level), len(outline.lines))
        begun = outline.paragraphs(label.line + 1, stop)
        begun = [a for a in begun if outline.indent(a) <= outline.indent(begun[0])]
        items = [a for a in begun if outline.is_item_below(a, begun[0])]
        ruled = [
            n for n in range(label.line + 1, stop) if outline.lines[n].strip() in outline.rules
        ]
        if len(ruled) >= FEWEST:
            items = [n for rule in ruled if (n := outline.below(rule + 1, stop)) < stop]
        blocks = list(pairwise([*(items if len(items) >= FEWEST else begun), stop]))
        looks = [_look(outline, a, outline.trimmed(a, b, rules=True)) for a, b in blocks]
        few = len(blocks) < FEWEST + (len(items) < FEWEST) or min(map(len, looks)) < FEWEST
        ends = [outline.trimmed(a, b) - 1 for a, b in blocks]
        closed = [outline.closes.get(outline.below(a + 1, b)) for a, b in blocks]
        held = closed == ends and len(items) >= FEWEST  # each item has one block below it
        held = held or (len(ruled) >= FEWEST and not _are_lists(outline, blocks))
        open_end = lone or stop == len(outline.lines)
        few = few or (open_end and not held and not _are_asked(outline, blocks))
        if not few and not any(_holds_slot(outline, *x) for x in blocks):
            places = _places(outline, blocks)
            yield Pile(outline, "parts of a section", places, None, announced_only=True, weight=1)


def _quoted_questions(outline: Outline) -> Iterator[Pile]:
    """Yield questions in triple quotes with the code that answers each, to the end of the text.

    The last of them may be asked: nothing stands below it, or it is a place to fill in.
    """
    found = list(re.finditer(DOCSTRING, outline.text, re.MULTILINE | re.DOTALL))
    places = [*(match.start() for match in found), len(outline.text)]
    worked = [
        (match.start(), end, outline.text[match.end() : end].strip())
        for match, end in zip(found, places[1:], strict=True)
    ]
    asked = None
    if worked and (not worked[-1][2] or PLACEHOLDER.search(found[-1][0])):
        asked = worked.pop()[0]
    is_code = all(re.search(STATEMENT, answer, re.MULTILINE) for _, _, answer in worked)
    if len(worked) > FEWEST - (asked is not None) and is_code:
        yield Pile(outline, "questions in quotes with code", tuple(worked), asked)


def _trajectories(outline: Outline) -> Iterator[Pile]:
    """Yield the paragraphs at the end of a text that are trajectories of an agent.

    Each begins with its task, and goes on with commands behind a sign and what each of them shows.
    One alone is the whole text, and a label tells its task; or it is announced.
    """
    begun = outline.paragraphs(0, len(outline.lines))
    bounds = [(a, outline.trimmed(a, b)) for a, b in pairwise([*begun, len(outline.lines)])]
    asked = _asked(outline, *bounds[-1])
    worked: list[tuple[int, int]] = []
    for first, stop in reversed(bounds[:-1] if asked is not None else bounds):
        signs = [n for n in range(first, stop) if outline.lines[n].startswith(">")]
        steps = [x for n in signs if (x := re.match(COMMAND, outline.lines[n]))]
        ends = all(b - a > 1 for a, b in pairwise([*signs, stop]))
        commands = sum(step["first"].islower() for step in steps) * 2 > len(signs)
        if len(signs) <= FEWEST or signs[0] == first or not (ends and commands):
            break
        worked.insert(0, (first, stop))
    lines = [line for first, stop in worked for line in outline.lines[first:stop]]
    if not worked or PLACEHOLDER.search("\n".join(lines)):
        return
    first = worked[0][0]
    opening = range(first, first + next(n for n, line in enumerate(lines) if line[:1] == ">"))
    alone = len(worked) == 1 and not (worked == bounds and outline.by_line.keys() & opening)
    yield Pile(outline, "trajectories", _places(outline, worked), asked, announced_only=alone)


def _calls(outline: Outline) -> Iterator[Pile]:
    """Yield what begins with the label of a task where calls by one label follow, to the end.

    Above the calls stand paragraphs with labels that come with most, and below them none. A list of
    tools names each of them once, a trajectory calls some again. One alone is the whole text. The
    last task may be asked, without calls.
    """
    calls = list(re.finditer(CALL, outline.text))
    steps = [bisect_left(outline.starts, call.start()) for call in calls]
    times = Counter(label.name for label in outline.labels)
    heads = [x.line for x in outline.labels if x.name == outline.labels[0].name]
    told = {outline.by_line[n].name for n in steps if n in outline.by_line}
    if len(calls) <= FEWEST or len(told) != 1 or outline.labels[0].name in told:
        return
    bounds = [*pairwise([*heads, len(outline.lines)])]
    asked = bounds.pop()[0] if len(heads) > 1 and steps[-1] < heads[-1] else None
    for first, stop in bounds:
        held = steps[bisect_left(steps, first) : bisect_left(steps, stop)]
        between = outline.paragraphs(first, held[0])[1:] if held else []
        led = (outline.by_line.get(n) for n in between)
        if len(held) < FEWEST or len(outline.paragraphs(held[-1], stop)) > 1:
            return
        if any(x is None or times[x.name] < len(held) - 1 for x in led) or PLACEHOLDER.search(
            outline.text, outline.start(first), outline.start(stop)
        ):
            return
    alone = len(bounds) == 1 and asked is None
    first = outline.paragraph(heads[0])
    again = len({call["of"] for call in calls}) < len(calls)
    if again and (not alone or first == outline.below(0, first)):
        blocks = [(first, bounds[0][1]), *bounds[1:]]
        begins = None if asked is None else outline.start(asked)
        yield Pile(outline, "trajectories", _places(outline, blocks), begins, weight=6)


def _are_asked(outline: Outline, blocks: Sequence[tuple[int, int]]) -> bool:
    """Return whether blocks begin with what is asked, as a title of several words with a colon.

    The parts of one example have shorter ones, such as "Reply:".
    """
    titles = [outline.lines[a].strip(" *_") for a, _ in blocks]
    told = [outline.by_line.get(a) for a, _ in blocks]
    bare = all(title[0] not in "[<" and title.endswith((":", "：")) for title in titles)
    few = [x for x in told if x and (x.example or len(x.name.split()) <= FEWEST)]
    part = any(x.example or names(x.name, INPUTS | OUTPUTS | SPEAKERS) for x in few)
    return bare and not part and sum(len(t.split()) for t in titles) > FEWEST * len(titles)


def _fenced(outline: Outline) -> Iterator[Pile]:
    """Yield the code fences with the same labels, where nothing but headings parts them.

    A line right below a heading belongs to it. Only an announcement makes them examples where
    other text stands in the file, or where each is the only one of its section, as in a manual.
    """
    found: dict[tuple[str, ...], list[tuple[int, int, str]]] = {}
    for first, close in sorted(outline.closes.items()):
        if outline.kinds[first] != "fence":
            continue
        body = Outline("\n".join(outline.lines[first + 1 : close]))
        told = tuple(label.name for label in body.labels)
        if len({*told}) >= FEWEST and body.labels[0].line == body.below(0, len(body.lines)):
            answer = body.text[body.labels[-1].value :].strip()
            found.setdefault(told, []).append((first, close + 1, answer))
    titles = [n for n in sorted(outline.by_line) if _is_heading(outline, n)]
    beside = [
        n
        for n in range(len(outline.lines))
        if not (outline.is_blank(n) or _is_heading(outline, n))
        and not _is_heading(outline, outline.above(n))
    ]
    for fences in found.values():
        if len(fences) > FEWEST and not any(PLACEHOLDER.search(said) for *_, said in fences):
            yield from _fence_pile(outline, fences, titles, beside)


def _fence_pile(
    outline: Outline,
    fences: Sequence[tuple[int, int, str]],
    titles: Sequence[int],
    beside: Sequence[int],
) -> Iterator[Pile]:
    """Yield the fences as blocks; `beside` are the lines of the text that belong to no heading."""
    top, stop = fences[0][0], fences[-1][1]

    def number(first: int, end: int) -> int:
        return bisect_left(beside, end) - bisect_left(beside, first)

    held = sum(number(a, b) for a, b, _ in fences)
    own = len({bisect_left(titles, a) for a, *_ in fences}) == len(fences)
    blocks = tuple((outline.start(a), outline.start(b), said) for a, b, said in fences)
    same = len({outline.text[a:b].strip() for a, b, _ in blocks}) < len(blocks)
    if same or number(top, stop) > held:
        return
    while _is_heading(outline, above := outline.above(top)) and not leads_in(outline.lines[above]):
        top = above
    loose = len(beside) > held or own
    yield Pile(outline, "code fences alike", blocks, None, announced_only=loose, top=top)


def _is_heading(outline: Outline, line: int) -> bool:
    label = outline.by_line.get(line)
    return label is not None and label.level < PLAIN


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
