"""The two options to compare, priced: the prompted one and, where tuning is sold, the tuned one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ftvp.advice.case import Case, Chosen, prompted_model, tuned_model
from ftvp.advice.requests import Requests, requests
from ftvp.advice.training import training
from ftvp.errors import ConflictError, MissingInputError, NoPriceYetError, UnknownPriceError
from ftvp.lenses.cost.option import Hosting, Option, Rates, RequestTokens
from ftvp.scenario import Scenario, flag
from ftvp.tables.entries import Offer, Side
from ftvp.units import HOURS_PER_MONTH, price_text, usd_text

GIVE_BASE = "Give it: --prompted-price input=USD,output=USD."
GIVE_TUNED = "Give it: --tuned-price input=USD,output=USD."


@dataclass(frozen=True)
class Sides:
    """Both options of a case, and the models behind them."""

    prompted: Option
    tuned: Option | None
    requests: Requests
    prompted_model: str | None
    tuned_model: str | None


@dataclass(frozen=True)
class Serving:
    """How one side is paid for: by the token, by the request, by the hour."""

    rates: Rates | None = None
    usd_per_request: float | None = None
    hosting: tuple[Hosting, ...] = ()


def unpriceable(told: Scenario) -> list[str]:
    """Return what is missing before anything can be priced: nothing, the volume, the prompt."""
    prompt = (told.prompt, told.prompt_tokens, told.prompted_request_cost)
    missing = ["volume"] if told.volume is None else []
    return [*missing, "prompt"] if prompt == (None, None, None) else missing


def sides(case: Case) -> Sides:
    """Return both options of a case; errors name what is missing or has no price."""
    missing = unpriceable(case.scenario)
    if missing:
        raise MissingInputError(*missing)
    before = prompted_model(case)
    after = tuned_model(case, before)
    tokens = requests(case, before, after)
    return Sides(
        prompted=prompted_option(case, before, tokens.prompted),
        tuned=tuned_option(case, after, tokens.tuned),
        requests=tokens,
        prompted_model=before.id if before else None,
        tuned_model=after.id if after else None,
    )


def prompted_option(case: Case, model: Chosen | None, tokens: RequestTokens) -> Option:
    """Return the option of going on prompting."""
    return option_of(case, model, tokens, _serving(case, model, tokens, "base"))


def tuned_option(case: Case, model: Chosen | None, tokens: RequestTokens) -> Option | None:
    """Return the option of tuning, or None where no tuned model is sold at all."""
    told = case.scenario
    given = told.tuned_price is not None or told.tuned_request_cost is not None
    if not given and model is None:
        raise MissingInputError("tuned_price")
    if not given and model is not None and not model.row.tuned:
        if not (model.row.training or model.row.limits):
            return None
        raise UnknownPriceError(model.id, "the price of serving a tuned version", GIVE_TUNED)
    serving = _serving(case, model, tokens, "tuned")
    if told.hosting is not None:
        serving = replace(serving, hosting=(_given_hosting(told.hosting),))
    option = option_of(case, model, tokens, serving)
    paid = training(case, model, tokens)
    return replace(option, training=paid, maintenance_usd=told.maintenance or 0)


def _serving(case: Case, model: Chosen | None, tokens: RequestTokens, side: Side) -> Serving:
    told = case.scenario
    is_base = side == "base"
    usd = told.prompted_request_cost if is_base else told.tuned_request_cost
    if usd is not None:
        return Serving(usd_per_request=usd)
    own = "prompted_price" if is_base else "tuned_price"
    if getattr(told, own) is not None:
        return Serving(rates=_own_rates(case, own))
    if model is None:
        raise MissingInputError("tuned_price")
    offer = the_offer(case, model, side)
    rates = _batchable(case, model, rates_of(case, offer, tokens))
    return Serving(rates=rates, hosting=hosting_of(case, offer))


def the_offer(case: Case, model: Chosen, side: Side) -> Offer:
    """Return the offer in force on the day, per token where there is one."""
    offers = model.row.offers(side, case.day)
    if offers:
        return offers[0]
    entries = model.row.base if side == "base" else model.row.tuned
    if not entries:
        raise UnknownPriceError(model.id, "the serving price", GIVE_BASE)
    raise NoPriceYetError(model.id, case.day, entries[0].effective_from)


def option_of(case: Case, model: Chosen | None, tokens: RequestTokens, serving: Serving) -> Option:
    """Return the option of serving requests of so many tokens in one way."""
    volume = case.scenario.volume or 0
    days = case.scenario.days_per_month or case.assumptions.days_per_month.value
    rule = model.row.caching if model else None
    return Option(
        model=model.id if model else None,
        requests_per_day=volume,
        requests_per_month=volume * days,
        tokens=tokens,
        rates=serving.rates,
        usd_per_request=serving.usd_per_request,
        cache="auto" if case.scenario.cache is None else case.scenario.cache,
        cache_rule=case.tables.pricing.caching[rule] if rule else None,
        batch_share=case.scenario.batch_share or 0,
        hosting=serving.hosting,
    )


def _own_rates(case: Case, field: str) -> Rates:
    """Return the user's own prices of a side, which have none for batches."""
    if case.scenario.batch_share:
        raise ConflictError(flag(field), flag("batch_share"))
    return Rates(**getattr(case.scenario, field).model_dump(), source="given")


def _batchable(case: Case, model: Chosen, rates: Rates) -> Rates:
    if case.scenario.batch_share and rates.batch_input is None:
        raise UnknownPriceError(model.id, "a batch price", "Leave --batch-share out.")
    return rates


def rates_of(case: Case, offer: Offer, tokens: RequestTokens) -> Rates:
    """Return an offer's token prices for requests of this length; hosted ones charge no tokens."""
    long = offer.long_prompt
    is_long = long is not None and tokens.input > long.above_tokens
    input_times = long.input_times if long and is_long else 1
    output_times = long.output_times if long and is_long else 1

    def times(price: float | None, factor: float) -> float | None:
        return None if price is None else price * factor

    return Rates(
        input=(offer.input_usd_per_mtok or 0) * input_times,
        output=(offer.output_usd_per_mtok or 0) * output_times,
        cached_input=times(offer.cached_input_usd_per_mtok, input_times),
        cache_write=times(offer.cache_write_usd_per_mtok, input_times),
        batch_input=times(offer.batch_input_usd_per_mtok, input_times),
        batch_output=times(offer.batch_output_usd_per_mtok, output_times),
        source=case.quote(offer),
    )


def hosting_of(case: Case, offer: Offer) -> tuple[Hosting, ...]:
    """Return what an offer charges a month, used or not."""
    source = case.quote(offer)
    charges = []
    if offer.hosting_usd_per_hour:
        formula = f"{HOURS_PER_MONTH} hours x {price_text(offer.hosting_usd_per_hour)}"
        usd = HOURS_PER_MONTH * offer.hosting_usd_per_hour
        charges.append(Hosting(usd_per_month=usd, formula=formula, source=source))
    if offer.storage_usd_per_month:
        usd = offer.storage_usd_per_month
        formula = f"{price_text(usd)} storage"
        charges.append(Hosting(usd_per_month=usd, formula=formula, source=source))
    return tuple(charges)


def _given_hosting(usd: float) -> Hosting:
    return Hosting(usd_per_month=usd, formula=f"{usd_text(usd)} a month", source="given")
