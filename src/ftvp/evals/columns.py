"""Which fields of an eval file are the id, the score and the cluster, and the items they make."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ftvp.errors import EvalFieldError, EvalScaleError, FileProblemsError, Problem
from ftvp.evals.items import ID, INPUT, Results, Row, spoken

IDS = (
    *(ID, "item_id", "sample_id", "example_id", "question_id", "test_id", "doc_id", "case_id"),
    *("uid", "uuid", "key", "index", "idx", "i"),
)


SCORES = {
    *("score", "correct", "is_correct", "passed", "pass", "success", "accuracy", "acc", "grade"),
    *("exact_match", "em", "f1", "right", "verdict", "result"),
}


PROMPTED = {"prompted", "prompt", "prompting", "baseline", "base", "before"}


TUNED = {"tuned", "finetuned", "finetune", "finetuning", "ft", "after"}


SIDES = 2


ANY_SCALE = float("inf")


def id_column(results: Results, asked: str | None) -> str:
    """Return the field that tells items apart; EvalFieldError lists the fields when none does."""
    names = (asked,) if asked else IDS
    found = next((name for name in names if name in results.columns), None)
    if found is None:
        raise EvalFieldError(results.name, "id", results.columns, asked)
    return found


def score_columns(results: Results, wanted: int, asked: Sequence[str]) -> tuple[str, ...]:
    """Return as many score fields as are wanted, the prompted side's first.

    EvalFieldError lists what there is to choose from where the file does not make that plain.
    """
    known = results.scores or results.columns
    for name in asked:
        if name not in results.columns:
            raise EvalFieldError(results.name, "score", known, name)
    if asked:
        return tuple(asked)
    for found in _candidates(results, wanted):
        if len(found) == wanted:
            return tuple(found)
        if len(found) > wanted:
            raise EvalFieldError(results.name, "score", found, None)
    raise EvalFieldError(results.name, "score", known, None)


def _candidates(results: Results, wanted: int) -> Iterator[list[str]]:
    """Yield the fields that may be scores, from the surest sign to the weakest."""
    if wanted == SIDES and (sides := _sides(results)):
        yield sides
    if results.scores is not None:
        yield list(results.scores)
        return
    columns = results.columns
    yield [name for name in columns if name.rpartition(".")[2].casefold() in SCORES]
    yield [name for name in columns if _words(name) & SCORES]
    yield [name for name in columns if name not in IDS and _all_plain(results, name)]


def _sides(results: Results) -> list[str]:
    """Return the one score named for prompting and the one named for tuning, else nothing."""
    known = [name for name in results.scores or results.columns if _scored(results, name)]
    prompted, tuned = ([n for n in known if _words(n) & side] for side in (PROMPTED, TUNED))
    plain = len(prompted) == len(tuned) == 1 and prompted != tuned
    return prompted + tuned if plain else []


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.casefold()))


def _scored(results: Results, name: str) -> bool:
    return any(score_of(row.fields.get(name), ANY_SCALE) is not None for row in results.rows)


def _all_plain(results: Results, name: str) -> bool:
    return all(is_plain(row.fields.get(name)) for row in results.rows)


RIGHT = {"true", "correct", "right", "pass", "passed", "yes", "c"}


WRONG = {"false", "incorrect", "wrong", "fail", "failed", "no", "i"}


def score_of(value: object, scale: float) -> float | None:
    """Return a score from 0 to 1 of a perfect `scale`, None for what is no such score.

    >>> score_of("pass", 1), score_of(4, 5), score_of("N/A", 1), score_of(7, 5)
    (1.0, 0.8, None, None)
    """
    word = value.strip().casefold() if isinstance(value, str) else None
    if word in RIGHT or word in WRONG:
        return float(word in RIGHT)
    if isinstance(value, bool):
        return float(value)
    number = _number(value)
    return None if number is None or not 0 <= number <= scale else number / scale


def exceeds(value: object, scale: float) -> bool:
    """Return whether a value is a number above a perfect score."""
    number = None if isinstance(value, bool) else _number(value)
    return number is not None and number > scale


def _number(value: object) -> float | None:
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_plain(value: object) -> bool:
    """Return whether a value says right or wrong and nothing in between."""
    return score_of(value, 1) in (0, 1)


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
    if problems:
        raise FileProblemsError(problems)
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
