"""The schema of `data/framework.yaml`: how to decide, as data that an organisation may replace.

First its rows for people to read, then its rules (volume bands, training-set tiers, questions),
last the file with all its tables.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Protocol, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from ftvp.errors import UnknownNameError
from ftvp.ranges import Spread
from ftvp.scenario import QuestionId
from ftvp.tables.entries import Range, RowId, Source
from ftvp.tables.pricing import ModelId
from ftvp.units import MisplacedError, Number, Record, Tokens, Usd, Whole

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
    """What it found."""
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
    """What is known of it; None where it was not looked into."""
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
    """Whether the article gives it as about so much."""


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
    """Of one run, USD."""
    run_training_examples: Range | None = None
    """Examples of a typical run; None where the article does not say."""
    run_gpu_hours: Range | None = None
    """GPU hours of a typical run; None where the article does not say."""
    time_hours: Range
    """How long a run takes."""
    claim: TrainingClaim
    """The cells as the article has them."""
    mended: str | None = None
    """What was mended in the row, and why; None where nothing was."""
    contradiction: str | None = None
    """What speaks against the row; None where nothing does."""


class CostScenario(Record):
    """A row of the inference-cost table: tokens of one request and what tuning is said to save."""

    id: RowId
    name: str
    model: ModelId
    requests_per_day: Number = Field(gt=0)
    prompted_input: Tokens
    tuned_input: Tokens
    output: Tokens
    """Tokens of an answer."""
    claimed_saving_usd: Usd
    """A month."""
    breakeven_months: Range
    """As the article says."""

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
    """As the article says."""
    conclusion: str


class Formula(Record):
    """The published break-even formula and the two claims made with it."""

    text: str
    claims: tuple[BreakevenClaim, ...]


class Limit(Record):
    """A range that a quantity should stay in, with what is counted."""

    of: str
    """What is counted."""
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
    """What the value counts, in words."""
    why: str
    """Why it was chosen."""
    flag: str = Field(pattern=r"^--[a-z]+(-[a-z]+)*$")
    """The flag that replaces it."""
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
    """Tokens that vary from request to request."""
    output_tokens: Assumption
    """Tokens of an answer."""
    thinking_multiple: Assumption
    """Tokens of hidden reasoning for each token of the answer."""
    training_examples: Assumption
    retrains_per_year: Assumption
    epochs: Assumption
    gpu_hours: Assumption
    """Of a run."""
    cache_life_seconds: Assumption
    """Where none is published."""
    minimum_prefix_tokens: Assumption
    """Where none is published."""
    own_work_usd: Assumption
    """What own work costs where nobody told."""
    pilot_hours: Assumption
    peak_to_mean: Assumption
    """The busiest requests a second over the mean."""
    utilisation: Assumption
    """The share of a copy's throughput that is used at the peak, 0 to 1."""
    training_overhead: Assumption
    """Tokens billed for an example beyond its content."""
    horizon_months: Assumption
    days_per_month: Assumption


Choice = Literal["prompt", "fine_tune", "hybrid", "pilot"]
TUNES: frozenset[Choice] = frozenset({"fine_tune", "hybrid"})
"""Verdicts under which a tuned model serves."""
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
    """Where the band leans if the condition holds."""
    otherwise: Lean
    """Where it leans if not."""


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
    """Where nothing is known of the condition."""
    condition: Condition | None = None
    """None where the advice is the same for all."""

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
    """The question to go on with; None where the walk ends."""
    choice: Choice | None = None
    """None where the walk goes on."""
    because: RowId | None = None
    """The code of the reason; None where the walk goes on."""
    text: str | None = None
    """The reason in words."""

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
    """How the fact is tested against the threshold."""
    threshold: Number | None = None
    """Requests a day, examples or points; None for yes or no."""
    flag: str = Field(pattern=r"^--[a-z]+(-[a-z]+)*$")
    """The flag that tells the fact."""
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
    """Labelled examples at hand, or in the file."""
    tier: str | None
    """None below the smallest tier."""
    expected_quality: str | None
    """As the article has it; None where `tier` is."""
    use_case: str | None
    """What so many are good for; None where `tier` is."""
    provider_minimum: int | None
    """The least that the model's provider takes; None where it is not known."""
    enough: bool
    """Whether they are as many as question 2 asks for, and the provider where that is known."""
    missing: int
    """How many more make it enough."""
    next_tier: str | None
    """None in the largest."""
    missing_to_next_tier: int | None
    """How many more reach it; None in the largest."""


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
