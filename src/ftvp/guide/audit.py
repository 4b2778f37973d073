"""The framework's claims beside its tables, price histories and published evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from statistics import median

from ftvp.guide.audit_costs import (
    AuditFinding,
    PricedScenario,
    dollars,
    range_text,
    span,
    usd_range_text,
)
from ftvp.tables.entries import Range, matched_difference, widest_difference
from ftvp.tables.framework import Framework
from ftvp.tables.guide import Claim, Support
from ftvp.tables.pricing import Pricing, Trend
from ftvp.tables.quality import QualityTable
from ftvp.units import MONTHS_PER_YEAR, PERCENT

DAYS_PER_YEAR = 365.25
INPUT_PER_OUTPUT = 3
"""Price histories are compared at three input tokens to one of output."""
SUPPORT: dict[Support, str] = {
    "supported": "Published evidence supports it",
    "mixed": "Published evidence goes both ways",
    "contradicted": "Published evidence is against it",
    "none_found": "No public support was found",
}
"""How each conclusion from published evidence is worded."""


def deltas(quality: QualityTable) -> Iterator[AuditFinding]:
    """Yield each task's published delta beside the differences of its two quality ranges."""
    points = partial(range_text, text="{:+g}".format)
    for task in quality.tasks:
        row = task.row
        if row is None:
            continue
        matched = matched_difference(row.tuned, row.prompting)
        widest = widest_difference(row.tuned, row.prompting)
        yield AuditFinding(
            id=f"delta_{task.id}",
            claim=f"{task.name}: tuning changes quality by {points(row.delta)} points.",
            recomputed=f"{points(matched)} points between like ends of the two ranges, "
            f"{points(widest)} between far ends",
            holds=row.delta_follows,
            why=task.delta_note or "Like ends differ by no more than the delta.",
        )


def price_declines(framework: Framework, pricing: Pricing, day: date) -> Iterator[AuditFinding]:
    """Yield each claim of a yearly fall of prices beside the price histories known on a day."""
    percent = "{:+.0f}%".format
    yearly = [percent_a_year(trend) for trend in pricing.trends if trend.to_on <= day]
    seen = span(yearly)
    for claim in framework.claims:
        if claim.percent is None or seen is None:
            continue
        fall = Range(low=-claim.percent.high, high=-claim.percent.low)
        within = sum(fall.low <= change <= fall.high for change in yearly)
        yield AuditFinding(
            id=f"decline_{claim.id}",
            claim=claim.claim,
            recomputed=f"{range_text(seen, percent)} a year, median {percent(median(yearly))}",
            holds=fall.low <= median(yearly) <= fall.high,
            why=f"{within} of {len(yearly)} price histories fall by {range_text(claim.percent)}% "
            f"a year. {weighed(claim)}",
        )


def published_evidence(framework: Framework) -> Iterator[AuditFinding]:
    """Yield each claim that no figure of the tables can test, with what is published on it."""
    for claim in framework.claims:
        if claim.support is not None and claim.percent is None:
            yield AuditFinding(
                id=f"claim_{claim.id}",
                claim=claim.claim,
                holds={"supported": True, "contradicted": False}.get(claim.support),
                why=weighed(claim),
            )


def weighed(claim: Claim) -> str:
    """Return the conclusion from the published evidence on a claim, with its sources."""
    if claim.support is None:
        return claim.finding or ""
    sources = "; ".join(f"{of.source}, {of.published}" for of in claim.evidence)
    found = f"{SUPPORT[claim.support]} ({claim.checked_on})."
    said = (found, claim.finding, sources and f"Published: {sources}.")
    return " ".join(text for text in said if text)


def percent_a_year(trend: Trend) -> float:
    """Return the yearly change of a trend's blended price, percent.

    Input and output are blended three to one; the change is spread evenly over the years.
    """
    before = INPUT_PER_OUTPUT * trend.from_input_usd_per_mtok + trend.from_output_usd_per_mtok
    after = INPUT_PER_OUTPUT * trend.to_input_usd_per_mtok + trend.to_output_usd_per_mtok
    years = (trend.to_on - trend.from_on).days / DAYS_PER_YEAR
    change: float = (after / before) ** (1 / years) - 1
    return PERCENT * change


def hidden_terms(
    framework: Framework, pricing: Pricing, scenarios: Sequence[PricedScenario], day: date
) -> Iterator[AuditFinding]:
    """Yield the terms that the formula takes as 0: output, retraining, caching, lifetime."""

    def hidden(name: str, claim: str, usd: Range | None, than: str) -> Iterator[AuditFinding]:
        if usd is not None:
            yield AuditFinding(
                id=f"hidden_{name}",
                claim=claim,
                recomputed=f"{usd_range_text(usd)} a month {than}",
                holds=usd.low == usd.high == 0,
                why="The formula has no term for it; over the published scenarios, at the model's "
                "prices.",
            )

    output = span(after - before for before, after in (each.output_usd for each in scenarios))
    cached = span(_cached_saving(pricing, each) for each in scenarios)
    yield from hidden("output", "Output costs as much tuned as prompted.", output, "more if tuned")
    yield from _retraining(framework, scenarios)
    yield from hidden(
        "caching", "Worked examples are billed in full each time.", cached, "less once it is cached"
    )
    yield from _lifetimes(framework, pricing, day)


def _retraining(
    framework: Framework, scenarios: Sequence[PricedScenario]
) -> Iterator[AuditFinding]:
    rounds = framework.retraining_cycles_per_year
    runs = next((row.training_usd for row in scenarios if row.training_usd), None)
    if runs is not None:
        monthly = Range(
            low=rounds.low * runs.low / MONTHS_PER_YEAR,
            high=rounds.high * runs.high / MONTHS_PER_YEAR,
        )
        yield AuditFinding(
            id="hidden_retraining",
            claim="Training is paid once.",
            recomputed=f"{usd_range_text(monthly)} a month",
            holds=monthly.high == 0,
            why=f"The formula has no term for retraining; the article plans {range_text(rounds)} "
            f"rounds a year of {range_text(runs, dollars)} each.",
        )


def _cached_saving(pricing: Pricing, row: PricedScenario) -> float:
    """Return what caching the shots saves a month when each request finds them, USD."""
    rule = pricing.caching.get(pricing.models[row.scenario.model].caching or "")
    if rule is None or row.prompted.cached_input is None:
        return 0
    cached = rule.cacheable(row.scenario.removed_tokens)
    return row.usd(cached, row.prompted.input - row.prompted.cached_input)


def _lifetimes(framework: Framework, pricing: Pricing, day: date) -> Iterator[AuditFinding]:
    for claim in framework.formula.claims:
        model = pricing.models.get(claim.model)
        end = model.end("tuned_shutdown", day) if model else None
        if end is None:
            continue
        left = max(0, (end.closes_on - day).days)
        months = left / framework.assumptions.days_per_month.value
        yield AuditFinding(
            id=f"life_{claim.id}",
            claim=f"{claim.model} tuned today lives the {range_text(claim.months)} months to "
            "break-even.",
            recomputed=f"{left} days, {months:.1f} months",
            holds=months >= claim.months.high,
            why=f"Tuned models of {claim.model} shut down on {end.closes_on}.",
        )
