"""The framework's figures computed again, with what does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

from ftvp.guide.audit_costs import (
    Finding,
    PricedScenario,
    dollars,
    paybacks,
    priced_scenarios,
    range_text,
    savings,
    span,
    training_claims,
    unpriced,
    usd_range_text,
    volume_claims,
)
from ftvp.tables.entries import Range, matched_difference, widest_difference
from ftvp.tables.framework import Framework
from ftvp.tables.guide import Claim, Support
from ftvp.tables.pricing import Pricing, Trend
from ftvp.tables.quality import QualityTable
from ftvp.units import MONTHS_PER_YEAR

DAYS_PER_YEAR = 365.25

SUPPORT: dict[Support, str] = {
    "supported": "Published evidence supports it",
    "mixed": "Published evidence goes both ways",
    "contradicted": "Published evidence is against it",
    "none_found": "No public support was found",
}


INPUT_PER_OUTPUT = 3


"""Price histories are compared at three input tokens to one of output."""


def deltas(quality: QualityTable) -> Iterator[Finding]:
    """Yield each task's published delta beside the differences of its two quality ranges."""
    for task in quality.tasks:
        row = task.row
        if row is None:
            continue
        matched = matched_difference(row.tuned, row.prompting)
        widest = widest_difference(row.tuned, row.prompting)
        yield Finding(
            id=f"delta_{task.id}",
            claim=f"{task.name}: tuning changes quality by {_points(row.delta)} points.",
            recomputed=f"{_points(matched)} points between like ends of the two ranges, "
            f"{_points(widest)} between far ends",
            holds=row.delta_follows,
            why=task.delta_note or "Like ends differ by no more than the delta.",
        )


def _points(of: Range) -> str:
    return range_text(of, "{:+g}".format)


def declines(framework: Framework, pricing: Pricing, day: date) -> Iterator[Finding]:
    """Yield each claim of a yearly fall of prices beside the price histories known on a day."""
    yearly = [percent_a_year(trend) for trend in pricing.trends if trend.to_on <= day]
    seen = span(yearly)
    for claim in framework.claims:
        if claim.percent is None or seen is None:
            continue
        fall = Range(low=-claim.percent.high, high=-claim.percent.low)
        within = sum(fall.low <= change <= fall.high for change in yearly)
        yield Finding(
            id=f"decline_{claim.id}",
            claim=claim.claim,
            recomputed=f"{range_text(seen, _percent)} a year, median {_percent(median(yearly))}",
            holds=fall.low <= median(yearly) <= fall.high,
            why=f"{within} of {len(yearly)} price histories fall by {range_text(claim.percent)}% "
            f"a year. {weighed(claim)}",
        )


def published(framework: Framework) -> Iterator[Finding]:
    """Yield each claim that no figure of the tables can test, with what is published on it."""
    for claim in framework.claims:
        if claim.support is not None and claim.percent is None:
            yield Finding(
                id=f"claim_{claim.id}",
                claim=claim.claim,
                holds={"supported": True, "contradicted": False}.get(claim.support),
                why=weighed(claim),
            )


def weighed(claim: Claim) -> str:
    """Return what the published evidence on a claim adds up to, with its sources."""
    if claim.support is None:
        return claim.finding or ""
    sources = "; ".join(f"{of.source}, {of.published}" for of in claim.evidence)
    found = f"{SUPPORT[claim.support]} ({claim.checked_on})."
    said = (found, claim.finding, sources and f"Published: {sources}.")
    return " ".join(text for text in said if text)


def _percent(change: float) -> str:
    return f"{change:+.0f}%"


def percent_a_year(trend: Trend) -> float:
    """Return the yearly change of a trend's blended price, percent.

    Input and output are blended three to one; the change is spread evenly over the years.
    """
    before = INPUT_PER_OUTPUT * trend.from_input_usd_per_mtok + trend.from_output_usd_per_mtok
    after = INPUT_PER_OUTPUT * trend.to_input_usd_per_mtok + trend.to_output_usd_per_mtok
    years = (trend.to_on - trend.from_on).days / DAYS_PER_YEAR
    change: float = (after / before) ** (1 / years) - 1
    return 100 * change


def hidden_terms(
    framework: Framework, pricing: Pricing, scenarios: Sequence[PricedScenario], day: date
) -> Iterator[Finding]:
    """Yield the terms that the formula takes for nothing: output, retraining, caching, life."""
    output = span(after - before for before, after in (row.output_usd for row in scenarios))
    if output is not None:
        yield _hidden("output", "Output costs as much tuned as prompted.", output, "more if tuned")
    yield from _retraining(framework, scenarios)
    caching = span(_cached_saving(pricing, row) for row in scenarios)
    if caching is not None:
        yield _hidden(
            "caching", "Shots are billed in full each time.", caching, "less once it is cached"
        )
    yield from _lives(framework, pricing, day)


def _hidden(name: str, claim: str, usd: Range, than: str) -> Finding:
    return Finding(
        id=f"hidden_{name}",
        claim=claim,
        recomputed=f"{usd_range_text(usd)} a month {than}",
        holds=usd.low == usd.high == 0,
        why="The formula has no term for it; over the published scenarios, at the model's prices.",
    )


def _retraining(framework: Framework, scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    rounds = framework.retraining_cycles_per_year
    runs = next((row.training_usd for row in scenarios if row.training_usd), None)
    if runs is not None:
        monthly = Range(
            low=rounds.low * runs.low / MONTHS_PER_YEAR,
            high=rounds.high * runs.high / MONTHS_PER_YEAR,
        )
        yield Finding(
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


def _lives(framework: Framework, pricing: Pricing, day: date) -> Iterator[Finding]:
    for claim in framework.formula.claims:
        model = pricing.models.get(claim.model)
        end = model.end("tuned_shutdown", day) if model else None
        if end is None:
            continue
        left = max(0, (end.closes_on - day).days)
        months = left / framework.assumptions.days_per_month.value
        yield Finding(
            id=f"life_{claim.id}",
            claim=f"{claim.model} tuned today lives the {range_text(claim.months)} months to "
            "break-even.",
            recomputed=f"{left} days, {months:.1f} months",
            holds=months >= claim.months.high,
            why=f"Tuned models of {claim.model} shut down on {end.closes_on}.",
        )


__all__ = ["SUPPORT", "Finding", "audit", "weighed"]


def audit(
    framework: Framework, quality: QualityTable, pricing: Pricing, *, day: date
) -> tuple[Finding, ...]:
    """Return what recomputing each published figure gives, with the prices in force on a day."""
    scenarios = priced_scenarios(framework, pricing, day)
    return (
        *unpriced(framework, scenarios, day),
        *savings(scenarios),
        *paybacks(scenarios),
        *volume_claims(framework, scenarios),
        *training_claims(framework, pricing, day),
        *hidden_terms(framework, pricing, scenarios, day),
        *deltas(quality),
        *declines(framework, pricing, day),
        *published(framework),
    )
