"""Scenarios that once had a wrong amount or verdict, each with its right one worked out beside it.

The day is 2026-11-26 and the prices are the table's of that day. A month holds 30 days of requests.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ftvp import FtvpError, Scenario, breakeven, compare, decide
from ftvp.compare.answer import ComparisonAnswer
from ftvp.decide.answer import BreakevenAnswer
from ftvp.errors import ShutDownError, UnknownPriceError
from tests.drawn import Drawn, tables
from tests.reference_verdict import Weighed

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 26)
HAIKU, LUNA, NOVA = "anthropic/claude-haiku-5-5", "openai/gpt-6-luna", "aws-bedrock/nova-micro"
MINI, A10G = "openai/gpt-4o-mini", "self-hosted/llama-3.1-8b-a10g"


def costs(**told: Any) -> BreakevenAnswer:  # noqa: ANN401  fields of any type
    """Return what `ftvp breakeven` answers; hidden reasoning is none where it is not told."""
    return breakeven(Scenario(**{"thinking_tokens": 0, **told}), tables(), DAY)


def ways(**told: Any) -> ComparisonAnswer:  # noqa: ANN401  fields of any type
    """Return what `ftvp compare` answers."""
    return compare(Scenario(**{"thinking_tokens": 0, **told}), tables(), DAY)


@pytest.mark.long
def test_a_prompt_given_as_a_number_is_cached() -> None:
    """A1: what varies is assumed, 200 tokens, and to say so changes nothing."""
    told = {
        "model": HAIKU,
        "prompt_tokens": 3_000,
        "tuned_prompt_tokens": 500,
        "output_tokens": 50,
        "volume": 100_000,
        "tuned_price": "input=0.1,output=0.5",
        "training_cost": 100,
    }
    answer = costs(**told)
    # 2,800 cached x 0.01 + 200 x 0.10 + 50 x 0.50 = 73 USD a million requests, x 3
    assert answer.prompted.monthly_usd == pytest.approx(219)
    # 500 x 0.10 + 50 x 0.50 = 75, x 3 = 225; 3 / 12 retraining runs of 100 = 25
    assert answer.tuned is not None
    assert answer.tuned.monthly_usd == pytest.approx(250)
    assert (answer.verdict.choice, answer.verdict.because) == ("prompt", "costs_more")
    same = costs(**told, request_tokens=200)
    assert same.prompted.monthly_usd == answer.prompted.monthly_usd
    one = costs(**told, request_tokens=1)
    # 2,999 x 0.01 + 1 x 0.10 + 25 = 55.09, x 3
    assert one.prompted.monthly_usd == pytest.approx(165.27)


@pytest.mark.long
def test_a_breakpoint_is_set_only_where_it_pays_and_is_named() -> None:
    """A2: the caller marks the prefix; a rare request is not written to the cache."""
    told = {"tuned_model": NOVA, "prompt_tokens": 3_000, "tuned_prompt_tokens": 300}
    busy = costs(model=LUNA, request_tokens=200, output_tokens=50, volume=10_000, **told)
    # 2,800 x 0.01 + 200 x 0.10 + 50 x 0.50 = 73, x 0.3
    assert busy.prompted.monthly_usd == pytest.approx(21.9)
    assert any("breakpoint" in each and "1,800 s" in each for each in busy.warnings)
    rare = {"model": "openai/gpt-6.1-terra", "request_tokens": 200, "output_tokens": 50}
    auto, off = (costs(volume=3, cache=cache, **rare, **told) for cache in ("auto", "off"))
    # 90 requests x (3,000 x 1 + 50 x 5) / 1e6
    assert auto.prompted.monthly_usd == off.prompted.monthly_usd == pytest.approx(0.2925)


def test_a_life_that_is_not_published_is_assumed() -> None:
    """A3: an automatic cache of unknown life is taken to keep a prefix for 300 s."""
    answer = costs(
        model="google/gemini-3.8-flash",
        prompt_tokens=6_000,
        request_tokens=200,
        tuned_prompt_tokens=500,
        output_tokens=50,
        volume=100_000,
        tuned_price="input=0.8,output=4",
        training_cost=100,
    )
    # 5,800 x 0.075 + 200 x 0.75 + 50 x 3.75 = 772.5, x 3; hits 1 - exp(-100,000/86,400 x 300) = 1
    assert answer.prompted.monthly_usd == pytest.approx(2317.5)
    assert "cache_life_seconds" in {each.field for each in answer.inputs_used}


def test_a_told_cached_price_or_share_is_used_named_or_refused() -> None:
    """A4: a cached price without a rule is named, a share without a price refused."""
    told = {
        "tuned_price": "input=10,output=30",
        "training_cost": 100,
        "volume": 1_000,
        "prompt_tokens": 3_000,
        "tuned_prompt_tokens": 1_400,
        "output_tokens": 100,
    }
    named = costs(prompted_price="input=10,output=30,cached_input=1", **told)
    assert any("--cache SHARE" in each for each in named.warnings)
    shared = costs(prompted_price="input=10,output=30,cached_input=1", cache=0.9, **told)
    # 0.03 x (2,800 x (0.9 x 1 + 0.1 x 10) + 200 x 10 + 100 x 30) = 0.03 x 10,320
    assert shared.prompted.monthly_usd == pytest.approx(309.6)
    assert any("cached_input=" in each for each in shared.warnings)
    with pytest.raises(UnknownPriceError, match="cached price"):
        costs(prompted_price="input=10,output=30", cache=0.9, **told)
    short = costs(
        model=MINI,
        existing_customer=True,
        cache=0.9,
        prompt_tokens=900,
        output_tokens=200,
        volume=1_000,
    )
    # 0.03 x (700 x (0.9 x 0.075 + 0.1 x 0.15) + 200 x 0.15 + 200 x 0.60) = 0.03 x 207.75
    assert short.prompted.monthly_usd == pytest.approx(6.2325)
    assert any("caches from 1,024 on" in each for each in short.warnings)


def test_one_copy_carries_no_million_requests() -> None:
    """A5: a bill that is only a floor heads no list; what a model cannot take is left out."""
    busy = ways(model=LUNA, volume=1e7, prompt_tokens=1_200, output_tokens=200)
    assert [way.floor for way in busy.ways] == sorted(way.floor for way in busy.ways)
    assert not any((way.dominated_by or "").startswith("self-hosted") for way in busy.ways)
    long = ways(
        model="openai/gpt-4.1",
        models=["*a10g*"],
        volume=10_000,
        prompt_tokens=300_000,
        tuned_prompt_tokens=200_000,
        output_tokens=200,
    )
    assert {each.model for each in long.left_out if "context" in each.why} == {A10G}


def test_hosted_models_have_the_copies_that_the_load_needs() -> None:
    """A6: the same copies in `breakeven` and `compare`; removed tokens save copies."""
    told = {
        "model": A10G,
        "volume": 1e6,
        "prompt_tokens": 1_200,
        "tuned_prompt_tokens": 400,
        "output_tokens": 200,
        "input_tokens_per_second": 10_000,
        "output_tokens_per_second": 1_000,
    }
    answer = costs(**told)
    # 1e6 / 86,400 = 11.574 a second; x 3 peak x (1,200 / 10,000 + 200 / 1,000) / 0.5 = 22.2: 23
    # copies x 720 hours x 1.006
    assert answer.prompted.monthly_usd == pytest.approx(23 * 720 * 1.006)
    # 11.574 x 3 x 0.24 / 0.5 = 16.7: 17 copies; 3 / 12 runs of 12 hours x 1.006
    assert answer.tuned is not None
    assert answer.tuned.monthly_usd == pytest.approx(17 * 720 * 1.006 + 0.25 * 12 * 1.006)
    listed = {way.id: way.monthly_usd for way in ways(**told, models=["*a10g*"]).ways}
    assert listed[f"{A10G} tuned dedicated"] == pytest.approx(answer.tuned.monthly_usd)


@pytest.mark.long
def test_a_payback_that_falling_prices_undo_is_no_reason_to_tune() -> None:
    """A7: the verdict is the net benefit's; a payback that costs cross again tells both months."""
    told = {
        "prompted_price": "input=1,output=0",
        "tuned_price": "input=0,output=0",
        "volume": 100_000 / 30,
        "prompt_tokens": 1_000,
        "tuned_prompt_tokens": 0,
        "output_tokens": 0,
        "hosting": 40,
        "training_cost": 100,
        "retrains_per_year": 0,
        "price_decline": 90,
    }
    answer = costs(**told, labelling_cost=0)
    # 100 a month x (1 - 0.1) / (1 - 0.1^(1/12)) = 515.476, less 12 x 40, less 100
    assert answer.horizon is not None
    assert answer.horizon.net_benefit_usd == pytest.approx(-64.5237, abs=1e-4)
    assert answer.verdict.choice == "prompt"
    # 60 after one month, then 100 x 0.1^(1/12) - 40 = 42.54 a month: 40 / 42.54 of the second
    assert answer.breakeven.months == pytest.approx(1 + 40 / 42.540, abs=1e-4)
    assert answer.breakeven.until_months is not None
    untold = costs(**told)
    assert untold.breakeven.reason == "falling_prices"
    other = costs(
        model=A10G, tuned_model=NOVA, price_decline=80, volume=400_000, prompt_tokens=1_200
    )
    assert "-$" not in other.verdict.headline


VOLUMES = {
    "ends above": (
        {"model": "anthropic/claude-haiku-4-5", "prompt_tokens": 5_200, "request_tokens": 100},
        {"tuned_prompt_tokens": 3_500, "output_tokens": 10, "training_cost": 20},
        "input=0.26,output=0.2",
    ),
    "begins late": (
        {"model": "anthropic/claude-sonnet-5-5", "prompt_tokens": 4_566, "request_tokens": 298},
        {"tuned_prompt_tokens": 1_509, "output_tokens": 4, "training_cost": 450, "hosting": 2},
        "input=0.288,output=1.37",
    ),
}


@pytest.mark.parametrize("kind", VOLUMES)
def test_the_volumes_that_pay_are_all_of_them(kind: str) -> None:
    """A8: caching makes the saving fall with volume, so what pays is a set, found by a scan."""
    model, tuned, price = VOLUMES[kind]
    rest = {"retrains_per_year": 0, "labelling_cost": 0, "thinking_tokens": 0, "volume": 1_000}
    told = {**model, **tuned, **rest, "tuned_price": price}
    answer = costs(**told)
    found = Weighed(Drawn(told, DAY).scenario, tables(), DAY)
    intervals = answer.breakeven_volume.intervals
    for place in range(7 * 64):
        volume = 0.05 * 10 ** (place / 64)
        inside = any(i.from_ <= volume and (i.to is None or volume <= i.to) for i in intervals)
        assert inside == found.ahead_at(volume), volume
    assert intervals
    assert (intervals[0].to is not None) == (kind == "ends above")


@pytest.mark.long
def test_a_worse_or_good_enough_quality_meets_the_money() -> None:
    """A9: worse and dearer is denied; a loss names the cost of an error at which it pays."""
    worse = decide(
        Scenario(
            model=LUNA,
            tuned_model="aws-bedrock/nova-2-lite",
            volume=528_608,
            prompt_tokens=2_386,
            tuned_prompt_tokens=1_035,
            output_tokens=232,
            examples=1_500,
            prompting_quality=75.4,
            tuned_quality=71.9,
            target_quality=84,
            format_task=True,
        ),
        tables(),
        DAY,
    )
    assert (worse.verdict.choice, worse.verdict.because) == ("prompt", "eval_denies")
    told: dict[str, Any] = {
        "prompted_price": "input=1,output=0",
        "tuned_price": "input=1,output=0",
        "volume": 2_000,
        "prompt_tokens": 1_000,
        "tuned_prompt_tokens": 1_000,
        "output_tokens": 0,
        "training_cost": 720,
        "retrains_per_year": 0,
        "labelling_cost": 0,
        "examples": 5_000,
        "prompting_quality": 60,
        "target_quality": 73,
        "format_task": False,
    }
    better = decide(Scenario(**told, tuned_quality=70), tables(), DAY)
    # 720 / (12 x 60,000 requests x 10 points / 100) = 0.01 an avoided error
    assert better.cost is not None
    assert better.cost.turning_price_usd == pytest.approx(0.01)
    assert (better.verdict.choice, better.verdict.because) == ("prompt", "costs_more")
    paid = decide(Scenario(**told, tuned_quality=70, cost_per_error=0.02), tables(), DAY)
    # 72,000 avoided errors x 0.02 - 720 = 720 ahead, and measured better
    assert paid.cost is not None
    assert paid.cost.horizon is not None
    assert paid.cost.horizon.net_benefit_usd == pytest.approx(720)
    assert (paid.verdict.choice, paid.verdict.because) == ("fine_tune", "eval_confirms")
    enough = {**told, "target_quality": 64, "tuned_price": "input=0.5,output=0"}
    saved = decide(Scenario(**enough, tuned_quality=70), tables(), DAY)
    # the tree stops at question 3 (4 points), 12 x 30 saved less 720 is behind: its word stands
    assert (saved.verdict.choice, saved.verdict.because) == ("prompt", "good_enough")
    dear = {**enough, "training_cost": 72}
    overruled = decide(Scenario(**dear, tuned_quality=70), tables(), DAY)
    assert (overruled.verdict.choice, overruled.verdict.because) == ("fine_tune", "money_overrules")


def test_a_price_of_the_table_that_begins_later_is_counted() -> None:
    """A10: the doubling of a price on 2027-01-01, 1.2 months ahead, is in the ranking."""
    answer = compare(
        Scenario(
            model="google/gemini-3.8-flash",
            models=["gemini-3.8-flash", "gpt-6.1-terra"],
            volume=100_000,
            prompt_tokens=1_000,
            output_tokens=300,
            thinking={"google/gemini-3.8-flash": 0, "openai/gpt-6.1-terra": 0},
        ),
        tables(),
        DAY,
    )
    totals = {way.model: way.horizon_usd for way in answer.ways}
    # 3 x (1,000 x 0.75 + 300 x 3.75) = 5,625 for 1.2 months, then twice that for 10.8
    assert totals["google/gemini-3.8-flash"] == pytest.approx(5_625 * (1.2 + 2 * 10.8))
    # 3 x (1,000 x 1 + 300 x 5) x 12 in tokens that are 1.1 times as long
    assert totals["openai/gpt-6.1-terra"] == pytest.approx(90_000 / 1.1)


def test_a_told_number_is_in_the_prompted_model_s_tokens_everywhere() -> None:
    """A11: the tuned Nova Micro of a Claude user is one option with one amount."""
    told = {
        "model": HAIKU,
        "tuned_model": NOVA,
        "prompt_tokens": 3_000,
        "tuned_prompt_tokens": 500,
        "output_tokens": 50,
        "volume": 40_000,
    }
    answer = costs(**told)
    # 50 / 1.42 = 35.21 answer tokens; 1.2 x (500 x 0.035 + 35.21 x 0.14) + 1.95 storage
    # + 3 / 12 x 1,000 x (500 + 35.21 + 13) x 2 epochs x 1 / 1e6
    out = 50 / 1.42
    month = 1.2 * (500 * 0.035 + out * 0.14) + 1.95 + 0.25 * 1_000 * (513 + out) * 2 / 1e6
    assert answer.tuned is not None
    assert answer.tuned.monthly_usd == pytest.approx(month)
    listed = {way.id: way.monthly_usd for way in ways(**told, models=["nova-micro"]).ways}
    assert listed[f"{NOVA} tuned"] == pytest.approx(month)
    assert answer.cheaper is None or answer.cheaper.id != f"{NOVA} tuned"


@pytest.mark.long
def test_there_is_one_total_over_the_horizon() -> None:
    """B1: after the tuned model's end prompting takes over; nothing is bought twice."""
    told = {
        "model": MINI,
        "existing_customer": True,
        "volume": 10_000,
        "prompt_tokens": 1_200,
        "tuned_prompt_tokens": 100,
        "output_tokens": 5,
        "engineering_hours": 20,
        "hourly_rate": 100,
    }
    answer = costs(**told)
    listed = {way.id: way.horizon_usd for way in ways(**told, models=[MINI]).ways}
    assert answer.horizon is not None
    prompted = listed[f"{MINI} prompted"]
    assert listed[f"{MINI} tuned"] == pytest.approx(prompted - answer.horizon.net_benefit_usd)
    # 49 days of the tuned bill, 311 of prompting; retraining until training closes, 41 days
    run = 1_000 * (100 + 5 + 13) * 3 * 3 / 1e6
    tuned = 0.3 * (100 * 0.30 + 5 * 1.20)
    # at most 100 tokens vary, as many as the tuned model is sent: 1,024 of 1,100 are cached
    now = 0.3 * (1_024 * 0.075 + 176 * 0.15 + 5 * 0.60)
    assert prompted == pytest.approx(12 * now)
    total = 2_000 + run + 49 / 30 * tuned + 41 / 30 * 0.25 * run + 311 / 30 * now
    assert listed[f"{MINI} tuned"] == pytest.approx(total)
    assert answer.breakeven.months is None


def test_prices_fall_for_a_model_that_ends_too() -> None:
    """B2: of two ways that cost tokens alone the cheaper month has the smaller total."""
    answer = compare(
        Scenario(
            model=LUNA,
            models=["gpt-5-nano", "gpt-6-luna"],
            volume=10_000,
            prompt_tokens=1_000,
            output_tokens=200,
            price_decline=80,
            thinking={"openai/gpt-5-nano": 0, LUNA: 0},
        ),
        tables(),
        DAY,
    )
    luna, nano = answer.ways
    # 0.3 x (1,000 x 0.10 + 200 x 0.50) = 60; 0.3 x (1,000 x 0.05 + 200 x 0.40) = 39
    assert luna.monthly_usd == pytest.approx(60)
    assert nano.monthly_usd == pytest.approx(39)
    # each falls as 0.2^(k/12) from month to month
    months = sum(0.2 ** (k / 12) for k in range(12))
    assert luna.horizon_usd == pytest.approx(60 * months)
    assert nano.horizon_usd == pytest.approx(39 * months)


def test_what_is_called_cheaper_is_so_by_the_total_that_is_shown() -> None:
    """B3: cheaper means the total over the horizon, of the same prompt, and is no floor."""
    told = {
        "model": MINI,
        "tuned_model": NOVA,
        "existing_customer": True,
        "volume": 10_000,
        "prompt_tokens": 1_200,
        "tuned_prompt_tokens": 400,
        "output_tokens": 200,
        "engineering_hours": 10,
        "hourly_rate": 100,
    }
    answer = costs(**told)
    assert answer.horizon is not None
    assert answer.cheaper is not None
    now = 12 * answer.prompted.monthly_usd
    tuned = now - answer.horizon.net_benefit_usd
    assert answer.cheaper.horizon_usd < min(now, tuned)
    assert answer.cheaper.monthly_usd < answer.prompted.monthly_usd
    assert not answer.cheaper.floor


@pytest.mark.long
def test_tuned_models_are_priced_in_batches_too() -> None:
    """B4: batches have the tuned batch price in both commands; a told run is one's own alone."""
    told = {
        "model": MINI,
        "existing_customer": True,
        "volume": 10_000,
        "prompt_tokens": 1_000,
        "tuned_prompt_tokens": 100,
        "output_tokens": 20,
    }
    run = 1_000 * (100 + 20 + 13) * 3 * 3 / 1e6
    # 0.3 x (100 x 0.15 + 20 x 0.60) = 8.10; 3 / 12 of a run of 1.197
    month = 8.1 + 0.25 * run
    answer = costs(**told, batch_share=1)
    assert answer.tuned is not None
    assert answer.tuned.monthly_usd == pytest.approx(month)
    listed = {way.id: way for way in ways(**told, models=[MINI], batchable=True).ways}
    assert listed[f"{MINI} tuned_batch"].monthly_usd == pytest.approx(month)
    own = ways(**told, models=["gpt-4o-mini", "gpt-4.1-mini"], training_cost=5_000)
    upfront = {way.id: way.upfront_usd for way in own.ways}
    assert upfront[f"{MINI} tuned"] == 5_000
    assert upfront["openai/gpt-4.1-mini tuned"] < 10


OWN_PRICE = {"volume": 100_000, "prompt_tokens": 1_200, "tuned_prompt_tokens": 400}
OWN_PRICE |= {"output_tokens": 200, "training_cost": 5, "retrains_per_year": 0}
AT_OWN_PRICE: dict[str, tuple[dict[str, Any], str, float]] = {
    # 3,000,000 x (400 + 200) x $0.01 a million
    "of a model that nobody sells tuned": (
        {"model": LUNA, "tuned_price": "input=0.01,output=0.01"},
        f"{LUNA} tuned",
        18,
    ),
    "of another model, by the request": (
        {"model": NOVA, "tuned_model": LUNA, "tuned_request_cost": 0.00001},
        f"{LUNA} tuned",
        30,
    ),
    "of no model": (
        {"prompted_price": "input=1,output=1", "tuned_price": "input=0.01,output=0.01"},
        "own tuned tuned",
        18,
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("case", AT_OWN_PRICE)
def test_a_tuned_model_at_a_told_price_is_an_option(case: str) -> None:
    fields, name, monthly = AT_OWN_PRICE[case]
    told = {**OWN_PRICE, **fields}
    listed = [way for way in ways(**told).ways if way.id == name]
    assert [way.monthly_usd for way in listed] == [pytest.approx(monthly)]
    assert listed[0].horizon_usd == pytest.approx(costs(**told).cumulative[-1].tuned_usd)
    if "of a model" in case:
        elsewhere = ways(**told, models=["nova-micro"]).ways
        assert all(way.id != name for way in elsewhere)


PAID_BACK: dict[str, dict[str, Any]] = {
    "one model": {"model": NOVA, "volume": 1_000_000},
    # tuning on top of the change of model pays later than both together
    "two models": {"model": LUNA, "tuned_model": NOVA, "volume": 100_000},
    "never against the changed model": {
        "model": "openai/gpt-6-sol",
        "tuned_model": NOVA,
        "tuned_price": "input=0.5,output=0.5",
        "training_cost": 10,
        "volume": 10_000,
    },
    "a floor": {
        "model": "self-hosted/llama-3.1-70b-a100-80gb",
        "tuned_price": "input=2,output=2",
        "training_cost": 1,
        "volume": 14,
    },
}


@pytest.mark.long
@pytest.mark.parametrize("case", PAID_BACK)
def test_an_option_is_paid_back_when_the_answer_says(case: str) -> None:
    lengths = {"prompt_tokens": 1_200, "tuned_prompt_tokens": 400, "output_tokens": 200}
    told = {**lengths, **PAID_BACK[case], "engineering_hours": 1, "hourly_rate": 1}
    answer = costs(**told)
    assert answer.tuned is not None
    own = [w for w in ways(**told).ways if (w.kind, w.model) == ("tuned", answer.tuned.model)]
    assert own[0].payback_months == answer.breakeven.months
    assert (answer.breakeven.months is None) == (case in list(PAID_BACK)[2:])


def test_a_commitment_longer_than_the_model_s_life_is_left_out() -> None:
    """B5: six months cannot be had of a model that ends in four."""
    name = "aws-bedrock/llama-3.1-8b"
    pricing = tables().pricing
    row = pricing.models[name]
    alone = row.model_copy(
        update={"ends": tuple(end for end in row.ends if end.kind == "base_shutdown")}
    )
    table = replace(
        tables(), pricing=pricing.model_copy(update={"models": {**pricing.models, name: alone}})
    )
    told = {"model": NOVA, "models": [name], "volume": 10_000, "prompt_tokens": 1_000}
    answer = compare(Scenario(**told), table, DAY)
    assert [each.why for each in answer.left_out] == [
        "6 months' commitment, but it ends on 2027-03-30"
    ]
    assert {way.commitment_months for way in answer.ways} == {0, 1}


def test_a_request_cost_leaves_the_tokens_to_training() -> None:
    """B6: only the price of a request is replaced."""
    answer = costs(
        model=MINI,
        existing_customer=True,
        prompt_tokens=1_200,
        tuned_prompt_tokens=400,
        output_tokens=200,
        tuned_request_cost=0.0001,
        volume=10_000,
    )
    assert answer.tuned is not None
    # 1,000 x (400 + 200 + 13) tokens x 3 epochs x 3 a million
    assert answer.tuned.upfront_usd == pytest.approx(5.517)
    assert answer.tuned.monthly_usd == pytest.approx(30 + 0.25 * 5.517)
    assert answer.tokens.tuned_input == 400


def test_an_operand_keeps_its_cents() -> None:
    """B7: "1 run x $683.51", not "$684 a run = $683.51"."""
    answer = costs(
        model=MINI, existing_customer=True, prompt_tokens=1_000, volume=100, training_cost=683.51
    )
    assert answer.tuned is not None
    (line,) = answer.tuned.upfront_lines
    assert "$683.51" in line.formula
    assert line.usd == 683.51


def test_a_tuned_model_that_was_shut_down_is_refused() -> None:
    """B8: nothing is said of a saving with a model that nobody can call."""
    with pytest.raises(ShutDownError, match="2026-10-23"):
        costs(
            model=LUNA,
            tuned_model="openai/gpt-4.1-nano",
            volume=10_000,
            prompt_tokens=1_200,
            tuned_prompt_tokens=200,
            output_tokens=50,
        )


def test_the_headline_leads_with_the_prompted_model_s_end() -> None:
    """B10: after its end the same price is taken to go on, and that is listed."""
    told = {
        "model": "openai/gpt-5-mini",
        "tuned_model": NOVA,
        "prompt_tokens": 1_200,
        "tuned_prompt_tokens": 400,
        "output_tokens": 200,
        "volume": 10_000,
    }
    answer = costs(**told)
    assert answer.verdict.headline.startswith("Move off GPT-5 mini, it ends in 15 days")
    assert "successor" in {each.field for each in answer.assumptions}
    # 0.3 x (1,200 x 0.25 + 200 x 2) = 210 for 15 days, then 0.3 x (1,200 x 0.10 + 200 x 0.50) = 66
    followed = costs(**told, successor=LUNA, thinking={LUNA: 0})
    assert answer.horizon is not None
    assert followed.horizon is not None
    lost = answer.horizon.net_benefit_usd - followed.horizon.net_benefit_usd
    assert lost == pytest.approx(11.5 * (210 - 66))


def test_hours_need_a_rate() -> None:
    """Own work told by half is no number."""
    with pytest.raises(FtvpError, match="--hourly-rate"):
        costs(model=MINI, prompt_tokens=1_000, volume=100, engineering_hours=10)
