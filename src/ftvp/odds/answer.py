"""How sure an answer is, what turns it, and what is worth finding out, as JSON holds it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from pydantic import Field

from ftvp.cost.inputs import Inputs, Origin
from ftvp.odds.draws import STRAIGHT, Futures
from ftvp.odds.forecast import LEVEL, GainForecast, is_few_shot, models_differ, wanted_points
from ftvp.odds.shapes import TEST_NORMAL
from ftvp.odds.summary import (
    MANY_PER_DECADE,
    PER_DECADE,
    TOLD_SWITCHES,
    Bar,
    Pilot,
    best_more_items,
    chance,
    part_of_spread,
    summarise,
    switches,
    tornado,
    worth_by_input,
    worth_of_knowing_everything,
)
from ftvp.scenario import ToldScenario
from ftvp.stats import quantile
from ftvp.tables.bundle import Header
from ftvp.tables.framework import Choice
from ftvp.units import Record

WORK = "own_work_usd"
STEPS = 40
TAIL = 0.005
"""The part of the futures at each end that the steps of a distribution need not reach."""
MOST_OF_SPREAD = 0.5
"""The part of the spread from which own work is told before anything else."""


class NetBenefit(Record):
    """The net benefit after work over all futures, USD: 1 in 10 lie below p10, half below p50."""

    p10: float
    p50: float
    p90: float
    """9 in 10 lie below it."""
    mean: float


class Distribution(Record):
    """How many futures fall into even steps of net benefit from `low_usd` to `high_usd`.

    The first and the last step also hold what lies beyond them; 0 is the border of two steps
    wherever it lies between.
    """

    low_usd: float
    """The lower end of the first step."""
    high_usd: float
    """The upper end of the last step."""
    counts: tuple[int, ...]
    """Futures of each step, lowest first; they add up to `points` of the odds."""


class UncertainInput(Record):
    """One input moved along its range, all others at their middle, and what that does. USD."""

    field: str
    """Its name as a scenario field, or as an assumption of the framework."""
    what: str
    """What its values count, in words."""
    origin: Origin
    low: float
    """1 in 20 lie below it; 30 % below `mid` where a number was told without a range."""
    mid: float
    """The value of the point answer."""
    high: float
    """1 in 20 lie above it; 30 % above `mid` where a number was told without a range."""
    net_low_usd: float
    """The net benefit after work at `low`; it may be the larger of the two."""
    net_high_usd: float
    """The net benefit after work at `high`."""
    turns_at: tuple[float, ...]
    """The values at which tuning becomes or stops being ahead."""
    worth_knowing_usd: float | None = None
    """At most; None where it is not worked out, or no more than chance."""


class PilotAnswer(Record):
    """One small tune and an eval: its money, the hours whose rate nobody told, its worth, USD."""

    usd: float
    """One training run, the labels not at hand, and the hours where their rate was told."""
    hours: float
    """Those whose rate nobody told; 0 where it was told, since `usd` holds them."""
    worth_usd: float
    """What it is expected to add to the net benefit after work, its own price left aside."""
    p_success: float
    """Chance, 0 to 1, of no lower quality, or of the target; 0.5 without a forecast."""

    @property
    def pays_up_to_rate(self) -> float | None:
        """The price of an hour up to which it pays, USD; None without hours, or where never."""
        left = self.worth_usd - self.usd
        return left / self.hours if left > 0 and self.hours else None


class TurningPoint(Record):
    """A value of one input at which the answer turns: above it, or below."""

    field: str
    what: str
    """What the value counts, in words."""
    value: float
    above: bool
    """True where the answer is another above the value, false where it is below."""


class MoreItemsAnswer(Record):
    """The number of further eval items that is worth most beyond its cost, USD."""

    items: int
    """0 where none pays for itself."""
    worth_usd: float
    """What they are expected to add to the net benefit, all together."""
    cost_usd: float
    """All together, at --item-cost each."""


class CheapestChance(Record):
    """The chance that an option is the cheapest of those worth choosing."""

    id: str
    """Of the option, as in `ways` of a comparison."""
    p_cheapest: float
    """0 to 1, own work and errors avoided counted."""


class Odds(Record):
    """How sure it is that tuning is ahead at the horizon, over `points` futures."""

    points: int
    """The futures drawn."""
    seed: int
    """Of the draws: the same seed draws the same futures."""
    standard_error: float
    """Of `p_tuned_ahead`."""
    p_tuned_ahead: float
    """Share of the futures, 0 to 1, in which the net benefit after work is above 0."""
    p_ahead_before_work: float | None
    """The same before own work; None where what it costs was told."""
    p_paid_back: float
    """Before the tuned model ends, and within five years."""
    net_benefit_usd: NetBenefit
    distribution: Distribution
    point_usd: float
    """The net benefit after work of the point answer, every input at its middle."""
    inputs: tuple[UncertainInput, ...]
    """Those that move the net benefit, the widest bar first."""
    turns: tuple[TurningPoint, ...]
    """The nearest values at which the answer turns, in units of their ranges."""
    work_part: float
    """The part of the spread, 0 to 1, that own work alone accounts for."""
    evpi_usd: float
    """What it would be worth at most to know everything beforehand."""
    pilot: PilotAnswer | None
    """None where the tuned option has no bill."""
    more_items: MoreItemsAnswer | None = None
    """None without eval results or the price of one item (--item-cost)."""
    ways: tuple[CheapestChance, ...] = ()
    """The likeliest first; only `ftvp odds` and `ftvp compare` draw them."""


class ForecastAnswer(Record):
    """What tuning is likely to gain in points, from published comparisons."""

    points: float
    """The median gain: tuned less prompted quality; below 0 for a loss."""
    low: float
    """The lower end of the interval of this level, in points."""
    high: float
    """The upper end, in points; at most 100 less prompting's quality where that is known."""
    level: float
    """The part of outcomes, 0 to 1, that lies between `low` and `high`."""
    p_above_3: float
    """Chance, 0 to 1, of a gain of more than 3 points."""
    p_reaches_target: float | None
    """None where no target is known."""
    baseline: Literal["few-shot", "zero-shot"]
    """Whether the prompt holds worked examples."""
    same_model: bool
    """Whether the tuned model is the prompted one."""
    evidence_n: int
    """The published comparisons that it rests on."""


class QualityForecast(Record):
    """What is known of the quality beside the user's own measurements."""

    forecast: ForecastAnswer
    """Of the gain from tuning."""


class OddsAnswer(Header):
    """The document `ftvp.odds/1`."""

    schema_: Literal["ftvp.odds/1"] = Field(default="ftvp.odds/1", alias="schema")
    inputs: ToldScenario
    """As `ftvp breakeven` resolves them; a range by its middle."""
    choice: Choice
    """What the verdict chooses, as `ftvp breakeven` on the same scenario."""
    headline: str
    """As `ftvp breakeven` words its verdict."""
    horizon_months: float
    odds: Odds | None
    """None where tuning is not to be had, or a bill is only a floor."""
    quality: QualityForecast | None
    """None where it was measured, or the quality table has no forecast."""
    warnings: tuple[str, ...]


def pilot_answer(pilot: Pilot) -> PilotAnswer:
    """Return a pilot as JSON holds it: hours stand in the money where their rate was told."""
    return PilotAnswer(
        usd=pilot.price_usd,
        hours=0 if pilot.hourly_rate else pilot.hours,
        worth_usd=pilot.worth_usd,
        p_success=pilot.p_success,
    )


def odds_of(drawn: Futures, *, tunes: bool, pilot: Pilot | None, thorough: bool = False) -> Odds:
    """Return the odds of a scenario; `thorough` works out what each input is worth knowing.

    `tunes` says whether the verdict tunes.
    """
    summary = summarise(drawn.by_shift(drawn.nets))
    of, per_decade = drawn.of, MANY_PER_DECADE if thorough else PER_DECADE
    bars = tornado(of.net, of.bars, of.known, STRAIGHT, per_decade)
    paid = chance(drawn.by_shift(drawn.paid_back)).value
    before = [net + work > 0 for net, work in zip(drawn.nets, drawn.works, strict=True)]
    work_part = part_of_spread(drawn.values[WORK], drawn.nets) if WORK in drawn.values else 0.0
    told = drawn.of.outcome.inputs.own_work_told
    return Odds(
        points=summary.points,
        seed=drawn.of.seed,
        standard_error=summary.p_ahead.error,
        p_tuned_ahead=summary.p_ahead.value,
        p_ahead_before_work=None if told else chance(drawn.by_shift(before)).value,
        p_paid_back=paid,
        net_benefit_usd=NetBenefit(
            p10=summary.p10.value,
            p50=summary.p50.value,
            p90=summary.p90.value,
            mean=summary.mean.value,
        ),
        distribution=distribution_of(drawn.nets),
        point_usd=drawn.of.net({}),
        inputs=tuple(_inputs(drawn, bars, tunes=tunes, thorough=thorough)),
        turns=tuple(_turns(drawn, bars, work_first=work_part > MOST_OF_SPREAD)),
        work_part=work_part,
        evpi_usd=worth_of_knowing_everything(drawn.nets, tunes=tunes),
        pilot=None if pilot is None else pilot_answer(pilot),
        more_items=more_items(drawn) if thorough else None,
    )


def distribution_of(nets: Sequence[float]) -> Distribution:
    """Return how often each step of net benefit comes up; the outer 1 % widen no step.

    >>> sum(distribution_of([-10.0, 5.0, 5.0, 29.0]).counts)
    4
    """
    ordered = sorted(nets)
    low, high = (quantile(ordered, part) for part in (TAIL, 1 - TAIL))
    step = (high - low) / STEPS or abs(low) / STEPS or 1.0
    first, last = math.floor(low / step), math.ceil(high / step)
    counts = [0] * max(1, last - first)
    for net in nets:
        counts[min(max(math.floor(net / step) - first, 0), len(counts) - 1)] += 1
    return Distribution(
        low_usd=first * step, high_usd=(first + len(counts)) * step, counts=tuple(counts)
    )


def _inputs(
    drawn: Futures, bars: Iterable[Bar], *, tunes: bool, thorough: bool
) -> Iterator[UncertainInput]:
    worths: dict[str, float | None] = {}
    if thorough:
        worths = worth_by_input(drawn.values, drawn.nets, tunes=tunes, seed=drawn.of.seed)
    for bar in bars:
        each = drawn.of.outcome.inputs.used[bar.shape.field]
        yield UncertainInput(
            field=bar.shape.field,
            what=each.what,
            origin=each.origin,
            low=bar.shape.spread.low,
            mid=bar.shape.spread.mid,
            high=bar.shape.spread.high,
            net_low_usd=bar.net_low,
            net_high_usd=bar.net_high,
            turns_at=bar.turns_at,
            worth_knowing_usd=worths.get(bar.shape.field),
        )


def _turns(drawn: Futures, bars: Iterable[Bar], *, work_first: bool) -> Iterator[TurningPoint]:
    """Yield the nearest values at which the answer turns, own work before all others if asked."""
    found = switches(bars, most=len(drawn.of.bars))
    if work_first:
        found = sorted(found, key=lambda each: each.field != WORK)
    used = drawn.of.outcome.inputs.used
    for each in found[:TOLD_SWITCHES]:
        yield TurningPoint(
            field=each.field, what=used[each.field].what, value=each.value, above=each.above
        )


def more_items(drawn: Futures) -> MoreItemsAnswer | None:
    """Return how many further eval items pay, None without results or the price of an item.

    The difference seen moves the net benefit along a straight line, so what is not known of it is
    as wide in USD as its standard error; one item has as much more as there are items.
    """
    outcome = drawn.of.outcome
    found, cost = outcome.inputs.readings.quality, outcome.numbers.get("item_cost")
    if found is None or not cost or drawn.differences is None:
        return None
    high = {"tuned_quality": outcome.numbers["tuned_quality"] + 1}
    per_point = abs(drawn.of.net(high) - drawn.of.net({}))
    error = (found.high - found.low) / 2 / TEST_NORMAL
    item = error * math.sqrt(found.items)
    best = best_more_items(drawn.mean, per_point * error, per_point * item, cost)
    return MoreItemsAnswer(items=best.items, worth_usd=best.worth_usd, cost_usd=best.cost_usd)


def forecast_answer(gain: GainForecast, inputs: Inputs) -> ForecastAnswer:
    """Return a forecast as JSON holds it."""
    low, high = gain.interval()
    told = inputs.scenario
    wanted = told.target_quality is not None or told.quality_gap is not None
    return ForecastAnswer(
        points=gain.points,
        low=low,
        high=high,
        level=LEVEL,
        p_above_3=gain.chance_of(3, more=True),
        p_reaches_target=gain.chance_of(wanted_points(inputs)) if wanted else None,
        baseline="few-shot" if is_few_shot(inputs, inputs.numbers) else "zero-shot",
        same_model=not models_differ(inputs),
        evidence_n=gain.comparisons,
    )
