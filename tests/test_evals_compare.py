"""What two columns of scores say of each other: one test, one interval, one conclusion."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.evals.answer import Comparison, compare_pairs
from ftvp.evals.items import Pair
from ftvp.evals.paired_tests import Cells, ExactTest
from ftvp.stats import mcnemar, worth

UNHURRIED = settings(deadline=None, max_examples=50)
"""A busy machine is no fault."""
COUNT = st.integers(0, 60)


def pairs(
    both: int = 0, prompted_only: int = 0, tuned_only: int = 0, neither: int = 0
) -> list[Pair]:
    """Return right and wrong answers with so many items in each cell."""
    kinds = [(1, 1)] * both + [(1, 0)] * prompted_only + [(0, 1)] * tuned_only + [(0, 0)] * neither
    return [Pair(str(number), *kind) for number, kind in enumerate(kinds)]


def scores(*differences: float, clusters: str = "") -> list[Pair]:
    """Return items whose tuned score is 0.5 plus a difference, each in a cluster of one letter."""
    named = clusters or [None] * len(differences)
    listed = enumerate(zip(differences, named, strict=True))
    return [Pair(str(i), 0.5, 0.5 + each, cluster) for i, (each, cluster) in listed]


def said(found: Comparison) -> tuple[str, bool]:
    """Return the conclusion and whether the interval holds no difference."""
    return found.conclusion, found.difference.low <= 0 <= found.difference.high


@pytest.mark.parametrize(
    ("cells", "p_value", "points"),
    [
        # (260 - 88) / 1319 = 13.04 points
        pytest.param((198, 88, 260, 773), 7.466e-21, 13.0402, id="GSM8K: 6B and 175B tuned"),
        # (152 - 209) / 1319 = -4.32 points
        pytest.param(
            (306, 209, 152, 652), 0.00315066, -4.3215, id="GSM8K: 6B verified, 175B tuned"
        ),
        # (69 - 10) / 250 = 23.6 points
        pytest.param((149, 10, 69, 22), 5.5447e-12, 23.6, id="BBH dates: direct, chain of thought"),
    ],
)
def test_published_evals_give_their_p_values(
    cells: tuple[int, int, int, int], p_value: float, points: float
) -> None:
    found = compare_pairs(pairs(*cells), gap=5)
    assert found.p_value == pytest.approx(p_value, rel=1e-5)
    assert found.difference.points == pytest.approx(points, abs=5e-5)
    assert found.test == "exact McNemar"
    assert said(found) == ("better" if points > 0 else "worse", False)


@pytest.mark.parametrize(
    ("prompted_only", "tuned_only", "p_value"),
    [
        pytest.param(0, 0, 1, id="no disagreement"),
        pytest.param(3, 3, 1, id="an even balance"),
        pytest.param(0, 5, 2 / 32, id="five to none are too few"),
        pytest.param(0, 6, 2 / 64, id="six to none are enough"),
        pytest.param(1, 7, 2 * (1 + 8) / 256, id="seven to one"),
    ],
)
def test_the_p_value_counts_the_coins(prompted_only: int, tuned_only: int, p_value: float) -> None:
    assert mcnemar(prompted_only, tuned_only) == pytest.approx(p_value, rel=1e-12)


@pytest.mark.slow
@UNHURRIED
@given(COUNT, COUNT, COUNT)
def test_the_interval_leaves_out_zero_exactly_when_the_test_rejects_it(
    both: int, prompted_only: int, tuned_only: int
) -> None:
    cells = Cells(both=both + 1, prompted_only=prompted_only, tuned_only=tuned_only, neither=0)
    test = ExactTest(cells)
    low, high = test.interval(0.95)
    assert (low > 0 or high < 0) == (test.p_value < 0.05)
    assert low <= test.points <= high


@pytest.mark.long
@pytest.mark.slow
@UNHURRIED
@given(COUNT, COUNT, COUNT)
def test_the_two_sides_swapped_negate_the_answer(
    both: int, prompted_only: int, tuned_only: int
) -> None:
    one = compare_pairs(pairs(both + 2, prompted_only, tuned_only), gap=5)
    other = compare_pairs(pairs(both + 2, tuned_only, prompted_only), gap=5)
    assert one.difference.points == pytest.approx(-other.difference.points)
    assert one.difference.low == pytest.approx(-other.difference.high, abs=1e-9)
    assert one.p_value == other.p_value


@pytest.mark.long
@UNHURRIED
@given(st.lists(st.floats(-0.5, 0.5), min_size=2, max_size=30))
def test_numbers_too_have_one_answer(differences: list[float]) -> None:
    found = compare_pairs(scores(*differences), gap=5)
    if abs(found.p_value - 0.05) > 1e-9:
        assert (said(found)[0] in {"better", "worse"}) == (found.p_value < 0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("listed", "margin", "conclusion"),
    [
        pytest.param(pairs(60, 1, 12, 27), None, "better", id="better"),
        pytest.param(pairs(60, 12, 1, 27), None, "worse", id="worse"),
        pytest.param(pairs(60, 5, 8, 27), None, "not_shown", id="not shown"),
        pytest.param(
            pairs(60, 5, 8, 27), 5, "not_shown", id="a margin that a few items cannot keep"
        ),
        pytest.param(pairs(900, 5, 8, 87), 2, "equivalent", id="equivalent"),
        pytest.param(pairs(900, 0, 8, 92), 2, "better", id="better, though within the margin"),
        pytest.param(pairs(10), 5, "not_shown", id="ten like answers prove no likeness"),
        pytest.param(pairs(1000), 5, "equivalent", id="a thousand do"),
        pytest.param(scores(0, 0, 0), 5, "not_shown", id="like numbers have no spread to judge by"),
        pytest.param(scores(*[0.1, 0.2] * 3), None, "better", id="six numbers of one sign"),
        pytest.param(scores(*[0.1, 0.2] * 2, 0.3), None, "not_shown", id="five are too few"),
        pytest.param(scores(*[0.1, 0.2] * 20), None, "better", id="forty numbers"),
        pytest.param(scores(0.1, 0.1), None, "not_shown", id="two alike"),
        pytest.param(scores(*[0.1] * 50), None, "not_shown", id="fifty alike have no spread"),
        pytest.param(scores(*[0] * 50, *[0.5] * 7), None, "better", id="seven halves of 57 items"),
        pytest.param(scores(0.1, -0.1, 0.1, -0.1), None, "not_shown", id="numbers that cancel"),
        pytest.param(scores(*[0.01, -0.01] * 20), 1, "equivalent", id="numbers within the margin"),
    ],
)
def test_there_is_one_conclusion(listed: list[Pair], margin: float | None, conclusion: str) -> None:
    found = compare_pairs(listed, gap=5, margin=margin)
    assert found.conclusion == conclusion
    assert (found.equivalence is None) == (margin is None)


def test_within_the_margin_means_that_the_90_percent_interval_is() -> None:
    found = compare_pairs(pairs(900, 0, 8, 92), gap=5, margin=2)
    assert found.equivalence is not None
    assert found.equivalence.holds
    # 0.8 points; at 90 % from above 0 to below 2.
    assert 0 < found.equivalence.low < 0.8 < found.equivalence.high < 2


def test_items_that_share_a_source_count_once() -> None:
    # Two sources of five items each, all alike inside: 1 better by 10 points, 1 by 30. Of the four
    # ways to choose two signs, two are as extreme: p = 0.5.
    listed = scores(*[0.1] * 5, *[0.3] * 5, clusters="aaaaabbbbb")
    apart = compare_pairs(listed, gap=5)
    together = compare_pairs(listed, gap=5, clustered=True)
    assert apart.conclusion == "better"
    assert (together.conclusion, together.clusters) == ("not_shown", 2)
    assert together.p_value == 0.5
    assert together.test == "exact clustered sign-flip"


def test_right_and_wrong_answers_with_clusters_keep_their_cells() -> None:
    listed = [Pair(p.id, p.prompted, p.tuned, p.id[-1]) for p in pairs(10, 2, 6, 4)]
    found = compare_pairs(listed, gap=5, clustered=True)
    assert found.cells == Cells(both=10, prompted_only=2, tuned_only=6, neither=4)
    assert found.test == "exact clustered sign-flip"


@pytest.mark.parametrize("clusters", [2, 3, 4, 5])
def test_few_clusters_show_nothing(clusters: int) -> None:
    listed = [Pair(str(i), 0, 1, str(i % clusters)) for i in range(20 * clusters)]
    found = compare_pairs(listed, gap=5, clustered=True)
    assert found.conclusion == "not_shown"
    assert found.p_value == 2 / 2**clusters


def test_more_than_twenty_clusters_are_tested_by_t() -> None:
    listed = [Pair(str(i), i % 3 == 0, i % 3 > 0, str(i // 3)) for i in range(75)]
    assert compare_pairs(listed, gap=5, clustered=True).test == "clustered t"


def test_an_interval_ends_where_qualities_do() -> None:
    found = compare_pairs([Pair("1", 0, 0.9), Pair("2", 0.9, 0)], gap=5)
    assert (found.difference.low, found.difference.high) == (-100, 100)


def test_half_points_are_numbers() -> None:
    found = compare_pairs([Pair("1", 0, 0.5), Pair("2", 1, 1), Pair("3", 0, 1)], gap=5)
    assert (found.cells, found.test) == (None, "exact sign-flip")
    assert found.prompted == pytest.approx(100 / 3)
    assert found.tuned == pytest.approx(250 / 3)


@pytest.mark.parametrize("gap", [1, 2.5, 5, 10, 40])
def test_the_items_a_gap_needs_can_show_it(gap: float) -> None:
    rate = 0.25
    needed = ExactTest(Cells(both=75, prompted_only=10, tuned_only=15, neither=0)).items_for(gap)
    assert needed is not None
    disagreeing = round(needed * max(rate, gap / 100))
    cells = Cells(both=needed - disagreeing, prompted_only=0, tuned_only=disagreeing, neither=0)
    shown = ExactTest(cells).detectable()
    assert shown is not None
    assert shown <= gap * 1.05


def test_a_smaller_gap_needs_more_items() -> None:
    test = ExactTest(Cells(both=75, prompted_only=10, tuned_only=15, neither=0))
    sizes = [test.items_for(gap) or 0 for gap in (20, 10, 5, 2, 1)]
    # Like 1 / gap**2: a tenth of the gap takes about a hundred times the items.
    assert sizes == sorted(sizes)
    assert sizes[-1] / sizes[1] == pytest.approx(100, rel=0.1)


@pytest.mark.parametrize("points", [1e-6, 1e-9])
def test_a_gap_that_nobody_can_show_has_no_number_of_items(points: float) -> None:
    assert (
        ExactTest(Cells(both=0, prompted_only=5, tuned_only=5, neither=0)).items_for(points) is None
    )


@pytest.mark.parametrize("disagreeing", [0, 1, 5])
def test_too_few_disagreements_show_nothing(disagreeing: int) -> None:
    assert compare_pairs(pairs(50, 0, disagreeing), gap=5).smallest_detectable_points is None


def test_a_difference_is_worth_the_errors_it_saves() -> None:
    # 300,000 requests x 2 points x $0.01 = $60; the ends -1 and 5 are worth -$30 and $150.
    found = worth(2, -1, 5, requests_per_month=300_000, usd_per_error=0.01)
    assert (found.usd_per_month, found.low, found.high) == (60, -30, 150)
    # Spread 180 / 3.92 = 45.92, z = 1.3066: 45.92 * (0.16990 - 1.3066 * 0.09567) = 2.06
    assert found.perfect_information_usd == pytest.approx(2.06, abs=0.005)


def test_what_is_certain_is_not_worth_knowing_better() -> None:
    found = worth(5, 5, 5, requests_per_month=1000, usd_per_error=1)
    assert found.perfect_information_usd == 0


TIES = [(1, 1)] * 20 + [(0, 0)] * 5


def gained(*gains: float, lost: int = 0) -> list[Pair]:
    """Return 25 ties, so many whole losses, and items that gain so much."""
    kinds = [*TIES, *[(1, 0)] * lost, *((0, gain) for gain in gains)]
    return [Pair(str(number), *kind) for number, kind in enumerate(kinds)]


def test_half_a_gain_is_no_surer_than_a_whole_one() -> None:
    # Five gains and no loss: 2 of 2**5, whole or not.
    whole, half = (compare_pairs(gained(1, 1, 1, 1, last), gap=5) for last in (1, 0.5))
    assert whole.p_value == pytest.approx(0.0625)
    assert half.p_value == 0.0625
    assert whole.conclusion == half.conclusion == "not_shown"


@pytest.mark.long
@pytest.mark.slow
@UNHURRIED
@given(st.integers(0, 30), st.integers(1, 60), st.lists(st.floats(0.01, 1), min_size=1, max_size=5))
def test_part_of_a_gain_never_makes_it_surer(lost: int, won: int, parts: list[float]) -> None:
    if won + sum(parts) <= lost:
        return
    whole = compare_pairs(gained(*[1] * (won + len(parts)), lost=lost), gap=5)
    part = compare_pairs(gained(*[1] * won, *parts, lost=lost), gap=5)
    assert part.p_value >= whole.p_value - 1e-12
    if whole.conclusion == "not_shown":
        assert part.conclusion == "not_shown"


@pytest.mark.long
@UNHURRIED
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=20), st.integers(0, 19), st.floats(0, 1))
def test_a_smaller_gain_is_never_surer_where_signs_are_flipped(
    differences: list[float], index: int, share: float
) -> None:
    if sum(differences) <= 0:
        return
    index %= len(differences)
    smaller = list(differences)
    smaller[index] = differences[index] * share if differences[index] > 0 else differences[index]
    if sum(smaller) > 0:
        ties = [0.0] * 3
        larger, less = (compare_pairs(scores(*d, *ties), gap=5) for d in (differences, smaller))
        assert less.p_value >= larger.p_value - 1e-9
