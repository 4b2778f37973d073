"""Points that fill a cube more evenly than random ones: a rank-1 lattice, randomly shifted.

Point k of n is the fractional part of k * z / n, and z is one vector for every n that is a power of
two (an embedded lattice rule). Each random shift of the whole lattice gives an estimate without
bias; how far the shifts lie apart is the error of their mean.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

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
    vector = _components(points)[:dimensions]
    columns = [[step * z % points / points for step in range(points)] for z in vector]
    for shift in range(shifts):
        yield [
            [(x + own[shift]) % 1.0 or LEAST for x in column]
            for column, own in zip(columns, moved, strict=True)
        ]


def _components(points: int) -> list[int]:
    """Return the vector, its components that repeat an earlier one at so few points put last.

    Two components that agree modulo the points, but for their sign, make two dimensions one.
    """
    alike: dict[int, list[int]] = {}
    for z in GENERATING_VECTOR:
        alike.setdefault(min(z % points, -z % points), []).append(z)
    first = [z for z, *_ in alike.values()]
    return [*first, *(z for _, *again in alike.values() for z in again)]
