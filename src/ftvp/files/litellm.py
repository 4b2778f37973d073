"""litellm's price map (`model_prices_and_context_window.json`), entry by entry, as quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftvp.errors import NotPricesError
from ftvp.files.disk import read_text

if TYPE_CHECKING:
    from ftvp.tables.entries import LongPrompt
    from ftvp.tables.quote import PriceList, Quote

PROVIDERS = {
    "openai": "openai",
    "text-completion-openai": "openai",
    "azure": "azure-openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "vertex_ai-language-models": "google-vertex",
    "bedrock": "aws-bedrock",
    "bedrock_converse": "aws-bedrock",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "mistral": "mistral",
}
"""litellm's providers, each with the table's; entries of others are not read."""
MODES = {"chat", "completion", "responses"}
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
PER_MTOK = 1_000_000
REGION = re.compile(r"^(us|eu|apac|au|jp|ca|global|us-gov)\.|^bedrock/|^azure/[^/]+/")
"""Entries of one region or deployment, whose prices are not the provider's list prices."""
VERSION = re.compile(r"(-v\d+)?:\d+$")
TUNED = "ft:"
ABOVE = re.compile(r"^input_cost_per_token_above_(\d+)k_tokens$")


def litellm_list(path: Path, day: date) -> PriceList:
    """Return a price map as it was read on a day; NotPricesError where the file is none."""
    from ftvp.tables.entries import Source
    from ftvp.tables.quote import PriceList

    name = f"litellm price map {path.name}, read {day}"
    quotes = tuple(litellm_quotes(path))
    return PriceList(source_id=f"litellm-{day}", source=Source(name=name), quotes=quotes)


def litellm_quotes(path: Path) -> Iterator[Quote]:
    """Yield the quotes of a price map; NotPricesError where the file is none."""
    for entry, row in _entries(path).items():
        if not isinstance(row, Mapping) or row.get("mode") not in MODES or REGION.match(entry):
            continue
        provider = PROVIDERS.get(str(row.get("litellm_provider")))
        if provider is not None:
            yield _quote(entry, provider, row)


def _entries(path: Path) -> Mapping[str, Any]:
    try:
        entries = json.loads(read_text(path))
    except ValueError:
        entries = None
    if not isinstance(entries, dict) or not any(
        "litellm_provider" in str(e) for e in entries.values()
    ):
        raise NotPricesError(path, "litellm's price map (model_prices_and_context_window.json)")
    return entries


def _quote(entry: str, provider: str, row: Mapping[str, Any]) -> Quote:
    from ftvp.tables.quote import Quote

    name = entry.removeprefix(TUNED).rpartition("/")[2]
    prices = {ours: row[theirs] for theirs, ours in FIELDS.items() if row.get(theirs) is not None}
    sound = all(type(price) in (int, float) and price >= 0 for price in prices.values())
    return Quote(
        entry=entry,
        provider=provider,
        names=tuple(dict.fromkeys((name, name.partition(":")[0], VERSION.sub("", name)))),
        side="tuned" if entry.startswith(TUNED) else "base",
        prices={k: float(f"{v * PER_MTOK:.12g}") for k, v in prices.items()} if sound else {},
        long_prompt=_long_prompt(row) if sound else None,
        fault=None if sound else "a price is not a number from 0 up",
    )


def _long_prompt(row: Mapping[str, Any]) -> LongPrompt | None:
    """Return the surcharge on long prompts, where input and output have one."""
    from ftvp.tables.entries import LongPrompt

    for key, dearer in row.items():
        found = ABOVE.match(key)
        output = row.get(key.replace("input", "output", 1))
        base = row.get("input_cost_per_token"), row.get("output_cost_per_token")
        if found and dearer and output and all(base):
            return LongPrompt(
                above_tokens=int(found[1]) * 1000,
                input_times=dearer / base[0],
                output_times=output / base[1],
            )
    return None
