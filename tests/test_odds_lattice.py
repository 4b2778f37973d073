"""The shifted lattice: its published vector, its evenness, and plain Monte Carlo as its oracle."""

from __future__ import annotations

import hashlib
import time
from functools import cache, partial
from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.odds.shapes import (
    GENERATING_VECTOR,
    MANY_POINTS,
    MAX_POINTS,
    POINTS,
    shifted_lattice,
)

if TYPE_CHECKING:
    import numpy as np
else:
    np = pytest.importorskip("numpy", reason="an oracle of the development group")
special = partial(pytest.importorskip, "scipy.special", reason="an oracle of the development group")

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def drawn(dimensions: int, points: int, seed: int) -> Array:
    """Return the points of all shifts, a row each."""
    shifts = [np.array(columns).T for columns in shifted_lattice(dimensions, points, seed)]
    return np.concatenate(shifts)


def test_the_vector_is_the_published_one() -> None:
    # The first ten components, the hundredth, and the sum of all hundred.
    assert GENERATING_VECTOR[:6] == (1, 182_667, 469_891, 498_753, 110_745, 446_247)
    assert GENERATING_VECTOR[6:10] == (250_185, 118_627, 245_333, 283_199)
    assert (GENERATING_VECTOR[99], sum(GENERATING_VECTOR)) == (304_803, 24_935_016)


def test_every_component_is_odd_and_below_the_most_points() -> None:
    assert all(z % 2 and 0 < z < MAX_POINTS for z in GENERATING_VECTOR)
    assert len(set(GENERATING_VECTOR)) == len(GENERATING_VECTOR) == 100


def test_without_its_shift_a_lattice_is_multiples_of_its_first_point() -> None:
    (columns,) = shifted_lattice(2, 8, seed=3, shifts=1)
    first, second = ([(x - column[0]) % 1 for x in column] for column in columns)
    assert first == pytest.approx([step / 8 for step in range(8)])
    # 182,667 = 3 modulo 8
    assert second == pytest.approx([step * 3 % 8 / 8 for step in range(8)])


@pytest.mark.slow
@given(st.integers(0, 2**40), st.sampled_from([1, 2, 128, 256]), st.integers(1, 40))
@settings(deadline=None)
def test_each_dimension_is_filled_evenly(seed: int, points: int, dimensions: int) -> None:
    for columns in shifted_lattice(dimensions, points, seed, shifts=2):
        assert len(columns) == dimensions
        for column in columns:
            assert all(0 < x < 1 for x in column)
            assert sorted(int(x * points) for x in column) == list(range(points))


@pytest.mark.parametrize("dimensions", [8, 16, 30])
def test_no_two_dimensions_are_one(dimensions: int) -> None:
    (columns,) = shifted_lattice(dimensions, POINTS, seed=1, shifts=1)
    steps = [round((column[1] - column[0]) * POINTS) % POINTS for column in columns]
    assert len({min(step, POINTS - step) for step in steps}) == dimensions


def test_a_dimensions_numbers_do_not_depend_on_how_many_others_there_are() -> None:
    few = list(shifted_lattice(3, POINTS, seed=7))
    many = list(shifted_lattice(20, POINTS, seed=7))
    assert [columns[:3] for columns in many] == few


def test_a_seed_gives_the_same_bytes_with_any_python() -> None:
    text = repr(list(shifted_lattice(8, POINTS, seed=1)))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "adb3817a4faa0405"


@pytest.mark.parametrize(("dimensions", "points"), [(101, 128), (-1, 128), (3, 0), (3, 100)])
def test_what_the_vector_cannot_give_is_refused(dimensions: int, points: int) -> None:
    with pytest.raises(ValueError, match="a lattice has"):
        list(shifted_lattice(dimensions, points, seed=1))


def net(uniforms: Array, seed: int) -> Array:
    """Return a drawn net benefit: requests times a difference of two products, less work.

    Inputs are lognormal, 1 in 20 of them below 0.4 to 0.95 of the median;
    those beyond the seventh each add a small cost.
    """
    number = np.random.default_rng(seed)
    dimensions = uniforms.shape[1]
    widths = -np.log(number.uniform(0.4, 0.95, dimensions)) / NormalDist().inv_cdf(0.95)
    requests, prompt, answer, price, tuned, hours, rate, *costs = np.exp(
        widths * special().ndtri(uniforms)
    ).T
    saved = requests * ((prompt + answer) * price - number.uniform(0.3, 0.9) * (answer + tuned))
    small = np.sum(costs, axis=0) if costs else 0.0
    return np.asarray(2 * saved - number.uniform(0.5, 2) * hours * rate - 0.1 * small)


def off(points: int, dimensions: int, seed: int) -> list[float]:
    """Return how far the lattice is from plain Monte Carlo on one drawn net benefit.

    The chance of a gain in points, and the 10th, 50th and 90th percentile as parts of 1 % of the
    distance between the first and the last of them.
    """
    chance, percentiles = plain(dimensions, seed)
    found = net(drawn(dimensions, points, seed), seed)
    apart = np.percentile(found, [10, 50, 90]) - percentiles
    chances = float((found > 0).mean()) - chance
    return [100 * chances, *(100 * apart / np.ptp(percentiles))]


@cache
def plain(dimensions: int, seed: int) -> tuple[float, Array]:
    """Return the chance of a gain and the three percentiles of a drawn net benefit."""
    found = net(np.random.default_rng(seed + 100).random((400_000, dimensions)), seed)
    return float((found > 0).mean()), np.percentile(found, [10, 50, 90])


@pytest.mark.long
@pytest.mark.parametrize("dimensions", [7, 12, 20])
@pytest.mark.parametrize(("points", "points_off"), [(POINTS, 2), (MANY_POINTS, 0.5)])
def test_chances_are_those_of_plain_monte_carlo(
    points: int, points_off: float, dimensions: int
) -> None:
    # Within so many points: two root mean squares of the error over drawn net benefits.
    apart = np.array([off(points, dimensions, seed) for seed in range(5)])
    assert 2 * np.sqrt(np.mean(apart[:, 0] ** 2)) <= points_off
    if points == MANY_POINTS:
        assert 2 * np.sqrt(np.mean(apart[:, 1:] ** 2)) <= 1


@pytest.mark.slow
def test_the_time_of_a_lattice_is_that_of_its_points() -> None:
    def seconds(points: int) -> float:
        begun = time.process_time()
        for columns in shifted_lattice(8, points, seed=1):
            for column in columns:
                assert len(list(column)) == points
        return time.process_time() - begun

    ratios = [seconds(16 * POINTS) / seconds(POINTS) for _ in range(5)]
    assert min(ratios) < 2 * 16


def test_answers_draw_as_many_points_as_a_lattice_can_have() -> None:
    for points in (POINTS, MANY_POINTS):
        columns = next(shifted_lattice(1, points, seed=1))
        assert [len(column) for column in columns] == [points]
