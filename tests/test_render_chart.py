"""The chart of the two cumulative costs: where its letters stand, and what it says in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ftvp.api import breakeven
from ftvp.decide.cost_view import course_chart
from ftvp.files.scenario import load_scenario
from ftvp.render.document import COLUMNS, ROWS, Chart, drawing
from ftvp.render.text import chart_sentences
from ftvp.wording import Money
from tests.asked import DAY, tables

EXAMPLES = Path(__file__).parent.parent / "examples"
# Prompting costs 100 a month; tuning 300 first and 50 a month: equal at 300 / 50 = 6 months.
PAYS = Chart(
    "Costs",
    prompted=tuple(100.0 * month for month in range(13)),
    tuned=tuple(300 + 50.0 * month for month in range(13)),
    money=Money(),
    crossing=6,
)
NEVER = Chart("Costs", prompted=(0, 10, 20), tuned=(5, 25, 45), money=Money())
ENDING = replace(PAYS, shutdown=3, shutdown_on="2027-01-14")


def plot(chart: Chart) -> list[str]:
    """Return the rows of the drawing without the labels, padded."""
    return [line.partition("|")[2].ljust(COLUMNS) for line in drawing(chart)[:ROWS]]


def test_the_crossing_stands_at_its_month() -> None:
    # 6 of 12 months is the middle: column 59 x 6 / 12 = 29.5, drawn at 30. 600 of 1,200 is the
    # middle of 9 steps, 4.5, drawn at 4 from the ground: row 9 - 4.
    rows = plot(PAYS)
    assert [(y, row.index("X")) for y, row in enumerate(rows) if "X" in row] == [(5, 30)]


def test_both_sides_are_drawn_in_every_column() -> None:
    letters = {"".join(sorted(set(column) - {" "})) for column in zip(*plot(PAYS), strict=True)}
    assert letters == {"pt", "=", "=X"}


def test_the_shutdown_stands_on_the_month_it_comes() -> None:
    # 3 of 12 months: column 59 x 3 / 12 = 14.75, drawn at 15.
    assert all(row[15] in "|pt=" for row in plot(ENDING))
    assert sum(row[15] == "|" for row in plot(ENDING)) == ROWS - 2


@pytest.mark.parametrize(
    ("chart", "absent"),
    [(NEVER, "X"), (replace(PAYS, crossing=20), "X"), (replace(PAYS, shutdown=13), "|")],
    ids=["never", "a crossing beyond the chart", "a shutdown beyond the chart"],
)
def test_what_is_not_on_the_chart_is_not_drawn(chart: Chart, absent: str) -> None:
    assert not any(absent in row for row in plot(chart))


def test_the_highest_cost_labels_the_top() -> None:
    assert drawing(PAYS)[0].startswith("$1,200 |")


@pytest.mark.parametrize("chart", [PAYS, NEVER, ENDING])
def test_the_drawing_is_ascii_within_eighty_columns(chart: Chart) -> None:
    assert all(line.isascii() and len(line) <= 80 for line in drawing(chart))


def test_two_sides_that_cost_nothing_lie_on_the_ground() -> None:
    free = Chart("Costs", prompted=(0, 0), tuned=(0, 0), money=Money())
    assert plot(free)[-1] == "=" * COLUMNS


def test_the_words_say_what_the_drawing_shows() -> None:
    assert list(chart_sentences(ENDING)) == [
        "After 12 months prompting has cost $1,200 and tuning $900.",
        "The two have cost the same after 6.0 months.",
        "The tuned model is shut down after 3.0 months, on 2027-01-14.",
    ]


def test_the_words_say_when_the_two_never_meet() -> None:
    assert list(chart_sentences(NEVER))[1] == "The bills do not meet within 2 months."


@pytest.mark.slow
def test_errors_avoided_are_no_bill_that_meets_another() -> None:
    # Bills of $306.90 and $219.96 a month: $86.94 x 12 months do not bring back $3,208.
    answer = breakeven(load_scenario(str(EXAMPLES / "multi_label.yaml")), tables(), DAY)
    assert answer.breakeven.months == pytest.approx(0.7, abs=0.05)
    (chart,) = course_chart(answer, Money())
    assert list(chart_sentences(chart))[1] == "The bills do not meet within 12 months."
