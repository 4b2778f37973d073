"""Caching: how many requests find the prefix cached, and how many of its tokens that saves."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.lenses.cost.bill import bill
from ftvp.lenses.cost.option import Option, Rates, RequestTokens
from ftvp.tables.pricing import CacheLife, CacheRule

CHECKED: dict[str, Any] = {"checked_on": date(2026, 1, 1), "source": "list"}
FIVE_MINUTES = (CacheLife(seconds=300),)
STEPS = CacheRule(
    mode="automatic",
    minimum_prefix_tokens=1024,
    step_tokens=128,
    lives=FIVE_MINUTES,
    **CHECKED,
)
ASKED_FOR = CacheRule(
    mode="breakpoint",
    minimum_prefix_tokens=512,
    lives=FIVE_MINUTES,
    unmarked="not_cached",
    **CHECKED,
)
NO_TIME = CacheRule(
    mode="automatic",
    minimum_prefix_tokens=2048,
    lives=(CacheLife(published=False),),
    **CHECKED,
)
PLAIN = Rates(input=0.15, output=0.6, cached_input=0.075, source="list")
WRITES = Rates(input=0.1, output=0.5, cached_input=0.01, cache_write=0.125, source="list")


def option(volume: float = 288, prefix: int = 1100, **terms: Any) -> Option:  # noqa: ANN401  any field
    """Return an option; 288 requests a day are one in each 300 seconds that a prefix is kept."""
    told: dict[str, Any] = {
        "model": None,
        "requests_per_day": volume,
        "requests_per_month": volume * 30,
        "tokens": RequestTokens(input=prefix + 100, output=200, prefix=prefix),
        "rates": PLAIN,
        "cache_rule": STEPS,
        **terms,
    }
    return Option(**told)


@pytest.mark.parametrize(
    ("asked", "rate"),
    [
        # 288 / 86,400 x 300 s = 1 request in the time to live: 1 - e^-1 = 0.6321...
        pytest.param(option(), 1 - math.exp(-1), id="one request a lifetime"),
        # Half of them leave the cache alone: 1 - e^-0.5 = 0.3935
        pytest.param(option(batch_share=0.5), 0.393469340287, id="batches do not warm it"),
        # 10,000 / 86,400 x 300 = 34.7 requests a lifetime
        pytest.param(option(10_000), 1 - math.exp(-10_000 / 288), id="busy"),
        pytest.param(option(cache=0.8), 0.8, id="a share as told"),
        pytest.param(option(cache="off"), 0, id="off"),
        pytest.param(option(cache_rule=None), None, id="no rule, so not known"),
        pytest.param(option(cache_rule=NO_TIME), None, id="no time to live published"),
    ],
)
def test_hits_are_those_of_requests_at_random(asked: Option, rate: float | None) -> None:
    assert asked.hit_rate == (None if rate is None else pytest.approx(rate))


@pytest.mark.parametrize(
    ("prefix", "cached"),
    [(0, 0), (1023, 0), (1024, 1024), (1151, 1024), (1152, 1152), (1500, 1408)],
)
def test_openai_caches_from_1024_tokens_in_steps_of_128(prefix: int, cached: int) -> None:
    assert option(prefix=prefix).cached_tokens == cached


@pytest.mark.parametrize(
    ("terms", "cached"),
    [
        pytest.param({"rates": Rates(input=1, output=2, source="")}, 0, id="no cached price"),
        pytest.param({"cache": "off"}, 0, id="off"),
        pytest.param({"cache_rule": None}, 0, id="no rule, no share"),
        pytest.param({"cache_rule": None, "cache": 0.5}, 1100, id="no rule, a share as told"),
        pytest.param({"rates": None, "usd_per_request": 1}, 0, id="a request's own cost"),
    ],
)
def test_nothing_is_cached_without_a_price_and_a_rate(terms: dict[str, Any], cached: int) -> None:
    assert option(**terms).cached_tokens == cached


@pytest.mark.parametrize(
    ("volume", "cache", "cached"),
    [
        # A hit saves 0.09, a miss costs 0.025 more: it pays from h = 0.025 / 0.115 = 0.2174,
        # which -ln(1 - 0.2174) x 288 = 70.6 requests a day reach.
        pytest.param(70, "auto", 0, id="too quiet to ask for it"),
        pytest.param(71, "auto", 1100, id="just busy enough"),
        pytest.param(70, 0.1, 1100, id="asked for at a loss"),
    ],
)
def test_caching_that_must_be_asked_for_is_used_only_where_it_pays(
    volume: float, cache: str | float, cached: int
) -> None:
    asked = option(volume, rates=WRITES, cache_rule=ASKED_FOR, cache=cache)
    assert asked.cached_tokens == cached


def test_automatic_caching_is_used_even_at_a_loss() -> None:
    assert option(70, rates=WRITES).cached_tokens == 1024


def per_request(asked: Option) -> float:
    """Return the cost of a request by the published formula, written out once more."""
    rates, tokens = asked.rates, asked.tokens
    assert rates is not None
    prefix, hit = asked.cached_tokens, asked.hit_rate or 0
    write = max(0, (rates.cache_write or 0) - rates.input)
    online = (
        (tokens.input - prefix * hit) * rates.input
        + prefix * hit * (rates.cached_input or 0)
        + prefix * (1 - hit) * write
        + tokens.output * rates.output
    )
    batch = tokens.input * (rates.batch_input or 0) + tokens.output * (rates.batch_output or 0)
    return ((1 - asked.batch_share) * online + asked.batch_share * batch) / 1_000_000


@given(
    st.floats(1, 1e6),
    st.integers(0, 5_000),
    st.floats(0, 1),
    st.sampled_from(["auto", "off", 0.25, 1.0]),
    st.sampled_from([STEPS, ASKED_FOR, None]),
)
def test_a_request_costs_what_the_formula_says(
    volume: float, prefix: int, share: float, cache: str | float, rule: CacheRule | None
) -> None:
    rates = replace(WRITES, batch_input=0.05, batch_output=0.25)
    asked = option(volume, prefix, rates=rates, batch_share=share, cache=cache, cache_rule=rule)
    assert bill(asked).usd_per_request == pytest.approx(per_request(asked), rel=1e-9)


@given(st.floats(1, 1e6), st.integers(0, 5_000))
def test_caching_on_request_never_makes_the_bill_larger(volume: float, prefix: int) -> None:
    asked = option(volume, prefix, rates=WRITES, cache_rule=ASKED_FOR)
    without = replace(asked, cache="off")
    assert bill(asked).monthly_usd <= bill(without).monthly_usd * (1 + 1e-12)
