"""The price table as an answer: every model on a day, some, or one; and when each was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import Field

from ftvp.errors import UnknownNameError
from ftvp.tables.bundle import AppliedOverlay, Change, DocumentHeader, TableHeader, Tables
from ftvp.tables.entries import Citation, Dated, Side, Source, age_warning, in_force
from ftvp.tables.framework import Choice
from ftvp.tables.names import SELLERS
from ftvp.tables.overlay import CausePart, PriceChange, differences, entries
from ftvp.tables.pricing import CacheRule, PricedModel, Pricing, Tokenizer
from ftvp.units import Currency, Record

GLOB = frozenset("*?[")
"""Characters by which a name is a pattern."""


class Checked(Record):
    """The models whose prices rest on one source, last checked on one day."""

    source: str
    """Its id in the price table."""
    name: str
    """Of the source, as a person would look it up."""
    url: str | None
    checked_on: date
    """The day on which a person last looked."""
    days: int
    """Age on the day of the answer."""
    models: tuple[str, ...]
    """Their ids."""


class PricingAnswer(TableHeader):
    """The document `ftvp.pricing/1`: models with their dated prices, as of a day."""

    schema_: Literal["ftvp.pricing/1"] = Field(default="ftvp.pricing/1", alias="schema")
    overlays: tuple[AppliedOverlay, ...] = ()
    """Price files laid over the table, the strongest last."""
    currency: Currency | None = None
    """The currency of the view; every amount in this document is USD."""
    models: dict[str, PricedModel]
    """By id, with all their dated prices."""
    tokenizers: dict[str, Tokenizer]
    """By name, those of the models."""
    caching: dict[str, CacheRule]
    """Rules by name, those of the models."""
    sources: dict[str, Source]
    """By id, all of the price table."""
    warnings: tuple[str, ...] = ()
    """On prices that nobody has checked for long."""
    stale: tuple[Checked, ...] = ()
    """What was checked longest ago, the oldest first, on request."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return a row for each way of serving each model on the day, USD."""
        return [
            row
            for model_id, model in self.models.items()
            for row in _csv_rows(model_id, model, self.as_of)
        ]


OFFERED = (
    "served",
    "commitment_months",
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_input_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "cache_write_long_usd_per_mtok",
    "batch_input_usd_per_mtok",
    "batch_cached_input_usd_per_mtok",
    "batch_output_usd_per_mtok",
    "effective_from",
    "checked_on",
    "source",
)
"""What a row of CSV says of an offer."""


def _csv_rows(model_id: str, model: PricedModel, day: date) -> Iterator[dict[str, Any]]:
    sides: tuple[Side, ...] = ("base", "tuned")
    for side in sides:
        end = model.ends_on("base_shutdown", day) if side == "base" else model.tuned_ends_on(day)
        training = in_force(model.training, day) if side == "tuned" else None
        for offer in model.offers(side, day):
            yield {
                "model": model_id,
                "side": side,
                **{name: getattr(offer, name) for name in OFFERED},
                "training_usd_per_mtok": training.usd_per_mtok if training else None,
                "ends_on": end,
            }


@dataclass(frozen=True)
class PriceRequest:
    """A request for prices: of which models, how old at most, in which currency."""

    model: str | None = None
    """A name, a provider or a pattern; all models where there is none."""
    max_price_age: int | None = None
    currency: Currency | None = None
    stale: bool = False


def pricing_answer(tables: Tables, day: date, request: PriceRequest) -> PricingAnswer:
    """Return the prices of the requested models, with the sources they rest on.

    StalePriceError where a price in force is older than the request allows.
    """
    pricing = tables.pricing
    models = models_named(pricing, request.model)
    checked = list(_checked(pricing, models, day))
    cited = (Citation(name=c.name, url=c.url, checked_on=c.checked_on) for c in checked)
    rules = {model.caching for model in models.values()}
    tokenizers = {model.tokenizer for model in models.values()}
    oldest_first = sorted(checked, key=lambda each: (each.checked_on, each.source))
    return PricingAnswer(
        as_of=day,
        updated_on=pricing.updated_on,
        overlays=tables.overlays,
        currency=request.currency,
        models=models,
        tokenizers={k: v for k, v in pricing.tokenizers.items() if k in tokenizers},
        caching={k: v for k, v in pricing.caching.items() if k in rules},
        sources=pricing.sources,
        warnings=tuple(age_warning(cited, day, request.max_price_age)),
        stale=tuple(oldest_first) if request.stale else (),
    )


def models_named(pricing: Pricing, name: str | None) -> dict[str, PricedModel]:
    """Return the models of a provider, those that match a pattern, or the one that a name means."""
    if not name:
        return pricing.models
    wanted = name.casefold()
    if GLOB & set(wanted):
        found = {}
        for model_id, model in pricing.models.items():
            names = (model_id, model_id.partition("/")[2], *model.aliases)
            if any(fnmatchcase(each.casefold(), wanted) for each in names):
                found[model_id] = model
        if not found:
            raise UnknownNameError("model", name, (), "ftvp pricing")
        return found
    seller = f"{SELLERS.get(wanted, wanted)}/"
    sold = {m: model for m, model in pricing.models.items() if m.startswith(seller)}
    return sold or dict([pricing.find(name)])


def _checked(pricing: Pricing, models: dict[str, PricedModel], day: date) -> Iterator[Checked]:
    """Yield each source of what is on sale on a day, by the day on which it was checked."""
    found: dict[tuple[str, date], list[str]] = {}
    for model_id, model in models.items():
        for key in dict.fromkeys((e.source, e.checked_on) for e in _on_sale(model, day)):
            found.setdefault(key, []).append(model_id)
    for (source, checked_on), names in found.items():
        cited = pricing.sources[source]
        yield Checked(
            source=source,
            name=cited.name,
            url=cited.url,
            checked_on=checked_on,
            days=(day - checked_on).days,
            models=tuple(names),
        )


def _on_sale(model: PricedModel, day: date) -> Iterator[Dated]:
    """Yield the prices of a model that are in force on a day, until it ends."""
    if model.ended_on(day) is None:
        yield from model.offers("base", day)
    if model.ended_on(day, "tuned") is None:
        yield from model.offers("tuned", day)
        if training := in_force(model.training, day):
            yield training


MAX_RANK = 10
"""Places of a ranking whose changes are reported."""


class PriceVersion(Record):
    """A price table as of a day."""

    name: str
    """As it was given: a file, or the table as of a day."""
    day: date
    """The day whose prices are in force."""
    updated_on: date
    """When the table's values last changed."""


class PricedVerdict(Record):
    """The verdict on a scenario at the prices of one side."""

    choice: Choice | None
    """None where there is no answer; the headline says why."""
    headline: str
    """The verdict in words, or why there is none."""
    cheapest: str | None
    """The option ranked first."""
    ranking: tuple[str, ...] = ()
    """Every option by its id, the cheapest first."""


class Move(Record):
    """An option that changed its place in the ranking; None where it has none."""

    way: str
    """The id of the option."""
    old: int | None
    """Its place at the old prices among what both have, from 1."""
    new: int | None
    """Its place at the new prices, likewise."""


class VerdictChange(Record):
    """A scenario at the old and at the new prices."""

    scenario: str
    """The file of the scenario."""
    old: PricedVerdict
    new: PricedVerdict
    changed: bool
    """Whether the choice or the cheapest option differs."""
    moves: tuple[Move, ...]
    """The options among the first ten of either side whose place changed, in the new order."""
    parts: tuple[CausePart, ...] = ()
    """What each cause adds to the change of the net benefit of tuning."""
    alone: tuple[str, ...] = ()
    """The causes of which one alone would have changed the choice."""


class PriceDiffAnswer(DocumentHeader):
    """The document `ftvp.price_diff/1`: what changed, in USD."""

    schema_: Literal["ftvp.price_diff/1"] = Field(default="ftvp.price_diff/1", alias="schema")
    old: PriceVersion
    new: PriceVersion
    added: tuple[str, ...]
    """Ids of models that only the new one has."""
    gone: tuple[str, ...]
    """Ids of models that only the old one has."""
    changes: tuple[PriceChange, ...]
    """The prices that differ of models that both have."""
    verdicts: tuple[VerdictChange, ...] = ()
    """A row for each scenario that was given."""


class OverlayAnswer(DocumentHeader):
    """The document `ftvp.overlay_check/1`: what a sound overlay changes."""

    schema_: Literal["ftvp.overlay_check/1"] = Field(default="ftvp.overlay_check/1", alias="schema")
    file: str
    updated_on: date
    """The day that the overlay gives itself."""
    changes: tuple[Change, ...]
    """By model, in words."""
    doubts: tuple[str, ...] = ()
    """What in it is more likely a mistake than a price, by the line."""


@dataclass(frozen=True)
class Priced:
    """The tables under the name a user gave them, as of a day."""

    name: str
    tables: Tables
    day: date

    @property
    def version(self) -> PriceVersion:
        """What an answer says of it."""
        updated_on = self.tables.pricing.updated_on
        return PriceVersion(name=self.name, day=self.day, updated_on=updated_on)


def price_diff_answer(
    old: Priced, new: Priced, verdicts: tuple[VerdictChange, ...] = ()
) -> PriceDiffAnswer:
    """Return what changed of the prices in force, beside the verdicts at both."""
    before, after = entries(old.tables.pricing, old.day), entries(new.tables.pricing, new.day)
    had, has = {model for model, _ in before}, {model for model, _ in after}
    both = [key for key in dict.fromkeys((*before, *after)) if key[0] in had & has]
    return PriceDiffAnswer(
        old=old.version,
        new=new.version,
        added=tuple(sorted(has - had)),
        gone=tuple(sorted(had - has)),
        changes=tuple(
            change for key in both for change in differences(key, before.get(key), after.get(key))
        ),
        verdicts=verdicts,
    )


def verdict_change(
    scenario: str,
    old: PricedVerdict,
    new: PricedVerdict,
    parts: Sequence[CausePart] = (),
    alone: Sequence[str] = (),
) -> VerdictChange:
    """Return the verdicts on a scenario at both prices, and whether they differ in what to do."""
    both = old.choice is not None and new.choice is not None
    return VerdictChange(
        scenario=scenario,
        old=old,
        new=new,
        changed=(old.choice, old.cheapest) != (new.choice, new.cheapest),
        moves=moves(old.ranking, new.ranking) if both else (),
        parts=tuple(parts),
        alone=tuple(alone),
    )


def moves(old: Sequence[str], new: Sequence[str]) -> tuple[Move, ...]:
    """Return which of the first ten of two rankings changed place, were added or removed.

    What was added or removed moves nothing: places are counted among the options in both rankings.

    >>> [(m.way, m.old, m.new) for m in moves(["a", "b", "c"], ["c", "b", "d"])]
    [('c', 2, 1), ('b', 1, 2), ('d', None, 3), ('a', 1, None)]
    """
    before = _places(old, kept=set(new))
    after = _places(new, kept=set(old))
    looked_at = dict.fromkeys((*new[:MAX_RANK], *old[:MAX_RANK]))
    places = ((way, before.get(way), after.get(way)) for way in looked_at)
    return tuple(Move(way=way, old=was, new=now) for way, was, now in places if was != now)


def _places(ranking: Sequence[str], *, kept: set[str]) -> dict[str, int]:
    """Return each option's place: among the kept ones, or for the others in the whole ranking."""
    common = [way for way in ranking if way in kept]
    return {way: place for ways in (ranking, common) for place, way in enumerate(ways, 1)}
