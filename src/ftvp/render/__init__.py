"""Results become text: for a terminal, a screen reader, a document or a program. Never computes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

from ftvp.documents import view_of

if TYPE_CHECKING:
    from ftvp.render.document import Block
    from ftvp.units import Record

Format = Literal["rich", "plain", "markdown", "json", "csv"]
FORMATS = get_args(Format)


def text_of(answer: Record, form: Format, *, width: int = 80, colour: bool = False) -> str:
    """Return an answer as text that ends in a line break; `width` is in columns.

    `colour` is for terminals only: without it the text holds no escape codes.
    """
    if form == "json":
        from ftvp.render.data import json_text

        return json_text(answer)
    if form == "csv":
        from ftvp.render.data import csv_text

        return csv_text(answer)
    return write(view_of(answer)(answer), form, width=width, colour=colour)


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
