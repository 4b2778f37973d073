"""A prompt file of any usual kind becomes a prompt: by its name, its settings and its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Literal

from ftvp.errors import (
    EmptyFileError,
    FileProblemsError,
    FtvpError,
    ManyRecordsError,
    NotAPromptError,
    Problem,
    SourceCodeError,
)
from ftvp.files.disk import STANDARD_INPUT, read_text
from ftvp.prompts.find import MOST_CHARACTERS, text_parts
from ftvp.prompts.prompt import Prompt, numbered
from ftvp.prompts.roles import front_matter, turns_in_text

_MARKDOWN = {".md", ".markdown", ".mdx"}
_LINES = {".jsonl", ".ndjson"}
_YAML = {".yaml", ".yml"}
_ROLES_BY_LINE = {".prompty", ".prompt", ".jinja", ".jinja2", ".j2"}
_CODE = {".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".baml", ".java", ".go"} | {
    *(".cs", ".rb", ".rs", ".kt", ".swift", ".php", ".c", ".cpp", ".scala", ".lua", ".ipynb")
}
_SETTINGS = {"name", "model", "title", "description", "version", "config", "inputs", "parameters"}
_LONG = 60
"""Characters from which a text in source code may be a prompt."""
_BACKTICKS = r"(?s:`((?:[^`\\]|\\.)*)`)"
_HASHED = r'(?s:#"(.*?)"#)'
_QUOTES = r"\A[fFrR]{1,2}(?:\"{3}|'{3}|\"|')|(?:\"{3}|'{3}|\"|')\Z"


def read_prompt(path: Path | Literal["-"]) -> Prompt:
    """Return the prompt in a file, or on standard input for "-".

    Raises an FtvpError for a file that cannot be read, holds no text, is JSON or YAML by name but
    no prompt, or is source code.
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
    if suffix in {".json", *_YAML, *_LINES}:
        prompt = _structured(_document(text, name, suffix), name, folder or Path())
        if prompt is None:
            raise NotAPromptError(name)
    elif suffix in _CODE:
        prompt = _literal(text, name, suffix)
    else:
        prompt = _sniffed(text, name, folder or Path()) or _prose(text, name, suffix)
    if not prompt.text.strip():
        raise EmptyFileError(name)
    return prompt


def _document(text: str, name: str, suffix: str) -> object:
    if suffix in _YAML:
        from ftvp.files.values import load_yaml

        return load_yaml(text, name)
    from ftvp.files.values import load_json

    records = sum(1 for line in text.split("\n") if line.strip())
    if suffix in _LINES and records > 1:
        raise ManyRecordsError(name, records)
    return load_json(text, name)


def _sniffed(text: str, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a text that happens to be JSON, None for any other text."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        document = _document(text, name, ".json")
    except FileProblemsError:
        return None
    return _structured(document, name, folder)


def _structured(document: object, name: str, folder: Path) -> Prompt | None:
    """Return the prompt in a JSON or YAML value, None where there is none."""
    from ftvp.prompts.documents import document_prompt

    try:
        return document_prompt(document, name, folder)
    except RecursionError:
        raise FileProblemsError([Problem(name, "is nested too deep")]) from None


def _prose(text: str, name: str, suffix: str) -> Prompt:
    """Return the prompt that a text is, without the settings in front of it."""
    settings, body = _settings(text, name, suffix)
    said = turns_in_text(body, lines=suffix in _ROLES_BY_LINE)
    if said:
        from ftvp.prompts.chat import said_prompt

        prompt = said_prompt(said)
    else:
        parts, looked_like = text_parts(body)
        form: Literal["text", "markdown"] = "markdown" if suffix in _MARKDOWN else "text"
        prompt = Prompt(form, numbered(parts), looked_like=looked_like)
    if len(body) > MOST_CHARACTERS:
        says = "The prompt is longer than any model takes; it was not searched for examples."
        prompt = replace(prompt, warnings=(says,))
    return replace(prompt, model=settings) if settings else prompt


def _settings(text: str, name: str, suffix: str) -> tuple[str | None, str]:
    """Return the model that front matter names, and the text below it; all of it without any."""
    found = front_matter(text)
    if found is None:
        return None, text
    from ftvp.files.values import load_yaml
    from ftvp.prompts.documents import model_in

    try:
        settings = load_yaml(found[0], name)
    except FtvpError:
        settings = None
        if suffix not in _ROLES_BY_LINE:
            return None, text
    if settings is not None and not isinstance(settings, Mapping):
        return None, text
    known = suffix in _ROLES_BY_LINE | _MARKDOWN or bool(_SETTINGS & set(settings or {}))
    if not known or not found[1].strip():
        return None, text
    return model_in(settings) if settings else None, found[1]


def _literal(text: str, name: str, suffix: str) -> Prompt:
    """Return the one long text in source code; SourceCodeError where none is clearly the prompt."""
    long = [said for said in _literals(text, suffix) if len(said) >= _LONG and "\n" in said]
    if len(long) != 1 or len(long[0]) * 2 < len(text):
        raise SourceCodeError(name, len(long))
    parts, looked_like = text_parts(long[0])
    line = text.count("\n", 0, text.find(long[0][:40])) + 1
    says = f"The file is source code: only the text that begins on line {line} is counted."
    return Prompt("text", numbered(parts), looked_like=looked_like, warnings=(says,))


def _literals(text: str, suffix: str) -> Iterator[str]:
    """Yield the texts that stand in source code, as they are written; no documentation strings."""
    if suffix == ".py":
        yield from _python_literals(text)
    elif suffix == ".baml":
        yield from re.findall(_HASHED, text)
    elif suffix in {".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts"}:
        yield from re.findall(_BACKTICKS, text)


def _python_literals(text: str) -> Iterator[str]:
    import ast

    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    within = {
        id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values
    }
    for node in nodes:
        if id(node) in alone | within:
            continue
        if isinstance(node, ast.JoinedStr):
            yield re.sub(_QUOTES, "", ast.get_source_segment(text, node) or "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
