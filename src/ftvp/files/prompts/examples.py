"""Worked examples kept as data: objects with an input and an output, pairs, or whole texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ftvp.files.json import as_text
from ftvp.files.prompts.labels import answer_in, label_name
from ftvp.files.prompts.prompt import Part, Piece
from ftvp.files.prompts.words import INPUTS, OUTPUTS

_PAIR = 2
_ASKS = INPUTS | {"user", "human"}
_ANSWERS = OUTPUTS | {"assistant", "ai", "bot", "translation"}
_NUMBERS = frozenset({"id", "_id", "idx", "index", "uuid"})
_SLOT = re.compile(r"\{\{[ \t]{0,4}(\w{1,40})[ \t]{0,4}\}\}|\{(\w{1,40})\}")


def are_examples(value: object) -> bool:
    """Return whether a list holds worked examples: in every item an input and its output.

    Objects qualify by the words of their keys, or by having the same two keys with text throughout.
    """
    if not isinstance(value, list) or not value:
        return False
    if all(isinstance(item, Mapping) for item in value):
        return all(map(_is_pair, value)) or _are_alike(value)
    return all(isinstance(item, list) and _is_texts(item, _PAIR) for item in value)


def are_texts(value: object) -> bool:
    """Return whether a list holds nothing but texts, each a whole example."""
    return isinstance(value, list) and _is_texts(value, len(value)) and bool(value)


def example_parts(items: Sequence[object], template: str | None = None) -> list[Part]:
    """Return one shot per example, written with the template or as "key: value" lines."""
    return [
        Part("shot", (Piece(text),), example_answer(item))
        for item in items
        if (text := example_text(item, template))
    ]


def example_text(item: object, template: str | None = None) -> str:
    """Return one example as it stands in a prompt.

    >>> print(example_text({"input": "tall", "output": "short"}))
    input: tall
    output: short
    """
    if isinstance(item, list):
        return "\n".join(as_text(value) or "" for value in item)
    if not isinstance(item, Mapping):
        return as_text(item) or ""
    if template is not None:
        return _SLOT.sub(lambda slot: _filled(slot, item), template)
    said = ((key, as_text(value)) for key, value in item.items() if key not in _NUMBERS)
    return "\n".join(f"{key}: {text}" for key, text in said if text)


def example_answer(item: object) -> str | None:
    """Return an example's answer: what the last key that names an answer holds."""
    if isinstance(item, list):
        return as_text(item[-1])
    if not isinstance(item, Mapping):
        return answer_in(as_text(item) or "")
    keys = [key for key in item if key not in _NUMBERS]
    answers = [key for key in keys if _has_word(key, _ANSWERS)] or keys
    return as_text(item[answers[-1]]) if answers else None


def is_template_of(template: object, items: Sequence[object]) -> bool:
    """Return whether a text is the template of one example: it has a slot for two of the keys."""
    first = items[0]
    if not isinstance(template, str) or not isinstance(first, Mapping):
        return False
    slots = {name for found in _SLOT.findall(template) for name in found}
    return len(slots & set(first)) >= _PAIR


def _filled(slot: re.Match[str], item: Mapping[str, object]) -> str:
    name = slot[1] or slot[2]
    return (as_text(item[name]) or "") if name in item else slot[0]


def _is_texts(items: Sequence[object], length: int) -> bool:
    return len(items) == length and all(isinstance(item, str) for item in items)


def _is_pair(item: Mapping[str, object]) -> bool:
    asks = [key for key in item if _has_word(key, _ASKS)]
    answers = [key for key in item if _has_word(key, _ANSWERS)]
    return bool(asks and answers) and len({*asks, *answers}) >= _PAIR


def _are_alike(items: Sequence[Mapping[str, object]]) -> bool:
    first = set(items[0])
    return len(first) == _PAIR and all(
        set(item) == first and _is_texts([*item.values()], _PAIR) for item in items
    )


def _has_word(key: object, words: frozenset[str]) -> bool:
    return any(word in words for word in label_name(str(key)).split())
