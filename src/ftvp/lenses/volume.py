"""What the volume table advises at a number of requests per day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ftvp.tables.ranges import Range
from ftvp.tables.rules import Band, Condition, Lean
from ftvp.units import Record

Missing = Literal["quality_delta", "high_error_cost"]


class ConditionResult(Record):
    """A band's condition: whether it holds, None when facts are missing to tell."""

    text: str
    holds: bool | None
    missing: tuple[Missing, ...]


class VolumeResult(Record):
    """The band of a volume, its advice, and which way it leans once its condition is weighed."""

    requests_per_day: float
    band: str
    advice: str
    why: str
    leans: Lean
    condition: ConditionResult | None


def volume_lens(
    bands: Sequence[Band],
    *,
    requests_per_day: float,
    delta: Range | None = None,
    high_error_cost: bool | None = None,
) -> VolumeResult:
    """Return the band of a volume; a boundary belongs to the lower band, save where it is `below`.

    `delta` is tuned minus prompting quality in points, its ends equal when it was measured.
    Source: article, "The Volume Decision".
    """
    band = next(band for band in bands if band.reaches(requests_per_day))
    weighed = _weigh(band.condition, delta, high_error_cost=high_error_cost)
    return VolumeResult(
        requests_per_day=requests_per_day,
        band=band.id,
        advice=band.advice,
        why=band.why,
        leans=_leaning(band, weighed),
        condition=weighed,
    )


def _leaning(band: Band, weighed: ConditionResult | None) -> Lean:
    if band.condition is None or weighed is None or weighed.holds is None:
        return band.leans
    return band.condition.then if weighed.holds else band.condition.otherwise


def _weigh(
    condition: Condition | None, delta: Range | None, *, high_error_cost: bool | None
) -> ConditionResult | None:
    if condition is None:
        return None
    facts: dict[Missing, bool | None] = {"quality_delta": _is_above(delta, condition.delta_above)}
    text = f"delta above {condition.delta_above:g} points"
    if condition.high_error_cost:
        facts["high_error_cost"] = high_error_cost
        text += " and a high cost of error"
    missing = tuple(fact for fact, holds in facts.items() if holds is None)
    failed = False in facts.values()
    return ConditionResult(
        text=text,
        holds=False if failed else None if missing else True,
        missing=() if failed else missing,
    )


def _is_above(delta: Range | None, threshold: float) -> bool | None:
    """Return whether a delta is above a threshold, None when its range lies on both sides."""
    if delta is None or delta.low <= threshold < delta.high:
        return None
    return delta.low > threshold
