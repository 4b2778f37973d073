"""What `ftvp pricing diff` and `ftvp pricing validate` show: prices that changed, and verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftvp.advice.price_diff import Move, Outcome, OverlayAnswer, PriceDiffAnswer, VerdictChange
from ftvp.render.document import Block, Items, Paragraph, Row, Table, Verdict, count_of
from ftvp.tables.changes import PriceChange
from ftvp.units import price_text

SIDES = {"base": "", "tuned": " tuned", "training": " training"}


def view(answer: PriceDiffAnswer | OverlayAnswer) -> tuple[Block, ...]:
    """Return the differences in blocks, their number first."""
    return tuple(_sound(answer) if isinstance(answer, OverlayAnswer) else _diff(answer))


def _sound(answer: OverlayAnswer) -> Iterator[Block]:
    models = len({change.model for change in answer.changes})
    changes = f"It changes {count_of(models, 'model')}." if models else "It changes nothing."
    yield Verdict(f"{answer.file} of {answer.updated_on} is a sound overlay. {changes}")
    if answer.changes:
        yield Items("Changes", tuple(f"{c.model}: {c.says}" for c in answer.changes))


def _diff(answer: PriceDiffAnswer) -> Iterator[Block]:
    old, new = answer.old, answer.new
    models = count_of(len({change.model for change in answer.changes}), "model")
    prices = (
        f"{count_of(len(answer.changes), 'price')} of {models}" if answer.changes else "No price"
    )
    yield Verdict(
        f"{prices} changed, {count_of(len(answer.added), 'model')} came and "
        f"{count_of(len(answer.gone), 'model')} went."
    )
    yield from _verdicts(answer.verdicts)
    yield from changed_prices(answer.changes)
    for title, names in (
        ("On sale only after", answer.added),
        ("On sale only before", answer.gone),
    ):
        if names:
            yield Items(title, (", ".join(names),))
    yield Paragraph(
        f"From {old.name} (as of {old.day}, last changed {old.updated_on}) to {new.name} (as of "
        f"{new.day}, last changed {new.updated_on})."
    )


def changed_prices(changes: Sequence[PriceChange]) -> Iterator[Block]:
    """Yield prices that differ, the old, the new, and the change in percent."""
    if changes:
        rows = (Row(_name(c), (_usd(c.old), _usd(c.new), percent_text(c.percent))) for c in changes)
        yield Table("Changed, USD per million tokens", ("old", "new", "change"), tuple(rows))


def _name(change: PriceChange) -> str:
    return f"{change.model}{SIDES[change.side]}, {change.price}"


def _usd(price: float | None) -> str | None:
    return None if price is None else price_text(price)


def percent_text(percent: float | None) -> str | None:
    """Return a change in percent, None where there is none to state.

    >>> percent_text(-33.333), percent_text(0.05), percent_text(None)
    ('-33 %', '+0.05 %', None)
    """
    if percent is None:
        return None
    return f"{percent:+.0f} %" if abs(percent) >= 1 else f"{percent:+.2g} %"


def _verdicts(verdicts: Sequence[VerdictChange]) -> Iterator[Block]:
    if verdicts:
        changed = sum(verdict.changed for verdict in verdicts)
        yield Items(
            f"{changed} of {count_of(len(verdicts), 'verdict')} changed",
            tuple(_verdict(verdict) for verdict in verdicts),
        )


def _verdict(verdict: VerdictChange) -> str:
    old, new = _outcome(verdict.old), _outcome(verdict.new)
    moved = "; ".join(map(_move, verdict.moves))
    ranking = f" In the ranking, {moved}." if moved else ""
    if not verdict.changed:
        return f"{verdict.scenario}: as before, {new}{ranking}"
    return f"{verdict.scenario}: was {old} Now {new}{ranking}"


def _move(move: Move) -> str:
    if move.old is None:
        return f"{move.way} is new at {move.new}"
    return f"{move.way} goes from {move.old} to {move.new}" if move.new else f"{move.way} is gone"


def _outcome(outcome: Outcome) -> str:
    if outcome.choice is None:
        return f"no answer: {outcome.headline}"
    cheapest = f" Cheapest: {outcome.cheapest}." if outcome.cheapest else ""
    return f"{outcome.headline}{cheapest}"
