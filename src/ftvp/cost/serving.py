"""The options of a scenario: a model served prompted or tuned, by an offer or at own prices.

First any of them, then those that every answer compares: what is done now, and the tuned one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from ftvp.cost.bill import Month, totals
from ftvp.cost.inputs import PROMPTS, Input, Inputs, Model, Numbers, thinking_of
from ftvp.cost.option import (
    CachePolicy,
    Lengths,
    Option,
    Period,
    Rates,
    TrainingTerms,
    is_floor,
    month_of,
    periods_of,
)
from ftvp.cost.weigh import Sides
from ftvp.errors import (
    ContextError,
    MissingInputError,
    NoPriceYetError,
    ShutDownError,
    TooManyShotsError,
    UnknownPriceError,
)
from ftvp.ranges import Definition
from ftvp.scenario import OwnPrice, flag
from ftvp.tables.entries import Offer, Side, in_force
from ftvp.tables.pricing import CacheRule
from ftvp.units import PromptTokens

GIVE = {
    "base": "Give that price: --prompted-price input=USD,output=USD.",
    "tuned": "Give that price: --tuned-price input=USD,output=USD.",
}

GIVE_RUN = "Give the cost of one run: --training-cost USD."

NO_REASONING = ("none", "optional")
"""Models that reason only when they are asked to."""


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


Charged = Offer | Rates | None
"""What an option is charged by: an offer of the table, own prices, or the first offer (None)."""


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
    inputs: Inputs, model: Model | None, charged: Charged = None, *, kept: int | None = None
) -> Option:
    """Return the option of prompting a model; `kept` shots of the prompt stay, all where None."""
    if charged is None and model is not None:
        charged = the_offer(model, "base", inputs.day)
    option = Option(
        id=model.id if model else "own",
        kind="prompted",
        model=model,
        name=model.row.name if model else "your prompted model",
        periods=_periods(inputs, model, "base", charged),
        lengths=prompted_lengths(inputs, model, kept),
        rule=_rule(inputs, model),
        cache=_policy(inputs, charged),
        shots=kept,
        exact=_is_exact(inputs, model),
    )
    return _as_sold(option, charged, inputs.day)


def tuned_option(
    inputs: Inputs,
    model: Model | None,
    charged: Charged = None,
    *,
    is_own: bool = False,
    kept: int = 0,
) -> Option:
    """Return the option of tuning a model; `kept` shots stay in its prompt.

    `is_own` says that it is the scenario's own tuned model, of which its costs were told.
    """
    if charged is None and model is not None:
        charged = the_offer(model, "tuned", inputs.day)
    told = inputs.scenario
    policy, field = _policy(inputs, charged), "cache"
    if is_own and told.tuned_cache is not None:
        policy, field = "share", "tuned_cache"
    periods = _periods(inputs, model, "tuned", charged)
    if policy == "share" and periods[0].rates.cached_input is None:
        policy = "off"
    option = Option(
        id=model.id if model else "own tuned",
        kind="tuned",
        model=model,
        name=model.row.name if model else "your model",
        periods=periods,
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
    option = _as_sold(option, charged, inputs.day)
    _refuse_unknown_run(option, inputs, model)
    return option


def _periods(
    inputs: Inputs, model: Model | None, side: Side, charged: Charged
) -> tuple[Period, ...]:
    if charged is None:
        raise MissingInputError("tuned_price")
    if isinstance(charged, Offer):
        if model is None:
            raise MissingInputError("tuned_model")
        return periods_of(model, side, charged, _rule(inputs, model), inputs.day)
    prices = model.row.training if model is not None and side == "tuned" else ()
    rates = charged.living(_rule(inputs, model))
    return (Period(0, rates, training=in_force(prices, inputs.day)),)


def _as_sold(option: Option, charged: Charged, day: date) -> Option:
    """Return an option with how its offer is served, what a copy does a second, and its ends."""
    rates = [period.rates for period in option.periods]
    by_month = any(r.hosting_usd_per_hour or r.storage_usd_per_month for r in rates)
    known: dict[str, Any] = {"has_hosting": option.hosting_told or by_month}
    if isinstance(charged, Offer):
        one = charged.throughput
        times = one.times if one else None
        known |= {
            "served": charged.served,
            "commitment_months": charged.commitment_months,
            "speed": (one.input_tokens_per_second, one.output_tokens_per_second) if one else None,
            "speed_times": (times.low, times.high) if times else None,
            "adapters": charged.adapters_per_deployment or 1,
            "estimate": charged.estimate,
        }
    row = option.model.row if option.model else None
    if row is not None:
        tuned = option.is_tuned
        on = row.tuned_ends_on(day) if tuned else row.ends_on("base_shutdown", day)
        closes = row.ends_on("training_closed", day) if tuned else None
        known |= {
            "ends_on": on,
            "ends": None if on is None else month_of(on, day),
            "training_closes": None if closes is None else month_of(closes, day),
        }
    return option._replace(**known)


def _rule(inputs: Inputs, model: Model | None) -> CacheRule | None:
    name = model.row.caching if model else None
    return inputs.tables.pricing.caching[name] if name else None


def _policy(inputs: Inputs, charged: Charged) -> CachePolicy:
    """Return how caching is decided: as told, and by itself where nobody told."""
    told = inputs.scenario.cache
    if isinstance(told, float):
        return "share"
    whole = isinstance(charged, Rates) and charged.request_usd is not None
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
        return _counted(inputs, lengths, counts[inputs.tokenizer_name(model)], kept)
    if inputs.scenario.prompt_tokens is not None:
        return lengths._replace(input_factor=inputs.scale(model, inputs.now))
    return lengths._replace(fixed=0, request=0)


def _counted(inputs: Inputs, lengths: Lengths, count: PromptTokens, kept: int | None) -> Lengths:
    """Return lengths with what is counted in a file; a told request, or a slot, is the number."""
    varies = count.request_is_slot or inputs.scenario.request_tokens is not None
    fixed = count.instructions + sum(count.shots[:kept])
    return lengths._replace(fixed=fixed, request=None if varies else count.request)


def tuned_lengths(inputs: Inputs, model: Model | None, kept: int, *, is_own: bool) -> Lengths:
    """Return how the tokens of a tuned request follow from the numbers."""
    told = inputs.scenario
    lengths = _shared_lengths(inputs, model, tuned=True, is_own=is_own)
    if told.tuned_output_tokens is not None:
        factor = inputs.scale(model, inputs.tuned)
        lengths = lengths._replace(output_field="tuned_output_tokens", output_factor=factor)
    name = inputs.tokenizer_name(model)
    if inputs.readings.tuned_prompt is not None:
        return _counted(inputs, lengths, inputs.readings.tuned_prompt[name], None)
    if told.tuned_prompt_tokens is not None:
        logged = "tuned_prompt_tokens" in inputs.readings.logged
        factor = inputs.scale(model, inputs.now if logged else inputs.tuned)
        return lengths._replace(input_field="tuned_prompt_tokens", input_factor=factor)
    if inputs.readings.prompt is not None:
        return _counted(inputs, lengths, inputs.readings.prompt[name], kept)
    if told.prompt_tokens is not None:
        return lengths._replace(input_factor=inputs.scale(model, inputs.now))
    if told.tuned_request_cost is not None:
        return lengths._replace(fixed=0, request=0)
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
    usual = None
    if policy is None and inputs.used["epochs"].origin == "table":
        usual = inputs.tables.framework.assumptions.epochs.value
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
        epochs=usual,
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
    told = inputs.scenario
    prompts = (told.prompt, told.prompt_tokens, told.tuned_prompt, told.tuned_prompt_tokens)
    if by_token and not counted and all(each is None for each in prompts):
        raise MissingInputError("training_tokens")


class Prepared(NamedTuple):
    """The inputs of an answer with the options they make, and why tuning is not to be had."""

    inputs: Inputs
    sides: Sides
    closed: str | None = None
    """Why the tuned model cannot be had on the day, or None."""


def prepare(inputs: Inputs) -> Prepared:
    """Return the options of a scenario; errors name what is missing or has no price.

    A tuned option without a price, of serving or of training, is left out, with the reason.
    """
    inputs = _labelled(inputs)
    _refuse_shots(inputs)
    now = now_option(inputs)
    tuned, closed = _tuned_or_why(inputs)
    later = None
    if inputs.scenario.successor is not None:
        model = Model(*inputs.tables.pricing.find(inputs.scenario.successor))
        on = model.row.ends_on("base_shutdown", inputs.day)
        if on is not None and on <= inputs.day:
            raise ShutDownError(model.id, on)
        later = prompted_option(inputs, model)
        _refuse_unserved(later, inputs)
    retune = bool(inputs.scenario.retune)
    sides = Sides(now, tuned, changed_option(inputs, tuned), later, retune=retune)
    others = [each for each in (sides.tuned, sides.changed, later) if each]
    return Prepared(naming_thinking(inputs, others), sides, closed)


def naming_thinking(inputs: Inputs, others: Iterable[Option]) -> Inputs:
    """Return the inputs with the flag that tells what options beside now are assumed to reason.

    `--thinking-tokens` tells it of the prompted model alone, `--thinking` of any.
    """
    lengths = (option.lengths for option in others)
    if all(x.thinking_field != "thinking_multiple" or x.thinks_as_now for x in lengths):
        return inputs
    guess = inputs.used["thinking_multiple"]._replace(told_by="--thinking")
    return replace(inputs, used={**inputs.used, "thinking_multiple": guess})


def _refuse_shots(inputs: Inputs) -> None:
    """Raise TooManyShotsError where more worked examples are to be kept than the prompt has."""
    told, counts = inputs.scenario, inputs.readings.prompt
    found = len(counts[inputs.tokenizer_name(inputs.now)].shots) if counts else 0
    for name, many in (("shots", told.shots or ()), ("hybrid_shots", (told.hybrid_shots or 0,))):
        if max(many, default=0) > found:
            raise TooManyShotsError(flag(name), max(many), told.prompt, found)


def now_option(inputs: Inputs) -> Option:
    """Return the option of going on prompting."""
    told = inputs.scenario
    own = own_rates(told.prompted_price, told.prompted_request_cost)
    option = prompted_option(inputs, inputs.now, own)
    prices = [period.rates for period in option.periods]
    known = all(each.cached_input is not None or each.request_usd is not None for each in prices)
    if option.cache == "share" and not known:
        name = inputs.now.id if inputs.now else "your prompted model"
        fix = "Leave --cache out, or give it: --prompted-price ...,cached_input=USD."
        raise UnknownPriceError(name, "a cached price", fix)
    _refuse_unserved(option, inputs)
    return option


def _is_unbatched(option: Option, inputs: Inputs) -> bool:
    """Return whether requests are to go in batches that have no known price, now or later."""
    prices = [period.rates for period in option.periods]
    known = all(each.batch_input is not None or each.request_usd is not None for each in prices)
    return bool(inputs.numbers[option.batch_field]) and not known


def _refuse_unserved(option: Option, inputs: Inputs) -> None:
    """Raise where an option has no price for batches as told, or no room for a request."""
    if _is_unbatched(option, inputs):
        field = option.batch_field
        what = option.model.id if option.model else option.name
        raise UnknownPriceError(what, "a batch price", f"Give {flag(field)} 0.")
    most = longer_than_context(option, inputs)
    if most is not None and option.model is not None:
        raise ContextError(option.model.id, request_tokens(option, inputs.numbers), most)


def request_tokens(option: Option, numbers: Numbers) -> float:
    """Return the tokens that one request takes of a model's context, input and output together."""
    whole, _, _, answer, thinking = option.lengths.tokens(numbers)
    return whole + answer + thinking


def longer_than_context(option: Option, inputs: Inputs) -> int | None:
    """Return the context of a model that a request does not fit into, None where it fits."""
    most = option.context_tokens
    if most is None:
        return None
    return most if request_tokens(option, inputs.numbers) > most else None


def tellable(prepared: Prepared, field: str, definition: Definition) -> Definition:
    """Return within which bounds a number can be told, where the others are as they are.

    A request must fit into the context of every model; what varies of it is a part of the prompt.
    """
    numbers, sides = prepared.inputs.numbers, prepared.sides
    low, high = definition.low, definition.high
    for option in filter(None, (sides.now, sides.tuned, sides.changed)):
        most, taken = option.context_tokens, request_tokens(option, numbers)
        more = request_tokens(option, {**numbers, field: numbers[field] + 1}) - taken
        if most is not None and more > 0:
            high = min(high, numbers[field] + (most - taken) / more)
    prompts = {name: numbers[name] for name in PROMPTS if name in numbers}
    if field == "request_tokens":
        high = min([high, *prompts.values()])
    elif field in prompts and prepared.inputs.scenario.request_tokens is not None:
        low = max(low, numbers["request_tokens"])
    return definition._replace(low=low, high=high)


def _tuned_or_why(inputs: Inputs) -> tuple[Option | None, str | None]:
    """Return the tuned option of a scenario, and why it cannot be had."""
    told, model = inputs.scenario, inputs.tuned
    own = own_rates(told.tuned_price, told.tuned_request_cost)
    ended = model.row.tuned_ends_on(inputs.day) if model and told.tuned_model else None
    if model is not None and ended is not None and ended <= inputs.day:
        raise ShutDownError(model.id, ended)
    if own is None and model is None:
        raise MissingInputError("tuned_price")
    closed: str | None = None
    if model is not None:
        closed = model.row.closed_because(
            inputs.day, existing_customer=bool(told.existing_customer)
        )
    try:
        option = tuned_option(inputs, model, own, is_own=True)
    except UnknownPriceError as error:
        return None, closed or str(error)
    most = longer_than_context(option, inputs)
    if most is not None:
        return None, f"a request is longer than its context of {most:,} tokens"
    _refuse_unserved(option, inputs)
    return option, closed


def changed_option(inputs: Inputs, tuned: Option | None) -> Option | None:
    """Return the same prompt on the tuned model's base, where the two models differ.

    None where that is not sold for prompting, or not in batches as told, where its bill is a floor,
    or where its told quality is below prompting's or the target.
    """
    model = inputs.tuned
    if tuned is None or model is None or (inputs.now is not None and inputs.now.id == model.id):
        return None
    try:
        offers = model.row.offers("base", inputs.day)
        alike = next((offer for offer in offers if offer.served == tuned.served), None)
        option = prompted_option(inputs, model, alike)
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


def _labelled(inputs: Inputs) -> Inputs:
    """Return the inputs with what a label costs, where a model gives the labels.

    A label is one uncached request of that model: the same prompt, its own answer.
    """
    name = inputs.scenario.labelled_by
    if name is None:
        return inputs
    teacher = prompted_option(inputs, Model(*inputs.tables.pricing.find(name)))
    numbers = {**inputs.numbers, "prompted_batch_share": 0.0, "attempts": 1.0}
    month = Month(teacher._replace(cache="off"), numbers, teacher.periods[0])
    usd = totals(month)[0] / month.requests
    what = f"labels by {teacher.name}, USD each"
    label = Input("labelling_cost", usd, "table", teacher.periods[0].rates.source, what)
    return replace(
        inputs,
        used={**inputs.used, "labelling_cost": label},
        numbers={**inputs.numbers, "labelling_cost": usd},
    )
