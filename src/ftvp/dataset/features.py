"""What is kept of each training example once it was read: numbers, not text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ftvp.dataset.examples import (
    ANSWERS,
    REJECTED,
    SHARED,
    TrainingExample,
    TrainingMessage,
)
from ftvp.dataset.similarity import sketch, word_numbers
from ftvp.files.chat import MediaPart
from ftvp.files.json import json_or_none
from ftvp.stats import quantile
from ftvp.units import Record

MAX_LABEL = 60
"""Characters up to which an answer of one line may be a label."""
EXCHANGE = 2
"""Messages of a question and its answer."""
KEPT_MASK = 3
"""Words whose last bits are 0 are kept: one in four, the same ones in every example."""


class ExampleFeatures(NamedTuple):
    """One training example in numbers; equal digests mean equal texts."""

    line: int
    format: str
    messages: int
    """0 for plain text."""
    tokens: int
    asked_tokens: int
    answer_tokens: int
    assistant_tokens: int
    """Of all answers, with their reasoning and calls."""
    reasoning_tokens: int
    tool_tokens: int
    """Of declared tools."""
    whole: int
    asked: int
    answer: int
    opening: int
    """The first exchange of several, 0 where there is but one."""
    label: str | None
    shape: str
    """The form of the answer, "" where there is none."""
    sketch: bytes
    asked_sketch: bytes
    words: bytes
    media: tuple[str, ...]
    unread: str


def features_of(
    example: TrainingExample,
    counts: Sequence[int],
    *,
    leaks: bool,
    common: AbstractSet[int] = frozenset(),
) -> ExampleFeatures:
    """Return an example in numbers; `counts` are the tokens of `counted_texts`.

    `leaks` adds what finding it in another file takes. What is `common` to many examples is no
    part of the sketches.
    """
    messages, answer, asked = example.messages, example.answer, example.asked
    is_text, has_answer = example.format == "text", messages[-1].role in ANSWERS
    asked_words, answer_words = words_of(asked, example.media), words_of(answer, example.media)
    media = [str(medium.digest) for medium in example.media]
    said = list(zip((message.role for message in messages), counts, strict=False))
    last = said[-1][1] if has_answer else 0
    reasoning = counts[len(messages)] if any(message.reasoning for message in messages) else 0
    left_out = SHARED | {REJECTED}
    return ExampleFeatures(
        line=example.line,
        format=example.format,
        messages=0 if is_text else len(messages),
        tokens=sum(counts),
        asked_tokens=sum(tokens for role, tokens in said if role not in left_out) - last,
        answer_tokens=last,
        assistant_tokens=sum(tokens for role, tokens in said if role in ANSWERS) + reasoning,
        reasoning_tokens=reasoning,
        tool_tokens=counts[-1] if example.tools else 0,
        whole=digest(example.system, asked, answer, example.tools, example.rejected, *media),
        asked=digest(example.system, asked, *media) if asked else 0,
        answer=digest(answer),
        opening=_opening(messages),
        label=None if is_text else label_of(answer),
        shape="text" if is_text else form_of(answer) if has_answer else "",
        sketch=sketch(asked_words + answer_words, common),
        asked_sketch=sketch(asked_words or answer_words, common) if leaks else b"",
        words=array("I", {n for n in asked_words or answer_words if not n & KEPT_MASK}).tobytes(),
        media=tuple(medium.kind for medium in example.media),
        unread=example.unread,
    )


def counted_texts(example: TrainingExample) -> list[str]:
    """Return what is counted of an example: its messages, then their reasoning, then the tools.

    A message counts with its name and calls; reasoning and tools are there only where there are.
    """
    texts = [message.said + message.name for message in example.messages]
    if reasoning := [message.reasoning for message in example.messages if message.reasoning]:
        texts.append("\n".join(reasoning))
    return [*texts, example.tools] if example.tools else texts


def words_of(text: str, media: Sequence[MediaPart] = ()) -> list[int]:
    """Return the words of a text as numbers; beside other media the same words are others."""
    words = word_numbers(text)
    if not media:
        return words
    beside = hash(tuple(medium.digest for medium in media)) & 0xFFFFFFFF
    return [word ^ beside for word in words]


def digest(*parts: str) -> int:
    """Return 64 bits that tell texts apart, alike in every process of one run."""
    return hash(parts)


def _opening(messages: Sequence[TrainingMessage]) -> int:
    """Return the digest of the first exchange, where another follows it."""
    if len(messages) <= EXCHANGE + 1:
        return 0
    spoken = [message.text for message in messages if message.role not in SHARED]
    several = sum(message.role in ANSWERS for message in messages) > 1
    return digest(*spoken[:EXCHANGE]) if several else 0


def label_of(answer: str) -> str | None:
    """Return an answer that is short enough for a label.

    >>> label_of(" Billing ")
    'Billing'
    """
    label = answer.strip()
    return label if len(label) <= MAX_LABEL and "\n" not in label and label else None


PER_MESSAGE, PER_EXAMPLE = 4, 1
COOKBOOK_PER_MESSAGE, COOKBOOK_PER_EXAMPLE = 4, 3
"""The cookbook's rule: 3 per message and its role, which is one token; 3 for the reply."""
MEASURED_MESSAGES = 3
"""The messages of the jobs whose billed totals were published."""
LONGEST_SHOWN = 5


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


def overhead(example: ExampleFeatures) -> int:
    """Return the tokens billed for an example beyond its content: 4 a message and 1.

    Published totals of jobs on examples of three messages fit 13 exactly; for other numbers of
    messages this is an estimate.
    """
    return PER_MESSAGE * example.messages + PER_EXAMPLE


def billed(examples: Sequence[ExampleFeatures], ratio: float = 1) -> list[int]:
    """Return the billed tokens of each example, its content scaled by a tokenizer's ratio."""
    return [round(ratio * example.tokens) + overhead(example) for example in examples]


def cut_at(sizes: Sequence[int], limit: int | None) -> Cut:
    """Return how many examples are over a limit, and the tokens beyond it.

    >>> cut_at([10, 250, 120], 100)
    Cut(examples=2, tokens=170)
    """
    over = [size - limit for size in sizes if limit is not None and size > limit]
    return Cut(len(over), sum(over))


def per_example(examples: Sequence[ExampleFeatures], sizes: Sequence[int]) -> TokensPerExample:
    """Return the spread of sizes, and the longest examples by line."""
    ordered = sorted(sizes)
    longest = sorted(range(len(sizes)), key=lambda place: -sizes[place])[:LONGEST_SHOWN]
    return TokensPerExample(
        min=ordered[0],
        median=quantile(ordered, 0.5),
        mean=sum(ordered) / len(ordered),
        p95=quantile(ordered, 0.95),
        max=ordered[-1],
        longest=tuple(LongLine(line=examples[p].line, tokens=sizes[p]) for p in longest),
    )


def cookbook_tokens(examples: Sequence[ExampleFeatures], limit: int | None = None) -> int:
    """Return the tokens of a file by the rule of OpenAI's cookbook, each example cut at a limit.

    Source: "Data preparation and analysis for chat model fine-tuning", which counts every
    message's content, role and name, 3 a message and 3 an example.
    """
    sizes = [
        example.tokens + COOKBOOK_PER_MESSAGE * example.messages + COOKBOOK_PER_EXAMPLE
        for example in examples
    ]
    return sum(sizes) - cut_at(sizes, limit).tokens


def is_estimate(examples: Sequence[ExampleFeatures]) -> bool:
    """Return whether an example has another number of messages than the measured jobs had."""
    return any(example.messages != MEASURED_MESSAGES for example in examples)


MAX_KEYS = 12
MAX_LABEL_WORDS = 4
PREFIX = re.compile(r"^(?:#+ |[*_]{0,2}[A-Z][\w ]{0,20}[*_]{0,2}: )")
MAX_PREFIXED = 200
"""Characters up to which an opening such as `Answer: ` is the form of an answer."""


def form_of(answer: str) -> str:
    """Return the form of an answer, alike for answers that a program would read alike.

    >>> form_of('{"city": "Rome", "year": 1870}'), form_of("Rome"), form_of("Answer: Rome")
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
    if opening and len(text) <= MAX_PREFIXED:
        return f'text after "{opening[0]}"'
    if text.startswith(("- ", "* ", "1. ", "1) ")):
        return "a list"
    if not text:
        return "nothing"
    return "a few words" if len(text.split()) <= MAX_LABEL_WORDS else "prose"


def _json_shape(text: str) -> str:
    value = json_or_none(text)
    if value is None:
        return "broken JSON" if text[-1] in "}]" else "prose"
    if isinstance(value, dict):
        keys = sorted(value)
        more = ", ..." if len(keys) > MAX_KEYS else ""
        return f"JSON with {', '.join(keys[:MAX_KEYS])}{more}" if keys else "an empty JSON object"
    return "a JSON list"
