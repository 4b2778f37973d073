"""Shots as repeated labelled blocks: Q: and A:, Texte : and Étiquette :, in any language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from ftvp.files.prompts.blocks import Block, blocks_of, tail_of, trimmed
from ftvp.files.prompts.labels import Label, labels_in, with_inline
from ftvp.files.prompts.layout import Found, Span, asks, is_slot
from ftvp.files.prompts.words import (
    INPUTS,
    OUTPUTS,
    QUESTIONS,
    announces,
    describes_format,
    names,
    refers,
)

_HEADS = 16
_LEAD_IN = 8
"""The shortest beginning that all answers may share, such as "Let's think step by step."."""


def labelled_shots(text: str, blotted: str) -> Found | None:
    """Return the blocks that repeat a sequence of labels, or None where they may be no shots."""
    labels = labels_in(blotted)
    found = _first_run(text, blotted, labels)
    return found or _first_run(text, blotted, with_inline(blotted, labels))


def _first_run(text: str, blotted: str, labels: Sequence[Label]) -> Found | None:
    runs = (_run(blotted, labels, blocks_of(text, labels, head)) for head in _heads(labels))
    return next((found for found in runs if found), None)


def _heads(labels: Sequence[Label]) -> list[str]:
    """Return the labels that may begin a block: what recurs, and what may lead one example."""
    times = Counter(label.name for label in labels if not label.inline)
    return [name for name in times if times[name] > 1 or names(name, INPUTS)][:_HEADS]


def _run(blotted: str, labels: Sequence[Label], blocks: Sequence[Block]) -> Found | None:
    tail = tail_of(blocks)
    if tail is None:
        return None
    blocks = [*blocks[:-1], trimmed(blotted, blocks[-1], tail, blocks[:-1])]
    asked = _asked(blocks, tail)
    answered = blocks[: len(blocks) - asked]
    worked = [*takewhile(lambda block: _is_worked(block, tail), reversed(answered))][::-1]
    if not worked or (asked and _is_out_of_step(labels, blocks[-asked], tail)):
        return None
    worked[-1] = trimmed(blotted, worked[-1], tail, worked[:-1])
    if not _credible(worked, tail, asked=bool(asked)):
        return None
    shots = tuple(Span(block.start, block.end, block.answer(tail)) for block in worked)
    return Found(shots, blocks[-asked].start if asked else None)


def _asked(blocks: Sequence[Block], tail: str) -> int:
    """Return how many blocks at the end are requests: left open, or with places to fill in."""
    before = [block for block in blocks[:-1] if block.answer(tail)]
    usual = sum(block.has_placeholder() for block in blocks[:-1]) * 2 > len(blocks)
    open_ones = takewhile(
        lambda block: _is_open(block, tail, before) or (not usual and _is_to_fill(block, tail)),
        reversed(blocks),
    )
    return len([*open_ones])


def _is_to_fill(block: Block, tail: str) -> bool:
    return block.answer_place(tail) is not None and (block.has_placeholder() or block.describes())


def _is_open(block: Block, tail: str, before: Sequence[Block]) -> bool:
    """Return whether a block ends where its answer should begin."""
    if not before:
        return False
    if block.answer_place(tail) is None:
        return _is_bare_request(block, tail, before)
    answer = block.answer(tail)
    others = [other.answer(tail) for other in before]
    begun = all(other != answer and other.startswith(answer) for other in others)
    return not answer or (begun and len(before) > 1 and len(answer) >= _LEAD_IN)


def _is_bare_request(block: Block, tail: str, before: Sequence[Block]) -> bool:
    """Return whether a block without the answer's label is the request: "Text: {text}"."""
    known = {label.name for other in before for label in other.labels}
    if not all(label.name in known for label in block.labels) or not block.values()[0]:
        return False
    if len(before) == 1 and block.text.startswith("#", block.labels[0].start):
        return False
    fill = block.has_placeholder()
    leads = names(block.head, INPUTS)
    return (leads and (fill or names(tail, OUTPUTS))) or (fill and len(before) > 1)


def _is_out_of_step(labels: Sequence[Label], asked: Block, tail: str) -> bool:
    """Return whether answers come first: records of (rating, review) read as (review, rating)."""
    ahead = takewhile(lambda label: label.name != asked.head, labels)
    missing = asked.answer_place(tail) is None and not asked.has_placeholder()
    return missing and any(label.name == tail for label in ahead)


def _is_worked(block: Block, tail: str) -> bool:
    answer = block.answer(tail)
    shows_format = block.describes() or any(map(describes_format, block.lines_above()))
    return bool(answer) and not is_slot(answer) and not shows_format


def _credible(worked: Sequence[Block], tail: str, *, asked: bool) -> bool:
    """Return whether worked blocks are shots, and not an FAQ, a list of records or a transcript."""
    telling = (line for line in worked[0].lines_above() if announces(line) or refers(line))
    lead = next(telling, "")
    head = worked[0].head
    pair = names(head, INPUTS) and names(tail, OUTPUTS)
    if asked or lead:
        return not refers(lead) and (asked or pair or len(worked) > 1)
    rest = worked[-1].text[worked[-1].end :]
    ends = not rest.strip() or asks(rest) or head not in QUESTIONS
    return pair and ends and len(worked) > 1 and all(x.labels[-1].name == tail for x in worked[:-1])
