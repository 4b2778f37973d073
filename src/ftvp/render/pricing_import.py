"""What `ftvp pricing import` shows: what a price list says otherwise than the table."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.advice.imports import ImportAnswer, NewPrices
from ftvp.render.document import Block, Items, Paragraph, Row, Table, Verdict, count_of
from ftvp.render.price_diff import SIDES, changed_prices
from ftvp.units import price_text

COLUMNS = {
    "input": "input_usd_per_mtok",
    "output": "output_usd_per_mtok",
    "cached": "cached_input_usd_per_mtok",
    "batch input": "batch_input_usd_per_mtok",
    "batch output": "batch_output_usd_per_mtok",
}


def view(answer: ImportAnswer) -> tuple[Block, ...]:
    """Return the differences in blocks, their number first."""
    models = len({change.model for change in answer.changed})
    return (
        Verdict(
            f"{answer.source}: {count_of(len(answer.changed), 'price')} of "
            f"{count_of(models, 'known model')} changed, {len(answer.added)} new, "
            f"{len(answer.gone)} gone, {len(answer.refused)} refused, {answer.unchanged} as known."
        ),
        *changed_prices(answer.changed),
        *_added(answer.added),
        *_gone(answer.gone),
        *_refused(answer),
        Paragraph(
            "Training, hosting and ends are not taken from a price list. --write FILE writes the "
            "changed and the new prices as an overlay, --models PATTERN only some; then --prices "
            f"FILE uses it. As of {answer.as_of}; the price table last changed on "
            f"{answer.updated_on}."
        ),
    )


def _added(added: tuple[NewPrices, ...]) -> Iterator[Block]:
    if added:
        yield Table("New, USD per million tokens", tuple(COLUMNS), tuple(map(_row, added)))


def _row(new: NewPrices) -> Row:
    prices = (new.prices.get(field) for field in COLUMNS.values())
    cells = tuple(None if price is None else price_text(price) for price in prices)
    return Row(f"{new.model}{SIDES[new.side]}", cells)


def _gone(gone: tuple[str, ...]) -> Iterator[Block]:
    if gone:
        yield Items("Gone: on sale by the table, not named by the list", (", ".join(gone),))


def _refused(answer: ImportAnswer) -> Iterator[Block]:
    if answer.refused:
        said = (f"{r.entry} ({r.model}{SIDES[r.side]}): {r.reason}." for r in answer.refused)
        yield Items("Refused", tuple(said))
