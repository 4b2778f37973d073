"""What a file is by its first bytes: how it is packed, what it is instead of text, its encoding."""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any, NamedTuple

BOM = b"\xef\xbb\xbf"
HEAD = 4096
"""Bytes of a file's beginning that tell what it is."""
ZSTD_STEP = 2048
"""Packed bytes given to zstandard at a time: they unpack to at most some 64 MB."""
MOSTLY = 0.4
"""The share of zeros among every other byte from which text is UTF-16."""


class PackageMissingError(Exception):
    """A packing that needs a package which is not installed."""


class BrokenPackingError(Exception):
    """A packed file that does not unpack."""


class Packing(NamedTuple):
    """A way in which files are packed: its name, its first bytes, and what unpacks it."""

    name: str
    magic: bytes
    opened: Callable[[IO[bytes]], Any]
    """Return a stream of the unpacked bytes; it has `read`."""
    broken: tuple[type[Exception], ...]
    """What `read` raises on a file that does not unpack."""


def _zstd(file: IO[bytes]) -> Any:  # noqa: ANN401  either library's stream
    """Return the unpacked stream by the standard library (3.14), else by the package zstandard."""
    try:
        return import_module("compression.zstd").ZstdFile(file)
    except ImportError:
        return ZstdStream(file)


class ZstdStream:
    """Zstandard frames, one after another, unpacked by the package zstandard."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open the stream; PackageMissingError where the package is not installed."""
        try:
            self.library = import_module("zstandard")
        except ImportError:
            raise PackageMissingError from None
        self.file = file
        self.frame = self.library.ZstdDecompressor().decompressobj()
        self.packed = b""
        self.begun = False

    def read(self, _: int) -> bytes:
        """Return some unpacked bytes, b"" at the end of the last frame."""
        while packed := self.packed or self.file.read(ZSTD_STEP):
            if self.frame.eof:
                self.frame = self.library.ZstdDecompressor().decompressobj()
            self.begun = True
            try:
                data: bytes = self.frame.decompress(packed)
            except self.library.ZstdError as error:
                raise BrokenPackingError from error
            self.packed = self.frame.unused_data if self.frame.eof else b""
            if data:
                return data
        if self.begun and not self.frame.eof:
            raise EOFError
        return b""


ZSTD = Packing("zstd", b"\x28\xb5\x2f\xfd", _zstd, (EOFError, BrokenPackingError))
PACKINGS = (
    Packing("gzip", b"\x1f\x8b", gzip.open, (EOFError, zlib.error, gzip.BadGzipFile)),
    Packing("bzip2", b"BZh", bz2.open, (EOFError, OSError, ValueError)),
    Packing("xz", b"\xfd7zXZ\0", lzma.open, (EOFError, lzma.LZMAError)),
    ZSTD,
)


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a file, up to a limit; `io.BufferedReader` makes lines of them."""

    def __init__(
        self, file: IO[bytes], packing: Packing, limit: int, refuse: Callable[[], None]
    ) -> None:
        """Open the file; `refuse` raises what is to be raised beyond `limit` bytes."""
        super().__init__()
        self.packing = packing
        self.packed = file
        self.stream = packing.opened(file)
        self.left = limit
        self.refuse = refuse
        self.kept = memoryview(b"")

    def readable(self) -> bool:
        """Return True: this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any writable buffer
        """Fill a buffer as far as unpacked bytes are at hand; return how many there were."""
        if not self.kept:
            try:
                self.kept = memoryview(self.stream.read(len(buffer)))
            except self.packing.broken as error:
                raise BrokenPackingError from error
            self.left -= len(self.kept)
            if self.left < 0:
                self.refuse()
        given, self.kept = self.kept[: len(buffer)], self.kept[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


class Foreign(NamedTuple):
    """A format that is not read: its name, where which bytes stand, and what to do."""

    name: str
    magic: bytes
    instead: str
    at: int = 0


FOREIGN = (
    Foreign("a zip archive", b"PK\x03\x04", "Unpack it first: unzip {name}"),
    Foreign("a 7z archive", b"7z\xbc\xaf\x27\x1c", "Unpack it first: 7z x {name}"),
    Foreign("a tar archive", b"ustar", "Unpack it first: tar -xf {name}", at=257),
    Foreign("an SQLite database", b"SQLite format 3\0", "Write its table as CSV: sqlite3 -csv"),
    Foreign("an Arrow file", b"ARROW1", "Write it as Parquet or as JSON Lines"),
    Foreign("an ORC file", b"ORC", "Write it as JSON Lines or as Parquet"),
    Foreign("an Avro file", b"Obj\x01", "Write it as JSON Lines: avro cat {name}"),
    Foreign("a PDF", b"%PDF", "Write its text as JSON Lines"),
    Foreign("a pickle", b"\x80", "Write it as JSON Lines; a pickle may run any program"),
    Foreign("a pointer to a file in Git LFS", b"version https://git-lfs", "Get it: git lfs pull"),
    Foreign("a web page", b"<!doctype html", "Download the raw file"),
    Foreign("a web page", b"<html", "Download the raw file"),
)
WORKBOOK = "In the spreadsheet, save it as CSV UTF-8"
WORKBOOKS = (b"xl/", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")


def foreign_format(head: bytes) -> Foreign | None:
    """Return the format of a file that begins so, where it is known and is not read as text.

    >>> foreign_format(b"%PDF-1.7").name
    'a PDF'
    """
    lower = head.lstrip().lower()
    for each in FOREIGN:
        begin = lower if each.magic.startswith(b"<") else head
        if begin.startswith(each.magic, each.at):
            is_workbook = each.magic.startswith(b"PK") and any(mark in head for mark in WORKBOOKS)
            return Foreign("a workbook", each.magic, WORKBOOK) if is_workbook else each
    return None


def wide_encoding(head: bytes) -> str | None:
    """Return the Unicode encoding of two or four bytes a character that a file begins in.

    >>> wide_encoding("{}".encode("utf-16")), wide_encoding(b"{}")
    ('utf-16', None)
    """
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    many, few = max(even, odd), min(even, odd)
    if many <= MOSTLY * len(head) / 2 or few > many / 2:
        return None
    return "utf-16be" if even > odd else "utf-16le"
