"""What holds of every cost answer, whatever the scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftvp.advice.answers import BreakevenAnswer
from ftvp.advice.decision import DecisionAnswer
from ftvp.errors import FtvpError
from tests.asked import CLASSIFICATION, DAY, EARLY, EXTRACTION, costs, decided
from tests.laws import law
from tests.scenarios import EXTREME, TWO_SIDES

CACHED = {
    "prompt_tokens": 2000,
    "tuned_prompt_tokens": 200,
    "request_tokens": 50,
    "output_tokens": 20,
}


def swapped(told: dict[str, Any]) -> dict[str, Any]:
    """Return the scenario with its two sides in each other's place."""
    names = {
        "prompt_tokens": "tuned_prompt_tokens",
        "output_tokens": "tuned_output_tokens",
        "prompted_price": "tuned_price",
    }
    both = names | {other: one for one, other in names.items()}
    return {both.get(name, name): value for name, value in told.items()}


def months(answer: BreakevenAnswer) -> float:
    """Return the months to break-even, infinite for never."""
    return math.inf if answer.breakeven.months is None else answer.breakeven.months


@law()
@given(TWO_SIDES)
def test_at_breakeven_the_two_cumulative_bills_cross(told: dict[str, Any]) -> None:
    found = costs(**told)
    assume(found.breakeven.months is not None)
    assert found.tuned is not None
    after = months(found)
    prompted = found.prompted.upfront_usd + after * found.prompted.monthly_usd
    tuned = found.tuned.upfront_usd + after * found.tuned.monthly_usd
    if found.tuned.upfront_usd:
        assert tuned == pytest.approx(prompted, rel=1e-6)
    else:
        assert after == 0


@law()
@given(TWO_SIDES, st.floats(1, 90))
def test_with_falling_prices_they_cross_within_the_month(
    told: dict[str, Any], decline: float
) -> None:
    found = costs(**{**told, "price_decline": decline, "horizon": 120})
    after = months(found)
    assume(0 < after <= 119)
    gaps = [(p.tuned_usd or 0) - p.prompted_usd for p in found.cumulative]
    before, then = gaps[math.floor(after)], gaps[math.floor(after) + 1]
    crossing = before + (then - before) * (after % 1)
    assert abs(crossing) <= 1e-6 * found.cumulative[-1].prompted_usd


@law()
@given(TWO_SIDES, st.floats(1, 100))
def test_more_volume_never_lengthens_payback(told: dict[str, Any], times: float) -> None:
    told = {**told, "cache": "off"}
    fewer = costs(**told)
    assume(fewer.usd_saved_per_request is not None and fewer.usd_saved_per_request > 0)
    more = costs(**{**told, "volume": told["volume"] * times})
    assert months(more) <= months(fewer) * (1 + 1e-9)


@law()
@given(TWO_SIDES)
def test_the_two_sides_swapped_negate_the_saving(told: dict[str, Any]) -> None:
    told = {**told, "retrains_per_year": 0, "maintenance": 0}
    one, other = costs(**told), costs(**swapped(told))
    assert one.monthly_saving_usd == pytest.approx(-(other.monthly_saving_usd or 0))
    assert one.usd_saved_per_request == pytest.approx(-(other.usd_saved_per_request or 0))


def numbers(value: object) -> Iterator[float]:
    """Yield every number in a document, at any depth."""
    if isinstance(value, dict):
        for each in value.values():
            yield from numbers(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, float):
        yield value


@law()
@given(TWO_SIDES)
def test_a_bill_is_the_sum_of_its_lines(told: dict[str, Any]) -> None:
    found = costs(**told)
    for side in (found.prompted, found.tuned):
        assert side is not None
        assert side.monthly_usd == pytest.approx(sum(line.usd for line in side.monthly_lines))
        assert side.upfront_usd == pytest.approx(sum(line.usd for line in side.upfront_lines))
        variable = side.usd_per_request * side.requests_per_month
        assert side.monthly_usd == pytest.approx(variable + side.fixed_usd)


@law(60)
@given(EXTREME)
def test_no_number_is_ever_infinite_or_undefined(told: dict[str, Any]) -> None:
    try:
        found = costs(**told)
    except FtvpError as error:
        assert str(error)  # noqa: PT017  a refusal in words is the other answer
        return
    assert all(math.isfinite(number) for number in numbers(found.model_dump()))
    assert BreakevenAnswer.model_validate_json(found.model_dump_json(by_alias=True)) == found


@law()
@given(EXTREME)
def test_a_decision_is_as_robust(told: dict[str, Any]) -> None:
    try:
        found = decided(**told)
    except FtvpError as error:
        assert str(error)  # noqa: PT017  a refusal in words is the other answer
        return
    assert all(math.isfinite(number) for number in numbers(found.model_dump()))
    assert DecisionAnswer.model_validate_json(found.model_dump_json(by_alias=True)) == found


@law()
@given(TWO_SIDES)
def test_breakeven_volume_is_where_months_cross_the_horizon(told: dict[str, Any]) -> None:
    found = costs(**told)
    volume = found.breakeven_volume.requests_per_day
    if volume is None:
        assert months(found) > told["horizon"]
        return
    assume(volume >= 0.002)
    assert months(costs(**{**told, "volume": volume * (1 + 1e-6)})) <= told["horizon"] * (1 + 1e-9)
    assert months(costs(**{**told, "volume": volume * (1 - 1e-6)})) > told["horizon"] * (1 - 1e-9)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        pytest.param(EARLY, CLASSIFICATION, id="twelve months"),
        pytest.param(EARLY, CACHED, id="with a cached prompt"),
        pytest.param(DAY, {**CLASSIFICATION, "existing_customer": True}, id="52 days to live"),
        pytest.param(EARLY, {**CLASSIFICATION, "price_decline": 50}, id="prices halve in a year"),
        pytest.param(
            DAY, {**EXTRACTION, "tuned_model": "together/qwen3.5-9b"}, id="a GPU by the hour"
        ),
    ],
)
def test_breakeven_volume_agrees_at_the_tables_prices(day: date, told: dict[str, Any]) -> None:
    found = costs(day, **told)
    volume = found.breakeven_volume.requests_per_day
    assert volume is not None
    assert found.life.in_time == (volume <= 10_000)
    assert costs(day, **{**told, "volume": volume * (1 + 1e-9)}).life.in_time
    assert not costs(day, **{**told, "volume": volume * (1 - 1e-9)}).life.in_time
