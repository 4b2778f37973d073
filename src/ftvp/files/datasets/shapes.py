"""Any record as an example: which shape it has, and what it lacks to have one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ftvp.errors import nearest
from ftvp.examples import Example, Format, Turn
from ftvp.files.datasets.chat import chat
from ftvp.files.datasets.content import text_of
from ftvp.files.datasets.findings import Finding, RefusedError

Read = tuple[Example, list[Finding]]
SPEAKERS = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "tool": "tool",
    "observation": "tool",
    "function_call": "assistant",
}
WANTED: dict[str, tuple[str, ...]] = {
    "completion": ("prompt", "completion"),
    "text": ("text",),
    "alpaca": ("instruction", "output"),
    "sharegpt": ("conversations",),
}
"""The keys that make each shape."""
ASKED = ("prompt", "instruction", "input", "question", "text")
ANSWERED = ("completion", "output", "answer")
SHAPES = (
    "'messages' (chat), 'prompt' and 'completion', 'text', 'instruction' and 'output' "
    "(Alpaca), or 'conversations' (ShareGPT)"
)


def request_of(line: int, source: bytes) -> Read:
    """Return a request of production, whose answer may be missing; plain lines are requests too."""
    try:
        record = _json(source)
    except RefusedError:
        record = source.decode("utf-8", "replace").strip()
    if isinstance(record, str):
        return Example(line, "completion", (Turn("user", record),)), []
    if isinstance(record, dict):
        if isinstance(record.get("messages"), list) and record["messages"]:
            return chat(line, record, answers=False)
        for key in ASKED:
            if isinstance(record.get(key), str):
                return Example(line, "completion", _asked(record, key)), []
    return example_of(line, source)


def _asked(record: dict[str, Any], key: str) -> tuple[Turn, ...]:
    parts = [record[key], *(record[k] for k in ("input",) if k != key and record.get(k))]
    answer = next((record[k] for k in ANSWERED if isinstance(record.get(k), str)), None)
    said = (Turn("assistant", answer),) if answer is not None else ()
    return (Turn("user", "\n".join(map(str, parts))), *said)


def example_of(line: int, source: bytes) -> Read:
    """Return the example that a record's source spells; RefusedError says why it is none."""
    record = _json(source)
    if not isinstance(record, dict):
        says = f"is no record: write an object with {SHAPES}"
        raise RefusedError(says)
    if "messages" in record:
        return chat(line, record)
    for form, keys in WANTED.items():
        if all(key in record for key in keys):
            return READERS[form](line, record)
    raise RefusedError(_unknown(record))


def _json(source: bytes) -> Any:  # noqa: ANN401  any JSON value
    try:
        return json.loads(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = source[error.start]
        says = f"is not UTF-8 (byte 0x{byte:02x}): save the file as UTF-8, or use iconv"
        raise RefusedError(says) from None
    except json.JSONDecodeError as error:
        says = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise RefusedError(says) from None
    except RecursionError:
        says = "is nested too deep"
        raise RefusedError(says) from None
    except ValueError:
        says = "holds a number that is too long to read"
        raise RefusedError(says) from None


def _unknown(record: dict[str, Any]) -> str:
    for keys in WANTED.values():
        lacking = [key for key in keys if key not in record]
        if len(lacking) < len(keys):
            return f"'{lacking[0]}' is missing beside '{next(k for k in keys if k in record)}'"
    names = ["messages", *(key for keys in WANTED.values() for key in keys)]
    close = next((n for key in record if (n := nearest(str(key), names))), None)
    hint = f" Did you mean '{close}'?" if close else ""
    return f"is of no known shape: a record has {SHAPES}.{hint}"


def _completion(line: int, record: dict[str, Any]) -> Read:
    asked = text_of(record["prompt"], "'prompt'")
    answer = text_of(record["completion"], "'completion'")
    turns = (Turn("user", asked), Turn("assistant", answer))
    return Example(line, "completion", turns), _odd(line, record, "completion", turns)


def _text(line: int, record: dict[str, Any]) -> Read:
    if not isinstance(record["text"], str):
        says = "'text' must be text in quotes"
        raise RefusedError(says)
    turns = (Turn("text", record["text"]),)
    return Example(line, "text", turns), _odd(line, record, "text", turns)


def _alpaca(line: int, record: dict[str, Any]) -> Read:
    parts = [
        text_of(record[key], f"'{key}'") for key in ("instruction", "input") if record.get(key)
    ]
    answer = text_of(record["output"], "'output'")
    system = text_of(record["system"], "'system'") if record.get("system") else ""
    first = (Turn("system", system),) if system else ()
    turns = (*first, Turn("user", "\n".join(parts)), Turn("assistant", answer))
    return Example(line, "alpaca", turns), _odd(line, record, "alpaca", turns)


def _sharegpt(line: int, record: dict[str, Any]) -> Read:
    messages = record["conversations"]
    if not isinstance(messages, list) or not messages:
        says = "'conversations' must be a list of {'from': ..., 'value': ...}"
        raise RefusedError(says)
    said = [_spoken(message, number) for number, message in enumerate(messages, start=1)]
    head = [{"role": "system", "content": record["system"]}] if record.get("system") else []
    example, odd = chat(line, {"messages": [*head, *said]})
    return example._replace(format="sharegpt"), [*odd, *_odd(line, record, "sharegpt", ())]


def _spoken(message: object, number: int) -> dict[str, Any]:
    if not isinstance(message, dict) or not {"from", "value"} <= message.keys():
        says = f"message {number} of 'conversations' needs 'from' and 'value'"
        raise RefusedError(says)
    if message["from"] not in SPEAKERS:
        says = f"message {number} is from '{str(message['from'])[:40]}': use human, gpt or system"
        raise RefusedError(says)
    return {"role": SPEAKERS[message["from"]], "content": message["value"], "tool_call_id": "1"}


OWN_KEYS: dict[Format, frozenset[str]] = {
    "completion": frozenset({"prompt", "completion", "weight"}),
    "text": frozenset({"text"}),
    "alpaca": frozenset({"instruction", "input", "output", "system", "history"}),
    "sharegpt": frozenset({"conversations", "system", "tools", "id"}),
}


def _odd(line: int, record: dict[str, Any], form: Format, turns: tuple[Turn, ...]) -> list[Finding]:
    return [Finding(line, says, fatal=False) for says in _oddities(record, form, turns)]


def _oddities(record: dict[str, Any], form: Format, turns: tuple[Turn, ...]) -> Iterator[str]:
    for key in sorted(record.keys() - OWN_KEYS[form]):
        known = " and ".join(f"'{name}'" for name in WANTED[form])
        yield f"'{str(key)[:40]}' stands beside {known}: some providers refuse it; take it out"
    if turns and not turns[-1].text.strip():
        yield "the answer is empty: it teaches nothing"


READERS: dict[str, Callable[[int, dict[str, Any]], Read]] = {
    "completion": _completion,
    "text": _text,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
}
