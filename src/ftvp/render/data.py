"""Answers for programs: JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ftvp.advice.comparison import ComparisonAnswer
from ftvp.advice.ranked import RankedWay
from ftvp.errors import NotATableError
from ftvp.units import Record


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
    """Return the ways of a comparison as CSV; other answers are no table: NotATableError."""
    if not isinstance(answer, ComparisonAnswer):
        raise NotATableError
    out = io.StringIO()
    writer = csv.DictWriter(out, list(RankedWay.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(way.model_dump(mode="json") for way in answer.ways)
    return out.getvalue()
