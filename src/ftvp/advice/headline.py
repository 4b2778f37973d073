"""The answer in one or two sentences that a manager understands."""

from __future__ import annotations

from datetime import date

from ftvp.advice.answers import Names
from ftvp.advice.case import Case
from ftvp.advice.payback import Payback, Terms
from ftvp.lenses.cost.life import Life
from ftvp.lenses.cost.payback import Never
from ftvp.units import months_text, usd_text

BLAME: dict[Never, str] = {
    "input_price": "input price",
    "output_price": "output price",
    "input_and_output_price": "input and output price",
    "request_cost": "cost of a request",
    "nothing_removed": "nothing is removed from the prompt",
    "fixed_costs": "fixed costs at this volume",
    "falling_prices": "falling prices",
    "not_on_sale": "not on sale",
}


def headline(case: Case, names: Names, paid: Payback, terms: Terms) -> str:
    """Return the verdict on cost, the number that decided it, and what is known of the end."""
    if paid.saving_usd is None:
        return f"Keep prompting: no source knows {names.tuned} to be sold for tuning."
    sentences = [_decision(names, paid, terms), _ending(paid.life, case.day)]
    return " ".join(sentence for sentence in sentences if sentence)


def _decision(names: Names, paid: Payback, terms: Terms) -> str:
    saving, point = paid.saving_usd or 0, paid.breakeven
    tuning = f"Keep prompting: tuning {names.tuned}"
    if point.months is None:
        reason = BLAME[point.reason] if point.reason else ""
        return f"{tuning} {_falls_short(saving)} ({reason})."
    after = months_text(point.months)
    saves = f"saves {usd_text(saving)} a month"
    if not paid.life.in_time:
        late = _too_late(paid.life, terms)
        return f"{tuning} {saves}, but pays back only after {after}, {late}."
    if paid.life.closed is not None:
        return f"{tuning} would pay back after {after}, but {paid.life.closed}."
    when = f", on {point.date}" if point.date else ""
    return f"Fine-tune {names.tuned}: it {saves} and has paid for itself after {after}{when}."


def _falls_short(saving: float) -> str:
    if saving > 0:
        return f"saves {usd_text(saving)} a month at first, but never pays back"
    more = f"{usd_text(-saving)} a month more" if saving < 0 else "as much a month"
    return f"costs {more}, so it never pays back"


def _too_late(ends: Life, terms: Terms) -> str:
    if ends.days_left is not None and ends.days_left / terms.days_per_month < terms.horizon_months:
        return f"when it has been shut down ({ends.tuned_shutdown_on})"
    return f"beyond the horizon of {months_text(terms.horizon_months)}"


def _ending(ends: Life, day: date) -> str:
    parts = []
    if ends.tuned_shutdown_on is not None and ends.days_left is not None:
        parts.append(f"It shuts down on {ends.tuned_shutdown_on}, in {ends.days_left} days")
    if ends.training_closed_to_new_on is not None and ends.training_closed_to_new_on <= day:
        parts.append("no new customers" if parts else "No new customers")
    return "; ".join(parts) + "." if parts else ""
