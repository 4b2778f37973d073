"""Text as it may safely be shown: control characters visible, every kind of space kept."""

from __future__ import annotations

import unicodedata

from ftvp.errors import visible

TAB = 4


def shown(text: str) -> str:
    r"""Return text whose control characters can be seen and do nothing.

    >>> shown("a\x1b[2J\u3000b") == "a\\x1b[2J\u3000b"
    True
    """
    return "".join(c if unicodedata.category(c) == "Zs" else visible(c) for c in text)


def shown_lines(text: str) -> list[str]:
    """Return a user's text line by line, tabs as spaces, other control characters visible."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    return [shown(line.expandtabs(TAB)) for line in lines]
