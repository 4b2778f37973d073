"""The turns of a chat arranged as instructions, shots and the request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ftvp.files.prompts.plain import text_parts
from ftvp.files.prompts.prompt import Kind, Part, Piece

Side = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True)
class Turn:
    """A message with its number in the chat, and the side it speaks for."""

    number: int
    side: Side
    text: str


def turn_parts(turns: Sequence[Turn]) -> Iterator[Part]:
    """Yield the parts of a chat: its pairs are shots, its last user message is the request.

    System text and the last user message may hold shots of their own and are taken apart.
    """
    asked = _asked(turns)
    yield from _before(turns[:asked])
    for turn in turns[asked:]:
        if turn.side == "system":
            yield from _inside(turn)
        elif turn.side == "user":
            yield from _request(turn)
        else:
            yield _whole("request", [turn])


def _asked(turns: Sequence[Turn]) -> int:
    """Return the place of the last user message, or of the first of several in a row."""
    users = {place for place, turn in enumerate(turns) if turn.side == "user"}
    asked = max(users, default=len(turns))
    while asked - 1 in users:
        asked -= 1
    return asked


def _before(turns: Iterable[Turn]) -> Iterator[Part]:
    exchange: list[Turn] = []
    for turn in turns:
        answered = any(said.side == "assistant" for said in exchange)
        if turn.side == "system" or (turn.side == "user" and answered):
            yield from _exchange(exchange)
            exchange = []
        if turn.side == "system":
            yield from _inside(turn)
        else:
            exchange.append(turn)
    yield from _exchange(exchange)


def _exchange(turns: Sequence[Turn]) -> Iterator[Part]:
    """Yield one shot for a user message with its answer, tool calls between them included."""
    answers = [turn.text for turn in turns if turn.side == "assistant"]
    if answers and turns[0].side == "user":
        yield _whole("shot", turns, answers[-1])
    elif turns:
        yield _whole("instructions", turns)


def _whole(kind: Kind, turns: Iterable[Turn], answer: str | None = None) -> Part:
    return Part(kind, tuple(Piece(turn.text, turn.number) for turn in turns), answer)


def _inside(turn: Turn) -> list[Part]:
    """Return the parts of one message's text; an empty message is one part."""
    parts = [
        replace(part, pieces=(Piece(part.text, turn.number),)) for part in text_parts(turn.text)
    ]
    return parts or [_whole("instructions", [turn])]


def _request(turn: Turn) -> list[Part]:
    """Return the parts of the last user message: all of it is the request, shots aside."""
    parts = _inside(turn)
    if all(part.kind != "shot" for part in parts):
        return [_whole("request", [turn])]
    if parts[-1].kind == "instructions":
        parts[-1] = replace(parts[-1], kind="request")
    return parts
