"""The data of the genai-prices package, when it is installed, as quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from ftvp.errors import NotInstalledError

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

    from ftvp.tables.entries import LongPrompt
    from ftvp.tables.quote import PriceList, Quote

PACKAGE = "genai-prices"
PROVIDERS = {
    "openai": "openai",
    "azure": "azure-openai",
    "anthropic": "anthropic",
    "google": "google",
    "aws": "aws-bedrock",
    "together": "together",
    "fireworks": "fireworks",
    "mistral": "mistral",
}
"""The package's providers, each with the table's; models of others are not read."""
FIELDS = {
    "input_mtok": "input_usd_per_mtok",
    "output_mtok": "output_usd_per_mtok",
    "cache_read_mtok": "cached_input_usd_per_mtok",
    "cache_write_mtok": "cache_write_usd_per_mtok",
    "cache_write_1h_mtok": "cache_write_long_usd_per_mtok",
}
BATCH_FIELDS = {
    "input_mtok": "batch_input_usd_per_mtok",
    "output_mtok": "batch_output_usd_per_mtok",
    "cache_read_mtok": "batch_cached_input_usd_per_mtok",
}
BATCH = {"processing": "batch"}
TUNED = re.compile(r"^ft:|[.]ft-$")
REGION = re.compile(r"^(us|eu|apac|global)[.]")
VERSION = re.compile(r"(-v\d+)?:\d+$")
Names = Mapping[str, Mapping[str, str]]
"""By provider, each name of a model of the table with its id."""


def genai_version() -> str:
    """Return the version of the package; NotInstalledError where it is not there."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        raise NotInstalledError(PACKAGE) from None


def genai_list(known: Names, day: date) -> PriceList:
    """Return the prices of the installed package; NotInstalledError where it is not there."""
    from ftvp.tables.entries import Source
    from ftvp.tables.quote import PriceList

    version = genai_version()
    quotes = tuple(genai_quotes(known, day))
    source = Source(name=f"{PACKAGE} {version}")
    return PriceList(source_id=f"{PACKAGE}-{version}", source=source, quotes=quotes)


def genai_quotes(known: Names, day: date) -> Iterator[Quote]:
    """Yield the quotes of the package on a day, and those that it schedules for later.

    The package itself says which of its models a `known` name of the table means.
    """
    from genai_prices.data import providers

    for provider in providers:
        ours = PROVIDERS.get(provider.id)
        for model in provider.models if ours else ():
            if not REGION.match(model.id):
                yield from _of_model(model, ours or "", known.get(ours or "", {}), day)


def _of_model(
    model: ModelInfo, provider: str, known: Mapping[str, str], day: date
) -> Iterator[Quote]:
    """Yield what is said of a model, once for each model of the table that it stands for."""
    from ftvp.tables.quote import Quote

    is_tuned = bool(TUNED.search(model.id))
    name = TUNED.sub("", model.id).rstrip("-").rpartition("/")[2]
    meant = () if is_tuned else (i for n, i in known.items() if model.is_match(n))
    for called in tuple(dict.fromkeys(meant)) or (name,):
        for start, prices in _stated(model, day):
            if not vars(prices).keys() & {"input_mtok", "output_mtok"}:
                continue
            now = start is None or start <= day
            yield Quote(
                entry=model.id,
                provider=provider,
                names=tuple(dict.fromkeys((called, VERSION.sub("", called)))),
                side="tuned" if is_tuned else "base",
                prices=_prices(prices, FIELDS) | (_batch(model, day) if now else {}),
                long_prompt=_long_prompt(prices),
                effective_from=start,
                fault="its price depends on the time of day" if _is_timed(model) else None,
            )


def _stated(model: ModelInfo, day: date) -> Iterator[tuple[date | None, ModelPrice]]:
    """Yield the prices in force on a day with the day they began, then those of later days."""
    dated = model.prices if isinstance(model.prices, list) else []
    starts = {getattr(each.constraint, "start_date", None) for each in dated}
    begun = [start for start in starts if start is not None and start <= day]
    yield max(begun, default=None), model.get_prices(_moment(day))
    for each in dated:
        start = getattr(each.constraint, "start_date", None)
        if start is not None and start > day:
            yield start, each.prices


def _is_timed(model: ModelInfo) -> bool:
    dated = model.prices if isinstance(model.prices, list) else []
    return any(hasattr(each.constraint, "start_time") for each in dated)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _batch(model: ModelInfo, day: date) -> dict[str, float]:
    """Return the prices that are said to hold in batches, none where nothing is said."""
    variants = [v for v in model.price_variants or () if v.when == BATCH]
    said = {key for v in variants for key, price in vars(v.prices).items() if price is not None}
    prices = model.get_prices(_moment(day), BATCH)
    return _prices(prices, {key: ours for key, ours in BATCH_FIELDS.items() if key in said})


def _prices(prices: ModelPrice, fields: Mapping[str, str]) -> dict[str, float]:
    stated = {ours: vars(prices).get(theirs) for theirs, ours in fields.items()}
    return {
        ours: float(getattr(price, "base", price))
        for ours, price in stated.items()
        if price is not None
    }


def _long_prompt(prices: ModelPrice) -> LongPrompt | None:
    """Return the surcharge on long prompts, where input and output have one tier alike."""
    from genai_prices.types import TieredPrices

    from ftvp.tables.entries import LongPrompt

    one, other = vars(prices).get("input_mtok"), vars(prices).get("output_mtok")
    if not isinstance(one, TieredPrices) or not isinstance(other, TieredPrices):
        return None
    if not one.base or not other.base:
        return None
    return LongPrompt(
        above_tokens=one.tiers[0].start,
        input_times=float(one.tiers[0].price / one.base),
        output_times=float(other.tiers[0].price / other.base),
    )
