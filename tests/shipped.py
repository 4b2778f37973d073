"""The shipped tables, loaded once for the tests that read them."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path

import yaml

from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import QualityTable

DATA = Path(__file__).parent.parent / "data"


def raw(name: str) -> object:
    """Return what a shipped YAML file says, before any validation: a copy of one's own."""
    return pickle.loads(_parsed(name))  # noqa: S301  our own


@cache
def _parsed(name: str) -> bytes:
    table = yaml.load((DATA / name).read_text("utf-8"), Loader=yaml.CSafeLoader)
    return pickle.dumps(table)


@cache
def framework() -> Framework:
    """Return the shipped framework."""
    return Framework.model_validate(raw("framework.yaml"))


@cache
def quality() -> QualityTable:
    """Return the shipped quality table."""
    return QualityTable.model_validate(raw("quality_by_task.yaml"))


@cache
def pricing() -> Pricing:
    """Return the shipped price table."""
    return Pricing.model_validate(raw("pricing.yaml"))
