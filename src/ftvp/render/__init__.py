"""Results become text: for a terminal, a screen reader, a document or a program. Never computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from ftvp.documents import view_of

if TYPE_CHECKING:
    from ftvp.render.document import Screen
    from ftvp.units import Record

Format = Literal["rich", "plain", "markdown", "json", "csv"]
FORMATS = get_args(Format)


FIRST_SCREEN = 22
"""Lines of an answer that stay visible in a terminal of 24."""


def text_of(
    answer: Record, form: Format, *, width: int = 80, colour: bool = False, explain: bool = False
) -> str:
    """Return an answer as text that ends in a line break; `width` is in columns.

    `colour` is for terminals only: without it the text holds no escape codes. `explain` adds to a
    first screen all that it rests on; a document that is kept always has it.
    """
    if form == "json":
        from ftvp.render.data import json_text

        return json_text(answer)
    if form == "csv":
        from ftvp.render.data import csv_text

        return csv_text(answer)
    whole = explain or form == "markdown"
    return write(view_of(answer)(answer, whole), form, width=width, colour=colour, whole=whole)


def write(
    screen: Screen,
    form: Literal["rich", "plain", "markdown"],
    *,
    width: int = 80,
    colour: bool = False,
    whole: bool = True,
) -> str:
    """Return the blocks in a format that people read; unless `whole`, those that fit a screen."""
    from ftvp.render.document import Spare

    blocks = [each.block if isinstance(each, Spare) else each for each in screen]
    if form == "plain":
        from ftvp.render.plain import plain_text

        return plain_text(blocks, width=width)
    if form == "markdown":
        from ftvp.render.markdown import markdown_text

        return markdown_text(blocks)
    from ftvp.render.terminal import terminal_text

    text = terminal_text(blocks, width=width, colour=colour)
    spare = sorted((each for each in screen if isinstance(each, Spare)), key=lambda s: s.order)
    while spare and not whole and text.count("\n") > FIRST_SCREEN:
        blocks.remove(spare.pop(0).block)
        text = terminal_text(blocks, width=width, colour=colour)
    return text
