"""The bill as a table: which rows it has, and which of them says why."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.render.bill import bill_table, formulas
from ftvp.render.document import Items, Row
from tests.asked import ANALYSIS, CLASSIFICATION, EARLY, EXTRACTION, costs

OWN: dict[str, Any] = {"prompt_tokens": 1000, "output_tokens": 100, "training_cost": 10}


def rows(**told: Any) -> dict[str, Row]:  # noqa: ANN401  any scenario field
    """Return the rows of the bill by label."""
    return {row.label: row for row in bill_table(costs(EARLY, **told)).rows}


def test_the_bill_has_the_rows_that_apply_in_order() -> None:
    assert list(rows(**EXTRACTION)) == [
        "input",
        "output",
        "retraining",
        "total",
        "Paid before the first tuned request",
    ]


def test_a_side_without_a_cost_has_no_amount() -> None:
    # One round of 500 x 613 tokens x 3 epochs at $3/Mtok is $2.7585; 3 of 12 a month: $0.69.
    assert rows(**EXTRACTION)["retraining"].cells == (None, "$0.69")


def test_amounts_are_shown_to_the_cent() -> None:
    # 300,000 x (400 x 0.30 + 200 x 1.20) / 1e6 + 0.689625 = 108.689625.
    assert rows(**EXTRACTION)["total"].cells == ("$90.00", "$108.69")


def test_tokens_are_shown_before_and_after() -> None:
    found = rows(**EXTRACTION)
    assert (found["input"].detail, found["output"].detail) == (
        "1,200 -> 400 tokens",
        "200 tokens",
    )


def test_what_is_paid_first_is_listed_where_it_is_more_than_training() -> None:
    paid = rows(**EXTRACTION, engineering_hours=2, hourly_rate=100)
    assert paid["engineering"].cells == (None, "$200.00")
    assert "training" in paid


@pytest.mark.parametrize(
    ("told", "label", "note"),
    [
        # Output 300,000 x 2,000 tokens: $360 at $0.60, $720 at $1.20.
        pytest.param(ANALYSIS, "output", "tuned output costs 2x", id="the output price"),
        # Input 800 -> 200 tokens: $36 - $18.
        pytest.param(CLASSIFICATION, "input", "saves $18.00", id="it pays: the largest saving"),
        pytest.param(
            {**OWN, "prompted_price": "input=1,output=1", "tuned_price": "input=1,output=1"},
            "input",
            "nothing is removed",
            id="nothing removed",
        ),
        pytest.param(
            {**CLASSIFICATION, "hosting": 5000}, "hosting", "due at any volume", id="fixed costs"
        ),
        pytest.param(
            {"prompted_request_cost": 0.01, "tuned_request_cost": 0.03, "training_cost": 1},
            "requests",
            "a tuned request costs 3x",
            id="the cost of a request",
        ),
        pytest.param(
            {**OWN, "prompted_price": "input=0,output=1", "tuned_price": "input=2,output=1"}
            | {"tuned_prompt_tokens": 500},
            "input",
            "only tuned input costs this",
            id="what was free",
        ),
    ],
)
def test_the_row_that_decides_carries_its_reason(
    told: dict[str, Any], label: str, note: str
) -> None:
    found = rows(**told)
    assert {row.label: row.note for row in found.values() if row.note} == {label: note}
    assert [row.label for row in found.values() if row.decides] == [label]


def test_a_model_without_a_tuned_version_has_one_column() -> None:
    table = bill_table(costs(prompt_tokens=1200, model="claude-haiku-5-5"))
    assert table.columns == ("prompted",)
    assert all(row.decides is None for row in table.rows)


def test_each_amount_names_its_formula_and_its_source() -> None:
    made = formulas(costs(EARLY, **EXTRACTION))
    assert isinstance(made, Items)
    assert made.items[0] == (
        "prompted input: 300,000 requests x 1,200 tokens x $0.15/Mtok = $54.00 [1]"
    )


def test_what_the_user_gave_has_no_source() -> None:
    made = formulas(costs(EARLY, **EXTRACTION, training_cost=40, retrains_per_year=0))
    assert isinstance(made, Items)
    assert made.items[-1] == "tuned training: $40.00 a run = $40.00"
