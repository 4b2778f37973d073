"""The answer under a gate where a model has ended: it is not on sale, and nothing has a bill."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ftvp.errors import ShutDownError
from ftvp.render.document import Block, Lead
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header, Tables, header
from ftvp.tables.framework import Choice
from ftvp.units import Record


class EndedVerdict(Record):
    """The verdict where a model of the scenario has ended."""

    choice: Choice = "prompt"
    because: Literal["not_on_sale"] = "not_on_sale"
    headline: str


class EndedAnswer(Header):
    """The document `ftvp.ended/1`: which model has ended, and when."""

    schema_: Literal["ftvp.ended/1"] = Field(default="ftvp.ended/1", alias="schema")
    inputs: Scenario
    verdict: EndedVerdict


def ended_answer(
    scenario: Scenario, tables: Tables, day: date, error: ShutDownError
) -> EndedAnswer:
    """Return the answer to a scenario of which a model has ended."""
    return EndedAnswer(
        **header(tables, day, None),
        inputs=scenario,
        verdict=EndedVerdict(headline=str(error)),
    )


def ended_view(answer: EndedAnswer) -> list[Block]:
    """Return the one sentence."""
    return [Lead(answer.verdict.headline, answer.verdict.choice)]
