"""Where each number of an answer comes from: told, read from a file, or assumed with its range.

The day is 2026-11-26, when Nova Micro is the default model; GPT-4o mini was it until 2026-05-07.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.cost.inputs import (
    Input,
    Inputs,
    MeasuredQuality,
    Readings,
    refuse_conflicts,
    require,
    resolve,
)
from ftvp.errors import (
    ConflictError,
    FtvpError,
    MissingInputError,
    NoPriceYetError,
    OutOfRangeError,
    ShutDownError,
    UnknownNameError,
    UnmatchedFlagError,
)
from ftvp.scenario import Scenario
from ftvp.units import PromptTokens
from tests.drawn import tables

DAY = date(2026, 11, 26)
NOVA, LUNA, HAIKU = "aws-bedrock/nova-micro", "openai/gpt-6-luna", "anthropic/claude-haiku-5-5"
COUNT = PromptTokens(instructions=400, shots=(50, 50), request=30, encoding="nova", exact=False)


def resolved(readings: Readings | None = None, day: date = DAY, **fields: Any) -> Inputs:  # noqa: ANN401
    """Return the inputs of a scenario, and of what was read."""
    return resolve(Scenario(**fields), tables(), day, readings or Readings())


def counted(**fields: Any) -> Readings:  # noqa: ANN401  fields of a count
    """Return readings of a prompt of 500 tokens and a request."""
    return Readings(prompt={"nova": COUNT.model_copy(update=fields)})


def number(found: Inputs, field: str) -> tuple[float | str, float | None, float | None, str]:
    """Return a number of the inputs with its range and its origin."""
    each = found.used[field]
    return each.value, each.low, each.high, each.origin


NUMBERS: dict[str, tuple[Readings, dict[str, Any], str, tuple[object, ...]]] = {
    "told": (Readings(), {"volume": 5}, "volume", (5, None, None, "told")),
    "told with a range": (Readings(), {"volume": "2..4..9"}, "volume", (4, 2, 9, "told")),
    "logged": (
        Readings(logged=frozenset({"volume"})),
        {"volume": 5},
        "volume",
        (5, None, None, "read"),
    ),
    "nothing where nothing is told": (Readings(), {}, "maintenance", (0, None, None, "assumed")),
    "one where nothing is told": (Readings(), {}, "turns", (1, None, None, "assumed")),
    "a request": (Readings(), {}, "request_tokens", (200, 50, 800, "assumed")),
    "a request that fills a short prompt": (
        Readings(),
        {"prompt_tokens": 100},
        "request_tokens",
        (100, 50, 100, "assumed"),
    ),
    "a request that fills a short tuned prompt": (
        Readings(),
        {"prompt_tokens": 900, "tuned_prompt_tokens": 40},
        "request_tokens",
        (40, 40, 40, "assumed"),
    ),
    "a request as long as the prompt": (
        Readings(),
        {"prompt_tokens": 200},
        "request_tokens",
        (200, 50, 800, "assumed"),
    ),
    "a request in the prompt": (counted(), {}, "request_tokens", (30, None, None, "read")),
    "a place for the request in the prompt": (
        counted(request_is_slot=True),
        {},
        "request_tokens",
        (200, 50, 800, "assumed"),
    ),
    "an answer": (Readings(), {}, "output_tokens", (200, 50, 800, "assumed")),
    "an answer like those of the shots": (
        counted(mean_answer=7.6),
        {},
        "output_tokens",
        (8, None, None, "read"),
    ),
    "an answer, where shots have none": (
        counted(),
        {},
        "output_tokens",
        (200, 50, 800, "assumed"),
    ),
    "training examples": (Readings(), {}, "training_examples", (1_000, 500, 2_000, "assumed")),
    "four in five of the examples at hand": (
        Readings(),
        {"examples": 500},
        "training_examples",
        (400, None, None, "read"),
    ),
    "four in five of the examples in the file": (
        Readings(training_sizes={"nova": [9.0] * 50}),
        {},
        "training_examples",
        (40, None, None, "read"),
    ),
    "the examples at hand": (
        Readings(training_sizes={"nova": [9.0] * 50}),
        {},
        "examples_at_hand",
        (50, None, None, "read"),
    ),
    "the examples at hand, as told": (
        Readings(training_sizes={"nova": [9.0] * 50}),
        {"examples": 70},
        "examples_at_hand",
        (70, None, None, "read"),
    ),
    "no examples at hand": (Readings(), {}, "examples_at_hand", (0, None, None, "read")),
    "own work": (Readings(), {}, "own_work_usd", (700, 50, 10_000, "assumed")),
    "months": (Readings(), {}, "horizon", (12, None, None, "assumed")),
    "batches, the same on both sides": (
        Readings(),
        {"batch_share": 0.25},
        "tuned_batch_share",
        (0.25, None, None, "assumed"),
    ),
    "no batches": (Readings(), {}, "prompted_batch_share", (0, None, None, "assumed")),
    "batches of one side": (
        Readings(),
        {"batch_share": 0.25, "tuned_batch_share": 0.5},
        "tuned_batch_share",
        (0.5, None, None, "told"),
    ),
    "tries, the same on both sides": (
        Readings(),
        {"attempts": 3},
        "tuned_attempts",
        (3, None, None, "assumed"),
    ),
    "one try": (Readings(), {}, "tuned_attempts", (1, None, None, "assumed")),
    "a quality that was measured": (
        Readings(quality=MeasuredQuality(61, 72, "better", 90, 3, 19)),
        {},
        "tuned_quality",
        (72, None, None, "read"),
    ),
    "epochs of a provider with a default": (Readings(), {}, "epochs", (2, None, None, "table")),
    "epochs of the tuned model's provider": (
        Readings(),
        {"tuned_model": "fireworks/lora-16b-to-80b"},
        "epochs",
        (1, None, None, "table"),
    ),
    "epochs of a provider with a rule": (
        Readings(),
        {"model": "openai/gpt-4o-mini"},
        "epochs",
        (3, None, None, "table"),
    ),
    # 100 examples x epochs at least: 100 / 5
    "epochs of few examples": (
        Readings(),
        {"model": "openai/gpt-4o-mini", "training_examples": "3..5..100"},
        "epochs",
        (20, None, None, "table"),
    ),
    # 80 % of 20 are 16, 100 // 16 = 6
    "epochs of few examples at hand": (
        Readings(),
        {"model": "openai/gpt-4o-mini", "examples": 20},
        "epochs",
        (6, None, None, "table"),
    ),
    "epochs of a provider without a default": (
        Readings(),
        {"model": "google-vertex/gemini-3.1-flash-lite"},
        "epochs",
        (3, 2, 4, "assumed"),
    ),
    "epochs that were told": (Readings(), {"epochs": 4}, "epochs", (4, None, None, "told")),
    "reasoning by model": (
        Readings(),
        {"thinking": {LUNA: 40}},
        f"thinking {LUNA}",
        (40, None, None, "told"),
    ),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_number_has_its_range_and_its_origin(case: str) -> None:
    readings, fields, field, expected = NUMBERS[case]
    found = resolved(readings, **fields)
    assert number(found, field) == expected
    assert found.numbers[field] == expected[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"engineering_hours": 1, "hourly_rate": 50},
        {"labelling_cost": 0},
        {"labelled_by": LUNA},
    ],
)
def test_own_work_is_assumed_where_nobody_told_any(fields: dict[str, Any]) -> None:
    assert not resolved().own_work_told
    assert resolved(**fields).own_work_told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("days_per_month", 22), ("peak_to_mean", 2), ("utilisation", 0.9), ("pilot_hours", 3)),
        *(("horizon", 6), ("retrains_per_year", 0), ("gpu_hours", 5)),
        *(("training_examples", 80), ("output_tokens", 9), ("request_tokens", 9)),
    ],
)
def test_what_is_told_takes_the_place_of_what_is_assumed(field: str, value: float) -> None:
    fields: dict[str, Any] = {field: value}
    assert resolved().used[field].origin == "assumed"
    assert number(resolved(**fields), field) == (value, None, None, "told")


@pytest.mark.parametrize("field", ["prompt_tokens", "tuned_prompt_tokens"])
def test_a_request_is_a_part_of_the_prompt(field: str) -> None:
    fields: dict[str, Any] = {field: 90}
    assert resolved(**fields, request_tokens=90).numbers["request_tokens"] == 90
    with pytest.raises(OutOfRangeError, match=r"--request-tokens .*at most the 90 of --"):
        resolved(**fields, request_tokens=91)


OWN = {"prompted_price": "input=1,output=1"}
MODELS: dict[str, tuple[Readings, dict[str, Any], tuple[str | None, str | None], str | None]] = {
    "the default": (Readings(), {}, (NOVA, NOVA), "assumed"),
    "one that was told": (Readings(), {"model": "gpt-6-luna"}, (LUNA, LUNA), "told"),
    "one that the prompt names": (Readings(named_model=LUNA), {}, (LUNA, LUNA), "read"),
    "one that the prompt names, and another told": (
        Readings(named_model=HAIKU),
        {"model": LUNA},
        (LUNA, LUNA),
        "told",
    ),
    "one that the prompt names and nobody sells": (
        Readings(named_model="in-house"),
        {},
        (NOVA, NOVA),
        "assumed",
    ),
    "own prices": (Readings(), OWN, (None, None), None),
    "an own price of a request": (Readings(), {"prompted_request_cost": 1}, (None, None), None),
    "own prices of a model": (Readings(), {**OWN, "model": LUNA}, (LUNA, LUNA), "told"),
    "two models": (Readings(), {"model": LUNA, "tuned_model": NOVA}, (LUNA, NOVA), "told"),
    "own prices against a model": (Readings(), {**OWN, "tuned_model": NOVA}, (None, NOVA), None),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_is_told_or_named_in_the_prompt_else_the_default(case: str) -> None:
    readings, fields, models, origin = MODELS[case]
    found = resolved(readings, **fields)
    ids = tuple(model.id if model else None for model in (found.now, found.tuned))
    assert ids == models
    assert (found.used["model"].origin if "model" in found.used else None) == origin
    assert ("tuned_model" in found.used) == ("tuned_model" in fields)


def test_the_default_model_is_that_of_the_day() -> None:
    models = [resolved(day=day).now for day in (date(2026, 5, 6), date(2026, 5, 7))]
    assert [model.id if model else None for model in models] == ["openai/gpt-4o-mini", NOVA]
    with pytest.raises(NoPriceYetError, match=r"gpt-4o-mini has no price on 2024-07-17.*07-18"):
        resolved(day=date(2024, 7, 17))


def test_a_model_is_prompted_up_to_its_end() -> None:
    # GPT-5 mini is shut down on 2026-12-11
    assert resolved(day=date(2026, 12, 10), model="openai/gpt-5-mini").now is not None
    with pytest.raises(ShutDownError, match="openai/gpt-5-mini was shut down on 2026-12-11"):
        resolved(day=date(2026, 12, 11), model="openai/gpt-5-mini")


def test_tokens_told_for_one_model_are_converted_to_another_s() -> None:
    """142 tokens of Claude 4.7 are 100 of Nova; a count is exact by the model's own vocabulary."""
    found = resolved(model=HAIKU, tuned_model=NOVA)
    assert found.scale(found.now, found.tuned) == pytest.approx(1.42)
    assert found.scale(found.tuned, found.now) == pytest.approx(1 / 1.42)
    assert found.scale(found.now, found.now) == 1
    assert found.tokenizer_name(None) == "nova"
    assert not found.tokenizer(found.now).exact


def test_what_follows_from_a_number_moves_with_it() -> None:
    found = resolved(examples=500, batch_share=0.5, attempts=2)
    moved = found.with_values({"examples": 100, "batch_share": 1, "attempts": 4, "volume": 9})
    examples = ("examples", "training_examples", "examples_at_hand", "volume")
    assert [moved[name] for name in examples] == [100, 80, 100, 9]
    shares = ("prompted_batch_share", "tuned_batch_share", "tuned_attempts")
    assert [moved[name] for name in shares] == [1, 1, 4]
    assert found.numbers["training_examples"] == 400
    assert found.with_values({}) == found.numbers


def test_what_was_told_follows_nothing() -> None:
    told: dict[str, Any] = {"training_examples": 7, "tuned_batch_share": 0.1, "tuned_attempts": 3}
    found = resolved(examples=500, batch_share=0.5, attempts=2, **told)
    moved = found.with_values({"examples": 100, "batch_share": 1, "attempts": 4})
    assert {name: moved[name] for name in told} == told
    assert (moved["prompted_batch_share"], moved["examples_at_hand"]) == (1, 100)


def test_qualities_are_told_by_model_tuned_or_not() -> None:
    found = resolved(qualities={"gpt-6-luna": 80, "tuned:nova-micro": 70})
    assert found.qualities == {LUNA: 80, f"tuned:{NOVA}": 70}
    assert resolved().qualities == {}
    with pytest.raises(UnknownNameError):
        resolved(qualities={"no such model": 80})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"prompt": "p.txt", "prompt_tokens": 9}, ConflictError),
        ({"tuned_prompt": "p.txt", "tuned_prompt_tokens": 9}, ConflictError),
        ({"labelled_by": LUNA, "labelling_cost": 0}, ConflictError),
        ({"engineering_hours": 0}, UnmatchedFlagError),
        ({"hourly_rate": 1}, UnmatchedFlagError),
        ({"rebuild_hours": 1}, UnmatchedFlagError),
        ({}, None),
        ({"prompt": "p.txt", "tuned_prompt_tokens": 9}, None),
        ({"engineering_hours": 0, "hourly_rate": 1, "rebuild_hours": 1}, None),
        ({"rebuild_hours": 0}, None),
    ],
)
def test_what_says_the_same_twice_or_half_of_it_is_refused(
    fields: dict[str, Any], error: type[FtvpError] | None
) -> None:
    if error is None:
        refuse_conflicts(Scenario(**fields))
        return
    with pytest.raises(error):
        refuse_conflicts(Scenario(**fields))


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, ["--volume", "--prompt"]),
        ({"volume": 1}, ["--prompt"]),
        ({"prompt_tokens": 9}, ["--volume"]),
        ({"volume": 1, "prompt": "p.txt"}, []),
        ({"volume": 1, "prompted_request_cost": 0.1}, []),
    ],
)
def test_a_price_needs_a_volume_and_a_prompt(fields: dict[str, Any], missing: list[str]) -> None:
    if not missing:
        require(Scenario(**fields))
        return
    with pytest.raises(MissingInputError) as raised:
        require(Scenario(**fields))
    assert [flag for flag in ("--volume", "--prompt") if flag in str(raised.value)] == missing


@pytest.mark.parametrize(
    ("field", "flag"),
    [
        ("volume", "--volume"),
        ("own_work_usd", "--engineering-hours"),
        (f"thinking {LUNA}", "--thinking"),
    ],
)
def test_a_number_names_the_flag_that_replaces_it(field: str, flag: str) -> None:
    assert Input(field, 1, "assumed", "ours", "").flag == flag


def test_a_number_says_where_it_was_told() -> None:
    read = Readings(origins={"volume": "case.yaml line 3"})
    found = resolved(read, volume=5, examples=10)
    assert found.used["volume"].source == "case.yaml line 3"
    assert found.used["examples"].source == "--examples"
    assert found.used["examples"].what == "examples"
    assert found.used["training_examples"].what == "training examples: 80% of the 10 at hand"
