"""What a month's requests ask for: what of each a cache holds, and the copies that carry the rest.

Requests arrive at random (Poisson), so one finds the prefix of an earlier one with the probability
`1 - exp(-requests per second x life)`. Copies of a hosted model:

    replicas = max(1, ceil(peak x rate x ((I - C x hits) / in_tps + (O + K) / out_tps) / u))

`rate` is the requests a second in the hours in which the model runs and requests come; `in_tps` and
`out_tps` are what one copy does of each alone. Reading and writing share a GPU: their times add.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ftvp.cost.inputs import Numbers
from ftvp.cost.option import Option, Rates
from ftvp.tables.pricing import CacheLife, CacheRule
from ftvp.units import HOURS_PER_DAY, SECONDS_PER_DAY

SECONDS_PER_HOUR = 3600
SMOOTH_ABOVE = "smooth_above"
"""The number of replicas above which they count as a real number, where that is set."""


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
    cheaper, with the life that makes it cheapest: the published one, else the assumed one within
    what is at most. A told share of hits holds for the whole prefix.
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
        stays = life.seconds
        if stays is None:
            stays = min(numbers["cache_life_seconds"], life.up_to_seconds or math.inf)
        hits = -math.expm1(-per_second * stays)
        mean = hits * read + (1 - hits) * write
        if mean < least:
            best, least = Cached(tokens, hits, write, write != rates.input, life), mean
    return best


def cacheable(rule: CacheRule, fixed: float, numbers: Numbers) -> float:
    """Return how many fixed tokens are cached: 0, or all, rounded down to the rule's step."""
    told = rule.minimum_prefix_tokens
    least = numbers["minimum_prefix_tokens"] if told is None else told
    if fixed < max(1, least):
        return 0
    return fixed - (fixed - least) % rule.step_tokens if rule.step_tokens > 1 else fixed


def speed(option: Option, numbers: Numbers) -> tuple[float, float] | None:
    """Return the tokens that one copy reads and writes a second; None where it is not known."""
    known = option.speed or (None, None)
    reads = numbers.get("input_tokens_per_second", known[0])
    writes = numbers.get("output_tokens_per_second", known[1])
    return None if reads is None or writes is None else (reads, writes)


def is_floor(option: Option, numbers: Numbers) -> bool:
    """Return whether the bill is a floor: one copy, of which nobody knows what it carries."""
    told = option.hosting_told or "replicas" in numbers
    return option.is_hosted and not told and speed(option, numbers) is None


def copies(option: Option, numbers: Numbers, per_day: float, read: float, written: float) -> float:
    """Return the copies that carry `per_day` requests of so many tokens read and written each."""
    if "replicas" in numbers:
        return numbers["replicas"]
    known = speed(option, numbers)
    if known is None:
        return 1
    hours = min(numbers.get("hours_per_day", HOURS_PER_DAY), numbers["active_hours"])
    rate = per_day * sharing(option, numbers) / (SECONDS_PER_HOUR * hours)
    seconds = read / known[0] + written / known[1]
    load = numbers["peak_to_mean"] * rate * seconds / numbers["utilisation"]
    if load > numbers.get(SMOOTH_ABOVE, math.inf):
        return load
    return max(1, math.ceil(load))


def sharing(option: Option, numbers: Numbers) -> float:
    """Return how many tuned models share the copies, where the seller allows so many."""
    wanted = numbers["adapters_sharing"]
    return wanted if option.is_tuned and wanted <= option.adapters else 1
