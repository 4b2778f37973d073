"""How large a difference a number of items can show, by the power of McNemar's exact test."""

from __future__ import annotations

import math
from collections.abc import Callable

from ftvp.stats import NORMAL_95_PERCENT, beta_cdf, beta_quantile, mcnemar
from ftvp.units import PERCENT, Record

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
    low: float
    high: float
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
