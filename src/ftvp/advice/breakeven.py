"""The document of `ftvp breakeven`: both bills, the payback, and all that they rest on."""

from __future__ import annotations

import math
from typing import Any

from ftvp.advice.age import age_notes
from ftvp.advice.answers import (
    BreakevenAnswer,
    CostAnswer,
    CostVerdict,
    Cumulative,
    Names,
    header,
)
from ftvp.advice.case import Case
from ftvp.advice.headline import headline
from ftvp.advice.payback import Payback, Terms, payback, terms_of
from ftvp.advice.ranked import RankedWay, cheapest
from ftvp.advice.sides import Sides, sides
from ftvp.advice.warnings import warnings
from ftvp.evals.answer import summary
from ftvp.lenses.cost.article import ArticleAnswer, article_answer
from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.payback import (
    cost_over,
    cumulative,
)
from ftvp.scenario import Scenario


def breakeven_answer(case: Case, version: str) -> BreakevenAnswer:
    """Return the document of `ftvp breakeven` for a case."""
    answer = cost_answer(case)
    costs = {name: getattr(answer, name) for name in CostAnswer.model_fields}
    return BreakevenAnswer(**header(case, version), **costs)


def cost_answer(case: Case) -> CostAnswer:
    """Return the cost side of a case; errors name what is missing or has no price."""
    both, terms = sides(case), terms_of(case)
    prompted = bill(both.prompted)
    tuned = bill(both.tuned) if both.tuned else None
    paid = payback(case, both, terms)
    names = _names(case, both)
    return CostAnswer(
        inputs=_resolved(case, both, terms),
        tokens=both.requests.counts,
        prompted=prompted,
        tuned=tuned,
        usd_saved_per_request=prompted.usd_per_request - tuned.usd_per_request if tuned else None,
        article=_article(case, both, prompted),
        evals=summary(case.evals),
        verdict=_verdict(case, names, paid, terms),
        names=names,
        cumulative=_cumulative(prompted, tuned, terms),
        cheaper=_cheaper(case, [b for b in (prompted, tuned) if b], terms),
        **_payback(paid),
        **_grounds(case, both, terms),
    )


def _payback(paid: Payback) -> dict[str, Any]:
    return {
        "monthly_saving_usd": paid.saving_usd,
        "breakeven": paid.breakeven,
        "breakeven_volume": paid.volume,
        "life": paid.life,
        "horizon": paid.horizon,
    }


def _grounds(case: Case, both: Sides, terms: Terms) -> dict[str, Any]:
    told = (*case.notes.warnings, *warnings(case, both, terms.horizon_months), *age_notes(case))
    return {
        "warnings": tuple(dict.fromkeys(told)),
        "assumptions": tuple(dict.fromkeys(case.notes.assumptions)),
        "sources": tuple(case.notes.sources.values()),
    }


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
