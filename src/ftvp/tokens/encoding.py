"""Encodings built from our own vocabularies: tiktoken's would come from the network.

A vocabulary lies in `data/vocabularies/NAME.bin`: its tokens with their ranks in buckets by their
first bytes, so that the part of it that a text needs is found without reading the whole.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from ftvp.errors import DamagedInstallationError

if TYPE_CHECKING:
    import tiktoken

MAX_PART = {"cl100k_base": 100_000, "o200k_base": 300_000}
"""Characters above which reading the whole vocabulary is faster than finding the part."""
CRC32 = {"cl100k_base": 0xE5BCDB2F, "o200k_base": 0x41326BC7}
"""Of each vocabulary's file: a flipped bit gives other counts, or a panic, and no error."""
MAX_SEARCHED = 100
"""Texts up to which it is faster to look for each in the longest than to read it again."""
BUCKETS = 1 << 16
SEPARATOR = b"\xff\xfe\xff"
"""Three bytes that occur in no token, nor where a token meets its rank."""
HEAD = 4
"""Bytes of a token, at most, that choose its bucket."""
RANK = 3
"""Bytes of a rank, little-endian, after its token."""

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


def data_folder() -> Path:
    """Return the folder of tables and vocabularies: the installed one, else the checkout's."""
    package = Path(__file__).parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent.parent / "data"


def encoding_for(texts: Collection[str], name: str) -> tiktoken.Encoding:
    """Return an encoding that gives these texts the very tokens of the named one.

    Of few texts, those within the longest are not read again: the parts of a prompt beside it.
    """
    if sum(map(len, texts)) > MAX_PART[name]:
        return whole_encoding(name)
    encoded = list(map(_utf8, texts))
    if 1 < len(encoded) <= MAX_SEARCHED:
        longest = max(encoded, key=len)
        encoded = [longest, *(text for text in encoded if text not in longest)]
    return _built(name, part_ranks(name, b"\n".join(encoded) + b"\n"))


@cache
def whole_encoding(name: str) -> tiktoken.Encoding:
    """Return the named encoding with its whole vocabulary, built once in a process."""
    return _built(name, whole_ranks(name))


def _built(name: str, ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=ranks, special_tokens={})


def _utf8(text: str) -> bytes:
    """Return text as UTF-8, each lone surrogate replaced as tiktoken does it."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def whole_ranks(name: str) -> dict[bytes, int]:
    """Return every token of an encoding with its rank."""
    content, starts = _opened(name)
    return _ranks(content[starts[0] :].split(SEPARATOR)[:-1])


def part_ranks(name: str, text: bytes) -> dict[bytes, int]:
    """Return a part of an encoding that holds every token occurring in a text (UTF-8).

    Tokens of which the first or the last four bytes do not occur are left out; a few others that
    do not occur may remain, and change nothing.
    """
    content, starts = _opened(name)
    grams, numbers = _grams(text)
    found = b"".join([content[starts[number] : starts[number + 1]] for number in numbers])
    return _ranks(
        record
        for record in found.split(SEPARATOR)[:-1]
        if record[-RANK - HEAD : -RANK] in grams and record[:-RANK][:HEAD] in grams
    )


@lru_cache(maxsize=1)
def _grams(text: bytes) -> tuple[set[bytes], set[int]]:
    """Return all that is up to four bytes long in a text, and the buckets that begin with it.

    Cached, since a prompt priced at several models is counted in both encodings.
    """
    grams = {text[i : i + size] for size in range(1, HEAD + 1) for i in range(len(text) - size + 1)}
    return grams, set(map(bucket, grams))


def bucket(head: bytes) -> int:
    """Return the number of the bucket of the tokens that begin with up to four bytes."""
    return crc32(head) % BUCKETS


def _ranks(records: Iterable[bytes]) -> dict[bytes, int]:
    return {record[:-RANK]: int.from_bytes(record[-RANK:], "little") for record in records}


@cache
def _opened(name: str) -> tuple[mmap, array[int]]:
    """Return the bytes of a vocabulary, mapped, and where each bucket starts in them.

    DamagedInstallationError where the file is not the one that ftvp ships.
    """
    path = data_folder() / "vocabularies" / f"{name}.bin"
    try:
        with path.open("rb") as file:
            content = mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):
        raise DamagedInstallationError(path) from None
    if crc32(content) != CRC32[name]:
        raise DamagedInstallationError(path)
    starts = array("I", content[: 4 * (BUCKETS + 1)])
    if sys.byteorder == "big":
        starts.byteswap()
    return content, starts
