"""One call of a model as a log tells it, and the numbers and times that logs write."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

Json = Mapping[str, Any]
SECOND = 1_000_000
"""Times are whole microseconds since 1970 in UTC."""
MOST_TOKENS = (1 << 32) - 2
"""Tokens of one call; a larger number is a mistake."""
UNKNOWN_MODEL = "(not in the log)"
_TICKS_TO_1970 = 621_355_968_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS, _MILLIS, _MICROS, _TICKS, _NANOS = 1e11, 1e14, 1e17, 1e18, 5e18
"""What a number that counts seconds, or parts of them, stays below."""
_FRACTION = re.compile(r"(\.\d{6})\d+")


class Spent(NamedTuple):
    """Tokens of a call; None where the log does not say.

    `input` holds the cached and the written tokens too, `output` the thinking ones.
    """

    input: int | None = None
    cached: int | None = None
    write: int | None = None
    output: int | None = None
    thinking: int | None = None


NOTHING = Spent()


class SaidText(NamedTuple):
    """A message of a request: whose it is, and its text."""

    role: str
    text: str


class Logged(NamedTuple):
    """A call, or the calls of a period that a report adds up.

    `time` is when it began, in microseconds since 1970; `period` is how long a report's row lasts,
    0 for one call. `requests` counts those that were answered, None where a report does not say;
    `failed` the others. `name` is what repeats where the same call is written twice, `opening` what
    tells prompts apart, and `request` what was sent, as the log has it.
    """

    time: int | None
    model: str
    spent: Spent = NOTHING
    failed: int = 0
    batch: bool | None = None
    name: str | None = None
    opening: str | None = None
    request: Any = None
    requests: int | None = 1
    period: int = 0


def whole_count(value: object) -> int | None:
    """Return a count of tokens or requests; None for nothing. ValueError for what is no count.

    >>> whole_count("10.0"), whole_count(7), whole_count("")
    (10, 7, None)
    """
    if type(value) is int and 0 <= value <= MOST_TOKENS:
        return value
    if value is None or value == "":
        return None
    number = _float(value)
    if number is None or not 0 <= number <= MOST_TOKENS or abs(number - round(number)) > 1e-6:  # noqa: PLR2004  a rounding error of a sum
        msg = "holds no number where tokens or requests are counted"
        raise ValueError(msg)
    return round(number)


def _float(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def counts(record: Json, first: str, *others: str) -> int | None:
    """Return the first of these counts that a record holds."""
    value = record.get(first)
    if type(value) is int and 0 <= value <= MOST_TOKENS:
        return value
    if value is None and not others:
        return None
    for name in (first, *others):
        value = record.get(name)
        if value is not None:
            found = whole_count(value)
            if found is not None:
                return found
    return None


def total(*parts: int | None) -> int | None:
    """Return the sum of the parts that are known, None where none is.

    >>> total(3, None, 4), total(None)
    (7, None)
    """
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def moment(value: object) -> int | None:
    """Return a time as microseconds since 1970; None for nothing. ValueError for no time.

    Text is ISO 8601, in UTC where it has no zone, as a time of a table is; a number counts
    seconds, milli-, micro- or nanoseconds since 1970, or ticks of 100 ns since the year 1, as its
    size tells.

    >>> moment("2026-11-23T09:02:10Z") == moment(1795424530) == moment("1795424530000000000")
    True
    """
    if type(value) is float and 0 < value < _SECONDS:  # as most programs write it
        return round(value * SECOND)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _since_1970(value)
    if isinstance(value, str):
        try:
            return _since_1970(datetime.fromisoformat(value))
        except ValueError:
            number = _float(value)
        if number is None:
            return _written(value)
    else:
        number = _float(value)
    if number is None or number <= 0:
        raise _no_time(value)
    return _scaled(value, number)


def _written(text: str) -> int:
    """Return a time with more digits than Python reads, or with a zone after a space."""
    try:
        return _since_1970(datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip())))
    except ValueError:
        pass
    for form in ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S.%f %Z", "%d/%b/%Y:%H:%M:%S %z"):
        try:
            return _since_1970(datetime.strptime(text.strip(), form))  # noqa: DTZ007  UTC where it names no other
        except ValueError:
            continue
    raise _no_time(text)


def _no_time(value: object) -> ValueError:
    kind = "number" if isinstance(value, int | float) else "text"
    return ValueError(f"holds a {kind} that is no time")


def _since_1970(time: datetime) -> int:
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _scaled(value: object, number: float) -> int:
    """Return seconds, milli-, micro-, nanoseconds or ticks as microseconds, as the size tells."""
    exact = int(value) if isinstance(value, int | str) and str(value).isdigit() else int(number)
    if number < _SECONDS:
        return round(number * SECOND)
    if number < _MILLIS:
        return round(number * 1000)
    if number < _MICROS:
        return exact
    if number < _TICKS:
        return (exact - _TICKS_TO_1970) // 10
    if number < _NANOS:
        return exact // 1000
    raise _no_time(value)


def has_zone(value: object) -> str | None:
    """Return the zone that a time names where that is not UTC, such as "+02:00"."""
    if not isinstance(value, str):
        return None
    try:
        offset = datetime.fromisoformat(value).utcoffset()
    except ValueError:
        return None
    if not offset:
        return None
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
