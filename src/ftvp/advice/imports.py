"""Others' prices held against the table: what is new, what changed, what is refused and why.

Only token prices are taken over: what a list says of training, hosting or ends is left to the
table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from ftvp.advice.quotes import Beside, fault, model_meant, names_by_provider, prices_as
from ftvp.advice.reference import Reference
from ftvp.tables.changes import Kind, PriceChange, differing, entries, same
from ftvp.tables.entries import Offer
from ftvp.tables.overlay import Overlay, OverlayModel
from ftvp.tables.pricing import Pricing
from ftvp.tables.quote import PriceList, Quote
from ftvp.units import Record

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
    prices: dict[str, float]


class RefusedPrices(Record):
    """An entry that is not taken over, and why."""

    entry: str
    model: str
    side: Kind
    reason: str


class ImportAnswer(Reference):
    """The document `ftvp.pricing_import/1`: what a price list says otherwise than the table."""

    schema_: Literal["ftvp.pricing_import/1"] = Field(
        default="ftvp.pricing_import/1", alias="schema"
    )
    source: str
    added: tuple[NewPrices, ...]
    changed: tuple[PriceChange, ...]
    gone: tuple[str, ...]
    """Models on sale whose provider the list covers, but which it does not name."""
    refused: tuple[RefusedPrices, ...]
    unchanged: int


@dataclass(frozen=True)
class Choosing:
    """What is looked at: on which day, which models, and whether large changes are believed."""

    day: date
    models: tuple[str, ...] = ()
    """Patterns of their ids; all where there is none."""
    accept_large: bool = False

    def looks_at(self, model: str) -> bool:
        """Return whether a model is asked for."""
        return not self.models or any(fnmatchcase(model, pattern) for pattern in self.models)


@dataclass(frozen=True)
class Taken:
    """A quote that is taken over, for a model of the table or a new one."""

    model: str
    quote: Quote
    offer: Offer
    changes: tuple[PriceChange, ...]
    is_new: bool


def import_answer(
    pricing: Pricing, prices: PriceList, choosing: Choosing, version: str
) -> tuple[ImportAnswer, Overlay]:
    """Return what a price list changes, and the overlay that would change it."""
    found = list(_judged(pricing, prices, choosing))
    taken = [each for each in found if isinstance(each, Taken)]
    names = {each.model for each in found}
    covered = {quote.provider for quote in prices.quotes}
    answer = ImportAnswer(
        tool_version=version,
        as_of=choosing.day,
        updated_on=pricing.updated_on,
        source=prices.source.name,
        added=tuple(_new(each) for each in taken if each.is_new),
        changed=tuple(c for each in taken if not each.is_new for c in each.changes),
        gone=tuple(
            name
            for name in _on_sale(pricing, choosing.day, covered)
            if name not in names and choosing.looks_at(name)
        ),
        refused=tuple(each for each in found if isinstance(each, RefusedPrices)),
        unchanged=sum(not each.changes for each in taken),
    )
    return answer, _overlay(pricing, prices, choosing.day, [each for each in taken if each.changes])


def _judged(
    pricing: Pricing, prices: PriceList, choosing: Choosing
) -> Iterator[Taken | RefusedPrices]:
    """Yield every quote, taken or refused; of those that agree about one model, one."""
    known = names_by_provider(pricing)
    named = ((model_meant(quote, known), quote) for quote in prices.quotes)
    meant = [(model, quote) for model, quote in named if choosing.looks_at(model)]
    base = {model: quote for model, quote in meant if quote.side == "base"}
    first: dict[tuple[str, str], Quote] = {}
    for model, quote in sorted(meant, key=lambda pair: _likelihood(pricing, choosing.day, *pair)):
        beside = Beside(
            choosing.day, pricing.models.get(model), base.get(model), choosing.accept_large
        )
        chosen = first.get((model, quote.side))
        reason = fault(quote, beside)
        if not reason and chosen and not _agree(chosen, quote):
            reason = f"another entry, {chosen.entry}, says otherwise"
        if not reason and beside.row is None and quote.side == "tuned" and model not in base:
            reason = "its base model has no price"
        if reason:
            yield RefusedPrices(entry=quote.entry, model=model, side=quote.side, reason=reason)
        elif chosen is None:
            first[model, quote.side] = quote
            yield _taken(model, quote, beside, prices.source_id)


def _likelihood(
    pricing: Pricing, day: date, model: str, quote: Quote
) -> tuple[str, str, bool, bool, str]:
    """Return the order of quotes: of one model and side, first what the table says too.

    Then the one that bears the model's own name, rather than that of one of its versions.
    """
    row = pricing.models.get(model)
    offers = row.offers(quote.side, day)[:1] if row else []
    known = any(prices_as(quote, offer) for offer in offers)
    named = quote.names[0].rpartition("/")[2] == model.partition("/")[2]
    return model, quote.side, not known, not named, quote.entry


def _agree(one: Quote, other: Quote) -> bool:
    return all(same(one.prices[key], other.prices[key]) for key in one.prices.keys() & other.prices)


def _taken(model: str, quote: Quote, beside: Beside, source_id: str) -> Taken:
    now = beside.offer(quote)
    start = beside.day
    if quote.effective_from and (now is None or quote.effective_from > now.effective_from):
        start = quote.effective_from
    told = {
        **quote.prices,
        "effective_from": start,
        "checked_on": beside.day,
        "source": source_id,
        "note": None,
        "estimate": None,
    }
    if now is None:
        offer = Offer.model_validate({**told, "long_prompt": quote.long_prompt})
    else:
        offer = now.model_copy(update=told)
    changes = tuple(differing((model, quote.side), now, offer))
    return Taken(model, quote, offer, changes, is_new=now is None)


def _new(taken: Taken) -> NewPrices:
    return NewPrices(model=taken.model, side=taken.quote.side, prices=taken.quote.prices)


def _on_sale(pricing: Pricing, day: date, providers: Iterable[str]) -> list[str]:
    return [
        model
        for (model, side), entry in entries(pricing, day).items()
        if side == "base" and getattr(entry, "served", "") == "per_token"
        if model.partition("/")[0] in providers
    ]


def _overlay(pricing: Pricing, prices: PriceList, day: date, taken: Iterable[Taken]) -> Overlay:
    models: dict[str, OverlayModel] = {}
    for each in taken:
        row = models.get(each.model) or _row(pricing, each.model)
        models[each.model] = row.model_copy(update={each.quote.side: (each.offer,)})
    return Overlay(
        schema_version=2,
        updated_on=day,
        sources={prices.source_id: prices.source},
        models=models,
    )


def _row(pricing: Pricing, model: str) -> OverlayModel:
    """Return an empty row: for a model of the table its prices alone, for a new one a name too."""
    if model in pricing.models:
        return OverlayModel()
    provider, _, name = model.partition("/")
    return OverlayModel(
        name=name,
        tokenizer=TOKENIZERS.get(provider, ANY_TOKENIZER),
        note="The tokenizer is assumed, not stated by the price list.",
    )
