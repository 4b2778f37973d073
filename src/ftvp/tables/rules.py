"""The rules of `data/framework.yaml`: volume bands, training-set tiers and questions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ftvp.scenario import QuestionId
from ftvp.units import Number, Record, Whole

RowId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A snake_case name of a row."""
Choice = Literal["prompt", "fine_tune", "hybrid", "pilot"]
Lean = Literal["prompt", "fine_tune", "hybrid", "evaluate"]
Comparison = Literal["more_than", "at_least", "is_true"]

YES_OR_NO = frozenset({"format_task", "eval_improves"})
COMPARE: Mapping[Comparison, Callable[[float, float], bool]] = {
    "more_than": operator.gt,
    "at_least": operator.ge,
}


def exactly_one(*given: object) -> bool:
    """Return whether one of the values is given and all others are None."""
    return sum(value is not None for value in given) == 1


class Condition(Record):
    """Condition that changes a band's recommendation: quality gain, and the cost of errors."""

    delta_above: Number
    """Threshold of the quality delta in points, itself outside."""
    high_error_cost: bool = False
    """True when a high cost of errors is required as well."""
    then: Lean
    otherwise: Lean


class Band(Record):
    """A row of the volume table, bounded from above; the last band has no bound."""

    id: str
    below: Number | None = Field(default=None, gt=0)
    """The bound, itself outside the band."""
    up_to: Number | None = Field(default=None, gt=0)
    """The bound, itself inside the band."""
    advice: str
    why: str
    leans: Lean
    condition: Condition | None = None

    @property
    def bound(self) -> float | None:
        """The upper bound in requests per day, None when the band is open."""
        return self.up_to if self.below is None else self.below

    def reaches(self, requests_per_day: float) -> bool:
        """Return whether a volume lies under this band's upper bound."""
        if self.below is not None:
            return requests_per_day < self.below
        return self.up_to is None or requests_per_day <= self.up_to


class Tier(Record):
    """A row of the training-set table, bounded from below."""

    id: str
    at_least: Whole | None = Field(default=None, ge=1)
    """The bound, itself inside the tier."""
    above: Whole | None = Field(default=None, ge=1)
    """The bound, itself outside the tier."""
    expected_quality: str
    use_case: str

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if not exactly_one(self.at_least, self.above):
            msg = f"tier '{self.id}' needs exactly one of at_least and above"
            raise ValueError(msg)
        return self

    @property
    def smallest(self) -> int:
        """The smallest number of training examples in this tier."""
        return self.at_least if self.at_least is not None else (self.above or 0) + 1


class Branch(Record):
    """Where an answer leads: to a later question, or to a choice and the code of its reason."""

    next: QuestionId | None = None
    choice: Choice | None = None
    because: RowId | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if not exactly_one(self.next, self.choice):
            msg = "an outcome needs exactly one of next and choice"
            raise ValueError(msg)
        if (self.choice is None) != (self.because is None):
            msg = "choice and because go together"
            raise ValueError(msg)
        return self


class Question(Record):
    """A question of the tree: its words, its test and where each answer leads are one object."""

    id: QuestionId
    question: str
    why: str
    comparison: Comparison
    threshold: Number | None = None
    flag: str = Field(pattern=r"^--[a-z]+(-[a-z]+)*$")
    if_yes: Branch
    if_no: Branch
    if_unknown: Branch

    @model_validator(mode="after")
    def _test_fits_fact(self) -> Self:
        if (self.id in YES_OR_NO) != (self.comparison == "is_true"):
            msg = f"comparison '{self.comparison}' does not fit question '{self.id}'"
            raise ValueError(msg)
        if (self.threshold is None) != (self.comparison == "is_true"):
            msg = "more_than and at_least need a threshold, is_true has none"
            raise ValueError(msg)
        return self

    def answer(self, value: float | None) -> bool | None:
        """Return the answer that a fact's value gives, None when the fact is not known."""
        if value is None or self.threshold is None:
            return None if value is None else bool(value)
        return COMPARE[self.comparison](value, self.threshold)

    def outcome(self, *, answer: bool | None) -> Branch:
        """Return where an answer leads."""
        if answer is None:
            return self.if_unknown
        return self.if_yes if answer else self.if_no


def rising(bounds: Sequence[float]) -> bool:
    """Return whether each bound is above the one before."""
    return all(lower < upper for lower, upper in pairwise(bounds))


class DataResult(Record):
    """The training-set tier of a number of examples, and how many are still missing."""

    examples: int
    tier: str | None
    """None below the smallest tier."""
    expected_quality: str | None
    use_case: str | None
    provider_minimum: int | None
    enough: bool
    missing: int
    """How many more make it enough."""
    next_tier: str | None
    missing_to_next_tier: int | None


def data_lens(
    tiers: Sequence[Tier],
    *,
    examples: int,
    wanted: int = 0,
    provider_minimum: int | None = None,
) -> DataResult:
    """Return the tier of `examples` labelled examples; a boundary belongs to the tier it begins.

    Enough is the number `wanted`, and the provider's minimum where one is known. Source: article,
    "The Data Requirement Problem".
    """
    reached = [tier for tier in tiers if examples >= tier.smallest]
    tier = reached[-1] if reached else None
    ahead = next((tier for tier in tiers if examples < tier.smallest), None)
    missing = max(0, max(wanted, provider_minimum or 0) - examples)
    return DataResult(
        examples=examples,
        tier=tier.id if tier else None,
        expected_quality=tier.expected_quality if tier else None,
        use_case=tier.use_case if tier else None,
        provider_minimum=provider_minimum,
        enough=missing == 0,
        missing=missing,
        next_tier=ahead.id if ahead else None,
        missing_to_next_tier=ahead.smallest - examples if ahead else None,
    )
