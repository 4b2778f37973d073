"""What an option costs: its first month line by line, and all of it by any month, in numbers.

The words of a bill are made by who shows it. By any month: one function for totals, charts,
paybacks and rankings. Time is cut where a price changes, a model ends and training closes; in
between an option costs so much a month, of which the part that grows with requests falls with token
prices. Months are 30 days each, counted from the day of the answer.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from ftvp.cost.inputs import Numbers
from ftvp.cost.lines import LINES, PARTS, Component, Month, totals
from ftvp.cost.option import Cached, Option, is_floor
from ftvp.units import MONTHS_PER_YEAR, PERCENT

ITEMS = {"own_hosting": "hosting"}
"""Components that a bill shows under the name of another."""


class BillLine(NamedTuple):
    """One line: `times` x `each` x `price` / `per` of its component, USD."""

    component: Component
    times: float
    each: float | None
    price: float
    usd: float
    source: str

    @property
    def item(self) -> str:
        """The name under which it is shown."""
        return ITEMS.get(self.component.item, self.component.item)


class Bill(NamedTuple):
    """All costs of an option in its first month, and what is paid before the first request."""

    option: Option
    requests_per_month: float
    """As they are billed: each try counts."""
    cached: Cached
    lines: tuple[BillLine, ...]
    copies: float
    floor: bool

    @property
    def monthly(self) -> tuple[BillLine, ...]:
        """The lines of a month."""
        return tuple(line for line in self.lines if line.component.kind != "one_off")

    @property
    def upfront(self) -> tuple[BillLine, ...]:
        """What is paid once."""
        return tuple(line for line in self.lines if line.component.kind == "one_off")

    @property
    def monthly_usd(self) -> float:
        """A month, USD."""
        return sum(line.usd for line in self.monthly)

    @property
    def upfront_usd(self) -> float:
        """What is paid once, USD."""
        return sum(line.usd for line in self.upfront)

    def blamed_usd(self, *blame: str) -> float:
        """Return what a month's lines cost that give one of these reasons for never, USD."""
        return sum(line.usd for line in self.monthly if line.component.blame in blame)

    @property
    def request_usd(self) -> float:
        """What a month's requests cost, without what is fixed, USD."""
        return sum(line.usd for line in self.lines if line.component.kind == "request")


def bill(option: Option, numbers: Numbers) -> Bill:
    """Return the bill of an option at the prices of the day."""
    month = Month(option, numbers, option.periods[0])
    held = dict(zip(PARTS, month.parts, strict=True))
    lines = []
    for component in LINES:
        times = component.times(month) if all(map(held.get, component.needs)) else 0
        if not times:
            continue
        each = None if component.each is None else component.each(month)
        price = component.price(month)
        usd = times * (1 if each is None else each) * price / component.per
        if usd:
            lines.append(BillLine(component, times, each, price, usd, _source(component, month)))
    return Bill(
        option,
        month.requests,
        month.cached,
        tuple(lines),
        month.copies,
        is_floor(option, numbers),
    )


def _source(component: Component, month: Month) -> str:
    """Return the id of the source of a line's price, "given" where the user told it."""
    if component.item in ("retraining", "training"):
        terms, price = month.option.training, month.period.training
        return "given" if price is None or (terms and terms.run_told) else price.source
    if "training" in component.needs or component.item == "own_hosting":
        return "given"
    return month.rates.source


FLOOR_REASON = "one copy; what one carries is not known"
"""Why a bill is only a floor, where it is one."""
FOREVER = math.inf


class Stretch(NamedTuple):
    """A span of months at one price, USD a month."""

    start: float
    end: float
    request: float
    """What falls with token prices."""
    fixed: float


class Course(NamedTuple):
    """The cost of an option over time: what is paid on a month, and what a month costs."""

    paid: tuple[tuple[float, float], ...]
    """Months with the amounts paid in them, USD, the first at 0."""
    stretches: tuple[Stretch, ...]
    decline: float
    """Fall of token prices a year, 0 to 1."""

    @property
    def one_off(self) -> float:
        """What is paid before the first request, USD."""
        return sum(usd for month, usd in self.paid if not month)

    def cost(self, month: float, *, before: bool = False) -> float:
        """Return what has been paid by a month, USD; `before` leaves out what is paid in it."""
        usd = 0.0
        for when, amount in self.paid:
            if when < month or (when == month and not (before and month)):
                usd += amount
        decline = self.decline
        for start, end, request, fixed in self.stretches:
            if start >= month:
                break
            last = min(end, month)
            spent = fallen(decline, last) - fallen(decline, start) if decline else last - start
            usd += request * spent + fixed * (last - start)
        return usd

    def at(self, month: float) -> Stretch:
        """Return the stretch that a month lies in."""
        return next(each for each in self.stretches if each.start <= month < each.end)


def fallen(decline: float, month: float) -> float:
    """Return the months up to `month` as they count when prices fall: month k by (1-g)^(k/12).

    >>> fallen(0, 7.5), round(fallen(0.5, 1.5), 6)
    (7.5, 1.471937)
    """
    log = math.log1p(-decline) / MONTHS_PER_YEAR
    if not log:
        return month
    whole = math.floor(month)
    return math.expm1(whole * log) / math.expm1(log) + (month - whole) * math.exp(whole * log)


def alone(option: Option, numbers: Numbers) -> tuple[float, list[Stretch]]:
    """Return what an option costs once and its stretches, as if no model ended."""
    found: list[Stretch] = []
    one_off = 0.0
    periods = option.periods
    for place, period in enumerate(periods):
        request, fixed, retraining, once = totals(Month(option, numbers, period))
        one_off = once if place == 0 else one_off
        end = periods[place + 1].start if place + 1 < len(periods) else FOREVER
        closes = option.training_closes
        if not retraining or closes is None or closes >= end:
            found.append(Stretch(period.start, end, request, fixed + retraining))
        elif closes <= period.start:
            found.append(Stretch(period.start, end, request, fixed))
        else:
            found.append(Stretch(period.start, closes, request, fixed + retraining))
            found.append(Stretch(closes, end, request, fixed))
    return one_off, found


def prompted_course(option: Option, numbers: Numbers, successor: Option | None = None) -> Course:
    """Return the course of a prompted option.

    Where its model ends, the successor takes over; without one the same price goes on.
    """
    _, stretches = alone(option, numbers)
    if successor is not None and option.ends is not None:
        _, later = alone(successor, numbers)
        stretches = [*until(stretches, option.ends), *since(later, option.ends)]
    return Course((), tuple(stretches), numbers["price_decline"] / PERCENT)


def tuned_course(option: Option, numbers: Numbers, prompted: Course, *, retune: bool) -> Course:
    """Return the course of a tuned option: where its model ends, prompting takes over.

    With `retune` its successor is tuned on that day instead, for a run and the hours of rebuilding,
    and costs the same from then on.
    """
    one_off, stretches = alone(option, numbers)
    paid = [(0.0, one_off)]
    if option.ends is not None and retune:
        run = Month(option, numbers, option.periods[0]).run_usd
        rebuilt = run + numbers["rebuild_hours"] * numbers["hourly_rate"]
        paid.append((option.ends, rebuilt))
    elif option.ends is not None:
        stretches = [*until(stretches, option.ends), *since(prompted.stretches, option.ends)]
    return Course(tuple(paid), tuple(stretches), prompted.decline)


def until(stretches: Iterable[Stretch], month: float) -> list[Stretch]:
    """Return what of the stretches lies before a month."""
    return [s._replace(end=min(s.end, month)) for s in stretches if s.start < month]


def since(stretches: Iterable[Stretch], month: float) -> list[Stretch]:
    """Return what of the stretches lies after a month."""
    return [s._replace(start=max(s.start, month)) for s in stretches if s.end > month]
