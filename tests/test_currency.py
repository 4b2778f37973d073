"""Another currency: every amount that people read, at a rate that they gave; JSON stays in USD."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ftvp.api import odds
from ftvp.errors import FileProblemsError, MissingRateError
from ftvp.files.values import shaped
from ftvp.render import text_of
from ftvp.scenario import Scenario
from ftvp.units import Currency
from ftvp.wording import Money, count_text
from tests.asked import DAY, EXTRACTION, costs, decided, tables

EUR = Currency(code="EUR", rate=0.92, dated=date(2026, 11, 20))
YEN = Currency(code="JPY", rate=156.5, dated=date(2026, 11, 20))
MINI = {**EXTRACTION, "model": "gpt-4o-mini"}
ASKED = {**MINI, "existing_customer": True, "currency": "EUR", "fx": "0.92@2026-11-20"}
READ: tuple[str, ...] = ("rich", "plain", "markdown")


IN_EUR = Money(EUR)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        # 18.689625 x 0.92 = 17.194455; 108.689625 x 0.92 = 99.994455: cents, being below 100.
        pytest.param(Money().usd(18.689625), "$18.69", id="USD unless told"),
        pytest.param(IN_EUR.usd(18.689625), "EUR 17.19", id="a cost"),
        pytest.param(IN_EUR.usd(108.689625), "EUR 99.99", id="a cost that falls below 100"),
        pytest.param(IN_EUR.usd(-135), "-EUR 124", id="a loss"),
        pytest.param(IN_EUR.cents(108.689625), "EUR 99.99", id="cents"),
        pytest.param(IN_EUR.cents(0.004), "<EUR 0.01", id="what would vanish"),
        pytest.param(IN_EUR.price(0.15), "EUR 0.138", id="a price"),
        pytest.param(IN_EUR.price(3), "EUR 2.76", id="a price with cents"),
        pytest.param(Money(YEN).price(0.15), "JPY 23.475", id="yen"),
        pytest.param(count_text(1200), "1,200", id="no count is converted"),
    ],
)
def test_an_amount_is_converted_before_it_is_rounded(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.slow
@pytest.mark.parametrize("form", READ)
def test_no_dollar_is_left_in_a_view_and_the_rate_is_said(form: str) -> None:
    shown = text_of(costs(**ASKED), form, width=10_000, explain=True)
    # Tuning costs $19.37925 a month more: EUR 17.83. The rate stands as one US dollar in EUR.
    assert re.findall(r"\$\d", shown) == []
    assert "EUR 17.83 a month more" in shown
    assert "Amounts are in EUR, at EUR 0.92 for one US dollar as of 2026-11-20." in shown


@pytest.mark.long
def test_where_no_input_changes_what_is_shown_there_are_no_bars() -> None:
    told = {**ASKED, "volume": 9_000, "fx": "1e-300@2026-11-20"}
    answer = odds(Scenario.model_validate(told), tables(), DAY)
    for form in READ:
        shown = text_of(answer, form)
        assert "What moves it" not in shown, form
        assert "EUR 1e-300" in shown, form


@pytest.mark.slow
def test_the_decision_says_the_rate_too() -> None:
    answer = decided(**ASKED, volume=10_000, examples=600, quality_gap=9)
    shown = text_of(answer, "plain", explain=True)
    assert re.findall(r"\$\d", shown) == []
    assert "for one US dollar" in shown


@pytest.mark.slow
def test_json_keeps_usd_and_adds_the_rate() -> None:
    told, plain = costs(**ASKED), costs(**MINI, existing_customer=True)
    assert told.currency == EUR
    assert plain.currency is None
    assert told.prompted == plain.prompted
    assert told.verdict == plain.verdict


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "missing"), [({"currency": "EUR"}, "--fx"), ({"fx": "0.92@2026-11-20"}, "--currency")]
)
def test_half_a_conversion_is_a_mistake(told: dict[str, str], missing: str) -> None:
    with pytest.raises(MissingRateError, match=f"^{missing} is missing"):
        costs(**EXTRACTION, **told)


def test_a_currency_is_known_in_small_letters_too() -> None:
    assert Scenario.model_validate({"currency": "eur", "fx": "0.92@2026-11-20"}).currency == "EUR"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"fx": "0.92"}, "write the rate with its day, as in 0.92@2026-11-20"),
        ({"fx": 0.92}, "write the rate with its day, as in 0.92@2026-11-20"),
        ({"fx": "0@2026-11-20"}, "must be above 0"),
        ({"fx": "0.92@2026-11-31"}, "must be a day"),
        ({"fx": "much@2026-11-20"}, "write the rate with its day"),
        ({"fx": "0,86@25.11.2026"}, "write the rate with its day, as in 0.92@2026-11-20"),
        ({"currency": "euro"}, "must be a code of three letters, such as EUR"),
    ],
)
def test_a_rate_that_is_none_is_a_mistake(told: dict[str, str], words: str) -> None:
    with pytest.raises(FileProblemsError) as caught:
        shaped(Scenario, told, lambda _: ("--fx", None))
    assert words in str(caught.value)
