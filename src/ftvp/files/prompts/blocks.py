"""Labels gathered into blocks: each from one head label ("Q:") up to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ftvp.files.prompts.labels import Label, bare_answer, label_name
from ftvp.files.prompts.layout import (
    has_placeholder,
    is_slot,
    line_start,
    lines_above,
    shared_limit,
)
from ftvp.files.prompts.words import OUTPUTS, names

_NUMBERED = re.compile(r"(?P<words>[^\n:\uff1a]*?)(?P<number>\d{1,4})[\s:\uff1a.)\]*_#]*")
_HEADING_REACH = 200


@dataclass(frozen=True)
class Block:
    """The labels of one block and the stretch of `text` that is theirs."""

    text: str
    labels: tuple[Label, ...]
    start: int
    end: int

    @property
    def head(self) -> str:
        """Return the name of the label that begins the block."""
        return self.labels[0].name

    def values(self) -> list[str]:
        """Return what stands after each label and before the next."""
        ends = [*(label.start for label in self.labels[1:]), self.end]
        places = zip(self.labels, ends, strict=True)
        return [bare_answer(self.text[label.value : end]) for label, end in places]

    def answer_place(self, tail: str) -> int | None:
        """Return where the answer begins: after the last label named `tail`."""
        return next((x.value for x in reversed(self.labels[1:]) if x.name == tail), None)

    def answer(self, tail: str) -> str:
        """Return what stands after the tail label; "" for nothing."""
        place = self.answer_place(tail)
        return "" if place is None else bare_answer(self.text[place : self.end])

    def lead(self, tail: str) -> int:
        """Return how much white space stands between the tail label and the answer."""
        value = self.text[self.answer_place(tail) : self.end]
        return len(value) - len(value.lstrip())

    def skips_line(self, tail: str) -> bool:
        """Return whether a blank line stands between the tail label and the answer."""
        place = self.answer_place(tail) or self.end
        return self.text.count("\n", place, place + self.lead(tail)) > 1

    def has_placeholder(self) -> bool:
        """Return whether something is to be filled in."""
        return has_placeholder(self.text[self.start : self.end])

    def describes(self) -> bool:
        """Return whether all values are slots: "Input: <the text>" shows a format, no example."""
        values = [value for value in self.values() if value]
        return bool(values) and all(map(is_slot, values))

    def lines_above(self) -> list[str]:
        """Return the two lines that lead to the block, the nearest first."""
        return lines_above(self.text, self.start)


def blocks_of(text: str, labels: Sequence[Label], head: str) -> list[Block]:
    """Return the blocks that begin with the label named `head`."""
    places = [n for n, x in enumerate(labels) if x.name == head and not x.inline]
    starts = _over_headings(text, [labels[place].start for place in places])
    bounds = zip(pairwise([*places, len(labels)]), pairwise([*starts, len(text)]), strict=True)
    return [
        Block(text, tuple(labels[first:last]), start, end) for (first, last), (start, end) in bounds
    ]


def tail_of(blocks: Sequence[Block]) -> str | None:
    """Return the label of the answers: the last one that whole blocks share.

    With nothing to share it with, it must be a word for an answer.
    """
    if len(blocks) == 1:
        return _answer_label(blocks[0])
    others = {x.name for block in (blocks[-1], *blocks[-3:-2]) for x in block.labels[1:]}
    own = [x.name for x in blocks[-2].labels[1:]]
    return next((x for x in reversed(own) if x in others), _answer_label(blocks[-2]))


def trimmed(blotted: str, block: Block, tail: str, others: Sequence[Block]) -> Block:
    """Return the last of some blocks without what follows its answer, given the ones before."""
    place = block.answer_place(tail)
    answered = [other for other in others if other.answer(tail)]
    if place is None:
        return block
    begin = place + block.lead(tail)
    if block.skips_line(tail) and answered and not any(x.skips_line(tail) for x in answered):
        return replace(block, end=begin)
    answers = [other.answer(tail) for other in answered]
    return replace(block, end=shared_limit(blotted, begin, block.end, answers))


def _answer_label(block: Block) -> str | None:
    return next((x.name for x in reversed(block.labels[1:]) if names(x.name, OUTPUTS)), None)


def _over_headings(text: str, starts: Sequence[int]) -> list[int]:
    """Return the starts moved up over a rule ("---") or one of a series ("Case 2") above them."""
    above = [_line_above(text, start) for start in starts]
    series = {_numbered(line) for line, _ in above}
    return [
        place if _is_rule(line) or _in_series(_numbered(line), series) else start
        for (line, place), start in zip(above, starts, strict=True)
    ]


def _line_above(text: str, start: int) -> tuple[str, int]:
    near = max(0, start - _HEADING_REACH)
    end = near + len(text[near:start].rstrip())
    place = line_start(text, end)
    return text[max(place, near) : end].strip(), place


def _is_rule(line: str) -> bool:
    return bool(line) and not line.strip("-=*_#~ \t")


def _numbered(line: str) -> tuple[str, int]:
    found = _NUMBERED.fullmatch(line)
    return (label_name(found["words"]), int(found["number"])) if found else ("", 0)


def _in_series(heading: tuple[str, int], series: set[tuple[str, int]]) -> bool:
    name, number = heading
    return bool(name) and bool({(name, number - 1), (name, number + 1)} & series)
