"""What changed between two price tables or two days, and which verdicts change with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from ftvp.tables.bundle import Change, DocumentHeader, Tables
from ftvp.tables.changes import CausePart, PriceChange, differences, entries
from ftvp.tables.framework import Choice
from ftvp.units import Record

MAX_RANK = 10
"""Places of a ranking whose changes are reported."""


class PriceVersion(Record):
    """A price table as of a day."""

    name: str
    day: date
    updated_on: date


class PricedVerdict(Record):
    """The verdict on a scenario at the prices of one side."""

    choice: Choice | None
    """None where there is no answer; the headline says why."""
    headline: str
    cheapest: str | None
    """The option ranked first."""
    ranking: tuple[str, ...] = ()
    """Every option by its id, the cheapest first."""


class Move(Record):
    """An option that changed its place in the ranking; None where it has none."""

    way: str
    old: int | None
    new: int | None


class VerdictChange(Record):
    """A scenario at the old and at the new prices."""

    scenario: str
    old: PricedVerdict
    new: PricedVerdict
    changed: bool
    """Whether the choice or the cheapest option differs."""
    moves: tuple[Move, ...]
    """The options among the first ten of either side whose place changed, in the new order."""
    parts: tuple[CausePart, ...] = ()
    """What each cause adds to the change of the net benefit of tuning."""
    alone: tuple[str, ...] = ()
    """The causes of which one alone would have changed the choice."""


class PriceDiffAnswer(DocumentHeader):
    """The document `ftvp.price_diff/1`: what changed, in USD."""

    schema_: Literal["ftvp.price_diff/1"] = Field(default="ftvp.price_diff/1", alias="schema")
    old: PriceVersion
    new: PriceVersion
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changes: tuple[PriceChange, ...]
    """The prices that differ of models that both have."""
    verdicts: tuple[VerdictChange, ...] = ()


class OverlayAnswer(DocumentHeader):
    """The document `ftvp.overlay_check/1`: what a sound overlay changes."""

    schema_: Literal["ftvp.overlay_check/1"] = Field(default="ftvp.overlay_check/1", alias="schema")
    file: str
    updated_on: date
    changes: tuple[Change, ...]
    doubts: tuple[str, ...] = ()
    """What in it is more likely a mistake than a price, by the line."""


@dataclass(frozen=True)
class Priced:
    """The tables under the name a user gave them, as of a day."""

    name: str
    tables: Tables
    day: date

    @property
    def version(self) -> PriceVersion:
        """What an answer says of it."""
        updated_on = self.tables.pricing.updated_on
        return PriceVersion(name=self.name, day=self.day, updated_on=updated_on)


def price_diff_answer(
    old: Priced, new: Priced, verdicts: tuple[VerdictChange, ...] = ()
) -> PriceDiffAnswer:
    """Return what changed of the prices in force, beside the verdicts at both."""
    before, after = entries(old.tables.pricing, old.day), entries(new.tables.pricing, new.day)
    had, has = {model for model, _ in before}, {model for model, _ in after}
    both = [key for key in dict.fromkeys((*before, *after)) if key[0] in had & has]
    return PriceDiffAnswer(
        old=old.version,
        new=new.version,
        added=tuple(sorted(has - had)),
        gone=tuple(sorted(had - has)),
        changes=tuple(
            change for key in both for change in differences(key, before.get(key), after.get(key))
        ),
        verdicts=verdicts,
    )


def verdict_change(
    scenario: str,
    old: PricedVerdict,
    new: PricedVerdict,
    parts: Sequence[CausePart] = (),
    alone: Sequence[str] = (),
) -> VerdictChange:
    """Return the verdicts on a scenario at both prices, and whether they differ in what to do."""
    both = old.choice is not None and new.choice is not None
    return VerdictChange(
        scenario=scenario,
        old=old,
        new=new,
        changed=(old.choice, old.cheapest) != (new.choice, new.cheapest),
        moves=moves(old.ranking, new.ranking) if both else (),
        parts=tuple(parts),
        alone=tuple(alone),
    )


def moves(old: Sequence[str], new: Sequence[str]) -> tuple[Move, ...]:
    """Return which of the first ten of two rankings changed place, were added or removed.

    What was added or removed moves nothing: places are counted among the options in both rankings.

    >>> [(m.way, m.old, m.new) for m in moves(["a", "b", "c"], ["c", "b", "d"])]
    [('c', 2, 1), ('b', 1, 2), ('d', None, 3), ('a', 1, None)]
    """
    before = _places(old, kept=set(new))
    after = _places(new, kept=set(old))
    looked_at = dict.fromkeys((*new[:MAX_RANK], *old[:MAX_RANK]))
    places = ((way, before.get(way), after.get(way)) for way in looked_at)
    return tuple(Move(way=way, old=was, new=now) for way, was, now in places if was != now)


def _places(ranking: Sequence[str], *, kept: set[str]) -> dict[str, int]:
    """Return each option's place: among the kept ones, or for the others in the whole ranking."""
    common = [way for way in ranking if way in kept]
    return {way: place for ways in (ranking, common) for place, way in enumerate(ways, 1)}
