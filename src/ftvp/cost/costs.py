"""From an outcome to the cost side of an answer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from ftvp.cost.answer import (
    ArticleAnswer,
    AssumptionAnswer,
    BillAnswer,
    Breakeven,
    BreakevenVolume,
    Cumulative,
    Horizon,
    InputUsed,
    Life,
    Line,
    Names,
    Swap,
    TokenCounts,
    VolumeInterval,
    article_answer,
)
from ftvp.cost.bill import Bill, BillLine
from ftvp.cost.inputs import Input, Inputs
from ftvp.cost.option import FLOOR_REASON, Option
from ftvp.cost.outcome import Outcome
from ftvp.cost.weigh import FIVE_YEARS, present_value, requests_per_month
from ftvp.ranges import at_middle
from ftvp.scenario import Scenario
from ftvp.tables.entries import Citation, in_force
from ftvp.units import DAYS_PER_MONTH, PERCENT, TWELVE_DIGITS
from ftvp.wording import USD, factor_text, noun_of


def cost_fields(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of `CostAnswer` that follow from an outcome alone."""
    inputs, sides = outcome.inputs, outcome.sides
    tuned, found = outcome.tuned, outcome.volumes
    requests = requests_per_month(outcome.numbers)
    per_request = (
        None if tuned is None else (outcome.now.request_usd - tuned.request_usd) / requests
    )
    budgeted = not (outcome.is_floor or inputs.own_work_told)
    work_budget = outcome.weighed.least if outcome.weighed and budgeted else None
    tuned_name = inputs.tuned.row.name if inputs.tuned else "your model"
    if sides.tuned is not None:
        tuned_name = sides.tuned.name
    return {
        "inputs": resolved(inputs),
        "inputs_used": tuple(inputs_used(inputs)),
        "tokens": token_counts(outcome),
        "prompted": bill_answer(outcome.now, outcome),
        "tuned": bill_answer(tuned, outcome) if tuned else None,
        "usd_saved_per_request": per_request,
        "monthly_saving_usd": outcome.saving,
        "breakeven": _breakeven(outcome),
        "breakeven_volume": BreakevenVolume(
            requests_per_day=found[0].low if found else None,
            intervals=tuple(VolumeInterval(from_=each.low, to=each.high) for each in found),
            reason=outcome.no_volume,
        ),
        "work_budget_usd": work_budget,
        "swap": _swap(outcome),
        "life": _life(outcome),
        "horizon": _horizon(outcome),
        "article": _article(outcome),
        "names": Names(prompted=sides.now.name, tuned=tuned_name),
        "cumulative": tuple(_cumulative(outcome)),
    }


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
        floor_reason=FLOOR_REASON if bill.floor else None,
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
    >>> formula(1, 720, "$2.00", ("copies", "hours", ""))
    '1 copy x 720 hours x $2.00'
    """
    counted, unit, per = words
    factors = [f"{factor_text(times)} {noun_of(times, counted)}"]
    factors += [] if each is None else [f"{factor_text(each)} {noun_of(each, unit)}"]
    return " x ".join([*factors, f"{price}/{per}" if per else price])


def token_counts(outcome: Outcome) -> TokenCounts:
    """Return the tokens of a request on both sides, as far as they are known."""
    inputs, sides, numbers = outcome.inputs, outcome.sides, outcome.numbers
    counts = inputs.readings.prompt
    count = counts[inputs.tokenizer_name(inputs.now)] if counts else None
    known = _has_tokens(inputs, "prompt")
    now = sides.now.lengths.tokens(numbers) if known else None
    tuned, factors = None, (1.0, 1.0, 1.0)
    if sides.tuned is not None:
        lengths = sides.tuned.lengths
        factors = (lengths.input_factor, lengths.request_factor, lengths.output_factor)
        known = known or _has_tokens(inputs, "tuned_prompt")
        tuned = lengths.tokens(numbers) if known else None
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
        converted=any(factor != 1 for factor in factors),
    )


def _has_tokens(inputs: Inputs, field: str) -> bool:
    told = inputs.scenario
    return getattr(told, field) is not None or getattr(told, f"{field}_tokens") is not None


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
    """Return what the article's formula gives, None where the tuned option charges no tokens."""
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
        if option.model is None:
            continue
        first, terms = option.periods[0], option.training
        side = option.model.row.tuned if option.is_tuned else option.model.row.base
        way = (option.served, option.commitment_months)
        offers = (o for o in side if (o.served, o.commitment_months) == way)
        charged = in_force((o for o in offers if o.source == first.rates.source), inputs.day)
        trained = first.training if terms and not terms.run_told else None
        for each in (charged, trained):
            if each is not None:
                known = oldest.get(each.source, each.checked_on)
                oldest[each.source] = min(each.checked_on, known)
    return tuple(
        Citation(name=sources[each].name, url=sources[each].url, checked_on=on)
        for each, on in oldest.items()
    )
