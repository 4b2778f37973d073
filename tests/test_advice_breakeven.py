"""The cost answer against figures worked out elsewhere: the article's, and two calculators'."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.advice.answers import BreakevenAnswer
from tests.asked import (
    ANALYSIS,
    CLASSIFICATION,
    DAY,
    EARLY,
    EXTRACTION,
    GENERATION,
    amounts,
    costs,
)

OWN: dict[str, Any] = {
    "prompted_price": "input=10,output=30",
    "tuned_price": "input=3,output=6",
    "retrains_per_year": 0,
}


@pytest.mark.parametrize(
    ("scenario", "formula", "bill", "reason"),
    [
        # 300,000 x (800 x 0.15 + 50 x 0.60 - 200 x 0.30 - 50 x 1.20) / 1e6
        pytest.param(CLASSIFICATION, 54, 9, None, id="simple classification"),
        # 300,000 x (1,200 x 0.15 + 200 x 0.60 - 400 x 0.30 - 200 x 1.20) / 1e6
        pytest.param(EXTRACTION, 72, -18, "output_price", id="entity extraction"),
        # 300,000 x (2,000 x 0.15 + 1,000 x 0.60 - 500 x 0.30 - 1,000 x 1.20) / 1e6
        pytest.param(GENERATION, 135, -135, "output_price", id="content generation"),
        # 300,000 x (3,000 x 0.15 + 2,000 x 0.60 - 1,000 x 0.30 - 2,000 x 1.20) / 1e6
        pytest.param(ANALYSIS, 180, -315, "output_price", id="complex analysis"),
    ],
)
def test_the_articles_savings_by_its_formula_and_by_the_full_bill(
    scenario: dict[str, int], formula: float, bill: float, reason: str | None
) -> None:
    found = costs(**scenario)
    assert found.article is not None
    assert found.article.monthly_saving_usd == pytest.approx(formula)
    assert found.usd_saved_per_request is not None
    assert found.usd_saved_per_request * 300_000 == pytest.approx(bill)
    assert found.breakeven.reason == reason
    assert (found.breakeven.months is None) == (found.breakeven_volume.requests_per_day is None)


def test_the_first_published_calculator_agrees() -> None:
    # Requests: 200,000 x (500 x 10 + 300 x 30 - 500 x 3 - 300 x 6) / 1e6 = 2,800 - 660 = 2,140
    # Upfront: 800 + 60 x 75 = 5,300; 5,300 / 2,140 = 2.4766; 12 x 2,140 - 5,300 = 20,380
    found = costs(
        **OWN,
        volume=200_000 / 30,
        prompt_tokens=500,
        output_tokens=300,
        training_cost=800,
        engineering_hours=60,
        hourly_rate=75,
    )
    assert found.monthly_saving_usd == pytest.approx(2_140)
    assert found.breakeven.months == pytest.approx(2.4766, abs=5e-5)
    assert found.breakeven.requests == pytest.approx(5_300 / 2_140 * 200_000)
    # 2.4766 x 30 days is 74.3, so the 75th day
    assert found.breakeven.date == date(2027, 2, 6)
    assert found.horizon is not None
    assert found.horizon.net_benefit_usd == pytest.approx(20_380)
    assert found.horizon.npv_usd == pytest.approx(20_380)
    assert found.horizon.roi_percent == pytest.approx(100 * 20_380 / 5_300)
    # 5,300 / 12 months / 0.0107 saved a request / 30 days
    volume = found.breakeven_volume.requests_per_day
    assert volume == pytest.approx(5_300 / 12 / 0.0107 / 30)
    assert found.verdict.choice == "fine_tune"


def test_the_second_published_calculator_agrees() -> None:
    # 5,000 x (1,000 x 10 + 500 x 30 - 1,000 x 3 - 500 x 6) / 1e6 = 95; (400 + 2,000) / 95 = 25.26
    found = costs(
        **OWN,
        volume=5_000 / 30,
        prompt_tokens=1000,
        output_tokens=500,
        training_cost=400,
        engineering_hours=20,
        hourly_rate=100,
    )
    assert found.monthly_saving_usd == pytest.approx(95)
    assert found.breakeven.months == pytest.approx(25.26, abs=5e-3)
    assert found.verdict.choice == "prompt"
    assert "pays back only after 25.3 months, beyond the horizon of 12.0" in found.verdict.headline


def test_entity_extraction_in_full() -> None:
    found = costs(**EXTRACTION)
    assert found.tuned is not None
    assert amounts(found.prompted.monthly_lines) == pytest.approx({"input": 54, "output": 36})
    # One run: 500 x (400 + 200 + 13) x 3 epochs x 3 / 1e6 = 2.7585; 3 rounds / 12 of it = 0.689625
    assert amounts(found.tuned.monthly_lines) == pytest.approx(
        {"input": 36, "output": 72, "retraining": 0.689625}
    )
    assert found.prompted.monthly_usd == pytest.approx(90)
    assert found.tuned.monthly_usd == pytest.approx(108.689625)
    assert found.tuned.upfront_usd == pytest.approx(2.7585)
    assert found.article is not None
    assert found.article.months_low == pytest.approx(15 / 72)
    assert found.article.months_high == pytest.approx(75 / 72)
    assert found.verdict.headline == (
        "Keep prompting: tuning GPT-4o mini costs $18.69 a month more, so it never pays back "
        "(output price). It shuts down on 2027-01-14, in 52 days; no new customers."
    )


def test_a_training_cost_that_is_told_takes_the_place_of_the_articles_range() -> None:
    found = costs(**EXTRACTION, training_cost=36).article
    assert found is not None
    assert (found.months_low, found.months_high) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    ("day", "told", "choice", "says"),
    [
        pytest.param(
            DAY,
            {},
            "prompt",
            "would pay back after 0.1 months, but new customers have not been able to tune it",
            id="closed to new customers",
        ),
        pytest.param(
            DAY,
            {"existing_customer": True},
            "fine_tune",
            "Fine-tune GPT-4o mini: it saves $8.70 a month and has paid for itself after 0.1",
            id="open to an existing customer",
        ),
        pytest.param(EARLY, {}, "fine_tune", "on 2025-01-20.", id="open in January 2025"),
        # (1.18 + 100) / 8.70 = 11.6 months, and 52 days are 1.7
        pytest.param(
            DAY,
            {"existing_customer": True, "engineering_hours": 1, "hourly_rate": 100},
            "prompt",
            "only after 11.6 months, when it has been shut down (2027-01-14)",
            id="shut down before payback",
        ),
        pytest.param(
            EARLY,
            {"engineering_hours": 1, "hourly_rate": 100, "horizon": 11},
            "prompt",
            "only after 11.6 months, beyond the horizon of 11.0 months",
            id="beyond the horizon",
        ),
    ],
)
def test_payback_counts_only_if_it_can_be_had_in_time(
    day: date, told: dict[str, Any], choice: str, says: str
) -> None:
    verdict = costs(day, **CLASSIFICATION, **told).verdict
    assert verdict.choice == choice
    assert says in verdict.headline


def test_benefit_is_summed_over_the_shorter_of_horizon_and_life() -> None:
    told: dict[str, Any] = {**CLASSIFICATION, "existing_customer": True}
    dying, early = costs(**told).horizon, costs(EARLY, **told).horizon
    assert dying is not None
    assert early is not None
    assert (dying.months, early.months) == pytest.approx((52 / 30, 12))
    # 8.704 a month x 52 / 30, less the run: 500 x 263 x 3 x 3 / 1e6 = 1.1835
    assert dying.net_benefit_usd == pytest.approx((9 - 0.295875) * 52 / 30 - 1.1835)


def test_life_is_told_as_of_the_day() -> None:
    now, then = costs(**EXTRACTION).life, costs(EARLY, **EXTRACTION).life
    assert (now.days_left, now.tuned_shutdown_on) == (52, date(2027, 1, 14))
    assert now.training_closed_to_new_on == date(2026, 5, 7)
    assert (then.days_left, then.tuned_shutdown_on, then.training_closed_to_new_on) == (None,) * 3
    assert "shut" not in costs(EARLY, **EXTRACTION).verdict.headline


def test_prices_that_fall_can_take_payback_away() -> None:
    # 300,000 x 1,000 x (1 - 0.5) / 1e6 = 150 a month at first; over all time 150 / (1 - 0.2^(1/12))
    # = 1,196 come, less than 1,300
    told: dict[str, Any] = {
        "prompt_tokens": 1000,
        "output_tokens": 0,
        "prompted_price": "input=1,output=1",
        "tuned_price": "input=0.5,output=1",
        "retrains_per_year": 0,
        "training_cost": 1_300,
    }
    steady, falling = costs(**told), costs(**told, price_decline=80)
    assert steady.breakeven.months == pytest.approx(1_300 / 150)
    assert (falling.breakeven.months, falling.breakeven.reason) == (None, "falling_prices")
    assert falling.verdict.headline == (
        "Keep prompting: tuning your model saves $150 a month at first, but never pays back "
        "(falling prices)."
    )


def test_a_volume_at_which_tuning_pays_is_none_once_it_was_shut_down() -> None:
    gone = costs(date(2027, 2, 1), **CLASSIFICATION, tuned_model="gpt-4o-mini")
    assert gone.breakeven_volume.requests_per_day is None
    assert gone.breakeven_volume.reason == "not_on_sale"


def test_a_model_that_is_not_sold_for_tuning_has_no_tuned_side() -> None:
    found = costs(**EXTRACTION, model="claude-haiku-5-5")
    assert (found.tuned, found.monthly_saving_usd, found.horizon, found.article) == (None,) * 4
    assert found.breakeven.reason == "not_on_sale"
    assert found.breakeven_volume.reason == "not_on_sale"
    assert found.verdict.headline == (
        "Keep prompting: no source knows Claude Haiku 5.5 to be sold for tuning."
    )
    assert {point.tuned_usd for point in found.cumulative} == {None}


def test_everything_used_is_in_the_answer() -> None:
    found = costs(**EXTRACTION)
    assert [(each.what, each.value, each.flag) for each in found.assumptions] == [
        ("model", "openai/gpt-4o-mini", "--model"),
        ("retraining rounds a year", 3, "--retrains-per-year"),
        ("training examples of 613 tokens", 500, "--training-examples"),
        ("epochs", 3, "--epochs"),
    ]
    assert found.inputs.model == "openai/gpt-4o-mini"
    assert (found.inputs.horizon, found.inputs.days_per_month) == (12, 30)
    assert [source.name for source in found.sources] == [
        "litellm 1.109.1 price map",
        "OpenAI pricing page, September 2026",
    ]
    assert (found.tokens.prompted_input, found.tokens.tuned_input) == (1200, 400)


def test_the_document_survives_json() -> None:
    told = {**GENERATION, "model": "gpt-4o-mini", "prompted_price": "input=1,output=2"}
    found = costs(**told, unknown="volume", cache=0.5)
    text = found.model_dump_json(by_alias=True)
    assert BreakevenAnswer.model_validate_json(text) == found
    assert text.startswith('{"schema":"ftvp.breakeven/1","tool_version":')
