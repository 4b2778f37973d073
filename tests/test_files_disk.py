"""Reading text strictly, and writing it whole or not at all."""

from __future__ import annotations

import io
import os
import stat
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ftvp.errors import (
    FtvpError,
    NotUtf8Error,
    OverwritesInputError,
    TooLargeError,
    UnreadableFileError,
    UnwritableFileError,
)
from ftvp.files.disk import (
    Packing,
    Unpacked,
    read_bytes,
    read_text,
    refuse_lossy_targets,
    replacing,
    write_text,
)


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
        pytest.param("Hi".encode("utf-16"), ["is UTF-16", "iconv -f utf-16"], id="UTF-16"),
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
    write_text(path, "volume: 1 000 €\n")
    assert path.read_text(encoding="utf-8") == "volume: 1 000 €\n"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    path.write_text("old")
    link.symlink_to(path)
    write_text(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


@pytest.mark.parametrize(
    ("where", "says"), [("nowhere/a.yaml", "no such file or directory"), (".", "is a folder")]
)
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, where: str, says: str) -> None:
    with pytest.raises(UnwritableFileError, match=says):
        write_text(tmp_path / where, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "an answer")
        assert os.read(reader, 100) == b"an answer"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_written_to_and_stays_a_device(tmp_path: Path) -> None:
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.write_text("where devices may be opened")
    except PermissionError:
        pytest.skip("this system lets nobody make or open a device")
    write_text(device, "gone")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert list(tmp_path.iterdir()) == [device]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_a_file_keeps_the_permissions_of_what_it_replaces(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "private.yaml"
    path.write_text("old")
    path.chmod(mode)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_copy_takes_the_permissions_of_its_source(tmp_path: Path) -> None:
    source, copy = tmp_path / "train.jsonl", tmp_path / "clean.jsonl"
    source.write_text("private")
    source.chmod(0o600)
    with replacing(copy, like=source) as (file,):
        file.write(b"a part of it")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_files_that_belong_together_are_replaced_together_or_not_at_all(tmp_path: Path) -> None:
    one, two = tmp_path / "train", tmp_path / "test"
    one.write_text("old train")
    two.write_text("old test")

    def fill_the_disk() -> None:
        with replacing(one, two) as (first, _):
            first.write(b"new train")
            raise OSError(28, "No space left on device")

    with pytest.raises(UnwritableFileError, match="no space"):
        fill_the_disk()
    assert (one.read_text(), two.read_text()) == ("old train", "old test")
    assert sorted(tmp_path.iterdir()) == [two, one]


@pytest.mark.parametrize("link", ["same", "hard", "symbolic", "dotted"])
def test_what_is_read_is_never_written(tmp_path: Path, link: str) -> None:
    source = tmp_path / "prompt.txt"
    source.write_text("a prompt")
    other = {"same": source, "dotted": tmp_path / "." / "x" / ".." / "prompt.txt"}.get(
        link, tmp_path / "other"
    )
    (tmp_path / "x").mkdir()
    if link == "hard":
        other.hardlink_to(source)
    elif link == "symbolic":
        other.symlink_to(source)
    with pytest.raises(OverwritesInputError, match="is read: writing it would lose it"):
        refuse_lossy_targets([other], ["-", str(source)])
    refuse_lossy_targets([tmp_path / "new.txt"], [str(source)])


def test_a_file_beyond_the_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(TooLargeError, match="a file of more than 1 MB is not read"):
        read_bytes(path, 1 << 20)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: path.mkdir(), "is a folder"),
        (
            lambda path: path.write_bytes(b"\xff\xfea\x00"),
            "is UTF-16. Save it as UTF-8, or: iconv -f utf-16",
        ),
    ],
    ids=["a loop", "a folder", "UTF-16"],
)  # fmt: skip
def test_what_cannot_be_read_is_said(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    path = tmp_path / "odd"
    make(path)
    with pytest.raises(FtvpError, match=says):
        read_text(path)


def test_a_piece_of_what_was_unpacked_at_once_is_read_without_copying_the_rest() -> None:
    size = 1 << 20
    unpacked = iter([bytes(size), b""])
    packing = Packing("at once", b"", lambda _: SimpleNamespace(read=lambda _: next(unpacked)), ())
    stream = Unpacked(io.BytesIO(), packing, size, lambda: None)
    tracemalloc.start()
    assert len(stream.read(1_000)) == 1_000
    assert tracemalloc.get_traced_memory()[1] < size / 10
    tracemalloc.stop()
    assert len(stream.readall()) == size - 1_000
