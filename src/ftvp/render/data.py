"""Answers for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Protocol, runtime_checkable

from ftvp.errors import NotATableError
from ftvp.units import Record


@runtime_checkable
class Tabular(Protocol):
    """An answer that can be shown as one table."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return its rows, each with the same keys."""


def json_text(answer: Record) -> str:
    """Return an answer as JSON text that ends in a line break.

    Numbers keep 12 significant digits, dates are ISO, what is not known is null. Text stays UTF-8;
    only half characters, which UTF-8 has no bytes for, are escaped.
    """
    document = rounded(answer.model_dump(mode="json", by_alias=True))
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode() + "\n"


def rounded(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Return a JSON value with every fraction at 12 significant digits.

    >>> rounded({"usd": 18.689625000000007, "cells": [-0.0, 3]})
    {'usd': 18.689625, 'cells': [0.0, 3]}
    """
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value


def csv_text(answer: Record) -> str:
    """Return the rows of an answer that has a table as CSV; NotATableError where it has none.

    Numbers keep 12 significant digits, as in JSON.
    """
    rows = answer.csv_rows() if isinstance(answer, Tabular) else []
    if not rows:
        raise NotATableError
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: rounded(value) for key, value in row.items()} for row in rows)
    return out.getvalue()
