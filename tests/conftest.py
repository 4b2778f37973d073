"""What every run of the tests shares."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Generator
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tests.shells import install

# As the program itself does: searching for unreachable objects took a fifth of the suite.
gc.set_threshold(100_000)
gc.disable()  # until all tests are collected
# To rewrite and compile the tests takes a quarter of the time of the fast ones: once is enough,
# even where Python is told to keep no byte code.
sys.dont_write_bytecode = False
MARKED = re.compile(r"^pytestmark = (\[[^\]]*\]|.*)", re.MULTILINE)


@cache
def _left_out(expression: str) -> frozenset[str]:
    """Return the marks whose tests `-m` leaves out, whatever else they bear: its "not ...".

    >>> sorted(_left_out("not slow and not long")), sorted(_left_out("not slow or laws"))
    (['long', 'slow'], [])
    """
    if not re.fullmatch(r"(not )?\w+( and (not )?\w+)*", expression):
        return frozenset()
    return frozenset(re.findall(r"\bnot (\w+)", expression))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module unread that `-m` leaves out by its `pytestmark`, unless it is asked for."""
    left_out = _left_out(config.option.markexpr)
    is_named = any(collection_path.name in argument for argument in config.args)
    if left_out and not is_named and collection_path.match("test_*.py"):
        marked = MARKED.search(collection_path.read_text("utf-8"))
        if marked and left_out.intersection(re.findall(r"\bmark\.(\w+)", marked[0])):
            return True
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for doctests where no tests are: in `src` and in what the tests share."""
    found = yield
    if file_path.name.startswith("test_"):
        return [each for each in found if type(each) is pytest.Module]
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `-m` does before hypothesis looks: it reads all our code for its tests."""
    mark = config.pluginmanager.get_plugin("mark")
    if mark is not None and "hypothesis" not in config.option.markexpr + config.option.keyword:
        mark.pytest_collection_modifyitems(items, config)


def pytest_collection_finish() -> None:
    """Search once what collection leaves: it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, count[int]]:
    """Return where the folders of the tests are made, and their numbers."""
    return tmp_path_factory.mktemp("tests"), count()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, folders: tuple[Path, count[int]]) -> Path:
    """Return an empty folder, as pytest's own fixture does, but without links and searches."""
    base, numbers = folders
    name = re.sub(r"\W", "_", request.node.name)[:30]
    path = base / f"{next(numbers)}_{name}"
    path.mkdir(0o700)
    return path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a child's environment needs to start ftvp as fast as one of the wheel starts."""
    return install(tmp_path_factory.mktemp("installed"))
