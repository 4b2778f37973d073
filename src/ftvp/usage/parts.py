"""Long files are read in stretches by several processes, whose parts are joined in order."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from ftvp.files.disk import MAX_LINE, open_bytes
from ftvp.files.json import json_or_none
from ftvp.usage.log import FileNotes, Log, LogPart
from ftvp.usage.read import Asking, calls_within

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
    with open_bytes(path) as file:
        record = json_or_none(file.readline(MAX_LINE + 1)) if file.seekable() else None
    if type(record) is not dict:
        return False
    shape = next((each for each in asking.shapes if each.fits(record)), None)
    return shape is not None and not shape.repeats


def _processes() -> int:
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def stretches(size: int, length: int = STRETCH) -> list[tuple[int, int]]:
    """Return where the stretches of a file begin and end, in bytes.

    >>> stretches(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    return [(start, min(start + length, size)) for start in range(0, size, length)]


def read_part(path: str, start: int, end: int, *, name: str, told: Told) -> LogPart:
    """Return what the lines say that begin in a stretch of a file of JSON lines."""
    columns, day = told
    notes, log = FileNotes(name, is_part=True), Log()
    with uncollected():
        log.take(calls_within(Path(path), start, end, notes, Asking(day, columns)), 0)
    return log.part(notes)


Told = tuple[Mapping[str, str] | None, date]
"""The columns that were named, and the day of the answer."""


def log_parts(path: Path, asking: Asking) -> Iterator[LogPart]:
    """Yield the parts of a long file in its order, read by as many processes as there are CPUs."""
    processes = _processes()
    read = partial(read_part, str(path), name=path.name, told=(asking.columns, asking.day))
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = _in_order(pool, read, stretches(path.stat().st_size), processes)
        lines = 0
        for end, part in parts:
            lines += part.notes.lines
            if asking.report is not None:
                asking.report(end, lines)
            yield part


def _in_order(
    pool: ProcessPoolExecutor,
    read: Callable[[int, int], LogPart],
    asked: Iterable[tuple[int, int]],
    ahead: int,
) -> Iterator[tuple[int, LogPart]]:
    """Yield what stretches say, with their ends, in their order; only some are read ahead."""
    waiting: deque[tuple[int, Future[LogPart]]] = deque()
    for start, end in asked:
        waiting.append((end, pool.submit(read, start, end)))
        if len(waiting) > ahead:
            yield waiting[0][0], waiting.popleft()[1].result()
    while waiting:
        yield waiting[0][0], waiting.popleft()[1].result()
