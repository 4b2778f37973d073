"""What is wrong with a record, or odd about it, in words that many lines can share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ftvp.errors import FileProblemsError, Problem

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
