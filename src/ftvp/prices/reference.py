"""The price table as an answer: every model on a day, some, or one; and what was checked when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from ftvp.advice.reference import Reference
from ftvp.errors import UnknownNameError
from ftvp.tables.bundle import AppliedOverlay, Tables
from ftvp.tables.entries import Citation, Dated, Source, age_warning, in_force
from ftvp.tables.names import SELLERS
from ftvp.tables.pricing import CacheRule, PricedModel, Pricing, Tokenizer
from ftvp.units import Currency, Record

GLOB = frozenset("*?[")
"""Characters by which a name is a pattern."""


class Checked(Record):
    """What rests on one source that was last looked at on one day."""

    source: str
    name: str
    url: str | None
    checked_on: date
    days: int
    """How long before the day of the answer that was."""
    models: tuple[str, ...]


class PricingAnswer(Reference):
    """The document `ftvp.pricing/1`: models with their dated prices, as of a day."""

    schema_: Literal["ftvp.pricing/1"] = Field(default="ftvp.pricing/1", alias="schema")
    overlays: tuple[AppliedOverlay, ...] = ()
    currency: Currency | None = None
    """What the view shows amounts in; every amount in this document is USD."""
    models: dict[str, PricedModel]
    tokenizers: dict[str, Tokenizer]
    caching: dict[str, CacheRule]
    sources: dict[str, Source]
    warnings: tuple[str, ...] = ()
    stale: tuple[Checked, ...] = ()
    """What was checked longest ago, the oldest first, where that was asked for."""


@dataclass(frozen=True)
class PriceRequest:
    """How the price table is asked for: of which models, how old at most, in which currency."""

    model: str | None = None
    """A name, a provider or a pattern; all models where there is none."""
    max_price_age: int | None = None
    currency: Currency | None = None
    stale: bool = False


def pricing_answer(tables: Tables, day: date, version: str, asked: PriceRequest) -> PricingAnswer:
    """Return the prices of the models that are asked for, with the sources they rest on.

    StalePriceError where a price in force is older than was asked for.
    """
    pricing = tables.pricing
    models = models_asked(pricing, asked.model)
    cited = list(_checked(pricing, models, day))
    rules = {row.caching for row in models.values() if row.caching}
    return PricingAnswer(
        tool_version=version,
        as_of=day,
        updated_on=pricing.updated_on,
        overlays=tables.overlays,
        currency=asked.currency,
        models=models,
        tokenizers={k: v for k, v in pricing.tokenizers.items() if k in _tokenizers(models)},
        caching={k: v for k, v in pricing.caching.items() if k in rules},
        sources=pricing.sources,
        warnings=tuple(age_warning(map(_citation, cited), day, asked.max_price_age)),
        stale=tuple(sorted(cited, key=_age)) if asked.stale else (),
    )


def models_asked(pricing: Pricing, name: str | None) -> dict[str, PricedModel]:
    """Return the models of a provider, those that match a pattern, or the one that a name means."""
    if not name:
        return pricing.models
    wanted = name.casefold()
    if GLOB & set(wanted):
        found = {m: row for m, row in pricing.models.items() if _matches(m, row, wanted)}
        if not found:
            raise UnknownNameError("model", name, (), "ftvp pricing")
        return found
    seller = f"{SELLERS.get(wanted, wanted)}/"
    sold = {m: row for m, row in pricing.models.items() if m.startswith(seller)}
    return sold or dict([pricing.find(name)])


def _matches(model_id: str, row: PricedModel, pattern: str) -> bool:
    names = (model_id, model_id.partition("/")[2], *row.aliases)
    return any(fnmatchcase(name.casefold(), pattern) for name in names)


def _checked(pricing: Pricing, models: dict[str, PricedModel], day: date) -> Iterator[Checked]:
    """Yield each source of what is on sale on a day, by the day on which it was checked."""
    found: dict[tuple[str, date], list[str]] = {}
    for model_id, row in models.items():
        for key in dict.fromkeys((e.source, e.checked_on) for e in _in_force(row, day)):
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


def _in_force(row: PricedModel, day: date) -> Iterator[Dated]:
    """Yield the prices of a model that are in force on a day, until it ends."""
    if row.ended_on(day) is None:
        yield from row.offers("base", day)
    if row.ended_on(day, "tuned") is None:
        yield from row.offers("tuned", day)
        training = in_force(row.training, day)
        if training is not None:
            yield training


def _citation(checked: Checked) -> Citation:
    return Citation(name=checked.name, url=checked.url, checked_on=checked.checked_on)


def _age(checked: Checked) -> tuple[date, str]:
    return checked.checked_on, checked.source


def _tokenizers(models: dict[str, PricedModel]) -> set[str]:
    return {row.tokenizer for row in models.values()}
