"""Why tuning never pays back, from which volume on it does, and what of the told changes nothing.

The plain scenario has its own prices: 30,000 requests a month of 1,000 tokens cost $30 prompted at
$1 a million and $15 tuned at $0.50; training costs $100 once.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from ftvp.cost.option import TrainingTerms, cacheable, sharing
from ftvp.cost.outcome import Outcome
from tests.answers import OWN_PRICES, outcome_of, weighed
from tests.drawn import Drawn, tables, told

DAY = date(2026, 11, 26)
MODELS = {"volume": 10_000, "prompt_tokens": 1_200, "tuned_prompt_tokens": 100, "output_tokens": 5}
UNTOLD = {"labelling_cost": None}
"""Own work is taken to cost $700."""
FALLING = {
    "tuned_price": "input=0,output=0",
    "tuned_prompt_tokens": 0,
    "hosting": 40,
    "price_decline": 90,
}
"""30 a month that falls as 0.1^(k/12), 5.15476 times that in a year; 40 a month less."""
FOREVER = None


def outcome(**other: Any) -> Outcome:  # noqa: ANN401  fields of any type
    """Return the outcome of the plain scenario with other fields, or of a model's."""
    return outcome_of(
        weighed(Drawn(told({**(MODELS if "model" in other else OWN_PRICES), **other}), DAY))
    )


SWAPPED = {
    "model": "openai/gpt-6-sol",
    "tuned_model": "aws-bedrock/nova-micro",
    "prompt_tokens": 1_000,
    "tuned_prompt_tokens": 900,
    "output_tokens": 50,
    "thinking_tokens": 0,
    "engineering_hours": 0,
    "hourly_rate": 0,
    "training_cost": 10,
    "retrains_per_year": 0,
}
"""300,000 requests a month on Nova Micro cost 300 x 0.035 + 15 x 0.14 = $12.60."""
DEARER = {**SWAPPED, "tuned_price": "input=0.5,output=0.5"}
"""Tuned 270 x 0.5 + 15 x 0.5 = $142.50: less than prompting now, more than the changed model."""
ERRORS = {"prompting_quality": 80, "cost_per_error": 1}

REASONS: dict[str, tuple[dict[str, Any], str | None]] = {
    "$100 at $15 a month": ({}, None),
    "$800 at $15 a month": (UNTOLD, None),
    # 100 / 7.5 = 13 months alone, 800 / 7.5 = 107 with the work
    "work takes too long": ({**UNTOLD, "volume": 500}, "own_work"),
    "training alone takes too long": ({**UNTOLD, "training_cost": 1_000}, "beyond_five_years"),
    "67 months": ({"training_cost": 1_000}, "beyond_five_years"),
    "60 months": ({"training_cost": 900}, None),
    "prices fall before it is paid": (
        {"price_decline": 90, "training_cost": 1_000},
        "falling_prices",
    ),
    "prices fall after it was paid, without work": (
        {**FALLING, **UNTOLD, "volume": 100_000 / 30},
        "falling_prices",
    ),
    "prices that fall change no loss": (
        {"price_decline": 30, "tuned_price": "input=1,output=9", "output_tokens": 10}
        | {"tuned_prompt_tokens": 999, "prompted_price": "input=1,output=1"},
        "output_price",
    ),
    "dearer input": (
        {"tuned_price": "input=2,output=0", "tuned_prompt_tokens": 900},
        "input_price",
    ),
    "nothing is removed": ({"tuned_price": "input=2,output=0"}, "nothing_removed"),
    "nothing changes": ({"tuned_price": "input=1,output=0"}, "nothing_removed"),
    "dearer output": (
        {"prompted_price": "input=1,output=1", "tuned_price": "input=1,output=10"}
        | {"output_tokens": 100, "tuned_prompt_tokens": 900},
        "output_price",
    ),
    "dearer input and output": (
        {"prompted_price": "input=1,output=1", "tuned_price": "input=2,output=10"}
        | {"output_tokens": 100, "tuned_prompt_tokens": 900},
        "input_and_output_price",
    ),
    # 1,000 tokens at $1 are 500 at $2; 100 at $1, 100 at $10
    "dearer output, input as dear as before": (
        {"prompted_price": "input=1,output=1", "tuned_price": "input=2,output=10"}
        | {"output_tokens": 100, "tuned_prompt_tokens": 500},
        "output_price",
    ),
    "dearer input, output as dear as before": (
        {"prompted_price": "input=1,output=1", "tuned_price": "input=3,output=1"}
        | {"output_tokens": 100, "tuned_prompt_tokens": 500},
        "input_price",
    ),
    "a request as dear as before": (
        {"tuned_price": "input=2,output=0", "tuned_prompt_tokens": 500},
        "fixed_costs",
    ),
    "a dearer request": ({"tuned_price": None, "tuned_request_cost": 0.01}, "request_cost"),
    "a copy by the month": ({"hosting": 100}, "fixed_costs"),
    "as much by the month as is saved": ({"hosting": 15}, "fixed_costs"),
    "not sold": ({"model": "openai/gpt-6-luna"}, "not_on_sale"),
    # ends in 49 days
    "shut down": (
        {"model": "openai/gpt-4o-mini", "existing_customer": True, "hourly_rate": 100}
        | {"engineering_hours": 1},
        "shutdown",
    ),
    "a floor": ({"model": "self-hosted/llama-3.1-70b-a100-80gb"}, "capacity_unknown"),
    "dearer than the changed model": (DEARER, "input_and_output_price"),
    "dearer than the changed model, prices fall": (
        {**DEARER, "price_decline": 30},
        "input_and_output_price",
    ),
    "no shorter than the changed model's prompt": (
        {**DEARER, "tuned_prompt_tokens": 1_100},
        "nothing_removed",
    ),
    # 270 x 0.01 + 15 x 0.2 = 5.70, of which output 3.00 is more than 2.10
    "output dearer than the changed model's, $20 of hosting": (
        {**SWAPPED, "tuned_price": "input=0.01,output=0.2", "hosting": 20},
        "fixed_costs",
    ),
    # 270 x 0.01 + 15 x 0.14 = 4.80, $7.80 less: 10 / 7.8 = 1.3 months, 1,000 / 7.8 = 128
    "cheaper than the changed model": (
        {**SWAPPED, "tuned_price": "input=0.01,output=0.14"},
        None,
    ),
    "cheaper than the changed model, but late": (
        {**SWAPPED, "tuned_price": "input=0.01,output=0.14", "training_cost": 1_000},
        "beyond_five_years",
    ),
    # 300,000 x 0.1 % x $1 = $300 a month more than the $129.90
    "dearer than the changed model, with fewer errors": (
        {**DEARER, **ERRORS, "tuned_quality": 80.1},
        None,
    ),
    # 300,000 x 0.01 % x $1 = $30 a month
    "dearer than the changed model, with hardly fewer errors": (
        {**DEARER, **ERRORS, "tuned_quality": 80.01},
        "input_and_output_price",
    ),
}


@pytest.mark.parametrize("case", REASONS)
def test_never_has_a_reason(case: str) -> None:
    fields, reason = REASONS[case]
    assert outcome(**fields).never == reason


VOLUMES: dict[str, tuple[dict[str, Any], list[tuple[float, float | None]], str | None]] = {
    # 0.0005 a request x 360 days = 0.18 for each request a day
    "$100": ({}, [(100 / 0.18, FOREVER)], None),
    "$800": (UNTOLD, [(800 / 0.18, FOREVER)], None),
    "$100, and $1,200 by the month": ({"hosting": 100}, [(1_300 / 0.18, FOREVER)], None),
    # 0.001 x 30 days x 5.15476 months = 0.154643 for each request a day
    "prices that fall": (FALLING, [(580 / 0.1546428, FOREVER)], None),
    "a dearer request": (
        {"tuned_price": None, "tuned_request_cost": 0.01},
        [],
        "request_cost",
    ),
    "nothing is removed": ({"tuned_price": "input=1,output=0"}, [], "nothing_removed"),
    "nothing is removed, and work is assumed": (
        {**UNTOLD, "tuned_price": "input=1,output=0"},
        [],
        "nothing_removed",
    ),
    # $0.000001 less a million: 360 x 1e9 requests of 1,000 tokens save $360 a year
    "work is more than a thousand million requests a day save": (
        {**UNTOLD, "tuned_price": "input=0.999999,output=0", "training_cost": 0},
        [],
        "own_work",
    ),
    "nothing is removed, and nothing paid": (
        {"tuned_price": "input=1,output=0", "training_cost": 0},
        [],
        "nothing_removed",
    ),
    "dearer than the changed model": (DEARER, [], "input_and_output_price"),
    "dearer than the changed model, prices fall": (
        {**DEARER, "price_decline": 30},
        [],
        "input_and_output_price",
    ),
    # 300 x 0.035 - 270 x 0.035 = 1.05 for 10,000 requests a day: 10 / (12 x 1.05 / 10,000)
    "a little cheaper than the changed model": (
        {**SWAPPED, "tuned_price": "input=0.035,output=0.14"},
        [(10 / (12 * 1.05e-4), FOREVER)],
        None,
    ),
    "not sold": ({"model": "openai/gpt-6-luna"}, [], "not_on_sale"),
    "closed": ({"model": "openai/gpt-4.1-mini"}, [], "not_on_sale"),
    "a floor": ({"model": "self-hosted/llama-3.1-70b-a100-80gb"}, [], "capacity_unknown"),
}


HOSTED = {
    "model": "self-hosted/llama-3.1-8b-a10g",
    "tuned_price": None,
    "training_cost": 0,
    "thinking_tokens": 0,
    "request_tokens": 100,
    "cache": "off",
    "peak_to_mean": 1,
    "utilisation": 1,
    "output_tokens_per_second": 1_000,
    "input_tokens_per_second": 1_000 / 2.88,
}
"""Tuned on a GPU at $1.006 an hour: 86,400 / 2.88 = 30,000 requests a day for each copy."""
COPY = 720 * 1.006
"""A copy a month, USD: as much as 24,144 requests a day cost prompted at $0.03 each a month."""


def hosted(**other: Any) -> Outcome:  # noqa: ANN401  fields of any type
    """Return the outcome of prompting at $0.001 a request against tuning on copies by the hour."""
    return outcome_of(weighed(Drawn(told({**OWN_PRICES, **HOSTED, **other}), DAY)))


def test_each_copy_opens_an_interval_of_volumes_until_they_meet() -> None:
    """A copy pays from 24,144 requests a day on and carries 30,000: from 5 on without gaps."""
    low, most = COPY / 0.03, 30_000
    found = hosted().volumes
    assert [each.low for each in found] == pytest.approx([low * n for n in range(1, 6)])
    assert [each.high for each in found[:-1]] == pytest.approx([most * n for n in range(1, 5)])
    assert found[-1].high is FOREVER
    assert hosted().no_volume is None


@pytest.mark.parametrize(
    ("fields", "copies", "usd"),
    [
        pytest.param({"volume": 30_000}, 1, COPY, id="as many requests as a copy carries"),
        pytest.param({"volume": 30_001}, 2, 2 * COPY, id="one request more"),
        pytest.param({"volume": 15_000, "peak_to_mean": 2}, 1, COPY, id="a peak of twice that"),
        pytest.param({"volume": 15_001, "peak_to_mean": 2}, 2, 2 * COPY, id="a higher peak"),
        pytest.param({"volume": 15_001, "utilisation": 0.5}, 2, 2 * COPY, id="half used"),
        # 15,000 requests in 12 hours are as many as 30,000 a day
        pytest.param({"volume": 15_000, "active_hours": 12}, 1, COPY, id="in 12 hours"),
        pytest.param({"volume": 15_001, "active_hours": 12}, 2, 2 * COPY, id="too many for 12"),
        pytest.param(
            {"volume": 15_000, "hours_per_day": 12}, 1, COPY / 2, id="running 12 hours a day"
        ),
        pytest.param(
            {"volume": 12_500, "hours_per_day": 12, "active_hours": 10},
            1,
            COPY / 2,
            id="10 of 12 hours",
        ),
        pytest.param(
            {"volume": 12_501, "hours_per_day": 12, "active_hours": 10},
            2,
            COPY,
            id="too many for 10 of 12 hours",
        ),
        pytest.param(
            {"hours_per_day": 10, "days_per_month": 20, "replicas": 2},
            2,
            2 * 10 * 20 * 1.006,
            id="two copies, 10 hours a day, 20 days a month",
        ),
        # 900 tokens are read in 2.592 s, 288 written in 0.288 s
        pytest.param(
            {"volume": 30_000, "tuned_prompt_tokens": 900, "output_tokens": 288}, 1, COPY, id="both"
        ),
        pytest.param(
            {"volume": 30_001, "tuned_prompt_tokens": 900, "output_tokens": 288},
            2,
            2 * COPY,
            id="both, one request more",
        ),
    ],
)
def test_copies_carry_the_load_of_the_busiest_hour(
    fields: dict[str, Any], copies: float, usd: float
) -> None:
    tuned = hosted(**fields).tuned
    assert tuned is not None
    assert tuned.copies == copies
    assert tuned.monthly_usd == pytest.approx(usd)


@pytest.mark.parametrize("case", VOLUMES)
def test_the_volumes_that_pay_begin_where_what_is_saved_covers_what_is_paid(case: str) -> None:
    fields, intervals, reason = VOLUMES[case]
    found = outcome(**fields)
    assert len(found.volumes) == len(intervals)
    for volumes, (low, high) in zip(found.volumes, intervals, strict=True):
        assert volumes.low == pytest.approx(low, rel=1e-6)
        assert volumes.high == high
    assert found.no_volume == reason


ANSWER = {"output_tokens"}
"""The answer's length, where nothing is charged for it."""
NO_WORK = {"engineering_hours": 0, "hourly_rate": 1}
AT_HAND = {"training_examples": 400, "examples": 500}
TO_LABEL = {"training_examples": 500, "examples": 400}
BY_LUNA = {"labelling_cost": None, "labelled_by": "openai/gpt-6-luna"}
ENDING = {"model": "openai/gpt-4o-mini", "existing_customer": True}
"""Closed to tuning in 41 days, the tuned model ends in 49."""
UNSOLD = {"model": "openai/gpt-6-luna"}
UNUSED: dict[str, tuple[dict[str, Any], set[str]]] = {
    "an answer at no price": ({}, ANSWER),
    "an answer at a price": ({"output_tokens": 10, "prompted_price": "input=1,output=1"}, set()),
    "the tokens of a request that has a price": (
        {"tuned_price": None, "tuned_request_cost": 0.0001},
        {"tuned_prompt_tokens", *ANSWER},
    ),
    "prices of tokens, where a request has one": (
        {"tuned_request_cost": 0.0001, "prompted_request_cost": 0.0002},
        {"prompted_price", "tuned_price", "prompt_tokens", "tuned_prompt_tokens", *ANSWER},
    ),
    "falling prices and upkeep count": ({"price_decline": 10, "maintenance": 5}, ANSWER),
    "interest counts": ({"discount_rate": 5}, ANSWER),
    "interest, where nothing is tuned": (
        {**UNSOLD, "discount_rate": 5},
        {"discount_rate", "tuned_prompt_tokens"},
    ),
    "no cache, where nothing is cached": ({"cache": "off"}, {"cache", *ANSWER}),
    # 1,100 tokens are the same each time, of which 1,024 would be cached
    "no cache, where a prefix is long enough": ({**ENDING, "cache": "off"}, set()),
    "no cache, where a prefix is too short": (
        {**ENDING, "cache": "off", "prompt_tokens": 500},
        {"cache"},
    ),
    # the tuned side has its own share
    "no cache, where a share is told of the other side": (
        {"tuned_price": "input=1,output=1,cached_input=0.1", "cache": "off", "tuned_cache": 0.5},
        {"cache"},
    ),
    "no cache, where nothing is tuned and a prefix is long enough": (
        {**UNSOLD, "request_tokens": 100, "cache": "off"},
        {"request_tokens", "tuned_prompt_tokens"},
    ),
    "no cache, where nothing is tuned and a prefix is too short": (
        {**UNSOLD, "request_tokens": 100, "cache": "off", "prompt_tokens": 500},
        {"cache", "request_tokens", "tuned_prompt_tokens"},
    ),
    "tuning anew, where no model ends": ({**NO_WORK, "retune": True}, {"retune", *ANSWER}),
    "tuning anew, where one ends": ({**ENDING, **NO_WORK, "retune": True}, set()),
    "a successor, where no model ends": (
        {**UNSOLD, "successor": "aws-bedrock/nova-micro"},
        {"successor", "tuned_prompt_tokens"},
    ),
    "a successor, where one ends": (
        {"model": "openai/gpt-5-mini", "tuned_model": "aws-bedrock/nova-micro"}
        | {"successor": "openai/gpt-6-luna"},
        set(),
    ),
    "copies, where hosting was told": ({"hosting": 10, "replicas": 3}, {"replicas", *ANSWER}),
    "labels, where all are at hand": (
        {**NO_WORK, **AT_HAND, "labelling_cost": 2},
        {"labelling_cost", *ANSWER},
    ),
    "labels, where 100 are not at hand": ({**NO_WORK, **TO_LABEL, "labelling_cost": 2}, ANSWER),
    "labels in the place of work": ({**AT_HAND, "labelling_cost": 2}, ANSWER),
    "labels by a model, where all are at hand": (
        {**NO_WORK, **AT_HAND, **BY_LUNA},
        {"labelled_by", *ANSWER},
    ),
    "labels by a model, where 100 are not at hand": ({**NO_WORK, **TO_LABEL, **BY_LUNA}, ANSWER),
    "renewed labels, where nothing is retrained": (
        {**NO_WORK, **AT_HAND, "labelling_cost": 2, "renewed_examples": 5},
        {"labelling_cost", "renewed_examples", *ANSWER},
    ),
    "renewed labels, with each retraining": (
        {**NO_WORK, **AT_HAND, "labelling_cost": 2, "renewed_examples": 5, "retrains_per_year": 2},
        ANSWER,
    ),
}


@pytest.mark.parametrize("case", UNUSED)
def test_what_was_told_and_changes_no_amount_is_named(case: str) -> None:
    fields, unused = UNUSED[case]
    assert set(outcome(**fields).unused()) == unused


def test_of_what_is_assumed_that_matters_which_changes_an_amount() -> None:
    assert [each.field for each in outcome().mattering] == []
    (work,) = outcome(**UNTOLD).mattering
    assert (work.field, work.value, work.low, work.high) == ("own_work_usd", 700, 50, 10_000)
    assert work.source == "the article's tradeoffs"


def test_what_a_first_month_saves_and_removes() -> None:
    found = outcome(tuned_prompt_tokens=400)
    # 30 - 30,000 x 400 x 0.5 / 1e6
    assert found.saving == pytest.approx(24)
    assert found.removed == 600
    assert outcome(model="openai/gpt-6-luna").saving is None
    assert outcome(model="openai/gpt-6-luna").removed == 0


OWN_CACHE = {"prompt_tokens": 1_000, "request_tokens": 200, "cache": 0.5}
AUTOMATIC = {"model": "openai/gpt-4o-mini", "existing_customer": True, "thinking_tokens": 0}
HITS = 1 - math.exp(-100 / 86_400 * 300)
"""Of 100 requests a day with a prefix that is kept for 300 s."""
LONG = {
    "model": "openai/gpt-6-luna",
    "cache": "off",
    "request_tokens": 50,
    "volume": 10,
    "thinking_tokens": 0,
    "output_tokens": 100,
}
BILLS: dict[str, tuple[dict[str, Any], float]] = {
    # 0.03 x (800 x (0.5 x 0.1 + 0.5 x 1.25) + 200)
    "misses have a price of their own": (
        {**OWN_CACHE, "prompted_price": "input=1,output=0,cached_input=0.1,cache_write=1.25"},
        22.2,
    ),
    # 0.03 x (800 x (0.5 x 0.1 + 0.5 x 1) + 200)
    "misses are ordinary input": (
        {**OWN_CACHE, "prompted_price": "input=1,output=0,cached_input=0.1"},
        19.2,
    ),
    # 0.03 x (800 x (0.5 x 0 + 0.5 x 1) + 200)
    "hits cost nothing": (
        {**OWN_CACHE, "prompted_price": "input=1,output=0,cached_input=0"},
        18,
    ),
    "an automatic cache": (
        {**AUTOMATIC, "volume": 100},
        # 1,024 of the 1,100 tokens that are the same each time
        0.003 * ((1_200 - 1_024 * HITS) * 0.15 + 1_024 * HITS * 0.075 + 5 * 0.6),
    ),
    "no cache": ({**AUTOMATIC, "volume": 100, "cache": "off"}, 0.003 * (1_200 * 0.15 + 5 * 0.6)),
    "too short for the cache": (
        {**AUTOMATIC, "volume": 100, "prompt_tokens": 1_023},
        0.003 * (1_023 * 0.15 + 5 * 0.6),
    ),
    "batches": (
        {**AUTOMATIC, "volume": 100, "cache": "off", "batch_share": 0.5},
        0.0015 * (1_200 * 0.15 + 5 * 0.6) + 0.0015 * (1_200 * 0.075 + 5 * 0.3),
    ),
    # 4 calls resend 1.5 times what was said before
    "conversations": (
        {"prompted_price": "input=1,output=2", "output_tokens": 100, "request_tokens": 200}
        | {"turns": 4},
        0.03 * (1_000 + 1.5 * (200 + 100) + 100 * 2),
    ),
    "hidden reasoning": (
        {"prompted_price": "input=1,output=2", "output_tokens": 100, "thinking_tokens": 50},
        0.03 * (1_000 + 150 * 2),
    ),
    "two tries": ({"attempts": 2}, 60),
    # 300 requests of 272,000 tokens at $0.10 and of 100 at $0.50; above that $0.20 and $0.75
    "the longest prompt at the plain price": (
        {**LONG, "prompt_tokens": 272_000},
        300 * (272_000 * 0.10 + 100 * 0.50) / 1e6,
    ),
    "a token more": (
        {**LONG, "prompt_tokens": 272_001},
        300 * (272_001 * 0.20 + 100 * 0.75) / 1e6,
    ),
    # 1,100 of 1,200 tokens are the same, half of the requests find them; half go in batches
    "a told share of hits, and batches": (
        {**AUTOMATIC, "volume": 100, "request_tokens": 100, "cache": 0.5, "batch_share": 0.5},
        0.0015 * (650 * 0.15 + 550 * 0.075 + 5 * 0.6)
        + 0.0015 * (100 * 0.075 + 550 * 0.075 + 550 * 0.075 + 5 * 0.3),
    ),
    # Claude Haiku 5.5: $0.125 for 5 minutes, $0.20 for an hour
    "of two lives the one that is cheaper to write": (
        {**LONG, "model": "anthropic/claude-haiku-5-5", "volume": 100, "prompt_tokens": 1_200}
        | {"output_tokens": 5, "cache": 0.5, "tuned_price": "input=1,output=1"}
        | {"training_cost": 1},
        0.003 * (50 * 0.10 + 575 * 0.01 + 575 * 0.125 + 5 * 0.50),
    ),
    # GPT-6 Luna: $0.125 for writing; in batches $0.005 for reading and half of all prices
    "misses written to the cache, in batches": (
        {**LONG, "volume": 100, "prompt_tokens": 1_200, "output_tokens": 5}
        | {"cache": 0.5, "prompted_batch_share": 0.5, "request_tokens": 50},
        0.0015 * (50 * 0.10 + 575 * 0.01 + 575 * 0.125 + 5 * 0.50)
        + 0.0015 * (50 * 0.05 + 575 * 0.005 + 575 * 0.0625 + 5 * 0.25),
    ),
}


@pytest.mark.parametrize("case", BILLS)
def test_a_month_of_prompting_costs_what_its_requests_do(case: str) -> None:
    fields, usd = BILLS[case]
    assert outcome(**fields).now.monthly_usd == pytest.approx(usd, rel=1e-9)


def test_a_month_of_tuning_costs_its_requests_and_what_is_fixed() -> None:
    """15 a month, 40 of hosting, 5 of upkeep; 6 / 12 of a run of 100 and of 20 labels at $2."""
    found = outcome(
        hosting=40,
        maintenance=5,
        retrains_per_year=6,
        renewed_examples=20,
        labelling_cost=2,
        training_examples=500,
        examples=400,
        training_runs=3,
    )
    assert found.tuned is not None
    assert found.tuned.monthly_usd == pytest.approx(15 + 40 + 5 + 0.5 * (100 + 20 * 2))
    # three runs, and 100 labels that are not at hand
    assert found.tuned.upfront_usd == pytest.approx(3 * 100 + 100 * 2)
    items = {line.item: line.usd for line in (*found.tuned.monthly, *found.tuned.upfront)}
    assert items == pytest.approx(
        {
            "input": 15,
            "hosting": 40,
            "retraining": 70,
            "maintenance": 5,
            "training": 300,
            "labelling": 200,
        }
    )


@pytest.mark.parametrize(
    ("wanted", "trained", "shared"),
    [
        pytest.param(4, True, 4, id="as many as may share"),
        pytest.param(5, True, 1, id="more than may share"),
        pytest.param(4, False, 1, id="nothing is tuned"),
    ],
)
def test_tuned_models_share_a_deployment_up_to_what_its_seller_allows(
    wanted: int, shared: int, *, trained: bool
) -> None:
    option = hosted().sides.now._replace(adapters=4)
    option = option._replace(training=TrainingTerms() if trained else None)
    assert sharing(option, {"adapters_sharing": wanted}) == shared


@pytest.mark.parametrize(
    ("step", "fixed", "cached"),
    [(1, 1_500, 1_500), (2, 1_501, 1_500), (128, 1_279, 1_152), (128, 1_280, 1_280), (1, 1_023, 0)],
)
def test_a_prefix_is_cached_in_whole_steps(step: int, fixed: float, cached: float) -> None:
    """From 1,024 tokens on, and then so many more at a time."""
    rule = tables().pricing.caching["openai-automatic"]
    rule = rule.model_copy(update={"minimum_prefix_tokens": 1_024, "step_tokens": step})
    assert cacheable(rule, fixed, {}) == cached


def test_a_model_that_ends_in_a_third_of_the_horizon_is_shut_down_before_it_has_paid() -> None:
    """GPT-4o mini saves $21 a month for 49 days, and $101 were paid; the horizon is 6 months."""
    fields = {"model": "openai/gpt-4o-mini", "existing_customer": True, "hourly_rate": 100}
    assert outcome(**fields, engineering_hours=1, horizon=6).never == "shutdown"
