"""The verdict: what volume, sale, life and money make of the tree's choice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.asked import CLASSIFICATION, DAY, EARLY, EXTRACTION, GENERATION, decided

YES: dict[str, Any] = {"volume": 10_000, "examples": 500, "quality_gap": 10, "format_task": True}


@pytest.mark.parametrize(
    ("volume", "choice"),
    [(100_000, "fine_tune"), (100_001, "hybrid"), (1e9, "hybrid"), (1_000, "prompt")],
)
def test_above_100_000_requests_a_day_both_layers_are_advised(volume: float, choice: str) -> None:
    assert decided(**{**YES, "volume": volume}).verdict.choice == choice


def test_a_volume_makes_no_hybrid_of_a_pilot() -> None:
    found = decided(volume=1e6, examples=500, quality_gap=10, format_task=False)
    assert found.verdict.choice == "pilot"


@pytest.mark.parametrize(
    ("day", "told", "choice", "because"),
    [
        pytest.param(DAY, {}, "fine_tune", "format_task", id="no model named"),
        pytest.param(
            DAY, {"model": "gpt-4o-mini"}, "prompt", "not_on_sale", id="closed to new customers"
        ),
        pytest.param(
            DAY,
            {"model": "gpt-4o-mini", "existing_customer": True},
            "fine_tune",
            "format_task",
            id="open to an existing customer",
        ),
        pytest.param(
            DAY,
            {**EXTRACTION, "model": "claude-haiku-5-5"},
            "prompt",
            "not_on_sale",
            id="never sold for tuning",
        ),
        # Never pays back; 14 October to 14 January are 92 days or 3.07 months, 17 October 2.97
        pytest.param(
            date(2026, 10, 14),
            {**EXTRACTION, "existing_customer": True},
            "fine_tune",
            "format_task",
            id="three months to live",
        ),
        pytest.param(
            date(2026, 10, 17),
            {**EXTRACTION, "existing_customer": True},
            "prompt",
            "life_too_short",
            id="less than three",
        ),
        # Pays back after 1.1835 / 8.70 = 0.1 months of 1.7
        pytest.param(
            DAY,
            {**CLASSIFICATION, "existing_customer": True},
            "fine_tune",
            "format_task",
            id="pays back before the end",
        ),
        # (1.1835 + 100) / 8.70 = 11.6 months
        pytest.param(
            DAY,
            {
                **CLASSIFICATION,
                "existing_customer": True,
                "engineering_hours": 1,
                "hourly_rate": 100,
            },
            "prompt",
            "life_too_short",
            id="would pay back after the end",
        ),
        pytest.param(
            EARLY,
            {**CLASSIFICATION, "maintenance": 9},
            "fine_tune",
            "format_task",
            id="no end known",
        ),
    ],
)
def test_a_tuned_model_must_be_on_sale_and_live_long_enough(
    day: date, told: dict[str, Any], choice: str, because: str
) -> None:
    verdict = decided(day, **YES, **told).verdict
    assert (verdict.choice, verdict.because) == (choice, because)


GAIN: dict[str, Any] = {
    **GENERATION,
    "prompting_quality": 85,
    "tuned_quality": 92,
    "retrains_per_year": 0,
}


@pytest.mark.parametrize(
    ("told", "choice", "because"),
    [
        pytest.param({}, "fine_tune", "format_task", id="an error's cost unknown"),
        # 300,000 x 7 / 100 x 0.01 = 210 a month, above the 135 that tuning costs
        pytest.param({"cost_per_error": 0.01}, "fine_tune", "format_task", id="worth $210"),
        # 105 a month; 12 x (105 - 135) - 6.81 of training = -367
        pytest.param({"cost_per_error": 0.005}, "prompt", "quality_not_worth_it", id="worth $105"),
        # 136.50 a month: 12 x 1.50 - 6.81 = 11.19
        pytest.param({"cost_per_error": 0.0065}, "fine_tune", "format_task", id="just worth it"),
        pytest.param(
            {"cost_per_error": 0.01, "tuned_quality": 84},
            "prompt",
            "quality_not_worth_it",
            id="more errors",
        ),
    ],
)
def test_quality_must_be_worth_its_cost_where_an_errors_cost_is_known(
    told: dict[str, Any], choice: str, because: str
) -> None:
    verdict = decided(EARLY, **YES, **{**GAIN, **told}).verdict
    assert (verdict.choice, verdict.because) == (choice, because)


def test_it_is_said_plainly_what_the_quality_costs() -> None:
    assert (
        "Tuning buys +7 points for $135 a month." in decided(EARLY, **YES, **GAIN).verdict.reasons
    )
    found = decided(EARLY, **YES, **GENERATION, task="style", retrains_per_year=0)
    assert "(the table's range) for $135 a month." in found.verdict.reasons[-1]
    found = decided(EARLY, **YES, **GENERATION, retrains_per_year=0)
    assert found.verdict.reasons[-1] == "Tuning buys whatever quality it gains for $135 a month."
    assert "Tuning buys" not in " ".join(decided(EARLY, **YES, **CLASSIFICATION).verdict.reasons)


def test_the_loss_is_worded_with_its_numbers() -> None:
    verdict = decided(EARLY, **YES, **GAIN, cost_per_error=0.005).verdict
    assert verdict.headline == (
        "Keep prompting: fewer errors are worth $105 a month, and over 12.0 months tuning still "
        "loses $367. Tuning GPT-4o mini costs $135 a month more than prompting."
    )


def test_each_rule_that_applies_is_a_reason() -> None:
    told = {**YES, **GAIN, "volume": 200_000, "cost_per_error": 0.001}
    verdict = decided(DAY, **told).verdict
    assert (verdict.choice, verdict.because) == ("prompt", "not_on_sale")
    starts = [reason.split(" ")[0] for reason in verdict.reasons]
    assert starts == ["The", "At", "New", "It", "Fewer", "Tuning"]


def test_rules_weigh_nothing_where_the_tree_keeps_prompting() -> None:
    verdict = decided(DAY, **{**YES, "examples": 5}, **GAIN, cost_per_error=0.001).verdict
    assert verdict.because == "collect_data_first"
    assert [reason.split(" ")[0] for reason in verdict.reasons] == ["The", "Tuning"]


@pytest.mark.parametrize(
    ("told", "headline"),
    [
        pytest.param({}, "Fine-tune: format tasks benefit most.", id="no money known"),
        pytest.param(
            CLASSIFICATION,
            "Fine-tune: format tasks benefit most. Tuning GPT-4o mini saves $8.70 a month and pays "
            "back after 0.1 months.",
            id="it pays",
        ),
        pytest.param(
            EXTRACTION,
            "Fine-tune: format tasks benefit most. Tuning GPT-4o mini costs $18.69 a month more "
            "than prompting.",
            id="it costs",
        ),
        # 500 tokens at both sides' same price, nothing fixed
        pytest.param(
            {
                "prompt_tokens": 500,
                "prompted_price": "input=1,output=1",
                "tuned_price": "input=1,output=1",
                "training_cost": 5,
                "retrains_per_year": 0,
            },
            "Fine-tune: format tasks benefit most. Tuning your model saves nothing.",
            id="it saves nothing",
        ),
        pytest.param(
            {
                "prompt_tokens": 1000,
                "tuned_prompt_tokens": 0,
                "prompted_price": "input=0.01,output=1",
                "tuned_price": "input=1,output=1",
                "training_cost": 500,
                "retrains_per_year": 0,
                "price_decline": 90,
            },
            "Fine-tune: format tasks benefit most. Tuning your model saves $3.00 a month at first, "
            "but never pays back.",
            id="it saves too little as prices fall",
        ),
    ],
)
def test_the_headline_is_the_reason_and_the_money(told: dict[str, Any], headline: str) -> None:
    assert decided(EARLY, **YES, **told).verdict.headline == headline


def test_what_to_do_next_follows_the_verdict() -> None:
    steps = decided(EARLY, **YES).next_steps
    assert steps == (
        "Hold out at least 20 % of the examples for the eval.",
        "Budget for 2 to 4 retraining rounds a year.",
        "See the money: give the prompt (--prompt FILE) and the answer's length.",
    )
    assert decided(EARLY, **{**YES, "examples": 60}).next_steps[0] == (
        "Collect 40 more labelled examples."
    )
