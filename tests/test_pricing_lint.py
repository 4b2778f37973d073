"""What the shipped price table promises of itself, whatever the prices are."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

import pytest

from ftvp.tables.entries import Dated, End, Offer
from ftvp.tables.pricing import DefaultModel, PricedModel, Pricing, Trend
from tests.rows import of_each
from tests.shipped import DATA, raw

TODAY = date(2026, 11, 26)
PRICING = Pricing.model_validate(raw("pricing.yaml"))
TEXT = (DATA / "pricing.yaml").read_text("utf-8")
OF_EACH_MODEL = of_each(PRICING.models)


def entries(model: PricedModel) -> list[Dated]:
    return [*model.base, *model.tuned, *model.training]


def offers(model: PricedModel) -> list[Offer]:
    return [*model.base, *model.tuned]


def both(offer: Offer) -> tuple[float | None, float | None]:
    return offer.input_usd_per_mtok, offer.output_usd_per_mtok


def shut_down(model: PricedModel) -> list[End]:
    return [e for e in model.ends if e.kind == "base_shutdown" and e.closes_on <= TODAY]


def test_editors_are_pointed_at_the_schema() -> None:
    first = TEXT.partition("\n")[0]
    assert first == "# yaml-language-server: $schema=schemas/pricing_table.schema.json"


def test_it_stays_small_since_every_start_of_a_checkout_reads_it() -> None:
    assert len(TEXT) < 250_000


def test_every_source_is_cited() -> None:
    cited = re.findall(r"source: ([a-z0-9.-]+)", TEXT)
    assert set(cited) == set(PRICING.sources)


@of_each({source_id: s.url for source_id, s in PRICING.sources.items() if s.url})
def test_an_address_is_a_whole_one(url: str) -> None:
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", parts.netloc)
    assert re.fullmatch(r"[\w./-]*", parts.path)


def test_every_tokenizer_and_caching_rule_has_a_model() -> None:
    assert {m.tokenizer for m in PRICING.models.values()} == set(PRICING.tokenizers)
    assert {m.caching for m in PRICING.models.values() if m.caching} == set(PRICING.caching)


RATIOS: dict[str, tuple[float, float | None, float | None, float | None]] = {
    "o200k_base": (1, None, None, None),  # ratio, 5th and 95th percentile, Chinese
    "cl100k_base": (1, None, None, None),
    "llama-3": (1, 0.99, 1.01, 1.05),
    "gemini": (1.10, 0.98, 1.32, 0.91),
    "gemma": (1.10, 0.98, 1.32, 0.91),
    "claude-4.6": (1.13, 1.03, 1.33, 1.48),
    "claude-4.7": (1.42, 1.28, 1.71, 1.49),
    "mistral-tekken": (1.10, 1.0, 1.25, 1.24),
    "qwen-3": (1.06, 0.85, 1.2, 0.85),
    "nova": (1, 0.85, 1.35, None),
    "open-weights": (1, 0.85, 1.35, None),
}


def test_only_openai_s_own_encodings_count_exactly() -> None:
    found = {n: (t.ratio, t.low, t.high, t.cjk_ratio) for n, t in PRICING.tokenizers.items()}
    assert found == RATIOS
    assert [n for n, t in PRICING.tokenizers.items() if t.exact] == ["o200k_base", "cl100k_base"]


@OF_EACH_MODEL
def test_a_model_has_each_trait_or_says_why_not(model: PricedModel) -> None:
    traits = model.traits
    assert traits is not None
    names = ("thinking", "size_class", "context_tokens")
    assert not [n for n in names if getattr(traits, n) is None and n not in traits.unknown]


@OF_EACH_MODEL
def test_a_model_that_is_not_shut_down_has_a_price_or_says_why_not(model: PricedModel) -> None:
    begun = [entry for entry in entries(model) if entry.effective_from <= TODAY]
    assert begun or shut_down(model) or (model.traits and model.traits.unknown)


@OF_EACH_MODEL
def test_a_price_that_begins_after_it_was_read_is_called_scheduled(model: PricedModel) -> None:
    for entry in entries(model):
        scheduled = (entry.note or "").startswith("Scheduled")
        assert scheduled == (entry.effective_from > entry.checked_on)


@OF_EACH_MODEL
def test_nothing_was_read_after_the_table_was_updated(model: PricedModel) -> None:
    assert all(entry.checked_on <= PRICING.updated_on for entry in entries(model))
    assert all(end.announced_on <= PRICING.updated_on for end in model.ends)


@OF_EACH_MODEL
def test_an_end_is_announced_before_it_comes(model: PricedModel) -> None:
    assert all(end.announced_on <= end.closes_on for end in model.ends)


@of_each({model_id: model_id for model_id in PRICING.models})
def test_a_tuned_model_outlives_its_announced_base_on_azure_alone(model_id: str) -> None:
    ends = {end.kind: end.closes_on for end in PRICING.models[model_id].ends}
    if {"base_shutdown", "tuned_shutdown"} <= set(ends) and not model_id.startswith("azure"):
        assert ends["tuned_shutdown"] <= ends["base_shutdown"]


@OF_EACH_MODEL
def test_a_model_is_cached_exactly_where_it_has_a_cached_price(model: PricedModel) -> None:
    rule = PRICING.caching.get(model.caching or "")
    cached = any(offer.cached_input_usd_per_mtok for offer in offers(model))
    gone = model.ended_on(TODAY) is not None
    if rule is not None and not gone:
        assert cached == (rule.mode != "none")


@OF_EACH_MODEL
def test_every_write_of_a_caching_rule_has_its_price(model: PricedModel) -> None:
    rule = PRICING.caching.get(model.caching or "")
    writes = {life.write for life in rule.lives if life.write} if rule else set()
    for offer in model.offers("base", TODAY):
        assert all(getattr(offer, write) for write in writes)


@OF_EACH_MODEL
def test_an_end_was_checked_once_it_was_announced(model: PricedModel) -> None:
    assert all(end.announced_on <= end.checked_on <= PRICING.updated_on for end in model.ends)


def test_no_two_models_bear_one_display_name() -> None:
    names = [model.name.casefold() for model in PRICING.models.values()]
    assert len(set(names)) == len(names)


@OF_EACH_MODEL
def test_what_ended_is_not_known_from_a_current_list_alone(model: PricedModel) -> None:
    current = [o for o in model.offers("base", TODAY) if not PRICING.sources[o.source].past]
    assert current or not model.base or model.ended_on(TODAY)


@OF_EACH_MODEL
def test_no_token_is_free_and_no_cached_one_costs_more(model: PricedModel) -> None:
    for offer in offers(model):
        if offer.input_usd_per_mtok is not None:
            assert offer.input_usd_per_mtok > (offer.cached_input_usd_per_mtok or 0) >= 0
            assert offer.input_usd_per_mtok >= (offer.batch_input_usd_per_mtok or 0) >= 0


@OF_EACH_MODEL
def test_a_dedicated_offer_says_on_what_or_admits_an_estimate(model: PricedModel) -> None:
    dedicated = [offer for offer in offers(model) if offer.served == "dedicated"]
    assert all(offer.hardware or offer.estimate for offer in dedicated)


@of_each({f"{trend.from_model}-{trend.to_model}": trend for trend in PRICING.trends})
def test_a_trend_quotes_the_table_s_own_prices(trend: Trend) -> None:
    old = PRICING.models[trend.from_model].offers("base", trend.from_on)[0]
    new = PRICING.models[trend.to_model].offers("base", trend.to_on)[0]
    assert (trend.from_input_usd_per_mtok, trend.from_output_usd_per_mtok) == both(old)
    assert (trend.to_input_usd_per_mtok, trend.to_output_usd_per_mtok) == both(new)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("gpt-4o-mini", "openai/gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"),
        ("OpenAI/GPT-4o-2024-11-20", "openai/gpt-4o"),
        ("gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
        ("azure/gpt-4o-mini", "azure-openai/gpt-4o-mini"),
        ("claude-haiku-5.5", "anthropic/claude-haiku-5-5"),
        ("anthropic/claude-3.5-haiku", "anthropic/claude-3-5-haiku"),
        ("amazon.nova-micro-v1", "aws-bedrock/nova-micro"),
        ("gemini-3.8-flash", "google/gemini-3.8-flash"),
        ("gemini-3.5-flash", "google-vertex/gemini-3.5-flash"),
        ("meta.llama3-1-8b-instruct", "aws-bedrock/llama-3.1-8b"),
    ],
)
def test_a_name_as_people_type_it_finds_the_model(name: str, model: str) -> None:
    assert PRICING.find(name)[0] == model


@pytest.mark.parametrize("default", PRICING.default_models, ids=lambda d: d.model)
def test_a_default_model_is_on_sale_from_its_day(default: DefaultModel) -> None:
    model = PRICING.models[default.model]
    end = model.end("base_shutdown", default.effective_from)
    assert model.offers("base", default.effective_from)
    assert end is None or end.closes_on > default.effective_from


def test_blocks_have_one_order_of_keys() -> None:
    table = raw("pricing.yaml")
    assert isinstance(table, dict)
    order = list(PricedModel.model_fields)
    for model in table["models"].values():
        assert list(model) == sorted(model, key=order.index)
