"""What every mistake has in common: how it is worded, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is close.

    >>> nearest("volme", ["volume", "model"])
    'volume'
    """
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def visible(text: str) -> str:
    r"""Return user text with control characters escaped, so that it cannot move a cursor.

    >>> visible("a\x1b[2J")
    'a\\x1b[2J'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def visible_lines(text: str) -> str:
    """Return `visible` text that may keep its line breaks."""
    return "\n".join(visible(line) for line in text.split("\n"))


class FtvpError(Exception):
    """A mistake that the person who made it can mend; `str()` is what they read."""


@dataclass(frozen=True)
class Problem:
    """One mistake in a file, at a line where one is known."""

    where: str
    says: str
    line: int | None = None

    def __str__(self) -> str:
        """Return "file line N: what is wrong"."""
        place = self.where if self.line is None else f"{self.where} line {self.line}"
        return f"{place}: {self.says}"


class FileProblemsError(FtvpError):
    """All the mistakes of one or more files, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order in which a reader meets them."""
        self.problems = tuple(problems)
        super().__init__("\n".join(visible_lines(str(p)) for p in self.problems))
