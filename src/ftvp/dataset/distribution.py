"""Whether training examples look like production: lengths, labels and words, each with a test."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log1p
from typing import NamedTuple, TypeVar

from ftvp.dataset.checks import PERCENT, Check, check, percent
from ftvp.dataset.features import Fact
from ftvp.stats import chi_square, chi_square_p_value, ks_distance, ks_p_value, quantile
from ftvp.tables.guide import Limit

K = TypeVar("K", int, str)


SURE = 0.01


"""The p-value below which a difference is no accident."""


GREAT = 0.2


"""The distance, 0 to 1, from which a difference that is no accident fails."""


MAX_LABELS = 20


MOST_WORDS = 100


MIN_EXAMPLES = 20


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
    if len(production) < MIN_EXAMPLES:
        says = (
            f"{len(production)} requests of production are too few to compare: give {MIN_EXAMPLES}"
        )
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
        yield _mix("labels", labels[0], labels[1], MAX_LABELS)
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


FENCE = 1.5


"""Quartile distances beyond the quartiles from which a value is far out (Tukey 1977)."""


RARE_LABEL = 0.2


"""The part of a label's even share below which it is rare."""


MAX_EDGE_LABELS = 100


RARE_WORD = 0.005


"""The share of examples up to which a word is unusual."""


MIN_EDGE_EXAMPLES = 20


FEWEST_WORDS = 4


def edge_cases(facts: Sequence[Fact], limit: Limit) -> Check:
    """Return whether the share of examples far from the bulk is in the checklist's range.

    A file shows what is unusual in it, not what is difficult: the share is an estimate.
    """
    if len(facts) < MIN_EDGE_EXAMPLES:
        says = f"cannot be told from {len(facts)} examples: {MIN_EDGE_EXAMPLES} show a bulk"
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
    if 1 < len(labels) <= min(MAX_EDGE_LABELS, len(facts) / 5) and 2 * sum(labels.values()) > len(
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
