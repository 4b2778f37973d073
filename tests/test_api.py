"""The public functions: what they read, whose day they take, and what they raise."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest

import ftvp
from ftvp import FtvpError, Scenario, breakeven, decide, load_tables
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.decision import DecisionAnswer
from ftvp.errors import UnreadableFileError
from tests.asked import DAY, EARLY, tables

PROMPT = """Name the sentiment of the review.

<example>
Text: I love it.
Label: positive
</example>

<example>
Text: I hate it, every day a little more.
Label: negative
</example>

Text: {text}
Label:
"""
TOLD = Scenario(
    volume=10_000,
    model="gpt-4o-mini",
    prompt_tokens=1200,
    tuned_prompt_tokens=400,
    output_tokens=200,
)


def prompt_file(folder: Path, text: str = PROMPT) -> str:
    """Return the path of a prompt with two shots."""
    path = folder / "prompt.txt"
    path.write_text(text, "utf-8")
    return str(path)


def test_the_package_opens_its_public_names() -> None:
    assert all(getattr(ftvp, name) for name in ftvp.__all__)
    with pytest.raises(AttributeError, match="no attribute 'braekeven'"):
        _ = ftvp.braekeven


@pytest.mark.slow
def test_answers_are_typed_documents() -> None:
    assert isinstance(breakeven(TOLD, tables(), DAY), BreakevenAnswer)
    assert isinstance(decide(TOLD, tables(), DAY), DecisionAnswer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "asked", "day"),
    [
        pytest.param(None, EARLY, EARLY, id="the day asked for"),
        pytest.param(EARLY, None, EARLY, id="the scenario's"),
        pytest.param(DAY, EARLY, EARLY, id="the day asked for before the scenario's"),
    ],
)
def test_an_answer_is_as_of_its_day(told: date | None, asked: date | None, day: date) -> None:
    scenario = TOLD.model_copy(update={"as_of": told})
    for answer in (breakeven(scenario, tables(), asked), decide(scenario, tables(), asked)):
        assert (answer.as_of, answer.inputs.as_of) == (day, day)


@pytest.mark.slow
def test_the_same_question_has_the_same_answer() -> None:
    assert breakeven(TOLD, tables(), DAY) == breakeven(TOLD, load_tables(), DAY)


def test_a_prompt_file_is_counted_and_loses_its_shots(tmp_path: Path) -> None:
    prompt = prompt_file(tmp_path)
    found = breakeven(Scenario(volume=1_000, model="gpt-4o-mini", prompt=prompt), tables(), DAY)
    tokens = found.tokens
    assert (tokens.shots, tokens.encoding, tokens.exact) == (2, "o200k_base", True)
    assert tokens.prompted_input is not None
    assert tokens.tuned_input == tokens.prompted_input - tokens.shot_tokens
    assert 0 < tokens.shot_tokens < tokens.prompted_input
    # "positive" and "negative" are one token each
    assert (tokens.output, found.inputs.output_tokens) == (1, 1)
    read = next(each for each in found.inputs_used if each.field == "output_tokens")
    assert (read.value, read.origin, read.source) == (1, "read", prompt)


@pytest.mark.slow
def test_a_tuned_prompt_file_is_counted_whole(tmp_path: Path) -> None:
    prompt = prompt_file(tmp_path)
    found = breakeven(Scenario(volume=1, prompt=prompt, tuned_prompt=prompt), tables(), DAY)
    assert found.tokens.tuned_input == found.tokens.prompted_input
    assert not [warning for warning in found.warnings if "No worked example" in warning]


@pytest.mark.slow
def test_a_prompt_without_shots_saves_nothing_and_says_how_to_mark_them(tmp_path: Path) -> None:
    prompt = prompt_file(tmp_path, "Answer in one word.\n")
    found = breakeven(Scenario(volume=1_000, prompt=prompt), tables(), DAY)
    assert found.tokens.tuned_input == found.tokens.prompted_input
    assert found.breakeven.reason == "nothing_removed"
    assert [warning for warning in found.warnings if "mark examples with <example> tags" in warning]


@pytest.mark.slow
def test_a_request_of_another_length_takes_the_place_of_the_one_found(tmp_path: Path) -> None:
    prompt = prompt_file(tmp_path)
    short = breakeven(Scenario(volume=1, prompt=prompt), tables(), DAY).tokens
    long = breakeven(Scenario(volume=1, prompt=prompt, request_tokens=5_000), tables(), DAY).tokens
    assert long.prompted_input is not None
    assert short.prompted_input is not None
    assert long.tuned_input is not None
    assert 5_000 < long.prompted_input < 5_000 + short.prompted_input
    assert long.prompted_input - long.tuned_input == long.shot_tokens


@pytest.mark.slow
def test_each_side_is_counted_as_its_model_counts(tmp_path: Path) -> None:
    scenario = Scenario(
        volume=1, prompt=prompt_file(tmp_path), model="gpt-4o-mini", tuned_model="nova-micro"
    )
    other = breakeven(scenario.model_copy(update={"model": "claude-haiku-5-5"}), tables(), DAY)
    exact = breakeven(scenario, tables(), DAY)
    assert (exact.tokens.exact, other.tokens.exact) == (True, False)
    assert other.tokens.error_percent > 0
    assert (other.tokens.prompted_input or 0) > (exact.tokens.prompted_input or 0)


def test_a_prompt_comes_from_standard_input_and_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROMPT.encode())))
    scenario = Scenario(volume=1, prompt="-", model="claude-haiku-5-5", tuned_model="gpt-4.1-mini")
    assert breakeven(scenario, tables(), DAY).tokens.shots == 2


def test_a_prompt_that_is_missing_is_named(tmp_path: Path) -> None:
    scenario = Scenario(volume=1, prompt=str(tmp_path / "prompt.txt"))
    with pytest.raises(UnreadableFileError, match=r"prompt\.txt does not exist"):
        breakeven(scenario, tables(), DAY)


def test_a_mistake_is_an_ftvp_error() -> None:
    with pytest.raises(FtvpError, match="missing: requests per day"):
        breakeven(Scenario(), tables(), DAY)
