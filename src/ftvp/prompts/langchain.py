"""LangChain's prompt files, written out as LangChain would: `_type`, and serialised with `lc`."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, Problem
from ftvp.files.disk import read_text
from ftvp.files.values import as_text, load_json, load_yaml
from ftvp.prompts.chat import chat_prompt, prose_prompt
from ftvp.prompts.find import text_parts
from ftvp.prompts.prompt import Part, Piece, Prompt, joined, numbered
from ftvp.prompts.templates import SEPARATOR, Document, example_answer


def _written_out(document: Document, name: str, folder: Path) -> Prompt:
    """Return the prompt of a LangChain file, written out as LangChain would.

    Format: the `load_prompt` files of langchain-core, `_type: prompt` and `_type: few_shot`; files
    they name are looked for in `folder`. Raises FileProblemsError for a template format other than
    f-string, and for a template that asks for what an example does not have.
    """
    if document.get("template_format", "f-string") != "f-string":
        says = "only f-string templates are written out: print the prompt once and give that text"
        raise FileProblemsError([Problem(name, says)])
    if document.get("_type") == "few_shot":
        return Prompt("template", numbered(_few_shot(document, name, folder)))
    parts, looked_like = text_parts(_settled(_text(document, "template", name, folder)))
    return Prompt("template", numbered(parts), looked_like=looked_like)


def _settled(text: str) -> str:
    """Return a text with its doubled braces single, as formatting leaves them."""
    return text.replace("{{", "{").replace("}}", "}")


def _few_shot(document: Mapping[str, Any], name: str, folder: Path) -> list[Part]:
    given = {"example_separator": SEPARATOR, **document}
    separator = _text(given, "example_separator", name, folder)
    prefix, suffix = (_text(document, key, name, folder) for key in ("prefix", "suffix"))
    template = _example_template(document, name, folder)
    examples = _examples(document, name, folder)
    worked = ((_settled(_formatted(template, item, name)), item) for item in examples)
    shots = [Part("shot", (Piece(text),), example_answer(item)) for text, item in worked if text]
    first = [Part("instructions", (Piece(_settled(prefix)),))] if prefix else []
    last = [Part("request", (Piece(_settled(suffix)),))] if suffix else []
    return joined([first, *([shot] for shot in shots), last], separator)


def _text(document: Mapping[str, Any], key: str, name: str, folder: Path) -> str:
    if f"{key}_path" in document:
        return read_text(folder / str(document[f"{key}_path"]))
    text = document.get(key)
    if not isinstance(text, str | None):
        raise FileProblemsError([Problem(name, f"'{key}' must be text")])
    return as_text(text) or ""


def _example_template(document: Mapping[str, Any], name: str, folder: Path) -> str:
    inner = document.get("example_prompt")
    if "example_prompt_path" in document:
        inner = _loaded(folder / str(document["example_prompt_path"]))
    if not isinstance(inner, Mapping):
        says = "'example_prompt' must hold the 'template' of one example"
        raise FileProblemsError([Problem(name, says)])
    return _text(inner, "template", name, folder)


def _examples(document: Mapping[str, Any], name: str, folder: Path) -> list[dict[str, Any]]:
    examples = document.get("examples")
    if isinstance(examples, str):
        examples = _loaded(folder / examples)
    if not isinstance(examples, list) or not all(isinstance(item, dict) for item in examples):
        says = "'examples' must be a list of objects, or the name of a file with one"
        raise FileProblemsError([Problem(name, says)])
    return examples


def _loaded(path: Path) -> object:
    load = load_json if path.suffix.casefold() == ".json" else load_yaml
    return load(read_text(path), str(path))


def _formatted(template: str, item: Mapping[str, Any], name: str) -> str:
    """Return a template with an example's values in its slots; no attribute is looked up."""
    try:
        fields = [*string.Formatter().parse(template)]
    except ValueError as error:
        raise FileProblemsError([Problem(name, f"the example template: {error}")]) from None
    asked = [field for _, field, _, _ in fields if field is not None]
    missing = next((field for field in asked if field not in item), None)
    if missing is not None:
        says = f"the example template asks for '{missing}', which an example does not have"
        raise FileProblemsError([Problem(name, says)])
    return "".join(
        literal + ("" if field is None else as_text(item[field]) or "")
        for literal, field, _, _ in fields
    )


def langchain_prompt(document: Document, name: str, folder: Path) -> Prompt | None:
    """Return the prompt of a LangChain document, None for another."""
    given = document.get("input_variables")
    listed = isinstance(given, list) and all(isinstance(variable, str) for variable in given)
    if document.get("_type") in ("few_shot", "prompt") or (
        listed and isinstance(document.get("template"), str)
    ):
        return _written_out(document, name, folder)
    if document.get("lc") is None or not isinstance(document.get("kwargs"), Mapping):
        return None
    inner = document["kwargs"]
    messages = inner.get("messages")
    if isinstance(messages, list):
        return chat_prompt([_lc_message(message) for message in messages], name)
    template = inner.get("template")
    return prose_prompt(_settled(template)) if isinstance(template, str) else None


def _lc_message(message: object) -> object:
    """Return a message of a serialised LangChain prompt as role and content."""
    if isinstance(message, list) and len(message) == len(("role", "content")):
        return {"role": message[0], "content": message[1]}
    if not isinstance(message, Mapping) or not isinstance(message.get("kwargs"), Mapping):
        return message
    kind = str((message.get("id") or [""])[-1]).casefold()
    role = next((r for r in ("system", "human", "ai", "user") if kind.startswith(r)), "user")
    inner = message["kwargs"].get("prompt", message["kwargs"])
    inner = inner.get("kwargs", inner) if isinstance(inner, Mapping) else inner
    text = inner.get("template", inner.get("content")) if isinstance(inner, Mapping) else inner
    return {"role": role, "content": _settled(text) if isinstance(text, str) else text}
