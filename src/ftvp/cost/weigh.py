"""Prompting against tuning in numbers: net benefit, payback, the volumes at which tuning is ahead.

Everything in USD. "Ahead" means that the net benefit exceeds the user's own work, W, where that was
not told; where the two models differ, the smaller of the net benefits against prompting now and
against the same prompt on the tuned model's base. The volumes ahead are a set of intervals, since
caching and copies bend costs.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ftvp.cost.bill import Course, Month, Totals, prompted_course, tuned_course
from ftvp.cost.inputs import Numbers
from ftvp.cost.option import SMOOTH_ABOVE, Option, speed
from ftvp.scenario import LEAST_VOLUME
from ftvp.units import MONTHS_PER_YEAR, PERCENT

FIVE_YEARS = 60.0
"""Months within which a payback is looked for at least."""


class Sides(NamedTuple):
    """The options of a scenario: now, tuned, and between them the same prompt on the tuned base.

    `changed` is None where both models are the same, or where that option cannot be had.
    """

    now: Option
    tuned: Option | None
    changed: Option | None = None
    successor: Option | None = None
    """What follows where the prompted model ends; None where the same price goes on."""
    retune: bool = False


class Quality(NamedTuple):
    """The quality gained, and what it is worth: points, and USD a month while tuning is up."""

    points: float
    usd_per_month: float


class Weighed(NamedTuple):
    """The courses of a scenario's options, with what of the errors is avoided."""

    now: Course
    tuned: Course
    changed: Course | None
    errors_usd_per_month: float
    """What fewer errors are worth a month; 0 where that is not known."""
    up: float
    """Months for which the tuned model answers; endless where no end is announced."""
    work: float
    horizon: float

    @property
    def reach(self) -> float:
        """Months within which a payback is looked for: five years, or the horizon if longer."""
        return max(FIVE_YEARS, self.horizon)

    def errors_usd(self, month: float) -> float:
        """Return what the errors avoided by a month are worth."""
        return self.errors_usd_per_month * min(month, self.up)

    def gain(self, against: Course, month: float, *, before: bool = False) -> float:
        """Return what tuning has brought by a month against another course, before the work."""
        paid = against.cost(month, before=before) - self.tuned.cost(month, before=before)
        return paid + self.errors_usd(month)

    @property
    def net_benefit(self) -> float:
        """What tuning brings by the horizon, against prompting now, before the work."""
        return self.gain(self.now, self.horizon)

    @property
    def net_of_tuning(self) -> float | None:
        """The same against the changed model; None without one."""
        return None if self.changed is None else self.gain(self.changed, self.horizon)

    @property
    def least(self) -> float:
        """The net benefit that decides: the smaller one where the models differ."""
        net, tuning = self.net_benefit, self.net_of_tuning
        return net if tuning is None else min(net, tuning)

    @property
    def ahead(self) -> bool:
        """Whether tuning is ahead at the horizon."""
        return self.least > self.work


class Unmoved(NamedTuple):
    """What of an outcome is known already, since no number has changed that it depends on."""

    now: Course | None = None
    """The course of prompting now."""
    changed: Course | None = None
    """The course of the same prompt on the tuned model's base."""
    serving: tuple[Totals, ...] = ()
    """The totals of the tuned option without training, in each period."""


def weigh(sides: Sides, numbers: Numbers, known: Unmoved = Unmoved()) -> Weighed | None:  # noqa: B008  a value
    """Return the courses of a scenario's options; None where nothing is to be had tuned."""
    if sides.tuned is None:
        return None
    now = known.now or prompted_course(sides.now, numbers, sides.successor)
    tuned = tuned_course(sides.tuned, numbers, now, retune=sides.retune, serving=known.serving)
    changed = known.changed
    if changed is None and sides.changed is not None:
        changed = prompted_course(sides.changed, numbers)
    ends = sides.tuned.ends
    points, errors_usd = difference(numbers), 0.0
    if points is not None and "cost_per_error" in numbers:
        errors_usd = requests_per_month(numbers) * points / PERCENT * numbers["cost_per_error"]
    return Weighed(
        now=now,
        tuned=tuned,
        changed=changed,
        errors_usd_per_month=errors_usd,
        up=math.inf if ends is None or sides.retune else ends,
        work=numbers.get("own_work_usd", 0.0),
        horizon=numbers["horizon"],
    )


def requests_per_month(numbers: Numbers) -> float:
    """Return the requests of a month, each counted once however often it is tried."""
    return numbers["volume"] * numbers["days_per_month"]


def difference(numbers: Numbers) -> float | None:
    """Return tuned minus prompting quality in points; None where one of them is not known.

    Where nobody measured the tuned model, a forecast may take its place: `quality_gain`.
    """
    if "prompting_quality" not in numbers:
        return None
    prompting = numbers["prompting_quality"]
    if "tuned_quality" in numbers:
        return numbers["tuned_quality"] - prompting
    gain = numbers.get("quality_gain")
    return None if gain is None else min(gain, PERCENT - prompting)


def is_paid_back(weighed: Weighed) -> bool:
    """Return whether tuning pays for itself before its model ends, and within reach."""
    for against in (weighed.now, weighed.changed):
        if against is None:
            continue
        first, last = weighed.gain(against, 0.0), weighed.gain(against, weighed.reach)
        if first < last >= weighed.work:
            continue
        between = _peaks(weighed, against)
        gains = _gains(weighed, against, between) if between else ()
        if not any(first < gain >= weighed.work for _, gain in gains):
            return False
    return True


class Payback(NamedTuple):
    """The months until costs meet, and until they cross back; None for never."""

    months: float | None
    until: float | None = None


def payback(weighed: Weighed, *, work: float | None = None) -> Payback:
    """Return when tuning has paid for itself, own work included, within five years or the horizon.

    Where the models differ, that is the later of the paybacks against both.
    """
    owed = weighed.work if work is None else work
    found = first_crossing(weighed, weighed.now, owed)
    if weighed.changed is None or found.months is None:
        return found
    other = first_crossing(weighed, weighed.changed, owed)
    if other.months is None:
        return other
    ends = [each for each in (found.until, other.until) if each is not None]
    return Payback(max(found.months, other.months), min(ends, default=None))


def first_crossing(weighed: Weighed, against: Course, owed: float) -> Payback:
    """Return when what tuning brings first reaches `owed`, and when it falls below again."""
    ends = {0.0, weighed.reach}
    whole = map(float, range(math.ceil(weighed.reach)) if against.decline else ())
    points = _gains(weighed, against, ends.union(_bends(weighed, against), whole))
    months: float | None = None
    for (start, before), (end, after) in pairwise(points):
        low, high = before - owed, after - owed
        if months is None:
            if low >= 0 and high > low:
                months = start
            elif low < 0 <= high:
                months = end if end == start else start + (end - start) * -low / (high - low)
        elif low >= 0 > high:
            until = end if end == start else start + (end - start) * low / (low - high)
            return Payback(months, until)
    return Payback(months)


def _gains(weighed: Weighed, against: Course, months: Iterable[float]) -> list[tuple[float, float]]:
    """Return what tuning has brought at some months, in order: before a payment and after it."""
    jumps = {month for month, _ in weighed.tuned.paid if month}
    return [
        (month, weighed.gain(against, month, before=before))
        for month in sorted(months)
        for before in ((True, False) if month in jumps else (False,))
    ]


def _bends(weighed: Weighed, against: Course) -> set[float]:
    """Return the months within reach at which what tuning brings may bend or jump."""
    months, reach = {weighed.up}, weighed.reach
    for course in (weighed.tuned, against):
        for stretch in course.stretches:
            months.add(stretch.start)
        for month, _ in course.paid:
            months.add(month)
    return {month for month in months if 0 < month < reach}


def _peaks(weighed: Weighed, against: Course) -> set[float]:
    """Return months within reach among which is one by which tuning has brought the most.

    That is so unless it is the first or the last of them.
    Between two bends month k, from 0, brings request x (1-g)^(k/12) + fixed. Falling prices turn
    a saving into a loss from 12 log(-fixed / request) / log(1-g) on.
    """
    months = _bends(weighed, against)
    if not against.decline:
        return months
    a_month, turns = math.log1p(-against.decline) / MONTHS_PER_YEAR, set[float]()
    for start, end in pairwise(sorted({0.0, weighed.reach, *months})):
        ours, theirs = weighed.tuned.at(start), against.at(start)
        request, fixed = theirs.request - ours.request, theirs.fixed - ours.fixed
        fixed += weighed.errors_usd_per_month if start < weighed.up else 0
        share = -fixed / request if request > 0 else 0
        turn = math.log(share) / a_month if share > 0 else -math.inf
        if start - 1 < turn < end:
            turns.add(float(math.ceil(turn)))
    return months | turns


def present_value(weighed: Weighed, yearly: float) -> float:
    """Return the net benefit with each month's part discounted from the month's end, USD.

    `yearly` is the interest a year, 0 and up.
    """
    growth: float = (1 + yearly) ** (1 / MONTHS_PER_YEAR)
    last, worth = 0.0, weighed.gain(weighed.now, 0)
    for month in (*map(float, range(1, math.ceil(weighed.horizon))), weighed.horizon):
        gained = weighed.gain(weighed.now, month) - weighed.gain(weighed.now, last)
        worth += gained / growth**month
        last = month
    return worth


def turning_price(weighed: Weighed, numbers: Numbers, points: float | None) -> float | None:
    """Return the cost of an error at which tuning begins, or ceases, to be ahead.

    -(net benefit without errors avoided - W) / (requests while the tuned model is up x
    points / 100). None where the quality gained is not known, or no price that can be written
    turns it: at most 0, or beyond all numbers in a horizon of next to nothing.
    """
    if not points:
        return None
    up = min(weighed.up, weighed.horizon)
    errors = requests_per_month(numbers) * up * points / PERCENT
    net = weighed.least - weighed.errors_usd(weighed.horizon) - weighed.work
    price = -net / errors if errors else -1.0
    return price if 0 < price < math.inf else None


NetAt = Callable[[float], float]
"""What tuning brings after its work at so many requests a day, USD."""


def net_at(sides: Sides, numbers: Numbers) -> NetAt:
    """Return the net benefit after work as a function of the requests a day."""

    def net(volume: float) -> float:
        found = weigh(sides, {**numbers, "volume": volume})
        return -math.inf if found is None else found.least - found.work

    return net


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

    Between steps each net benefit is a straight line, but where a cache with a life bends it.
    """
    if sides.tuned is None:
        return []
    net = net_at(sides, {**numbers, SMOOTH_ABOVE: MOST_COPIES})
    bent = _bent_below(sides, numbers)
    edges = sorted({LEAST_VOLUME, MOST_VOLUME, bent, *_steps(sides, numbers)})
    found: list[Volumes] = []
    for low, high in pairwise(edges):
        first, last = low * (1 + CLOSE), high * (1 - CLOSE)
        between = _grid(low, high) if low < bent else _bend(sides, numbers, first, last)
        points = [first, *between, last]
        for interval in _ahead_within(net, points, low, high):
            if found and found[-1].high == interval.low:
                found[-1] = Volumes(found[-1].low, interval.high)
            else:
                found.append(interval)
    if found and found[-1].high == MOST_VOLUME:
        found[-1] = Volumes(found[-1].low, None)
    return _agreeing(found, numbers["volume"], ahead=net_at(sides, numbers)(numbers["volume"]) > 0)


def _bent_below(sides: Sides, numbers: Numbers) -> float:
    """Return a volume from which on requests come so often that every cache with a life hits."""
    options = [each for each in (sides.now, sides.tuned, sides.changed, sides.successor) if each]
    bent = LEAST_VOLUME
    for option, period in ((each, period) for each in options for period in each.periods):
        volume = MOST_VOLUME
        while volume > bent:
            found = Month(option, {**numbers, "volume": volume}, period).cached
            if found.life is None and volume == MOST_VOLUME:
                break
            if found.life is None or found.hits < 1:
                bent = min(10 * volume, MOST_VOLUME)
            volume /= 10
    return bent


def _steps(sides: Sides, numbers: Numbers) -> Iterator[float]:
    """Yield the volumes above which a side needs one more copy."""
    for option in (sides.now, sides.tuned, sides.changed):
        if option is None or not option.is_hosted or "replicas" in numbers:
            continue
        one_request = {**numbers, "volume": 1.0, SMOOTH_ABOVE: 0.0}
        for period in option.periods:
            load = Month(option, one_request, period).copies
            if speed(option, numbers) is not None:
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
