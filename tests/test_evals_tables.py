"""Tables as spreadsheets and data tools write them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from ftvp.errors import FileProblemsError, FtvpError, NotEvalResultsError, NotUtf8Error
from ftvp.evals import tables
from ftvp.evals.read import Fields, read_evals
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
    [("r.csv", "id,score\n" + "a,1\n" * 4), ("r.jsonl", '{"id": 1, "score": 1}\n' * 4)],
)
def test_more_results_than_fit_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setattr(tables, "MAX_RESULTS", 3)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FtvpError, match=f"{name}: more than 3 eval results are not read"):
        read_evals([str(path), str(path)], Fields())
