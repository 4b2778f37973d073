"""A file of eval results, read by whichever tool its content shows to have written it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftvp.errors import (
    FileProblemsError,
    NotEvalResultsError,
    NothingPairedError,
    OneClusterError,
    Problem,
)
from ftvp.evals.columns import IDS, SIDES, Column, Item, id_column, items_of, score_columns
from ftvp.evals.items import EvalSide, Measured, Pair, Results, Unpaired, records
from ftvp.files.disk import STANDARD_INPUT, read_text
from ftvp.files.json import load_json

HELD_IN = ("results", "samples", "items", "data", "rows")


"""Keys under which a JSON document may hold its list of records."""


def read_results(path: str) -> Results:
    """Return the results in a file, or on standard input for "-".

    Raises FtvpError for what cannot be read, and NotEvalResultsError for what holds no records.
    """
    if path != "-" and _is_archive(Path(path)):
        from ftvp.evals.formats import inspect_archive

        return inspect_archive(Path(path))
    text = read_text("-" if path == "-" else Path(path))
    return parse_results(text, STANDARD_INPUT if path == "-" else path)


def _is_archive(path: Path) -> bool:
    from zipfile import is_zipfile

    return path.is_file() and is_zipfile(path)


def parse_results(text: str, name: str) -> Results:
    """Return the results that a text holds: JSON, JSON Lines or CSV."""
    results = _parsed(text, name)
    if not results.rows:
        raise NotEvalResultsError(name, "holds no results: a record for each item is wanted.")
    return results


def _parsed(text: str, name: str) -> Results:
    if not text.lstrip().startswith(("{", "[")):
        from ftvp.evals.formats import csv_table

        return csv_table(text, name)
    if is_lines(text):
        return _lines(text, name)
    from ftvp.files.json import load_json

    return _document(load_json(text, name), name)


def is_lines(text: str) -> bool:
    """Return whether a text has a JSON object on each line, rather than one document."""
    import json

    line, _, rest = text.strip().partition("\n")
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and (bool(rest) or not _holds_records(first))


def _holds_records(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("results"), dict) or any(
        isinstance(value.get(key), list) for key in HELD_IN
    )


def _document(document: object, name: str) -> Results:
    from ftvp.evals.formats import (
        inspect_log,
        is_inspect,
        json_table,
        promptfoo_records,
        promptfoo_results,
    )

    if isinstance(document, Mapping) and is_inspect(document):
        return inspect_log(document, name)
    if found := promptfoo_records(document):
        return promptfoo_results(((None, each) for each in found), name)
    if isinstance(document, Mapping):
        held = (document.get(key) for key in HELD_IN)
        document = next((value for value in held if isinstance(value, list)), None)
    return json_table(((None, each) for each in records(document)), name)


def _lines(text: str, name: str) -> Results:
    from ftvp.evals.formats import (
        harness_results,
        is_harness,
        is_openai_evals,
        is_promptfoo,
        json_table,
        openai_evals_results,
        promptfoo_results,
    )

    found = line_records(text, name)
    if is_openai_evals(found[0][1]):
        return openai_evals_results(found, name)
    if all(is_harness(record) for _, record in found):
        return harness_results(found, name)
    if all(is_promptfoo(record) for _, record in found):
        return promptfoo_results(found, name)
    return json_table(found, name)


def line_records(text: str, name: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the records with their lines, or raise with every line that is none."""
    from ftvp.files.json import load_json

    found: list[tuple[int, Mapping[str, Any]]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
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


ID_MARK = "id "


"""Before an id, so that a text of the same words is not taken for it."""


def trained_on(path: Path, items: Iterable[Item]) -> list[str] | None:
    """Return the ids of items whose input, or telling id, the training file holds exactly.

    Case and white space are no difference. None where the items have neither to compare.
    """
    comparable = [item for item in items if item.text or not item.id.isdecimal()]
    if not comparable:
        return None
    text = read_text(path)
    found = [r for _, r in line_records(text, str(path))] if is_lines(text) else None
    known = set(_texts(load_json(text, str(path)) if found is None else found))
    return [item.id for item in comparable if not known.isdisjoint(_marks(item))]


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

    found = trained_on(train, items)
    return None if found is None else tuple(found)
