"""A published range of numbers, and what two of them say about their difference."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from ftvp.units import Number, Record


class Range(Record):
    """The two ends of a range; a measured value is a range with equal ends."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _ends_are_in_order(self) -> Self:
        if self.low > self.high:
            msg = f"low ({self.low:g}) is above high ({self.high:g}): swap them"
            raise ValueError(msg)
        return self

    def contains(self, other: Range) -> bool:
        """Return whether the whole of `other` lies inside, ends included."""
        return self.low <= other.low and other.high <= self.high


def point(value: float) -> Range:
    """Return the range of one measured value."""
    return Range(low=value, high=value)


def widest_difference(upper: Range, lower: Range) -> Range:
    """Return every difference that two ranges allow, from far end to far end.

    >>> widest_difference(Range(low=94, high=98), Range(low=85, high=92))
    Range(low=2.0, high=13.0)
    """
    return Range(low=upper.low - lower.high, high=upper.high - lower.low)


def matched_difference(upper: Range, lower: Range) -> Range:
    """Return the differences of the two low ends and of the two high ends, in order.

    >>> matched_difference(Range(low=94, high=98), Range(low=85, high=92))
    Range(low=6.0, high=9.0)
    """
    ends = sorted((upper.low - lower.low, upper.high - lower.high))
    return Range(low=ends[0], high=ends[1])
