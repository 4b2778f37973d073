"""A training example as every room sees it, whatever shape its file gave it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Format = Literal["chat", "completion", "text", "alpaca", "sharegpt", "bedrock"]
"""How a record is written; a text is a record without turns of its own."""


class Turn(NamedTuple):
    """One message; `calls` is what an assistant sends to tools instead of, or beside, text."""

    role: str
    text: str
    name: str = ""
    calls: str = ""


class Example(NamedTuple):
    """One record of a training file; the last assistant turn is what it teaches."""

    line: int
    format: Format
    turns: tuple[Turn, ...]
    tools: str = ""

    @property
    def answer(self) -> str:
        """The last assistant turn, all of a plain text."""
        return answer_of(self.turns[-1]) if self.turns[-1].role in ANSWERS else ""

    @property
    def asked(self) -> str:
        """All turns before the answer but the system prompt, which examples share."""
        turns = self.turns[:-1] if self.turns[-1].role in ANSWERS else self.turns
        return "\n".join([answer_of(turn) for turn in turns if turn.role not in SHARED])

    @property
    def system(self) -> str:
        """The system prompt."""
        return "\n".join([turn.text for turn in self.turns if turn.role in SHARED])


SHARED = frozenset({"system", "developer"})
ANSWERS = frozenset({"assistant", "text"})


def answer_of(turn: Turn) -> str:
    """Return what a turn says, the calls of tools included."""
    return turn.text + turn.calls
