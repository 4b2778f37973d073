"""Both options as the price table sells them: by the token, in batches, cached, by the hour."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ftvp.lenses.cost.bill import Bill
from tests.asked import DAY, EARLY, EXTRACTION, GENERATION, amounts, costs


def tuned(**told: Any) -> Bill:  # noqa: ANN401  any scenario field
    """Return the bill of the tuned side of entity extraction."""
    found = costs(**{**EXTRACTION, "retrains_per_year": 0, **told}).tuned
    assert found is not None
    return found


def test_batches_are_billed_at_batch_prices() -> None:
    found = costs(**EXTRACTION, batch_share=0.5, retrains_per_year=0)
    # Half of 300,000 requests: 150,000 x 1,200 x 0.15 / 1e6 = 27 and at 0.075 13.50
    assert amounts(found.prompted.monthly_lines) == pytest.approx(
        {"input": 27, "output": 18, "batch_input": 13.5, "batch_output": 9}
    )
    assert found.tuned is not None
    assert amounts(found.tuned.monthly_lines) == pytest.approx(
        {"input": 18, "output": 36, "batch_input": 9, "batch_output": 18}
    )


def test_openai_caches_a_long_prompt_by_itself() -> None:
    # 288 requests a day: a hit rate of 1 - 1/e; 1,950 fixed tokens hold 1,024 + 7 x 128 = 1,920
    told = {"volume": 288, "prompt_tokens": 1950, "request_tokens": 50}
    found = costs(EARLY, **told, tuned_prompt_tokens=200, output_tokens=200).prompted
    hit = 1 - 1 / math.e
    assert found.cache_hit_rate == pytest.approx(hit)
    assert found.cached_tokens == 1920
    assert amounts(found.monthly_lines) == pytest.approx(
        {
            "input": 8_640 * (2_000 - 1_920 * hit) * 0.15 / 1e6,
            "cached_input": 8_640 * 1_920 * hit * 0.075 / 1e6,
            "output": 8_640 * 200 * 0.6 / 1e6,
        }
    )


@pytest.mark.parametrize(
    ("told", "cached"),
    [
        pytest.param({"prompt_tokens": 1950}, 0, id="how much of it varies was not told"),
        pytest.param({"prompt_tokens": 1950, "request_tokens": 50}, 1920, id="50 of it vary"),
        pytest.param({"prompt_tokens": 1950, "cache": 0.9}, 1920, id="the hits were told"),
        pytest.param({"prompt_tokens": 1000, "request_tokens": 50}, 0, id="below 1,024"),
        pytest.param({"prompt_tokens": 1950, "request_tokens": 50, "cache": "off"}, 0, id="off"),
    ],
)
def test_only_what_is_known_to_be_fixed_is_cached(told: dict[str, Any], cached: int) -> None:
    assert costs(**told, tuned_prompt_tokens=200).prompted.cached_tokens == cached


def test_claude_is_cached_only_where_it_pays_and_its_writes_are_billed() -> None:
    told = {"model": "claude-haiku-5-5", "prompt_tokens": 950, "request_tokens": 50}
    quiet, busy = costs(**told, volume=70).prompted, costs(**told, volume=288).prompted
    assert (quiet.cached_tokens, busy.cached_tokens) == (0, 950)
    # A miss stores 950 tokens at 0.125 instead of 0.10: 8,640 x 950 / e x 0.025 / 1e6
    assert amounts(busy.monthly_lines)["cache_write"] == pytest.approx(
        8_640 * 950 / math.e * 0.025 / 1e6
    )


@pytest.mark.parametrize(
    ("tokens", "usd"),
    [
        # 300,000 x 272,000 x 0.10 / 1e6 = 8,160; one more, and the input costs twice as much
        pytest.param(272_000, 8_160, id="the longest at the plain price"),
        pytest.param(272_001, 16_320.06, id="longer"),
    ],
)
def test_a_long_prompt_is_dearer(tokens: int, usd: float) -> None:
    found = costs(model="gpt-6-luna", prompt_tokens=tokens, output_tokens=1000, cache="off")
    lines = amounts(found.prompted.monthly_lines)
    assert lines["input"] == pytest.approx(usd)
    # 300,000 x 1,000 x 0.50 / 1e6 = 150, or 1.5 times that
    assert lines["output"] == pytest.approx(150 if tokens == 272_000 else 225)


@pytest.mark.parametrize(
    ("told", "hosting", "formula"),
    [
        # Azure: 730 x 1.70
        pytest.param(
            {"tuned_model": "azure-openai/gpt-4o-mini", "training_cost": 10},
            1241,
            "730 hours x $1.70",
            id="hosted by the hour beside its tokens",
        ),
        # Bedrock: 730 x 108.15 + 1.95
        pytest.param(
            {"tuned_model": "nova-lite", "training_cost": 10},
            78951.45,
            "730 hours x $108.15 + $1.95 storage",
            id="provisioned",
        ),
        # Nova Micro: no hosting, 1.95 of storage
        pytest.param(
            {"tuned_model": "nova-micro"}, 1.95, "$1.95 storage", id="storage and no hosting"
        ),
        # Together: 730 x 5.49
        pytest.param(
            {"tuned_model": "together/qwen3.5-9b"}, 4007.7, "730 hours x $5.49", id="dedicated"
        ),
        # A rented A100: 730 x 1.79
        pytest.param(
            {"tuned_model": "self-hosted/llama-3.1-70b-a100-80gb"},
            1306.7,
            "730 hours x $1.79",
            id="self-hosted",
        ),
        pytest.param(
            {"tuned_model": "nova-lite", "training_cost": 10, "hosting": 500},
            500,
            "$500 a month",
            id="as told",
        ),
        pytest.param({"hosting": 25}, 25, "$25.00 a month", id="told where none is charged"),
    ],
)
def test_hosting_is_730_hours_a_month(told: dict[str, Any], hosting: float, formula: str) -> None:
    line = next(line for line in tuned(**told).monthly_lines if line.item == "hosting")
    assert line.usd == pytest.approx(hosting)
    assert line.formula == formula


def test_a_self_hosted_model_costs_its_machine_and_nothing_by_the_token() -> None:
    found = costs(**EXTRACTION, model="self-hosted/llama-3.1-8b-h100", retrains_per_year=0)
    assert found.usd_saved_per_request == 0
    # 730 x 3.99 on both sides
    assert found.prompted.monthly_usd == pytest.approx(2912.7)
    assert found.monthly_saving_usd == pytest.approx(0)
    assert found.breakeven.reason == "fixed_costs"


def test_a_request_can_be_told_instead_of_tokens() -> None:
    # 300,000 x (0.002 - 0.0015) = 150; 300 / 150 = 2
    found = costs(
        prompted_request_cost=0.002,
        tuned_request_cost=0.0015,
        training_cost=300,
        retrains_per_year=0,
    )
    assert found.monthly_saving_usd == pytest.approx(150)
    assert found.breakeven.months == pytest.approx(2)
    assert found.article is None
    assert found.tokens.prompted_input is None


def test_own_prices_have_no_model_and_no_end() -> None:
    found = costs(
        **EXTRACTION,
        prompted_price="input=1,output=4",
        tuned_price="input=1,output=5",
        training_cost=1,
    )
    assert (found.inputs.model, found.inputs.tuned_model, found.sources) == (None, None, ())
    assert found.life.days_left is None
    assert found.names.tuned == "your model"


def test_own_prices_can_be_cached_and_written() -> None:
    # 300,000 x 1,000 x 0.25 x (2 - 1) / 1e6 = 75 of writes; 750 of 1,000 tokens at 0.10
    found = costs(
        prompt_tokens=1000,
        output_tokens=0,
        cache=0.75,
        prompted_price="input=1,output=4,cached_input=0.1,cache_write=2",
        tuned_price="input=1,output=4",
        training_cost=1,
    ).prompted
    assert amounts(found.monthly_lines) == pytest.approx(
        {"input": 75, "cached_input": 22.5, "cache_write": 75}
    )


def test_the_price_in_force_on_the_day_is_taken() -> None:
    assert costs(EARLY, **GENERATION).prompted.monthly_usd == pytest.approx(270)
    assert costs(DAY, **GENERATION).prompted.monthly_usd == pytest.approx(270)
    # The default model changes with its shutdown: 300,000 x (2,000 x 0.10 + 1,000 x 0.50) / 1e6
    after = costs(DAY.replace(year=2027), **GENERATION)
    assert after.inputs.model == "openai/gpt-6-luna"
    assert after.prompted.monthly_usd == pytest.approx(210)
