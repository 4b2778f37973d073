"""Chat records: messages with a role and a content, as OpenAI, Together and Bedrock take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ftvp.errors import nearest
from ftvp.examples import Example, Format, Turn
from ftvp.files.datasets.content import calls_of, text_of
from ftvp.files.datasets.findings import Finding, RefusedError

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls", "weight"})
BEDROCK_KEYS = frozenset({"schemaVersion", "system", "messages", "tools", "toolConfig"})
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call"}
    | {"refusal", "audio", "annotations"}
)


def chat(
    line: int, record: dict[str, Any], *, answers: bool = True
) -> tuple[Example, list[Finding]]:
    """Return a chat record as an example, with what is odd about it.

    `answers` refuses a record without an assistant's message.
    """
    messages = _messages(record)
    turns = tuple([turn(message, number) for number, message in enumerate(messages, start=1)])
    odd = list(_odd(turns, messages))
    form: Format = "chat"
    if "system" in record or "schemaVersion" in record:
        form = "bedrock"
        if record.get("system"):
            turns = (Turn("system", text_of(record["system"], "'system'")), *turns)
    if answers and all(each.role != "assistant" for each in turns):
        message = "no message has the role assistant: add the answer that is to be learnt"
        raise RefusedError(message)
    tools = record.get("tools") or record.get("functions") or record.get("toolConfig")
    written = json.dumps(tools, ensure_ascii=False) if tools else ""
    odd += _extra(record, BEDROCK_KEYS if form == "bedrock" else KEYS)
    findings = [Finding(line, says, fatal=False) for says in odd]
    return Example(line, form, turns, written), findings


def _messages(record: dict[str, Any]) -> list[dict[str, Any]]:
    messages = record["messages"]
    if not isinstance(messages, list):
        message = "'messages' is no list: write [{'role': ..., 'content': ...}, ...]"
        raise RefusedError(message)
    if not messages:
        message = "'messages' is empty: write at least the answer, or take the record out"
        raise RefusedError(message)
    if not all(isinstance(message, dict) for message in messages):
        message = "a message is no object: write {'role': ..., 'content': ...}"
        raise RefusedError(message)
    return messages


def turn(message: dict[str, Any], number: int) -> Turn:
    """Return one message as a turn; RefusedError says what is wrong with it."""
    role = message.get("role")
    if role not in ROLES:
        raise RefusedError(_role(role, number))
    content = message.get("content")
    if len(message) == 2 and isinstance(content, str):  # noqa: PLR2004  role and content: most messages
        return Turn(role, content)
    _check_weight(message, number)
    name = message.get("name") or ""
    text = content if isinstance(content, str) else _content(message, number)
    return Turn(role, text, name if isinstance(name, str) else "", calls_of(message))


def _role(role: object, number: int) -> str:
    if role is None:
        return f"message {number} has no 'role': write one of {', '.join(ROLES)}"
    close = nearest(str(role), ROLES)
    hint = f" Did you mean '{close}'?" if close else f" Use one of {', '.join(ROLES)}."
    return f"message {number} has the unknown role '{str(role)[:40]}'.{hint}"


def _content(message: dict[str, Any], number: int) -> str:
    content = message.get("content")
    where = f"'content' of message {number}"
    if content is not None:
        return text_of(content, where)
    if message.get("tool_calls") or message.get("function_call"):
        return ""
    if "content" in message:
        says = f"{where} is null, and the message calls no tool: write the text"
        raise RefusedError(says)
    says = f"message {number} has no 'content': write the text, or the tool_calls"
    raise RefusedError(says)


def _check_weight(message: dict[str, Any], number: int) -> None:
    weight = message.get("weight")
    if weight is None:
        return
    if isinstance(weight, bool) or not isinstance(weight, int):
        says = f"'weight' of message {number} must be a whole number: 0 or 1, without a point"
        raise RefusedError(says)
    if weight not in {0, 1}:
        says = f"'weight' of message {number} must be 0 (not learnt) or 1 (learnt)"
        raise RefusedError(says)


def _extra(record: dict[str, Any], known: frozenset[str]) -> list[str]:
    """Return a sentence for each key that does not belong."""
    if record.keys() <= known:
        return []
    return [
        f"'{str(key)[:40]}' is no part of a chat record: some providers refuse it; take it out"
        for key in sorted(record.keys() - known)
    ]


def _odd(turns: tuple[Turn, ...], messages: list[dict[str, Any]]) -> Iterator[str]:
    roles = [turn.role for turn in turns]
    if roles[-1] != "assistant":
        yield "the last message is not the assistant's: what follows its answer is not learnt"
    if "user" not in roles and "tool" not in roles:
        yield "nothing is asked: the record has no message of a user"
    if any(one == two != "tool" for one, two in pairwise(roles)):
        yield "two messages of one role follow each other: some providers refuse that"
    if any(not turn.text or turn.text.isspace() for turn in turns if not turn.calls):
        yield "a message is empty: it teaches nothing"
    if "tool" in roles or any(len(message) > 2 for message in messages):  # noqa: PLR2004  more than role and content
        yield from _odd_keys(messages)


def _odd_keys(messages: list[dict[str, Any]]) -> Iterator[str]:
    for message in messages:
        yield from _extra(message, MESSAGE_KEYS)
    if any(m["role"] == "tool" and not m.get("tool_call_id") for m in messages):
        yield "a message of a tool has no 'tool_call_id': OpenAI refuses it"
    weights = [m.get("weight", 1) for m in messages if m["role"] == "assistant"]
    if weights and not any(weights):
        yield "every answer has the weight 0: nothing is learnt from it"
