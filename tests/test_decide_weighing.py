"""The facts that a verdict rests on, at and around what decides them.

The plain scenario has its own prices: 30,000 requests a month of 1,000 tokens cost $30 prompted at
$1 a million and $15 tuned at $0.50, so that tuning saves $180 in 12 months, less its training.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from ftvp.api import inputs_of
from ftvp.decide.compose import beside_of
from ftvp.decide.verdict import Case, Weighing, judge, reachable, weighing
from ftvp.scenario import Scenario
from tests.answers import OWN_PRICES, weighed
from tests.drawn import Drawn, tables, told
from tests.test_verdict_rules import FLOORS, MEASURED, expected, stops_at_data, trees

DAY = date(2026, 11, 26)
MINI, LUNA, NOVA = "openai/gpt-4o-mini", "openai/gpt-6-luna", "aws-bedrock/nova-micro"
CLOSED, NANO = "openai/gpt-4.1-mini", "openai/gpt-4.1-nano"
MODELS: dict[str, Any] = {
    "volume": 10_000,
    "prompt_tokens": 1_200,
    "tuned_prompt_tokens": 100,
    "output_tokens": 5,
    "thinking_tokens": 0,
}


def plain(**other: Any) -> Weighing:  # noqa: ANN401  fields of any type
    """Return what the plain scenario comes to, with other fields."""
    return weighed(Drawn(told({**OWN_PRICES, **other}), DAY))


def of_models(**other: Any) -> Weighing:  # noqa: ANN401  fields of any type
    """Return what a scenario of models comes to."""
    return weighed(Drawn({**MODELS, **other}, DAY))


def unpriced(**fields: Any) -> Weighing:  # noqa: ANN401  fields of any type
    """Return what a scenario without a bill comes to."""
    return weighing(inputs_of(Scenario(**fields), tables(), DAY)[0], None)


FREE = {"engineering_hours": 0, "hourly_rate": 1}
ENDING = {"model": MINI, "existing_customer": True, "hourly_rate": 100}
"""Ends in 49 days; saves $21 a month."""
SWAPPED = {"model": LUNA, "tuned_model": NOVA, "cache": "off"}
"""1,200 tokens at $0.10 now, at $0.035 on the tuned model's base."""
A70 = "self-hosted/llama-3.1-70b-a100-80gb"
"""What one copy carries is not known."""
GAINING = {"model": NOVA, "cost_per_error": 0.5, "prompting_quality": 70, "examples": 5_000}
QUALITIES = {"prompting_quality": 60}
FACTS: dict[str, tuple[dict[str, Any], str, object]] = {
    "$1 is left": ({"training_cost": 179}, "ahead", True),
    "nothing is left": ({"training_cost": 180}, "ahead", False),
    "many requests": ({"volume": 100_000}, "volume_very_high", False),
    "very many requests": ({"volume": 100_001}, "volume_very_high", True),
    "enough examples": ({"examples": 100}, "too_few_examples", False),
    "one example too few": ({"examples": 99}, "too_few_examples", True),
    "nobody knows how many": ({}, "too_few_examples", False),
    "no floor": ({}, "floor", "none"),
    "prompting is a floor": ({"model": A70, "tuned_model": NOVA}, "floor", "now"),
    "tuning is a floor": ({"model": LUNA, "tuned_model": A70}, "floor", "tuned"),
    "both are floors": ({"model": A70}, "floor", "both"),
    "errors without a price": ({}, "errors_priced", False),
    "errors of unknown number": ({"cost_per_error": 1}, "errors_priced", False),
    "errors of known number": (
        {"prompting_quality": 60, "tuned_quality": 61},
        "errors_priced",
        False,
    ),
    "priced errors": (
        {"cost_per_error": 1, "prompting_quality": 60, "tuned_quality": 61},
        "errors_priced",
        True,
    ),
    "the questions stop at a volume that money overrules": ({}, "passed", True),
    "the questions stop nowhere": (
        {"volume": 20_000, "examples": 500, "quality_gap": 10, "format_task": True},
        "passed",
        False,
    ),
    "to be had": ({}, "to_be_had", True),
    "not to be had": ({"model": LUNA}, "to_be_had", False),
    # a request costs $0.001 prompted; 180 - 540 = -360, over 36,000 errors, is $0.01
    "a price beyond a request's": (
        {"training_cost": 540, "prompting_quality": 60, "tuned_quality": 70},
        "price_would_turn",
        False,
    ),
    # 180 - 216 = -36, over 36,000 errors
    "a price of a request": (
        {"training_cost": 216, "prompting_quality": 60, "tuned_quality": 70},
        "price_would_turn",
        True,
    ),
    # a try costs $0.001; 360 - 396 = -36, over 36,000 errors
    "a price of one of two tries": (
        {"training_cost": 396, "prompting_quality": 60, "tuned_quality": 70}
        | {"attempts": 2, "tuned_attempts": 2},
        "price_would_turn",
        True,
    ),
    "dear errors, fewer of them": (
        {"training_cost": 540, "high_error_cost": True, **QUALITIES, "tuned_quality": 60.5},
        "price_would_turn",
        True,
    ),
    "dear errors, as many": (
        {"training_cost": 540, "high_error_cost": True, **QUALITIES, "tuned_quality": 60},
        "price_would_turn",
        False,
    ),
    "dear errors, more of them": (
        {"training_cost": 540, "high_error_cost": True, **QUALITIES, "tuned_quality": 59},
        "price_would_turn",
        False,
    ),
    "cheap errors, fewer of them": (
        {"training_cost": 540, "high_error_cost": False, **QUALITIES, "tuned_quality": 70},
        "price_would_turn",
        False,
    ),
    "ahead by its bills": ({}, "only_forecast", False),
    # storage of $1.95 a month, $700 of work: the forecast's 9 points of errors alone are worth it
    "ahead by a forecast": ({**GAINING, "volume": 1_000}, "only_forecast", True),
    # 1,100 tokens at $0.035 less for each of 30,000,000 requests
    "ahead with and without a forecast": (
        {**GAINING, "volume": 1_000_000},
        "only_forecast",
        False,
    ),
    "ends before it is paid": ({**ENDING, "engineering_hours": 1}, "dies_first", True),
    "would never be paid": ({**ENDING, "engineering_hours": 20}, "dies_first", False),
    "is paid before it ends": ({**ENDING, "engineering_hours": 0}, "dies_first", False),
    "ahead before it ends": ({**ENDING, "engineering_hours": 0}, "ahead", True),
    "the change costs less": (SWAPPED, "change_is_cheaper", True),
    "the change costs more": (
        {"model": NOVA, "tuned_model": MINI, "existing_customer": True, "cache": "off"},
        "change_is_cheaper",
        False,
    ),
    "two models": (SWAPPED, "models_differ", True),
    "one model": ({"model": NOVA}, "models_differ", False),
    # $700 of assumed work is more than tuning saves of 1,100 tokens at $0.035 in a year, $139
    "work is more than tuning saves": (SWAPPED, "ahead_of_change", False),
    "tuning saves something": ({**SWAPPED, **FREE}, "ahead_of_change", True),
}


@pytest.mark.parametrize("case", FACTS)
def test_the_rules_are_told_the_facts(case: str) -> None:
    fields, fact, value = FACTS[case]
    found = of_models(**fields) if "model" in fields else plain(**fields)
    assert getattr(found.case, fact) == value


@pytest.mark.parametrize(
    ("fields", "measured"),
    [
        ({}, None),
        ({"eval_improves": True}, "better"),
        ({"eval_improves": False}, "not_shown"),
        ({"prompting_quality": 60}, None),
        ({"tuned_quality": 60}, None),
        ({"prompting_quality": 60, "eval_improves": True}, "better"),
        ({"prompting_quality": 60, "tuned_quality": 60.5}, "better"),
        ({"prompting_quality": 60, "tuned_quality": 59.5}, "worse"),
        ({"prompting_quality": 60, "tuned_quality": 60}, "equivalent"),
    ],
)
def test_a_measurement_says_one_of_four_things(
    fields: dict[str, Any], measured: str | None
) -> None:
    assert plain(**fields).measured == measured


@pytest.mark.parametrize(
    ("fields", "points", "turning"),
    [
        # 180 - 540 = -360, over 360,000 requests x 10 / 100 = 36,000 errors
        ({"training_cost": 540, "prompting_quality": 60, "tuned_quality": 70}, 10, 0.01),
        # 180 - 100 = 80 ahead, over 36,000 errors more
        ({"prompting_quality": 70, "tuned_quality": 60}, -10, 80 / 36_000),
        ({"prompting_quality": 60, "tuned_quality": 70}, 10, None),
    ],
)
def test_the_price_of_an_error_turns_what_the_money_says(
    fields: dict[str, Any], points: float, turning: float | None
) -> None:
    found = plain(**fields)
    assert found.points == points
    assert found.turning_usd == (None if turning is None else pytest.approx(turning))


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({"quality_gap": 10}, 10),
        ({"target_quality": 80, "prompting_quality": 72}, 8),
        # the gap to the middle of the task's row is a guess
        ({"target_quality": 95, "task": "sentiment_classification"}, None),
        ({}, None),
    ],
)
def test_across_models_what_is_gained_is_the_gap_that_was_told(
    fields: dict[str, Any], points: float | None
) -> None:
    assert of_models(**SWAPPED, **fields).points == points


@pytest.mark.parametrize(
    ("turning", "others", "holds"),
    [
        (0.01, {}, False),
        (0.001, {}, True),
        (0.0009, {}, True),
        (None, {}, False),
        (None, {"dear_and_gained": True}, True),
        (0.01, {"told_usd": 0.02}, True),
        (0.01, {"told_usd": 0.01}, False),
        (0.0009, {"told_usd": 0.0005}, False),
        (0.01, {"told_usd": 0.02, "in_net_benefit": True}, False),
        (None, {"told_usd": 0.02}, False),
    ],
)
def test_a_price_is_reachable_up_to_that_of_a_request_or_as_told(
    turning: float | None, others: dict[str, Any], *, holds: bool
) -> None:
    told: dict[str, Any] = {
        "told_usd": None,
        "in_net_benefit": False,
        "request_usd": 0.001,
        "dear_and_gained": False,
    }
    assert reachable(turning, **{**told, **others}) is holds


JUDGED: dict[str, tuple[Case, tuple[str, str, int]]] = {
    "not to be had": (Case(to_be_had=False, ahead=True), ("prompt", "not_on_sale", 1)),
    "not to be had, and no bill": (
        Case(to_be_had=False, priced=False),
        ("prompt", "not_on_sale", 1),
    ),
    "dies first": (Case(dies_first=True), ("prompt", "dies_first", 1)),
    "dies first, and no bill": (
        Case(dies_first=True, priced=False),
        ("pilot", "eval_missing", 7),
    ),
    "no bill, and no tree": (Case(priced=False), ("pilot", "eval_missing", 7)),
    "no bill, and measured worse": (
        Case(priced=False, measured="worse"),
        ("prompt", "eval_denies", 3),
    ),
    "ahead": (Case(ahead=True), ("fine_tune", "saves_money", 7)),
    "ahead, of very many requests": (
        Case(ahead=True, volume_very_high=True),
        ("hybrid", "volume_very_high", 8),
    ),
    "not ahead, of very many requests": (
        Case(volume_very_high=True),
        ("prompt", "costs_more", 6),
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_the_money_alone_is_judged_by_its_rules(case: str) -> None:
    facts, judged = JUDGED[case]
    found = judge(facts)
    assert (found.choice, found.because, found.rule) == judged


NOT_SOLD = "no tuned version is on sale"
NO_NEW = "new customers have not been able to tune GPT-4.1 mini since 2026-05-07"


@pytest.mark.parametrize(
    ("fields", "closed"),
    [
        ({}, None),
        ({"volume": 5_000}, None),
        ({"model": NOVA}, None),
        ({"model": LUNA}, NOT_SOLD),
        ({"model": LUNA, "tuned_model": NOVA}, None),
        ({"tuned_model": LUNA}, NOT_SOLD),
        ({"model": CLOSED}, NO_NEW),
        ({"model": CLOSED, "existing_customer": True}, None),
        ({"tuned_model": CLOSED}, NO_NEW),
    ],
)
def test_without_a_bill_it_is_known_what_cannot_be_tuned(
    fields: dict[str, Any], closed: str | None
) -> None:
    found = unpriced(**fields).closed
    assert found == closed or (found or "").startswith(closed or "-")


def test_with_a_bill_the_reason_is_that_of_the_bill() -> None:
    assert (of_models(model=CLOSED).closed or "").startswith(NO_NEW)
    assert of_models(model=CLOSED, existing_customer=True).closed is None
    assert "the price of serving a tuned version" in (of_models(model=LUNA).closed or "")


@pytest.mark.parametrize(
    ("fields", "leans"),
    [
        ({}, "prompt"),
        ({"cost_per_error": 1}, "fine_tune"),
        ({"high_error_cost": True}, "fine_tune"),
        ({"high_error_cost": False, "cost_per_error": 1}, "prompt"),
    ],
)
def test_a_priced_error_is_a_dear_one_unless_it_is_called_cheap(
    fields: dict[str, Any], leans: str
) -> None:
    volume = plain(volume=500, prompting_quality=60, tuned_quality=70, **fields).volume
    assert volume is not None
    assert volume.leans == leans


OUTPUT = {"task": "structured_output"}
MEASURED_60 = {"prompting_quality": 60, "tuned_quality": 61}


@pytest.mark.parametrize(
    ("fields", "task", "delta"),
    [
        pytest.param({}, None, None, id="nothing known"),
        # 5 to 8 points by the table
        pytest.param({**OUTPUT}, "structured_output", (5, 8), id="a task"),
        pytest.param(
            {**OUTPUT, **MEASURED_60}, "structured_output", (1, 1), id="a task, and measured"
        ),
        # 94 to 98 tuned, less 60
        pytest.param(
            {**OUTPUT, "prompting_quality": 60}, "structured_output", (34, 38), id="half measured"
        ),
        pytest.param({**SWAPPED, **OUTPUT}, None, None, id="a task, two models"),
        pytest.param({**SWAPPED, **OUTPUT, **MEASURED_60}, None, (1, 1), id="two models, measured"),
    ],
)
def test_the_quality_table_speaks_of_one_model(
    fields: dict[str, Any], task: str | None, delta: tuple[float, float] | None
) -> None:
    found = of_models(**{"model": NOVA, **fields}).quality
    assert (found and (found.delta.low, found.delta.high)) == delta
    assert (found and found.task) == task


def test_the_volume_table_needs_a_volume() -> None:
    assert unpriced(model=NOVA).volume is None
    found = unpriced(model=NOVA, volume=500, **MEASURED_60).volume
    assert found is not None
    assert found.requests_per_day == 500
    assert found.condition is not None
    assert "quality_delta" not in found.condition.missing
    guessed = unpriced(model=NOVA, volume=500).volume
    assert guessed is not None
    assert guessed.condition is not None
    assert "quality_delta" in guessed.condition.missing


@pytest.mark.parametrize(
    ("field", "value", "heard"),
    [
        ("quality_gap", 10, False),
        ("task", "reasoning", True),
        ("format_task", True, False),
        ("cost_per_error", 1, True),
    ],
)
def test_what_was_told_is_heard_where_an_answer_differs_without_it(
    field: str, value: object, *, heard: bool
) -> None:
    """Of 1,000 requests a day the questions stop at the first, the volume table asks of errors."""
    found = plain(**{field: value})
    bare = found.without(field)
    assert getattr(found.inputs.scenario, field) == value
    assert getattr(bare.inputs.scenario, field) is None
    assert field not in bare.inputs.numbers
    assert (bare.says != found.says) is heard
    assert plain().says == bare.says


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"model": NOVA}, False),
        ({"model": CLOSED, "existing_customer": True}, True),
        ({"model": CLOSED}, True),
        ({"model": LUNA}, True),
        (ENDING, True),
        # the end of the horizon is the end of the model, 49 days away
        ({**ENDING, "horizon": 49 / 30}, False),
        ({**ENDING, "horizon": 50 / 30}, True),
    ],
)
def test_what_can_be_tuned_instead_is_named_where_it_is_needed(
    fields: dict[str, Any], *, named: bool
) -> None:
    found = of_models(**fields, **({} if "hourly_rate" not in fields else {"engineering_hours": 0}))
    beside = beside_of(found.outcome, found.inputs, None)
    assert (beside.instead is not None) is named


def test_nothing_stands_beside_what_has_no_prompt() -> None:
    found = unpriced(model=NOVA)
    assert beside_of(None, found.inputs, None).instead is None


def test_a_thousand_cases_have_the_verdict_of_their_rule() -> None:
    """Law 3 on some of its cases; `test_verdict_rules` has them all."""
    random = Random(7)  # noqa: S311  a seeded draw is meant
    outcomes = {measured: trees(measured) for measured in MEASURED}
    flags = [
        *("ahead", "errors_priced", "models_differ", "change_is_cheaper", "ahead_of_change"),
        *("price_would_turn", "pilot_pays", "only_forecast"),
    ]
    rules = set()
    for _ in range(1_000):
        measured = random.choice(MEASURED)
        tree = random.choice(outcomes[measured])
        facts: dict[str, Any] = {
            **tree,
            **{name: random.random() < 0.5 for name in flags},
            "floor": random.choice((*FLOORS, *("none",) * 8)),
            "too_few_examples": stops_at_data(tree) or random.random() < 0.2,
        }
        case = Case(**facts, measured=measured)
        found = judge(case)
        assert (found.rule, found.choice, found.because) == expected(case), case
        rules.add((found.rule, found.choice, found.because))
    assert len(rules) > 20
