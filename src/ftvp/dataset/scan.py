"""One pass over a training file: chunks of records become examples, on every core if it is big."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ftvp.dataset.examples import Example, Finding, RefusedError, refuse
from ftvp.dataset.formats import example_of, request_of
from ftvp.dataset.records import Raw, is_array, opened, records
from ftvp.errors import FileProblemsError, Problem
from ftvp.files.disk import BOM
from ftvp.tokens.counting import LONGEST_BLANK_RUN, refuse_blank_runs, specials

if TYPE_CHECKING:
    from multiprocessing.pool import Pool


T = TypeVar("T")


Look = Callable[[list[Example]], list[T]]


"""What is wanted of a chunk of examples, one value for each."""


Found = tuple[list[T], list[Finding]]


Report = Callable[[int], None]


"""Told how many bytes of records have been read so far."""


Read = Callable[[int, bytes], tuple[Example, list[Finding]]]


CHUNK = 1 << 20


BIG = 8 << 20


"""Bytes from which a second process pays for its start."""


SPECIAL = "'{}' is written out: it counts as text, and a provider may take it as control"


@dataclass(frozen=True)
class _Work(Generic[T]):
    """What is done with each chunk of records."""

    look: Look[T]
    read: Read

    def __call__(self, chunk: Iterable[Raw]) -> Found[T]:
        """Return `look` of the examples of a chunk, and every finding on the way."""
        examples, findings = list[Example](), list[Finding]()
        for raw in chunk:
            try:
                example, odd = self.read(raw.line, raw.data)
                _refuse_blanks(example)
            except RefusedError as error:
                findings.append(Finding(raw.line, str(error)))
            else:
                examples.append(example)
                findings += odd
                if b"<|" in raw.data:
                    findings += _written_out(example)
        return self.look(examples), findings


@dataclass
class Scan(Generic[T]):
    """What a pass over a file found: a value for each example, and what is odd about lines."""

    name: str
    values: list[T] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, found: Found[T]) -> None:
        """Keep what a chunk held."""
        self.values += found[0]
        self.findings += found[1]

    @property
    def odd(self) -> list[Finding]:
        """Findings that do not keep the file from being trained on."""
        return [finding for finding in self.findings if not finding.fatal]


def scan(
    path: Path, look: Look[T], report: Report | None = None, *, answers: bool = True
) -> Scan[T]:
    """Return `look` of every example of a file, in order, and what is odd about the records.

    Without `answers` the records are requests, which need none. Raises FileProblemsError with
    every problem for a file that cannot be trained on.
    """
    found: Scan[T] = Scan(path.name)
    _refuse_empty(path)
    found.findings += _of_the_whole(path)
    done = 0
    for size, chunk in _looked_at(path, _Work(look, example_of if answers else request_of)):
        found.add(chunk)
        done += size
        if report:
            report(done)
    refuse(found.findings, path.name)
    if not found.values:
        refuse([Finding(1, "holds no records: write one training example a line")], path.name)
    return found


def _refuse_empty(path: Path) -> None:
    with opened(path) as file:
        head = file.read(CHUNK).removeprefix(BOM)
    first = head.lstrip().splitlines()[:1]
    if not first:
        says = "is empty: write one training example a line"
        raise FileProblemsError([Problem(path.name, says, 1)])
    if first[0].strip() == b"{":
        says = (
            "is pretty-printed JSON: each training example must stand on one line. "
            f"Mend it with: jq -c . {path.name}"
        )
        raise FileProblemsError([Problem(path.name, says, 1)])


def _of_the_whole(path: Path) -> list[Finding]:
    with opened(path) as file:
        head = file.readline(CHUNK)
    says = []
    if head.startswith(BOM):
        says.append("the file begins with a byte-order mark: save it as UTF-8 without one")
    if head.endswith(b"\r\n"):
        says.append("lines end as on Windows (CRLF): providers take it, some tools do not")
    return [Finding(1, each, fatal=False) for each in says]


def _looked_at(path: Path, work: _Work[T]) -> Iterator[tuple[int, Found[T]]]:
    """Yield the size of each chunk and what it held, in order."""
    with _pool(path, work) as pool:
        if pool is None:
            for size, chunk in chunks(records(path)):
                yield size, work(chunk)
            return
        running = deque[tuple[int, object]]()
        for size, chunk in chunks(records(path)):
            running.append((size, pool.apply_async(_in_worker, (chunk,))))
            if len(running) > 2 * cores():
                yield _waited(*running.popleft())
        while running:
            yield _waited(*running.popleft())


def _waited(size: int, result: Any) -> tuple[int, Found[T]]:  # noqa: ANN401  a worker's values lose their type
    return size, result.get()


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


def _refuse_blanks(example: Example) -> None:
    from ftvp.errors import BlankRunError

    for turn in example.turns:
        if len(turn.text) > LONGEST_BLANK_RUN:
            try:
                refuse_blank_runs(turn.text)
            except BlankRunError:
                says = f"holds over {LONGEST_BLANK_RUN:,} spaces in a row: take them out"
                raise RefusedError(says) from None


def _written_out(example: Example) -> list[Finding]:
    names = specials("\n".join(turn.text for turn in example.turns))
    return [Finding(example.line, SPECIAL.format(name), fatal=False) for name in names]


def cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _pool(path: Path, work: _Work[T]) -> Iterator[Pool | None]:
    """Give a pool of processes that share what is loaded; None where one process is as fast."""
    if sys.platform != "linux" or cores() < 2 or path.stat().st_size < BIG or is_array(path):  # noqa: PLR2004  two cores
        yield None
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(cores(), _prepare, (work,)) as pool:
        yield pool


_prepared: list[_Work[object]] = []


def _prepare(work: _Work[object]) -> None:
    import gc
    import signal

    gc.disable()  # a chunk's records form no circles, and there are many of them
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepared[:] = [work]


def _in_worker(chunk: list[Raw]) -> Found[object]:
    return _prepared[0](chunk)


def fetch(path: Path, lines: Iterable[int]) -> dict[int, Example]:
    """Return the examples at these lines, read anew."""
    wanted = set(lines)
    return {
        raw.line: example_of(raw.line, raw.data)[0] for raw in records(path) if raw.line in wanted
    }
