"""The answer of `ftvp breakeven`: what a view shows and what JSON holds, in contract order."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.advice.case import Assumption, Case
from ftvp.advice.ranked import RankedWay
from ftvp.advice.requests import TokenCounts
from ftvp.evals.answer import EvalSummary
from ftvp.lenses.cost.article import ArticleAnswer
from ftvp.lenses.cost.bill import Bill
from ftvp.lenses.cost.life import Life
from ftvp.lenses.cost.option import Citation
from ftvp.lenses.cost.payback import Breakeven, BreakevenVolume, Horizon
from ftvp.scenario import Scenario
from ftvp.tables.bundle import AppliedOverlay, Versions
from ftvp.tables.rules import Choice
from ftvp.units import Currency, Record


class Header(Record):
    """What every answer begins with: its schema, who answered, as of when, from which tables."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: str = Field(alias="schema")
    tool_version: str
    as_of: date
    tables: Versions
    overlays: tuple[AppliedOverlay, ...] = ()
    """What was laid over the price table."""
    currency: Currency | None = None
    """What the views show amounts in; every amount in this document is USD."""


def header(case: Case, version: str) -> dict[str, Any]:
    """Return the fields of `Header` that every answer to a case fills alike."""
    return {
        "tool_version": version,
        "as_of": case.day,
        "tables": case.tables.versions,
        "overlays": case.tables.overlays,
        "currency": case.scenario.shown_in,
    }


class Cumulative(Record):
    """What each side has cost by the end of a month, upfront included, USD."""

    month: float
    prompted_usd: float
    tuned_usd: float | None


class CostVerdict(Record):
    """What the money alone says."""

    choice: Choice
    headline: str


class CostAnswer(Record):
    """What each side costs, and when tuning has paid for itself. Money is USD."""

    inputs: Scenario
    tokens: TokenCounts
    prompted: Bill
    tuned: Bill | None
    """None where no tuned model is sold."""
    usd_saved_per_request: float | None
    monthly_saving_usd: float | None
    breakeven: Breakeven
    breakeven_volume: BreakevenVolume
    life: Life
    horizon: Horizon | None
    article: ArticleAnswer | None
    evals: EvalSummary | None = None
    """What the user's own eval set says of the quality gained."""
    verdict: CostVerdict
    assumptions: tuple[Assumption, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]
    names: Names
    cumulative: tuple[Cumulative, ...]
    cheaper: RankedWay | None
    """The cheapest of all ways to serve the scenario, where it beats both sides."""


class Names(Record):
    """What the two models are called in sentences."""

    prompted: str
    tuned: str


class BreakevenAnswer(CostAnswer, Header):
    """The document `ftvp.breakeven/1`."""

    schema_: Literal["ftvp.breakeven/1"] = Field(default="ftvp.breakeven/1", alias="schema")
