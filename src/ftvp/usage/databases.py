"""Tables in files: SQLite by the standard library, Parquet by pyarrow where it is installed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from ftvp.errors import MissingExtraError, NotAUsageLogError, UnreadableFileError
from ftvp.usage.call import Json
from ftvp.usage.documents import DOCUMENT_SHAPES
from ftvp.usage.shapes import SHAPES, CallShape

ROWS = 4_096
"""Rows of a Parquet file that are held at once."""
SYSTEM_TEXTS = 512


def sqlite_rows(path: Path, shape: CallShape | None) -> Iterator[Json]:
    """Yield the rows of every table of a SQLite file that holds calls, with their columns.

    The file is opened to be read only. Raises UnreadableFileError for what SQLite cannot read,
    NotAUsageLogError where no table holds calls.
    """
    place = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(place, uri=True)) as base:
            base.row_factory = sqlite3.Row
            names = [
                row[0]
                for row in base.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                )
            ]
            tables = [name for name in names if _fits(base, name, shape)]
            if not tables:
                columns = ", ".join(names)
                says = f"has no table of calls (tables: {columns}). Name its columns: --columns."
                raise NotAUsageLogError(path, (), says)
            for table in tables:
                yield from _rows(base, table)
    except sqlite3.Error as error:
        raise UnreadableFileError(path, f"cannot be read by SQLite: {error}.") from None


def _fits(base: sqlite3.Connection, table: str, shape: CallShape | None) -> bool:
    try:
        cursor = base.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")  # noqa: S608  a name of its own
    except sqlite3.Error:
        return False  # a virtual table whose module is not there
    columns = dict.fromkeys(each[0] for each in cursor.description)
    shapes = [shape] if shape else [*DOCUMENT_SHAPES, *SHAPES]
    return any(each.fits(columns) for each in shapes)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _rows(base: sqlite3.Connection, table: str) -> Iterator[Json]:
    """Yield a table's rows; the turns of the tool `llm` with the system prompt they began with."""
    system = _system_of(base) if table == "turns" else None
    for row in base.execute(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608  a name of its own
        record = dict(row)
        if system is not None:
            record["system"] = system(record.get("parent_message_hash"))
        yield record


def _system_of(base: sqlite3.Connection) -> Callable[[str | None], str | None]:
    """Return what gives the system prompt that a message of `llm` follows."""

    @lru_cache(maxsize=SYSTEM_TEXTS)
    def text(message: str) -> str:
        rows = base.execute(
            "SELECT text FROM parts WHERE message_hash = ? AND type = 'text' ORDER BY position",
            (message,),
        )
        return "".join(row[0] or "" for row in rows)

    def system(message: str | None) -> str | None:
        while message:
            row = base.execute(
                "SELECT role, parent_hash FROM messages WHERE hash = ?", (message,)
            ).fetchone()
            if row is None:
                return None
            if row["role"] == "system":
                return text(message)
            message = row["parent_hash"]
        return None

    return system


def parquet_rows(path: Path, shape: CallShape | None) -> Iterator[Json]:
    """Yield the rows of a Parquet file; MissingExtraError where pyarrow is not installed.

    Times are cut to microseconds: Python has no shorter ones.
    """
    del shape
    try:
        from pyarrow import ArrowException, timestamp, types
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtraError(path, "Parquet", "parquet") from None
    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                columns = {
                    name: column.cast(timestamp("us", column.type.tz), safe=False)
                    if types.is_timestamp(column.type)
                    else column
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                }
                for values in zip(*(c.to_pylist() for c in columns.values()), strict=True):
                    yield dict(zip(columns, values, strict=True))
    except (ArrowException, OSError, ValueError) as error:
        first = str(error).split("\n", 1)[0]
        raise UnreadableFileError(path, f"cannot be read as Parquet: {first}") from None
