"""Price lists of others as quotes: litellm's price map, the data of the genai-prices package.

Any field of a list may be of any kind: an entry that cannot be read as a price says why.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftvp.errors import NotInstalledError, NotPricesError, TooOldError
from ftvp.files.disk import read_text
from ftvp.files.values import json_or_none
from ftvp.prices.review import PriceList, PriceQuote
from ftvp.tables.entries import LongPrompt, Source
from ftvp.tables.names import ModelNames, spelling
from ftvp.units import TOKENS_PER_MTOK

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

LITELLM = {
    "openai": "openai",
    "text-completion-openai": "openai",
    "azure": "azure-openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "vertex_ai": "google-vertex",
    "vertex_ai-language-models": "google-vertex",
    "bedrock": "aws-bedrock",
    "bedrock_converse": "aws-bedrock",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "xai": "xai",
    "cohere": "cohere",
    "cohere_chat": "cohere",
    "groq": "groq",
    "cerebras": "cerebras",
    "nebius": "nebius",
    "wandb": "wandb",
    "dashscope": "alibaba",
}
"""litellm's providers, each with the table's; entries of others are not read."""
CHAT = {"chat", "completion", "responses"}
"""litellm's modes of models that answer text with text."""
FIELDS = {
    "input_cost_per_token": "input_usd_per_mtok",
    "output_cost_per_token": "output_usd_per_mtok",
    "cache_read_input_token_cost": "cached_input_usd_per_mtok",
    "cache_creation_input_token_cost": "cache_write_usd_per_mtok",
    "cache_creation_input_token_cost_above_1hr": "cache_write_long_usd_per_mtok",
    "input_cost_per_token_batches": "batch_input_usd_per_mtok",
    "output_cost_per_token_batches": "batch_output_usd_per_mtok",
    "cache_read_input_token_cost_batches": "batch_cached_input_usd_per_mtok",
}
UNCHARGED = {"cache_write_usd_per_mtok", "cache_write_long_usd_per_mtok"}
"""Prices that are left out where they are 0: nothing is charged for a write."""
DEPLOYED = re.compile(r"^(bedrock|azure|vertex_ai)/.+/|^bedrock/")
"""Entries of one region or deployment, whose prices are not the provider's list prices."""
TUNED = "ft:"
ABOVE = re.compile(r"^input_cost_per_token_above_(\d{1,6})k_tokens$")
NOT_CHAT = re.compile(
    r"(?<![a-z])(image|images|imagen|flux|dall-?e|sdxl|diffusion|tts|whisper|audio|speech|voice"
    r"|transcribe|realtime|embed|embedding|embeddings|rerank|reranker|ocr|moderation|guard|video"
    r"|veo|sora|lyria)(?![a-z])"
)
"""Words by which the name of a model says that it makes or reads something other than text."""


def litellm_list(path: Path, today: date) -> PriceList:
    """Return a price map as it is read today; NotPricesError where the file is none."""
    left_out: Counter[str] = Counter()
    quotes = tuple(_litellm_quotes(_entries(path), left_out))
    return PriceList(
        source_id=f"litellm-{today}",
        source=Source(name=f"litellm price map {path.name}, read {today}"),
        made_on=today,
        quotes=quotes,
        left_out=dict(sorted(left_out.items())),
    )


def _entries(path: Path) -> Mapping[str, Any]:
    entries = json_or_none(read_text(path))
    if not isinstance(entries, dict) or not any(
        isinstance(e, dict) and "litellm_provider" in e for e in entries.values()
    ):
        raise NotPricesError(path, "litellm's price map (model_prices_and_context_window.json)")
    return entries


def _litellm_quotes(entries: Mapping[str, Any], left_out: Counter[str]) -> Iterator[PriceQuote]:
    for entry, row in entries.items():
        seller = row.get("litellm_provider") if isinstance(row, dict) else None
        provider = LITELLM.get(seller) if isinstance(seller, str) else None
        mode = row.get("mode") if provider else None
        if provider is None:
            left_out["of providers that the table does not have"] += 1
        elif mode not in CHAT if isinstance(mode, str) else True:
            left_out[f"of mode {mode if isinstance(mode, str) else 'unknown'}, not chat"] += 1
        elif DEPLOYED.match(entry):
            left_out["of one region or deployment"] += 1
        else:
            yield _litellm_quote(entry, provider, row)


def _litellm_quote(entry: str, provider: str, row: Mapping[str, Any]) -> PriceQuote:
    """Return an entry as a quote, without prices and with the reason where it is faulty."""
    last = entry.removeprefix(TUNED).rpartition("/")[2]
    fault = None if last else "it has no name"
    prices: dict[str, float] = {}
    for theirs, ours in FIELDS.items():
        price = row.get(theirs)
        if price is None or (price == 0 and ours in UNCHARGED):
            continue
        number = _number(price)
        if number is None or number < 0 or math.isinf(number * TOKENS_PER_MTOK):
            fault = fault or "a price is not a finite number from 0 up"
        else:
            prices[ours] = float(f"{number * TOKENS_PER_MTOK:.12g}")
    ends_on = None
    with suppress(TypeError, ValueError):
        ends_on = date.fromisoformat(row.get("deprecation_date", ""))
    return PriceQuote(
        entry=entry,
        provider=provider,
        names=tuple(dict.fromkeys(filter(None, (last, last.partition(":")[0])))) or ("unnamed",),
        side="tuned" if entry.startswith(TUNED) else "base",
        prices={} if fault else prices,
        long_prompt=None if fault else _litellm_long(row),
        ends_on=ends_on,
        fault=fault or _other_kind(entry, row.get("supported_output_modalities")),
    )


def _number(value: object) -> float | None:
    """Return a JSON value as a finite number, None where it is none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _other_kind(name: str, outputs: object) -> str | None:
    """Return why an entry is no chat model, though its mode says so; None where it may be one."""
    if isinstance(outputs, list) and outputs and "text" not in outputs:
        return "it does not answer with text"
    found = NOT_CHAT.search(name.casefold())
    return f"its name says that it is no chat model ('{found[0]}')" if found else None


def _litellm_long(row: Mapping[str, Any]) -> LongPrompt | None:
    """Return the surcharge on long prompts, the first where there are several."""
    base = _number(row.get("input_cost_per_token")), _number(row.get("output_cost_per_token"))
    tiers = sorted((int(found[1]), key) for key in row if (found := ABOVE.match(key)))
    for thousands, key in tiers:
        dearer = _number(row[key]), _number(row.get(key.replace("input", "output", 1)))
        surcharge = _long_prompt(thousands * 1000, base, dearer)
        if surcharge is not None:
            return surcharge
    return None


Pair = tuple[float | None, float | None]
"""An input and an output price."""


def _long_prompt(above: int, base: Pair, dearer: Pair) -> LongPrompt | None:
    """Return a surcharge, None where half of it is not stated or it makes nothing dearer."""
    times = [more / one if one and more else None for one, more in zip(base, dearer, strict=True)]
    input_, output = times
    if above <= 0 or input_ is None or output is None or (input_, output) == (1, 1):
        return None
    if min(input_, output) < 1 or math.isinf(max(input_, output)):
        return None
    return LongPrompt(above_tokens=above, input_times=input_, output_times=output)


GENAI = "genai-prices"
GENAI_OLDEST = "0.2.3"
GENAI_PROVIDERS = {
    "openai": "openai",
    "azure": "azure-openai",
    "anthropic": "anthropic",
    "google": "google",
    "aws": "aws-bedrock",
    "together": "together",
    "fireworks": "fireworks",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "x-ai": "xai",
    "cohere": "cohere",
    "groq": "groq",
    "cerebras": "cerebras",
}
"""The package's providers, each with the table's; models of others are not read."""
GENAI_FIELDS = {
    "input_mtok": "input_usd_per_mtok",
    "output_mtok": "output_usd_per_mtok",
    "cache_read_mtok": "cached_input_usd_per_mtok",
    "cache_write_mtok": "cache_write_usd_per_mtok",
    "cache_write_1h_mtok": "cache_write_long_usd_per_mtok",
}
GENAI_BATCH = {
    "input_mtok": "batch_input_usd_per_mtok",
    "output_mtok": "batch_output_usd_per_mtok",
    "cache_read_mtok": "batch_cached_input_usd_per_mtok",
}
BATCH = {"processing": "batch"}
GENAI_TUNED = re.compile(r"^ft:|[.]ft-$")


def genai_list(known: ModelNames, day: date, today: date) -> PriceList:
    """Return the prices of the installed package on a day.

    NotInstalledError where it is not there, TooOldError where it does not say what is read here.
    The package itself says which of its models a `known` name of the table means.
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version(GENAI)
    except PackageNotFoundError:
        raise NotInstalledError(GENAI) from None
    left_out: Counter[str] = Counter()
    quotes = tuple(_genai_quotes(_providers(installed), known, day, left_out))
    return PriceList(
        source_id=f"{GENAI}-{installed}",
        source=Source(name=f"{GENAI} {installed}"),
        made_on=today,
        quotes=quotes,
        left_out=dict(left_out),
    )


def _providers(installed: str) -> list[Provider]:
    """Return the package's data; TooOldError where it lacks a field that is read here."""
    try:
        from genai_prices.data import providers
        from genai_prices.types import ModelInfo
    except ImportError:
        raise TooOldError(GENAI, installed, GENAI_OLDEST) from None
    if not {"price_variants", "deprecated"} <= ModelInfo.__dataclass_fields__.keys():
        raise TooOldError(GENAI, installed, GENAI_OLDEST)
    return list(providers)


def _genai_quotes(
    providers: list[Provider], known: ModelNames, day: date, left_out: Counter[str]
) -> Iterator[PriceQuote]:
    for provider in providers:
        ours = GENAI_PROVIDERS.get(provider.id)
        if ours is None:
            left_out["of providers that the table does not have"] += len(provider.models)
            continue
        for model in provider.models:
            yield from _of_model(model, ours, known, day)


def _of_model(
    model: ModelInfo, provider: str, known: ModelNames, day: date
) -> Iterator[PriceQuote]:
    """Yield the quotes of a model, for each model of the table that it stands for."""
    dated = model.prices if isinstance(model.prices, list) else []
    by_hour = any(hasattr(each.constraint, "start_time") for each in dated)
    fault = "its price depends on the time of day" if by_hour else _other_kind(model.id, None)
    is_tuned = bool(GENAI_TUNED.search(model.id))
    name = GENAI_TUNED.sub("", model.id).rstrip("-").rpartition("/")[2]
    meant = [] if is_tuned else _rows_meant(model, provider, known)
    for called in meant or [name]:
        for start, prices in _stated(model, day):
            if vars(prices).keys() & {"input_mtok", "output_mtok"}:
                now = start is None or start <= day
                yield PriceQuote(
                    entry=model.id,
                    provider=provider,
                    names=(called,),
                    side="tuned" if is_tuned else "base",
                    prices=_prices(prices, GENAI_FIELDS) | (_batch(model, day) if now else {}),
                    long_prompt=_genai_long(prices),
                    effective_from=start,
                    ended=bool(model.deprecated),
                    fault=fault,
                )


def _rows_meant(model: ModelInfo, provider: str, known: ModelNames) -> list[str]:
    """Return the models of the table, without their provider, whose names the model matches."""
    found: dict[str, None] = {}
    region = spelling(model.id).region
    for name, model_id in known.exact.items():
        seller, _, short = model_id.partition("/")
        if seller != provider or name.endswith("-latest"):
            continue
        if model.is_match(name.rpartition("/")[2]) and spelling(name).region == region:
            found[short] = None
    return list(found)


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


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _batch(model: ModelInfo, day: date) -> dict[str, float]:
    """Return the prices that are said to hold in batches, none where nothing is said."""
    variants = [v for v in model.price_variants or () if v.when == BATCH]
    said = {key for v in variants for key, price in vars(v.prices).items() if price is not None}
    prices = model.get_prices(_moment(day), BATCH)
    return _prices(prices, {key: ours for key, ours in GENAI_BATCH.items() if key in said})


def _prices(prices: ModelPrice, fields: Mapping[str, str]) -> dict[str, float]:
    stated = {ours: vars(prices).get(theirs) for theirs, ours in fields.items()}
    return {
        ours: float(getattr(price, "base", price))
        for ours, price in stated.items()
        if price is not None
    }


def _genai_long(prices: ModelPrice) -> LongPrompt | None:
    """Return the surcharge on long prompts, where input and output have one tier alike."""
    from genai_prices.types import TieredPrices

    one, other = vars(prices).get("input_mtok"), vars(prices).get("output_mtok")
    if not isinstance(one, TieredPrices) or not isinstance(other, TieredPrices):
        return None
    dearer = float(one.tiers[0].price), float(other.tiers[0].price)
    return _long_prompt(one.tiers[0].start, (float(one.base), float(other.base)), dearer)
