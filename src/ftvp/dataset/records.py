"""The records of a training file, one after another, whatever holds them."""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal, NamedTuple

from ftvp.dataset.columns import (
    Raw,
    delimiter_of,
    parquet_records,
    table_records,
)
from ftvp.dataset.supervised import LIST_KEYS
from ftvp.errors import (
    FileProblemsError,
    NotUtf8Error,
    Problem,
    TooLargeError,
    TooManyExamplesError,
    UnreadableFileError,
)
from ftvp.files.containers import BOM, foreign_format, wide_encoding
from ftvp.files.disk import MAX_LINE, open_bytes
from ftvp.files.json import json_fault

MAX_EXAMPLES = 2_000_000
"""Training examples of a file: what is kept of each takes about a kilobyte."""
BLOCK = 1 << 20
BLANK = b" \t\r\n"
PARQUET = b"PAR1"
DECODER = json.JSONDecoder()
WRAPPED = re.compile(rb'\{\s*"([^"\\]{1,40})"\s*:\s*\[')


class Container(NamedTuple):
    """What holds the records of a file, and for a table what separates its columns."""

    kind: Literal["lines", "array", "table", "parquet"]
    delimiter: str = ""


def container_of(path: Path) -> Container:
    """Return what holds the records of a file, told by its beginning and its name.

    Raises FileProblemsError for an empty file and for one JSON object over several lines,
    NotUtf8Error for UTF-16, and UnreadableFileError for what is no text, with what to do.
    """
    with open_bytes(path) as file:
        head = file.read(BLOCK)
    if head.startswith(PARQUET):
        return Container("parquet")
    if encoding := wide_encoding(head):
        raise NotUtf8Error(path, head[0], 1, encoding)
    if foreign := foreign_format(head):
        says = f"is {foreign.name}, which is not read. {foreign.instead.format(name=path.name)}."
        raise UnreadableFileError(path, says)
    text = head.removeprefix(BOM).lstrip(BLANK)
    if not text:
        raise FileProblemsError([Problem(path.name, "is empty: write one example a line", 1)])
    if text.startswith(b"["):
        return Container("array")
    if text.splitlines()[0].strip() == b"{":
        _refuse_spread(text, path)
    if not text.startswith(b"{") and (delimiter := delimiter_of(head, path)):
        return Container("table", delimiter)
    return Container("lines")


def _refuse_spread(text: bytes, path: Path) -> None:
    """Raise FileProblemsError for one JSON object that is spread over lines."""
    wrapped = WRAPPED.match(text)
    key = wrapped[1].decode("utf-8", "replace") if wrapped else ""
    if key and key not in {"messages", "contents", "tools", "segments", *LIST_KEYS}:
        says = f"is one object with a list of records: jq -c '.{key}[]' {path.name}"
    else:
        says = (
            "is pretty-printed JSON: each training example must stand on one line. "
            f"Write it so with: jq -c . {path.name}"
        )
    raise FileProblemsError([Problem(path.name, says, 1)])


def read_records(path: Path, container: Container | None = None) -> Iterator[Raw]:
    """Yield the records of a file in order; blank lines are passed over.

    Raises TooManyExamplesError beyond MAX_EXAMPLES.
    """
    for number, raw in enumerate(_all_records(path, container or container_of(path))):
        if number >= MAX_EXAMPLES:
            raise TooManyExamplesError(path, MAX_EXAMPLES)
        yield raw


def _all_records(path: Path, container: Container) -> Iterator[Raw]:
    if container.kind == "parquet":
        yield from parquet_records(path)
        return
    with open_bytes(path) as file:
        if container.kind == "table":
            yield from table_records(file, path, container.delimiter)
        else:
            yield from (_elements if container.kind == "array" else _lines)(file, path)


def _lines(file: IO[bytes], path: Path) -> Iterator[Raw]:
    line = 0
    while data := file.readline(MAX_LINE + 1):
        line += 1
        if len(data) > MAX_LINE:
            raise TooLargeError(path, MAX_LINE, f"line ({line:,})")
        text = data.removeprefix(BOM) if line == 1 else data
        if not text.isspace() and text:
            yield Raw(line, text)


def _elements(file: IO[bytes], path: Path) -> Iterator[Raw]:
    """Yield the elements of an array; one that is no JSON ends the reading with its line."""
    text = _Text(file, path)
    text.skip("[")
    while (head := text.peek()) != "]":
        begun = text.line
        yield Raw(begun, text.element().encode("utf-8", "surrogatepass"))
        head = text.peek()
        if head == ",":
            text.skip(",")
            if text.peek() == "]":
                text.refuse("a comma stands before the end of the list: take it out")
        elif head != "]":
            text.refuse("a comma is missing after the record that ends here")
    text.skip("]")
    if text.peek() == "[":
        text.refuse("each line is a list: make a record of each with jq -c '{messages: .}'")
    if text.peek():
        text.refuse("something follows the end of the list: take it out")


class _Text:
    """A JSON text read block by block, with the line of what comes next."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
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
            if len(self.rest) - self.at > MAX_LINE:
                raise TooLargeError(self.path, MAX_LINE, f"record (at line {self.line:,})")
            self.fill(max(BLOCK, 2 * len(self.rest)))

    def broken(self, error: Exception) -> None:
        """Refuse a value that is no JSON, at its line."""
        if isinstance(error, json.JSONDecodeError):
            self.line += self.rest.count("\n", self.at, error.pos)
            self.refuse(json_fault(error))
        self.refuse("is nested too deep")

    def refuse(self, says: str) -> None:
        """Raise FileProblemsError at the line that was reached."""
        raise FileProblemsError([Problem(self.path.name, says, self.line)])
