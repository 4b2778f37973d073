"""The training-set tier at each boundary, and what is missing."""

from __future__ import annotations

import pytest

from ftvp.tables.framework import DataResult, data_lens
from tests.shipped import framework


def tier_of(examples: int, *, wanted: int = 0, provider_minimum: int | None = None) -> DataResult:
    """Read the shipped tiers."""
    return data_lens(
        framework().training_set_tiers,
        examples=examples,
        wanted=wanted,
        provider_minimum=provider_minimum,
    )


@pytest.mark.parametrize(
    ("examples", "tier", "next_tier", "missing"),
    [
        (0, None, "50-100", 50),
        (49, None, "50-100", 1),
        (50, "50-100", "100-500", 50),
        (99, "50-100", "100-500", 1),
        (100, "100-500", "500-2,000", 400),
        (499, "100-500", "500-2,000", 1),
        (500, "500-2,000", "2,000-10,000", 1_500),
        (1_999, "500-2,000", "2,000-10,000", 1),
        (2_000, "2,000-10,000", ">10,000", 8_001),
        (10_000, "2,000-10,000", ">10,000", 1),
        (10_001, ">10,000", None, None),
    ],
)
def test_boundary_belongs_to_the_tier_it_begins(
    examples: int, tier: str | None, next_tier: str | None, missing: int | None
) -> None:
    found = tier_of(examples)
    assert (found.tier, found.next_tier, found.missing_to_next_tier) == (tier, next_tier, missing)


def test_tier_brings_its_quality_and_use() -> None:
    found = tier_of(120)
    assert found.expected_quality == "Solid task performance — covers main patterns"
    assert found.use_case == "Standard classification, simple extraction"


def test_below_the_smallest_tier_nothing_is_promised() -> None:
    assert (tier_of(10).expected_quality, tier_of(10).use_case) == (None, None)


@pytest.mark.parametrize(
    ("examples", "wanted", "provider_minimum", "enough", "missing"),
    [
        pytest.param(120, 100, 10, True, 0, id="more than both"),
        pytest.param(100, 100, 100, True, 0, id="exactly both"),
        pytest.param(60, 100, 10, False, 40, id="the tree wants more"),
        pytest.param(120, 100, 200, False, 80, id="the provider wants more"),
        pytest.param(99, 100, None, False, 1, id="no minimum is known"),
        pytest.param(0, 0, None, True, 0, id="nothing is wanted"),
    ],
)
def test_enough_is_what_tree_and_provider_want(
    examples: int, wanted: int, provider_minimum: int | None, *, enough: bool, missing: int
) -> None:
    found = tier_of(examples, wanted=wanted, provider_minimum=provider_minimum)
    assert (found.enough, found.missing) == (enough, missing)
    assert found.provider_minimum == provider_minimum
