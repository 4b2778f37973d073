"""Reading text strictly, and writing it whole or not at all."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from ftvp.errors import FtvpError, NotUtf8Error, UnreadableFileError, UnwritableFileError
from ftvp.files.disk import read_text, write_text_atomically


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"plain\n", "plain\n", id="plain text as it stands"),
        pytest.param(b"\xef\xbb\xbfmarked", "marked", id="a byte-order mark is dropped"),
        pytest.param(b"a\r\nb\r\n", "a\r\nb\r\n", id="line ends are kept, since they are tokens"),
        pytest.param("Árið 输入".encode(), "Árið 输入", id="any script"),
        pytest.param(b"", "", id="nothing"),
    ],
)
def test_a_text_file_is_read_byte_for_byte(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "prompt.txt"
    path.write_bytes(data)
    assert read_text(path) == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"one\ntwo \xe9t\xe9\n", ["0xe9", "line 2", "iconv"], id="Latin-1"),
        pytest.param("Hi".encode("utf-16"), ["0xff", "line 1"], id="UTF-16"),
        pytest.param(b"\xed\xa0\x80", ["0xed"], id="half a surrogate pair"),
        pytest.param(b"ok\n\nbad \xf0\x9f", ["0xf0", "line 3"], id="cut in mid-character"),
        pytest.param(b"\xef\xbb\xbfa\n\xff", ["0xff", "line 2"], id="behind a byte-order mark"),
    ],
)
def test_other_encodings_name_the_first_bad_byte(
    tmp_path: Path, data: bytes, words: list[str]
) -> None:
    path = tmp_path / "prompt.txt"
    path.write_bytes(data)
    with pytest.raises(NotUtf8Error) as caught:
        read_text(path)
    assert all(word in str(caught.value) for word in [*words, "prompt.txt"])


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("x")
    with pytest.raises(UnreadableFileError, match=r"promt\.txt does not exist.*prompt\.txt'\?"):
        read_text(tmp_path / "promt.txt")


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no folder"):
        read_text(tmp_path / "nowhere" / "prompt.txt")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="is a folder"):
        read_text(tmp_path)


@pytest.mark.parametrize("name", ["nul\0byte", "x" * 5000])
def test_a_name_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FtvpError, match="cannot be read"):
        read_text(tmp_path / name)


class Piped:
    """Standard input with bytes in it."""

    def __init__(self, data: bytes) -> None:
        """Hold the bytes that were piped in."""
        self.buffer = io.BytesIO(data)


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(b"\xef\xbb\xbfpiped"))
    assert read_text("-") == "piped"


def test_standard_input_is_checked_like_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(b"\xff"))
    with pytest.raises(NotUtf8Error, match="standard input is not UTF-8"):
        read_text("-")


def test_a_closed_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableFileError, match="is closed"):
        read_text("-")


def test_writing_replaces_the_whole_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text("old and longer\n")
    write_text_atomically(path, "volume: 1 000 €\n")
    assert path.read_text(encoding="utf-8") == "volume: 1 000 €\n"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    link.symlink_to(path)
    write_text_atomically(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


@pytest.mark.parametrize(
    ("where", "says"), [("nowhere/a.yaml", "no such file or directory"), (".", "is a folder")]
)
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, where: str, says: str) -> None:
    with pytest.raises(UnwritableFileError, match=says):
        write_text_atomically(tmp_path / where, "x")
    assert list(tmp_path.iterdir()) == []
