"""promptfoo's output: JSON of every version, JSON Lines, and CSV of the command and of the web.

A test is what its variables ask: promptfoo numbers each repetition as a test of its own, and
numbers anew where tests are moved. Each provider and prompt is a column of its own.
"""

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
    EvalResults,
    NumberedRecord,
    ParsedFile,
    ResultRow,
    flat,
    key_of,
    objects_in,
)

NAME = "promptfoo output"
ERROR = 2
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
        name, NAME, rows, listed, ids=(ID,), inputs=(INPUT,), has_repeats=True, is_sparse=True
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
    failed = record.get("failureReason") == ERROR
    score, passed = record.get("score"), record["success"]
    named = record.get("namedScores")
    found = {column: passed if score is None else score, f"{column} success": passed}
    found |= {f"{column} {n}": v for n, v in named.items()} if isinstance(named, Mapping) else {}
    return dict.fromkeys(found) if failed else found


MARK = re.compile(r"\[(PASS|FAIL|ERROR)\]")
"""What begins an answer in the CSV of older versions."""
STATUS, SCORE, NAMED = "Status", "Score", "Named Scores"
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
        status = beside.get(STATUS) or (mark and mark[1])
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
        i for i in range(len(head) - 3) if tuple(head[i + 1 : i + 4]) == (STATUS, SCORE, NAMED)
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
