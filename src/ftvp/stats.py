"""Distributions, intervals, quantiles and the power of McNemar's test; scipy is their oracle."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from ftvp.units import PERCENT, Record

HALF = 0.5
NORMAL_95_PERCENT = 1.959963984540054
"""The standard normal quantile of a two-sided 95 % interval."""
TINY = 1e-300
"""Stands for a zero that a continued fraction may not divide by."""
EPSILON = 1e-15
"""The relative change below which a continued fraction has settled."""
MAX_TERMS = 200_000
MAX_SERIES_TERMS = 1_000
MAX_HALVINGS = 200
MAX_FLIPPED = 20
"""Differences whose signs are flipped in every way: a million ways, counted by halves."""
ROUNDING = 1e-12
"""The part of a sum below which what is left of it is rounding."""
MEAN_HALVINGS = 40
"""Halvings of a range of means: a millionth of a millionth of it is left."""


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction.

    Formula 8.17.22 of the Digital Library of Mathematical Functions; a small tail keeps its
    relative precision.

    >>> round(beta_cdf(0.5, 2, 3), 4)  # 11/16
    0.6875
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_scale += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_scale) / a * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of `beta_cdf`, by Lentz's method as modified by Thompson."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    for pair in range(0, MAX_TERMS, 2):
        before = value
        for term in (pair, pair + 1):
            step = _coefficient(term, x, a, b)
            denominator = 1 / _not_zero(1 + step * denominator)
            numerator = _not_zero(1 + step / numerator)
            value *= numerator * denominator
        if abs(value / before - 1) < EPSILON:
            break
    return 1 / value


def _coefficient(term: int, x: float, a: float, b: float) -> float:
    m, is_odd = divmod(term + 1, 2)
    if is_odd:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return the x at which `beta_cdf(x, a, b)` is `share`, found by halving.

    >>> round(beta_quantile(0.6875, 2, 3), 6)
    0.5
    """
    low, high = 0.0, 1.0
    for _ in range(MAX_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if beta_cdf(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return high


def t_p_value(t: float, df: float) -> float:
    """Return the two-sided p-value of Student's t with `df` degrees of freedom.

    >>> round(t_p_value(2.2281, 10), 4)
    0.05
    """
    squared = t * t
    if squared < 1:
        return 1 - beta_cdf(squared / (df + squared), 0.5, df / 2)
    return beta_cdf(df / (df + squared), df / 2, 0.5)


def t_quantile(p_value: float, df: float) -> float:
    """Return the t that has this two-sided p-value with `df` degrees of freedom.

    Without an end to them it is the normal quantile.

    >>> round(t_quantile(0.05, 10), 4), round(t_quantile(0.05, math.inf), 4)
    (2.2281, 1.96)
    """
    if math.isinf(df):
        return NormalDist().inv_cdf(1 - p_value / 2)
    x = beta_quantile(p_value, df / 2, 0.5)
    return math.sqrt(df * (1 - x) / x)


def mcnemar(prompted_only: int, tuned_only: int) -> float:
    """Return the two-sided p-value of McNemar's exact test (McNemar 1947, binomial form).

    >>> round(mcnemar(1, 7), 4)  # 2 x (1 + 8) / 2**8
    0.0703
    """
    fewer, more = sorted((prompted_only, tuned_only))
    return min(1.0, 2 * beta_cdf(HALF, more, fewer + 1)) if more else 1.0


def sign_flip(differences: Sequence[float]) -> float:
    """Return the two-sided p-value of the exact sign-flip test of a mean of 0 (Fisher 1935).

    It is the share of all ways to choose the signs of the differences, at most `MAX_FLIPPED`, that
    make their sum at least as extreme. Of ones alone it is McNemar's exact test.

    >>> sign_flip([1, 1, 1, 1, 0.5]), sign_flip([1, 1, -1])  # 2 of 2**5, and all of them
    (0.0625, 1.0)
    """
    upward = math.fsum(differences) > 0
    return min(1.0, 2 * _as_high([each if upward else -each for each in differences]))


def _as_high(differences: Sequence[float]) -> float:
    """Return the share of the choices of signs that make the sum as high as it is, or higher.

    Those are the choices that turn differences whose own sum is 0 or less. Sums of each half of the
    differences are put together, not all of them listed.
    """
    half = len(differences) // 2
    one, other = _subset_sums(differences[:half]), sorted(_subset_sums(differences[half:]))
    rounding = ROUNDING * math.fsum(map(abs, differences))
    turned = sum(bisect_right(other, rounding - each) for each in one)
    return turned / (1 << len(differences))


def _subset_sums(values: Sequence[float]) -> list[float]:
    sums = [0.0]
    for value in values:
        sums += [each + value for each in sums]
    return sums


def sign_flip_interval(
    differences: Sequence[float], level: float, limit: float
) -> tuple[float, float]:
    """Return the means, from -limit to limit, that the sign-flip test does not reject.

    They leave out 0 exactly where the p-value is below 1 - level.

    >>> sign_flip_interval([1, 1, 1, 1, 0.5], 0.95, 1)
    (-1, 1.0)
    >>> [round(end, 3) for end in sign_flip_interval([0.2, 0.3, 0.4, 0.5, 0.6, 0.7], 0.95, 1)]
    [0.2, 0.7]
    """
    tail = (1 - level) / 2
    low = _lowest_mean(differences, tail, limit)
    return low, 0.0 - _lowest_mean([-each for each in differences], tail, limit)


def _lowest_mean(differences: Sequence[float], tail: float, limit: float) -> float:
    """Return the lowest mean that is not rejected, on its own side of 0."""

    def allowed(mean: float) -> bool:
        return _as_high([each - mean for each in differences]) >= tail

    if allowed(-limit):
        return -limit
    low, high = (-limit, 0.0) if allowed(0.0) else (0.0, limit)
    for _ in range(MEAN_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if allowed(middle) else (middle, high)
    return high


def clopper_pearson(hits: int, n: int, level: float) -> tuple[float, float]:
    """Return the exact interval of a share of which `hits` of `n` were seen (Biometrika 1934).

    >>> [round(bound, 4) for bound in clopper_pearson(8, 10, 0.95)]
    [0.4439, 0.9748]
    """
    tail = (1 - level) / 2
    low = beta_quantile(tail, hits, n - hits + 1) if hits else 0.0
    high = beta_quantile(1 - tail, hits + 1, n - hits) if hits < n else 1.0
    return low, high


def wilson(hits: int, of: int, z: float = NORMAL_95_PERCENT) -> tuple[float, float]:
    """Return Wilson's score interval for a share (Wilson 1927).

    >>> low, high = wilson(97, 100)
    >>> round(low, 4), round(high, 4)
    (0.9155, 0.9897)
    """
    share, spread = hits / of, z * z / of
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0, (middle - half) / (1 + spread)), min(1, (middle + half) / (1 + spread))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted numbers, linear between neighbours.

    >>> quantile([1, 2, 3, 10], 0.5)
    2.5
    """
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def ks_distance(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the greatest distance of two samples' cumulative shares (Kolmogorov and Smirnov)."""
    a, b = sorted(one), sorted(other)
    i = j = 0
    widest = 0.0
    while i < len(a) and j < len(b):
        value = min(a[i], b[j])
        while i < len(a) and a[i] == value:
            i += 1
        while j < len(b) and b[j] == value:
            j += 1
        widest = max(widest, abs(i / len(a) - j / len(b)))
    return widest


def ks_p_value(distance: float, n: int, m: int) -> float:
    """Return the asymptotic p-value of a two-sample Kolmogorov-Smirnov distance."""
    root = distance * sqrt(n * m / (n + m))
    if root < 0.2:  # noqa: PLR2004  where the series, whose sum is then 1 to 12 digits, is slow
        return 1.0
    total = sum((1 if k % 2 else -1) * exp(-2 * (k * root) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * total))


def chi_square(one: Sequence[int], other: Sequence[int]) -> tuple[float, int]:
    """Return Pearson's statistic of two rows of counts, and its degrees of freedom."""
    totals = [a + b for a, b in zip(one, other, strict=True)]
    rows, everything = (sum(one), sum(other)), sum(totals)
    statistic = 0.0
    for row, size in zip((one, other), rows, strict=True):
        for count, total in zip(row, totals, strict=True):
            expected = size * total / everything if total else 0
            statistic += (count - expected) ** 2 / expected if expected else 0
    return statistic, sum(total > 0 for total in totals) - 1


def chi_square_p_value(statistic: float, degrees: int) -> float:
    """Return the upper tail of the chi-square distribution.

    Series or continued fraction of the incomplete gamma function (Abramowitz and Stegun 6.5.29,
    6.5.31).
    """
    if degrees < 1 or statistic <= 0:
        return 1.0
    a, x = degrees / 2, statistic / 2
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = series = 1 / a
        for n in range(1, MAX_SERIES_TERMS):
            term *= x / (a + n)
            series += term
        return max(0.0, 1 - front * series)
    tail = 0.0
    for n in range(MAX_SERIES_TERMS, 0, -1):
        tail = n * (n - a) / (x + 2 * n + 1 - a - tail)
    fraction = 1 / (x + 1 - a - tail)
    return min(1.0, front * fraction)


POWER = 0.8
"""The chance of showing a difference that is there, as sample sizes are usually planned."""
LEVEL = 0.95
NORMAL_POWER = 0.8416212335729143
"""The normal quantile of 80 %."""
MAX_EXACT = 1_000
"""Disagreements up to which the power of the exact test is computed, not approximated."""
MAX_ITEMS = 10**9


def balance_shown_by(disagreements: int) -> float | None:
    """Return the smallest balance that so many disagreements show with 80 % power.

    The balance is -1 to 1: the share that favours tuning less the share that does not. None where
    they are too few to show any.

    >>> balance_shown_by(5) is None, round(balance_shown_by(6) or 0, 3)  # 0.8 ** (1 / 6)
    (True, 0.927)
    """
    won = _least_won(disagreements)
    if won is None:
        return None
    return 2 * beta_quantile(POWER, won, disagreements - won + 1) - 1


def _least_won(disagreements: int) -> int | None:
    """Return the fewest of the disagreements that, all favouring tuning, show a difference."""

    def shows(won: int) -> bool:
        return mcnemar(disagreements - won, won) < 1 - LEVEL

    if not shows(disagreements):
        return None
    return _first(shows, disagreements // 2, disagreements)


def disagreements_for(balance: float) -> int | None:
    """Return how many disagreements show a balance with 80 % power, None above a thousand million.

    A few fewer may do it too: the power of an exact test rises in a saw-tooth. Above a thousand the
    normal approximation with its correction for continuity is within half a percent.

    >>> disagreements_for(1), disagreements_for(0.5), disagreements_for(0.05)
    (6, 35, 3178)
    """

    def enough(disagreements: int) -> bool:
        won = _least_won(disagreements)
        share = (1 + balance) / 2
        return won is not None and beta_cdf(share, won, disagreements - won + 1) >= POWER

    spread = NORMAL_95_PERCENT + NORMAL_POWER * math.sqrt(1 - balance * balance)
    near = (spread / balance) ** 2 + 2 / balance
    if near > MAX_ITEMS:
        return None
    return math.ceil(near) if near > MAX_EXACT else _first(enough, 0, 2 * MAX_EXACT)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return where between `low`, which does not hold, and `high`, which does, it begins to."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


class Worth(Record):
    """What fewer errors save, USD a month, what tuning itself costs left aside."""

    usd_per_month: float
    """Requests a month x difference x cost of an error; below 0 where tuning is worse."""
    low: float
    """The same at the lower end of the 95 % interval of the difference."""
    high: float
    """The same at its upper end."""
    perfect_information_usd: float
    """A month's mean loss from deciding on what is known, which exact knowledge would avoid."""


def worth(
    points: float, low: float, high: float, *, requests_per_month: float, usd_per_error: float
) -> Worth:
    """Return what a difference and the ends of its 95 % interval, all in points, are worth."""
    each = requests_per_month * usd_per_error / PERCENT
    spread = each * (high - low) / (2 * NORMAL_95_PERCENT)
    return Worth(
        usd_per_month=each * points,
        low=each * low,
        high=each * high,
        perfect_information_usd=perfect_information(each * points, spread),
    )


def perfect_information(mean: float, spread: float) -> float:
    """Return the expected value of perfect information on a normal worth (Raiffa, Schlaifer 1961).

    The choice is between that worth and nothing: `spread * (f(z) - z * F(-z))`, z being
    `|mean| / spread`.

    >>> round(perfect_information(0, 1), 4), perfect_information(5, 0)
    (0.3989, 0.0)
    """
    if not spread:
        return 0.0
    z = abs(mean) / spread
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return max(0.0, spread * (density - z * math.erfc(z / math.sqrt(2)) / 2))
