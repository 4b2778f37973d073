"""Differences between the prices of two days, two tables, or a table and a price list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from ftvp.tables.entries import SIDES, LongPrompt, Offer, TrainingPrice, in_force
from ftvp.tables.pricing import Pricing
from ftvp.units import PERCENT, Record

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
"""The prices of an offer that are compared, each with its name in text."""
TRAINING = {
    "usd_per_mtok": "per Mtok",
    "usd_per_gpu_hour": "a GPU hour",
    "usd_per_training_hour": "a training hour",
    "minimum_charge_usd": "minimum charge",
}
Kind = Literal["base", "tuned", "training"]
Entries = dict[tuple[str, Kind], Offer | TrainingPrice]
"""The entry in force of each model and side."""
Unit = Literal["USD", "times"]
RELATIVE_TOLERANCE = 1e-9
"""Prices that differ by less are equal but for rounding errors."""


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


class CausePart(Record):
    """What one cause adds to a change of the net benefit, USD, and what it was and is in words."""

    group: str
    before: str
    after: str
    usd: float


def entries(pricing: Pricing, day: date) -> Entries:
    """Return what each model costs on a day, per token where it is so sold, until it ends."""
    found: Entries = {}
    for model_id, model in pricing.models.items():
        for side in SIDES:
            offers = model.offers(side, day)
            if offers and model.ended_on(day, side) is None:
                found[model_id, side] = offers[0]
        training = in_force(model.training, day)
        if training and model.ended_on(day, "tuned") is None:
            found[model_id, "training"] = training
    return found


def differences(
    key: tuple[str, Kind], old: Offer | TrainingPrice | None, new: Offer | TrainingPrice | None
) -> Iterator[PriceChange]:
    """Yield the prices in which two entries of a model's side differ."""
    _, side = key
    for field, word in (TRAINING if side == "training" else PRICES).items():
        before, after = getattr(old, field, None), getattr(new, field, None)
        if not same(before, after):
            yield _change(key, word, before, after)
    if side != "training":
        yield from _surcharge_differences(
            key, getattr(old, "long_prompt", None), getattr(new, "long_prompt", None)
        )


def _surcharge_differences(
    key: tuple[str, Kind], old: LongPrompt | None, new: LongPrompt | None
) -> Iterator[PriceChange]:
    """Yield how the surcharges on long prompts differ: factors on the price, and from where on."""
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
    """Return whether two prices are equal within rounding error.

    >>> same(0.3, 0.1 + 0.2), same(None, 0)
    (True, False)
    """
    if one is None or other is None:
        return one is other
    return abs(one - other) <= RELATIVE_TOLERANCE * max(abs(one), abs(other))
