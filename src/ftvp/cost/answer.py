"""The cost side of every answer: what a view shows and what JSON holds, in the contract's order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.cost.article import ArticleAnswer, article_answer
from ftvp.cost.bill import Bill, BillLine, floor_reason
from ftvp.cost.inputs import Input, Inputs, Origin
from ftvp.cost.option import Kind, Option
from ftvp.cost.outcome import Never, Outcome
from ftvp.cost.weigh import FIVE_YEARS, present_value, requests_per_month
from ftvp.ranged import at_middle
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation, Served, SizeClass
from ftvp.tables.rules import Choice
from ftvp.units import DAYS_PER_MONTH, PERCENT, TWELVE_DIGITS, Record
from ftvp.wording import USD, factor_text


class Line(Record):
    """One line of a bill: its amount, the formula with its numbers, and its source.

    `times` x `each` x `price_usd` is the amount; a price in "Mtok" is for a million of them.
    """

    item: str
    label: str
    usd: float
    formula: str
    source: str
    times: float
    each: float | None
    price_usd: float
    words: tuple[str, str, str]


class BillAnswer(Record):
    """All costs of one option in its first month, USD, and what is paid before it."""

    model: str | None
    requests_per_month: float
    usd_per_request: float
    cache_hit_rate: float | None
    cached_tokens: float
    monthly_usd: float
    monthly_lines: tuple[Line, ...]
    upfront_usd: float
    upfront_lines: tuple[Line, ...]
    floor: bool = False
    """Whether the amounts are only a floor."""
    floor_reason: str | None = None

    def usd(self, *items: str) -> float:
        """Return what the named monthly lines cost together, USD."""
        return sum(line.usd for line in self.monthly_lines if line.item in items)


class TokenCounts(Record):
    """The tokens of one request on both sides, each in its own model's tokens."""

    prompted_input: float | None
    tuned_input: float | None
    output: float | None
    tuned_output: float | None
    shots: int
    shot_tokens: int
    encoding: str | None
    exact: bool
    error_percent: float
    request: float | None = None
    """Tokens that vary from request to request, in the prompted model's."""
    thinking: float | None = None
    tuned_thinking: float | None = None
    converted: bool = False
    """Whether told numbers were converted to another model's tokens."""


class Breakeven(Record):
    """The point where the two cumulative costs are equal; all None when they never are."""

    months: float | None
    requests: float | None
    date: date | None
    until_months: float | None = None
    """Where the costs cross back, None where they do not."""
    reason: Never | None


class VolumeInterval(Record):
    """Requests a day between which tuning is ahead."""

    from_: float = Field(alias="from")
    to: float | None

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)


class BreakevenVolume(Record):
    """The requests a day at which tuning is ahead; none with a reason."""

    requests_per_day: float | None
    intervals: tuple[VolumeInterval, ...] = ()
    reason: Never | None


class Life(Record):
    """The ends of the models as they were announced by the day of the answer."""

    tuned_shutdown_on: date | None = None
    training_closed_to_new_on: date | None = None
    training_closed_on: date | None = None
    days_left: int | None = None
    in_time: bool = False
    """Payback comes within the horizon."""
    closed: str | None = None
    """Why the tuned model cannot be had on the day, or None."""
    prompted_ends_on: date | None = None


class Horizon(Record):
    """What tuning brings by the horizon, USD: net = money + quality (errors avoided)."""

    months: float
    net_benefit_usd: float
    net_benefit_after_work_usd: float
    money_usd: float
    quality_usd: float
    npv_usd: float
    roi_percent: float | None


class Swap(Record):
    """The same prompt on the tuned model's base, where the two models differ."""

    model: str
    name: str
    size_class: SizeClass | None
    monthly_usd: float
    monthly_lines: tuple[Line, ...]
    horizon_usd: float
    saving_from_model_usd: float
    saving_from_tuning_usd: float
    net_benefit_of_tuning_usd: float


class Instead(Record):
    """What can be tuned where the tuned model cannot be had; its quality must be measured."""

    model: str
    name: str
    size_class: SizeClass | None
    smaller: bool
    monthly_usd: float
    upfront_usd: float
    net_benefit_usd: float


class OptionAnswer(Record):
    """One way of serving the scenario. Money is USD; `horizon_usd` is its total by the horizon."""

    id: str
    model: str
    name: str
    kind: Kind
    now: bool = False
    """Whether it is the scenario's own prompted option."""
    size_class: SizeClass | None
    served: Served
    commitment_months: int
    cached: bool
    thinks: bool
    shots: int | None
    replicas: float | None
    floor: bool
    floor_reason: str | None
    upfront_usd: float
    monthly_usd: float
    usd_per_request: float
    horizon_usd: float
    ranked_usd: float
    """What the ranking goes by: the total, own work, less the errors avoided."""
    payback_months: float | None
    """Against the scenario's own prompted option; None where it never pays back."""
    ends_on: date | None
    quality: float | None
    p_cheapest: float | None = None
    tokens_exact: bool
    estimate: str | None
    dominated_by: str | None
    """An option that costs less over the horizon at no stated loss of quality."""
    seconds_saved_per_request: float | None


class AssumptionAnswer(Record):
    """Something nobody told, the value used for it, its range, and the flag that replaces it."""

    what: str
    value: float | str
    flag: str
    field: str
    low: float | None = None
    high: float | None = None
    source: str


class InputUsed(Record):
    """A number of the answer, its range and where it comes from."""

    field: str
    value: float | str
    low: float | None
    high: float | None
    origin: Origin
    source: str
    flag: str


class Names(Record):
    """What the models are called in sentences."""

    prompted: str
    tuned: str


class Cumulative(Record):
    """What each side has cost by the end of a month, upfront included, USD."""

    month: float
    prompted_usd: float
    tuned_usd: float | None


class EvalSummary(Record):
    """What the user's own eval set says, in short. Percent, points, and USD a month."""

    headline: str
    n: int
    prompted: float
    tuned: float
    points: float
    low: float
    high: float
    p_value: float
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    next_step: str | None
    """What would settle a difference that is not shown."""
    worth_usd_per_month: float | None


class PilotAnswer(Record):
    """One small tune and an eval: its money, the hours whose rate nobody told, its worth, USD."""

    usd: float
    hours: float
    worth_usd: float
    p_success: float


class Grounds(Record):
    """What a verdict rests on beside the costs."""

    tree_text: str | None = None
    """The reason of the five questions, in words."""
    points: float | None = None
    """Tuned minus prompting quality: measured, else the gap to the target."""
    measured: bool = False
    """Whether the user measured both sides."""
    examples: int | None = None
    examples_wanted: int = 0
    closed: str | None = None
    """Why the tuned model cannot be had."""
    pilot: PilotAnswer | None = None


class CostVerdict(Record):
    """The choice, the code of its reason, and the answer in a sentence or two."""

    choice: Choice
    because: str
    headline: str
    grounds: Grounds


class CostAnswer(Record):
    """What each side costs, and when tuning has paid for itself. Money is USD."""

    inputs: Scenario
    inputs_used: tuple[InputUsed, ...]
    tokens: TokenCounts
    prompted: BillAnswer
    tuned: BillAnswer | None
    """None where no tuned model is to be had."""
    usd_saved_per_request: float | None
    monthly_saving_usd: float | None
    breakeven: Breakeven
    breakeven_volume: BreakevenVolume
    work_budget_usd: float | None
    """Own work up to which tuning is ahead, where nobody told what it costs."""
    turning_price_usd: float | None
    """The price of an error at which the matter turns."""
    instead: Instead | None
    swap: Swap | None
    life: Life
    horizon: Horizon | None
    article: ArticleAnswer | None
    evals: EvalSummary | None = None
    verdict: CostVerdict
    assumptions: tuple[AssumptionAnswer, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]
    names: Names
    cumulative: tuple[Cumulative, ...]
    cheaper: OptionAnswer | None
    """The cheapest option of the same or a larger class, where it beats both sides."""


class BreakevenAnswer(CostAnswer, Header):
    """The document `ftvp.breakeven/2`."""

    schema_: Literal["ftvp.breakeven/2"] = Field(default="ftvp.breakeven/2", alias="schema")


def cost_fields(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of `CostAnswer` that follow from an outcome alone."""
    inputs, sides = outcome.inputs, outcome.sides
    tuned = outcome.tuned
    requests = requests_per_month(outcome.numbers)
    per_request = (
        None if tuned is None else (outcome.now.request_usd - tuned.request_usd) / requests
    )
    return {
        "inputs": resolved(inputs),
        "inputs_used": tuple(inputs_used(inputs)),
        "tokens": token_counts(outcome),
        "prompted": bill_answer(outcome.now, outcome),
        "tuned": bill_answer(tuned, outcome) if tuned else None,
        "usd_saved_per_request": per_request,
        "monthly_saving_usd": outcome.saving,
        "breakeven": _breakeven(outcome),
        "breakeven_volume": _volume(outcome),
        "work_budget_usd": _work_budget(outcome),
        "swap": _swap(outcome),
        "life": _life(outcome),
        "horizon": _horizon(outcome),
        "article": _article(outcome),
        "names": Names(prompted=sides.now.name, tuned=_tuned_name(outcome)),
        "cumulative": tuple(_cumulative(outcome)),
    }


def _tuned_name(outcome: Outcome) -> str:
    tuned, model = outcome.sides.tuned, outcome.inputs.tuned
    if tuned is not None:
        return tuned.name
    return model.row.name if model else "your model"


def resolved(inputs: Inputs) -> Scenario:
    """Return the scenario with the models, the answer's length and the horizon that were used.

    A range is told by its middle.
    """
    tuned = inputs.tuned
    return at_middle(inputs.scenario).model_copy(
        update={
            "model": inputs.now.id if inputs.now else None,
            "tuned_model": tuned.id if tuned else None,
            "output_tokens": round(inputs.numbers["output_tokens"]),
            "days_per_month": inputs.numbers["days_per_month"],
            "horizon": inputs.numbers["horizon"],
            "as_of": inputs.day,
        }
    )


def inputs_used(inputs: Inputs) -> Iterator[InputUsed]:
    """Yield every number and model of an answer with its origin."""
    for each in inputs.used.values():
        yield InputUsed(
            field=each.field,
            value=each.value,
            low=each.low,
            high=each.high,
            origin=each.origin,
            source=each.source,
            flag=each.flag,
        )


def bill_answer(bill: Bill, outcome: Outcome) -> BillAnswer:
    """Return a bill as an answer holds it."""
    cached = bill.cached
    sources = outcome.inputs.tables.pricing.sources
    named = {
        source: sources[source].name
        for source in {line.source for line in bill.lines} & set(sources)
    }
    return BillAnswer(
        model=bill.option.model.id if bill.option.model else None,
        requests_per_month=bill.requests_per_month,
        usd_per_request=bill.request_usd / requests_per_month(outcome.numbers),
        cache_hit_rate=cached.hits if cached.tokens else None,
        cached_tokens=cached.tokens,
        monthly_usd=bill.monthly_usd,
        monthly_lines=tuple(_line(line, named) for line in bill.monthly),
        upfront_usd=bill.upfront_usd,
        upfront_lines=tuple(_line(line, named) for line in bill.upfront),
        floor=bill.floor,
        floor_reason=floor_reason(bill.option, outcome.numbers),
    )


def _line(line: BillLine, sources: dict[str, str]) -> Line:
    component = line.component
    return Line(
        item=line.item,
        label=component.label,
        usd=line.usd,
        formula=formula(line.times, line.each, USD.exactly(line.price), component.words),
        source=sources.get(line.source, line.source),
        times=line.times,
        each=line.each,
        price_usd=line.price,
        words=component.words,
    )


def formula(times: float, each: float | None, price: str, words: tuple[str, str, str]) -> str:
    """Return how an amount is made, with its operands in all their digits.

    >>> formula(300000, 1200, "$0.15", ("requests", "tokens", "Mtok"))
    '300,000 requests x 1,200 tokens x $0.15/Mtok'
    """
    counted, unit, per = words
    factors = [f"{factor_text(times)} {counted}"]
    factors += [] if each is None else [f"{factor_text(each)} {unit}"]
    return " x ".join([*factors, f"{price}/{per}" if per else price])


def token_counts(outcome: Outcome) -> TokenCounts:
    """Return the tokens of a request on both sides, as far as they are known."""
    inputs, sides, numbers = outcome.inputs, outcome.sides, outcome.numbers
    counts = inputs.readings.prompt
    count = counts[inputs.tokenizer_name(inputs.now)] if counts else None
    now = sides.now.lengths.tokens(numbers) if _has_tokens(inputs, "prompt") else None
    tuned = sides.tuned.lengths.tokens(numbers) if sides.tuned and _has_tuned(inputs) else None
    return TokenCounts(
        prompted_input=now[0] if now else None,
        tuned_input=tuned[0] if tuned else None,
        output=now[3] if now else None,
        tuned_output=tuned[3] if tuned else None,
        shots=len(count.shots) if count else 0,
        shot_tokens=sum(count.shots) if count else 0,
        encoding=count.encoding if count else None,
        exact=count.exact if count else True,
        error_percent=count.error_percent if count else 0,
        request=now[2] if now else None,
        thinking=now[4] if now else None,
        tuned_thinking=tuned[4] if tuned else None,
        converted=_is_converted(sides.tuned),
    )


def _has_tokens(inputs: Inputs, field: str) -> bool:
    told = inputs.scenario
    return getattr(told, field) is not None or getattr(told, f"{field}_tokens") is not None


def _has_tuned(inputs: Inputs) -> bool:
    return _has_tokens(inputs, "prompt") or _has_tokens(inputs, "tuned_prompt")


def _is_converted(option: Option | None) -> bool:
    if option is None:
        return False
    lengths = option.lengths
    factors = (lengths.input_factor, lengths.request_factor, lengths.output_factor)
    return any(factor != 1 for factor in factors)


def _breakeven(outcome: Outcome) -> Breakeven:
    months, until = outcome.payback
    if months is None:
        return Breakeven(months=None, requests=None, date=None, reason=outcome.never)
    on = outcome.inputs.day + timedelta(days=math.ceil(months * DAYS_PER_MONTH - TWELVE_DIGITS))
    return Breakeven(
        months=months,
        requests=months * requests_per_month(outcome.numbers),
        date=on,
        until_months=until,
        reason=None,
    )


def _volume(outcome: Outcome) -> BreakevenVolume:
    found = outcome.volumes
    return BreakevenVolume(
        requests_per_day=found[0].low if found else None,
        intervals=tuple(VolumeInterval(from_=each.low, to=each.high) for each in found),
        reason=outcome.no_volume,
    )


def _work_budget(outcome: Outcome) -> float | None:
    """Return the own work up to which tuning is ahead, None where it was told or buys nothing."""
    weighed = outcome.weighed
    if weighed is None or outcome.is_floor or outcome.inputs.own_work_told:
        return None
    return weighed.least


def _swap(outcome: Outcome) -> Swap | None:
    changed, tuned, weighed = outcome.changed, outcome.tuned, outcome.weighed
    if changed is None or tuned is None or weighed is None or weighed.changed is None:
        return None
    model = changed.option.model
    if model is None:
        return None
    answer = bill_answer(changed, outcome)
    return Swap(
        model=model.id,
        name=model.row.name,
        size_class=model.row.size_class,
        monthly_usd=changed.monthly_usd,
        monthly_lines=answer.monthly_lines,
        horizon_usd=weighed.changed.cost(weighed.horizon),
        saving_from_model_usd=outcome.now.monthly_usd - changed.monthly_usd,
        saving_from_tuning_usd=changed.monthly_usd - tuned.monthly_usd,
        net_benefit_of_tuning_usd=weighed.gain(weighed.changed, weighed.horizon),
    )


def _life(outcome: Outcome) -> Life:
    inputs, months = outcome.inputs, outcome.payback.months
    model, now = inputs.tuned, inputs.now
    in_time = months is not None and months <= outcome.numbers["horizon"]
    found = Life(
        in_time=in_time,
        closed=outcome.prepared.closed,
        prompted_ends_on=now.row.ends_on("base_shutdown", inputs.day) if now else None,
    )
    if model is None:
        return found
    shutdown = model.row.tuned_ends_on(inputs.day)
    return found.model_copy(
        update={
            "tuned_shutdown_on": shutdown,
            "training_closed_to_new_on": model.row.ends_on("closed_to_new_customers", inputs.day),
            "training_closed_on": model.row.ends_on("training_closed", inputs.day),
            "days_left": (shutdown - inputs.day).days if shutdown else None,
        }
    )


def _horizon(outcome: Outcome) -> Horizon | None:
    weighed = outcome.weighed
    if weighed is None or outcome.is_floor:
        return None
    net, quality = weighed.net_benefit, weighed.errors_usd(weighed.horizon)
    invested = weighed.tuned.one_off
    rate = outcome.numbers["discount_rate"] / PERCENT
    return Horizon(
        months=weighed.horizon,
        net_benefit_usd=net,
        net_benefit_after_work_usd=net - weighed.work,
        money_usd=net - quality,
        quality_usd=quality,
        npv_usd=present_value(weighed, rate),
        roi_percent=PERCENT * net / invested if invested > TWELVE_DIGITS * abs(net) else None,
    )


def _article(outcome: Outcome) -> ArticleAnswer | None:
    """Return what the published formula gives, None where the tuned option charges no tokens."""
    tuned, inputs = outcome.sides.tuned, outcome.inputs
    rates = tuned.periods[0].rates if tuned else None
    if tuned is None or rates is None or rates.request_usd is not None or not rates.input:
        return None
    row = inputs.tables.framework.training_cost(tuned.model.id if tuned.model else "")
    run = (row.typical_run_usd.low, row.typical_run_usd.high) if row else None
    given = inputs.scenario.training_cost
    return article_answer(
        requests_per_month=requests_per_month(outcome.numbers),
        removed_tokens=outcome.removed,
        usd_per_mtok=rates.input,
        training_usd=run if given is None else (given, given),
    )


def _cumulative(outcome: Outcome) -> Iterator[Cumulative]:
    weighed = outcome.weighed
    last = math.ceil(outcome.numbers["horizon"])
    for month in range(min(last, int(FIVE_YEARS) * 20) + 1):
        if weighed is None:
            yield Cumulative(
                month=month, prompted_usd=outcome.now.monthly_usd * month, tuned_usd=None
            )
        else:
            now, tuned = weighed.now.cost(month), weighed.tuned.cost(month)
            yield Cumulative(month=month, prompted_usd=now, tuned_usd=tuned)


def assumption_answer(each: Input) -> AssumptionAnswer:
    """Return an assumed input as an answer lists it."""
    return AssumptionAnswer(
        what=each.what,
        value=each.value,
        flag=each.flag,
        field=each.field,
        low=each.low,
        high=each.high,
        source=each.source,
    )


def citations(inputs: Inputs, options: Iterable[Option]) -> tuple[Citation, ...]:
    """Return the sources of the prices in force of some options, each as old as its oldest use."""
    sources = inputs.tables.pricing.sources
    oldest: dict[str, date] = {}
    for option in options:
        for source, checked_on in _used(option, inputs.day):
            oldest[source] = min(checked_on, oldest.get(source, checked_on))
    return tuple(
        Citation(name=sources[each].name, url=sources[each].url, checked_on=on)
        for each, on in oldest.items()
    )


def _used(option: Option, day: date) -> Iterator[tuple[str, date]]:
    """Yield the sources whose prices an option uses, with the day a person last looked."""
    if option.model is None:
        return
    first = option.periods[0]
    side = option.model.row.tuned if option.is_tuned else option.model.row.base
    for offer in side:
        if offer.source == first.rates.source and offer.effective_from <= day:
            yield offer.source, offer.checked_on
            break
    if first.training is not None and option.training and not option.training.run_told:
        yield first.training.source, first.training.checked_on
