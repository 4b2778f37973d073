"""A price as another price list states it: which model it is of, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from ftvp.tables.entries import LongPrompt, Offer, Source
from ftvp.tables.issues import price_doubts
from ftvp.tables.names import ModelNames, spelling
from ftvp.tables.overlay import PRICES, same
from ftvp.tables.pricing import PricedModel
from ftvp.units import PERCENT, Record
from ftvp.wording import USD

QuoteSide = Literal["base", "tuned"]
LARGE_PERCENT = 50
"""Changes above this are refused: they are more often mistakes than prices."""
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
    """All quotes of one list, the source to cite, and how many entries were not read."""

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
    spelt = [spelling(f"{quote.provider}/{name}") for name in quote.names]
    for name in quote.names:
        meant = names.meant(f"{quote.provider}/{name}")
        fits = [model for model in meant if model.partition("/")[0] == quote.provider]
        if fits:
            return Meant(model=fits[0], known=True, others=tuple(fits[1:]))
    new = NOT_IN_AN_ID.sub("-", spelt[-1].plain).strip("-") or "unnamed"
    elsewhere = any(each.region for each in spelt)
    return Meant(model=f"{quote.provider}/{new}", known=False, elsewhere=elsewhere)


def priced_as(quote: PriceQuote, offer: Offer) -> bool:
    """Return whether a quote states the input and output price of an offer."""
    keys = ("input_usd_per_mtok", "output_usd_per_mtok")
    return all(same(quote.prices.get(key), getattr(offer, key)) for key in keys)


@dataclass(frozen=True)
class QuoteContext:
    """What a quote is judged by: the day, its model, the table's entry, the list's base price."""

    day: date
    meant: Meant
    model: PricedModel | None
    """The model in the table, None for a new one."""
    base: PriceQuote | None
    """The quote for the base side of the same model, None where the list has none."""
    accept_large: bool = False

    def now(self, quote: PriceQuote) -> Offer | None:
        """Return the table's offer per token, in force, of the side of a quote."""
        return self.model.token_offer(quote.side, self.day) if self.model else None

    def has(self, quote: PriceQuote, side: QuoteSide) -> bool:
        """Return whether the price of a quote is that of a side in the table."""
        offers = self.model.offers(side, self.day)[:1] if self.model else []
        return any(priced_as(quote, offer) for offer in offers)

    def scheduled(self, quote: PriceQuote) -> list[Offer]:
        """Return the offers of the side of a quote that the table has for later days."""
        offers: Sequence[Offer] = getattr(self.model, quote.side, ())
        return [offer for offer in offers if offer.effective_from > self.day]

    def is_settled(self, quote: PriceQuote) -> bool:
        """Return whether list and table agree that a model has ended, or on a later price."""
        gone = self.model is not None and self.model.ended_on(self.day, quote.side) is not None
        if gone and (quote.has_ended(self.day) or self.has(quote, quote.side)):
            return True
        is_later = quote.effective_from is not None and quote.effective_from > self.day
        return is_later and any(priced_as(quote, offer) for offer in self.scheduled(quote))


def faults(quote: PriceQuote, context: QuoteContext) -> Iterator[str]:
    """Yield what speaks against taking a quote over, the most telling first."""
    if quote.fault:
        yield quote.fault
    if context.meant.others:
        both = " or ".join((context.meant.model, *context.meant.others))
        yield f"its name may mean {both}, which differ in price"
    if context.model and (gone := context.model.ended_on(context.day, quote.side)):
        yield f"the table has it shut down on {gone}"
    if quote.has_ended(context.day):
        when = f"was shut down on {quote.ends_on}" if quote.ends_on else "has ended"
        yield f"by the list it {when}"
    prices = quote.prices
    input_, output = prices.get("input_usd_per_mtok"), prices.get("output_usd_per_mtok")
    if input_ is None or output is None:
        yield "it has no input price or no output price"
        return
    yield from (says for _, says in price_doubts(prices, context.now(quote)))
    yield from _wrong_day(quote, context)
    if quote.side == "tuned":
        yield from _copied_from_base(quote, context)
    yield from _wrong_batch(prices, input_, output)
    write = prices.get("cache_write_usd_per_mtok")
    if write is not None and write < input_:
        yield (
            f"writing to the cache at {USD.price(write)} would cost less than input at "
            f"{USD.price(input_)}: likely the cached price stored as cache creation"
        )
    if not context.accept_large:
        yield from _large_changes(quote, context)


def _wrong_day(quote: PriceQuote, context: QuoteContext) -> Iterator[str]:
    """Yield that a price is of a later day, or the table's later price stated as today's."""
    now, day = context.now(quote), context.day
    if quote.effective_from is not None and quote.effective_from > day:
        yield f"scheduled for {quote.effective_from}, not the price of {day}"
    for offer in context.scheduled(quote):
        if now and priced_as(quote, offer) and not priced_as(quote, now):
            yield f"the price scheduled for {offer.effective_from}, taken as that of {day}"


def _copied_from_base(quote: PriceQuote, context: QuoteContext) -> Iterator[str]:
    base = context.base
    prices = {key: quote.prices[key] for key in ("input_usd_per_mtok", "output_usd_per_mtok")}
    if context.has(quote, "base") or (base and prices.items() <= base.prices.items()):
        yield "the tuned price equals the base price: likely a copy of it"
    if context.model is None and base is None:
        yield "its base model has no price"


def _wrong_batch(prices: Mapping[str, float], input_: float, output: float) -> Iterator[str]:
    batch_in, batch_out = (prices.get(f"batch_{side}_usd_per_mtok") for side in ("input", "output"))
    if batch_in is None and batch_out is None:
        return
    if batch_in is None or batch_out is None:
        yield "half a batch price: input and output go together"
    elif batch_in >= input_ or batch_out >= output:
        yield (
            f"the batch price ({USD.price(batch_in)} and {USD.price(batch_out)}) is not below the "
            f"online one ({USD.price(input_)} and {USD.price(output)})"
        )


def _large_changes(quote: PriceQuote, context: QuoteContext) -> Iterator[str]:
    now = context.now(quote)
    for field, word in PRICES.items():
        old, new = getattr(now, field, None), quote.prices.get(field)
        if old and new is not None and abs(new / old - 1) * PERCENT > LARGE_PERCENT:
            yield (
                f"{word} from {USD.price(old)} to {USD.price(new)}, {(new / old - 1):+.0%}: more "
                f"than {LARGE_PERCENT} % (--accept-large takes it over)"
            )
