"""The tests of paired scores on small numbers, each figure worked out beside it; in points."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftvp.evals.answer import compare_pairs
from ftvp.evals.items import Pair
from ftvp.evals.paired_tests import (
    Cells,
    ExactTest,
    MeanTest,
    SignFlipTest,
    cells_of,
    differ_alike,
    mean_test,
    paired_test,
)
from ftvp.evals.pairing import Item
from ftvp.evals.read import trained_on
from ftvp.stats import disagreements_for, perfect_information

T5_95, T5_60 = 2.570582, 0.919544
"""Student's t of 5 degrees of freedom that 97.5 % and 80 % stay below."""


def items(*differences: float) -> list[Pair]:
    """Return items with such differences in scores, 0 to 1."""
    return [
        Pair(str(number), max(0.0, -each), max(0.0, each))
        for number, each in enumerate(differences)
    ]


def test_six_that_differ_can_show_something() -> None:
    """10 and 20 three times: a mean of 15, spread by sqrt(6 x 25 / 5) / sqrt(6) = 2.236068."""
    found = paired_test(items(*[0.1, 0.2] * 3))
    assert isinstance(found, SignFlipTest)
    shown = (T5_95 + T5_60) * 2.236068
    assert found.points == pytest.approx(15)
    assert found.detectable() == pytest.approx(shown, abs=1e-4)
    # 6 x (7.8041 / 5)^2 = 14.6
    assert found.items_for(5) == 15
    # 6 x (7.8041 / 50)^2 = 0.15, but six must differ
    assert found.items_for(50) == 6


def test_differences_a_tenth_as_large_have_an_interval_a_tenth_as_wide() -> None:
    """Of 0.4, 0.8 and -0.2 points, as of 4, 8 and -2."""
    large = [0.04, 0.08] * 4 + [-0.02]
    wide = paired_test(items(*large)).interval(0.95)
    narrow = paired_test(items(*(each / 10 for each in large))).interval(0.95)
    assert [10 * end for end in narrow] == pytest.approx(wide)


def test_five_that_differ_cannot() -> None:
    found = paired_test(items(*[0.1, 0.2] * 2, 0.1))
    assert found.detectable() is None
    # as often as here: 5 of 5 differ, so six items are the least
    assert found.items_for(90) == 6


def test_of_few_that_differ_more_items_are_needed() -> None:
    """6 of 12 differ: 12 items are needed for 6 that differ, whatever the gap."""
    found = paired_test(items(*[0.1, 0.2] * 3, *[0.0] * 6))
    assert found.items_for(90) == 12
    none = paired_test(items(*[0.0] * 5, *[0.2, -0.2, 0.1]))
    # three of eight: 8 x 6 / 3
    assert none.items_for(99) == 16


@pytest.mark.parametrize("sign", [1, -1])
def test_too_few_to_show_anything_leave_no_difference_in(sign: int) -> None:
    """Four gains of 100 and a loss of 1: both bounds lie above 0, which p = 2 / 32 does not."""
    found = paired_test(items(*[sign * 1.0] * 4, -sign * 0.01))
    low, high = found.interval(0.95)
    assert found.p_value == pytest.approx(4 / 32)
    assert (low if sign > 0 else high) == 0


def test_a_mean_needs_items_by_the_square_of_its_spread() -> None:
    """99 degrees of freedom: 1.984217 + 0.845267 = 2.829484; 100 x 8.00598, and a quarter of it."""
    found = MeanTest(points=3, error=1, df=99, n=100, name="paired t")
    assert found.detectable() == pytest.approx(2.82948, abs=1e-4)
    assert (found.items_for(1), found.items_for(2)) == (801, 201)
    assert MeanTest(points=3, error=0, df=99, n=100, name="paired t").items_for(1) is None


@pytest.mark.parametrize(("points", "p_value"), [(0, 1), (3, 0)])
def test_without_a_spread_only_no_difference_is_likely(points: float, p_value: float) -> None:
    assert MeanTest(points, error=0, df=9, n=10, name="paired t").p_value == p_value


@pytest.mark.parametrize(
    ("least_p", "low", "high"),
    [
        # t of 9 degrees of freedom: 2.262157
        (0.01, 5 - 2.262157, 5 + 2.262157),
        # no surer than whole gains, which show nothing: 0 stays in
        (0.2, 0, 10),
    ],
)
def test_part_of_a_gain_is_no_surer_than_a_whole_one(
    least_p: float, low: float, high: float
) -> None:
    found = MeanTest(points=5, error=1, df=9, n=10, name="paired t", least_p=least_p)
    assert found.interval(0.95) == pytest.approx((low, high), abs=1e-5)
    assert found.p_value == pytest.approx(max(least_p, 0.000756), rel=0.01)


def test_there_are_at_most_100_points_between_two_qualities() -> None:
    found = MeanTest(points=5, error=90, df=9, n=10, name="paired t")
    assert found.interval(0.95) == (-100, 100)


def test_more_than_twenty_clusters_are_tested_by_their_sums() -> None:
    """Gains of 30 and losses of 10 by turns: 10, give or take 20 / sqrt(21) = 4.364358.

    That is 2.291288 errors: t of 21 degrees of freedom has 0.032384 beyond it, 2.079614 at 5 %.
    """
    pairs = [
        Pair(pair.id, pair.prompted, pair.tuned, cluster=pair.id)
        for pair in items(*[0.3, -0.1] * 11)
    ]
    found = paired_test(pairs, clustered=True)
    assert isinstance(found, MeanTest)
    assert (found.name, found.df, found.n) == ("clustered t", 21, 22)
    assert (found.points, found.error) == pytest.approx((10, 4.364358))
    assert found.p_value == pytest.approx(0.032384, abs=1e-5)
    margin = 2.079614 * 4.364358
    assert found.interval(0.95) == pytest.approx((10 - margin, 10 + margin), abs=1e-4)


def test_clusters_count_by_their_sums() -> None:
    """Two clusters, about a mean of 2: sums -2 and 2; sqrt(8 x 2 / 1) / 4 = 1."""
    found = mean_test([("a", 0), ("a", 2), ("b", 2), ("b", 4)], "clustered t")
    assert (found.points, found.error, found.df, found.n) == (2, 1, 1, 4)
    # t = 2 of one degree of freedom: 1 - 2 / pi x atan(2)
    assert found.p_value == pytest.approx(0.295167, abs=1e-6)


def test_alike_differences_have_no_error_but_for_rounding() -> None:
    found = mean_test([(str(number), 0.1 + 0.2) for number in range(7)], "paired t")
    assert found.error == 0


@pytest.mark.parametrize(
    ("pairs", "cells"),
    [
        ([Pair("1", 1, 1), Pair("2", 1, 0), Pair("3", 0, 1), Pair("4", 0, 0)], (1, 1, 1, 1)),
        ([Pair("1", 1, 1), Pair("2", 1, 0), Pair("3", 1, 0)], (1, 2, 0, 0)),
        ([Pair("1", 1, 0.5)], None),
        ([Pair("1", 0.5, 1)], None),
    ],
)
def test_right_and_wrong_answers_have_cells(
    pairs: list[Pair], cells: tuple[int, int, int, int] | None
) -> None:
    found = cells_of(pairs)
    assert (None if found is None else (*found.model_dump().values(),)) == cells


@pytest.mark.parametrize(
    ("pairs", "alike"),
    [
        (items(0.3, 0.3, 0.3), True),
        (items(0.3, 0.3, 0.2), False),
        (items(0.0, 0.0), False),
        # right and wrong answers are counted, however alike
        ([Pair("1", 0, 1), Pair("2", 0, 1)], False),
        ([Pair("1", 0.25, 0.25), Pair("2", 0.5, 0.5)], False),
    ],
)
def test_numbers_that_all_differ_alike_are_one_observation(
    pairs: list[Pair], *, alike: bool
) -> None:
    assert differ_alike(pairs) is alike


def test_the_exact_test_needs_as_many_items_as_disagree() -> None:
    """10 of 100 disagree: 6 disagreements that all favour tuning show 10 points with 60 items."""
    found = ExactTest(Cells(both=90, prompted_only=2, tuned_only=8, neither=0))
    assert found.points == 6
    assert found.items_for(10) == 60
    # half of them more than the others: 35 disagreements, one of ten items
    assert found.items_for(5) == 350
    shown = found.detectable()
    assert shown is not None
    # 10 % disagree, so that no more than 10 points can show
    assert 5 < shown < 10
    assert ExactTest(Cells(both=95, prompted_only=2, tuned_only=3, neither=0)).detectable() is None


@pytest.mark.parametrize(
    ("balance", "disagreements"),
    # 1 of 2^5 is not enough, 2 of 2^6 = 0.031 is
    [(1, 6), (0.5, 35), (1e-5, None)],
)
def test_a_balance_needs_so_many_disagreements(balance: float, disagreements: int | None) -> None:
    assert disagreements_for(balance) == disagreements


@pytest.mark.parametrize(
    ("mean", "spread", "worth"),
    [
        # f(0) = 0.398942
        (0, 10, 3.98942),
        # f(1) - F(-1) = 0.241971 - 0.158655 = 0.083315
        (10, 10, 0.83315),
        (-10, 10, 0.83315),
        (5, 0, 0),
    ],
)
def test_perfect_information_is_worth_the_mean_loss(
    mean: float, spread: float, worth: float
) -> None:
    assert perfect_information(mean, spread) == pytest.approx(worth, abs=1e-4)


def test_a_margin_is_kept_by_the_narrower_interval() -> None:
    """With 1,000 items of which none differ, at most 0.3 points are left in."""
    found = compare_pairs([Pair(str(n), 1, 1) for n in range(1_000)], gap=5, margin=1)
    assert found.conclusion == "equivalent"
    few = compare_pairs([Pair(str(n), 1, 1) for n in range(100)], gap=5, margin=1)
    assert few.conclusion == "not_shown"


def test_more_than_twenty_that_differ_are_tested_by_their_mean() -> None:
    assert isinstance(paired_test(items(*[0.1, 0.2] * 10)), SignFlipTest)
    assert isinstance(paired_test(items(*[0.1, 0.2] * 10, 0.1)), MeanTest)


def test_nearly_alike_gains_leave_in_what_their_number_does() -> None:
    """Seven gains of 10: at least 0.025^(1/7) = 0.5904 of all are gains.

    Were the others losses of 10: 5.904 - 4.096 = 1.807; moved by how few may differ, 0.4096 less of
    them: 1.807 x (1 - 0.4096 x 4.096 / (sqrt(8.193^2 + 4.096^2) + 8.193)) = 1.632.
    """
    low, _ = paired_test(items(*[0.1] * 6, 0.1001)).interval(0.95)
    assert low == pytest.approx(1.632, abs=0.005)


def test_clusters_are_weighted_so_that_their_mean_is_that_of_the_items() -> None:
    """Sums of 30, -10 and 40 points over 5 items: a mean of 12, 12 = 0.6 x 60 / 3."""
    differences = [("a", 0.1), ("a", 0.2), ("b", -0.1), ("c", 0.4), ("d", 0.0)]
    listed = [Pair(str(n), 0.5, 0.5 + each, name) for n, (name, each) in enumerate(differences)]
    found = paired_test(listed, clustered=True)
    assert isinstance(found, SignFlipTest)
    assert found.name == "exact clustered sign-flip"
    assert found.points == pytest.approx(12)
    # 4 clusters of 5 items: 0.8 of each sum; the largest holds two
    assert found.differing == pytest.approx([24, -8, 32])
    assert (found.units, found.limit) == pytest.approx((4, 160))


@pytest.mark.parametrize(
    "text",
    ['[{"text": "How  many?"}, {"id": "q2"}]', '{"text": "how many?"}\n{"id": "q2"}\n'],
)
def test_items_of_a_training_file_are_found_in_both_kinds_of_json(
    text: str, tmp_path: Path
) -> None:
    path = tmp_path / "train.json"
    path.write_text(text, "utf-8")
    asked = (("1", "How many?"), ("q2", None), ("q3", "What?"))
    items = [Item(name, 1, 1, question, None) for name, question in asked]
    assert trained_on(path, items) == ("1", "q2")
