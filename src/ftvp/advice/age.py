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
    """Yield a note for each source that was last checked over 90 days before `day`.

    StalePriceError where one is older than `most` days.
    """
    for source in sources:
        if source.checked_on is None:
            continue
        days = (day - source.checked_on).days
        if most is not None and days > most:
            raise StalePriceError(source.name, source.checked_on, days, most)
        if days > OLD_DAYS:
            yield (
                f"Prices of {source.name} were last checked on {source.checked_on}, {days} days "
                "ago. Check them, and give newer ones with --prices FILE."
            )
