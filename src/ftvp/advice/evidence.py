"""What an eval set says, as the answers on cost and choice report it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ftvp.units import Record

if TYPE_CHECKING:
    from ftvp.advice.evals import EvalFindings


class EvalSummary(Record):
    """The paired answer in short. Qualities are percent, differences points, worth USD a month."""

    headline: str
    n: int
    prompted: float
    tuned: float
    points: float
    low: float
    high: float
    p_value: float
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    next_step: str | None
    """What would settle a difference that is not shown."""
    worth_usd_per_month: float | None


def summary(found: EvalFindings | None) -> EvalSummary | None:
    """Return the findings in short, None where nothing was measured."""
    if found is None:
        return None
    return EvalSummary(
        headline=found.headline,
        n=found.n,
        prompted=found.prompted,
        tuned=found.tuned,
        points=found.difference.points,
        low=found.difference.low,
        high=found.difference.high,
        p_value=found.p_value,
        conclusion=found.conclusion,
        next_step=found.next_step,
        worth_usd_per_month=found.worth.usd_per_month if found.worth else None,
    )
