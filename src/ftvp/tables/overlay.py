"""An overlay: the user's own models, prices and discounts, laid over the price table.

Overlay prices are final: the discounts of an overlay apply to the prices beneath it only. A
discount is off the list price, so that two never compound. What an overlay changes is found as
between any two tables or days: by their differences. Last comes what in it is wrong or doubtful.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import Field, model_validator

from ftvp.errors import Hint, UnknownNameError
from ftvp.tables.bundle import Change
from ftvp.tables.entries import (
    SIDES,
    Dated,
    LongPrompt,
    Offer,
    Source,
    SourceId,
    TrainingPrice,
    in_force,
)
from ftvp.tables.names import SELLERS, ModelNames, names_of
from ftvp.tables.pricing import CacheRule, ModelId, PricedModel, Pricing, Tokenizer
from ftvp.units import PERCENT, Number, Record
from ftvp.wording import USD

BLOCKS = {"base": "price", "tuned": "tuned price", "training": "training price"}
"""The blocks of dated prices of a model, each with what its entries are called."""
ADDED = ("sources", "tokenizers", "caching")
"""The blocks to which an overlay may only add new names."""
ALWAYS = date.min
"""`effective_from` of a discount given without a day."""
DISCOUNT_SOURCE = "told-discount"
"""The source of a discount given without a file."""
_Entry = TypeVar("_Entry", Offer, TrainingPrice)


class OverlayModel(PricedModel):
    """A whole new model, or the fields that replace or extend those of a model of the table."""

    name: str = ""
    tokenizer: str = ""


class Discount(Dated):
    """A negotiated discount on every price of a provider or of one model, from a day on."""

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

    They must be free of `issues.overlay_errors`. From the day of its first entry on, a block of
    prices replaces what lies beneath it of the same way of serving. Discounts lower the list
    prices beneath their overlay, once: the last overlay that has one for a day decides.
    """
    table = pricing
    levels: dict[int, int] = {}
    changes: list[tuple[Change, ...]] = []
    for level, overlay in enumerate(overlays):
        names, models = names_of(table.models), dict(table.models)
        changes.append(tuple(_changes(table, names, overlay)))
        for name, own in overlay.models.items():
            model_id = names.at_its_seller(name) or name
            models[model_id] = _merged(models.get(model_id), own)
            levels |= {id(entry): level for entry in (*own.base, *own.tuned, *own.training)}
        added = {block: getattr(table, block) | getattr(overlay, block) for block in ADDED}
        table = table.model_copy(update={"models": models, **added})
    return _discounted(table, overlays, levels), tuple(changes)


def _changes(table: Pricing, names: ModelNames, overlay: Overlay) -> Iterator[Change]:
    """Yield what an overlay changes of a table, in words: discounts first, then its models."""
    sources = table.sources | overlay.sources
    for model_id in table.models:
        for _, discount in _on_model(names, [(0, each) for each in overlay.discounts], model_id):
            start, source = discount.effective_from, sources[discount.source].name
            since = "" if start == ALWAYS else f" from {start}"
            says = f"{discount.discount_percent:g} % off{since} ({source})"
            yield Change(model=model_id, says=says)
    for name, own in overlay.models.items():
        model_id = names.at_its_seller(name) or name
        if model_id not in table.models:
            yield Change(model=model_id, says="added")
            continue
        for block, word in BLOCKS.items():
            if entries := getattr(own, block):
                says = f"{word} replaced from {entries[0].effective_from}"
                yield Change(model=model_id, says=says)
        for end in own.ends:
            yield Change(model=model_id, says=f"{end.kind.replace('_', ' ')} on {end.closes_on}")
        if others := sorted(own.model_fields_set - BLOCKS.keys() - {"ends"}):
            yield Change(model=model_id, says=f"{', '.join(others)} changed")


def _merged(model: PricedModel | None, own: OverlayModel) -> PricedModel:
    """Return a model of the table with what an overlay has of it, a new one as it stands."""
    if model is None:
        return PricedModel(**dict(own))
    replaced = {name: getattr(own, name) for name in own.model_fields_set}
    added = {
        "base": _replaced(model.base, own.base),
        "tuned": _replaced(model.tuned, own.tuned),
        "training": _replaced(model.training, own.training),
        "ends": (*model.ends, *own.ends),
        "aliases": tuple(dict.fromkeys((*model.aliases, *own.aliases))),
    }
    return model.model_copy(update=replaced | added)


def _replaced(entries: Iterable[_Entry], own: Sequence[_Entry]) -> tuple[_Entry, ...]:
    """Return the entries up to the first of `own` of the same way of serving, then `own`."""
    firsts: dict[object, date] = {}
    for entry in own:
        firsts.setdefault(_served(entry), entry.effective_from)
    found = [e for e in entries if e.effective_from < firsts.get(_served(e), date.max)]
    found += own
    return tuple(sorted(found, key=lambda entry: entry.effective_from))


def _served(entry: Offer | TrainingPrice) -> object:
    """Return what distinguishes offers of one side that are in force at the same time."""
    return (entry.served, entry.commitment_months) if isinstance(entry, Offer) else None


Levelled = tuple[int, Discount]
"""A discount, and the place of its overlay."""


def _on_model(names: ModelNames, discounts: Sequence[Levelled], model_id: str) -> list[Levelled]:
    """Return the discounts on a model: its own where it has any, else its provider's."""
    own = [(n, d) for n, d in discounts if d.model and names.meant(d.model) == [model_id]]
    provider = model_id.partition("/")[0]
    return own or [(n, d) for n, d in discounts if d.provider == provider]


def _discounted(table: Pricing, overlays: Sequence[Overlay], levels: Mapping[int, int]) -> Pricing:
    """Return the table with all discounts applied; `levels` are of the overlays' own entries."""
    discounts = [(level, d) for level, overlay in enumerate(overlays) for d in overlay.discounts]
    if not discounts:
        return table
    names, models = names_of(table.models), dict(table.models)
    for model_id, model in table.models.items():
        if on_it := _on_model(names, discounts, model_id):
            blocks = {block: _lowered(getattr(model, block), on_it, levels) for block in BLOCKS}
            models[model_id] = model.model_copy(update=blocks)
    return table.model_copy(update={"models": models})


def _lowered(
    entries: Sequence[_Entry], discounts: Sequence[Levelled], levels: Mapping[int, int]
) -> tuple[_Entry, ...]:
    """Return the entries with one more for each day on which a discount begins.

    On each day the discount of the last overlay decides, of that one the last to begin.
    """
    found: list[_Entry] = []
    for served in dict.fromkeys(map(_served, entries)):
        same = [entry for entry in entries if _served(entry) == served]
        days = {entry.effective_from for entry in same}
        days |= {d.effective_from for _, d in discounts if d.effective_from > min(days)}
        for day in days:
            begun = [entry for entry in same if entry.effective_from <= day]
            entry = max(begun, key=lambda entry: entry.effective_from)
            level = levels.get(id(entry), -1)
            above = [(n, d) for n, d in discounts if n > level and d.effective_from <= day]
            last = max(above, key=lambda each: (each[0], each[1].effective_from), default=None)
            found.append(_at(entry, day, last[1].discount_percent if last else 0))
    return tuple(sorted(found, key=lambda entry: entry.effective_from))


def _at(entry: _Entry, day: date, percent: float) -> _Entry:
    """Return an entry as it is from a day on, its prices lowered by a percentage."""
    update: dict[str, Any] = {"effective_from": day}
    if percent:
        prices = {name: value for name, value in entry if "usd" in name and value}
        update |= {name: usd * (1 - percent / PERCENT) for name, usd in prices.items()}
        off = f"{percent:g} % negotiated off the list price"
        update["note"] = f"{entry.note} {off}" if entry.note else off
    return entry.model_copy(update=update)


def discount_overlay(pricing: Pricing, percents: Mapping[str, float], day: date) -> Overlay:
    """Return an overlay with a discount in percent for each provider or model named.

    UnknownNameError or AmbiguousNameError where a name is neither.
    """
    providers = {model_id.partition("/")[0] for model_id in pricing.models}
    source = {"effective_from": ALWAYS, "checked_on": day, "source": DISCOUNT_SOURCE}
    discounts = []
    for name, percent in percents.items():
        seller = SELLERS.get(name.casefold(), name.casefold())
        if seller in providers:
            whom = {"provider": seller}
        else:
            try:
                whom = {"model": pricing.find(name)[0]}
            except UnknownNameError:
                known = (*sorted(providers), *pricing.models)
                kind = "provider or model"
                raise UnknownNameError(kind, name, known, "ftvp pricing") from None
        discounts.append(Discount.model_validate({**source, **whom, "discount_percent": percent}))
    return Overlay(
        schema_version=2,
        updated_on=day,
        sources={DISCOUNT_SOURCE: Source(name="--discount")},
        discounts=tuple(discounts),
    )


TOKEN_PRICES = {
    "input_usd_per_mtok": "input",
    "output_usd_per_mtok": "output",
    "cached_input_usd_per_mtok": "cached input",
    "cache_write_usd_per_mtok": "cache write",
    "cache_write_long_usd_per_mtok": "cache write for longer",
    "batch_input_usd_per_mtok": "batch input",
    "batch_cached_input_usd_per_mtok": "batch cached input",
    "batch_output_usd_per_mtok": "batch output",
}
"""The prices of tokens that are compared, each with its name in text."""
PRICES = {
    **TOKEN_PRICES,
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
    """`base` is prompted, `tuned` a tuned version, `training` a job."""
    price: str
    """Which price it is, in words."""
    old: float | None
    """For a million tokens, an hour or a month as `price` is, in `unit`."""
    new: float | None
    """The same after."""
    percent: float | None
    """The change in percent of the old price, None where that is 0 or not known."""
    unit: Unit = "USD"
    """`times` of the surcharge on long prompts: how many times the price that is."""


class CausePart(Record):
    """What one cause adds to a change of the net benefit, USD, and what it was and is in words."""

    group: str
    """What changed: volume, a model's prices, work ..."""
    before: str
    """What it was."""
    after: str
    """What it is."""
    usd: float
    """Above 0 where it makes tuning gain."""


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


MAX_USD_PER_MTOK = 2_000
MIN_USD_PER_MTOK = 0.001
MAX_FACTOR = 1_000
"""How many times another price of the same thing a price may be before it is doubted."""
Path = tuple[str | int, ...]


class Issue(NamedTuple):
    """Where in an overlay something is wrong or doubtful, and what."""

    path: Path
    says: str
    hint: Hint | None = None


def overlay_errors(pricing: Pricing, overlay: Overlay) -> Iterator[Issue]:
    """Yield every reference of an overlay that leads nowhere, and every name it takes twice."""
    names = names_of(pricing.models)
    for block in ADDED:
        theirs = getattr(pricing, block)
        for name, entry in getattr(overlay, block).items():
            if theirs.get(name, entry) != entry:
                says = f"'{name}' is the price table's own: choose another name"
                yield Issue((block, name), says)
    yield from _incomplete_models(pricing, names, overlay)
    for name, model in overlay.models.items():
        for key, block in (("tokenizer", "tokenizers"), ("caching", "caching")):
            if named := getattr(model, key):
                known = (*getattr(pricing, block), *getattr(overlay, block))
                yield from _unknown(("models", name, key), key, named, known)
    yield from _ambiguous_aliases(names, overlay)
    yield from _discounts_on_nothing(names, overlay)
    yield from _bad_citations(pricing, overlay)


def _incomplete_models(pricing: Pricing, names: ModelNames, overlay: Overlay) -> Iterator[Issue]:
    """Yield the models that the price table does not have and that lack what a new one needs."""
    for name, model in overlay.models.items():
        missing = [key for key in ("name", "tokenizer", "base") if not getattr(model, key)]
        if missing and names.at_its_seller(name) is None:
            needs = " and ".join(missing)
            says = f"'{name}' is not in the price table; a new model needs {needs}."
            yield Issue(("models", name), says, Hint(name, pricing.models, "Or did you mean"))


def _ambiguous_aliases(names: ModelNames, overlay: Overlay) -> Iterator[Issue]:
    owners = dict(names.exact)
    for name, model in overlay.models.items():
        model_id = names.at_its_seller(name) or name
        for alias in (name, *model.aliases):
            owner = owners.setdefault(alias.casefold(), model_id)
            if owner != model_id:
                says = f"'{alias}' names both {owner} and {model_id}"
                yield Issue(("models", name, "aliases"), says)


def _discounts_on_nothing(names: ModelNames, overlay: Overlay) -> Iterator[Issue]:
    for place, discount in enumerate(overlay.discounts):
        path = ("discounts", place)
        if discount.provider is not None:
            known = sorted(names.providers)
            yield from _unknown((*path, "provider"), "provider", discount.provider, known)
        if discount.model is not None and len(names.meant(discount.model)) != 1:
            wanted = discount.model.casefold()
            yield from _unknown((*path, "model"), "model in the table", wanted, names.exact)


def _bad_citations(pricing: Pricing, overlay: Overlay) -> Iterator[Issue]:
    """Yield unknown sources, and prices that cite a record of past prices."""
    sources = pricing.sources | overlay.sources
    cited: list[tuple[Path, str]] = [
        ((block, name), entry.source)
        for block in ("tokenizers", "caching")
        for name, entry in getattr(overlay, block).items()
    ]
    cited += [(("discounts", place), each.source) for place, each in enumerate(overlay.discounts)]
    of_models: list[tuple[Path, str]] = [
        (("models", model_id, *path), source)
        for model_id, model in overlay.models.items()
        for path, source in model.citations()
    ]
    for path, source in (*cited, *of_models):
        yield from _unknown((*path, "source"), "source", source, sources)
    for path, source in of_models:
        if path[2] in ("base", "tuned") and source in sources and sources[source].past:
            says = f"'{source}' is a record of past prices: cite where the price stands now"
            yield Issue((*path, "source"), says)


def _unknown(path: Path, kind: str, name: str, known: Collection[str]) -> Iterator[Issue]:
    if name not in known:
        yield Issue(path, f"no {kind} named '{name}'.", Hint(name, known))


def overlay_doubts(pricing: Pricing, overlay: Overlay, day: date | None = None) -> Iterator[Issue]:
    """Yield the doubtful prices of an overlay, and its days that are yet to come.

    `day` is the day on which the overlay is looked at, where that is known.
    """
    last = min(overlay.updated_on, day) if day else overlay.updated_on
    if day is not None and overlay.updated_on > day:
        yield Issue(("updated_on",), f"updated on {overlay.updated_on}, which is yet to come")
    dated: list[tuple[Path, Dated]] = [
        (("models", name, block, place), entry)
        for name, own in overlay.models.items()
        for block in BLOCKS
        for place, entry in enumerate(getattr(own, block))
    ]
    dated += [(("discounts", place), each) for place, each in enumerate(overlay.discounts)]
    for path, entry in dated:
        if entry.checked_on > last:
            says = f"checked on {entry.checked_on}, after {last}: nobody can have looked yet"
            yield Issue((*path, "checked_on"), says)
        if isinstance(entry, Offer) and entry.served == "per_token":
            model = pricing.models.get(str(path[1]))
            now = (
                model.token_offer("tuned" if path[2] == "tuned" else "base", last)
                if model
                else None
            )
            for field, says in price_doubts(dict(entry), now):
                yield Issue((*path, field), says)


def price_doubts(
    prices: Mapping[str, float | None], replaced: Offer | None = None
) -> Iterator[tuple[str, str]]:
    """Yield each doubtful price by its field, and why; `prices` are by the field of an offer.

    `replaced` is the offer of the price table that they replace.
    """
    for field, word in TOKEN_PRICES.items():
        price, known = prices.get(field), getattr(replaced, field, None)
        if price is None:
            continue
        if price == 0:
            yield field, f"{word} of 0: a paid model is not free"
        elif price < MIN_USD_PER_MTOK:
            yield field, f"{word} of ${price:.3g} per million tokens: likely a price per token"
        elif price > MAX_USD_PER_MTOK:
            says = f"{word} of {USD.price(price)} per million tokens: likely a price per million"
            yield field, f"{says}, taken as one per token"
        if price and known and not 1 / MAX_FACTOR < price / known < MAX_FACTOR:
            yield field, f"{word} of {USD.price(price)} where the table has {USD.price(known)}"
    input_, cached = prices.get("input_usd_per_mtok"), prices.get("cached_input_usd_per_mtok")
    if input_ and cached is not None and cached > input_:
        says = f"cached input at {USD.price(cached)} costs more than input at {USD.price(input_)}"
        yield "cached_input_usd_per_mtok", says
