"""A damaged installation gives no wrong number: one sentence, and what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import pytest

from ftvp.errors import DamagedInstallationError
from ftvp.files import tables
from ftvp.tables.framework import Framework
from ftvp.tokens import counting
from tests.shipped import DATA, framework, raw

VOCABULARIES = DATA / "vocabularies"
SAYS = "is not as ftvp ships it: the installation is damaged"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the data folder, which ftvp reads from."""
    copy = shutil.copytree(DATA, tmp_path / "data")
    for module in (counting, tables):
        monkeypatch.setattr(module, "data_folder", lambda: copy)
    _forget()
    yield copy
    _forget()


def _forget() -> None:
    for known in (counting._opened, counting.whole_encoding, tables._shipped_table):  # noqa: SLF001  caches
        known.cache_clear()


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-100_000]),
    "another": lambda path: path.write_bytes((VOCABULARIES / "cl100k_base.bin").read_bytes()),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    "count", [counting.whole_ranks, lambda name: counting.part_ranks(name, b"a")]
)
def test_a_damaged_vocabulary_counts_nothing(
    data: Path, damage: Callable[[Path], object], count: Callable[[str], object]
) -> None:
    damage(data / "vocabularies" / "o200k_base.bin")
    with pytest.raises(DamagedInstallationError, match=SAYS):
        count("o200k_base")


@pytest.mark.slow
def test_no_flipped_bit_of_a_vocabulary_is_read_over(data: Path) -> None:
    path = data / "vocabularies" / "o200k_base.bin"
    whole = path.read_bytes()
    for place in range(7, len(whole), len(whole) // 20):
        path.write_bytes(_flipped(whole, place))
        with pytest.raises(DamagedInstallationError, match=SAYS):
            counting.part_ranks("o200k_base", b"The quick brown fox")


def test_the_checksums_are_those_of_the_shipped_files() -> None:
    sums = (VOCABULARIES / "SHA256SUMS").read_text("ascii").splitlines()
    assert {line.split()[1] for line in sums} == {f"{name}.bin" for name in counting.PATTERNS}
    for digest, name in map(str.split, sums):
        content = (VOCABULARIES / name).read_bytes()
        assert sha256(content).hexdigest() == digest
        assert crc32(content) == counting.CRC32[name.removesuffix(".bin")]


def _sealed() -> bytes:
    """Return a table as the wheel has it."""
    text = json.dumps(raw("framework.yaml"), default=str).encode()
    return tables.SEALED % crc32(text) + text + b"}"


def test_a_table_of_the_wheel_is_read_as_it_was_sealed(data: Path) -> None:
    sealed = _sealed()
    assert json.loads(sealed)["crc32"]
    (data / "framework.json").write_bytes(sealed)
    assert tables.load_table(Framework, data / "framework.json") == framework()


@pytest.mark.parametrize("place", [0, 10, 15, 30, 2_000, -1])
def test_a_changed_table_of_the_wheel_is_not_believed(data: Path, place: int) -> None:
    sealed = _sealed()
    damaged = _flipped(sealed, place % len(sealed)) if place >= 0 else sealed[:-1]
    (data / "framework.json").write_bytes(damaged)
    with pytest.raises(DamagedInstallationError, match=SAYS):
        tables.load_table(Framework, data / "framework.json")
