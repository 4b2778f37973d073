"""Chat messages, in OpenAI's and Anthropic's shape, taken apart into parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ftvp.errors import FileProblemsError, Problem, nearest
from ftvp.files.json import as_text
from ftvp.files.prompts.prompt import Prompt, Speaker, numbered
from ftvp.files.prompts.turns import Side, Turn, turn_parts

_SAYS: Mapping[str, Side] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}
_EXAMPLE_NAMES: Mapping[str, Side] = {"example_user": "user", "example_assistant": "assistant"}
_UNCOUNTED = ("tools", "functions", "response_format")
_CALLS = ("tool_calls", "function_call", "refusal", "audio")


def is_chat(value: object) -> bool:
    """Return whether a document is a list of messages, or has one under "messages"."""
    messages = value.get("messages") if isinstance(value, Mapping) else value
    return (
        isinstance(messages, list)
        and bool(messages)
        and any(isinstance(message, Mapping) and "role" in message for message in messages)
    )


def chat_prompt(document: Any, name: str) -> Prompt:  # noqa: ANN401  a JSON value can be anything
    """Return chat messages as a prompt: pairs before the last user message are its shots.

    System text and the last user message are looked into for shots of their own. Raises
    FileProblemsError with every message that is not one.
    """
    messages = _messages(document)
    problems = [
        Problem(name, f"message {number}: {says}")
        for number, message in enumerate(messages, start=1)
        for says in _faults(message)
    ]
    if problems:
        raise FileProblemsError(problems)
    turns = [
        Turn(number, _side(message), _content(message)) for number, message in enumerate(messages)
    ]
    speakers = tuple(Speaker(message["role"], message.get("name")) for message in messages)
    return Prompt("chat", numbered(turn_parts(turns)), speakers, _left_out(document, messages))


def _messages(document: Any) -> list[Any]:  # noqa: ANN401  a JSON value can be anything
    if isinstance(document, list):
        return document
    system = document.get("system")
    first = [] if system is None else [{"role": "system", "content": system}]
    return [*first, *document["messages"]]


def _faults(message: object) -> Iterator[str]:
    if not isinstance(message, Mapping):
        yield "must be an object with 'role' and 'content'"
        return
    role = message.get("role")
    if not isinstance(role, str) or role not in _SAYS:
        close = nearest(str(role), _SAYS)
        yield f"role {role!r} is none of {', '.join(_SAYS)}." + (
            f" Did you mean '{close}'?" if close else ""
        )
    if "content" not in message and not any(call in message for call in _CALLS):
        yield "has no 'content'"
    if not isinstance(message.get("content"), str | list | None):
        yield "'content' must be text or a list of blocks"
    if not isinstance(message.get("tool_calls"), list | None):
        yield "'tool_calls' must be a list"
    if not isinstance(message.get("name"), str | None):
        yield "'name' must be text"


def _side(message: Mapping[str, Any]) -> Side:
    return _EXAMPLE_NAMES.get(message.get("name") or "", _SAYS[message["role"]])


def _content(message: Mapping[str, Any]) -> str:
    """Return a message's text: its blocks, and the tool calls it makes, one a line."""
    content = message.get("content")
    blocks = content if isinstance(content, list) else [content]
    called = [*(message.get("tool_calls") or []), message.get("function_call")]
    texts = [*map(_block_text, blocks), *map(_call_text, called)]
    return "\n".join(text for text in texts if text)


def _block_text(block: Any) -> str | None:  # noqa: ANN401  a JSON value can be anything
    if not isinstance(block, Mapping):
        return as_text(block)
    if block.get("type") == "tool_use":
        return _call_text(
            {"function": {"name": block.get("name"), "arguments": block.get("input")}}
        )
    inner = block.get("content")
    if isinstance(inner, list):
        return "\n".join(filter(None, map(_block_text, inner)))
    return as_text(block.get("text", inner))


def _call_text(call: Any) -> str | None:  # noqa: ANN401  a JSON value can be anything
    if not isinstance(call, Mapping):
        return None
    function = call.get("function", call)
    said = (
        (function.get(key) for key in ("name", "arguments"))
        if isinstance(function, Mapping)
        else ()
    )
    return "\n".join(text for text in map(as_text, said) if text)


def _left_out(document: object, messages: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the kinds of blocks without text, and the keys whose tokens no rule tells."""
    keys = [key for key in _UNCOUNTED if isinstance(document, Mapping) and document.get(key)]
    blocks = (b for m in messages for b in m.get("content") or [] if isinstance(b, Mapping))
    kinds = (str(block.get("type")) for block in blocks if _block_text(block) is None)
    return tuple(dict.fromkeys([*keys, *kinds]))
