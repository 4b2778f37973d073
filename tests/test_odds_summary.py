"""Percentiles, chances and errors against numpy, and the words and digits they are told in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.odds.summary import (
    Estimate,
    chance,
    error_of,
    in_tens,
    round_by_error,
    summarise,
)

np = pytest.importorskip("numpy", reason="an oracle of the development group")

AMOUNTS = st.floats(-1e9, 1e9)
SHIFTS = st.integers(2, 6).flatmap(
    lambda points: st.lists(
        st.lists(AMOUNTS, min_size=points, max_size=points), min_size=2, max_size=5
    )
)


@pytest.mark.slow
@given(SHIFTS)
def test_a_summary_is_numpys(shifts: list[list[float]]) -> None:
    found, draws = summarise(shifts), np.array(shifts)
    tenths = np.percentile(draws, [10, 50, 90])
    assert [found.p10.value, found.p50.value, found.p90.value] == pytest.approx(tenths, abs=1e-3)
    assert found.mean.value == pytest.approx(draws.mean(), abs=1e-3)
    assert found.p_ahead.value == pytest.approx((draws > 0).mean())
    shares = (draws > 0).mean(axis=1)
    assert found.p_ahead.error == pytest.approx(shares.std(ddof=1) / len(shifts) ** 0.5)
    assert found.mean.error == pytest.approx(
        draws.mean(axis=1).std(ddof=1) / len(shifts) ** 0.5, rel=1e-6, abs=1e-3
    )
    assert found.points == draws.size


def test_draws_of_0_are_not_ahead() -> None:
    assert summarise([[0.0, 0.0], [0.0, 1.0]]).p_ahead == Estimate(0.25, 0.25)


def test_alike_shifts_have_no_error() -> None:
    assert error_of([0.7, 0.7, 0.7]) == pytest.approx(0, abs=1e-15)
    assert chance([[True], [True]]) == Estimate(1, 0)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "less than 1 in 20"),
        (0.049, "less than 1 in 20"),
        (0.05, "1 in 10"),
        (0.149, "1 in 10"),
        (0.15, "2 in 10"),
        (0.25, "3 in 10"),
        (0.683, "7 in 10"),
        (0.949, "9 in 10"),
        (0.95, "9 in 10"),
        (0.951, "more than 19 in 20"),
        (1, "more than 19 in 20"),
    ],
)
def test_a_chance_is_told_in_tens(share: float, words: str) -> None:
    assert in_tens(share) == words
    assert in_tens(share, "of") == words.replace(" in ", " of ")


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (1_337.2, 40, 1_340),
        (1_337.2, 4, 1_337),
        (1_337.2, 49, 1_340),
        (1_337.2, 51, 1_300),
        (1_337.2, 700, 1_000),
        (-1_759, 30, -1_760),
        (0.6831, 0.012, 0.68),
        (0.6831, 0.06, 0.7),
        (12.25, 0, 12.25),
        (30, 800, 0),
    ],
)
def test_an_estimate_is_shown_in_steps_of_its_error(
    value: float, error: float, shown: float
) -> None:
    assert round_by_error(value, error) == shown
    assert Estimate(value, error).shown == shown


@pytest.mark.slow
@given(AMOUNTS, st.floats(1e-6, 1e6))
def test_rounding_moves_a_value_by_less_than_its_error(value: float, error: float) -> None:
    assert abs(round_by_error(value, error) - value) <= error * (1 + 1e-9)
