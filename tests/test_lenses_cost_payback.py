"""When tuning has paid for itself, what it brings, at which volume, and why never."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.lenses.cost.payback import (
    Flow,
    breakeven,
    horizon,
)

MONTHLY = 0.5 ** (1 / 12)
"""What is left of a price after a month of falling by half a year."""


def cash(
    upfront: float = 100,
    variable: float = 60,
    fixed: float = 0,
    decline: float = 0,
    interest: float = 0,
) -> Flow:
    """Return a cash flow: $100 before, $60 saved a month."""
    return Flow(
        upfront_usd=upfront,
        variable_usd=variable,
        fixed_usd=fixed,
        price_decline=decline,
        discount_rate=interest,
    )


@pytest.mark.parametrize(
    ("flowing", "months"),
    [
        pytest.param(cash(), 100 / 60, id="upfront over saving"),
        pytest.param(cash(fixed=10), 2, id="less what is fixed: 100 / 50"),
        pytest.param(cash(upfront=0), 0, id="nothing to pay back"),
        pytest.param(cash(upfront=-5), 0, id="dearer upfront to prompt"),
        pytest.param(cash(variable=0), None, id="no saving"),
        pytest.param(cash(fixed=60), None, id="all of it eaten by fixed costs"),
        pytest.param(cash(variable=-1), None, id="a loss"),
        pytest.param(cash(upfront=0, variable=-1), None, id="a loss from the start"),
        pytest.param(cash(upfront=-5, variable=-1, decline=0.5), None, id="a loss after a gain"),
        pytest.param(cash(variable=1e-14), None, id="a saving that rounding made"),
        # 60 in the first month, then 40 of 60 x 0.5^(1/12) = 56.6325
        pytest.param(cash(decline=0.5), 1 + 40 / (60 * MONTHLY), id="prices halve in a year"),
        pytest.param(cash(upfront=30, decline=0.5), 0.5, id="paid back within the first month"),
        # By month n 60 x (1 - 0.5^(n/12)) / (1 - 0.5^(1/12)), so 998.24 by 47, then 3.97 a month;
        # all that ever comes is 1,069.03
        pytest.param(cash(upfront=1_000, decline=0.5), 47.443, id="late, as prices fall"),
        pytest.param(cash(upfront=1_070, decline=0.5), None, id="prices fall too fast"),
        pytest.param(cash(upfront=500, fixed=50, decline=0.5), None, id="fixed costs stay"),
        # -2.4 by month 16, 5.7 by month 17: 20n - 30 x (1 - 0.5^(n/12)) / (1 - 0.5^(1/12))
        pytest.param(
            cash(upfront=0, variable=-30, fixed=-20, decline=0.5), 16.3, id="falling prices help"
        ),
    ],
)
def test_payback_is_where_the_cumulative_flow_reaches_zero(
    flowing: Flow, months: float | None
) -> None:
    assert flowing.payback() == (None if months is None else pytest.approx(months, rel=3e-3))


@given(st.floats(0.01, 1e4), st.floats(1, 1e4), st.floats(0, 0.5))
def test_steady_prices_are_the_limit_of_falling_ones(
    upfront: float, variable: float, fixed: float
) -> None:
    steady = cash(upfront, variable, fixed).payback()
    falling = cash(upfront, variable, fixed, decline=1e-12).payback()
    expected = upfront / (variable - fixed)
    assert steady == pytest.approx(expected)
    if expected < 1_199:
        assert falling == pytest.approx(expected, rel=1e-6)


@given(st.floats(0, 1e5), st.floats(-1e3, 1e4), st.floats(-1e3, 1e3), st.floats(0, 0.99))
def test_the_flow_is_zero_at_payback(
    upfront: float, variable: float, fixed: float, decline: float
) -> None:
    flowing = cash(upfront, variable, fixed, decline)
    months = flowing.payback()
    if months and months < 1_200:
        scale = upfront + (abs(variable) + abs(fixed)) * (months + 1)
        assert abs(flowing.net(months)) <= 1e-9 * scale


@pytest.mark.parametrize(
    ("flowing", "length", "net", "npv"),
    [
        pytest.param(cash(), 12, 620, 620, id="12 x 60 - 100"),
        pytest.param(cash(), 1.5, -10, -10, id="60 + 30 - 100"),
        pytest.param(cash(), 0, -100, -100, id="not a day"),
        # 2^(1/12) a month: 60 x (1 - 1/2) / (2^(1/12) - 1) = 504.514
        pytest.param(cash(interest=1), 12, 620, 404.514, id="interest of 100 % a year"),
        # 60 / 1.21^(1/12) + 60 / 1.21^(2/12) - 100 = 59.0544 + 58.1238 - 100
        pytest.param(cash(interest=0.21), 2, 20, 17.1782, id="interest of 21 % a year"),
        # 60 x (1 - 1/2) / (1 - 0.5^(1/12)) = 534.515
        pytest.param(cash(decline=0.5), 12, 434.515, 434.515, id="prices halve in the year"),
    ],
)
def test_the_horizon_sums_the_flow(flowing: Flow, length: float, net: float, npv: float) -> None:
    found = horizon(flowing, length)
    assert (found.net_benefit_usd, found.npv_usd) == pytest.approx((net, npv), rel=1e-5)
    assert found.roi_percent == pytest.approx(net, rel=1e-5), "of $100, a percent is a dollar"


@pytest.mark.parametrize("upfront", [0, -5, 1e-300], ids=["none", "negative", "next to none"])
def test_there_is_no_return_on_nothing(upfront: float) -> None:
    assert horizon(cash(upfront), 12).roi_percent is None


def test_breakeven_is_counted_in_months_requests_and_days() -> None:
    found = breakeven(
        cash(), "fixed_costs", requests_per_month=300_000, day=date(2026, 11, 23), days_per_month=30
    )
    # 100 / 60 months are 500,000 requests and 50 days
    assert (found.months, found.requests) == pytest.approx((100 / 60, 500_000))
    assert (found.date, found.reason) == (date(2027, 1, 12), None)


def test_a_payback_after_the_end_of_the_calendar_has_no_date() -> None:
    found = breakeven(
        cash(1e9, 1), "fixed_costs", requests_per_month=30, day=date(2026, 1, 1), days_per_month=30
    )
    assert (found.months, found.date) == (1e9, None)


def test_never_carries_its_reason() -> None:
    found = breakeven(
        cash(variable=0), "output_price", requests_per_month=30, day=date.max, days_per_month=30
    )
    assert found.reason == "output_price"
    assert (found.months, found.requests, found.date) == (None, None, None)
