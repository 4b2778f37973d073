"""What answers the five questions: told, worked out from what was told, or read from a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftvp.advice.case import Case
from ftvp.decide.tree import Facts, walk
from ftvp.scenario import QuestionId, Scenario
from ftvp.tables.framework import Framework
from ftvp.tables.quality import Task
from ftvp.tables.rules import Question

if TYPE_CHECKING:
    from ftvp.evals.compare import Conclusion

IMPROVES: dict[Conclusion, bool | None] = {
    "better": True,
    "worse": False,
    "equivalent": False,
    "not_shown": None,
}
"""What a paired comparison answers to question 5."""


@dataclass(frozen=True)
class Found:
    """A fact and whether it was assumed from a table rather than told."""

    value: float | None
    assumed: bool = False


def facts(case: Case, task: Task | None) -> Facts:
    """Return the facts of a case; what was said to be unknown stays unknown."""
    told = case.scenario
    unknown = told.unknown or ()
    found: dict[QuestionId, Found] = {
        "volume": Found(told.volume),
        "examples": Found(case.examples),
        "quality_gap": _quality_gap(case, task),
        "format_task": _format_task(told, task),
        "eval_improves": Found(_eval_improves(case)),
    }
    known = {name: fact.value for name, fact in found.items() if name not in unknown}
    assumed = {name for name, fact in found.items() if fact.assumed and name in known}
    for name in sorted(assumed):
        value = known[name]
        shown = ("yes" if value else "no") if name == "format_task" else f"{value:g} points"
        case.assume(f"{name.replace('_', ' ')}, from the quality table", shown, name)
    return Facts(**known, assumed=frozenset(assumed))


def next_open(
    framework: Framework, facts: Facts, unknown: tuple[QuestionId, ...]
) -> Question | None:
    """Return the question at which the walk stops for want of an answer, None where it ends."""
    last = walk(framework.questions, facts).path[-1]
    if last.answer is not None or last.id in unknown:
        return None
    return framework.question(last.id)


def missing(framework: Framework, facts: Facts, unknown: tuple[QuestionId, ...]) -> list[Question]:
    """Return the questions that must still be answered: none, or all from the first open one on.

    A missing eval is an answer by itself: it makes the verdict a pilot.
    """
    stop = next_open(framework, facts, unknown)
    if stop is None or stop.id == "eval_improves":
        return []
    later = framework.questions[framework.questions.index(stop) :]
    return [q for q in later if facts.value(q.id) is None and q.id not in unknown]


def _quality_gap(case: Case, task: Task | None) -> Found:
    told = case.scenario
    if told.quality_gap is not None:
        return Found(told.quality_gap)
    if told.target_quality is None:
        return Found(None)
    if case.prompting_quality is not None:
        return Found(told.target_quality - case.prompting_quality)
    if task is None:
        return Found(None)
    middle = (task.prompting.low + task.prompting.high) / 2
    return Found(told.target_quality - middle, assumed=True)


def _format_task(told: Scenario, task: Task | None) -> Found:
    if told.format_task is not None or task is None:
        return Found(told.format_task)
    return Found(task.format_task, assumed=True)


def _eval_improves(case: Case) -> bool | None:
    told = case.scenario
    if case.evals is not None:
        return IMPROVES[case.evals.conclusion]
    if told.eval_improves is not None:
        return told.eval_improves
    if told.prompting_quality is None or told.tuned_quality is None:
        return None
    return told.tuned_quality > told.prompting_quality
