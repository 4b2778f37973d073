"""A training example as the rest of the room sees it, and the issues that its record has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ftvp.errors import FileProblemsError, Problem
from ftvp.files.chat import MediaPart

Format = Literal[
    "chat",
    "completion",
    "text",
    "alpaca",
    "sharegpt",
    "bedrock",
    "gemini",
    "conversations",
    "pairs",
    "segments",
    "preference",
    "kto",
    "reinforcement",
]
"""How a record is written; a text is a record without messages of its own."""
Goal = Literal["supervised", "preference", "reinforcement"]
"""What a file is for: answers to imitate, answers to prefer, or tasks whose answers are graded."""
GOALS: dict[str, Goal] = {
    "preference": "preference",
    "kto": "preference",
    "reinforcement": "reinforcement",
}
SHARED = frozenset({"system", "developer"})
ANSWERS = frozenset({"assistant", "text"})
REJECTED = "rejected"
"""The role of an answer that is not to be imitated."""


def goal_of(form: str) -> Goal:
    """Return what a file of this format is for; "mixed" counts as supervised.

    >>> goal_of("kto"), goal_of("alpaca")
    ('preference', 'supervised')
    """
    return GOALS.get(form, "supervised")


class TrainingMessage(NamedTuple):
    """One message; `calls` is what an assistant sends to tools instead of, or beside, text."""

    role: str
    text: str
    name: str = ""
    calls: str = ""
    reasoning: str = ""

    @property
    def said(self) -> str:
        """The text with the calls of tools."""
        return self.text + self.calls


class TrainingExample(NamedTuple):
    """One record of a training file; the last assistant message is what it teaches."""

    line: int
    format: Format
    messages: tuple[TrainingMessage, ...]
    tools: str = ""
    """The declared tools as JSON."""
    media: tuple[MediaPart, ...] = ()
    unread: str = ""
    """The key of text that is not read, where that is more than all that is read."""

    @property
    def answer(self) -> str:
        """The last assistant message, all of a plain text."""
        return self.messages[-1].said if self.messages[-1].role in ANSWERS else ""

    @property
    def asked(self) -> str:
        """All messages before the answer but the system prompt, which examples share."""
        before = self.messages[:-1] if self.messages[-1].role in ANSWERS else self.messages
        left_out = SHARED | {REJECTED}
        return "\n".join([message.said for message in before if message.role not in left_out])

    @property
    def system(self) -> str:
        """The system prompt."""
        return "\n".join([message.text for message in self.messages if message.role in SHARED])

    @property
    def rejected(self) -> str:
        """The answers that are not to be imitated."""
        return "\n".join([message.said for message in self.messages if message.role == REJECTED])


NOT_UTF_8 = "is not UTF-8: save the file as UTF-8, or: iconv -f latin1 -t utf-8"
MAX_KINDS_SHOWN = 20
MAX_LINES_SHOWN = 5
MAX_KINDS = 500
"""Kinds of issues that are kept apart; what is more is counted."""
MAX_LINES = 20
"""Lines that are kept of one kind of issue."""


class RecordError(ValueError):
    """A record that is in none of the formats, or breaks the rules of its own."""


@dataclass
class RecordIssue:
    """One kind of issue: what it says, how many records have it, and the first of their lines."""

    says: str
    is_fatal: bool
    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, lines: Iterable[int], count: int) -> None:
        """Count further records that have this issue."""
        self.count += count
        self.lines += [*lines][: MAX_LINES - len(self.lines)]

    @property
    def where(self) -> str:
        """The first line, and how many more there are.

        >>> RecordIssue("odd", is_fatal=False, count=3, lines=[2, 5, 8]).where
        'line 2 and 2 more'
        """
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        return f"line {self.lines[0]}{more}"

    def problem(self, name: str) -> Problem:
        """Return the issue as a problem of a file, with where else it is."""
        others = self.lines[1 : MAX_LINES_SHOWN + 1]
        also = f" (also on line{'s' if self.count > 2 else ''} {', '.join(map(str, others))}"  # noqa: PLR2004  one other line
        hidden = self.count - 1 - len(others)
        also += f" and {hidden:,} more)" if hidden else ")"
        return Problem(name, self.says + (also if others else ""), self.lines[0])


class RecordIssues:
    """All issues of a file by kind, in the order of their first lines; its size is bounded."""

    def __init__(self) -> None:
        """Begin without issues."""
        self.kinds: dict[tuple[str, bool], RecordIssue] = {}
        self.left_out = 0
        """Issues of kinds beyond MAX_KINDS."""
        self.fatal = 0
        """Records that cannot be trained on."""

    def add(self, says: str, lines: Iterable[int], count: int = 1, *, is_fatal: bool) -> None:
        """Add an issue of one record, or of `count`."""
        self.fatal += count if is_fatal else 0
        key = says, is_fatal
        if key not in self.kinds and len(self.kinds) >= MAX_KINDS:
            self.left_out += count
            return
        self.kinds.setdefault(key, RecordIssue(says, is_fatal)).add(lines, count)

    def merge(self, other: RecordIssues) -> None:
        """Add the issues of a later part of the file."""
        fatal = self.fatal + other.fatal
        for issue in other.kinds.values():
            self.add(issue.says, issue.lines, issue.count, is_fatal=issue.is_fatal)
        self.fatal = fatal
        self.left_out += other.left_out

    @property
    def notes(self) -> list[RecordIssue]:
        """The issues that do not keep the file from being trained on."""
        return [issue for issue in self.kinds.values() if not issue.is_fatal]

    def refuse(self, name: str) -> None:
        """Raise FileProblemsError where an issue is fatal, with every kind of fatal issue."""
        fatal = [issue for issue in self.kinds.values() if issue.is_fatal]
        if not fatal:
            return
        problems = [issue.problem(name) for issue in fatal[:MAX_KINDS_SHOWN]]
        if len(fatal) > MAX_KINDS_SHOWN:
            more = f"and {len(fatal) - MAX_KINDS_SHOWN:,} more kinds of problems"
            problems.append(Problem(name, more))
        raise FileProblemsError(problems)
