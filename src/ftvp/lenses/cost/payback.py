"""When tuning has paid for itself, what it brings by the horizon, and whether it lives to do so.

Months are those of the scenario (30 days unless it says otherwise). "Never" is None with a reason.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ftvp.lenses.cost.bill import Bill
from ftvp.units import MONTHS_PER_YEAR, TWELVE_DIGITS, Record

LONGEST_MONTHS = 1_200
SMALLEST_VOLUME = 2.0**-10
LARGEST_VOLUME = 1e12

Never = Literal[
    "input_price",
    "output_price",
    "input_and_output_price",
    "request_cost",
    "nothing_removed",
    "fixed_costs",
    "falling_prices",
    "not_on_sale",
]


@dataclass(frozen=True)
class Flow:
    """What tuning saves, month by month, against what it costs before: all USD.

    `variable_usd` is the first month's saving on requests, which follows token prices down;
    `fixed_usd` is what the tuned side's fixed costs exceed the prompted side's by, a month.
    """

    upfront_usd: float
    variable_usd: float
    fixed_usd: float
    price_decline: float = 0
    """Fall of token prices a year, 0 to 1."""
    discount_rate: float = 0
    """Interest a year, 0 and up."""

    def saving(self, month: int) -> float:
        """Return the saving of one month, the first being 0."""
        falling: float = (1 - self.price_decline) ** (month / MONTHS_PER_YEAR)
        return self.variable_usd * falling - self.fixed_usd

    def months(self, length: float) -> Iterator[tuple[int, float]]:
        """Yield each month before `length` with the part of it that counts, 0 to 1."""
        for month in range(math.ceil(length)):
            yield month, min(1.0, length - month)

    def net(self, length: float) -> float:
        """Return the net benefit after `length` months, undiscounted."""
        return sum(self.saving(m) * part for m, part in self.months(length)) - self.upfront_usd

    def npv(self, length: float) -> float:
        """Return the net benefit after `length` months, each discounted to month 0 from its end."""
        growth: float = (1 + self.discount_rate) ** (1 / MONTHS_PER_YEAR)
        worth = (self.saving(m) * part / growth ** (m + part) for m, part in self.months(length))
        present: float = sum(worth)
        return present - self.upfront_usd

    def payback(self, within: float = LONGEST_MONTHS) -> float | None:
        """Return the months until the cumulative flow reaches zero, linear inside a month.

        With steady prices this is `upfront / monthly saving`. None when it is never reached; prices
        that fall are followed for no longer than the months `within`.
        """
        if self.upfront_usd <= 0 and self.saving(0) > 0:
            return 0
        if not self.price_decline:
            saving = self.saving(0)
            return self.upfront_usd / saving if saving > TWELVE_DIGITS * self.upfront_usd else None
        owed = self.upfront_usd
        for month in range(math.ceil(within)):
            saving = self.saving(month)
            if 0 < saving >= owed:
                return month + owed / saving
            owed -= saving
        return None


class Breakeven(Record):
    """The point where the two cumulative costs are equal; all None when they never are."""

    months: float | None
    requests: float | None
    date: date | None
    reason: Never | None


class BreakevenVolume(Record):
    """The smallest requests per day at which payback comes in time; None with a reason."""

    requests_per_day: float | None
    reason: Never | None


class Horizon(Record):
    """What tuning brings by the horizon or the end of the tuned model's life, if that is sooner."""

    months: float
    net_benefit_usd: float
    npv_usd: float
    roi_percent: float | None


def flow(
    prompted: Bill, tuned: Bill, *, price_decline: float = 0, discount_rate: float = 0
) -> Flow:
    """Return the cash flow of replacing the prompted option by the tuned one."""
    fixed = tuned.fixed_usd - prompted.fixed_usd
    return Flow(
        upfront_usd=tuned.upfront_usd - prompted.upfront_usd,
        variable_usd=(prompted.usd_per_request - tuned.usd_per_request)
        * prompted.requests_per_month,
        fixed_usd=fixed,
        price_decline=price_decline,
        discount_rate=discount_rate,
    )


def breakeven(
    cash: Flow, never: Never, *, requests_per_month: float, day: date, days_per_month: float
) -> Breakeven:
    """Return when the flow pays back, or the reason given for never."""
    months = cash.payback()
    if months is None:
        return Breakeven(months=None, requests=None, date=None, reason=never)
    days = months * days_per_month
    near = days < (date.max - day).days
    return Breakeven(
        months=months,
        requests=months * requests_per_month,
        date=day + timedelta(days=math.ceil(days)) if near else None,
        reason=None,
    )


def horizon(cash: Flow, months: float) -> Horizon:
    """Return net benefit, present value and return on the upfront cost after `months`."""
    net = cash.net(months)
    invested = cash.upfront_usd
    return Horizon(
        months=months,
        net_benefit_usd=net,
        npv_usd=cash.npv(months),
        roi_percent=100 * net / invested if invested > TWELVE_DIGITS * abs(net) else None,
    )


def cumulative(bill: Bill, months: int, *, price_decline: float = 0) -> list[float]:
    """Return what a bill has cost by the end of each month from 0 to `months`, USD."""
    costs = [bill.upfront_usd]
    variable = bill.monthly_usd - bill.fixed_usd
    for month in range(months):
        falling: float = (1 - price_decline) ** (month / MONTHS_PER_YEAR)
        costs.append(costs[-1] + variable * falling + bill.fixed_usd)
    return costs


def cost_over(bill: Bill, months: float, *, price_decline: float = 0) -> float:
    """Return what a bill costs in so many months, upfront included, USD; the last may be part."""
    if not price_decline:
        return bill.upfront_usd + bill.monthly_usd * months
    whole = math.floor(months)
    costs = cumulative(bill, whole + 1, price_decline=price_decline)
    return costs[whole] + (costs[whole + 1] - costs[whole]) * (months - whole)


def why_never(prompted: Bill, tuned: Bill, *, removed_tokens: float) -> Never:
    """Return which price or cost keeps tuning from paying back."""
    if tuned.usd_per_request < prompted.usd_per_request:
        return "fixed_costs"
    if prompted.usd("request") or tuned.usd("request"):
        return "request_cost"
    if removed_tokens <= 0:
        return "nothing_removed"
    inputs = ("input", "cached_input", "cache_write", "batch_input")
    outputs = ("output", "batch_output")
    dearer_input = tuned.usd(*inputs) > prompted.usd(*inputs)
    dearer_output = tuned.usd(*outputs) > prompted.usd(*outputs)
    if dearer_input and dearer_output:
        return "input_and_output_price"
    if dearer_output:
        return "output_price"
    return "input_price" if dearer_input else "fixed_costs"


def breakeven_volume(
    pays_at: Callable[[float], bool], never: Callable[[float], Never]
) -> BreakevenVolume:
    """Return the smallest requests per day at which `pays_at(volume)` holds.

    Caching makes a request's cost depend on volume, so the volume is bracketed by doubling and then
    halved to twelve digits. `never(volume)` gives the reason when no volume pays.
    """
    low, high = 0.0, SMALLEST_VOLUME
    while not pays_at(high):
        if high >= LARGEST_VOLUME:
            return BreakevenVolume(requests_per_day=None, reason=never(high))
        low, high = high, min(high * 2, LARGEST_VOLUME)
    while low and high - low > TWELVE_DIGITS * high:
        middle = (low + high) / 2
        low, high = (low, middle) if pays_at(middle) else (middle, high)
    return BreakevenVolume(requests_per_day=high if low else 0, reason=None)
