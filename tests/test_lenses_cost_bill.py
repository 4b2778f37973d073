"""The bill of one option, line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.option import Hosting, Option, Rates, RequestTokens, Training, TrainingRun
from tests.asked import amounts

RATES = Rates(input=0.3, output=1.2, batch_input=0.15, batch_output=0.6, source="a list")
RUN = TrainingRun(usd=30, formula="10 Mtok x $3.00/Mtok", source="a list")
HOSTING = Hosting(usd_per_month=1241, formula="730 hours x $1.70", source="a list")


def billed(**terms: Any) -> Bill:  # noqa: ANN401  any field of an option
    """Bill 10,000 requests a day of 400 tokens in and 200 out."""
    told: dict[str, Any] = {
        "model": "acme/small",
        "requests_per_day": 10_000,
        "requests_per_month": 300_000,
        "tokens": RequestTokens(input=400, output=200),
        "rates": RATES,
        **terms,
    }
    return bill(Option(**told))


@pytest.mark.parametrize(
    ("terms", "lines"),
    [
        # 300,000 x 400 x 0.30 / 1e6 = 36; 300,000 x 200 x 1.20 / 1e6 = 72
        pytest.param({}, {"input": 36, "output": 72}, id="input and output"),
        # A quarter at half the price: 300,000 x 0.25 x 400 x 0.15 / 1e6 = 4.50
        pytest.param(
            {"batch_share": 0.25},
            {"input": 27, "output": 54, "batch_input": 4.5, "batch_output": 9},
            id="a quarter in batches",
        ),
        pytest.param(
            {"batch_share": 1}, {"batch_input": 18, "batch_output": 36}, id="all in batches"
        ),
        # 300,000 x 0.002 = 600
        pytest.param(
            {"rates": None, "usd_per_request": 0.002}, {"request": 600}, id="a request's own cost"
        ),
        # 730 x 1.70 = 1,241
        pytest.param(
            {"hosting": [HOSTING]}, {"input": 36, "output": 72, "hosting": 1241}, id="hosting"
        ),
        pytest.param(
            {"hosting": [HOSTING, replace(HOSTING, usd_per_month=1.95)]},
            {"input": 36, "output": 72, "hosting": 1242.95},
            id="hosting and storage",
        ),
        pytest.param(
            {"maintenance_usd": 50}, {"input": 36, "output": 72, "maintenance": 50}, id="other"
        ),
        # 3 rounds / 12 x 30 = 7.50
        pytest.param(
            {"training": Training(run=RUN, retrains_per_year=3)},
            {"input": 36, "output": 72, "retraining": 7.5},
            id="retraining",
        ),
        # 3 / 12 x (30 + 100 labels x 0.50) = 20
        pytest.param(
            {
                "training": Training(
                    run=RUN,
                    retrains_per_year=3,
                    renewed_examples=100,
                    labelling_usd_per_example=0.5,
                )
            },
            {"input": 36, "output": 72, "retraining": 20},
            id="retraining with renewed labels",
        ),
    ],
)
def test_a_month_has_the_lines_that_apply(terms: dict[str, Any], lines: dict[str, float]) -> None:
    found = billed(**terms)
    assert amounts(found.monthly_lines) == pytest.approx(lines)
    assert found.monthly_usd == pytest.approx(sum(lines.values()))


@pytest.mark.parametrize(
    ("terms", "lines"),
    [
        pytest.param({}, {"training": 30}, id="one run"),
        pytest.param({"runs": 4}, {"training": 120}, id="four runs"),
        pytest.param({"runs": 0}, {}, id="no run"),
        # 500 x 0.50 = 250, labelled once however many runs
        pytest.param(
            {"runs": 2, "examples": 500, "labelling_usd_per_example": 0.5},
            {"training": 60, "labelling": 250},
            id="labelling",
        ),
        # 60 x 75 = 4,500
        pytest.param(
            {"engineering_hours": 60, "hourly_rate_usd": 75},
            {"training": 30, "engineering": 4500},
            id="engineering",
        ),
    ],
)
def test_what_is_paid_before_the_first_request(
    terms: dict[str, Any], lines: dict[str, float]
) -> None:
    found = billed(training=Training(**{"run": RUN, **terms}))
    assert amounts(found.upfront_lines) == pytest.approx(lines)
    assert found.upfront_usd == pytest.approx(sum(lines.values()))


def test_prompting_has_nothing_upfront() -> None:
    assert (billed().upfront_usd, billed().upfront_lines) == (0, ())


def test_lines_carry_their_formula_and_source() -> None:
    training = Training(run=RUN, runs=2, retrains_per_year=3)
    found = billed(training=training, hosting=[HOSTING], maintenance_usd=9)
    said = {line.item: (line.formula, line.source) for line in found.monthly_lines}
    assert said == {
        "input": ("300,000 requests x 400 tokens x $0.30/Mtok", "a list"),
        "output": ("300,000 requests x 200 tokens x $1.20/Mtok", "a list"),
        "hosting": ("730 hours x $1.70", "a list"),
        "retraining": ("3 / 12 rounds x $30.00", "a list"),
        "maintenance": ("$9.00 a month", "given"),
    }
    assert found.upfront_lines[0].formula == "2 runs x (10 Mtok x $3.00/Mtok)"


def test_a_request_costs_its_tokens_and_no_fixed_cost() -> None:
    # (400 x 0.30 + 200 x 1.20) / 1e6 = 0.00036
    found = billed(hosting=[HOSTING], maintenance_usd=9, training=Training(run=RUN))
    assert found.usd_per_request == pytest.approx(0.00036)
    assert found.fixed_usd == pytest.approx(1250)


def test_the_hit_rate_is_told_only_where_something_is_cached() -> None:
    assert billed().cache_hit_rate is None
    rates = replace(RATES, cached_input=0.1)
    warm = billed(rates=rates, cache=0.5, tokens=RequestTokens(input=400, output=0, prefix=300))
    # 300 of 400 tokens, half of the time: 250 at 0.30 and 150 at 0.10
    assert (warm.cache_hit_rate, warm.cached_tokens) == (0.5, 300)
    assert amounts(warm.monthly_lines) == pytest.approx({"input": 22.5, "cached_input": 4.5})
