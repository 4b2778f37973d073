"""Ranges that do not follow from each other: quality deltas, and the fall of prices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median

from ftvp.lenses.audit.finding import Finding, range_text, span
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing, Trend
from ftvp.tables.quality import Quality
from ftvp.tables.ranges import Range, matched_difference, widest_difference

DAYS_PER_YEAR = 365.25
INPUT_PER_OUTPUT = 3
"""Price histories are compared at three input tokens to one of output."""


def deltas(quality: Quality) -> Iterator[Finding]:
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
            "a year.",
        )


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
