"""Which field is the id and which the score: as told, by a telling name, or by what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ftvp.errors import EvalFieldError
from ftvp.files.evals.results import ID, Results
from ftvp.files.evals.scores import is_plain, score_of

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
