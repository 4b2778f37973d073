"""The rows of `data/framework.yaml` for people to read: costs, scenarios, claims, mistakes."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from ftvp.ranges import Spread
from ftvp.tables.entries import Range, RowId
from ftvp.tables.pricing import ModelId
from ftvp.units import Number, Record, Tokens, Usd, Whole

Topic = Literal[
    "tradeoffs",
    "volume",
    "tree",
    "training",
    "scenarios",
    "data",
    "checklist",
    "hybrid",
    "mistakes",
    "apply",
    "limits",
]


class Tradeoff(Record):
    """One dimension on which prompting and tuning differ."""

    id: RowId
    dimension: str
    prompting: str
    tuned: str


Support = Literal["supported", "mixed", "contradicted", "none_found"]


class Publication(Record):
    """What one published source says about a claim."""

    says: str
    source: str
    url: str
    published: str = Field(pattern=r"^\d{4}(-\d{2}){0,2}$")
    """The year, the month or the day, as exactly as the source states it."""


class Claim(Record):
    """A claim that the source makes outside its tables, and what is known about it."""

    id: RowId
    topic: Topic
    claim: str
    percent: Range | None = None
    """The percentages a year that the claim states."""
    finding: str | None = None
    support: Support | None = None
    """The conclusion from the published evidence; None where nobody looked for any."""
    checked_on: date | None = None
    evidence: tuple[Publication, ...] = ()

    @model_validator(mode="after")
    def _evidence_is_weighed(self) -> Self:
        if (self.support is None) != (self.checked_on is None):
            msg = f"claim '{self.id}' needs both support and checked_on, or neither"
            raise ValueError(msg)
        if bool(self.evidence) != (self.support not in (None, "none_found")):
            msg = f"claim '{self.id}' needs evidence exactly where its support is not none_found"
            raise ValueError(msg)
        return self


class TrainingClaim(Record):
    """The four cells of a training-cost row as published."""

    price: str
    minimum_examples: str
    typical_run: str
    time: str


class PriceRange(Range):
    """A training price in USD per million training tokens or per GPU hour."""

    per: Literal["mtok", "gpu_hour"]
    approximate: bool = False


class TrainingCost(Record):
    """A row of the training-cost table, its numbers read out of its text."""

    id: RowId
    provider: str
    model: str
    models: tuple[ModelId, ...] = ()
    """The models of the price table that the row speaks of."""
    gpu: str | None = None
    """The GPU that an hourly price is for, as the price table begins its name."""
    price: PriceRange
    minimum_examples: Whole = Field(ge=1)
    typical_run_usd: Range
    run_training_examples: Range | None = None
    run_gpu_hours: Range | None = None
    time_hours: Range
    claim: TrainingClaim
    mended: str | None = None
    contradiction: str | None = None


class CostScenario(Record):
    """A row of the inference-cost table: tokens of one request and what tuning is said to save."""

    id: RowId
    name: str
    model: ModelId
    requests_per_day: Number = Field(gt=0)
    prompted_input: Tokens
    tuned_input: Tokens
    output: Tokens
    claimed_saving_usd: Usd
    """A month."""
    breakeven_months: Range

    @property
    def removed_tokens(self) -> int:
        """Input tokens a request that tuning makes unnecessary."""
        return self.prompted_input - self.tuned_input


class BreakevenClaim(Record):
    """How many months tuning is said to take to pay for itself at a volume."""

    id: RowId
    requests_per_day: Number = Field(gt=0)
    model: ModelId
    months: Range
    conclusion: str


class Formula(Record):
    """The published break-even formula and the two claims made with it."""

    text: str
    claims: tuple[BreakevenClaim, ...]


class Limit(Record):
    """A range that a quantity should stay in, with what is counted."""

    of: str
    low: Number
    high: Number


class ChecklistRow(Record):
    """A row of the checklist for training files."""

    id: RowId
    criterion: str
    meaning: str
    why: str
    limit: Limit | None = None


class Layer(Record):
    """A layer of the hybrid approach."""

    id: RowId
    layer: str
    technique: str
    handles: str


class Mistake(Record):
    """A common mistake, what it leads to and what to do instead."""

    id: RowId
    mistake: str
    what_happens: str
    how_to_avoid: str
    limit: Limit | None = None


class Advice(Record):
    """A step of applying the framework."""

    id: RowId
    title: str
    text: str


class Assumption(Record):
    """A default value: its range, why it was chosen, and the flag that replaces it."""

    value: Number
    low: Number | None = None
    """1 in 20 lie below; None, as `high`, where the value has no range."""
    high: Number | None = None
    unit: str
    why: str
    flag: str = Field(pattern=r"^--[a-z]+(-[a-z]+)*$")
    source: str = "ours"
    """Who published the value, or "ours"."""

    @model_validator(mode="after")
    def _lies_in_its_range(self) -> Self:
        if (self.low is None) != (self.high is None):
            msg = "low and high go together"
            raise ValueError(msg)
        low, high = self.ends
        if not low <= self.value <= high:
            msg = "value must lie from low to high"
            raise ValueError(msg)
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """The two ends of the range, both the value where it has no range."""
        if self.low is None or self.high is None:
            return self.value, self.value
        return self.low, self.high

    @property
    def spread(self) -> Spread:
        """The range with the value as its middle; without width where there is none."""
        low, high = self.ends
        return Spread(low, self.value, high)


class Assumptions(Record):
    """Every default of the calculation that no table of prices can give."""

    request_tokens: Assumption
    output_tokens: Assumption
    thinking_multiple: Assumption
    training_examples: Assumption
    retrains_per_year: Assumption
    epochs: Assumption
    gpu_hours: Assumption
    cache_life_seconds: Assumption
    minimum_prefix_tokens: Assumption
    own_work_usd: Assumption
    pilot_hours: Assumption
    peak_to_mean: Assumption
    utilisation: Assumption
    training_overhead: Assumption
    horizon_months: Assumption
    days_per_month: Assumption
