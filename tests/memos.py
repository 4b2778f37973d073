"""The memos that tests look at: three commands, of a plain scenario and of an awkward one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from ftvp import api
from ftvp.render import text_of
from ftvp.scenario import Scenario
from ftvp.units import Record
from tests.asked import DAY, tables

HOSTILE = "<script>alert(1)</script></svg>\u202e&amp;"
PLAIN = Scenario.model_validate(
    {
        "volume": "25000..40000..60000",
        "model": "nova-2-lite",
        "prompt_tokens": 1_500,
        "tuned_prompt_tokens": 350,
        "output_tokens": "22..30..45",
        "prompting_quality": 84,
        "tuned_quality": 91,
        "cost_per_error": 0.05,
        "training_examples": 1_800,
        "engineering_hours": "25..40..90",
        "hourly_rate": 80,
        "labelling_cost": "0.25..0.40..0.70",
    }
)
AWKWARD = Scenario.model_validate(
    {
        "volume": 3_000,
        "model": "gemini-2.5-flash-lite",
        "tuned_model": "nova-2-lite",
        "prompt_tokens": 900,
        "tuned_prompt_tokens": 200,
        "output_tokens": "20..60",
        "currency": "EUR",
        "fx": "0.92@2026-11-20",
        "discount_rate": 8,
    }
)
ENDING = Scenario(volume=800, model="gpt-4o-mini", prompt_tokens=700, output_tokens=40)
ASK: dict[str, Callable[[Scenario], Record]] = {
    "breakeven": lambda told: api.breakeven(told, tables(), DAY),
    "decide": lambda told: api.decide(told, tables(), DAY),
    "compare": lambda told: api.compare(told, tables(), DAY),
}
SCENARIOS = {"plain": PLAIN, "awkward": AWKWARD, "ending": ENDING}
NAMES = [f"{command}_{name}" for command in ASK for name in SCENARIOS]


@cache
def memo(name: str, form: str = "html") -> str:
    """Return a memo by the name of its command and scenario, with hostile text in it."""
    command, _, kind = name.partition("_")
    answer = ASK[command](SCENARIOS[kind])
    inputs = getattr(answer, "inputs", None)
    hostile = {"warnings": (HOSTILE, *getattr(answer, "warnings", ()))}
    if inputs is not None:
        hostile["overlays"] = ()
    return text_of(answer.model_copy(update=hostile), form)


def write_all(folder: Path) -> list[Path]:
    """Write every memo into a folder."""
    paths = []
    for name in NAMES:
        paths.append(folder / f"{name}.html")
        paths[-1].write_text(memo(name), "utf-8")
    return paths
