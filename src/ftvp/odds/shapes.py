"""Draws of an input: points that fill a cube evenly, and one distribution for each kind of field.

The points are a rank-1 lattice, randomly shifted: point k of n is the fractional part of k * z / n,
and z is one vector for every n that is a power of two (an embedded lattice rule). Each random shift
of the whole lattice gives an estimate without bias; how far the shifts lie apart is the error of
their mean.

The shape follows from the field and is never asked for. It is normal on the scale on which a range
of the field is even (`ranges.Scale`): logarithms of amounts, log odds of shares and percentages,
else the numbers themselves. Both halves reach their own end, so that all told numbers are met:
1 in 20 below the lower end, half below the middle, 1 in 20 above the upper end.
"""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from statistics import NormalDist
from typing import NamedTuple

from ftvp.errors import TooWideError
from ftvp.ranges import Definition, Scale, Spread
from ftvp.stats import LEVEL, t_quantile
from ftvp.units import PERCENT

GENERATING_VECTOR = (
    1,
    182667,
    469891,
    498753,
    110745,
    446247,
    250185,
    118627,
    245333,
    283199,
    408519,
    391023,
    246327,
    126539,
    399185,
    461527,
    300343,
    69681,
    516695,
    436179,
    106383,
    238523,
    413283,
    70841,
    47719,
    300129,
    113029,
    123925,
    410745,
    211325,
    17489,
    511893,
    40767,
    186077,
    519471,
    255369,
    101819,
    243573,
    66189,
    152143,
    503455,
    113217,
    132603,
    463967,
    297717,
    157383,
    224015,
    502917,
    36237,
    94049,
    170665,
    79397,
    123963,
    223451,
    323871,
    303633,
    98567,
    318855,
    494245,
    477137,
    177975,
    64483,
    26695,
    88779,
    94497,
    239429,
    381007,
    110205,
    339157,
    73397,
    407559,
    181791,
    442675,
    301397,
    32569,
    147737,
    189949,
    138655,
    350241,
    63371,
    511925,
    515861,
    434045,
    383435,
    249187,
    492723,
    479195,
    84589,
    99703,
    239831,
    269423,
    182241,
    61063,
    130789,
    143095,
    471209,
    139019,
    172565,
    487045,
    304803,
)
"""The first 100 of 250 components of `exod2_base2_m20_CKN`, for up to 2**20 points.

R. Cools, F. Y. Kuo and D. Nuyens, "Constructing embedded lattice rules for multivariate
integration", SIAM Journal on Scientific Computing 28(6), 2162-2188, 2006: order-2 weights, so that
each pair of dimensions is filled evenly. Published by D. Nuyens in the Magic Point Shop.
"""
MAX_POINTS = 2**20
SHIFTS = 8
POINTS, MANY_POINTS = 128, 2_048
"""Points of a shift for an everyday answer, and for an answer on odds alone."""
LEAST = 2.0**-54
"""Stands for 0, which is no probability: half the step of the numbers below 1."""


def shifted_lattice(
    dimensions: int, points: int, seed: int, shifts: int = SHIFTS
) -> Iterator[list[list[float]]]:
    """Yield, for each random shift, a list of `points` numbers above 0 and below 1 a dimension.

    A dimension's numbers do not depend on how many others there are. ValueError where the
    dimensions are more than 100 or the points are no power of two up to 2**20.

    >>> [[len(column) for column in columns] for columns in shifted_lattice(3, 128, 1, shifts=2)]
    [[128, 128, 128], [128, 128, 128]]
    """
    if not 0 <= dimensions <= len(GENERATING_VECTOR):
        msg = f"a lattice has up to {len(GENERATING_VECTOR)} dimensions, not {dimensions}"
        raise ValueError(msg)
    if not 0 < points <= MAX_POINTS or points & (points - 1):
        msg = f"a lattice has 1, 2, 4, ... or {MAX_POINTS} points, not {points}"
        raise ValueError(msg)
    number = random.Random(seed).random  # noqa: S311  shifts are no secrets
    moved = [[number() for _ in range(shifts)] for _ in range(dimensions)]
    # Two components that agree modulo the points, but for their sign, make two dimensions one:
    # those that repeat an earlier one come last.
    alike: dict[int, list[int]] = {}
    for z in GENERATING_VECTOR:
        alike.setdefault(min(z % points, -z % points), []).append(z)
    vector = [z for z, *_ in alike.values()]
    vector += [z for _, *again in alike.values() for z in again]
    columns = [[step * z % points / points for step in range(points)] for z in vector[:dimensions]]
    for shift in range(shifts):
        yield [
            [(x + own[shift]) % 1.0 or LEAST for x in column]
            for column, own in zip(columns, moved, strict=True)
        ]


END = 0.95
"""The part of draws that lies below the upper end of a range."""
NORMAL = NormalDist()
END_NORMAL = NORMAL.inv_cdf(END)
"""Standard deviations from the middle of a range to its ends."""
TEST_NORMAL = NORMAL.inv_cdf((1 + LEVEL) / 2)
"""Standard errors from a difference to the ends of its 95 % interval, where it is normal."""


class Shape(NamedTuple):
    """The distribution of one input, by the range that was told or assumed and by its field.

    A told range is cut at the bounds of the field, an assumed one at its own ends: what would lie
    beyond is drawn as the bound itself, so that the middle and the ends stay where they are.
    """

    field: str
    spread: Spread
    definition: Definition
    told: bool

    @property
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
        below, above = (step / END_NORMAL for step in self._steps)
        middle, exp = self.spread.mid, math.exp
        try:
            if self.scale == "linear":
                drawn = [middle + z * (above if z > 0 else below) for z in normals]
            elif self.scale == "log":
                drawn = [middle * exp(z * (above if z > 0 else below)) for z in normals]
            else:
                whole = self._whole
                odds = (whole - middle) / middle
                drawn = [
                    whole / (1 + odds * exp(-z * (above if z > 0 else below))) for z in normals
                ]
        except OverflowError:
            raise TooWideError(self.field, str(self.spread)) from None
        cut = self.definition if self.told else self.spread
        if min(drawn) < cut.low or max(drawn) > cut.high:
            drawn = [min(max(x, cut.low), cut.high) for x in drawn]
        if not math.isfinite(max(drawn)):
            raise TooWideError(self.field, str(self.spread))
        return drawn

    @property
    def _whole(self) -> float:
        return self.definition.whole or 1.0

    @property
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


class Qualities(NamedTuple):
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
