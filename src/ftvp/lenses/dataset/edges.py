"""Which examples lie far from the bulk: by length, by a rare label, by unusual words."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log1p

from ftvp.lenses.dataset.check import PERCENT, Check, check, percent
from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.stats import quantile
from ftvp.tables.guide import Limit

FENCE = 1.5
"""Quartile distances beyond the quartiles from which a value is far out (Tukey 1977)."""
RARE_LABEL = 0.2
"""The part of a label's even share below which it is rare."""
MOST_LABELS = 100
RARE_WORD = 0.005
"""The share of examples up to which a word is unusual."""
FEWEST = 20
FEWEST_WORDS = 4


def edge_cases(facts: Sequence[Fact], limit: Limit) -> Check:
    """Return whether the share of examples far from the bulk is in the checklist's range.

    A file shows what is unusual in it, not what is difficult: the share is an estimate.
    """
    if len(facts) < FEWEST:
        says = f"cannot be told from {len(facts)} examples: {FEWEST} show a bulk"
        return check("edge_cases", "unknown", says)
    kinds = dict(far_out(facts))
    lines = {line for found in kinds.values() for line in found}
    share = PERCENT * len(lines) / len(facts)
    where = ", ".join(f"{len(found):,} {kind}" for kind, found in kinds.items() if found)
    says = f"{percent(len(lines), len(facts))} lie far from the bulk" + (
        f": {where}" if where else ""
    )
    if limit.low <= share <= limit.high:
        return check("edge_cases", "pass", f"{says} (an estimate)", lines)
    advice = "add difficult ones" if share < limit.low else "add ordinary ones"
    wanted = f"{limit.low:g} to {limit.high:g} % are wanted (an estimate); {advice}"
    return check("edge_cases", "warn", f"{says}; {wanted}", lines)


def far_out(facts: Sequence[Fact]) -> Iterator[tuple[str, list[int]]]:
    """Yield each way of being far from the bulk with the lines of its examples."""
    yield from _outside("requests by length", facts, lambda fact: fact.asked_tokens)
    yield from _outside("answers by length", facts, lambda fact: fact.answer_tokens)
    labels = Counter(fact.label for fact in facts if fact.label)
    if 1 < len(labels) <= min(MOST_LABELS, len(facts) / 5) and 2 * sum(labels.values()) > len(
        facts
    ):
        least = RARE_LABEL * sum(labels.values()) / len(labels)
        rare = [f.line for f in facts if f.label and labels[f.label] < least]
        yield "with a rare label", rare
    yield "with unusual words", _unusual(facts)


def _outside(
    kind: str, facts: Sequence[Fact], length: Callable[[Fact], int]
) -> Iterator[tuple[str, list[int]]]:
    values = [log1p(length(fact)) for fact in facts]
    ordered = sorted(values)
    low, high = quantile(ordered, 0.25), quantile(ordered, 0.75)
    reach = FENCE * (high - low)
    if reach:
        far = (not low - reach <= value <= high + reach for value in values)
        yield kind, [fact.line for fact, is_far in zip(facts, far, strict=True) if is_far]


def _unusual(facts: Sequence[Fact]) -> list[int]:
    """Return the examples most of whose words hardly any other example has."""
    words = [array("I", fact.words) for fact in facts]
    spread = Counter(word for kept in words for word in kept)
    rare = {word for word, count in spread.items() if count <= max(1, RARE_WORD * len(facts))}
    return [
        fact.line
        for fact, kept in zip(facts, words, strict=True)
        if len(kept) >= FEWEST_WORDS and 2 * sum(word in rare for word in kept) > len(kept)
    ]
