"""Both sides' scores, from the files that evaluation tools wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftvp.errors import NothingPairedError, OneClusterError
from ftvp.evals.columns import IDS, SIDES, score_fields
from ftvp.evals.formats import read_results
from ftvp.evals.items import EvalResults, EvalSide, Pair, PairedScores, Unpaired
from ftvp.evals.pairing import Column, Item, item_of, refuse_other_items, rows_by_item, shared_ids
from ftvp.evals.scores import ScoreScale, ToldScale, scale_of
from ftvp.evals.tables import is_lines, line_records
from ftvp.files.disk import read_text
from ftvp.files.json import load_json

MIN_ITEMS = 2
"""Items, or clusters, of which anything can be said."""


@dataclass(frozen=True)
class Fields:
    """How the user names what a file holds; what is left out is found."""

    id: str | None = None
    score: str | None = None
    """One name for both sides, or two with a comma, the prompted side's first."""
    cluster: str | None = None
    scale: float | Sequence[float] | None = None
    """A perfect score of both sides, or of each."""
    lower_is_better: bool | None = None
    """Whether scores measure errors; None where the field's name tells."""


def read_evals(paths: Sequence[str], fields: Fields, train: Path | None = None) -> PairedScores:
    """Return both sides' scores from two files, or from one with a score for each.

    The items are looked for in the training file `train`. Raises FtvpError for what cannot be
    read, is not scored, names other items by the same ids, or shares fewer than two items.
    """
    columns = _columns([read_results(path) for path in dict.fromkeys(paths)], fields)
    rows = [rows_by_item(column) for column in columns]
    if columns[0].results is not columns[1].results:
        refuse_other_items(columns, rows)
    one, other = (
        {item: item_of(column, item, answers) for item, answers in side.items()}
        for column, side in zip(columns, rows, strict=True)
    )
    pairs = [Pair(i, one[i].score, other[i].score, one[i].cluster) for i in one if i in other]
    if len(pairs) < MIN_ITEMS:
        names = [column.results.name for column in columns]
        raise NothingPairedError(names[0], names[1], list(one), list(other))
    if fields.cluster is not None and len({pair.cluster for pair in pairs}) < MIN_ITEMS:
        raise OneClusterError(fields.cluster)
    return PairedScores(
        prompted=_side(columns[0], one),
        tuned=_side(columns[1], other),
        pairs=pairs,
        clustered=fields.cluster is not None,
        unpaired=Unpaired(
            prompted=tuple(i for i in one if i not in other),
            tuned=tuple(i for i in other if i not in one),
        ),
        train=None if train is None else str(train),
        trained_on=None if train is None else trained_on(train, [one[p.id] for p in pairs]),
        notes=tuple(_notes(columns, one, other)),
    )


def _columns(files: Sequence[EvalResults], fields: Fields) -> list[Column]:
    """Return where each side's scores stand, in two files or in the same one."""
    asked = [name.strip() for name in (fields.score or "").split(",") if name.strip()]
    scores, ids = score_fields(files, asked), shared_ids(files, fields.id)
    sides = list(files) * (SIDES // len(files))
    scales = fields.scale if isinstance(fields.scale, Sequence) else [fields.scale] * SIDES
    perfect = list(scales) * (SIDES // len(scales))
    return [
        Column(
            results=file,
            id=ids[side % len(ids)],
            score=score,
            scale=ScoreScale() if score.gold else _scale(file, score.name, perfect[side], fields),
            cluster=fields.cluster,
        )
        for side, (file, score) in enumerate(zip(sides, scores, strict=True))
    ]


def _scale(results: EvalResults, name: str, perfect: float | None, fields: Fields) -> ScoreScale:
    is_of_both = not isinstance(fields.scale, Sequence) or len(fields.scale) < SIDES
    return scale_of(
        results.name,
        name,
        [(row.line, row.fields.get(name)) for row in results.rows],
        ToldScale(perfect, is_of_both, fields.lower_is_better),
    )


def _side(column: Column, items: Mapping[str, Item]) -> EvalSide:
    results, answers = column.results, sum(item.answers for item in items.values())
    return EvalSide(
        file=results.name,
        format=results.format,
        score=str(column.score),
        items=len(items),
        answers=answers if answers > len(items) else None,
        lower_is_better=column.scale.lower_is_better,
    )


def _notes(
    columns: Sequence[Column], one: Mapping[str, Item], other: Mapping[str, Item]
) -> Iterator[str]:
    """Yield what was made of the scores that the user may not expect."""
    for score in dict.fromkeys(column.score for column in columns):
        if score.gold is not None:
            yield (
                f"No field is a score: an answer in '{score.name}' counts as right where it is "
                f"that in '{score.gold}'."
            )
    for name in dict.fromkeys(c.score.name for c in columns if c.scale.lower_is_better):
        yield (
            f"'{name}' measures errors, so lower is better: quality is 1 less its part of the "
            "scale. If not: --higher-is-better (in ftvp decide --no-evals-lower-is-better)."
        )
    answers = [{item.answers for item in side.values()} for side in (one, other)]
    if answers[0] != answers[1] or len(answers[0]) > 1:
        shown = [f"{min(a)}" if len(a) == 1 else f"{min(a)} to {max(a)}" for a in answers]
        yield (
            f"Answers to an item: prompted {shown[0]}, tuned {shown[1]}. Its score is their mean: "
            "the fewer, the less sure."
        )
    yield from dict.fromkeys(note for column in columns for note in column.results.notes)


ID_MARK = "id "
"""Before an id, so that a text of the same words is not taken for it."""


def trained_on(path: Path, items: Iterable[Item]) -> tuple[str, ...] | None:
    """Return the ids of items whose input, or telling id, the training file holds exactly.

    Case and white space are no difference. None where the items have neither to compare.
    """
    comparable = [item for item in items if item.text or not item.id.isdecimal()]
    if not comparable:
        return None
    text = read_text(path)
    found = [r for _, r in line_records(text, str(path))] if is_lines(text) else None
    known = set(_texts(load_json(text, str(path)) if found is None else found))
    return tuple(item.id for item in comparable if not known.isdisjoint(_marks(item)))


def _marks(item: Item) -> Iterator[str]:
    if item.text:
        yield _plain(item.text)
    if not item.id.isdecimal():
        yield f"{ID_MARK}{item.id}"


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  whatever JSON holds
    """Yield every text of a training file, and every id with its mark."""
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from (f"{ID_MARK}{value[name]}" for name in IDS if name in value)
        for each in value.values():
            yield from _texts(each)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
