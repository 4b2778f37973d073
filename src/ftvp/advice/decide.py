"""The document of `ftvp decide`: the verdict, and everything it rests on."""

from __future__ import annotations

from ftvp.advice.answers import header
from ftvp.advice.case import Case
from ftvp.advice.command import equivalent_command
from ftvp.advice.decision import DecisionAnswer
from ftvp.advice.disagreements import disagreements
from ftvp.advice.nextsteps import mistakes, next_steps
from ftvp.advice.verdict import TUNED, verdict
from ftvp.advice.views import Views, look
from ftvp.evals.answer import summary
from ftvp.lenses.cost.life import life


def decision_answer(case: Case, version: str) -> DecisionAnswer:
    """Return the verdict on a case, with its path, lenses, costs and what was assumed."""
    views = look(case)
    said = verdict(case, views)
    told = case.scenario.model_copy(update={"as_of": case.day})
    warnings = views.cost.warnings if views.cost else _without_cost(case, views)
    return DecisionAnswer(
        **header(case, version),
        inputs=views.cost.inputs if views.cost else told,
        verdict=said,
        tree=views.tree,
        volume=views.volume,
        quality=views.quality,
        evals=summary(case.evals),
        data=views.data,
        cost=views.cost,
        disagreements=disagreements(case, views, said.choice),
        warnings=(*warnings, *mistakes(case, views, said.choice)),
        assumptions=tuple(dict.fromkeys(case.notes.assumptions)),
        next_steps=next_steps(case, views, said),
        equivalent_command=equivalent_command("ftvp decide", case.scenario),
    )


def _without_cost(case: Case, views: Views) -> tuple[str, ...]:
    return (*case.notes.warnings, *_default_is_closed(case, views))


def _default_is_closed(case: Case, views: Views) -> tuple[str, ...]:
    """Return a warning where nobody named a model and the default one cannot be tuned."""
    name = case.tables.pricing.default_model(case.day)
    if views.life is not None or views.tree.choice not in TUNED or name is None:
        return ()
    row = case.tables.pricing.models[name]
    closed = life(row, case.day, existing_customer=bool(case.scenario.existing_customer)).closed
    if closed is None:
        return ()
    return (f"{row.name}, the default model, cannot be tuned: {closed}. Name another: --model.",)
