"""The first screens of `breakeven`, `decide` and `compare`: 22 lines of 80 columns at most."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ftvp import api
from ftvp.compare.answer import ComparisonAnswer
from ftvp.files.scenario import load_scenario
from ftvp.render import text_of
from ftvp.scenario import Scenario
from ftvp.units import Record
from tests.asked import DAY, tables

EXAMPLES = Path(__file__).parent.parent / "examples"
WIDTH, LINES = 80, 22
WORKLOAD: dict[str, Any] = {
    "volume": 3_000,
    "prompt_tokens": 1_200,
    "tuned_prompt_tokens": 300,
    "request_tokens": 150,
    "output_tokens": 80,
    "examples": 3_000,
    "format_task": False,
    "quality_gap": 7,
}
WORK = {"engineering_hours": 60, "hourly_rate": 90}
QUALITY = {"prompting_quality": 88, "target_quality": 95, "cost_per_error": 0.10}
TOLD: dict[str, dict[str, Any]] = {
    "swap": {"model": "anthropic/claude-sonnet-5-5", "tuned_model": "nova-2-lite", **WORK},
    "self-hosted": {"model": "self-hosted/llama-3.1-8b-a10g", "maintenance": 50},
    "closed": {"model": "openai/gpt-4.1-mini", "existing_customer": False},
    "dying": {"model": "openai/gpt-5-mini", "tuned_model": "openai/gpt-4.1-mini"},
    "pilot": {"model": "nova-2-lite", "unknown": "eval_improves", **WORK, **QUALITY},
    "large saving": {
        "model": "anthropic/claude-opus-5",
        "tuned_model": "nova-micro",
        "volume": 900_000,
        "eval_improves": True,
        "tuned_quality": 96.5,
        "prompting_quality": 95,
        "target_quality": 96,
        "qualities": {"nova-2-lite": 94, "openai/gpt-5-mini": 95.5},
        "currency": "EUR",
        "fx": "0.86@2026-11-20",
        **WORK,
    },
}
SCENARIOS = [*sorted(path.stem for path in EXAMPLES.glob("*.yaml")), *TOLD]
ASKED = {"breakeven": api.breakeven, "decide": api.decide, "compare": api.compare}
ON_ANY = pytest.mark.parametrize("name", SCENARIOS)
BY_ANY = pytest.mark.parametrize("command", ASKED)
IN_TEXT = pytest.mark.parametrize("form", ["rich", "plain"])


def scenario(name: str) -> Scenario:
    if name in TOLD:
        return Scenario.model_validate({**WORKLOAD, **TOLD[name]})
    return load_scenario(str(EXAMPLES / f"{name}.yaml"))


@cache
def answered(command: str, name: str) -> Record:
    """Return what a command answers."""
    answer = ASKED[command](scenario(name), tables(), DAY)
    return answer.worth_showing() if isinstance(answer, ComparisonAnswer) else answer


@cache
def screen(command: str, name: str, form: str, *, explain: bool = False) -> str:
    """Return what is shown of an answer."""
    return text_of(answered(command, name), form, explain=explain)


@ON_ANY
@BY_ANY
@IN_TEXT
def test_a_first_screen_fits_a_small_terminal(command: str, name: str, form: str) -> None:
    lines = screen(command, name, form).splitlines()
    assert [line for line in lines if len(line) > WIDTH] == []
    assert len(lines) <= LINES
