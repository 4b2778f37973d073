"""Drawn runs of every command, each case the same for the same seed.

The gate draws few and RUNS of them, and `make fuzz` any number.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.fuzz.run import fuzzed, in_little_time

pytestmark = pytest.mark.long

RUNS = int(os.environ.get("FUZZ", "0")) or 3000
SEED = 1


def _none(runs: int, seed: int, folder: Path) -> None:
    with in_little_time():
        found = fuzzed(runs, seed, folder)
    assert sum(found.exits.values()) == runs
    assert {kind: found.first[kind] for kind in found.counts} == {}
    assert found.exits[0] > runs / 10


def test_no_drawn_run_ends_otherwise_than_it_must(tmp_path: Path) -> None:
    _none(100, SEED, tmp_path)


def test_none_of_many_drawn_runs_ends_otherwise_than_it_must(tmp_path: Path) -> None:
    _none(RUNS, SEED + 1, tmp_path)
