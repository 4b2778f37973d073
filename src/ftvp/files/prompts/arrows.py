"""Shots as lines with an arrow: "cheese => fromage", and last a line without an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ftvp.files.prompts.layout import Found, Span, has_placeholder, lines_above
from ftvp.files.prompts.words import announces

_MOST = 20_000
_ARROW = r"(?:=>|-{1,2}>|→|⇒|➜|(?<=[ \t])//(?=[ \t\r\n]|\Z))"
_LINE = re.compile(rf"^(?P<left>[^\n]*?){_ARROW}(?P<right>[^\n]*)(?:\n|\Z)", re.MULTILINE)
_ANY = re.compile(_ARROW)


class Arrow(NamedTuple):
    """A line with one arrow: where it stands, and what is on either side."""

    start: int
    end: int
    left: str
    right: str

    def is_open(self) -> bool:
        """Return whether the answer is still to come."""
        return not self.right or has_placeholder(self.left)


def arrow_shots(text: str, blotted: str) -> Found | None:
    """Return the lines of the first run that is announced as examples or ends in an open line."""
    return next((found for run in _runs(text, blotted) if (found := _found(text, run))), None)


def _runs(text: str, blotted: str) -> list[list[Arrow]]:
    runs: list[list[Arrow]] = []
    for found in islice(_LINE.finditer(blotted), _MOST):
        arrow = Arrow(found.start(), found.end(), found["left"].strip(), found["right"].strip())
        if not arrow.left or _ANY.search(arrow.right):
            continue
        if runs and not text[runs[-1][-1].end : arrow.start].strip():
            runs[-1].append(arrow)
        else:
            runs.append([arrow])
    return runs


def _found(text: str, run: Sequence[Arrow]) -> Found | None:
    *lines, last = run
    if any(line.is_open() for line in lines):
        return None
    asked = last.is_open()
    worked = lines if asked else run
    announced = "//" not in text[run[0].start : run[0].end] and any(
        map(announces, lines_above(text, run[0].start))
    )
    if not worked or not (asked or (announced and len(worked) > 1)):
        return None
    shots = tuple(Span(line.start, line.end, line.right.strip("\"'`")) for line in worked)
    return Found(shots, last.start if asked else None)
