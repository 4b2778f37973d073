"""Right or wrong, item by item: the exact McNemar test, and the interval that is its inversion.

Only items on which the two sides disagree tell them apart. Given how many those are, the number
that favours tuning is binomial, with a share of one half where tuning changes nothing: McNemar's
test. Clopper and Pearson's interval of that share leaves out one half exactly when the two-sided
test rejects it, so test, interval and conclusion cannot contradict each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ftvp.evals.items import Pair
from ftvp.evals.power import LEVEL, POWER, balance_shown_by, disagreements_for
from ftvp.stats import clopper_pearson, mcnemar, t_p_value, t_quantile
from ftvp.units import PERCENT, Record


class Cells(Record):
    """How many items each side answered right."""

    both: int
    prompted_only: int
    tuned_only: int
    neither: int

    @property
    def n(self) -> int:
        """All items."""
        return self.both + self.discordant + self.neither

    @property
    def discordant(self) -> int:
        """Items on which the two sides disagree."""
        return self.prompted_only + self.tuned_only


@dataclass(frozen=True)
class ExactTest:
    """McNemar's exact test of one table of cells; differences are in points."""

    cells: Cells
    name: str = "exact McNemar"

    @property
    def points(self) -> float:
        """Return the tuned quality less the prompted one."""
        return (self.cells.tuned_only - self.cells.prompted_only) / self.cells.n * PERCENT

    @property
    def p_value(self) -> float:
        """Return the two-sided p-value of no difference."""
        return mcnemar(self.cells.prompted_only, self.cells.tuned_only)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the difference, in points.

        A difference is a balance (-1 to 1: which side the disagreements favour) times a rate (how
        many items disagree). The balance's bound sets the sign; the rate is moved outward by what
        makes the two margins add up like the sides of a right triangle, as errors that do not
        depend on each other do.
        """
        won, m, n = self.cells.tuned_only, self.cells.discordant, self.cells.n
        balances = [2 * share - 1 for share in clopper_pearson(won, m, level)]
        rates = clopper_pearson(m, n, level)
        low, high = (self._bound(balance, rates) for balance in balances)
        return low * PERCENT, high * PERCENT

    def _bound(self, balance: float, rates: tuple[float, float]) -> float:
        m = self.cells.discordant
        rate = m / self.cells.n
        seen = (self.cells.tuned_only - self.cells.prompted_only) / m if m else 0.0
        shrinks = balance * (balance - seen) < 0
        outward = (rates[0] if shrinks else rates[1]) - rate
        own, added = rate * abs(balance - seen), abs(seen * outward)
        part = added / (math.hypot(own, added) + own) if own else 1.0
        return balance * (rate + part * outward)

    def detectable(self) -> float | None:
        """Return the smallest difference that as many disagreements show with 80 % power.

        None where they are too few to show any.
        """
        balance = balance_shown_by(self.cells.discordant)
        rate = self.cells.discordant / self.cells.n
        return None if balance is None else balance * rate * PERCENT

    def items_for(self, points: float) -> int | None:
        """Return how many items show a difference with 80 % power, disagreeing as often as here.

        None for more than a thousand million.
        """
        gap = points / PERCENT
        rate = max(self.cells.discordant / self.cells.n, gap)
        needed = disagreements_for(gap / rate)
        return None if needed is None else math.ceil(needed / rate)


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


Conclusion = Literal["better", "worse", "not_shown", "equivalent"]


EQUIVALENCE_LEVEL = 0.9


"""Two one-sided tests at 5 % each hold exactly when this interval lies within the margin."""


class Difference(Record):
    """Tuned less prompted quality, in points, and the interval of this level."""

    points: float
    low: float
    high: float
    level: float = LEVEL


class Equivalence(Record):
    """Whether the difference lies within a margin, by two one-sided tests at 5 %."""

    margin: float
    low: float
    high: float
    level: float = EQUIVALENCE_LEVEL
    holds: bool


class ItemsForGap(Record):
    """How many items show a gap with 80 % power; None where it cannot be told."""

    points: float
    n: int | None


class Comparison(Record):
    """The paired answer. Qualities are percent, differences points."""

    n: int
    prompted: float
    tuned: float
    difference: Difference
    cells: Cells | None
    """None where scores are numbers rather than right or wrong."""
    clusters: int | None
    p_value: float
    test: str
    conclusion: Conclusion
    equivalence: Equivalence | None
    smallest_detectable_points: float | None
    n_for_gap: ItemsForGap
    n_for_difference: int | None
    """Items that show a difference as large as the one seen; None where there is none."""


class Test(Protocol):
    """A paired test of one difference."""

    @property
    def name(self) -> str:
        """What statisticians call it."""

    @property
    def points(self) -> float:
        """The difference seen."""

    @property
    def p_value(self) -> float:
        """The two-sided p-value of no difference."""

    def interval(self, level: float) -> tuple[float, float]:
        """Return the ends of the interval, in points."""

    def detectable(self) -> float | None:
        """Return the smallest difference shown with 80 % power, in points."""

    def items_for(self, points: float) -> int | None:
        """Return how many items show a difference with 80 % power."""


def compare(
    pairs: Sequence[Pair], *, gap: float, margin: float | None = None, clustered: bool = False
) -> Comparison:
    """Return what at least two pairs say; `gap` and `margin` are in points.

    Right or wrong is tested by McNemar's exact test; numbers, and pairs with clusters (at least
    two), by a t test.
    """
    n, cells = len(pairs), cells_of(pairs)
    test = _test(pairs, cells, clustered=clustered)
    low, high = test.interval(LEVEL)
    equivalence = _equivalence(test, margin)
    return Comparison(
        n=n,
        prompted=sum(pair.prompted for pair in pairs) / n * PERCENT,
        tuned=sum(pair.tuned for pair in pairs) / n * PERCENT,
        difference=Difference(points=test.points, low=low, high=high),
        cells=cells,
        clusters=len({pair.cluster for pair in pairs}) if clustered else None,
        p_value=test.p_value,
        test=test.name,
        conclusion=_conclusion(low, high, equivalence),
        equivalence=equivalence,
        smallest_detectable_points=test.detectable(),
        n_for_gap=ItemsForGap(points=gap, n=test.items_for(gap)),
        n_for_difference=test.items_for(abs(test.points)) if test.points else None,
    )


def cells_of(pairs: Sequence[Pair]) -> Cells | None:
    """Return how many items each side got right, None where a score is neither 0 nor 1."""
    if any(score not in (0, 1) for pair in pairs for score in (pair.prompted, pair.tuned)):
        return None
    answers = [(bool(pair.prompted), bool(pair.tuned)) for pair in pairs]
    return Cells(
        both=answers.count((True, True)),
        prompted_only=answers.count((True, False)),
        tuned_only=answers.count((False, True)),
        neither=answers.count((False, False)),
    )


def _test(pairs: Sequence[Pair], cells: Cells | None, *, clustered: bool) -> Test:
    if cells is not None and not clustered:
        return ExactTest(cells)
    name = "clustered t" if clustered else "paired t"
    apart = [
        (str(pair.cluster) if clustered else pair.id, (pair.tuned - pair.prompted) * PERCENT)
        for pair in pairs
    ]
    return mean_test(apart, name)


def _equivalence(test: Test, margin: float | None) -> Equivalence | None:
    if margin is None:
        return None
    low, high = test.interval(EQUIVALENCE_LEVEL)
    # Where all differences are alike nothing is known of their spread, and nothing is proved.
    holds = -margin < low and high < margin and low < high
    return Equivalence(margin=margin, low=low, high=high, holds=holds)


def _conclusion(low: float, high: float, equivalence: Equivalence | None) -> Conclusion:
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "equivalent" if equivalence is not None and equivalence.holds else "not_shown"
