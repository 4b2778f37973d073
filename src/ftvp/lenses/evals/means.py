"""Numeric scores, and items that share a source: Student's t on the paired differences."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ftvp.lenses.evals.beta import t_p_value, t_quantile
from ftvp.lenses.evals.power import LEVEL, POWER
from ftvp.units import PERCENT


@dataclass(frozen=True)
class MeanTest:
    """The t test of a mean difference in points, from its standard error."""

    points: float
    error: float
    """The standard error of the mean, in points."""
    df: int
    n: int
    name: str

    @property
    def p_value(self) -> float:
        """Return the two-sided p-value of no difference."""
        if not self.error:
            return float(not self.points)
        return t_p_value(self.points / self.error, self.df)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the difference, in points: the differences the test allows.

        Between two qualities there are never more than 100 points.
        """
        margin = t_quantile(1 - level, self.df) * self.error
        return max(-PERCENT, self.points - margin), min(PERCENT, self.points + margin)

    def detectable(self) -> float | None:
        """Return the smallest difference that so many items show with 80 % power, in points.

        None where all differences are alike, since then nothing is known of their spread.
        """
        if not self.error:
            return None
        # The t with a two-sided p of 0.4 is the one that 80 % of draws stay below.
        both = t_quantile(1 - LEVEL, self.df) + t_quantile(2 * (1 - POWER), self.df)
        return both * self.error

    def items_for(self, points: float) -> int | None:
        """Return how many items show a difference with 80 % power, spread as these are."""
        shown = self.detectable()
        return None if shown is None else math.ceil(self.n * (shown / points) ** 2)


def mean_test(differences: Iterable[tuple[str, float]], name: str) -> MeanTest:
    """Return the t test of differences in points, each with the cluster that it belongs to.

    The variance is that of the clusters' sums about the mean, times G / (G - 1), with G - 1 degrees
    of freedom for G clusters (Liang and Zeger 1986); with an item a cluster, the paired t test.
    """
    listed = list(differences)
    mean = math.fsum(each for _, each in listed) / len(listed)
    apart: defaultdict[str, list[float]] = defaultdict(list)
    for cluster, each in listed:
        apart[cluster].append(each - mean)
    groups = len(apart)
    squares = math.fsum(math.fsum(group) ** 2 for group in apart.values())
    error = math.sqrt(squares * groups / (groups - 1)) / len(listed)
    is_noise = error <= abs(mean) * 1e-12
    return MeanTest(mean, 0.0 if is_noise else error, groups - 1, len(listed), name)
