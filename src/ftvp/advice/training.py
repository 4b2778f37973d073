"""What has to be paid to train: from the user's word, the price table, and what is assumed."""

from __future__ import annotations

from ftvp.advice.case import Case, Chosen, tokenizer
from ftvp.errors import MissingInputError, UnknownPriceError
from ftvp.lenses.cost.option import RequestTokens, Training, TrainingRun
from ftvp.lenses.cost.training import run_as_given, run_by_hours, run_by_tokens
from ftvp.tables.entries import TrainingPrice, in_force
from ftvp.units import count_text

GIVE_COST = "Give the cost of one run: --training-cost USD."


def training(case: Case, model: Chosen | None, tokens: RequestTokens) -> Training:
    """Return what training costs at first and at each later round."""
    told = case.scenario
    if told.retrains_per_year is None:
        retrains = case.default("retrains_per_year", "retraining rounds a year")
    else:
        retrains = told.retrains_per_year
    return Training(
        run=training_run(case, model, tokens),
        runs=1 if told.training_runs is None else told.training_runs,
        examples=_labelled(case),
        labelling_usd_per_example=told.labelling_cost or 0,
        renewed_examples=told.renewed_examples or 0,
        retrains_per_year=retrains,
        engineering_hours=told.engineering_hours or 0,
        hourly_rate_usd=told.hourly_rate or 0,
    )


def training_run(case: Case, model: Chosen | None, tokens: RequestTokens) -> TrainingRun:
    """Return the cost of one run; errors name what is missing or has no price."""
    told = case.scenario
    if told.training_cost is not None:
        return run_as_given(told.training_cost)
    if model is None:
        raise MissingInputError("training_cost")
    price = in_force(model.row.training, case.day)
    if price is None:
        raise UnknownPriceError(model.id, "the training price", GIVE_COST)
    if price.usd_per_mtok is None:
        return _by_hours(case, price)
    epoch = told.training_tokens
    return run_by_tokens(
        tokens=_tokens_of_an_epoch(case, model, tokens) if epoch is None else epoch,
        epochs=_epochs(case, model),
        usd_per_mtok=price.usd_per_mtok,
        minimum_usd=price.minimum_charge_usd,
        source=case.quote(price),
    )


def _labelled(case: Case) -> int:
    """Return how many training examples are paid for; a number that nobody told is noted."""
    told = case.scenario
    if told.labelling_cost and told.training_examples is None and case.examples is None:
        case.default("training_examples", "training examples to label")
    return examples_per_run(case)


def examples_per_run(case: Case) -> int:
    """Return the training examples of one run: told, at hand, or the framework's default."""
    told = case.scenario
    given = case.examples if told.training_examples is None else told.training_examples
    return round(case.assumptions.training_examples.value) if given is None else given


def _by_hours(case: Case, price: TrainingPrice) -> TrainingRun:
    hours = case.scenario.gpu_hours
    if hours is None:
        hours = case.default("gpu_hours", "hours of one training run")
    return run_by_hours(
        hours=hours,
        usd_per_hour=price.usd_per_gpu_hour or price.usd_per_training_hour or 0,
        minimum_usd=price.minimum_charge_usd,
        source=case.quote(price),
    )


def _tokens_of_an_epoch(case: Case, model: Chosen, tokens: RequestTokens) -> float:
    if case.dataset is not None and case.scenario.training_examples is None:
        from ftvp.dataset.features import cut_at

        sizes = case.dataset.sizes(tokenizer(case, model))
        limit = model.row.limits.maximum_tokens_per_example if model.row.limits else None
        return sum(sizes) - cut_at(sizes, limit).tokens
    if not tokens.input and not tokens.output:
        raise MissingInputError("training_tokens")
    examples = examples_per_run(case)
    each = tokens.input + tokens.output + case.assumptions.training_overhead.value
    what = f"training examples of {count_text(each)} tokens"
    if case.scenario.training_examples is None and case.examples is None:
        case.assumed(what, examples, "training_examples")
    else:
        case.assumed(
            f"tokens of a training example ({count_text(examples)} of them)",
            each,
            "training_tokens",
        )
    return examples * each


def _epochs(case: Case, model: Chosen) -> int:
    if case.scenario.epochs is not None:
        return case.scenario.epochs
    policy = model.row.limits.default_epochs if model.row.limits else None
    if policy is None:
        return round(case.default("epochs", "epochs"))
    return round(case.assumed("epochs", policy.epochs(examples_per_run(case)), "epochs"))
