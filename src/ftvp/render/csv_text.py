"""A comparison as comma-separated values: a line a way, the names of JSON's keys above."""

from __future__ import annotations

import csv
import io

from ftvp.advice.comparison import ComparisonAnswer
from ftvp.advice.ranked import RankedWay
from ftvp.errors import NotATableError
from ftvp.units import Record


def csv_text(answer: Record) -> str:
    """Return the ways of a comparison as CSV; other answers are no table: NotATableError."""
    if not isinstance(answer, ComparisonAnswer):
        raise NotATableError
    out = io.StringIO()
    writer = csv.DictWriter(out, list(RankedWay.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(way.model_dump(mode="json") for way in answer.ways)
    return out.getvalue()
