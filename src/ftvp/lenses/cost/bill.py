"""The bill of one option: its lines and their sums. The same function bills every option."""

from __future__ import annotations

from collections.abc import Iterable

from ftvp.lenses.cost.lines import MONTHLY, PER_REQUEST, UPFRONT, Line
from ftvp.lenses.cost.option import Option
from ftvp.units import Record


class Bill(Record):
    """All costs of one option, USD: a month's, and what is paid before the first request."""

    model: str | None
    requests_per_month: float
    usd_per_request: float
    cache_hit_rate: float | None
    cached_tokens: int
    monthly_usd: float
    monthly_lines: tuple[Line, ...]
    upfront_usd: float
    upfront_lines: tuple[Line, ...]

    @property
    def fixed_usd(self) -> float:
        """USD a month that do not depend on the number of requests."""
        return total(line for line in self.monthly_lines if line.item not in PER_REQUEST)

    def usd(self, *items: str) -> float:
        """Return what the named monthly lines cost together, USD."""
        return total(line for line in self.monthly_lines if line.item in items)


def total(lines: Iterable[Line]) -> float:
    """Return the sum of the lines, USD."""
    return sum(line.usd for line in lines)


def bill(option: Option) -> Bill:
    """Return the bill of an option: every line that applies, and their sums."""
    monthly = tuple(line for make in MONTHLY if (line := make(option)) is not None)
    upfront = tuple(line for make in UPFRONT if (line := make(option)) is not None)
    per_request = total(line for line in monthly if line.item in PER_REQUEST)
    return Bill(
        model=option.model,
        requests_per_month=option.requests_per_month,
        usd_per_request=per_request / option.requests_per_month,
        cache_hit_rate=option.hit_rate if option.cached_tokens else None,
        cached_tokens=option.cached_tokens,
        monthly_usd=total(monthly),
        monthly_lines=monthly,
        upfront_usd=total(upfront),
        upfront_lines=upfront,
    )
