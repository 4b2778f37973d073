"""Halves are rounded away from zero wherever a number is shown."""

from __future__ import annotations

import pytest

from ftvp.evals.answer import signed
from ftvp.odds.answer import TurningPoint
from ftvp.odds.view import switch_text, value_text
from ftvp.usage.answer import shown_share
from ftvp.wording import (
    Money,
    count_text,
    months_text,
    points_text,
    rounded_text,
    size_text,
    span_text,
)

SHOWN = {
    "a percent": (rounded_text(86.25, ".1f"), "86.3"),
    "a percent below": (rounded_text(78.75, ".1f"), "78.8"),
    "what a float falls short of": (rounded_text(1.005, ".2f"), "1.01"),
    "a share": (shown_share(0.8625), "86.3 %"),
    "a measured quality": (value_text("tuned_quality", 86.25, Money()), "86.3 %"),
    "points": (signed(-0.25), "-0.3"),
    "points of a table": (points_text(2.00125, 2.00125), "+2.001 points"),
    "the size of a difference": (size_text(12.25), "12.3 points"),
    "cents": (Money().usd(0.125), "$0.13"),
    "cents of a column": (Money().cents(2.345), "$2.35"),
    "dollars": (Money().usd(1000.5), "$1,001"),
    "a count": (count_text(0.125), "0.13"),
    "months": (months_text(2.25), "2.3 months"),
    "a span": (span_text(4.25), "4.3 months"),
    "a part of futures": (rounded_text(0.125, ".0%"), "13%"),
}


@pytest.mark.parametrize(("shown", "wanted"), SHOWN.values(), ids=SHOWN)
def test_halves_are_shown_away_from_zero(shown: str, wanted: str) -> None:
    assert shown == wanted


def test_a_difference_of_two_shown_qualities_is_the_shown_difference() -> None:
    prompted, tuned = 78.75, 86.25
    shown = float(rounded_text(tuned, ".1f")) - float(rounded_text(prompted, ".1f"))
    assert f"{shown:+.1f}" == signed(tuned - prompted)


def test_one_point_is_singular() -> None:
    assert points_text(-1, -1) == "-1 point"
    assert points_text(1, 2) == "+1 to +2 points"


TURNS: dict[str, tuple[str, float, bool, str]] = {
    "the horizon": ("horizon", 114.1, True, "above 114.1 months of the horizon"),
    "one month": ("horizon", 1, False, "below 1 month of the horizon"),
    "one request": ("volume", 1, True, "above 1 request a day"),
    "one hour": ("engineering_hours", 1, True, "above 1 hour of work"),
    "reasoning": (
        "thinking_multiple",
        0.98,
        False,
        "below 0.98 tokens of hidden reasoning for each token of the answer",
    ),
    "one token": (
        "thinking_multiple",
        1,
        False,
        "below 1 token of hidden reasoning for each token of the answer",
    ),
    "an amount": ("hosting", 1, True, "above $1.00 of hosting a month"),
}


@pytest.mark.parametrize("case", TURNS)
def test_a_value_at_which_the_answer_turns_has_its_unit(case: str) -> None:
    field, value, above, says = TURNS[case]
    turn = TurningPoint(field=field, what="", value=value, above=above)
    assert switch_text(turn, Money()) == says
