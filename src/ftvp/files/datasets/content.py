"""What one message says: text, a list of parts, or nothing beside the calls of tools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ftvp.files.datasets.findings import RefusedError

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
