"""Calls in the order of time, each once, in little memory: packed, sorted in parts, and merged.

A part that is full goes to a temporary file without a name. Two files that overlap hold some calls
twice: a call with a name counts once; without names, equal calls count as often as the file that
has the most of them says.
"""

from __future__ import annotations

import heapq
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain, islice, pairwise
from operator import itemgetter
from struct import Struct
from typing import IO
from weakref import finalize
from zlib import crc32

from ftvp.usage.call import Logged

PART = 64_000
"""Calls that are sorted in memory at once: about 6 MB."""
BLOCK = 1_024
"""Calls that are read at once of each part on the disk."""
COUNTED = 4
"""Blocks of calls that are counted at once."""
_FORM = Struct(">QQQHIIIIIBH")
_start: Callable[[bytes], bytes] = itemgetter(slice(16))
"""Gives the bytes that say when a call began, and what it is named."""
_NAMED = slice(8, 16)
NO_NAME = bytes(8)
_pack = _FORM.pack
UNTOLD = 0xFFFF_FFFF
"""Stands for a number of tokens that the log does not tell."""
_SHIFT = 1 << 62
FAILED, BATCH, TOLD_BATCH = 1, 2, 4
"""Flags of a packed call."""
_FILE = 2
"""Bytes at the end that say which file a call is of."""


def text_digest(text: str) -> int:
    """Return 64 bits that stand for a text, the same everywhere."""
    hashed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") or 1


def packed(call: Logged, model: int, opening: int, file: int) -> bytes:
    """Return a call in 53 bytes, which sort by time.

    Beside its time a short digest of its name is enough; without one it must tell alone.
    """
    time, _, (inputs, cached, write, output, thinking), failed, batch, name, _, _, _, _ = call
    if name is None:
        named = 0
    elif time is None:
        named = text_digest(name)
    else:
        named = crc32(name.encode("utf-8", "surrogatepass")) or 1
    return _pack(
        0 if time is None else time + _SHIFT,
        named,
        opening,
        model,
        UNTOLD if inputs is None else inputs,
        UNTOLD if cached is None else cached,
        UNTOLD if write is None else write,
        UNTOLD if output is None else output,
        UNTOLD if thinking is None else thinking,
        (FAILED if failed else 0) | (0 if batch is None else TOLD_BATCH | batch * BATCH),
        file,
    )


class Arrivals:
    """Packed calls, which come in any order and leave in the order of time."""

    def __init__(self) -> None:
        """Begin without calls."""
        self._part: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._parts: list[tuple[int, int]] = []
        self.repeated = 0
        """Calls left out since they stood there twice; known once all have left."""

    def take(self, records: Iterable[bytes]) -> None:
        """Take packed calls."""
        left = iter(records)
        while True:
            self._part += islice(left, PART - len(self._part))
            if len(self._part) < PART:
                return
            self._spill()

    def extend(self, records: bytes) -> None:
        """Take packed calls that stand side by side."""
        length = BLOCK * _FORM.size
        for at in range(0, len(records), length):
            self.take(_split(records[at : at + length]))

    def _spill(self) -> None:
        """Put the sorted part on the disk."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the object
            finalize(self, self._file.close)
        self._part.sort()
        self._file.seek(0, 2)
        self._parts.append((self._file.tell(), len(self._part)))
        self._file.write(b"".join(self._part))
        self._part = []

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the packed calls in the order of time, each once, up to some thousand at a time."""
        self._part.sort()
        self.repeated = 0
        same: Counter[bytes] = Counter()
        for block in self._merged():
            starts = set(map(_start, block))
            if len(starts) == len(block) and starts.isdisjoint(map(_start, same)):
                yield [*self._once(same), *block[:-1]]
                same = Counter(block[-1:])
            else:
                yield from _blocks(self._apart(block, same))
        yield from _blocks(self._once(same))

    def _apart(self, block: Iterable[bytes], same: Counter[bytes]) -> Iterator[bytes]:
        """Yield calls, each once, but for the last one and those that may be the same."""
        last = next(map(_identity, same), b"")
        for record in block:
            if _identity(record) != last:
                yield from self._once(same)
                same.clear()
                last = _identity(record)
            same[record] += 1

    def _merged(self) -> Iterator[list[bytes]]:
        """Yield all packed calls in order; parts that do not overlap follow one another."""
        ends = [self._ends(start, calls) for start, calls in self._parts]
        ends += [(self._part[0], self._part[-1])] if self._part else []
        runs = [*(self._run(start, calls) for start, calls in self._parts), _blocks(self._part)]
        if all(before[1] <= after[0] for before, after in pairwise(ends)):
            return chain.from_iterable(runs)
        return _blocks(heapq.merge(*map(chain.from_iterable, runs)))

    def _ends(self, start: int, calls: int) -> tuple[bytes, bytes]:
        return self._read(start, 1), self._read(start + (calls - 1) * _FORM.size, 1)

    def _run(self, start: int, calls: int) -> Iterator[list[bytes]]:
        """Yield the calls of a part on the disk."""
        for at in range(0, calls, BLOCK):
            yield _split(self._read(start + at * _FORM.size, min(BLOCK, calls - at)))

    def _read(self, start: int, calls: int) -> bytes:
        assert self._file is not None  # noqa: S101  a part stands in it
        self._file.seek(start)
        return self._file.read(calls * _FORM.size)

    def _once(self, same: Counter[bytes]) -> Iterator[bytes]:
        """Yield calls that have one identity without those that were written twice."""
        calls = same.total()
        if calls > 1 and _is_named(next(iter(same))):
            same = Counter([max(same)])
        elif len(same) > 1:  # each in other files: as often as the file says that has the most
            same = Counter({max(same): max(same.values())})
        self.repeated += calls - same.total()
        return same.elements()


def _is_named(record: bytes) -> bool:
    return record[_NAMED] != NO_NAME


def _identity(record: bytes) -> bytes:
    """Return what two records of one call have in common: without a name all but the file."""
    return _start(record) if _is_named(record) else record[:-_FILE]


def _blocks(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(records)
    while block := list(islice(left, BLOCK)):
        yield block


Packed = tuple[int, int, int, int, int, int, int, int, int, int, int]


def unpacked(blocks: Iterable[Sequence[bytes]]) -> Iterator[list[Packed]]:
    """Yield packed calls in turn, some thousand at once.

    Of each: when it began, its name, opening, model, five numbers of tokens, flags and file. The
    time is 0 where it is not known, a number of tokens UNTOLD.
    """
    left = iter(blocks)
    for block in left:
        yield list(_FORM.iter_unpack(b"".join(chain(block, *islice(left, COUNTED - 1)))))


_MODEL = slice(24, 26)


def renumbered(records: bytes, numbers: Sequence[int], file: int) -> bytes:
    """Return packed calls of another log with this one's numbers of its models and its file."""
    if not file and list(numbers) == list(range(len(numbers))):
        return records
    end = file.to_bytes(_FILE, "big")
    models = [number.to_bytes(2, "big") for number in numbers]
    return b"".join(
        record[: _MODEL.start]
        + models[int.from_bytes(record[_MODEL], "big")]
        + record[_MODEL.stop : -_FILE]
        + end
        for record in _split(records)
    )


def _split(records: bytes) -> list[bytes]:
    """Return packed calls that stand side by side, each by itself."""
    return [records[at : at + _FORM.size] for at in range(0, len(records), _FORM.size)]


def began(time: int) -> int:
    """Return a packed time as microseconds since 1970."""
    return time - _SHIFT
