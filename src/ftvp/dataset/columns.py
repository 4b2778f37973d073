"""Tables as training files: each row of CSV, TSV or Parquet becomes a record in JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple

from ftvp.dataset.conversations import pair_keys
from ftvp.dataset.examples import NOT_UTF_8
from ftvp.errors import FileProblemsError, Problem, TooLargeError, UnreadableFileError
from ftvp.files.containers import BOM
from ftvp.files.disk import MAX_LINE, MAX_UNPACKED
from ftvp.files.json import json_or_none

DELIMITERS = {".csv": ",", ".tsv": "\t"}
OTHER_DELIMITERS = ("\t", ";", ",", "|")
PREFERRED = ("chosen", "rejected")
BATCH = 1000
"""Rows of Parquet that are held at a time."""


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
            says = f"a row has not the {len(header)} columns of the header"
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
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
