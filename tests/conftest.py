"""What every run of the tests shares."""

from __future__ import annotations

import gc

import pytest

from tests.shells import install

# As the program itself does: searching for unreachable objects took a fifth of the suite.
gc.set_threshold(100_000)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a child's environment needs to start ftvp as fast as one of the wheel starts."""
    return install(tmp_path_factory.mktemp("installed"))
