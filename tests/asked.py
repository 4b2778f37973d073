"""The calculator as the tests ask it: the shipped tables, a day, and what a user told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from ftvp.api import breakeven, decide
from ftvp.cost.answer import Line
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.decision import DecisionAnswer
from ftvp.files.tables import load_tables
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables

DAY = date(2026, 11, 23)
EARLY = date(2025, 1, 15)
"""GPT-4o mini is on sale, and no end is announced."""

CLASSIFICATION: dict[str, Any] = {
    "prompt_tokens": 800,
    "tuned_prompt_tokens": 200,
    "output_tokens": 50,
}
EXTRACTION = {"prompt_tokens": 1200, "tuned_prompt_tokens": 400, "output_tokens": 200}
GENERATION = {"prompt_tokens": 2000, "tuned_prompt_tokens": 500, "output_tokens": 1000}
ANALYSIS = {"prompt_tokens": 3000, "tuned_prompt_tokens": 1000, "output_tokens": 2000}
"""The article's four scenarios, each at 10,000 requests a day."""


@cache
def tables() -> Tables:
    """Return the shipped tables."""
    return load_tables()


def costs(day: date = DAY, /, **told: Any) -> BreakevenAnswer:  # noqa: ANN401  any scenario field
    """Return the cost answer, at 10,000 requests a day unless told."""
    return breakeven(Scenario.model_validate({"volume": 10_000, **told}), tables(), day)


def decided(day: date = DAY, /, **told: Any) -> DecisionAnswer:  # noqa: ANN401  any scenario field
    """Return the decision on exactly what was told."""
    return decide(Scenario.model_validate(told), tables(), day)


def amounts(lines: Iterable[Line]) -> dict[str, float]:
    """Return the amounts of a bill's lines by name, USD."""
    return {line.item: line.usd for line in lines}
