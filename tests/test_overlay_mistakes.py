"""Every mistake that an overlay can hold is a file, and is told in words that help to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftvp.errors import FileProblemsError
from ftvp.files.overlay import load_overlay
from tests.rows import of_each
from tests.shipped import pricing

FOLDER = Path(__file__).parent / "bad_overlays"
PRICE = "'models.openai/gpt-4o-mini.base.0.input_usd_per_mtok'"
FOUND: dict[str, tuple[str, ...]] = {
    "a_list": (": is no overlay: write schema_version: 1, updated_on, then models or discounts",),
    "alias": (" line 5: '*c' is an alias: write the value out",),
    "discount_below_nothing": (" line 6: 'discounts.0.discount_percent' must be at least 0",),
    "discount_for_an_unknown_model": (" line 6: no model in the table named 'gpt-4o-mni'. Did",),
    "caching_as_it_was": (
        " line 5: 'caching.mine.mode' is missing",
        " line 5: 'opt_in' is not a key here.",
        " line 5: 'time_to_live_seconds' is not a key here.",
    ),
    "discount_for_an_unknown_provider": (" line 6: no provider named 'opnai'. Did you mean 'op",),
    "discount_for_nobody": (" line 6: 'discounts.0': a discount is for a provider or for a model",),
    "discount_for_two": (" line 6: 'discounts.0': a discount is for a provider or for a model",),
    "discount_of_everything": (" line 6: 'discounts.0.discount_percent' must be below 100",),
    "discount_without_a_date": (" line 6: 'discounts.0.effective_from' is missing",),
    "end_without_a_check": (" line 7: 'models.openai/gpt-5.5.ends.0.checked_on' is missing",),
    "half_a_batch_price": (
        " line 8: 'models.openai/gpt-4o-mini.base.0': batch_input_usd_per_mtok",
    ),
    "half_a_price": (" line 8: 'models.openai/gpt-4o-mini.base.0': an offer served per token",),
    "many_mistakes": (
        f" line 8: {PRICE} must be at least 0 (not -1)",
        " line 11: no tokenizer named 'o200k'. Did you mean 'o200k_base'?",
        " line 15: no provider named 'opnai'. Did you mean 'openai'?",
    ),
    "model_without_a_provider": (" line 6: 'models.swift' must match",),
    "name_of_another_model": (" line 11: 'GPT-4o-mini' names both openai/gpt-4o-mini and acme/sw",),
    "negative_price": (f" line 8: {PRICE} must be at least 0 (not -1)",),
    "new_model_without_a_name": (
        " line 6: 'openai/gpt-4o-mni' is not in the price table; a new model needs name and tok",
    ),
    "new_model_without_a_price": (" line 6: 'acme/swift' is not in the price table; a new model",),
    "newest_first": (" line 7: 'models.openai/gpt-4o-mini.base': entries stand oldest first",),
    "no_date": (": 'updated_on' is missing",),
    "no_day": (" line 8: 'models.openai/gpt-4o-mini.base.0.effective_from' must be a day",),
    "other_schema": (" line 1: 'schema_version' must be 1 or 2 (not 3)",),
    "one_throughput": (" line 14: 'output_tokens_per_second' is not a key here. Did you mean",),
    "past_source": (" line 8: 'price-history' is a record of past prices: cite where the price",),
    "price_in_quotes": (f" line 8: {PRICE} must be a number (not '1')",),
    "price_that_is_no": (f" line 8: {PRICE} must be a number (not 'no')",),
    "repeated_key": (" line 11: the key 'updated_on' stands twice",),
    "taken_source": (" line 4: 'openai-pricing' is the price table's own: choose another name",),
    "unknown_caching": (
        " line 11: no caching named 'openaiautomatic'. Did you mean 'openai-automatic'?",
    ),
    "unknown_key": (" line 5: 'discount' is not a key here. Did you mean 'discounts'?",),
    "unknown_source": (" line 8: no source named 'contrat'. Did you mean 'contract'?",),
    "unknown_tokenizer": (" line 8: no tokenizer named 'o200k'. Did you mean 'o200k_base'?",),
}


@of_each({name: name for name in FOUND})
def test_a_mistake_is_told_with_its_line(name: str) -> None:
    with pytest.raises(FileProblemsError) as caught:
        load_overlay(pricing(), str(FOLDER / f"{name}.yaml"))
    lines = str(caught.value).splitlines()
    expected = [f"{name}.yaml{words}" for words in FOUND[name]]
    assert [line[: len(start)] for line, start in zip(lines, expected, strict=True)] == expected


def test_every_bad_overlay_has_its_words() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(FOUND)
