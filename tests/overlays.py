"""Overlays as the tests write them: one contract as the source of everything."""

from __future__ import annotations

from typing import Any

from ftvp.tables.overlay import Overlay

TOLD = {"checked_on": "2026-11-20", "source": "contract"}
HEAD: dict[str, Any] = {
    "schema_version": 1,
    "updated_on": "2026-11-20",
    "sources": {"contract": {"name": "Our contract"}},
}
ACME = """\
schema_version: 1
updated_on: 2026-11-20
sources:
  contract: {name: Our contract}
models:
  acme/swift:
    name: Swift
    tokenizer: o200k_base
    base:
    - effective_from: 2026-06-01
      checked_on: 2026-11-20
      source: contract
      input_usd_per_mtok: 0.1
      output_usd_per_mtok: 0.4
    tuned:
    - effective_from: 2026-06-01
      checked_on: 2026-11-20
      source: contract
      input_usd_per_mtok: 0.1
      output_usd_per_mtok: 0.4
    training:
    - {effective_from: 2026-06-01, checked_on: 2026-11-20, source: contract, usd_per_mtok: 2}
"""
"""A new provider with a model that it tunes, at the price of its base model."""


def offer(start: str = "2026-06-01", **terms: Any) -> dict[str, Any]:  # noqa: ANN401  any field of an offer
    """Return an offer at 1 and 4 USD per Mtok unless told."""
    prices = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 4.0}
    return {"effective_from": start, **TOLD, **prices, **terms}


def discount(percent: float, start: str = "2026-06-01", **whom: str) -> dict[str, Any]:
    """Return a discount for a provider or a model."""
    return {"discount_percent": percent, "effective_from": start, **TOLD, **whom}


def overlay(**blocks: Any) -> Overlay:  # noqa: ANN401  any block of an overlay
    """Return an overlay with these blocks."""
    return Overlay.model_validate({**HEAD, **blocks})
