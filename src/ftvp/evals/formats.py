"""The files that evaluation tools write: each becomes rows of scored items."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from ftvp.errors import FileProblemsError, NotEvalResultsError, Problem
from ftvp.evals.items import ID, INPUT, Results, Row, flat, key_of, records, spoken
from ftvp.files.json import load_json

ERROR = 2


"""promptfoo's `failureReason` where the provider failed, so that nothing was scored."""


def promptfoo_records(document: object) -> list[Mapping[str, Any]]:
    """Return the results of promptfoo output, none where a JSON document is not that."""
    inner = document
    while isinstance(inner, Mapping):
        inner = inner.get("results")
    found = list(records(inner))
    return found if found and all(is_promptfoo(each) for each in found) else []


def is_promptfoo(record: Mapping[str, Any]) -> bool:
    """Return whether a record is a promptfoo result."""
    return {"provider", "success"} <= set(record) and isinstance(record.get("vars"), Mapping)


def promptfoo_results(found: Iterable[tuple[int | None, Mapping[str, Any]]], name: str) -> Results:
    """Return the results of one run, with a score column for each provider and prompt.

    A score is the one promptfoo gave; an answer that failed for another reason has none.
    """
    listed = list(found)
    columns = _columns([record for _, record in listed])
    tests: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    lines: dict[str, int | None] = {}
    for line, record in listed:
        test = _test(record)
        lines.setdefault(test, line)
        tests[test] |= {
            ID: test,
            INPUT: " ".join(str(value) for value in record["vars"].values()),
            **flat({"vars": record["vars"]}),
            columns[_side(record)]: _score(record),
        }
    rows = (Row(fields, lines[test]) for test, fields in tests.items())
    return Results(name, "promptfoo output", tuple(rows), tuple(columns.values()))


def _test(record: Mapping[str, Any]) -> str:
    return key_of(record.get("testIdx")) or json.dumps(record["vars"], sort_keys=True)


def _side(record: Mapping[str, Any]) -> tuple[str, str | None]:
    provider = record["provider"]
    if isinstance(provider, Mapping):
        provider = provider.get("label") or provider.get("id")
    return str(provider), key_of(record.get("promptIdx"))


def _columns(listed: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str | None], str]:
    """Return the name of each combination: its provider, numbered where that is not enough."""
    sides = list(dict.fromkeys(_side(record) for record in listed))
    providers = [provider for provider, _ in sides]
    return {
        (provider, index): provider if providers.count(provider) == 1 else f"{provider} #{index}"
        for provider, index in sides
    }


def _score(record: Mapping[str, Any]) -> object:
    if record.get("failureReason") == ERROR:
        return None
    score = record.get("score")
    return record["success"] if score is None else score


GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}


"""Correct, partial, incorrect and no answer, at the worth that Inspect's accuracy gives them."""


def is_inspect(document: object) -> bool:
    """Return whether a JSON document is an Inspect log with its samples."""
    return isinstance(document, Mapping) and "eval" in document and "samples" in document


def inspect_log(document: Mapping[str, Any], name: str) -> Results:
    """Return the samples of a JSON log."""
    return _results(records(document["samples"]), name)


def inspect_archive(path: Path) -> Results:
    """Return the samples of an `.eval` archive, which holds a JSON file for each."""
    try:
        with ZipFile(path) as archive:
            names = [n for n in archive.namelist() if n.startswith("samples/")]
            texts = {n: archive.read(n).decode("utf-8") for n in names if n.endswith(".json")}
    except (BadZipFile, RuntimeError, OSError, UnicodeDecodeError):
        why = "is an archive that cannot be read here. As JSON it can: inspect log dump FILE"
        raise NotEvalResultsError(path, why) from None
    if not texts:
        raise NotEvalResultsError(path, "is an archive without samples of an Inspect log.")
    samples = (load_json(text, f"{path} {name}") for name, text in texts.items())
    return _results((s for s in samples if isinstance(s, Mapping)), str(path))


def _results(samples: Iterable[Mapping[str, Any]], name: str) -> Results:
    listed = list(samples)
    scorers = dict.fromkeys(each for sample in listed for each in _inspect_scores(sample))
    rows = (Row(_inspect_fields(sample, tuple(scorers))) for sample in listed)
    return Results(name, "Inspect log", tuple(rows), tuple(scorers))


def _inspect_fields(sample: Mapping[str, Any], scorers: Iterable[str]) -> dict[str, Any]:
    scores = {} if sample.get("error") else _inspect_scores(sample)
    kept = {key: sample.get(key) for key in ("epoch", "metadata")}
    return {
        ID: sample.get("id"),
        INPUT: spoken(sample.get("input")),
        **flat({key: value for key, value in kept.items() if value is not None}),
        **{scorer: scores.get(scorer) for scorer in scorers},
    }


def _inspect_scores(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sample's scores; a scorer that gives several is named with each."""
    scores: dict[str, Any] = {}
    given = sample.get("scores")
    for scorer, score in given.items() if isinstance(given, Mapping) else ():
        value = score.get("value") if isinstance(score, Mapping) else score
        scores |= flat({scorer: value})
    return {name: _graded(value) for name, value in scores.items()}


def _graded(value: object) -> object:
    return GRADES.get(value, value) if isinstance(value, str) else value


PLUMBING = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *("doc_hash", "prompt_hash", "target_hash"),
}


MARKS = {"resps", "filtered_resps", "doc_hash"}


def is_harness(record: Mapping[str, Any]) -> bool:
    """Return whether a record is a line of a sample file."""
    return "doc_id" in record and not MARKS.isdisjoint(record)


def harness_results(found: Iterable[tuple[int, Mapping[str, Any]]], name: str) -> Results:
    """Return the documents with a score column for each metric, and each filter if several."""
    listed = list(found)
    filters = dict.fromkeys(key_of(record.get("filter")) for _, record in listed)
    documents: dict[tuple[str | None, int], tuple[int, dict[str, Any]]] = {}
    counts: Counter[tuple[str | None, str | None]] = Counter()
    scores: dict[str, None] = {}
    for line, record in listed:
        key = key_of(record["doc_id"]), key_of(record.get("filter"))
        counts[key] += 1
        suffix = f" ({key[1]})" if len(filters) > 1 else ""
        found_scores = {f"{m}{suffix}": record.get(m) for m in _metrics(record)}
        scores |= dict.fromkeys(found_scores)
        _, fields = documents.setdefault((key[0], counts[key]), (line, _harness_fields(record)))
        fields |= found_scores
    rows = (Row(fields, line) for line, fields in documents.values())
    return Results(name, "lm-evaluation-harness samples", tuple(rows), tuple(scores))


def _metrics(record: Mapping[str, Any]) -> list[str]:
    named = record.get("metrics")
    if isinstance(named, list):
        return [str(name) for name in named]
    return [name for name in record if name not in PLUMBING]


def _harness_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    document = record.get("doc")
    inner = flat({"doc": document}) if isinstance(document, Mapping) else {}
    question = next((v for k, v in inner.items() if k in {"doc.question", "doc.input"}), None)
    return {ID: record["doc_id"], INPUT: question, **inner}


SCORED = {"match", "metrics"}


EVENT = {"sample_id", "type", "data"}


def is_openai_evals(record: Mapping[str, Any]) -> bool:
    """Return whether a line opens a run's log, or is one of its events."""
    return set(record) == {"spec"} or set(record) >= EVENT


def openai_evals_results(found: Iterable[tuple[int, Mapping[str, Any]]], name: str) -> Results:
    """Return the samples of a run; one that no event scores has no score."""
    events = [(line, record) for line, record in found if set(record) >= EVENT]
    rows = tuple(_rows(events))
    scores = dict.fromkeys(key for row in rows for key in row.fields if key not in (ID, INPUT))
    return Results(name, "OpenAI Evals log", rows, tuple(scores))


def _rows(events: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Row]:
    inputs: dict[object, str | None] = {}
    began: dict[object, int] = {}
    scored = set()
    for line, event in events:
        sample = key_of(event["sample_id"])
        data = event["data"] if isinstance(event["data"], Mapping) else {}
        began.setdefault(sample, line)
        inputs.setdefault(sample, spoken(data.get("prompt")))
        kind = key_of(event["type"])
        if kind in SCORED:
            scored.add(sample)
            yield Row({ID: sample, INPUT: inputs[sample], **_recorded_scores(kind, data)}, line)
    yield from (Row({ID: each}, line) for each, line in began.items() if each not in scored)


def _recorded_scores(kind: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "match":
        return {"correct": data.get("correct")}
    return {key: value for key, value in data.items() if isinstance(value, int | float | None)}


SEPARATORS = ",\t;|"


def json_table(found: Iterable[tuple[int | None, Mapping[str, Any]]], name: str) -> Results:
    """Return records as rows, their inner records' keys with dots."""
    rows = tuple(Row(flat(record), line) for line, record in found)
    lines = bool(rows) and rows[0].line is not None
    return Results(name, "JSON Lines" if lines else "JSON", rows)


def csv_table(text: str, name: str) -> Results:
    """Return the rows of a CSV text with a head of names; the separator is the head's."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    if separator not in first:
        raise NotEvalResultsError(
            name, "is neither JSON, nor CSV with a head that names an id and a score."
        )
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    try:
        _refuse_twins(reader.fieldnames or (), name)
        for record in reader:
            _refuse_ragged(record, name, reader.line_num)
            rows.append(Row(record, reader.line_num))
    except csv.Error as error:
        raise FileProblemsError([Problem(name, f"is not CSV: {error}", reader.line_num)]) from None
    return Results(name, "CSV", tuple(rows))


def _refuse_twins(head: Sequence[str], name: str) -> None:
    twin = next((column for column in head if head.count(column) > 1), None)
    if twin is not None:
        says = f"two columns are called '{twin}'. Name each for its side."
        raise FileProblemsError([Problem(name, says, 1)])


def _refuse_ragged(record: Mapping[Any, Any], name: str, line: int) -> None:
    if None in record or None in record.values():
        says = "has another number of fields than the head. Quote fields that hold a separator."
        raise FileProblemsError([Problem(name, says, line)])
