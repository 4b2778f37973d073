"""What every lens says of one case, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ftvp.advice.answers import CostAnswer
from ftvp.advice.breakeven import cost_answer
from ftvp.advice.case import Case
from ftvp.advice.facts import facts
from ftvp.advice.sides import unpriceable
from ftvp.decide.lenses import (
    DataResult,
    QualityResult,
    VolumeResult,
    data_lens,
    quality_lens,
    volume_lens,
)
from ftvp.decide.tree import Facts, TreeResult, walk
from ftvp.lenses.cost.life import Life, life
from ftvp.tables.pricing import PricedModel
from ftvp.tables.quality import Task
from ftvp.tables.ranges import Range


@dataclass(frozen=True)
class Views:
    """The facts of a case and what each lens makes of them; None where too little is known."""

    facts: Facts
    task: Task | None
    tree: TreeResult
    volume: VolumeResult | None
    quality: QualityResult | None
    data: DataResult | None
    cost: CostAnswer | None
    life: Life | None
    """The end of the tuned model, where one is named or costs are known."""


def look(case: Case) -> Views:
    """Return what every lens says of a case."""
    told = case.scenario
    task = case.tables.quality.find(told.task) if told.task else None
    quality = quality_lens(
        task, prompting_quality=case.prompting_quality, tuned_quality=case.tuned_quality
    )
    known = facts(case, task)
    cost = None if unpriceable(told) else cost_answer(case)
    row = _tuned_row(case, cost)
    return Views(
        facts=known,
        task=task,
        tree=walk(case.tables.framework.questions, known),
        volume=_volume(case, known, quality.delta if quality else None),
        quality=quality,
        data=_data(case, known, row),
        cost=cost,
        life=cost.life if cost else _life(case, row),
    )


def _tuned_row(case: Case, cost: CostAnswer | None) -> PricedModel | None:
    told, models = case.scenario, case.tables.pricing
    name = told.tuned_model or told.model
    if cost is not None:
        name = cost.inputs.tuned_model
    return models.find(name)[1] if name else None


def _life(case: Case, row: PricedModel | None) -> Life | None:
    if row is None:
        return None
    return life(row, case.day, existing_customer=bool(case.scenario.existing_customer))


def _volume(case: Case, known: Facts, delta: Range | None) -> VolumeResult | None:
    if known.volume is None:
        return None
    dear = case.scenario.high_error_cost
    return volume_lens(
        case.tables.framework.volume_bands,
        requests_per_day=known.volume,
        delta=delta,
        high_error_cost=True if dear is None and case.scenario.cost_per_error else dear,
    )


def _data(case: Case, known: Facts, row: PricedModel | None) -> DataResult | None:
    if known.examples is None:
        return None
    wanted = case.tables.framework.question("examples").threshold or 0
    return data_lens(
        case.tables.framework.training_set_tiers,
        examples=known.examples,
        wanted=round(wanted),
        provider_minimum=row.limits.minimum_examples if row and row.limits else None,
    )
