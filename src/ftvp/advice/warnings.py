"""What the person who acts on an answer should know beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ftvp.advice.case import Case
from ftvp.advice.sides import Sides
from ftvp.advice.training import examples_per_run
from ftvp.tables.pricing import PricedModel

DAYS_PER_MONTH = 30


def warnings(case: Case, both: Sides, horizon_months: float) -> Iterator[str]:
    """Yield the warnings on the cost side of a case, in order of weight."""
    models = case.tables.pricing.models
    prompted = models[both.prompted_model] if both.prompted_model else None
    tuned = models[both.tuned_model] if both.tuned_model else None
    days = timedelta(days=min(36_500, horizon_months * DAYS_PER_MONTH))
    if prompted is not None:
        yield from _prompted_ends(case, prompted, days)
        yield from _prices_change(case, prompted, days)
    if tuned is not None:
        yield from _too_few_examples(case, tuned)
        yield from _estimates(case, tuned)
    yield from _nothing_removed(case, both)


def _prompted_ends(case: Case, model: PricedModel, days: timedelta) -> Iterator[str]:
    end = model.end("base_shutdown", case.day)
    if end is not None and end.closes_on <= case.day + days:
        yield f"{model.name} itself, the prompted model, is shut down on {end.closes_on}."


def _prices_change(case: Case, model: PricedModel, days: timedelta) -> Iterator[str]:
    for offer in model.base:
        if case.day < offer.effective_from <= case.day + days:
            yield f"{model.name} changes its price on {offer.effective_from}: not in this answer."


def _too_few_examples(case: Case, model: PricedModel) -> Iterator[str]:
    least = model.limits.minimum_examples if model.limits else None
    count = examples_per_run(case)
    if least is not None and count < least and case.scenario.training_cost is None:
        yield f"{model.name} asks for at least {least:,} training examples; there are {count:,}."


def _estimates(case: Case, model: PricedModel) -> Iterator[str]:
    for offer in model.offers("tuned", case.day)[:1]:
        if offer.estimate:
            yield f"The serving price of {model.name} is an estimate: {offer.estimate}"


def _nothing_removed(case: Case, both: Sides) -> Iterator[str]:
    told = case.scenario
    counts = both.requests.counts
    if counts.prompted_input is None or counts.removed > 0 or told.tuned_model:
        return
    if told.prompt and not counts.shots and not told.tuned_prompt:
        yield (
            "No worked example (shot) was found in the prompt, so the tuned prompt is the same. "
            "See what was found with ftvp tokens --parts; mark shots with <example> tags, or say "
            "what the tuned model is sent with --tuned-prompt or --tuned-prompt-tokens."
        )
    elif told.prompt_tokens is not None and told.tuned_prompt_tokens is None:
        yield (
            "The tuned prompt is taken to be as long as the prompt, so nothing is removed. Say "
            "what the tuned model is sent with --tuned-prompt-tokens."
        )
