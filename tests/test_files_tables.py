"""The tables as they are read: what ships is whole, mistakes are told at their line and key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftvp.errors import FileProblemsError, NotUtf8Error, UnreadableFileError
from ftvp.files.tables import load_table, load_tables, trusted
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import QualityTable
from ftvp.units import Record
from tests.rows import of_each
from tests.shipped import DATA, framework, pricing, quality, raw

BAD = Path(__file__).parent / "bad_tables"
SHAPES: dict[str, type[Record]] = {
    "pricing": Pricing,
    "quality": QualityTable,
    "framework": Framework,
}


@of_each({path.stem: path for path in sorted(BAD.iterdir())})
def test_a_mistake_is_told_with_its_file_line_and_key(path: Path) -> None:
    """Each file has one mistake and is named for it; its first line is what a reader is told."""
    says = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
    with pytest.raises(FileProblemsError) as caught:
        load_table(SHAPES[path.stem.partition("_")[0]], path)
    assert str(caught.value) == f"{path.name} {says}"


def test_all_mistakes_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    text = (BAD / "pricing_negative_price.yaml").read_text("utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("currency: USD", "currency: EUR"), "utf-8")
    with pytest.raises(FileProblemsError) as caught:
        load_table(Pricing, path)
    assert [problem.line for problem in caught.value.problems] == [4, 24]


def test_the_shipped_tables_are_whole() -> None:
    found = load_tables()
    assert (found.pricing, found.quality, found.framework) == (pricing(), quality(), framework())
    assert found.versions.quality == quality().updated_on


def test_a_table_of_ones_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = (DATA / "framework.yaml").read_text("utf-8")
    path.write_text(text.replace("threshold: 1000", "threshold: 50"), "utf-8")
    found = load_tables(framework=path)
    assert found.framework.question("volume").threshold == 50
    assert found.pricing == pricing()


@pytest.mark.parametrize("table", ["pricing", "quality", "framework"])
def test_a_table_that_is_missing_is_told_by_name(tmp_path: Path, table: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"mine\.yaml does not exist"):
        load_tables(**{table: tmp_path / "mine.yaml"})


def test_a_table_must_be_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"a: 1\nb: \xe9\n")
    with pytest.raises(NotUtf8Error, match="byte 0xe9 at line 2"):
        load_table(Pricing, path)


@pytest.mark.parametrize("text", ["", "[]", "table"], ids=["empty", "a list", "a word"])
def test_a_table_must_be_a_block_of_keys(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileProblemsError, match=r"mine\.yaml: must be a block of keys"):
        load_table(Pricing, path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shape"),
    [("pricing", Pricing), ("quality_by_task", QualityTable), ("framework", Framework)],
)
def test_what_is_trusted_is_what_pydantic_makes_of_it(name: str, shape: type[Record]) -> None:
    """As the wheel holds the tables: their YAML as JSON."""
    text = json.dumps(raw(f"{name}.yaml"), default=str)
    checked, read = shape.model_validate_json(text), trusted(shape)(json.loads(text))
    assert read == checked
    assert read.model_fields_set == checked.model_fields_set
    assert read.model_dump_json() == checked.model_dump_json()
    assert read.model_copy(update={}) == checked
    assert repr(read) == repr(checked)
