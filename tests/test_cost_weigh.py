"""Prompting against tuning over hand-made courses, each with what it comes to worked out beside it.

Amounts are USD, times are months. Prompting costs 100 a month where a case says nothing else.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from ftvp.cost.bill import Course, Stretch
from ftvp.cost.weigh import Weighed, is_paid_back, payback, present_value, turning_price

FOREVER = math.inf


def course(*monthly: tuple[float, float, float], paid: tuple[tuple[float, float], ...]) -> Course:
    """Return a course of so much from a month on, as (month, requests, fixed), and what is paid."""
    ends = [*(start for start, _, _ in monthly[1:]), FOREVER]
    stretches = zip(monthly, ends, strict=True)
    return Course(paid, tuple(Stretch(s, end, r, f) for (s, r, f), end in stretches), 0.0)


def prompted(requests: float = 100, fixed: float = 0) -> Course:
    """Return the course of a prompted option."""
    return course((0, requests, fixed), paid=())


def tuned(once: float, *monthly: float, fixed: float = 0, later: float = 0) -> Course:
    """Return the course of a tuned option that costs `once`, and `later` in month 4.

    By the month it costs the first amount, from month 3 on the second, where there are two.
    """
    paid = ((0.0, once), *([(4.0, later)] if later else []))
    steps = zip((0, 3), monthly, strict=False)
    return course(*((start, usd, fixed) for start, usd in steps), paid=paid)


def weighed(tuned: Course, **other: Any) -> Weighed:  # noqa: ANN401  fields of any type
    """Return what is weighed: against prompting, over 12 months, without work or an end."""
    plain = Weighed(prompted(), tuned, None, 0.0, FOREVER, 0.0, 12.0)
    return plain._replace(**other)


PAYBACKS: dict[str, tuple[Weighed, Any, Any]] = {
    # 50 saved a month
    "what was paid is saved by the month": (weighed(tuned(100, 50)), 2, None),
    "fixed costs of both sides count by their difference": (
        # (60 + 100) - (60 + 50) = 50 a month
        weighed(tuned(100, 60, fixed=50), now=prompted(60, fixed=100)),
        2,
        None,
    ),
    "own work is paid back too": (weighed(tuned(100, 50), work=50.0), 3, None),
    "nothing was paid, and it saves": (weighed(tuned(0, 50)), 0, None),
    "nothing was paid, and nothing is saved": (weighed(tuned(0, 100)), None, None),
    "nothing was paid, and it costs more": (weighed(tuned(0, 150)), None, None),
    "nothing was paid, and it saves until prices rise": (
        # 3 x 50 = 150, then 75 less a month
        weighed(tuned(0, 50, 175)),
        0,
        5,
    ),
    "on the day on which prices rise": (weighed(tuned(150, 50, 175)), 3, 3),
    "before prices rise, and lost again": (
        # 3 x 50 - 100 = 50, then 50 less a month
        weighed(tuned(100, 50, 150)),
        2,
        4,
    ),
    "never before prices rise": (weighed(tuned(151, 50, 150)), None, None),
    "a payment of month 4 puts it off again": (
        # 4 x 50 - 100 = 100 before it, -50 after it
        weighed(tuned(100, 50, later=150)),
        2,
        4,
    ),
    "a payment of month 4 that is just covered": (weighed(tuned(100, 50, later=100)), 2, None),
    "only after a payment of month 4": (
        # 4 x 50 - 210 = -10 before it, -60 after it, 50 a month on
        weighed(tuned(210, 50, later=50)),
        5.2,
        None,
    ),
    "in the last month that is looked at": (weighed(tuned(3_000, 50)), 60, None),
    "after that": (weighed(tuned(3_001, 50)), None, None),
    "by errors avoided": (
        weighed(tuned(15, 100), errors_usd_per_month=10.0, up=2.0),
        1.5,
        None,
    ),
    "by errors avoided, on the model's last day": (
        weighed(tuned(20, 100), errors_usd_per_month=10.0, up=2.0),
        2,
        None,
    ),
    "by errors avoided, were there no end": (
        weighed(tuned(21, 100), errors_usd_per_month=10.0, up=2.0),
        None,
        None,
    ),
    "against the other model too, the later of both": (
        # after 60 / (100 - 50) = 1.2 months and 60 / (80 - 50) = 2
        weighed(tuned(60, 50), changed=prompted(80)),
        2,
        None,
    ),
    "never against the other model": (
        weighed(tuned(60, 50), changed=prompted(50)),
        None,
        None,
    ),
    "never against prompting now": (
        weighed(tuned(60, 100), changed=prompted(130)),
        None,
        None,
    ),
    "the first of two ends": (
        # 3 x 50 - 30 = 120 and 3 x 30 - 30 = 60; then 40 and 60 less a month: 6 and 4
        weighed(tuned(30, 50, 140), changed=prompted(80)),
        1,
        4,
    ),
}


def falling(once: float, *fixed: tuple[float, float], **other: Any) -> Weighed:  # noqa: ANN401
    """Return 100 a month of tokens, whose prices halve each year, against fixed costs alone.

    `fixed` are months with what is fixed from them on.
    """
    steps = ((start, 0.0, usd) for start, usd in fixed)
    ours = course(*steps, paid=((0.0, once),))._replace(decline=0.5)
    return weighed(ours, now=prompted()._replace(decline=0.5), **other)


# Month k saves 100 q^k, q = 0.5^(1/12) = 0.943874. Above 60 for the first nine months, since
# 12 log(0.6) / log(0.5) = 8.84: 100 (1 - q^9) / (1 - q) - 9 x 60 = 182.30
PAYBACKS |= {
    "at the last of the months whose saving is above what is fixed": (
        falling(182.29, (0, 60)),
        pytest.approx(9, abs=0.1),
        pytest.approx(9, abs=0.1),
    ),
    "never before the saving falls below what is fixed": (falling(182.31, (0, 60)), None, None),
    "what is fixed begins in the middle of month 8": (
        # 100 (1 - q^8) / (1 - q) = 659.305; half of month 8 brings 31.498, the other half 1.498
        falling(692.30, (0, 0), (8.5, 60)),
        pytest.approx(9, abs=0.1),
        pytest.approx(9, abs=0.1),
    ),
    "what is fixed begins with the month that it turns": (
        falling(722.30, (0, 0), (9, 60)),
        pytest.approx(9, abs=0.1),
        pytest.approx(9, abs=0.1),
    ),
    "errors avoided take off what is fixed": (
        # 60 - 20 = 40: 12 log(0.4) / log(0.5) = 15.86; 100 (1 - q^16) / (1 - q) - 16 x 40 = 434.64
        falling(434.64, (0, 60), errors_usd_per_month=20.0),
        pytest.approx(16, abs=0.1),
        pytest.approx(16, abs=0.1),
    ),
    "errors are avoided for four months": (
        # 182.30 + 4 x 20
        falling(262.31, (0, 60), errors_usd_per_month=20.0, up=4.0),
        None,
        None,
    ),
}


@pytest.mark.parametrize("case", PAYBACKS)
def test_tuning_pays_for_itself_when_what_it_brings_covers_what_it_cost(case: str) -> None:
    found, months, until = PAYBACKS[case]
    assert payback(found) == (
        None if months is None else pytest.approx(months),
        None if until is None else pytest.approx(until),
    )
    assert is_paid_back(found) == (months is not None)


def test_work_may_be_left_aside() -> None:
    found = weighed(tuned(100, 50), work=50.0)
    assert payback(found, work=0).months == pytest.approx(2)


def test_what_decides_is_the_smaller_net_benefit() -> None:
    """12 x (100 - 50) - 100 = 500 against now, 12 x (80 - 50) - 100 = 260 against the change."""
    found = weighed(tuned(100, 50), changed=prompted(80))
    assert (found.net_benefit, found.net_of_tuning, found.least) == (500, 260, 260)
    assert found._replace(work=259.0).ahead
    assert not found._replace(work=260.0).ahead
    dearer = found._replace(changed=prompted(120))
    assert (dearer.net_of_tuning, dearer.least) == (740, 500)


ONE_PERCENT = 1.01**12 - 1
WORTHS = {
    "no interest": (12.0, 0.0, 12 * 50 - 100),
    # 50 a month for a year: (1 - 1.01^-12) / 0.01 = 11.255077
    "1 % a month": (12.0, ONE_PERCENT, 50 * 11.255077 - 100),
    # one month, and half of the third
    "one month": (1.0, ONE_PERCENT, 50 / 1.01 - 100),
    "a part of a month": (2.5, ONE_PERCENT, 50 / 1.01 + 50 / 1.01**2 + 25 / 1.01**2.5 - 100),
}


@pytest.mark.parametrize("case", WORTHS)
def test_what_comes_later_is_worth_less(case: str) -> None:
    horizon, yearly, worth = WORTHS[case]
    found = present_value(weighed(tuned(100, 50), horizon=horizon), yearly)
    assert found == pytest.approx(worth, abs=1e-4)


BEHIND = weighed(tuned(1_320, 50))
"""12 x 50 - 1,320 = -720."""
AHEAD = weighed(tuned(240, 50))
"""12 x 50 - 240 = 360."""
PRICES = {
    # 1,000 x 30 x 12 x 10 / 100 = 36,000 errors
    "behind, and better": (BEHIND, 10.0, 0.02),
    "behind, and better while the model is up": (BEHIND._replace(up=6.0), 10.0, 0.04),
    "behind by own work too": (BEHIND._replace(work=180.0), 10.0, 0.025),
    # 100 a month of errors are in the net benefit, and taken out of it again
    "errors that are counted": (BEHIND._replace(errors_usd_per_month=100.0), 10.0, 0.02),
    "against the other model": (BEHIND._replace(changed=prompted(70)), 10.0, 1_080 / 36_000),
    "ahead, and worse": (AHEAD, -10.0, 0.01),
    "ahead, and better": (AHEAD, 10.0, None),
    "behind, and worse": (BEHIND, -10.0, None),
    "neither ahead nor behind": (weighed(tuned(600, 50)), 10.0, None),
    "as good": (BEHIND, 0.0, None),
    "nobody knows": (BEHIND, None, None),
    # 1e300 / 36,000 x 1e12 is beyond all numbers
    "a difference of next to nothing": (BEHIND._replace(work=1e300), 1e-12, None),
}


@pytest.mark.parametrize("case", PRICES)
def test_an_error_has_a_price_at_which_the_matter_turns(case: str) -> None:
    found, points, price = PRICES[case]
    numbers = {"volume": 1_000.0, "days_per_month": 30.0}
    assert turning_price(found, numbers, points) == (
        None if price is None else pytest.approx(price)
    )
