"""What is uncertain of a scenario, and its futures: each draws every uncertain number."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import repeat
from typing import TypeVar

from ftvp.cost.inputs import Input, NotedReads, Numbers
from ftvp.cost.option import Option
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import tellable
from ftvp.cost.weigh import difference, is_paid_back, weigh
from ftvp.odds.forecast import GAIN, GainForecast, forecast_of
from ftvp.odds.shapes import (
    SHIFTS,
    TEST_NORMAL,
    Qualities,
    Shape,
    counted_qualities,
    scored_qualities,
    shifted_lattice,
)
from ftvp.odds.summary import SIDES, Places, Steps
from ftvp.ranges import Definition, Spread, definition
from ftvp.scenario import Scenario

SEED = 20_061_126
"""What the random shifts begin with, so that the same question has the same answer."""
PAIR = ("prompting_quality", "tuned_quality")
AMOUNT = Definition(low=0)
POINTS = Definition(low=-100, high=100)


STRAIGHT = frozenset(
    {
        *("engineering_hours", "hourly_rate", "own_work_usd", "training_cost", "training_runs"),
        *("labelling_cost", "maintenance", "hosting", "rebuild_hours", "cost_per_error"),
        "tuned_quality",
    }
)
"""Inputs in which the net benefit is a straight line: what is paid for tuning alone, by the piece,
and errors avoided."""


@dataclass(frozen=True, eq=False, repr=False)
class Uncertain:
    """An outcome with the distribution of every number that may be another one."""

    outcome: Outcome
    shapes: Mapping[str, Shape]
    qualities: Qualities | None = None
    """Both qualities together, as the eval results leave them."""
    gain: GainForecast | None = None
    """The forecast of the quality gained, where it is in the net benefit."""

    @property
    def fields(self) -> list[str]:
        """The uncertain inputs: one dimension each."""
        joint = ["tuned_quality"] if self.qualities else [GAIN] if self.gain else []
        return [*self.shapes, *joint]

    seed: int = SEED

    @cached_property
    def bars(self) -> dict[str, Shape]:
        """Everything that may be moved: what is uncertain, and told numbers by a part of them.

        The quality gained too, as the tuned model's where both were measured.
        """
        told = {
            each.field: shape_of_input(each)
            for each in self.outcome.inputs.used.values()
            if each.origin == "told" and not isinstance(each.value, str)
        }
        found = {
            name: shape._replace(definition=tellable(self.outcome.prepared, name, shape.definition))
            for name, shape in {**told, **self.shapes}.items()
        }
        if self.gain is not None:
            return {**found, GAIN: Shape(GAIN, self.gain.spread, POINTS, told=False)}
        if self.qualities is None:
            return found
        prompting = self.outcome.numbers["prompting_quality"]
        gained = [tuned - prompted for prompted, tuned in map(self.qualities.at, (0.05, 0.5, 0.95))]
        ends = [min(max(prompting + points, 0.0), 100.0) for points in gained]
        shape = Shape("tuned_quality", Spread(*ends), definition_of("tuned_quality"), told=False)
        return {**found, "tuned_quality": shape}

    @property
    def known(self) -> dict[str, Places]:
        """Values at which the net benefit is known to bend or jump, by input."""
        turns = {"volume": [e for each in self.outcome.volumes for e in each if e is not None]}
        steps: dict[str, list[Steps]] = {}
        sides = self.outcome.sides
        for option in filter(None, (sides.now, sides.tuned, sides.changed)):
            for name, value in jumps(option, self.outcome.numbers):
                turns.setdefault(name, []).append(value)
            for name, each in cache_steps(option, self.outcome.numbers):
                steps.setdefault(name, []).append(each)
        return {
            name: Places([x * near for x in found for near in SIDES], steps.get(name, ()))
            for name, found in turns.items()
        }

    def net(self, values: Mapping[str, float]) -> float:
        """Return the net benefit after work with these values, the others at their middle, USD."""
        found = weigh(self.outcome.sides, self.numbers_at(values), self.outcome.unmoved(values))
        if found is None:  # pragma: no cover  asked only where tuning is to be had
            raise TypeError
        return found.least - found.work

    def numbers_at(self, values: Mapping[str, float]) -> Numbers:
        """Return the numbers with other values of some, and the forecast gain that goes with them.

        The gain drawn is that at the outcome's numbers: its median moves with what it depends on.
        """
        inputs, gain = self.outcome.inputs, self.gain
        numbers = inputs.with_values(values)
        if gain is None or all(numbers.get(x) == inputs.numbers.get(x) for x in self.forecast_from):
            return numbers
        moved = forecast_of(inputs, numbers) or gain
        return {**numbers, GAIN: values.get(GAIN, gain.location) + moved.location - gain.location}

    @cached_property
    def forecast_from(self) -> Collection[str]:
        """The numbers on which the forecast depends: no other one alters a step of it."""
        reads = NotedReads(self.outcome.numbers)
        forecast_of(self.outcome.inputs, reads)
        return reads.asked

    def draws(self, columns: Sequence[Sequence[float]]) -> dict[str, list[float]]:
        """Return the draws of every number for even numbers between 0 and 1, one a dimension."""
        shares = dict(zip(self.fields, columns, strict=True))
        drawn = {name: shape.draws(shares[name]) for name, shape in self.shapes.items()}
        if self.qualities is not None:
            pairs = [self.qualities.at(share) for share in shares["tuned_quality"]]
            drawn |= dict(zip(PAIR, (list(each) for each in zip(*pairs, strict=True)), strict=True))
        elif self.gain is not None:
            uncut = self.gain._replace(most=math.inf)
            drawn[GAIN] = [uncut.quantile(share) for share in shares[GAIN]]
        return drawn


def uncertain(outcome: Outcome) -> Uncertain:
    """Return what is uncertain of a scenario: told ranges, and assumptions that matter."""
    inputs = outcome.inputs
    mattering = {each.field for each in outcome.mattering}
    priced = "cost_per_error" in inputs.numbers
    shapes = {
        each.field: shape_of_input(each)
        for each in inputs.used.values()
        if not isinstance(each.value, str)
        and each.low is not None
        and each.low != each.high
        and each.field != GAIN
        and (each.origin == "told" or each.field in mattering)
    }
    return Uncertain(
        outcome,
        shapes,
        _posterior(outcome) if priced and inputs.readings.quality else None,
        forecast_of(inputs) if GAIN in inputs.numbers else None,
    )


def shape_of_input(each: Input) -> Shape:
    """Return the distribution of a number; one without a range has no width."""
    middle = float(each.value)
    low = middle if each.low is None else each.low
    high = middle if each.high is None else each.high
    return Shape(
        each.field, Spread(low, middle, high), definition_of(each.field), each.origin == "told"
    )


@lru_cache(maxsize=128)
def definition_of(field_name: str) -> Definition:
    """Return what an input may be: the bounds of its field, else any amount."""
    if field_name == GAIN:
        return POINTS
    found = definition(Scenario, field_name) if field_name in Scenario.model_fields else None
    return found or AMOUNT


def jumps(option: Option, numbers: Numbers) -> Iterator[tuple[str, float]]:
    """Yield lengths at which an option's price jumps.

    A prefix becomes long enough for the cache, a request long enough for another price.
    """
    lengths, rule = option.lengths, option.rule
    whole, fixed, varying, *_ = lengths.tokens(numbers)
    told = rule.minimum_prefix_tokens if rule else None
    least = numbers["minimum_prefix_tokens"] if told is None else told
    above = [p.long_above for p in option.periods if p.long_above is not None]
    if lengths.fixed is not None:
        if lengths.request is None:
            yield from (("request_tokens", (x - fixed) / lengths.request_factor) for x in above)
        return
    for whole_then in above:
        yield lengths.input_field, whole_then / lengths.input_factor
    yield lengths.input_field, (least + varying) / lengths.input_factor
    yield "request_tokens", (whole - least) / lengths.request_factor


def cache_steps(option: Option, numbers: Numbers) -> Iterator[tuple[str, Steps]]:
    """Yield the lengths at which an option's cached part grows by a step."""
    lengths, rule = option.lengths, option.rule
    if rule is None or lengths.fixed is not None or rule.step_tokens < 2:  # noqa: PLR2004  each token
        return
    first = dict(jumps(option, numbers))
    for name, factor in (
        (lengths.input_field, lengths.input_factor),
        ("request_tokens", lengths.request_factor),
    ):
        yield name, Steps(first[name], rule.step_tokens / factor)


def _posterior(outcome: Outcome) -> Qualities:
    """Return what both qualities may be after the eval results."""
    found = outcome.inputs.readings.quality
    if found is None:  # pragma: no cover  asked only where there are eval results
        raise TypeError
    if found.cells is not None:
        return counted_qualities(*found.cells, seed=SEED)
    error = (found.high - found.low) / 2 / TEST_NORMAL
    return scored_qualities(found.prompting, found.tuned, error, math.inf, found.items)


T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Futures:
    """Draws of every uncertain number, and what each future brings. Money is USD.

    `values` and all lists that follow are in one order: shift after shift.
    """

    of: Uncertain
    values: Mapping[str, Sequence[float]]
    nets: Sequence[float]
    """Net benefit after work."""
    works: Sequence[float]
    """Own work that is not in the bill."""
    paid_back: Sequence[bool]
    differences: Sequence[float] | None
    """The quality gained in points, None where it is in no net benefit."""
    points: int
    """Draws of one shift."""
    shifts: int = field(default=SHIFTS)

    def by_shift(self, values: Sequence[T]) -> list[Sequence[T]]:
        """Return values of all draws, a list for each shift."""
        return [values[start : start + self.points] for start in range(0, len(values), self.points)]

    @cached_property
    def mean(self) -> float:
        """The mean net benefit after work, USD."""
        return math.fsum(self.nets) / len(self.nets)


def futures(of: Uncertain, points: int) -> Futures:
    """Return `points` draws for each random shift of the lattice."""
    values = values_of(of, points)
    nets, works, paid, differences = [], [], [], []
    priced = "cost_per_error" in of.outcome.numbers and of.outcome.points is not None
    sides, known = of.outcome.sides, of.outcome.unmoved(values)
    for numbers in each_future(of, values, points * SHIFTS):
        found = weigh(sides, numbers, known)
        if found is None:  # pragma: no cover  asked only where tuning is to be had
            raise TypeError
        nets.append(found.least - found.work)
        works.append(found.work)
        paid.append(is_paid_back(found))
        if priced:
            differences.append(difference(numbers) or 0.0)
    return Futures(of, values, nets, works, paid, differences if priced else None, points)


def values_of(of: Uncertain, points: int) -> dict[str, list[float]]:
    """Return the draws of every uncertain number, shift after shift."""
    values: dict[str, list[float]] = {}
    for columns in shifted_lattice(len(of.fields), points, of.seed):
        for name, drawn in of.draws(columns).items():
            values.setdefault(name, []).extend(drawn)
    return values


def each_future(
    of: Uncertain, values: Mapping[str, Sequence[float]], count: int
) -> Iterator[Numbers]:
    """Yield the numbers of each future."""
    every = zip(*values.values(), strict=True) if values else repeat((), count)
    for drawn in every:
        yield of.numbers_at(dict(zip(values, drawn, strict=True)))
