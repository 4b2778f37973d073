"""One record of a training file, in whichever shape it is written: values in, an Example out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from ftvp.dataset.examples import Example, Finding, Format, RefusedError, Turn
from ftvp.errors import nearest

IMAGE = re.compile(r"data:image/(?:jpe?g|png|webp|gif);base64,|https?://")


PARTS = ("text", "image_url", "input_audio", "refusal")


def text_of(content: object, where: str) -> str:
    """Return the text of a message's content; images count as none.

    Raises RefusedError for what is neither text nor a list of known parts.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        kind = {"dict": "an object", "bool": "true or false"}.get(type(content).__name__)
        message = f"{where} is {kind or 'a number'}: write text, or a list of parts"
        raise RefusedError(message)
    return "\n".join(_parts(content, where))


def _parts(parts: list[Any], where: str) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif not isinstance(part, dict):
            message = f"a part of {where} is no object: write {{'type': 'text', 'text': ...}}"
            raise RefusedError(message)
        elif isinstance(text := part.get("text", part.get("refusal")), str):
            yield text
        else:
            _refuse_strange(part, where)


def _refuse_strange(part: dict[str, Any], where: str) -> None:
    """Raise RefusedError for a part that is no image either, or one that cannot be loaded."""
    kind = part.get("type")
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, dict) else image
    if kind == "image_url" and (not isinstance(url, str) or not IMAGE.match(url)):
        message = f"an image in {where} is neither a web address nor JPEG, PNG or WEBP in base64"
        raise RefusedError(message)
    if kind not in PARTS and not {"image", "toolUse", "toolResult"} & part.keys():
        message = f"a part of {where} has no known type: use one of {', '.join(PARTS)}"
        raise RefusedError(message)


def calls_of(message: dict[str, Any]) -> str:
    """Return the calls of tools that a message makes, as the JSON a model would write."""
    calls = message.get("tool_calls") or message.get("function_call")
    if not calls:
        return ""
    listed = calls if isinstance(calls, list) else [calls]
    functions = [each.get("function", each) if isinstance(each, dict) else each for each in listed]
    return json.dumps(functions, ensure_ascii=False)


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
    odd = list(_chat_issue(turns, messages))
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


def _chat_issue(turns: tuple[Turn, ...], messages: list[dict[str, Any]]) -> Iterator[str]:
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
    return Example(line, "completion", turns), _shape_issue(line, record, "completion", turns)


def _text(line: int, record: dict[str, Any]) -> Read:
    if not isinstance(record["text"], str):
        says = "'text' must be text in quotes"
        raise RefusedError(says)
    turns = (Turn("text", record["text"]),)
    return Example(line, "text", turns), _shape_issue(line, record, "text", turns)


def _alpaca(line: int, record: dict[str, Any]) -> Read:
    parts = [
        text_of(record[key], f"'{key}'") for key in ("instruction", "input") if record.get(key)
    ]
    answer = text_of(record["output"], "'output'")
    system = text_of(record["system"], "'system'") if record.get("system") else ""
    first = (Turn("system", system),) if system else ()
    turns = (*first, Turn("user", "\n".join(parts)), Turn("assistant", answer))
    return Example(line, "alpaca", turns), _shape_issue(line, record, "alpaca", turns)


def _sharegpt(line: int, record: dict[str, Any]) -> Read:
    messages = record["conversations"]
    if not isinstance(messages, list) or not messages:
        says = "'conversations' must be a list of {'from': ..., 'value': ...}"
        raise RefusedError(says)
    said = [_spoken(message, number) for number, message in enumerate(messages, start=1)]
    head = [{"role": "system", "content": record["system"]}] if record.get("system") else []
    example, odd = chat(line, {"messages": [*head, *said]})
    return example._replace(format="sharegpt"), [*odd, *_shape_issue(line, record, "sharegpt", ())]


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


def _shape_issue(
    line: int, record: dict[str, Any], form: Format, turns: tuple[Turn, ...]
) -> list[Finding]:
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
