"""The chance of each option worth choosing to be the cheapest, over the futures of a scenario."""

from __future__ import annotations

from collections.abc import Iterable

from ftvp.compare.options import LeftOut, named
from ftvp.compare.rank import Ranking, dominates, ranked, ranking
from ftvp.cost.option import Option
from ftvp.odds.answer import CheapestChance
from ftvp.odds.draws import Uncertain, each_future, values_of
from ftvp.odds.lattice import POINTS, SHIFTS

FEW_POINTS = 16
"""Draws of a shift for an everyday comparison."""
MAX_OPTIONS = 10
"""So many of the options worth choosing are drawn, the cheapest first."""


def chances(
    of: Uncertain, found: Iterable[Option | LeftOut], points: int = POINTS
) -> tuple[CheapestChance, ...]:
    """Return how likely each option worth choosing is to cost least, the likeliest first.

    `points` are the draws of each random shift.
    """
    outcome = of.outcome
    options = worth_choosing(ranking(outcome), (each for each in found if isinstance(each, Option)))
    wins = dict.fromkeys((option.id for option in options), 0)
    values = values_of(of, points)
    for numbers in each_future(of, values, points * SHIFTS):
        future = ranking(outcome, numbers)
        best = min(options, key=lambda each: future.ranked_usd(each, future.course(each)))
        wins[best.id] += 1
    own = options[0]
    wins[named(own).id] = wins.pop(own.id)
    total = sum(wins.values())
    likely = sorted(wins.items(), key=lambda each: (-each[1], each[0]))
    return tuple(CheapestChance(id=name, p_cheapest=count / total) for name, count in likely)


def worth_choosing(rank: Ranking, options: Iterable[Option]) -> list[Option]:
    """Return the scenario's own option and the cheapest of those that none dominates."""
    own = rank.outcome.sides.now
    kept = [rank.count(own)]
    for each in ranked(rank, options):
        better = any(dominates(other, each) for other in kept[1:])
        if not better and not each.bill.floor and len(kept) < MAX_OPTIONS:
            kept.append(each)
    return [each.option for each in kept]
