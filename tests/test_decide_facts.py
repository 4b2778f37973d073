"""What answers each question of the tree, what was assumed for it, and what is still to be asked.

Sentiment classification is at 88 to 92 % prompted in the quality table, and no format task.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.api import inputs_of
from ftvp.decide.facts import Facts, assumed_facts, facts, missing, next_open, task_of
from ftvp.scenario import QuestionId, Scenario
from tests.drawn import tables
from tests.shipped import framework

DAY = date(2026, 11, 26)
TASK = {"task": "sentiment_classification"}
BOTH = {"prompting_quality": 60, "tuned_quality": 61}


def known(*assumed: QuestionId, **values: Any) -> Facts:  # noqa: ANN401  a number or an answer
    """Return facts, those that a table gave named."""
    return Facts(**values, assumed=frozenset(assumed))


FACTS: dict[str, tuple[dict[str, Any], Facts]] = {
    "nothing told": ({}, known()),
    "numbers told": ({"volume": 5_000, "examples": 200}, known(volume=5_000, examples=200)),
    # sqrt(500 x 2,000)
    "a range, by its middle": ({"volume": "500..2000"}, known(volume=1_000)),
    "a gap told": ({"quality_gap": 4, "target_quality": 90}, known(quality_gap=4)),
    "a target alone": ({"target_quality": 90}, known()),
    "a target and a quality": (
        {"target_quality": 90, "prompting_quality": 72},
        known(quality_gap=18),
    ),
    "a target and a task: the middle of its row": (
        {**TASK, "target_quality": 93},
        known("quality_gap", "format_task", quality_gap=3, format_task=False),
    ),
    "a target, a quality and a task": (
        {**TASK, "target_quality": 93, "prompting_quality": 80},
        known("format_task", quality_gap=13, format_task=False),
    ),
    "a task that has no row": (
        {"task": "text_classification", "target_quality": 90},
        known("format_task", format_task=False),
    ),
    "a task that is said to be about format": (
        {**TASK, "format_task": True},
        known(format_task=True),
    ),
    "an answer to question 5": ({"eval_improves": False}, known(eval_improves=False)),
    "two qualities, better": (BOTH, known(eval_improves=True)),
    "two qualities, alike": ({**BOTH, "tuned_quality": 60}, known(eval_improves=False)),
    "two qualities, and an answer that denies them": (
        {**BOTH, "eval_improves": False},
        known(eval_improves=False),
    ),
    "what was said to be unknown": (
        {**TASK, "target_quality": 93, "unknown": ("quality_gap", "format_task")},
        known(),
    ),
}


@pytest.mark.parametrize("case", FACTS)
def test_each_question_is_answered_by_what_was_told_else_by_the_table(case: str) -> None:
    fields, expected = FACTS[case]
    inputs, _ = inputs_of(Scenario(**fields), tables(), DAY)
    assert facts(inputs, task_of(inputs.scenario, tables())) == expected


def test_what_the_table_gave_is_listed_in_words() -> None:
    found = assumed_facts(known("quality_gap", "format_task", quality_gap=2.5, format_task=True))
    assert [(each.field, each.value, each.what, each.origin) for each in found] == [
        ("format_task", "yes", "format task, from the quality table", "assumed"),
        ("quality_gap", "2.5 points", "quality gap, from the quality table", "assumed"),
    ]
    assert assumed_facts(known(quality_gap=2.5)) == []
    (denied,) = assumed_facts(known("format_task", format_task=False))
    assert denied.value == "no"


GOES_ON = {"volume": 5_000, "examples": 500, "quality_gap": 9}
OPEN: dict[str, tuple[Facts, tuple[QuestionId, ...], str | None, list[str]]] = {
    "nothing known": (
        known(),
        (),
        "volume",
        ["volume", "examples", "quality_gap", "format_task", "eval_improves"],
    ),
    "said to be unknown": (known(), ("volume",), None, []),
    "stopped": (known(volume=10), (), None, []),
    "what is known is not asked": (
        known(volume=5_000, format_task=True),
        (),
        "examples",
        ["examples", "quality_gap", "eval_improves"],
    ),
    "nor what is said to be unknown later": (
        known(volume=5_000),
        ("quality_gap",),
        "examples",
        ["examples", "format_task", "eval_improves"],
    ),
    "a missing eval is an answer": (known(**GOES_ON, format_task=False), (), "eval_improves", []),
    "all answered": (known(**GOES_ON, format_task=True), (), None, []),
}


@pytest.mark.parametrize("case", OPEN)
def test_what_is_still_to_be_asked_begins_where_the_walk_stops(case: str) -> None:
    told, unknown, stop, questions = OPEN[case]
    found = next_open(framework(), told, unknown)
    assert (found and found.id) == stop
    assert [each.id for each in missing(framework(), told, unknown)] == questions
