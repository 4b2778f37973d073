"""The records of a training file, one after another, whatever holds them.

Of tables, each row of CSV, TSV or Parquet becomes a record in JSON.
"""

from __future__ import annotations

import csv
import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Literal, NamedTuple

from ftvp.dataset.conversations import pair_keys
from ftvp.dataset.examples import NOT_UTF_8
from ftvp.dataset.supervised import LIST_KEYS
from ftvp.errors import (
    FileProblemsError,
    NotUtf8Error,
    Problem,
    TooLargeError,
    TooManyExamplesError,
    UnreadableFileError,
)
from ftvp.files.disk import BOM, MAX_LINE, MAX_UNPACKED, foreign_format, open_bytes, wide_encoding
from ftvp.files.values import json_fault, json_or_none
from ftvp.wording import (
    count_of,
)

DELIMITERS = {".csv": ",", ".tsv": "\t"}
OTHER_DELIMITERS = ("\t", ";", ",", "|")
PREFERRED = ("chosen", "rejected")
BATCH = 1000
"""Rows of Parquet that are held at a time."""
CHUNK = 1 << 20


class Raw(NamedTuple):
    """One record as JSON, the line on which it begins, and how its file has it."""

    line: int
    data: bytes
    source: bytes = b""
    """As the file has it, where that is not `data`."""
    problem: str = ""
    """What keeps the row of a table from being a record."""


def delimiter_of(head: bytes, path: Path) -> str | None:
    """Return what separates the columns of a table, by its name or its header; None for no table.

    A header counts without the name where it names a question and its answer, or messages.
    """
    first = next(iter(head.removeprefix(BOM).decode("utf-8", "replace").splitlines()), "")
    if first[:4].lower() == "sep=" and len(first) == len("sep=;"):
        return first[4]
    counts = {each: first.count(each) for each in OTHER_DELIMITERS}
    for suffix in path.suffixes:
        if usual := DELIMITERS.get(suffix.lower()):
            return usual if counts[usual] else max(counts, key=counts.__getitem__)
    for each in OTHER_DELIMITERS:
        names = [name.strip(' "').lower() for name in first.split(each)]
        known = dict.fromkeys(names)
        if len(names) > 1 and (pair_keys(known) or known.keys() >= set(PREFERRED)):
            return each
    return None


class _Lines:
    """The lines of a table as text, with what the last row was made of."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        """Begin with the first line."""
        self.file = file
        self.path = path
        self.number = 0
        self.row = b""

    def __iter__(self) -> Iterator[str]:
        """Yield each line; FileProblemsError for what is not UTF-8, with its line."""
        while data := self.file.readline(MAX_LINE + 1):
            self.number += 1
            if len(self.row) + len(data) > MAX_LINE:
                raise TooLargeError(self.path, MAX_LINE, f"row (to line {self.number:,})")
            self.row += data
            text = data.removeprefix(BOM) if self.number == 1 else data
            try:
                yield text.decode("utf-8")
            except UnicodeDecodeError:
                raise FileProblemsError([Problem(self.path.name, NOT_UTF_8, self.number)]) from None

    def taken(self) -> bytes:
        """Return what was read since this was last called."""
        row, self.row = self.row, b""
        return row


def table_records(file: IO[bytes], path: Path, delimiter: str) -> Iterator[Raw]:
    """Yield the rows of a table of text as records whose keys are the columns of its header."""
    lines = _Lines(file, path)
    rows = _rows(lines, delimiter)
    header = _header(rows)[0]
    if repeated := sorted({name for name in header if name and header.count(name) > 1}):
        says = f"the column '{repeated[0][:40]}' stands twice in the header"
        raise FileProblemsError([Problem(path.name, says, 1)])
    for line, row, source in rows:
        if len(row) != len(header):
            says = f"a row has not the {count_of(len(header), 'column')} of the header"
            yield Raw(line, b"", source, says)
        elif any(row):
            record = {k: _cell(v) for k, v in zip(header, row, strict=True) if k}
            yield Raw(line, json.dumps(record, ensure_ascii=False).encode(), source)


def table_header(file: IO[bytes], path: Path, delimiter: str) -> bytes:
    """Return the header of a table as its file has it, with what stands above it."""
    return _header(_rows(_Lines(file, path), delimiter))[1]


def _header(rows: Iterator[tuple[int, list[str], bytes]]) -> tuple[list[str], bytes]:
    """Return the names of the columns and their source; Excel's line `sep=;` stands above them."""
    _, names, source = next(rows, (0, [""], b""))
    if names[0].lower().startswith("sep="):
        _, names, below = next(rows, (0, [""], b""))
        source += below
    return [name.strip() for name in names], source


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str], bytes]]:
    """Yield each row that is not blank, with its first line and its source."""
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        begun = lines.number + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            says = f"is no row of a table: {error}"
            raise FileProblemsError([Problem(lines.path.name, says, begun)]) from None
        if row is None:
            return
        source = lines.taken()
        if row:
            yield begun, row, source


def _cell(text: str) -> object:
    """Return a cell's text, or the messages that it spells in JSON."""
    if not text.startswith("[{"):
        return text
    value = json_or_none(text)
    if value is None:
        return text
    spoken = all(isinstance(each, dict) and each.keys() & {"role", "from"} for each in value)
    return value if spoken else text


def parquet_records(path: Path) -> Iterator[Raw]:
    """Yield the rows of a Parquet file as records; a "line" is the number of a row, from 1.

    Raises UnreadableFileError without the package pyarrow, or for a file that it cannot read.
    """
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        says = (
            "is Parquet. To read it: pip install 'ftvp[parquet]'. Or write it as JSON Lines: "
            f"duckdb -c \"COPY (FROM '{path.name}') TO 'train.jsonl'\""
        )
        raise UnreadableFileError(path, says) from None
    broken = import_module("pyarrow").ArrowException
    try:
        with parquet.ParquetFile(path) as file:
            groups = range(file.metadata.num_row_groups)
            size = sum(file.metadata.row_group(n).total_byte_size for n in groups)
            if size > MAX_UNPACKED:
                raise TooLargeError(path, MAX_UNPACKED, "file unpacked")
            rows = (row for batch in file.iter_batches(BATCH) for row in batch.to_pylist())
            for number, row in enumerate(rows, start=1):
                text = json.dumps(_without_nulls(row), ensure_ascii=False, default=_in_words)
                yield Raw(number, text.encode("utf-8", "surrogatepass"))
    except broken as error:
        says = f"is Parquet that cannot be read: {str(error).splitlines()[0]}. Copy it again."
        raise UnreadableFileError(path, says) from None


def _without_nulls(value: object) -> object:
    """Return a value without the keys that a column has for other rows alone."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _in_words(value: object) -> str:
    return count_of(len(value), "byte") if isinstance(value, bytes) else str(value)


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
