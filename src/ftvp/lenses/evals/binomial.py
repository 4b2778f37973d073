"""The exact binomial test of an even share, and the exact interval that is its inversion."""

from __future__ import annotations

from ftvp.lenses.evals.beta import beta_cdf, beta_quantile

HALF = 0.5


def mcnemar(prompted_only: int, tuned_only: int) -> float:
    """Return the two-sided p-value of McNemar's exact test (McNemar 1947, binomial form).

    >>> round(mcnemar(1, 7), 4)  # 2 x (1 + 8) / 2**8
    0.0703
    """
    fewer, more = sorted((prompted_only, tuned_only))
    return min(1.0, 2 * beta_cdf(HALF, more, fewer + 1)) if more else 1.0


def clopper_pearson(hits: int, n: int, level: float) -> tuple[float, float]:
    """Return the exact interval of a share of which `hits` of `n` were seen (Biometrika 1934).

    >>> [round(bound, 4) for bound in clopper_pearson(8, 10, 0.95)]
    [0.4439, 0.9748]
    """
    tail = (1 - level) / 2
    low = beta_quantile(tail, hits, n - hits + 1) if hits else 0.0
    high = beta_quantile(1 - tail, hits + 1, n - hits) if hits < n else 1.0
    return low, high
