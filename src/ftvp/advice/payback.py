"""When tuning has paid for itself, at this volume and at which it would, and whether in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ftvp.advice.case import Case
from ftvp.advice.sides import Sides
from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.life import Life, life
from ftvp.lenses.cost.option import Option
from ftvp.lenses.cost.payback import (
    Breakeven,
    BreakevenVolume,
    Flow,
    Horizon,
    Never,
    breakeven,
    breakeven_volume,
    flow,
    horizon,
    why_never,
)
from ftvp.units import PERCENT


@dataclass(frozen=True)
class Terms:
    """How far an answer looks: months, days, price decline and interest."""

    days_per_month: float
    horizon_months: float
    price_decline: float
    discount_rate: float

    def months_in_time(self, ends: Life) -> float:
        """Return the shorter of the horizon and the tuned model's remaining life, in months."""
        if ends.days_left is None:
            return self.horizon_months
        return max(0, min(self.horizon_months, ends.days_left / self.days_per_month))


@dataclass(frozen=True)
class Payback:
    """What replacing the prompted option by the tuned one brings, and when."""

    saving_usd: float | None
    breakeven: Breakeven
    volume: BreakevenVolume
    life: Life
    horizon: Horizon | None


def terms_of(case: Case) -> Terms:
    """Return how far a case looks: as told, else as the framework assumes."""
    told = case.scenario
    days, months = case.assumptions.days_per_month, case.assumptions.horizon_months
    return Terms(
        days_per_month=told.days_per_month or days.value,
        horizon_months=told.horizon or months.value,
        price_decline=(told.price_decline or 0) / PERCENT,
        discount_rate=(told.discount_rate or 0) / PERCENT,
    )


def payback(case: Case, both: Sides, terms: Terms) -> Payback:
    """Return when the tuned option pays back, at this volume and at which volume it would."""
    row = case.tables.pricing.models[both.tuned_model] if both.tuned_model else None
    ends = life(row, case.day, existing_customer=bool(case.scenario.existing_customer))
    if both.tuned is None:
        never = Breakeven(months=None, requests=None, date=None, reason="not_on_sale")
        nowhere = BreakevenVolume(requests_per_day=None, reason="not_on_sale")
        return Payback(None, never, nowhere, ends, None)
    prompted, tuned = bill(both.prompted), bill(both.tuned)
    cash = _flow(terms, prompted, tuned)
    point = breakeven(
        cash,
        _why(cash, prompted, tuned, both),
        requests_per_month=prompted.requests_per_month,
        day=case.day,
        days_per_month=terms.days_per_month,
    )
    bound = terms.months_in_time(ends)
    in_time = point.months is not None and point.months <= bound
    return Payback(
        saving_usd=prompted.monthly_usd - tuned.monthly_usd,
        breakeven=point,
        volume=_volume(both, terms, bound),
        life=ends.model_copy(update={"in_time": in_time}),
        horizon=horizon(cash, bound),
    )


def _why(cash: Flow, prompted: Bill, tuned: Bill, both: Sides) -> Never:
    if cash.price_decline and cash.saving(0) > 0:
        return "falling_prices"
    return why_never(prompted, tuned, removed_tokens=both.requests.counts.removed)


def _volume(both: Sides, terms: Terms, bound: float) -> BreakevenVolume:
    if not bound:
        return BreakevenVolume(requests_per_day=None, reason="not_on_sale")

    def at(option: Option, volume: float) -> Bill:
        requests = volume * terms.days_per_month
        return bill(replace(option, requests_per_day=volume, requests_per_month=requests))

    def bills(volume: float) -> tuple[Bill, Bill]:
        return at(both.prompted, volume), at(both.tuned or both.prompted, volume)

    def pays_at(volume: float) -> bool:
        months = _flow(terms, *bills(volume)).payback(within=bound)
        return months is not None and months <= bound

    def never(volume: float) -> Never:
        return why_never(*bills(volume), removed_tokens=both.requests.counts.removed)

    return breakeven_volume(pays_at, never)


def _flow(terms: Terms, prompted: Bill, tuned: Bill) -> Flow:
    return flow(
        prompted, tuned, price_decline=terms.price_decline, discount_rate=terms.discount_rate
    )
