"""The answer of `ftvp decide`: what a view shows and what JSON holds, in the contract's order."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ftvp.advice.answers import CostAnswer, Header
from ftvp.advice.case import Assumption
from ftvp.decide.lenses import DataResult, QualityResult, VolumeResult
from ftvp.decide.tree import TreeResult
from ftvp.evals.answer import EvalSummary
from ftvp.scenario import Scenario
from ftvp.tables.rules import Choice
from ftvp.units import Record


class Verdict(Record):
    """The choice, the code of its reason, the answer in a sentence, and every reason in words."""

    choice: Choice
    because: str
    headline: str
    reasons: tuple[str, ...]


class Disagreement(Record):
    """A lens that would have answered otherwise."""

    lens: Literal["volume", "quality", "data", "cost"]
    says: str
    why: str


class DecisionAnswer(Header):
    """The document `ftvp.decision/1`."""

    schema_: Literal["ftvp.decision/1"] = Field(default="ftvp.decision/1", alias="schema")
    inputs: Scenario
    verdict: Verdict
    tree: TreeResult
    volume: VolumeResult | None
    quality: QualityResult | None
    evals: EvalSummary | None
    """What the user's own eval set answers to question 5."""
    data: DataResult | None
    cost: CostAnswer | None
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[str, ...]
    assumptions: tuple[Assumption, ...]
    next_steps: tuple[str, ...]
    equivalent_command: str
