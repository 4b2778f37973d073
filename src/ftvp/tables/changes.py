"""What differs between the prices of two days, two tables, or a table and what others say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from ftvp.tables.entries import LongPrompt, Offer, TrainingPrice, in_force
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.units import Record

PRICES = {
    "input_usd_per_mtok": "input",
    "output_usd_per_mtok": "output",
    "cached_input_usd_per_mtok": "cached input",
    "cache_write_usd_per_mtok": "cache write",
    "cache_write_long_usd_per_mtok": "cache write for longer",
    "batch_input_usd_per_mtok": "batch input",
    "batch_output_usd_per_mtok": "batch output",
    "hosting_usd_per_hour": "hosting an hour",
    "storage_usd_per_month": "storage a month",
}
"""The prices of an offer that are compared, each with what it is called."""
TRAINING = {
    "usd_per_mtok": "per Mtok",
    "usd_per_gpu_hour": "a GPU hour",
    "usd_per_training_hour": "a training hour",
    "minimum_charge_usd": "minimum charge",
}
Kind = Literal["base", "tuned", "training"]
Entries = Mapping[tuple[str, Kind], Offer | TrainingPrice]
"""The entry in force of each model and side."""
PERCENT = 100


Unit = Literal["USD", "times"]


class PriceChange(Record):
    """One price that differs; None where it is not known on that side."""

    model: str
    side: Kind
    price: str
    old: float | None
    new: float | None
    percent: float | None
    """The change in percent of the old price, None where that is 0 or not known."""
    unit: Unit = "USD"
    """`times` of the surcharge on long prompts: how many times the price that is."""


def entries(pricing: Pricing, day: date) -> dict[tuple[str, Kind], Offer | TrainingPrice]:
    """Return what each model costs on a day, per token where it is so sold, until it ends."""
    found: dict[tuple[str, Kind], Offer | TrainingPrice] = {}
    for model_id, row in pricing.models.items():
        for side, entry in _of_model(row, day):
            found[model_id, side] = entry
    return found


def _of_model(row: PricedModel, day: date) -> Iterator[tuple[Kind, Offer | TrainingPrice]]:
    if row.ended_on(day) is None:
        yield from (("base", offer) for offer in row.offers("base", day)[:1])
    if row.ended_on(day, "tuned") is None:
        yield from (("tuned", offer) for offer in row.offers("tuned", day)[:1])
        training = in_force(row.training, day)
        if training is not None:
            yield "training", training


def changes(old: Entries, new: Entries) -> list[PriceChange]:
    """Return every price that differs, in the order of the models."""
    keys = dict.fromkeys((*old, *new))
    return [change for key in keys for change in differing(key, old.get(key), new.get(key))]


def differing(
    key: tuple[str, Kind], old: Offer | TrainingPrice | None, new: Offer | TrainingPrice | None
) -> Iterator[PriceChange]:
    """Yield the prices in which two entries of a model's side differ."""
    _, side = key
    for field, word in (TRAINING if side == "training" else PRICES).items():
        before, after = getattr(old, field, None), getattr(new, field, None)
        if not same(before, after):
            yield _change(key, word, before, after)
    if side != "training":
        longer = (getattr(entry, "long_prompt", None) for entry in (old, new))
        yield from _longer(key, *longer)


def _longer(
    key: tuple[str, Kind], old: LongPrompt | None, new: LongPrompt | None
) -> Iterator[PriceChange]:
    """Yield how the surcharge on long prompts differs: how many times the price, above what."""
    if old and new and abs(old.above_tokens - new.above_tokens) <= 1:
        new = new.model_copy(update={"above_tokens": old.above_tokens})  # above or from there on
    for above in sorted({long.above_tokens for long in (old, new) if long}):
        for field, word in (("input_times", "input"), ("output_times", "output")):
            before, after = (
                getattr(long, field) if long and long.above_tokens == above else 1.0
                for long in (old, new)
            )
            if not same(before, after):
                says = f"times the {word} above {above:,} tokens"
                yield _change(key, says, before, after, "times")


def _change(
    key: tuple[str, Kind], price: str, old: float | None, new: float | None, unit: Unit = "USD"
) -> PriceChange:
    percent = (new / old - 1) * PERCENT if old and new is not None else None
    return PriceChange(
        model=key[0], side=key[1], price=price, old=old, new=new, percent=percent, unit=unit
    )


def same(one: float | None, other: float | None) -> bool:
    """Return whether two prices are one, but for what arithmetic on them may add.

    >>> same(0.3, 0.1 + 0.2), same(None, 0)
    (True, False)
    """
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SLIGHT * max(abs(one), abs(other))


SLIGHT = 1e-9
