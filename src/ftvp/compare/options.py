"""Every option that is on sale on the day: each model prompted, in batches, tuned.

The scenario's own options are the ones that `ftvp breakeven` bills, so one option has one amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from ftvp.cost.inputs import Inputs, Model
from ftvp.cost.option import Kind, Option
from ftvp.cost.serving import prompted_option, tuned_option
from ftvp.cost.sides import Prepared, longer_than_context
from ftvp.errors import UnknownPriceError, UnmatchedPatternError
from ftvp.tables.entries import Offer

IN_BATCHES: dict[Kind, Kind] = {"prompted": "prompted_batch", "tuned": "tuned_batch"}


@dataclass(frozen=True)
class LeftOut:
    """An option that cannot be had or priced, and why."""

    model: str
    why: str
    kind: Kind = "prompted"


def every_option(prepared: Prepared, models: list[Model]) -> Iterator[Option | LeftOut]:
    """Yield every option of these models, and those left out with the reason."""
    now = prepared.sides.now
    now_id = with_own_id(now).id
    for model in models:
        own = now.model is not None and now.model.id == model.id
        for option in _of_model(prepared, model):
            if not (isinstance(option, Option) and own and option.id == now_id):
                yield option


def with_own_id(option: Option) -> Option:
    """Return an option under an id that no other has: model, kind, shots, serving."""
    parts = [option.model.id if option.model else option.id, option.kind]
    parts += [f"{option.shots}-shots"] if option.shots else []
    parts += [option.served] if option.served != "per_token" else []
    parts += [f"{option.commitment_months}-months"] if option.commitment_months else []
    return replace(option, id=" ".join(parts))


def asked_models(inputs: Inputs) -> list[Model]:
    """Return the models that patterns ask for; UnmatchedPatternError where one matches none."""
    told, found = inputs.scenario, []
    unmatched = {("--models", each) for each in told.models or ()}
    unmatched |= {("--providers", each) for each in told.providers or ()}
    for model_id, row in inputs.tables.pricing.models.items():
        names = (model_id, *row.aliases, row.name)
        provider = (model_id.partition("/")[0],)
        models = _matching(told.models, names)
        providers = _matching(told.providers, provider)
        unmatched -= {("--models", each) for each in models or ()}
        unmatched -= {("--providers", each) for each in providers or ()}
        if models != [] and providers != []:
            found.append(Model(model_id, row))
    if unmatched:
        flag, pattern = min(unmatched)
        raise UnmatchedPatternError(flag, pattern, list(inputs.tables.pricing.models))
    return found


def _matching(patterns: tuple[str, ...] | None, names: tuple[str, ...]) -> list[str] | None:
    """Return the patterns that a name matches, None where there are no patterns."""
    if patterns is None:
        return None
    return [
        pattern
        for pattern in patterns
        if any(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)
    ]


def _of_model(prepared: Prepared, model: Model) -> Iterator[Option | LeftOut]:
    inputs = prepared.inputs
    gone = model.row.end("base_shutdown", inputs.day)
    if gone is not None and gone.closes_on <= inputs.day:
        yield LeftOut(model.id, f"it was shut down on {gone.closes_on}")
        return
    for offer in model.row.offers("base", inputs.day):
        if not inputs.tables.pricing.sources[offer.source].past:
            yield from _prompted(inputs, model, offer)
    yield from _tuned(prepared, model)


def _prompted(inputs: Inputs, model: Model, offer: Offer) -> Iterator[Option | LeftOut]:
    counts = inputs.readings.prompt
    shots: list[int | None] = [None]
    if counts is not None:
        found = len(counts[inputs.tokenizer_name(model)].shots)
        shots += [kept for kept in inputs.scenario.shots or () if kept < found]
    for kept in dict.fromkeys(shots):
        option = prompted_option(inputs, model, offer, kept=kept)
        yield from _checked(inputs, model, option)


def _tuned(prepared: Prepared, model: Model) -> Iterator[Option | LeftOut]:
    inputs = prepared.inputs
    offers = model.row.offers("tuned", inputs.day)
    if not offers:
        return
    existing = bool(inputs.scenario.existing_customer)
    closed = model.row.closed_because(inputs.day, existing_customer=existing)
    if closed is not None:
        yield LeftOut(model.id, closed, "tuned")
        return
    own = prepared.sides.tuned
    is_own = own is not None and own.model is not None and own.model.id == model.id
    for place, offer in enumerate(offers):
        try:
            for kind, kept in _kept(inputs, model):
                tuned = tuned_option(inputs, model, offer, kept=kept, is_own=is_own)
                option = replace(tuned, kind=kind)
                if own is not None and is_own and place == 0 and kind == "tuned":
                    option = own
                yield from _checked(inputs, model, option)
        except UnknownPriceError as error:
            yield LeftOut(model.id, str(error), "tuned")
            return


def _kept(inputs: Inputs, model: Model) -> Iterator[tuple[Kind, int]]:
    """Yield the tuned prompt without worked examples, then with those it is to keep."""
    yield "tuned", 0
    counts, kept = inputs.readings.prompt, inputs.scenario.hybrid_shots
    if counts is not None and kept:
        found = len(counts[inputs.tokenizer_name(model)].shots)
        if found:
            yield "hybrid", min(kept, found)


def _checked(inputs: Inputs, model: Model, option: Option) -> Iterator[Option | LeftOut]:
    """Yield an option and the same in batches, or why they cannot be had."""
    most = longer_than_context(option, inputs)
    if most is not None:
        why = f"a request is longer than its context of {most:,} tokens"
        yield LeftOut(model.id, why, option.kind)
        return
    if option.ends is not None and option.commitment_months > option.ends:
        why = f"{option.commitment_months} months' commitment, but it ends on {option.ends_on}"
        yield LeftOut(model.id, why, option.kind)
        return
    priced = all(period.rates.batch_input is not None for period in option.periods)
    if inputs.numbers[option.batch_field] and not priced:
        yield LeftOut(model.id, "no batch price is known", option.kind)
        return
    yield with_own_id(option)
    if inputs.scenario.batchable and priced and option.kind in IN_BATCHES:
        kind = IN_BATCHES[option.kind]
        yield with_own_id(replace(option, kind=kind, batch_share=1.0))
