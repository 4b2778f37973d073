"""Files in and out: one place that opens, unpacks, limits, writes and words what goes wrong.

What is written is whole or not at all: it is made beside its place, flushed, and put there. A
device or a pipe is written to as it stands. Nothing that was read is ever replaced.
"""

import bz2
import gzip
import io
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast

from ftvp.errors import (
    ChangedFileError,
    ConflictError,
    NotUtf8Error,
    OverwritesInputError,
    TooLargeError,
    UnreadableFileError,
    UnwritableFileError,
    nearest,
    visible,
)

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


STANDARD_INPUT = "standard input"
MAX_FILE = 512 << 20
"""Bytes of a file that is read as a whole."""
MAX_LINE = 64 << 20
"""Bytes of one line of a file that is read line by line."""
MAX_UNPACKED = 8 << 30
"""Bytes that a packed file may unpack to."""
MAX_PIPED = 1 << 30
"""Bytes of standard input or of a pipe that are kept on the disk, to be read more than once."""
CHUNK = 1 << 20
BUFFER = 1 << 18
"""Bytes of a file that are read at once where it is read line by line."""
UNPACKED_ENDINGS = frozenset({".bz2", ".xz", ".zst"})
"""Endings of packed files that are read and cannot be written."""


class Digest(NamedTuple):
    """The size of a file in bytes, and its SHA-256."""

    size: int
    sha256: str


_WATCHED: ContextVar[dict[str, Digest] | None] = ContextVar("watched", default=None)
_STEADY: ContextVar[tuple[Path, tuple[int, ...]] | None] = ContextVar("steady", default=None)
"""The file that is read more than once now, and its state when that began."""


@contextmanager
def watched() -> Iterator[dict[str, Digest]]:
    """Give what is noted of every file that is read meanwhile, by its name."""
    found: dict[str, Digest] = {}
    token = _WATCHED.set(found)
    try:
        yield found
    finally:
        _WATCHED.reset(token)


def note_read(path: Path | str, data: bytes | None = None) -> None:
    """Note a file where files are watched; it is read for this alone where `data` is None."""
    found = _WATCHED.get()
    if found is None:
        return
    import hashlib

    name = STANDARD_INPUT if Path(path).name == STANDARD_INPUT else str(path)
    if data is not None:
        found[name] = Digest(len(data), hashlib.sha256(data).hexdigest())
    elif name not in found and Path(path).is_file():
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[name] = Digest(Path(path).stat().st_size, digest)


def place_of(name: str) -> Path | Literal["-"]:
    """Return where a name leads: to a file, or to standard input for "-"."""
    return "-" if name == "-" else Path(name)


def read_text(path: Path | Literal["-"]) -> str:
    """Return a file's text, or standard input's for "-", line ends as they stand.

    A leading byte-order mark is dropped. Raises UnreadableFileError for what is missing, a folder
    or not readable, TooLargeError, and NotUtf8Error with the first bad byte and its line.
    """
    name = STANDARD_INPUT if path == "-" else path
    return decoded(read_bytes(path), name)


def read_bytes(path: Path | Literal["-"], most: int = MAX_FILE) -> bytes:
    """Return a file's bytes, or standard input's; TooLargeError beyond `most`."""
    name = STANDARD_INPUT if path == "-" else path
    with worded(name), _standard_input() if path == "-" else Path(path).open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise TooLargeError(name, most, "file")
    note_read(name, data)
    return data


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to be read piece by piece, unpacked where it is packed.

    Raises UnreadableFileError for what is missing, broken or packed in a way that needs a package,
    and TooLargeError where more than MAX_UNPACKED bytes come out.
    """
    note_read(path)
    with worded(path), path.open("rb", BUFFER) as file, _unpacking(file, path) as unpacked:
        yield unpacked


@contextmanager
def open_stream(path: Path | Literal["-"]) -> Iterator[IO[bytes]]:
    """Open a file, or standard input for "-", to be read once from its beginning, unpacked.

    What is piped in is not kept, however much it is. Raises as `open_bytes` does.
    """
    if path != "-":
        with open_bytes(path) as file:
            yield file
        return
    with worded(STANDARD_INPUT), _standard_input() as piped:
        raw = cast("io.RawIOBase", piped)
        file = piped if hasattr(piped, "peek") else io.BufferedReader(raw)
        with _unpacking(file, STANDARD_INPUT) as unpacked:
            yield unpacked


@contextmanager
def _unpacking(file: IO[bytes], name: Path | str) -> Iterator[IO[bytes]]:
    """Give a file as it stands, or what is packed in it."""
    peek = getattr(file, "peek")  # noqa: B009  of io.BufferedReader
    head = peek(HEAD)[:HEAD]
    packing = next((each for each in PACKINGS if head.startswith(each.magic)), None)
    if packing is None:
        yield file
        return

    def refuse() -> None:
        raise TooLargeError(name, MAX_UNPACKED, "file unpacked")

    try:
        raw = Unpacked(file, packing, MAX_UNPACKED, refuse)
        with io.BufferedReader(raw, CHUNK) as unpacked:
            yield cast("IO[bytes]", unpacked)
    except BrokenPackingError:
        broken = f"is packed with {packing.name}, but broken: copy it again."
        raise UnreadableFileError(name, broken) from None
    except PackageMissingError:
        says = "is packed with zstd. Unpack it: zstd -d, or: pip install zstandard"
        raise UnreadableFileError(name, says) from None


@contextmanager
def on_disk(path: Path | Literal["-"]) -> Iterator[Path]:
    """Give a file that can be read more than once; standard input or a pipe is kept in one.

    The copy has no name once it is open, so that nothing of it stays behind. TooLargeError beyond
    MAX_PIPED bytes; ChangedFileError where a file is not the same to the end.
    """
    if path != "-" and not (path.exists() and not path.is_file() and not path.is_dir()):
        token = _STEADY.set((path, _state(path)))
        try:
            yield path
            refuse_changed()
        finally:
            _STEADY.reset(token)
        return
    from tempfile import TemporaryDirectory

    name = STANDARD_INPUT if path == "-" else path
    with TemporaryDirectory() as folder, worded(name):
        copy = Path(folder, path.name if path != "-" else STANDARD_INPUT)
        with _standard_input() if path == "-" else path.open("rb") as file, copy.open("wb") as kept:
            while data := file.read(CHUNK):
                kept.write(data)
                if kept.tell() > MAX_PIPED:
                    raise TooLargeError(name, MAX_PIPED, "pipe")
        descriptor = Path(f"/proc/self/fd/{os.open(copy, os.O_RDONLY)}")
        if descriptor.exists():
            copy.unlink()
            Path(folder).joinpath(copy.name).symlink_to(descriptor)
        yield copy


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat() if path.is_file() else None
    return (status.st_ino, status.st_size, status.st_mtime_ns) if status else ()


def refuse_changed() -> None:
    """Raise ChangedFileError where the file that is read more than once was written meanwhile."""
    path, state = _STEADY.get() or (None, ())
    if path is not None and _state(path) != state:
        raise ChangedFileError(path)


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise UnreadableFileError(STANDARD_INPUT, "is closed. Pipe the text in, or name a file.")
    # One that a test puts in its place has no file behind it.
    with suppress(OSError, ValueError, AttributeError):
        if sys.stdin.fileno() >= 0 and getattr(sys.stdin.buffer, "raw", None) is not None:
            return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    return sys.stdin.buffer


@contextmanager
def worded(path: Path | str) -> Iterator[None]:
    """Turn what the system says of a file that is read into a sentence: what, and what to do."""
    try:
        yield
    except FileNotFoundError:
        raise UnreadableFileError(path, f"does not exist. {look_for(Path(path))}") from None
    except IsADirectoryError:
        raise UnreadableFileError(path, "is a folder. Name a file in it.") from None
    except PermissionError:
        raise UnreadableFileError(path, "may not be read. Ask for read permission.") from None
    except MemoryError:
        raise UnreadableFileError(path, "does not fit into memory. Name a smaller file.") from None
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(path, f"cannot be read: {why}. Name another file.") from None


def look_for(path: Path) -> str:
    """Return the name that was probably meant, or where to look."""
    folder = path.parent
    try:
        if not folder.is_dir():
            return f"There is no folder {visible(str(folder))} either."
        stems = {each.stem: each.name for each in folder.iterdir()}
        close = nearest(path.stem, stems)
    except OSError:
        return "Check the name and the folder."
    if close is None:
        return "Check the name and the folder."
    return f"Did you mean '{visible(str(folder / stems[close]))}'?"


def decoded(data: bytes, path: Path | str) -> str:
    """Return strict UTF-8 as text; NotUtf8Error names the first bad byte and its line."""
    data = data.removeprefix(BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(path, data[error.start], line, wide_encoding(data[:HEAD])) from None


def refuse_lossy_targets(targets: Sequence[Path | str], inputs: Iterable[Path | str]) -> None:
    """Raise where a file to be written is one that is read, or two are one, by whatever name."""
    for source in inputs:
        for target in targets:
            if is_same_file(target, source):
                raise OverwritesInputError(target, source)
    for place, target in enumerate(targets):
        for other in targets[:place]:
            if is_same_file(target, other) or os.path.realpath(target) == os.path.realpath(other):
                one, again = f"{other} as one output", "as another"
                raise ConflictError(one, again)


def is_same_file(one: Path | str, other: Path | str) -> bool:
    """Return whether two names lead to one file that is there; a device is none."""
    try:
        return Path(one).samefile(other) and Path(one).is_file()
    except (OSError, ValueError):
        return False


def refuse_unwritable(path: Path) -> None:
    """Raise UnwritableFileError where a file could not be written; nothing is left behind.

    A pipe is not tried: who reads it would take that for all.
    """
    with _worded_write(path), ExitStack() as opened:
        if path.exists() and not path.is_file() and not path.is_dir():
            return
        if not path.parent.is_dir():
            says = f"cannot be written: there is no folder {path.parent}. Make it first."
            raise UnwritableFileError(path, says)
        _staged(path, None, opened)


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8; a reader sees the old file or the new one, never a half."""
    with replacing(path) as (file,):
        file.write(text.encode("utf-8", "backslashreplace"))


def write_keeping(path: Path, text: str) -> Path | None:
    """Write as `write_text` does; return where the file that it replaces is kept.

    That is beside it under its name and ".bak", None where there was none. Whenever this is
    interrupted, `path` is the old file or the new one, whole.
    """
    with _worded_write(path):
        kept = path.with_name(f"{path.name}.bak") if path.is_file() else None
    if kept is not None:
        with replacing(kept, like=path) as (file,):
            file.write(read_bytes(path))
    write_text(path, text)
    return kept


@contextmanager
def replacing(*targets: Path, like: Path | None = None) -> Iterator[tuple[IO[bytes], ...]]:
    """Give a file for each target; all take their places when all are complete and on the disk.

    A file that is replaced passes on its permissions; a new one takes those of `like`. A name that
    ends in .gz is packed. UnwritableFileError says what went wrong; then nothing is changed.
    """
    for target in targets:
        if target.suffix in UNPACKED_ENDINGS:
            says = "would not be packed so. Give it a name that ends in .gz, or in none of these."
            raise UnwritableFileError(target, says)
    with ExitStack() as opened:
        staged = [_staged(target, like, opened) for target in targets]
        with _worded_write(targets[0]):
            with ExitStack() as files:
                yield tuple(_packed(target, part, files) for target, part in staged)
            for _, part in staged:
                part.flush()
                with suppress(OSError):  # a pipe cannot be flushed to a disk
                    os.fsync(part.fileno())
        refuse_changed()
        for target, part in staged:
            if Path(part.name) != target:
                with _worded_write(target):
                    Path(part.name).replace(target.resolve())


def _staged(target: Path, like: Path | None, opened: ExitStack) -> tuple[Path, IO[bytes]]:
    """Open what a target is written to: a file beside it, or itself where it is a device."""
    from tempfile import NamedTemporaryFile

    with _worded_write(target):
        if target.is_dir():
            raise IsADirectoryError
        if target.exists() and not target.is_file():
            return target, opened.enter_context(target.open("wb"))
        place = target.resolve()
        part = NamedTemporaryFile(  # noqa: SIM115  closed by the stack
            dir=place.parent, prefix=f".{place.name[:100]}.", suffix=".part", delete=False
        )
        opened.callback(Path(part.name).unlink, missing_ok=True)
        opened.enter_context(part)
        os.fchmod(part.fileno(), _mode(place, like))
        return target, part.file


def _mode(place: Path, like: Path | None) -> int:
    """Return the permissions of a file: those of what it replaces, of `like`, or the usual."""
    for each in (place, like):
        if each is not None and each.is_file():
            return stat.S_IMODE(each.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _packed(target: Path, part: IO[bytes], files: ExitStack) -> IO[bytes]:
    if target.suffix != ".gz":
        return part
    packed = gzip.GzipFile(fileobj=part, mode="wb", mtime=0, filename="")
    return cast("IO[bytes]", files.enter_context(packed))


@contextmanager
def _worded_write(path: Path) -> Iterator[None]:
    """Turn what the system says of a file that is written into a sentence."""
    try:
        yield
    except IsADirectoryError:
        raise UnwritableFileError(path, "is a folder. Name a file in it.") from None
    except BrokenPipeError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        why = (getattr(error, "strerror", None) or str(error) or "cannot be written").lower()
        raise UnwritableFileError(path, f"cannot be written: {why}.") from None
