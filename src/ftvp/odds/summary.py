"""What draws of a net benefit say: percentiles, chances, what turns it, what is worth knowing.

Draws come by random shift of the lattice: each shift gives its own estimate, and how far those lie
apart is the standard error of their mean. It decides how many digits are worth showing.

What is worth finding out: all of it, a pilot, more eval items. Amounts are USD of net benefit after
work, drawn or expected. Who decides takes tuning where its expected net benefit is above 0, and
nothing else; knowing more is worth what it would add.
"""

import math
import random
import statistics
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from ftvp.odds.shapes import Shape
from ftvp.ranges import Spread
from ftvp.stats import perfect_information, quantile

TENTHS = 10
FEW, MOST = 0.05, 0.95
"""Below the one and above the other a chance is told as less or more than so many in 20."""
PERCENTILES = (0.1, 0.5, 0.9)


class Estimate(NamedTuple):
    """An estimate and its standard error over the shifts, both in one unit."""

    value: float
    error: float

    @property
    def shown(self) -> float:
        """The value with the digits that its error leaves."""
        return round_by_error(self.value, self.error)


class Summary(NamedTuple):
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
        Estimate(quantile(pooled, part), error_of([quantile(own, part) for own in sorts]))
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


BINS = 32
DUMMIES = 8
"""Inputs without any influence, whose worth shows how much of one is chance."""
SURE = 3
"""Standard deviations above the mean dummy, from where an influence is believed."""
MOST_ITEMS = 1_000_000
GROWTH = 1.1
"""Step between the numbers of items that are looked at first."""


def worth_of_knowing_everything(nets: Sequence[float], *, tunes: bool) -> float:
    """Return the expected worth of knowing each draw before deciding; `tunes`: what is decided now.

    >>> worth_of_knowing_everything([-2.0, 4.0], tunes=True)
    1.0
    """
    decided = math.fsum(nets) if tunes else 0.0
    return (math.fsum(net for net in nets if net > 0) - decided) / len(nets)


def worth_of_knowing(
    values: Sequence[float], nets: Sequence[float], *, tunes: bool, bins: int = BINS
) -> float:
    """Return the expected worth of knowing one input, by its draws and the nets they led to.

    The draws are put into bins of equal count by the input's value; in each one decides by the
    mean net benefit. A few draws in a bin make even an input without influence worth something:
    see `worth_by_input`.
    """
    means = [mean * share for mean, share in _bin_means(values, nets, bins)]
    decided = math.fsum(nets) / len(nets) if tunes else 0.0
    return max(0.0, math.fsum(mean for mean in means if mean > 0) - decided)


def worth_by_input(
    inputs: Mapping[str, Sequence[float]], nets: Sequence[float], *, tunes: bool, seed: int
) -> dict[str, float | None]:
    """Return the worth of knowing each input; None where an input without influence has as much.

    Eight such dummies are made by shuffling; the bound is three standard deviations above their
    mean worth.
    """
    shuffle = random.Random(seed).shuffle  # noqa: S311  draws are no secrets
    ranks, dummies = list(range(len(nets))), []
    for _ in range(DUMMIES):
        shuffle(ranks)
        dummies.append(worth_of_knowing(ranks, nets, tunes=tunes))
    by_chance = statistics.fmean(dummies) + SURE * statistics.stdev(dummies)
    found = {name: worth_of_knowing(values, nets, tunes=tunes) for name, values in inputs.items()}
    return {name: worth if worth > by_chance else None for name, worth in found.items()}


def part_of_spread(values: Sequence[float], nets: Sequence[float], bins: int = BINS) -> float:
    """Return the part (0 to 1) of the variance of the nets that one input alone accounts for.

    >>> part_of_spread([1, 2, 3, 4], [10, 20, 30, 40], bins=4), part_of_spread([1, 2], [5, 5])
    (1.0, 0.0)
    """
    mean = math.fsum(nets) / len(nets)
    variance = math.fsum((net - mean) ** 2 for net in nets) / len(nets)
    between = math.fsum((own - mean) ** 2 * share for own, share in _bin_means(values, nets, bins))
    return between / variance if variance else 0.0


def _bin_means(
    values: Sequence[float], nets: Sequence[float], bins: int
) -> Iterator[tuple[float, float]]:
    """Yield the mean net benefit and the part of the draws of each bin, lowest values first."""
    ordered = [nets[place] for place in sorted(range(len(values)), key=values.__getitem__)]
    number = min(bins, len(ordered))
    for begin, end in pairwise(len(ordered) * bin_ // number for bin_ in range(number + 1)):
        yield math.fsum(ordered[begin:end]) / (end - begin), (end - begin) / len(ordered)


class Pilot(NamedTuple):
    """What a pilot costs and is worth: one small tune and an eval before the decision."""

    usd: float
    """Money alone: the training run, and labels that are not at hand."""
    hours: float
    worth_usd: float
    p_success: float
    """The chance that the tuned quality is not below prompting's, or reaches the target."""
    hourly_rate: float | None = None
    """USD; None where it was not told: then the money alone is compared."""

    @property
    def price_usd(self) -> float:
        """What it costs, with the hours where their rate was told."""
        return self.usd + self.hours * (self.hourly_rate or 0.0)

    @property
    def pays(self) -> bool:
        """Whether it is worth more than it costs."""
        return self.worth_usd > self.price_usd


def pilot_worth_by_success(p_success: float, net: float, sunk: float) -> float:
    """Return what a pilot is worth where the net benefit holds only if quality does not suffer.

    `net` is the expected net benefit, `sunk` the one-off costs and own work that a failure leaves:
    p*max(0, NB) - max(0, p*NB - (1-p)*sunk).

    >>> pilot_worth_by_success(0.5, 1000, 400)
    200.0
    """
    without = p_success * net - (1 - p_success) * sunk
    return p_success * max(0.0, net) - max(0.0, without)


class MoreItems(NamedTuple):
    """The best number of further eval items, what they are expected to be worth and to cost."""

    items: int
    worth_usd: float
    cost_usd: float


def best_more_items(
    mean: float, spread: float, item_spread: float, item_cost: float, most: int = MOST_ITEMS
) -> MoreItems:
    """Return how many further eval items are worth most beyond their cost; none where none pay.

    The net benefit is now normal with `mean` and standard deviation `spread`, as far as the quality
    difference is not known; one item shows it with the standard deviation `item_spread` (all USD).
    The mean after n items is normal too, with the standard deviation
    spread**2 / sqrt(spread**2 + item_spread**2 / n) (preposterior analysis, Raiffa and Schlaifer
    1961). `item_cost` is USD an item and above 0.
    """

    def worth(items: int) -> float:
        noise = math.hypot(spread, item_spread / math.sqrt(items))
        return perfect_information(mean, spread * (spread / noise)) if noise else 0.0

    def gain(items: int) -> float:
        return worth(items) - items * item_cost if items else 0.0

    affordable = min(most, math.floor(perfect_information(mean, spread) / item_cost))
    looked_at, number = {0, affordable}, 1
    while number < affordable:
        looked_at.add(number)
        number = max(number + 1, math.floor(number * GROWTH))
    numbers = sorted(looked_at)
    place = max(range(len(numbers)), key=lambda index: gain(numbers[index]))
    low, high = numbers[max(0, place - 1)], numbers[min(len(numbers) - 1, place + 1)]
    while high - low > 2:  # noqa: PLR2004  three neighbours are compared
        third = (high - low) // 3
        left, right = low + third, high - third
        low, high = (left, high) if gain(left) < gain(right) else (low, right)
    best = max((numbers[place], *range(low, high + 1)), key=gain)
    return MoreItems(best, worth(best) if best else 0.0, best * item_cost)


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


def turned_between(net: Callable[[float], float], grid: Sequence[float]) -> list[float]:
    """Return values between neighbours of a rising grid where the net benefit has another sign.

    It is looked for where the net benefit comes closest to 0 and may cross it twice: at the top of
    what is not ahead, and at the bottom of what is.

    >>> [found] = turned_between(lambda x: 0.1 - abs(x - 2.2), [0, 1, 2, 3, 4])
    >>> abs(found - 2.2) < 0.1
    True
    """
    values = [net(x) for x in grid]
    found = []
    for place, (before, here, after) in enumerate(
        zip(values, values[1:], values[2:], strict=False)
    ):
        side = 1 if here <= 0 else -1
        rises = (side * (here - before), side * (here - after))
        if min(rises) < 0 or side * here + sum(rises) <= 0:
            continue
        low, high = grid[place], grid[place + 2]
        for _ in range(MOST_ROUNDS):
            left, right = low + (high - low) / 3, high - (high - low) / 3
            at_left, at_right = side * net(left), side * net(right)
            if max(at_left, at_right) > 0:
                found.append(left if at_left > at_right else right)
                break
            low, high = (left, high) if at_left < at_right else (low, right)
    return found


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
        if name in straight:  # its ends, and close around where the line is 0
            first, width = shape.spread.low, shape.spread.width
            root, bounds = first - low * width / (high - low), shape.definition
            ends = filter(math.isfinite, (bounds.low, bounds.high))
            wanted = {first, shape.spread.high, root * (1 - NEAR), root * (1 + NEAR), *ends}
            grid = sorted(x for x in wanted if bounds.low <= x <= bounds.high)
        else:
            grid = grid_of(shape, places.knots, per_decade)
            if per_decade > PER_DECADE:
                grid = sorted({*grid, *turned_between(along, grid)})
        ahead, turns = _ahead_among_steps(along, grid, places.steps)
        bars.append(Bar(shape, low, high, ahead, turns))
    return sorted(bars, key=lambda bar: -abs(bar.net_high - bar.net_low))


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
            nearest.append(Switch(bar.shape.field, turn, turn > middle, deviations))
    return sorted(nearest, key=lambda switch: switch.deviations)[:most]
