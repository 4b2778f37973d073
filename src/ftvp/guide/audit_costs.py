"""The framework's cost figures, computed again at today's prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from ftvp.tables.entries import Range, Side, in_force
from ftvp.tables.framework import Framework
from ftvp.tables.guide import BreakevenClaim, CostScenario, TrainingCost
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.units import TOKENS_PER_MTOK, Record
from ftvp.wording import USD, count_text


class Finding(Record):
    """A claim, what recomputing gives, and whether it holds; None where that cannot be told."""

    id: str
    claim: str
    recomputed: str | None = None
    """None where published evidence is all that the claim can be held against."""
    holds: bool | None
    why: str


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
) -> tuple[PricedScenario, ...]:
    """Return the scenarios whose model has token prices on both sides on a day."""
    found = (_priced(framework, pricing, row, day) for row in framework.cost_scenarios)
    return tuple(scenario for scenario in found if scenario is not None)


def unpriced(
    framework: Framework, priced: tuple[PricedScenario, ...], day: date
) -> Iterator[Finding]:
    """Yield a finding for each scenario that cannot be recomputed."""
    known = {row.scenario.id for row in priced}
    for row in framework.cost_scenarios:
        if row.id not in known:
            yield Finding(
                id=f"unpriced_{row.id}",
                claim=f"{row.name} saves ${row.claimed_saving_usd:g} a month.",
                recomputed="not recomputed",
                holds=None,
                why=f"{row.model} has no price on both sides on {day}.",
            )


def _priced(
    framework: Framework, pricing: Pricing, row: CostScenario, day: date
) -> PricedScenario | None:
    model = pricing.models.get(row.model)
    prompted = _token_prices(model, "base", day)
    tuned = _token_prices(model, "tuned", day)
    if prompted is None or tuned is None:
        return None
    training = framework.training_cost(row.model)
    return PricedScenario(
        scenario=row,
        prompted=prompted,
        tuned=tuned,
        days_per_month=framework.assumptions.days_per_month.value,
        training_usd=training.typical_run_usd if training else None,
    )


def _token_prices(model: PricedModel | None, side: Side, day: date) -> TokenPrices | None:
    for offer in model.offers(side, day) if model else ():
        if offer.input_usd_per_mtok is not None and offer.output_usd_per_mtok is not None:
            return TokenPrices(
                input=offer.input_usd_per_mtok,
                output=offer.output_usd_per_mtok,
                cached_input=offer.cached_input_usd_per_mtok,
            )
    return None


def savings(scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each published saving twice: by the article's formula, and by the bill."""
    for row in scenarios:
        yield _by_formula(row)
        yield _by_bill(row)


def _by_formula(row: PricedScenario) -> Finding:
    told, saved = row.scenario, row.formula_saving(row.tuned)
    tuned, prompted = USD.price(row.tuned.input), USD.price(row.prompted.input)
    return Finding(
        id=f"formula_{told.id}",
        claim=f"{told.name}: removing the shots saves ${told.claimed_saving_usd:g} a month.",
        recomputed=f"{USD.usd(saved)} a month",
        holds=math.isclose(saved, told.claimed_saving_usd),
        why=f"{count_text(row.requests_per_month)} requests x {count_text(told.removed_tokens)} "
        f"removed tokens x {tuned}/Mtok, the tuned input price. The prompt was billed at "
        f"{prompted}, which gives {USD.usd(row.formula_saving(row.prompted))}.",
    )


def _by_bill(row: PricedScenario) -> Finding:
    told, saved = row.scenario, row.bill_saving
    return Finding(
        id=f"bill_{told.id}",
        claim=f"{told.name}: tuning saves ${told.claimed_saving_usd:g} a month.",
        recomputed=f"{USD.usd(saved)} a month",
        holds=math.isclose(saved, told.claimed_saving_usd),
        why=f"Input {_change(row.input_usd)} and output {_change(row.output_usd)} a month, "
        "each side at its own prices.",
    )


def _change(before_and_after: tuple[float, float]) -> str:
    """Return what tuning does to a part of the bill, such as "$54.00 -> $36.00"."""
    before, after = before_and_after
    return f"{USD.usd(before)} -> {USD.usd(after)}"


def paybacks(scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each scenario's published break-even beside that of the formula and of the bill."""
    for row in scenarios:
        claimed, billed = row.scenario.breakeven_months, row.months(row.bill_saving)
        yield Finding(
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


def volume_claims(framework: Framework, scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each claim about break-even at a volume, recomputed over the scenarios of its model."""
    for claim in framework.formula.claims:
        rows = [
            row.at(claim.requests_per_day) for row in scenarios if row.scenario.model == claim.model
        ]
        if rows:
            yield _at_volume(claim, rows)


def _at_volume(claim: BreakevenClaim, rows: Sequence[PricedScenario]) -> Finding:
    by_formula = _together([row.months(row.formula_saving(row.tuned)) for row in rows])
    billed = [months for row in rows if (months := row.months(row.bill_saving)) is not None]
    by_bill = _together(billed)
    return Finding(
        id=f"breakeven_{claim.id}",
        claim=f"At {count_text(claim.requests_per_day)} requests a day tuning breaks even in "
        f"{_months(claim.months)}.",
        recomputed=f"{months_range_text(by_formula)} by the formula, "
        f"{months_range_text(by_bill)} by the bill",
        holds=len(billed) == len(rows) and by_bill is not None and claim.months.contains(by_bill),
        why=f"By the bill {len(billed)} of {len(rows)} scenarios ever break even.",
    )


def _together(months: Sequence[Range | None]) -> Range | None:
    known = [each for each in months if each is not None]
    return span(end for each in known for end in (each.low, each.high))


def training_claims(framework: Framework, pricing: Pricing, day: date) -> Iterator[Finding]:
    """Yield price, minimum and typical run of each training-cost row."""
    for row in framework.training_costs:
        models = [pricing.models[name] for name in row.models if name in pricing.models]
        yield _price(row, models, pricing, day)
        yield _minimum(row, models)
        yield _run(row, models, framework)


def _price(row: TrainingCost, models: list[PricedModel], pricing: Pricing, day: date) -> Finding:
    of_gpu = row.price.per == "gpu_hour"
    known = span(_gpu_prices(row, pricing, day) if of_gpu else _mtok_prices(models, day))
    unit = "a GPU hour" if of_gpu else "per Mtok"
    claim = f"{row.provider} {row.model}: training costs {row.claim.price}."
    if known is None:
        why = "The price table has no price for it on this day."
        return _unknown(f"training_price_{row.id}", claim, why)
    where = "prices of the GPU at several providers" if of_gpu else "list prices of its models"
    return Finding(
        id=f"training_price_{row.id}",
        claim=claim,
        recomputed=f"{range_text(known, USD.price)} {unit}",
        holds=row.price.contains(known),
        why=f"Compared with the {where}.",
    )


def _mtok_prices(models: list[PricedModel], day: date) -> list[float]:
    found = (in_force(model.training, day) for model in models)
    return [price.usd_per_mtok for price in found if price and price.usd_per_mtok is not None]


def _gpu_prices(row: TrainingCost, pricing: Pricing, day: date) -> list[float]:
    named = [gpu for gpu in pricing.gpus if row.gpu and gpu.gpu.split()[0] == row.gpu]
    kinds = {(gpu.gpu, gpu.provider) for gpu in named}
    found = (in_force((g for g in named if (g.gpu, g.provider) == kind), day) for kind in kinds)
    return [gpu.usd_per_hour for gpu in found if gpu is not None]


def _minimum(row: TrainingCost, models: list[PricedModel]) -> Finding:
    limits = [model.limits for model in models if model.limits]
    known = {limit.minimum_examples for limit in limits if limit.minimum_examples is not None}
    claim = f"{row.provider} {row.model}: at least {row.minimum_examples} training examples."
    if not known:
        return _unknown(f"minimum_{row.id}", claim, "No source states a minimum.")
    return Finding(
        id=f"minimum_{row.id}",
        claim=claim,
        recomputed=f"{range_text(Range(low=min(known), high=max(known)))} training examples",
        holds=known == {row.minimum_examples},
        why="Compared with the provider's documented minimum.",
    )


def _run(row: TrainingCost, models: list[PricedModel], framework: Framework) -> Finding:
    claim = f"{row.provider} {row.model}: a typical run costs {row.claim.typical_run}."
    if row.run_gpu_hours is not None:
        return _run_by_hours(row, row.run_gpu_hours, claim)
    policy = next((m.limits.default_epochs for m in models if m.limits), None)
    if row.run_training_examples is None or policy is None:
        return _unknown(f"run_{row.id}", claim, "No number of training examples is published.")
    sizes = [int(row.run_training_examples.low), int(row.run_training_examples.high)]
    trained = [size * policy.epochs(size) for size in sizes]
    return _run_by_tokens(row, claim, trained, framework)


def _run_by_hours(row: TrainingCost, hours: Range, claim: str) -> Finding:
    cost = Range(low=hours.low * row.price.low, high=hours.high * row.price.high)
    return Finding(
        id=f"run_{row.id}",
        claim=claim,
        recomputed=usd_range_text(cost),
        holds=row.typical_run_usd == cost,
        why=f"{range_text(hours)} hours at the row's own {range_text(row.price, dollars)} an hour; "
        f"the published range takes {dollars(row.price.high)} at both ends.",
    )


def _run_by_tokens(
    row: TrainingCost, claim: str, trained: list[int], framework: Framework
) -> Finding:
    """Return the run's cost with training examples as long as the article's own scenarios."""
    low, high = trained
    lengths = _example_lengths(framework)
    usd = row.price.low / TOKENS_PER_MTOK
    cost = Range(low=low * lengths.low * usd, high=high * lengths.high * usd)
    runs = row.typical_run_usd
    implied = span((runs.low / usd / low, runs.high / usd / high))
    return Finding(
        id=f"run_{row.id}",
        claim=claim,
        recomputed=usd_range_text(cost),
        holds=implied is not None and lengths.contains(implied),
        why=f"It implies {range_text(implied, _whole) if implied else 'no'} tokens in each "
        f"training example; those of the four scenarios have {range_text(lengths, _whole)}.",
    )


def _example_lengths(framework: Framework) -> Range:
    overhead = framework.assumptions.training_overhead.value
    lengths = [row.tuned_input + row.output + overhead for row in framework.cost_scenarios]
    return Range(low=min(lengths), high=max(lengths))


def _whole(number: float) -> str:
    return count_text(round(number))


def _unknown(finding_id: str, claim: str, why: str) -> Finding:
    return Finding(id=finding_id, claim=claim, recomputed="not known", holds=None, why=why)
