"""What to do after the verdict, and which common mistakes the facts already show."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.advice.case import Case
from ftvp.advice.decision import Verdict
from ftvp.advice.verdict import TUNED
from ftvp.advice.views import Views
from ftvp.tables.rules import Choice


def mistakes(case: Case, views: Views, choice: Choice) -> tuple[str, ...]:
    """Return the framework's common mistakes that the facts match, each with its remedy."""
    matched = set(_matched(case, views, choice))
    return tuple(
        f"{row.mistake}: {row.what_happens}. {row.how_to_avoid}."
        for row in case.tables.framework.mistakes
        if row.id in matched
    )


def _matched(case: Case, views: Views, choice: Choice) -> Iterator[str]:
    limits = {row.id: row.limit for row in case.tables.framework.mistakes}
    most_epochs = limits.get("over_training")
    epochs = case.scenario.epochs
    if epochs is not None and most_epochs is not None and epochs > most_epochs.high:
        yield "over_training"
    if choice not in TUNED:
        return
    row = views.task.row if views.task else None
    if views.facts.format_task is False and row is not None and row.delta.high < 0:
        yield "tuning_for_reasoning"
    if views.facts.eval_improves is None:
        yield "insufficient_eval_set"
    if views.life is not None and views.life.tuned_shutdown_on is not None:
        yield "ignoring_base_model_updates"


def next_steps(case: Case, views: Views, verdict: Verdict) -> tuple[str, ...]:
    """Return what to do now, the most useful first."""
    return tuple(_steps(case, views, verdict))


def _steps(case: Case, views: Views, verdict: Verdict) -> Iterator[str]:
    framework = case.tables.framework
    last = framework.question(views.tree.path[-1].id)
    if verdict.choice == "pilot" and case.evals is not None and case.evals.next_step is not None:
        yield case.evals.next_step
    elif views.tree.path[-1].answer is None and verdict.choice in ("prompt", "pilot"):
        yield f"Answer the open question: {last.question} ({last.flag})"
    if views.data is not None and not views.data.enough:
        yield f"Collect {views.data.missing:,} more labelled examples."
    if verdict.choice in TUNED:
        share = next((r.limit for r in framework.mistakes if r.id == "insufficient_eval_set"), None)
        if share is not None:
            yield f"Hold out at least {share.low:g} % of the examples for the eval."
        cycles = framework.retraining_cycles_per_year
        yield f"Budget for {cycles.low:g} to {cycles.high:g} retraining rounds a year."
    if views.cost is None:
        yield "See the money: give the prompt (--prompt FILE) and the answer's length."
