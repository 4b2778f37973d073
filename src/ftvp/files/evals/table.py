"""CSV, and JSON records of no known tool: every field is a column, which the user may name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftvp.errors import FileProblemsError, NotEvalResultsError, Problem
from ftvp.files.evals.results import Results, Row, flat

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
