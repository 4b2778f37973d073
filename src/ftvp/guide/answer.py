"""The answers of `ftvp quality` and `ftvp guide`: the tables themselves, and their audit."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from ftvp.errors import UnknownNameError
from ftvp.guide.audit import deltas, hidden_terms, price_declines, published_evidence
from ftvp.guide.audit_costs import (
    AuditFinding,
    paybacks,
    priced_scenarios,
    savings,
    training_claims,
    volume_claims,
)
from ftvp.tables.bundle import TableHeader, Tables
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import Method, QualityTable, Task

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
    tasks: tuple[Task, ...]


class GuideAnswer(TableHeader):
    """The document `ftvp.guide/1`: the framework's tables on one topic, or its audit."""

    schema_: Literal["ftvp.guide/1"] = Field(default="ftvp.guide/1", alias="schema")
    topic: str | None
    topics: tuple[str, ...]
    content: dict[str, Any]
    findings: tuple[AuditFinding, ...] = ()


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
