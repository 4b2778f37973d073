"""Sample files of lm-evaluation-harness: a line for every document, and for every filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ftvp.files.evals.results import ID, INPUT, Results, Row, flat, key_of

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
        _, fields = documents.setdefault((key[0], counts[key]), (line, _fields(record)))
        fields |= found_scores
    rows = (Row(fields, line) for line, fields in documents.values())
    return Results(name, "lm-evaluation-harness samples", tuple(rows), tuple(scores))


def _metrics(record: Mapping[str, Any]) -> list[str]:
    named = record.get("metrics")
    if isinstance(named, list):
        return [str(name) for name in named]
    return [name for name in record if name not in PLUMBING]


def _fields(record: Mapping[str, Any]) -> dict[str, Any]:
    document = record.get("doc")
    inner = flat({"doc": document}) if isinstance(document, Mapping) else {}
    question = next((v for k, v in inner.items() if k in {"doc.question", "doc.input"}), None)
    return {ID: record["doc_id"], INPUT: question, **inner}
