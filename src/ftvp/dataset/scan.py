"""One pass over a training file: chunks of records become examples, on every core if it is big."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ftvp.dataset.examples import RecordError, RecordIssues, TrainingExample
from ftvp.dataset.formats import example_of, request_of
from ftvp.dataset.records import Container, Raw, container_of, read_records
from ftvp.errors import FileProblemsError, LongRunError, Problem
from ftvp.files.containers import BOM
from ftvp.files.disk import open_bytes
from ftvp.tokens.counting import LONGEST_RUN, refuse_long_runs, specials

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

T = TypeVar("T")
Look = Callable[[list[TrainingExample]], list[T]]
"""What is wanted of a chunk of examples, one value for each."""
Looked = tuple[list[T], RecordIssues]
Report = Callable[[int], None]
"""Called with the bytes of records that have been read so far."""
ReadLine = Callable[[int, bytes], tuple[TrainingExample, list[str]]]

CHUNK = 1 << 20
BIG = 8 << 20
"""Bytes from which a second process pays for its start."""
MAX_BROKEN = 100_000
"""Records that cannot be trained on, after which reading stops."""
SPECIAL = "'{}' is written out: it counts as text, and a provider may take it as control"


@dataclass(frozen=True)
class _Work(Generic[T]):
    """What is done with each chunk of records."""

    look: Look[T]
    read: ReadLine

    def __call__(self, chunk: Iterable[Raw]) -> Looked[T]:
        """Return `look` of the examples of a chunk, and every issue on the way."""
        examples, issues = list[TrainingExample](), RecordIssues()
        for raw in chunk:
            if raw.problem:
                issues.add(raw.problem, [raw.line], is_fatal=True)
                continue
            try:
                example, odd = self.read(raw.line, raw.data)
                _refuse_runs(example)
            except RecordError as error:
                issues.add(str(error), [raw.line], is_fatal=True)
                continue
            examples.append(example)
            if b"<|" in raw.data:
                texts = "\n".join(message.text for message in example.messages)
                odd = [*odd, *(SPECIAL.format(name) for name in specials(texts))]
            for says in dict.fromkeys(odd):
                issues.add(says, [raw.line], is_fatal=False)
        return self.look(examples), issues


@dataclass
class Scan(Generic[T]):
    """What a pass over a file gave: a value for each example, and the issues of its records."""

    values: list[T] = field(default_factory=list)
    issues: RecordIssues = field(default_factory=RecordIssues)


def scan(
    path: Path, look: Look[T], report: Report | None = None, *, answers: bool = True
) -> Scan[T]:
    """Return `look` of every example of a file, in order, and the issues of its records.

    Without `answers` the records are requests, which need none. Raises FileProblemsError with
    every problem for a file that cannot be trained on.
    """
    container = container_of(path)
    found: Scan[T] = Scan()
    for says in _file_issues(path, container):
        found.issues.add(says, [1], is_fatal=False)
    done = 0
    work = _Work(look, example_of if answers else request_of)
    for size, (values, issues) in _looked_at(path, container, work):
        found.values += values
        found.issues.merge(issues)
        done += size
        if report:
            report(done)
        if found.issues.fatal > MAX_BROKEN:
            break
    found.issues.refuse(path.name)
    if not found.values:
        raise FileProblemsError([Problem(path.name, "holds no records: write one a line", 1)])
    return found


def _file_issues(path: Path, container: Container) -> Iterator[str]:
    """Yield what is odd about a text file as a whole."""
    if container.kind == "parquet":
        return
    with open_bytes(path) as file:
        head = file.readline(CHUNK)
    if head.startswith(BOM):
        yield "the file begins with a byte-order mark: save it as UTF-8 without one"
    if head.endswith(b"\r\n"):
        yield "lines end as on Windows (CRLF): providers take it, some tools do not"


def _looked_at(path: Path, container: Container, work: _Work[T]) -> Iterator[tuple[int, Looked[T]]]:
    """Yield the size of each chunk and what it held, in order."""
    records = read_records(path, container)
    with _pool(path, container, work) as pool:
        if pool is None:
            for size, chunk in chunks(records):
                yield size, work(chunk)
            return
        running = deque[tuple[int, Any]]()
        for size, chunk in chunks(records):
            running.append((size, pool.apply_async(_in_worker, (chunk,))))
            if len(running) > 2 * cores():
                read, result = running.popleft()
                yield read, result.get()
        for read, result in running:
            yield read, result.get()


def chunks(of: Iterable[Raw]) -> Iterator[tuple[int, list[Raw]]]:
    """Yield records in lists of about a megabyte, each with its bytes."""
    size, chunk = 0, list[Raw]()
    for raw in of:
        chunk.append(raw)
        size += len(raw.data)
        if size >= CHUNK:
            yield size, chunk
            size, chunk = 0, []
    if chunk:
        yield size, chunk


def _refuse_runs(example: TrainingExample) -> None:
    for message in example.messages:
        if len(message.text) > LONGEST_RUN:
            try:
                refuse_long_runs(message.text)
            except LongRunError as error:
                says = f"holds over {LONGEST_RUN:,} {error.what} in a row: take them out"
                raise RecordError(says) from None


def cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _pool(path: Path, container: Container, work: _Work[T]) -> Iterator[Pool | None]:
    """Give a pool of processes that share what is loaded; None where one process is as fast."""
    is_big = path.stat().st_size >= BIG and container.kind in {"lines", "table"}
    if sys.platform != "linux" or cores() < 2 or not is_big:  # noqa: PLR2004  two cores
        yield None
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(cores(), _prepare, (work,)) as pool:
        yield pool


_prepared: list[_Work[object]] = []


def _prepare(work: _Work[object]) -> None:
    gc.disable()  # a chunk's records form no circles, and there are many of them
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepared[:] = [work]


def _in_worker(chunk: list[Raw]) -> Looked[object]:
    return _prepared[0](chunk)


def fetch(path: Path, places: Iterable[int]) -> dict[int, TrainingExample]:
    """Return the examples at these places of a file, from 0, read anew."""
    wanted = set(places)
    return {
        place: example_of(raw.line, raw.data)[0]
        for place, raw in enumerate(read_records(path) if wanted else ())
        if place in wanted
    }
