"""Where the data that ships with the package lies."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from zlib import crc32


def data_folder() -> Path:
    """Return the folder of tables and vocabularies: the installed one, else the checkout's."""
    package = Path(__file__).parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent.parent / "data"


BUCKETS = 1 << 16


SEPARATOR = b"\xff\xfe\xff"


"""Three bytes that occur in no token, nor where a token meets its rank."""


HEAD = 4


RANK = 3


def bucket(head: bytes) -> int:
    """Return the number of the bucket that holds the tokens which begin with up to four bytes."""
    return crc32(head) % BUCKETS


def whole(encoding: str) -> dict[bytes, int]:
    """Return every token of an encoding with its rank."""
    content, starts = _opened(encoding)
    return _ranks(content[starts[0] :].split(SEPARATOR)[:-1])


def part(encoding: str, text: bytes) -> dict[bytes, int]:
    """Return a part of an encoding that holds every token occurring in a text (UTF-8).

    Tokens of which the first or the last four bytes do not occur are left out; a few others that
    do not occur may remain, and change nothing.
    """
    content, starts = _opened(encoding)
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

    Kept, since a prompt priced at several models is counted in both encodings.
    """
    grams = {text[i : i + size] for size in range(1, HEAD + 1) for i in range(len(text) - size + 1)}
    return grams, {bucket(gram) for gram in grams}


def _ranks(records: Iterable[bytes]) -> dict[bytes, int]:
    return {record[:-RANK]: int.from_bytes(record[-RANK:], "little") for record in records}


@cache
def _opened(encoding: str) -> tuple[mmap, array[int]]:
    with (data_folder() / "vocabularies" / f"{encoding}.bin").open("rb") as file:
        content = mmap(file.fileno(), 0, access=ACCESS_READ)
    starts = array("I", content[: 4 * (BUCKETS + 1)])
    if sys.byteorder == "big":
        starts.byteswap()
    return content, starts
