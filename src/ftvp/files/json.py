"""JSON as ftvp reads it: no key twice, no number out of range, no half characters."""

from __future__ import annotations

import json
import math
from json import JSONDecodeError
from typing import Any

from ftvp.errors import FileProblemsError, Problem, TooManyValuesError

MAX_VALUES = 4_000_000
"""Values of one document: about 100 bytes each in memory, a microsecond each to read."""
VALUE_ENDS = ('":', '",', "},", "],", *(f"{digit}," for digit in range(10)))
"""What stands behind a key or a value, and seldom within a text."""


def load_json(text: str, name: str) -> object:
    """Return what a JSON text says.

    Raises FileProblemsError with line and column for what is no JSON, a key that stands twice in
    one object, a number out of range, and nesting too deep to follow; TooManyValuesError for what
    holds more than MAX_VALUES.
    """
    if len(text) > MAX_VALUES and sum(map(text.count, VALUE_ENDS)) > MAX_VALUES:
        raise TooManyValuesError(name, MAX_VALUES)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_number)
    except JSONDecodeError as error:
        says = f"{json_fault(error)} (column {error.colno})"
        raise FileProblemsError([Problem(name, says, error.lineno)]) from None
    except ValueError as error:
        says = "holds a number too long to read" if "digits" in str(error) else str(error)
        raise FileProblemsError([Problem(name, says)]) from None
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


def json_or_none(text: str | bytes) -> Any:  # noqa: ANN401  any JSON value
    """Return what a text says where it may be JSON, None where it is none or is null."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def json_fault(error: JSONDecodeError) -> str:
    """Return what keeps a text from being JSON, and what to do about the usual slips."""
    before, after = error.doc[: error.pos].rstrip(), error.doc[error.pos :].lstrip()
    is_trailing = before.endswith(",") and after[:1] in {"}", "]"}
    if is_trailing or "trailing comma" in error.msg:
        return "is not JSON: a comma stands before the end of an object or a list: take it out"
    if after.startswith(("'", "True", "False", "None")):
        return "is Python, not JSON: write it with json.dumps"
    if error.msg == "Extra data" and after.startswith(","):
        return "is not JSON: a comma stands at the end: take it out"
    if error.msg == "Extra data" and after.startswith(("{", "[")):
        return "is not JSON: two values stand on one line: give each its own with jq -c ."
    return f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            says = f"the key '{key}' stands twice in one object"
            raise ValueError(says)
        found[key] = value
    return found


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        says = f"the number {digits[:20]} is too large"
        raise ValueError(says)
    return number


def as_text(value: object) -> str | None:
    """Return a value as it stands in a prompt: objects and lists as JSON, None for nothing.

    Half of a surrogate pair, which is no character, becomes U+FFFD.
    """
    if value is None:
        return None
    plain = isinstance(value, str)
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
