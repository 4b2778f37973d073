"""What a chat message holds, whichever provider's spelling it is in: text, reasoning, calls, media.

The parts of a message are written one way by OpenAI and Together (`{"type": "text", ...}`), one by
Anthropic (`{"type": "tool_use", ...}`), one by Amazon Bedrock (`{"toolUse": {...}}`) and one by
Gemini (`{"functionCall": {...}}`). All come out as one `Content`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

PARTS = ("text", "image_url", "input_audio", "refusal")
"""Types of OpenAI's parts, which a message names as those to use."""
PLACEHOLDER = 0
"""The digest of a medium that is but a mark of where one belongs."""
IMAGE_URL = re.compile(r"data:image/(?:jpe?g|png|webp|gif);base64,|https?://")


class ContentError(ValueError):
    """A message's content that is in no known spelling; its text is a sentence for the user."""


class ToolCall(NamedTuple):
    """A call of a tool; `arguments` stands as the file has it, an object or JSON in a string."""

    name: str
    id: str
    arguments: object


class MediaPart(NamedTuple):
    """What is no text: its kind (image, audio, video, document or file) and what tells it apart."""

    kind: str
    digest: int


class Content(NamedTuple):
    """What a message holds; `answered` names the calls whose results it brings, by id or name."""

    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    answered: tuple[str, ...] = ()
    media: tuple[MediaPart, ...] = ()


def read_content(content: object, where: str) -> Content:
    """Return what a message's content holds, text or a list of parts.

    Raises ContentError, which says `where`, for anything else and for parts of no known type.
    """
    if isinstance(content, str):
        return Content(content)
    if isinstance(content, list):
        return _joined([_read_part(part, where) for part in content])
    kind = {"dict": "an object", "bool": "true or false", "NoneType": "null"}
    message = f"{where} is {kind.get(type(content).__name__, 'a number')}"
    message += ": write text, or a list of parts"
    raise ContentError(message)


def _joined(contents: Iterable[Content]) -> Content:
    """Return several parts as one, their texts on lines of their own."""
    parts = list(contents)
    return Content(
        "\n".join([part.text for part in parts if part.text]),
        "\n".join([part.reasoning for part in parts if part.reasoning]),
        tuple(call for part in parts for call in part.calls),
        tuple(name for part in parts for name in part.answered),
        tuple(medium for part in parts for medium in part.media),
    )


def _read_part(part: object, where: str) -> Content:
    if isinstance(part, str):
        return Content(part)
    if not isinstance(part, dict):
        message = f"a part of {where} is no object: write {{'type': 'text', 'text': ...}}"
        raise ContentError(message)
    for read in READERS:
        content = read(part, where)
        if content is not None:
            return content
    message = f"a part of {where} has no known type: use one of {', '.join(PARTS)}"
    raise ContentError(message)


def _text(part: Mapping[str, Any], _: str) -> Content | None:
    text = part.get("text", part.get("refusal"))
    if not isinstance(text, str):
        return None
    is_thought = part.get("thought") is True or part.get("type") == "reasoning"
    return Content(reasoning=text) if is_thought else Content(text)


def _reasoning(part: Mapping[str, Any], where: str) -> Content | None:
    """Read `thinking`, Mistral's in parts too, or `reasoningContent`; what is hidden as none."""
    if isinstance(thinking := part.get("thinking"), str):
        return Content(reasoning=thinking)
    if isinstance(thinking, list):
        return Content(reasoning=read_content(thinking, where).text)
    if part.get("type") == "redacted_thinking" or "cachePoint" in part:
        return Content()
    held = part.get("reasoningContent")
    if not isinstance(held, dict):
        return None
    held = held.get("reasoningText", held)
    text = held.get("text") if isinstance(held, dict) else held
    return Content(reasoning=text if isinstance(text, str) else "")


def _call(part: Mapping[str, Any], where: str) -> Content | None:
    """Read a call: Bedrock's `toolUse`, Gemini's `functionCall`, Anthropic's type `tool_use`."""
    call = part.get("toolUse", part.get("functionCall", part.get("function_call")))
    if call is None and part.get("type") == "tool_use":
        call = part
    if call is None:
        return None
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        message = f"a call in {where} has no name: name the tool that is called"
        raise ContentError(message)
    identifier = call.get("toolUseId", call.get("id")) or ""
    arguments = call.get("input", call.get("args", {}))
    return Content(calls=(ToolCall(call["name"], str(identifier), arguments),))


def _result(part: Mapping[str, Any], where: str) -> Content | None:
    """Read a result: `toolResult`, `functionResponse`, or the type `tool_result`."""
    result = part.get("toolResult", part.get("functionResponse", part.get("function_response")))
    if result is None and part.get("type") == "tool_result":
        result = part
    if not isinstance(result, dict):
        return None
    names = ("toolUseId", "tool_use_id", "id", "name")
    call = next((str(result[name]) for name in names if result.get(name)), "")
    held = result.get("content", result.get("response", ""))
    if isinstance(held, dict):
        return Content(json.dumps(held, ensure_ascii=False), answered=(call,))
    listed = held if isinstance(held, list) else [held]
    parts = [
        Content(json.dumps(each["json"], ensure_ascii=False))
        if isinstance(each, dict) and "json" in each
        else _read_part(each, where)
        for each in listed
    ]
    return _joined(parts)._replace(answered=(call,))


MEDIA = {
    "image_url": "image",
    "input_image": "image",
    "image": "image",
    "input_audio": "audio",
    "audio_url": "audio",
    "audio": "audio",
    "video_url": "video",
    "video": "video",
    "document": "document",
    "input_file": "file",
    "file": "file",
    "inlineData": "file",
    "inline_data": "file",
    "fileData": "file",
    "file_data": "file",
}
"""What is no text, by a part's type or by its key; Gemini's data has a MIME type beside it."""


def _medium(part: Mapping[str, Any], where: str) -> Content | None:
    named = str(part.get("type"))
    key = named if named in MEDIA else next(iter(part.keys() & MEDIA), None)
    if key is None:
        return None
    held = part.get(key)
    url = held.get("url") if isinstance(held, dict) else held
    if key == "image_url" and not (isinstance(url, str) and IMAGE_URL.match(url)):
        message = f"an image in {where} is neither a web address nor JPEG, PNG or WEBP in base64"
        raise ContentError(message)
    kind = MEDIA[key]
    if kind == "file" and isinstance(held, dict):
        mime = str(held.get("mimeType", held.get("mime_type", "")))
        kind = next((each for each in ("image", "audio", "video") if mime.startswith(each)), kind)
    is_mark = part.keys() <= {"type", "index"}
    return Content(media=(MediaPart(kind, PLACEHOLDER if is_mark else hash(repr(part))),))


READERS: tuple[Callable[[Mapping[str, Any], str], Content | None], ...] = (
    _text,
    _reasoning,
    _call,
    _result,
    _medium,
)


def tool_calls(message: Mapping[str, Any], where: str) -> tuple[ToolCall, ...]:
    """Return the calls beside a message's content: OpenAI's `tool_calls` or `function_call`.

    Raises ContentError where they are not objects that name a function.
    """
    calls = message.get("tool_calls") or message.get("function_call")
    if not calls:
        return ()
    listed = calls if isinstance(calls, list) else [calls]
    found = []
    for call in listed:
        function = call.get("function", call) if isinstance(call, dict) else call
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            says = f"a call of {where} names no function: write {{'function': {{'name': ...}}}}"
            raise ContentError(says)
        identifier = call.get("id") or ""
        found.append(ToolCall(function["name"], str(identifier), function.get("arguments", {})))
    return tuple(found)


def calls_text(calls: Iterable[ToolCall]) -> str:
    """Return calls as the JSON that a model would write, "" for none."""
    written = [{"name": call.name, "arguments": call.arguments} for call in calls]
    return json.dumps(written, ensure_ascii=False) if written else ""


def tool_names(tools: object) -> frozenset[str] | None:
    """Return the names of declared tools in any provider's spelling; None where they are unclear.

    >>> sorted(tool_names([{"type": "function", "function": {"name": "look"}}]) or ())
    ['look']
    """
    if isinstance(tools, dict):
        tools = tools.get("tools", [tools])
    if not isinstance(tools, list):
        return None
    names = set[str]()
    for tool in tools:
        if not isinstance(tool, dict):
            return None
        declared = tool.get("functionDeclarations", tool.get("function_declarations"))
        each = declared if isinstance(declared, list) else [tool]
        for one in each:
            spec = one.get("function", one.get("toolSpec", one)) if isinstance(one, dict) else one
            if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
                return None
            names.add(spec["name"])
    return frozenset(names)
