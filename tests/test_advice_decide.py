"""The decision: every path of the tree, what answers its questions, and what comes with it."""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.advice.decision import DecisionAnswer
from tests.asked import CLASSIFICATION, DAY, EARLY, EXTRACTION, decided, tables

YES: dict[str, Any] = {
    "volume": 10_000,
    "examples": 500,
    "quality_gap": 10,
    "format_task": False,
    "eval_improves": True,
}
FORMAT = {**YES, "format_task": True}


def without(*names: str, told: dict[str, Any] = YES) -> dict[str, Any]:
    """Return answers to all questions but those named."""
    return {name: value for name, value in told.items() if name not in names}


@pytest.mark.parametrize(
    ("told", "choice", "because", "answers"),
    [
        ({**YES, "volume": 1_000}, "prompt", "volume_too_low", "n"),
        (without("volume"), "prompt", "volume_unknown", "?"),
        ({**YES, "examples": 99}, "prompt", "collect_data_first", "yn"),
        (without("examples"), "prompt", "examples_unknown", "y?"),
        ({**YES, "quality_gap": 5}, "prompt", "good_enough", "yyn"),
        (without("quality_gap"), "prompt", "quality_gap_unknown", "yy?"),
        (FORMAT, "fine_tune", "format_task", "yyyy"),
        (without("eval_improves", told=FORMAT), "fine_tune", "format_task", "yyyy"),
        (without("format_task"), "prompt", "format_task_unknown", "yyy?"),
        (YES, "fine_tune", "eval_confirms", "yyyny"),
        ({**YES, "eval_improves": False}, "prompt", "eval_denies", "yyynn"),
        (without("eval_improves"), "pilot", "eval_missing", "yyyn?"),
        ({}, "prompt", "volume_unknown", "?"),
    ],
    ids=[
        "1,000 requests a day",
        "volume unknown",
        "99 examples",
        "examples unknown",
        "a gap of 5 points",
        "gap unknown",
        "a format task",
        "a format task needs no eval",
        "kind of task unknown",
        "the eval confirms",
        "the eval denies",
        "eval unknown",
        "nothing known",
    ],
)
def test_answers_lead_where_the_article_says(
    told: dict[str, Any], choice: str, because: str, answers: str
) -> None:
    found = decided(**told)
    assert (found.verdict.choice, found.verdict.because) == (choice, because)
    path = "".join("?" if s.answer is None else "ny"[s.answer] for s in found.tree.path)
    assert path == answers


@pytest.mark.parametrize(
    ("question", "flag"),
    [
        ("volume", "--volume"),
        ("examples", "--examples"),
        ("quality_gap", "--quality-gap"),
        ("format_task", "--format-task"),
        ("eval_improves", "--eval-improves"),
    ],
)
def test_an_unknown_answer_is_the_next_step(question: str, flag: str) -> None:
    for found in (decided(**without(question)), decided(**YES, unknown=question)):
        assert found.tree.path[-1].id == question
        assert found.next_steps[0].startswith("Answer the open question: ")
        assert found.next_steps[0].endswith(f"({flag})")


@pytest.mark.parametrize(
    ("told", "because", "assumed"),
    [
        pytest.param(
            {"target_quality": 95, "prompting_quality": 88},
            "7 is more than 5",
            False,
            id="measured",
        ),
        # The table's 88-92 for sentiment: 96 - 90
        pytest.param(
            {"target_quality": 96, "task": "sentiment"}, "6 is more than 5", True, id="the table's"
        ),
        pytest.param({"target_quality": 96}, "not known", False, id="a target alone"),
        pytest.param(
            {"quality_gap": 2, "target_quality": 95, "prompting_quality": 80},
            "2 is not more than 5",
            False,
            id="the gap itself wins",
        ),
    ],
)
def test_the_quality_gap_is_told_or_worked_out(
    told: dict[str, Any], because: str, *, assumed: bool
) -> None:
    step = decided(**without("quality_gap"), **told).tree.path[2]
    assert (step.because, step.assumed) == (because, assumed)


def test_the_kind_of_task_is_taken_from_the_quality_table() -> None:
    found = decided(**without("format_task"), task="style")
    step = found.tree.path[3]
    assert (step.answer, step.assumed) == (True, True)
    said = {each.what: (each.value, each.flag) for each in found.assumptions}
    assert said["format task, from the quality table"] == ("yes", "--format-task")


@pytest.mark.parametrize(
    ("tuned", "because"),
    [(90, "eval_confirms"), (80, "eval_denies"), (79, "eval_denies")],
    ids=["better", "no better", "worse"],
)
def test_two_measured_qualities_answer_the_last_question(tuned: float, because: str) -> None:
    told = without("eval_improves")
    found = decided(**told, prompting_quality=80, tuned_quality=tuned)
    assert found.tree.because == because


@pytest.mark.parametrize(
    ("told", "mistake"),
    [
        pytest.param({"epochs": 5}, "Over-training", id="five epochs"),
        pytest.param({"task": "reasoning"}, "Fine-tuning for reasoning", id="reasoning"),
        pytest.param({"eval_improves": None}, "Insufficient eval set", id="no eval"),
        pytest.param(
            {"model": "gpt-4o-mini", "existing_customer": True},
            "Ignoring base model updates",
            id="an end announced",
        ),
    ],
)
def test_common_mistakes_that_the_facts_match_are_warned_of(
    told: dict[str, Any], mistake: str
) -> None:
    assert [w for w in decided(**{**YES, **told}).warnings if w.startswith(mistake)]
    assert not [w for w in decided(**{**YES, "epochs": 4}).warnings if w.startswith(mistake)]


@pytest.mark.parametrize(
    ("told", "lens", "says"),
    [
        pytest.param(
            {**FORMAT, **EXTRACTION}, "cost", "keep prompting", id="tuned, though it costs more"
        ),
        pytest.param(
            {**YES, **CLASSIFICATION, "examples": 50}, "cost", "tuning pays", id="prompted, though"
        ),
        pytest.param(
            {**YES, "volume": 50_000, "quality_gap": 1}, "volume", "Fine-tune (usually)", id="busy"
        ),
        pytest.param(
            {
                **FORMAT,
                "volume": 5_000,
                "task": "sentiment",
                "tuned_quality": 93,
                "prompting_quality": 92,
            },
            "volume",
            "it advises prompting",
            id="a gain below the band's",
        ),
        pytest.param(
            {**FORMAT, "prompting_quality": 90, "tuned_quality": 85},
            "quality",
            "tuning does not help",
            id="worse when measured",
        ),
        pytest.param(
            {**YES, "quality_gap": 5, "prompting_quality": 80, "tuned_quality": 90},
            "quality",
            "tuning gains quality",
            id="better when measured",
        ),
    ],
)
def test_lenses_that_disagree_are_listed(told: dict[str, Any], lens: str, says: str) -> None:
    found = decided(EARLY, **told).disagreements
    assert says in [each.says for each in found if each.lens == lens]
    assert all(each.why for each in found)


def test_a_pilot_is_no_lens_business() -> None:
    assert decided(EARLY, **without("eval_improves"), **EXTRACTION).disagreements == ()


def test_the_document_survives_json_and_begins_with_its_schema() -> None:
    found = decided(**YES, **EXTRACTION, task="sentiment")
    text = found.model_dump_json(by_alias=True)
    assert DecisionAnswer.model_validate_json(text) == found
    assert text.startswith('{"schema":"ftvp.decision/1","tool_version":')
    assert (found.as_of, found.tables) == (DAY, tables().versions)
    assert found.cost is not None
    assert "schema" not in found.cost.model_dump(by_alias=True)
