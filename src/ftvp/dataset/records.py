"""The records of a training file as bytes, each with its line: JSON Lines or one JSON array."""

from __future__ import annotations

import gzip
import json
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, NamedTuple

from ftvp.errors import FileProblemsError, Problem, UnreadableFileError
from ftvp.files.disk import BOM, STANDARD_INPUT, look_for

BLOCK = 1 << 20


BLANK = b" \t\r\n"


DECODER = json.JSONDecoder()


class Raw(NamedTuple):
    """One record, from 1 the line on which it begins."""

    line: int
    data: bytes


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a training file, unpacked where it is packed; refusals say what to do."""
    try:
        with path.open("rb") as file:
            if file.read(2) == b"\x1f\x8b":
                file.seek(0)
                with gzip.open(file) as unpacked:
                    yield unpacked
            else:
                file.seek(0)
                yield file
    except FileNotFoundError:
        raise UnreadableFileError(path, f"does not exist. {look_for(path)}") from None
    except IsADirectoryError:
        raise UnreadableFileError(path, "is a folder. Name a file in it.") from None
    except PermissionError:
        raise UnreadableFileError(path, "may not be read. Ask for read permission.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        why = "is packed with gzip, but broken: copy it again."
        raise UnreadableFileError(path, why) from None


@contextmanager
def on_disk(path: Path | Literal["-"]) -> Iterator[Path]:
    """Give a file that can be read more than once; standard input is kept in one meanwhile."""
    if path != "-":
        yield path
        return
    import shutil
    import sys
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        copy = Path(folder, STANDARD_INPUT)
        with copy.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield copy


def is_array(path: Path) -> bool:
    """Return whether the file is one JSON array rather than a record a line."""
    with opened(path) as file:
        head = file.read(BLOCK).removeprefix(BOM).lstrip(BLANK)
    return head.startswith(b"[")


def records(path: Path) -> Iterator[Raw]:
    """Yield the records of a file in order; blank lines are passed over."""
    with opened(path) as file:
        yield from (_elements(file, path) if is_array(path) else _lines(file))


def _lines(file: IO[bytes] | gzip.GzipFile) -> Iterator[Raw]:
    for line, data in enumerate(file, start=1):
        text = data.removeprefix(BOM) if line == 1 else data
        if not text.isspace() and text:
            yield Raw(line, text)


def _elements(file: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[Raw]:
    """Yield the elements of an array; one that is no JSON ends the reading with its line."""
    text = _Text(file, path)
    text.skip("[")
    while (head := text.peek()) != "]":
        begun = text.line
        yield Raw(begun, text.element().encode("utf-8", "surrogatepass"))
        head = text.peek()
        if head == ",":
            text.skip(",")
        elif head != "]":
            text.refuse("a comma is missing after the record that ends here")
    text.skip("]")
    if text.peek():
        text.refuse("something follows the end of the list: take it out")


class _Text:
    """A JSON text read block by block, with the line of what comes next."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, path: Path) -> None:
        self.file = file
        self.path = path
        self.decoder = getincrementaldecoder("utf-8-sig")()
        self.rest = ""
        self.at = 0
        self.line = 1
        self.ended = False

    def fill(self, size: int = BLOCK) -> None:
        """Read on, and forget what was read before."""
        data = self.file.read(size)
        self.ended = not data
        try:
            self.rest = self.rest[self.at :] + self.decoder.decode(data, final=self.ended)
        except UnicodeDecodeError as error:
            line = self.line + self.rest.count("\n", self.at) + data.count(b"\n", 0, error.start)
            self.line = line
            self.refuse("is not UTF-8. Save the file as UTF-8")
        self.at = 0

    def peek(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            begin = self.at
            while self.at < len(self.rest) and self.rest[self.at] in " \t\r\n":
                self.at += 1
            self.line += self.rest.count("\n", begin, self.at)
            if self.at < len(self.rest) or self.ended:
                return self.rest[self.at : self.at + 1]
            self.fill()

    def skip(self, mark: str) -> None:
        """Pass over one mark."""
        self.peek()
        self.at += len(mark)

    def element(self) -> str:
        """Return the source of the JSON value that comes next."""
        self.peek()
        while True:
            try:
                _, end = DECODER.raw_decode(self.rest, self.at)
            except (json.JSONDecodeError, RecursionError) as error:
                if self.ended:
                    self.broken(error)
            else:
                if end < len(self.rest) or self.ended:
                    found = self.rest[self.at : end]
                    self.line += found.count("\n")
                    self.at = end
                    return found
            self.fill(max(BLOCK, 2 * len(self.rest)))

    def broken(self, error: Exception) -> None:
        """Refuse a value that is no JSON, at its line."""
        if isinstance(error, json.JSONDecodeError):
            self.line += self.rest.count("\n", self.at, error.pos)
            self.refuse(f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
        self.refuse("is nested too deep")

    def refuse(self, says: str) -> None:
        """Raise FileProblemsError at the line that was reached."""
        raise FileProblemsError([Problem(self.path.name, says, self.line)])
