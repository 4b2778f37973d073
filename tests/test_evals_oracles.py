"""The statistics of evals against scipy and statsmodels, over random tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.evals.compare import Cells, ExactTest, mean_test
from ftvp.evals.power import balance_shown_by, perfect_information
from ftvp.stats import beta_cdf, beta_quantile, clopper_pearson, mcnemar, t_p_value, t_quantile

stats = pytest.importorskip("scipy.stats", reason="an oracle of the development group")
contingency = pytest.importorskip("statsmodels.stats.contingency_tables")
proportion = pytest.importorskip("statsmodels.stats.proportion")
power = pytest.importorskip("statsmodels.stats.power")
regression = pytest.importorskip("statsmodels.regression.linear_model")

UNHURRIED = settings(deadline=None, max_examples=50)
"""A busy machine is no fault."""
COUNT = st.integers(0, 3_000)
POSITIVE = st.floats(0.5, 5_000)
SCORES = st.lists(st.floats(-1, 1), min_size=3, max_size=40)


@UNHURRIED
@given(st.floats(0.001, 0.999), POSITIVE, POSITIVE)
def test_the_incomplete_beta_is_scipys(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-8, abs=1e-12)


@UNHURRIED
@given(st.floats(0.001, 0.999), POSITIVE, POSITIVE)
def test_the_quantile_undoes_the_distribution(share: float, a: float, b: float) -> None:
    assert stats.beta.cdf(beta_quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-8)


@UNHURRIED
@given(COUNT, COUNT)
def test_mcnemar_is_statsmodels(prompted_only: int, tuned_only: int) -> None:
    table = [[7, prompted_only], [tuned_only, 9]]
    expected = contingency.mcnemar(table, exact=True).pvalue
    assert mcnemar(prompted_only, tuned_only) == pytest.approx(expected, rel=1e-7, abs=1e-250)


@UNHURRIED
@given(COUNT, COUNT, st.sampled_from([0.9, 0.95, 0.99]))
def test_clopper_pearson_is_statsmodels(hits: int, misses: int, level: float) -> None:
    if not hits + misses:
        return
    expected = proportion.proportion_confint(hits, hits + misses, 1 - level, method="beta")
    assert clopper_pearson(hits, hits + misses, level) == pytest.approx(expected, abs=1e-9)


@UNHURRIED
@given(st.floats(-50, 50), st.integers(1, 5_000))
def test_students_t_is_scipys(t: float, df: int) -> None:
    assert t_p_value(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-7, abs=1e-200)


@UNHURRIED
@given(st.floats(1e-6, 0.99), st.integers(1, 5_000))
def test_the_quantile_of_students_t_is_scipys(p_value: float, df: int) -> None:
    assert t_quantile(p_value, df) == pytest.approx(stats.t.isf(p_value / 2, df), rel=1e-6)


@UNHURRIED
@given(SCORES)
def test_the_paired_t_test_is_scipys(differences: list[float]) -> None:
    test = mean_test([(str(i), each) for i, each in enumerate(differences)], "paired t")
    if test.error < 1e-6:
        return
    expected = stats.ttest_1samp(differences, 0)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-200)
    bounds = expected.confidence_interval(0.95)
    assert test.interval(0.95) == pytest.approx((bounds.low, bounds.high), abs=1e-6)


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-1, 1)), min_size=12, max_size=60))
def test_clustered_errors_are_statsmodels(listed: list[tuple[int, float]]) -> None:
    groups = [cluster for cluster, _ in listed]
    if len(set(groups)) < 2:
        return
    test = mean_test([(str(cluster), each) for cluster, each in listed], "clustered t")
    fit = regression.OLS([each for _, each in listed], [1.0] * len(listed)).fit()
    # Stata's correction is G/(G-1) * (n-1)/(n-k), and with one coefficient the second part is 1.
    robust = fit.get_robustcov_results("cluster", groups=groups)
    assert test.points == pytest.approx(robust.params[0], abs=1e-12)
    assert test.error == pytest.approx(robust.bse[0], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("n", [20, 100, 1000])
def test_the_smallest_difference_of_a_t_test_has_80_percent_power(n: int) -> None:
    values = [(str(i), (-1.0) ** i) for i in range(n)]
    test = mean_test(values, "paired t")
    deviation = test.error * math.sqrt(n)
    expected = power.TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8) * deviation
    assert test.detectable() == pytest.approx(expected, rel=0.005)


@UNHURRIED
@given(st.integers(6, 2_000))
def test_the_smallest_balance_of_mcnemar_has_80_percent_power(m: int) -> None:
    balance = balance_shown_by(m)
    assert balance is not None
    won = next(k for k in range(m // 2, m + 1) if 2 * stats.binom.sf(k - 1, m, 0.5) < 0.05)
    assert stats.binom.sf(won - 1, m, (1 + balance) / 2) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
@pytest.mark.parametrize("balance", [0, 0.8, 1])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(
    rate: float, balance: float
) -> None:
    n, lost, won = 15, rate * (1 - balance) / 2, rate * (1 + balance) / 2
    tables = [(b, c) for b in range(n + 1) for c in range(n + 1 - b)]
    truth, held = (won - lost) * 100, 0.0
    for b, c in tables:
        cells = Cells(both=n - b - c, prompted_only=b, tuned_only=c, neither=0)
        low, high = ExactTest(cells).interval(0.95)
        if low - 1e-9 <= truth <= high + 1e-9:
            held += stats.multinomial.pmf([b, c, n - b - c], n, [lost, won, 1 - rate])
    assert held >= 0.95


@UNHURRIED
@given(st.floats(-3, 3), st.floats(0.01, 3))
def test_perfect_information_is_the_mean_loss_avoided(mean: float, spread: float) -> None:
    # E[max(0, W)] - max(0, E[W]) for W normal.
    normal = stats.norm(mean, spread)
    gain = mean * normal.sf(0) + spread**2 * normal.pdf(0)
    assert perfect_information(mean, spread) == pytest.approx(gain - max(0, mean), abs=1e-9)
