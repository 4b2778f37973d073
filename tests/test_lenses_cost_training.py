"""What one training run costs."""

from __future__ import annotations

import pytest

from ftvp.lenses.cost.training import run_as_given, run_by_hours, run_by_tokens


def test_a_run_is_billed_by_tokens_times_epochs() -> None:
    # 500 training examples of 400 + 200 + 13 tokens: 306,500 x 3 x 3 / 1e6 = 2.7585
    run = run_by_tokens(tokens=306_500, epochs=3, usd_per_mtok=3, minimum_usd=0, source="list")
    assert run.usd == pytest.approx(2.7585)
    assert run.formula == "306,500 tokens x 3 epochs x $3.00/Mtok"


@pytest.mark.parametrize(
    ("tokens", "usd"),
    [
        # Together: $0.34 per Mtok, at least $4. 4 / 0.34 / 3 epochs = 3.92 Mtok is where it ends.
        pytest.param(306_500, 4, id="a small file costs the minimum"),
        pytest.param(3_921_568, 4, id="up to it"),
        pytest.param(10_000_000, 10.2, id="a large one its tokens"),
    ],
)
def test_a_minimum_charge_is_a_floor(tokens: int, usd: float) -> None:
    run = run_by_tokens(tokens=tokens, epochs=3, usd_per_mtok=0.34, minimum_usd=4, source="")
    assert run.usd == pytest.approx(usd)
    assert run.formula.startswith("minimum charge $4.00, above") == (usd == 4)


def test_a_run_is_billed_by_hours() -> None:
    # 12 x 1.79 = 21.48
    run = run_by_hours(hours=12, usd_per_hour=1.79, minimum_usd=0, source="list")
    assert run.usd == pytest.approx(21.48)
    assert run.formula == "12 hours x $1.79"


def test_hours_have_a_minimum_charge_too() -> None:
    run = run_by_hours(hours=1, usd_per_hour=1.79, minimum_usd=4, source="")
    assert (run.usd, run.formula) == (4, "minimum charge $4.00, above 1 hours x $1.79")


def test_a_run_costs_what_the_user_says() -> None:
    run = run_as_given(800)
    assert (run.usd, run.formula, run.source) == (800, "$800 a run", "given")
