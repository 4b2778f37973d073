"""Every way of serving a scenario that is on sale on the day: models, caching, batches, tuning."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from ftvp.advice.case import Case, Chosen, Notes, prompted_model, tokenizer
from ftvp.advice.requests import Requests, requests
from ftvp.advice.sides import Serving, hosting_of, option_of, rates_of
from ftvp.advice.training import training
from ftvp.errors import UnknownPriceError
from ftvp.lenses.cost.life import life
from ftvp.lenses.cost.option import Hosting, Option, RequestTokens
from ftvp.tables.entries import Offer
from ftvp.units import SECONDS_PER_DAY

Kind = Literal["prompted", "prompted_cached", "prompted_batch", "tuned", "hybrid"]


@dataclass(frozen=True)
class Way:
    """One way of serving the scenario, not yet ranked."""

    model: Chosen
    kind: Kind
    option: Option
    offer: Offer
    shots: int | None
    """Shots it keeps, None where the prompt's shots are not known."""
    removed_tokens: int
    ends_on: date | None
    exact: bool
    replicas: int | None = None
    """Copies of a hosted model that the volume needs; None where tokens are paid for."""


@dataclass(frozen=True)
class LeftOut:
    """A way that cannot be bought or priced, and why."""

    model: str
    why: str


OWN = (
    "prompted_price",
    "tuned_price",
    "prompted_request_cost",
    "tuned_request_cost",
    "tuned_model",
)
"""What the user says of the scenario's own two sides, and of no other model."""


def ways(case: Case) -> Iterator[Way | LeftOut]:
    """Yield every way of serving the case that its patterns allow, and those left out."""
    told = case.scenario.model_copy(update=dict.fromkeys(OWN))
    quiet = replace(case, scenario=told)
    base = prompted_model(replace(quiet, notes=Notes()))
    counted: dict[str, Requests] = {}
    for model in _asked(case):
        if _is_sold(case, model):
            name = model.row.tokenizer
            if name not in counted:
                counted[name] = _requests(quiet, model, base)
            of_model = ModelWays(quiet, model, counted[name])
            yield from of_model.prompted()
            yield from of_model.tuned()


@dataclass(frozen=True)
class ModelWays:
    """The ways of serving a case with one model, whose tokenizer counted the requests."""

    case: Case
    model: Chosen
    tokens: Requests

    def prompted(self) -> Iterator[Way]:
        """Yield the prompted ways: cached where that is known, in batches where they may be."""
        told = self.case.scenario
        share = told.batch_share or (1 if told.batchable else 0)
        for offer in self.model.row.offers("base", self.case.day):
            for shots, request in self._with_shots():
                online = self._way("prompted", offer, request, shots=shots)
                cached = online.option.cached_tokens > 0
                yield replace(online, kind="prompted_cached") if cached else online
                if share and offer.batch_input_usd_per_mtok is not None:
                    batch = self._way("prompted_batch", offer, request, shots=shots)
                    yield replace(batch, option=replace(batch.option, batch_share=share))

    def tuned(self) -> Iterator[Way | LeftOut]:
        """Yield the tuned ways on sale to this customer, or why there are none."""
        case, row = self.case, self.model.row
        offers = row.offers("tuned", case.day)
        if not offers:
            return
        ends = life(row, case.day, existing_customer=bool(case.scenario.existing_customer))
        if ends.closed is not None:
            yield LeftOut(self.model.id, ends.closed)
            return
        try:
            paid = training(case, self.model, self.tokens.tuned)
        except UnknownPriceError as error:
            yield LeftOut(self.model.id, str(error))
            return
        fixed = case.scenario.maintenance or 0
        for offer in offers:
            for kind, shots, request in self._kept():
                way = self._way(kind, offer, request, shots=shots)
                option = replace(way.option, training=paid, maintenance_usd=fixed)
                yield replace(way, option=option)

    def _with_shots(self) -> Iterator[tuple[int | None, RequestTokens]]:
        """Yield the prompt as it is, then with each number of its shots that was asked for."""
        if not self.tokens.counts.shots:
            yield None, self.tokens.prompted
            return
        sizes = self._shots()
        for kept in dict.fromkeys((len(sizes), *(self.case.scenario.shots or ()))):
            if kept <= len(sizes):
                yield kept, _longer(self.tokens.prompted, -sum(sizes[kept:]))

    def _kept(self) -> Iterator[tuple[Kind, int | None, RequestTokens]]:
        """Yield the tuned prompt without shots, then with those it is to keep."""
        found, kept = self.tokens.counts.shots, self.case.scenario.hybrid_shots
        yield "tuned", 0 if found else None, self.tokens.tuned
        if kept and found:
            sizes = self._shots()[:kept]
            yield "hybrid", len(sizes), _longer(self.tokens.tuned, sum(sizes))

    def _shots(self) -> tuple[int, ...]:
        return self.case.measure("prompt", tokenizer(self.case, self.model)).shots

    def _way(self, kind: Kind, offer: Offer, request: RequestTokens, *, shots: int | None) -> Way:
        copies = replicas(self.case, request, offer)
        charges = hosting_of(self.case, offer)
        serving = Serving(
            rates=rates_of(self.case, offer, request),
            hosting=tuple(_times(charge, copies) for charge in charges) if copies else charges,
        )
        option = option_of(self.case, self.model, request, serving)
        return Way(
            model=self.model,
            kind=kind,
            option=replace(option, batch_share=0),
            offer=offer,
            shots=shots,
            removed_tokens=self.tokens.prompted.input - request.input,
            ends_on=_ends_on(self.case, self.model, kind),
            exact=self.tokens.counts.exact,
            replicas=copies,
        )


def replicas(case: Case, tokens: RequestTokens, offer: Offer) -> int | None:
    """Return how many copies of a hosted model carry the peak; None where tokens are paid for.

    `requests per second x peak to mean x output tokens / (throughput x utilisation)`, rounded up;
    one where the throughput is not known.
    """
    if offer.served == "per_token":
        return None
    if offer.output_tokens_per_second is None:
        return 1
    told, ours = case.scenario, case.assumptions
    peak = told.peak_to_mean or ours.peak_to_mean.value
    share = told.utilisation or ours.utilisation.value
    load = (told.volume or 0) / SECONDS_PER_DAY * peak * tokens.output
    return max(1, math.ceil(load / (offer.output_tokens_per_second * share)))


def _times(charge: Hosting, copies: int) -> Hosting:
    usd = charge.usd_per_month * copies
    formula = f"{copies} x {charge.formula}" if copies > 1 else charge.formula
    return replace(charge, usd_per_month=usd, formula=formula)


def _longer(tokens: RequestTokens, more: int) -> RequestTokens:
    if not more:
        return tokens
    return replace(tokens, input=tokens.input + more, prefix=tokens.prefix + more)


def _ends_on(case: Case, model: Chosen, kind: Kind) -> date | None:
    tuned = model.row.end("tuned_shutdown", case.day) if kind in ("tuned", "hybrid") else None
    end = tuned or model.row.end("base_shutdown", case.day)
    return end.closes_on if end else None


def _is_sold(case: Case, model: Chosen) -> bool:
    """Return whether a model is known to be on sale: not ended, nor known from the past alone."""
    gone = model.row.end("base_shutdown", case.day)
    if gone is not None and gone.closes_on <= case.day:
        return False
    offers = (*model.row.offers("base", case.day), *model.row.offers("tuned", case.day))
    sources = case.tables.pricing.sources
    return any(not sources[offer.source].past for offer in offers)


def _asked(case: Case) -> Iterator[Chosen]:
    told = case.scenario
    for model_id, row in case.tables.pricing.models.items():
        names = (model_id, *row.aliases)
        provider = model_id.partition("/")[0]
        if _matches(told.models, names) and _matches(told.providers, (provider,)):
            yield Chosen(model_id, row)


def _matches(patterns: tuple[str, ...] | None, names: tuple[str, ...]) -> bool:
    return patterns is None or any(
        fnmatchcase(name.casefold(), pattern.casefold()) for name in names for pattern in patterns
    )


def _requests(case: Case, model: Chosen, base: Chosen | None) -> Requests:
    """Return a request's tokens by the model's own tokenizer; numbers given are scaled to it."""
    found = requests(replace(case, notes=Notes()), model, model)
    ours, theirs = tokenizer(case, base), tokenizer(case, model)
    exact = found.counts.exact if case.scenario.prompt else theirs == ours
    scale = theirs.ratio / ours.ratio
    is_file = bool(case.scenario.prompt)
    scales = (
        (1 if is_file else scale),
        (1 if is_file and case.scenario.output_tokens is None else scale),
    )
    return replace(
        found,
        prompted=_scaled(found.prompted, *scales),
        tuned=_scaled(found.tuned, *scales),
        counts=found.counts.model_copy(update={"exact": exact}),
    )


def _scaled(tokens: RequestTokens, input_scale: float, output_scale: float) -> RequestTokens:
    return RequestTokens(
        input=round(tokens.input * input_scale),
        output=tokens.output * output_scale,
        prefix=round(tokens.prefix * input_scale),
    )
