"""A price as somebody else's list states it, before it is held against the table."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ftvp.tables.entries import LongPrompt, Source
from ftvp.units import Record

Priced = Literal["base", "tuned"]


class Quote(Record):
    """What one entry of a price list says of one side of a model. USD per million tokens."""

    entry: str
    """The entry's own name in the list."""
    provider: str
    names: tuple[str, ...]
    """What the model may be called in the table, the likeliest first."""
    side: Priced
    prices: dict[str, float]
    """By the field of an offer."""
    long_prompt: LongPrompt | None = None
    effective_from: date | None = None
    fault: str | None = None
    """Why the entry cannot be read as a price, None where it can."""


class PriceList(Record):
    """All quotes of one list, and under which source they are cited."""

    source_id: str
    source: Source
    quotes: tuple[Quote, ...]
