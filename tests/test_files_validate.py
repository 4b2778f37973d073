"""Files with many mistakes: the first are shown, the rest counted, in time that grows with them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ftvp.errors import FileProblemsError
from ftvp.files.overlay import load_overlay
from ftvp.files.scenario import load_scenario
from ftvp.files.tables import load_table
from ftvp.tables.pricing import Pricing
from tests.shipped import pricing

OVERLAY = "schema_version: 1\nupdated_on: 2026-11-01\n"
DISCOUNT = "effective_from: 2026-01-01, checked_on: 2026-01-01, discount_percent: 3"


def unknown_fields(count: int) -> str:
    return "".join(f"volumne_{number}: 1\n" for number in range(count))


def unknown_keys(count: int) -> str:
    return OVERLAY + "".join(f"modles_{number}: 1\n" for number in range(count))


def unknown_providers(count: int) -> str:
    rows = (f"- {{provider: opnai{n}, source: mine, {DISCOUNT}}}\n" for n in range(count))
    return f"{OVERLAY}sources: {{mine: {{name: Mine}}}}\ndiscounts:\n{''.join(rows)}"


def overlay(path: Path) -> object:
    return load_overlay(pricing(), str(path))


def table(path: Path) -> object:
    return load_table(Pricing, path)


CASES = [
    pytest.param(unknown_fields, load_scenario, 1, "volume", id="fields of a scenario"),
    pytest.param(unknown_keys, overlay, 3, "models", id="keys of an overlay"),
    pytest.param(unknown_providers, overlay, 5, "openai", id="providers in an overlay"),
    pytest.param(unknown_keys, table, 3, "models", id="keys of a table"),
]


def refusal(text: str, load: Callable[[Path], object], folder: Path) -> tuple[str, float]:
    """Return the message about a file, and the seconds of CPU that it took."""
    path = folder / "s.yaml"
    path.write_text(text)
    begun = time.process_time()
    with pytest.raises(FileProblemsError) as caught:
        load(path)
    message = str(caught.value)
    return message, time.process_time() - begun


@pytest.mark.parametrize(("text", "load", "line", "nearest"), CASES)
def test_twenty_mistakes_are_shown_with_a_hint_and_the_others_counted(
    tmp_path: Path,
    text: Callable[[int], str],
    load: Callable[[Path], object],
    line: int,
    nearest: str,
) -> None:
    *shown, last = refusal(text(60), load, tmp_path)[0].splitlines()
    first = next(each for each in shown if "Did you mean" in each)
    assert len(shown) == 20
    assert first.startswith(f"s.yaml line {line}: ")
    assert first.endswith(f"Did you mean '{nearest}'?")
    assert last.startswith("and ")
    assert last.endswith(" more")


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize(("text", "load", "line", "nearest"), CASES)
def test_four_times_as_many_mistakes_take_about_four_times_as_long(
    tmp_path: Path,
    text: Callable[[int], str],
    load: Callable[[Path], object],
    line: int,
    nearest: str,
) -> None:
    del line, nearest

    def seconds(count: int) -> float:
        return min(refusal(text(count), load, tmp_path)[1] for _ in range(5))

    assert seconds(1_600) < 8 * seconds(400)  # 16 times, were each held against all others
