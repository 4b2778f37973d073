"""Every path of the decision tree, and every answer unknown in turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.decide.facts import Facts, TreeResult, walk
from ftvp.scenario import QuestionId
from tests.shipped import framework

MANY = 10_000
YES = Facts(volume=MANY, examples=500, quality_gap=10, format_task=True, eval_improves=True)


def tree(**changes: Any) -> TreeResult:  # noqa: ANN401  a number or an answer
    """Walk the shipped tree with every answer yes, save those given."""
    return walk(framework().questions, YES._replace(**changes))


@pytest.mark.parametrize(
    ("changes", "choice", "because", "answers"),
    [
        pytest.param({"volume": 1_000}, "prompt", "volume_too_low", [False], id="1,000 a day"),
        pytest.param({"volume": 0}, "prompt", "volume_too_low", [False], id="no requests"),
        pytest.param({"volume": None}, "prompt", "volume_unknown", [None], id="volume unknown"),
        pytest.param({"examples": 99}, "prompt", "collect_data_first", [True, False], id="99"),
        pytest.param(
            {"examples": None}, "prompt", "examples_unknown", [True, None], id="examples unknown"
        ),
        pytest.param(
            {"quality_gap": 5}, "prompt", "good_enough", [True, True, False], id="gap of 5"
        ),
        pytest.param(
            {"quality_gap": None},
            "prompt",
            "quality_gap_unknown",
            [True, True, None],
            id="gap unknown",
        ),
        pytest.param({}, "fine_tune", "format_task", [True, True, True, True], id="format task"),
        pytest.param(
            {"eval_improves": None},
            "fine_tune",
            "format_task",
            [True, True, True, True],
            id="format task needs no eval",
        ),
        pytest.param(
            {"format_task": None},
            "prompt",
            "format_task_unknown",
            [True, True, True, None],
            id="kind of task unknown",
        ),
        pytest.param(
            {"format_task": False},
            "fine_tune",
            "eval_confirms",
            [True, True, True, False, True],
            id="eval confirms",
        ),
        pytest.param(
            {"format_task": False, "eval_improves": False},
            "prompt",
            "eval_denies",
            [True, True, True, False, False],
            id="eval denies",
        ),
        pytest.param(
            {"format_task": False, "eval_improves": None},
            "pilot",
            "eval_missing",
            [True, True, True, False, None],
            id="eval unknown",
        ),
        pytest.param(
            {"volume": 1_000.5, "examples": 100, "quality_gap": 5.1},
            "fine_tune",
            "format_task",
            [True, True, True, True],
            id="just past every threshold",
        ),
        pytest.param(
            {"volume": None, "examples": None, "quality_gap": None},
            "prompt",
            "volume_unknown",
            [None],
            id="the first unknown stops the walk",
        ),
    ],
)
def test_answers_lead_where_the_article_says(
    changes: dict[str, float | bool | None],
    choice: str,
    because: str,
    answers: list[bool | None],
) -> None:
    found = tree(**changes)
    assert (found.choice, found.because) == (choice, because)
    assert [step.answer for step in found.path] == answers


def test_path_says_what_decided_each_answer() -> None:
    path = tree(examples=100, quality_gap=7.5, format_task=False, eval_improves=None).path
    assert [step.because for step in path] == [
        "10,000 is more than 1,000",
        "100 is at least 100",
        "7.5 is more than 5",
        "no",
        "not known",
    ]
    assert tree(volume=40).path[0].because == "40 is not more than 1,000"


def test_result_keeps_the_reason_in_words() -> None:
    assert tree(quality_gap=2).text == "it's already good enough"


def test_path_marks_what_was_assumed() -> None:
    path = walk(framework().questions, YES._replace(assumed=frozenset({"format_task"}))).path
    assert [step.id for step in path if step.assumed] == ["format_task"]


def test_questions_of_an_organisation_are_asked_in_its_order_and_at_its_thresholds() -> None:
    volume, examples, *rest = framework().questions
    cautious = volume.model_copy(update={"threshold": 50_000.0})
    assert walk((cautious, examples, *rest), YES).because == "volume_too_low"
    assert walk((examples, *rest), YES._replace(volume=1)).choice == "fine_tune"


NUMBER = st.none() | st.floats(0, 1e6)
ANSWER = st.none() | st.booleans()


@pytest.mark.slow
@given(NUMBER, st.none() | st.integers(0, 10_000), NUMBER, ANSWER, ANSWER)
def test_every_set_of_facts_ends_at_its_last_question(
    volume: float | None,
    examples: int | None,
    gap: float | None,
    form: bool | None,  # noqa: FBT001  hypothesis passes them in order
    better: bool | None,  # noqa: FBT001  the same
) -> None:
    order: list[QuestionId] = [question.id for question in framework().questions]
    facts = Facts(
        volume=volume, examples=examples, quality_gap=gap, format_task=form, eval_improves=better
    )
    found = walk(framework().questions, facts)
    assert [step.id for step in found.path] == order[: len(found.path)]
    unknown = [step.id for step in found.path if step.answer is None]
    assert unknown in ([], [found.path[-1].id])
    assert (found.choice == "pilot") == (found.because == "eval_missing")
