"""The article's scenarios with the prices of their model: plain arithmetic, apart from the bill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ftvp.lenses.audit.finding import Finding
from ftvp.tables.entries import Side
from ftvp.tables.framework import Framework
from ftvp.tables.guide import CostScenario
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.tables.ranges import Range
from ftvp.units import TOKENS_PER_MTOK, Record


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
