"""LangChain's prompt files, written out as LangChain would: prefix, examples, suffix.

Format: the `load_prompt` files of langchain-core, `_type: prompt` and `_type: few_shot`.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from ftvp.errors import FileProblemsError, Problem
from ftvp.files.disk import read_text
from ftvp.files.json import as_text, load_json
from ftvp.files.prompts.examples import example_answer
from ftvp.files.prompts.plain import text_parts
from ftvp.files.prompts.prompt import Part, Piece, Prompt, joined, numbered
from ftvp.files.yaml import load_yaml

SEPARATOR = "\n\n"


def is_langchain(document: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a document says that it is one of LangChain's."""
    return isinstance(document, Mapping) and document.get("_type") in ("few_shot", "prompt")


def langchain_prompt(document: Mapping[str, Any], name: str, folder: Path) -> Prompt:
    """Return the prompt of a LangChain file; files it names are looked for in `folder`.

    Raises FileProblemsError for a template format other than f-string, and for a template that
    asks for what an example does not have.
    """
    if document.get("template_format", "f-string") != "f-string":
        says = "only f-string templates are written out: print the prompt once and give that text"
        raise FileProblemsError([Problem(name, says)])
    if document["_type"] == "prompt":
        template = _text(document, "template", name, folder)
        return Prompt("template", numbered(text_parts(_settled(template))))
    return Prompt("template", numbered(_few_shot(document, name, folder)))


def _few_shot(document: Mapping[str, Any], name: str, folder: Path) -> list[Part]:
    separator = _text(
        {"example_separator": SEPARATOR, **document}, "example_separator", name, folder
    )
    prefix, suffix = (_text(document, key, name, folder) for key in ("prefix", "suffix"))
    template = _example_template(document, name, folder)
    examples = _examples(document, name, folder)
    worked = ((_settled(_filled(template, item, name)), item) for item in examples)
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
        inner = _document(folder / str(document["example_prompt_path"]))
    if not isinstance(inner, Mapping):
        says = "'example_prompt' must hold the 'template' of one example"
        raise FileProblemsError([Problem(name, says)])
    return _text(inner, "template", name, folder)


def _examples(document: Mapping[str, Any], name: str, folder: Path) -> list[dict[str, Any]]:
    examples = document.get("examples")
    if isinstance(examples, str):
        examples = _document(folder / examples)
    if not isinstance(examples, list) or not all(isinstance(item, dict) for item in examples):
        says = "'examples' must be a list of objects, or the name of a file with one"
        raise FileProblemsError([Problem(name, says)])
    return examples


def _document(path: Path) -> object:
    load = load_json if path.suffix.casefold() == ".json" else load_yaml
    return load(read_text(path), str(path))


def _filled(template: str, item: Mapping[str, Any], name: str) -> str:
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


def _settled(text: str) -> str:
    """Return a text with its doubled braces single, as formatting leaves them."""
    return text.replace("{{", "{").replace("}}", "}")
