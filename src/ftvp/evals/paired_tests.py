"""Which side scores better on the same items: a test, its interval and one conclusion.

Only items on which the two sides differ tell them apart. Right or wrong answers are tested by
McNemar's exact test: given how many items differ, the number that favours tuning is binomial, with
a share of one half where tuning changes nothing. Clopper and Pearson's interval of that share
leaves out one half exactly when the test rejects it.

Numbers, and items that share sources, are tested by flipping the signs of their differences in
every way, the same test for differences of any size; where more than 20 differ, by Student's t.
What a test cannot show, the interval does not leave out, so that both cannot contradict each other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ftvp.evals.items import Pair
from ftvp.stats import (
    LEVEL,
    MAX_FLIPPED,
    POWER,
    balance_shown_by,
    clopper_pearson,
    disagreements_for,
    mcnemar,
    sign_flip,
    sign_flip_interval,
    t_p_value,
    t_quantile,
)
from ftvp.units import PERCENT, TWELVE_DIGITS, Record

MIN_DIFFERING = 6
"""Fewer differences cannot show anything: with all signs alike, p is 2 of 2**5."""


class Cells(Record):
    """How many items each side answered right."""

    both: int
    """Items that both answered right."""
    prompted_only: int
    """Items that only the prompted side answered right."""
    tuned_only: int
    """Items that only the tuned side answered right."""
    neither: int
    """Items that both answered wrong."""

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
        seen = (self.cells.tuned_only - self.cells.prompted_only) / m if m else 0.0
        low, high = (2 * share - 1 for share in clopper_pearson(won, m, level))
        rate, rates = m / n, clopper_pearson(m, n, level)
        return _bound(low, seen, rate, rates) * PERCENT, _bound(high, seen, rate, rates) * PERCENT

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


def _bound(balance: float, seen: float, rate: float, rates: tuple[float, float]) -> float:
    """Return a bound of a mean: that of the mean of what differs, moved by how often it does."""
    shrinks = balance * (balance - seen) < 0
    outward = (rates[0] if shrinks else rates[1]) - rate
    own, added = rate * abs(balance - seen), abs(seen * outward)
    part = added / (math.hypot(own, added) + own) if own else 1.0
    return balance * (rate + part * outward)


@dataclass(frozen=True)
class MeanTest:
    """The t test of a mean difference in points, from its standard error."""

    points: float
    error: float
    """The standard error of the mean, in points."""
    df: int
    n: int
    name: str
    least_p: float = 0.0
    """The p-value of the same items with whole gains, below which part of a gain is no surer."""

    @property
    def p_value(self) -> float:
        """Return the two-sided p-value of no difference."""
        if not self.error:
            return float(not self.points)
        return max(self.least_p, t_p_value(self.points / self.error, self.df))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the difference, in points: the differences the test allows.

        Between two qualities there are never more than 100 points.
        """
        margin = t_quantile(1 - level, self.df) * self.error
        if self.least_p >= 1 - level:
            margin = max(margin, abs(self.points))
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


@dataclass(frozen=True)
class SignFlipTest:
    """The exact sign-flip test of units, items or clusters, of which few differ; in points."""

    differing: Sequence[float]
    """Each difference that is not 0, weighted so that their sum over the units is the mean."""
    units: int
    limit: float
    """The largest difference that a unit can have."""
    mean: MeanTest
    name: str

    @property
    def points(self) -> float:
        """Return the tuned quality less the prompted one."""
        return self.mean.points

    @property
    def p_value(self) -> float:
        """Return the two-sided p-value of no difference."""
        return sign_flip(self.differing)

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the difference, in points.

        The test's own is too narrow where differences are nearly alike, and has no ends where they
        are too few to show anything: by how many are gains it is widened, by that of the t test
        given ends. What the test rejects stays left out, and nothing else does.
        """
        m = len(self.differing)
        signs = self._times_rate(self._by_signs(level), level)
        if 2 ** (1 - m) < 1 - level:
            ends = sign_flip_interval(self.differing, level, self.limit)
            low, high = self._times_rate(ends, level)
            return (
                min(low, signs[0]) if low <= 0 or signs[0] > 0 else low,
                max(high, signs[1]) if high >= 0 or signs[1] < 0 else high,
            )
        low, high = self.mean.interval(level)
        return min(low, signs[0], 0.0), max(high, signs[1], 0.0)

    def _by_signs(self, level: float) -> tuple[float, float]:
        """Return bounds of the mean of what differs, by how many are gains and by mean sizes."""
        m = len(self.differing)
        gains = [each for each in self.differing if each > 0]
        losses = [-each for each in self.differing if each < 0]
        known = self.mean.error or 2 ** (1 - m) < 1 - LEVEL
        size = math.fsum(gains + losses) / m if m and known else self.limit
        gain, loss = (
            math.fsum(each) / len(each) if each and known else size for each in (gains, losses)
        )
        low, high = clopper_pearson(len(gains), m, level)
        return low * gain - (1 - low) * loss, high * gain - (1 - high) * loss

    def _times_rate(self, means: tuple[float, float], level: float) -> tuple[float, float]:
        """Return the bounds of the mean of all units, from those of the mean of what differs."""
        m = len(self.differing)
        seen = math.fsum(self.differing) / m if m else 0.0
        rate, rates = m / self.units, clopper_pearson(m, self.units, level)
        low, high = (_bound(mean, seen, rate, rates) for mean in means)
        return max(-PERCENT, low), min(PERCENT, high)

    def detectable(self) -> float | None:
        """Return the smallest difference that so many items show with 80 % power, in points.

        None where too few differ to show any.
        """
        return self.mean.detectable() if len(self.differing) >= MIN_DIFFERING else None

    def items_for(self, points: float) -> int | None:
        """Return how many items show a difference with 80 % power, spread as these are."""
        needed, m = self.mean.items_for(points), len(self.differing)
        if needed is None or not m:
            return None
        return max(needed, math.ceil(self.mean.n * MIN_DIFFERING / m))


def mean_test(
    differences: Iterable[tuple[str, float]], name: str, least_p: float = 0.0
) -> MeanTest:
    """Return the t test of differences in points, each with the cluster that it belongs to.

    The variance is that of the clusters' sums about the mean, times G / (G - 1), with G - 1 degrees
    of freedom for G clusters (Liang and Zeger 1986); with an item a cluster, the paired t test.
    """
    listed = list(differences)
    mean = math.fsum(each for _, each in listed) / len(listed)
    groups = [[each - mean for each in group] for group in _by_cluster(listed).values()]
    squares = math.fsum(math.fsum(group) ** 2 for group in groups)
    error = math.sqrt(squares * len(groups) / (len(groups) - 1)) / len(listed)
    is_noise = error <= abs(mean) * TWELVE_DIGITS
    return MeanTest(mean, 0.0 if is_noise else error, len(groups) - 1, len(listed), name, least_p)


def _by_cluster(differences: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    apart: defaultdict[str, list[float]] = defaultdict(list)
    for cluster, each in differences:
        apart[cluster].append(each)
    return apart


class PairedTest(Protocol):
    """A test of the difference between two sides on the same items."""

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


def paired_test(pairs: Sequence[Pair], *, clustered: bool = False) -> PairedTest:
    """Return the test that fits the scores of at least two items, or of at least two clusters.

    Numbers that all differ alike say nothing of their spread: they are one observation.
    """
    cells = cells_of(pairs)
    if cells is not None and not clustered:
        return ExactTest(cells)
    listed = [
        (str(pair.cluster) if clustered else pair.id, (pair.tuned - pair.prompted) * PERCENT)
        for pair in pairs
    ]
    kind = "clustered " if clustered else ""
    mean = mean_test(listed, f"{kind or 'paired '}t", 0.0 if clustered else _whole_gains(pairs))
    name = f"exact {kind}sign-flip"
    if differ_alike(pairs):
        return SignFlipTest([mean.points], 1, PERCENT, mean, name)
    clusters = list(_by_cluster(listed).values())
    weight = len(clusters) / len(listed)
    sums = (math.fsum(cluster) * weight for cluster in clusters)
    differing = [each for each in sums if abs(each) > PERCENT * TWELVE_DIGITS]
    if len(differing) > MAX_FLIPPED:
        return mean
    limit = PERCENT * weight * max(map(len, clusters))
    return SignFlipTest(differing, len(clusters), limit, mean, name)


def differ_alike(pairs: Sequence[Pair]) -> bool:
    """Return whether numbers differ on every item by the same, right and wrong answers aside."""
    first = pairs[0].tuned - pairs[0].prompted
    alike = all(math.isclose(pair.tuned - pair.prompted, first, abs_tol=1e-9) for pair in pairs)
    return alike and abs(first) > TWELVE_DIGITS and cells_of(pairs) is None


def _whole_gains(pairs: Sequence[Pair]) -> float:
    """Return McNemar's p-value with each gain of the side that is ahead counted as a whole one.

    Of losses only whole ones count, so that it is never above that of right and wrong answers.
    """
    differences = [pair.tuned - pair.prompted for pair in pairs]
    if math.fsum(differences) < 0:
        differences = [-each for each in differences]
    return mcnemar(sum(each <= -1 for each in differences), sum(each > 0 for each in differences))
