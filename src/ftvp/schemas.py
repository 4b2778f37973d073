"""The JSON Schema of every document that ftvp writes and of every file that it reads."""

from __future__ import annotations

from typing import Any

from ftvp.advice.answers import BreakevenAnswer
from ftvp.advice.comparison import ComparisonAnswer
from ftvp.advice.dataset import DatasetAnswer
from ftvp.advice.decision import DecisionAnswer
from ftvp.advice.evals import EvalsAnswer
from ftvp.advice.imports import ImportAnswer
from ftvp.advice.price_diff import OverlayAnswer, PriceDiffAnswer
from ftvp.scenario import Scenario
from ftvp.tables.framework import Framework
from ftvp.tables.overlay import Overlay
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import Quality
from ftvp.units import Record

SCHEMAS: dict[str, tuple[type[Record], bool]] = {
    "breakeven": (BreakevenAnswer, True),
    "decision": (DecisionAnswer, True),
    "comparison": (ComparisonAnswer, True),
    "evals": (EvalsAnswer, True),
    "dataset": (DatasetAnswer, True),
    "price_diff": (PriceDiffAnswer, True),
    "pricing_import": (ImportAnswer, True),
    "overlay_check": (OverlayAnswer, True),
    "overlay": (Overlay, False),
    "scenario": (Scenario, False),
    "pricing": (Pricing, False),
    "quality": (Quality, False),
    "framework": (Framework, False),
}
"""Each name with its shape, and whether ftvp writes it (else it reads it)."""


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document or table, in the dialect of 2020-12."""
    shape, written = SCHEMAS[name]
    schema = shape.model_json_schema(mode="serialization" if written else "validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
