"""One way of serving the requests, as its bill needs it, and what a month's requests ask of it.

Prices by date, lengths, training, ends. An option is fixed; the numbers that may vary (volume,
lengths, work ...) are passed to what reads it. Months are counted from the day of the answer, 30
days each. Prices are USD per Mtok.

Requests arrive at random (Poisson), so one finds the prefix of an earlier one with the probability
`1 - exp(-requests per second x life)`. Copies of a hosted model:

    replicas = max(1, ceil(peak x rate x ((I - C x hits) / in_tps + (O + K) / out_tps) / u))

`rate` is the requests a second in the hours in which the model runs and requests come; `in_tps` and
`out_tps` are what one copy does of each alone. Reading and writing share a GPU: their times add.
"""

import math
from datetime import date
from typing import Literal, NamedTuple

from ftvp.cost.inputs import Model, Numbers
from ftvp.tables.entries import EpochPolicy, Offer, Served, Side, TrainingPrice, in_force
from ftvp.tables.pricing import CACHING, CacheLife, CacheRule
from ftvp.units import DAYS_PER_MONTH, HOURS_PER_DAY, SECONDS_PER_DAY

Kind = Literal["prompted", "prompted_batch", "tuned", "tuned_batch", "hybrid"]
CachePolicy = Literal["auto", "off", "share"]
TUNED: frozenset[Kind] = frozenset({"tuned", "tuned_batch", "hybrid"})


class Rates(NamedTuple):
    """The prices of one way of serving in force at one time; an absent one is not sold."""

    input: float = 0
    output: float = 0
    cached_input: float | None = None
    cache_write: float | None = None
    cache_write_long: float | None = None
    batch_input: float | None = None
    batch_output: float | None = None
    batch_cached_input: float | None = None
    request_usd: float | None = None
    """The user's own cost of a request, instead of tokens."""
    hosting_usd_per_hour: float = 0
    storage_usd_per_month: float = 0
    source: str = "given"
    lives: tuple[tuple[CacheLife, float], ...] = ()
    """The lives of a cached prefix, each with the price of storing it, where that is known."""

    def living(self, rule: CacheRule | None) -> "Rates":
        """Return the prices with the lives that a cache rule offers and whose price is known."""
        if rule is None or rule.mode not in CACHING or self.cached_input is None:
            return self
        prices = {
            None: self.input,
            "cache_write_usd_per_mtok": self.cache_write,
            "cache_write_long_usd_per_mtok": self.cache_write_long,
        }
        known = ((life, prices[life.write]) for life in rule.lives)
        return self._replace(lives=tuple((life, usd) for life, usd in known if usd is not None))

    def times(self, input_times: float, output_times: float) -> "Rates":
        """Return the prices of a request that is longer than a threshold."""
        prices = {name: getattr(self, name) for name in (*INPUT_PRICES, *OUTPUT_PRICES)}
        return self._replace(
            **{
                name: usd * (input_times if name in INPUT_PRICES else output_times)
                for name, usd in prices.items()
                if usd is not None
            },
        )


INPUT_PRICES = (
    "input",
    "cached_input",
    "cache_write",
    "cache_write_long",
    "batch_input",
    "batch_cached_input",
)
OUTPUT_PRICES = ("output", "batch_output")


class Period(NamedTuple):
    """Prices from a month on; `long_rates` hold for requests of more input than `long_above`."""

    start: float
    rates: Rates
    long_above: float | None = None
    long_rates: Rates | None = None
    training: TrainingPrice | None = None


Tokens = tuple[float, float, float, float, float]
"""Of one request: all its input, of that the fixed and the varying part, answer, reasoning."""


class Lengths(NamedTuple):
    """How the tokens of a request follow from the numbers, in this model's tokens.

    `fixed` is the counted part that is the same every time, None where the prompt was given as a
    number: then `input_field` names it. A factor turns the tokens of the model a number was told
    for into this model's.
    """

    fixed: float | None = None
    input_field: str = "prompt_tokens"
    input_factor: float = 1
    request: float | None = None
    """The request counted in the prompt; None where it is `request_tokens`."""
    request_factor: float = 1
    output_field: str = "output_tokens"
    output_factor: float = 1
    thinking_field: str | None = None
    """`thinking_multiple` of the answer, or a field with tokens; None for no hidden reasoning."""
    thinking_factor: float = 1
    thinks_as_now: bool = False
    """Whether the multiple is one of the prompted answer: one model reasons alike on both sides."""
    removed_shots: int = 0

    def tokens(self, numbers: Numbers) -> Tokens:
        """Return the tokens of one request.

        A conversation of n calls resends what was said before: (n - 1) / 2 times request and
        answer, on average.
        """
        varying = self.request
        if varying is None:
            varying = numbers["request_tokens"] * self.request_factor
        answer = numbers[self.output_field] * self.output_factor
        fixed = self.fixed
        if fixed is None:
            whole = numbers[self.input_field] * self.input_factor
            varying = min(varying, whole)
            fixed = whole - varying
        resent = (numbers["turns"] - 1) / 2 * (varying + answer)
        thinking = 0.0
        if self.thinking_field is not None:
            thinking = numbers[self.thinking_field] * self.thinking_factor
            if self.thinking_field == "thinking_multiple":
                thinking *= numbers["output_tokens"] if self.thinks_as_now else answer
        return fixed + varying + resent, fixed, varying, answer, thinking


class TrainingTerms(NamedTuple):
    """What a training run of this option is billed by.

    The cost of a run is told, or follows from the price of each period. `epoch_tokens` are counted
    in the training file, None where they are examples x (request + answer + overhead).
    """

    run_told: bool = False
    epoch_tokens: float | None = None
    tokens_factor: float = 1
    """This model's tokens for each of the tokens that --training-tokens counts."""
    policy: EpochPolicy | None = None
    """How many epochs the provider trains where nobody says."""
    epochs: float | None = None
    """Those of a model without a policy, where those of the numbers are another model's default."""

    def run_usd(self, numbers: Numbers, price: TrainingPrice | None, example: float) -> float:
        """Return the cost of one run, for training examples of so many tokens each."""
        if self.run_told or price is None:
            return numbers["training_cost"]
        if price.usd_per_mtok is None:
            return price.run_usd(tokens=0, hours=numbers["gpu_hours"])
        examples = numbers["training_examples"]
        epochs = self.epochs
        if self.policy is not None:
            epochs = self.policy.epochs(round(examples))
        elif epochs is None:
            epochs = numbers["epochs"]
        if "training_tokens" in numbers:
            tokens = numbers["training_tokens"] * self.tokens_factor
        elif self.epoch_tokens is not None:
            tokens = self.epoch_tokens
        else:
            tokens = examples * (example + numbers["training_overhead"])
        return price.run_usd(tokens=tokens * epochs, hours=0)


class Option(NamedTuple):
    """One way of serving the requests."""

    id: str
    kind: Kind
    model: Model | None
    name: str
    periods: tuple[Period, ...]
    lengths: Lengths
    rule: CacheRule | None = None
    cache: CachePolicy = "auto"
    cache_field: str = "cache"
    batch_field: str = "prompted_batch_share"
    batch_share: float | None = None
    """The share of requests in batches, where it is not the number of `batch_field`."""
    attempts_field: str = "attempts"
    served: Served = "per_token"
    commitment_months: int = 0
    hosting_told: bool = False
    has_hosting: bool = False
    """Whether anything is paid by the month: copies by the hour, storage, or as told."""
    speed: tuple[float, float] | None = None
    """Tokens one replica reads and writes a second, each alone; None where it is not known."""
    speed_times: tuple[float, float] | None = None
    """What these may be multiplied with, where they rest on one measured length."""
    adapters: int = 1
    """How many tuned models one deployment may serve."""
    training: TrainingTerms | None = None
    ends: float | None = None
    """The month in which the model of the option is shut down; None where none is announced."""
    ends_on: date | None = None
    training_closes: float | None = None
    shots: int | None = None
    exact: bool = True
    estimate: str | None = None

    @property
    def is_tuned(self) -> bool:
        """Whether the option needs training."""
        return self.training is not None

    @property
    def is_hosted(self) -> bool:
        """Whether it is paid for by the hour, so that its capacity counts."""
        return self.served != "per_token"

    @property
    def context_tokens(self) -> int | None:
        """How many tokens the model takes of a request, input and output; None if not known."""
        traits = self.model.row.traits if self.model else None
        return traits.context_tokens if traits else None


def month_of(day: date, today: date) -> float:
    """Return how many months of 30 days lie between today and a day."""
    return (day - today).days / DAYS_PER_MONTH


def rates_of(offer: Offer) -> Rates:
    """Return an offer's prices; a hosted one charges no tokens."""
    return Rates(
        input=offer.input_usd_per_mtok or 0,
        output=offer.output_usd_per_mtok or 0,
        cached_input=offer.cached_input_usd_per_mtok,
        cache_write=offer.cache_write_usd_per_mtok,
        cache_write_long=offer.cache_write_long_usd_per_mtok,
        batch_input=offer.batch_input_usd_per_mtok,
        batch_output=offer.batch_output_usd_per_mtok,
        batch_cached_input=offer.batch_cached_input_usd_per_mtok,
        hosting_usd_per_hour=offer.hosting_usd_per_hour or 0,
        storage_usd_per_month=offer.storage_usd_per_month or 0,
        source=offer.source,
    )


def periods_of(
    model: Model, side: Side, offer: Offer, rule: CacheRule | None, today: date
) -> tuple[Period, ...]:
    """Return the periods of a way of serving, and of its training price, from today on."""
    entries = model.row.base if side == "base" else model.row.tuned
    prices = model.row.training if side == "tuned" else ()
    way = (offer.served, offer.commitment_months)
    offers = [each for each in entries if (each.served, each.commitment_months) == way]
    later = [each for each in offers if each.effective_from > today]
    days = {today, *(each.effective_from for each in later)}
    days |= {price.effective_from for price in prices if price.effective_from > today}
    periods = []
    for day in sorted(days):
        charged = next((each for each in reversed(later) if each.effective_from <= day), offer)
        rates, long = rates_of(charged), charged.long_prompt
        longer = rates.times(long.input_times, long.output_times) if long else None
        period = Period(
            start=month_of(day, today),
            rates=rates.living(rule),
            long_above=long.above_tokens if long else None,
            long_rates=longer.living(rule) if longer else None,
            training=in_force(prices, day),
        )
        periods.append(period)
    return tuple(periods)


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


FLOOR_REASON = "one copy; what one carries is not known"
"""Why a bill is only a floor, where it is one."""


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
