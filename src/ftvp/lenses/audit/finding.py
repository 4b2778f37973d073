"""One published figure beside what recomputing it gives, and how both are worded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ftvp.tables.ranges import Range
from ftvp.units import Record, usd_text


class Finding(Record):
    """A claim, what recomputing gives, and whether it holds; None where that cannot be told."""

    id: str
    claim: str
    recomputed: str
    holds: bool | None
    why: str


def span(values: Iterable[float]) -> Range | None:
    """Return the range from the least to the greatest value, None when there is none."""
    listed = list(values)
    return Range(low=min(listed), high=max(listed)) if listed else None


def range_text(of: Range, text: Callable[[float], str] = "{:g}".format) -> str:
    """Return a range in words, as one value when its ends read alike.

    >>> range_text(Range(low=15, high=75), usd_text), range_text(Range(low=3, high=3))
    ('$15.00 to $75.00', '3')
    """
    low, high = text(of.low), text(of.high)
    return low if low == high else f"{low} to {high}"


def months_range_text(of: Range | None) -> str:
    """Return months with one decimal, or "never".

    >>> months_range_text(Range(low=0.28, high=1.39)), months_range_text(None)
    ('0.3 to 1.4 months', 'never')
    """
    return "never" if of is None else f"{range_text(of, '{:,.1f}'.format)} months"


def usd_range_text(of: Range) -> str:
    """Return a range of costs in USD."""
    return range_text(of, usd_text)


def dollars(usd: float) -> str:
    """Return an amount as the article writes it.

    >>> dollars(15), dollars(1.5)
    ('$15', '$1.5')
    """
    return f"${usd:g}"
