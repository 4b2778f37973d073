"""Tables as spreadsheets and data tools write them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from ftvp.errors import (
    FileProblemsError,
    FtvpError,
    NotEvalResultsError,
    NotUtf8Error,
    TooLargeError,
)
from ftvp.evals import read, tables
from ftvp.evals.read import Fields, read_evals
from ftvp.evals.tables import parsed
from tests.eval_files import ANSWERED, CELLS, cells, measured, table

HEADS = ["ID", "Id", " id ", "Item ID", "item-id", "itemId", "example-id", "Example Id", "Test ID",
         "task_id", "No.", "Index", "UID", ""]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
def test_ids_are_found_as_people_name_them(head: str, tmp_path: Path) -> None:
    texts = [table(side, "q{n},{s}", f"{head},Score") for side in (0, 1)]
    assert cells(measured(tmp_path, *texts)) == CELLS


CSV = {
    "semicolons": lambda side: table(side, "{n};{s}", "id;score"),
    "semicolons and decimal commas": lambda side: table(
        side, "{n};{s}", "id;score", right="1,0", wrong="0,0"
    ),
    "tabs": lambda side: table(side, "{n}\t{s}", "id\tscore"),
    "bars": lambda side: table(side, "{n}|{s}", "id|score"),
    "a line that says the separator": lambda side: (
        "sep=;\n" + table(side, "{n};{s}", "id;score, in all")
    ),
    "the same, quoted": lambda side: '"sep=;"\r\n' + table(side, "{n};{s}", "id;score"),
    "empty rows at the end": lambda side: table(side, "{n},{s}", "id,score") + ",\n,\n\n  ,\n",
    "empty columns at the end": lambda side: table(side, "{n},{s},,", "id,score,,"),
    "carriage returns": lambda side: table(side, "{n},{s}", "id,score").replace("\n", "\r\n"),
    "a byte-order mark": lambda side: "\ufeff" + table(side, "{n},{s}", "id,score"),
    "every cell quoted": lambda side: table(side, '"{n}","{s}"', '"id","score"'),
    "text with line breaks": lambda side: table(side, '{n},"a\nb, {n}",{s}', "id,note,score"),
    "an index of pandas": lambda side: table(side, "{n},{s}", ",score"),
}


@pytest.mark.parametrize("make", CSV.values(), ids=CSV)
def test_csv_of_spreadsheets_is_read(make: Callable[[int], str], tmp_path: Path) -> None:
    assert cells(measured(tmp_path, make(0), make(1))) == CELLS


ENCODED = {
    "UTF-16 with a mark": "utf-16",
    "UTF-16, little end first": "utf-16-le",
    "UTF-16, big end first": "utf-16-be",
    "UTF-8 with a mark": "utf-8-sig",
}


@pytest.mark.parametrize("encoding", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("packing", ["as it is", "gzip"])
def test_encodings_of_spreadsheets_are_read(encoding: str, packing: str, tmp_path: Path) -> None:
    paths = []
    for side in (0, 1):
        data = table(side, "{n}\t{s}\tgrün", "id\tscore\tnote").encode(encoding)
        path = tmp_path / f"{side}.txt"
        path.write_bytes(gzip.compress(data) if packing == "gzip" else data)
        paths.append(str(path))
    assert cells(read_evals(paths, Fields())) == CELLS


PANDAS = {
    "split": lambda rows: {"columns": ["id", "score"], "data": rows},
    "split, indexed by the id": lambda rows: {
        "columns": ["score"],
        "index": [i for i, _ in rows],
        "data": [[s] for _, s in rows],
    },
    "records": lambda rows: [{"id": i, "score": s} for i, s in rows],
    "columns": lambda rows: {
        "id": {str(n): i for n, (i, _) in enumerate(rows)},
        "score": {str(n): s for n, (_, s) in enumerate(rows)},
    },
    "index": lambda rows: {i: {"score": s, "n": 1} for i, s in rows},
    "table": lambda rows: {
        "schema": {"fields": [{"name": "id"}]},
        "data": [{"id": i, "score": s} for i, s in rows],
    },
    "a list under another key": lambda rows: {
        "run": "x",
        "details": [{"id": i, "score": s} for i, s in rows],
    },
}


@pytest.mark.parametrize("make", PANDAS.values(), ids=PANDAS)
def test_json_of_data_tools_is_read(
    make: Callable[[list[tuple[str, int]]], object], tmp_path: Path
) -> None:
    texts = [
        json.dumps(make([(f"q{n}", pair[side]) for n, pair in enumerate(ANSWERED)]))
        for side in (0, 1)
    ]
    assert cells(measured(tmp_path, *texts)) == CELLS


def zipped(*names: str) -> Callable[[Path], None]:
    """Return what writes an archive of files of these names."""

    def write(path: Path) -> None:
        with ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "x")

    return write


FOREIGN = {
    "Excel": (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet: save it as CSV"),
    "LibreOffice": (zipped("mimetype", "content.xml"), "save it as CSV"),
    "old Excel": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1"), "save it as CSV"),
    "Parquet": (lambda path: path.write_bytes(b"PAR1\x00"), r"is Parquet.*to_csv"),
    "zstandard": (lambda path: path.write_bytes(b"\x28\xb5\x2f\xfd1"), "zstd"),
    "SQLite": (lambda path: path.write_bytes(b"SQLite format 3\x00"), "Write its table as CSV"),
    "another archive": (zipped("a.csv"), "without samples of an Inspect log"),
    "HTML": (lambda path: path.write_text("<!doctype html>"), "Have the tool write JSON"),
    "XML": (lambda path: path.write_text("<?xml?><testsuites/>"), "Have the tool write JSON"),
    "YAML": (lambda path: path.write_text("results:\n  - a\n"), "neither JSON, nor CSV"),
    "a report": (lambda path: path.write_text('{"resolved_ids": ["a"]}'), "holds no results"),
}


@pytest.mark.parametrize(("write", "says"), FOREIGN.values(), ids=FOREIGN)
def test_other_files_are_named_with_what_to_do(
    write: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "results"
    write(path)
    with pytest.raises(FtvpError, match=says):
        read_evals([str(path), str(path)], Fields())


@pytest.mark.parametrize(
    "data", [b"id,score\n1,\xff\n", b"\xff\xfei\x00d\x00,\x00\x00\xd8", b"\x1f\x8bbroken"]
)
def test_broken_bytes_are_refused_in_a_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(data)
    with pytest.raises((NotUtf8Error, FtvpError), match=r"results\.csv"):
        read_evals([str(path)], Fields())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("id,score\n1\n", "line 2: has another number", id="a row too short"),
        pytest.param("id,score\n1,0,x\n2,1\n", "line 2: has another number", id="too long"),
        pytest.param("id,a,a\n1,0,1\n", "two columns are called 'a'", id="two alike"),
        pytest.param('id,score\n1,"0\n', "is not CSV", id="an open quote"),
        pytest.param('{"columns": ["a"], "data": [[1, 2]]}', "of another length", id="a split"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblemsError, match=says):
        measured(tmp_path, text, text)


def test_what_is_read_is_named_where_nothing_is_found(tmp_path: Path) -> None:
    with pytest.raises(NotEvalResultsError, match=r"What is read: promptfoo JSON, .*HELM"):
        measured(tmp_path, '{"a": []}\n{}', "[]")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.csv", "id,score\n" + "a,1\n" * 4),
        ("r.jsonl", '{"id": 1, "score": 1}\n' * 4),
        ("r.jsonl", '{"id": 1, "score": 1}\n[]\n' * 2),
    ],
)
def test_more_results_than_fit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setattr(tables, "MAX_RESULTS", 3)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FtvpError, match=f"{name}: more than 3 eval results are not read"):
        read_evals([str(path), str(path)], Fields())


@pytest.mark.parametrize(
    "text", ["id,score\na,1\nb,1\nc,1\n", '{"id": 1, "score": 1}\n\n' * 3], ids=["CSV", "lines"]
)
def test_as_many_results_as_fit_are_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_RESULTS", 3)
    assert len(parsed(text, "r").records) == 3


@pytest.mark.parametrize(("size", "fits"), [(20, True), (19, False)])
def test_a_file_is_read_up_to_its_limit(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, fits: bool
) -> None:
    monkeypatch.setattr(read, "MAX_FILE", size)
    path = tmp_path / "r.csv"
    path.write_text("id,score\na,0.25\nb,1\n"[:20], encoding="utf-8")
    if fits:
        assert len(read.read_results(str(path)).rows) == 2
        return
    with pytest.raises(TooLargeError):
        read.read_results(str(path))


TABLES: dict[str, tuple[str, list[str], list[tuple[int, list[str]]]]] = {
    "commas": ("id,score\na,1\n", ["id", "score"], [(2, ["a", "1"])]),
    "the separator that the head has most of": (
        "id;a,b;score\nx;1,2;3\n",
        ["id", "a,b", "score"],
        [(2, ["x", "1,2", "3"])],
    ),
    "tabs": ("id\tscore\na,b\t1\n", ["id", "score"], [(2, ["a,b", "1"])]),
    "a separator that is said": ("sep=|\nid|a,b\n1|2\n", ["id", "a,b"], [(3, ["1", "2"])]),
    "a separator that is said in quotes": (
        '"sep=;"\r\nid;score\r\n1;2\r\n',
        ["id", "score"],
        [(3, ["1", "2"])],
    ),
    "empty rows, and rows of nothing": (
        "id,score\n\n , \na,1\n,,\n",
        ["id", "score"],
        [(4, ["a", "1"])],
    ),
    "empty columns at the end": ("id,score,,\na,1,,\n", ["id", "score"], [(2, ["a", "1", "", ""])]),
    "an index without a name": (",score\n0,1\n", ["index", "score"], [(2, ["0", "1"])]),
    "spaces around names": (" id , score\na,1\n", ["id", "score"], [(2, ["a", "1"])]),
    "a row of two lines": (
        'id,score\n"a\nb",1\nc,0\n',
        ["id", "score"],
        [(3, ["a\nb", "1"]), (4, ["c", "0"])],
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_csv_has_a_head_and_rows_with_their_lines(case: str) -> None:
    text, head, cells = TABLES[case]
    found = parsed(text, "r.csv")
    assert (list(found.head), list(found.cells)) == (head, cells)
    records = [(line, dict(zip(head, row, strict=False))) for line, row in cells]
    assert list(found.records) == records
    assert found.document is None


LISTED: dict[str, tuple[str, list[object]]] = {
    "a list": ('[{"id": 1}, 2]', [{"id": 1}]),
    "one list under any key": ('{"n": 1, "x": [{"id": 1}]}', [{"id": 1}]),
    "two lists, one of a known name": (
        '{"x": [{"id": 1}], "results": [{"id": 2}]}',
        [{"id": 2}],
    ),
    "two lists of unknown names": ('{"x": [{"id": 1}], "y": [{"id": 2}]}', []),
    "a list of no records": ('{"x": [1], "y": [{"id": 2}]}', [{"id": 2}]),
    "no list": ('{"x": 1}', []),
}


@pytest.mark.parametrize("case", LISTED)
def test_a_document_lists_its_records_under_a_known_key_or_the_only_one(case: str) -> None:
    text, records = LISTED[case]
    assert [record for _, record in parsed(text, "r.json").records] == records
    assert {line for line, _ in parsed(text, "r.json").records} <= {None}


def test_lines_that_are_no_records_are_all_named() -> None:
    with pytest.raises(FileProblemsError) as raised:
        parsed('{"id": 1}\n[1]\n\n{"id":\n7\n', "r.jsonl")
    assert [each.line for each in raised.value.problems] == [2, 4, 5]
    lines = parsed('{"id": 1}\n\n{"id": 2}\n', "r.jsonl").records
    assert list(lines) == [(1, {"id": 1}), (3, {"id": 2})]
