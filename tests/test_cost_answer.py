"""What the costs of a document hold: tokens, payback, ends, horizon, months, the formula, the swap.

The plain scenario has its own prices: 30,000 requests a month of 1,000 tokens cost $30 prompted at
$1 a million and $15 tuned at $0.50; training costs $100 once. That of models has 300,000 requests
of 1,200 tokens prompted, 100 tuned, and answers of 5. The day is 2026-11-26.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ftvp.cost.answer import Breakeven, Cumulative, Horizon, Life, TokenCounts
from ftvp.cost.costs import citations, cost_fields
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import prepare
from ftvp.units import Record
from tests.test_cost_outcome import outcome

LUNA, NOVA = "openai/gpt-6-luna", "aws-bedrock/nova-micro"
NO_WORK = {"engineering_hours": 0, "hourly_rate": 1}
ENDED = "openai/gpt-4o-mini"
ENDING = {"model": ENDED, "existing_customer": True, **NO_WORK}
SWAPPED = {"model": LUNA, "tuned_model": NOVA, "thinking_tokens": 30, "cache": "off"}
BY_REQUEST = {
    **dict.fromkeys(("prompted_price", "tuned_price", "prompt_tokens", "tuned_prompt_tokens")),
    "prompted_request_cost": 0.001,
    "tuned_request_cost": 0.0005,
}


def costs(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  fields of any type
    """Return the costs of a document."""
    return cost_fields(outcome(**fields))


def nearly(record: Record) -> dict[str, Any]:
    """Return the fields of a record to compare with, amounts within rounding."""
    fields = record.model_dump().items()
    return {name: pytest.approx(v) if isinstance(v, float) else v for name, v in fields}


def counts(*tokens: float | None, converted: bool = False) -> TokenCounts:
    """Return counts without a prompt file: input, output, request and thinking of both sides."""
    prompted, tuned, output, tuned_output, request, thinking, tuned_thinking = tokens
    return TokenCounts(
        prompted_input=prompted,
        tuned_input=tuned,
        output=output,
        tuned_output=tuned_output,
        shots=0,
        shot_tokens=0,
        encoding=None,
        exact=True,
        error_percent=0,
        request=request,
        thinking=thinking,
        tuned_thinking=tuned_thinking,
        converted=converted,
    )


TOKENS: dict[str, tuple[dict[str, Any], TokenCounts]] = {
    "of own prices": ({}, counts(1_000, 1_000, 0, 0, 200, 0, 0)),
    # at most the 100 tokens vary that the tuned model is sent
    "of two models with one tokenizer": (SWAPPED, counts(1_200, 100, 5, 5, 100, 30, 0)),
    "of a model that is not sold tuned": (
        {"model": LUNA, "thinking_tokens": 30},
        counts(1_200, None, 5, None, 100, 30, None),
    ),
    # 142 tokens of Claude are 100 of Nova Micro, those of the tuned prompt are its own
    "of two models with two tokenizers": (
        {"model": "anthropic/claude-haiku-5-5", "tuned_model": NOVA, "thinking_tokens": 0}
        | {"request_tokens": 71, "output_tokens": 142},
        counts(1_200, 100, 142, 100, 71, 0, 0, converted=True),
    ),
    # two calls before, on average one: 50 + 100 tokens resent, 50 + 40 tuned
    "of conversations of three calls": (
        {"turns": 3, "request_tokens": 50, "output_tokens": 100, "tuned_output_tokens": 40},
        counts(1_150, 1_090, 100, 40, 50, 0, 0),
    ),
    "of a tuned prompt that was not told": (
        {"model": NOVA, "tuned_prompt_tokens": None},
        counts(1_200, 1_200, 5, 5, 200, 0, 0),
    ),
    "of one model that reasons, alike on both sides": (
        {"model": ENDED, "existing_customer": True, "thinking_tokens": 3},
        counts(1_200, 100, 5, 5, 100, 3, 3),
    ),
    "of one model that reasons, told of the tuned side": (
        {"model": ENDED, "existing_customer": True, "tuned_thinking_tokens": 3},
        counts(1_200, 100, 5, 5, 100, 0, 3),
    ),
    "of a model that reasons by itself, as long as its answer": (
        {"model": LUNA, "tuned_model": NOVA},
        counts(1_200, 100, 5, 5, 100, 5, 0),
    ),
    "of reasoning that was told by model": (
        {"model": LUNA, "tuned_model": NOVA, "thinking_tokens": 1, "thinking": {NOVA: 4}},
        counts(1_200, 100, 5, 5, 100, 1, 4),
    ),
    "of an answer in the tuned model's own tokens": (
        {"model": "anthropic/claude-haiku-5-5", "tuned_model": NOVA}
        | {"thinking_tokens": 3, "tuned_thinking_tokens": 7, "tuned_output_tokens": 50},
        counts(1_200, 100, 5, 50, 100, 3, 7, converted=True),
    ),
    "of requests with a price": (BY_REQUEST, counts(*[None] * 7)),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", TOKENS)
def test_the_tokens_of_a_request_are_told_as_far_as_they_are_known(case: str) -> None:
    fields, tokens = TOKENS[case]
    assert costs(**fields)["tokens"].model_dump() == nearly(tokens)


RUNS: dict[str, tuple[dict[str, Any], float]] = {
    # examples of 100 + 5 + 13 tokens at $3 a million, each three times
    "three epochs": ({"training_examples": 1_000}, 1_000 * 118 * 3 * 3 / 1e6),
    "told epochs": ({"training_examples": 1_000, "epochs": 2}, 1_000 * 118 * 2 * 3 / 1e6),
    "few examples, more often": ({"training_examples": 10}, 10 * 118 * 10 * 3 / 1e6),
    "many examples, less often": ({"training_examples": 9_000}, 9_000 * 118 * 2 * 3 / 1e6),
    "told tokens": ({"training_tokens": 1e6}, 3 * 3),
    "told tokens and epochs": ({"training_tokens": 1e6, "epochs": 1}, 3),
    "a told cost": ({"training_cost": 7}, 7),
    # 1,000 x (100 + 5 + 13) tokens at $1 a million
    "two epochs of Nova": ({"model": NOVA}, 2 * 0.118),
    "two epochs of Nova, told": ({"model": NOVA, "epochs": 2}, 2 * 0.118),
    "three epochs of Nova, told": ({"model": NOVA, "epochs": 3}, 3 * 0.118),
    "two runs": ({"training_tokens": 1e6, "training_runs": 2}, 2 * 9),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", RUNS)
def test_training_costs_its_tokens_as_often_as_they_are_read(case: str) -> None:
    fields, usd = RUNS[case]
    answered = costs(**{**ENDING, **fields})
    found = answered["tuned"]
    (listed,) = (each.value for each in answered["inputs_used"] if each.field == "epochs")
    read = fields.get("training_tokens", 118 * fields.get("training_examples", 1_000))
    runs = fields.get("training_runs", 1)
    price = 1 if "model" in fields else 3
    assert "training_cost" in fields or usd == pytest.approx(runs * read * listed * price / 1e6)
    assert {line.item: line.usd for line in found.upfront_lines} == {"training": pytest.approx(usd)}


@pytest.mark.parametrize(
    ("longest", "counted"),
    [
        pytest.param(65_536, 65_536, id="as long as may be"),
        pytest.param(65_537, 65_536, id="a token longer"),
    ],
)
def test_of_a_training_example_no_more_is_read_than_the_provider_reads(
    longest: int, counted: int
) -> None:
    """GPT-4o mini reads 65,536 tokens of an example, three times at $3 a million."""
    inputs = outcome(**ENDING).inputs
    sizes = {inputs.tokenizer_name(inputs.now): (longest, 100)}
    read = inputs.readings._replace(training_sizes=sizes)
    tuned = Outcome(prepare(replace(inputs, readings=read))).tuned
    assert tuned is not None
    assert tuned.upfront_usd == pytest.approx((counted + 100) * 3 * 3 / 1e6)


def paid_back(months: float, requests: float, day: date) -> Breakeven:
    """Return a payback that is not lost again."""
    return Breakeven(months=months, requests=requests, date=day, reason=None)


PAYBACKS: dict[str, tuple[dict[str, Any], Breakeven]] = {
    # 100 / 15 x 30,000 requests; 200 days
    "during a month": ({}, paid_back(100 / 15, 200_000, date(2027, 6, 14))),
    "at once": ({"training_cost": 0}, paid_back(0, 0, date(2026, 11, 26))),
    # 100.2 / 15 x 30 = 200.4 days are over on the 201st
    "during a day": ({"training_cost": 100.2}, paid_back(6.68, 200_400, date(2027, 6, 15))),
    # 22,000 requests a month save $11
    "in months of 22 days": (
        {"days_per_month": 22, "training_cost": 110},
        paid_back(10, 220_000, date(2027, 9, 22)),
    ),
    # 1,500 / 15 = 100 months, 3,000 days
    "after five years, within the horizon": (
        {"training_cost": 1_500, "horizon": 115},
        paid_back(100, 3_000_000, date(2035, 2, 12)),
    ),
    "after five years and the horizon": (
        {"training_cost": 1_500, "horizon": 99},
        Breakeven(months=None, requests=None, date=None, reason="beyond_five_years"),
    ),
    "never": (
        {"tuned_price": "input=1,output=0"},
        Breakeven(months=None, requests=None, date=None, reason="nothing_removed"),
    ),
}


@pytest.mark.parametrize("case", PAYBACKS)
def test_a_payback_has_months_requests_and_a_day(case: str) -> None:
    fields, expected = PAYBACKS[case]
    assert costs(**fields)["breakeven"].model_dump() == nearly(expected)


@pytest.mark.parametrize(
    ("training", "in_time"),
    [
        pytest.param(179, True, id="before the horizon"),
        pytest.param(180, True, id="on its last day: 12 x 15"),
        pytest.param(181, False, id="after it"),
        pytest.param(1_000, False, id="never"),
    ],
)
def test_a_payback_is_in_time_up_to_the_horizon(training: float, *, in_time: bool) -> None:
    assert costs(training_cost=training)["life"] == Life(in_time=in_time)


def test_the_announced_ends_of_a_model_are_told() -> None:
    assert costs(**ENDING)["life"] == Life(
        tuned_shutdown_on=date(2027, 1, 14),
        training_closed_to_new_on=date(2026, 5, 7),
        training_closed_on=date(2027, 1, 6),
        days_left=49,
        in_time=True,
        prompted_ends_on=date(2027, 1, 14),
    )


def horizon(*amounts: float, roi: float | None) -> Horizon:
    """Return what there is after 12 months: the net benefit, after work, and of errors."""
    net, after, quality = amounts
    return Horizon(
        months=12,
        net_benefit_usd=net,
        net_benefit_after_work_usd=after,
        money_usd=net - quality,
        quality_usd=quality,
        npv_usd=net,
        roi_percent=roi,
    )


HORIZONS: dict[str, tuple[dict[str, Any], Horizon]] = {
    # 12 x 15 - 100, 80 % of 100
    "a cost once": ({}, horizon(80, 80, 0, roi=80)),
    "no cost once": ({"training_cost": 0}, horizon(180, 180, 0, roi=None)),
    "own work that is assumed": ({"labelling_cost": None}, horizon(80, -620, 0, roi=80)),
    # 360,000 requests x 10 % x $0.01
    "errors avoided": (
        {"prompting_quality": 60, "tuned_quality": 70, "cost_per_error": 0.01},
        horizon(440, 440, 360, roi=440),
    ),
}


@pytest.mark.parametrize("case", HORIZONS)
def test_the_horizon_tells_money_from_quality_and_work(case: str) -> None:
    fields, expected = HORIZONS[case]
    assert costs(**fields)["horizon"].model_dump() == nearly(expected)


@pytest.mark.parametrize(
    ("fields", "months"),
    [
        pytest.param({"horizon": 2}, 2, id="whole months"),
        pytest.param({"horizon": 2.5}, 3, id="a part of a month"),
    ],
)
def test_the_costs_so_far_are_those_of_every_month_up_to_the_horizon(
    fields: dict[str, Any], months: int
) -> None:
    found = costs(**fields)["cumulative"]
    assert found == tuple(
        Cumulative(month=month, prompted_usd=30 * month, tuned_usd=100 + 15 * month)
        for month in range(months + 1)
    )


def test_where_nothing_is_sold_tuned_the_costs_of_prompting_are_told() -> None:
    """300,000 requests x (1,200 tokens x $0.10 + 5 x $0.50) / 1e6 = $36.75 a month."""
    found = costs(model=LUNA, cache="off", thinking_tokens=0, horizon=1)
    months = [each.model_dump() for each in found["cumulative"]]
    assert months == [
        {"month": 0, "prompted_usd": 0, "tuned_usd": None},
        {"month": 1, "prompted_usd": pytest.approx(36.75), "tuned_usd": None},
    ]
    assert [found[name] for name in ("tuned", "horizon", "article", "swap")] == [None] * 4
    assert found["breakeven"].reason == "not_on_sale"


def test_the_formula_goes_by_the_tuned_input_price_and_a_told_or_typical_run() -> None:
    # 300,000 x 1,100 x $0.30 / 1e6 = $99 a month; the article's runs cost $15 to $75
    found = costs(**ENDING)["article"]
    assert (found.usd_per_mtok, found.removed_tokens) == (0.3, 1_100)
    assert found.monthly_saving_usd == pytest.approx(99)
    assert (found.training_low_usd, found.training_high_usd) == (15, 75)
    assert (found.months_low, found.months_high) == pytest.approx((15 / 99, 75 / 99))
    told = costs(**ENDING, training_cost=50)["article"]
    assert (told.training_low_usd, told.training_high_usd) == (50, 50)
    assert costs(**BY_REQUEST)["article"] is None
    assert costs(tuned_price="input=0,output=0")["article"] is None


def test_the_change_of_model_and_the_tuning_are_told_apart() -> None:
    found = costs(**SWAPPED, horizon=2)["swap"]
    # 0.3 x (1,200 x 0.10 + 5 x 0.50 + 30 x 0.50) = 41.25 now, 0.3 x (1,200 x 0.035 + 5 x 0.14)
    # = 12.81 changed, 0.3 x (100 x 0.035 + 5 x 0.14) + 1.95 + 0.25 x 0.236 = 3.269 tuned
    assert (found.model, found.name, found.size_class) == (NOVA, "Nova Micro", "small")
    assert found.monthly_usd == pytest.approx(12.81)
    assert found.saving_from_model_usd == pytest.approx(41.25 - 12.81)
    assert found.saving_from_tuning_usd == pytest.approx(12.81 - 3.269)
    assert found.horizon_usd == pytest.approx(2 * 12.81)
    # 1,000 x (100 + 5 + 13) tokens x 2 epochs x $1 a million are paid once
    assert found.net_benefit_of_tuning_usd == pytest.approx(2 * (12.81 - 3.269) - 0.236)
    assert sum(line.usd for line in found.monthly_lines) == pytest.approx(12.81)


def test_a_budget_for_work_is_told_where_nobody_told_the_work() -> None:
    assert costs(labelling_cost=None)["work_budget_usd"] == pytest.approx(80)
    assert costs()["work_budget_usd"] is None
    floor = costs(model="self-hosted/llama-3.1-70b-a100-80gb")
    assert (floor["work_budget_usd"], floor["horizon"]) == (None, None)


def test_a_floor_says_what_is_not_known() -> None:
    """One copy for 720 hours at $1.79; of a model by the token everything is known."""
    found = costs(model="self-hosted/llama-3.1-70b-a100-80gb", tuned_price="input=1,output=1")
    assert found["prompted"].floor
    assert found["prompted"].floor_reason == "one copy; what one carries is not known"
    assert found["prompted"].monthly_usd == pytest.approx(720 * 1.79)
    assert not found["tuned"].floor
    assert found["tuned"].floor_reason is None


def test_an_amount_names_its_source() -> None:
    """The table's for its prices, the user for what was told."""
    bought = costs(**ENDING)["tuned"]
    sources = {line.item: line.source for line in (*bought.monthly_lines, *bought.upfront_lines)}
    tuning = "OpenAI pricing page, September 2026"
    prices = "litellm 1.110.2 price map, released 2026-11-20"
    assert sources == {
        "input": prices,
        "output": prices,
        "retraining": tuning,
        "training": tuning,
    }
    told = costs(**ENDING, training_cost=7, maintenance=5)["tuned"]
    given = {line.item: line.source for line in (*told.monthly_lines, *told.upfront_lines)}
    assert given == {
        "input": prices,
        "output": prices,
        "retraining": "given",
        "maintenance": "given",
        "training": "given",
    }


def test_a_request_costs_what_its_tries_do() -> None:
    """Two tries of 1,000 tokens at $1 a million, one tuned at $0.50."""
    found = costs(attempts=2, tuned_attempts=1)
    assert found["prompted"].usd_per_request == pytest.approx(0.002)
    assert found["prompted"].requests_per_month == 60_000
    assert found["usd_saved_per_request"] == pytest.approx(0.0015)
    assert found["monthly_saving_usd"] == pytest.approx(45)
    assert (found["prompted"].cache_hit_rate, found["prompted"].cached_tokens) == (None, 0)


def citations_of(*checked: tuple[date, date], **fields: Any) -> dict[str, date | None]:  # noqa: ANN401
    """Return the sources of prompting's price, where its entries began and were checked so."""
    found = outcome(**fields)
    model = found.sides.now.model
    assert model is not None
    charged = found.sides.now.periods[0].rates.source
    (offer,) = (each for each in model.row.base if each.source == charged)
    listed = [
        offer.model_copy(update={"effective_from": begun, "checked_on": on})
        for begun, on in checked
    ]
    row = model.row.model_copy(update={"base": tuple(listed)})
    now = found.sides.now._replace(model=model._replace(row=row))
    return {each.name: each.checked_on for each in citations(found.inputs, [now])}


YEAR_AGO, IN_SUMMER = date(2025, 11, 26), date(2026, 7, 1)
LITELLM = "litellm 1.110.2 price map, released 2026-11-20"


def test_a_price_is_as_old_as_its_entry_in_force_was_checked() -> None:
    """The day is 2026-11-26: what begins on it is in force, what begins the day after is not."""
    luna = {"model": LUNA, "thinking_tokens": 0}
    before, today, tomorrow = date(2026, 1, 1), date(2026, 11, 26), date(2026, 11, 27)
    assert citations_of((today, IN_SUMMER), **luna) == {LITELLM: IN_SUMMER}
    assert citations_of((before, YEAR_AGO), (today, IN_SUMMER), **luna) == {LITELLM: IN_SUMMER}
    assert citations_of((before, YEAR_AGO), (tomorrow, IN_SUMMER), **luna) == {LITELLM: YEAR_AGO}
    assert citations_of((tomorrow, IN_SUMMER), **luna) == {}


def test_every_price_of_an_answer_is_cited_once() -> None:
    """Of a run whose cost was told the price is not in the answer, and of own prices none."""
    bought = outcome(**ENDING)
    sides = bought.sides
    assert sides.tuned is not None
    names = [each.name for each in citations(bought.inputs, [sides.now, sides.tuned])]
    assert names == [LITELLM, "OpenAI pricing page, September 2026"]
    told = outcome(**ENDING, training_cost=7)
    assert told.sides.tuned is not None
    assert [each.name for each in citations(told.inputs, [told.sides.tuned])] == [LITELLM]
    own = outcome()
    assert citations(own.inputs, [own.sides.now]) == ()


def test_the_costs_so_far_are_listed_for_a_hundred_years_at_most() -> None:
    """A framework of one's own may assume a longer horizon than can be told."""
    prepared = outcome().prepared
    numbers = {**prepared.inputs.numbers, "horizon": 1_300.0}
    longer = prepared._replace(inputs=replace(prepared.inputs, numbers=numbers))
    assert [each.month for each in cost_fields(Outcome(longer))["cumulative"]] == [*range(1_201)]
