"""The current price lists of others, whole: litellm's map and the genai-prices package.

They are development dependencies; where one is not installed, its tests are skipped.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from ftvp.advice.imports import Choosing, ImportAnswer, import_answer
from ftvp.advice.quotes import names_by_provider
from ftvp.errors import NotPricesError
from ftvp.files.genai_prices import genai_list
from ftvp.files.litellm import litellm_list
from ftvp.files.overlay import load_overlay, save_overlay
from ftvp.tables.overlay import Overlay, apply
from tests.shipped import pricing

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 23)
LITELLM = find_spec("litellm")
MAP = (
    Path(LITELLM.origin or "").parent / "model_prices_and_context_window_backup.json"
    if LITELLM
    else Path("litellm")
)
SOURCES = [
    pytest.param("litellm", marks=pytest.mark.skipif(not MAP.is_file(), reason="no litellm")),
    pytest.param(
        "genai-prices",
        marks=pytest.mark.skipif(not find_spec("genai_prices"), reason="no genai-prices"),
    ),
]
each_source = pytest.mark.parametrize("source", SOURCES)


@cache
def imported(source: str) -> tuple[ImportAnswer, Overlay]:
    """Return what a whole list changes on the day of the shipped table."""
    table = pricing()
    known = names_by_provider(table)
    prices = litellm_list(MAP, DAY) if source == "litellm" else genai_list(known, DAY)
    return import_answer(table, prices, Choosing(DAY), "0")


@each_source
def test_a_whole_list_is_read(source: str) -> None:
    answer, laid = imported(source)
    assert answer.unchanged > 20
    assert len(answer.added) > 200
    assert len(laid.models) > 200


@each_source
def test_what_is_written_is_a_sound_overlay(source: str, tmp_path: Path) -> None:
    _, laid = imported(source)
    save_overlay(laid, tmp_path / "o.yaml", "For a test")
    assert load_overlay(pricing(), str(tmp_path / "o.yaml")) == laid


@each_source
def test_nothing_is_invented(source: str) -> None:
    _, laid = imported(source)
    after, _ = apply(pricing(), laid)
    for name, row in after.models.items():
        before = pricing().models.get(name)
        facts = (row.training, row.ends, row.limits)
        assert facts == (
            (before.training, before.ends, before.limits) if before else ((), (), None)
        )
    new = [o for row in laid.models.values() if row.name for o in (*row.base, *row.tuned)]
    assert {offer.hosting_usd_per_hour for offer in new} == {None}


@each_source
def test_no_price_of_the_overlay_is_0_nor_begins_later(source: str) -> None:
    _, laid = imported(source)
    offers = [o for row in laid.models.values() for o in (*row.base, *row.tuned)]
    assert all(o.input_usd_per_mtok and o.output_usd_per_mtok for o in offers)
    assert all(o.effective_from <= DAY for o in offers)


@pytest.mark.skipif(not MAP.is_file(), reason="no litellm")
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("ft:gpt-4o-2024-11-20", "likely the cached price stored as cache creation"),
        ("ft:gpt-4-0613", "the tuned price equals the base price"),
        ("gpt-3.5-turbo-1106", "the batch price ($1.00 and $2.00) is not below the online one"),
        ("gemini/gemma-3-27b-it", "a price of 0"),
    ],
)
def test_known_errors_of_litellm_are_refused(entry: str, words: str) -> None:
    answer, _ = imported("litellm")
    assert [words in r.reason for r in answer.refused if r.entry == entry] == [True]


@pytest.mark.skipif(not find_spec("genai_prices"), reason="no genai-prices")
def test_prices_that_genai_prices_schedules_are_refused() -> None:
    answer, _ = imported("genai-prices")
    scheduled = {r.model: r.reason for r in answer.refused if "scheduled for" in r.reason}
    assert "2027-01-01" in scheduled["google/gemini-3.8-flash"]
    assert "google/gemini-3.8-flash" not in {change.model for change in answer.changed}


@pytest.mark.parametrize("text", ["[]", "{}", '{"a": {"input": 1}}', "models: 3", '{"a"'])
def test_a_file_that_is_no_price_map_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text, "utf-8")
    with pytest.raises(NotPricesError, match=r"prices\.json is not litellm's price map"):
        litellm_list(path, DAY)


def test_an_entry_with_a_price_that_is_none_is_refused_not_read(tmp_path: Path) -> None:
    row = {"litellm_provider": "openai", "mode": "chat", "output_cost_per_token": 1e-6}
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"gpt-4o-mini": {**row, "input_cost_per_token": "free"}}), "utf-8")
    (found,) = litellm_list(path, DAY).quotes
    assert found.fault == "a price is not a number from 0 up"


def test_prices_of_a_region_are_not_those_of_the_list(tmp_path: Path) -> None:
    row = {"litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 1e-6}
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"azure/eu/gpt-4o": row, "azure/gpt-4o": row}), "utf-8")
    assert [quote.entry for quote in litellm_list(path, DAY).quotes] == ["azure/gpt-4o"]


def test_a_surcharge_on_long_prompts_is_read(tmp_path: Path) -> None:
    row = {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 4e-6,
        "input_cost_per_token_above_272k_tokens": 2e-6,
        "output_cost_per_token_above_272k_tokens": 6e-6,
    }
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"gpt-7": row}), "utf-8")
    (found,) = litellm_list(path, DAY).quotes
    long = found.long_prompt
    assert long is not None
    assert (long.above_tokens, long.input_times, long.output_times) == (272_000, 2, 1.5)
