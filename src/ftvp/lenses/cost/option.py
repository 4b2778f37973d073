"""One way of serving the requests: everything its bill is made of. Prices are USD per Mtok."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ftvp.tables.pricing import CacheRule
from ftvp.units import SECONDS_PER_DAY, Record


class Citation(Record):
    """A source as an answer quotes it: its name, address and the day a person last looked."""

    name: str
    url: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True)
class Rates:
    """The token prices of one side on one day; an absent one is not sold, never free."""

    input: float
    output: float
    source: str
    cached_input: float | None = None
    cache_write: float | None = None
    batch_input: float | None = None
    batch_output: float | None = None


@dataclass(frozen=True)
class RequestTokens:
    """The tokens of one request; `prefix` is the part of the input that is the same every time."""

    input: int
    output: float
    prefix: int = 0


@dataclass(frozen=True)
class TrainingRun:
    """What one training run costs and how that was worked out."""

    usd: float
    formula: str
    source: str


@dataclass(frozen=True)
class Training:
    """What is paid before the first tuned request, and again at each retraining round."""

    run: TrainingRun
    runs: int = 1
    examples: int = 0
    labelling_usd_per_example: float = 0
    renewed_examples: int = 0
    retrains_per_year: float = 0
    engineering_hours: float = 0
    hourly_rate_usd: float = 0


@dataclass(frozen=True)
class Hosting:
    """A fixed charge a month."""

    usd_per_month: float
    formula: str
    source: str


@dataclass(frozen=True)
class Option:
    """One side of the comparison: the same record prices prompting and tuning."""

    model: str | None
    requests_per_month: float
    requests_per_day: float
    tokens: RequestTokens
    rates: Rates | None = None
    usd_per_request: float | None = None
    """The user's own cost of a request, instead of tokens and rates."""
    cache: Literal["auto", "off"] | float = "auto"
    cache_rule: CacheRule | None = None
    batch_share: float = 0
    hosting: tuple[Hosting, ...] = ()
    maintenance_usd: float = 0
    training: Training | None = None

    @property
    def hit_rate(self) -> float | None:
        """Share of requests that find the prefix cached, or None when it cannot be told.

        Requests arrive at random (Poisson); a hit needs one within the time to live before it:
        `1 - exp(-rate * ttl)`.
        """
        if self.cache == "off":
            return 0
        if not isinstance(self.cache, str):
            return self.cache
        life = self.cache_rule.lives[0].seconds if self.cache_rule and self.cache_rule.lives else 0
        if not life:
            return None
        rate = self.requests_per_day * (1 - self.batch_share) / SECONDS_PER_DAY
        return -math.expm1(-rate * life)

    @property
    def cached_tokens(self) -> int:
        """Tokens of the prefix that are billed at the cached price on a hit; 0 when none are."""
        if self.rates is None or self.rates.cached_input is None or not self.hit_rate:
            return 0
        rule = self.cache_rule
        prefix = self.tokens.prefix if rule is None else rule.cacheable(self.tokens.prefix)
        marked = rule is not None and rule.mode == "breakpoint"
        if marked and self.cache == "auto" and not self._cache_pays():
            return 0
        return prefix

    @property
    def write_surcharge(self) -> float:
        """USD per Mtok that storing a prefix costs above the input price."""
        if self.rates is None or self.rates.cache_write is None:
            return 0
        return max(0, self.rates.cache_write - self.rates.input)

    def _cache_pays(self) -> bool:
        rates, hit_rate = self.rates, self.hit_rate or 0
        if rates is None or rates.cached_input is None:
            return False
        return hit_rate * (rates.input - rates.cached_input) > (1 - hit_rate) * self.write_surcharge
