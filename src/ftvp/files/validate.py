"""Values against the shape they must have: each finding a sentence with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ftvp.errors import FileProblemsError, Problem, nearest

M = TypeVar("M", bound=BaseModel)


LONGEST_SHOWN = 60


Path = tuple[str | int, ...]


Place = Callable[[Path], tuple[str, int | None]]


"""From the path of a value to where the user finds it: a file and line, or a flag."""


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
    "value_error": "{error}",
}


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
    shape: type[BaseModel], findings: Iterable[ErrorDetails], place: Place, *, named: bool
) -> list[Problem]:
    problems: dict[Path, Problem] = {}
    for finding in _without_echoes(list(findings)):
        at = getattr(finding.get("ctx", {}).get("error"), "at", ())
        path = tuple(step for step in (*finding["loc"], *at) if not _names_a_type(step))
        where, line = place(path)
        says = _sentence(shape, finding, path, key=_key(path[1:] if named else path))
        if path in problems:
            says = f"{problems[path].says}, or {says.rpartition(' must be ')[2]}"
        problems[path] = Problem(where, says, line)
    return list(problems.values())


def _without_echoes(findings: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the findings, save that a list whose entries are refused counts as empty as well."""
    for finding in findings:
        depth = len(finding["loc"])
        below = (f["loc"] for f in findings if f["loc"][:depth] == finding["loc"])
        if finding["type"] != "too_short" or not any(len(loc) > depth for loc in below):
            yield finding


def _names_a_type(step: str | int) -> bool:
    """Return whether a step is pydantic's name of a union's arm, or of a key itself."""
    return isinstance(step, str) and (
        step in {"float", "int", "str", "[key]"}
        or step.startswith(("literal[", "function-", "constrained-"))
    )


def _sentence(shape: type[BaseModel], finding: ErrorDetails, path: Path, *, key: str) -> str:
    if finding["type"] == "extra_forbidden":
        close = nearest(str(path[-1]), keys_at(shape, path[:-1]))
        return f"'{path[-1]}' is not a {_kind(shape)}." + (
            f" Did you mean '{close}'?" if close else ""
        )
    template = SENTENCES.get(finding["type"])
    says = template.format(**finding.get("ctx", {})) if template else finding["msg"]
    if finding["type"] == "value_error":
        return f"{key}: {says}".removeprefix(": ")
    return f"{key} {says}{_shown(finding['input']) if 'must' in says else ''}".strip()


def _shown(value: object) -> str:
    """Return the offending value in brackets, where it is short enough to help."""
    text = repr(value) if isinstance(value, str | int | float | bool) else ""
    return f" (not {text})" if 0 < len(text) <= LONGEST_SHOWN else ""


def _key(path: Path) -> str:
    return ".".join(str(step) for step in path) and f"'{'.'.join(str(step) for step in path)}'"


def _kind(shape: type[BaseModel]) -> str:
    return "scenario field" if shape.__name__ == "Scenario" else "key here"


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
