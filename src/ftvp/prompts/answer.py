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
    """What is the same in each request and no worked example."""
    shots: tuple[ShotTokens, ...]
    """Its worked examples, in order."""
    request: int
    """What differs from request to request; of a place to fill, the place itself."""


class MarkedPart(Record):
    """A stretch of a file with what it was taken for; shots are numbered from 1."""

    kind: Literal["instructions", "shot", "request"]
    number: int | None
    """Of a shot; None for other parts."""
    line: int
    """Counted from 1."""
    text: str


class LookedLike(Record):
    """What looked like worked examples and was not taken for them; lines count from 1."""

    mark: str
    """By what they are alike, such as "labels from and subject"."""
    count: int
    """How many there are."""
    line: int
    """Where the first one begins."""


class FileTokens(Record):
    """One file: its tokens as `model` counts them, how exact they are, and its parts.

    `named_model` is the id of the model that the file itself names, as it stands there.
    """

    file: str
    format: str
    """What kind of prompt it was read as."""
    model: str
    """The id of the model it was counted for: told, else named by the file, else the default."""
    named_model: str | None = None
    tokens: int
    """Of the whole prompt: the sum of `parts`."""
    characters: int
    """Of the prompt's text, without what is no prompt in the file."""
    encoding: str
    """What it was counted with."""
    exact: bool
    """False where another model's encoding was scaled."""
    error_percent: float
    """How far the count may be off, either way; 0 where it is exact."""
    parts: Parts
    request_is_slot: bool = False
    """Whether only a place for the request was found, so that its tokens say nothing."""
    looked_like: tuple[LookedLike, ...] = ()
    """Empty where nothing did."""
    warnings: tuple[str, ...] = ()
    marked: tuple[MarkedPart, ...] = ()
    """The file's text by part, only where it was asked for."""


class TokensAnswer(Record):
    """The document `ftvp.tokens/1`; `model` is the one that was asked for, or the default."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.tokens/1"] = Field(default="ftvp.tokens/1", alias="schema")
    tool_version: str
    model: str
    """Its id; where files were counted for one other model, that one's."""
    files: tuple[FileTokens, ...]
    total: int
    """The sum of all files, each as its own model counts."""


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
