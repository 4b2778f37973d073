"""Every way of serving a scenario, ranked by what it costs. The document of `ftvp compare`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ftvp.advice.answers import Header
from ftvp.advice.case import Assumption, Case
from ftvp.advice.ways import Kind, LeftOut, Way, ways
from ftvp.errors import MissingInputError
from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.option import Citation
from ftvp.lenses.cost.payback import cost_over
from ftvp.scenario import Scenario
from ftvp.tables.entries import Served
from ftvp.units import PERCENT, Record

UNMEASURED = (
    "Different models are not equally good: these are prices, and prices alone do not choose "
    "between models. Say what you measured with --quality MODEL=PCT."
)


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


class LeftOutWay(Record):
    """A way that cannot be bought or priced, and why."""

    model: str
    why: str


class ComparisonAnswer(Header):
    """The document `ftvp.comparison/1`."""

    schema_: Literal["ftvp.comparison/1"] = Field(default="ftvp.comparison/1", alias="schema")
    inputs: Scenario
    horizon_months: float
    ways: tuple[RankedWay, ...]
    own_models: tuple[str, ...]
    """The scenario's own models, which a view shows even where they are dominated."""
    left_out: tuple[LeftOutWay, ...]
    quality_note: str | None
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]


def comparison_answer(case: Case, version: str) -> ComparisonAnswer:
    """Return every way of serving a case that is on sale, the cheapest first."""
    told = case.scenario
    missing = ["volume"] if told.volume is None else []
    missing += ["prompt"] if told.prompt is None and told.prompt_tokens is None else []
    if missing:
        raise MissingInputError(*missing)
    found = list(ways(case))
    months = told.horizon or case.assumptions.horizon_months.value
    ranked = rank(case, [way for way in found if isinstance(way, Way)], months)
    return ComparisonAnswer(
        tool_version=version,
        as_of=case.day,
        tables=case.tables.versions,
        inputs=told.model_copy(update={"as_of": case.day}),
        horizon_months=months,
        ways=ranked,
        own_models=_own(case),
        left_out=tuple(
            LeftOutWay(model=w.model, why=w.why) for w in found if isinstance(w, LeftOut)
        ),
        quality_note=None if told.qualities else UNMEASURED,
        assumptions=tuple(dict.fromkeys(case.notes.assumptions)),
        warnings=tuple(dict.fromkeys(case.notes.warnings)),
        sources=tuple(case.notes.sources.values()),
    )


def _own(case: Case) -> tuple[str, ...]:
    told, pricing = case.scenario, case.tables.pricing
    names = (told.model or pricing.default_model(case.day), told.tuned_model)
    return tuple(dict.fromkeys(pricing.find(name)[0] for name in names if name))


def rank(case: Case, found: list[Way], months: float) -> tuple[RankedWay, ...]:
    """Return the ways that reach the quality asked for, cheapest first, the dominated marked."""
    bills = [bill(way.option) for way in found]
    prompted = [b for way, b in zip(found, bills, strict=True) if way.option.training is None]
    cheapest = min(prompted, key=lambda b: b.monthly_usd, default=None)
    ranked = [_ranked(case, w, b, cheapest, months) for w, b in zip(found, bills, strict=True)]
    least = case.scenario.min_quality
    good = [w for w in ranked if least is None or w.quality is None or w.quality >= least]
    return _marked(sorted(good, key=lambda way: (way.horizon_usd, way.id)))


def _ranked(case: Case, way: Way, costs: Bill, cheapest: Bill | None, months: float) -> RankedWay:
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
        payback_months=_payback(costs, cheapest) if option.training else None,
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


def _payback(costs: Bill, cheapest: Bill | None) -> float | None:
    if cheapest is None or cheapest.monthly_usd <= costs.monthly_usd:
        return None
    saving = cheapest.monthly_usd - costs.monthly_usd
    return max(0, costs.upfront_usd - cheapest.upfront_usd) / saving


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
