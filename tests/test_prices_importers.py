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

from ftvp.errors import NotPricesError
from ftvp.files.overlay import load_overlay, save_overlay
from ftvp.prices.importers import genai_list, litellm_list
from ftvp.prices.review import ImportAnswer, ImportOptions, PriceQuote, import_answer
from ftvp.tables.names import names_of
from ftvp.tables.overlay import Overlay, apply
from tests.shipped import pricing

DAY = date(2026, 11, 26)
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
    known = names_of(table.models)
    prices = litellm_list(MAP, DAY) if source == "litellm" else genai_list(known, DAY, DAY)
    return import_answer(table, prices, ImportOptions(DAY))


@pytest.mark.long
@each_source
def test_a_whole_list_is_read(source: str) -> None:
    answer, laid = imported(source)
    assert answer.unchanged > 20
    assert len(answer.added) > 200
    assert len(laid.models) > 200


@pytest.mark.long
@each_source
def test_what_is_written_is_a_sound_overlay(source: str, tmp_path: Path) -> None:
    _, laid = imported(source)
    save_overlay(laid, tmp_path / "o.yaml", "For a test")
    assert load_overlay(pricing(), str(tmp_path / "o.yaml")) == laid


@pytest.mark.long
@each_source
def test_the_table_is_as_the_list_or_knows_less(source: str) -> None:
    answer, _ = imported(source)
    changed = [change for change in answer.changed if change.old not in (None, 1)]
    # The lists round half of a cached price to the cent: 0.125 to 0.13, 0.015 to 0.02.
    assert {change.price for change in changed} == {"batch cached input"}
    assert all(abs((c.new or 0) - (c.old or 0)) < 0.00501 for c in changed)
    assert not answer.warnings


@pytest.mark.long
@each_source
def test_nothing_is_invented(source: str) -> None:
    _, laid = imported(source)
    after, _ = apply(pricing(), laid)
    for name, row in after.models.items():
        before = pricing().models.get(name)
        assert (row.training, row.limits) == (
            (before.training, before.limits) if before else ((), None)
        )
        assert {end.kind for end in row.ends if not before} <= {"base_shutdown"}
    new = [o for row in laid.models.values() if row.name for o in (*row.base, *row.tuned)]
    assert {offer.hosting_usd_per_hour for offer in new} == {None}


@pytest.mark.long
@each_source
def test_no_price_of_the_overlay_is_absurd_nor_begins_later(source: str) -> None:
    _, laid = imported(source)
    offers = [o for row in laid.models.values() for o in (*row.base, *row.tuned)]
    for offer in offers:
        assert 0.001 <= (offer.input_usd_per_mtok or 0) <= 2_000
        assert 0.001 <= (offer.output_usd_per_mtok or 0) <= 2_000
        assert offer.effective_from <= DAY == offer.checked_on


@pytest.mark.long
@each_source
def test_what_a_whole_list_adds_is_on_sale_and_answers_with_text(source: str) -> None:
    answer, laid = imported(source)
    for new in answer.added:
        assert not any(word in new.model for word in ("flux", "image", "embed", "tts", "whisper"))
    for row in laid.models.values():
        assert all(end.closes_on > DAY for end in row.ends)


@pytest.mark.long
@each_source
def test_no_dated_twin_of_a_model_is_added(source: str) -> None:
    answer, _ = imported(source)
    names = names_of(pricing().models)
    for new in answer.added:
        if new.model not in pricing().models:
            assert names.at_its_seller(new.model) is None, new.model
        assert not new.model.endswith("-latest")


@pytest.mark.long
@pytest.mark.skipif(not MAP.is_file(), reason="no litellm")
@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("ft:gpt-4o-2024-11-20", "likely the cached price stored as cache creation"),
        ("gemini/gemma-3-27b-it", "input of 0"),
        ("fireworks_ai/accounts/fireworks/models/flux-1-dev-controlnet-union", "no chat model"),
        ("amazon.nova-2-lite-v1:0", "its name may mean aws-bedrock/nova-2-lite or"),
        ("claude-3-opus-20240229", "shut down on"),
    ],
)
def test_known_errors_of_litellm_are_refused(entry: str, words: str) -> None:
    answer, _ = imported("litellm")
    reasons = [r.reason for r in answer.refused if r.entry == entry]
    assert all(words in reason for reason in reasons)


@pytest.mark.long
@pytest.mark.skipif(not find_spec("genai_prices"), reason="no genai-prices")
def test_prices_that_list_and_table_schedule_alike_are_no_change() -> None:
    answer, _ = imported("genai-prices")
    scheduled = {"google/gemini-3.8-flash", "google/gemini-4-argon", "google/gemini-3.6-flash"}
    assert not scheduled & {change.model for change in answer.changed}
    assert not scheduled & {refused.model for refused in answer.refused}


@pytest.mark.long
@pytest.mark.skipif(not find_spec("genai_prices"), reason="no genai-prices")
def test_the_regional_profile_of_genai_prices_is_the_known_row() -> None:
    answer, _ = imported("genai-prices")
    told = {new.model for new in answer.added} | {change.model for change in answer.changed}
    told |= {refused.model for refused in answer.refused}
    assert not any("nova-2-lite" in model for model in told)
    assert not any("nova-2-lite" in model for model in answer.gone)


NOT_A_MAP = [
    "[]",
    "{}",
    "3",
    "null",
    '{"a": {"input": 1}}',
    '{"a": "litellm_provider"}',
    "models: 3",
    '{"a"',
    "[" * 100_000,
    '{"a":' * 100_000,
]


@pytest.mark.parametrize("text", NOT_A_MAP, ids=[text[:20] for text in NOT_A_MAP])
def test_a_file_that_is_no_price_map_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text, "utf-8")
    with pytest.raises(NotPricesError, match=r"prices\.json is not litellm's price map"):
        litellm_list(path, DAY)


CHAT = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 1e-6,
    "output_cost_per_token": 4e-6,
}


def read(tmp_path: Path, entries: dict[str, object]) -> list[PriceQuote]:
    """Return the quotes of a price map with these entries."""
    path = tmp_path / "prices.json"
    path.write_text(json.dumps(entries), "utf-8")
    return list(litellm_list(path, DAY).quotes)


HOSTILE: list[object] = [
    "free",
    "1e-6",
    [],
    {},
    [1e-6],
    True,
    -1e-6,
    float("inf"),
    float("-inf"),
    float("nan"),
    1e305,
    10**400,
    -(10**400),
]


@pytest.mark.parametrize("price", HOSTILE, ids=[repr(price)[:12] for price in HOSTILE])
@pytest.mark.parametrize("field", ["input_cost_per_token", "cache_read_input_token_cost_batches"])
def test_a_price_that_is_none_is_refused_not_read(
    tmp_path: Path, price: object, field: str
) -> None:
    (found,) = read(tmp_path, {"gpt-4o-mini": {**CHAT, field: price}})
    assert found.fault == "a price is not a finite number from 0 up"
    assert found.prices == {}


@pytest.mark.parametrize("price", HOSTILE, ids=[repr(price)[:12] for price in HOSTILE])
def test_a_surcharge_that_is_none_is_left_out(tmp_path: Path, price: object) -> None:
    tier = {"input_cost_per_token_above_272k_tokens": price}
    (found,) = read(tmp_path, {"gpt-7": {**CHAT, **tier}})
    assert (found.fault, found.long_prompt) == (None, None)
    tier = {**tier, "output_cost_per_token_above_272k_tokens": price}
    assert read(tmp_path, {"gpt-7": {**CHAT, **tier}})[0].long_prompt is None


@pytest.mark.parametrize("field", ["litellm_provider", "mode", "deprecation_date"])
@pytest.mark.parametrize("value", [[], {}, ["chat"], {"openai": 1}, 3, None, True, "2026-99-99"])
def test_a_field_of_any_kind_does_no_harm(tmp_path: Path, field: str, value: object) -> None:
    found = read(tmp_path, {"gpt-4o-mini": CHAT, "gpt-7": {**CHAT, field: value}})
    assert found[0].entry == "gpt-4o-mini"
    assert len(found) == (2 if field == "deprecation_date" else 1)
    assert found[-1].ends_on is None


@pytest.mark.parametrize("entry", [3, "text", [], None, True])
def test_an_entry_that_is_none_is_left_out(tmp_path: Path, entry: object) -> None:
    assert [quote.entry for quote in read(tmp_path, {"a": entry, "b": CHAT})] == ["b"]


@pytest.mark.parametrize("name", ["", "/", "openai/"])
def test_an_entry_without_a_name_is_refused(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path, {name: CHAT})
    assert found.fault == "it has no name"


def test_what_is_not_looked_at_is_counted_by_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    entries = {
        "gpt-7": CHAT,
        "dall-e-9": {**CHAT, "mode": "image_generation"},
        "text-embedding-9": {**CHAT, "mode": "embedding"},
        "ada-9": {**CHAT, "mode": "embedding"},
        "somebody/else": {**CHAT, "litellm_provider": "somebody"},
        "azure/eu/gpt-4o": {**CHAT, "litellm_provider": "azure"},
    }
    path.write_text(json.dumps(entries), "utf-8")
    assert litellm_list(path, DAY).left_out == {
        "of mode embedding, not chat": 2,
        "of mode image_generation, not chat": 1,
        "of one region or deployment": 1,
        "of providers that the table does not have": 1,
    }


@pytest.mark.parametrize(
    "name",
    [
        "flux-1-dev",
        "gpt-image-9",
        "dall-e-3",
        "gpt-4o-mini-tts",
        "text-embedding-9",
        "gpt-realtime",
    ],
)
def test_a_chat_model_that_makes_pictures_or_sounds_is_none(tmp_path: Path, name: str) -> None:
    (found,) = read(tmp_path, {name: CHAT})
    assert found.fault is not None
    assert "its name says that it is no chat model" in found.fault


@pytest.mark.parametrize("name", ["gpt-7", "imagination-7b", "embedded-llama-8b", "guardian-angel"])
def test_a_name_that_only_resembles_one_is_read(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, {name: CHAT})[0].fault is None


def test_a_model_that_does_not_answer_with_text_is_refused(tmp_path: Path) -> None:
    (found,) = read(tmp_path, {"gpt-7": {**CHAT, "supported_output_modalities": ["image"]}})
    assert found.fault == "it does not answer with text"
    (found,) = read(tmp_path, {"gpt-7": {**CHAT, "supported_output_modalities": ["text", "image"]}})
    assert found.fault is None


def test_writing_that_is_not_charged_has_no_price(tmp_path: Path) -> None:
    (found,) = read(tmp_path, {"gpt-7": {**CHAT, "cache_creation_input_token_cost": 0}})
    assert "cache_write_usd_per_mtok" not in found.prices


def test_a_surcharge_on_long_prompts_is_read(tmp_path: Path) -> None:
    tiers = {
        "input_cost_per_token_above_272k_tokens": 2e-6,
        "output_cost_per_token_above_272k_tokens": 6e-6,
    }
    long = read(tmp_path, {"gpt-7": {**CHAT, **tiers}})[0].long_prompt
    assert long is not None
    assert (long.above_tokens, long.input_times, long.output_times) == (272_000, 2, 1.5)


def test_the_list_is_dated_the_day_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"gpt-7": CHAT}), "utf-8")
    found = litellm_list(path, date(2027, 3, 1))
    assert (found.made_on, found.source_id) == (date(2027, 3, 1), "litellm-2027-03-01")
    assert found.source.name == "litellm price map prices.json, read 2027-03-01"
