"""Whether there are enough training examples, and what the number of them promises."""

from __future__ import annotations

from collections.abc import Sequence

from ftvp.tables.rules import Tier
from ftvp.units import Record


class DataResult(Record):
    """The training-set tier of a number of examples, and how many are still missing."""

    examples: int
    tier: str | None
    """None below the smallest tier."""
    expected_quality: str | None
    use_case: str | None
    provider_minimum: int | None
    enough: bool
    missing: int
    """How many more make it enough."""
    next_tier: str | None
    missing_to_next_tier: int | None


def data_lens(
    tiers: Sequence[Tier],
    *,
    examples: int,
    wanted: int = 0,
    provider_minimum: int | None = None,
) -> DataResult:
    """Return the tier of `examples` labelled examples; a boundary belongs to the tier it begins.

    Enough is the number `wanted`, and the provider's minimum where one is known. Source: article,
    "The Data Requirement Problem".
    """
    reached = [tier for tier in tiers if examples >= tier.smallest]
    tier = reached[-1] if reached else None
    ahead = next((tier for tier in tiers if examples < tier.smallest), None)
    missing = max(0, max(wanted, provider_minimum or 0) - examples)
    return DataResult(
        examples=examples,
        tier=tier.id if tier else None,
        expected_quality=tier.expected_quality if tier else None,
        use_case=tier.use_case if tier else None,
        provider_minimum=provider_minimum,
        enough=missing == 0,
        missing=missing,
        next_tier=ahead.id if ahead else None,
        missing_to_next_tier=ahead.smallest - examples if ahead else None,
    )
