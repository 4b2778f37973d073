"""Candidates by label: runs of blocks that each begin with the same label, heading or tag."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from ftvp.prompts.blocks import TRIM, Block, Ending, leads_in, states_of, trimmed
from ftvp.prompts.heads import (
    batch_heads,
    before_next_section,
    encloses,
    labels_above,
    raw_blocks,
    stands_apart,
    unit_heads,
    without_titles,
)
from ftvp.prompts.labels import BOLD, EXAMPLE, LEAD, PLACEHOLDER, PLAIN, Label
from ftvp.prompts.lines import Outline
from ftvp.prompts.words import INPUTS, OUTPUTS, SPEAKERS, are_speakers, names, takes_turn

MOST_HEADS = 24
MOST_LABELS = 20_000
SHORTEST_RULE = 3
"""Characters from which a rule may end an example; shorter ones part the lines of an answer."""
_ASKED = {"open", "slots", "described"}


class Run(NamedTuple):
    """Worked blocks of like outline that a request may follow.

    `tail` names the label of their answers and `shared` the labels that most of them have; `pair`
    says that they go from a word for an input to one for an output, `marked` that each calls itself
    an example, `described` that only a format follows, `out_of_step` that the first lacks its
    beginning, `repeats` that labels recur within a single block, which then holds several.
    """

    outline: Outline
    head: str
    tail: str | None
    pair: bool
    blocks: tuple[Block, ...]
    asked: Block | None
    described: bool
    shared: tuple[str, ...]
    marked: bool
    out_of_step: bool
    repeats: bool

    @property
    def likeness(self) -> float:
        """The mean share of labels that a block and the shared sequence have in common, 0 to 1."""
        if len(self.blocks) == 1:
            return 1.0
        ours = set(self.shared)
        parts = [len(ours & set(b.names)) / len(ours | set(b.names)) for b in self.blocks]
        return sum(parts) / len(parts)

    @property
    def words(self) -> float:
        """The mean number of words that a label of the blocks holds."""
        values = [block.value(n).split() for block in self.blocks for n in range(len(block.labels))]
        return sum(map(len, values)) / len(values)

    def is_within(self, units: Sequence["Run"]) -> bool:
        """Return whether each block of a run holds a part of this one, and so is the example.

        Such parts are examples whose numbers begin anew, or paragraphs without their first lines.
        """
        lines = [self.outline.lines[block.first] for block in self.blocks]
        numbers = [int(found[0]) for line in lines if (found := re.search(r"\d{1,4}", line))]
        counted = self.head == EXAMPLE and len(numbers) == len(lines)
        later = zip(pairwise(numbers), self.blocks[1:], strict=True) if counted else ()
        anew = [self.blocks[0].first, *(block.first for (m, n), block in later if n <= m)]
        for unit in units:
            starts = [block.first for block in unit.blocks]
            if unit.marked or unit.blocks[0].head.level < PLAIN or len(starts) == 1:
                continue
            owners = [bisect_right(starts, first) for first in anew]
            if counted and len(anew) > 1 and owners[0] and len({*owners}) == len(owners):
                return True
            fewer = set(self.shared) < set(unit.shared) and not self.marked
            places = [(bisect_left(starts, block.first), block.first) for block in self.blocks]
            if fewer and all(
                place and not any(map(self.outline.is_blank, range(starts[place - 1], line)))
                for place, line in places
            ):
                return True
        return False


def label_runs(outline: Outline) -> Iterator[Run]:
    """Yield a run for each label that may head blocks; none where there are too many labels."""
    if len(outline.labels) > MOST_LABELS:
        return
    heads: dict[str, list[Label]] = {}
    for label in outline.labels:
        if not label.inline:
            heads.setdefault(label.name, []).append(label)
    numbered = (without_titles(outline, found) for found in heads.values())
    likely = [found for found in numbered if len(found) > 1 or found[0].example]
    for label, *below in zip(outline.labels, outline.labels[1:], outline.labels[2:], strict=False):
        alone = len(heads.get(below[0].name, ())) == 1 and names(below[0].name, INPUTS | SPEAKERS)
        inner = all(x.level > min(label.level, PLAIN - 1) for x in below) and not label.example
        if alone and inner and leads_in(outline.lines[label.line]):
            likely.append([label._replace(name=LEAD, example=True)])
    for found in likely[:MOST_HEADS]:
        parts = raw_blocks(outline, found)
        batches = batch_heads(parts)
        firsts = batches or unit_heads(found, parts)
        blocks = parts if len(firsts) == len(parts) else raw_blocks(outline, firsts)
        if batches:
            name = found[0].name
            blocks = [replace(b, inputs=sum(x.name == name for x in b.labels)) for b in blocks]
        run = _run(outline, blocks)
        if run is not None:
            yield run


def _run(outline: Outline, blocks: Sequence[Block]) -> Run | None:
    raw = [before_next_section(block) for block in blocks]
    common = set(_shared(raw)) if len(raw) > 1 else set()
    tail = _tail(raw, common)
    closed = outline.closes if encloses(raw) else {}
    cut = [
        _closed(block, closed, last=number == len(raw)) or _cut(block, common, tail, number, raw)
        for number, block in enumerate(raw, start=1)
    ]
    shared = _shared(cut)
    tail = _tail(cut, set(shared))
    states = states_of(cut, set(shared), tail)
    last_is_bare = states[-1] == "empty" and raw[-1].head.example == raw[0].head.example
    asked = len(cut) - (len(cut) > 1 and len(cut[-1].labels) == 1 and last_is_bare)
    asked = next((n for n in range(asked, 0, -1) if states[n - 1] not in _ASKED), 0)
    begin = next((n for n in range(asked, 0, -1) if states[n - 1] != "worked"), 0)
    if begin + 2 < asked and shared[1:] and set(cut[begin].names).isdisjoint(shared[1:]):
        begin += cut[begin].stop < cut[begin + 1].first  # an aside above the first
    if begin + 2 < asked == len(cut) and shared[1:] and len(cut[-1].names) == 1:
        asked -= cut[-2].stop < cut[-1].first  # an aside below the last
        cut = cut[:asked]
    if begin == asked:
        return None
    found = _with_tops(outline, cut[begin:], asked - begin)
    worked, request = found[: asked - begin], found[asked - begin :]
    worked[-1] = trimmed(worked[-1], worked[:-1], tail, request[0] if request else None)
    return Run(
        outline,
        raw[0].head.name,
        tail,
        names(raw[0].head.name, INPUTS | SPEAKERS) and tail is not None and names(tail, OUTPUTS),
        tuple(worked),
        request[0] if request else None,
        bool(request) and states[asked] == "described",
        shared if len(raw) > 1 else worked[0].names,
        marked=sum(block.head.example for block in worked) * 2 > len(worked),
        out_of_step=_is_out_of_step(worked, set(shared)),
        repeats=len(raw) == 1 and len(raw[0].names) < len(raw[0].labels),
    )


def _shared(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the names that at least half of the blocks have, in the order of the first of them."""
    if len(blocks) == 1:
        return blocks[0].names
    times = Counter(name for block in blocks for name in block.names)
    least = max(2, (len(blocks) + 1) // 2)
    return tuple(name for name, count in times.items() if count >= least)


def _cut(block: Block, common: set[str], tail: str | None, at: int, raw: Sequence[Block]) -> Block:
    """Return a block up to the first line that is no part of an example any more.

    It is the one at place `at`, from 1. In place of a shared label that it lacks, it may have one
    of its own.
    """
    outline = block.outline
    last = _last_shared(block, common, tail)
    ends_soon = at >= len(raw) - 1
    again = _second_round(block, common, raw) if ends_soon else None
    spare = bool(common - set(block.names))
    line = block.first
    while line < block.stop:
        close = outline.closes.get(line, line)
        line = outline.below((close if close < block.stop else line) + 1, block.stop)
        if line == block.stop:
            break
        if outline.kinds[line] == "end":
            return block.cut(line + 1, "mark")
        told = outline.by_line.get(line)
        turned = (
            (ends_soon and line > last)
            and stands_apart(outline, line)
            and (told is None or told.name not in common)
            and takes_turn(outline.lines[line].strip(TRIM).casefold())
        )
        if line == again or turned:
            titled = told is not None and any(
                x.name == told.name and x.level > told.level for x in block.labels
            )
            return block.cut(line, "turn" if turned else "section" if titled else "again")
        below = 1 < at == len(raw) and line > last and outline.is_blank(line - 1)
        if below and outline.kinds[line] == "slot":
            return block.cut(line, "text")
        held = block.head.example and block.head.level == PLAIN and len(common) > 2  # noqa: PLR2004  a head, an input and an answer
        several = held or len(raw) > 2  # noqa: PLR2004  of two, the second may be a bare request
        complete = line > last and (several or at == len(raw))
        border = _border(block, line, common, last, complete=complete)
        below_head = told is None or (complete and told.level < PLAIN == block.head.level)
        if border and spare and not (below_head or leads_in(outline.lines[line])):
            spare = False
        elif border:
            return block.cut(line, border)
    return block


def _closed(block: Block, closed: Mapping[int, int], *, last: bool) -> Block | None:
    """Return a block that its tag ends, a mark, or the rule that parts examples with headings."""
    if block.head.tag and block.first in closed:
        return block.cut(min(closed[block.first] + 1, block.stop), "mark")
    outline = block.outline
    if block.head.example and "end" in (kinds := outline.kinds[block.first : block.stop]):
        return block.cut(block.first + kinds.index("end") + 1, "mark")
    end = outline.trimmed(block.first, block.stop) - 1
    lines = [line.strip() for line in outline.lines[block.first : end + 1]]
    parts = lines[-1] in outline.rules and lines.count(lines[-1]) == 1
    ends = parts and block.head.example and block.head.level < BOLD and not last
    return block if ends else None


def _last_shared(block: Block, common: set[str], tail: str | None) -> int:
    """Return the line of the last shared label of a block.

    Of each name it counts the first; in a batch as many as there are inputs.
    """
    wanted = common - {block.head.name} or common
    lines: dict[str, list[int]] = {}
    for label in block.labels[1:]:
        if tail in lines and label.level < PLAIN == block.head.level and label.name not in common:
            break  # the section below
        if label.name in wanted:
            lines.setdefault(label.name, []).append(label.line)
    return max((found[: block.inputs][-1] for found in lines.values()), default=block.first)


def _second_round(block: Block, common: set[str], raw: Sequence[Block]) -> int | None:
    """Return the line of the paragraph in which a block's labels come again.

    A request repeats them, or a described format. Of labels that are not common it is the first.
    In the paragraph of an example with a heading it is the line below the last value's first line.
    """
    known = common | {label.name for label in block.labels[1:2]}
    others = (Counter(label.name for label in o.labels) for o in raw if o is not block)
    twice = {name for times in others for name, count in times.items() if count > 1}
    known -= twice
    begun: dict[str, list[int]] = {}
    talk = {x.name for x in block.labels[1:] if x.level == PLAIN} - INPUTS - OUTPUTS
    goes_on = (
        block.head.example
        and len(talk) > 1
        and are_speakers(talk)
        and not PLACEHOLDER.search(block.outline.text, block.start, block.end)
    )
    for label in block.labels[1:]:
        lines = begun.setdefault(label.name, [])
        turn = len(talk) > 1 and label.name in talk
        turn = turn and (goes_on or not block.outline.is_blank(label.line - 1))
        if (
            label.name in known
            and not turn
            and len(lines) >= block.inputs
            and label.line > lines[0]
        ):
            line = block.outline.paragraph(label.line)
            opens = block.outline.by_line.get(line)
            if opens and opens.name in twice and opens.name in SPEAKERS:
                continue  # a further turn of the talk
            if line > lines[0]:
                return line
            if not block.head.example or label.name != block.labels[1].name:
                return None
            above = [x for x in block.labels if x.line < label.line][-1]
            held = block.outline.text[above.value : block.outline.starts[above.line + 1]].strip()
            return min(above.line + 1 + (not held), label.line)
        lines.append(label.line)
    return None


def _border(
    block: Block, line: int, common: set[str], last: int, *, complete: bool
) -> Ending | None:
    """Return how a line ends the block above it, None where it is a part of the block.

    A heading is a part where labels that all examples share are still to come.
    `last` is the line of the block's last shared label, and `complete` says that it stands above.
    """
    outline = block.outline
    kind = outline.kinds[line]
    label = outline.by_line.get(line)
    if kind == "close":
        return "mark"
    item = outline.is_item_below(line, block.first) or (
        stands_apart(outline, line) and outline.is_item_below(line, block.top)
    )
    if complete and block.head.example and item:
        name = label.name if label else ""
        bare = not common - {block.head.name}
        known = name in common or (bare and names(name, INPUTS | OUTPUTS))
        return None if known else "section"
    if label is not None:
        held = block.head.example and label.level < PLAIN and line < last
        out = outline.indent(line) < outline.indent(block.first) and label.name not in common
        ends = (complete and out) or _is_border_label(block, label, common, complete=complete)
        return "section" if ends and not held else None
    leads = stands_apart(outline, line) and leads_in(outline.lines[line])
    if leads and (
        block.head.level == PLAIN if block.head.example and complete else not block.head.example
    ):
        return "section"
    said = outline.lines[line].strip()
    rule = kind == "rule" and len(said) >= SHORTEST_RULE and said not in outline.rules
    rule = rule and not (complete and block.head.example and _parts_answer(block, line))
    loop = kind == "control" and outline.lines[line].lstrip().startswith(("{% for", "{%- for"))
    if kind in {"rule", "control"}:
        return "section" if complete and (rule or loop) else None
    least = outline.indent(block.first)
    if stands_apart(outline, line) and last and block.head.level >= BOLD:
        least = max(least, outline.indent(last))
    return "text" if complete and outline.indent(line) < least else None


def _parts_answer(block: Block, line: int) -> bool:
    """Return whether a rule stands between the input of an example and the label of its answer."""
    told = block.outline.by_line.get(block.outline.below(line + 1, block.stop))
    begun = [label for label in block.labels[1:] if label.line < line]
    if told is None or not begun or any(names(label.name, OUTPUTS) for label in begun):
        return False
    return names(told.name, OUTPUTS) and bool(block.outline.text[told.value : block.end].strip())


def _is_border_label(block: Block, label: Label, common: set[str], *, complete: bool) -> bool:
    outline, head = block.outline, block.head
    inner = label.level > head.level or EXAMPLE == label.name != head.name
    title = label.name == head.name and label.level < head.level
    again = block.inputs > 1 and any(
        x.name == label.name for x in block.labels if x.line < label.line
    )
    peer = head.name == EXAMPLE and label.level == head.level < BOLD and not label.example
    peer = peer and complete and outline.first_of_level[head.level] < head.line
    if title or again or peer:
        return title or peer
    if label.name in common or (label.example and head.example and inner):
        return label.name == EXAMPLE != head.name and head.example and EXAMPLE in common
    part = label.example and label.name not in {EXAMPLE, LEAD} and not head.example
    begun = (x for x in block.labels[1:] if x.line < label.line and names(x.name, OUTPUTS))
    told = next(begun, None) if names(label.name, OUTPUTS) else None
    answered = told is not None and (
        told.name == label.name
        or next(x.line for x in reversed(block.labels) if x.name == told.name) < label.line
    )
    if part or (names(label.name, OUTPUTS) and not answered):
        return False
    if label.level < PLAIN and (head.level == PLAIN or label.level <= head.level):
        return True
    if not stands_apart(outline, label.line) or (head.example and head.level < BOLD):
        return False
    return leads_in(outline.lines[label.line]) or (complete and bool(common - {head.name}))


def _tail(blocks: Sequence[Block], shared: set[str]) -> str | None:
    """Return the label of the answers: the last that most blocks share, or a word for an answer."""
    lasts: Counter[str] = Counter()
    for block in blocks:
        known = [label.name for label in block.labels[1:] if label.name in shared]
        if known and known[-1] != block.head.name:
            lasts[known[-1]] += 1
    if len(blocks) > 1 and lasts:
        most, count = lasts.most_common(1)[0]
        answers = [n for n, c in lasts.most_common() if names(n, OUTPUTS) and c * 2 >= count]
        return answers[0] if answers else most
    own = [label.name for label in blocks[0].labels[1:]]
    alone = own[-1] if own and len(blocks) == 1 else None
    return next((name for name in reversed(own) if names(name, OUTPUTS)), alone)


def _with_tops(outline: Outline, blocks: Sequence[Block], worked: int) -> list[Block]:
    """Return the blocks with the rule (---) that stands right above most of them.

    Or with the first lines of their paragraphs, where each of the worked ones has such.
    """
    firsts = [
        b.first - 1 if b.first and outline.kinds[b.first - 1] == "rule" else b.first for b in blocks
    ]
    ruled = sum(first < block.first for first, block in zip(firsts, blocks, strict=True))
    if ruled * 2 <= len(blocks) - 1:
        if worked == 1 or blocks[0].head.example:
            return list(blocks)
        firsts = [block.first for block in blocks]
        for place, first in enumerate(firsts):
            while firsts[place] and outline.kinds[firsts[place] - 1] == "text":
                firsts[place] -= 1
            if firsts[place] == first or not outline.is_blank(firsts[place] - 1):
                if place < worked:
                    return list(blocks)
                firsts[place] = first
    afters = [*firsts[1:], len(outline.lines)]
    return [
        replace(block, first=first, stop=min(block.stop, after))
        for block, first, after in zip(blocks, firsts, afters, strict=True)
    ]


def _is_out_of_step(blocks: Sequence[Block], shared: set[str]) -> bool:
    """Return whether what stands right above the first block seems to be its first part.

    The same is asked of the first block with something above it that is no block. So it seems too
    where its last label is the nearest above it, and the text holds as many of that as of the head.
    """
    loose = ((a.stop, b) for a, b in pairwise(blocks) if a.outline.below(a.stop, b.first) < b.first)
    for least, block in ((0, blocks[0]), *islice(loose, 1)):
        above = [label for label in labels_above(block) if label.line >= least]
        if block.head.example:
            before = [x for x in block.outline.labels if x.line < block.first][-1:]
            again = [x for x in block.outline.labels if x.line < blocks[-1].first][-1:]
            every = len(blocks) > 1 and [x.name for x in before] == [x.name for x in again]
            part = every and before and before[0].name not in {EXAMPLE, LEAD}
            led = any(x.example and x.name != block.head.name for x in before)
            if led and (part or names(block.head.name, OUTPUTS)):
                return True
        if not above or EXAMPLE in {above[-1].name, block.head.name}:
            continue
        named = any(label.name in shared - {block.head.name} for label in above)
        if named or (above[-1].example and block.head.example):
            return True
    first, labels = blocks[0], blocks[0].outline.labels
    last = [label for label in first.labels if label.name in shared][-1]
    before = [label for label in labels if label.line < first.first]
    if not before or (before[-1].name, before[-1].level) != (last.name, last.level):
        return False
    times = Counter(label.name for label in labels)
    alone = all(label.name != first.head.name for label in before)
    return alone and times[last.name] == times[first.head.name]
