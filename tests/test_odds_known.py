"""What the odds of a scenario rest on: where its price jumps, when a forecast counts, its pilot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ftvp.cost.inputs import Inputs, MeasuredQuality
from ftvp.cost.option import Lengths, Option, Period, Rates
from ftvp.odds.answer import (
    Distribution,
    Odds,
    distribution_of,
    forecast_answer,
    more_items,
    odds_of,
)
from ftvp.odds.draws import Uncertain, cache_steps, futures, jumps, uncertain
from ftvp.odds.forecast import (
    GAIN,
    GainForecast,
    forecasted,
    is_few_shot,
    is_measured,
    models_differ,
    pilot_of,
    wanted_points,
)
from ftvp.odds.shapes import Qualities
from ftvp.odds.summary import Steps, best_more_items
from tests.answers import NOVA_MICRO, OWN_PRICES, outcome_of, resolved, weighed
from tests.drawn import Drawn, tables, told

DAY = date(2026, 11, 26)
NOVA, LUNA = "aws-bedrock/nova-micro", "openai/gpt-6-luna"
RULE = (
    tables()
    .pricing.caching["openai-automatic"]
    .model_copy(update={"minimum_prefix_tokens": 1_024, "step_tokens": 128})
)
HALVES = Lengths(input_factor=0.5, request_factor=0.5)
"""This model has a token for two of those that were told."""
NUMBERS = {
    "prompt_tokens": 3_000.0,
    "request_tokens": 200.0,
    "output_tokens": 50.0,
    "turns": 1.0,
    "minimum_prefix_tokens": 512.0,
}


def option(lengths: Lengths = HALVES, **fields: Any) -> Option:  # noqa: ANN401  fields of any type
    """Return an option whose price doubles above 10,000 tokens."""
    period = Period(0, Rates(input=1), long_above=10_000, long_rates=Rates(input=2))
    plain: dict[str, Any] = {"rule": RULE, **fields}
    return Option("an option", "prompted", None, "", (period,), lengths, **plain)


def test_a_price_jumps_where_a_prompt_is_long_and_where_its_prefix_is_cached() -> None:
    """1,500 tokens, of which 100 vary; 10,000 are 20,000 told, 1,024 + 100 are 2,248."""
    assert list(jumps(option(), NUMBERS)) == [
        ("prompt_tokens", 20_000),
        ("prompt_tokens", 2_248),
        ("request_tokens", (1_500 - 1_024) * 2),
    ]


def test_what_is_cached_is_assumed_where_no_rule_says() -> None:
    """512 + 100 tokens are 1,224 told."""
    found = list(jumps(option(rule=None), NUMBERS))
    assert found[1:] == [("prompt_tokens", 1_224), ("request_tokens", (1_500 - 512) * 2)]


def test_of_a_counted_prompt_the_request_alone_varies() -> None:
    """Of 10,000 tokens 1,400 are fixed: 8,600 are 17,200 told."""
    counted = HALVES._replace(fixed=1_400)
    assert list(jumps(option(counted), NUMBERS)) == [("request_tokens", 17_200)]
    assert list(jumps(option(counted._replace(request=100)), NUMBERS)) == []


def test_the_cached_part_grows_by_steps() -> None:
    """128 tokens are 256 told, from where the first are cached."""
    assert list(cache_steps(option(), NUMBERS)) == [
        ("prompt_tokens", Steps(2_248, 256)),
        ("request_tokens", Steps(952, 256)),
    ]
    two = option(rule=RULE.model_copy(update={"step_tokens": 2}))
    assert [steps.width for _, steps in cache_steps(two, NUMBERS)] == [4, 4]


@pytest.mark.parametrize(
    "other",
    [
        option(rule=None),
        option(rule=RULE.model_copy(update={"step_tokens": 1})),
        option(HALVES._replace(fixed=1_400)),
    ],
)
def test_without_steps_there_are_none(other: Option) -> None:
    assert list(cache_steps(other, NUMBERS)) == []


PRICED = {"cost_per_error": 1, "prompting_quality": 60}


def inputs(**other: Any) -> Inputs:  # noqa: ANN401  fields of any type
    """Return the inputs of a scenario."""
    return resolved(Drawn(NOVA_MICRO, DAY).but(**other))


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, False),
        (PRICED, True),
        ({"cost_per_error": 1}, False),
        ({"prompting_quality": 60}, False),
        ({**PRICED, "tuned_quality": 70}, False),
        ({**PRICED, "eval_improves": True}, False),
        ({**PRICED, "eval_improves": False}, False),
        ({**PRICED, "tuned_model": NOVA}, True),
        ({**PRICED, "model": LUNA, "tuned_model": NOVA}, False),
    ],
)
def test_a_forecast_counts_where_errors_have_a_price_and_nobody_measured(
    fields: dict[str, Any], *, counts: bool
) -> None:
    assert (GAIN in forecasted(inputs(**fields)).numbers) == counts


@pytest.mark.parametrize(
    ("fields", "measured"),
    [
        ({}, False),
        ({"prompting_quality": 60}, False),
        ({"tuned_quality": 60}, False),
        ({"prompting_quality": 60, "tuned_quality": 60}, True),
        ({"eval_improves": False}, True),
    ],
)
def test_who_measured_needs_no_forecast(fields: dict[str, Any], *, measured: bool) -> None:
    assert is_measured(inputs(**fields)) is measured


@pytest.mark.parametrize(
    ("fields", "differ"),
    [
        ({}, False),
        ({"tuned_model": NOVA}, False),
        ({"model": LUNA}, False),
        ({"model": LUNA, "tuned_model": NOVA}, True),
        ({"model": None, "prompted_price": "input=1,output=1", "tuned_model": NOVA}, True),
    ],
)
def test_models_differ_where_another_one_is_named(fields: dict[str, Any], *, differ: bool) -> None:
    assert models_differ(inputs(**fields)) is differ


def shows_shots(**fields: Any) -> bool:  # noqa: ANN401  fields of any type
    """Return whether the prompt of a scenario holds shots."""
    found = inputs(**fields)
    return is_few_shot(found, found.numbers)


def test_a_prompt_holds_shots_where_the_tuned_one_is_shorter() -> None:
    assert shows_shots()
    assert not shows_shots(tuned_prompt_tokens=1_000)
    assert not shows_shots(tuned_prompt_tokens=None)


@pytest.mark.parametrize(
    ("fields", "points"),
    [
        ({}, 0),
        ({"quality_gap": 6}, 6),
        ({"quality_gap": -6}, 0),
        ({"target_quality": 80}, 0),
        ({"target_quality": 80, "prompting_quality": 72}, 8),
        ({"target_quality": 70, "prompting_quality": 72}, -2),
    ],
)
def test_a_pilot_succeeds_at_the_target_or_where_quality_does_not_suffer(
    fields: dict[str, Any], points: float
) -> None:
    assert wanted_points(inputs(**fields)) == points


OWN: dict[str, Any] = {
    **OWN_PRICES,
    "training_examples": 500,
    "examples": 400,
    "labelling_cost": 2,
    "pilot_hours": 5,
}


@pytest.mark.parametrize(
    ("fields", "usd", "rate"),
    [
        # a run, and 500 - 400 labels
        ({}, 100 + 100 * 2, None),
        ({"examples": 500}, 100, None),
        ({"examples": 600}, 100, None),
        ({"engineering_hours": 0, "hourly_rate": 80}, 300, 80),
    ],
)
def test_a_pilot_costs_a_run_and_the_labels_that_are_not_at_hand(
    fields: dict[str, Any], usd: float, rate: float | None
) -> None:
    outcome = outcome_of(weighed(Drawn({**OWN, **fields}, DAY)))
    pilot = pilot_of(outcome, None, None)
    assert pilot is not None
    assert (pilot.usd, pilot.hours, pilot.hourly_rate) == (usd, 5, rate)
    assert pilot.price_usd == usd + 5 * (rate or 0)
    assert pilot.p_success == 0.5
    # 180 less what is paid once; half of it, less what is expected without a pilot
    once = usd
    net = 180 - once
    worth = 0.5 * max(0, net) - max(0, 0.5 * net - 0.5 * once)
    assert pilot.worth_usd == pytest.approx(worth)


def test_there_is_no_pilot_of_what_cannot_be_tuned() -> None:
    outcome = outcome_of(weighed(Drawn(NOVA_MICRO, DAY).but(model=LUNA)))
    assert pilot_of(outcome, None, None) is None


@pytest.mark.parametrize(
    ("prompting", "gains", "ends"),
    [
        (60.0, (4, 6, 10), (64, 66, 70)),
        (97.0, (-10, 2, 20), (87, 99, 100)),
        (3.0, (-10, 2, 6), (0, 5, 9)),
    ],
)
def test_the_gain_that_was_measured_is_moved_as_the_tuned_quality(
    prompting: float, gains: tuple[float, ...], ends: tuple[float, ...]
) -> None:
    """Of three equally likely gains, added to prompting's quality, inside of 0 to 100."""
    told = {**OWN, "prompting_quality": prompting, "tuned_quality": ends[1]}
    pairs = Qualities([(50.0, 50.0 + gain) for gain in gains])
    outcome = outcome_of(weighed(Drawn(told, DAY)))
    bar = Uncertain(outcome, {}, qualities=pairs).bars["tuned_quality"]
    assert (bar.spread.low, bar.spread.mid, bar.spread.high) == ends
    assert not bar.told


def test_one_item_where_no_more_can_be_had_is_worth_what_its_answer_may_change() -> None:
    """The mean after one item is spread by 10 x 10 / sqrt(200) = 7.07107; times 0.398942."""
    found = best_more_items(mean=0, spread=10, item_spread=10, item_cost=0.1, most=1)
    assert (found.items, found.cost_usd) == (1, 0.1)
    assert found.worth_usd == pytest.approx(2.82095, abs=1e-4)


def test_before_work_nothing_left_is_not_ahead() -> None:
    """180 saved and 180 paid: 0 before the work that nobody told."""
    free = {**OWN, "training_cost": 180, "examples": 500, "labelling_cost": None}
    outcome = outcome_of(weighed(Drawn(told(free), DAY)))
    found = odds_of(futures(uncertain(outcome), 8), tunes=False, pilot=None)
    assert (found.p_tuned_ahead, found.p_ahead_before_work) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "chance"),
    [
        ({}, None),
        ({"prompting_quality": 60}, None),
        # the forecast's middle is 5 points
        ({"quality_gap": 5}, 0.5),
        ({"target_quality": 65, "prompting_quality": 60}, 0.5),
        ({"target_quality": 65}, 1 - 0.058058),
    ],
)
def test_a_target_has_a_chance_where_one_was_told(
    fields: dict[str, Any], chance: float | None
) -> None:
    """No gain lies 5 / 2.5 = 2 scales below: t of 4 degrees of freedom, 1 - 0.058058."""
    gain = GainForecast(location=5, scale_below=2.5, scale_above=3, comparisons=9)
    found = forecast_answer(gain, inputs(**fields))
    assert found.p_reaches_target == (None if chance is None else pytest.approx(chance, abs=1e-6))
    assert (found.points, found.evidence_n) == (5, 9)
    assert (found.baseline, found.same_model) == ("few-shot", True)


def with_evals(cells: tuple[int, int, int, int] | None, **fields: Any) -> Uncertain:  # noqa: ANN401
    """Return what is uncertain with evals of 100 items: 60 and 66 %, give or take 9.8 points."""
    told_by_hand = {**OWN, "prompting_quality": 60, "tuned_quality": 66, **fields}
    found = outcome_of(weighed(Drawn(told_by_hand, DAY)))
    quality = MeasuredQuality(60, 66, "not_shown", 100, 6 - 9.8, 6 + 9.8, cells)
    read = replace(found.inputs, readings=found.inputs.readings._replace(quality=quality))
    return uncertain(replace(found, prepared=found.prepared._replace(inputs=read)))


@pytest.mark.parametrize("cells", [(50, 10, 16, 24), None])
def test_eval_results_leave_both_qualities_open(cells: tuple[int, int, int, int] | None) -> None:
    """Half of the futures gain more than 6 points, 95 % of them between -3.8 and 15.8."""
    found = with_evals(cells, cost_per_error=1)
    assert found.fields[-1] == "tuned_quality"
    assert found.qualities is not None
    gains = [tuned - prompted for prompted, tuned in map(found.qualities.at, (0.025, 0.5, 0.975))]
    assert gains == pytest.approx([-3.8, 6, 15.8], abs=1)
    assert with_evals(cells).qualities is None


@pytest.mark.slow
def test_more_items_are_bought_up_to_what_they_are_worth() -> None:
    """A point is worth 360,000 x $0.01 / 100 = $36; the difference is known to 5 points, $180."""
    drawn = futures(with_evals((50, 10, 16, 24), cost_per_error=0.01, item_cost=0.1), 64)
    found = more_items(drawn)
    best = best_more_items(drawn.mean, 36 * 5, 36 * 50, 0.1)
    assert found is not None
    assert found.items == pytest.approx(best.items, rel=0.02)
    assert found.worth_usd == pytest.approx(best.worth_usd, rel=0.02)
    assert more_items(futures(with_evals((50, 10, 16, 24), cost_per_error=0.01), 8)) is None


def test_half_a_dollar_is_ahead_before_work() -> None:
    free = {**OWN, "training_cost": 179.5, "examples": 500, "labelling_cost": None}
    outcome = outcome_of(weighed(Drawn(told(free), DAY)))
    found = odds_of(futures(uncertain(outcome), 8), tunes=False, pilot=None)
    assert found.p_ahead_before_work == 1


def test_without_a_fitted_table_nothing_is_forecast() -> None:
    quality = tables().quality.model_copy(update={"forecast": None})
    bare = replace(inputs(), tables=replace(tables(), read_quality=lambda: quality))
    priced = replace(bare, numbers={**bare.numbers, "cost_per_error": 1, "prompting_quality": 60})
    assert forecasted(priced) is priced


def odds(**fields: Any) -> Odds:  # noqa: ANN401  fields of any type
    """Return the odds at own prices: $15 a month saved, $180 a year; training costs $100."""
    outcome = outcome_of(weighed(Drawn(told({**OWN_PRICES, **fields}), DAY)))
    return odds_of(futures(uncertain(outcome), 16), tunes=True, pilot=None)


def test_what_is_told_to_the_dollar_has_one_future() -> None:
    """12 x 15 - 100 = 80 in all of 8 x 16 futures; 30 % more or less of one number at a time."""
    found = odds()
    assert (found.points, found.standard_error, found.p_tuned_ahead) == (128, 0, 1)
    assert set(found.net_benefit_usd.model_dump().values()) == {80}
    assert (found.point_usd, found.evpi_usd, found.work_part) == (80, 0, 0)
    assert (found.p_ahead_before_work, found.more_items) == (None, None)
    # each as its ends, the net benefit at them, and where 360 x (p - t / 2) / 1,000 = 100
    bars = {
        each.field: (each.low, each.high, each.net_low_usd, each.net_high_usd, *each.turns_at)
        for each in found.inputs
    }
    assert bars == {
        "prompt_tokens": pytest.approx((700, 1_300, -28, 188, 500 + 1e5 / 360)),
        "volume": pytest.approx((700, 1_300, 26, 134, 1e5 / 180)),
        "tuned_prompt_tokens": pytest.approx((700, 1_300, 134, 26, 2_000 - 2e5 / 360)),
        "training_cost": pytest.approx((70, 130, 110, 50, 180)),
    }
    # ln(1,000 / 777.8) / ln(1 / 0.7) = 0.70, ln(1,444.4 / 1,000) / ln 1.3 = 1.40, volume 1.65
    assert [(each.field, each.above) for each in found.turns] == [
        ("prompt_tokens", False),
        ("tuned_prompt_tokens", True),
        ("volume", False),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("training", "ahead", "paid", "worth"),
    [
        pytest.param(179, 1, 1, 0, id="ahead by $1"),
        pytest.param(180, 0, 1, 0, id="paid back at the horizon, and not ahead"),
        pytest.param(900, 0, 1, 720, id="paid back after 60 months"),
        pytest.param(901, 0, 0, 721, id="not paid back within 60 months"),
    ],
)
def test_a_chance_is_all_or_nothing_without_ranges(
    training: float, ahead: float, paid: float, worth: float
) -> None:
    """Who tunes and would lose finds out for what is lost."""
    found = odds(training_cost=training)
    assert (found.p_tuned_ahead, found.p_paid_back) == (ahead, paid)
    assert found.evpi_usd == pytest.approx(worth)


def test_own_work_is_told_first_where_it_holds_most_of_the_spread() -> None:
    """20,000 requests save $3,600 less $100: W turns it at $3,500, the prompt at 611 tokens."""
    found = odds(volume=20_000, labelling_cost=None)
    assert found.work_part > 0.99
    assert [each.field for each in found.turns][:2] == ["own_work_usd", "prompt_tokens"]
    assert found.turns[0].value == pytest.approx(3_500)
    assert found.turns[0].above
    assert (found.p_ahead_before_work, found.p_paid_back) == (1, 1)
    # 1 in 2 below $700, and 3 in 10 or so above: 2,800 is the middle
    assert 0.7 < found.p_tuned_ahead < 0.9
    assert found.net_benefit_usd.p50 == pytest.approx(2_800, rel=0.05)


def test_work_may_cost_less_than_a_dollar() -> None:
    """12 x 15 - 179.50 leaves $0.50 for it."""
    bars = {each.field: each for each in odds(training_cost=179.5, labelling_cost=None).inputs}
    assert bars["own_work_usd"].turns_at == pytest.approx((0.5,))


def test_own_work_is_told_before_a_nearer_switch() -> None:
    """It turns at 0.72 x 500 - 100 = $260 of work, or at 500 + 800 / 0.72 = 1,611 tokens.

    ln(700 / 260) / ln(700 / 50) = 0.38 of the range of work, ln 1.611 / ln 4 = 0.34 of a prompt's.
    """
    found = odds(volume=2_000, labelling_cost=None, prompt_tokens="500..1000..4000")
    assert 0.5 < found.work_part < 0.99
    assert [(each.field, each.above) for each in found.turns][:2] == [
        ("own_work_usd", False),
        ("prompt_tokens", True),
    ]
    assert [each.value for each in found.turns][:2] == pytest.approx([260, 500 + 800 / 0.72])


DISTRIBUTIONS: dict[str, tuple[list[float], Distribution]] = {
    # a 40th of 5 is a step
    "all alike": ([5.0] * 4, Distribution(low_usd=5, high_usd=5.125, counts=(4,))),
    "a loss": ([-3.0] * 2, Distribution(low_usd=-3, high_usd=-2.925, counts=(2,))),
    "nothing": ([0.0] * 3, Distribution(low_usd=0, high_usd=1, counts=(3,))),
    # of 201 draws the second and the last but one are the ends: 40 / 40 is a step
    "two tails": (
        [-1_000.0, *[-20.0] * 99, -0.5, 0.0, 0.5, *[20.0] * 97, 1_000.0],
        Distribution(
            low_usd=-20,
            high_usd=20,
            counts=(100, *[0] * 18, 1, 2, *[0] * 18, 98),
        ),
    ),
}


@pytest.mark.parametrize("case", DISTRIBUTIONS)
def test_futures_fall_into_steps_of_a_40th_with_0_at_a_border(case: str) -> None:
    nets, expected = DISTRIBUTIONS[case]
    found = distribution_of(nets)
    assert found.counts == expected.counts
    assert (found.low_usd, found.high_usd) == pytest.approx((expected.low_usd, expected.high_usd))


def test_a_prompt_of_unknown_length_shows_no_shots() -> None:
    told_by_request = {"prompt_tokens": None, "prompted_request_cost": 0.01}
    assert not shows_shots(**told_by_request, tuned_prompt_tokens=0)
