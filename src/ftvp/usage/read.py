"""Logs of any kind, opened and read call by call: what is not understood is told with its line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TypeVar

from ftvp.errors import NotAUsageLogError, NotUtf8Error, TooLargeError
from ftvp.files.disk import (
    BOM,
    MAX_FILE,
    MAX_LINE,
    Unpacked,
    open_bytes,
    open_stream,
    place_of,
    wide_encoding,
)
from ftvp.files.values import json_or_none, load_json
from ftvp.usage.call import SECOND, Json, Logged, has_zone
from ftvp.usage.documents import (
    DOCUMENT_SHAPES,
    access_call,
    flat_records,
    parquet_rows,
    server_of,
    sqlite_rows,
    vllm_call,
)
from ftvp.usage.log import FileNotes, settle
from ftvp.usage.shapes import SHAPES, TIMES, CallShape, columns_shape
from ftvp.wording import (
    count_of,
)

SQLITE = b"SQLite format 3\0"
PARQUET = b"PAR1"
PENDING = 512
"""Calls that may still be written again, of a log that does so."""
LINES_BEGUN = 1_000
"""Lines that tell whether a text that is no JSON document holds lines of JSON."""
REPORTED = 256
"""Lines or records after which progress is reported again."""
ZONE_EVERY = 64
"""Calls of which the first is asked for the zone of its time."""
STEP_BACK = 60 * SECOND
"""How far a time may lie before that of the line above without a word."""
_NAME = re.compile(r"[\w.@:-]{1,40}")
"""What a column's name looks like: what a table without names begins with is not shown."""


T = TypeVar("T")
Progress = Callable[[int | None, int], None]
"""Is told how many bytes of a file have been read, as it is stored, and how many lines or records.

Bytes are None of what is piped in.
"""


@dataclass(frozen=True)
class Asking:
    """How logs are to be read."""

    day: date
    columns: Mapping[str, str] | None = None
    """What `--columns` told: columns by what they hold."""
    report: Progress | None = None

    @cached_property
    def shape(self) -> CallShape | None:
        """The kind of record that holds the told columns."""
        return columns_shape(self.columns) if self.columns else None

    @cached_property
    def shapes(self) -> Sequence[CallShape]:
        """The kinds of records to try, in order: the told one alone, or all."""
        return [self.shape] if self.shape else [*DOCUMENT_SHAPES, *SHAPES]


def read_calls(path: str, notes: FileNotes, asking: Asking) -> Iterator[Logged]:
    """Yield the calls of a file, or of standard input for "-", in the order of the file.

    Raises FtvpError for what cannot be read, is no usage log, or of which less than half is
    understood.
    """
    with open_stream(place_of(path)) as file:
        yield from _calls(file, path, notes, asking)
    settle(notes)


def calls_within(
    path: Path, start: int, end: int, notes: FileNotes, asking: Asking
) -> Iterator[Logged]:
    """Yield the calls of the lines of JSON that begin in a stretch of a file, in bytes."""
    with open_bytes(path) as file:
        if start:
            file.seek(start - 1)
            file.readline()
        yield from _told(_json_lines(_until(file, end), notes), notes, asking)


def _until(file: IO[bytes], end: int) -> Iterator[bytes]:
    """Yield the lines that begin before some place in a file."""
    place = file.tell()
    while place < end:
        line = file.readline(MAX_LINE + 1)
        if not line:
            return
        place += len(line)
        yield line


def _calls(file: IO[bytes], path: str, notes: FileNotes, asking: Asking) -> Iterator[Logged]:
    """Yield the calls of a file that is read once, by what it begins with."""
    first, empty = file.readline(MAX_LINE + 1), 0
    while first and not first.strip():
        first, empty = file.readline(MAX_LINE + 1), empty + 1
    if first.startswith((SQLITE, PARQUET)):
        if path == "-":
            raise NotAUsageLogError(notes.name, (), "is a database. Name its file instead.")
        rows = sqlite_rows if first.startswith(SQLITE) else parquet_rows
        yield from _told(enumerate(rows(Path(path), asking.shape), 1), notes, asking)
        return
    if (encoding := wide_encoding(first)) is not None:
        raise NotUtf8Error(notes.name, first[0], 1, encoding)
    notes.lines = empty
    yield from _of_text(first.removeprefix(BOM), file, notes, asking)


def _of_text(first: bytes, file: IO[bytes], notes: FileNotes, asking: Asking) -> Iterator[Logged]:
    """Yield the calls of a text: JSON lines, a JSON document, a table, or a server's log."""
    text = first[:4096].decode("utf-8", "replace")
    if first.lstrip()[:1] in (b"{", b"["):
        whole = json_or_none(first) is not None or len(first) > MAX_LINE
        rest = iter(partial(file.readline, MAX_LINE + 1), b"")
        lines = chain([first], _watched(rest, file, asking))
        records = _json_lines(lines, notes) if whole else _document(first, file, notes)
        yield from _told(records, notes, asking)
    elif server := server_of(text):
        lines = chain([first], _watched(file, file, asking))
        call = access_call if server == "access-log" else partial(vllm_call, day=asking.day)
        yield from _server(lines, notes, server, call)
    else:
        yield from _told(_watched(_table(first, file, notes), file, asking), notes, asking)


def _json_lines(lines: Iterable[bytes], notes: FileNotes) -> Iterator[tuple[int, Any]]:
    """Yield each line's value with its number; a torn or empty line is noted."""
    scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]
    number = 0
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode()
            value, end = scan(text, 0)
            if end < len(text) - 1 and text[end:].strip():
                value = json.loads(line)  # which says that it is torn
            yield number, value
        except (ValueError, StopIteration, RecursionError):
            yield from _slowly(line, number, notes)
    notes.lines = number


def _slowly(line: bytes, number: int, notes: FileNotes) -> Iterator[tuple[int, Any]]:
    """Yield the value of a line that does not begin with it; a torn line is noted."""
    try:
        yield number, json.loads(line)
    except (ValueError, RecursionError):
        if len(line) > MAX_LINE:
            raise TooLargeError(notes.name, MAX_LINE, "line") from None
        if line.strip():
            notes.trouble("is torn or is no JSON", number)


def _watched(items: Iterable[T], file: IO[bytes], asking: Asking) -> Iterable[T]:
    """Return the lines or records of a file; how far it is read is told between them."""
    return items if asking.report is None else _telling(items, file, asking.report)


def _telling(items: Iterable[T], file: IO[bytes], report: Progress) -> Iterator[T]:
    raw = getattr(file, "raw", None)
    stored = raw.packed if isinstance(raw, Unpacked) else file
    for number, item in enumerate(items, 1):
        yield item
        if number % REPORTED == 0:
            report(stored.tell() if stored.seekable() else None, number)


def _document(first: bytes, file: IO[bytes], notes: FileNotes) -> Iterator[tuple[int, Any]]:
    """Yield the one value of a JSON document; or its lines, where only the first is torn."""
    data = first + file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise TooLargeError(notes.name, MAX_FILE, "JSON document")
    try:
        yield 1, json.loads(data)
    except (ValueError, RecursionError):
        lines = enumerate(io.BytesIO(data), 1)
        begun = [json_or_none(line) for _, line in islice(lines, LINES_BEGUN)]
        if sum(isinstance(value, Mapping) for value in begun) * 2 < len(begun):
            load_json(data.decode("utf-8", "replace"), notes.name)  # words what is wrong
        rest = ((number, json_or_none(line)) for number, line in lines)
        for number, value in chain(enumerate(begun, 1), rest):
            if value is None:
                notes.trouble("is torn or is no JSON", number)
            else:
                yield number, value


def _server(
    lines: Iterable[bytes], notes: FileNotes, name: str, read: Callable[[str], Logged | None]
) -> Iterator[Logged]:
    """Yield the calls of a server's log, whose other lines are passed over."""
    for line in lines:
        call = read(line.decode("utf-8", "replace"))
        if call is None:
            notes.silent += 1
        else:
            notes.formats[name] += 1
            yield call


def _table(first: bytes, file: IO[bytes], notes: FileNotes) -> Iterator[tuple[int, Json]]:
    """Yield the rows of a CSV or TSV file as records; a row of another width is noted."""
    csv.field_size_limit(MAX_LINE)
    with io.TextIOWrapper(file, "utf-8", "replace", newline="") as text:
        header = first.decode("utf-8", "replace")
        if header.startswith("sep="):
            header = text.readline()
        columns: list[str] = []
        comma = max(",;\t|", key=header.count)
        with suppress(csv.Error):
            columns = next(csv.reader([header], delimiter=comma), columns)
        if len(columns) < 2:  # noqa: PLR2004  a table has two columns
            raise NotAUsageLogError(notes.name, ())
        rows = csv.reader(text, delimiter=comma)
        try:
            for row in rows:
                if len(row) == len(columns):
                    yield rows.line_num + 1, dict(zip(columns, row, strict=True))
                elif row:
                    has = count_of(len(row), "column")
                    says = f"has {has}, not the {len(columns)} of the first line"
                    notes.trouble(says, rows.line_num + 1)
        except csv.Error as error:
            notes.trouble(f"is no row of a table: {error}", rows.line_num + 1)


def _told(records: Iterable[tuple[int, Any]], notes: FileNotes, asking: Asking) -> Iterator[Logged]:
    """Yield the calls that records tell of, each by its own kind."""
    reading = _Reading(notes, asking)
    for line, value in records:
        shape = reading.shape
        if shape is not None and type(value) is dict and shape.fits(value):
            call = reading.call(line, value, shape)
            if call is not None:
                yield call
        else:
            for record in flat_records(value):
                shape = reading.shape_of(line, record)
                call = None if shape is None else reading.call(line, record, shape)
                if call is not None:
                    yield call
    yield from reading.pending.values()


class _Reading:
    """What is kept from one record of a file to the next."""

    def __init__(self, notes: FileNotes, asking: Asking) -> None:
        self.shape: CallShape | None = None
        """The kind of the last record, None where it was of none."""
        self.pending: OrderedDict[str, Logged] = OrderedDict()
        """Calls that may still be written again, by name."""
        self._notes, self._shapes, self._latest = notes, asking.shapes, 0

    def shape_of(self, line: int, record: Json) -> CallShape | None:
        """Return the kind of a record, None for an unknown one; both that and a change is noted."""
        before, notes = self.shape, self._notes
        if before is not None and before.fits(record):
            return before
        self.shape = next((shape for shape in self._shapes if shape.fits(record)), None)
        if self.shape is None:
            notes.trouble("is of an unknown kind", line)
            notes.keys = notes.keys or tuple(filter(_NAME.fullmatch, map(str, record)))
        elif before is not None:
            notes.change(self.shape.name, line)
        return self.shape

    def call(self, line: int, record: Json, shape: CallShape) -> Logged | None:
        """Return the call of a record, None where it tells of none or may be written again."""
        notes = self._notes
        try:
            call = shape.read(record)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            worded = isinstance(error, ValueError) and error.args  # without text of the request
            notes.trouble(str(error) if worded else "has another shape", line)
            return None
        if call is None:
            notes.silent += 1
            return None
        seen = notes.formats[shape.name] = notes.formats[shape.name] + 1
        time = call.time
        if time is not None:
            if time < self._latest - STEP_BACK and not call.period:
                notes.went_back((self._latest - time) / SECOND, line)
            self._latest = time
            if seen % ZONE_EVERY == 1:
                zone = next((has_zone(record[key]) for key in TIMES if key in record), None)
                notes.zones.update([zone] if zone else [])
        return self._last_of(call) if shape.repeats and call.name else call

    def _last_of(self, call: Logged) -> Logged | None:
        """Keep a call that may be written again; return the oldest that was kept too long."""
        self.pending[call.name or ""] = call
        return self.pending.popitem(last=False)[1] if len(self.pending) > PENDING else None
