"""What the prices of an answer rest on: the overlays laid over the table, and the exchange rate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ftvp.render.blocks import Block, Items, Paragraph
from ftvp.render.phrases import count_of
from ftvp.tables.bundle import AppliedOverlay
from ftvp.units import currency

MOST_LISTED = 12
"""Changes of one overlay that a view lists; `ftvp pricing validate` lists all."""


def basis(
    overlays: Sequence[AppliedOverlay], models: Collection[str] | None = None
) -> Iterator[Block]:
    """Yield what each overlay changed of `models`, of all where None, and the exchange rate."""
    for overlay in overlays:
        title = f"Own prices, {overlay.file} of {overlay.updated_on}"
        yield Items(title, tuple(_changes(overlay, models)))
    yield from exchange()


def _changes(overlay: AppliedOverlay, models: Collection[str] | None) -> Iterator[str]:
    of_them = [c for c in overlay.changes if models is None or c.model in models]
    for change in of_them[:MOST_LISTED]:
        yield f"{change.model}: {change.says}"
    rest = len(overlay.changes) - len(of_them[:MOST_LISTED])
    if rest or not of_them:
        other = "other " if of_them else ""
        yield f"{count_of(rest, f'{other}change')} (ftvp pricing validate {overlay.file})"


def exchange() -> Iterator[Block]:
    """Yield the rate at which amounts were converted, nothing where they are in USD."""
    shown = currency()
    if shown is not None:
        yield Paragraph(
            f"Amounts are in {shown.code}, at {shown.code} {shown.rate:.12g} for one US dollar as "
            f"of {shown.dated}."
        )
