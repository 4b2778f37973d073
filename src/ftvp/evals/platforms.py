"""What evaluation platforms export: OpenAI's Evals, DeepEval, Langfuse, LangSmith, promptfoo."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftvp.evals.items import (
    ID,
    INPUT,
    TARGET,
    EvalResults,
    NumberedRecord,
    ParsedFile,
    ResultRow,
    amount_of,
    asked_text,
    flat,
    key_of,
    objects_in,
)
from ftvp.files.values import json_or_none

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
    means = {name: _mean_scores(record.get(name) for _, record in records) for name in names}
    scores = {name: found for name, found in means.items() if found is not None}
    if not scores:
        return None
    rows = tuple(
        ResultRow(
            {
                **flat({key: value for key, value in record.items() if key not in scores}),
                INPUT: asked_text(_parsed(record["input"])) or key_of(record["input"]),
                **{name: found[number] for name, found in scores.items()},
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


def _mean_scores(cells: Iterable[object]) -> list[object] | None:
    """Return the one score of each cell's list, or the mean of several; None of an empty cell.

    None for a field whose cells are not lists of scores, or are all empty.
    """
    means: list[object] = []
    for cell in map(_parsed, cells):
        scores = [] if cell is None or cell == "" else cell
        if not isinstance(scores, list):
            return None
        amounts = [amount for each in scores if (amount := amount_of(each)) is not None]
        if len(amounts) < len(scores):
            return None
        mean = sum(amount.number for amount in amounts) / len(amounts) if amounts else None
        means.append(scores[0] if len(scores) == 1 else mean)
    return None if all(mean is None for mean in means) else means


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
    rows = []
    for line, record in records:
        fields = dict(record)
        stats = fields.pop("feedback_stats", None)
        feedback = {
            f"{FEEDBACK}{name}": stat.get("avg") if isinstance(stat, Mapping) else stat
            for name, stat in (stats.items() if isinstance(stats, Mapping) else ())
        }
        rows.append(ResultRow({**feedback, **flat(fields)}, line))
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


PROMPTFOO = "promptfoo output"
PROMPTFOO_ERROR = 2
"""`failureReason` where the provider failed, so that nothing was scored."""
RUNTIME = {"sessionId"}
"""Variables that promptfoo sets anew in each run, beside those that begin with an underscore."""
MAX_LABEL = 60


def promptfoo(source: ParsedFile) -> EvalResults | None:
    """Return the results of one run, with a score column for each provider and prompt.

    A score is the one promptfoo gave; an answer that failed for another reason has none. Whether
    it passed, and each named score, are fields beside it, to be asked for.
    """
    inner = source.document
    while isinstance(inner, Mapping):
        inner = inner.get("results")
    listed: list[NumberedRecord] = [(None, each) for each in objects_in(inner)]
    records = listed or source.records
    if not records or not all(
        {"provider", "success"} <= record.keys() and isinstance(record.get("vars"), Mapping)
        for _, record in records
    ):
        return None
    names = _column_names([record for _, record in records])
    tests: defaultdict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    lines: dict[tuple[str, int], int | None] = {}
    answered: Counter[tuple[str, str]] = Counter()
    for line, record in records:
        column, test = names[_side(record)], _test(record)
        key = test, answered[test, column]
        answered[test, column] += 1
        lines.setdefault(key, line)
        asked = " ".join(str(value) for value in _asked(record).values())
        tests[key] |= {ID: test, INPUT: asked or test, **flat({"vars": _asked(record)})}
        tests[key] |= _scores(column, record)
    rows = tuple(ResultRow(fields, lines[key]) for key, fields in tests.items())
    return _results(source.name, rows, names.values())


def _results(name: str, rows: tuple[ResultRow, ...], scores: Iterable[str]) -> EvalResults:
    listed = tuple(scores)
    return EvalResults(
        name, PROMPTFOO, rows, listed, ids=(ID,), inputs=(INPUT,), has_repeats=True, is_sparse=True
    )


def _test(record: Mapping[str, Any]) -> str:
    """Return what tells a test from others: its variables; without any, its description."""
    asked = _asked(record)
    if not asked:
        case = record.get("testCase")
        described = case.get("description") if isinstance(case, Mapping) else None
        return key_of(described) or key_of(record.get("testIdx")) or "{}"
    only = next(iter(asked.values())) if len(asked) == 1 else None
    return key_of(only) or json.dumps(asked, sort_keys=True, ensure_ascii=False)


def _asked(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of a test, without what promptfoo adds in each run."""
    return {
        str(key): value
        for key, value in record["vars"].items()
        if key not in RUNTIME and not str(key).startswith("_")
    }


Side = tuple[str, str]
"""A provider and one of its prompts."""


def _side(record: Mapping[str, Any]) -> Side:
    provider, prompt = record["provider"], record.get("prompt")
    if isinstance(provider, Mapping):
        provider = provider.get("label") or provider.get("id")
    if isinstance(prompt, Mapping):
        prompt = prompt.get("label") or prompt.get("raw")
    number = record.get("promptIdx", record.get("promptId"))
    return str(provider), key_of(number) or key_of(prompt) or ""


def _column_names(records: Sequence[Mapping[str, Any]]) -> dict[Side, str]:
    """Return the name of each column: its provider, with the prompt where that is not enough."""
    labels = {_side(record): _label(record) for record in records}
    providers = Counter(provider for provider, _ in labels)
    names: dict[Side, str] = {}
    for number, (side, label) in enumerate(labels.items()):
        provider = side[0]
        twins = [labels[each] for each in labels if each[0] == provider]
        distinct = label and len({*twins}) == len(twins)
        beside = f" [{label}]" if distinct else f" #{number}"
        names[side] = provider if providers[provider] == 1 else f"{provider}{beside}"
    return names


def _label(record: Mapping[str, Any]) -> str:
    prompt = record.get("prompt")
    label = prompt.get("label") if isinstance(prompt, Mapping) else prompt
    text = " ".join(str(label or "").split())
    return text if len(text) <= MAX_LABEL and "," not in text else ""


def _scores(column: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result's score, whether it passed, and its named scores; None where it failed."""
    failed = record.get("failureReason") == PROMPTFOO_ERROR
    score, passed = record.get("score"), record["success"]
    named = record.get("namedScores")
    found = {column: passed if score is None else score, f"{column} success": passed}
    found |= {f"{column} {n}": v for n, v in named.items()} if isinstance(named, Mapping) else {}
    return dict.fromkeys(found) if failed else found


MARK = re.compile(r"\[(PASS|FAIL|ERROR)\]")
"""What begins an answer in the CSV of older versions."""
MARKED, SCORE, NAMED = "Status", "Score", "Named Scores"
BESIDE = ("Metric: ", "Grader Reason", "Comment")
DESCRIPTION = "Description"


@dataclass(frozen=True)
class _Column:
    """Where an answer and its scores stand in a row of CSV."""

    answer: int
    end: int
    name: str

    def scores(self, head: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
        """Return the scores of a row, none where it has no answer."""
        beside = dict(
            zip(head[self.answer + 1 : self.end], row[self.answer + 1 : self.end], strict=True)
        )
        mark = MARK.match(row[self.answer])
        status = beside.get(MARKED) or (mark and mark[1])
        if not status:
            return {}
        passed = None if status == "ERROR" else status == "PASS"
        score = beside.get(SCORE) or passed
        metrics = {key: value for key, value in beside.items() if key.startswith(BESIDE[0])}
        found = {self.name: score, f"{self.name} success": passed}
        found |= {f"{self.name} {key.removeprefix(BESIDE[0])}": v for key, v in metrics.items()}
        return found if passed is not None else dict.fromkeys(found)


def promptfoo_csv(source: ParsedFile) -> EvalResults | None:
    """Return the rows of promptfoo's CSV: variables, then each prompt's answers with their scores.

    Today a prompt's column is followed by `Status`, `Score` and `Named Scores`; older versions
    begin the answer with [PASS], [FAIL] or [ERROR].
    """
    columns = list(_csv_columns(source))
    if not columns:
        return None
    first = columns[0].answer
    asked = [
        name for name in source.head[:first] if name != DESCRIPTION and not name.startswith("__")
    ]
    records: list[NumberedRecord] = []
    for line, row in source.cells:
        fields = dict(zip(source.head[:first], row, strict=False))
        texts = {name: fields[name] for name in asked}
        only = next(iter(texts.values())) if len(texts) == 1 else None
        test = only or json.dumps(texts, sort_keys=True, ensure_ascii=False)
        found = {ID: test, INPUT: " ".join(texts.values()), **fields}
        for column in columns:
            found |= column.scores(source.head, row)
        records.append((line, found))
    rows = tuple(ResultRow(record, line) for line, record in records)
    return _results(source.name, rows, [column.name for column in columns])


def _csv_columns(source: ParsedFile) -> Iterator[_Column]:
    head = source.head
    scored = [
        i for i in range(len(head) - 3) if tuple(head[i + 1 : i + 4]) == (MARKED, SCORE, NAMED)
    ]
    for start in scored:
        ends = (
            i for i in range(start + 4, len(head)) if i in scored or not head[i].startswith(BESIDE)
        )
        yield _Column(start, next(ends, len(head)), _csv_name(head, start, scored))
    if scored:
        return
    answers = [[row[i] for _, row in source.cells if row[i]] for i in range(len(head))]
    marked = [i for i, cells in enumerate(answers) if cells and all(map(MARK.match, cells))]
    for start in marked:
        yield _Column(start, start + 1, _csv_name(head, start, marked))


def _csv_name(head: Sequence[str], column: int, others: Sequence[int]) -> str:
    """Return a prompt's provider where its head names one and no other column has it."""
    named = {each: re.match(r"\[([^\]]+)\]", head[each]) for each in others}
    providers = {each: found[1] if found else head[each] for each, found in named.items()}
    twins = [each for each in others if providers[each] == providers[column]]
    return providers[column] if len(twins) == 1 else f"{head[column]} #{others.index(column)}"
