"""`--columns`: a table or log of any kind, whose columns the user names."""

from __future__ import annotations

from collections.abc import Mapping

from ftvp.errors import UnknownNameError, UsageColumnError
from ftvp.usage.bodies import mapping, opening_of
from ftvp.usage.call import UNKNOWN_MODEL, Json, Logged, Spent, moment, whole_count
from ftvp.usage.shapes import CallShape

ROLES = {
    "time": "when the call began",
    "model": "the model",
    "input": "input tokens, with those from the cache",
    "cached": "of them, tokens read from the cache",
    "write": "of them, tokens written to the cache",
    "output": "output tokens, with the hidden ones",
    "thinking": "of them, hidden reasoning",
    "requests": "calls that the row adds up",
    "ok": "whether the call was answered",
    "status": "the HTTP status of the answer",
    "batch": "whether it came in a batch",
    "id": "what repeats where a call is written twice",
    "prompt": "the request's text, messages, or the name of its prompt",
}
_NO = {"", "0", "false", "no", "failed", "failure", "error", "none", "null"}


def told_columns(text: str) -> dict[str, str]:
    """Return `time=ts,input=prompt_tok` as columns by what they hold.

    >>> told_columns("time=ts,input=usage.prompt")
    {'time': 'ts', 'input': 'usage.prompt'}
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        role, sign, column = (each.strip() for each in part.partition("="))
        if not sign or not column:
            raise UsageColumnError(part.strip() or text)
        if role not in ROLES:
            raise UnknownNameError("column", role, ROLES, "ftvp usage --help")
        found[role] = column
    return found


def columns_shape(columns: Mapping[str, str]) -> CallShape:
    """Return the kind of record that holds the named columns; a dot leads into an object."""
    first = [column.split(".")[0] for column in columns.values()]

    def read(record: Json) -> Logged:
        values = {role: _at(record, column) for role, column in columns.items()}
        requests = whole_count(values.get("requests")) if "requests" in columns else 1
        request, status = values.get("prompt"), str(values.get("status", ""))
        refused = status.isdigit() and status[0] in "45"
        tokens = {name: whole_count(values.get(name)) for name in Spent._fields}
        return Logged(
            time=moment(values.get("time")),
            model=str(values.get("model") or UNKNOWN_MODEL),
            spent=Spent(**tokens),
            failed=int(refused or ("ok" in values and not _said_yes(values["ok"]))),
            batch=_said_yes(values["batch"]) if "batch" in values else None,
            name=str(values["id"]) if values.get("id") else None,
            opening=opening_of(request),
            request=request,
            requests=requests,
            period=0 if "requests" not in columns else 1,
        )

    return CallShape("columns", lambda record: all(name in record for name in first), read)


def _at(record: Json, column: str) -> object:
    if column in record:
        return record[column]
    value: object = record
    for key in column.split("."):
        value = mapping(value).get(key)
    return value


def _said_yes(value: object) -> bool:
    return str(value).strip().casefold() not in _NO
