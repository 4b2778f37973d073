"""One score as a number; what was not scored has none, and is never read as 0."""

from __future__ import annotations

import math

RIGHT = {"true", "correct", "right", "pass", "passed", "yes", "c"}
WRONG = {"false", "incorrect", "wrong", "fail", "failed", "no", "i"}


def score_of(value: object, scale: float) -> float | None:
    """Return a score from 0 to 1 of a perfect `scale`, None for what is no such score.

    >>> score_of("pass", 1), score_of(4, 5), score_of("N/A", 1), score_of(7, 5)
    (1.0, 0.8, None, None)
    """
    word = value.strip().casefold() if isinstance(value, str) else None
    if word in RIGHT or word in WRONG:
        return float(word in RIGHT)
    if isinstance(value, bool):
        return float(value)
    number = _number(value)
    return None if number is None or not 0 <= number <= scale else number / scale


def exceeds(value: object, scale: float) -> bool:
    """Return whether a value is a number above a perfect score."""
    number = None if isinstance(value, bool) else _number(value)
    return number is not None and number > scale


def _number(value: object) -> float | None:
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_plain(value: object) -> bool:
    """Return whether a value says right or wrong and nothing in between."""
    return score_of(value, 1) in (0, 1)
