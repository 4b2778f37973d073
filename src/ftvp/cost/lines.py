"""The components of a bill, in one table: what each counts, and at which price.

`LINES` is the only place that names them. What else must be known of a component (whether it grows
with requests, which reason it gives where tuning never pays back, how it is called) is a column.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from ftvp.cost.inputs import Numbers
from ftvp.cost.option import NOT_CACHED, Option, Period, cached, copies, sharing
from ftvp.units import DAYS_PER_MONTH, HOURS_PER_DAY, MONTHS_PER_YEAR, TOKENS_PER_MTOK

ComponentKind = Literal["request", "fixed", "retraining", "online", "one_off"]
"""A line grows with requests, is the same each month, ends with training, or is paid once."""
Part = Literal["own_cost", "cache", "thinking", "batch", "hosting", "training"]
"""What a month must have for a line to apply: a told cost of a request, a cached prefix, hidden
reasoning, batches, something paid by the month, training."""
PARTS: tuple[Part, ...] = get_args(Part)
Parts = tuple[bool, bool, bool, bool, bool, bool]
"""Whether a month has each `Part`, in their order."""
Blame = Literal["input_price", "output_price", "request_cost", "fixed_costs"]


class Month:
    """One month of an option at the prices of one period: what the components count.

    Tokens are those of one request; `online` and `batched` are requests a month.
    """

    __slots__ = (
        "batch_cached",
        "batched",
        "cached",
        "copies",
        "input",
        "numbers",
        "online",
        "option",
        "output",
        "period",
        "rates",
        "requests",
        "run_usd",
        "thinking",
    )

    def __init__(self, option: Option, numbers: Numbers, period: Period) -> None:
        """Work out tokens, batches, the cached part and the copies."""
        whole, fixed, varying, answer, thinking = option.lengths.tokens(numbers)
        is_long = period.long_above is not None and whole > period.long_above
        rates = period.long_rates if is_long and period.long_rates else period.rates
        share = option.batch_share
        batch = numbers[option.batch_field] if share is None else share
        per_day = numbers["volume"] * numbers[option.attempts_field]
        requests = per_day * numbers["days_per_month"]
        self.option = option
        self.numbers = numbers
        self.period = period
        self.rates = rates
        self.requests = requests
        self.batched = requests * batch
        self.online = requests - self.batched
        self.input = whole
        self.output = answer
        self.thinking = thinking
        terms = option.training
        self.run_usd = 0.0
        if terms is not None:
            self.run_usd = terms.run_usd(numbers, period.training, fixed + varying + answer)
        found = NOT_CACHED
        if rates.cached_input is not None and option.cache != "off":
            found = cached(option, numbers, rates, fixed, per_day * (1 - batch))
        self.cached = found
        self.batch_cached = 0.0
        if batch and option.cache == "share" and rates.batch_cached_input is not None:
            self.batch_cached = found.tokens
        self.copies = 1.0
        if option.has_hosting and option.served != "per_token" and not option.hosting_told:
            read = whole - found.tokens * found.hits
            self.copies = copies(option, numbers, per_day, read, answer + thinking)

    @property
    def parts(self) -> Parts:
        """What of the parts of a bill this month has."""
        option = self.option
        return (
            self.rates.request_usd is not None,
            self.cached.tokens > 0,
            self.thinking > 0,
            self.batched > 0,
            option.has_hosting,
            option.training is not None,
        )

    @property
    def trains_no_more(self) -> bool:
        """Whether training has closed when the period begins."""
        closes = self.option.training_closes
        return closes is not None and closes <= self.period.start

    @property
    def hosted_hours(self) -> float:
        """Hours in which a hosted model runs: all of them, or as told."""
        if "hours_per_day" in self.numbers:
            return self.numbers["hours_per_day"] * self.numbers["days_per_month"]
        return DAYS_PER_MONTH * HOURS_PER_DAY

    @property
    def batch_write(self) -> float:
        """What a token of a missed prefix costs in batches: a miss at the batches' discount."""
        rates = self.rates
        return self.cached.write * (rates.batch_input or 0) / rates.input if rates.input else 0


class Component(NamedTuple):
    """A row of the bill: `times` x `each` x `price` / `per`, USD; `each` is 1 where it is None.

    `needs` is what a month must have for the row to apply, and `words` name what `times` and
    `each` count and what the price is for.
    """

    item: str
    label: str
    kind: ComponentKind
    needs: tuple[Part, ...]
    blame: Blame
    times: Callable[[Month], float]
    each: Callable[[Month], float] | None
    price: Callable[[Month], float]
    words: tuple[str, str, str]
    per: float = 1


Totals = tuple[float, float, float, float]
"""What an option costs at the prices of one period, USD, by kind in the order of KINDS.

A month's requests, what is fixed a month, a month's retraining, and what is paid once.
"""
KINDS: tuple[ComponentKind, ...] = ("request", "fixed", "retraining", "one_off")


REQUESTS = ("requests", "tokens", "Mtok")
LINES = (
    Component(
        "request", "requests", "request", ("own_cost",), "request_cost",
        times=lambda m: m.requests,
        each=None,
        price=lambda m: m.rates.request_usd or 0,
        words=("requests", "", ""),
    ),
    Component(
        "input", "input", "request", (), "input_price",
        times=lambda m: m.online,
        each=lambda m: m.input - m.cached.tokens * (1 if m.cached.charged else m.cached.hits),
        price=lambda m: m.rates.input,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "cached_input", "cached input", "request", ("cache",), "input_price",
        times=lambda m: m.online,
        each=lambda m: m.cached.tokens * m.cached.hits,
        price=lambda m: m.rates.cached_input or 0,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "cache_write", "writing to the cache", "request", ("cache",), "input_price",
        times=lambda m: m.online if m.cached.charged else 0,
        each=lambda m: m.cached.tokens * (1 - m.cached.hits),
        price=lambda m: m.cached.write,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "output", "output", "request", (), "output_price",
        times=lambda m: m.online,
        each=lambda m: m.output,
        price=lambda m: m.rates.output,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "thinking", "hidden reasoning", "request", ("thinking",), "output_price",
        times=lambda m: m.online,
        each=lambda m: m.thinking,
        price=lambda m: m.rates.output,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "batch_input", "input in batches", "request", ("batch",), "input_price",
        times=lambda m: m.batched,
        each=lambda m: m.input - m.batch_cached,
        price=lambda m: m.rates.batch_input or 0,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "batch_cached_input", "cached input in batches", "request",
        ("batch", "cache"), "input_price",
        times=lambda m: m.batched,
        each=lambda m: m.batch_cached * m.cached.hits,
        price=lambda m: m.rates.batch_cached_input or 0,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "batch_cache_write", "writing to the cache in batches", "request",
        ("batch", "cache"), "input_price",
        times=lambda m: m.batched,
        each=lambda m: m.batch_cached * (1 - m.cached.hits),
        price=lambda m: m.batch_write,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "batch_output", "output in batches", "request", ("batch",), "output_price",
        times=lambda m: m.batched,
        each=lambda m: m.output,
        price=lambda m: m.rates.batch_output or 0,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "batch_thinking", "hidden reasoning in batches", "request",
        ("batch", "thinking"), "output_price",
        times=lambda m: m.batched,
        each=lambda m: m.thinking,
        price=lambda m: m.rates.batch_output or 0,
        words=REQUESTS, per=TOKENS_PER_MTOK,
    ),
    Component(
        "hosting", "hosting", "fixed", ("hosting",), "fixed_costs",
        times=lambda m: 0 if m.option.hosting_told else m.copies / sharing(m.option, m.numbers),
        each=lambda m: m.hosted_hours,
        price=lambda m: m.rates.hosting_usd_per_hour,
        words=("copies", "hours", ""),
    ),
    Component(
        "own_hosting", "hosting", "fixed", ("hosting",), "fixed_costs",
        times=lambda m: 1 if m.option.hosting_told else 0,
        each=None,
        price=lambda m: m.numbers["hosting"],
        words=("month", "", ""),
    ),
    Component(
        "storage", "storage", "fixed", ("hosting",), "fixed_costs",
        times=lambda _: 1,
        each=None,
        price=lambda m: m.rates.storage_usd_per_month,
        words=("month", "", ""),
    ),
    Component(
        "retraining", "retraining", "retraining", ("training",), "fixed_costs",
        times=lambda m: 0 if m.trains_no_more else m.numbers["retrains_per_year"] / MONTHS_PER_YEAR,
        each=None,
        price=lambda m: m.run_usd + m.numbers["renewed_examples"] * m.numbers["labelling_cost"],
        words=("rounds", "", ""),
    ),
    Component(
        "maintenance", "maintenance", "fixed", ("training",), "fixed_costs",
        times=lambda _: 1,
        each=None,
        price=lambda m: m.numbers["maintenance"],
        words=("month", "", ""),
    ),
    Component(
        "training", "training", "one_off", ("training",), "fixed_costs",
        times=lambda m: m.numbers["training_runs"],
        each=None,
        price=lambda m: m.run_usd,
        words=("runs", "", ""),
    ),
    Component(
        "labelling", "labelling", "one_off", ("training",), "fixed_costs",
        times=lambda m: max(0.0, m.numbers["training_examples"] - m.numbers["examples_at_hand"]),
        each=None,
        price=lambda m: m.numbers["labelling_cost"],
        words=("training examples", "", ""),
    ),
    Component(
        "engineering", "engineering", "one_off", ("training",), "fixed_costs",
        times=lambda m: m.numbers["engineering_hours"],
        each=None,
        price=lambda m: m.numbers["hourly_rate"],
        words=("hours", "", ""),
    ),
)  # fmt: skip
"""Every component of a bill, in the order in which it is shown."""


Calculation = tuple[
    Callable[[Month], float],
    Callable[[Month], float] | None,
    Callable[[Month], float],
    float,
    int,
]
"""What `totals` needs of a component, with the place of its kind."""


@lru_cache(maxsize=64)
def rows_of(parts: Parts) -> tuple[Calculation, ...]:
    """Return the rows that apply where a month has these parts."""
    held = dict(zip(PARTS, parts, strict=True))
    return tuple(
        (c.times, c.each, c.price, c.per, KINDS.index(c.kind))
        for c in LINES
        if all(held[part] for part in c.needs)
    )


def totals(month: Month) -> Totals:
    """Return the sums of the lines of a month by kind, USD."""
    sums = [0.0, 0.0, 0.0, 0.0]
    for times, each, price, per, kind in rows_of(month.parts):
        count = times(month)
        if count:
            if each is not None:
                count *= each(month)
            sums[kind] += count * price(month) / per
    return sums[0], sums[1], sums[2], sums[3]
