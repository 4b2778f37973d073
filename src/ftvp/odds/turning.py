"""What would turn an answer: the values of one input at which tuning becomes or stops being ahead.

The calculation passes `net(values)`, the net benefit in USD after work of all inputs by name, the
smaller of two where two count; *ahead* is above 0.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from ftvp.odds.shapes import Shape
from ftvp.ranges import Spread

Net = Callable[[Mapping[str, float]], float]
"""The net benefit in USD with these inputs changed, all others at their middle."""

PER_DECADE, MANY_PER_DECADE = 4, 64
"""Points a decade at which an amount is looked at, and where time does not matter.

A gain between two of them is not seen."""
DECADES = 6
"""How far above and below its middle an amount is looked at closely, in powers of ten."""
PARTS_PER_DECADE = 12
"""As many times as many points as a decade of an amount has are looked at of what may be negative,
and of a share."""
PRECISION = 1e-10
SIDES = (1 - 1e-9, 1 + 1e-9)
"""Factors to just below and just above a value at which the net benefit bends or jumps."""
NEAR = 1e-6
"""How close around a root that was worked out its sign change is looked for, relative to it."""
HALVINGS = 200
OWN_WIDTH = 0.3
"""How far a told number without a range is moved, as a part of it."""
TOLD_SWITCHES = 3
NEAR_STEPS = 4
"""Steps of a price on each side of a switch at which it is looked for another one."""
MOST_ROUNDS = 50


class Interval(NamedTuple):
    """Values from `low` to `high`, both among them and both ahead."""

    low: float
    high: float


def intervals_ahead(net: Callable[[float], float], grid: Sequence[float]) -> tuple[Interval, ...]:
    """Return all intervals, between the first and last of a rising grid, where `net(x)` is above 0.

    Each end that is no end of the grid is exact to a part in 10**9 and still ahead. What begins and
    ends between two neighbours of the grid is not seen.

    >>> [found] = intervals_ahead(lambda x: (x - 2) * (5 - x), [0, 3, 10])
    >>> round(found.low, 6), round(found.high, 6)
    (2.0, 5.0)
    """
    found = []
    places = [(x, net(x) > 0) for x in grid]
    for holds, run in groupby(range(len(places)), key=lambda place: places[place][1]):
        if holds:
            own = list(run)
            first, last = own[0], own[-1]
            low, high = grid[first], grid[last]
            if first:
                low = _edge(net, low, grid[first - 1])
            if last < len(grid) - 1:
                high = _edge(net, high, grid[last + 1])
            found.append(Interval(low, high))
    return tuple(found)


def _edge(net: Callable[[float], float], inside: float, outside: float) -> float:
    """Return the last value that is ahead on the way from one that is to one that is not."""
    for _ in range(HALVINGS):
        if abs(inside - outside) <= PRECISION * max(abs(inside), abs(outside)):
            break
        middle = inside + (outside - inside) / 2
        inside, outside = (middle, outside) if net(middle) > 0 else (inside, middle)
    return inside


def grid_of(shape: Shape, knots: Iterable[float] = (), per_decade: int = PER_DECADE) -> list[float]:
    """Return the rising values of an input at which to look, inside the bounds of its field.

    `knots` are values that are known to matter, such as steps.
    """
    low, high = shape.definition.low, shape.definition.high
    middle = shape.spread.mid
    if shape.definition.whole is not None or low < 0:
        parts = PARTS_PER_DECADE * per_decade
        reach = parts * (shape.spread.width or abs(middle) or 1)
        low, high = max(low, middle - reach), min(high, middle + reach)
        found = [low + (high - low) * step / parts for step in range(parts)]
    else:
        around = middle or shape.spread.high or 1.0
        steps = range(-DECADES * per_decade, DECADES * per_decade + 1)
        found = [low, *(around * 10 ** (step / per_decade) for step in steps)]
    last = [high] if math.isfinite(high) else []
    wanted = {*found, *knots, *last, middle, shape.spread.low, shape.spread.high}
    return sorted(x for x in wanted if low <= x <= high)


class Steps(NamedTuple):
    """Values at which the net benefit jumps again and again: `first`, and each `width` from it."""

    first: float
    width: float

    def near(self, x: float) -> list[float]:
        """Return both sides of the jumps that lie nearest to a value."""
        place = math.floor((x - self.first) / self.width)
        found = range(place - NEAR_STEPS + 1, place + NEAR_STEPS + 1)
        return [(self.first + each * self.width) * side for each in found for side in SIDES]


class Places(NamedTuple):
    """Values of an input to look at: where the net benefit is known to bend, and to jump."""

    knots: Sequence[float] = ()
    steps: Sequence[Steps] = ()


class Bar(NamedTuple):
    """One input moved from end to end of its range, all others at their middle."""

    shape: Shape
    net_low: float
    """USD at the lower end of the range, which is not always the smaller amount."""
    net_high: float
    ahead: tuple[Interval, ...]
    """All values inside the bounds of the field at which tuning is ahead."""
    turns_at: tuple[float, ...]
    """The ends of those intervals that are no bounds of the field, rising."""

    @property
    def field(self) -> str:
        """The name of the input."""
        return self.shape.field

    @property
    def length(self) -> float:
        """The length of the bar in USD."""
        return abs(self.net_high - self.net_low)


def tornado(
    net: Net,
    shapes: Mapping[str, Shape],
    known: Mapping[str, Places] | None = None,
    straight: Collection[str] = (),
    per_decade: int = PER_DECADE,
) -> list[Bar]:
    """Return a bar for each input that matters, the longest first.

    `known` are values to look at, by input; `straight` names inputs in which `net` is a straight
    line. A told number without a range is moved by 30 % (`moved`).
    """
    bars = []
    for name, told in shapes.items():
        shape = told if told.spread.width else moved(told)

        @cache
        def along(x: float, name: str = name) -> float:
            return net({name: x})

        low, high = along(shape.spread.low), along(shape.spread.high)
        if low == high:
            continue
        places = (known or {}).get(name, Places())
        if name in straight:
            grid = straight_grid(shape, low, high)
        else:
            grid = grid_of(shape, places.knots, per_decade)
        ahead, turns = _ahead_among_steps(along, grid, places.steps)
        bars.append(Bar(shape, low, high, ahead, turns))
    return sorted(bars, key=lambda bar: -bar.length)


def _ahead_among_steps(
    along: Callable[[float], float], grid: list[float], steps: Sequence[Steps]
) -> tuple[tuple[Interval, ...], tuple[float, ...]]:
    """Return the intervals ahead and their ends inside the grid, jumps near an end looked at too.

    A price that rises in steps can turn the answer at several steps in a row.
    """
    for _ in range(MOST_ROUNDS):
        ahead = intervals_ahead(along, grid)
        ends = [end for interval in ahead for end in (interval.low, interval.high)]
        turns = tuple(end for end in ends if grid[0] < end < grid[-1])
        near = {x for end in turns for each in steps for x in each.near(end)}
        unseen = {x for x in near if grid[0] < x < grid[-1]}.difference(grid)
        if not unseen:
            break
        grid = sorted(unseen.union(grid))
    return ahead, turns


def straight_grid(shape: Shape, net_low: float, net_high: float) -> list[float]:
    """Return where to look along a straight line: its ends, and close around where it is 0."""
    low, high = shape.spread.low, shape.spread.high
    root = low - net_low * (high - low) / (net_high - net_low)
    bounds = (shape.definition.low, shape.definition.high)
    wanted = {low, high, root * (1 - NEAR), root * (1 + NEAR), *filter(math.isfinite, bounds)}
    return sorted(x for x in wanted if bounds[0] <= x <= bounds[1])


def moved(shape: Shape) -> Shape:
    """Return the shape of a number that may be 30 % less or more, inside the field's bounds."""
    number = shape.spread.mid
    step = abs(number) * OWN_WIDTH
    low = min(number, max(shape.definition.low, float(f"{number - step:.15g}")))
    high = max(number, min(shape.definition.high, float(f"{number + step:.15g}")))
    return Shape(shape.field, Spread(low, number, high), shape.definition, shape.told)


class Switch(NamedTuple):
    """A value at which the answer turns: beyond it, seen from the middle, it is the other one."""

    field: str
    value: float
    above: bool
    """Whether the answer turns above the value; else below it."""
    deviations: float
    """How far it lies from the middle, 1 being that side's end of the range."""


def switches(bars: Iterable[Bar], most: int = TOLD_SWITCHES) -> list[Switch]:
    """Return the nearest switch of each input, in units of its range, the nearest first."""
    nearest = []
    for bar in bars:
        middle = bar.shape.spread.mid
        found = [(bar.shape.deviations(turn), abs(turn - middle), turn) for turn in bar.turns_at]
        for deviations, _, turn in sorted(found)[:1]:
            nearest.append(Switch(bar.field, turn, turn > middle, deviations))
    return sorted(nearest, key=lambda switch: switch.deviations)[:most]
