"""Why tuning never pays back, and the smallest volume at which it does."""

from __future__ import annotations

import pytest

from ftvp.lenses.cost.bill import Bill, bill
from ftvp.lenses.cost.option import Hosting, Option, Rates, RequestTokens
from ftvp.lenses.cost.payback import (
    BreakevenVolume,
    Never,
    breakeven_volume,
    cumulative,
    flow,
    why_never,
)


def billed(
    prices: tuple[float, float] | None, tokens: int = 1000, hosting: float = 0, request: float = 1
) -> Bill:
    """Bill 300,000 requests a month: USD/Mtok in and out, or USD a request; 500 tokens out."""
    charges = Hosting(usd_per_month=hosting, formula="", source="")
    return bill(
        Option(
            model=None,
            requests_per_month=300_000,
            requests_per_day=10_000,
            tokens=RequestTokens(input=tokens, output=500),
            rates=Rates(input=prices[0], output=prices[1], source="") if prices else None,
            usd_per_request=None if prices else request,
            hosting=(charges,) if hosting else (),
        )
    )


@pytest.mark.parametrize(
    ("prompted", "tuned", "removed", "reason"),
    [
        pytest.param(
            billed((1, 4)), billed((1, 8), 400), 600, "output_price", id="output at twice the price"
        ),
        pytest.param(
            billed((1, 4)), billed((3, 4), 400), 600, "input_price", id="fewer tokens, yet dearer"
        ),
        pytest.param(
            billed((1, 4)), billed((3, 8), 400), 600, "input_and_output_price", id="both dearer"
        ),
        pytest.param(
            billed((1, 4)), billed((2, 8)), 0, "nothing_removed", id="the same prompt, dearer"
        ),
        pytest.param(
            billed((1, 4)), billed((1, 4)), 0, "nothing_removed", id="the same prompt and price"
        ),
        pytest.param(
            billed((1, 4)), billed((1, 4), 400, 9e9), 600, "fixed_costs", id="hosting eats it"
        ),
        pytest.param(
            billed((0, 0), 1000, 2000),
            billed((0, 0), 400, 2001),
            600,
            "fixed_costs",
            id="nothing billed by the token",
        ),
        pytest.param(
            billed(None, request=1), billed(None, request=2), 0, "request_cost", id="own costs"
        ),
        pytest.param(
            billed(None, request=2), billed(None, 1000, 9e9), 0, "fixed_costs", id="own and hosting"
        ),
    ],
)
def test_never_names_what_is_to_blame(
    prompted: Bill, tuned: Bill, removed: float, reason: Never
) -> None:
    assert why_never(prompted, tuned, removed_tokens=removed) == reason


def test_a_flow_is_the_difference_of_two_bills() -> None:
    # Requests: 300,000 x (1,000 x 1 + 500 x 4 - 400 x 2 - 500 x 4) / 1e6 = 60; hosting 50 more
    cash = flow(billed((1, 4)), billed((2, 4), 400, 50), price_decline=0.1, discount_rate=0.2)
    assert (cash.variable_usd, cash.fixed_usd) == pytest.approx((60, 50))
    assert (cash.upfront_usd, cash.price_decline, cash.discount_rate) == (0, 0.1, 0.2)


def test_cumulative_costs_start_upfront_and_fall_with_prices() -> None:
    # 300,000 x (400 x 2 + 500 x 4) / 1e6 = 840 for requests, 50 fixed
    steady = cumulative(billed((2, 4), 400, 50), 3)
    falling = cumulative(billed((2, 4), 400, 50), 2, price_decline=0.5)
    assert steady == pytest.approx([0, 890, 1780, 2670])
    assert falling == pytest.approx([0, 890, 890 + 840 * 0.5 ** (1 / 12) + 50])


@pytest.mark.parametrize("bound", [0.002, 1, 1234.5, 1e12])
def test_the_smallest_volume_that_pays_is_found_to_ten_digits(bound: float) -> None:
    found = breakeven_volume(lambda volume: volume >= bound, lambda _: "fixed_costs")
    assert found.requests_per_day == pytest.approx(bound, rel=1e-10)


def test_any_volume_pays_where_the_smallest_does() -> None:
    found = breakeven_volume(lambda _: True, lambda _: "fixed_costs")
    assert found == BreakevenVolume(requests_per_day=0, reason=None)


def test_no_volume_pays_where_none_up_to_the_largest_does() -> None:
    found = breakeven_volume(lambda _: False, lambda _: "output_price")
    assert found == BreakevenVolume(requests_per_day=None, reason="output_price")
