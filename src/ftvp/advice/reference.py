"""The answers of `ftvp quality` and `ftvp guide`: the tables themselves."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.errors import UnknownNameError
from ftvp.guide.audit import audit
from ftvp.guide.audit_costs import Finding
from ftvp.tables.bundle import Tables
from ftvp.tables.framework import Framework
from ftvp.tables.quality import Method, Task
from ftvp.units import Record

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
    here = [claim for claim in framework.claims if claim.topic == topic]
    elsewhere = [claim for claim in framework.claims if claim.support and claim not in here]
    shown = {"claims": here, "claims_elsewhere": elsewhere if topic == "limits" else []}
    for part, claims in shown.items():
        if claims:
            content[part] = [claim.model_dump(mode="json") for claim in claims]
    return content
