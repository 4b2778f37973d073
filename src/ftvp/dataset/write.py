"""Training files out: whole or not at all, whatever happens on the way."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ftvp.dataset.records import is_array, records
from ftvp.errors import UnwritableFileError


def write_records(source: Path, target: Path, lines: Iterable[int]) -> int:
    """Write the records of `source` at these lines to `target`, as they stand; return how many.

    The new file takes its place when it is complete; a name that ends in .gz packs it.
    """
    wanted = set(lines)
    kept = (raw.data for raw in records(source) if raw.line in wanted)
    if target.resolve() == source.resolve():
        raise UnwritableFileError(target, "is the file that is read: name another.")
    with _whole(target) as file:
        return _written(file, kept, array=is_array(source))


def _written(file: IO[bytes] | gzip.GzipFile, kept: Iterator[bytes], *, array: bool) -> int:
    number = 0
    for number, data in enumerate(kept, start=1):
        if array:
            file.write(b"[\n" if number == 1 else b",\n")
        file.write(data.rstrip(b"\r\n"))
        file.write(b"" if array else b"\n")
    if array:
        file.write(b"\n]\n" if number else b"[]\n")
    return number


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Give a file that appears under its name once it is complete and on the disk."""
    try:
        with _nameless(target) as file:
            if target.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
                    yield packed
            else:
                yield file
    except IsADirectoryError:
        raise UnwritableFileError(target, "is a folder. Name a file in it.") from None
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise UnwritableFileError(target, f"cannot be written: {why}.") from None


@contextmanager
def _nameless(target: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Give a file without a name where the system has such, so that a kill leaves nothing."""
    beside = target.resolve().with_name(f".{target.name}.{os.getpid()}.part")
    number = _opened(beside)
    try:
        with os.fdopen(number, "wb", buffering=1 << 20) as file:
            yield file
            file.flush()
            os.fsync(number)
            if not beside.exists():
                # With a folder's number, which a whole path needs none of, Python follows the link.
                os.link(f"/proc/self/fd/{number}", beside, src_dir_fd=number)
            if target.is_dir():
                raise IsADirectoryError
            beside.replace(target.resolve())
    finally:
        beside.unlink(missing_ok=True)


def _opened(beside: Path) -> int:
    mode = 0o666
    nameless = getattr(os, "O_TMPFILE", None)
    if nameless is not None and Path("/proc/self/fd").is_dir():
        with suppress(OSError):  # a file system without nameless files
            return os.open(beside.parent, nameless | os.O_WRONLY, mode)
    return os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
