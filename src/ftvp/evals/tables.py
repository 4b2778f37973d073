"""Result files without a format of their own: CSV as spreadsheets write it, JSON Lines, JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from ftvp.errors import FileProblemsError, NotEvalResultsError, Problem, TooManyResultsError
from ftvp.evals.columns import is_score_name
from ftvp.evals.items import (
    ID,
    EvalResults,
    NumberedRecord,
    ParsedFile,
    ResultRow,
    flat,
    key_of,
    objects_in,
)
from ftvp.files.json import json_or_none, load_json

SEPARATORS = ",\t;|"
HELD_IN = ("results", "samples", "items", "data", "rows")
"""Keys under which a JSON document may hold its list of records."""
MAX_RESULTS = 500_000
"""Eval results of a file: what is kept of each takes about half a kilobyte."""
INDEX = "index"
"""What the column without a name is called that pandas writes before the others."""


def parsed(text: str, name: str) -> ParsedFile:
    """Return what a text holds: JSON, JSON Lines or CSV.

    Raises FtvpError for what is none of these, with every line that is to blame.
    """
    begins = text.lstrip()[:1]
    if begins in {"{", "["}:
        if is_lines(text):
            return ParsedFile(name, records=line_records(text, name))
        document = load_json(text, name)
        return ParsedFile(name, document, [(None, each) for each in _listed(document)])
    if begins == "<":
        why = "is HTML or XML. Have the tool write JSON, as in promptfoo eval --output results.json"
        raise NotEvalResultsError(name, why)
    return _csv(text, name)


def is_lines(text: str) -> bool:
    """Return whether a text has a JSON object on each line, rather than one document."""
    line, _, rest = text.strip().partition("\n")
    return bool(rest) and isinstance(json_or_none(line), dict)


def line_records(text: str, name: str) -> list[NumberedRecord]:
    """Return the records with their lines, or raise with every line that is none."""
    found: list[NumberedRecord] = []
    problems: list[Problem] = []
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if not line.strip():
            continue
        if len(found) + len(problems) >= MAX_RESULTS:
            raise TooManyResultsError(name, MAX_RESULTS)
        try:
            record = load_json(line, name)
        except FileProblemsError as error:
            problems += [Problem(name, each.says, number) for each in error.problems]
            continue
        if isinstance(record, Mapping):
            found.append((number, record))
        else:
            problems.append(Problem(name, "is not an object with an id and a score", number))
    if problems:
        raise FileProblemsError(problems)
    return found


def _listed(document: object) -> list[Mapping[str, Any]]:
    """Return the records that a document lists: itself, or under the one key that holds any."""
    if not isinstance(document, Mapping):
        return list(objects_in(document))
    lists = {key: found for key, value in document.items() if (found := list(objects_in(value)))}
    named = next((lists[key] for key in HELD_IN if key in lists), None)
    return named or (next(iter(lists.values())) if len(lists) == 1 else [])


def _csv(text: str, name: str) -> ParsedFile:
    """Return the rows of a CSV with a head of names; the separator is the head's.

    Spreadsheets may say the separator in a line of its own (`sep=;`), and add empty rows and
    columns: those are left out.
    """
    said, _, rest = text.partition("\n")
    separator = said.strip().strip('"')[4:] if said.strip('" \r').startswith("sep=") else ""
    body, skipped = (rest, 1) if separator else (text, 0)
    first = body.partition("\n")[0]
    separator = separator or max(SEPARATORS, key=first.count)
    if separator not in first or len(separator) != 1:
        why = "is neither JSON, nor CSV with a head that names an id and a score."
        raise NotEvalResultsError(name, why)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    try:
        head = _head(next(reader))
        filled = (row for row in reader if any(map(str.strip, row)))
        rows = [(reader.line_num + skipped, row) for row in islice(filled, MAX_RESULTS + 1)]
    except csv.Error as error:
        at = reader.line_num + skipped
        raise FileProblemsError([Problem(name, f"is not CSV: {error}", at)]) from None
    if len(rows) > MAX_RESULTS:
        raise TooManyResultsError(name, MAX_RESULTS)
    ragged = [line for line, row in rows if len(row) < len(head) or any(row[len(head) :])]
    if ragged:
        says = "has another number of fields than the head. Quote fields that hold a separator."
        raise FileProblemsError([Problem(name, says, line) for line in ragged])
    records = [(line, dict(zip(head, row, strict=False))) for line, row in rows]
    return ParsedFile(name, records=records, head=head, cells=rows)


def _head(row: Sequence[str]) -> list[str]:
    """Return the names of a head, without spaces around them and empty ones at its end."""
    names = [each.strip() for each in row]
    while names and not names[-1]:
        names.pop()
    if names and not names[0]:
        names[0] = INDEX
    return names


def table(source: ParsedFile) -> EvalResults:
    """Return records of any tool as rows; fields of inner records have names with dots."""
    records = list(source.records) or [(None, each) for each in _mapped(source.document)]
    twin = next((name for name in source.head if source.head.count(name) > 1), None)
    if twin is not None:
        says = f"two columns are called '{twin}'. Name each for its side."
        raise FileProblemsError([Problem(source.name, says, 1)])
    kind = "CSV" if source.head else "JSON" if source.document is not None else "JSON Lines"
    rows = tuple(ResultRow(flat(record), line) for line, record in records)
    return EvalResults(source.name, kind, rows)


def _mapped(document: object) -> Iterator[Mapping[str, Any]]:
    """Yield the records of a document that maps ids to records.

    Where the outer keys name fields, as pandas writes columns, the inner ones are the rows.
    """
    values = document.values() if isinstance(document, Mapping) else ()
    inner = [value for value in values if isinstance(value, Mapping)]
    if not isinstance(document, Mapping) or not inner or len(inner) < len(document):
        return
    if all(each.keys() == inner[0].keys() for each in inner) and any(map(is_score_name, document)):
        for key in inner[0]:
            row = {name: values[key] for name, values in document.items()}
            yield row if ID in row else {INDEX: key, **row}
        return
    for key, record in document.items():
        yield record if ID in record else {ID: key, **record}


def pandas_split(source: ParsedFile) -> EvalResults | None:
    """Return a table as pandas splits it (MLflow's tables too): columns and data, perhaps index."""
    document = source.document
    if not isinstance(document, Mapping) or not {"columns", "data"} <= document.keys():
        return None
    names, data, index = document["columns"], document["data"], document.get(INDEX)
    if not isinstance(names, list) or not isinstance(data, list):
        return None
    columns = [str(key_of(name)) for name in names]
    if not all(isinstance(row, list) and len(row) == len(columns) for row in data):
        says = "has rows of another length than its columns"
        raise FileProblemsError([Problem(source.name, says)])
    keys = index if isinstance(index, list) and len(index) == len(data) else []
    numbered = keys == list(range(len(data)))
    rows: list[ResultRow] = []
    for number, row in enumerate(data):
        record = dict(zip(columns, row, strict=True))
        named = {INDEX: keys[number], **record} if keys and not numbered else record
        rows.append(ResultRow(flat(named)))
    return EvalResults(source.name, "MLflow or pandas table", tuple(rows))
