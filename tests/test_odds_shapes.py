"""Draws of inputs by their fields, and of both qualities by what an eval set showed."""

from __future__ import annotations

import math
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.errors import TooWideError
from ftvp.evals.paired_tests import Cells, ExactTest, mean_test
from ftvp.odds.shapes import PAIRS, Qualities, Shape, counted_qualities, scored_qualities
from ftvp.ranges import Definition, Spread

if TYPE_CHECKING:
    import numpy as np
else:
    np = pytest.importorskip("numpy", reason="an oracle of the development group")
special = partial(pytest.importorskip, "scipy.special", reason="an oracle of the development group")

AMOUNT = Definition(0, 1e12)
SHARE = Definition(0, 1, "share")
QUALITY = Definition(0, 100, "percent")
POINTS = Definition(-100, 100, "percent")
PEAK = Definition(1, 1e6)
Z = NormalDist().inv_cdf(0.95)
SHARES = [0.001, 0.02, 0.05, 0.3, 0.5, 0.7, 0.95, 0.98, 0.999]
THREE = [0.05, 0.5, 0.95]


def shape(spread: Spread, definition: Definition, *, told: bool = True) -> Shape:
    """Return the shape of a field called `volume`."""
    return Shape("volume", spread, definition, told)


@pytest.mark.parametrize(
    ("low", "mid", "high", "definition"),
    [
        pytest.param(5_000, 10_000, 20_000, AMOUNT, id="amount"),
        pytest.param(5_000, 9_000, 20_000, AMOUNT, id="amount with two slopes"),
        pytest.param(0, 1, 10, AMOUNT, id="amount from 0"),
        pytest.param(0.2, 0.5, 0.8, SHARE, id="share"),
        pytest.param(0.2, 0.3, 0.99, SHARE, id="share with two slopes"),
        pytest.param(0, 0.1, 0.3, SHARE, id="share from 0"),
        pytest.param(60, 90, 100, QUALITY, id="percent up to all"),
        pytest.param(70, 88, 95, QUALITY, id="percent"),
        pytest.param(-12, 7, 25, POINTS, id="signed"),
        pytest.param(1.5, 3, 6, PEAK, id="bounded from 1"),
        pytest.param(4, 4, 9, AMOUNT, id="middle at an end"),
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_the_three_numbers_are_met(
    low: float, mid: float, high: float, definition: Definition, *, told: bool
) -> None:
    found = shape(Spread(low, mid, high), definition, told=told).draws(THREE)
    assert found == pytest.approx([low, mid, high], rel=1e-12)


@pytest.mark.slow
@given(
    numbers=st.lists(st.floats(1e-6, 1e9), min_size=3, max_size=3).map(sorted),
    shares=st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=20),
    told=st.booleans(),
)
def test_draws_rise_and_stay_inside_their_bounds(
    *, numbers: list[float], shares: list[float], told: bool
) -> None:
    spread = Spread(*numbers)
    drawn = shape(spread, AMOUNT, told=told).draws(sorted(shares))
    assert drawn == sorted(drawn)
    least, most = (0, 1e12) if told else (spread.low, spread.high)
    assert all(least <= each <= most for each in drawn)


@pytest.mark.slow
def test_an_amount_is_lognormal() -> None:
    found = shape(Spread(5_000, 10_000, 20_000), AMOUNT).draws(SHARES)
    expected = 10_000 * np.exp(math.log(2) / Z * special().ndtri(SHARES))
    assert found == pytest.approx(list(expected), rel=1e-9)


@pytest.mark.slow
def test_an_amount_with_three_points_has_two_slopes() -> None:
    found = shape(Spread(5_000, 9_000, 20_000), AMOUNT).draws(SHARES)
    normals = special().ndtri(SHARES)
    below = 9_000 * np.exp(math.log(9 / 5) / Z * normals)
    above = 9_000 * np.exp(math.log(20 / 9) / Z * normals)
    expected = np.where(np.array(SHARES) < 0.5, below, above)
    assert found == pytest.approx(list(expected), rel=1e-9)


@pytest.mark.slow
def test_a_percentage_is_normal_in_log_odds() -> None:
    found = np.array(shape(Spread(60, 80, 92), QUALITY).draws(SHARES)) / 100
    normals = special().ndtri(SHARES)
    middle, low, high = (math.log(x / (1 - x)) for x in (0.8, 0.6, 0.92))
    slopes = np.where(normals < 0, (middle - low) / Z, (high - middle) / Z)
    assert np.log(found / (1 - found)) == pytest.approx(middle + slopes * normals, rel=1e-9)


@pytest.mark.slow
def test_what_may_be_negative_is_normal() -> None:
    found = shape(Spread(-10, 5, 20), POINTS).draws(SHARES)
    assert found == pytest.approx(list(5 + 15 / Z * special().ndtri(SHARES)), rel=1e-9)


def test_a_told_range_is_cut_at_the_fields_bounds_and_an_assumed_one_at_its_ends() -> None:
    near = Spread(0, 0.1, 0.5)
    assert min(shape(near, SHARE).draws(SHARES)) == 0
    assert shape(near, SHARE).draws([0.999]) == [pytest.approx(0.1 + 0.4 / Z * 3.0902, rel=1e-4)]
    assumed = shape(Spread(50, 200, 800), AMOUNT, told=False).draws(SHARES)
    assert (assumed[0], assumed[-1]) == (50, 800)
    assert shape(Spread(1.1, 3, 6), PEAK).draws([1e-9]) == [1]


def test_a_range_without_width_is_its_number() -> None:
    for number in (0.1, 0, 1e300):
        assert shape(Spread(number, number, number), AMOUNT).draws(SHARES) == [number] * 9


@pytest.mark.parametrize("spread", [Spread(1e-200, 1, 1e200), Spread(1e300, 1e305, 1e308)])
def test_a_draw_that_is_not_finite_is_an_error(spread: Spread) -> None:
    with pytest.raises(TooWideError, match=r"volume: the range .* is too wide to draw from"):
        shape(spread, Definition(0)).draws([0.5, 1 - 1e-9])


@pytest.mark.parametrize(
    ("spread", "definition", "value", "deviations"),
    [
        pytest.param(Spread(50, 100, 400), AMOUNT, 50, 1, id="lower end"),
        pytest.param(Spread(50, 100, 400), AMOUNT, 200, 0.5, id="half way up, in logarithms"),
        pytest.param(Spread(50, 100, 400), AMOUNT, 100, 0, id="middle"),
        pytest.param(Spread(50, 100, 400), AMOUNT, 0, math.inf, id="no logarithm"),
        pytest.param(Spread(0.2, 0.5, 0.8), SHARE, 0.8, 1, id="upper end of a share"),
        pytest.param(Spread(0.2, 0.5, 0.8), SHARE, 1, math.inf, id="no log odds"),
        pytest.param(Spread(-10, 0, 20), POINTS, -30, 3, id="signed"),
        pytest.param(Spread(4, 4, 9), AMOUNT, 3, math.inf, id="beyond an end that is the middle"),
        pytest.param(Spread(4, 4, 4), AMOUNT, 5, math.inf, id="no width"),
    ],
)
def test_distances_are_counted_in_halves_of_the_range(
    spread: Spread, definition: Definition, value: float, deviations: float
) -> None:
    assert shape(spread, definition).deviations(value) == pytest.approx(deviations)


def differences(qualities: Qualities) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the differences of all pairs, in points."""
    return np.array([tuned - prompted for prompted, tuned in qualities.pairs])


@pytest.mark.slow
@pytest.mark.parametrize(
    "cells", [(79, 1, 9, 11), (0, 0, 0, 3), (400, 60, 90, 450), (10, 0, 0, 0), (5, 5, 0, 5)]
)
def test_counted_qualities_are_the_posterior(cells: tuple[int, int, int, int]) -> None:
    qualities = counted_qualities(*cells, seed=3)
    shares = 100 * np.random.default_rng(1).dirichlet(np.array(cells) + 1, size=400_000)
    prompted, tuned = shares[:, 0] + shares[:, 1], shares[:, 0] + shares[:, 2]
    pairs = np.array(qualities.pairs)
    error = 4 / math.sqrt(PAIRS)
    for found, expected in (
        (pairs[:, 0], prompted),
        (pairs[:, 1], tuned),
        (differences(qualities), tuned - prompted),
    ):
        assert found.mean() == pytest.approx(expected.mean(), abs=error * expected.std())
        assert found.std() == pytest.approx(expected.std(), rel=0.05)
        assert (found > 0).mean() == pytest.approx((expected > 0).mean(), abs=2 * error)
    together = np.corrcoef(pairs.T)[0, 1]
    assert together == pytest.approx(np.corrcoef(prompted, tuned)[0, 1], abs=0.06)


def test_an_even_number_picks_a_pair_in_the_order_of_differences() -> None:
    qualities = counted_qualities(79, 1, 9, 11, seed=1)
    apart = differences(qualities)
    assert len(apart) == PAIRS
    assert list(apart) == sorted(apart)
    assert qualities.at(2**-54) == qualities.pairs[0]
    assert qualities.at(1 - 2**-53) == qualities.pairs[-1]


@pytest.mark.slow
def test_a_seed_gives_the_same_pairs() -> None:
    first, again, other = (counted_qualities(8, 1, 3, 4, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_scored_qualities_have_the_width_of_the_test() -> None:
    number = np.random.default_rng(5)
    items = [(str(k), float(x)) for k, x in enumerate(number.normal(4, 20, 60))]
    test = mean_test(items, "paired t")
    qualities = scored_qualities(70, 70 + test.points, test.error, test.df, test.n)
    low, high = test.interval(0.95)
    found = np.percentile(differences(qualities), [2.5, 50, 97.5])
    assert found == pytest.approx([low, test.points, high], rel=1e-2)


@pytest.mark.slow
def test_alike_differences_leave_one_differing_item_open() -> None:
    # Ten items that all gained nothing: a standard error of 0, raised to 100 / 10 points.
    sure = differences(scored_qualities(50, 50, 0, 9, 10))
    assert sure.std() == pytest.approx(
        10 * special().stdtrit(9, 0.975) / special().ndtri(0.975), rel=0.01
    )


def test_two_clusters_show_nothing() -> None:
    # One degree of freedom: 12.7 standard errors of 2 points each.
    apart = differences(scored_qualities(50, 58, 2, 1, 100))
    assert 0.2 < (apart < 0).mean() < 0.4


def test_qualities_stay_percentages() -> None:
    pairs = np.array(scored_qualities(97, 99, 5, 3, 8).pairs)
    assert (pairs.min(), pairs.max()) == (pytest.approx(76, abs=25), 100)
    assert ((pairs >= 0) & (pairs <= 100)).all()


@pytest.mark.slow
def test_more_items_narrow_what_the_qualities_may_be() -> None:
    widths = [differences(counted_qualities(8 * n, n, 2 * n, n, seed=1)).std() for n in (1, 10, 99)]
    assert widths == sorted(widths, reverse=True)
    exact = ExactTest(Cells(both=792, prompted_only=99, tuned_only=198, neither=99))
    low, high = exact.interval(0.95)
    found = np.percentile(differences(counted_qualities(792, 99, 198, 99, seed=1)), [2.5, 97.5])
    assert found == pytest.approx([low, high], abs=0.3)
