"""How long the tuned model lives, and whether it can still be bought."""

from __future__ import annotations

from datetime import date

from ftvp.tables.entries import EndKind
from ftvp.tables.pricing import PricedModel
from ftvp.units import Record


class Life(Record):
    """The ends of a tuned model as they were announced by the day of the answer."""

    tuned_shutdown_on: date | None = None
    training_closed_to_new_on: date | None = None
    training_closed_on: date | None = None
    days_left: int | None = None
    in_time: bool = False
    """Payback comes before the horizon and before the shutdown."""
    closed: str | None = None
    """Why it cannot be bought on the day, or None."""


def life(model: PricedModel | None, day: date, *, existing_customer: bool) -> Life:
    """Return what is known of a model's end on a day; all None for the user's own prices.

    Where no end of its own is announced, a tuned model ends with its base.
    """
    if model is None:
        return Life()

    def on(kind: EndKind) -> date | None:
        end = model.end(kind, day)
        return end.closes_on if end else None

    shutdown = on("tuned_shutdown") or on("base_shutdown")
    return Life(
        tuned_shutdown_on=shutdown,
        training_closed_to_new_on=on("closed_to_new_customers"),
        training_closed_on=on("training_closed"),
        days_left=(shutdown - day).days if shutdown else None,
        closed=_closed(on("closed_to_new_customers"), on("training_closed"), shutdown, day)
        if not existing_customer
        else _closed(None, on("training_closed"), shutdown, day),
    )


def _closed(
    to_new: date | None, to_all: date | None, shutdown: date | None, day: date
) -> str | None:
    if shutdown is not None and shutdown <= day:
        return f"it was shut down on {shutdown}"
    if to_all is not None and to_all <= day:
        return f"no model of its kind has been tuned since {to_all}"
    if to_new is not None and to_new <= day:
        return f"new customers have not been able to tune it since {to_new}"
    return None
