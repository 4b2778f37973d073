"""promptfoo output: a result for every test and every combination of prompt and provider."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ftvp.files.evals.results import ID, INPUT, Results, Row, flat, key_of, records

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
