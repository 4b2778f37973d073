"""Event logs of OpenAI Evals: each sample's `match` or `metrics` event holds its score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ftvp.files.evals.results import ID, INPUT, Results, Row, key_of, spoken

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
            yield Row({ID: sample, INPUT: inputs[sample], **_scores(kind, data)}, line)
    yield from (Row({ID: each}, line) for each, line in began.items() if each not in scored)


def _scores(kind: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "match":
        return {"correct": data.get("correct")}
    return {key: value for key, value in data.items() if isinstance(value, int | float | None)}
