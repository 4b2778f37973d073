"""What two sides' scores on the same items say: one difference, its interval, one conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ftvp.evals.items import Pair
from ftvp.evals.paired_tests import Cells, PairedTest, cells_of, paired_test
from ftvp.evals.power import LEVEL
from ftvp.units import PERCENT, Record

Conclusion = Literal["better", "worse", "not_shown", "equivalent"]

EQUIVALENCE_LEVEL = 0.9
"""Two one-sided tests at 5 % each hold exactly when this interval lies within the margin."""


class ScoreDifference(Record):
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
    difference: ScoreDifference
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


def compare_pairs(
    pairs: Sequence[Pair], *, gap: float, margin: float | None = None, clustered: bool = False
) -> Comparison:
    """Return what at least two pairs say; `gap` and `margin` are in points.

    Right or wrong is tested by McNemar's exact test; numbers, and pairs with clusters (at least
    two), by flipping signs where few differ, else by a t test.
    """
    n, test = len(pairs), paired_test(pairs, clustered=clustered)
    low, high = test.interval(LEVEL)
    equivalence = _equivalence(test, margin)
    return Comparison(
        n=n,
        prompted=sum(pair.prompted for pair in pairs) / n * PERCENT,
        tuned=sum(pair.tuned for pair in pairs) / n * PERCENT,
        difference=ScoreDifference(points=test.points, low=low, high=high),
        cells=cells_of(pairs),
        clusters=len({pair.cluster for pair in pairs}) if clustered else None,
        p_value=test.p_value,
        test=test.name,
        conclusion=_conclusion(low, high, equivalence),
        equivalence=equivalence,
        smallest_detectable_points=test.detectable(),
        n_for_gap=ItemsForGap(points=gap, n=test.items_for(gap)),
        n_for_difference=test.items_for(abs(test.points)) if test.points else None,
    )


def _equivalence(test: PairedTest, margin: float | None) -> Equivalence | None:
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
