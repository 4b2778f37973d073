"""The framework's cost figures, computed again at today's prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from ftvp.tables.entries import SIDES, Range, Side, in_force
from ftvp.tables.framework import BreakevenClaim, CostScenario, Framework, TrainingCost
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.units import TOKENS_PER_MTOK, Record
from ftvp.wording import USD, count_text


class AuditFinding(Record):
    """A claim, what recomputing gives, and whether it holds; None where that is not known."""

    id: str
    claim: str
    """What the framework or the article says."""
    recomputed: str | None = None
    """None where the claim can only be compared with published evidence."""
    holds: bool | None
    """Whether it is what recomputing or published evidence gives."""
    why: str
    """What it was set beside."""


def span(values: Iterable[float]) -> Range | None:
    """Return the range from the least to the greatest value, None when there is none."""
    listed = list(values)
    return Range(low=min(listed), high=max(listed)) if listed else None


def range_text(of: Range, text: Callable[[float], str] = "{:g}".format) -> str:
    """Return a range in words, as one value when its ends read alike.

    >>> range_text(Range(low=15, high=75), USD.usd), range_text(Range(low=3, high=3))
    ('$15.00 to $75.00', '3')
    """
    low, high = text(of.low), text(of.high)
    return low if low == high else f"{low} to {high}"


def months_range_text(of: Range | None) -> str:
    """Return months with one decimal, or "never".

    >>> months_range_text(Range(low=0.28, high=1.39)), months_range_text(None)
    ('0.3 to 1.4 months', 'never')
    """
    return "never" if of is None else f"{range_text(of, '{:,.1f}'.format)} months"


def usd_range_text(of: Range) -> str:
    """Return a range of costs in USD."""
    return range_text(of, USD.usd)


def dollars(usd: float) -> str:
    """Return an amount as the article writes it.

    >>> dollars(15), dollars(1.5)
    ('$15', '$1.5')
    """
    return f"${usd:g}"


class TokenPrices(Record):
    """What one side's tokens cost, USD per Mtok."""

    input: float
    output: float
    cached_input: float | None


class PricedScenario(Record):
    """One scenario at its prices; what it saves a month by the formula and by the bill, USD."""

    scenario: CostScenario
    prompted: TokenPrices
    tuned: TokenPrices
    days_per_month: float
    training_usd: Range | None
    """The published typical run of the scenario's model."""

    @property
    def requests_per_month(self) -> float:
        """Requests a month at the scenario's volume."""
        return self.scenario.requests_per_day * self.days_per_month

    def usd(self, tokens_per_request: float, usd_per_mtok: float) -> float:
        """Return what tokens of every request cost in a month."""
        return self.requests_per_month * tokens_per_request * usd_per_mtok / TOKENS_PER_MTOK

    def formula_saving(self, prices: TokenPrices) -> float:
        """Return the article's saving: removed tokens at an input price."""
        return self.usd(self.scenario.removed_tokens, prices.input)

    @property
    def input_usd(self) -> tuple[float, float]:
        """A month's input on the prompted and on the tuned side, each at its own price."""
        told = self.scenario
        prompted = self.usd(told.prompted_input, self.prompted.input)
        return prompted, self.usd(told.tuned_input, self.tuned.input)

    @property
    def output_usd(self) -> tuple[float, float]:
        """A month's output on the prompted and on the tuned side, each at its own price."""
        output = self.scenario.output
        return self.usd(output, self.prompted.output), self.usd(output, self.tuned.output)

    @property
    def bill_saving(self) -> float:
        """What tuning saves with each side's tokens at that side's own prices."""
        (before_in, after_in), (before_out, after_out) = self.input_usd, self.output_usd
        return before_in + before_out - after_in - after_out

    def months(self, saving: float) -> Range | None:
        """Return the months in which a saving pays the typical run, None for never."""
        if self.training_usd is None or saving <= 0:
            return None
        return Range(low=self.training_usd.low / saving, high=self.training_usd.high / saving)

    def at(self, requests_per_day: float) -> PricedScenario:
        """Return the same scenario at another volume."""
        moved = self.scenario.model_copy(update={"requests_per_day": requests_per_day})
        return self.model_copy(update={"scenario": moved})


def priced_scenarios(
    framework: Framework, pricing: Pricing, day: date
) -> tuple[list[PricedScenario], list[AuditFinding]]:
    """Return the scenarios whose model has token prices on both sides on a day, and the others."""
    priced: list[PricedScenario] = []
    unpriced: list[AuditFinding] = []
    for row in framework.cost_scenarios:
        model = pricing.models.get(row.model)
        prompted, tuned = (_token_prices(model, side, day) for side in SIDES)
        training = framework.training_cost(row.model)
        if prompted is None or tuned is None:
            claim = f"{row.name} saves ${row.claimed_saving_usd:g} a month."
            why = f"{row.model} has no price on both sides on {day}."
            unpriced.append(_unknown(f"unpriced_{row.id}", claim, why, "not recomputed"))
            continue
        priced.append(
            PricedScenario(
                scenario=row,
                prompted=prompted,
                tuned=tuned,
                days_per_month=framework.assumptions.days_per_month.value,
                training_usd=training.typical_run_usd if training else None,
            )
        )
    return priced, unpriced


def _token_prices(model: PricedModel | None, side: Side, day: date) -> TokenPrices | None:
    for offer in model.offers(side, day) if model else ():
        if offer.input_usd_per_mtok is not None and offer.output_usd_per_mtok is not None:
            return TokenPrices(
                input=offer.input_usd_per_mtok,
                output=offer.output_usd_per_mtok,
                cached_input=offer.cached_input_usd_per_mtok,
            )
    return None


def savings(scenarios: Sequence[PricedScenario]) -> Iterator[AuditFinding]:
    """Yield each published saving twice: by the article's formula, and by the bill."""
    for each in scenarios:
        row = each.scenario
        claimed = row.claimed_saving_usd
        by_formula, by_bill = each.formula_saving(each.tuned), each.bill_saving
        tuned, prompted = USD.price(each.tuned.input), USD.price(each.prompted.input)
        yield AuditFinding(
            id=f"formula_{row.id}",
            claim=f"{row.name}: removing the worked examples saves ${claimed:g} a month.",
            recomputed=f"{USD.usd(by_formula)} a month",
            holds=math.isclose(by_formula, claimed),
            why=f"{count_text(each.requests_per_month)} requests x "
            f"{count_text(row.removed_tokens)} removed tokens x {tuned}/Mtok, the tuned input "
            f"price. The prompt was billed at {prompted}, which gives "
            f"{USD.usd(each.formula_saving(each.prompted))}.",
        )
        yield AuditFinding(
            id=f"bill_{row.id}",
            claim=f"{row.name}: tuning saves ${claimed:g} a month.",
            recomputed=f"{USD.usd(by_bill)} a month",
            holds=math.isclose(by_bill, claimed),
            why=f"Input {_change(each.input_usd)} and output {_change(each.output_usd)} a month, "
            "each side at its own prices.",
        )


def _change(before_and_after: tuple[float, float]) -> str:
    """Return what tuning does to a part of the bill, such as "$54.00 -> $36.00"."""
    before, after = before_and_after
    return f"{USD.usd(before)} -> {USD.usd(after)}"


def paybacks(scenarios: Sequence[PricedScenario]) -> Iterator[AuditFinding]:
    """Yield each scenario's published break-even beside that of the formula and of the bill."""
    for row in scenarios:
        claimed, billed = row.scenario.breakeven_months, row.months(row.bill_saving)
        yield AuditFinding(
            id=f"breakeven_{row.scenario.id}",
            claim=f"{row.scenario.name} breaks even in {_months(claimed)}.",
            recomputed=f"{months_range_text(row.months(row.formula_saving(row.tuned)))} by the "
            f"formula, {months_range_text(billed)} by the bill",
            holds=billed is not None and claimed.contains(billed),
            why=_why_later(row),
        )


def _months(claimed: Range) -> str:
    return f"{range_text(claimed)} month{'' if claimed.high == 1 else 's'}"


def _why_later(row: PricedScenario) -> str:
    if row.training_usd is None:
        return "No typical training run is published for the model."
    if row.bill_saving <= 0:
        return f"The tuned model costs {USD.usd(-row.bill_saving)} a month more to run."
    runs = range_text(row.training_usd, dollars)
    return f"The typical run of {runs} is earned back at {USD.usd(row.bill_saving)} a month."


def volume_claims(
    framework: Framework, scenarios: Sequence[PricedScenario]
) -> Iterator[AuditFinding]:
    """Yield each claim about break-even at a volume, recomputed over the scenarios of its model."""
    for claim in framework.formula.claims:
        rows = [
            row.at(claim.requests_per_day) for row in scenarios if row.scenario.model == claim.model
        ]
        if rows:
            yield _at_volume(claim, rows)


def _at_volume(claim: BreakevenClaim, rows: Sequence[PricedScenario]) -> AuditFinding:
    by_formula = _union([row.months(row.formula_saving(row.tuned)) for row in rows])
    billed = [months for row in rows if (months := row.months(row.bill_saving)) is not None]
    by_bill = _union(billed)
    return AuditFinding(
        id=f"breakeven_{claim.id}",
        claim=f"At {count_text(claim.requests_per_day)} requests a day tuning breaks even in "
        f"{_months(claim.months)}.",
        recomputed=f"{months_range_text(by_formula)} by the formula, "
        f"{months_range_text(by_bill)} by the bill",
        holds=len(billed) == len(rows) and by_bill is not None and claim.months.contains(by_bill),
        why=f"By the bill {len(billed)} of {len(rows)} scenarios ever break even.",
    )


def _union(months: Sequence[Range | None]) -> Range | None:
    known = [each for each in months if each is not None]
    return span(end for each in known for end in (each.low, each.high))


def training_claims(framework: Framework, pricing: Pricing, day: date) -> Iterator[AuditFinding]:
    """Yield price, minimum and typical run of each training-cost row."""
    for row in framework.training_costs:
        models = [pricing.models[name] for name in row.models if name in pricing.models]
        yield _price(row, models, pricing, day)
        yield _minimum(row, models)
        yield _run(row, models, framework)


def _price(
    row: TrainingCost, models: list[PricedModel], pricing: Pricing, day: date
) -> AuditFinding:
    if row.price.per == "gpu_hour":
        named = [gpu for gpu in pricing.gpus if row.gpu and gpu.gpu.split()[0] == row.gpu]
        kinds = {(gpu.gpu, gpu.provider) for gpu in named}
        gpus = (in_force((g for g in named if (g.gpu, g.provider) == kind), day) for kind in kinds)
        known = span(gpu.usd_per_hour for gpu in gpus if gpu is not None)
        unit, where = "a GPU hour", "prices of the GPU at several providers"
    else:
        prices = [price for model in models if (price := in_force(model.training, day))]
        known = span(price.usd_per_mtok for price in prices if price.usd_per_mtok is not None)
        unit, where = "per Mtok", "list prices of its models"
    claim = f"{row.provider} {row.model}: training costs {row.claim.price}."
    if known is None:
        why = "The price table has no price for it on this day."
        return _unknown(f"training_price_{row.id}", claim, why)
    return AuditFinding(
        id=f"training_price_{row.id}",
        claim=claim,
        recomputed=f"{range_text(known, USD.price)} {unit}",
        holds=row.price.contains(known),
        why=f"Compared with the {where}.",
    )


def _minimum(row: TrainingCost, models: list[PricedModel]) -> AuditFinding:
    limits = [model.limits for model in models if model.limits]
    known = {limit.minimum_examples for limit in limits if limit.minimum_examples is not None}
    claim = f"{row.provider} {row.model}: at least {row.minimum_examples} training examples."
    if not known:
        return _unknown(f"minimum_{row.id}", claim, "No source states a minimum.")
    return AuditFinding(
        id=f"minimum_{row.id}",
        claim=claim,
        recomputed=f"{range_text(Range(low=min(known), high=max(known)))} training examples",
        holds=known == {row.minimum_examples},
        why="Compared with the provider's documented minimum.",
    )


def _run(row: TrainingCost, models: list[PricedModel], framework: Framework) -> AuditFinding:
    claim = f"{row.provider} {row.model}: a typical run costs {row.claim.typical_run}."
    if row.run_gpu_hours is not None:
        return _run_by_hours(row, row.run_gpu_hours, claim)
    policy = next((m.limits.default_epochs for m in models if m.limits), None)
    if row.run_training_examples is None or policy is None:
        return _unknown(f"run_{row.id}", claim, "No number of training examples is published.")
    sizes = [int(row.run_training_examples.low), int(row.run_training_examples.high)]
    trained = [size * policy.epochs(size) for size in sizes]
    return _run_by_tokens(row, claim, trained, framework)


def _run_by_hours(row: TrainingCost, hours: Range, claim: str) -> AuditFinding:
    cost = Range(low=hours.low * row.price.low, high=hours.high * row.price.high)
    return AuditFinding(
        id=f"run_{row.id}",
        claim=claim,
        recomputed=usd_range_text(cost),
        holds=row.typical_run_usd == cost,
        why=f"{range_text(hours)} hours at the row's own {range_text(row.price, dollars)} an hour; "
        f"the published range takes {dollars(row.price.high)} at both ends.",
    )


def _run_by_tokens(
    row: TrainingCost, claim: str, trained: list[int], framework: Framework
) -> AuditFinding:
    """Return the run's cost with training examples as long as the article's own scenarios."""
    low, high = trained
    overhead = framework.assumptions.training_overhead.value
    lengths = span(s.tuned_input + s.output + overhead for s in framework.cost_scenarios)
    if lengths is None:
        return _unknown(f"run_{row.id}", claim, "No scenario says how long an example is.")
    whole = "{:,.0f}".format
    usd = row.price.low / TOKENS_PER_MTOK
    cost = Range(low=low * lengths.low * usd, high=high * lengths.high * usd)
    runs = row.typical_run_usd
    implied = span((runs.low / usd / low, runs.high / usd / high))
    return AuditFinding(
        id=f"run_{row.id}",
        claim=claim,
        recomputed=usd_range_text(cost),
        holds=implied is not None and lengths.contains(implied),
        why=f"It implies {range_text(implied, whole) if implied else 'no'} tokens in each "
        f"training example; those of the four scenarios have {range_text(lengths, whole)}.",
    )


def _unknown(finding_id: str, claim: str, why: str, recomputed: str = "not known") -> AuditFinding:
    return AuditFinding(id=finding_id, claim=claim, recomputed=recomputed, holds=None, why=why)
