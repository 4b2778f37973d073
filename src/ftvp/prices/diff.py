"""What changed between two price tables or two days, and which verdicts change with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from ftvp.tables.bundle import Change, Tables
from ftvp.tables.changes import PriceChange, differences, entries
from ftvp.tables.rules import Choice
from ftvp.units import Record

FIRST = 10
"""Places of a ranking whose changes are told."""


class PriceVersion(Record):
    """A price table as of a day."""

    name: str
    day: date
    updated_on: date


class Outcome(Record):
    """What a scenario leads to at the prices of one side."""

    choice: Choice | None
    """None where there is no answer; the headline says why."""
    headline: str
    cheapest: str | None
    """The way of serving that is ranked first."""
    ranking: tuple[str, ...] = ()
    """Every way of serving by its id, the cheapest first."""


class Move(Record):
    """A way of serving that changed its place in the ranking; None where it has none."""

    way: str
    old: int | None
    new: int | None


class VerdictChange(Record):
    """A scenario at the old and at the new prices."""

    scenario: str
    old: Outcome
    new: Outcome
    changed: bool
    moves: tuple[Move, ...]
    """The ways among the first ten of either side whose place changed, the new order first."""


class PriceDiffAnswer(Record):
    """The document `ftvp.price_diff/1`: what changed, in USD."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.price_diff/1"] = Field(default="ftvp.price_diff/1", alias="schema")
    tool_version: str
    old: PriceVersion
    new: PriceVersion
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changes: tuple[PriceChange, ...]
    """The prices that differ of models that both have."""
    verdicts: tuple[VerdictChange, ...] = ()


class OverlayAnswer(Record):
    """The document `ftvp.overlay_check/1`: what a sound overlay changes."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.overlay_check/1"] = Field(default="ftvp.overlay_check/1", alias="schema")
    tool_version: str
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
    old: Priced, new: Priced, verdicts: tuple[VerdictChange, ...], version: str
) -> PriceDiffAnswer:
    """Return what changed of the prices in force, and of the verdicts that were asked for."""
    before, after = entries(old.tables.pricing, old.day), entries(new.tables.pricing, new.day)
    had, has = {model for model, _ in before}, {model for model, _ in after}
    both = [key for key in dict.fromkeys((*before, *after)) if key[0] in had & has]
    return PriceDiffAnswer(
        tool_version=version,
        old=old.version,
        new=new.version,
        added=tuple(sorted(has - had)),
        gone=tuple(sorted(had - has)),
        changes=tuple(
            change for key in both for change in differences(key, before.get(key), after.get(key))
        ),
        verdicts=verdicts,
    )


def verdict_change(scenario: str, old: Outcome, new: Outcome) -> VerdictChange:
    """Return a scenario's outcomes at both prices, and whether they differ in what to do."""
    changed = (old.choice, old.cheapest) != (new.choice, new.cheapest)
    both = old.choice is not None and new.choice is not None
    moved = moves(old.ranking, new.ranking) if both else ()
    return VerdictChange(scenario=scenario, old=old, new=new, changed=changed, moves=moved)


def moves(old: Sequence[str], new: Sequence[str]) -> tuple[Move, ...]:
    """Return what changed its place among the first ten of two rankings, or came, or went.

    What came or went moves nobody: places are counted among the ways that both rankings have.

    >>> [(m.way, m.old, m.new) for m in moves(["a", "b", "c"], ["c", "b", "d"])]
    [('c', 2, 1), ('b', 1, 2), ('d', None, 3), ('a', 1, None)]
    """
    before = _places(old, kept=set(new))
    after = _places(new, kept=set(old))
    looked_at = dict.fromkeys((*new[:FIRST], *old[:FIRST]))
    places = ((way, before.get(way), after.get(way)) for way in looked_at)
    return tuple(Move(way=way, old=was, new=now) for way, was, now in places if was != now)


def _places(ranking: Sequence[str], *, kept: set[str]) -> dict[str, int]:
    """Return each way's place: among the kept ones, or in the whole ranking for the others."""
    common = {way: place for place, way in enumerate((w for w in ranking if w in kept), 1)}
    return {way: place for place, way in enumerate(ranking, 1)} | common
