"""Whether training examples look like production: lengths, labels and words, each with a test."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from ftvp.lenses.dataset.check import Check, check
from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.stats import chi_square, chi_square_p_value, ks_distance, ks_p_value

K = TypeVar("K", int, str)

SURE = 0.01
"""The p-value below which a difference is no accident."""
GREAT = 0.2
"""The distance, 0 to 1, from which a difference that is no accident fails."""
MOST_LABELS = 20
MOST_WORDS = 100
FEWEST = 20
"""Requests of production below which a comparison says nothing."""


class Difference(NamedTuple):
    """How far two samples lie apart (0 to 1), and how probable that is if they are alike."""

    what: str
    distance: float
    p_value: float


def distribution_match(facts: Sequence[Fact], production: Sequence[Fact] | None) -> Check:
    """Return whether the requests of production are like those of the training examples."""
    if production is None:
        says = "cannot be told from this file: give a sample of real requests, --production FILE"
        return check("distribution_match", "unknown", says)
    if len(production) < FEWEST:
        says = f"{len(production)} requests of production are too few to compare: give {FEWEST}"
        return check("distribution_match", "unknown", says)
    found = list(differences(facts, production))
    told = "; ".join(f"{d.what} {d.distance:.2f} apart (p {d.p_value:.2g})" for d in found)
    sure = [each for each in found if each.p_value < SURE]
    if any(each.distance >= GREAT for each in sure):
        return check("distribution_match", "fail", f"unlike production: {told}")
    word = "a little unlike" if sure else "like"
    return check("distribution_match", "warn" if sure else "pass", f"{word} production: {told}")


def differences(facts: Sequence[Fact], production: Sequence[Fact]) -> Iterator[Difference]:
    """Yield the difference in lengths of requests, in labels where there are any, and in words."""
    lengths = [[fact.asked_tokens for fact in side] for side in (facts, production)]
    distance = ks_distance(*lengths)
    p_value = ks_p_value(distance, len(facts), len(production))
    yield Difference("lengths of requests", distance, p_value)
    labels = [Counter(f.label for f in side if f.label) for side in (facts, production)]
    if all(
        2 * sum(side.values()) > len(fs)
        for side, fs in zip(labels, (facts, production), strict=True)
    ):
        yield _mix("labels", labels[0], labels[1], MOST_LABELS)
    words = [_words(side) for side in (facts, production)]
    if all(words):
        yield _mix("words", words[0], words[1], MOST_WORDS)


def _words(facts: Sequence[Fact]) -> Counter[int]:
    return Counter(word for fact in facts for word in array("I", fact.words))


def _mix(what: str, one: Counter[K], other: Counter[K], most: int) -> Difference:
    """Return the total variation of two mixes, the rarer kinds taken together, and its test."""
    ranked = sorted(one + other, key=lambda key: (-one[key] - other[key], str(key)))
    rows = [[side[key] for key in ranked[:most]] for side in (one, other)]
    sizes = [one.total(), other.total()]
    for row, size in zip(rows, sizes, strict=True):
        row.append(size - sum(row))
    gaps = (abs(x / sizes[0] - y / sizes[1]) for x, y in zip(*rows, strict=True))
    return Difference(what, sum(gaps) / 2, chi_square_p_value(*chi_square(*rows)))
