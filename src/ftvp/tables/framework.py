"""The schema of `data/framework.yaml`: how to decide, as data that an organisation may replace."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Protocol, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import Range, Source
from ftvp.tables.guide import (
    Advice,
    Assumptions,
    ChecklistRow,
    Claim,
    CostScenario,
    Formula,
    Layer,
    Mistake,
    Topic,
    Tradeoff,
    TrainingCost,
)
from ftvp.tables.rules import Band, Question, Tier, exactly_one, rising
from ftvp.units import MisplacedError, Record


class FrameworkRow(Protocol):
    """A row of one of the framework's tables: anything with an id."""

    @property
    def id(self) -> str:
        """The name of the row in its table."""


T = TypeVar("T", bound=FrameworkRow)


def _distinct(rows: tuple[T, ...]) -> tuple[T, ...]:
    ids = [row.id for row in rows]
    for place, row_id in enumerate(ids):
        if row_id in ids[:place]:
            msg = f"more than one row is called '{row_id}'"
            raise MisplacedError(msg, place, "id")
    return rows


Rows = Annotated[tuple[T, ...], AfterValidator(_distinct)]
"""The rows of one table, each with an id of its own."""


class Framework(Record):
    """Every table of the framework but prices and qualities, in the order of its source."""

    schema_version: Literal[1]
    updated_on: date
    source: Source
    tradeoffs: Rows[Tradeoff]
    key_insight: str
    training_costs: Rows[TrainingCost]
    cost_scenarios: Rows[CostScenario]
    formula: Formula
    volume_bands: Rows[Band] = Field(min_length=1)
    training_set_tiers: Rows[Tier] = Field(min_length=1)
    checklist: Rows[ChecklistRow]
    hybrid_layers: Rows[Layer]
    questions: Rows[Question] = Field(min_length=1)
    mistakes: Rows[Mistake]
    how_to_apply: Rows[Advice]
    retraining_cycles_per_year: Range
    claims: Rows[Claim]
    assumptions: Assumptions

    @model_validator(mode="after")
    def _bands_cover_every_volume(self) -> Self:
        *bounded, last = self.volume_bands
        bounds = [band.bound for band in bounded if exactly_one(band.below, band.up_to)]
        if len(bounds) < len(bounded) or last.bound is not None:
            msg = "each volume band but the last needs below or up_to, the last has neither"
            raise MisplacedError(msg, "volume_bands")
        if not rising([bound for bound in bounds if bound is not None]):
            msg = "volume bands stand in order, smallest volume first"
            raise MisplacedError(msg, "volume_bands")
        return self

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        if not rising([tier.smallest for tier in self.training_set_tiers]):
            msg = "training-set tiers stand in order, smallest first"
            raise MisplacedError(msg, "training_set_tiers")
        return self

    @model_validator(mode="after")
    def _questions_lead_on(self) -> Self:
        ids = [question.id for question in self.questions]
        for place, question in enumerate(self.questions):
            later = ids[place + 1 :]
            for branch in (question.if_yes, question.if_no, question.if_unknown):
                if branch.next is not None and branch.next not in later:
                    msg = f"question '{question.id}' leads to '{branch.next}', no later question"
                    raise MisplacedError(msg, "questions", place)
        return self

    @property
    def limitations(self) -> tuple[Claim, ...]:
        """The claims under which the framework itself puts its numbers."""
        return self.claims_on("limits")

    def claims_on(self, topic: Topic) -> tuple[Claim, ...]:
        """Return the claims that belong to a topic of the guide, in order."""
        return tuple(claim for claim in self.claims if claim.topic == topic)

    def question(self, name: str) -> Question:
        """Return a question by id; UnknownNameError names the nearest."""
        for question in self.questions:
            if question.id == name:
                return question
        raise UnknownNameError("question", name, [q.id for q in self.questions], "ftvp guide tree")

    def training_cost(self, model: str) -> TrainingCost | None:
        """Return the training-cost row that speaks of a model id, or None."""
        return next((row for row in self.training_costs if model in row.models), None)
