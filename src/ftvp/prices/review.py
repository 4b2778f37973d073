"""Prices of others compared with the table: what is new, changed, or refused and why.

Only token prices are taken over: what a list says of training, hosting or ends is left to the
table, and ends that it has otherwise are offered for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from ftvp.tables.bundle import TableHeader
from ftvp.tables.entries import End, LongPrompt, Offer, Source
from ftvp.tables.names import ModelNames, names_of, spelling
from ftvp.tables.overlay import (
    PRICES,
    Kind,
    Overlay,
    OverlayModel,
    PriceChange,
    differences,
    entries,
    price_doubts,
    same,
)
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.units import PERCENT, Record
from ftvp.wording import USD

RECENT_DAYS = 90
MIN_RECENT = 3
"""A list that names none of so many models of the last RECENT_DAYS is likely an old one."""
MIN_NAMED = 10
"""Models of the table that a list must name to be judged so."""
TOKENIZERS = {
    "openai": "o200k_base",
    "azure-openai": "o200k_base",
    "anthropic": "claude-4.7",
    "google": "gemini",
    "google-vertex": "gemini",
    "mistral": "mistral-tekken",
}
"""The tokenizer of a provider's newest models, assumed for a new one."""
ANY_TOKENIZER = "open-weights"


class NewPrices(Record):
    """The prices of a model, or of its tuned side, that the table does not have. USD per Mtok."""

    model: str
    side: Kind
    """`base` is prompted, `tuned` a tuned version."""
    prices: dict[str, float]
    """By the name of a price in the table, such as `input_usd_per_mtok`."""


class RefusedPrices(Record):
    """An entry that is not taken over, and why."""

    entry: str
    """Its name in the list."""
    model: str
    """The id that it is taken to mean."""
    side: Kind
    """`base` is prompted, `tuned` a tuned version."""
    reason: str
    """Why it is not taken over."""


class EndOffered(Record):
    """An end that a list states otherwise than the table; it is for a person to look into."""

    entry: str
    """Its name in the list."""
    model: str
    """The id that it is taken to mean."""
    closes_on: date | None
    """None where the list calls the model ended without a day."""
    known: date | None
    """The day on which the table has it shut down, None where it has none."""


class Surcharge(Record):
    """The surcharge on long prompts that a list states of a model, known to the table or not."""

    model: str
    above_tokens: int
    """Input tokens of a request above which it holds."""
    input_times: float
    """How many times the price all its input then costs, cached input too."""
    output_times: float
    """How many times the price its output then costs."""


class ImportAnswer(TableHeader):
    """The document `ftvp.pricing_import/1`: what a price list says otherwise than the table."""

    schema_: Literal["ftvp.pricing_import/1"] = Field(
        default="ftvp.pricing_import/1", alias="schema"
    )
    source: str
    """The name of the list."""
    made_on: date
    """The day by which the prices are dated: when the list was made or, not known, read."""
    added: tuple[NewPrices, ...]
    """Of models, or sides of them, that the table does not price."""
    changed: tuple[PriceChange, ...]
    """A row for each price that the table has otherwise."""
    gone: tuple[str, ...]
    """Models on sale whose provider the list covers, but which it does not name."""
    refused: tuple[RefusedPrices, ...]
    """With the reason, for a person to look into."""
    unchanged: int
    """How many entries say what the table says."""
    ends: tuple[EndOffered, ...] = ()
    """Announced, or called ended, otherwise than in the table."""
    surcharges: tuple[Surcharge, ...] = ()
    """On long prompts, of the prices that are new, changed or as known."""
    left_out: dict[str, int] = Field(default_factory=dict)
    """How many entries were not looked at, by the reason."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import: the day, which models, and whether large changes are accepted."""

    day: date
    models: tuple[str, ...] = ()
    """Patterns of their ids; all where there is none."""
    accept_large: bool = False

    def includes(self, model: str) -> bool:
        """Return whether a model is to be imported."""
        return not self.models or any(fnmatchcase(model, pattern) for pattern in self.models)


@dataclass(frozen=True)
class Taken:
    """A quote that is taken over, for a model of the table or a new one."""

    model: str
    quote: PriceQuote
    offer: Offer
    changes: tuple[PriceChange, ...]
    is_new: bool


def import_answer(
    pricing: Pricing, prices: PriceList, options: ImportOptions
) -> tuple[ImportAnswer, Overlay]:
    """Return what a price list changes, and the overlay that would change it."""
    meant = list(_meant(pricing, prices, options))
    found = list(_judged(pricing, prices, options, meant))
    taken = [each for each in found if isinstance(each, Taken)]
    names = {m.model for m, _ in meant} | {other for m, _ in meant for other in m.others}
    sold = _on_sale(pricing, options.day, {quote.provider for quote in prices.quotes})
    gone = [model for model in sold if model not in names and options.includes(model)]
    answer = ImportAnswer(
        as_of=options.day,
        updated_on=pricing.updated_on,
        source=prices.source.name,
        made_on=prices.made_on,
        added=tuple(
            NewPrices(model=each.model, side=each.quote.side, prices=each.quote.prices)
            for each in taken
            if each.is_new
        ),
        changed=tuple(c for each in taken if not each.is_new for c in each.changes),
        gone=tuple(gone),
        refused=tuple(each for each in found if isinstance(each, RefusedPrices)),
        unchanged=sum(not each.changes for each in taken),
        ends=tuple(_ends(pricing, options.day, meant)),
        surcharges=tuple(
            Surcharge(model=each.model, **dict(each.quote.long_prompt))
            for each in taken
            if each.quote.long_prompt is not None and each.quote.side == "base"
        ),
        left_out=prices.left_out,
        warnings=tuple(_warnings(pricing, options.day, sold, set(gone))),
    )
    changed = [each for each in taken if each.changes or each.is_new]
    return answer, _overlay(pricing, prices, changed)


def _meant(
    pricing: Pricing, prices: PriceList, options: ImportOptions
) -> Iterator[tuple[Meant, PriceQuote]]:
    """Yield each quote with its model, except for regions that the table does not have."""
    names = names_of(pricing.models)
    for quote in prices.quotes:
        meant = model_meant(quote, names)
        if options.includes(meant.model) and not meant.elsewhere:
            yield meant, quote


def _judged(
    pricing: Pricing,
    prices: PriceList,
    options: ImportOptions,
    found: Iterable[tuple[Meant, PriceQuote]],
) -> Iterator[Taken | RefusedPrices]:
    """Yield every quote, taken or refused; of those that agree about one model, one."""
    pairs = sorted(found, key=lambda pair: _likelihood(pricing, options.day, *pair))
    base = {meant.model: quote for meant, quote in reversed(pairs) if quote.side == "base"}
    first: dict[tuple[str, str], PriceQuote] = {}
    for meant, quote in pairs:
        model = meant.model
        context = QuoteContext(
            options.day, meant, pricing.models.get(model), base.get(model), options.accept_large
        )
        if context.is_settled(quote):
            continue
        chosen = first.get((model, quote.side))
        reason = next(faults(quote, context), None)
        if not reason and chosen:
            stated = chosen.prices.keys() & quote.prices
            if not all(same(chosen.prices[key], quote.prices[key]) for key in stated):
                reason = f"another entry, {chosen.entry}, says otherwise"
        if reason:
            yield RefusedPrices(entry=quote.entry, model=model, side=quote.side, reason=reason)
        elif chosen is None:
            first[model, quote.side] = quote
            yield _taken(quote, context, prices)


def _likelihood(
    pricing: Pricing, day: date, meant: Meant, quote: PriceQuote
) -> tuple[str, str, bool, bool, bool, str]:
    """Return the order of quotes: of one model and side, first what the table says too.

    Then what has not ended, then the one that bears the model's own name, not a version's.
    """
    known = QuoteContext(day, meant, pricing.models.get(meant.model), None).has(quote, quote.side)
    named = quote.names[0].rpartition("/")[2] == meant.model.partition("/")[2]
    return meant.model, quote.side, not known, quote.has_ended(day), not named, quote.entry


def _taken(quote: PriceQuote, context: QuoteContext, prices: PriceList) -> Taken:
    """Return a quote as an offer: the table's with the quoted prices, or a new one."""
    model, now = context.meant.model, context.now(quote)
    start = prices.made_on
    if quote.effective_from and (now is None or quote.effective_from > now.effective_from):
        start = quote.effective_from
    fields = {
        **quote.prices,
        **({"long_prompt": quote.long_prompt} if quote.long_prompt else {}),
        "effective_from": start,
        "checked_on": prices.made_on,
        "source": prices.source_id,
        "note": None,
        "estimate": None,
    }
    offer = Offer.model_validate(fields) if now is None else now.model_copy(update=fields)
    changes = tuple(differences((model, quote.side), now, offer))
    return Taken(model, quote, offer, changes, is_new=now is None)


def _ends(
    pricing: Pricing, day: date, meant: Iterable[tuple[Meant, PriceQuote]]
) -> Iterator[EndOffered]:
    """Yield the ends of the table's models that none of the list's entries has as the table."""
    said: dict[str, list[PriceQuote]] = {}
    for each, quote in meant:
        if each.known and not each.others and quote.side == "base":
            said.setdefault(each.model, []).append(quote)
    for model_id, quotes in said.items():
        model = pricing.models[model_id]
        ended = [quote for quote in quotes if quote.ends_on or quote.ended]
        shut = model.end("base_shutdown", day) or model.end("serverless_shutdown", day)
        known = shut.closes_on if shut else None
        if ended and known not in {quote.ends_on for quote in ended}:
            last = max(ended, key=lambda quote: quote.ends_on or date.min)
            if known is None or last.ends_on is not None:
                yield EndOffered(
                    entry=last.entry, model=model_id, closes_on=last.ends_on, known=known
                )


def _on_sale(pricing: Pricing, day: date, providers: Iterable[str]) -> list[str]:
    return [
        model
        for (model, side), entry in entries(pricing, day).items()
        if side == "base" and getattr(entry, "served", "") == "per_token"
        if model.partition("/")[0] in providers
    ]


def _warnings(pricing: Pricing, day: date, sold: Sequence[str], gone: set[str]) -> Iterator[str]:
    since = day - timedelta(days=RECENT_DAYS)
    recent = [m for m in sold if pricing.models[m].base[0].effective_from >= since]
    named = len(sold) - len(gone)
    if len(recent) >= MIN_RECENT and named >= MIN_NAMED and gone.issuperset(recent):
        yield (
            f"The list names none of the {len(recent)} models whose prices began since {since}: it "
            "is probably older than the price table, and its changes lead backwards."
        )


def _overlay(pricing: Pricing, prices: PriceList, taken: Iterable[Taken]) -> Overlay:
    models: dict[str, OverlayModel] = {}
    for each in taken:
        model = models.get(each.model) or _overlay_model(pricing, each, prices)
        models[each.model] = model.model_copy(update={each.quote.side: (each.offer,)})
    source = pricing.sources.get(prices.source_id, prices.source)
    return Overlay(
        schema_version=2,
        updated_on=prices.made_on,
        sources={prices.source_id: source},
        models=models,
    )


def _overlay_model(pricing: Pricing, taken: Taken, prices: PriceList) -> OverlayModel:
    """Return a model without prices: for one of the table empty, for a new one with its name."""
    if taken.model in pricing.models:
        return OverlayModel()
    provider, _, name = taken.model.partition("/")
    return OverlayModel(
        name=name,
        tokenizer=TOKENIZERS.get(provider, ANY_TOKENIZER),
        ends=tuple(_announced(taken.quote, prices)),
        note="The tokenizer is assumed, not stated by the price list.",
    )


def _announced(quote: PriceQuote, prices: PriceList) -> Iterator[End]:
    """Yield the end that a list announces of a model that the table does not have."""
    if quote.ends_on is not None:
        yield End(
            kind="base_shutdown",
            closes_on=quote.ends_on,
            announced_on=min(quote.ends_on, prices.made_on),
            checked_on=prices.made_on,
            source=prices.source_id,
        )


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
