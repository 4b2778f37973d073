"""The answers of `ftvp quality` and `ftvp guide`: the tables themselves, and their audit.

The audit sets the framework's claims beside its tables, price histories and published evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from statistics import median
from typing import Any, Literal

from pydantic import Field

from ftvp.errors import UnknownNameError
from ftvp.guide.audit_costs import (
    AuditFinding,
    PricedScenario,
    dollars,
    paybacks,
    priced_scenarios,
    range_text,
    savings,
    span,
    training_claims,
    usd_range_text,
    volume_claims,
)
from ftvp.tables.bundle import TableHeader, Tables
from ftvp.tables.entries import Range, matched_difference, widest_difference
from ftvp.tables.framework import Claim, Framework, Support
from ftvp.tables.pricing import Pricing, Trend
from ftvp.tables.quality import Method, QualityTable, Task
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


TOPICS: dict[str, tuple[str, ...]] = {
    "tradeoffs": ("tradeoffs", "key_insight"),
    "volume": ("volume_bands",),
    "tree": ("questions",),
    "training": ("training_costs",),
    "scenarios": ("cost_scenarios", "formula"),
    "data": ("training_set_tiers",),
    "checklist": ("checklist",),
    "hybrid": ("hybrid_layers",),
    "mistakes": ("mistakes",),
    "apply": ("how_to_apply", "retraining_cycles_per_year"),
    "limits": (),
}
"""Each topic with the framework's tables that it shows, besides the claims made on it."""


class QualityAnswer(TableHeader):
    """The document `ftvp.quality/1`: tasks with their qualities and evidence."""

    schema_: Literal["ftvp.quality/1"] = Field(default="ftvp.quality/1", alias="schema")
    method: Method
    """What the columns of the quality table mean."""
    tasks: tuple[Task, ...]
    """All of the table, or the one asked about."""


class GuideAnswer(TableHeader):
    """The document `ftvp.guide/1`: the framework's tables on one topic, or its audit."""

    schema_: Literal["ftvp.guide/1"] = Field(default="ftvp.guide/1", alias="schema")
    topic: str | None
    """None where none was asked for, so that only the topics are listed."""
    topics: tuple[str, ...]
    """The names that may be asked for."""
    content: dict[str, Any]
    """Tables of the topic by name, and the claims made on it; empty of `audit`."""
    findings: tuple[AuditFinding, ...] = ()
    """Of `audit` alone: each published figure recomputed."""


def quality_answer(tables: Tables, day: date, task: str | None) -> QualityAnswer:
    """Return one task's row with its evidence, or all rows."""
    quality = tables.quality
    return QualityAnswer(
        as_of=day,
        updated_on=quality.updated_on,
        method=quality.method,
        tasks=(quality.find(task),) if task else quality.tasks,
    )


def guide_answer(tables: Tables, day: date, topic: str | None) -> GuideAnswer:
    """Return the framework's tables on a topic; `audit` recomputes its figures, None lists all."""
    known = [*TOPICS, "audit"]
    if topic is not None and topic not in known:
        raise UnknownNameError("topic", topic, known, "ftvp guide")
    framework = tables.framework
    findings: tuple[AuditFinding, ...] = ()
    if topic == "audit":
        findings = audit(framework, tables.quality, tables.pricing, day=day)
    return GuideAnswer(
        as_of=day,
        updated_on=framework.updated_on,
        topic=topic,
        topics=tuple(known),
        content=_content(framework, topic),
        findings=findings,
    )


def _content(framework: Framework, topic: str | None) -> dict[str, Any]:
    """Return the tables of a topic, the claims made on it, and on `limits` all weighed ones."""
    named = TOPICS.get(topic or "", ())
    content: dict[str, Any] = framework.model_dump(mode="json", include=set(named))
    here = [claim for claim in framework.claims if claim.topic == topic]
    elsewhere = [claim for claim in framework.claims if claim.support and claim not in here]
    shown = {"claims": here, "claims_elsewhere": elsewhere if topic == "limits" else []}
    for part, claims in shown.items():
        if claims:
            content[part] = [claim.model_dump(mode="json") for claim in claims]
    return content


def audit(
    framework: Framework, quality: QualityTable, pricing: Pricing, *, day: date
) -> tuple[AuditFinding, ...]:
    """Return each published figure recomputed with the prices in force on a day."""
    scenarios, unpriced = priced_scenarios(framework, pricing, day)
    return (
        *unpriced,
        *savings(scenarios),
        *paybacks(scenarios),
        *volume_claims(framework, scenarios),
        *training_claims(framework, pricing, day),
        *hidden_terms(framework, pricing, scenarios, day),
        *deltas(quality),
        *price_declines(framework, pricing, day),
        *published_evidence(framework),
    )
