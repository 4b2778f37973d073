"""How old the prices of an answer are: a note where that is old, a refusal where it is too old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ftvp.advice.case import Case
from ftvp.errors import StalePriceError
from ftvp.lenses.cost.option import Citation

OLD_DAYS = 90
"""From this age on, prices are said to be old."""


def age_notes(case: Case) -> Iterator[str]:
    """Yield a note for each source of a case's prices that is old; see `noted_ages`."""
    most = case.scenario.max_price_age
    yield from noted_ages(case.notes.sources.values(), case.day, most)


def noted_ages(sources: Iterable[Citation], day: date, most: int | None) -> Iterator[str]:
    """Yield one note on all sources that were last checked over 90 days before `day`, if any were.

    StalePriceError where one is older than `most` days.
    """
    old: dict[str, date] = {}
    for source in sources:
        if source.checked_on is None:
            continue
        days = (day - source.checked_on).days
        if most is not None and days > most:
            raise StalePriceError(source.name, source.checked_on, days, most)
        if days > OLD_DAYS:
            old[source.name] = min(source.checked_on, old.get(source.name, date.max))
    if old:
        first = min(old.values())
        whose = " and ".join(old) if len(old) <= FEW else f"{len(old)} sources"
        when = f"last checked on {first}, {(day - first).days} days ago"
        when = when if len(old) == 1 else f"{when} at the longest"
        yield (
            f"Prices of {whose} were {when} (ftvp pricing --stale). Check them, and give newer "
            "ones with --prices FILE."
        )


FEW = 2
"""So many old sources are named, more are counted."""
