"""USD, tokens, shares and months: the units every room shares, and how formulas show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

HOURS_PER_MONTH = 730
SECONDS_PER_DAY = 86_400
MONTHS_PER_YEAR = 12
PERCENT = 100
TOKENS_PER_MTOK = 1_000_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TWELVE_DIGITS = 1e-12
"""A part so small that rounding alone can make it: what is smaller beside a sum is nothing."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number written as one: YAML's bare `no` is False, which must not become a price of 0."""
Whole = Annotated[int, Field(strict=True)]
"""A whole number written as one."""
Usd = Annotated[Number, Field(ge=0)]
"""An amount of US dollars from 0 up."""
UsdPerMtok = Annotated[Number, Field(ge=0)]
"""A price in USD per million tokens."""
Tokens = Annotated[Whole, Field(ge=0)]
"""A whole number of tokens from 0 up."""


def _day(value: object) -> object:
    """Return a day, or the text of one; seconds since 1970 and times of day are none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and DAY.fullmatch(value):
        return value
    raise PydanticCustomError("date_type", "must be a day, written as 2026-11-23")


Day = Annotated[date, BeforeValidator(_day)]
"""A day, written as 2026-11-23 and in no other way."""
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A part of a whole, 0 to 1."""
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
"""A quality, 0 to 100."""
Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
"""A difference of two percentages."""


class MisplacedError(ValueError):
    """A value that does not fit another of its record; `at` leads from the record to it."""

    def __init__(self, says: str, *at: str | int) -> None:
        """Say what is wrong, and name the keys on the way to it."""
        super().__init__(says)
        self.at = at


class Record(BaseModel):
    """A frozen value that refuses unknown keys: the base of tables, scenarios and results."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class PromptTokens(Record):
    """The tokens of a prompt, by part, as one tokenizer counts them."""

    instructions: int
    shots: tuple[int, ...] = ()
    request: int = 0
    request_is_slot: bool = False
    """Whether the prompt has only a place for the request, so that `request` says nothing."""
    answers: tuple[int, ...] = ()
    """Tokens of each worked answer that the shots show."""
    mean_answer: float | None = None
    """Mean tokens of the shots' answers, None where they have none."""
    encoding: str
    exact: bool
    error_percent: float = 0
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Tokens of the whole prompt."""
        return self.instructions + sum(self.shots) + self.request


class Currency(Record):
    """What amounts are shown in: so much of it for one US dollar, on a day."""

    code: str
    rate: float
    dated: date


_currency: ContextVar[Currency | None] = ContextVar("currency", default=None)


@contextmanager
def shown_in(currency: Currency | None) -> Iterator[None]:
    """Show the amounts of every text that is made meanwhile in a currency, None for USD.

    >>> with shown_in(Currency(code="EUR", rate=0.92, dated=date(2026, 11, 20))):
    ...     usd_text(18.689), price_text(0.15), cents_text(0.0004)
    ('EUR 17.19', 'EUR 0.138', '<EUR 0.01')
    """
    token = _currency.set(currency)
    try:
        yield
    finally:
        _currency.reset(token)


def currency() -> Currency | None:
    """Return what amounts are shown in, None for USD."""
    return _currency.get()


def currency_code() -> str:
    """Return the code of what amounts are shown in."""
    shown = currency()
    return shown.code if shown else "USD"


def money_text(digits: str) -> str:
    """Return digits, with the currency before them.

    >>> money_text("0")
    '$0'
    """
    shown = currency()
    return f"{shown.code} {digits}" if shown else f"${digits}"


def _shown(usd: float) -> float:
    shown = currency()
    return usd * shown.rate if shown else usd


def price_digits(usd: float) -> str:
    """Return a price with all its digits and at least cents; a converted one with six digits.

    >>> price_digits(0.0825), price_digits(3), price_digits(0.00007)
    ('0.0825', '3.00', '0.00007')
    """
    shown = usd if currency() is None else float(f"{_shown(usd):.6g}")
    digits = f"{shown:.12f}".rstrip("0")
    decimals = len(digits.partition(".")[2])
    return f"{float(digits):,.{max(2, decimals)}f}"


def price_text(usd: float) -> str:
    """Return a price with its currency.

    >>> price_text(0.0825), price_text(3)
    ('$0.0825', '$3.00')
    """
    return money_text(price_digits(usd))


def usd_text(usd: float) -> str:
    """Return a cost: cents below 100, whole units from there up.

    >>> usd_text(18.689), usd_text(-135), usd_text(20380.4)
    ('$18.69', '-$135', '$20,380')
    """
    amount = round(_shown(usd), 2)
    digits = f"{abs(_shown(usd)):,.{2 if abs(amount) < 100 else 0}f}"  # noqa: PLR2004  the house rule on cents
    return ("-" if amount < 0 else "") + money_text(digits)


def cents_text(usd: float) -> str:
    """Return a cost to the cent, as columns need it that are summed.

    >>> cents_text(108.689625), cents_text(0.0004)
    ('$108.69', '<$0.01')
    """
    amount = _shown(usd)
    vanishes = 0 < amount < 0.005  # noqa: PLR2004  what would round to 0.00
    return f"<{money_text('0.01')}" if vanishes else money_text(f"{amount:,.2f}")


def count_text(number: float) -> str:
    """Return a count with thousands separators and no needless decimals.

    >>> count_text(300000), count_text(6666.6667), count_text(11.5), count_text(0.001)
    ('300,000', '6,666.67', '11.5', '0.001')
    """
    if 0 < abs(number) < 0.01:  # noqa: PLR2004  what would round to 0
        return f"{number:.2g}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def months_text(months: float) -> str:
    """Return a number of months with one decimal, and its unit.

    >>> months_text(2.4766), months_text(1), months_text(0.02)
    ('2.5 months', '1.0 months', 'less than 0.1 months')
    """
    if 0 < months < 0.05:  # noqa: PLR2004  what would round to 0.0
        return "less than 0.1 months"
    return f"{months:,.1f} months"


def points_text(low: float, high: float) -> str:
    """Return a difference of qualities, or the range of one, in points.

    >>> points_text(7, 7), points_text(10, 15), points_text(-5, -2)
    ('+7 points', '+10 to +15 points', '-5 to -2 points')
    """
    both = f"{low:+.4g}" if low == high else f"{low:+.4g} to {high:+.4g}"
    return f"{both} points"
