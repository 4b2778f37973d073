"""Where blocks begin: which labels of one name head a unit, a batch or an example of its own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ftvp.prompts.blocks import BARE, TRIM, Block, leads_in
from ftvp.prompts.labels import BOLD, EXAMPLE, PLAIN, Label, is_slot
from ftvp.prompts.lines import Outline
from ftvp.prompts.words import (
    INPUTS,
    OUTPUTS,
    SPEAKERS,
    example_head,
    mentions_several,
    names,
)

_COUNTED = r"[ \t]*#?(\d[\d.]*[a-z]?)\b[\s:*_)\]–—-]*(.*)"
PAIR = 2
"""Speakers of a talk, and what is said under one label in a pair of input and output."""
TITLE = 4
"""Words up to which a line between two groups may be the title of the second."""
_SIGN = re.compile(r"[ \t]*(?:--|//|#|>|%|;)+[ \t]")


def without_titles(outline: Outline, heads: list[Label]) -> list[Label]:
    """Return the labels of examples without those that only head the numbered ones below.

    Nor those that stand within the ones with headings, or head a further part of the one above,
    as "Example 1 - Reply" does below "Example 1 - Letter".
    """
    titled = [head for head in heads if head.level < BOLD]
    heads = titled if heads[0].example and len(titled) > 1 else heads
    if heads[0].name == EXAMPLE:
        lines = [outline.lines[head.line].casefold().lstrip(TRIM) for head in heads]
        said = [re.match(_COUNTED, line[example_head(line) :]) for line in lines]
        parts = [b and b[2] and a and a[1] == b[1] for a, b in pairwise([None, *said])]
        heads = [head for head, part in zip(heads, parts, strict=True) if not part]
    counted = [head for head in heads if re.search(r"\d", outline.lines[head.line])]
    if not heads[0].example or not 1 < len(counted) < len(heads):
        return heads
    bare = {block.first for block in raw_blocks(outline, heads) if len(block.labels) == 1}
    titles = {head.line for head in heads}.difference(head.line for head in counted)
    return counted if titles <= bare else heads


def unit_heads(heads: Sequence[Label], parts: Sequence[Block]) -> Sequence[Label]:
    """Return the labels that begin a unit, where others of their name stand within the units.

    Each of the labels heads one of the parts. A unit begins after an empty line, and ends with a
    label that no part of it before its last has, such as the question below several passages. It
    may also be a talk, which ends at a heading or a rule where all its turns are set apart, or an
    input and its output that have one label.
    """
    apart = [n for n, part in enumerate(parts) if stands_apart(part.outline, part.first)]
    if len(apart) < PAIR or apart[0]:
        return heads
    turns = [label for part in parts[:-1] for label in part.labels if label.level == PLAIN]
    said = {label.name for label in turns}
    two = len(said) == PAIR and said.isdisjoint(INPUTS | OUTPUTS)
    if len(apart) == len(heads) and two:
        outline = parts[0].outline
        ended = [
            n
            for n, part in enumerate(parts[:-1], start=1)
            if "rule" in outline.kinds[part.first : part.stop]
            or any(label.level < PLAIN for label in part.labels)
        ]
        loose = ended and all(stands_apart(outline, label.line) for label in turns)
        return [heads[n] for n in (0, *ended)] if loose else heads
    if len(apart) == len(heads):
        return heads
    bounds = [*pairwise([*apart, len(parts)])]
    sizes = [b - a for a, b in bounds]
    talks = sum(size > 1 for size in sizes)
    same = len(said) == 1 and {*sizes[:-1]} == {PAIR} and sizes[-1] <= PAIR
    held = [set(part.names) for part in parts]
    units = [held[a:b] for a, b in bounds if b - a > 1]
    closed = all(unit[-1].difference(*unit[:-1]) for unit in units)
    if (
        (same and talks > 1)
        or ((two or said <= SPEAKERS) and talks > 1 and talks >= len(apart) - 1)
        or (closed and len(units) * 2 >= len(apart))
    ):
        return [heads[n] for n in apart]
    return heads


def batch_heads(parts: Sequence[Block]) -> list[Label]:
    """Return the first label of each batch: several inputs, and below the last an answer for each.

    The last batch may be the request, without answers, also below inputs with an answer each; its
    end may be the label of one. None where each input has its own answer.
    """
    counts = [Counter(label.name for label in part.labels) for part in parts]
    several = {name for times in counts for name, count in times.items() if count > 1}
    for answer in sorted(several - {parts[0].head.name}):
        ends = [n for n, times in enumerate(counts) if times[answer]]
        sizes = [end - last for last, end in pairwise([-1, *ends])]
        told = OUTPUTS.intersection(answer.split()) or len(ends) > 1
        if told and sizes == [counts[n][answer] for n in ends]:
            return [parts[n].head for n in (0, *(end + 1 for end in ends)) if n < len(parts)]
    *before, last = parts
    name = parts[0].labels[-1].name
    answered = [name in part.names[1:] for part in before]
    count = answered.index(False) if False in answered else len(answered)
    place = last.place(name)
    is_open = place is None or not last.after(place).strip(BARE)
    together = count > 1 and len(answered) - count > 1 and not any(answered[count:])
    return [part.head for part in parts[: count + 1]] if together and is_open else []


def raw_blocks(outline: Outline, heads: Sequence[Label]) -> list[Block]:
    """Return a block for each label, which reaches to the next one, the last to the end."""
    bounds = pairwise([*(head.line for head in heads), len(outline.lines)])
    lines = [label.line for label in outline.labels]
    within = ((bisect_left(lines, a) + 1, bisect_left(lines, b), a, b) for a, b in bounds)
    return [
        Block(outline, (head, *outline.labels[first:stop]), a, b)
        for head, (first, stop, a, b) in zip(heads, within, strict=True)
    ]


def stands_apart(outline: Outline, line: int) -> bool:
    """Return whether a line begins after an empty line, a rule, a fence or the text's start."""
    return outline.is_blank(line - 1) or outline.kinds[line - 1] in {"rule", "fence"}


def before_next_section(block: Block) -> Block:
    """Return a block up to the section of the next example, if an announcement stands in it."""
    outline = block.outline
    headed = block.head.example and len(block.labels) > 1
    begin = block.labels[1].line if headed else block.first
    titled = block.head.example and block.head.level < PLAIN
    leads = (
        line
        for line in range(begin + 1, block.stop)
        if outline.kinds[line] in ({"label"} if titled else {"label", "text"})
        and not (titled and line in outline.by_line and outline.by_line[line].level == PLAIN)
        and not (block.head.example and outline.lines[line].endswith("."))
        and line not in outline.closes
        and leads_in(outline.lines[line])
    )
    lead = next((n for n in leads if n not in outline.by_line or not outline.by_line[n].example), 0)
    if not lead:
        return block
    sections = [label.line for label in block.labels[1:] if label.level < BOLD]
    before = [line for line in sections if line <= lead]
    return block.cut(before[-1] if before else lead, "section")


def encloses(blocks: Sequence[Block]) -> bool:
    """Return whether the tags that head blocks hold them whole, and not only their first part."""
    closed = [block for block in blocks if block.first in block.outline.closes]
    if not closed:
        return False
    ends = [(block.labels, block.outline.closes[block.first]) for block in closed]
    if any(label.example for labels, end in ends for label in labels if label.line > end):
        return False
    within = (labels[1].line <= end for labels, end in ends if len(labels) > 1)
    return closed[0].head.example or sum(within) * 2 > len(closed)


def labels_above(block: Block) -> list[Label]:
    """Return the labels of the lines right above a block."""
    known = block.outline.by_line
    return [
        known[n] for n in range(block.outline.paragraph(block.first), block.first) if n in known
    ]


def frame_of(outline: Outline, first: int, stop: int) -> tuple[str, str] | None:
    """Return the sign that begins a paragraph's first line alone, and the label of its last line.

    None where it has neither, or begins with a label or the heading of a section.
    """
    signs = [_SIGN.match(line) for line in [*outline.lines[first : min(stop, first + 2)], ""][:2]]
    head, below = ((sign[0].strip() if sign else "") for sign in signs)
    if stop - first == 1 and not is_slot(outline.lines[first].lstrip(head + " \t")):
        head = ""
    last = outline.by_line.get(stop - 1)
    titled = first in outline.by_line
    if (titled or last is None) if not head else head == below or (titled and head[:2] == "##"):
        return None
    return head, last.name if last else ""


def are_asides(blocks: Sequence[Block]) -> bool:
    """Return whether each block is a line, or stands in a list, and goes with the rule above it."""
    outline = blocks[0].outline
    under = [-1]
    for above, block in zip([-1, *(block.first for block in blocks)], blocks, strict=False):
        least = outline.indent(block.first)
        over = (n for n in range(block.first - 1, above, -1) if not outline.is_blank(n))
        under.append(next((n for n in over if outline.indent(n) < least), under[-1]))
    items = set(under[1:])
    last = [(b, outline.by_line.get(b.first - 1)) for b in blocks]
    below = (
        outline.is_item_below(b.first, b.first - 1) and not (label and label.example)
        for b, label in last
        if b.first
    )
    if all(below) or (len(items) > 1 and all(outline.is_item_below(n, n) for n in items)):
        return True
    if all(
        outline.is_blank(b.first + 1)
        and outline.text[b.head.value : outline.starts[b.first + 1]].strip()
        and not stands_apart(outline, b.first)
        and (not label or outline.text[label.value : outline.starts[b.first] - 1].strip())
        for b, label in last
    ):
        return True  # each is the last line of a paragraph
    if any(len(block.names) > 1 for block in blocks):
        return False
    lines = [outline.trimmed(block.first, block.stop) - block.first for block in blocks]
    loose = any(outline.below(a.first + 1, b.first) != b.first for a, b in pairwise(blocks))
    listed = [
        block
        for block in blocks
        if block.first - 1 not in outline.by_line
        and outline.is_item_below(block.first, block.first - 1)
    ]
    return (max(lines) == 1 and loose) or len(listed) * 2 > len(lines)


def is_title_below(outline: Outline, number: int, last: int) -> bool:
    """Return whether a line is a title that stands apart from the one with an arrow above it."""
    if number == len(outline.lines):
        return False
    line = outline.lines[number].strip(" *_")
    titles = line.endswith((":", "：")) or outline.kinds[number] in {"label", "rule"}
    return outline.above(number) == last < number - 1 and (titles or len(line.split()) <= TITLE)


def is_announced(outline: Outline, line: int) -> bool:
    """Return whether a line above one, the nearest or the next, says that examples follow."""
    above = outline.above(line)
    far = outline.above(above) if above > 0 else -1
    near = [above] if far > 0 and outline.is_item_below(far, far - 1) else [above, far]
    return any(n >= 0 and leads_in(outline.lines[n]) for n in near)


def is_among_examples(block: Block) -> bool:
    """Return whether a block stands in a section, of whatever level, that is called examples.

    Or below a line on several, such as those of a format, if what is asked stands in it above the
    label of its answer.
    """
    outline, level, above = block.outline, PLAIN, block.outline.above(block.first)
    answer = next((x.line for x in block.labels if names(x.name, OUTPUTS)), block.first)
    if answer > block.first and above >= 0 and mentions_several(outline.lines[above].casefold()):
        return True
    for label in reversed([x for x in outline.labels if x.line < block.first and x.level < PLAIN]):
        if label.level < level and leads_in(outline.lines[label.line]):
            return True
        level = min(level, label.level)
    return False


def is_title(outline: Outline, line: int) -> bool:
    """Return whether a line is nothing but a word for one example."""
    label = outline.by_line.get(line)
    if label is None or label.name != EXAMPLE or not label.example or label.tag:
        return False
    return not outline.text[label.value : outline.starts[line] + len(outline.lines[line])].strip()
