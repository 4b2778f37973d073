"""From even numbers between 0 and 1 to draws of an input: one distribution for each kind of field.

The shape follows from the field and is never asked for. It is normal on the scale on which a range
of the field is even (`ranges.Scale`): logarithms of amounts, log odds of shares and percentages,
else the numbers themselves. Both halves reach their own end, so that all told numbers are met:
1 in 20 below the lower end, half below the middle, 1 in 20 above the upper end.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from ftvp.errors import TooWideError
from ftvp.evals.power import LEVEL
from ftvp.ranges import Definition, Scale, Spread
from ftvp.stats import t_quantile
from ftvp.units import PERCENT

END = 0.95
"""The part of draws that lies below the upper end of a range."""
NORMAL = NormalDist()
END_NORMAL = NORMAL.inv_cdf(END)
"""Standard deviations from the middle of a range to its ends."""
TEST_NORMAL = NORMAL.inv_cdf((1 + LEVEL) / 2)
"""Standard errors from a difference to the ends of its 95 % interval, where it is normal."""


@dataclass(frozen=True)
class Shape:
    """The distribution of one input, by the range that was told or assumed and by its field.

    A told range is cut at the bounds of the field, an assumed one at its own ends: what would lie
    beyond is drawn as the bound itself, so that the middle and the ends stay where they are.
    """

    field: str
    spread: Spread
    definition: Definition
    told: bool

    @cached_property
    def scale(self) -> Scale:
        """The scale on which the draws are normal."""
        return self.definition.scale(self.spread.low, self.spread.high)

    def draws(self, shares: Iterable[float]) -> list[float]:
        """Return a draw for each of one or more numbers between 0 and 1, as even as they are.

        TooWideError where one is not finite.

        >>> shape = Shape("volume", Spread(50, 100, 400), Definition(0), told=True)
        >>> [round(draw, 9) for draw in shape.draws([0.05, 0.5, 0.95])]
        [50.0, 100.0, 400.0]
        """
        return self.at(map(NORMAL.inv_cdf, shares))

    def at(self, normals: Iterable[float]) -> list[float]:
        """Return the draws so many standard deviations from the middle, on this shape's scale."""
        if not self.spread.width:
            return [self.spread.mid for _ in normals]
        try:
            drawn = self._drawn(normals)
        except OverflowError:
            raise TooWideError(self.field, str(self.spread)) from None
        cut = self.definition if self.told else self.spread
        if min(drawn) < cut.low or max(drawn) > cut.high:
            drawn = [min(max(x, cut.low), cut.high) for x in drawn]
        if not math.isfinite(max(drawn)):
            raise TooWideError(self.field, str(self.spread))
        return drawn

    def _drawn(self, normals: Iterable[float]) -> list[float]:
        below, above = (step / END_NORMAL for step in self._steps)
        middle, exp = self.spread.mid, math.exp
        if self.scale == "linear":
            return [middle + z * (above if z > 0 else below) for z in normals]
        if self.scale == "log":
            return [middle * exp(z * (above if z > 0 else below)) for z in normals]
        whole = self._whole
        odds = (whole - middle) / middle
        return [whole / (1 + odds * exp(-z * (above if z > 0 else below))) for z in normals]

    @cached_property
    def _whole(self) -> float:
        return self.definition.whole or 1.0

    @cached_property
    def _steps(self) -> tuple[float, float]:
        """How far the ends lie below and above the middle, on this shape's scale."""
        return -self._distance(self.spread.low), self._distance(self.spread.high)

    def _distance(self, value: float) -> float:
        """Return how far a value lies above the middle; infinite where the scale has no place."""
        middle = self.spread.mid
        if self.scale == "linear":
            return value - middle
        part = (value / middle) if value > 0 else 0.0
        if self.scale == "logit" and part:
            left = self._whole - value
            part = part * (self._whole - middle) / left if left > 0 else math.inf
        return math.log(part) if 0 < part < math.inf else math.copysign(math.inf, part - 1)

    def deviations(self, value: float) -> float:
        """Return how far a value lies from the middle, 1 being the distance to that side's end.

        Infinite beyond an end that is the middle, and for what this shape's scale does not hold.
        """
        distance = self._distance(value)
        below, above = self._steps
        step = above if distance > 0 else below
        if not distance:
            return 0.0
        return abs(distance) / step if step else math.inf


@dataclass(frozen=True)
class Qualities:
    """What both qualities may be, in percent and together: equally likely pairs.

    They stand in the order of their difference, so that one even number picks a pair and near
    numbers pick near differences.
    """

    pairs: Sequence[tuple[float, float]]

    def at(self, share: float) -> tuple[float, float]:
        """Return the prompted and the tuned quality at this part of the order."""
        return self.pairs[int(share * len(self.pairs))]


PAIRS = 4_096
"""Pairs of qualities that stand for their joint distribution."""


def counted_qualities(
    both: int, prompted_only: int, tuned_only: int, neither: int, seed: int
) -> Qualities:
    """Return what the qualities may be after items that each side got right or wrong.

    The shares of the four kinds of items are Dirichlet: their counts and a uniform prior.

    >>> prompted, tuned = counted_qualities(790, 10, 90, 110, seed=1).at(0.5)
    >>> round(tuned - prompted)
    8
    """
    gamma = random.Random(seed).gammavariate  # noqa: S311  draws are no secrets
    pairs = []
    for _ in range(PAIRS):
        weights = [gamma(count + 1, 1) for count in (both, prompted_only, tuned_only, neither)]
        share = PERCENT / math.fsum(weights)
        right = weights[0] * share
        pairs.append((right + weights[1] * share, right + weights[2] * share))
    return Qualities(sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair[0])))


def scored_qualities(
    prompted: float, tuned: float, error: float, df: float, items: int
) -> Qualities:
    """Return what the qualities may be after items with scores, in percent.

    `error` is the test's standard error of the difference in points and `df` its degrees of
    freedom. The difference is normal with the width of that test's 95 % interval, so that few items
    or clusters leave it wide; its error is at least that of one differing item. Both qualities move
    apart alike, up to where one is 0 or 100.
    """
    spread = max(error, PERCENT / items) * t_quantile(1 - LEVEL, df) / TEST_NORMAL
    normals = [NORMAL.inv_cdf((rank + 0.5) / PAIRS) for rank in range(PAIRS)]
    halves = [spread / 2 * normal for normal in normals]
    return Qualities([(_percent(prompted - half), _percent(tuned + half)) for half in halves])


def _percent(quality: float) -> float:
    return min(max(quality, 0.0), float(PERCENT))
