"""What speaks against a price as it is written, whoever says it: a price list or an overlay.

A doubt is no proof: prices per token, zeros and decimal points in the wrong place are more often
mistakes than prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ftvp.tables.changes import PRICES
from ftvp.tables.entries import Dated, Offer
from ftvp.tables.overlay import Overlay
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.wording import USD

MAX_USD_PER_MTOK = 2_000
MIN_USD_PER_MTOK = 0.001
FAR = 1_000
"""How many times another price of the same thing a price may be before it is doubted."""
Prices = Mapping[str, float | None]
"""By the field of an offer."""
Path = tuple[str | int, ...]
TOKEN_PRICES = [field for field in PRICES if field.endswith("_per_mtok")]


def doubts(prices: Prices, beside: Offer | None = None) -> Iterator[tuple[str, str]]:
    """Yield each doubtful price by its field, and what is doubted; `beside` is what it replaces."""
    for field in TOKEN_PRICES:
        price, word = prices.get(field), PRICES[field]
        if price is not None:
            yield from ((field, says) for says in _of_size(price, word))
            yield from ((field, says) for says in _of_distance(price, word, beside, field))
    input_, cached = prices.get("input_usd_per_mtok"), prices.get("cached_input_usd_per_mtok")
    if input_ and cached is not None and cached > input_:
        yield (
            "cached_input_usd_per_mtok",
            f"cached input at {USD.price(cached)} costs more than input at {USD.price(input_)}",
        )


def _of_size(price: float, word: str) -> Iterator[str]:
    if price == 0:
        yield f"{word} of 0: a paid model is not free"
    elif price < MIN_USD_PER_MTOK:
        yield f"{word} of ${price:.3g} per million tokens: likely a price per token"
    elif price > MAX_USD_PER_MTOK:
        yield (
            f"{word} of {USD.price(price)} per million tokens: likely a price per million, taken "
            "as one per token"
        )


def _of_distance(price: float, word: str, beside: Offer | None, field: str) -> Iterator[str]:
    known = getattr(beside, field, None)
    if price and known and not 1 / FAR < price / known < FAR:
        yield f"{word} of {USD.price(price)} where the table has {USD.price(known)}"


def overlay_doubts(
    pricing: Pricing, overlay: Overlay, day: date | None = None
) -> Iterator[tuple[Path, str]]:
    """Yield where in an overlay something is doubtful, and what: prices, and days to come.

    `day` is the day on which the overlay is looked at, where that is known.
    """
    last = min(overlay.updated_on, day) if day else overlay.updated_on
    if day is not None and overlay.updated_on > day:
        yield ("updated_on",), f"updated on {overlay.updated_on}, which is yet to come"
    for name, told in overlay.models.items():
        row = pricing.models.get(name)
        for block in ("base", "tuned", "training"):
            for place, entry in enumerate(getattr(told, block)):
                path = ("models", name, block, place)
                yield from (((*path, at), says) for at, says in _of_entry(entry, row, block, last))
    for place, discount in enumerate(overlay.discounts):
        if discount.checked_on > last:
            yield ("discounts", place, "checked_on"), _too_new(discount, last)


def _of_entry(
    entry: Dated, row: PricedModel | None, block: str, last: date
) -> Iterator[tuple[str, str]]:
    if entry.checked_on > last:
        yield "checked_on", _too_new(entry, last)
    if isinstance(entry, Offer) and entry.served == "per_token":
        offers = row.offers("tuned" if block == "tuned" else "base", last) if row else []
        priced = [offer for offer in offers if offer.served == "per_token"]
        yield from doubts(dict(entry), priced[0] if priced else None)


def _too_new(entry: Dated, last: date) -> str:
    return f"checked on {entry.checked_on}, after {last}: nobody can have looked yet"
