"""Prompt files of every usual shape, read into instructions, shots and the request.

What a shot is follows from structure, in any language; when in doubt there are none.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Literal

from ftvp.errors import (
    EmptyFileError,
    FileProblemsError,
    ManyRecordsError,
    NotAPromptError,
    Problem,
)
from ftvp.files.disk import STANDARD_INPUT, read_text
from ftvp.files.prompts.plain import text_parts
from ftvp.files.prompts.prompt import Format, Message, Part, Piece, Prompt, Speaker, numbered

__all__ = ["Message", "Part", "Piece", "Prompt", "Speaker", "parse_prompt", "read_prompt"]

_MARKDOWN = {".md", ".markdown", ".mdx"}
_LINES = {".jsonl", ".ndjson"}


def read_prompt(path: Path | Literal["-"]) -> Prompt:
    """Return the prompt in a file, or on standard input for "-".

    Raises an FtvpError for a file that cannot be read, holds no text, or is JSON or YAML by name
    but no prompt.
    """
    folder = Path() if path == "-" else Path(path).parent
    return parse_prompt(read_text(path), STANDARD_INPUT if path == "-" else str(path), folder)


def parse_prompt(text: str, name: str, folder: Path | None = None) -> Prompt:
    r"""Return the prompt a text holds; the ending of `name` decides how it is read.

    Without a telling name, a text that parses as JSON chat messages or examples is taken for that.
    Files that the text names are looked for in `folder`.

    >>> prompt = parse_prompt("Q: 1+1\nA: 2\n\nQ: 2+3\nA:", "sums.txt")
    >>> [(part.kind, part.answer) for part in prompt.parts]
    [('shot', '2'), ('request', None)]
    """
    if not text.strip():
        raise EmptyFileError(name)
    suffix = PurePath(name).suffix.casefold()
    if suffix in {".json", ".yaml", ".yml", *_LINES}:
        document = _document(text, name, suffix)
        prompt = _structured(document, name, folder or Path())
    else:
        prompt = _sniffed(text, name, folder or Path())
        prompt = prompt or _plain(text, "markdown" if suffix in _MARKDOWN else "text")
    if prompt is None:
        raise NotAPromptError(name)
    if not prompt.text.strip():
        raise EmptyFileError(name)
    return prompt


def _document(text: str, name: str, suffix: str) -> object:
    from ftvp.files.json import load_json

    if suffix in {".yaml", ".yml"}:
        from ftvp.files.yaml import load_yaml

        return load_yaml(text, name)
    records = sum(1 for line in text.split("\n") if line.strip())
    if suffix in _LINES and records > 1:
        raise ManyRecordsError(name, records)
    return load_json(text, name)


def _sniffed(text: str, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a text that happens to be JSON, None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        document = _document(text, name, ".json")
    except FileProblemsError:
        return None
    return _structured(document, name, folder)


def _structured(document: object, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a JSON or YAML value, None where there is none."""
    try:
        return _recognised(document, name, folder)
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


def _recognised(document: object, name: str, folder: Path) -> Prompt | None:
    from ftvp.files.json import as_text
    from ftvp.files.prompts.chat import chat_prompt, is_chat
    from ftvp.files.prompts.langchain import is_langchain, langchain_prompt
    from ftvp.files.prompts.templates import template_prompt

    if isinstance(document, str):
        return _plain(as_text(document) or "", "text")
    if is_chat(document):
        return chat_prompt(document, name)
    if is_langchain(document):
        return langchain_prompt(document, name, folder)
    return template_prompt(document)


def _plain(text: str, form: Format) -> Prompt:
    return Prompt(form, numbered(text_parts(text)))
