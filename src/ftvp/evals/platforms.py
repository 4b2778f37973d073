"""What evaluation platforms export: OpenAI's Evals, DeepEval, Langfuse and LangSmith."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftvp.evals.items import (
    ID,
    INPUT,
    TARGET,
    EvalResults,
    ParsedFile,
    ResultRow,
    amount_of,
    asked_text,
    flat,
    key_of,
    objects_in,
)
from ftvp.files.json import json_or_none

EVENT = {"sample_id", "type", "data"}
SCORED = {"match", "metrics"}


def openai_log(source: ParsedFile) -> EvalResults | None:
    """Return the samples of a log of the OpenAI Evals package; one that no event scores has none.

    Each event of one kind scores an answer: several of one sample are its repeated answers.
    """
    records = source.records
    if not records or not (set(records[0][1]) == {"spec"} or set(records[0][1]) >= EVENT):
        return None
    rows: dict[tuple[str, int], tuple[int | None, dict[str, Any]]] = {}
    inputs: dict[str, str | None] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for line, event in records:
        if not set(event) >= EVENT:
            continue
        sample, kind = str(key_of(event["sample_id"])), str(key_of(event["type"]))
        data = event["data"] if isinstance(event["data"], Mapping) else {}
        inputs[sample] = inputs.get(sample) or asked_text(data.get("prompt"))
        _, fields = rows.setdefault((sample, 0), (line, {ID: sample}))
        if kind in SCORED:
            number = counts[sample, kind]
            counts[sample, kind] += 1
            _, fields = rows.setdefault((sample, number), (line, {ID: sample}))
            scores = {
                key: each for key, each in data.items() if isinstance(each, int | float | None)
            }
            fields |= scores if kind == "metrics" else {"correct": data.get("correct")}
    listed = tuple(
        ResultRow({**fields, INPUT: inputs[sample]}, line)
        for (sample, _), (line, fields) in rows.items()
    )
    scores = dict.fromkeys(key for row in listed for key in row.fields if key not in (ID, INPUT))
    return EvalResults(
        source.name,
        "OpenAI Evals log",
        listed,
        tuple(scores),
        ids=(ID, INPUT),
        inputs=(INPUT,),
        has_repeats=True,
    )


STATUS = "status"


def openai_items(source: ParsedFile) -> EvalResults | None:
    """Return the output items of a run of OpenAI's Evals API, with a score for each grader."""
    records = source.records
    if not records or not all(
        "datasource_item" in record and isinstance(record.get("results"), list)
        for _, record in records
    ):
        return None
    rows: list[ResultRow] = []
    graders: dict[str, None] = {}
    for line, record in records:
        failed = record.get(STATUS) == "error"
        scores = {
            str(result.get("name")): None if failed else result.get("score", result.get("passed"))
            for result in objects_in(record["results"])
        }
        graders |= dict.fromkeys(scores)
        item = record["datasource_item"]
        asked = {ID: record.get("datasource_item_id"), INPUT: key_of(item)}
        inner = flat({"item": item}) if isinstance(item, Mapping) else {}
        rows.append(ResultRow({**asked, **inner, STATUS: record.get(STATUS), **scores}, line))
    complete = tuple(
        ResultRow({**row.fields, **{name: row.fields.get(name) for name in graders}}, row.line)
        for row in rows
    )
    return EvalResults(
        source.name,
        "OpenAI Evals API items",
        complete,
        tuple(graders) or (STATUS,),
        ids=(ID, INPUT),
        inputs=(INPUT,),
        has_repeats=True,
    )


def deepeval(source: ParsedFile) -> EvalResults | None:
    """Return the test cases of a DeepEval test run, with a score for each metric.

    A case is what was asked in it: its name is only its place in the file.
    """
    document = source.document
    if not isinstance(document, Mapping):
        return None
    held = ("testCases", "conversationalTestCases", "test_cases", "test_results")
    cases = [case for key in held for case in objects_in(document.get(key))]
    listed = [
        (case, {str(metric.get("name")): metric.get("score") for metric in objects_in(metrics)})
        for case in cases
        for metrics in [case.get("metricsData", case.get("metrics_data"))]
    ]
    if not cases or not any(metrics for _, metrics in listed):
        return None
    names = dict.fromkeys(name for _, metrics in listed for name in metrics)
    rows = tuple(
        ResultRow(
            {
                INPUT: asked_text(asked) or key_of(asked) or key_of(case.get("name")),
                TARGET: case.get("expectedOutput", case.get("expected_output")),
                "success": case.get("success"),
                **{name: metrics.get(name) for name in names},
            }
        )
        for case, metrics in listed
        for asked in [case.get("input") or case.get("scenario") or case.get("turns")]
    )
    return EvalResults(
        source.name,
        "DeepEval test run",
        rows,
        tuple(names),
        ids=(INPUT,),
        inputs=(INPUT,),
        has_repeats=True,
    )


LANGFUSE = ({"id", "input", "output"}, {"traceId", "timestamp", "startTime"})
"""Fields of every export of traces or observations, and of which one has at least one."""
LISTS = {"tags", "comments", "traceTags", "userIds"}
"""Fields of those exports that hold lists, none of them of scores."""


def langfuse(source: ParsedFile) -> EvalResults | None:
    """Return the traces or observations of a Langfuse export, with a score for each of its names.

    Its scores stand in lists, as in `[1.0]`: the mean is taken. Traces of two runs share no id:
    they pair by what was asked.
    """
    records = source.records
    if not records or not LANGFUSE[0] <= records[0][1].keys():
        return None
    if LANGFUSE[1].isdisjoint(records[0][1]):
        return None
    names = [name for name in records[0][1] if name not in LISTS | LANGFUSE[0]]
    lists = {name: [_as_list(record.get(name)) for _, record in records] for name in names}
    scores = {name: values for name, values in lists.items() if _are_scores(values)}
    if not scores:
        return None
    rows = tuple(
        ResultRow(
            {
                **flat({key: value for key, value in record.items() if key not in scores}),
                INPUT: asked_text(_parsed(record["input"])) or key_of(record["input"]),
                **{name: _mean(values[number]) for name, values in scores.items()},
            },
            line,
        )
        for number, (line, record) in enumerate(records)
    )
    ids = ("datasetItemId", INPUT)
    return EvalResults(
        source.name, "Langfuse export", rows, tuple(scores), ids=ids, inputs=(INPUT,)
    )


def _parsed(value: object) -> object:
    """Return the JSON that a cell holds, else the cell."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        found = json_or_none(value)
        return value if found is None else found
    return value


def _as_list(value: object) -> list[object] | None:
    """Return a list, or the one that a cell holds; nothing where it is empty; None for others."""
    found = _parsed(value)
    if found is None or found == "":
        return []
    return found if isinstance(found, list) else None


def _are_scores(values: Sequence[list[object] | None]) -> bool:
    """Return whether a field holds lists of scores, and not only empty ones."""
    found = [each for value in values for each in value or ()]
    return None not in values and bool(found) and all(amount_of(each) is not None for each in found)


def _mean(values: list[object] | None) -> object:
    """Return the one score of a list, or the mean of several; None of an empty one."""
    amounts = [amount for each in values or () if (amount := amount_of(each)) is not None]
    if len(amounts) == 1 and values:
        return values[0]
    return sum(amount.number for amount in amounts) / len(amounts) if amounts else None


EXAMPLE_IDS = ("reference_example_id", "example_id")
FEEDBACK = "feedback."


def langsmith(source: ParsedFile) -> EvalResults | None:
    """Return the runs of a LangSmith experiment: its table, or its runs as the API lists them.

    Each feedback is a score. The id of a run is new in each experiment; that of its example is not.
    """
    records = source.records
    example = next((name for name in EXAMPLE_IDS if records and name in records[0][1]), None)
    if example is None:
        return None
    rows = [ResultRow(dict(_run_fields(record)), line) for line, record in records]
    scores = dict.fromkeys(name for row in rows for name in row.fields if name.startswith(FEEDBACK))
    if not scores:
        return None
    complete = tuple(ResultRow({**dict.fromkeys(scores), **row.fields}, row.line) for row in rows)
    inputs = dict.fromkeys(
        name for row in rows for name in row.fields if name.partition(".")[0] == "inputs"
    )
    return EvalResults(
        source.name,
        "LangSmith experiment",
        complete,
        tuple(scores),
        ids=(example, *inputs),
        inputs=tuple(inputs),
        has_repeats=True,
    )


def _run_fields(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a run, its feedback statistics as the feedback that they are of."""
    stats = record.get("feedback_stats")
    for name, stat in stats.items() if isinstance(stats, Mapping) else ():
        yield f"{FEEDBACK}{name}", stat.get("avg") if isinstance(stat, Mapping) else stat
    yield from flat({k: v for k, v in record.items() if k != "feedback_stats"}).items()
