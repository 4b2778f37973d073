"""The dated, sourced entries of the price table: offers, training prices, limits and ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.units import Number, Record, Tokens, Usd, UsdPerMtok, Whole

Side = Literal["base", "tuned"]
Served = Literal["per_token", "dedicated", "provisioned"]
EndKind = Literal[
    "closed_to_new_customers",
    "closed_to_inactive_customers",
    "training_closed",
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


class Dated(Record):
    """A fact with its dates: when it began, when a person last looked, and where."""

    effective_from: date
    checked_on: date
    source: SourceId
    note: str | None = None
    estimate: str | None = None
    """Why the figure is an estimate; absent when a source states it."""


class LongPrompt(Record):
    """A surcharge on requests whose input is longer than `above_tokens`."""

    above_tokens: Tokens
    input_times: Positive
    output_times: Positive


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
    output_tokens_per_second: Positive | None = None

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
    source: SourceId
    note: str | None = None


T = TypeVar("T", bound=Dated)


def in_force(entries: Iterable[T], day: date) -> T | None:
    """Return the entry with the latest `effective_from` that is not after `day`, or None."""
    begun = [entry for entry in entries if entry.effective_from <= day]
    return max(begun, key=lambda entry: entry.effective_from, default=None)
