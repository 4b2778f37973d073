"""The options of a scenario: prompting now, the tuned one, and what stands between them."""

from dataclasses import replace
from typing import NamedTuple

from ftvp.cost.inputs import Input, Inputs, Model
from ftvp.cost.lines import Month, totals
from ftvp.cost.option import Option, is_floor
from ftvp.cost.serving import own_rates, prompted_option, tuned_option
from ftvp.cost.weigh import Sides
from ftvp.errors import (
    ContextError,
    MissingInputError,
    NoPriceYetError,
    ShutDownError,
    TooManyShotsError,
    UnknownPriceError,
)
from ftvp.scenario import flag


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
    return Prepared(inputs, sides, closed)


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
    numbers = inputs.numbers | {"prompted_batch_share": 0.0, "attempts": 1.0}
    month = Month(teacher._replace(cache="off"), numbers, teacher.periods[0])
    usd = totals(month)[0] / month.requests
    what = f"labels by {teacher.name}, USD each"
    label = Input("labelling_cost", usd, "table", teacher.periods[0].rates.source, what)
    return replace(
        inputs,
        used={**inputs.used, "labelling_cost": label},
        numbers={**inputs.numbers, "labelling_cost": usd},
    )
