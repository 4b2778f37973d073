"""Text files in and out: strict UTF-8, every refusal a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ftvp.errors import NotUtf8Error, UnreadableFileError, UnwritableFileError, nearest

BOM = b"\xef\xbb\xbf"


STANDARD_INPUT = "standard input"


def read_text(path: Path | Literal["-"]) -> str:
    """Return a file's text, or standard input's for "-", line ends as they stand.

    A leading byte-order mark is dropped. Raises UnreadableFileError for what is missing, a folder
    or closed to us, and NotUtf8Error with the first bad byte and its line.
    """
    return _decoded(_standard_input() if path == "-" else _bytes(Path(path)), path)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(path, f"does not exist. {look_for(path)}") from None
    except IsADirectoryError:
        raise UnreadableFileError(path, "is a folder. Name a file in it.") from None
    except PermissionError:
        raise UnreadableFileError(path, "may not be read. Ask for read permission.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UnreadableFileError(path, f"cannot be read: {why}. Name another file.") from None


def look_for(path: Path) -> str:
    """Return the name that was probably meant, or where to look."""
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either."
    close = nearest(path.name, (each.name for each in folder.iterdir()))
    return f"Did you mean '{folder / close}'?" if close else "Check the name and the folder."


def _standard_input() -> bytes:
    import sys

    if sys.stdin is None:
        raise UnreadableFileError(STANDARD_INPUT, "is closed. Pipe the text in, or name a file.")
    return sys.stdin.buffer.read()


def _decoded(data: bytes, path: Path | str) -> str:
    name = STANDARD_INPUT if path == "-" else path
    data = data.removeprefix(BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(name, data[error.start], line) from None


def write_text_atomically(path: Path, text: str) -> None:
    """Write `text` as UTF-8 so that a reader sees the old file or the new one, never a half.

    The new file is made beside the old one, flushed to the disk and put in its place. Raises
    UnwritableFileError when the folder is missing or closed to us.
    """
    target = path.resolve()
    try:
        _replace(target, text.encode("utf-8"))
    except IsADirectoryError:
        raise UnwritableFileError(path, "is a folder. Name a file in it.") from None
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise UnwritableFileError(path, f"cannot be written: {why}.") from None


def replace_text(path: Path, text: str) -> Path | None:
    """Write as `write_text_atomically` does; return where the file that it replaces is kept.

    That is beside it under its name and ".bak", None where there was none. Whenever this is
    interrupted, `path` is the old file or the new one, whole.
    """
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.bak")
        write_text_atomically(kept, read_text(path))
    write_text_atomically(path, text)
    return kept


def _replace(target: Path, data: bytes) -> None:
    import os

    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
