"""Which model of the table a quote means, and what speaks against taking it over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ftvp.tables.changes import PRICES, same
from ftvp.tables.entries import Offer
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.tables.quote import Quote
from ftvp.units import price_text

LARGE_PERCENT = 50
"""A change beyond this is more often a mistake than a price."""
NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]+")


def names_by_provider(pricing: Pricing) -> dict[str, dict[str, str]]:
    """Return by provider each name of a model, in lower case and without it, with its id."""
    found: dict[str, dict[str, str]] = {}
    for model_id, row in pricing.models.items():
        names = found.setdefault(model_id.partition("/")[0], {})
        for name in (model_id, *row.aliases):
            names.setdefault(name.rpartition("/")[2].casefold(), model_id)
    return found


def model_meant(quote: Quote, known: Mapping[str, Mapping[str, str]]) -> str:
    """Return the id of the table's model that a quote is about, else the id of a new one."""
    names = known.get(quote.provider, {})
    short = [name.rpartition("/")[2] for name in quote.names]
    found = (names.get(name.casefold()) for name in short)
    new = NOT_IN_AN_ID.sub("-", short[-1])
    return next((model for model in found if model), f"{quote.provider}/{new}")


@dataclass(frozen=True)
class Beside:
    """What a quote is judged by: the day, the table's row, and the base price of the same list."""

    day: date
    row: PricedModel | None
    base: Quote | None
    accept_large: bool = False

    def offer(self, quote: Quote) -> Offer | None:
        """Return what the table says now of the side that a quote is about."""
        offers = self.row.offers(quote.side, self.day) if self.row else []
        return offers[0] if offers and offers[0].served == "per_token" else None


def fault(quote: Quote, beside: Beside) -> str | None:
    """Return the first reason for which a quote is refused, None where nothing speaks against."""
    return next(_faults(quote, beside), None)


def _faults(quote: Quote, beside: Beside) -> Iterator[str]:
    if quote.fault:
        yield quote.fault
    prices = quote.prices
    input_, output = prices.get("input_usd_per_mtok"), prices.get("output_usd_per_mtok")
    if input_ is None or output is None:
        yield "it has no input price or no output price"
        return
    if not input_ or not output:
        yield "a price of 0: a paid model is not free"
    yield from _scheduled(quote, beside)
    if quote.side == "tuned" and _equals_base(quote, beside):
        yield "the tuned price equals the base price: likely a copy of it"
    yield from _batch(prices, input_, output)
    write = prices.get("cache_write_usd_per_mtok")
    if write is not None and write < input_:
        yield (
            f"writing to the cache at {price_text(write)} would cost less than input at "
            f"{price_text(input_)}: likely the cached price stored as cache creation"
        )
    if not beside.accept_large:
        yield from _large(quote, beside)


def _scheduled(quote: Quote, beside: Beside) -> Iterator[str]:
    if quote.effective_from is not None and quote.effective_from > beside.day:
        yield f"scheduled for {quote.effective_from}, not the price of {beside.day}"
    now = beside.offer(quote)
    entries = getattr(beside.row, quote.side, ())
    for offer in entries:
        later = offer.effective_from > beside.day
        if later and now and prices_as(quote, offer) and not prices_as(quote, now):
            yield f"the price scheduled for {offer.effective_from}, taken as that of {beside.day}"


def prices_as(quote: Quote, offer: Offer) -> bool:
    """Return whether a quote states the input and output price of an offer."""
    keys = ("input_usd_per_mtok", "output_usd_per_mtok")
    return all(same(quote.prices.get(key), getattr(offer, key)) for key in keys)


def _equals_base(quote: Quote, beside: Beside) -> bool:
    offers = beside.row.offers("base", beside.day)[:1] if beside.row else []
    if any(prices_as(quote, offer) for offer in offers):
        return True
    keys = ("input_usd_per_mtok", "output_usd_per_mtok")
    base = beside.base
    return base is not None and all(same(quote.prices[k], base.prices.get(k)) for k in keys)


def _batch(prices: Mapping[str, float], input_: float, output: float) -> Iterator[str]:
    batch = prices.get("batch_input_usd_per_mtok"), prices.get("batch_output_usd_per_mtok")
    if (batch[0] is None) != (batch[1] is None):
        yield "half a batch price: input and output go together"
    elif batch[0] is not None and batch[1] is not None and not _below(batch, (input_, output)):
        yield (
            f"the batch price ({price_text(batch[0])} and {price_text(batch[1])}) is not below the "
            f"online one ({price_text(input_)} and {price_text(output)})"
        )


def _below(batch: tuple[float | None, ...], online: tuple[float, ...]) -> bool:
    return all(one is not None and one < other for one, other in zip(batch, online, strict=True))


def _large(quote: Quote, beside: Beside) -> Iterator[str]:
    now = beside.offer(quote)
    for field, word in PRICES.items():
        old, new = getattr(now, field, None), quote.prices.get(field)
        if old and new is not None and abs(new / old - 1) * 100 > LARGE_PERCENT:
            yield (
                f"{word} from {price_text(old)} to {price_text(new)}, {(new / old - 1):+.0%}: more "
                f"than {LARGE_PERCENT} % (--accept-large takes it over)"
            )
