"""Values against the shape they must have: each finding a sentence with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ftvp.errors import FileProblemsError, Hint, Problem
from ftvp.units import PERCENT

M = TypeVar("M", bound=BaseModel)
MAX_SHOWN_LENGTH = 60
"""Characters of an offending value, up to which it is shown."""
Path = tuple[str | int, ...]
Place = Callable[[Path], tuple[str, int | None]]
"""From the path of a value to where the user finds it: a file and line, or a flag."""
UNION_ARM = re.compile(r"float|int|str|\[key\]|(literal\[|function-|constrained-).*", re.DOTALL)
"""A step of a path that is pydantic's name of a union's arm, or of a key itself."""
SENTENCES: Mapping[str, str] = {
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "missing": "is missing",
    "string_type": "must be text",
    "date_from_datetime_parsing": "must be a day, written as 2026-11-23",
    "date_from_datetime_inexact": "must be a day, written as 2026-11-23",
    "date_parsing": "must be a day, written as 2026-11-23",
    "date_type": "must be a day, written as 2026-11-23",
    "not_positive": "must be a positive number",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "dict_type": "must be a block of keys",
    "model_type": "must be a block of keys",
    "tuple_type": "must be a list",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must be at most {max_length} characters",
    "string_unicode": "must be text in UTF-8",
    "too_long": "must have at most {max_length} entries",
    "invalid_key": "must have text for its keys",
    "date_far": "must be a day of the years 1900 to 2999",
    "value_error": "{error}",
}

LEAST_PERCENT = 2
"""A number from here to 100 that is given for a share is likely meant in percent."""
UNWORDED = "must be written otherwise"
ABOVE = {"greater_than", "greater_than_equal"}


def shaped(shape: type[M], value: object, place: Place, *, named: bool = False) -> M:
    """Return `value` as `shape`, or raise FileProblemsError with every mistake at its place.

    `named` says that the place of a value, such as its flag, names its first key already.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        findings = error.errors(include_url=False)
        raise FileProblemsError(_problems(shape, findings, place, named=named)) from None


def _problems(
    shape: type[BaseModel], findings: Sequence[ErrorDetails], place: Place, *, named: bool
) -> list[Problem]:
    problems: dict[Path, Problem] = {}
    for finding in findings:
        if finding["type"] == "too_short" and _is_echo(finding, findings):
            continue
        at = getattr(finding.get("ctx", {}).get("error"), "at", ())
        steps = (*finding["loc"], *at)
        path = tuple(step for step in steps if not UNION_ARM.fullmatch(str(step)))
        where, line = place(path)
        says, hint = _sentence(shape, finding, path, named=named)
        if path in problems:
            first = problems[path].says.partition(" (not ")[0]
            _, must, other = says.rpartition("must be ")
            says = f"{first}, or {other if must else 'a number'}"
        problems[path] = Problem(where, says, line, hint)
    return list(problems.values())


def _is_echo(finding: ErrorDetails, findings: Sequence[ErrorDetails]) -> bool:
    """Return whether a list only counts as empty because its entries are refused."""
    depth = len(finding["loc"])
    below = (each["loc"] for each in findings if each["loc"][:depth] == finding["loc"])
    return any(len(loc) > depth for loc in below)


def _sentence(
    shape: type[BaseModel], finding: ErrorDetails, path: Path, *, named: bool
) -> tuple[str, Hint | None]:
    """Return what is wrong at a path, and where a key is unknown the nearest that is known."""
    if finding["type"] == "extra_forbidden":
        kind = "scenario field" if shape.__name__ == "Scenario" else "key here"
        hint = Hint(str(path[-1]), keys_at(shape, path[:-1]))
        return f"'{path[-1]}' is not a {kind}.", hint
    kind, given = finding["type"], finding["input"]
    bounds = finding.get("ctx", {}).values()
    not_positive = isinstance(given, int | float) and given <= 0
    if kind in ABOVE and not_positive and all(0 < bound < 1 for bound in bounds):
        kind = "not_positive"
    says = SENTENCES.get(kind, UNWORDED).format(**finding.get("ctx", {}))
    keys = (
        ".".join(key for key in path[1:] if isinstance(key, str))
        if named
        else ".".join(map(str, path))
    )
    key = f"'{keys}'" if keys else ""
    if finding["type"] == "value_error":
        return f"{key}: {says}".removeprefix(": "), None
    value = finding["input"]
    text = repr(value) if isinstance(value, str | int | bool) else ""
    if isinstance(value, float):
        text = f"{value:.12g}"
    shown = f" (not {text})" if "must" in says and 0 < len(text) <= MAX_SHOWN_LENGTH else ""
    if (
        kind == "less_than_equal"
        and finding["ctx"]["le"] == 1
        and LEAST_PERCENT <= value <= PERCENT
    ):
        shown += f": {value / PERCENT:g} or {value:g}%"
    return f"{key} {says}{shown}".strip(), None


def keys_at(shape: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that are allowed at a path of a shape."""
    annotation: Any = shape
    for step in path:
        record = _record(annotation)
        field = record.model_fields.get(str(step)) if record else None
        annotation = field.annotation if field else annotation
    found = _record(annotation)
    return list(found.model_fields) if found else []


def _record(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401  an annotation can be anything
    """Return the record that an annotation such as `dict[str, X]` or `X | None` is about."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arms = getattr(annotation, "__args__", ())
    return next((record for arm in arms if (record := _record(arm))), None)
