"""Prompt files become counts, part by part."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Literal

from ftvp.advice.tokens import FileTokens, MarkedPart, Parts, ShotTokens
from ftvp.files.counts import prompt_tokens
from ftvp.files.prompts import Prompt, read_prompt
from ftvp.tables.pricing import Tokenizer


def file_tokens(path: Path | Literal["-"], tokenizer: Tokenizer, *, mark: bool) -> FileTokens:
    """Return the tokens of a prompt file by part; `mark` adds the text of each."""
    prompt = read_prompt(path)
    count = prompt_tokens(prompt, tokenizer)
    shots = tuple(ShotTokens(tokens=shot) for shot in count.shots)
    return FileTokens(
        file=str(path),
        format=prompt.format,
        tokens=count.total,
        characters=len(prompt.text),
        encoding=count.encoding,
        exact=count.exact,
        error_percent=count.error_percent,
        parts=Parts(instructions=count.instructions, shots=shots, request=count.request),
        warnings=count.warnings,
        marked=_marked(prompt) if mark else (),
    )


def _marked(prompt: Prompt) -> tuple[MarkedPart, ...]:
    numbers = itertools.count(1)
    return tuple(
        MarkedPart(
            kind=part.kind,
            number=next(numbers) if part.kind == "shot" else None,
            line=part.line,
            text="\n".join(piece.text for piece in part.pieces),
        )
        for part in prompt.parts
    )
