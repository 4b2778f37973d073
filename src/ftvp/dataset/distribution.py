"""Whether training examples look like production: lengths, labels and words, each with a test."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import log1p
from typing import NamedTuple, TypeVar

from ftvp.dataset.checks import PERCENT, DatasetCheck, check, percent
from ftvp.dataset.features import ExampleFeatures
from ftvp.stats import chi_square, chi_square_p_value, ks_distance, ks_p_value, quantile
from ftvp.tables.guide import Limit

K = TypeVar("K", int, str)

ALPHA = 0.01
"""The p-value below which a difference is significant."""
GREAT_DISTANCE = 0.2
"""The distance, 0 to 1, from which a significant difference fails."""
MAX_LABELS = 20
MAX_WORDS = 100
MIN_EXAMPLES = 20
"""Requests of production below which a comparison says nothing."""


class DistributionShift(NamedTuple):
    """How far two samples lie apart (0 to 1), and how probable that is if they are alike."""

    what: str
    distance: float
    p_value: float


def distribution_match(
    examples: Sequence[ExampleFeatures], production: Sequence[ExampleFeatures] | None
) -> DatasetCheck:
    """Return whether the requests of production are like those of the training examples."""
    if production is None:
        says = "cannot be told from this file: give a sample of real requests, --production FILE"
        return check("distribution_match", "unknown", says)
    if len(production) < MIN_EXAMPLES:
        says = (
            f"{len(production)} requests of production are too few to compare: give {MIN_EXAMPLES}"
        )
        return check("distribution_match", "unknown", says)
    shifts = list(distribution_shifts(examples, production))
    listed = "; ".join(f"{s.what} {s.distance:.2f} apart (p {s.p_value:.2g})" for s in shifts)
    significant = [shift for shift in shifts if shift.p_value < ALPHA]
    if any(shift.distance >= GREAT_DISTANCE for shift in significant):
        return check("distribution_match", "fail", f"unlike production: {listed}")
    if significant:
        return check("distribution_match", "warn", f"a little unlike production: {listed}")
    return check("distribution_match", "pass", f"like production: {listed}")


def distribution_shifts(
    examples: Sequence[ExampleFeatures], production: Sequence[ExampleFeatures]
) -> Iterator[DistributionShift]:
    """Yield the difference in lengths of requests, in labels where there are any, and in words."""
    lengths = [[example.asked_tokens for example in side] for side in (examples, production)]
    distance = ks_distance(*lengths)
    p_value = ks_p_value(distance, len(examples), len(production))
    yield DistributionShift("lengths of requests", distance, p_value)
    labels = [Counter(f.label for f in side if f.label) for side in (examples, production)]
    if all(
        2 * sum(side.values()) > len(fs)
        for side, fs in zip(labels, (examples, production), strict=True)
    ):
        yield _mix("labels", labels[0], labels[1], MAX_LABELS)
    words = [
        Counter(word for example in side for word in array("I", example.words))
        for side in (examples, production)
    ]
    if all(words):
        yield _mix("words", words[0], words[1], MAX_WORDS)


def _mix(what: str, one: Counter[K], other: Counter[K], most: int) -> DistributionShift:
    """Return the total variation of two mixes, the rarer kinds taken together, and its test."""
    ranked = sorted(one + other, key=lambda key: (-one[key] - other[key], str(key)))
    rows = [[side[key] for key in ranked[:most]] for side in (one, other)]
    sizes = [one.total(), other.total()]
    for row, size in zip(rows, sizes, strict=True):
        row.append(size - sum(row))
    gaps = (abs(x / sizes[0] - y / sizes[1]) for x, y in zip(*rows, strict=True))
    return DistributionShift(what, sum(gaps) / 2, chi_square_p_value(*chi_square(*rows)))


FENCE = 1.5
"""Quartile distances beyond the quartiles from which a value is far out (Tukey 1977)."""
RARE_LABEL = 0.2
"""The part of a label's even share below which it is rare."""
MAX_EDGE_LABELS = 100
RARE_WORD = 0.005
"""The share of examples up to which a word is unusual."""
MIN_EDGE_EXAMPLES = 20
MIN_WORDS = 4


def edge_cases(examples: Sequence[ExampleFeatures], limit: Limit) -> DatasetCheck:
    """Return whether the share of examples far from the bulk is in the checklist's range.

    A file shows what is unusual in it, not what is difficult: the share is an estimate.
    """
    if len(examples) < MIN_EDGE_EXAMPLES:
        says = f"cannot be told from {len(examples)} examples: {MIN_EDGE_EXAMPLES} show a bulk"
        return check("edge_cases", "unknown", says)
    kinds = dict(far_out(examples))
    lines = {line for found in kinds.values() for line in found}
    share = PERCENT * len(lines) / len(examples)
    where = ", ".join(f"{len(found):,} {kind}" for kind, found in kinds.items() if found)
    says = f"{percent(len(lines), len(examples))} lie far from the bulk" + (
        f": {where}" if where else ""
    )
    if limit.low <= share <= limit.high:
        return check("edge_cases", "pass", f"{says} (an estimate)", lines)
    advice = "add difficult ones" if share < limit.low else "add ordinary ones"
    wanted = f"{limit.low:g} to {limit.high:g} % are wanted (an estimate); {advice}"
    return check("edge_cases", "warn", f"{says}; {wanted}", lines)


def far_out(examples: Sequence[ExampleFeatures]) -> Iterator[tuple[str, list[int]]]:
    """Yield each way of being far from the bulk with the lines of its examples."""
    yield from _outside("requests by length", examples, lambda example: example.asked_tokens)
    yield from _outside("answers by length", examples, lambda example: example.answer_tokens)
    labels = Counter(example.label for example in examples if example.label)
    if 1 < len(labels) <= min(MAX_EDGE_LABELS, len(examples) / 5) and 2 * sum(
        labels.values()
    ) > len(examples):
        least = RARE_LABEL * sum(labels.values()) / len(labels)
        rare = [f.line for f in examples if f.label and labels[f.label] < least]
        yield "with a rare label", rare
    yield "with unusual words", _unusual(examples)


def _outside(
    kind: str, examples: Sequence[ExampleFeatures], length: Callable[[ExampleFeatures], int]
) -> Iterator[tuple[str, list[int]]]:
    values = [log1p(length(example)) for example in examples]
    ordered = sorted(values)
    low, high = quantile(ordered, 0.25), quantile(ordered, 0.75)
    reach = FENCE * (high - low)
    if reach:
        far = (not low - reach <= value <= high + reach for value in values)
        yield kind, [example.line for example, is_far in zip(examples, far, strict=True) if is_far]


def _unusual(examples: Sequence[ExampleFeatures]) -> list[int]:
    """Return the examples most of whose words hardly any other example has."""
    words = [array("I", example.words) for example in examples]
    spread = Counter(word for kept in words for word in kept)
    rare = {word for word, count in spread.items() if count <= max(1, RARE_WORD * len(examples))}
    return [
        example.line
        for example, kept in zip(examples, words, strict=True)
        if len(kept) >= MIN_WORDS and 2 * sum(word in rare for word in kept) > len(kept)
    ]
