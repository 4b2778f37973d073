"""The inputs and the options of the independent reference: sections 1, 2, 5 and 8.

Written from the specification alone, as `reference` is; no code of the calculation is used.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property

from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Side
from ftvp.tables.pricing import PricedModel
from tests.reference import (
    MTOK,
    Option,
    Rates,
    RefusedError,
    Request,
    assumed,
    is_floor,
    token_cost,
    told,
)


class Plan:
    """A scenario on a day: its tokens, its options and its training."""

    def __init__(self, scenario: Scenario, tables: Tables, today: date) -> None:
        """Settle the two models; RefusedError where the scenario has no answer."""
        self.scenario, self.tables, self.today = scenario, tables, today
        s, table = scenario, tables.pricing
        own = s.prompted_price is not None or s.prompted_request_cost is not None
        own_tuned = s.tuned_price is not None or s.tuned_request_cost is not None
        name = s.model or (None if own else table.default_model(self.today))
        tuned = s.tuned_model or name
        if name is None and not own:
            raise RefusedError("model")
        if tuned is None and not own_tuned:
            raise RefusedError("missing")
        self.prompted = None if name is None else table.find(name)[0]
        self.tuned_name = None if tuned is None else table.find(tuned)[0]
        self._refuse()

    def _refuse(self) -> None:
        s = self.scenario
        ours, theirs = self.row(self.prompted), self.row(self.tuned_name)
        end = ours.ends_on("base_shutdown", self.today) if ours else None
        tuned_end = theirs.tuned_ends_on(self.today) if theirs else None
        if any(day is not None and day <= self.today for day in (end, tuned_end)):
            raise RefusedError("ended")
        if (s.engineering_hours is None) != (s.hourly_rate is None):
            raise RefusedError("work")
        if s.rebuild_hours is not None and s.hourly_rate is None:
            raise RefusedError("work")
        if s.request_tokens is not None and s.prompt_tokens is not None:
            bounds = (s.prompt_tokens, s.tuned_prompt_tokens)
            if any(b is not None and s.request_tokens > b for b in bounds):
                raise RefusedError("request")

    def row(self, name: str | None) -> PricedModel | None:
        """Return a model's row, None for a side without a model."""
        return None if name is None else self.tables.pricing.models[name]

    @property
    def same_model(self) -> bool:
        """Return whether one model stands on both sides."""
        return self.prompted == self.tuned_name

    # Section 2: tokens

    def ratio(self, name: str | None) -> float:
        """Return how many of a model's tokens one token of the prompted model is."""
        ours, theirs = self.row(self.prompted), self.row(name)
        if ours is None or theirs is None:
            return 1.0
        kinds = self.tables.pricing.tokenizers
        return kinds[theirs.tokenizer].ratio / kinds[ours.tokenizer].ratio

    @cached_property
    def varying(self) -> float:
        """R in the prompted model's tokens: told, else assumed and at most P and T."""
        s = self.scenario
        bounds = [b for b in (s.prompt_tokens, s.tuned_prompt_tokens) if b is not None]
        return told(s.request_tokens, min(assumed(self.tables, "request_tokens"), *bounds, 1e99))

    @cached_property
    def answer(self) -> float:
        """O in the prompted model's tokens."""
        return told(self.scenario.output_tokens, assumed(self.tables, "output_tokens"))

    def thinking(self, name: str | None, answer: float) -> float:
        """Return the hidden reasoning of a model, where none was told for its side.

        A side without a model, at the user's own prices, has no model that could reason.
        """
        for each, tokens in (self.scenario.thinking or {}).items():
            if name is not None and self.tables.pricing.find(each)[0] == name:
                return tokens
        row = self.row(name)
        if row is None:
            return 0.0
        trait = row.traits.thinking if row.traits else None
        if trait in {"none", "optional"}:
            return 0.0
        return assumed(self.tables, "thinking_multiple") * answer

    def prompted_thinking(self) -> float:
        """Return K of the prompted side."""
        k = self.scenario.thinking_tokens
        return self.thinking(self.prompted, self.answer) if k is None else k

    def same_prompt(self, name: str | None) -> Request | None:
        """Return the scenario's prompt, as a model counts it."""
        s, ratio = self.scenario, self.ratio(name)
        if s.prompt_tokens is None:
            return None
        answer = self.answer * ratio
        k = self.prompted_thinking() if name == self.prompted else self.thinking(name, answer)
        return Request(s.prompt_tokens * ratio, self.varying * ratio, answer, k, told(s.turns, 1))

    def tuned_request(self) -> Request | None:
        """Return what the tuned model is sent, and what it answers."""
        s, ratio = self.scenario, self.ratio(self.tuned_name)
        if s.tuned_prompt_tokens is not None:
            prompt = float(s.tuned_prompt_tokens)
        elif s.prompt_tokens is not None:
            prompt = s.prompt_tokens * ratio
        else:
            return None
        answer = told(s.tuned_output_tokens, self.answer * ratio)
        if s.tuned_thinking_tokens is not None:
            k = float(s.tuned_thinking_tokens)
        elif self.same_model:
            k = self.prompted_thinking()
        else:
            k = self.thinking(self.tuned_name, answer)
        return Request(prompt, min(prompt, self.varying * ratio), answer, k, told(s.turns, 1))

    # The options

    def served(self, name: str | None, side: Side) -> tuple[str, int] | None:
        """Return the way of serving: per token first, then without a commitment."""
        row = self.row(name)
        offers = row.offers(side, self.today) if row is not None else []
        return (offers[0].served, offers[0].commitment_months) if offers else None

    def prompting(self, name: str | None, *, mine: bool) -> Option:
        """Return the option of the same prompt on a model; `mine` where told prices are its own."""
        s = self.scenario
        if s.cache is None:
            cache: float | str = "auto"
        else:
            cache = s.cache if isinstance(s.cache, str) else float(s.cache)
        return Option(
            s,
            self.tables,
            name,
            tuned=False,
            request=self.same_prompt(name),
            attempts=told(s.attempts, 1),
            batch=told(s.prompted_batch_share, told(s.batch_share, 0)),
            cache=cache,
            own=s.prompted_price if mine else None,
            request_cost=s.prompted_request_cost if mine else None,
            served=self.served(name, "base"),
        )

    @cached_property
    def now(self) -> Option:
        """What is done today; RefusedError where it is too long or a price is not known."""
        option = self.prompting(self.prompted, mine=True)
        if not self.fits(option):
            raise RefusedError("context")
        if option.request_cost is not None:
            return option
        if self.scenario.prompt_tokens is None:
            raise RefusedError("tokens")
        if option.own is None and option.offer(self.today) is None:
            raise RefusedError("unsold")
        later = self.rates_of(option)
        if isinstance(option.cache, float) and any(r is None or r.cached is None for r in later):
            raise RefusedError("cache")
        return self.in_batches(option)

    def fits(self, option: Option) -> bool:
        """Return whether a request fits into the model's context."""
        row, request = option.model, option.request
        most = row.traits.context_tokens if row is not None and row.traits else None
        if most is None or request is None:
            return True
        return request.input + request.output + request.thinking <= most

    def rates_of(self, option: Option) -> list[Rates | None]:
        """Return the prices of an option today and from each later change on."""
        days = [self.today, *(day for day in option.changes() if day > self.today)]
        return [option.rates(day) for day in days]

    def in_batches(self, option: Option) -> Option:
        """Return an option; RefusedError where its batches have no known price."""
        later = self.rates_of(option)
        if option.batch and any(r is None or r.batch_input is None for r in later):
            raise RefusedError("batch")
        return option

    @cached_property
    def successor(self) -> Option | None:
        """What follows the prompted model, None where its own price goes on."""
        name = self.scenario.successor
        if name is None:
            return None
        option = self.prompting(self.tables.pricing.find(name)[0], mine=False)
        row = option.model
        end = row.ends_on("base_shutdown", self.today) if row else None
        if end is not None and end <= self.today:
            raise RefusedError("ended")
        if option.offer(self.today) is None:
            raise RefusedError("unsold")
        if not self.fits(option):
            raise RefusedError("context")
        return self.in_batches(option)

    @cached_property
    def changed(self) -> Option | None:
        """The same prompt on the tuned side's base, None where that is no third option."""
        s = self.scenario
        if self.same_model or s.prompt_tokens is None or not self.sold:
            return None
        option = self.tuned_base
        floor = is_floor(option, self.today)
        if option.offer(self.today) is None or floor or not self.fits(option):
            return None
        told_quality = {
            self.tables.pricing.find(n)[0]: q for n, q in (s.qualities or {}).items()
        }.get(self.tuned_name or "")
        wanted = [q for q in (s.prompting_quality, s.target_quality) if q is not None]
        if told_quality is not None and any(told_quality < each for each in wanted):
            return None
        try:
            return self.in_batches(option)
        except RefusedError:
            return None

    @cached_property
    def sold(self) -> bool:
        """Return whether a tuned version is sold, at a known price, and takes the request.

        RefusedError where its first price is of a later day: nobody knows whether it was sold.
        """
        s = self.scenario
        own = s.tuned_price is not None or s.tuned_request_cost is not None
        priced = own or self.served(self.tuned_name, "tuned") is not None
        row = self.row(self.tuned_name)
        if not priced and row is not None and row.tuned:
            raise RefusedError("unsold")
        return priced and self.fits(replace(self.tuned_base, request=self.tuned_request()))

    @property
    def tuned_base(self) -> Option:
        """The same prompt on the tuned model."""
        return self.prompting(self.tuned_name, mine=False)

    @cached_property
    def closed(self) -> bool:
        """Return whether the tuned model is closed to this customer."""
        row, customer = self.row(self.tuned_name), bool(self.scenario.existing_customer)
        reason = row and row.closed_because(self.today, existing_customer=customer)
        return reason is not None

    @cached_property
    def tuned(self) -> Option:
        """The tuned side; RefusedError where a price of it is not known."""
        s = self.scenario
        base = self.tuned_base
        cache = base.cache if s.tuned_cache is None else float(s.tuned_cache)
        option = replace(
            base,
            tuned=True,
            request=self.tuned_request(),
            attempts=told(s.tuned_attempts, told(s.attempts, 1)),
            batch=told(s.tuned_batch_share, told(s.batch_share, 0)),
            cache=cache,
            own=s.tuned_price,
            request_cost=s.tuned_request_cost,
            hosting=s.hosting,
            served=self.served(self.tuned_name, "tuned"),
            storage_and_upkeep=told(s.maintenance, 0),
        )
        per_example = self.label_cost()
        work = told(s.engineering_hours, 0) * told(s.hourly_rate, 0)
        one_off = told(s.training_runs, 1) * self.run + self.missing * per_example + work
        round_ = self.run + told(s.renewed_examples, 0) * per_example
        if option.request_cost is None:  # only asked of what can be trained
            self.in_batches(option)
        return replace(option, one_off=one_off, round=round_)

    # Section 5: training and own work

    @cached_property
    def training_examples(self) -> float:
        """Training examples of one run: told, 80 % of those at hand, or assumed."""
        s = self.scenario
        if s.training_examples is not None:
            return s.training_examples
        if s.examples is not None:
            return 0.8 * s.examples
        return assumed(self.tables, "training_examples")

    @property
    def missing(self) -> float:
        """Training examples that are not at hand."""
        return max(0.0, self.training_examples - told(self.scenario.examples, 0))

    def label_cost(self) -> float:
        """Return what labelling one example costs: told, or a teacher's uncached request."""
        s = self.scenario
        if s.labelled_by is None:
            return told(s.labelling_cost, 0)
        teacher = self.prompting(self.tables.pricing.find(s.labelled_by)[0], mine=False)
        if teacher.offer(self.today) is None:
            raise RefusedError("teacher")
        return token_cost(replace(teacher, cache="off", batch=0.0), self.today, 1)

    @cached_property
    def run(self) -> float:
        """What one training run costs."""
        s, row = self.scenario, self.row(self.tuned_name)
        if s.training_cost is not None:
            return s.training_cost
        prices = [] if row is None else [p for p in row.training if p.effective_from <= self.today]
        if not prices:
            raise RefusedError("training")
        price = max(prices, key=lambda each: each.effective_from)
        if price.usd_per_mtok is None:
            hours = told(s.gpu_hours, assumed(self.tables, "gpu_hours"))
            usd = hours * ((price.usd_per_gpu_hour or 0) + (price.usd_per_training_hour or 0))
            return max(price.minimum_charge_usd, usd)
        policy = row.limits.default_epochs if row is not None and row.limits else None
        usual = (
            policy.epochs(int(self.training_examples)) if policy else assumed(self.tables, "epochs")
        )
        tokens = told(s.training_tokens, self.epoch_tokens()) * told(s.epochs, usual)
        return max(price.minimum_charge_usd, tokens * price.usd_per_mtok / MTOK)

    def epoch_tokens(self) -> float:
        """Return the tokens of one epoch where nobody told them."""
        request = self.tuned_request()
        if self.scenario.training_tokens is not None:
            return 0.0
        if request is None:
            raise RefusedError("size")
        each = request.prompt + request.output + assumed(self.tables, "training_overhead")
        return self.training_examples * each

    @cached_property
    def work(self) -> float:
        """W: own work that nobody told."""
        s = self.scenario
        about = (s.engineering_hours, s.labelling_cost, s.labelled_by)
        return assumed(self.tables, "own_work_usd") if about == (None,) * 3 else 0.0
