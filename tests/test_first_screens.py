"""The first screens of `breakeven`, `decide` and `compare`: 22 lines of 80 columns at most."""

from __future__ import annotations

import re
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

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
WIDTH, LINES, MOST_OPTIONS = 80, 22, 10
UNPLAIN = {"way", "ways", "lens", "lenses", "dominated", "shot", "shots", "horizon", "mtok"}
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
    "ending, and long": {
        "model": "claude-sonnet-4-5",
        "tuned_model": "nova-2-lite",
        "volume": 40_000,
        "prompting_quality": 83.33,
        "tuned_quality": 88.33,
        "cost_per_error": 0.05,
        **WORK,
    },
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
FILES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
DEAR = {"multi_label", "odds"}
"""The files whose answers take longest to come to, besides `routing`, which shows most."""
SCENARIOS = [
    *(name for name in FILES if name not in DEAR),
    *(pytest.param(name, marks=pytest.mark.long) for name in (*sorted(DEAR), *TOLD)),
]
NOVA, LLAMA = "aws-bedrock/nova-micro", "nebius/llama-3.1-8b"
LARGE = "anthropic/claude-sonnet-5"
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


@ON_ANY
@BY_ANY
@IN_TEXT
def test_the_verdict_comes_first_in_two_lines(command: str, name: str, form: str) -> None:
    lines = screen(command, name, form).splitlines()
    assert lines.index("") <= 2


@ON_ANY
@IN_TEXT
def test_each_option_stands_in_one_line_with_an_id_to_paste(name: str, form: str) -> None:
    answer = answered("compare", name)
    assert isinstance(answer, ComparisonAnswer)
    lines = [line.strip() for line in screen("compare", name, form).splitlines()]
    options = [way for way in answer.ways if "/" in way.model]
    shown = [line for line in lines if re.match(r"[a-z-]+/\S", line)]
    assert len(answer.ways) <= MOST_OPTIONS
    assert sorted(re.split("[ ,]", line)[0] for line in shown) == sorted(w.model for w in options)
    assert answer.ways[0].now


MEASURED = {
    "worse, of its class": (
        {NOVA: 93, LLAMA: 91},
        "Cheapest of its class or above, measured at 91",
    ),
    "as good, of its class": ({NOVA: 93, LLAMA: 93}, "Cheapest that you measured as good: Llama"),
    "as good, and smaller": ({LARGE: 90, NOVA: 90}, "Cheapest that you measured as good: Nova"),
    "worse, and smaller": ({LARGE: 95, LLAMA: 81}, "Smaller models, measured at 81 %: from"),
    "only your own": ({NOVA: 93}, "Cheapest of its class or above, not measured: Llama"),
}
"""Measured qualities, the model in use first, and what a comparison says of the cheapest."""


@pytest.mark.parametrize("case", MEASURED)
def test_a_comparison_says_what_is_known_of_the_cheapest(case: str) -> None:
    qualities, words = MEASURED[case]
    models = (*qualities, LLAMA)
    told = {"model": models[0], "models": models, "qualities": qualities}
    lengths = {"prompt_tokens": 1_200, "output_tokens": 200, "volume": 10_000}
    answer = api.compare(Scenario.model_validate({**lengths, **told}), tables(), DAY)
    assert words in " ".join(text_of(answer.worth_showing(), "plain").split())


@ON_ANY
@BY_ANY
def test_what_leaves_a_first_screen_stands_under_explain(command: str, name: str) -> None:
    whole = " ".join(screen(command, name, "plain", explain=True).split())
    warnings = vars(answered(command, name))["warnings"]
    assert [warning for warning in warnings if warning not in whole] == []
    sentences = re.split(r"(?<=[.]) ", " ".join(screen(command, name, "plain").split()))
    amounts = {amount for text in sentences for amount in re.findall(r"\$[\d,.]*\d", text)}
    assert {amount for amount in amounts if amount not in whole} == set()


@ON_ANY
@BY_ANY
@IN_TEXT
def test_a_first_screen_uses_plain_words(command: str, name: str, form: str) -> None:
    words = set(re.findall(r"[a-z]+", screen(command, name, form).lower()))
    assert words & UNPLAIN == set()


@ON_ANY
def test_plain_marks_headings_totals_and_warnings_without_colour(name: str) -> None:
    lines = screen("breakeven", name, "plain").splitlines()
    bill = lines.index(next(line for line in lines if line.startswith("A month at ")))
    items = [line for line in lines[bill + 1 :] if line.startswith("  ")]
    assert items
    assert any(line.startswith("Total: ") for line in lines[bill + 1 :])
    warned = [line for line in lines if line.startswith("Warning: ")]
    assert bool(warned) == bool(vars(answered("breakeven", name))["warnings"])


@ON_ANY
@BY_ANY
def test_assumptions_take_one_line(command: str, name: str) -> None:
    lines = screen(command, name, "rich").splitlines()
    assumed = [number for number, line in enumerate(lines) if line.startswith("Assumed: ")]
    assert all(re.match("Own prices|Amounts|More", lines[number + 1]) for number in assumed)


ONE: dict[str, tuple[dict[str, Any], str]] = {
    "request": ({"volume": 1}, "at 1 request a day."),
    "requests": ({"volume": 2}, "at 2 requests a day."),
}


@pytest.mark.parametrize("case", ONE)
def test_a_comparison_counts_requests_and_options_in_the_right_number(case: str) -> None:
    told, says = ONE[case]
    fields = {"prompt_tokens": 1_200, "output_tokens": 200, "models": ["nova-micro", "nova-lite"]}
    answer = api.compare(Scenario.model_validate({**fields, **told}), tables(), as_of=DAY)
    assert says in text_of(answer, "plain", explain=True)
    for folded, counted in ((1, "1 more is dearer"), (2, "2 more are dearer")):
        shown = answer.model_copy(update={"folded": folded})
        assert f"{counted} and no better" in " ".join(text_of(shown, "plain").split())
