"""What one request asks of an option: its tokens, what of it is cached, and the copies it takes."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from ftvp.cost.inputs import Model
from ftvp.cost.option import (
    SMOOTH_ABOVE,
    Lengths,
    Option,
    Period,
    Rates,
    cached,
    copies,
    is_floor,
    periods_of,
    rates_of,
    speed,
)
from ftvp.cost.serving import the_offer
from ftvp.tables.pricing import CacheLife, CacheRule
from tests.drawn import tables

DAY = date(2026, 11, 26)
NUMBERS: dict[str, float] = {
    "prompt_tokens": 1_000,
    "tuned_prompt_tokens": 300,
    "request_tokens": 200,
    "output_tokens": 50,
    "turns": 1,
    "thinking_multiple": 3,
    "thinking_tokens": 7,
}
TOKENS: dict[str, tuple[Lengths, dict[str, float], tuple[float, ...]]] = {
    # all input, its fixed and its varying part, the answer, hidden reasoning
    "told": (Lengths(), {}, (1_000, 800, 200, 50, 0)),
    "counted": (Lengths(fixed=600), {}, (800, 600, 200, 50, 0)),
    "counted with its request": (Lengths(fixed=600, request=30), {}, (630, 600, 30, 50, 0)),
    "of another field": (
        Lengths(input_field="tuned_prompt_tokens"),
        {},
        (300, 100, 200, 50, 0),
    ),
    "a request longer than the prompt": (
        Lengths(),
        {"request_tokens": 1_500},
        (1_000, 0, 1_000, 50, 0),
    ),
    "in other tokens": (
        Lengths(input_factor=2, request_factor=0.5, output_factor=3),
        {},
        (2_000, 1_900, 100, 150, 0),
    ),
    # one call before, on average: 200 + 50 tokens resent
    "three calls": (Lengths(), {"turns": 3}, (1_250, 800, 200, 50, 0)),
    "two calls": (Lengths(), {"turns": 2}, (1_125, 800, 200, 50, 0)),
    "reasoning as told": (
        Lengths(thinking_field="thinking_tokens", thinking_factor=2),
        {},
        (1_000, 800, 200, 50, 14),
    ),
    "reasoning of an answer": (
        Lengths(thinking_field="thinking_multiple", output_factor=2),
        {},
        (1_000, 800, 200, 100, 300),
    ),
    "reasoning of the prompted answer": (
        Lengths(thinking_field="thinking_multiple", output_factor=2, thinks_as_now=True),
        {},
        (1_000, 800, 200, 100, 150),
    ),
}


@pytest.mark.parametrize("case", TOKENS)
def test_the_tokens_of_a_request_follow_from_the_numbers(case: str) -> None:
    lengths, more, tokens = TOKENS[case]
    assert lengths.tokens({**NUMBERS, **more}) == tokens


def option(**fields: Any) -> Option:  # noqa: ANN401  fields of any type
    """Return an option with a price of input."""
    return Option("o", "prompted", None, "", (Period(0, Rates(input=1)),), Lengths(), **fields)


SHORT, LONG = CacheLife(seconds=300, write=None), CacheLife(seconds=3_600, write=None)
CACHE = {
    "cache_life_seconds": 600.0,
    "minimum_prefix_tokens": 100.0,
    "active_hours": 24,
    "cache": 0.25,
}
PER_DAY = 1_000.0


def rule(**fields: Any) -> CacheRule:  # noqa: ANN401  fields of any type
    """Return the rule of an automatic cache from 100 tokens on."""
    plain = {
        "mode": "automatic",
        "minimum_prefix_tokens": 100,
        "lives": (SHORT,),
        "checked_on": DAY,
        "source": "s",
    }
    return CacheRule.model_validate({**plain, **fields})


def hits(seconds: float, hours: float = 24) -> float:
    """Return the share of 1,000 requests a day that find a prefix which stays so long."""
    return round(1 - math.exp(-PER_DAY / (hours * 3_600) * seconds), 12)


def found_of(
    rates: Rates,
    fixed: float = 500,
    *,
    more: dict[str, float] | None = None,
    **fields: Any,  # noqa: ANN401  fields of any type
) -> tuple[float, float, float, bool]:
    """Return what is cached: its tokens, its hits, the price of a miss and whether it has one."""
    made = option(**fields)
    found = cached(made, {**CACHE, **(more or {})}, rates.living(made.rule), fixed, PER_DAY)
    return found.tokens, round(found.hits, 12), found.write, found.charged


NOTHING = (0, 0, 0, False)
READ = Rates(input=1, cached_input=0.1)
WRITTEN = Rates(input=1, cached_input=0.1, cache_write=1.25, cache_write_long=2)


def test_a_told_share_of_hits_holds_for_the_whole_prefix() -> None:
    assert found_of(READ, cache="share") == (500, 0.25, 1, False)
    assert found_of(READ, 1, cache="share") == (1, 0.25, 1, False)
    assert found_of(WRITTEN, cache="share") == (500, 0.25, 1.25, True)
    assert found_of(WRITTEN._replace(cache_write=1), cache="share") == (500, 0.25, 1, False)
    assert found_of(Rates(input=1), cache="share") == NOTHING
    assert found_of(READ, 0, cache="share") == NOTHING
    paid = CacheLife(seconds=300, write="cache_write_usd_per_mtok")
    long = CacheLife(seconds=3_600, write="cache_write_long_usd_per_mtok")
    both = rule(mode="breakpoint", unmarked="not_cached", lives=(long, paid))
    assert found_of(WRITTEN, cache="share", rule=both) == (500, 0.25, 1.25, True)


def test_an_automatic_cache_keeps_a_prefix_for_its_life() -> None:
    assert found_of(READ, rule=rule()) == (500, hits(300), 1, False)
    assert found_of(READ, rule=rule(), more={"active_hours": 12}) == (500, hits(300, 12), 1, False)
    assert found_of(READ, 100, rule=rule()) == (100, hits(300), 1, False)
    assert found_of(READ, 99, rule=rule()) == NOTHING
    assert found_of(READ) == NOTHING
    assert found_of(READ, rule=rule(mode="unknown", lives=())) == NOTHING
    assert found_of(Rates(input=1), rule=rule()) == NOTHING


def test_a_life_that_is_not_published_is_the_assumed_one_up_to_its_limit() -> None:
    open_ended = CacheLife(seconds=None, published=False)
    assert found_of(READ, rule=rule(lives=(open_ended,))) == (500, hits(600), 1, False)
    limited = CacheLife(seconds=None, up_to_seconds=60, published=False)
    assert found_of(READ, rule=rule(lives=(limited,))) == (500, hits(60), 1, False)


def test_a_breakpoint_is_set_where_it_is_cheaper_with_the_cheapest_life() -> None:
    """Of 30 requests a day 9.9 % find a prefix after 300 s, 71.3 % after an hour."""
    paid = CacheLife(seconds=300, write="cache_write_usd_per_mtok")
    long = CacheLife(seconds=3_600, write="cache_write_long_usd_per_mtok")
    both = rule(mode="breakpoint", unmarked="not_cached", lives=(paid, long))

    def life(rates: Rates, per_day: float = 30) -> CacheLife | None:
        return cached(option(rule=both), CACHE, rates.living(both), 500, per_day).life

    # 0.099 x 0.1 + 0.901 x 1.25 = 1.14, 0.713 x 0.1 + 0.287 x 2 = 0.64
    assert life(WRITTEN) == long
    # 0.099 x 0.1 + 0.901 x 1 = 0.91, 0.713 x 0.1 + 0.287 x 4 = 1.22
    assert life(WRITTEN._replace(cache_write=1, cache_write_long=4)) == paid
    # 1.14 and 1.22 are more than the $1 of ordinary input
    assert life(WRITTEN._replace(cache_write_long=4)) is None
    assert life(WRITTEN, 1) is None
    # without a price of writing for the long life it is not offered
    short = WRITTEN._replace(cache_write_long=None).living(both)
    assert [life for life, _ in short.lives] == [paid]
    assert found_of(WRITTEN, rule=both) == (500, hits(3_600), 2, True)


def test_where_nobody_published_a_minimum_it_is_assumed() -> None:
    unknown = rule(minimum_prefix_tokens=None)
    assert found_of(READ, 100, rule=unknown)[0] == 100
    assert found_of(READ, 99, rule=unknown) == NOTHING
    assert found_of(READ, 250, rule=rule(step_tokens=64))[0] == 100 + 2 * 64


def test_long_requests_have_other_prices_of_input_and_of_output() -> None:
    rates = Rates(1, 2, 0.5, 1.25, None, 0.25, 4, None, hosting_usd_per_hour=7)
    assert rates.times(2, 3) == Rates(2, 6, 1, 2.5, None, 0.5, 12, None, hosting_usd_per_hour=7)


FAST = {"speed": (1_000.0, 100.0), "served": "dedicated"}
LOAD: dict[str, float] = {
    "active_hours": 24,
    "adapters_sharing": 1,
    "peak_to_mean": 1,
    "utilisation": 1,
}
COPIES: dict[str, tuple[dict[str, Any], dict[str, float], float]] = {
    # 86,400 requests a day of 0.5 s to read and 0.5 s to write are one a second
    "as much as one carries": ({}, {}, 1),
    "a part of what one carries": ({}, {"per_day": 10}, 1),
    "a request more": ({}, {"per_day": 86_401}, 2),
    "at a peak": ({}, {"peak_to_mean": 2.5}, 3),
    "used by half": ({}, {"utilisation": 0.5}, 2),
    "in 12 hours": ({}, {"active_hours": 12}, 2),
    "running for 8 hours": ({}, {"hours_per_day": 8}, 3),
    "running for 20 hours, of which 8 are active": (
        {},
        {"hours_per_day": 20, "active_hours": 8},
        3,
    ),
    "as told": ({}, {"replicas": 5, "per_day": 1e9}, 5),
    "at another speed": ({}, {"output_tokens_per_second": 50}, 2),
    "at another speed of reading": ({}, {"input_tokens_per_second": 100}, 6),
    "at no known speed": ({"speed": None}, {"per_day": 1e9}, 1),
    "shared by two prompts": ({"adapters": 2}, {"adapters_sharing": 2}, 1),
    "as a real number": ({}, {SMOOTH_ABOVE: 2, "per_day": 86_400 * 2.5}, 2.5),
    "in whole ones up to there": ({}, {SMOOTH_ABOVE: 3, "per_day": 86_400 * 2.5}, 3),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_carry_what_is_read_and_written(case: str) -> None:
    fields, more, expected = COPIES[case]
    numbers = {**LOAD, "per_day": 86_400, **more}
    made = option(**{**FAST, **fields})
    assert copies(made, numbers, numbers["per_day"], 500, 50) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("fields", "numbers", "floor"),
    [
        pytest.param({"speed": None}, {}, True, id="nobody knows what one carries"),
        pytest.param({}, {}, False, id="measured"),
        pytest.param({"speed": None, "served": "per_token"}, {}, False, id="by the token"),
        pytest.param({"speed": None}, {"replicas": 1}, False, id="copies as told"),
        pytest.param({"speed": None, "hosting_told": True}, {}, False, id="hosting as told"),
        pytest.param(
            {"speed": None},
            {"input_tokens_per_second": 9, "output_tokens_per_second": 9},
            False,
            id="told",
        ),
        pytest.param({"speed": None}, {"input_tokens_per_second": 9}, True, id="half told"),
        pytest.param({"speed": None}, {"output_tokens_per_second": 9}, True, id="half told too"),
    ],
)
def test_a_bill_is_a_floor_where_nobody_knows_what_a_copy_carries(
    fields: dict[str, Any], numbers: dict[str, float], *, floor: bool
) -> None:
    made = option(**{**FAST, **fields})
    assert is_floor(made, numbers) is floor
    assert made.is_hosted == (made.served != "per_token")


def test_a_told_speed_takes_the_place_of_the_measured_one() -> None:
    assert speed(option(**FAST), {}) == (1_000, 100)
    assert speed(option(**FAST), {"input_tokens_per_second": 9}) == (9, 100)
    assert speed(option(**FAST), {"output_tokens_per_second": 9}) == (1_000, 9)


FLASH = "google/gemini-3.8-flash"
"""Its price changes on 2027-01-01, 36 days after the day of the answer."""


def periods(day: date) -> tuple[Period, ...]:
    """Return the periods of prompting Gemini 3.8 Flash from a day on."""
    model = Model(FLASH, tables().pricing.models[FLASH])
    return periods_of(model, "base", the_offer(model, "base", day), None, day)


def test_a_period_begins_today_and_with_each_later_price() -> None:
    begun, later = tables().pricing.models[FLASH].base
    now, then = periods(DAY)
    assert (now.start, then.start) == (0, 36 / 30)
    assert (now.rates, then.rates) == (rates_of(begun), rates_of(later))
    assert (now.training, then.training) == (None, None)
    (only,) = periods(date(2027, 1, 1))
    assert (only.start, only.rates) == (0, rates_of(later))
    assert len(periods(date(2026, 12, 31))) == 2


def test_a_long_request_has_the_prices_of_its_offer() -> None:
    """Of one of the models that charge more above a number of tokens."""
    name, row = next(
        (name, row)
        for name, row in tables().pricing.models.items()
        if any(offer.long_prompt for offer in row.offers("base", DAY)[:1])
    )
    model = Model(name, row)
    offer = the_offer(model, "base", DAY)
    long = offer.long_prompt
    assert long is not None
    first = periods_of(model, "base", offer, None, DAY)[0]
    assert first.long_above == long.above_tokens
    assert first.long_rates is not None
    assert first.long_rates.input == pytest.approx(first.rates.input * long.input_times)
    assert first.long_rates.output == pytest.approx(first.rates.output * long.output_times)
