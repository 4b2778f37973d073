"""Mistakes in files: unreadable, of another kind, or holding what cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftvp.errors.base import FtvpError, visible

if TYPE_CHECKING:
    from pathlib import Path


class UnreadableFileError(FtvpError):
    """A file that is missing, a folder, or closed to us."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the path and why it cannot be read, with what to do."""
        super().__init__(f"{visible(str(path))} {why}")


class UnwritableFileError(FtvpError):
    """A place where an answer cannot be saved."""

    def __init__(self, path: Path | str, why: str) -> None:
        """Name the path and why it cannot be written, with what to do."""
        super().__init__(f"{visible(str(path))} {why}")


class NotUtf8Error(FtvpError):
    """A text file in another encoding."""

    def __init__(self, path: Path | str, byte: int, line: int) -> None:
        """Name the first offending byte and its line."""
        name = visible(str(path))
        super().__init__(
            f"{name} is not UTF-8 (byte 0x{byte:02x} at line {line}). Save it as UTF-8, "
            f"or: iconv -f latin1 -t utf-8 {name}"
        )


class EmptyFileError(FtvpError):
    """A file without a word in it, where a prompt or data is wanted."""

    def __init__(self, path: Path | str) -> None:
        """Name the file."""
        super().__init__(
            f"{visible(str(path))} holds no text. Name the file with the prompt, "
            "or '-' to read it from standard input."
        )


class ManyRecordsError(FtvpError):
    """A JSON Lines data file where one prompt is wanted."""

    def __init__(self, path: Path | str, records: int) -> None:
        """Name the file and how many records it holds."""
        super().__init__(
            f"{visible(str(path))} holds {records:,} records: a data file, not a prompt. "
            "Give the prompt of one request; a training file goes to 'ftvp dataset'."
        )


class NotAPromptError(FtvpError):
    """JSON or YAML in which no prompt can be recognised."""

    def __init__(self, path: Path | str) -> None:
        """Name the file and the shapes that are understood."""
        super().__init__(
            f"{visible(str(path))} holds neither chat messages (role and content), nor a prompt "
            "template, nor a list of examples such as input and output. To count it as it "
            "stands, give it a name that ends in .txt."
        )


class BlankRunError(FtvpError):
    """White space that runs on for longer than a tokenizer can follow."""

    def __init__(self, line: int, length: int) -> None:
        """Name the line on which the run begins, and the length that is too much."""
        super().__init__(
            f"the text has {length:,} or more spaces or tabs in a row, from line {line}: "
            "too many to count. Take them out."
        )
