"""JSON as ftvp reads it: no key twice, no number out of range, no half characters."""

from __future__ import annotations

import math
from typing import Any

from ftvp.errors import FileProblemsError, Problem


def load_json(text: str, name: str) -> object:
    """Return what a JSON text says.

    Raises FileProblemsError with line and column for what is no JSON, a key that stands twice in
    one object, a number out of range, and nesting too deep to follow.
    """
    import json

    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_number)
    except json.JSONDecodeError as error:
        says = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]} (column {error.colno})"
        raise FileProblemsError([Problem(name, says, error.lineno)]) from None
    except ValueError as error:
        says = "holds a number too long to read" if "digits" in str(error) else str(error)
        raise FileProblemsError([Problem(name, says)]) from None
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


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
    import json

    if value is None:
        return None
    plain = isinstance(value, str)
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
