"""The answer of `ftvp tokens`: what each file is made of, and how many tokens that is."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.units import Record


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


class FileTokens(Record):
    """One file: its tokens, how exact they are, and its parts."""

    file: str
    format: str
    tokens: int
    characters: int
    encoding: str
    exact: bool
    error_percent: float
    parts: Parts
    warnings: tuple[str, ...] = ()
    marked: tuple[MarkedPart, ...] = ()
    """The file's text by part, only where it was asked for."""


class TokensAnswer(Record):
    """The document `ftvp.tokens/1`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.tokens/1"] = Field(default="ftvp.tokens/1", alias="schema")
    tool_version: str
    model: str
    files: tuple[FileTokens, ...]
    total: int
