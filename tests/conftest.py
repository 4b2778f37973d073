"""What every run of the tests shares."""

from __future__ import annotations

import gc
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.shells import install

# As the program itself does: searching for unreachable objects took a fifth of the suite.
gc.set_threshold(100_000)
gc.disable()  # until all tests are collected


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for doctests where no tests are: in `src` and in what the tests share."""
    found = yield
    if file_path.name.startswith("test_"):
        return [each for each in found if type(each) is pytest.Module]
    return found


def pytest_collection_finish() -> None:
    """Search for garbage from here on."""
    gc.enable()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a child's environment needs to start ftvp as fast as one of the wheel starts."""
    return install(tmp_path_factory.mktemp("installed"))
