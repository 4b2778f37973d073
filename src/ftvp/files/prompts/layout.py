"""How a text is laid out: code fences, paragraphs, lines above a place, slots to be filled in."""

from __future__ import annotations

import re
from typing import NamedTuple

_FENCE = re.compile(
    r"^[ \t]*+(```|~~~)[^`\n]*\n.*?(?:^[ \t]*+\1[^\n]*|\Z)", re.MULTILINE | re.DOTALL
)
_GAP = re.compile(r"\n(?:[ \t\r]*\n)+")
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]{1,80}\}\}|\{%|<<[^<>\n]{1,60}>>"
    r"|(?<![A-Za-z0-9\\}^_])\$?\{[^\W\d][\w. -]{0,40}\}"
    r"|(?<![\w$])\$[A-Z_][A-Z0-9_]{2,40}\b"
)
_SLOT = re.compile(r"<[^<>|]{1,80}>|\[[^\]\"'\d:{}]{1,80}\]|\.\.\.|…|_{3,80}")
_BLANK_LINES = re.compile(r"(?:[ \t\r]*\n)*")
_ABOVE = 600


class Span(NamedTuple):
    """One worked example in a text, from `start` to `end`, and its answer where one is seen."""

    start: int
    end: int
    answer: str | None = None


class Found(NamedTuple):
    """The shots of a text, and where the request begins if the shots' own layout says so."""

    shots: tuple[Span, ...]
    request: int | None = None


def masked(text: str) -> str:
    r"""Return `text` with code fences blotted out, each place where it was.

    >>> masked("a:\n```\nb: 1\n```\n") == "a:\n" + "`" * 12 + "\n"
    True
    """
    return _FENCE.sub(lambda fence: "`" * len(fence[0]), text)


def has_placeholder(text: str) -> bool:
    """Return whether a text has a place to be filled in per request: {x}, {{x}}, $X, <<x>>."""
    return _PLACEHOLDER.search(text) is not None


def is_slot(text: str) -> bool:
    """Return whether a text is nothing but a place to be filled in."""
    text = text.strip(" \t\r\n\"'`")
    return bool(_PLACEHOLDER.fullmatch(text) or _SLOT.fullmatch(text))


def lines_above(text: str, place: int) -> list[str]:
    """Return the two nearest lines above `place` that say something, the nearest first."""
    lines = text[max(0, place - _ABOVE) : place].split("\n")
    return [line for line in reversed(lines) if any(map(str.isalnum, line))][:2]


def line_start(text: str, place: int) -> int:
    """Return where the line of `place` begins."""
    return text.rfind("\n", 0, place) + 1


def paragraphs(text: str) -> int:
    """Return how many paragraphs a text has, a code fence counting as one line."""
    return len(_GAP.findall(masked(text.strip()))) + 1


def after_paragraphs(blotted: str, start: int, end: int, most: int) -> int:
    """Return where the first `most` paragraphs after `start` end, with the blank lines there."""
    for number, gap in enumerate(_GAP.finditer(blotted, start, end), start=1):
        if number == most:
            return gap.end()
    return end


def after_blank_lines(text: str, start: int, end: int) -> int:
    """Return `start` moved past the blank lines there."""
    blank = _BLANK_LINES.match(text, start, end)
    return blank.end() if blank else start


def shared_limit(blotted: str, start: int, end: int, others: list[str]) -> int:
    """Return where the last of some like texts ends, given the ones before it.

    What follows the last example is no part of it: it gets one line if the others have one line
    each, and otherwise as many paragraphs as the longest of them.
    """
    if others and all("\n" not in other.strip() for other in others):
        line_end = blotted.find("\n", start, end)
        return end if line_end < 0 else after_blank_lines(blotted, line_end + 1, end)
    return after_paragraphs(blotted, start, end, max(map(paragraphs, others), default=1))


def asks(text: str) -> bool:
    """Return whether a text after the shots is the request: a place to fill in, or an open end."""
    return has_placeholder(text) or text.rstrip(" \t\r\n*_").endswith(
        (":", "\uff1a", "=>", "->", "→")
    )


def last_paragraph(text: str) -> int:
    """Return where the last paragraph begins, 0 where there is only one."""
    gaps = [gap.end() for gap in _GAP.finditer(masked(text.rstrip()))]
    return gaps[-1] if gaps else 0
