"""Eval results of two sides, from one file or two, paired by the id of their items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ftvp.errors import NothingPairedError, OneClusterError
from ftvp.files.evals.columns import SIDES, id_column, score_columns
from ftvp.files.evals.items import Column, Item, items_of
from ftvp.files.evals.read import read_results
from ftvp.scored import EvalSide, Measured, Pair, Unpaired

__all__ = ["Fields", "read_evals"]

FEWEST = 2


@dataclass(frozen=True)
class Fields:
    """How the user names what a file holds; what is left out is found."""

    id: str | None = None
    score: str | None = None
    """One name for both sides, or two with a comma, the prompted side's first."""
    cluster: str | None = None
    scale: float | None = None


def read_evals(paths: Sequence[str], fields: Fields, train: Path | None = None) -> Measured:
    """Return both sides' scores from two files, or from one with a score for each.

    The items are looked for in the training file `train`. Raises FtvpError for what cannot be
    read, is not scored, or shares fewer than two items.
    """
    prompted, tuned = _columns(list(dict.fromkeys(paths)), fields)
    one, other = items_of(prompted), items_of(tuned)
    pairs = [_pair(one[i], other[i]) for i in one if i in other]
    if len(pairs) < FEWEST:
        raise NothingPairedError(prompted.results.name, tuned.results.name, list(one), list(other))
    if fields.cluster is not None and len({pair.cluster for pair in pairs}) < FEWEST:
        raise OneClusterError(fields.cluster)
    return Measured(
        prompted=_side(prompted, one),
        tuned=_side(tuned, other),
        pairs=pairs,
        clustered=fields.cluster is not None,
        unpaired=Unpaired(
            prompted=tuple(i for i in one if i not in other),
            tuned=tuple(i for i in other if i not in one),
        ),
        train=None if train is None else str(train),
        trained_on=None if train is None else _trained_on(train, [one[p.id] for p in pairs]),
    )


def _columns(paths: Sequence[str], fields: Fields) -> list[Column]:
    files = [read_results(path) for path in paths]
    asked = [name.strip() for name in (fields.score or "").split(",") if name.strip()]
    if len(files) == 1:
        files *= SIDES
        scores = list(score_columns(files[0], SIDES, asked))
    else:
        named = [asked[:1], asked[-1:]]
        scores = [score_columns(file, 1, each)[0] for file, each in zip(files, named, strict=True)]
    return [
        Column(file, id_column(file, fields.id), score, fields.cluster, fields.scale)
        for file, score in zip(files, scores, strict=True)
    ]


def _pair(one: Item, other: Item) -> Pair:
    return Pair(one.id, one.score, other.score, one.cluster)


def _side(column: Column, items: Mapping[str, Item]) -> EvalSide:
    results = column.results
    return EvalSide(file=results.name, format=results.format, score=column.score, items=len(items))


def _trained_on(train: Path, items: Sequence[Item]) -> tuple[str, ...] | None:
    from ftvp.files.evals.training import trained_on

    found = trained_on(train, items)
    return None if found is None else tuple(found)
