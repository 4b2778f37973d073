"""An overlay: the user's own models, prices and discounts, laid over the price table.

A price that an overlay states is meant as it stands: its discounts lower the prices beneath it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.tables.bundle import Change
from ftvp.tables.entries import Dated, Offer, Source, SourceId, TrainingPrice, in_force
from ftvp.tables.names import Names, names_of
from ftvp.tables.pricing import CacheRule, ModelId, PricedModel, Pricing, Tokenizer
from ftvp.units import Number, Record

BLOCKS = {"base": "price", "tuned": "tuned price", "training": "training price"}
"""The blocks of dated prices of a model, each with what its entries are called."""
PERCENT = 100
Priced = TypeVar("Priced", Offer, TrainingPrice)


class OverlayModel(PricedModel):
    """A new model, whole; or what a model of the table is to have instead or besides."""

    name: str = ""
    tokenizer: str = ""


class Discount(Dated):
    """What is negotiated off every price of a provider or of one model, from a day on."""

    provider: str | None = None
    model: str | None = None
    discount_percent: Annotated[Number, Field(ge=0, lt=PERCENT)]
    """0 ends an earlier discount."""

    @model_validator(mode="after")
    def _is_for_one(self) -> Self:
        if (self.provider is None) == (self.model is None):
            msg = "a discount is for a provider or for a model: name one of them"
            raise ValueError(msg)
        return self


class Overlay(Record):
    """A file of own models, prices and discounts. Money is USD, a discount is percent."""

    schema_version: Literal[1, 2]
    updated_on: date
    sources: dict[SourceId, Source] = Field(default_factory=dict)
    tokenizers: dict[str, Tokenizer] = Field(default_factory=dict)
    caching: dict[str, CacheRule] = Field(default_factory=dict)
    models: dict[ModelId, OverlayModel] = Field(default_factory=dict)
    discounts: tuple[Discount, ...] = ()


def apply(pricing: Pricing, overlay: Overlay) -> tuple[Pricing, tuple[Change, ...]]:
    """Return the price table under an overlay, and what that changed, model by model.

    The overlay must be free of `overlay_mistakes.mistakes`. From the day of its first entry on,
    a block of prices in it takes the place of the table's of the same way of serving.
    """
    models, changes = dict(pricing.models), []
    names = names_of(pricing.models)
    for model_id, row in pricing.models.items():
        if discounts := _discounts(names, overlay, model_id):
            models[model_id] = _discounted_model(row, discounts)
            changes += [Change(model=model_id, says=_off(d, overlay, pricing)) for d in discounts]
    for name, told in overlay.models.items():
        model_id = names.at_its_seller(name) or name
        changes += [Change(model=model_id, says=says) for says in _says(models, model_id, told)]
        models[model_id] = _merged(models.get(model_id), told)
    merged = {
        "models": models,
        **{name: getattr(pricing, name) | getattr(overlay, name) for name in ADDED},
    }
    return pricing.model_copy(update=merged), tuple(changes)


ADDED = ("sources", "tokenizers", "caching")
"""What an overlay adds under new names only."""


def _discounts(names: Names, overlay: Overlay, model_id: str) -> list[Discount]:
    """Return the discounts on a model: its own, which stand for themselves, or its provider's."""
    own = [d for d in overlay.discounts if d.model and names.meant(d.model) == [model_id]]
    provider = model_id.partition("/")[0]
    return own or [d for d in overlay.discounts if d.provider == provider]


def _off(discount: Discount, overlay: Overlay, pricing: Pricing) -> str:
    source = (pricing.sources | overlay.sources)[discount.source].name
    return f"{discount.discount_percent:g} % off from {discount.effective_from} ({source})"


def _discounted_model(row: PricedModel, discounts: Sequence[Discount]) -> PricedModel:
    blocks = {
        "base": _discounted(row.base, discounts),
        "tuned": _discounted(row.tuned, discounts),
        "training": _discounted(row.training, discounts),
    }
    return row.model_copy(update=blocks)


def _discounted(entries: Sequence[Priced], discounts: Sequence[Discount]) -> tuple[Priced, ...]:
    """Return the entries with one more for each day on which a discount begins."""
    found: list[Priced] = []
    for way in dict.fromkeys(map(_way, entries)):
        same = [entry for entry in entries if _way(entry) == way]
        days = {entry.effective_from for entry in same}
        days |= {d.effective_from for d in discounts if d.effective_from > min(days)}
        found += (_lowered(same, discounts, day) for day in days)
    return tuple(sorted(found, key=lambda entry: entry.effective_from))


def _lowered(entries: Sequence[Priced], discounts: Sequence[Discount], day: date) -> Priced:
    entry = max((e for e in entries if e.effective_from <= day), key=lambda e: e.effective_from)
    discount = in_force(discounts, day)
    percent = discount.discount_percent if discount else 0
    update: dict[str, Any] = {"effective_from": day}
    if percent:
        prices = {name: value for name, value in entry if "usd" in name and value}
        update |= {name: usd * (1 - percent / PERCENT) for name, usd in prices.items()}
        off = f"{percent:g} % negotiated off the list price"
        update["note"] = f"{entry.note} {off}" if entry.note else off
    return entry.model_copy(update=update)


def _says(models: dict[str, PricedModel], model_id: str, told: OverlayModel) -> Iterator[str]:
    if model_id not in models:
        yield "added"
        return
    for block, word in BLOCKS.items():
        entries: Sequence[Dated] = getattr(told, block)
        if entries:
            yield f"{word} replaced from {entries[0].effective_from}"
    others = sorted(told.model_fields_set - BLOCKS.keys())
    if others:
        yield f"{', '.join(others)} changed"


def _merged(row: PricedModel | None, told: OverlayModel) -> PricedModel:
    if row is None:
        return PricedModel(**dict(told))
    replaced = {name: getattr(told, name) for name in told.model_fields_set}
    added = {
        "base": _from(row.base, told.base),
        "tuned": _from(row.tuned, told.tuned),
        "training": _from(row.training, told.training),
        "ends": (*row.ends, *told.ends),
        "aliases": tuple(dict.fromkeys((*row.aliases, *told.aliases))),
    }
    return row.model_copy(update=replaced | added)


def _from(entries: Iterable[Priced], own: Sequence[Priced]) -> tuple[Priced, ...]:
    """Return the entries up to the first of `own` of the same way of serving, then `own`."""
    firsts: dict[object, date] = {}
    for entry in own:
        firsts.setdefault(_way(entry), entry.effective_from)
    found = [e for e in entries if e.effective_from < firsts.get(_way(e), date.max)]
    found += own
    return tuple(sorted(found, key=lambda entry: entry.effective_from))


def _way(entry: Offer | TrainingPrice) -> object:
    """Return what distinguishes offers of one side that are in force at the same time."""
    return (entry.served, entry.commitment_months) if isinstance(entry, Offer) else None
