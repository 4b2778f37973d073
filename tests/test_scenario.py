"""The scenario: which values a user may tell, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ftvp.records.causes import FIELDS
from ftvp.scenario import BOOLEANS, PATHS, OwnPrice, Scenario, ToldScenario, flag
from ftvp.units import PromptTokens

YES_OR_NO = "true and false are no answer here"


def told(**fields: Any) -> Scenario:  # noqa: ANN401  what a user may write is anything
    """Return the scenario of fields as a file or a flag would spell them, read in both ways."""
    assert _outcome(Scenario.of_told, fields) == _outcome(Scenario.model_validate, fields)
    return Scenario.of_told(fields)


def _outcome(read: Callable[[Any], Scenario], fields: dict[str, Any]) -> object:
    try:
        found = read(fields)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    return found, found.model_fields_set


ALL_KINDS = {
    "volume": "5000..20000",
    "days_per_month": 20,
    "cache": "auto",
    "tuned_price": "input=1,output=2",
    "currency": "EUR",
    "fx": "0.9@2026-11-20",
    "models": "gpt-*,nova",
    "qualities": {"nova-micro": "93%"},
    "format_task": False,
    "as_of": "2026-11-23",
}


def test_an_answer_holds_a_scenario_as_it_stands_alone() -> None:
    told_alone, one = TypeAdapter(ToldScenario), told(**ALL_KINDS)
    assert told_alone.dump_python(one, mode="json") == one.model_dump(mode="json")
    assert told_alone.dump_python(one) == one.model_dump()
    assert told_alone.validate_python(one) is one
    assert told_alone.validate_python(one.model_dump(exclude_none=True)) == one
    assert told_alone.json_schema() == Scenario.model_json_schema()


def test_nothing_is_told_by_default() -> None:
    assert Scenario().model_dump(exclude_none=True) == {}


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("volume", "1e6", 1_000_000),
        ("volume", 0.001, 0.001),
        ("volume", 1e12, 1e12),
        ("cache", "auto", "auto"),
        ("cache", "off", "off"),
        ("cache", False, "off"),
        ("cache", True, "auto"),
        ("cache", "0.25", 0.25),
        ("cache", 1, 1),
        ("unknown", "volume, examples", ("volume", "examples")),
        ("unknown", ["volume"], ("volume",)),
        ("unknown", "quality-gap,eval-improves", ("quality_gap", "eval_improves")),
        ("prompted_price", "input=10, output=30", OwnPrice(input=10, output=30)),
        (
            "tuned_price",
            "input=1,output=2,cached_input=0.1,cache_write=1.25",
            OwnPrice(input=1, output=2, cached_input=0.1, cache_write=1.25),
        ),
        ("tuned_price", {"input": 0, "output": 2}, OwnPrice(input=0, output=2)),
        ("format_task", "no", False),
        ("as_of", "2026-11-23", date(2026, 11, 23)),
        ("quality_gap", -100, -100),
        ("price_decline", 99.9, 99.9),
        ("training_tokens", 10**15, 10**15),
        ("model", "[/x]", "[/x]"),
    ],
)
def test_values_are_read_as_they_are_meant(field: str, written: object, read: object) -> None:
    assert getattr(told(**{field: written}), field) == read


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("volume", 0, "greater than or equal to 0.001"),
        ("volume", -1, "greater than or equal to 0.001"),
        ("volume", float("nan"), "finite number"),
        ("volume", "1e400", "too large"),
        ("volume", float("inf"), "finite number"),
        ("volume", 2e12, "less than or equal to"),
        ("volume", "many", "not a number"),
        ("volume", True, YES_OR_NO),
        ("examples", False, YES_OR_NO),
        ("prompt", True, "valid string"),
        ("prompt", "", "at least 1 character"),
        ("prompt_tokens", 1.5, "valid integer"),
        ("prompt_tokens", -1, "greater than or equal to 0"),
        ("prompt_tokens", 10**10, "less than or equal to"),
        ("prompted_price", "input=10", "Field required"),
        ("prompted_price", "10,30", "write it as input=10,output=30"),
        ("prompted_price", {"input": True, "output": 1}, YES_OR_NO),
        ("prompted_price", {"input": float("nan"), "output": 1}, "finite number"),
        ("prompted_price", {"input": -1, "output": 1}, "greater than or equal to 0"),
        ("prompted_price", {"input": 1, "output": 1, "batch": 1}, "Extra inputs"),
        ("prompted_request_cost", float("inf"), "finite number"),
        ("cache", "sometimes", "'auto' or 'off'"),
        ("cache", 1.5, "less than or equal to 1"),
        ("batch_share", -0.1, "greater than or equal to 0"),
        ("epochs", 0, "greater than or equal to 1"),
        ("tuned_quality", 100.5, "less than or equal to 100"),
        ("quality_gap", -101, "greater than or equal to -100"),
        ("unknown", "volume,cost", "Input should be"),
        ("format_task", "perhaps", "valid boolean"),
        ("horizon", 0, "greater than 0"),
        ("price_decline", 100, "less than 100"),
        ("discount_rate", -1, "greater than or equal to 0"),
        ("active_hours", 5e-324, "greater than 0.000000001"),
        ("hours_per_day", 0, "greater than 0.000000001"),
        ("discounts", "openai=0.15", "0.15 looks like a share: write 15"),
        ("days_per_month", 0.5, "greater than or equal to 1"),
        ("as_of", "2026-02-30", "valid date"),
        ("volme", 1, "Extra inputs are not permitted"),
    ],
)
def test_values_that_mean_nothing_are_refused(field: str, written: object, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        told(**{field: written})


def test_a_scenario_is_never_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(told(volume=1), "volume", 2)  # noqa: B010  the type checker would refuse it first


def test_every_field_says_what_it_is() -> None:
    fields = Scenario.model_fields
    assert [name for name, field in fields.items() if not field.description] == []
    assert set(fields) >= {*BOOLEANS, *PATHS}
    assert flag("tuned_prompt_tokens") == "--tuned-prompt-tokens"


def test_the_tokens_of_a_prompt_are_those_of_its_parts() -> None:
    parts = PromptTokens(
        instructions=100, shots=(30, 40), request=5, encoding="o200k_base", exact=True
    )
    assert parts.total == 175


def test_a_scenario_survives_json() -> None:
    scenario = told(
        volume=1, cache=0.5, unknown="volume", prompted_price="input=1,output=2", as_of="2026-11-23"
    )
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_every_field_is_in_one_group_of_causes() -> None:
    fields = [field for members in FIELDS.values() for field in members]
    assert sorted(fields) == sorted(Scenario.model_fields)
