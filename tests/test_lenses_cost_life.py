"""How long a tuned model lives, as announced by the day of the answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.lenses.cost.life import Life, life
from ftvp.tables.entries import End
from ftvp.tables.pricing import PricedModel
from tests.shipped import pricing

CHECKED = {"checked_on": date(2026, 1, 1), "source": "list"}
MINI = pricing().models["openai/gpt-4o-mini"]
SHUTDOWN = date(2027, 1, 14)


def model(**ends: date) -> PricedModel:
    """Return a model whose ends were announced at the start of 2026."""
    rows: list[dict[str, Any]] = [
        {"kind": kind, "closes_on": day, "announced_on": date(2026, 1, 1), **CHECKED}
        for kind, day in ends.items()
    ]
    return PricedModel(
        name="m", tokenizer="o200k_base", ends=tuple(End.model_validate(row) for row in rows)
    )


@pytest.mark.parametrize(
    ("day", "shutdown", "days", "closed"),
    [
        # 7 days left of November, 31 of December, 14 of January
        pytest.param(
            date(2026, 11, 23),
            SHUTDOWN,
            52,
            "new customers have not been able to tune it since 2026-05-07",
            id="52 days to live",
        ),
        pytest.param(date(2025, 1, 15), None, None, None, id="nothing announced yet"),
        pytest.param(date(2026, 5, 6), None, None, None, id="the day before it closes"),
        pytest.param(
            date(2026, 5, 7),
            None,
            None,
            "new customers have not been able to tune it since 2026-05-07",
            id="closed to new customers",
        ),
        pytest.param(
            date(2027, 1, 6),
            SHUTDOWN,
            8,
            "no model of its kind has been tuned since 2027-01-06",
            id="closed to all",
        ),
        pytest.param(SHUTDOWN, SHUTDOWN, 0, "it was shut down on 2027-01-14", id="shut down"),
    ],
)
def test_gpt_4o_mini_ends_as_announced(
    day: date, shutdown: date | None, days: int | None, closed: str | None
) -> None:
    found = life(MINI, day, existing_customer=False)
    assert (found.tuned_shutdown_on, found.days_left, found.closed) == (shutdown, days, closed)


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        pytest.param(date(2026, 11, 23), None, id="still tuned for them"),
        pytest.param(
            date(2027, 1, 6), "no model of its kind has been tuned since 2027-01-06", id="no more"
        ),
    ],
)
def test_an_existing_customer_is_served_for_longer(day: date, closed: str | None) -> None:
    found = life(MINI, day, existing_customer=True)
    assert found.closed == closed
    assert found.training_closed_to_new_on == date(2026, 5, 7)


def test_a_tuned_model_ends_with_its_base_where_no_end_of_its_own_is_announced() -> None:
    with_base = model(base_shutdown=date(2026, 12, 1))
    own = model(base_shutdown=date(2026, 12, 1), tuned_shutdown=date(2027, 12, 1))
    day = date(2026, 11, 23)
    assert life(with_base, day, existing_customer=True).days_left == 8
    assert life(own, day, existing_customer=True).days_left == 373


def test_nothing_is_known_of_the_users_own_model() -> None:
    assert life(None, date(2026, 11, 23), existing_customer=False) == Life()
