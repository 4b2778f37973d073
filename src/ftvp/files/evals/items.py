"""The items of one side: a score for each id, what it was asked, and the source that it shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ftvp.errors import EvalFieldError, EvalScaleError, Problem
from ftvp.files.evals.read import refuse
from ftvp.files.evals.results import INPUT, Results, Row, spoken
from ftvp.files.evals.scores import exceeds, score_of

EPOCHS = ("epoch", "repeat", "repetition", "replicate", "trial", "attempt", "run", "seed")
"""Fields that tell answers to one item apart."""
INPUTS = (INPUT, "question", "prompt", "query", "text", "problem", "instruction", "sentence")


@dataclass(frozen=True)
class Item:
    """One item as one side answered it: the mean score of its answers, from 0 to 1."""

    id: str
    score: float
    text: str | None
    cluster: str | None


@dataclass(frozen=True)
class Column:
    """Where a side's scores stand, and what a perfect one is."""

    results: Results
    id: str
    score: str
    cluster: str | None = None
    scale: float | None = None


def items_of(column: Column) -> dict[str, Item]:
    """Return a column's items by id, answers to one item averaged over its epochs.

    Every row without a score, and every id that stands twice outside of epochs, is refused with
    its line.
    """
    apart: defaultdict[str, list[Row]] = defaultdict(list)
    problems: list[Problem] = []
    scale = _scale(column)
    for row in column.results.rows:
        item = row.fields.get(column.id)
        if item is None or item == "":
            problems.append(Problem(column.results.name, f"has no '{column.id}'", row.line))
            continue
        if score_of(row.fields.get(column.score), scale) is None:
            problems.append(_unscored(column, row, str(item)))
        apart[str(item)].append(row)
    problems += _repeated(column, apart)
    refuse(problems)
    return {item: _item(column, item, rows, scale) for item, rows in apart.items()}


def _scale(column: Column) -> float:
    if column.scale is not None:
        return column.scale
    values = [row.fields.get(column.score) for row in column.results.rows]
    above = next((value for value in values if exceeds(value, 1)), None)
    if above is not None:
        raise EvalScaleError(column.results.name, column.score, above)
    return 1


def _unscored(column: Column, row: Row, item: str) -> Problem:
    value = row.fields.get(column.score)
    shown = "nothing" if value is None or value == "" else repr(value)[:40]
    says = (
        f"item '{item}' has {shown} for a score in '{column.score}'. Score it, or take it out of "
        "both sides: what is not scored is not wrong."
    )
    return Problem(column.results.name, says, row.line)


def _repeated(column: Column, apart: Mapping[str, list[Row]]) -> Iterable[Problem]:
    known = column.results.columns
    epoch = next((name for name in EPOCHS if name in known and name != column.score), None)
    for item, rows in apart.items():
        seen = {str(row.fields.get(epoch)) if epoch else "" for row in rows}
        if len(seen) < len(rows):
            says = (
                f"the id '{item}' stands {len(rows)} times. Number the answers in a field 'epoch'"
            )
            yield Problem(column.results.name, f"{says} to have them averaged.", rows[1].line)


def _item(column: Column, item: str, rows: list[Row], scale: float) -> Item:
    scores = [score_of(row.fields.get(column.score), scale) or 0.0 for row in rows]
    fields = rows[0].fields
    texts = (spoken(fields.get(name)) for name in INPUTS if name != column.score)
    cluster = None
    if column.cluster is not None:
        if fields.get(column.cluster) in (None, ""):
            raise EvalFieldError(
                column.results.name, "cluster", column.results.columns, column.cluster
            )
        cluster = str(fields[column.cluster])
    text = next((text for text in texts if text), None)
    return Item(item, sum(scores) / len(scores), text, cluster)
