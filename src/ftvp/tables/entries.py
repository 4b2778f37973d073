"""The dated, sourced entries of the price table: offers, training prices, limits and ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.errors import StalePriceError
from ftvp.tables.ranges import Range
from ftvp.units import TOKENS_PER_MTOK, Number, Record, Tokens, Usd, UsdPerMtok, Whole

Side = Literal["base", "tuned"]
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
Positive = Annotated[Number, Field(gt=0)]


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
    input_times: Positive
    output_times: Positive


class Throughput(Record):
    """What one replica does in a second of input alone, and of output alone.

    A request of I input and O output tokens takes `I / input + O / output` seconds of it. Both
    are fitted from runs of two or more lengths; from one length they are a scaled guess.
    """

    input_tokens_per_second: Positive
    output_tokens_per_second: Positive
    lengths: Whole = Field(ge=1)
    """How many pairs of input and output length were measured."""
    times: Range | None = None
    """What the guess may be multiplied with, where one length was measured."""
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
    commitment_months: Whole = Field(default=0, ge=0)
    input_usd_per_mtok: UsdPerMtok | None = None
    output_usd_per_mtok: UsdPerMtok | None = None
    cached_input_usd_per_mtok: UsdPerMtok | None = None
    cache_write_usd_per_mtok: UsdPerMtok | None = None
    cache_write_long_usd_per_mtok: UsdPerMtok | None = None
    batch_input_usd_per_mtok: UsdPerMtok | None = None
    batch_output_usd_per_mtok: UsdPerMtok | None = None
    batch_cached_input_usd_per_mtok: UsdPerMtok | None = None
    long_prompt: LongPrompt | None = None
    hosting_usd_per_hour: Usd | None = None
    storage_usd_per_month: Usd | None = None
    hardware: str | None = None
    throughput: Throughput | None = None
    adapters_per_deployment: Whole | None = Field(default=None, ge=1)
    """How many tuned versions one deployment may serve, where the seller says so."""

    @property
    def input_tokens_per_second(self) -> float | None:
        """What one replica reads a second when it writes nothing, None where it is not known."""
        return self.throughput.input_tokens_per_second if self.throughput else None

    @property
    def output_tokens_per_second(self) -> float | None:
        """What one replica writes a second when it reads nothing, None where it is not known."""
        return self.throughput.output_tokens_per_second if self.throughput else None

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
    """How many epochs a provider trains when nobody says: a target, bent by the size of the file.

    The bounds are OpenAI's cookbook rule (chat_finetuning_data_prep); a provider with a plain
    default has no bounds.
    """

    target: Whole = Field(gt=0)
    least_total: Whole = Field(default=0, ge=0)
    """Examples x epochs is raised to this."""
    most_total: Whole | None = Field(default=None, gt=0)
    """Examples x epochs is lowered to this."""
    most: Whole | None = Field(default=None, gt=0)

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
    usd_per_mtok: UsdPerMtok | None = None
    """Per million training tokens (file tokens x epochs)."""
    usd_per_gpu_hour: Usd | None = None
    usd_per_training_hour: Usd | None = None
    minimum_charge_usd: Usd = 0

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
    """What a provider asks of a training file, whether or not its price is known."""

    checked_on: date
    source: SourceId
    minimum_examples: Whole | None = Field(default=None, ge=1)
    recommended_examples: Whole | None = Field(default=None, ge=1)
    maximum_examples: Whole | None = Field(default=None, ge=1)
    maximum_tokens_per_example: Tokens | None = None
    default_epochs: EpochPolicy | None = None
    note: str | None = None


class End(Record):
    """A door that closes on a day; it is only known from the day it was announced."""

    kind: EndKind
    closes_on: date
    announced_on: date
    checked_on: date
    source: SourceId
    at_the_latest: bool = False
    """True where the door was found closed on that day, since when is not known."""
    note: str | None = None


class NotSooner(Record):
    """A day before which a provider will not shut a model down: a promise, not an end."""

    than: date
    checked_on: date
    source: SourceId
    note: str | None = None


Thinking = Literal["none", "optional", "default", "always"]
SizeClass = Literal["small", "medium", "large"]


class Traits(Record):
    """What a model is, beside its prices. What is not known is absent."""

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
"""From this age on, prices are said to be old."""
FEW = 2
"""So many old sources are named, more are counted."""


def age_warning(sources: Iterable[Citation], day: date, most: int | None) -> Iterator[str]:
    """Yield one sentence on all sources that were last checked over 90 days before `day`, if any.

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
        whose = " and ".join(old) if len(old) <= FEW else f"{len(old)} sources"
        when = f"last checked on {first}, {(day - first).days} days ago"
        when = when if len(old) == 1 else f"{when} at the longest"
        yield (
            f"Prices of {whose} were {when} (ftvp pricing --stale). Check them, and give newer "
            "ones with --prices FILE."
        )
