"""How many tokens a text has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ftvp.tokens.encoding import encoding_for, whole_encoding
from ftvp.tokens.hazards import LONGEST_BLANK_RUN, refuse_blank_runs

PIECE = 1 << 20
"""Characters of a long text whose tokens are held at a time."""
CUT = re.compile(r"\n(?=[A-Za-z0-9])")
"""Where no token of either encoding crosses: both patterns end a match at such a line's end."""


def count(text: str, encoding: str) -> int:
    """Return how many tokens a text has in `o200k_base` or `cl100k_base`.

    The text is taken as ordinary throughout: a special token written out counts as its letters.
    Raises BlankRunError where white space runs on for longer than can be counted.

    >>> count("Fine-tune, or keep prompting?", "o200k_base")
    8
    """
    return count_many([text], encoding)[0]


def count_many(texts: Iterable[str], encoding: str, *, whole: bool = False) -> list[int]:
    """Return the tokens of each text, in order; what repeats is counted once.

    `whole` reads the whole vocabulary at once, which pays where many lists are counted.

    >>> count_many(["Yes", "No", "Yes, please"], "cl100k_base")
    [1, 1, 3]
    """
    asked = list(texts)
    distinct = dict.fromkeys(asked, 0)
    for text in distinct:
        if len(text) > LONGEST_BLANK_RUN:
            refuse_blank_runs(text)
    found = whole_encoding(encoding) if whole else encoding_for(distinct, encoding)
    encode = found.encode_ordinary
    for text in distinct:
        distinct[text] = (
            len(encode(text))
            if len(text) <= PIECE
            else sum(len(encode(piece)) for piece in pieces(text))
        )
    return [distinct[text] for text in asked]


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    r"""Yield a text in pieces whose tokens add up to its own, each of `size` or more but the last.

    >>> list(pieces("one\n two\nthree\nfour", 5))
    ['one\n two\n', 'three\n', 'four']
    """
    begin = 0
    while cut := CUT.search(text, begin + size):
        yield text[begin : cut.end()]
        begin = cut.end()
    yield text[begin:]
