"""What an option costs: its first month line by line, and all of it by any month, in numbers.

The components of a bill stand in one table, `LINES`: what each counts, and at which price.

The words of a bill are made by who shows it. By any month: one function for totals, charts,
paybacks and rankings. Time is cut where a price changes, a model ends and training closes; in
between an option costs so much a month, of which the part that grows with requests falls with token
prices. Months are 30 days each, counted from the day of the answer.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from ftvp.cost.inputs import Numbers
from ftvp.cost.option import NOT_CACHED, Cached, Option, Period, cached, copies, is_floor, sharing
from ftvp.units import DAYS_PER_MONTH, HOURS_PER_DAY, MONTHS_PER_YEAR, PERCENT, TOKENS_PER_MTOK

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


OfMonth = Callable[[Month], float]


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
    times: OfMonth
    each: OfMonth | None
    price: OfMonth
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


Calculation = tuple[OfMonth, OfMonth | None, OfMonth, float, int]
"""What `totals` needs of a component, with the place of its kind."""


@lru_cache(maxsize=64)
def rows_of(parts: Parts) -> tuple[Calculation, ...]:
    """Return the rows that apply where a month has these parts."""
    held = dict(zip(PARTS, parts, strict=True))
    rows = [c for c in LINES if all(map(held.get, c.needs))]
    return tuple((c.times, c.each, c.price, c.per, KINDS.index(c.kind)) for c in rows)


BARE: Parts = (False, False, False, False, False, False)
TRAINING = tuple(row for row in rows_of((*BARE[:-1], True)) if row not in rows_of(BARE))
"""The rows of training, which need nothing else."""


def totals(month: Month, serving: Totals | None = None) -> Totals:
    """Return the sums of the lines of a month by kind, USD.

    `serving` are the sums without training, where they are known.
    """
    sums = list(serving or (0.0, 0.0, 0.0, 0.0))
    rows = () if serving else rows_of((*month.parts[:-1], False))
    trains = month.option.training is not None
    for times, each, price, per, kind in rows + TRAINING if trains else rows:
        count = times(month)
        if count:
            if each is not None:
                count *= each(month)
            sums[kind] += count * price(month) / per
    return sums[0], sums[1], sums[2], sums[3]


class BillLine(NamedTuple):
    """One line: `times` x `each` x `price` / `per` of its component, USD."""

    component: Component
    times: float
    each: float | None
    price: float
    usd: float
    source: str

    @property
    def item(self) -> str:
        """The name under which it is shown: hosting is hosting, whoever told its price."""
        return "hosting" if self.component.item == "own_hosting" else self.component.item


class Bill(NamedTuple):
    """All costs of an option in its first month, and what is paid before the first request."""

    option: Option
    requests_per_month: float
    """As they are billed: each try counts."""
    cached: Cached
    lines: tuple[BillLine, ...]
    copies: float
    floor: bool

    @property
    def monthly(self) -> tuple[BillLine, ...]:
        """The lines of a month."""
        return tuple(line for line in self.lines if line.component.kind != "one_off")

    @property
    def upfront(self) -> tuple[BillLine, ...]:
        """What is paid once."""
        return tuple(line for line in self.lines if line.component.kind == "one_off")

    @property
    def monthly_usd(self) -> float:
        """A month, USD."""
        return sum(line.usd for line in self.monthly)

    @property
    def upfront_usd(self) -> float:
        """What is paid once, USD."""
        return sum(line.usd for line in self.upfront)

    def blamed_usd(self, *blame: str) -> float:
        """Return what a month's lines cost that give one of these reasons for never, USD."""
        return sum(line.usd for line in self.monthly if line.component.blame in blame)

    @property
    def request_usd(self) -> float:
        """What a month's requests cost, without what is fixed, USD."""
        return sum(line.usd for line in self.lines if line.component.kind == "request")


def bill(option: Option, numbers: Numbers) -> Bill:
    """Return the bill of an option at the prices of the day."""
    month = Month(option, numbers, option.periods[0])
    held = dict(zip(PARTS, month.parts, strict=True))
    lines = []
    for component in LINES:
        times = component.times(month) if all(map(held.get, component.needs)) else 0
        if not times:
            continue
        each = None if component.each is None else component.each(month)
        price = component.price(month)
        usd = times * (1 if each is None else each) * price / component.per
        if usd:
            lines.append(BillLine(component, times, each, price, usd, _source(component, month)))
    return Bill(
        option,
        month.requests,
        month.cached,
        tuple(lines),
        month.copies,
        is_floor(option, numbers),
    )


def _source(component: Component, month: Month) -> str:
    """Return the id of the source of a line's price, "given" where the user told it."""
    if component.item in ("retraining", "training"):
        terms, price = month.option.training, month.period.training
        return "given" if price is None or (terms and terms.run_told) else price.source
    if "training" in component.needs or component.item == "own_hosting":
        return "given"
    return month.rates.source


class Stretch(NamedTuple):
    """A span of months at one price, USD a month."""

    start: float
    end: float
    request: float
    """What falls with token prices."""
    fixed: float


class Course(NamedTuple):
    """The cost of an option over time: what is paid on a month, and what a month costs."""

    paid: tuple[tuple[float, float], ...]
    """Months with the amounts paid in them, USD, the first at 0."""
    stretches: tuple[Stretch, ...]
    decline: float
    """Fall of token prices a year, 0 to 1."""

    @property
    def one_off(self) -> float:
        """What is paid before the first request, USD."""
        return sum(usd for month, usd in self.paid if not month)

    def cost(self, month: float, *, before: bool = False) -> float:
        """Return what has been paid by a month, USD; `before` leaves out what is paid in it."""
        usd = 0.0
        for when, amount in self.paid:
            if when < month or (when == month and not (before and month)):
                usd += amount
        decline = self.decline
        for start, end, request, fixed in self.stretches:
            if start >= month:
                break
            last = min(end, month)
            spent = fallen(decline, last) - fallen(decline, start) if decline else last - start
            usd += request * spent + fixed * (last - start)
        return usd

    def at(self, month: float) -> Stretch:
        """Return the stretch that a month lies in."""
        return next(each for each in self.stretches if each.start <= month < each.end)


def fallen(decline: float, month: float) -> float:
    """Return the months up to `month` as they count when prices fall: month k by (1-g)^(k/12).

    >>> fallen(0, 7.5), round(fallen(0.5, 1.5), 6)
    (7.5, 1.471937)
    """
    log = math.log1p(-decline) / MONTHS_PER_YEAR
    if not log:
        return month
    whole = math.floor(month)
    return math.expm1(whole * log) / math.expm1(log) + (month - whole) * math.exp(whole * log)


def alone(
    option: Option, numbers: Numbers, serving: Sequence[Totals] = ()
) -> tuple[float, list[Stretch]]:
    """Return what an option costs once and its stretches, as if no model ended.

    `serving` are the `totals` of each period without training, where they are known.
    """
    found: list[Stretch] = []
    one_off = 0.0
    periods = option.periods
    for place, period in enumerate(periods):
        known = serving[place] if serving else None
        request, fixed, retraining, once = totals(Month(option, numbers, period), known)
        one_off = once if place == 0 else one_off
        end = periods[place + 1].start if place + 1 < len(periods) else math.inf
        closes = option.training_closes
        if not retraining or closes is None or closes >= end:
            found.append(Stretch(period.start, end, request, fixed + retraining))
        elif closes <= period.start:
            found.append(Stretch(period.start, end, request, fixed))
        else:
            found.append(Stretch(period.start, closes, request, fixed + retraining))
            found.append(Stretch(closes, end, request, fixed))
    return one_off, found


def prompted_course(option: Option, numbers: Numbers, successor: Option | None = None) -> Course:
    """Return the course of a prompted option.

    Where its model ends, the successor takes over; without one the same price goes on.
    """
    _, stretches = alone(option, numbers)
    if successor is not None and option.ends is not None:
        _, later = alone(successor, numbers)
        stretches = [*until(stretches, option.ends), *since(later, option.ends)]
    return Course((), tuple(stretches), numbers["price_decline"] / PERCENT)


def tuned_course(
    option: Option,
    numbers: Numbers,
    prompted: Course,
    *,
    retune: bool,
    serving: Sequence[Totals] = (),
) -> Course:
    """Return the course of a tuned option: where its model ends, prompting takes over.

    With `retune` its successor is tuned on that day instead, for a run and the hours of rebuilding,
    and costs the same from then on. `serving` is as in `alone`.
    """
    one_off, stretches = alone(option, numbers, serving)
    paid = [(0.0, one_off)]
    if option.ends is not None and retune:
        run = Month(option, numbers, option.periods[0]).run_usd
        rebuilt = run + numbers["rebuild_hours"] * numbers["hourly_rate"]
        paid.append((option.ends, rebuilt))
    elif option.ends is not None:
        stretches = [*until(stretches, option.ends), *since(prompted.stretches, option.ends)]
    return Course(tuple(paid), tuple(stretches), prompted.decline)


def until(stretches: Iterable[Stretch], month: float) -> list[Stretch]:
    """Return what of the stretches lies before a month."""
    return [Stretch(s.start, min(s.end, month), *s[2:]) for s in stretches if s.start < month]


def since(stretches: Iterable[Stretch], month: float) -> list[Stretch]:
    """Return what of the stretches lies after a month."""
    return [Stretch(max(s.start, month), *s[1:]) for s in stretches if s.end > month]
