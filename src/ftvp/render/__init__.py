"""Results become text: for a terminal, a screen reader, a document or a program. Never computes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ftvp.render.blocks import Block
    from ftvp.units import Record

Format = Literal["rich", "plain", "markdown", "json", "csv"]
VIEWS = {
    "BreakevenAnswer": "breakeven",
    "DecisionAnswer": "decision",
    "ComparisonAnswer": "comparison",
    "EvalsAnswer": "evals",
    "TokensAnswer": "tokens",
    "DatasetAnswer": "dataset",
    "PricingAnswer": "pricing",
    "ImportAnswer": "pricing_import",
    "PriceDiffAnswer": "price_diff",
    "OverlayAnswer": "price_diff",
    "QualityAnswer": "quality",
    "GuideAnswer": "guide",
}
"""The module whose `view` turns an answer into blocks; loaded when there is one to show."""


def text(answer: Record, form: Format, *, width: int = 80, colour: bool = False) -> str:
    """Return an answer as text that ends in a line break; `width` is in columns.

    `colour` is for terminals only: without it the text holds no escape codes.
    """
    if form == "json":
        from ftvp.render.json_text import json_text

        return json_text(answer)
    if form == "csv":
        from ftvp.render.csv_text import csv_text

        return csv_text(answer)
    view = import_module(f"ftvp.render.{VIEWS[type(answer).__name__]}").view
    return write(view(answer), form, width=width, colour=colour)


def write(
    blocks: Sequence[Block],
    form: Literal["rich", "plain", "markdown"],
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return the blocks in a format that people read."""
    if form == "rich":
        from ftvp.render.terminal import terminal_text

        return terminal_text(blocks, width=width, colour=colour)
    if form == "plain":
        from ftvp.render.plain import plain_text

        return plain_text(blocks, width=width)
    from ftvp.render.markdown import markdown_text

    return markdown_text(blocks)
