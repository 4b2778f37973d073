"""Items that two sides were scored on: what the readers of eval results hand to the lenses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftvp.units import Record


@dataclass(frozen=True)
class Pair:
    """One item's scores on both sides, from 0 (wrong) to 1 (right), and the source it shares."""

    id: str
    prompted: float
    tuned: float
    cluster: str | None = None


class EvalSide(Record):
    """Where the scores of a side come from."""

    file: str
    format: str
    score: str
    items: int


class Unpaired(Record):
    """The ids that only one side answered, which are left out of the comparison."""

    prompted: tuple[str, ...] = ()
    tuned: tuple[str, ...] = ()


EVERY_ITEM = Unpaired()


@dataclass(frozen=True)
class Measured:
    """Both sides' scores on the items they share, and what is known of where they come from."""

    prompted: EvalSide
    tuned: EvalSide
    pairs: Sequence[Pair]
    clustered: bool = False
    unpaired: Unpaired = EVERY_ITEM
    train: str | None = None
    """The training file that the items were looked for in."""
    trained_on: tuple[str, ...] | None = None
    """The items found there; None where that cannot be told."""
