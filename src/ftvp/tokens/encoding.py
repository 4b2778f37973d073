"""Encodings built from our own vocabularies: tiktoken's would come from the network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ftvp.tokens import vocabulary

if TYPE_CHECKING:
    import tiktoken

LARGEST_PART = {"cl100k_base": 100_000, "o200k_base": 300_000}
"""Characters above which reading the whole vocabulary is faster than finding the part."""
FEW = 100
"""Texts up to which it is faster to look for each in the longest than to read it again."""

PATTERNS = {
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
        r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
    ),
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}
"""How each encoding cuts text before it merges bytes, as published with tiktoken."""


def encoding_for(texts: Collection[str], name: str) -> tiktoken.Encoding:
    """Return an encoding that gives these texts the very tokens of the named one."""
    if sum(map(len, texts)) > LARGEST_PART[name]:
        return whole_encoding(name)
    read = b"\n".join(_apart([*map(_utf8, texts)])) + b"\n"
    return _built(name, vocabulary.part(name, read))


def _apart(texts: Sequence[bytes]) -> Sequence[bytes]:
    """Return few texts less those within the longest, such as the parts of a prompt beside it."""
    if not 1 < len(texts) <= FEW:
        return texts
    longest = max(texts, key=len)
    return [longest, *(text for text in texts if text not in longest)]


@cache
def whole_encoding(name: str) -> tiktoken.Encoding:
    """Return the named encoding with its whole vocabulary, built once in a process."""
    return _built(name, vocabulary.whole(name))


def _built(name: str, ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=ranks, special_tokens={})


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which tiktoken replaces in this way
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
