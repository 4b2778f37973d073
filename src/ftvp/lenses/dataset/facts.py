"""What is kept of each training example once it was read: numbers, not text."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from ftvp.examples import ANSWERS, SHARED, Example, Turn, answer_of
from ftvp.lenses.dataset.likeness import sketch, word_numbers
from ftvp.lenses.dataset.shape import shape_of

LONGEST_LABEL = 60
"""Characters up to which an answer of one line may be a label."""
EXCHANGE = 2
"""Messages of a question and its answer."""
KEPT = 3
"""Words whose last bits are 0 are kept: one in four, the same ones in every example."""


class Fact(NamedTuple):
    """One training example in numbers; equal digests mean equal texts."""

    line: int
    format: str
    turns: int
    tokens: int
    asked_tokens: int
    answer_tokens: int
    assistant_tokens: int
    whole: int
    asked: int
    answer: int
    opening: int
    """The first exchange of several, 0 where there is but one."""
    label: str | None
    shape: str
    sketch: bytes
    asked_sketch: bytes
    words: bytes


def fact_of(example: Example, counts: Sequence[int], *, leaks: bool) -> Fact:
    """Return an example in numbers; `counts` are the tokens of its turns, then of its tools.

    `leaks` adds what finding it in another file takes.
    """
    turns, answer, asked = example.turns, example.answer, example.asked
    is_text = example.format == "text"
    asked_words, answer_words = word_numbers(asked), word_numbers(answer)
    asked_tokens, last, spoken = _tokens(turns, counts)
    return Fact(
        line=example.line,
        format=example.format,
        turns=0 if is_text else len(turns),
        tokens=sum(counts),
        asked_tokens=asked_tokens,
        answer_tokens=last,
        assistant_tokens=spoken,
        whole=digest(example.system, asked, answer, example.tools),
        asked=digest(example.system, asked) if asked else 0,
        answer=digest(answer),
        opening=_opening(turns),
        label=None if is_text else label_of(answer),
        shape="text" if is_text else shape_of(answer),
        sketch=sketch(asked_words + answer_words),
        asked_sketch=sketch(asked_words or answer_words) if leaks else b"",
        words=kept(asked_words or answer_words),
    )


def _tokens(turns: Sequence[Turn], counts: Sequence[int]) -> tuple[int, int, int]:
    """Return the tokens of what is asked, of the last answer, and of all that is answered."""
    by_role = [(turn.role, tokens) for turn, tokens in zip(turns, counts, strict=False)]
    role, tokens = by_role[-1]
    last = tokens if role in ANSWERS else 0
    asked = sum(tokens for role, tokens in by_role if role not in SHARED) - last
    return asked, last, sum(tokens for role, tokens in by_role if role in ANSWERS)


def texts(example: Example) -> list[str]:
    """Return what is counted of an example: each turn with its name and calls, then the tools."""
    turns = [answer_of(turn) + turn.name for turn in example.turns]
    return [*turns, example.tools] if example.tools else turns


def digest(*parts: str) -> int:
    """Return 64 bits that tell texts apart, alike in every process of one run."""
    return hash(parts)


def _opening(turns: Sequence[Turn]) -> int:
    """Return the digest of the first exchange, where another follows it."""
    if len(turns) <= EXCHANGE + 1:
        return 0
    spoken = [turn.text for turn in turns if turn.role not in SHARED]
    several = sum(turn.role in ANSWERS for turn in turns) > 1
    return digest(*spoken[:EXCHANGE]) if several else 0


def label_of(answer: str) -> str | None:
    """Return an answer that is short enough for a label.

    >>> label_of(" Billing ")
    'Billing'
    """
    label = answer.strip()
    return label if len(label) <= LONGEST_LABEL and "\n" not in label and label else None


def kept(words: Sequence[int]) -> bytes:
    """Return a sample of the different words, the same in every text, 4 bytes each."""
    return array("I", {word for word in words if not word & KEPT}).tobytes()
