"""The training-cost table: prices, minimums and typical runs against the price table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ftvp.lenses.audit.finding import Finding, dollars, range_text, span, usd_range_text
from ftvp.tables.entries import in_force
from ftvp.tables.framework import Framework
from ftvp.tables.guide import TrainingCost
from ftvp.tables.pricing import PricedModel, Pricing
from ftvp.tables.ranges import Range
from ftvp.units import TOKENS_PER_MTOK, count_text, price_text


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
        recomputed=f"{range_text(known, price_text)} {unit}",
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
