"""What is kept of each training example once it was read: numbers, not text."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from ftvp.dataset.examples import ANSWERS, SHARED, Example, Turn, answer_of
from ftvp.dataset.similarity import sketch, word_numbers
from ftvp.stats import quantile
from ftvp.units import Record

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


PER_MESSAGE, PER_EXAMPLE = 4, 1


COOKBOOK_PER_MESSAGE, COOKBOOK_PER_EXAMPLE = 4, 3


"""The cookbook's rule: 3 per message and its role, which is one token; 3 for the reply."""


MEASURED_TURNS = 3


"""The messages of the jobs whose billed totals were published."""


LONGEST = 5


class LongLine(Record):
    """One of the longest training examples."""

    line: int
    tokens: int


class TokensPerExample(Record):
    """How the billed tokens of the training examples are spread."""

    min: int
    median: float
    mean: float
    p95: float
    max: int
    longest: tuple[LongLine, ...]


class Cut(NamedTuple):
    """What a limit per example leaves of a file."""

    examples: int
    """How many training examples are longer."""
    tokens: int
    """How many of their tokens are cut off."""


def overhead(fact: Fact) -> int:
    """Return the tokens billed for an example beyond its content: 4 a message and 1.

    Published totals of jobs on examples of three messages fit 13 exactly; for other numbers of
    messages this is an estimate.
    """
    return PER_MESSAGE * fact.turns + PER_EXAMPLE


def billed(facts: Sequence[Fact], ratio: float = 1) -> list[int]:
    """Return the billed tokens of each example, its content scaled by a tokenizer's ratio."""
    return [round(ratio * fact.tokens) + overhead(fact) for fact in facts]


def cut_at(sizes: Sequence[int], limit: int | None) -> Cut:
    """Return how many examples are over a limit, and the tokens beyond it.

    >>> cut_at([10, 250, 120], 100)
    Cut(examples=2, tokens=170)
    """
    over = [size - limit for size in sizes if limit is not None and size > limit]
    return Cut(len(over), sum(over))


def per_example(facts: Sequence[Fact], sizes: Sequence[int]) -> TokensPerExample:
    """Return the spread of sizes, and the longest examples by line."""
    ordered = sorted(sizes)
    longest = sorted(range(len(sizes)), key=lambda place: -sizes[place])[:LONGEST]
    return TokensPerExample(
        min=ordered[0],
        median=quantile(ordered, 0.5),
        mean=sum(ordered) / len(ordered),
        p95=quantile(ordered, 0.95),
        max=ordered[-1],
        longest=tuple(LongLine(line=facts[p].line, tokens=sizes[p]) for p in longest),
    )


def cookbook_tokens(facts: Sequence[Fact], limit: int | None = None) -> int:
    """Return the tokens of a file by the rule of OpenAI's cookbook, each example cut at a limit.

    Source: "Data preparation and analysis for chat model fine-tuning", which counts every
    message's content, role and name, 3 a message and 3 an example.
    """
    sizes = [f.tokens + COOKBOOK_PER_MESSAGE * f.turns + COOKBOOK_PER_EXAMPLE for f in facts]
    return sum(sizes) - cut_at(sizes, limit).tokens


def is_estimate(facts: Sequence[Fact]) -> bool:
    """Return whether an example has another number of messages than the measured jobs had."""
    return any(fact.turns != MEASURED_TURNS for fact in facts)


MOST_KEYS = 12


LABEL_WORDS = 4


PREFIX = re.compile(r"^(?:#+ |[*_]{0,2}[A-Z][\w ]{0,20}[*_]{0,2}: )")


SHORT = 200


"""Characters up to which an opening such as `Answer: ` is the form of an answer."""


def shape_of(answer: str) -> str:
    """Return the form of an answer, alike for answers that a program would read alike.

    >>> shape_of('{"city": "Rome", "year": 1870}'), shape_of("Rome"), shape_of("Answer: Rome")
    ('JSON with city, year', 'a few words', 'text after "Answer: "')
    """
    text = answer.strip()
    if text[:1] in {"{", "["}:
        return _json_shape(text)
    return _text_shape(text)


def _text_shape(text: str) -> str:
    if text.startswith("```"):
        return "code between fences"
    if text.startswith("<") and text.endswith(">"):
        return "markup"
    opening = PREFIX.match(text)
    if opening and len(text) <= SHORT:
        return f'text after "{opening[0]}"'
    if text.startswith(("- ", "* ", "1. ", "1) ")):
        return "a list"
    if not text:
        return "nothing"
    return "a few words" if len(text.split()) <= LABEL_WORDS else "prose"


def _json_shape(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "broken JSON" if text[-1] in "}]" else "prose"
    if isinstance(value, dict):
        keys = sorted(value)
        more = ", ..." if len(keys) > MOST_KEYS else ""
        return f"JSON with {', '.join(keys[:MOST_KEYS])}{more}" if keys else "an empty JSON object"
    return "a JSON list"
