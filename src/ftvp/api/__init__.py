"""The public functions: a scenario in, an answer out. Here files meet the calculation."""

from ftvp.api.answers import (
    answer_to,
    breakeven,
    compare,
    decide,
    inputs_of,
    odds,
    today,
    usage,
    volumes,
    with_overlays,
)
from ftvp.api.data import (
    causes,
    dataset,
    diff,
    evals,
    guide,
    pricing,
    quality,
    record,
    replay,
    tokens,
)
from ftvp.files.tables import load_tables

__all__ = [
    "answer_to",
    "breakeven",
    "causes",
    "compare",
    "dataset",
    "decide",
    "diff",
    "evals",
    "guide",
    "inputs_of",
    "load_tables",
    "odds",
    "pricing",
    "quality",
    "record",
    "replay",
    "today",
    "tokens",
    "usage",
    "volumes",
    "with_overlays",
]
