"""What a check of a training file says: a status, a sentence, and the lines it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ftvp.units import Record

Status = Literal["pass", "warn", "fail", "unknown"]
CheckId = Literal[
    "format",
    "label_accuracy",
    "distribution_match",
    "edge_cases",
    "consistent_format",
    "leakage",
    "duplicates",
    "minimum_examples",
    "too_long",
    "leftover_shots",
]
MOST_LINES = 20
PERCENT = 100


class Check(Record):
    """One row of the checklist; `lines` are the first of those that are meant."""

    id: CheckId
    status: Status
    detail: str
    lines: tuple[int, ...] = ()


def check(name: CheckId, status: Status, detail: str, lines: Iterable[int] = ()) -> Check:
    """Return a check with the first of its lines, in order."""
    first = sorted(set(lines))[:MOST_LINES]
    return Check(id=name, status=status, detail=detail, lines=tuple(first))


def percent(part: float, of: float) -> str:
    """Return a share in percent, with a decimal where it is small.

    >>> percent(1, 40), percent(1, 3), percent(0, 3)
    ('2.5 %', '33 %', '0 %')
    """
    share = PERCENT * part / of if of else 0
    return f"{share:.1f} %" if 0 < share < 10 and share != round(share) else f"{share:.0f} %"  # noqa: PLR2004  where a decimal matters
