"""How old prices may be: silent to 90 days, a note beyond, a refusal where one was asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ftvp.api import pricing
from ftvp.errors import StalePriceError
from ftvp.tables.entries import Citation, age_warning
from tests.asked import EXTRACTION as ASKED
from tests.asked import costs

EXTRACTION = {**ASKED, "model": "gpt-4o-mini"}
CHECKED = date(2026, 11, 12)
"""When the shipped price of GPT-4o mini was last checked; its training price on 2026-09-01."""
LIST = Citation(name="a list", checked_on=CHECKED)


@pytest.mark.parametrize(("days", "notes"), [(-400, 0), (0, 0), (90, 0), (91, 1), (400, 1)])
def test_prices_are_old_beyond_90_days(days: int, notes: int) -> None:
    assert len(list(age_warning([LIST], CHECKED + timedelta(days), None))) == notes


@pytest.mark.parametrize(("most", "refused"), [(9, True), (10, False), (11, False)])
def test_prices_beyond_the_limit_are_refused(most: int, refused: bool) -> None:  # noqa: FBT001  a case
    day = CHECKED + timedelta(10)
    if refused:
        with pytest.raises(StalePriceError, match="2026-11-12, 10 days ago: more than"):
            list(age_warning([LIST], day, most))
    else:
        assert list(age_warning([LIST], day, most)) == []


def test_a_source_without_a_day_has_no_age() -> None:
    assert list(age_warning([Citation(name="given")], CHECKED, 0)) == []


def test_the_cost_answer_notes_old_prices() -> None:
    # GPT-4o mini's training price was checked on 2026-09-01: 91 days before 2026-12-01.
    warnings = costs(date(2026, 12, 1), **EXTRACTION).warnings
    old = [w for w in warnings if "91 days ago" in w]
    assert len(old) == 1
    assert "OpenAI pricing page" in old[0]
    assert not any("91 days" in w for w in costs(date(2026, 11, 30), **EXTRACTION).warnings)


@pytest.mark.slow
def test_the_cost_answer_refuses_prices_beyond_the_limit() -> None:
    with pytest.raises(StalePriceError, match="--max-price-age 30"):
        costs(**EXTRACTION, max_price_age=30)
    assert costs(**EXTRACTION, max_price_age=83).warnings == costs(**EXTRACTION).warnings


def test_the_price_list_notes_and_refuses_too() -> None:
    day = date(2026, 12, 1)
    assert any("91 days ago" in w for w in pricing("gpt-4o-mini", as_of=day).warnings)
    with pytest.raises(StalePriceError):
        pricing("gpt-4o-mini", as_of=day, max_price_age=90)
    assert pricing("gpt-4o-mini", as_of=date(2026, 11, 23)).warnings == ()
