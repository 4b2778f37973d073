"""A price as somebody else's list states it: what it is about, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from ftvp.tables.changes import PRICES, same
from ftvp.tables.entries import LongPrompt, Offer, Source
from ftvp.tables.issues import price_doubts
from ftvp.tables.names import ModelNames, spelling
from ftvp.tables.pricing import PricedModel
from ftvp.units import Record
from ftvp.wording import USD

QuoteSide = Literal["base", "tuned"]
LARGE_PERCENT = 50
"""A change beyond this is more often a mistake than a price."""
NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]+")


class PriceQuote(Record):
    """What one entry of a price list says of one side of a model. USD per million tokens."""

    entry: str
    """The entry's own name in the list."""
    provider: str
    names: tuple[str, ...]
    """What the model may be called in the table, the likeliest first."""
    side: QuoteSide
    prices: dict[str, float]
    """By the field of an offer."""
    long_prompt: LongPrompt | None = None
    effective_from: date | None = None
    ends_on: date | None = None
    """The day on which the list has the model shut down."""
    ended: bool = False
    """Whether the list calls the model ended, with a day or without one."""
    fault: str | None = None
    """Why the entry cannot be read as a price, None where it can."""

    def has_ended(self, day: date) -> bool:
        """Return whether the list calls the model ended by a day."""
        return self.ended or (self.ends_on is not None and self.ends_on <= day)


class PriceList(Record):
    """All quotes of one list, under which source they are cited, and what of it was not read."""

    source_id: str
    source: Source
    made_on: date
    """The day the list was made, or else the day it was read."""
    quotes: tuple[PriceQuote, ...]
    left_out: dict[str, int] = Field(default_factory=dict)
    """How many entries were not read, by the reason."""


class Meant(Record):
    """The model that a quote is about."""

    model: str
    """Its id in the table, or the id of a new one."""
    known: bool
    others: tuple[str, ...] = ()
    """Further models of the table that its name fits as well."""
    elsewhere: bool = False
    """True for the price of a region that the table does not have."""


def model_meant(quote: PriceQuote, names: ModelNames) -> Meant:
    """Return the model of the table that a quote is about, else a new one of its provider."""
    told = [spelling(f"{quote.provider}/{name}") for name in quote.names]
    for name in quote.names:
        fits = [m for m in names.meant(f"{quote.provider}/{name}") if _sells(quote, m)]
        if fits:
            return Meant(model=fits[0], known=True, others=tuple(fits[1:]))
    new = NOT_IN_AN_ID.sub("-", told[-1].plain).strip("-") or "unnamed"
    elsewhere = any(spelled.region for spelled in told)
    return Meant(model=f"{quote.provider}/{new}", known=False, elsewhere=elsewhere)


def _sells(quote: PriceQuote, model: str) -> bool:
    return model.partition("/")[0] == quote.provider


def priced_as(quote: PriceQuote, offer: Offer) -> bool:
    """Return whether a quote states the input and output price of an offer."""
    keys = ("input_usd_per_mtok", "output_usd_per_mtok")
    return all(same(quote.prices.get(key), getattr(offer, key)) for key in keys)


def agree(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Return whether two entries state the same of what both state."""
    return all(same(one[key], other[key]) for key in one.keys() & other)


@dataclass(frozen=True)
class Beside:
    """What a quote is judged by: the day, what it means, the table's row, the list's base price."""

    day: date
    meant: Meant
    row: PricedModel | None
    base: PriceQuote | None
    accept_large: bool = False

    def offers(self, side: QuoteSide) -> list[Offer]:
        """Return what the table says now of a side."""
        return self.row.offers(side, self.day)[:1] if self.row else []

    def now(self, quote: PriceQuote) -> Offer | None:
        """Return the price by the token that the table has now of the side of a quote."""
        offers = self.offers(quote.side)
        return offers[0] if offers and offers[0].served == "per_token" else None


def faults(quote: PriceQuote, beside: Beside) -> Iterator[str]:
    """Yield what speaks against taking a quote over, the most telling first."""
    if quote.fault:
        yield quote.fault
    if beside.meant.others:
        both = " or ".join((beside.meant.model, *beside.meant.others))
        yield f"its name may mean {both}, which differ in price"
    if beside.row and (gone := beside.row.ended_on(beside.day, quote.side)):
        yield f"the table has it shut down on {gone}"
    if quote.has_ended(beside.day):
        when = f"was shut down on {quote.ends_on}" if quote.ends_on else "has ended"
        yield f"by the list it {when}"
    prices = quote.prices
    input_, output = prices.get("input_usd_per_mtok"), prices.get("output_usd_per_mtok")
    if input_ is None or output is None:
        yield "it has no input price or no output price"
        return
    yield from (says for _, says in price_doubts(prices, beside.now(quote)))
    yield from _scheduled(quote, beside)
    yield from _of_the_tuned_side(quote, beside)
    yield from _batch(prices, input_, output)
    write = prices.get("cache_write_usd_per_mtok")
    if write is not None and write < input_:
        yield (
            f"writing to the cache at {USD.price(write)} would cost less than input at "
            f"{USD.price(input_)}: likely the cached price stored as cache creation"
        )
    if not beside.accept_large:
        yield from _large(quote, beside)


def _scheduled(quote: PriceQuote, beside: Beside) -> Iterator[str]:
    now = beside.now(quote)
    later = [o for o in getattr(beside.row, quote.side, ()) if o.effective_from > beside.day]
    if quote.effective_from is not None and quote.effective_from > beside.day:
        yield f"scheduled for {quote.effective_from}, not the price of {beside.day}"
    for offer in later:
        if now and priced_as(quote, offer) and not priced_as(quote, now):
            yield f"the price scheduled for {offer.effective_from}, taken as that of {beside.day}"


def _of_the_tuned_side(quote: PriceQuote, beside: Beside) -> Iterator[str]:
    if quote.side != "tuned":
        return
    known = any(priced_as(quote, offer) for offer in beside.offers("base"))
    base = beside.base
    keys = ("input_usd_per_mtok", "output_usd_per_mtok")
    if known or (base and {k: quote.prices[k] for k in keys}.items() <= base.prices.items()):
        yield "the tuned price equals the base price: likely a copy of it"
    if beside.row is None and base is None:
        yield "its base model has no price"


def _batch(prices: Mapping[str, float], input_: float, output: float) -> Iterator[str]:
    batch = prices.get("batch_input_usd_per_mtok"), prices.get("batch_output_usd_per_mtok")
    if (batch[0] is None) != (batch[1] is None):
        yield "half a batch price: input and output go together"
    elif batch[0] is not None and batch[1] is not None and not _below(batch, (input_, output)):
        yield (
            f"the batch price ({USD.price(batch[0])} and {USD.price(batch[1])}) is not below the "
            f"online one ({USD.price(input_)} and {USD.price(output)})"
        )


def _below(batch: tuple[float | None, ...], online: tuple[float, ...]) -> bool:
    return all(one is not None and one < other for one, other in zip(batch, online, strict=True))


def _large(quote: PriceQuote, beside: Beside) -> Iterator[str]:
    now = beside.now(quote)
    for field, word in PRICES.items():
        old, new = getattr(now, field, None), quote.prices.get(field)
        if old and new is not None and abs(new / old - 1) * 100 > LARGE_PERCENT:
            yield (
                f"{word} from {USD.price(old)} to {USD.price(new)}, {(new / old - 1):+.0%}: more "
                f"than {LARGE_PERCENT} % (--accept-large takes it over)"
            )
