"""The band of a volume at and around each boundary, and its condition."""

from __future__ import annotations

import pytest

from ftvp.decide.decision import VolumeResult, volume_lens
from ftvp.tables.entries import Range
from tests.shipped import framework


def band_at(
    requests_per_day: float, delta: Range | None = None, *, dear: bool | None = None
) -> VolumeResult:
    """Read the shipped volume table."""
    return volume_lens(
        framework().volume_bands,
        requests_per_day=requests_per_day,
        delta=delta,
        high_error_cost=dear,
    )


@pytest.mark.parametrize(
    ("requests_per_day", "band", "leans"),
    [
        (0, "<100", "prompt"),
        (0.5, "<100", "prompt"),
        (99.9, "<100", "prompt"),
        (100, "100-1,000", "prompt"),
        (1_000, "100-1,000", "prompt"),
        (1_000.1, "1,000-10,000", "evaluate"),
        (10_000, "1,000-10,000", "evaluate"),
        (10_000.1, "10,000-100,000", "fine_tune"),
        (100_000, "10,000-100,000", "fine_tune"),
        (100_001, ">100,000", "hybrid"),
        (1e12, ">100,000", "hybrid"),
    ],
)
def test_boundary_belongs_to_the_lower_band(requests_per_day: float, band: str, leans: str) -> None:
    found = band_at(requests_per_day)
    assert (found.band, found.leans) == (band, leans)


@pytest.mark.parametrize(
    ("volume", "delta", "dear", "holds", "missing", "leans"),
    [
        pytest.param(500, Range(low=6, high=6), True, True, (), "fine_tune", id="both hold"),
        pytest.param(500, Range(low=5, high=5), True, False, (), "prompt", id="5 is not above 5"),
        pytest.param(500, Range(low=6, high=6), False, False, (), "prompt", id="errors are cheap"),
        pytest.param(500, None, False, False, (), "prompt", id="cheap errors settle it"),
        pytest.param(
            500, Range(low=4, high=4), None, False, (), "prompt", id="a small delta settles it"
        ),
        pytest.param(
            500,
            Range(low=6, high=6),
            None,
            None,
            ("high_error_cost",),
            "prompt",
            id="cost of error unknown",
        ),
        pytest.param(500, None, True, None, ("quality_delta",), "prompt", id="delta unknown"),
        pytest.param(
            500,
            None,
            None,
            None,
            ("quality_delta", "high_error_cost"),
            "prompt",
            id="nothing known",
        ),
        pytest.param(
            500,
            Range(low=3, high=6),
            True,
            None,
            ("quality_delta",),
            "prompt",
            id="3 to 6 lies on both sides of 5",
        ),
        pytest.param(
            500, Range(low=5, high=8), True, None, ("quality_delta",), "prompt", id="5 to 8"
        ),
        pytest.param(500, Range(low=6, high=9), True, True, (), "fine_tune", id="6 to 9"),
        pytest.param(
            5_000, Range(low=3.1, high=3.1), None, True, (), "fine_tune", id="delta above 3"
        ),
        pytest.param(5_000, Range(low=3, high=3), None, False, (), "prompt", id="delta of 3"),
        pytest.param(
            5_000, Range(low=-5, high=-2), None, False, (), "prompt", id="tuning makes it worse"
        ),
        pytest.param(5_000, None, None, None, ("quality_delta",), "evaluate", id="not evaluated"),
    ],
)
def test_condition_is_weighed_when_its_facts_are_known(  # noqa: PLR0913  one case a row
    volume: float,
    delta: Range | None,
    *,
    dear: bool | None,
    holds: bool | None,
    missing: tuple[str, ...],
    leans: str,
) -> None:
    found = band_at(volume, delta, dear=dear)
    assert found.condition is not None
    assert (found.condition.holds, found.condition.missing) == (holds, missing)
    assert found.leans == leans


def test_condition_is_worded_from_the_table() -> None:
    low, middle = band_at(500).condition, band_at(5_000).condition
    assert low is not None
    assert middle is not None
    assert low.text == "delta above 5 points and a high cost of error"
    assert middle.text == "delta above 3 points"


def test_other_bands_have_no_condition() -> None:
    assert [band_at(volume).condition for volume in (1, 50_000, 500_000)] == [None, None, None]


def test_advice_and_reason_are_the_tables() -> None:
    found = band_at(50_000)
    assert found.advice == "Fine-tune (usually)"
    assert found.why == "Token savings alone justify training cost within weeks"
