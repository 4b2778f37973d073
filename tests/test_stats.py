"""The small statistics, each against published values or by hand; scipy where it is there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.stats import chi_square, chi_square_p_value, ks_distance, ks_p_value, quantile, wilson


@pytest.mark.parametrize(
    ("statistic", "degrees", "p_value"),
    [
        # The 5 % and 1 % points of the tables of the distribution.
        (3.841458821, 1, 0.05),
        (18.30703805, 10, 0.05),
        (124.3421134, 100, 0.05),
        (6.634896601, 1, 0.01),
        (135.8067232, 100, 0.01),
        (0, 4, 1),
        (5, 0, 1),
    ],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(
    statistic: float, degrees: int, p_value: float
) -> None:
    assert chi_square_p_value(statistic, degrees) == pytest.approx(p_value, rel=1e-6)


@pytest.mark.slow
@settings(deadline=None)  # the first call loads scipy
@given(st.floats(0.01, 500), st.integers(1, 200))
def test_the_tail_of_chi_square_is_that_of_scipy(statistic: float, degrees: int) -> None:
    special = pytest.importorskip("scipy.special")
    expected = float(special.chdtrc(degrees, statistic))
    assert chi_square_p_value(statistic, degrees) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_chi_square_of_two_rows_is_pearsons() -> None:
    # Expected 15 and 15 in each row: four deviations of 5, 4 * 25 / 15 = 6.667.
    assert chi_square([10, 20], [20, 10]) == pytest.approx((20 / 3, 1))


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 2], [3, 4], 1),
        # After 2 the shares are 2/3 and 0; later they come nearer.
        ([1, 2, 9], [3, 4, 5], 2 / 3),
    ],
)
def test_the_distance_is_the_widest_gap_of_the_cumulative_shares(
    one: list[float], other: list[float], distance: float
) -> None:
    assert ks_distance(one, other) == pytest.approx(distance)


def test_the_p_value_of_a_distance_is_kolmogorovs() -> None:
    # n = m = 200: sqrt(100) * 0.1358 = 1.358, the published 5 % point of the limit.
    assert ks_p_value(0.1358, 200, 200) == pytest.approx(0.05, abs=2e-4)
    assert ks_p_value(0.001, 50, 50) == 1


def test_wilson_is_the_published_interval() -> None:
    # Newcombe 1998, example of 81 of 263: 0.2553 to 0.3662.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert quantile([10, 20, 30, 40, 50], 0.95) == 48
    assert quantile([7], 0.95) == 7


@pytest.mark.slow
@settings(deadline=None)  # the first call loads numpy
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30), st.floats(0, 1))
def test_a_quantile_is_numpys(values: list[float], share: float) -> None:
    np = pytest.importorskip("numpy")
    expected = np.percentile(values, 100 * share)
    assert quantile(sorted(values), share) == pytest.approx(expected, rel=1e-9, abs=1e-3)
