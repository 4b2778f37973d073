"""Both bills, when tuning has paid for itself, and whether that is in time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ftvp.advice.age import age_notes
from ftvp.advice.answers import BreakevenAnswer, CostAnswer, CostVerdict, Cumulative, Names
from ftvp.advice.case import Case
from ftvp.advice.evidence import summary
from ftvp.advice.headline import headline
from ftvp.advice.ranked import RankedWay, cheapest
from ftvp.advice.sides import Sides, sides
from ftvp.advice.warnings import warnings
from ftvp.lenses.cost.article import ArticleAnswer, article_answer
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
    cost_over,
    cumulative,
    flow,
    horizon,
    why_never,
)
from ftvp.scenario import Scenario
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


def breakeven_answer(case: Case, version: str) -> BreakevenAnswer:
    """Return the document of `ftvp breakeven` for a case."""
    answer = cost_answer(case)
    return BreakevenAnswer(
        tool_version=version,
        as_of=case.day,
        tables=case.tables.versions,
        overlays=case.tables.overlays,
        currency=case.scenario.shown_in,
        **{name: getattr(answer, name) for name in CostAnswer.model_fields},
    )


def cost_answer(case: Case) -> CostAnswer:
    """Return the cost side of a case; errors name what is missing or has no price."""
    both = sides(case)
    terms = _terms(case)
    prompted = bill(both.prompted)
    tuned = bill(both.tuned) if both.tuned else None
    paid = payback(case, both, terms)
    names = _names(case, both)
    saved = None if tuned is None else prompted.usd_per_request - tuned.usd_per_request
    return CostAnswer(
        inputs=_resolved(case, both, terms),
        tokens=both.requests.counts,
        prompted=prompted,
        tuned=tuned,
        usd_saved_per_request=saved,
        monthly_saving_usd=paid.saving_usd,
        breakeven=paid.breakeven,
        breakeven_volume=paid.volume,
        life=paid.life,
        horizon=paid.horizon,
        article=_article(case, both, prompted),
        evals=summary(case.evals),
        verdict=_verdict(case, names, paid, terms),
        warnings=tuple(
            dict.fromkeys(
                (
                    *case.notes.warnings,
                    *warnings(case, both, terms.horizon_months),
                    *age_notes(case),
                )
            )
        ),
        assumptions=tuple(dict.fromkeys(case.notes.assumptions)),
        sources=tuple(case.notes.sources.values()),
        names=names,
        cumulative=_cumulative(prompted, tuned, terms),
        cheaper=_cheaper(case, [b for b in (prompted, tuned) if b], terms),
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
        scaled = {"requests_per_day": volume, "requests_per_month": volume * terms.days_per_month}
        return bill(option.model_copy(update=scaled))

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


def _terms(case: Case) -> Terms:
    told = case.scenario
    days, months = case.assumptions.days_per_month, case.assumptions.horizon_months
    return Terms(
        days_per_month=told.days_per_month or days.value,
        horizon_months=told.horizon or months.value,
        price_decline=(told.price_decline or 0) / PERCENT,
        discount_rate=(told.discount_rate or 0) / PERCENT,
    )


def _verdict(case: Case, names: Names, paid: Payback, terms: Terms) -> CostVerdict:
    pays = paid.life.in_time and paid.life.closed is None
    choice = "fine_tune" if pays else "prompt"
    return CostVerdict(choice=choice, headline=headline(case, names, paid, terms))


def _names(case: Case, both: Sides) -> Names:
    models = case.tables.pricing.models
    prompted, tuned = both.prompted_model, both.tuned_model
    return Names(
        prompted=models[prompted].name if prompted else "your prompted model",
        tuned=models[tuned].name if tuned else "your model",
    )


def _resolved(case: Case, both: Sides, terms: Terms) -> Scenario:
    counts = both.requests.counts
    resolved = {
        "model": both.prompted_model,
        "tuned_model": both.tuned_model,
        "output_tokens": None if counts.output is None else round(counts.output),
        "days_per_month": terms.days_per_month,
        "horizon": terms.horizon_months,
        "as_of": case.day,
    }
    return case.scenario.model_copy(update=resolved)


def _article(case: Case, both: Sides, prompted: Bill) -> ArticleAnswer | None:
    if both.tuned is None or both.tuned.rates is None:
        return None
    row = case.tables.framework.training_cost(both.tuned_model or "")
    run = (row.typical_run_usd.low, row.typical_run_usd.high) if row else None
    given = case.scenario.training_cost
    return article_answer(
        requests_per_month=prompted.requests_per_month,
        removed_tokens=both.requests.counts.removed,
        usd_per_mtok=both.tuned.rates.input,
        training_usd=run if given is None else (given, given),
    )


def _cheaper(case: Case, bills: list[Bill], terms: Terms) -> RankedWay | None:
    """Return the cheapest of all ways where it beats every one of these bills."""
    best = cheapest(case, terms.horizon_months)
    months, decline = terms.horizon_months, terms.price_decline
    least = min(cost_over(bill, months, price_decline=decline) for bill in bills)
    return best if best is not None and best.horizon_usd < least else None


def _cumulative(prompted: Bill, tuned: Bill | None, terms: Terms) -> tuple[Cumulative, ...]:
    months = math.ceil(terms.horizon_months)
    one = cumulative(prompted, months, price_decline=terms.price_decline)
    other = (
        cumulative(tuned, months, price_decline=terms.price_decline) if tuned else [None] * len(one)
    )
    return tuple(
        Cumulative(month=month, prompted_usd=before, tuned_usd=after)
        for month, (before, after) in enumerate(zip(one, other, strict=True))
    )
