"""Two sides scored on the same items: which is better, how surely, and what more items would show.

One test gives the p-value, the interval and the conclusion: `better` and `worse` are said exactly
when the 95 % interval leaves out 0, which is when the p-value is below 0.05.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from ftvp.lenses.evals.exact import Cells, ExactTest
from ftvp.lenses.evals.means import mean_test
from ftvp.lenses.evals.power import LEVEL
from ftvp.scored import Pair
from ftvp.units import PERCENT, Record

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
