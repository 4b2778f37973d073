"""Laws: what holds of every scenario, over drawn ones. `make laws` draws 10,000 for each."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.drawn import Drawn, scenarios

DRAWS = int(os.environ.get("LAWS", "0"))
"""Scenarios for each law; 0 leaves the number to the law."""
DEAR = max(2, DRAWS // 40)
"""Scenarios for a law that draws or scans thousands of futures of each."""
Test = TypeVar("Test", bound=Callable[..., Any])


def law(draws: int = 10) -> Callable[[Test], Test]:
    """Return a decorator for a `@given` test: its marks, and how many scenarios it draws."""

    def decorated(test: Test) -> Test:
        drawn = settings(max_examples=DRAWS or draws, deadline=None)(test)
        marked: Test = pytest.mark.laws(pytest.mark.slow(drawn))
        return marked

    return decorated


def number_of(usual: int) -> int:
    """Return how many scenarios a law draws: a quarter of the usual in the suite."""
    return DRAWS or usual // 4


def draw(seed: int, usual: int) -> list[Drawn]:
    """Return the scenarios of one law, each law its own."""
    return scenarios(seed, number_of(usual))
