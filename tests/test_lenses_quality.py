"""Measured qualities before published ones, and what is said of each."""

from __future__ import annotations

from ftvp.decide.decision import QualityResult, quality_lens
from ftvp.tables.entries import Range
from tests.shipped import quality


def seen(
    task: str = "sentiment_classification",
    *,
    prompting: float | None = None,
    tuned: float | None = None,
) -> QualityResult:
    """Read the shipped row of a task with what was measured."""
    found = quality_lens(quality().find(task), prompting_quality=prompting, tuned_quality=tuned)
    assert found is not None
    return found


def test_nothing_measured_gives_the_row_as_published() -> None:
    found = seen("structured_output")
    assert (found.prompting, found.tuned) == (Range(low=85, high=92), Range(low=94, high=98))
    assert found.delta == Range(low=5, high=8)
    assert found.justified == "Yes for complex schemas with validation"
    assert len(found.evidence) == 9
    assert not found.measured
    assert found.delta_note


def test_both_measured_beat_the_table() -> None:
    found = seen(prompting=80, tuned=91)
    assert (found.prompting, found.tuned, found.delta) == (
        Range(low=80, high=80),
        Range(low=91, high=91),
        Range(low=11, high=11),
    )
    assert found.measured


def test_one_measured_leaves_the_other_to_the_table() -> None:
    # prompting measured 90, tuned 93 to 96 published: 93 - 90 = 3 to 96 - 90 = 6
    found = seen(prompting=90)
    assert found.delta == Range(low=3, high=6)
    assert found.prompting == Range(low=90, high=90)
    # tuned measured 95, prompting 88 to 92 published: 95 - 92 = 3 to 95 - 88 = 7
    assert seen(tuned=95).delta == Range(low=3, high=7)
    assert not found.measured


def test_a_quality_of_zero_is_measured() -> None:
    assert seen(prompting=0, tuned=0).delta == Range(low=0, high=0)
    assert seen(prompting=0, tuned=0).measured


def test_equal_qualities_are_measured_too() -> None:
    assert seen(prompting=90, tuned=90).delta == Range(low=0, high=0)


def test_a_note_on_the_published_delta_goes_with_it() -> None:
    assert seen("structured_output", prompting=88).delta_note is None


def test_contradiction_stays_with_its_task() -> None:
    assert "14 of 16" in (seen("translation").contradiction or "")
    assert seen("sentiment").contradiction is None


def test_no_task_needs_both_measured() -> None:
    found = quality_lens(None, prompting_quality=70, tuned_quality=72)
    assert found is not None
    assert (found.task, found.delta, found.evidence) == (None, Range(low=2, high=2), ())
    assert quality_lens(None, prompting_quality=70) is None
    assert quality_lens(None, tuned_quality=70) is None
    assert quality_lens(None) is None
