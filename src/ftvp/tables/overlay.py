"""An overlay: the user's own models, prices and discounts, laid over the price table.

A price that an overlay states is meant as it stands: its discounts lower the prices beneath it.
A discount is off the list price, so that two never compound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.errors import UnknownNameError
from ftvp.tables.bundle import Change
from ftvp.tables.entries import Dated, Offer, Source, SourceId, TrainingPrice
from ftvp.tables.names import SELLERS, Names, names_of
from ftvp.tables.pricing import CacheRule, ModelId, PricedModel, Pricing, Tokenizer
from ftvp.units import Number, Record

BLOCKS = {"base": "price", "tuned": "tuned price", "training": "training price"}
"""The blocks of dated prices of a model, each with what its entries are called."""
PERCENT = 100
_Entry = TypeVar("_Entry", Offer, TrainingPrice)


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
    """Return the price table under an overlay, and what that changed, model by model."""
    merged, (changes,) = apply_all(pricing, [overlay])
    return merged, changes


def apply_all(
    pricing: Pricing, overlays: Sequence[Overlay]
) -> tuple[Pricing, tuple[tuple[Change, ...], ...]]:
    """Return the price table under overlays, the last one strongest, and what each changed.

    They must be free of `overlay_mistakes.mistakes`. From the day of its first entry on, a block of
    prices takes the place of what lies beneath it of the same way of serving. Discounts lower the
    list prices beneath their overlay, once: the last overlay that has one for a day decides.
    """
    table, levels, changes = pricing, dict[int, int](), list[list[Change]]()
    for level, overlay in enumerate(overlays):
        names, models = names_of(table.models), dict(table.models)
        found = list(_discount_changes(table, names, overlay))
        for name, told in overlay.models.items():
            model_id = names.at_its_seller(name) or name
            found += (Change(model=model_id, says=s) for s in _says(models, model_id, told))
            models[model_id] = _merged(models.get(model_id), told)
            levels |= {id(entry): level for entry in (*told.base, *told.tuned, *told.training)}
        added = {block: getattr(table, block) | getattr(overlay, block) for block in ADDED}
        table = table.model_copy(update={"models": models, **added})
        changes.append(found)
    return _lowered_table(table, overlays, levels), tuple(map(tuple, changes))


ADDED = ("sources", "tokenizers", "caching")
"""What an overlay adds under new names only."""


def _discount_changes(table: Pricing, names: Names, overlay: Overlay) -> Iterator[Change]:
    for model_id in table.models:
        for _, discount in _on_model(names, [(0, d) for d in overlay.discounts], model_id):
            yield Change(model=model_id, says=_off(discount, overlay, table))


def _off(discount: Discount, overlay: Overlay, table: Pricing) -> str:
    source = (table.sources | overlay.sources)[discount.source].name
    since = f" from {discount.effective_from}" if discount.effective_from != ALWAYS else ""
    return f"{discount.discount_percent:g} % off{since} ({source})"


ALWAYS = date.min
"""The day from which a discount holds that was told without one."""
Levelled = tuple[int, Discount]
"""A discount, and the place of its overlay."""


def _lowered_table(
    table: Pricing, overlays: Sequence[Overlay], levels: Mapping[int, int]
) -> Pricing:
    if not any(overlay.discounts for overlay in overlays):
        return table
    names = names_of(table.models)
    told = [(level, d) for level, overlay in enumerate(overlays) for d in overlay.discounts]
    models = {
        model_id: _lowered_model(row, _on_model(names, told, model_id), levels)
        for model_id, row in table.models.items()
    }
    return table.model_copy(update={"models": models})


def _on_model(names: Names, told: Sequence[Levelled], model_id: str) -> list[Levelled]:
    """Return the discounts on a model: its own, which stand for themselves, or its provider's."""
    own = [(n, d) for n, d in told if d.model and names.meant(d.model) == [model_id]]
    provider = model_id.partition("/")[0]
    return own or [(n, d) for n, d in told if d.provider == provider]


def _lowered_model(
    row: PricedModel, discounts: Sequence[Levelled], levels: Mapping[int, int]
) -> PricedModel:
    if not discounts:
        return row
    blocks = {
        "base": _discounted(row.base, discounts, levels),
        "tuned": _discounted(row.tuned, discounts, levels),
        "training": _discounted(row.training, discounts, levels),
    }
    return row.model_copy(update=blocks)


def _discounted(
    entries: Sequence[_Entry], discounts: Sequence[Levelled], levels: Mapping[int, int]
) -> tuple[_Entry, ...]:
    """Return the entries with one more for each day on which a discount begins."""
    found: list[_Entry] = []
    for way in dict.fromkeys(map(_way, entries)):
        same = [entry for entry in entries if _way(entry) == way]
        days = {entry.effective_from for entry in same}
        days |= {d.effective_from for _, d in discounts if d.effective_from > min(days)}
        for day in days:
            begun = [entry for entry in same if entry.effective_from <= day]
            entry = max(begun, key=lambda entry: entry.effective_from)
            above = [d for d in discounts if d[0] > levels.get(id(entry), -1)]
            found.append(_lowered(entry, _percent(above, day), day))
    return tuple(sorted(found, key=lambda entry: entry.effective_from))


def _percent(discounts: Iterable[Levelled], day: date) -> float:
    """Return what is off on a day: of the last overlay, the discount that began last."""
    begun = [(level, d.effective_from, d) for level, d in discounts if d.effective_from <= day]
    last = max(begun, key=lambda found: found[:2], default=None)
    return last[2].discount_percent if last else 0


def _lowered(entry: _Entry, percent: float, day: date) -> _Entry:
    update: dict[str, Any] = {"effective_from": day}
    if percent:
        prices = {name: value for name, value in entry if "usd" in name and value}
        update |= {name: usd * (1 - percent / PERCENT) for name, usd in prices.items()}
        off = f"{percent:g} % negotiated off the list price"
        update["note"] = f"{entry.note} {off}" if entry.note else off
    return entry.model_copy(update=update)


def told_discounts(pricing: Pricing, told: Mapping[str, float], day: date) -> Overlay:
    """Return an overlay with a discount for each provider or model that was told, in percent.

    UnknownNameError or AmbiguousNameError where a name is neither.
    """
    providers = {model_id.partition("/")[0] for model_id in pricing.models}
    source = {"effective_from": ALWAYS, "checked_on": day, "source": TOLD}
    discounts = []
    for name, percent in told.items():
        seller = SELLERS.get(name.casefold(), name.casefold())
        whom = {"provider": seller} if seller in providers else {"model": _model(pricing, name)}
        discounts.append(Discount.model_validate({**source, **whom, "discount_percent": percent}))
    return Overlay(
        schema_version=2,
        updated_on=day,
        sources={TOLD: Source(name="--discount")},
        discounts=tuple(discounts),
    )


def _model(pricing: Pricing, name: str) -> str:
    try:
        return pricing.find(name)[0]
    except UnknownNameError:
        providers = {model_id.partition("/")[0] for model_id in pricing.models}
        known = (*sorted(providers), *pricing.models)
        kind = "provider or model"
        raise UnknownNameError(kind, name, known, "ftvp pricing") from None


TOLD = "told-discount"
"""The source of a discount that is told without a file."""


def _says(models: dict[str, PricedModel], model_id: str, told: OverlayModel) -> Iterator[str]:
    if model_id not in models:
        yield "added"
        return
    for block, word in BLOCKS.items():
        entries: Sequence[Dated] = getattr(told, block)
        if entries:
            yield f"{word} replaced from {entries[0].effective_from}"
    for end in told.ends:
        yield f"{end.kind.replace('_', ' ')} on {end.closes_on}"
    others = sorted(told.model_fields_set - BLOCKS.keys() - {"ends"})
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


def _from(entries: Iterable[_Entry], own: Sequence[_Entry]) -> tuple[_Entry, ...]:
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
