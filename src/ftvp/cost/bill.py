"""The bill of an option, line by line, in numbers; the words are made by who shows it."""

from __future__ import annotations

from typing import NamedTuple

from ftvp.cost.inputs import Numbers
from ftvp.cost.lines import LINES, PARTS, Component, Month
from ftvp.cost.load import Cached, is_floor
from ftvp.cost.option import Option

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


def floor_reason(option: Option, numbers: Numbers) -> str | None:
    """Return why a bill is only a floor, None where it is none."""
    return "one copy; what one carries is not known" if is_floor(option, numbers) else None
