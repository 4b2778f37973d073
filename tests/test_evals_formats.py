"""Each format of the list has a file here, and its scores are read as its tool means them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ftvp.errors import (
    EvalFieldError,
    FileProblemsError,
    FtvpError,
    NotEvalResultsError,
)
from ftvp.evals.read import FORMATS, parse_results
from tests.eval_files import ANSWERED, CELLS, QUESTIONS, cells, json_lines, lines, measured
from tests.swaps import ODD, swaps

ITEMS = tuple((n, QUESTIONS[n]) for n in range(30))


def scored(side: int) -> Iterator[tuple[int, str, int]]:
    """Yield number, question and score of a side's 30 items."""
    yield from ((n, asked, ANSWERED[n][side]) for n, asked in ITEMS)


def spreadsheet(*rows: Sequence[object]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def promptfoo(side: int, version: int = 3, **more: object) -> str:
    """Return promptfoo's output of one provider."""
    results = [
        {
            "provider": {"id": f"openai:m{side}", "label": ""},
            "promptIdx": 0,
            "testIdx": n,
            "prompt": {"raw": f"Answer: {asked}", "label": "Answer: {{question}}"},
            "vars": {"question": asked, "style": "short"},
            "success": bool(score),
            "score": score * 0.8 + 0.1,
            "namedScores": {"Tone": score},
            "failureReason": 1 - score,
            **more,
        }
        for n, asked, score in scored(side)
    ]
    inner = {"version": version, "results": results, "stats": {}, "table": {"head": {}, "body": []}}
    return json.dumps({"evalId": "e", "results": inner} if version > 1 else inner)


def promptfoo_csv(side: int, *others: Callable[[int], int]) -> str:
    """Return the CSV of today's promptfoo, with more columns of other scores."""
    columns = [lambda score: score, *others]
    head: list[object] = ["Description", "question", "__expected"]
    for number in range(len(columns)):
        head += [f"[m{side}{number or ''}] Answer: {{{{question}}}}", "Status", "Score"]
        head += ["Named Scores", "Metric: Tone", "Grader Reason", "Comment"]
    rows: list[list[object]] = [head]
    for n, asked, score in scored(side):
        row: list[object] = [f"test {n}", asked, "yes"]
        for column in columns:
            given = column(score)
            row += [
                "text",
                "PASS" if given else "FAIL",
                f"{given:.2f}",
                '{"Tone": 1}',
                given,
                "",
                "",
            ]
        rows.append(row)
    return spreadsheet(*rows)


def old_promptfoo_csv(side: int) -> str:
    rows = [(asked, "yes", f"[{'PASS' if s else 'FAIL'}] text") for _, asked, s in scored(side)]
    return spreadsheet(["question", "__expected", f"[m{side}] Answer"], *rows)


def evalplus(side: int) -> str:
    passed = {0: "fail", 1: "pass"}
    tasks = {
        f"HumanEval/{n}": [
            {"task_id": f"HumanEval/{n}", "solution": "x", "base_status": "pass",
             "plus_status": passed[score], "base_fail_tests": [], "plus_fail_tests": []}
        ]
        for n, _, score in scored(side)
    }  # fmt: skip
    return json.dumps({"date": "2026-11-26 10:00", "hash": "a1", "eval": tasks})


def old_evalplus(side: int) -> str:
    tasks = {
        f"HumanEval/{n}": {"nfiles": 1, "base": [["pass" if score else "fail", []]], "plus": []}
        for n, _, score in scored(side)
    }
    return json.dumps({"date": "2023-06-01 10:00", "hash": "a1", "eval": tasks})


def opencompass(side: int, *, judged: bool = True) -> str:
    details: dict[str, Any] = {"type": "GEN"}
    for n, asked, score in scored(side):
        answer = {"predictions": "B" if score else "C", "references": "B"}
        correct = {"correct": bool(score)} if judged else {}
        prompt = [{"role": "HUMAN", "prompt": asked}]
        details[str(n)] = {"prompt": prompt, "origin_prediction": "The", **answer, **correct}
    return json.dumps({"accuracy": 50.0, "details": details})


def opencompass_list(side: int) -> str:
    details = [
        {"pred": "B" if score else "C", "answer": "B", "correct": bool(score)}
        for _, _, score in scored(side)
    ]
    return json.dumps({"accuracy": 50.0, "details": details})


def deepeval(side: int, key: str = "testCases", **more: object) -> str:
    cases = [
        {
            "name": f"test_case_{n}",
            "input": asked,
            "actualOutput": "text",
            "success": bool(score),
            "metricsData": [
                {"name": "Correctness", "threshold": 0.5, "success": bool(score), "score": score}
            ],
            "order": n,
            **more,
        }
        for n, asked, score in scored(side)
    ]
    return json.dumps({"testFile": "t.py", key: cases, "metricsScores": []})


def deepeval_results(side: int) -> str:
    """Return what `evaluate` returns, as its model is dumped."""
    results = [
        {
            "name": f"test_case_{n}",
            "success": bool(score),
            "input": asked,
            "metrics_data": [{"name": "Correctness", "score": float(score)}],
        }
        for n, asked, score in scored(side)
    ]
    return json.dumps({"test_results": results, "confident_link": None})


def deepeval_chats(side: int) -> str:
    cases = [
        {
            "name": f"chat_{n}",
            "success": bool(score),
            "turns": [{"role": "user", "content": asked}, {"role": "assistant", "content": "Yes."}],
            "metricsData": [{"name": "Helpful", "score": score}],
        }
        for n, asked, score in scored(side)
    ]
    return json.dumps({"testCases": [], "conversationalTestCases": cases})


def mlflow(side: int) -> str:
    rows = [[asked, "y", "y", score, 12] for _, asked, score in scored(side)]
    columns = ["inputs", "targets", "outputs", "exact_match/v1/score", "token_count"]
    return json.dumps({"columns": columns, "data": rows})


def openai_items(side: int, **more: object) -> str:
    items = [
        {
            "object": "eval.run.output_item",
            "id": f"outputitem_{side}{n}",
            "run_id": f"evalrun_{side}",
            "datasource_item_id": n,
            "datasource_item": {"question": asked, "ideal": "B"},
            "status": "pass" if score else "fail",
            "results": [{"name": "exact-a1", "passed": bool(score), "score": float(score)}],
            "sample": {"input": [], "output": []},
            **more,
        }
        for n, asked, score in scored(side)
    ]  # fmt: skip
    return json.dumps({"object": "list", "data": items, "has_more": False})


def openai_log(side: int) -> str:
    events: list[Mapping[str, Any]] = [{"spec": {"eval_name": "x"}}]
    for n, asked, score in scored(side):
        sample = {"sample_id": f"x.test.{n}"}
        prompt = [{"role": "user", "content": asked}]
        events.append({**sample, "type": "sampling", "data": {"prompt": prompt, "sampled": ["B"]}})
        events.append({**sample, "type": "match", "data": {"correct": bool(score)}})
    return lines(*events, {"final_report": {"accuracy": 0.5}})


def openai_log_of_both(side: int) -> str:
    """Return a log in which each sample has a match and metrics."""
    events = [
        {"sample_id": f"x.{n}", "type": kind, "data": data}
        for n, _, score in scored(side)
        for kind, data in (("match", {"correct": bool(score)}), ("metrics", {"chars": 7}))
    ]
    return lines({"spec": {}}, *events)


def harness(side: int) -> str:
    return lines(
        *(
            {"doc_id": n, "doc": {"ctx": asked, "label": 1}, "resps": [["-1.0"]], "filter": "none",
             "metrics": ["acc"], "doc_hash": f"{n:064x}", "acc": float(score)}
            for n, asked, score in scored(side)
        )
    )  # fmt: skip


def old_harness(side: int) -> str:
    """Return the sample file of a version without `metrics`, with a corpus metric."""
    return lines(
        *(
            {"doc_id": n, "doc": {"question": asked}, "target": "x", "resps": [], "exact_match": s,
             "bleu": [["x"], ["y"]], "bypass": 999}
            for n, asked, s in scored(side)
        )
    )  # fmt: skip


def helm(side: int) -> str:
    instances = []
    for n, _, score in scored(side):
        for perturbed in (None, {"name": "typos"}):
            stats = [
                {"name": {"name": name, "split": "test"}, "count": 1, "sum": value, "mean": value}
                for name, value in (
                    ("exact_match", 0 if perturbed else score),
                    ("num_train_trials", 1),
                )
            ]
            instance = {"instance_id": f"id{n}", "train_trial_index": 0, "stats": stats}
            instances.append({**instance, "perturbation": perturbed} if perturbed else instance)
    return json.dumps(instances)


def helm_predictions(side: int) -> str:
    return json.dumps(
        [
            {"instance_id": f"id{n}", "train_trial_index": 0, "predicted_text": "B",
             "stats": {"exact_match": float(score), "predicted_index": 1.0}}
            for n, _, score in scored(side)
        ]
    )  # fmt: skip


def humaneval(side: int) -> str:
    return lines(
        *(
            {"task_id": f"HumanEval/{n}", "completion": "    return 1", "result": "passed" if s
             else "failed: AssertionError", "passed": bool(s)}
            for n, _, s in scored(side)
        )
    )  # fmt: skip


def langsmith(side: int) -> str:
    head = ["inputs.question", "outputs.answer", "error", "reference.answer", "feedback.correct"]
    head += ["execution_time", "example_id", "id"]
    rows = [
        (asked, "x", "", "y", s, 1.2, f"e{n}", f"run{side}-{n}") for n, asked, s in scored(side)
    ]
    return spreadsheet(head, *rows)


def langsmith_runs(side: int) -> str:
    runs = [
        {
            "id": f"run{side}-{n}",
            "inputs": {"question": asked},
            "outputs": {"answer": "x"},
            "reference_example_id": f"e{n}",
            "feedback_stats": {"correct": {"n": 1, "avg": float(score), "values": {}}},
        }
        for n, asked, score in scored(side)
    ]
    return json.dumps(runs)


def langfuse(side: int) -> str:
    head = ["id", "timestamp", "name", "input", "output", "tags", "latency", "correct", "comments"]
    rows = [
        (f"t{side}-{n}", "2026-11-20", "x", json.dumps({"q": q}), "x", "[]", 1.5, f"[{s}.0]", "[]")
        for n, q, s in scored(side)
    ]  # fmt: skip
    return spreadsheet(head, *rows)


def langfuse_json(side: int) -> str:
    return json.dumps(
        [
            {"id": f"obs{side}-{n}", "traceId": f"t{side}{n}", "startTime": "2026-11-20",
             "input": [{"role": "user", "content": asked}], "output": "x",
             "verdict": ["correct" if s else "incorrect"], "usage": {"total": 3}}
            for n, asked, s in scored(side)
        ]
    )  # fmt: skip


def inspect(side: int) -> str:
    samples = [
        {"id": f"s{n}", "epoch": 1, "input": asked, "target": "B",
         "scores": {"choice": {"value": "C" if score else "I", "answer": "B"}}}
        for n, asked, score in scored(side)
    ]  # fmt: skip
    return json.dumps(
        {"version": 2, "status": "success", "eval": {"task": "t"}, "samples": samples}
    )


def braintrust(side: int) -> str:
    return json_lines(
        side,
        lambda _, n, s: {"id": f"e{n}", "input": {"q": QUESTIONS[n]}, "scores": {"Factuality": s}},
    )


def weave(side: int) -> str:
    return json_lines(
        side, lambda _, n, s: {"inputs": {"q": QUESTIONS[n]}, "scores": {"correct": bool(s)}}
    )


Make = Callable[[int], str]
FILES: dict[str, list[Make]] = {
    "promptfoo JSON": [promptfoo, lambda side: promptfoo(side, 2), lambda side: promptfoo(side, 1)],
    "promptfoo CSV": [promptfoo_csv, old_promptfoo_csv],
    "Inspect log": [inspect],
    "EvalPlus results": [evalplus, old_evalplus],
    "OpenCompass details": [
        opencompass,
        lambda side: opencompass(side, judged=False),
        opencompass_list,
    ],
    "DeepEval test run": [deepeval, deepeval_results, deepeval_chats],
    "MLflow or pandas table": [mlflow],
    "OpenAI Evals API items": [openai_items],
    "OpenAI Evals log": [openai_log, openai_log_of_both],
    "lm-evaluation-harness samples": [harness, old_harness],
    "HELM instances": [helm, helm_predictions],
    "HumanEval results": [humaneval],
    "LangSmith experiment": [langsmith, langsmith_runs],
    "Langfuse export": [langfuse, langfuse_json],
    "CSV, JSON Lines, JSON": [braintrust, weave],
}
CHOSEN: dict[Make, str] = {
    FILES["promptfoo JSON"][0]: "openai:m0 success,openai:m1 success",
    FILES["promptfoo JSON"][1]: "openai:m0 Tone,openai:m1 Tone",
    FILES["promptfoo JSON"][2]: "openai:m0 success,openai:m1 success",
    evalplus: "plus",
    openai_log_of_both: "correct",
}
"""Scores to be asked for, where a file has others."""


def test_every_format_has_a_file() -> None:
    assert list(FILES) == [each.name for each in FORMATS]


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=f"{name} {number}")
        for name, makes in FILES.items()
        for number, make in enumerate(makes)
    ],
)
def test_scores_are_read_as_their_tool_means_them(make: Make, tmp_path: Path) -> None:
    found = measured(tmp_path, make(0), make(1), score=CHOSEN.get(make))
    assert cells(found) == CELLS
    assert found.unpaired.prompted == found.unpaired.tuned == ()


def test_the_score_of_promptfoo_is_its_own(tmp_path: Path) -> None:
    found = measured(tmp_path, promptfoo(0), promptfoo(1))
    assert {pair.prompted for pair in found.pairs} == {0.1, 0.9}


def test_columns_of_a_promptfoo_csv_are_asked_about(tmp_path: Path) -> None:
    both = promptfoo_csv(0, lambda score: 1 - score)
    with pytest.raises(EvalFieldError, match="There are: m0, m01"):
        measured(tmp_path, both, promptfoo_csv(1))
    assert cells(measured(tmp_path, both, promptfoo_csv(1), score="m0,m1")) == CELLS
    assert cells(measured(tmp_path, both, promptfoo_csv(1), score="m0 Tone,m1")) == CELLS


@pytest.mark.parametrize("mark", ["ERROR", "error"])
def test_an_answer_that_failed_is_not_scored(mark: str, tmp_path: Path) -> None:
    texts = {
        "ERROR": old_promptfoo_csv(0).replace("[FAIL]", "[ERROR]", 1),
        "error": openai_items(0).replace('"fail"', '"error"', 1),
    }
    other = old_promptfoo_csv(1) if mark == "ERROR" else openai_items(1)
    with pytest.raises(FileProblemsError, match="has nothing for a score"):
        measured(tmp_path, texts[mark], other)


def test_two_scores_of_a_format_are_asked_about(tmp_path: Path) -> None:
    graders = [{"name": "exact", "score": 1.0}, {"name": "tone", "score": 0.5}]
    with pytest.raises(EvalFieldError, match="There are: exact, tone"):
        measured(tmp_path, openai_items(0, results=graders), openai_items(1, results=graders))
    texts = [openai_items(side, results=graders) for side in (0, 1)]
    assert cells(measured(tmp_path, *texts, score="status")) == CELLS


def test_a_metric_of_deepeval_may_measure_errors(tmp_path: Path) -> None:
    metrics = [{"name": "Hallucination", "score": 0.25, "success": True}]
    text = deepeval(0, metricsData=metrics)
    found = measured(tmp_path, text, text)
    assert {pair.prompted for pair in found.pairs} == {0.75}


def test_metrics_of_the_whole_corpus_are_no_scores(tmp_path: Path) -> None:
    text = lines(
        *({"doc_id": n, "resps": [], "metrics": ["bleu"], "bleu": ["a", "b"]} for n in (1, 2))
    )
    with pytest.raises(NotEvalResultsError, match="metrics of all documents together"):
        measured(tmp_path, text, text)


def test_subjects_that_number_their_documents_alike_are_told_apart(tmp_path: Path) -> None:
    texts = [
        harness(side) + harness(side).replace('"doc_hash": "0', '"doc_hash": "f') for side in (0, 1)
    ]
    found = measured(tmp_path, *texts)
    assert cells(found) == tuple(2 * cell for cell in CELLS)


def test_a_run_of_another_provider_of_promptfoo_is_not_unscored(tmp_path: Path) -> None:
    results = json.loads(promptfoo(0))["results"]["results"]
    others = [
        each for each in json.loads(promptfoo(1))["results"]["results"] if each["testIdx"] > 4
    ]
    text = json.dumps({"results": {"results": [*results, *others]}})
    found = measured(tmp_path, text)
    assert (found.prompted.items, found.tuned.items) == (30, 25)


def test_the_docs_list_each_format_as_it_is_read() -> None:
    text = (Path(__file__).parent.parent / "docs" / "evals.md").read_text("utf-8")
    rows = [f"| {f.name} | {f.recognised} | {f.id} | {f.score} |" for f in FORMATS]
    assert [line for line in text.splitlines() if line in rows] == rows


@pytest.mark.long
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:12])
@pytest.mark.parametrize("make", [make for made in FILES.values() for make in made])
def test_any_value_in_any_place_is_read_or_refused(make: Make, value: object) -> None:
    whole = make(0)
    if whole[:1] not in {"{", "["}:
        pytest.skip("a spreadsheet")
    for text in swaps(whole, value):
        with suppress(FtvpError):
            parse_results(text, "a.json")
