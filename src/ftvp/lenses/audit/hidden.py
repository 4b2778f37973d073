"""What the article's formula leaves out, in USD a month over its four scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ftvp.lenses.audit.finding import Finding, dollars, range_text, span, usd_range_text
from ftvp.lenses.audit.priced import PricedScenario
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.ranges import Range
from ftvp.units import MONTHS_PER_YEAR


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
