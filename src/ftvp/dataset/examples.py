"""A training example as every room sees it, whatever shape its file gave it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from ftvp.errors import FileProblemsError, Problem

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


MOST_KINDS = 20


MOST_LINES = 5


class Finding(NamedTuple):
    """One observation at a line; a fatal one keeps the file from being trained on."""

    line: int
    says: str
    fatal: bool = True


class RefusedError(ValueError):
    """A record that is none of the shapes, or breaks the rules of its own."""


def grouped(findings: Iterable[Finding]) -> dict[str, list[int]]:
    """Return the lines of each sentence, in the order of their first."""
    lines: dict[str, list[int]] = {}
    for finding in findings:
        lines.setdefault(finding.says, []).append(finding.line)
    return lines


def refuse(findings: Iterable[Finding], name: str) -> None:
    """Raise FileProblemsError when a finding is fatal, with every kind of fatal finding."""
    kinds = grouped(finding for finding in findings if finding.fatal)
    if not kinds:
        return
    problems = [
        Problem(name, says + _also(lines), lines[0])
        for says, lines in list(kinds.items())[:MOST_KINDS]
    ]
    if len(kinds) > MOST_KINDS:
        problems.append(Problem(name, f"and {len(kinds) - MOST_KINDS:,} more kinds of problems"))
    raise FileProblemsError(problems)


def _also(lines: list[int]) -> str:
    """Return where else the same is found.

    >>> _also([1]), _also([1, 4, 9])
    ('', ' (also on lines 4, 9)')
    """
    others = list(dict.fromkeys(lines))[1:]
    if not others:
        return ""
    shown = ", ".join(str(line) for line in others[:MOST_LINES])
    more = f" and {len(others) - MOST_LINES:,} more" if len(others) > MOST_LINES else ""
    return f" (also on line{'s' if len(others) > 1 else ''} {shown}{more})"
