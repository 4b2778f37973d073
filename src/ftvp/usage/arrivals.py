"""Calls in the order of time, each once, in little memory: packed, sorted in parts, and merged.

A part that is full goes to a temporary file without a name. Two files that overlap hold some calls
twice: a call with a name counts once; without names, equal calls count as often as the file that
has the most of them says.
"""

from __future__ import annotations

import heapq
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby, pairwise
from struct import Struct
from typing import IO, NamedTuple

from ftvp.usage.call import Logged

PART = 150_000
"""Calls that are sorted in memory at once: about 13 MB."""
BLOCK = 4_096
"""Calls that are read at once of each part on the disk."""
_FORM = Struct(">QQQHIIIIIBH")
_KEY = Struct(">QQ")
UNTOLD = 0xFFFF_FFFF
"""Stands for a number of tokens that the log does not tell."""
_SHIFT = 1 << 62
_FAILED, _BATCH, _TOLD_BATCH = 1, 2, 4
_FILE = 2
"""Bytes at the end that say which file a call is of."""


class Arrival(NamedTuple):
    """A call of one request as it was packed; UNTOLD for tokens that the log does not tell.

    `time` is None where it is not known, `opening` 0 where nothing of the request is.
    """

    time: int | None
    opening: int
    model: int
    input: int
    cached: int
    write: int
    output: int
    thinking: int
    failed: bool
    batch: bool | None


def text_digest(text: str) -> int:
    """Return 64 bits that stand for a text, the same everywhere."""
    hashed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") or 1


def packed(call: Logged, model: int, opening: int, file: int) -> bytes:
    """Return a call in 53 bytes, which sort by time."""
    told = (UNTOLD if number is None else number for number in call.spent)
    flags = _FAILED if call.failed else 0
    if call.batch is not None:
        flags |= _TOLD_BATCH | _BATCH * call.batch
    return _FORM.pack(
        0 if call.time is None else call.time + _SHIFT,
        0 if call.name is None else text_digest(call.name),
        opening,
        model,
        *told,
        flags,
        file,
    )


def _unpacked(record: bytes) -> Arrival:
    time, _, opening, model, inputs, cached, write, output, thinking, flags, _ = _FORM.unpack(
        record
    )
    return Arrival(
        time - _SHIFT if time else None,
        opening,
        model,
        inputs,
        cached,
        write,
        output,
        thinking,
        flags & _FAILED != 0,
        flags & _BATCH != 0 if flags & _TOLD_BATCH else None,
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

    def add(self, record: bytes) -> None:
        """Take a packed call."""
        self._part.append(record)
        if len(self._part) >= PART:
            self._spill()

    def extend(self, records: bytes) -> None:
        """Take many packed calls at once."""
        for at in range(0, len(records), _FORM.size):
            self.add(records[at : at + _FORM.size])

    def _spill(self) -> None:
        """Put the sorted part on the disk."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the object
        self._part.sort()
        self._file.seek(0, 2)
        self._parts.append((self._file.tell(), len(self._part)))
        self._file.write(b"".join(self._part))
        self._part = []

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the calls in the order of time, each once."""
        self._part.sort()
        self.repeated = 0
        for key, same in groupby(self._merged(), key=_time_and_name):
            kept = list(same)
            once = self._once(key, kept) if len(kept) > 1 else kept
            yield from map(_unpacked, once)

    def _merged(self) -> Iterator[bytes]:
        """Yield all packed calls in order; parts that do not overlap follow one another."""
        if not self._parts:
            return iter(self._part)
        ends = [self._ends(start, calls) for start, calls in self._parts]
        ends += [(self._part[0], self._part[-1])] if self._part else []
        runs = [*(self._run(start, calls) for start, calls in self._parts), iter(self._part)]
        if all(before[1] <= after[0] for before, after in pairwise(ends)):
            return (record for run in runs for record in run)
        return heapq.merge(*runs)

    def _ends(self, start: int, calls: int) -> tuple[bytes, bytes]:
        return self._read(start, 1), self._read(start + (calls - 1) * _FORM.size, 1)

    def _run(self, start: int, calls: int) -> Iterator[bytes]:
        """Yield the calls of a part on the disk."""
        for at in range(0, calls, BLOCK):
            block = self._read(start + at * _FORM.size, min(BLOCK, calls - at))
            for place in range(0, len(block), _FORM.size):
                yield block[place : place + _FORM.size]

    def _read(self, start: int, calls: int) -> bytes:
        assert self._file is not None  # noqa: S101  a part stands in it
        self._file.seek(start)
        return self._file.read(calls * _FORM.size)

    def _once(self, key: bytes, same: Sequence[bytes]) -> list[bytes]:
        """Return the calls of one time and name without those that were written twice."""
        if _KEY.unpack(key)[1]:
            kept = [max(same)]
        else:
            by_file = Counter((record[:-_FILE], record[-_FILE:]) for record in same)
            most: dict[bytes, int] = {}
            for (record, _), times in by_file.items():
                most[record] = max(most.get(record, 0), times)
            kept = [r + b"\0\0" for r, times in most.items() for _ in range(times)]
        self.repeated += len(same) - len(kept)
        return kept


def _time_and_name(record: bytes) -> bytes:
    return record[: _KEY.size]
