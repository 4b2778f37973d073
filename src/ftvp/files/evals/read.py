"""A file of eval results, read by whichever tool its content shows to have written it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, NotEvalResultsError, Problem
from ftvp.files.evals.results import Results, records
from ftvp.files.text import STANDARD_INPUT, read_text

HELD_IN = ("results", "samples", "items", "data", "rows")
"""Keys under which a JSON document may hold its list of records."""
MOST_SHOWN = 20


def read_results(path: str) -> Results:
    """Return the results in a file, or on standard input for "-".

    Raises FtvpError for what cannot be read, and NotEvalResultsError for what holds no records.
    """
    if path != "-" and _is_archive(Path(path)):
        from ftvp.files.evals.inspect import inspect_archive

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
        from ftvp.files.evals.table import csv_table

        return csv_table(text, name)
    if is_lines(text):
        return _lines(text, name)
    from ftvp.files.prompts.document import load_json

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
    from ftvp.files.evals.inspect import inspect_log, is_inspect
    from ftvp.files.evals.promptfoo import promptfoo_records, promptfoo_results
    from ftvp.files.evals.table import json_table

    if isinstance(document, Mapping) and is_inspect(document):
        return inspect_log(document, name)
    if found := promptfoo_records(document):
        return promptfoo_results(((None, each) for each in found), name)
    if isinstance(document, Mapping):
        held = (document.get(key) for key in HELD_IN)
        document = next((value for value in held if isinstance(value, list)), None)
    return json_table(((None, each) for each in records(document)), name)


def _lines(text: str, name: str) -> Results:
    from ftvp.files.evals.harness import harness_results, is_harness
    from ftvp.files.evals.openai_evals import is_openai_evals, openai_evals_results
    from ftvp.files.evals.promptfoo import is_promptfoo, promptfoo_results
    from ftvp.files.evals.table import json_table

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
    from ftvp.files.prompts.document import load_json

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
    refuse(problems)
    return found


def refuse(problems: list[Problem]) -> None:
    """Raise FileProblemsError with the first of the problems, if there are any."""
    if not problems:
        return
    more = len(problems) - MOST_SHOWN
    shown = problems[:MOST_SHOWN]
    if more > 0:
        shown.append(Problem(problems[-1].where, f"and {more:,} more like these"))
    raise FileProblemsError(shown)
