"""What is built for others to install: whole, and nothing of the builder's own folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).parent.parent
CACHES = ["src/ftvp/__pycache__", "tests/.pytest_cache", "data/.mypy_cache", ".ruff_cache", ".venv"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of both archives, built from a copy of the checkout with caches in it."""
    copy = tmp_path_factory.mktemp("checkout") / "ftvp"
    _copied(copy)
    for cache in CACHES:
        (copy / cache).mkdir(parents=True)
        (copy / cache / "left.pyc").write_bytes(b"over")
    _build(copy)
    return copy / "dist"


def _copied(copy: Path) -> None:
    hidden = shutil.ignore_patterns("__pycache__", ".git", ".venv", ".hypothesis", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=hidden)


def _build(copy: Path, *options: str) -> None:
    build = [sys.executable, "-m", "hatchling", "build"]
    command = [*build, "--directory", str(copy / "dist"), *options]
    subprocess.run(  # noqa: S603  our own program
        command, cwd=copy, check=True, capture_output=True
    )


@pytest.fixture(scope="module")
def in_wheel(built: Path) -> set[str]:
    with ZipFile(next(built.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.fixture(scope="module")
def in_sdist(built: Path) -> set[str]:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        return {name.partition("/")[2] for name in sdist.getnames()}


@pytest.mark.parametrize(
    "name",
    [
        "ftvp/py.typed",
        "ftvp/data/pricing.yaml",
        "ftvp/data/pricing.json",
        "ftvp/data/quality_by_task.yaml",
        "ftvp/data/quality_by_task.json",
        "ftvp/data/framework.yaml",
        "ftvp/data/framework.json",
        "ftvp/data/schemas/pricing.schema.json",
        "ftvp/data/schemas/scenario.schema.json",
        "ftvp/data/vocabularies/o200k_base.bin",
        "ftvp/data/vocabularies/cl100k_base.bin",
        "ftvp/data/vocabularies/LICENSE-tiktoken",
        "ftvp/data/vocabularies/SHA256SUMS",
    ],
)
def test_the_wheel_has(name: str, in_wheel: set[str]) -> None:
    assert name in in_wheel


def test_the_wheel_carries_both_licences_where_tools_look_for_them(in_wheel: set[str]) -> None:
    licences = {name.partition("licenses/")[2] for name in in_wheel if "/licenses/" in name}
    assert licences == {"LICENSE", "data/vocabularies/LICENSE-tiktoken"}


def test_the_wheel_has_every_module_and_nothing_beside_the_package(in_wheel: set[str]) -> None:
    modules = {path.relative_to(ROOT / "src").as_posix() for path in ROOT.glob("src/ftvp/**/*.py")}
    assert modules == {name for name in in_wheel if name.endswith(".py")}
    assert {name.partition("/")[0].partition("-")[0] for name in in_wheel} == {"ftvp"}


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "Makefile",
        "requirements.lock",
        "requirements-lowest.lock",
        ".ci/run",
        "LICENSE",
        "pyproject.toml",
        "hatch_build.py",
        "data/pricing.yaml",
        "docs/README.md",
        "examples/entity_extraction.txt",
        "tests/test_archives.py",
        "tools/vocabulary.py",
        "benchmarks/run.py",
    ],
)
def test_the_source_archive_has(name: str, in_sdist: set[str]) -> None:
    assert name in in_sdist


def test_no_cache_is_in_either(in_wheel: set[str], in_sdist: set[str]) -> None:
    names = in_wheel | in_sdist
    assert [name for name in names if name.endswith(".pyc") or "_cache" in name] == []


@pytest.mark.long
def test_both_are_built_to_the_same_bytes_again(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    _copied(copy)
    for file in copy.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    _build(copy)
    first, again = (
        {each.name: sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}
        for folder in (built, copy / "dist")
    )
    assert len(first) == 2
    assert again == first


@pytest.mark.long
def test_no_wheel_is_built_of_another_vocabulary(tmp_path: Path) -> None:
    copy = tmp_path / "changed"
    _copied(copy)
    vocabulary = copy / "data/vocabularies/cl100k_base.bin"
    vocabulary.write_bytes(vocabulary.read_bytes()[:-1])
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _build(copy, "--target", "wheel")
    assert "cl100k_base.bin is not as in SHA256SUMS" in caught.value.stderr.decode()
