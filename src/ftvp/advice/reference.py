"""The answers of `ftvp pricing`, `ftvp quality` and `ftvp guide`: the tables themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.advice.age import noted_ages
from ftvp.errors import UnknownNameError
from ftvp.guide.audit import audit
from ftvp.guide.audit_costs import Finding
from ftvp.lenses.cost.option import Citation
from ftvp.tables.bundle import AppliedOverlay, Tables
from ftvp.tables.changes import entries
from ftvp.tables.entries import Source
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import CacheRule, PricedModel, Tokenizer
from ftvp.tables.quality import Method, Task
from ftvp.units import Currency, Record

GUIDE: dict[str, tuple[str, ...]] = {
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


class Reference(Record):
    """What these answers begin with."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: str = Field(alias="schema")
    tool_version: str
    as_of: date
    updated_on: date


class PricingAnswer(Reference):
    """The document `ftvp.pricing/1`: models with their dated prices, as of a day."""

    schema_: Literal["ftvp.pricing/1"] = Field(default="ftvp.pricing/1", alias="schema")
    overlays: tuple[AppliedOverlay, ...] = ()
    currency: Currency | None = None
    """What the view shows amounts in; every amount in this document is USD."""
    models: dict[str, PricedModel]
    tokenizers: dict[str, Tokenizer]
    caching: dict[str, CacheRule]
    sources: dict[str, Source]
    warnings: tuple[str, ...] = ()


class QualityAnswer(Reference):
    """The document `ftvp.quality/1`: tasks with their qualities and evidence."""

    schema_: Literal["ftvp.quality/1"] = Field(default="ftvp.quality/1", alias="schema")
    method: Method
    tasks: tuple[Task, ...]


class GuideAnswer(Reference):
    """The document `ftvp.guide/1`: the framework's tables on one topic, or its audit."""

    schema_: Literal["ftvp.guide/1"] = Field(default="ftvp.guide/1", alias="schema")
    topic: str | None
    topics: tuple[str, ...]
    content: dict[str, Any]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class PriceRequest:
    """How the price table is asked for: of which model, how old at most, in which currency."""

    model: str | None = None
    max_price_age: int | None = None
    currency: Currency | None = None


def pricing_answer(tables: Tables, day: date, version: str, asked: PriceRequest) -> PricingAnswer:
    """Return one model's prices, or those of every model, with the sources they rest on.

    StalePriceError where a price in force is older than was asked for.
    """
    pricing, model = tables.pricing, asked.model
    models = dict([pricing.find(model)]) if model else pricing.models
    rules = {row.caching for row in models.values() if row.caching}
    return PricingAnswer(
        tool_version=version,
        as_of=day,
        updated_on=pricing.updated_on,
        overlays=tables.overlays,
        currency=asked.currency,
        models=models,
        tokenizers={k: v for k, v in pricing.tokenizers.items() if k in _tokenizers(models)},
        caching={k: v for k, v in pricing.caching.items() if k in rules},
        sources=pricing.sources,
        warnings=tuple(noted_ages(_in_force(tables, models, day), day, asked.max_price_age)),
    )


def _in_force(tables: Tables, models: dict[str, PricedModel], day: date) -> list[Citation]:
    """Return the sources of what is on sale on a day, each with its oldest check."""
    cited: dict[str, date] = {}
    for (model, _), entry in entries(tables.pricing, day).items():
        if model in models:
            cited[entry.source] = min(entry.checked_on, cited.get(entry.source, date.max))
    sources = tables.pricing.sources
    return [
        Citation(name=sources[name].name, url=sources[name].url, checked_on=checked_on)
        for name, checked_on in cited.items()
    ]


def _tokenizers(models: dict[str, PricedModel]) -> set[str]:
    return {row.tokenizer for row in models.values()}


def quality_answer(tables: Tables, day: date, version: str, task: str | None) -> QualityAnswer:
    """Return one task's row with its evidence, or all rows."""
    quality = tables.quality
    return QualityAnswer(
        tool_version=version,
        as_of=day,
        updated_on=quality.updated_on,
        method=quality.method,
        tasks=(quality.find(task),) if task else quality.tasks,
    )


def guide_answer(tables: Tables, day: date, version: str, topic: str | None) -> GuideAnswer:
    """Return the framework's tables on a topic; `audit` recomputes its figures, None lists all."""
    known = [*GUIDE, "audit"]
    if topic is not None and topic not in known:
        raise UnknownNameError("topic", topic, known, "ftvp guide")
    framework = tables.framework
    findings: tuple[Finding, ...] = ()
    if topic == "audit":
        findings = audit(framework, tables.quality, tables.pricing, day=day)
    return GuideAnswer(
        tool_version=version,
        as_of=day,
        updated_on=framework.updated_on,
        topic=topic,
        topics=tuple(known),
        content=_content(framework, topic),
        findings=findings,
    )


def _content(framework: Framework, topic: str | None) -> dict[str, Any]:
    named = GUIDE.get(topic or "", ())
    content: dict[str, Any] = framework.model_dump(mode="json", include=set(named))
    claims = [c.model_dump(mode="json") for c in framework.claims if c.topic == topic]
    return {**content, **({"claims": claims} if claims else {})}
