"""How many tokens a training file has, what is billed of them, and how they are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.stats import quantile
from ftvp.units import Record

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
