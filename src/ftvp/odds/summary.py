"""What draws of a net benefit say: percentiles, chances, their error, and how they are worded.

Draws come by random shift of the lattice: each shift gives its own estimate, and how far those lie
apart is the standard error of their mean. It decides how many digits are worth showing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

TENTHS = 10
FEW, MOST = 0.05, 0.95
"""Below the one and above the other a chance is told as less or more than so many in 20."""
PERCENTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Estimate:
    """An estimate and its standard error over the shifts, both in one unit."""

    value: float
    error: float

    @property
    def shown(self) -> float:
        """The value with the digits that its error leaves."""
        return round_by_error(self.value, self.error)


@dataclass(frozen=True)
class Summary:
    """A net benefit in USD over all draws, and the chance that it is above 0."""

    p10: Estimate
    p50: Estimate
    p90: Estimate
    mean: Estimate
    p_ahead: Estimate
    points: int


def summarise(shifts: Sequence[Sequence[float]]) -> Summary:
    """Return what two or more shifts of net benefits after work say; not above 0 is not ahead.

    >>> summary = summarise([[-1.0, 1.0, 2.0, 5.0], [0.0, 1.0, 3.0, 4.0]])
    >>> summary.p_ahead.value, summary.p50.value, summary.mean.value
    (0.75, 1.5, 1.875)
    """
    pooled = sorted(draw for shift in shifts for draw in shift)
    sorts = [sorted(shift) for shift in shifts]
    p10, p50, p90 = (
        Estimate(percentile(pooled, part), error_of([percentile(own, part) for own in sorts]))
        for part in PERCENTILES
    )
    means = [math.fsum(shift) / len(shift) for shift in shifts]
    return Summary(
        p10=p10,
        p50=p50,
        p90=p90,
        mean=Estimate(math.fsum(pooled) / len(pooled), error_of(means)),
        p_ahead=chance([[draw > 0 for draw in shift] for shift in shifts]),
        points=len(pooled),
    )


def chance(shifts: Sequence[Sequence[bool]]) -> Estimate:
    """Return how often something holds over two or more shifts, 0 to 1.

    >>> chance([[True, False], [True, True]])
    Estimate(value=0.75, error=0.25)
    """
    shares = [sum(shift) / len(shift) for shift in shifts]
    held, points = sum(map(sum, shifts)), sum(map(len, shifts))
    return Estimate(held / points, error_of(shares))


def error_of(estimates: Sequence[float]) -> float:
    """Return the standard error of the mean of independent estimates."""
    mean = math.fsum(estimates) / len(estimates)
    squares = math.fsum((each - mean) ** 2 for each in estimates)
    return math.sqrt(squares / (len(estimates) - 1) / len(estimates))


def percentile(ordered: Sequence[float], part: float) -> float:
    """Return the value that a part (0 to 1) of ordered values stay below, between its neighbours.

    >>> percentile([0.0, 10.0, 20.0, 40.0], 0.5)
    15.0
    """
    place = part * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def round_by_error(value: float, error: float) -> float:
    """Return a value in steps of the largest power of ten that is at most twice its error.

    >>> round_by_error(1337.2, 40), round_by_error(0.6831, 0.012), round_by_error(5.25, 0)
    (1340.0, 0.68, 5.25)
    """
    if not error:
        return value
    return round(value, -math.floor(math.log10(2 * error)))


def in_tens(share: float, between: str = "in") -> str:
    """Return a chance in words of tens, `between` being "in" or "of".

    >>> in_tens(0.683), in_tens(0.683, "of"), in_tens(0.04), in_tens(1)
    ('7 in 10', '7 of 10', 'less than 1 in 20', 'more than 19 in 20')
    """
    if share < FEW:
        return f"less than 1 {between} 20"
    if share > MOST:
        return f"more than 19 {between} 20"
    tenths = min(max(math.floor(share * TENTHS + 0.5), 1), TENTHS - 1)
    return f"{tenths} {between} 10"
