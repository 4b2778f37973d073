"""Long files are read in stretches by several processes, whose parts are joined in order."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from ftvp.usage.documents import DOCUMENT_SHAPES
from ftvp.usage.log import Log, LogPart
from ftvp.usage.read import Asking, FileNotes, calls_within, first_record
from ftvp.usage.shapes import SHAPES

STRETCH = 32 << 20
"""Bytes that one process reads at a time."""
WORTH = 96 << 20
"""Bytes of a file from which several processes are worth their start."""
MOST_PROCESSES = 8


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no unreachable cycles: records are trees, of which millions come and go."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def can_split(path: Path, asking: Asking) -> bool:
    """Return whether a file is long, holds JSON lines, and none of them depends on another."""
    if _processes() < 2 or not path.is_file() or path.stat().st_size < WORTH:  # noqa: PLR2004  one is us
        return False
    return has_own_lines(path, asking)


def has_own_lines(path: Path, asking: Asking) -> bool:
    """Return whether a file holds JSON lines, each of which can be read by itself."""
    record = first_record(path)
    if record is None:
        return False
    shapes = [asking.shape] if asking.shape else [*DOCUMENT_SHAPES, *SHAPES]
    shape = next((each for each in shapes if each.fits(record)), None)
    return shape is not None and not shape.repeats


def _processes() -> int:
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def stretches(size: int, length: int = STRETCH) -> list[tuple[int, int]]:
    """Return where the stretches of a file begin and end, in bytes.

    >>> stretches(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    return [(start, min(start + length, size)) for start in range(0, size, length)]


def read_part(path: str, start: int, end: int, name: str, told: Told) -> LogPart:
    """Return what the lines say that begin in a stretch of a file of JSON lines."""
    columns, day = told
    notes, log = FileNotes(name), Log()
    with uncollected():
        log.take(calls_within(Path(path), start, end, notes, Asking(day, columns)), 0)
    return log.part(notes)


Told = tuple[Mapping[str, str] | None, date]
"""The columns that were named, and the day of the answer."""


def log_parts(path: Path, asking: Asking) -> Iterator[LogPart]:
    """Yield the parts of a long file in its order, read by as many processes as there are CPUs."""
    processes = _processes()
    told = asking.columns, asking.day
    waiting: deque[tuple[int, Future[LogPart]]] = deque()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for start, end in stretches(path.stat().st_size):
            made = pool.submit(read_part, str(path), start, end, path.name, told)
            waiting.append((end, made))
            if len(waiting) > processes:
                yield _done(waiting, asking)
        while waiting:
            yield _done(waiting, asking)


def _done(waiting: deque[tuple[int, Future[LogPart]]], asking: Asking) -> LogPart:
    end, made = waiting.popleft()
    part = made.result()
    if asking.report is not None:
        asking.report(end)
    return part
