"""A second, plain and slow calculation of every amount, written from the specification alone.

It shares the tables and the scenario with the package, and none of its arithmetic: what both say
alike is said twice. Money is USD, prices USD per million tokens, time months of 30 days from the
day of the answer, volume requests a day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ftvp.scenario import OwnPrice, Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Offer, in_force
from ftvp.tables.pricing import CacheRule, PricedModel

MTOK = 1e6
DAYS = 30
UNCACHED = CacheRule(mode="unknown", checked_on=date(2024, 1, 1), source="none")


class RefusedError(Exception):
    """The scenario has no answer; the text is the kind of refusal."""


@dataclass(frozen=True)
class Rates:
    """Prices of one side on one day, None where not known."""

    input: float
    output: float
    cached: float | None = None
    write: float | None = None
    write_long: float | None = None
    batch_input: float | None = None
    batch_output: float | None = None
    batch_cached: float | None = None

    def times(self, inputs: float, outputs: float) -> Rates:
        """Return the prices of a request that is longer than the bound of its tier."""
        return Rates(
            self.input * inputs,
            self.output * outputs,
            multiple(self.cached, inputs),
            multiple(self.write, inputs),
            multiple(self.write_long, inputs),
            multiple(self.batch_input, inputs),
            multiple(self.batch_output, outputs),
            multiple(self.batch_cached, inputs),
        )


def multiple(price: float | None, times: float) -> float | None:
    """Return a price so many times, None where it is not known."""
    return None if price is None else price * times


@dataclass(frozen=True)
class Request:
    """The tokens of one request, in the tokens of the model that answers it."""

    prompt: float
    varying: float
    output: float
    thinking: float
    turns: float

    @property
    def input(self) -> float:
        """Mean input of the calls of a conversation that resends its history."""
        return self.prompt + (self.turns - 1) / 2 * (self.varying + self.output)

    @property
    def prefix(self) -> float:
        """What is the same in every request."""
        return self.prompt - self.varying


@dataclass(frozen=True)
class Option:
    """One way to serve the scenario, as its bill needs it."""

    scenario: Scenario
    tables: Tables
    name: str | None
    tuned: bool
    request: Request | None
    attempts: float
    batch: float
    cache: float | str
    own: OwnPrice | None = None
    request_cost: float | None = None
    hosting: float | None = None
    served: tuple[str, int] | None = None
    round: float = 0.0
    storage_and_upkeep: float = 0.0
    one_off: float = 0.0

    @cached_property
    def model(self) -> PricedModel | None:
        """The model's row of the price table."""
        return None if self.name is None else self.tables.pricing.models[self.name]

    def offer(self, day: date) -> Offer | None:
        """The offer in force on a day; own prices and a request cost replace it."""
        if self.model is None or self.own is not None or self.request_cost is not None:
            return None
        entries = self.model.tuned if self.tuned else self.model.base
        mine = [e for e in entries if (e.served, e.commitment_months) == self.served]
        return in_force(mine, day)

    def changes(self) -> Iterator[date]:
        """Yield the days on which a price of this option begins."""
        if self.model is None or self.own is not None or self.request_cost is not None:
            return
        for entry in self.model.tuned if self.tuned else self.model.base:
            if (entry.served, entry.commitment_months) == self.served:
                yield entry.effective_from

    def rates(self, day: date) -> Rates | None:
        """Prices of tokens on a day, None where tokens have none."""
        if self.own is not None:
            own = self.own
            return Rates(own.input, own.output, own.cached_input, own.cache_write, own.cache_write)
        offer = self.offer(day)
        if offer is None or offer.input_usd_per_mtok is None or offer.output_usd_per_mtok is None:
            return None
        rates = Rates(
            offer.input_usd_per_mtok,
            offer.output_usd_per_mtok,
            offer.cached_input_usd_per_mtok,
            offer.cache_write_usd_per_mtok,
            offer.cache_write_long_usd_per_mtok,
            offer.batch_input_usd_per_mtok,
            offer.batch_output_usd_per_mtok,
            offer.batch_cached_input_usd_per_mtok,
        )
        tier = offer.long_prompt
        if tier and self.request and self.request.input > tier.above_tokens:
            return rates.times(tier.input_times, tier.output_times)
        return rates

    @property
    def rule(self) -> CacheRule:
        """How the model caches."""
        if self.model is None or self.model.caching is None:
            return UNCACHED
        return self.tables.pricing.caching[self.model.caching]


def assumed(tables: Tables, name: str) -> float:
    """Return the middle of an assumption."""
    return float(getattr(tables.framework.assumptions, name).value)


def told(value: float | None, otherwise: float) -> float:
    """Return what was told, 0 included, else what holds otherwise."""
    return otherwise if value is None else value


# Section 3: what a request costs


def lives(option: Option, rates: Rates) -> list[tuple[float, float]]:
    """Return every life of a prefix in seconds, with the price of writing it."""
    found = []
    for life in option.rule.lives:
        write: float | None = rates.input
        if life.write == "cache_write_usd_per_mtok":
            write = rates.write
        elif life.write == "cache_write_long_usd_per_mtok":
            write = rates.write_long
        if write is None and option.own is not None:
            write = rates.input
        if write is not None:
            seconds = life.seconds or assumed(option.tables, "cache_life_seconds")
            found.append((seconds, write))
    return found


def shared_prefix(option: Option, rates: Rates, volume: float) -> tuple[float, float, float, bool]:
    """Return C, h and the write price of online requests, and whether a share was told."""
    request = option.request
    assert request is not None
    if option.cache == "off" or rates.cached is None:
        return 0.0, 0.0, rates.input, False
    if isinstance(option.cache, float):
        writes = [write for _, write in lives(option, rates)]
        charged = rates.input if rates.write is None else rates.write
        return request.prefix, option.cache, min(writes, default=charged), True
    rule = option.rule
    minimum = rule.minimum_prefix_tokens
    if minimum is None:
        minimum = int(assumed(option.tables, "minimum_prefix_tokens"))
    if rule.mode not in {"automatic", "breakpoint"} or request.prefix < max(1, minimum):
        return 0.0, 0.0, rates.input, False
    over = (request.prefix - minimum) % rule.step_tokens if rule.step_tokens > 1 else 0
    length = request.prefix - over
    active = told(option.scenario.active_hours, 24)
    rate = volume * option.attempts * (1 - option.batch) / 86_400 * 24 / active
    ways = [(1 - math.exp(-rate * seconds), write) for seconds, write in lives(option, rates)]
    if not ways:
        return 0.0, 0.0, rates.input, False
    mean, hit, write = min((h * rates.cached + (1 - h) * write, h, write) for h, write in ways)
    if rule.mode == "breakpoint" and mean > rates.input:
        return 0.0, 0.0, rates.input, False
    return length, hit, write, False


def token_cost(option: Option, day: date, volume: float) -> float:
    """Return the cost of the tokens of one request, 0 where tokens have no price."""
    rates, request, b = option.rates(day), option.request, option.batch
    if rates is None or request is None:
        return 0.0
    out = request.output + request.thinking
    length, hit, write, share = shared_prefix(option, rates, volume)
    cached = told(rates.cached, rates.input)
    online = (request.input - length) * rates.input + out * rates.output
    online += length * (hit * cached + (1 - hit) * write)
    if b == 0:
        return online / MTOK
    if rates.batch_input is None or rates.batch_output is None:
        raise RefusedError("batch")
    length = length if share and rates.batch_cached is not None else 0.0
    batch = (request.input - length) * rates.batch_input + out * rates.batch_output
    if length:
        writing = write * (rates.batch_input / rates.input if rates.input else 1)
        batch += length * (hit * told(rates.batch_cached, 0) + (1 - hit) * writing)
    return ((1 - b) * online + b * batch) / MTOK


# Section 4: capacity


def speeds(option: Option, offer: Offer) -> tuple[float | None, float | None]:
    """Return what one replica reads and writes a second: told, else of the table."""
    scenario = option.scenario
    reads, writes = scenario.input_tokens_per_second, scenario.output_tokens_per_second
    one = offer.throughput
    known = (one.input_tokens_per_second, one.output_tokens_per_second) if one else (None, None)
    return reads or known[0], writes or known[1]


def is_floor(option: Option, day: date) -> bool:
    """Return whether nobody knows how many replicas the load needs."""
    offer = option.offer(day)
    if offer is None or offer.served == "per_token" or option.hosting is not None:
        return False
    return option.scenario.replicas is None and None in speeds(option, offer)


def replicas(option: Option, offer: Offer, volume: float, *, real_above: float = math.inf) -> float:
    """Return how many replicas carry the load; above `real_above` as a real number."""
    scenario, request = option.scenario, option.request
    if offer.served == "per_token":
        return 1
    if scenario.replicas is not None:
        return scenario.replicas
    reads, writes = speeds(option, offer)
    if reads is None or writes is None or request is None:
        return 1
    hours = min(told(scenario.hours_per_day, 24), told(scenario.active_hours, 24))
    rate = volume * option.attempts * shared_by(option, offer) / (3_600 * hours)
    seconds = request.input / reads + (request.output + request.thinking) / writes
    peak = told(scenario.peak_to_mean, assumed(option.tables, "peak_to_mean"))
    used = told(scenario.utilisation, assumed(option.tables, "utilisation"))
    load = peak * rate * seconds / used
    return max(1, load if load > real_above else math.ceil(load))


def shared_by(option: Option, offer: Offer) -> float:
    """Return how many tuned models share a deployment, where the seller allows it."""
    allowed, wanted = offer.adapters_per_deployment, told(option.scenario.adapters_sharing, 1)
    return wanted if option.tuned and wanted <= (allowed or 1) else 1


def hosting(option: Option, day: date, volume: float, real_above: float = math.inf) -> float:
    """Return what hosting costs a month."""
    if option.hosting is not None:
        return option.hosting
    offer, scenario = option.offer(day), option.scenario
    if offer is None or not offer.hosting_usd_per_hour:
        return 0.0
    days = told(scenario.days_per_month, assumed(option.tables, "days_per_month"))
    hours = 720 if scenario.hours_per_day is None else scenario.hours_per_day * days
    copies = replicas(option, offer, volume, real_above=real_above)
    return copies * offer.hosting_usd_per_hour * hours / shared_by(option, offer)


# Section 5: the bill


@dataclass(frozen=True)
class Month:
    """A month's bill of one option: what falls with prices, what does not, retraining."""

    tokens: float
    fixed: float
    retraining: float

    @property
    def total(self) -> float:
        """The whole bill."""
        return self.tokens + self.fixed + self.retraining


def month(option: Option, day: date, volume: float, real_above: float = math.inf) -> Month:
    """Return the bill of a month at the prices of a day."""
    scenario = option.scenario
    days = told(scenario.days_per_month, assumed(option.tables, "days_per_month"))
    requests = volume * days * option.attempts
    offer = option.offer(day)
    storage = (offer.storage_usd_per_month or 0) if offer else 0
    fixed = hosting(option, day, volume, real_above) + storage + option.storage_and_upkeep
    if option.request_cost is not None:
        return Month(requests * option.request_cost, fixed, retraining(option))
    return Month(requests * token_cost(option, day, volume), fixed, retraining(option))


def retraining(option: Option) -> float:
    """Return what retraining costs a month."""
    if not option.tuned:
        return 0.0
    rounds = option.scenario.retrains_per_year
    return told(rounds, assumed(option.tables, "retrains_per_year")) / 12 * option.round
