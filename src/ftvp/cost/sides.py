"""The options of a scenario: prompting now, the tuned one, and what stands between and after them.

The same functions make every option that `ftvp compare` lists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ftvp.cost.capacity import is_floor
from ftvp.cost.inputs import Input, Inputs, Model, thinking_of
from ftvp.cost.lines import Month, totals
from ftvp.cost.option import (
    CachePolicy,
    Kind,
    Lengths,
    Option,
    Period,
    Rates,
    TrainingTerms,
    month_of,
    periods_of,
)
from ftvp.cost.weigh import Sides
from ftvp.errors import (
    ContextError,
    MissingInputError,
    NoPriceYetError,
    ShutDownError,
    UnknownPriceError,
)
from ftvp.scenario import OwnPrice, flag
from ftvp.tables.entries import Offer, Side, in_force
from ftvp.tables.pricing import CacheRule

GIVE = {
    "base": "Give it: --prompted-price input=USD,output=USD.",
    "tuned": "Give it: --tuned-price input=USD,output=USD.",
}
GIVE_RUN = "Give the cost of one run: --training-cost USD."
NO_REASONING = ("none", "optional")
"""Models that reason only when they are asked to."""


@dataclass(frozen=True)
class Prepared:
    """The inputs of an answer with the options they make, and why tuning is not to be had."""

    inputs: Inputs
    sides: Sides
    closed: str | None = None
    """Why the tuned model cannot be had on the day, or None."""


def prepare(inputs: Inputs, *, strict: bool = True) -> Prepared:
    """Return the options of a scenario; errors name what is missing or has no price.

    Unless `strict`, a tuned option without a training price is only left out.
    """
    inputs = _labelled(inputs)
    now = now_option(inputs)
    tuned, closed = _tuned_or_why(inputs, strict=strict)
    later = _successor(inputs)
    retune = bool(inputs.scenario.retune)
    sides = Sides(now, tuned, changed_option(inputs, tuned), later, retune=retune)
    return Prepared(inputs, sides, closed)


def _successor(inputs: Inputs) -> Option | None:
    """Return what follows where the prompted model ends; None where nobody told."""
    if inputs.scenario.successor is None:
        return None
    model = Model(*inputs.tables.pricing.find(inputs.scenario.successor))
    on = model.row.ends_on("base_shutdown", inputs.day)
    if on is not None and on <= inputs.day:
        raise ShutDownError(model.id, on)
    option = prompted_option(inputs, model)
    _refuse_unbatched(option, inputs)
    _refuse_long(option, inputs)
    return option


def now_option(inputs: Inputs) -> Option:
    """Return the option of going on prompting."""
    told = inputs.scenario
    own = own_rates(told.prompted_price, told.prompted_request_cost)
    if own is None and inputs.now is None:
        raise MissingInputError("prompt")
    option = prompted_option(inputs, inputs.now, own=own)
    prices = [period.rates for period in option.periods]
    known = all(each.cached_input is not None or each.request_usd is not None for each in prices)
    if option.cache == "share" and not known:
        name = inputs.now.id if inputs.now else "your prompted model"
        fix = "Leave --cache out, or give it: --prompted-price ...,cached_input=USD."
        raise UnknownPriceError(name, "a cached price", fix)
    _refuse_unbatched(option, inputs)
    _refuse_long(option, inputs)
    return option


def _is_unbatched(option: Option, inputs: Inputs) -> bool:
    """Return whether requests are to go in batches that have no known price, now or later."""
    prices = [period.rates for period in option.periods]
    known = all(each.batch_input is not None or each.request_usd is not None for each in prices)
    return bool(inputs.numbers[option.batch_field]) and not known


def _refuse_unbatched(option: Option, inputs: Inputs) -> None:
    if _is_unbatched(option, inputs):
        field = option.batch_field
        what = option.model.id if option.model else option.name
        raise UnknownPriceError(what, "a batch price", f"Give {flag(field)} 0.")


def _refuse_long(option: Option, inputs: Inputs) -> None:
    most = longer_than_context(option, inputs)
    if most is not None and option.model is not None:
        raise ContextError(option.model.id, request_tokens(option, inputs), most)


def request_tokens(option: Option, inputs: Inputs) -> float:
    """Return the tokens that one request takes of a model's context, input and output together."""
    whole, _, _, answer, thinking = option.lengths.tokens(inputs.numbers)
    return whole + answer + thinking


def longer_than_context(option: Option, inputs: Inputs) -> int | None:
    """Return the context of a model that a request does not fit into, None where it fits."""
    traits = option.model.row.traits if option.model else None
    most = traits.context_tokens if traits else None
    if most is None:
        return None
    return most if request_tokens(option, inputs) > most else None


def _tuned_or_why(inputs: Inputs, *, strict: bool) -> tuple[Option | None, str | None]:
    """Return the tuned option of a scenario, and why it cannot be had.

    A training price that nobody knows is an error where that option is what is asked for: `strict`.
    """
    told, model = inputs.scenario, inputs.tuned
    own = own_rates(told.tuned_price, told.tuned_request_cost)
    if model is not None and told.tuned_model is not None:
        _refuse_shut_down(model, inputs.day)
    if own is None and model is None:
        raise MissingInputError("tuned_price")
    closed, offer = None, None
    if model is not None:
        closed = model.row.closed_because(
            inputs.day, existing_customer=bool(told.existing_customer)
        )
        try:
            offer = None if own is not None else the_offer(model, "tuned", inputs.day)
        except UnknownPriceError as error:
            return None, closed or str(error)
    try:
        option = tuned_option(inputs, model, offer, own=own, is_own=True)
    except UnknownPriceError as error:
        if strict and closed is None:
            raise
        return None, closed or str(error)
    most = longer_than_context(option, inputs)
    if most is not None:
        return None, f"a request is longer than its context of {most:,} tokens"
    _refuse_unbatched(option, inputs)
    return option, closed


def _refuse_shut_down(model: Model, day: date) -> None:
    on = model.row.tuned_ends_on(day)
    if on is not None and on <= day:
        raise ShutDownError(model.id, on)


def changed_option(inputs: Inputs, tuned: Option | None) -> Option | None:
    """Return the same prompt on the tuned model's base, where the two models differ.

    None where that is not sold for prompting, or not in batches as told, where its bill is a floor,
    or where its told quality is below prompting's or the target.
    """
    model = inputs.tuned
    if tuned is None or model is None or (inputs.now is not None and inputs.now.id == model.id):
        return None
    try:
        option = prompted_option(inputs, model, kind_of=tuned)
    except (UnknownPriceError, NoPriceYetError):
        return None
    if is_floor(option, inputs.numbers) or longer_than_context(option, inputs) is not None:
        return None
    if _is_unbatched(option, inputs):
        return None
    quality = inputs.qualities.get(model.id)
    wanted = [inputs.numbers.get("prompting_quality"), inputs.numbers.get("target_quality")]
    if quality is not None and any(each is not None and quality < each for each in wanted):
        return None
    return option


def own_rates(price: OwnPrice | None, request_usd: float | None) -> Rates | None:
    """Return the user's own prices of a side, None where the table's hold."""
    if request_usd is not None:
        return Rates(request_usd=request_usd)
    if price is None:
        return None
    write = price.input if price.cache_write is None else price.cache_write
    return Rates(
        input=price.input,
        output=price.output,
        cached_input=price.cached_input,
        cache_write=write,
        cache_write_long=write,
    )


def the_offer(model: Model, side: Side, day: date) -> Offer:
    """Return the offer of a side in force on a day, per token where there is one."""
    offers = model.row.offers(side, day)
    if offers:
        return offers[0]
    entries = model.row.base if side == "base" else model.row.tuned
    if not entries:
        what = "the serving price" if side == "base" else "the price of serving a tuned version"
        raise UnknownPriceError(model.id, what, GIVE[side])
    raise NoPriceYetError(model.id, day, entries[0].effective_from)


def prompted_option(
    inputs: Inputs,
    model: Model | None,
    offer: Offer | None = None,
    *,
    own: Rates | None = None,
    kind_of: Option | None = None,
    kept: int | None = None,
    kind: Kind = "prompted",
) -> Option:
    """Return the option of prompting a model; `kept` shots of the prompt stay, all where None.

    `kind_of` is an option whose way of serving is wanted.
    """
    if own is None and model is not None:
        offer = offer or _like(model, kind_of, inputs.day)
    option = Option(
        id=model.id if model else "own",
        kind=kind,
        model=model,
        name=model.row.name if model else "your prompted model",
        periods=_periods(inputs, model, "base", offer, own),
        lengths=prompted_lengths(inputs, model, kept),
        rule=_rule(inputs, model),
        cache=_policy(inputs, own),
        shots=kept,
        exact=_is_exact(inputs, model),
    )
    return _ending(_served(option, offer), inputs.day, model, tuned=False)


def _like(model: Model, like: Option | None, day: date) -> Offer:
    """Return the base offer that is served as another option is, else the first."""
    first = the_offer(model, "base", day)
    if like is None:
        return first
    same = (o for o in model.row.offers("base", day) if o.served == like.served)
    return next(same, first)


def tuned_option(
    inputs: Inputs,
    model: Model | None,
    offer: Offer | None = None,
    *,
    own: Rates | None = None,
    is_own: bool = False,
    kept: int = 0,
    kind: Kind = "tuned",
) -> Option:
    """Return the option of tuning a model; `kept` shots stay in its prompt.

    `is_own` says that it is the scenario's own tuned model, of which its costs were told.
    """
    if own is None and model is not None:
        offer = offer or the_offer(model, "tuned", inputs.day)
    told = inputs.scenario
    policy, field = _policy(inputs, own), "cache"
    if is_own and told.tuned_cache is not None:
        policy, field = "share", "tuned_cache"
    if policy == "share" and _cached_price(own, offer) is None:
        policy = "off"
    option = Option(
        id=model.id if model else "own tuned",
        kind=kind,
        model=model,
        name=model.row.name if model else "your model",
        periods=_periods(inputs, model, "tuned", offer, own),
        lengths=tuned_lengths(inputs, model, kept, is_own=is_own),
        rule=_rule(inputs, model),
        cache=policy,
        cache_field=field,
        batch_field="tuned_batch_share",
        attempts_field="tuned_attempts",
        hosting_told=is_own and told.hosting is not None,
        training=_terms(inputs, model, is_own=is_own),
        shots=kept,
        exact=_is_exact(inputs, model),
    )
    option = _ending(_served(option, offer), inputs.day, model, tuned=True)
    _refuse_unknown_run(option, inputs, model)
    return option


def _cached_price(own: Rates | None, offer: Offer | None) -> float | None:
    if own is not None:
        return own.cached_input
    return offer.cached_input_usd_per_mtok if offer else None


def _periods(
    inputs: Inputs, model: Model | None, side: Side, offer: Offer | None, own: Rates | None
) -> tuple[Period, ...]:
    if own is None:
        if model is None or offer is None:
            raise MissingInputError("tuned_price")
        return periods_of(model, side, offer, _rule(inputs, model), inputs.day)
    prices = model.row.training if model is not None and side == "tuned" else ()
    rates = own.living(_rule(inputs, model))
    return (Period(0, rates, training=in_force(prices, inputs.day)),)


def _served(option: Option, offer: Offer | None) -> Option:
    """Return an option with how its offer is served, and what one copy does a second."""
    rates = [period.rates for period in option.periods]
    by_month = any(r.hosting_usd_per_hour or r.storage_usd_per_month for r in rates)
    option = replace(option, has_hosting=option.hosting_told or by_month)
    if offer is None:
        return option
    reads, writes = offer.input_tokens_per_second, offer.output_tokens_per_second
    times = offer.throughput.times if offer.throughput else None
    return replace(
        option,
        served=offer.served,
        commitment_months=offer.commitment_months,
        speed=None if reads is None or writes is None else (reads, writes),
        speed_times=(times.low, times.high) if times else None,
        adapters=offer.adapters_per_deployment or 1,
        estimate=offer.estimate,
    )


def _ending(option: Option, day: date, model: Model | None, *, tuned: bool) -> Option:
    """Return an option with the months in which its model ends and its training closes."""
    if model is None:
        return option
    on = model.row.tuned_ends_on(day) if tuned else model.row.ends_on("base_shutdown", day)
    closes = model.row.ends_on("training_closed", day) if tuned else None
    return replace(
        option,
        ends_on=on,
        ends=None if on is None else month_of(on, day),
        training_closes=None if closes is None else month_of(closes, day),
    )


def _rule(inputs: Inputs, model: Model | None) -> CacheRule | None:
    name = model.row.caching if model else None
    return inputs.tables.pricing.caching[name] if name else None


def _policy(inputs: Inputs, own: Rates | None) -> CachePolicy:
    """Return how caching is decided: as told, and by itself where nobody told."""
    told = inputs.scenario.cache
    if isinstance(told, float):
        return "share"
    whole = own is not None and own.request_usd is not None
    return "off" if told == "off" or whole else "auto"


def _is_exact(inputs: Inputs, model: Model | None) -> bool:
    """Return whether the tokens are counted by the model's own tokenizer, not converted."""
    if inputs.readings.prompt is not None:
        return inputs.tokenizer(model).exact
    return inputs.tokenizer_name(model) == inputs.tokenizer_name(inputs.now)


def prompted_lengths(inputs: Inputs, model: Model | None, kept: int | None = None) -> Lengths:
    """Return how the tokens of a prompted request follow from the numbers."""
    lengths = _shared_lengths(inputs, model)
    counts = inputs.readings.prompt
    if counts is not None:
        count = counts[inputs.tokenizer_name(model)]
        shots = count.shots if kept is None else count.shots[:kept]
        return replace(
            lengths,
            fixed=count.instructions + sum(shots),
            request=_literal_request(inputs, count.request, is_slot=count.request_is_slot),
        )
    if inputs.scenario.prompt_tokens is not None:
        return replace(lengths, input_factor=inputs.scale(model, inputs.now))
    return replace(lengths, fixed=0, request=0)


def _literal_request(inputs: Inputs, tokens: float, *, is_slot: bool) -> float | None:
    """Return the request as it is counted in a file, None where it is the number."""
    return None if is_slot or inputs.scenario.request_tokens is not None else tokens


def tuned_lengths(inputs: Inputs, model: Model | None, kept: int, *, is_own: bool) -> Lengths:
    """Return how the tokens of a tuned request follow from the numbers."""
    told = inputs.scenario
    lengths = _shared_lengths(inputs, model, tuned=True, is_own=is_own)
    if told.tuned_output_tokens is not None:
        factor = inputs.scale(model, inputs.tuned)
        lengths = replace(lengths, output_field="tuned_output_tokens", output_factor=factor)
    name = inputs.tokenizer_name(model)
    if inputs.readings.tuned_prompt is not None:
        count = inputs.readings.tuned_prompt[name]
        request = _literal_request(inputs, count.request, is_slot=count.request_is_slot)
        return replace(lengths, fixed=count.instructions + sum(count.shots), request=request)
    if told.tuned_prompt_tokens is not None:
        factor = inputs.scale(model, inputs.tuned)
        return replace(lengths, input_field="tuned_prompt_tokens", input_factor=factor)
    if inputs.readings.prompt is not None:
        count = inputs.readings.prompt[name]
        request = _literal_request(inputs, count.request, is_slot=count.request_is_slot)
        return replace(lengths, fixed=count.instructions + sum(count.shots[:kept]), request=request)
    if told.prompt_tokens is not None:
        return replace(lengths, input_factor=inputs.scale(model, inputs.now))
    if told.tuned_request_cost is not None:
        return replace(lengths, fixed=0, request=0)
    raise MissingInputError("tuned_prompt")


def _shared_lengths(
    inputs: Inputs, model: Model | None, *, tuned: bool = False, is_own: bool = True
) -> Lengths:
    """Return what does not depend on the prompt: the request, the answer, the hidden reasoning."""
    factor = inputs.scale(model, inputs.now)
    field, times = _thinking(inputs, model, tuned=tuned and is_own)
    return Lengths(
        request_factor=factor,
        output_factor=factor,
        thinking_field=field,
        thinking_factor=times,
        thinks_as_now=_is_now(inputs, model),
    )


def _is_now(inputs: Inputs, model: Model | None) -> bool:
    """Return whether a model is the prompted one."""
    return model is None or (inputs.now is not None and model.id == inputs.now.id)


def _thinking(inputs: Inputs, model: Model | None, *, tuned: bool) -> tuple[str | None, float]:
    """Return the field that hidden reasoning follows from, and the factor to this model's tokens.

    One model on both sides has one number on both, so that no saving comes from a guess. The user's
    own prices without a model are taken to be of one that does not reason.
    """
    told = inputs.scenario
    if tuned and told.tuned_thinking_tokens is not None:
        return "tuned_thinking_tokens", 1
    if _is_now(inputs, model) and told.thinking_tokens is not None:
        return "thinking_tokens", 1
    if model is not None and thinking_of(model.id) in inputs.numbers:
        return thinking_of(model.id), 1
    if model is None:
        return None, 0
    known = model.row.traits.thinking if model.row.traits else None
    return (None, 0) if known in NO_REASONING else ("thinking_multiple", 1)


def _terms(inputs: Inputs, model: Model | None, *, is_own: bool) -> TrainingTerms:
    """Return what the training runs of a model are billed by."""
    told = inputs.scenario
    limits = model.row.limits if model else None
    policy = limits.default_epochs if limits and told.epochs is None else None
    sizes = inputs.readings.training_sizes
    epoch = None
    if sizes is not None and told.training_examples is None:
        most = limits.maximum_tokens_per_example if limits else None
        each = sizes[inputs.tokenizer_name(model)]
        epoch = float(sum(each if most is None else (min(size, most) for size in each)))
    return TrainingTerms(
        run_told=is_own and told.training_cost is not None,
        epoch_tokens=epoch,
        tokens_factor=inputs.scale(model, inputs.tuned),
        policy=policy,
    )


def _refuse_unknown_run(option: Option, inputs: Inputs, model: Model | None) -> None:
    """Raise where nobody says what a training run costs."""
    if option.training is None or option.training.run_told:
        return
    if model is None:
        raise MissingInputError("training_cost")
    if option.periods[0].training is None:
        raise UnknownPriceError(model.id, "the training price", GIVE_RUN)
    by_token = option.periods[0].training.usd_per_mtok is not None
    counted = option.training.epoch_tokens is not None or "training_tokens" in inputs.numbers
    if by_token and not counted and _no_tokens(inputs):
        raise MissingInputError("training_tokens")


def _no_tokens(inputs: Inputs) -> bool:
    told = inputs.scenario
    return (told.prompt, told.prompt_tokens, told.tuned_prompt, told.tuned_prompt_tokens) == (
        None,
    ) * 4


def _labelled(inputs: Inputs) -> Inputs:
    """Return the inputs with what a label costs, where a model gives the labels.

    A label is one uncached request of that model: the same prompt, its own answer.
    """
    name = inputs.scenario.labelled_by
    if name is None:
        return inputs
    teacher = prompted_option(inputs, Model(*inputs.tables.pricing.find(name)))
    numbers = inputs.numbers | {"prompted_batch_share": 0.0, "attempts": 1.0}
    month = Month(replace(teacher, cache="off"), numbers, teacher.periods[0])
    usd = totals(month)[0] / month.requests
    what = f"labels by {teacher.name}, USD each"
    label = Input("labelling_cost", usd, "table", teacher.periods[0].rates.source, what)
    return replace(
        inputs,
        used={**inputs.used, "labelling_cost": label},
        numbers={**inputs.numbers, "labelling_cost": usd},
    )
