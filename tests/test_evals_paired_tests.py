"""The statistics of evals against scipy and statsmodels, over random tables."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.evals.items import Pair
from ftvp.evals.paired_tests import Cells, ExactTest, MeanTest, mean_test, paired_test
from ftvp.stats import (
    balance_shown_by,
    beta_cdf,
    beta_quantile,
    clopper_pearson,
    mcnemar,
    perfect_information,
    sign_flip,
    sign_flip_interval,
    t_p_value,
    t_quantile,
)

pytestmark = pytest.mark.slow

# Called where they are needed: importing statsmodels takes seconds.
stats = partial(pytest.importorskip, "scipy.stats")
special = partial(pytest.importorskip, "scipy.special")
contingency = partial(pytest.importorskip, "statsmodels.stats.contingency_tables")
proportion = partial(pytest.importorskip, "statsmodels.stats.proportion")
power = partial(pytest.importorskip, "statsmodels.stats.power")
regression = partial(pytest.importorskip, "statsmodels.regression.linear_model")

UNHURRIED = settings(deadline=None, max_examples=50)
"""A busy machine is no fault."""
THOUSAND = settings(deadline=None, max_examples=1000)
HUNDREDS = settings(deadline=None, max_examples=300)
COUNT = st.integers(0, 3_000)
POSITIVE = st.floats(0.5, 5_000)
SCORES = st.lists(st.floats(-1, 1), min_size=3, max_size=40)


@pytest.mark.long
@UNHURRIED
@given(st.floats(0.001, 0.999), POSITIVE, POSITIVE)
def test_the_incomplete_beta_is_scipys(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(special().betainc(a, b, x), rel=1e-8, abs=1e-12)


@pytest.mark.long
@UNHURRIED
@given(st.floats(0.001, 0.999), POSITIVE, POSITIVE)
def test_the_quantile_undoes_the_distribution(share: float, a: float, b: float) -> None:
    found = special().betainc(a, b, beta_quantile(share, a, b))
    assert found == pytest.approx(share, abs=1e-8)


@pytest.mark.long
@THOUSAND
@given(COUNT, COUNT)
def test_mcnemar_is_statsmodels(prompted_only: int, tuned_only: int) -> None:
    table = [[7, prompted_only], [tuned_only, 9]]
    expected = contingency().mcnemar(table, exact=True).pvalue
    assert mcnemar(prompted_only, tuned_only) == pytest.approx(expected, rel=1e-7, abs=1e-250)


@pytest.mark.long
@UNHURRIED
@given(COUNT, COUNT, st.sampled_from([0.9, 0.95, 0.99]))
def test_clopper_pearson_is_statsmodels(hits: int, misses: int, level: float) -> None:
    if not hits + misses:
        return
    expected = proportion().proportion_confint(hits, hits + misses, 1 - level, method="beta")
    assert clopper_pearson(hits, hits + misses, level) == pytest.approx(expected, abs=1e-9)


@UNHURRIED
@given(st.floats(-50, 50), st.integers(1, 5_000))
def test_students_t_is_scipys(t: float, df: int) -> None:
    expected = 2 * special().stdtr(df, -abs(t))
    assert t_p_value(t, df) == pytest.approx(expected, rel=1e-7, abs=1e-200)


@UNHURRIED
@given(st.floats(1e-6, 0.99), st.integers(1, 5_000))
def test_the_quantile_of_students_t_is_scipys(p_value: float, df: int) -> None:
    assert t_quantile(p_value, df) == pytest.approx(-special().stdtrit(df, p_value / 2), rel=1e-6)


@pytest.mark.long
@THOUSAND
@given(SCORES)
def test_the_paired_t_test_is_scipys(differences: list[float]) -> None:
    test = mean_test([(str(i), each) for i, each in enumerate(differences)], "paired t")
    if test.error < 1e-6:
        return
    expected = stats().ttest_1samp(differences, 0)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-200)
    bounds = expected.confidence_interval(0.95)
    assert test.interval(0.95) == pytest.approx((bounds.low, bounds.high), abs=1e-6)


@pytest.mark.long
@THOUSAND
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-1, 1)), min_size=12, max_size=60))
def test_clustered_errors_are_statsmodels(listed: list[tuple[int, float]]) -> None:
    groups = [cluster for cluster, _ in listed]
    if len(set(groups)) < 2:
        return
    test = mean_test([(str(cluster), each) for cluster, each in listed], "clustered t")
    fit = regression().OLS([each for _, each in listed], [1.0] * len(listed)).fit()
    # Stata's correction is G/(G-1) * (n-1)/(n-k), and with one coefficient the second part is 1.
    robust = fit.get_robustcov_results("cluster", groups=groups)
    assert test.points == pytest.approx(robust.params[0], abs=1e-12)
    assert test.error == pytest.approx(robust.bse[0], rel=1e-6, abs=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("n", [20, 100, 1000])
def test_the_smallest_difference_of_a_t_test_has_80_percent_power(n: int) -> None:
    values = [(str(i), (-1.0) ** i) for i in range(n)]
    test = mean_test(values, "paired t")
    deviation = test.error * math.sqrt(n)
    expected = power().TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8) * deviation
    assert test.detectable() == pytest.approx(expected, rel=0.005)


@pytest.mark.long
@UNHURRIED
@given(st.integers(6, 2_000))
def test_the_smallest_balance_of_mcnemar_has_80_percent_power(m: int) -> None:
    balance = balance_shown_by(m)
    assert balance is not None
    above = special().bdtrc  # of more than so many successes
    won = next(k for k in range(m // 2 or 1, m + 1) if 2 * above(k - 1, m, 0.5) < 0.05)
    assert above(won - 1, m, (1 + balance) / 2) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.long
@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
@pytest.mark.parametrize("balance", [0, 0.8, 1])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(
    rate: float, balance: float
) -> None:
    n, lost, won = 15, rate * (1 - balance) / 2, rate * (1 + balance) / 2
    truth, held = (won - lost) * 100, 0.0
    for (b, c), (low, high) in intervals(n).items():
        if low - 1e-9 <= truth <= high + 1e-9:
            held += stats().multinomial.pmf([b, c, n - b - c], n, [lost, won, 1 - rate])
    assert held >= 0.95


@cache
def intervals(n: int) -> dict[tuple[int, int], tuple[float, float]]:
    """Return the intervals of all tables of n items, by how many only one side got right."""
    found = {}
    for b in range(n + 1):
        for c in range(n + 1 - b):
            cells = Cells(both=n - b - c, prompted_only=b, tuned_only=c, neither=0)
            found[b, c] = ExactTest(cells).interval(0.95)
    return found


@UNHURRIED
@given(st.floats(-3, 3), st.floats(0.01, 3))
def test_perfect_information_is_the_mean_loss_avoided(mean: float, spread: float) -> None:
    # E[max(0, W)] - max(0, E[W]) for W normal.
    density = math.exp(-((mean / spread) ** 2) / 2) / math.sqrt(2 * math.pi)
    gain = mean * special().ndtr(mean / spread) + spread * density
    assert perfect_information(mean, spread) == pytest.approx(gain - max(0, mean), abs=1e-9)


GRID = st.integers(-8, 8).map(lambda eighths: eighths / 8)
"""Differences of scores averaged over eight answers: many ties, of sizes and of sums."""
ANY = st.floats(-1, 1).map(lambda number: round(number, 6))


def flipped(differences: Sequence[float]) -> float:
    """Return scipy's p-value of every choice of signs."""
    found = stats().permutation_test(
        (differences,),
        lambda each, axis: each.sum(axis).round(9),  # as exact as what is drawn
        permutation_type="samples",
        n_resamples=math.inf,
        vectorized=True,
    )
    return float(found.pvalue)


@pytest.mark.long
@THOUSAND
@given(st.lists(GRID | ANY, min_size=2, max_size=9))
def test_the_sign_flip_test_is_scipys(differences: list[float]) -> None:
    assert sign_flip(differences) == pytest.approx(flipped(differences), abs=1e-12)


@pytest.mark.long
@UNHURRIED
@given(st.lists(GRID.filter(bool), min_size=2, max_size=7), st.sampled_from([0.9, 0.95]))
def test_the_interval_is_the_means_that_are_not_rejected(
    differences: list[float], level: float
) -> None:
    low, high = sign_flip_interval(differences, level, 1)
    inside = min(1e-9, (high - low) / 2)  # one mean alone may be all there is
    for mean in (low + inside, (low + high) / 2, high - inside):
        assert flipped([each - mean for each in differences]) >= 1 - level - 1e-12
    for mean in (low - 1e-6, high + 1e-6):
        if -1 < mean < 1:
            assert flipped([each - mean for each in differences]) < 1 - level


@pytest.mark.long
@THOUSAND
@given(st.lists(st.tuples(st.integers(0, 8), GRID), min_size=9, max_size=40))
def test_the_clustered_sign_flip_test_is_scipys_of_the_sums(
    listed: list[tuple[int, float]],
) -> None:
    sums = [math.fsum(d for c, d in listed if c == cluster) for cluster in {c for c, _ in listed}]
    if len(sums) < 2 or len({d for _, d in listed}) == 1:
        return
    found = paired_test(scored(listed), clustered=True)
    assert found.name == "exact clustered sign-flip"
    assert found.p_value == pytest.approx(flipped(sums), abs=1e-12)


@pytest.mark.long
@HUNDREDS
@given(st.lists(st.tuples(st.integers(0, 60), GRID), min_size=60, max_size=120))
def test_many_clusters_are_tested_as_statsmodels_does(listed: list[tuple[int, float]]) -> None:
    if len({cluster for cluster, _ in listed}) <= 20:
        return
    found = paired_test(scored(listed), clustered=True)
    if not isinstance(found, MeanTest) or not found.error:
        return
    fit = regression().OLS([100 * each for _, each in listed], [1.0] * len(listed)).fit()
    robust = fit.get_robustcov_results("cluster", groups=[c for c, _ in listed], use_t=True)
    assert found.p_value == pytest.approx(robust.pvalues[0], rel=1e-5, abs=1e-12)
    assert found.interval(0.95) == pytest.approx(robust.conf_int()[0], abs=1e-5)


def scored(listed: Sequence[tuple[int, float]]) -> list[Pair]:
    """Return items with these clusters and differences; a third of the scores is no whole one."""
    return [
        Pair(str(number), (1 - each) / 3, (1 - each) / 3 + each, str(cluster))
        for number, (cluster, each) in enumerate(listed)
    ]


@pytest.mark.long
@HUNDREDS
@given(st.lists(GRID | ANY, min_size=2, max_size=60))
def test_a_test_and_its_interval_never_contradict_each_other(differences: list[float]) -> None:
    found = paired_test(scored([(0, each) for each in differences]))
    low, high = found.interval(0.95)
    if abs(found.p_value - 0.05) > 1e-9:
        assert (low > 0 or high < 0) == (found.p_value < 0.05)
    assert low - 1e-9 <= found.points <= high + 1e-9


Draw = Callable[[random.Random], float]
"""A score of an item's answer, as likely on one side as on the other."""
SCORES_DRAWN: dict[str, Draw] = {
    "right or wrong": lambda draw: float(draw.random() < 0.6),
    "fractions": lambda draw: draw.choice([0, 0.25, 0.5, 1]),
    "mostly right, seldom half": lambda draw: draw.choice([1] * 18 + [0.5, 0]),
    "any number": lambda draw: draw.betavariate(2, 1),
    "means of three answers": lambda draw: sum(draw.random() < 0.7 for _ in range(3)) / 3,
}
DRAWS = 2000
POOL = 5000
"""Scores that are drawn once for all samples of their kind: drawing took most of the time."""


@cache
def scores_drawn(kind: str) -> list[float]:
    """Return scores that stand for their distribution."""
    draw = random.Random(kind)  # noqa: S311  draws are no secrets
    return [SCORES_DRAWN[kind](draw) for _ in range(POOL)]


@pytest.mark.long
@pytest.mark.parametrize("kind", SCORES_DRAWN)
@pytest.mark.parametrize(
    ("items", "clusters"), [(12, None), (40, None), (150, None), (60, 4), (60, 12), (150, 50)]
)
def test_where_tuning_changes_nothing_few_say_otherwise(
    kind: str, items: int, clusters: int | None
) -> None:
    draw = random.Random(f"{items} {clusters}")  # noqa: S311  draws are no secrets
    samples = (drawn(draw, scores_drawn(kind), items, clusters) for _ in range(DRAWS))
    tests = (paired_test(pairs, clustered=bool(clusters)) for pairs in samples)
    shown = sum(test.p_value < 0.05 for test in tests)
    # Of 2,000 at 5 %, 100 and a chance of 1 in 1,000 for more than 131.
    assert shown <= 131


def drawn(
    draw: random.Random, scores: Sequence[float], items: int, clusters: int | None
) -> list[Pair]:
    """Return items of which both sides' scores have one distribution, within clusters alike."""
    one, other, *shared = (
        draw.choices(scores, k=count) for count in (items, items, clusters or 1, clusters or 1)
    )
    pairs = []
    for number in range(items):
        cluster = number % clusters if clusters else None
        sides = one[number], other[number]
        if cluster is not None and draw.random() < 0.5:
            sides = shared[0][cluster], shared[1][cluster]
        pairs.append(Pair(str(number), *sides, cluster=str(cluster)))
    return pairs
