"""What part of a request is read from a cache, how often it is found there, and what a miss costs.

Requests arrive at random (Poisson), so one finds the prefix of an earlier one with the probability
`1 - exp(-requests per second x life)`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ftvp.cost.inputs import Numbers
from ftvp.cost.option import Option, Rates
from ftvp.tables.pricing import CacheLife, CacheRule
from ftvp.units import HOURS_PER_DAY, SECONDS_PER_DAY


class Cached(NamedTuple):
    """The cached part of a request: its tokens, the share of requests that find it, a miss.

    `write` is what a token of a missed prefix costs, USD per Mtok; `charged` says whether that is
    a price of its own, so that misses are no ordinary input.
    """

    tokens: float = 0
    hits: float = 0
    write: float = 0
    charged: bool = False
    life: CacheLife | None = None


NOT_CACHED = Cached()


def cached(
    option: Option, numbers: Numbers, rates: Rates, fixed: float, online_per_day: float
) -> Cached:
    """Return what is cached of requests with `fixed` tokens that are the same every time.

    An automatic cache works as the provider has it; a breakpoint is set where it makes the request
    cheaper, with the life that makes it cheapest. A told share of hits holds for the whole prefix.
    """
    read = rates.cached_input
    if read is None or fixed <= 0:
        return NOT_CACHED
    if option.cache == "share":
        charged = rates.input if rates.cache_write is None else rates.cache_write
        write = min((price for _, price in rates.lives), default=charged)
        return Cached(fixed, numbers[option.cache_field], write, write != rates.input)
    rule = option.rule
    if rule is None or not rates.lives:
        return NOT_CACHED
    tokens = cacheable(rule, fixed, numbers)
    if not tokens:
        return NOT_CACHED
    per_second = online_per_day * HOURS_PER_DAY / (SECONDS_PER_DAY * numbers["active_hours"])
    best, least = NOT_CACHED, math.inf if rule.mode == "automatic" else rates.input
    for life, write in rates.lives:
        hits = -math.expm1(-per_second * seconds_of(life, numbers))
        mean = hits * read + (1 - hits) * write
        if mean < least:
            best, least = Cached(tokens, hits, write, write != rates.input, life), mean
    return best


def seconds_of(life: CacheLife, numbers: Numbers) -> float:
    """Return how long an unused prefix stays: published, else assumed, within what is at most."""
    if life.seconds is not None:
        return life.seconds
    return min(numbers["cache_life_seconds"], life.up_to_seconds or math.inf)


def cacheable(rule: CacheRule, fixed: float, numbers: Numbers) -> float:
    """Return how many fixed tokens are cached: 0, or all, rounded down to the rule's step."""
    told = rule.minimum_prefix_tokens
    least = numbers["minimum_prefix_tokens"] if told is None else told
    if fixed < max(1, least):
        return 0
    return fixed - (fixed - least) % rule.step_tokens if rule.step_tokens > 1 else fixed
