"""The answer of `ftvp tokens`: what each file is made of, and how many tokens that is."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.errors import AmbiguousNameError, UnknownNameError
from ftvp.prompts.prompt import Prompt, prompt_tokens
from ftvp.prompts.read import read_prompt
from ftvp.tables.pricing import Pricing
from ftvp.units import Record
from ftvp.version import __version__


class ShotTokens(Record):
    """One worked example."""

    tokens: int


class Parts(Record):
    """The tokens of a prompt's parts, which add up to the whole."""

    instructions: int
    shots: tuple[ShotTokens, ...]
    request: int


class MarkedPart(Record):
    """A stretch of a file with what it was taken for; shots are numbered from 1."""

    kind: Literal["instructions", "shot", "request"]
    number: int | None
    line: int
    text: str


class LookedLike(Record):
    """What looked like worked examples and was not taken for them; lines count from 1."""

    mark: str
    count: int
    line: int


class FileTokens(Record):
    """One file: its tokens as `model` counts them, how exact they are, and its parts.

    `named_model` is the id of the model that the file itself names, as it stands there.
    """

    file: str
    format: str
    model: str
    named_model: str | None = None
    tokens: int
    characters: int
    encoding: str
    exact: bool
    error_percent: float
    parts: Parts
    request_is_slot: bool = False
    looked_like: tuple[LookedLike, ...] = ()
    warnings: tuple[str, ...] = ()
    marked: tuple[MarkedPart, ...] = ()
    """The file's text by part, only where it was asked for."""


class TokensAnswer(Record):
    """The document `ftvp.tokens/1`; `model` is the one that was asked for, or the default."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.tokens/1"] = Field(default="ftvp.tokens/1", alias="schema")
    tool_version: str
    model: str
    files: tuple[FileTokens, ...]
    total: int


def tokens_answer(
    paths: Sequence[Path | Literal["-"]],
    table: Pricing,
    told: str | None,
    default: str,
    *,
    mark: bool,
) -> TokensAnswer:
    """Return the tokens of prompt files, as the told model counts them.

    Without one, each file is counted for the model that it names where the price table knows it,
    else for the default. `mark` adds the text of every part.
    """
    model = table.find(told or default)[0]
    files = tuple(_file_tokens(path, table, model, mark=mark, own=told is None) for path in paths)
    used = {file.model for file in files}
    return TokensAnswer(
        tool_version=__version__,
        model=used.pop() if len(used) == 1 else model,
        files=files,
        total=sum(file.tokens for file in files),
    )


def known_model(named: str | None, table: Pricing) -> str | None:
    """Return the table's id of a model that a document names, None where it knows none such.

    A name such as `openai:chat:gpt-4o` has its provider first and its model last.
    """
    if not named:
        return None
    provider, _, model = named.partition(":")
    for name in (f"{provider}/{model.rpartition(':')[2]}", named):
        try:
            return table.find(name)[0]
        except (AmbiguousNameError, UnknownNameError):
            continue
    return None


def _file_tokens(
    path: Path | Literal["-"], table: Pricing, model: str, *, mark: bool, own: bool
) -> FileTokens:
    prompt = read_prompt(path)
    counted = (known_model(prompt.model, table) if own else None) or model
    count = prompt_tokens(prompt, table.tokenizers[table.models[counted].tokenizer])
    shots = tuple(ShotTokens(tokens=shot) for shot in count.shots)
    return FileTokens(
        file=str(path),
        format=prompt.format,
        model=counted,
        named_model=prompt.model,
        tokens=count.total,
        characters=len(prompt.text),
        encoding=count.encoding,
        exact=count.exact,
        error_percent=count.error_percent,
        parts=Parts(instructions=count.instructions, shots=shots, request=count.request),
        request_is_slot=count.request_is_slot,
        looked_like=tuple(
            LookedLike(mark=each.mark, count=each.blocks, line=each.line)
            for each in prompt.looked_like
        ),
        warnings=count.warnings,
        marked=tuple(_marked(prompt)) if mark else (),
    )


def _marked(prompt: Prompt) -> Iterator[MarkedPart]:
    numbers = itertools.count(1)
    for part in prompt.parts:
        yield MarkedPart(
            kind=part.kind,
            number=next(numbers) if part.kind == "shot" else None,
            line=part.line,
            text="\n".join(piece.text for piece in part.pieces),
        )
