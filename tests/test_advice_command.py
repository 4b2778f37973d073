"""The command line that repeats an answer without questions."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from ftvp.scenario import BOOLEANS, Scenario
from tests.asked import EARLY, EXTRACTION, decided

pytestmark = pytest.mark.slow

FORMAT: dict[str, Any] = {
    "volume": 10_000,
    "examples": 500,
    "quality_gap": 10,
    "format_task": True,
    "eval_improves": True,
}
YES = {**FORMAT, "format_task": False}


def replayed(command: str) -> Scenario:
    """Return the scenario that a command line's flags spell out."""
    words = shlex.split(command)
    assert words[:2] == ["ftvp", "decide"]
    told: dict[str, object] = {}
    rest = iter(words[2:])
    for word in rest:
        name = word.removeprefix("--").replace("-", "_")
        if name.removeprefix("no_") in BOOLEANS:
            told[name.removeprefix("no_")] = not name.startswith("no_")
        else:
            told[name] = next(rest)
    return Scenario.model_validate(told)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({}, id="nothing told"),
        pytest.param(FORMAT, id="all answers"),
        pytest.param(
            {"volume": 10_000, "quality_gap": 10, "unknown": ("examples",)}, id="one unknown"
        ),
        pytest.param(
            {**YES, **EXTRACTION, "volume": 1234.5678, "cache": 0.25, "as_of": EARLY}, id="costs"
        ),
        pytest.param(
            {
                **YES,
                **EXTRACTION,
                "prompted_price": {"input": 1.5, "output": 6, "cached_input": 0.1},
                "tuned_price": "input=3,output=6",
                "training_cost": 12.5,
                "quality_gap": -3,
                "existing_customer": False,
                "task": "sentiment",
            },
            id="own prices",
        ),
    ],
)
def test_the_equivalent_command_repeats_the_answer(told: dict[str, Any]) -> None:
    found = decided(**told)
    again = replayed(found.equivalent_command)
    assert again == Scenario.model_validate(told)
    assert decided(**again.model_dump(exclude_none=True)) == found


def test_a_command_quotes_what_a_shell_would_split(tmp_path: Path) -> None:
    path = tmp_path / "a b'c.txt"
    path.write_text("Name the city.")
    told = {"task": "sentiment", "volume": 10, "tuned_prompt": str(path)}
    assert replayed(decided(**told).equivalent_command).tuned_prompt == str(path)
