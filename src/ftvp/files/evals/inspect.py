"""Inspect logs, as JSON or as `.eval` archives: samples with scores by scorer, over epochs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from ftvp.errors import NotEvalResultsError
from ftvp.files.evals.results import ID, INPUT, Results, Row, flat, records, spoken
from ftvp.files.prompts.document import load_json

GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Correct, partial, incorrect and no answer, at the worth that Inspect's accuracy gives them."""


def is_inspect(document: object) -> bool:
    """Return whether a JSON document is an Inspect log with its samples."""
    return isinstance(document, Mapping) and "eval" in document and "samples" in document


def inspect_log(document: Mapping[str, Any], name: str) -> Results:
    """Return the samples of a JSON log."""
    return _results(records(document["samples"]), name)


def inspect_archive(path: Path) -> Results:
    """Return the samples of an `.eval` archive, which holds a JSON file for each."""
    try:
        with ZipFile(path) as archive:
            names = [n for n in archive.namelist() if n.startswith("samples/")]
            texts = {n: archive.read(n).decode("utf-8") for n in names if n.endswith(".json")}
    except (BadZipFile, RuntimeError, OSError, UnicodeDecodeError):
        why = "is an archive that cannot be read here. As JSON it can: inspect log dump FILE"
        raise NotEvalResultsError(path, why) from None
    if not texts:
        raise NotEvalResultsError(path, "is an archive without samples of an Inspect log.")
    samples = (load_json(text, f"{path} {name}") for name, text in texts.items())
    return _results((s for s in samples if isinstance(s, Mapping)), str(path))


def _results(samples: Iterable[Mapping[str, Any]], name: str) -> Results:
    listed = list(samples)
    scorers = dict.fromkeys(each for sample in listed for each in _scores(sample))
    rows = (Row(_fields(sample, tuple(scorers))) for sample in listed)
    return Results(name, "Inspect log", tuple(rows), tuple(scorers))


def _fields(sample: Mapping[str, Any], scorers: Iterable[str]) -> dict[str, Any]:
    scores = {} if sample.get("error") else _scores(sample)
    kept = {key: sample.get(key) for key in ("epoch", "metadata")}
    return {
        ID: sample.get("id"),
        INPUT: spoken(sample.get("input")),
        **flat({key: value for key, value in kept.items() if value is not None}),
        **{scorer: scores.get(scorer) for scorer in scorers},
    }


def _scores(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sample's scores; a scorer that gives several is named with each."""
    scores: dict[str, Any] = {}
    given = sample.get("scores")
    for scorer, score in given.items() if isinstance(given, Mapping) else ():
        value = score.get("value") if isinstance(score, Mapping) else score
        scores |= flat({scorer: value})
    return {name: _graded(value) for name, value in scores.items()}


def _graded(value: object) -> object:
    return GRADES.get(value, value) if isinstance(value, str) else value
