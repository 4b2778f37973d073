"""The few statistics that the checks need, small enough to read; scipy is their test."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

Z = 1.959963984540054
"""The standard normal quantile of a two-sided 95 % interval."""
TERMS = 1000


def wilson(hits: int, of: int, z: float = Z) -> tuple[float, float]:
    """Return Wilson's score interval for a share (Wilson 1927).

    >>> low, high = wilson(97, 100)
    >>> round(low, 4), round(high, 4)
    (0.9155, 0.9897)
    """
    share, spread = hits / of, z * z / of
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0, (middle - half) / (1 + spread)), min(1, (middle + half) / (1 + spread))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted numbers, linear between neighbours.

    >>> quantile([1, 2, 3, 10], 0.5)
    2.5
    """
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ks_distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the greatest distance of two samples' cumulative shares (Kolmogorov and Smirnov)."""
    a, b = sorted(one), sorted(other)
    i = j = 0
    widest = 0.0
    while i < len(a) and j < len(b):
        value = min(a[i], b[j])
        while i < len(a) and a[i] == value:
            i += 1
        while j < len(b) and b[j] == value:
            j += 1
        widest = max(widest, abs(i / len(a) - j / len(b)))
    return widest


def ks_p_value(distance: float, n: int, m: int) -> float:
    """Return the asymptotic p-value of a two-sample Kolmogorov-Smirnov distance."""
    root = distance * sqrt(n * m / (n + m))
    if root < 0.2:  # noqa: PLR2004  where the series, whose sum is then 1 to 12 digits, is slow
        return 1.0
    total = sum((1 if k % 2 else -1) * exp(-2 * (k * root) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * total))


def chi_square(one: Sequence[int], other: Sequence[int]) -> tuple[float, int]:
    """Return Pearson's statistic of two rows of counts, and its degrees of freedom."""
    totals = [a + b for a, b in zip(one, other, strict=True)]
    rows, everything = (sum(one), sum(other)), sum(totals)
    statistic = 0.0
    for row, size in zip((one, other), rows, strict=True):
        for count, total in zip(row, totals, strict=True):
            expected = size * total / everything if total else 0
            statistic += (count - expected) ** 2 / expected if expected else 0
    return statistic, sum(total > 0 for total in totals) - 1


def chi_square_p_value(statistic: float, degrees: int) -> float:
    """Return the upper tail of the chi-square distribution.

    Series or continued fraction of the incomplete gamma function (Abramowitz and Stegun 6.5.29,
    6.5.31).
    """
    if degrees < 1 or statistic <= 0:
        return 1.0
    a, x = degrees / 2, statistic / 2
    front = exp(a * log(x) - x - lgamma(a))
    return max(0.0, 1 - front * _series(a, x)) if x < a + 1 else min(1.0, front * _fraction(a, x))


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for n in range(1, TERMS):
        term *= x / (a + n)
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    value = 0.0
    for n in range(TERMS, 0, -1):
        value = n * (n - a) / (x + 2 * n + 1 - a - value)
    return 1 / (x + 1 - a - value)
