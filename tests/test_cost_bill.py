"""What an option costs by any month, from courses that are set by hand, in USD and months."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from ftvp.cost.bill import (
    Course,
    Stretch,
    alone,
    fallen,
    prompted_course,
    since,
    tuned_course,
    until,
)
from ftvp.cost.option import Lengths, Option, Period, Rates, TrainingTerms
from ftvp.cost.weigh import difference
from ftvp.tables.entries import TrainingPrice

FOREVER = math.inf
STEADY = Course(((0.0, 100.0), (6.0, 40.0)), (Stretch(0, 4, 10, 2), Stretch(4, FOREVER, 20, 3)), 0)
"""$100 at once and $40 in month 6; $12 a month up to month 4, $23 from then on."""


@pytest.mark.parametrize(
    ("month", "before", "usd"),
    [
        pytest.param(0, False, 100, id="at once"),
        # what is paid at once stands even before the first month
        pytest.param(0, True, 100, id="at once, before"),
        pytest.param(0.5, False, 106, id="half a month"),
        pytest.param(4, False, 148, id="up to a change of price"),
        pytest.param(5, False, 171, id="a month after it"),
        pytest.param(6, True, 194, id="just before a payment"),
        pytest.param(6, False, 234, id="with the payment"),
        pytest.param(7, True, 257, id="a month after the payment"),
    ],
)
def test_a_course_adds_what_is_paid_and_what_each_month_costs(
    month: float, usd: float, *, before: bool
) -> None:
    assert STEADY.cost(month, before=before) == usd


def test_what_is_paid_at_once_is_paid_before_the_first_request() -> None:
    assert STEADY.one_off == 100
    assert Course((), STEADY.stretches, 0).one_off == 0


def test_what_grows_with_requests_falls_with_prices_and_nothing_else_does() -> None:
    """By half a year: of month 0 all counts, of month 12 a half, of month 18 its square root."""
    course = Course(((0.0, 5.0),), (Stretch(0, 12, 10, 2), Stretch(12, FOREVER, 10, 0)), 0.5)
    year = fallen(0.5, 12)
    assert year == pytest.approx(sum(0.5 ** (k / 12) for k in range(12)))
    assert course.cost(12) == pytest.approx(5 + 10 * year + 2 * 12)
    assert course.cost(13) == pytest.approx(5 + 10 * year + 2 * 12 + 10 * 0.5)
    assert course.cost(12.5) == pytest.approx(5 + 10 * year + 2 * 12 + 10 * 0.25)
    assert fallen(0.5, 24) == pytest.approx(year + year / 2)


def test_stretches_are_cut_at_a_month() -> None:
    one, two = STEADY.stretches
    assert until(STEADY.stretches, 6) == [one, Stretch(4, 6, 20, 3)]
    assert until(STEADY.stretches, 4) == [one]
    assert until(STEADY.stretches, 3) == [Stretch(0, 3, 10, 2)]
    assert since(STEADY.stretches, 6) == [Stretch(6, FOREVER, 20, 3)]
    assert since(STEADY.stretches, 4) == [two]
    assert since(STEADY.stretches, 3) == [Stretch(3, 4, 10, 2), two]
    assert since(STEADY.stretches, 0) == [one, two]


@pytest.mark.parametrize(("month", "place"), [(0, 0), (3.9, 0), (4, 1), (60, 1)])
def test_a_month_lies_in_the_stretch_that_it_begins(month: float, place: int) -> None:
    assert STEADY.at(month) is STEADY.stretches[place]


NUMBERS: dict[str, float] = {
    "volume": 1_000,
    "days_per_month": 30,
    "attempts": 1,
    "tuned_attempts": 1,
    "prompted_batch_share": 0,
    "tuned_batch_share": 0,
    "prompt_tokens": 1_000,
    "request_tokens": 200,
    "output_tokens": 0,
    "turns": 1,
    "training_cost": 60,
    "training_runs": 2,
    "training_examples": 0,
    "examples_at_hand": 0,
    "renewed_examples": 0,
    "labelling_cost": 0,
    "retrains_per_year": 3,
    "maintenance": 7,
    "engineering_hours": 0,
    "hourly_rate": 50,
    "rebuild_hours": 4,
    "price_decline": 20,
    "adapters_sharing": 1,
}
"""30,000 requests a month of 1,000 tokens: $30 at $1 a million. A run costs $60: $15 a month."""
FIRST, LATER = Period(0, Rates(input=1)), Period(4, Rates(input=2))


def option(*periods: Period, **fields: Any) -> Option:  # noqa: ANN401  fields of any type
    """Return an option that charges for input alone."""
    return Option("o", "prompted", None, "", periods or (FIRST,), Lengths(), **fields)


def tuned(*periods: Period, **fields: Any) -> Option:  # noqa: ANN401  fields of any type
    """Return the same option tuned."""
    terms = TrainingTerms(run_told=True)
    return option(*periods, training=terms, batch_field="tuned_batch_share")._replace(**fields)


def test_an_option_has_a_stretch_for_each_period_of_its_prices() -> None:
    once, stretches = alone(option(FIRST, LATER), NUMBERS)
    assert (once, stretches) == (0, [Stretch(0, 4, 30, 0), Stretch(4, FOREVER, 60, 0)])


@pytest.mark.parametrize(
    ("closes", "stretches"),
    [
        pytest.param(None, [Stretch(0, 4, 30, 22), Stretch(4, FOREVER, 60, 22)], id="never closes"),
        pytest.param(0, [Stretch(0, 4, 30, 7), Stretch(4, FOREVER, 60, 7)], id="closed"),
        pytest.param(
            3,
            [Stretch(0, 3, 30, 22), Stretch(3, 4, 30, 7), Stretch(4, FOREVER, 60, 7)],
            id="in a period",
        ),
        pytest.param(
            4, [Stretch(0, 4, 30, 22), Stretch(4, FOREVER, 60, 7)], id="at the end of a period"
        ),
        pytest.param(
            5,
            [Stretch(0, 4, 30, 22), Stretch(4, 5, 60, 22), Stretch(5, FOREVER, 60, 7)],
            id="in the last period",
        ),
    ],
)
def test_retraining_ends_where_training_closes(
    closes: float | None, stretches: list[Stretch]
) -> None:
    once, found = alone(tuned(FIRST, LATER, training_closes=closes), NUMBERS)
    assert once == 120
    assert found == stretches


def test_where_the_prompted_model_ends_its_successor_takes_over() -> None:
    now = option(FIRST, ends=3.0)
    later = option(Period(0, Rates(input=5)))
    assert prompted_course(now, NUMBERS).stretches == (Stretch(0, FOREVER, 30, 0),)
    found = prompted_course(now, NUMBERS, later)
    assert found == Course((), (Stretch(0, 3, 30, 0), Stretch(3, FOREVER, 150, 0)), 0.2)
    endless = prompted_course(option(FIRST), NUMBERS, later)
    assert endless.stretches == (Stretch(0, FOREVER, 30, 0),)


def test_where_the_tuned_model_ends_prompting_takes_over_or_it_is_tuned_anew() -> None:
    """A run of $60, and 4 hours at $50."""
    prompted = Course((), (Stretch(0, FOREVER, 99, 0),), 0.2)
    ends = tuned(FIRST, ends=3.0)
    assert tuned_course(ends, NUMBERS, prompted, retune=False) == Course(
        ((0.0, 120.0),), (Stretch(0, 3, 30, 22), Stretch(3, FOREVER, 99, 0)), 0.2
    )
    assert tuned_course(ends, NUMBERS, prompted, retune=True) == Course(
        ((0.0, 120.0), (3.0, 260.0)), (Stretch(0, FOREVER, 30, 22),), 0.2
    )
    endless = tuned_course(tuned(FIRST), NUMBERS, prompted, retune=True)
    assert endless == Course(((0.0, 120.0),), (Stretch(0, FOREVER, 30, 22),), 0.2)


@pytest.mark.parametrize(
    ("numbers", "points"),
    [
        ({}, None),
        ({"tuned_quality": 70}, None),
        ({"prompting_quality": 60}, None),
        ({"prompting_quality": 60, "tuned_quality": 70}, 10),
        ({"prompting_quality": 60, "tuned_quality": 50, "quality_gain": 5}, -10),
        ({"prompting_quality": 60, "quality_gain": 5}, 5),
        ({"prompting_quality": 98, "quality_gain": 5}, 2),
        ({"prompting_quality": 98, "quality_gain": -5}, -5),
    ],
)
def test_the_quality_gained_is_measured_else_forecast_up_to_what_is_left(
    numbers: dict[str, float], points: float | None
) -> None:
    assert difference(numbers) == points


CHECKED: dict[str, Any] = {
    "effective_from": date(2026, 1, 1),
    "checked_on": date(2026, 1, 1),
    "source": "s",
}
RUNS: dict[str, tuple[TrainingTerms, dict[str, float], float]] = {
    "told": (TrainingTerms(run_told=True), {}, 60),
    # 500 examples of 100 + 10 tokens, three times, at $2 a million
    "by examples": (TrainingTerms(), {}, 500 * 110 * 3 * 2 / 1e6),
    "counted": (TrainingTerms(epoch_tokens=1e6), {}, 6),
    "told in tokens": (TrainingTerms(epoch_tokens=1e6), {"training_tokens": 2e6}, 12),
    "told in tokens of another model": (
        TrainingTerms(tokens_factor=1.5),
        {"training_tokens": 2e6},
        18,
    ),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_run_is_told_or_follows_from_tokens_and_epochs(case: str) -> None:
    terms, more, usd = RUNS[case]
    examples = {"training_examples": 500.0, "training_overhead": 10.0, "epochs": 3.0}
    numbers = {**NUMBERS, **examples, "gpu_hours": 5.0, **more}
    by_token = TrainingPrice(usd_per_mtok=2, **CHECKED)
    assert terms.run_usd(numbers, by_token, 100) == pytest.approx(usd)
    by_hour = TrainingPrice(usd_per_gpu_hour=3, **CHECKED)
    assert terms.run_usd(numbers, by_hour, 100) == (60 if terms.run_told else 15)
    assert terms.run_usd(numbers, None, 100) == 60
