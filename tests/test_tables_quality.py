"""The quality table, row by row, and the model that reads it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import Range, matched_difference, widest_difference
from ftvp.tables.quality import Evidence, QualityTable, SourceRow, Task
from tests.rows import of_each
from tests.shipped import quality, raw

# Article, "Quality Comparison by Task Type", row by row: name, prompting, tuned, delta, justified.
ARTICLE = {
    "sentiment_classification": (
        "Text classification (sentiment)",
        (88, 92),
        (93, 96),
        (3, 6),
        "Only if error cost is high",
    ),
    "multi_label_classification": (
        "Text classification (multi-label)",
        (82, 87),
        (90, 94),
        (6, 9),
        "Yes — multi-label benefits most from fine-tuning",
    ),
    "entity_extraction_standard": (
        "Entity extraction (standard NER)",
        (85, 90),
        (92, 96),
        (5, 8),
        "Yes for domain-specific entities",
    ),
    "entity_extraction_custom": (
        "Entity extraction (custom schema)",
        (75, 82),
        (88, 93),
        (10, 15),
        "Yes — custom schemas are where fine-tuning shines",
    ),
    "summarization": (
        "Summarization",
        (85, 90),
        (87, 92),
        (2, 4),
        "Rarely — prompting nearly matches",
    ),
    "code_generation": (
        "Code generation",
        (80, 88),
        (83, 90),
        (2, 5),
        "Only for proprietary frameworks/DSLs",
    ),
    "style_transfer": (
        "Style transfer (brand voice)",
        (70, 80),
        (88, 94),
        (12, 18),
        "Yes — style is hard to specify in prompts",
    ),
    "structured_output": (
        "Structured output (JSON schema)",
        (85, 92),
        (94, 98),
        (5, 8),
        "Yes for complex schemas with validation",
    ),
    "translation": (
        "Translation",
        (82, 88),
        (86, 91),
        (3, 5),
        "Only for domain-specific terminology",
    ),
    "reasoning": (
        "Reasoning/analysis",
        (85, 92),
        (83, 88),
        (-5, -2),
        "No — fine-tuning can degrade reasoning",
    ),
}
EVIDENCE_ROWS = {
    "sentiment_classification": 29,
    "multi_label_classification": 14,
    "entity_extraction_standard": 12,
    "entity_extraction_custom": 21,
    "summarization": 4,
    "code_generation": 10,
    "style_transfer": 4,
    "structured_output": 9,
    "translation": 16,
    "reasoning": 38,
    "text_classification": 22,
}
"""179 rows: 70 read with the article, 109 head-to-heads read after it."""


def ends(of: Range) -> tuple[float, float]:
    """Return both ends of a range."""
    return of.low, of.high


def source_row(task_id: str) -> SourceRow:
    """Return the row of the article on a task."""
    row = quality().find(task_id).row
    assert row is not None
    return row


def test_rows_stand_in_the_order_of_the_article() -> None:
    assert [task.id for task in quality().tasks if task.row] == list(ARTICLE)


@pytest.mark.parametrize("task_id", ARTICLE)
def test_row_says_what_the_article_says(task_id: str) -> None:
    task = quality().find(task_id)
    row = source_row(task_id)
    cells = (task.name, ends(row.prompting), ends(row.tuned), ends(row.delta), row.justified)
    assert cells == ARTICLE[task_id]


def test_a_task_without_a_row_says_so() -> None:
    task = quality().find("routing")
    assert (task.id, task.row) == ("text_classification", None)
    assert (task.no_row or "").startswith("The article has no row for")
    assert len(task.evidence) > 0
    twice = {**task.model_dump(), "justified": "Yes"}
    with pytest.raises(ValidationError, match="give prompting, tuned, delta and justified, or"):
        Task.model_validate(twice)


@pytest.mark.parametrize(("task_id", "rows"), EVIDENCE_ROWS.items())
def test_all_evidence_of_a_task_is_there(task_id: str, rows: int) -> None:
    assert len(quality().find(task_id).evidence) == rows


def test_36_evidence_rows_are_second_hand() -> None:
    # UniNER, ViGGO, subtext, APIBench, two XCOMET rows and MedQA, 28 of MedINST and QLoRA-NER
    second_hand = [e.dataset for t in quality().tasks for e in t.evidence if not e.first_hand]
    assert len(second_hand) == 7 + 28 + 1


def test_no_evidence_hides_how_it_was_read() -> None:
    second_hand = [e for t in quality().tasks for e in t.evidence if not e.first_hand]
    assert all(e.note for e in second_hand)


def test_a_plain_score_is_a_number_and_a_double_one_is_text() -> None:
    first = quality().find("sentiment").evidence[0]
    assert (first.prompted_score, first.tuned_score, first.delta) == (0.942, 0.961, 0.019)
    hoc = quality().find("multi_label_classification").evidence[1]
    assert (hoc.prompted_score, hoc.training_examples) == ("0.7474 / 0.7402", "full train")


def test_translation_contradiction_counts_its_own_evidence() -> None:
    # 8 language pairs x 2 tuned systems = 16 BLEU deltas, of which +0.36 and +2.05 are gains
    task = quality().find("translation")
    pairs = [str(e.delta).split(" / ") for e in task.evidence if e.metric.startswith("BLEU (")]
    deltas = [float(delta) for pair in pairs for delta in pair]
    assert (len(deltas), sum(delta < 0 for delta in deltas)) == (16, 14)
    assert (min(deltas), max(deltas)) == (-7.41, 2.05)
    assert task.contradiction is not None
    assert all(words in task.contradiction for words in ("14 of 16", "7.41", "2.05"))


@pytest.mark.parametrize("task_id", ["translation", "code_generation", "reasoning"])
def test_row_says_where_evidence_contradicts_it(task_id: str) -> None:
    assert quality().find(task_id).contradiction


def test_format_tasks_are_those_of_the_key_insight() -> None:
    formats = [task.id for task in quality().tasks if task.format_task]
    assert formats == ["entity_extraction_custom", "style_transfer", "structured_output"]


@pytest.mark.parametrize("task_id", ARTICLE)
def test_a_delta_that_does_not_follow_has_a_note(task_id: str) -> None:
    task = quality().find(task_id)
    assert source_row(task_id).delta_follows == (task.delta_note is None)


def test_structured_output_delta_misses_the_low_ends() -> None:
    # 94 - 85 = 9 and 98 - 92 = 6 against a published 5 to 8
    row = source_row("structured_output")
    assert ends(matched_difference(row.tuned, row.prompting)) == (6, 9)
    assert not row.delta_follows


def test_summarization_ranges_allow_a_loss() -> None:
    # 87 - 90 = -3 and 92 - 85 = +7 against a published 2 to 4
    row = source_row("summarization")
    assert ends(widest_difference(row.tuned, row.prompting)) == (-3, 7)
    assert not row.delta_follows


@pytest.mark.parametrize(
    ("name", "task_id"),
    [
        ("summarization", "summarization"),
        ("NER", "entity_extraction_standard"),
        ("Brand voice", "style_transfer"),
        ("function-calling", "structured_output"),
        ("  json ", "structured_output"),
        ("code", "code_generation"),
        ("Intent", "text_classification"),
        ("classification", "text_classification"),
        ("sentiment", "sentiment_classification"),
    ],
)
def test_task_is_found_by_id_or_alias(name: str, task_id: str) -> None:
    assert quality().find(name).id == task_id


TASK_IDS = [task.id for task in quality().tasks]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "sumarization",
            "no task named 'sumarization'. Did you mean 'summarization'? ftvp quality lists all.",
        ),
        ("[/x]", f"no task named '[/x]'. There are: {', '.join(TASK_IDS)}."),
        ("", f"no task named ''. There are: {', '.join(TASK_IDS)}."),
    ],
)
def test_unknown_task_names_the_nearest(name: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        quality().find(name)
    assert str(caught.value) == message


def test_two_tasks_may_not_share_a_name() -> None:
    task = quality().find("translation")
    twin = task.model_copy(update={"id": "other", "aliases": ("mt",)})
    rows = {**quality().model_dump(), "tasks": [task.model_dump(), twin.model_dump()]}
    with pytest.raises(ValidationError, match="'mt' names both translation and other"):
        QualityTable.model_validate(rows)


def test_a_quality_above_100_is_refused() -> None:
    row = {**quality().find("mt").model_dump(), "tuned": {"low": 90, "high": 101}}
    with pytest.raises(ValidationError, match="a quality is a percentage from 0 to 100"):
        Task.model_validate(row)


def test_a_range_upside_down_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"low \(9\) is above high \(3\): swap them"):
        Range(low=9, high=3)


def test_unknown_keys_are_refused() -> None:
    row = {**quality().find("translation").model_dump(), "delte": 3}
    with pytest.raises(ValidationError, match="delte"):
        Task.model_validate(row)


def test_no_citation_names_a_place_on_a_disk() -> None:
    cited = [e.citation for task in quality().tasks for e in task.evidence]
    assert not [c for c in cited if c.startswith(("/", "~", "file:", "same"))]


def compared() -> list[Evidence]:
    """Return every row of the evidence that the forecast is fitted to."""
    return [e for task in quality().tasks for e in task.evidence if e.head_to_head]


@of_each({f"{n}: {row.dataset} {row.prompted_system}": row for n, row in enumerate(compared())})
def test_a_head_to_head_is_its_row_in_percent(row: Evidence) -> None:
    assert row.head_to_head is not None
    first = row.head_to_head.scores[0]
    for told, percent in ((row.prompted_score, first.prompted), (row.tuned_score, first.tuned)):
        if isinstance(told, float):
            assert any(percent == pytest.approx(told * scale) for scale in (1, 100))
        assert 0 <= percent <= 100
    if isinstance(row.delta, float) and isinstance(row.tuned_score, float):
        scale = first.tuned / row.tuned_score if row.tuned_score else 1
        assert first.tuned - first.prompted == pytest.approx(row.delta * scale, abs=0.06)


def test_head_to_heads_are_grouped() -> None:
    # 43 groups of the rows read with the article, 58 of those read after it.
    groups: dict[bool, set[str]] = {True: set(), False: set()}
    for row in compared():
        assert row.head_to_head is not None
        groups[row.year is None].add(row.head_to_head.group)
    assert [len(groups[early]) for early in (True, False)] == [43, 58]
    assert groups[True].isdisjoint(groups[False])


def test_a_row_is_compared_where_it_can_be() -> None:
    # Two odds ratios, a prompt against a prompt, no score of the tuned side, no number at all.
    left = [e.dataset for task in quality().tasks for e in task.evidence if not e.head_to_head]
    assert len(left) == 5


def test_baselines_with_shots_are_told_apart() -> None:
    kinds = [row.head_to_head.baseline_kind for row in compared() if row.head_to_head and row.year]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "zero-shot": 54,
        "few-shot": 41,
        "few-shot CoT": 11,
        "few-shot (retrieved)": 3,
    }
    same = [row.head_to_head.same_model for row in compared() if row.head_to_head and row.year]
    assert (len(same), sum(same)) == (109, 37)


@pytest.mark.slow
def test_yaml_reads_no_word_as_a_boolean() -> None:
    table = raw("quality_by_task.yaml")
    assert isinstance(table, dict)
    kinds = {type(value) for task in table["tasks"] for value in task["aliases"]}
    assert kinds == {str}
