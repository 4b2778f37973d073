"""The incomplete beta function, on which the binomial and Student's t distribution both rest."""

from __future__ import annotations

import math

TINY = 1e-300
"""Stands for a zero that a continued fraction may not divide by."""
EPSILON = 1e-15
MOST_TERMS = 200_000
MOST_HALVINGS = 200


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
    return math.exp(log_scale) / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of `beta_cdf`, by Lentz's method as modified by Thompson."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    for pair in range(0, MOST_TERMS, 2):
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
    for _ in range(MOST_HALVINGS):
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

    >>> round(t_quantile(0.05, 10), 4)
    2.2281
    """
    x = beta_quantile(p_value, df / 2, 0.5)
    return math.sqrt(df * (1 - x) / x)
