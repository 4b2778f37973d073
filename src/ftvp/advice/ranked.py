"""Ways of serving a scenario in the order of what they cost, the dominated marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ftvp.advice.case import Case, Notes
from ftvp.advice.ways import Kind, Way, ways
from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.payback import cost_over
from ftvp.tables.entries import Served
from ftvp.units import PERCENT, Record


class RankedWay(Record):
    """One way of serving the scenario. Money is USD; `horizon_usd` is what the table ranks by.

    A way that ends before the horizon is taken to be begun anew at the same cost: its total is its
    mean monthly cost while it lives, times the months of the horizon.
    """

    id: str
    model: str
    name: str
    kind: Kind
    served: Served
    commitment_months: int
    shots: int | None
    replicas: int | None
    upfront_usd: float
    monthly_usd: float
    usd_per_request: float
    horizon_usd: float
    payback_months: float | None
    """Against the cheapest prompted way; None where it never pays back, or is prompted itself."""
    ends_on: date | None
    quality: float | None
    tokens_exact: bool
    estimate: str | None
    dominated_by: str | None
    """A way that is cheaper on every line, at no stated loss of quality."""
    seconds_saved_per_request: float | None


def rank(case: Case, found: list[Way], months: float) -> tuple[RankedWay, ...]:
    """Return the ways that reach the quality asked for, cheapest first, the dominated marked."""
    good = [way for way in found if _is_good_enough(case, way)]
    bills = [bill(way.option) for way in good]
    floor = min(
        (costs for way, costs in zip(good, bills, strict=True) if way.option.training is None),
        key=lambda costs: costs.monthly_usd,
        default=None,
    )
    ranked = [_ranked(case, w, b, floor, months) for w, b in zip(good, bills, strict=True)]
    return _marked(sorted(ranked, key=lambda way: (way.horizon_usd, way.id)))


def cheapest(case: Case, months: float) -> RankedWay | None:
    """Return the first of the ranking, None where it has none or the tokens are not known."""
    if case.scenario.prompt is None and case.scenario.prompt_tokens is None:
        return None
    quiet = replace(case, notes=Notes())
    found = (w for w in ways(quiet) if isinstance(w, Way) and _is_good_enough(case, w))
    costs = [(_horizon_usd(case, w, bill(w.option), months), _id(w), w) for w in found]
    best = min(costs, key=lambda cost: cost[:2], default=None)
    return rank(case, [best[2]], months)[0] if best else None


def _is_good_enough(case: Case, way: Way) -> bool:
    least, quality = case.scenario.min_quality, _quality(case, way)
    return least is None or quality is None or quality >= least


def _ranked(case: Case, way: Way, costs: Bill, floor: Bill | None, months: float) -> RankedWay:
    offer, option = way.offer, way.option
    return RankedWay(
        id=_id(way),
        model=way.model.id,
        name=way.model.row.name,
        kind=way.kind,
        served=offer.served,
        commitment_months=offer.commitment_months,
        shots=way.shots,
        replicas=way.replicas,
        upfront_usd=costs.upfront_usd,
        monthly_usd=costs.monthly_usd,
        usd_per_request=costs.monthly_usd / costs.requests_per_month,
        horizon_usd=_horizon_usd(case, way, costs, months),
        payback_months=_payback(costs, floor) if option.training else None,
        ends_on=way.ends_on,
        quality=_quality(case, way),
        tokens_exact=way.exact,
        estimate=offer.estimate,
        dominated_by=None,
        seconds_saved_per_request=_seconds_saved(case, way),
    )


def _id(way: Way) -> str:
    """Return a name for a way that no other has: model, kind, shots, serving."""
    parts = [way.model.id, way.kind]
    parts += [f"{way.shots}-shots"] if way.shots is not None else []
    parts += [way.offer.served] if way.offer.served != "per_token" else []
    parts += [f"{way.offer.commitment_months}-months"] if way.offer.commitment_months else []
    return " ".join(parts)


def _horizon_usd(case: Case, way: Way, costs: Bill, months: float) -> float:
    days = case.scenario.days_per_month or case.assumptions.days_per_month.value
    lives = months if way.ends_on is None else (way.ends_on - case.day).days / days
    used = max(min(months, lives), 1 / days)
    decline = (case.scenario.price_decline or 0) / PERCENT
    return cost_over(costs, used, price_decline=decline) / used * months


def _payback(costs: Bill, floor: Bill | None) -> float | None:
    if floor is None or floor.monthly_usd <= costs.monthly_usd:
        return None
    saving = floor.monthly_usd - costs.monthly_usd
    return max(0, costs.upfront_usd - floor.upfront_usd) / saving


def _quality(case: Case, way: Way) -> float | None:
    """Return the quality the user stated of a model, under any of its names.

    A tuned way takes `tuned:NAME`, since tuning a model changes its quality.
    """
    stated = case.scenario.qualities or {}
    names = (way.model.id, *way.model.row.aliases)
    prefix = "tuned:" if way.option.training else ""
    return next((stated[prefix + name] for name in names if prefix + name in stated), None)


def _seconds_saved(case: Case, way: Way) -> float | None:
    speed = case.scenario.prefill_tokens_per_second
    return None if speed is None or not way.removed_tokens else way.removed_tokens / speed


def _marked(ranked: list[RankedWay]) -> tuple[RankedWay, ...]:
    """Return the ways with the dominated named: those before them are cheaper over the horizon."""
    best: list[RankedWay] = []
    marked = []
    for way in ranked:
        better = next((other for other in best if _dominates(other, way)), None)
        marked.append(way.model_copy(update={"dominated_by": better.id if better else None}))
        if better is None:
            best.append(way)
    return tuple(marked)


def _dominates(one: RankedWay, other: RankedWay) -> bool:
    cheaper = (
        one.upfront_usd <= other.upfront_usd
        and one.monthly_usd <= other.monthly_usd
        and one.horizon_usd <= other.horizon_usd
    )
    if other.quality is None:
        return cheaper
    return cheaper and one.quality is not None and one.quality >= other.quality
