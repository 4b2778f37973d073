"""The volumes at which tuning is ahead: a set of intervals, since caching and copies bend costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ftvp.cost.inputs import Numbers
from ftvp.cost.lines import Month
from ftvp.cost.load import SMOOTH_ABOVE, speed
from ftvp.cost.weigh import NetAt, Sides, net_at, weigh
from ftvp.scenario import LEAST_VOLUME

MOST_VOLUME = 1e9
POINTS_PER_DECADE = 64
MOST_COPIES = 32
"""Copies of a side up to which each step is looked at; above, they count as a real number."""
CLOSE = 1e-12
"""Relative width at which a bisection ends."""


class Volumes(NamedTuple):
    """Requests a day from and to which tuning is ahead; None for no upper end."""

    low: float
    high: float | None

    def holds(self, volume: float) -> bool:
        """Return whether a volume lies inside, ends included."""
        return self.low <= volume and (self.high is None or volume <= self.high)


def volumes_ahead(sides: Sides, numbers: Numbers) -> list[Volumes]:
    """Return every interval of requests a day in which tuning is ahead, lowest first.

    Where no cache has a life, each net benefit is a straight line between steps.
    """
    if sides.tuned is None:
        return []
    net = net_at(sides, {**numbers, SMOOTH_ABOVE: MOST_COPIES})
    edges = sorted({LEAST_VOLUME, MOST_VOLUME, *_steps(sides, numbers)})
    options = [each for each in (sides.now, sides.tuned, sides.changed, sides.successor) if each]
    often = {**numbers, "volume": MOST_VOLUME}
    months = (Month(each, often, period) for each in options for period in each.periods)
    straight = all(month.cached.life is None for month in months)
    found: list[Volumes] = []
    for low, high in pairwise(edges):
        first, last = low * (1 + CLOSE), high * (1 - CLOSE)
        between = _bend(sides, numbers, first, last) if straight else _grid(low, high)
        points = [first, *between, last]
        for interval in _ahead_within(net, points, low, high):
            if found and found[-1].high == interval.low:
                found[-1] = Volumes(found[-1].low, interval.high)
            else:
                found.append(interval)
    if found and found[-1].high == MOST_VOLUME:
        found[-1] = Volumes(found[-1].low, None)
    return _agreeing(found, numbers["volume"], ahead=net_at(sides, numbers)(numbers["volume"]) > 0)


def _steps(sides: Sides, numbers: Numbers) -> Iterator[float]:
    """Yield the volumes above which a side needs one more copy."""
    for option in (sides.now, sides.tuned, sides.changed):
        if option is None or not option.is_hosted or "replicas" in numbers:
            continue
        one_request = {**numbers, "volume": 1.0, SMOOTH_ABOVE: 0.0}
        for period in option.periods:
            load = Month(option, one_request, period).copies
            if speed(option, numbers) is not None and load > 0:
                steps = (count / load for count in range(1, MOST_COPIES + 1))
                yield from (step for step in steps if LEAST_VOLUME < step < MOST_VOLUME)


def _bend(sides: Sides, numbers: Numbers, low: float, high: float) -> list[float]:
    """Return the volume between two at which the smaller of two straight net benefits changes."""
    apart = []
    for volume in (low, high):
        found = weigh(sides, {**numbers, "volume": volume, SMOOTH_ABOVE: MOST_COPIES})
        if found is None or found.net_of_tuning is None:
            return []
        apart.append(found.net_benefit - found.net_of_tuning)
    if apart[0] * apart[1] >= 0:
        return []
    return [low + (high - low) * apart[0] / (apart[0] - apart[1])]


def _grid(low: float, high: float) -> list[float]:
    """Return the points between two volumes, so many a decade."""
    first = math.floor(math.log10(low) * POINTS_PER_DECADE) + 1
    last = math.ceil(math.log10(high) * POINTS_PER_DECADE)
    return [10 ** (place / POINTS_PER_DECADE) for place in range(first, last)]


def _ahead_within(
    net: NetAt, points: Sequence[float], low: float, high: float
) -> Iterator[Volumes]:
    """Yield where tuning is ahead between two edges; each change of sign is bisected."""
    signs = [net(point) > 0 for point in points]
    start = low if signs[0] else None
    for (one, was), (other, now) in pairwise(zip(points, signs, strict=True)):
        if was == now:
            continue
        turn = _bisected(net, one, other, was=was)
        if now:
            start = turn
        elif start is not None:
            yield Volumes(start, turn)
            start = None
    if start is not None:
        yield Volumes(start, high)


def _bisected(net: NetAt, low: float, high: float, *, was: bool) -> float:
    """Return the volume between two at which the sign changes, to twelve digits."""
    while high - low > CLOSE * high:
        middle = (low + high) / 2
        if (net(middle) > 0) == was:
            low = middle
        else:
            high = middle
    return high


def _agreeing(found: list[Volumes], volume: float, *, ahead: bool) -> list[Volumes]:
    """Return the intervals so that they say of one volume what was worked out for it.

    Only where copies count as a real number can the two differ.
    """
    inside = [each for each in found if each.holds(volume)]
    if bool(inside) == ahead:
        return found
    if ahead:
        return sorted([*found, Volumes(volume, volume)], key=lambda each: each.low)
    parts = []
    for each in found:
        if each in inside:
            parts += [
                Volumes(each.low, volume * (1 - CLOSE)),
                Volumes(volume * (1 + CLOSE), each.high),
            ]
        else:
            parts.append(each)
    return [each for each in parts if each.high is None or each.low < each.high]
