"""What a difference in quality is worth in money, and what knowing it exactly would be."""

from __future__ import annotations

import math

from ftvp.units import PERCENT, Record

NORMAL_95 = 1.959963984540054
"""Standard errors from the middle to the end of a normal distribution's 95 % interval."""


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
    spread = each * (high - low) / (2 * NORMAL_95)
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
