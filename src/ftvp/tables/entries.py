"""The entries of the tables: ranges, sources, and the dated prices, limits and ends of a model."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.errors import StalePriceError
from ftvp.units import (
    HOURS_PER_MONTH,
    TOKENS_PER_MTOK,
    Number,
    Record,
    Tokens,
    Usd,
    UsdPerMtok,
    Whole,
)

Side = Literal["base", "tuned"]
SIDES: tuple[Side, ...] = ("base", "tuned")
Served = Literal["per_token", "dedicated", "provisioned"]
EndKind = Literal[
    "closed_to_new_customers",
    "closed_to_inactive_customers",
    "training_closed",
    "serverless_shutdown",
    "base_shutdown",
    "tuned_shutdown",
]
SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
RowId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A snake_case name of a row."""
Positive = Annotated[Number, Field(gt=0)]


class Range(Record):
    """The two ends of a range; a measured value is a range with equal ends."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if self.low > self.high:
            msg = f"low ({self.low:g}) is above high ({self.high:g}): swap them"
            raise ValueError(msg)
        return self

    def contains(self, other: "Range") -> bool:
        """Return whether the whole of `other` lies inside, ends included."""
        return self.low <= other.low and other.high <= self.high


def widest_difference(upper: Range, lower: Range) -> Range:
    """Return every difference that two ranges allow, from far end to far end.

    >>> widest_difference(Range(low=94, high=98), Range(low=85, high=92))
    Range(low=2.0, high=13.0)
    """
    return Range(low=upper.low - lower.high, high=upper.high - lower.low)


def matched_difference(upper: Range, lower: Range) -> Range:
    """Return the differences of the two low ends and of the two high ends, in order.

    >>> matched_difference(Range(low=94, high=98), Range(low=85, high=92))
    Range(low=6.0, high=9.0)
    """
    ends = sorted((upper.low - lower.low, upper.high - lower.high))
    return Range(low=ends[0], high=ends[1])


class Source(Record):
    """Where a fact was read: a name a person can look up, and the address when there is one."""

    name: str
    url: str | None = None
    past: bool = False
    """True for a record of past prices, which does not say that a model is still sold."""


class Citation(Record):
    """A source as an answer quotes it: its name, address and the day a person last looked."""

    name: str
    url: str | None = None
    checked_on: date | None = None
    """None where the source has no such day."""


class Dated(Record):
    """A fact with its dates: when it began, when a person last looked, and where."""

    effective_from: date
    checked_on: date
    source: SourceId
    note: str | None = None
    estimate: str | None = None
    """Why the figure is an estimate; absent when a source states it."""


class LongPrompt(Record):
    """A surcharge on requests whose input is longer than `above_tokens`.

    It holds for all tokens of such a request, `input_times` for cached input and writes too.
    """

    above_tokens: Tokens
    """Input tokens of a request, themselves without surcharge."""
    input_times: Positive
    """How many times the price."""
    output_times: Positive
    """How many times the price."""


class Throughput(Record):
    """Tokens a second of one replica, of input alone and of output alone.

    A request of I input and O output tokens takes `I / input + O / output` seconds of it. Both
    are fitted from runs of two or more lengths; from one length they are a scaled guess.
    """

    input_tokens_per_second: Positive
    output_tokens_per_second: Positive
    lengths: Whole = Field(ge=1)
    """How many pairs of input and output length were measured."""
    times: Range | None = None
    """Factor on the guess, from and to, where one length was measured."""
    checked_on: date
    source: SourceId
    note: str | None = None

    @model_validator(mode="after")
    def _says_how_sure(self) -> Self:
        if (self.lengths == 1) != (self.times is not None):
            msg = "throughput measured at one length needs times, at more lengths it has none"
            raise ValueError(msg)
        return self


class Offer(Dated):
    """One way of serving one side of a model: token prices, hourly hosting, or both.

    Prices are USD per million tokens; hosting is USD per hour for one replica and storage USD per
    month.
    """

    served: Served = "per_token"
    """By the token, or on copies paid by the hour: `dedicated`, or committed `provisioned`."""
    commitment_months: Whole = Field(default=0, ge=0)
    """Months for which it must be paid; 0 for none."""
    input_usd_per_mtok: UsdPerMtok | None = None
    output_usd_per_mtok: UsdPerMtok | None = None
    cached_input_usd_per_mtok: UsdPerMtok | None = None
    """Input read from a cache."""
    cache_write_usd_per_mtok: UsdPerMtok | None = None
    """Storing a prefix, for the lives of its cache rule that name this price."""
    cache_write_long_usd_per_mtok: UsdPerMtok | None = None
    """Storing a prefix, for the lives that name this one."""
    batch_input_usd_per_mtok: UsdPerMtok | None = None
    batch_output_usd_per_mtok: UsdPerMtok | None = None
    batch_cached_input_usd_per_mtok: UsdPerMtok | None = None
    long_prompt: LongPrompt | None = None
    """Absent where long requests cost the same."""
    hosting_usd_per_hour: Usd | None = None
    storage_usd_per_month: Usd | None = None
    hardware: str | None = None
    """What one copy runs on."""
    throughput: Throughput | None = None
    """Absent where what one copy carries is not known."""
    adapters_per_deployment: Whole | None = Field(default=None, ge=1)
    """How many tuned versions one deployment may serve, where the seller says so."""

    @property
    def served_text(self) -> str:
        """What it costs kept served: token prices, USD per million, or hosting a month."""
        if self.served == "per_token":
            per_mtok = (self.input_usd_per_mtok, self.output_usd_per_mtok)
            return "${:g} in, ${:g} out per million".format(*per_mtok)
        return f"${(self.hosting_usd_per_hour or 0) * HOURS_PER_MONTH:,.0f} a month kept served"

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        priced = self.input_usd_per_mtok is not None and self.output_usd_per_mtok is not None
        if self.served == "per_token" and not priced:
            msg = "an offer served per token needs input_usd_per_mtok and output_usd_per_mtok"
            raise ValueError(msg)
        if self.served != "per_token" and self.hosting_usd_per_hour is None:
            msg = f"an offer served {self.served} needs hosting_usd_per_hour"
            raise ValueError(msg)
        if (self.batch_input_usd_per_mtok is None) != (self.batch_output_usd_per_mtok is None):
            msg = "batch_input_usd_per_mtok and batch_output_usd_per_mtok go together"
            raise ValueError(msg)
        return self


class EpochPolicy(Record):
    """A provider's default number of epochs, adjusted for file size.

    The bounds are OpenAI's cookbook rule (chat_finetuning_data_prep); a provider with a plain
    default has no bounds.
    """

    target: Whole = Field(gt=0)
    """Epochs where no bound is met."""
    least_total: Whole = Field(default=0, ge=0)
    """Examples x epochs is raised to this."""
    most_total: Whole | None = Field(default=None, gt=0)
    """Examples x epochs is lowered to this."""
    most: Whole | None = Field(default=None, gt=0)
    """Epochs at most where they are raised; absent for no bound."""

    def epochs(self, examples: int) -> int:
        """Return the epochs for a file of `examples` training examples.

        >>> policy = EpochPolicy(target=3, least_total=100, most_total=25_000, most=25)
        >>> [policy.epochs(n) for n in (5, 500, 20_000)]
        [20, 3, 1]
        """
        if examples * self.target < self.least_total:
            raised = self.least_total // max(1, examples)
            return min(self.most or raised, raised)
        if self.most_total is not None and examples * self.target > self.most_total:
            return max(1, self.most_total // examples)
        return self.target


class TrainingPrice(Dated):
    """What one training job costs, in exactly one unit."""

    method: str = "SFT"
    """What is trained, such as SFT, LoRA or DPO."""
    usd_per_mtok: UsdPerMtok | None = None
    """Per million training tokens (file tokens x epochs)."""
    usd_per_gpu_hour: Usd | None = None
    """For each GPU of the job."""
    usd_per_training_hour: Usd | None = None
    minimum_charge_usd: Usd = 0
    """What a job costs at least."""

    def run_usd(self, *, tokens: float, hours: float) -> float:
        """Return what a job of so many training tokens (all epochs), or hours, costs.

        >>> price = TrainingPrice(effective_from=date(2024, 8, 20), checked_on=date(2026, 11, 23),
        ...                       source="x", usd_per_mtok=3.0)
        >>> price.run_usd(tokens=500 * 613 * 3, hours=0)
        2.7585
        """
        if self.usd_per_mtok is not None:
            usd = tokens * self.usd_per_mtok / TOKENS_PER_MTOK
        else:
            usd = hours * (self.usd_per_gpu_hour or self.usd_per_training_hour or 0)
        return max(self.minimum_charge_usd, usd)

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        units = (self.usd_per_mtok, self.usd_per_gpu_hour, self.usd_per_training_hour)
        if sum(unit is not None for unit in units) != 1:
            msg = "give exactly one of usd_per_mtok, usd_per_gpu_hour, usd_per_training_hour"
            raise ValueError(msg)
        return self


class TuningLimits(Record):
    """A provider's requirements on a training file."""

    checked_on: date
    source: SourceId
    minimum_examples: Whole | None = Field(default=None, ge=1)
    recommended_examples: Whole | None = Field(default=None, ge=1)
    maximum_examples: Whole | None = Field(default=None, ge=1)
    maximum_tokens_per_example: Tokens | None = None
    default_epochs: EpochPolicy | None = None
    note: str | None = None


class End(Record):
    """An announced end (shutdown, closure); ignored before `announced_on`."""

    kind: EndKind
    """Closed to whom, or which side is shut down."""
    closes_on: date
    """The first day on which it is over."""
    announced_on: date
    """The day from which it counts."""
    checked_on: date
    source: SourceId
    at_the_latest: bool = False
    """True where it was found closed on that day, and since when is not known."""
    note: str | None = None


class NotSooner(Record):
    """The promise that a model is not shut down before a day."""

    than: date
    checked_on: date
    source: SourceId
    note: str | None = None


Thinking = Literal["none", "optional", "default", "always"]
SizeClass = Literal["small", "medium", "large"]


class Traits(Record):
    """Properties of a model other than prices. What is not known is absent."""

    thinking: Thinking | None = None
    """Hidden reasoning: never, when asked for, unless switched off, or always."""
    thinking_tokens: Range | None = None
    """Thinking tokens of one request, the least and the most that were published."""
    size_class: SizeClass | None = None
    """Its place in its vendor's line-up."""
    context_tokens: Tokens | None = None
    """Input and output of one request together, at most."""
    max_output_tokens: Tokens | None = None
    unknown: dict[str, str] = Field(default_factory=dict)
    """By the name of an absent field of the model or of its traits, why it is absent."""
    checked_on: date
    source: SourceId
    note: str | None = None


T = TypeVar("T", bound=Dated)


def in_force(entries: Iterable[T], day: date) -> T | None:
    """Return the entry with the latest `effective_from` that is not after `day`, or None."""
    begun = [entry for entry in entries if entry.effective_from <= day]
    return max(begun, key=lambda entry: entry.effective_from, default=None)


OLD_DAYS = 90
"""The age in days above which prices are reported as old."""
MAX_NAMED = 2
"""Old sources up to this number are named, more are counted."""


def age_warning(sources: Iterable[Citation], day: date, most: int | None) -> Iterator[str]:
    """Yield one sentence on all sources last checked over `OLD_DAYS` before `day`, if any.

    StalePriceError where one is older than `most` days.
    """
    old: dict[str, date] = {}
    for source in sources:
        if source.checked_on is None:
            continue
        days = (day - source.checked_on).days
        if most is not None and days > most:
            raise StalePriceError(source.name, source.checked_on, days, most)
        if days > OLD_DAYS:
            old[source.name] = min(source.checked_on, old.get(source.name, date.max))
    if old:
        first = min(old.values())
        whose = " and ".join(old) if len(old) <= MAX_NAMED else f"{len(old)} sources"
        longest = "" if len(old) == 1 else " at the longest"
        yield (
            f"Prices of {whose} were last checked {(day - first).days} days ago{longest}. That was "
            f"on {first}: check them (ftvp pricing --stale), and give newer ones with --prices "
            "FILE."
        )
