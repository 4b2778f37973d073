"""What holds the records: lines, arrays, tables, packed files; and what is refused by name."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from ftvp.dataset import formats as scanning
from ftvp.dataset import records as reading
from ftvp.dataset.formats import scan
from ftvp.dataset.measure import write_records
from ftvp.dataset.records import container_of, read_records
from ftvp.errors import (
    FileProblemsError,
    FtvpError,
    NotUtf8Error,
    TooLargeError,
    TooManyExamplesError,
    UnreadableFileError,
)
from ftvp.files import disk
from tests.training_files import chat, lines, message

PAIR = {"prompt": "Lake 1?", "completion": "yes, one"}


def answers(path: Path) -> list[str]:
    """Return the answer of each example of a file."""
    return scan(path, lambda examples: [example.answer for example in examples]).values


def refused(path: Path) -> str:
    """Return why a file is not read; there is one sentence for each kind of mistake."""
    with pytest.raises(FtvpError) as caught:
        answers(path)
    return str(caught.value)


def packed(name: str, pack: Callable[[bytes], bytes], folder: Path) -> Path:
    """Write a packed file of two records."""
    path = folder / name
    path.write_bytes(pack(b"".join(json.dumps(chat("a", b)).encode() + b"\n" for b in "bc")))
    return path


def zstd(data: bytes) -> bytes:
    """Pack bytes in two frames, as files are that were put one behind the other."""
    library = pytest.importorskip("zstandard")
    pack = library.ZstdCompressor().compress
    packed_in_two: bytes = pack(data[:20]) + pack(data[20:])
    return packed_in_two


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b'{\n  "messages": []\n}\n', "is pretty-printed JSON: each training example"),
        (b'{\n  "data": [\n{}]\n}\n', "one object with a list of records: jq -c '.data[]'"),
        (b'{"text": "caf\xe9"}\n', "line 1: is not UTF-8: save the file"),
        (b"[]", "holds no records"),
        (b'[{"text": "a"},\n {"text" 1}]', "line 2: is not JSON"),
        (b'[{"role": "user"}]\n[{"role": "user"}]\n', "line 2: each line is a list: make"),
        (b'[{"text": "a",}]', "line 1: is not JSON: a comma stands before the end"),
        (b"[{'text': 'a'}]", "line 1: is Python, not JSON"),
        (b'[{"text": "a"}\n {"text": "b"}]', "line 2: a comma is missing"),
        (b'[{"text": "a"},\n]', "line 2: a comma stands before the end of the list"),
        (b'[{"text": "a"}] 5', "something follows the end"),
        (b'[\n{"text": "\xe9"}]', "is not UTF-8"),
        (b"- prompt: a\n  completion: b\n", "line 1: is not JSON"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_files_that_are_no_training_files_are_told_apart(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(content)
    assert says in refused(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"PK\x03\x04" + b"\0" * 26 + b"train.jsonl",
            "is a zip archive, which is not read. Unpack",
        ),
        (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "is a workbook, which is not read. In"),
        (b"SQLite format 3\0", "is an SQLite database"),
        (b"ARROW1\0\0", "is an Arrow file"),
        (b"Obj\x01", "is an Avro file"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x80\x04\x95", "is a pickle"),
        (b"name\0" + b"\0" * 252 + b"ustar", "is a tar archive"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "Git LFS, which is not read. Get it: git",
        ),
        (b"<!DOCTYPE html>\n<html>", "is a web page, which is not read. Download the raw file."),
        ('{"text": "a"}\n'.encode("utf-16"), "is UTF-16. Save it as UTF-8, or: iconv -f utf-16 "),
        ('{"text": "a"}\n'.encode("utf-16-le"), "is UTF-16LE. Save it as UTF-8, or: iconv -f "),
        ('[{"text": "a"}]'.encode("utf-16-be"), "is UTF-16BE"),
        ("prompt,completion\na,b\n".encode("utf-16"), "is UTF-16"),
        ('{"text": "a"}\n'.encode("utf-32"), "is UTF-32"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_no_text_is_named_with_the_way_out(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(content)
    assert says in refused(path)
    assert refused(path).count("train.jsonl") <= 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("train.csv", 'prompt,completion\nLake 1?,"yes, one"\n'),
        ("train.csv", "prompt;completion\r\nLake 1?;yes, one\r\n"),
        ("train.csv", "sep=;\nprompt;completion\nLake 1?;yes, one\n"),
        ("train.csv", '\ufeffPrompt,Completion\nLake 1?,"yes, one"\n'),
        ("train.csv", ',prompt,completion\n0,Lake 1?,"yes, one"\n'),
        ("train.tsv", "prompt\tcompletion\nLake 1?\tyes, one\n"),
        ("train.txt", 'question,answer,source\nLake 1?,"yes, one",web\n'),
        ("train", "instruction\tinput\toutput\nLake\t1?\tyes, one\n\n"),
    ],
)
def test_a_table_is_read_by_its_header(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8", newline="")
    assert answers(path) == ["yes, one"]


def test_a_cell_may_hold_lines_and_a_chat(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["messages", "source"])
        table.writerow([json.dumps(chat("a\nb", "c")["messages"]), "web\npage"])
        table.writerow([json.dumps(chat("d", "e")["messages"]), "web"])
    assert answers(path) == ["c", "e"]
    assert [raw.line for raw in read_records(path)] == [2, 4]


def test_an_answer_that_is_a_json_list_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text('prompt,completion\nList,"[{""a"": 1}]"\n', "utf-8")
    assert answers(path) == ['[{"a": 1}]']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prompt,completion\na,b\nc\n", "line 3: a row has not the 2 columns of the header"),
        ("prompt,prompt\na,b\n", "the column 'prompt' stands twice"),
        ('prompt,completion\na,"b" c\n', "line 2: is no row of a table"),
        ("prompt,completion\n", "holds no records"),
        ("article,summary\na,b\n", "call the question 'prompt'"),
    ],
)
def test_each_mistake_of_a_table_has_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "train.csv"
    path.write_text(text, "utf-8")
    assert says in refused(path)


def test_a_table_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_bytes("prompt,completion\na,b\nça,là\n".encode("latin-1"))
    assert "line 3: is not UTF-8: save" in refused(path)


def test_rows_that_are_kept_stay_a_table(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text('prompt,completion\na,b\nc,"d\ne"\nf,g\n', "utf-8", newline="")
    assert write_records(path, {tmp_path / "out.csv": [1, 2]}) == [2]
    assert (tmp_path / "out.csv").read_text("utf-8") == 'prompt,completion\nc,"d\ne"\nf,g\n'


def parquet(path: Path, records: Sequence[Mapping[str, object]]) -> Path:
    """Write records as a Parquet file."""
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pylist(records)
    pytest.importorskip("pyarrow.parquet").write_table(table, path)
    return path


def test_parquet_is_read_row_by_row(tmp_path: Path) -> None:
    # A column of messages has every key in every row: what is absent is null.
    called = message("assistant", "b", tool_calls=[{"function": {"name": "f", "arguments": "{}"}}])
    records = [chat("a", "b"), {"messages": [message("user", "c"), called]}, chat("d", "e")]
    path = parquet(tmp_path / "train.parquet", records)
    assert [text[:1] for text in answers(path)] == ["b", "b", "e"]
    write_records(path, {tmp_path / "out.jsonl": [2]})
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8")) == chat("d", "e")


def test_pictures_in_parquet_are_kept_as_media(tmp_path: Path) -> None:
    record = {**PAIR, "image": {"bytes": b"\x89PNG", "path": "1.png"}}
    path = parquet(tmp_path / "train.parquet", [record])
    (example,) = scan(path, lambda examples: examples).values
    assert [medium.kind for medium in example.media] == ["image"]


def test_broken_parquet_says_so(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "train.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 40)
    assert "is Parquet that cannot be read" in refused(path)


@pytest.mark.parametrize(
    ("name", "package", "says"),
    [
        ("train.parquet", "pyarrow", "To read it: pip install 'ftvp[parquet]'. Or write it as"),
        (
            "train.jsonl.zst",
            "zstandard",
            "is packed with zstd. Unpack it: zstd -d, or: pip install",
        ),
    ],
)
def test_without_its_package_a_file_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"PAR1" if "parquet" in name else b"\x28\xb5\x2f\xfd")
    for each in (package, f"{package}.parquet", "compression", "compression.zstd"):
        monkeypatch.setitem(sys.modules, each, None)
    assert says in refused(path)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("train.jsonl.gz", gzip.compress),
        ("train.jsonl.bz2", bz2.compress),
        ("train.jsonl.xz", lzma.compress),
        ("train.jsonl.zst", zstd),
        ("train.jsonl", gzip.compress),
    ],
)
def test_a_packed_file_is_read_like_any_other(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    path = packed(name, pack, tmp_path)
    assert answers(path) == ["b", "c"]
    path.write_bytes(path.read_bytes()[:-5])
    assert "but broken: copy it again" in refused(path)


def test_a_packed_table_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "train.csv.gz"
    path.write_bytes(gzip.compress(b"prompt,completion\na,b\n"))
    assert answers(path) == ["b"]


def test_a_name_that_promises_a_packing_that_is_not_written_is_refused(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat()])
    with pytest.raises(FtvpError, match="would not be packed so"):
        write_records(path, {tmp_path / "out.jsonl.zst": [0]})


def bomb(path: Path, line: bytes, number: int) -> Path:
    """Write a small packed file of one line many times."""
    with gzip.open(path, "wb") as file:
        for _ in range(number):
            file.write(line)
    return path


def test_a_packed_file_that_grows_beyond_the_limit_is_refused_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "MAX_UNPACKED", 3 << 20)
    path = bomb(tmp_path / "train.jsonl.gz", json.dumps(chat("a" * 10_000)).encode() + b"\n", 400)
    assert path.stat().st_size < 50_000
    with pytest.raises(TooLargeError, match=r"a file unpacked of more than 3 MB is not read"):
        answers(path)


@pytest.mark.long
def test_a_line_beyond_the_limit_is_refused_with_it(tmp_path: Path) -> None:
    path = bomb(tmp_path / "train.jsonl.gz", b"0" * (1 << 20), 70)
    with pytest.raises(TooLargeError, match=r"a line \(1\) of more than 64 MB is not read"):
        answers(path)


def test_more_examples_than_are_kept_are_refused_with_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_EXAMPLES", 10)
    path = lines(tmp_path / "train.jsonl", [chat()] * 11)
    with pytest.raises(TooManyExamplesError, match="more than 10 training examples are not read"):
        answers(path)


def test_reading_stops_where_nothing_is_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MAX_BROKEN", 10)
    monkeypatch.setattr(scanning, "CHUNK", 100)
    path = lines(tmp_path / "train.jsonl", ["nonsense"] * 1000)
    assert " more)" in refused(path)
    assert "995 more" not in refused(path)


def test_a_pipe_beyond_the_limit_is_refused_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MAX_PIPED", 1 << 20)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"0" * (3 << 20))))
    with (
        pytest.raises(TooLargeError, match="standard input: a pipe of more than 1 MB"),
        disk.on_disk("-"),
    ):
        pytest.fail("was read")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless device here")
def test_an_endless_device_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MAX_PIPED", 1 << 20)
    with (
        pytest.raises(TooLargeError, match="/dev/zero: a pipe of more than 1 MB"),
        disk.on_disk(Path("/dev/zero")),
    ):
        pytest.fail("was read")


def test_windows_line_ends_and_a_byte_order_mark_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(chat()).encode() + b"\r\n")
    first, second = scan(path, lambda examples: examples).issues.notes
    assert "byte-order mark" in first.says
    assert "CRLF" in second.says


def test_an_array_is_read_like_lines_with_the_line_of_each_element(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps([chat("a"), chat("b")], indent=1), "utf-8")
    found = scan(path, lambda examples: examples).values
    assert [example.asked for example in found] == ["a", "b"]
    # Each record takes 12 lines: braces, brackets and four lines a message.
    assert [example.line for example in found] == [2, 14]


def test_an_array_longer_than_what_is_read_at_once_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps([chat("word " * 50_000, str(n)) for n in range(9)]), "utf-8")
    assert answers(path) == [str(n) for n in range(9)]


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_is_no_file_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"does not exist|is a folder"):
        answers(tmp_path / name)


def test_utf_8_in_many_scripts_is_not_taken_for_utf_16(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [json.dumps(chat("你好" * 500), ensure_ascii=False)])
    assert container_of(path).kind == "lines"
    with pytest.raises((NotUtf8Error, FileProblemsError)):
        answers(lines(tmp_path / "nulls.jsonl", ["\0" * 50]))


def test_the_columns_of_a_file_without_a_header_are_not_guessed(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.txt", ["what is it, please", "an answer, here"])
    assert reading.delimiter_of(path.read_bytes(), path) is None
