"""What the readers of benchmarks and platforms make of one record: rows, scores, ids, inputs.

Each case is a file's records or document, and the fields of each row that is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ftvp.errors import NotEvalResultsError
from ftvp.evals import benchmarks, platforms
from ftvp.evals.items import EvalResults, ParsedFile
from ftvp.evals.read import Reader
from ftvp.evals.tables import pandas_split, table

Rows = list[dict[str, Any]]


def listed(reader: Reader, *records: Mapping[str, Any]) -> EvalResults | None:
    """Return what is read of records, which stand on the lines from 1 on."""
    return reader(ParsedFile("a.jsonl", records=list(enumerate(records, 1))))


def documented(reader: Reader, document: object) -> EvalResults | None:
    """Return what is read of a JSON document."""
    return reader(ParsedFile("a.json", document=document))


def fields_of(found: EvalResults | None) -> Rows:
    """Return the fields of all rows."""
    assert found is not None
    return [dict(row.fields) for row in found.rows]


def sample(number: int, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  fields of any type
    """Return a line of lm-evaluation-harness."""
    return {"doc_id": number, "doc": {"question": f"Q{number}?"}, "resps": [["x"]], **fields}


HARNESS: dict[str, tuple[Rows, Rows, tuple[str, ...]]] = {
    "a metric": (
        [sample(1, acc=1.0)],
        [{"id": 1, "input": "Q1?", "doc.question": "Q1?", "acc": 1.0}],
        ("acc",),
    ),
    "metrics that are named": (
        [sample(1, metrics=["acc"], acc=1.0, norm=0.0)],
        [{"id": 1, "input": "Q1?", "doc.question": "Q1?", "acc": 1.0}],
        ("acc",),
    ),
    "a hash": (
        [sample(1, doc_hash="h", acc=1.0)],
        [{"id": 1, "input": "Q1?", "doc_hash": "h", "doc.question": "Q1?", "acc": 1.0}],
        ("acc",),
    ),
    "two filters of one document": (
        [sample(1, filter="a", acc=1.0), sample(1, filter="b", acc=0.0)],
        [{"id": 1, "input": "Q1?", "doc.question": "Q1?", "acc (a)": 1.0, "acc (b)": 0.0}],
        ("acc (a)", "acc (b)"),
    ),
    "one document answered twice": (
        [sample(1, acc=1.0), sample(1, acc=0.0)],
        [{"id": 1, "input": "Q1?", "doc.question": "Q1?", "acc": each} for each in (1.0, 0.0)],
        ("acc",),
    ),
    "a document of text": (
        [{"doc_id": 1, "doc": "Q?", "resps": [], "acc": 1.0}],
        [{"id": 1, "input": None, "acc": 1.0}],
        ("acc",),
    ),
    "a metric of the whole corpus beside one of each": (
        [sample(1, bleu=["a", "b"], acc=1.0)],
        [{"id": 1, "input": "Q1?", "doc.question": "Q1?", "acc": 1.0}],
        ("acc",),
    ),
}


@pytest.mark.parametrize("case", HARNESS)
def test_a_document_of_the_harness_is_a_row_with_its_metrics(case: str) -> None:
    records, rows, scores = HARNESS[case]
    found = listed(benchmarks.harness, *records)
    assert fields_of(found) == rows
    assert found is not None
    assert (found.scores, found.ids, found.has_repeats) == (scores, ("doc_hash", "id"), False)
    assert found.rows[0].line == 1


def test_without_a_metric_of_each_document_the_harness_says_nothing() -> None:
    with pytest.raises(NotEvalResultsError, match="metrics of all documents together"):
        listed(benchmarks.harness, sample(1, bleu=["a", "b"]))
    assert listed(benchmarks.harness, {"doc_id": 1, "acc": 1}) is None
    assert listed(benchmarks.harness, sample(1, acc=1), {"id": 2}) is None
    assert listed(benchmarks.harness) is None


HELM: dict[str, tuple[Rows, Rows]] = {
    "statistics by name": (
        [{"instance_id": "i1", "stats": {"exact_match": 1.0, "num_output_tokens": 5}}],
        [{"id": "i1", "train_trial_index": None, "exact_match": 1.0, "num_output_tokens": 5}],
    ),
    "statistics in a list": (
        [
            {
                "instance_id": "i1",
                "train_trial_index": 0,
                "stats": [
                    {"name": {"name": "exact_match"}, "sum": 3, "count": 4},
                    {"name": "f1_score", "mean": 0.5, "sum": 9, "count": 3},
                    {"name": "empty_score", "sum": 0, "count": 0},
                    {"sum": 1, "count": 1},
                ],
            }
        ],
        [{"id": "i1", "train_trial_index": "0", "exact_match": 0.75, "f1_score": 0.5}],
    ),
    "two trials of an instance": (
        [
            {"instance_id": "i1", "train_trial_index": trial, "stats": {"exact_match": trial}}
            for trial in (0, 1)
        ],
        [{"id": "i1", "train_trial_index": str(trial), "exact_match": trial} for trial in (0, 1)],
    ),
    "two records of one trial": (
        [
            {"instance_id": "i1", "stats": {"exact_match": 1}},
            {"instance_id": "i1", "stats": {"f1_score": 0}},
        ],
        [{"id": "i1", "train_trial_index": None, "exact_match": 1, "f1_score": 0}],
    ),
    "an instance that was altered": (
        [
            {"instance_id": "i1", "stats": {"exact_match": 1}},
            {"instance_id": "i1", "stats": {"exact_match": 0}, "perturbation": {"name": "typos"}},
        ],
        [{"id": "i1", "train_trial_index": None, "exact_match": 1}],
    ),
}


@pytest.mark.parametrize("case", HELM)
def test_an_instance_of_helm_is_a_row_with_its_statistics(case: str) -> None:
    records, rows = HELM[case]
    found = listed(benchmarks.helm, *records)
    assert fields_of(found) == rows
    assert found is not None
    names = [name for name in ("exact_match", "f1_score") if any(name in row for row in rows)]
    assert (found.scores, found.ids, found.has_repeats) == (tuple(names), ("id",), True)
    assert listed(benchmarks.helm, *records, {"instance_id": "i2"}) is None


EVALPLUS: dict[str, tuple[object, Rows]] = {
    "samples": (
        [{"base_status": "pass", "plus_status": "fail"}],
        [{"id": "t", "base": True, "plus": False}],
    ),
    "samples that fail": (
        [{"base_status": "fail", "plus_status": "fail"}],
        [{"id": "t", "base": False, "plus": False}],
    ),
    "samples that only pass more": (
        [{"base_status": "fail", "plus_status": "pass"}],
        [{"id": "t", "base": False, "plus": False}],
    ),
    "samples without more tests": ([{"base_status": "pass"}], [{"id": "t", "base": True}]),
    "samples that were not run": ([{"plus_status": None}], [{"id": "t", "base": None}]),
    "results of old, with more": (
        {"base": [["pass", []], ["fail", []]], "plus": [["pass", []]]},
        [{"id": "t", "base": True, "plus": True}, {"id": "t", "base": False}],
    ),
    "results of old, in words": (
        {"base": ["pass"], "plus": ["fail"]},
        [{"id": "t", "base": True, "plus": False}],
    ),
    "results of old, without more": ({"base": [["fail", []]]}, [{"id": "t", "base": False}]),
}


@pytest.mark.parametrize("case", EVALPLUS)
def test_a_sample_of_evalplus_passes_the_base_tests_and_all(case: str) -> None:
    value, rows = EVALPLUS[case]
    found = documented(benchmarks.evalplus, {"eval": {"t": value}})
    assert fields_of(found) == rows
    assert found is not None
    more = any("plus" in row for row in rows)
    assert found.scores == (("base", "plus") if more else ("base",))
    assert found.has_repeats


@pytest.mark.parametrize("document", [[], {"eval": []}, {"eval": {}}, {"eval": {"t": []}}])
def test_what_has_no_samples_is_no_result_of_evalplus(document: object) -> None:
    assert documented(benchmarks.evalplus, document) is None
    both = {"eval": {"t": [{"base_status": "pass"}]}, "samples": []}
    assert documented(benchmarks.evalplus, both) is None


def test_a_sample_of_humaneval_passed_or_not() -> None:
    passed = {"task_id": "H/0", "completion": "x", "passed": True}
    found = listed(benchmarks.humaneval, passed, {**passed, "passed": False})
    assert [(row["id"], row["passed"]) for row in fields_of(found)] == [
        ("H/0", True),
        ("H/0", False),
    ]
    assert found is not None
    assert (found.scores, found.has_repeats, found.rows[1].line) == (("passed",), True, 2)
    for lacks in ("task_id", "completion", "passed"):
        record = {key: value for key, value in passed.items() if key != lacks}
        assert listed(benchmarks.humaneval, passed, record) is None


OPENCOMPASS: dict[str, tuple[dict[str, Any], object]] = {
    "said": ({"pred": "a", "correct": True}, True),
    "said otherwise": ({"pred": "a", "is_correct": False}, False),
    "said in a list": ({"pred": "a", "correct": [True]}, True),
    "said in a list of two": ({"pred": "a", "correct": [True, False]}, [True, False]),
    "an answer that is its reference": ({"predictions": "7", "references": 7}, True),
    "an answer that is not": ({"predictions": "8", "references": "7"}, False),
    "said, whatever the answer": (
        {"predictions": "8", "references": "7", "correct": True},
        True,
    ),
    "an answer without a reference": ({"predictions": "8"}, None),
}


@pytest.mark.parametrize("case", OPENCOMPASS)
def test_a_detail_of_opencompass_is_correct_or_not(case: str) -> None:
    detail, correct = OPENCOMPASS[case]
    asked = {"0": {**detail, "prompt": "Q?"}, "1": {**detail, "origin_prompt": "R?"}}
    found = fields_of(documented(benchmarks.opencompass, {"details": asked}))
    assert [row["correct"] for row in found] == [correct] * 2
    assert [(row["id"], row["input"]) for row in found] == [("0", "Q?"), ("1", "R?")]
    several = documented(benchmarks.opencompass, {"details": [detail, detail]})
    assert [row["id"] for row in fields_of(several)] == ["0", "1"]
    lacks = {"details": {"0": detail, "1": {"correct": True}}}
    assert documented(benchmarks.opencompass, lacks) is None


INSPECT: dict[str, tuple[Rows, Rows, tuple[str, ...]]] = {
    "grades": (
        [{"id": n, "scores": {"m": {"value": grade}}} for n, grade in enumerate("CPINX")],
        [
            {"id": str(n), "input": None, "m": value}
            for n, value in enumerate((1.0, 0.5, 0.0, 0.0, "X"))
        ],
        ("m",),
    ),
    "two scorers, one of which gives two scores": (
        [{"id": 1, "scores": {"m": {"value": 0.5}, "n": {"value": {"a": 1, "b": "I"}}}}],
        [{"id": "1", "input": None, "m": 0.5, "n.a": 1, "n.b": 0.0}],
        ("m", "n.a", "n.b"),
    ),
    "a scorer that a sample lacks": (
        [{"id": 1, "scores": {"m": 1}}, {"id": 2, "scores": {}}],
        [{"id": "1", "input": None, "m": 1}, {"id": "2", "input": None, "m": None}],
        ("m",),
    ),
    "a sample that failed": (
        [{"id": 1, "scores": {"m": {"value": "C"}}, "error": {"message": "x"}}],
        [{"id": "1", "input": None, "m": None}],
        ("m",),
    ),
    "what stands beside": (
        [
            {"id": 1, "epoch": 2, "target": "t", "metadata": {"k": 3}, "input": "Q?"}
            | {"scores": {"m": 1}, "output": "o"}
        ],
        [{"id": "1", "input": "Q?", "epoch": 2, "target": "t", "metadata.k": 3, "m": 1}],
        ("m",),
    ),
}


@pytest.mark.parametrize("case", INSPECT)
def test_a_sample_of_inspect_is_a_row_with_its_scores(case: str) -> None:
    samples, rows, scores = INSPECT[case]
    found = documented(benchmarks.inspect_log, {"eval": {}, "samples": samples})
    assert fields_of(found) == rows
    assert found is not None
    assert (found.scores, found.ids, found.notes) == (scores, ("id", "input"), ())
    assert documented(benchmarks.inspect_log, {"samples": samples}) is None


@pytest.mark.parametrize(
    ("epochs", "reducers", "noted"),
    [
        pytest.param((1, 2), ["mode"], True, id="another one"),
        pytest.param((1, 2), ["max", "mean"], False, id="the mean among them"),
        pytest.param((1, 2), [], False, id="none"),
        pytest.param((1, 2), None, False, id="not said"),
        pytest.param((1,), ["mode"], False, id="one epoch"),
    ],
)
def test_how_epochs_are_reduced_is_noted_where_we_do_otherwise(
    epochs: Sequence[int], reducers: object, *, noted: bool
) -> None:
    samples = [{"id": n, "epoch": e, "scores": {"m": 1}} for n in (1, 2) for e in epochs]
    log = {"eval": {"config": {"epochs_reducer": reducers}}, "samples": samples}
    found = documented(benchmarks.inspect_log, log)
    assert found is not None
    assert bool(found.notes) is noted
    assert all("by mode; here their mean" in note for note in found.notes)


def event(sample: str, kind: str, **data: Any) -> dict[str, Any]:  # noqa: ANN401  any field
    """Return an event of the OpenAI Evals package."""
    return {"sample_id": sample, "type": kind, "data": data}


OPENAI: dict[str, tuple[Rows, Rows]] = {
    "a match": (
        [event("s", "sampling", prompt="Q?"), event("s", "match", correct=True)],
        [{"id": "s", "input": "Q?", "correct": True}],
    ),
    "a match before its prompt": (
        [event("s", "match", correct=True), event("s", "sampling", prompt="Q?")],
        [{"id": "s", "input": "Q?", "correct": True}],
    ),
    "metrics": (
        [event("s", "metrics", a=1, b=0.5, c=None, d="x")],
        [{"id": "s", "input": None, "a": 1, "b": 0.5, "c": None}],
    ),
    "two kinds of scores of one answer": (
        [event("s", "match", correct=False), event("s", "metrics", a=1)],
        [{"id": "s", "input": None, "correct": False, "a": 1}],
    ),
    "two answers": (
        [event("s", "match", correct=False), event("s", "match", correct=True)],
        [{"id": "s", "input": None, "correct": each} for each in (False, True)],
    ),
    "a sample that is not scored": (
        [event("s", "sampling", prompt="Q?"), event("t", "match", correct=True)],
        [{"id": "s", "input": "Q?"}, {"id": "t", "input": None, "correct": True}],
    ),
}


@pytest.mark.parametrize("case", OPENAI)
def test_a_sample_of_openai_evals_is_scored_by_its_events(case: str) -> None:
    events, rows = OPENAI[case]
    found = listed(platforms.openai_log, {"spec": {}}, *events, {"final_report": {}})
    assert fields_of(found) == rows
    assert found is not None
    names = dict.fromkeys(name for row in rows for name in row if name not in ("id", "input"))
    assert (found.scores, found.has_repeats) == (tuple(names), True)
    assert [row.line for row in found.rows] == [2] * len(rows) or len(rows) > 1
    assert fields_of(listed(platforms.openai_log, *events)) == rows
    assert listed(platforms.openai_log, {"spec": {}, "other": 1}, *events) is None


def output_item(*results: object, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  any field
    """Return an output item of OpenAI's Evals API."""
    return {
        "datasource_item": {"q": "Q?"},
        "datasource_item_id": 4,
        "results": list(results),
        "status": "pass",
        **fields,
    }


def test_an_item_of_openai_s_api_has_a_score_of_each_grader() -> None:
    graded = {"name": "g", "score": 0.5, "passed": True}
    by_word = {"name": "h", "passed": False}
    found = listed(
        platforms.openai_items,
        output_item(graded, by_word),
        output_item(graded, status="error", datasource_item="Q?"),
    )
    assert fields_of(found) == [
        {"id": 4, "input": '{"q": "Q?"}', "item.q": "Q?", "status": "pass", "g": 0.5, "h": False},
        {"id": 4, "input": "Q?", "status": "error", "g": None, "h": None},
    ]
    assert found is not None
    assert (found.scores, found.has_repeats) == (("g", "h"), True)
    bare = listed(platforms.openai_items, output_item())
    assert bare is not None
    assert bare.scores == ("status",)
    assert listed(platforms.openai_items, output_item(), {"results": []}) is None
    assert listed(platforms.openai_items, {"datasource_item": {}, "results": None}) is None


DEEPEVAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a case": (
        {"testCases": [{"input": "Q?", "expectedOutput": "A", "success": True}]},
        {"input": "Q?", "target": "A", "success": True},
    ),
    "a case of the library": (
        {"test_cases": [{"input": "Q?", "expected_output": "A", "success": True}]},
        {"input": "Q?", "target": "A", "success": True},
    ),
    "a conversation": (
        {"conversationalTestCases": [{"scenario": "S", "success": False}]},
        {"input": "S", "target": None, "success": False},
    ),
    "a conversation without a scenario": (
        {"test_results": [{"turns": [{"role": "user", "content": "Hi"}]}]},
        {"input": "Hi", "target": None, "success": None},
    ),
    "a case with a name alone": (
        {"testCases": [{"name": "n"}]},
        {"input": "n", "target": None, "success": None},
    ),
}


@pytest.mark.parametrize("case", DEEPEVAL)
@pytest.mark.parametrize("held", ["metricsData", "metrics_data"])
def test_a_case_of_deepeval_is_what_was_asked_in_it(case: str, held: str) -> None:
    document, row = DEEPEVAL[case]
    metrics = [{"name": "m", "score": 0.5}, {"name": "n", "score": None}]
    scored = {key: [{**each, held: metrics} for each in cases] for key, cases in document.items()}
    found = documented(platforms.deepeval, scored)
    assert fields_of(found) == [{**row, "m": 0.5, "n": None}]
    assert found is not None
    assert (found.scores, found.ids, found.has_repeats) == (("m", "n"), ("input",), True)
    assert documented(platforms.deepeval, document) is None


def trace(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  fields of any type
    """Return a record of a Langfuse export."""
    return {"id": "t", "input": "Q?", "output": "A", "timestamp": "2026", **fields}


LANGFUSE: dict[str, tuple[Rows, Rows, tuple[str, ...]]] = {
    "a score": ([trace(s=[1.0])], [{"s": 1.0}], ("s",)),
    "a score as a cell": ([trace(s="[0.5]")], [{"s": 0.5}], ("s",)),
    "the mean of two": ([trace(s=[1, 0])], [{"s": 0.5}], ("s",)),
    "none of a row": ([trace(s=[1]), trace(s=[])], [{"s": 1}, {"s": None}], ("s",)),
    "an empty cell of a row": ([trace(s=[1]), trace(s="")], [{"s": 1}, {"s": None}], ("s",)),
    "lists that are no scores": (
        [trace(s=[1], tags=[1], comments=[1])],
        [{"s": 1, "tags": [1], "comments": [1]}],
        ("s",),
    ),
    "what is no list": ([trace(s=[1], n=5)], [{"s": 1, "n": 5}], ("s",)),
    "a list of words": ([trace(s=[1], w=["a", "b"])], [{"s": 1, "w": ["a", "b"]}], ("s",)),
    "messages as a cell": (
        [trace(s=[1], input='[{"role": "user", "content": "Hi"}]')],
        [{"s": 1, "input": "Hi"}],
        ("s",),
    ),
}


@pytest.mark.parametrize("case", LANGFUSE)
def test_a_trace_of_langfuse_has_its_scores_in_lists(case: str) -> None:
    records, rows, scores = LANGFUSE[case]
    found = listed(platforms.langfuse, *records)
    assert fields_of(found) == [{**trace(), **row} for row in rows]
    assert found is not None
    assert (found.scores, found.ids) == (scores, ("datasetItemId", "input"))
    assert found.inputs == ("input",)


@pytest.mark.parametrize(
    "record",
    [
        {"id": "t", "input": "Q?", "timestamp": "2026", "s": [1]},
        {"id": "t", "input": "Q?", "output": "A", "s": [1]},
        trace(),
        trace(s=[]),
        trace(s=["x"]),
    ],
)
def test_what_has_no_scores_in_lists_is_no_export_of_langfuse(record: dict[str, Any]) -> None:
    assert listed(platforms.langfuse, record) is None


def test_a_run_of_langsmith_has_its_feedback() -> None:
    run = {"id": "r", "reference_example_id": "e1", "inputs": {"q": "Q?"}}
    found = listed(
        platforms.langsmith,
        {**run, "feedback_stats": {"right": {"avg": 1.0, "n": 1}, "tone": 0.5}},
        {**run, "reference_example_id": "e2", "feedback": {"right": 0}},
        {**run, "reference_example_id": "e3"},
    )
    about = {"id": "r", "inputs.q": "Q?"}
    assert fields_of(found) == [
        {"feedback.right": 1.0, "feedback.tone": 0.5, "reference_example_id": "e1", **about},
        {"feedback.right": 0, "feedback.tone": None, "reference_example_id": "e2", **about},
        {"feedback.right": None, "feedback.tone": None, "reference_example_id": "e3", **about},
    ]
    assert found is not None
    assert found.scores == ("feedback.right", "feedback.tone")
    assert found.ids == ("reference_example_id", "inputs.q")
    assert (found.inputs, found.has_repeats) == (("inputs.q",), True)
    assert listed(platforms.langsmith, run) is None
    assert listed(platforms.langsmith, {"id": "r", "feedback.right": 1}) is None


TABLES: dict[str, tuple[object, Rows]] = {
    "records by id": ({"a": {"score": 1}, "b": {"score": 0}}, [{"id": "a", "score": 1}]),
    "records by id that have one": ({"a": {"id": 7, "score": 1}}, [{"id": 7, "score": 1}]),
    "columns of pandas": (
        {"score": {"0": 1, "1": 0}, "q": {"0": "x", "1": "y"}},
        [{"index": "0", "score": 1, "q": "x"}],
    ),
    "columns of pandas with an id": (
        {"score": {"0": 1}, "id": {"0": "x"}},
        [{"score": 1, "id": "x"}],
    ),
    "records by id that are alike, none named for a score": (
        {"a": {"x": 1}, "b": {"x": 0}},
        [{"id": "a", "x": 1}],
    ),
    "inner records": ({"a": {"m": {"f1": 1}}}, [{"id": "a", "m.f1": 1}]),
    "not only records": ({"a": {"score": 1}, "n": 2}, []),
    "a list": ([1], []),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_document_by_ids_or_by_columns_is_a_table(case: str) -> None:
    document, first = TABLES[case]
    found = documented(table, document)
    assert fields_of(found)[:1] == first
    assert found is not None
    assert (found.format, found.scores, found.ids) == ("JSON", None, ())


def test_a_table_of_pandas_is_split_into_columns_and_data() -> None:
    split = {"columns": ["score", 7.0], "data": [[1, "x"], [0, "y"]]}
    rows = [{"score": 1, "7": "x"}, {"score": 0, "7": "y"}]
    assert fields_of(documented(pandas_split, split)) == rows
    assert fields_of(documented(pandas_split, {**split, "index": [0, 1]})) == rows
    named = documented(pandas_split, {**split, "index": ["a", "b"]})
    assert fields_of(named) == [{"index": key, **row} for key, row in zip("ab", rows, strict=True)]
    assert fields_of(documented(pandas_split, {**split, "index": ["a"]})) == rows
    for lacks in ({"columns": ["score"]}, {"columns": "score", "data": []}, [1]):
        assert documented(pandas_split, lacks) is None
