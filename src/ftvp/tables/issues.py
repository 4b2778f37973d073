"""What is wrong in an overlay, and which prices of an overlay or a price list are doubtful.

A doubt is no proof: prices per token, zeros and decimal points in the wrong place are more often
mistakes than prices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ftvp.errors import Hint
from ftvp.tables.entries import Dated, Offer
from ftvp.tables.names import ModelNames, names_of
from ftvp.tables.overlay import ADDED, BLOCKS, TOKEN_PRICES, Overlay
from ftvp.tables.pricing import Pricing
from ftvp.wording import USD

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
