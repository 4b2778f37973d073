"""Prompts kept as data: instructions beside a list of examples, or the list alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ftvp.files.json import as_text
from ftvp.files.prompts.examples import are_examples, are_texts, example_parts, is_template_of
from ftvp.files.prompts.layout import after_blank_lines, has_placeholder
from ftvp.files.prompts.plain import text_parts
from ftvp.files.prompts.prompt import Kind, Part, Piece, Prompt, joined, numbered

_SEPARATOR = "\n\n"
_EXAMPLES = frozenset(
    {"examples", "shots", "few_shot_examples", "few_shots", "few_shot", "fewshot", "fewshots"}
    | {"fewshot_examples", "demonstrations", "demos", "exemplars", "samples"}
)
_INSTRUCTIONS = frozenset(
    {"instruction", "instructions", "system", "system_prompt", "system_message", "prefix"}
    | {"preamble", "task", "context", "developer", "prompt", "prompt_template", "template"}
)
_REQUESTS = frozenset(
    {"suffix", "input", "query", "request", "user", "user_prompt", "user_message", "question"}
)


def template_prompt(document: object) -> Prompt | None:
    """Return the prompt that a list of examples or an object with one makes; None for neither.

    An object's texts and examples come in the order of the file, a blank line between them; a text
    with a slot for the examples (`{examples}`) takes them in there.
    """
    if are_examples(document):
        shots = joined(_sections(example_parts(_list(document))), _SEPARATOR)
        return Prompt("shots", numbered(shots)) if shots else None
    if not isinstance(document, Mapping):
        return None
    key = next((key for key in document if _holds_examples(key, document[key])), None)
    items = [] if key is None else _list(document[key])
    template = _example_template(document, items)
    texts = {name: text for name, text in _texts(document) if text != template}
    if key is None and not texts:
        return None
    shots = example_parts(items, template)
    parts = joined(_in_order(document, texts, key, shots), _SEPARATOR)
    own = {name for name in document if template and _template_in(document[name]) == template}
    left_out = tuple(str(name) for name in document if name not in {*texts, key, *own})
    return Prompt("template", numbered(parts), left_out=left_out)


def _list(value: Any) -> list[Any]:  # noqa: ANN401  a JSON value, known to be a list
    return list(value)


def _holds_examples(key: object, value: object) -> bool:
    return str(key).casefold() in _EXAMPLES and (are_examples(value) or are_texts(value))


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys that hold text of the prompt, each with its text."""
    for key, value in document.items():
        text = as_text(value) if isinstance(value, str) else None
        if text and text.strip() and str(key).casefold() in _INSTRUCTIONS | _REQUESTS:
            yield key, text


def _example_template(document: Mapping[str, Any], items: Sequence[object]) -> str | None:
    """Return the text that says how one example is written, under whatever key."""
    found = (_template_in(value) for value in document.values())
    return next((text for text in found if items and is_template_of(text, items)), None)


def _template_in(value: object) -> str | None:
    inner = value.get("template") if isinstance(value, Mapping) else value
    return inner if isinstance(inner, str) else None


def _in_order(
    document: Mapping[str, Any], texts: Mapping[str, str], key: str | None, shots: Sequence[Part]
) -> Iterator[Sequence[Part]]:
    slots = {name: slot for name, text in texts.items() if key and (slot := _slot(text, key))}
    host = next(iter(slots), None)
    for name in document:
        if name == host:
            yield _around(texts[name], slots[name], shots)
        elif name == key and host is None:
            yield from _sections(shots)
        elif name in texts:
            yield _text_parts(name, texts[name])


def _sections(parts: Iterable[Part]) -> list[list[Part]]:
    return [[part] for part in parts]


def _slot(text: str, key: str) -> re.Match[str] | None:
    return re.search(rf"\{{{{?[ \t]{{0,4}}{re.escape(key)}[ \t]{{0,4}}\}}?\}}", text)


def _around(text: str, slot: re.Match[str], shots: Sequence[Part]) -> list[Part]:
    """Return a text's parts with the examples in its slot, the blank lines there included."""
    after = after_blank_lines(text, slot.end(), len(text))
    kind: Kind = "request" if has_placeholder(text[after:]) else "instructions"
    last = [Part(kind, (Piece(text[after:]),))] if after < len(text) else []
    worked = joined(_sections([*shots, *last]), _SEPARATOR)
    return [Part("instructions", (Piece(text[: slot.start()]),)), *worked]


def _text_parts(name: str, text: str) -> list[Part]:
    if name.casefold() in _REQUESTS:
        return [Part("request", (Piece(text),))]
    return text_parts(text)
