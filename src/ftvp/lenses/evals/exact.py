"""Right or wrong, item by item: the exact McNemar test, and the interval that is its inversion.

Only items on which the two sides disagree tell them apart. Given how many those are, the number
that favours tuning is binomial, with a share of one half where tuning changes nothing: McNemar's
test. Clopper and Pearson's interval of that share leaves out one half exactly when the two-sided
test rejects it, so test, interval and conclusion cannot contradict each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ftvp.lenses.evals.binomial import clopper_pearson, mcnemar
from ftvp.lenses.evals.power import balance_shown_by, disagreements_for
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
