"""The document `ftvp.diff/1`: two answers, and why the net benefit of tuning changed, in USD."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from ftvp.records.causes import VERSION, BothSides, Side
from ftvp.records.record import Command
from ftvp.render.formats import rounded
from ftvp.tables.bundle import DocumentHeader
from ftvp.tables.framework import Choice
from ftvp.tables.overlay import CausePart, differences, entries
from ftvp.units import Currency, Record

Judge = Callable[[Side], tuple[Choice, str]]
"""The choice at a side, and the code of its reason."""


class DiffSide(Record):
    """One of the two answers. `net_benefit_usd` is 0 where tuning is not to be had."""

    as_of: date
    """The day of the answer."""
    tool_version: str
    """Of ftvp when it was given."""
    command: Command
    """What was asked."""
    choice: Choice
    because: str
    """The rule that decided, such as `saves_money`."""
    headline: str
    net_benefit_usd: float
    """The one that decides: the smaller where models differ, after own work; 0 of a floor."""


class ModelChange(Record):
    """What became of a model between the two answers."""

    model: str
    what: Literal["added", "ended", "price_changed"]
    says: str
    """What it is, such as the old and the new price."""


class DiffAnswer(DocumentHeader):
    """The document `ftvp.diff/1`. The parts add up to `change_usd`."""

    schema_: Literal["ftvp.diff/1"] = Field(default="ftvp.diff/1", alias="schema")
    before: DiffSide
    """The first answer, as it was recorded."""
    after: DiffSide
    """The second, or the same scenario answered anew."""
    changed: bool
    """Whether the choice differs."""
    change_usd: float
    """The net benefit after less the one before: above 0 where tuning gained."""
    parts: tuple[CausePart, ...]
    """The largest first."""
    alone: tuple[str, ...]
    """The groups of which one alone would have changed the choice."""
    models: tuple[ModelChange, ...]
    """Those of the answers first, then all others of the price table."""
    ways_gone: tuple[str, ...]
    """Ways of the first comparison that the second does not have, of models that it has."""
    currency: Currency | None = None
    """The currency of the view; every amount in this document is USD."""


@dataclass(frozen=True)
class Answered:
    """A side with the answer that it was given, as JSON has it."""

    side: Side
    answer: Mapping[str, Any]
    tool_version: str

    @property
    def net_usd(self) -> float:
        """The net benefit as it was answered: not rounded where it is what is computed now."""
        cost = self.answer.get("cost") or self.answer
        odds = cost.get("odds")
        told = 0.0 if odds is None else float(odds["point_usd"])
        computed = self.side.net_usd
        return computed if rounded(computed) == told else told

    @property
    def headline(self) -> str:
        """The verdict in words."""
        verdict = self.answer.get("verdict")
        return str(verdict["headline"] if verdict else self.answer.get("headline", ""))


def difference_of(old: Answered, new: Answered, judge: Judge) -> DiffAnswer:
    """Return why two answers differ; `judge` gives the choice at any scenario between them."""
    pair = BothSides(old.side, new.side)
    choices = judge(old.side), judge(new.side)
    before, after = (
        _side(each, verdict) for each, verdict in zip((old, new), choices, strict=True)
    )
    changed = before.choice != after.choice
    parts = list(parts_of(pair))
    by_version = (pair.before.net_usd - old.net_usd) + (new.net_usd - pair.after.net_usd)
    if by_version or old.tool_version != new.tool_version:
        versions = {"before": old.tool_version, "after": new.tool_version}
        parts.append(CausePart(group=VERSION, **versions, usd=by_version))
    models = [*_came_or_ended(pair.before, pair.after), *_priced_anew(pair.before, pair.after)]
    return DiffAnswer(
        before=before,
        after=after,
        changed=changed,
        change_usd=math.fsum(part.usd for part in parts),
        parts=tuple(sorted(parts, key=lambda part: -abs(part.usd))),
        alone=tuple(alone_of(pair, judge)),
        models=tuple(sorted(models, key=lambda each: (each.model not in pair.models, each.model))),
        ways_gone=tuple(_ways_gone(old, new)),
        currency=new.side.scenario.shown_in,
    )


def _side(each: Answered, verdict: tuple[Choice, str]) -> DiffSide:
    told = each.answer.get("verdict")
    choice, because = (told["choice"], told["because"]) if told else verdict
    return DiffSide(
        as_of=each.side.day,
        tool_version=each.tool_version,
        command=each.side.command,
        choice=choice,
        because=because,
        headline=each.headline,
        net_benefit_usd=each.net_usd,
    )


def alone_of(pair: BothSides, judge: Judge) -> list[str]:
    """Return the groups of which one alone changes the choice to what it is after."""
    before, after = judge(pair.before)[0], judge(pair.after)[0]
    if before == after:
        return []
    return [each.name for each in pair.groups if judge(pair.between([each.name]))[0] == after]


def parts_of(pair: BothSides) -> Iterator[CausePart]:
    """Yield what each group that changed did to the net benefit, all of it computed now."""
    groups = {group.name: group for group in pair.groups}
    found = shares(list(groups), lambda now: pair.between(now).net_usd)
    for name, usd in found.items():
        group = groups[name]
        yield CausePart(group=name, before=group.before, after=group.after, usd=usd)


def _came_or_ended(old: Side, new: Side) -> Iterator[ModelChange]:
    known = old.tables.pricing.models
    for model, row in new.tables.pricing.models.items():
        ended, was = row.ended_on(new.day), known.get(model)
        if ended is not None and was is not None and was.ended_on(old.day) is None:
            yield ModelChange(model=model, what="ended", says=f"ended on {ended}")
        elif ended is None and was is None:
            yield ModelChange(model=model, what="added", says="was added to the price table")


def _priced_anew(old: Side, new: Side) -> Iterator[ModelChange]:
    before, after = (entries(each.tables.pricing, each.day) for each in (old, new))
    for key in [key for key in before if key in after]:
        for change in differences(key, before[key], after[key]):
            one, other = (
                "not known" if usd is None else f"${usd:g}" for usd in (change.old, change.new)
            )
            says = f"{change.side} {change.price} went from {one} to {other}"
            yield ModelChange(model=key[0], what="price_changed", says=says)


def _ways_gone(old: Answered, new: Answered) -> Iterator[str]:
    """Yield the ways that are no longer there, though their models are."""
    there = {way["id"] for way in new.answer.get("ways", ())}
    models = new.side.tables.pricing.models
    for way in old.answer.get("ways", ()):
        row = models.get(way["model"] or "")
        gone = row is None or row.ended_on(new.side.day) is not None
        if there and way["id"] not in there and not gone:
            yield way["id"]


Amount = Callable[[frozenset[str]], float]
"""What an amount is where these causes are as they are now, and all others as they were."""


def shares(causes: Sequence[str], amount: Amount) -> dict[str, float]:
    """Return what each cause adds, on average over all orders in which they might come.

    The shares add up to `amount(all) - amount(none)`, and a cause that never changes the amount
    has none. It takes 2^n amounts for n causes.

    >>> shares(["price", "volume"], lambda now: (5 if "price" in now else 2) * (
    ...     10 if "volume" in now else 4))
    {'price': 21.0, 'volume': 21.0}
    """
    known = lru_cache(maxsize=None)(amount)
    count = len(causes)
    weights = [
        math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for size in range(count)
    ]
    found = {}
    for cause in causes:
        others = [each for each in causes if each != cause]
        parts = []
        for before in subsets(others):
            added = known(before | {cause}) - known(before)
            parts.append(weights[len(before)] * added)
        found[cause] = math.fsum(parts)
    return closed(found, known(frozenset(causes)) - known(frozenset()))


def subsets(of: Sequence[str]) -> list[frozenset[str]]:
    """Return every subset, the empty one first.

    >>> [sorted(each) for each in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    found: list[frozenset[str]] = [frozenset()]
    for each in of:
        found += [known | {each} for known in found]
    return found


def closed(found: dict[str, float], whole: float) -> dict[str, float]:
    """Return shares whose rounding error is in the largest one, so that they add up."""
    if found:
        largest = max(found, key=lambda cause: abs(found[cause]))
        rest = math.fsum(share for cause, share in found.items() if cause != largest)
        found[largest] = whole - rest
    return found
