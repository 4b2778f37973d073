"""The rules of the framework: what a threshold decides, what a file of one's own may not say."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from ftvp.tables.framework import Framework
from tests.shipped import framework, raw


@pytest.mark.parametrize(
    ("question", "value", "answer"),
    [
        ("volume", 1_000, False),
        ("volume", 1_000.5, True),
        ("examples", 99, False),
        ("examples", 100, True),
        ("quality_gap", 5, False),
        ("quality_gap", 5.1, True),
        ("quality_gap", -3, False),
        ("format_task", True, True),
        ("format_task", False, False),
        ("eval_improves", None, None),
        ("volume", None, None),
    ],
)
def test_threshold_decides(question: str, value: float | None, *, answer: bool | None) -> None:
    assert framework().question(question).answer(value) is answer


def first_row_twice(tables: dict[str, Any]) -> None:
    """Repeat the first mistake."""
    tables["mistakes"].append(tables["mistakes"][0])


def lead_back(tables: dict[str, Any]) -> None:
    """Let the second question lead to the first."""
    tables["questions"][1]["if_yes"] = {"next": "volume"}


def lead_two_ways(tables: dict[str, Any]) -> None:
    """Give an outcome both a next question and a choice."""
    tables["questions"][0]["if_yes"]["choice"] = "prompt"


def choose_without_reason(tables: dict[str, Any]) -> None:
    """Take the code of the reason from a choice."""
    del tables["questions"][0]["if_no"]["because"]


def forget_threshold(tables: dict[str, Any]) -> None:
    """Take the threshold from the volume question."""
    del tables["questions"][0]["threshold"]


def compare_yes_or_no(tables: dict[str, Any]) -> None:
    """Compare a yes-or-no fact with a number."""
    tables["questions"][3] |= {"comparison": "more_than", "threshold": 1}


def swap_bands(tables: dict[str, Any]) -> None:
    """Put the second band first."""
    bands = tables["volume_bands"]
    bands[0], bands[1] = bands[1], bands[0]


def close_last_band(tables: dict[str, Any]) -> None:
    """Bound the last band."""
    tables["volume_bands"][-1]["up_to"] = 1_000_000


def open_first_band(tables: dict[str, Any]) -> None:
    """Take the bound from the first band."""
    del tables["volume_bands"][0]["below"]


def swap_tiers(tables: dict[str, Any]) -> None:
    """Put the second tier first."""
    tiers = tables["training_set_tiers"]
    tiers[0], tiers[1] = tiers[1], tiers[0]


def unbind_tier(tables: dict[str, Any]) -> None:
    """Take the bound from a tier."""
    del tables["training_set_tiers"][0]["at_least"]


def misspell_key(tables: dict[str, Any]) -> None:
    """Misspell a key."""
    tables["volume_bands"][0]["advise"] = "x"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (first_row_twice, "more than one row is called 'tuning_for_reasoning'"),
        (lead_back, "question 'examples' leads to 'volume', no later question"),
        (lead_two_ways, "exactly one of next and choice"),
        (choose_without_reason, "choice and because go together"),
        (forget_threshold, "more_than and at_least need a threshold"),
        (compare_yes_or_no, "'more_than' does not fit question 'format_task'"),
        (swap_bands, "volume bands stand in order"),
        (close_last_band, "each volume band but the last needs below or up_to"),
        (open_first_band, "each volume band but the last needs below or up_to"),
        (swap_tiers, "training-set tiers stand in order"),
        (unbind_tier, "tier '50-100' needs exactly one of at_least and above"),
        (misspell_key, "advise"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_framework_of_ones_own_is_checked(
    spoil: Callable[[dict[str, Any]], None], message: str
) -> None:
    tables = raw("framework.yaml")
    assert isinstance(tables, dict)
    spoiled = deepcopy(tables)
    spoil(spoiled)
    with pytest.raises(ValidationError, match=message):
        Framework.model_validate(spoiled)
