"""Which examples are alike: word shingles, and the Jaccard similarity of two sets of them.

Candidates come from MinHash bands, so that each example is compared with few others; what is
reported was compared in full (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from operator import eq
from zlib import crc32

ALIKE = 0.8
"""The Jaccard similarity from which two examples count as near duplicates."""
SHINGLE = 3

BANDS, ROWS = 8, 3
"""Two examples of similarity 0.8 meet in a band with probability 1 - (1 - 0.8^3)^8 = 0.997."""
HASHES = BANDS * ROWS
MARGIN = 0.25
"""How far below ALIKE the estimate of 24 hashes may lie: three standard deviations."""
MAX_BUCKET = 8
"""Unlike examples of one bucket with which a newcomer is compared."""
COMMON, FEWEST_OF_MANY = 0.2, 10
"""The share of examples, and their number, from which what they share is left out of account."""
BAND_BYTES = 4 * ROWS
STARTS = [
    ((row * BANDS + band << 64) // HASHES) - (1 << 63)
    for band in range(BANDS)
    for row in range(ROWS)
]
"""Where the circle of hash values is entered: the next shingle from there is a MinHash.

The rows of a band enter far from each other, since neighbours often find the same shingle.
"""
CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")
PLAIN = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(128))
FOLD = PLAIN + bytes(range(128, 256))
"""ASCII in lower case without punctuation; every other byte is part of a word."""


def word_numbers(text: str) -> list[int]:
    """Return the words of a text as numbers, in order; a Chinese character is a word."""
    if not text.isascii():
        text = CJK.sub(r" \1 ", text)
    return list(map(crc32, text.encode("utf-8", "surrogatepass").translate(FOLD).split()))


def _hashes(words: Sequence[int]) -> Iterable[int]:
    """Return the hash of every three words in a row; of all words where there are fewer."""
    if len(words) < SHINGLE:
        return [hash(tuple(words))]
    # A tuple of whole numbers hashes alike in every process; text would not.
    return map(hash, zip(words, words[1:], words[2:], strict=False))


def shingles(words: Sequence[int], common: AbstractSet[int] = frozenset()) -> set[int]:
    """Return every three words in a row as a set of hashes.

    What is `common` to many examples is left out, unless nothing else is there.
    """
    found = set(_hashes(words))
    return (found - common or found) if common else found


def common_shingles(sample: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return the shingles that many of some examples share, such as those of a long instruction.

    Many are more than half of them, or a fifth where that is ten or more.
    """
    spread = Counter(shingle for words in sample for shingle in shingles(words))
    many = max(FEWEST_OF_MANY, COMMON * len(sample))
    half = max(2.0, len(sample) / 2)
    return frozenset(each for each, count in spread.items() if count >= many or count > half)


def sketch(words: Sequence[int], common: AbstractSet[int] = frozenset()) -> bytes:
    """Return 24 MinHash values of the shingles of some words, 4 bytes each."""
    ordered = sorted(shingles(words, common) if common else _hashes(words))
    around = [*ordered, ordered[0]]
    found = array("q", map(around.__getitem__, map(partial(bisect_left, ordered), STARTS)))
    return memoryview(found).cast("B").cast("I")[::2].tobytes()


def jaccard(one: set[int], other: set[int]) -> float:
    """Return the part of two sets that both share.

    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    """
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def resemblance(one: bytes, other: bytes) -> float:
    """Return the similarity that two sketches suggest."""
    equal: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return equal / HASHES


def candidates(sketches: Sequence[bytes], known: int = 0) -> Iterator[tuple[int, int]]:
    """Yield pairs (earlier, later) of places that may be alike, each once.

    The first `known` sketches are only compared with later ones, not among themselves.
    """
    met: set[tuple[int, int]] = set()
    for band in range(0, BAND_BYTES * BANDS, BAND_BYTES):
        firsts: dict[bytes, int] = {}
        buckets: dict[int, list[int]] = {}
        for later, values in enumerate(sketches):
            first = firsts.setdefault(values[band : band + BAND_BYTES], later)
            if first == later:
                continue
            bucket = buckets.setdefault(first, [first])
            for earlier in bucket if later >= known else ():
                other = sketches[earlier]
                if (earlier, later) not in met and (
                    other == values or resemblance(other, values) >= ALIKE - MARGIN
                ):
                    met.add((earlier, later))
                    yield earlier, later
            if len(bucket) < MAX_BUCKET:
                bucket.append(later)
