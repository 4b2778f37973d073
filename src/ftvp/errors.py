"""Every mistake a user can make, each worded by its own class: what, where, what to do.

One place (`ftvp.cli`) catches `FtvpError`, prints it to stderr and exits 2. Anything else is a bug.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is close.

    >>> nearest("volme", ["volume", "model"])
    'volume'
    """
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)), None)


def visible(text: str) -> str:
    r"""Return user text with control characters escaped, so that it cannot move a cursor.

    >>> visible("a\x1b[2J")
    'a\\x1b[2J'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


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


class UnknownNameError(FtvpError):
    """A model, task, topic or field that does not exist, with the nearest that does."""

    def __init__(self, kind: str, name: str, known: Iterable[str], see: str) -> None:
        """Name what was asked for, its kind ("model") and the command that lists all."""
        close = nearest(name, known)
        hint = f" Did you mean '{close}'?" if close else ""
        super().__init__(f"no {kind} named '{visible(name)}'.{hint} {see} lists all.")


class UnreadableFileError(FtvpError):
    """A file that is missing, a folder, or closed to us."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the path and why it cannot be read, with what to do."""
        super().__init__(f"{visible(str(path))} {why}")


class NotUtf8Error(FtvpError):
    """A text file in another encoding."""

    def __init__(self, path: Path | str, byte: int, line: int) -> None:
        """Name the first offending byte and its line."""
        name = visible(str(path))
        super().__init__(
            f"{name} is not UTF-8 (byte 0x{byte:02x} at line {line}). Save it as UTF-8, "
            f"or: iconv -f latin1 -t utf-8 {name}"
        )


def visible_lines(text: str) -> str:
    """Return `visible` text that may keep its line breaks."""
    return "\n".join(visible(line) for line in text.split("\n"))
