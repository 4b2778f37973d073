"""The odds of whole scenarios: without width, against plain Monte Carlo, and against a scan."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from ftvp import api
from ftvp.api.answers import breakeven, inputs_of, outcome_at
from ftvp.cost.weigh import Unmoved, weigh
from ftvp.errors import FtvpError
from ftvp.odds.answer import odds_of
from ftvp.odds.draws import STRAIGHT, Uncertain, futures, uncertain
from ftvp.odds.forecast import GAIN
from ftvp.odds.shapes import MANY_POINTS, POINTS, Shape
from ftvp.odds.summary import MANY_PER_DECADE, tornado
from ftvp.ranges import Spread, definition
from ftvp.render import text_of
from ftvp.scenario import Scenario
from tests.drawn import Drawn, scenarios, tables
from tests.laws import DEAR, DRAWS

if TYPE_CHECKING:
    import numpy as np
else:
    np = pytest.importorskip("numpy", reason="an oracle of the development group")

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
MANY = 40_000
"""Draws of plain Monte Carlo."""
WIDE = (0.3, 0.95, 1.05, 3.0)
"""Ends of drawn ranges, as parts of their middle: the lower one between the first two."""
PARTS = (10, 50, 90)


def ranged(scenario: Drawn, random: Random) -> Drawn:
    """Return a scenario with ranges around half of the numbers that may have one."""
    wide = {}
    for name, value in scenario.fields.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        bounds = definition(Scenario, name)
        if not number or bounds is None or random.random() < 0.5:
            continue
        low, high = value * random.uniform(*WIDE[:2]), value * random.uniform(*WIDE[2:])
        if isinstance(value, int):
            low, high = math.floor(low), math.ceil(high)
        if bounds.low <= low and high < bounds.high:
            wide[name] = Spread(low, value, high)
    return scenario.but(**wide)


def uncertain_of(scenario: Drawn) -> Uncertain | None:
    """Return what is uncertain of a scenario; None where tuning is not to be had, or a floor."""
    try:
        found = outcome_at(inputs_of(scenario.scenario, tables(), scenario.day)[0])
    except FtvpError:
        return None
    had = found.weighed is not None and not found.is_floor and found.prepared.closed is None
    return uncertain(found) if had else None


def uncertains(seed: int, *, wide: bool = True) -> Iterator[tuple[Drawn, Uncertain]]:
    """Yield drawn scenarios, with ranges where `wide`, and what is uncertain of them."""
    random = Random(seed)  # noqa: S311  a seeded draw is meant
    for each in scenarios(seed, 100 * (DRAWS or 10)):
        scenario = ranged(each, random) if wide else each
        found = uncertain_of(scenario)
        if found is not None:
            yield scenario, found


# Ranges without width


def narrow(found: Uncertain) -> Uncertain:
    """Return the same with every range one number, its middle."""
    middles = {name: (shape.spread.mid,) * 3 for name, shape in found.shapes.items()}
    shapes = {n: shape._replace(spread=Spread(*middles[n])) for n, shape in found.shapes.items()}
    gain = found.gain and found.gain._replace(scale_below=0.0, scale_above=0.0)
    return replace(found, shapes=shapes, gain=gain)


@pytest.mark.long
def test_ranges_without_width_are_the_point_answer() -> None:
    """With work told and every range one number, each future is the point answer, exactly."""
    tried = 0
    for scenario, _ in uncertains(21):
        point = uncertain_of(scenario.but(engineering_hours=20, hourly_rate=80))
        if point is None:
            continue
        found = odds_of(futures(narrow(point), 16), tunes=True, pilot=None)
        net, benefit = point.net({}), found.net_benefit_usd
        assert (benefit.p10, benefit.p50, benefit.p90) == (net, net, net), scenario
        assert found.p_tuned_ahead == float(net > 0), scenario
        assert found.standard_error == 0, scenario
        assert found.evpi_usd == max(0.0, net) - net, scenario
        tried += 1
        if tried == 10:
            break
    assert tried == 10


@pytest.mark.long
def test_a_range_without_width_is_its_number() -> None:
    """A document is the same for a number and for a range that begins and ends with it."""
    random, tried = Random(23), 0  # noqa: S311  a seeded draw is meant
    for scenario, _ in uncertains(23, wide=False):
        told = ranged(scenario, random).fields
        alike = {n: Spread(x.mid, x.mid, x.mid) for n, x in told.items() if isinstance(x, Spread)}
        documents = [
            breakeven(each.scenario, tables(), each.day).model_dump(exclude={"inputs"})
            for each in (scenario, scenario.but(**alike))
        ]
        assert documents[0] == documents[1], scenario
        tried += bool(alike)
        if tried == 3:
            break
    assert tried == 3


# Plain Monte Carlo


def plain(shape: Shape, normals: Array) -> Array:
    """Return draws of an input by its definition, for standard normal numbers."""
    low, middle, high = shape.spread.low, shape.spread.mid, shape.spread.high
    least, most = shape.definition.low, shape.definition.high
    whole = most if least >= 0 and shape.definition.unit in {"share", "percent"} else None
    z = normals / 1.6448536269514722  # 1 in 20 of a normal distribution lies above it

    def even(x: float) -> float:
        if least < 0 or low <= 0 or (whole is not None and high >= whole):
            return x
        return math.log(x) if whole is None else math.log(x / (whole - x))

    at = even(middle) + z * np.where(z > 0, even(high) - even(middle), even(middle) - even(low))
    if even(middle) != middle or even(high) != high:
        at = np.exp(at) if whole is None else whole / (1 + np.exp(-at))
    ends = (least, most) if shape.told else (low, high)
    return np.clip(at, *ends)


def monte_carlo(found: Uncertain, seed: int) -> Array:
    """Return net benefits of independent random draws of everything uncertain."""
    number = np.random.default_rng(seed)
    drawn = {
        name: plain(shape, number.standard_normal(MANY)) for name, shape in found.shapes.items()
    }
    if found.gain is not None:
        students_t = pytest.importorskip(
            "scipy.stats", reason="an oracle of the development group"
        ).t
        t = students_t.rvs(4, size=MANY, random_state=number)
        scale = np.where(t > 0, found.gain.scale_above, found.gain.scale_below)
        drawn[GAIN] = found.gain.location + t * scale
    columns = [column.tolist() for column in drawn.values()]
    return np.array(
        [found.net(dict(zip(drawn, row, strict=True))) for row in zip(*columns, strict=True)]
    )


def errors(nets: Array) -> list[float]:
    """Return the standard errors of plain Monte Carlo: of the chance in points, of percentiles."""
    parts = np.split(nets, 20)
    found = [[100 * (part > 0).mean(), *np.percentile(part, PARTS)] for part in parts]
    return list(np.std(found, axis=0, ddof=1) / math.sqrt(len(parts)))


def off(found: Uncertain, points: int, nets: Array) -> list[float]:
    """Return how far the odds are from plain Monte Carlo, beyond three of its own errors.

    The chance in points; the percentiles in percent of the distance from the first to the last.
    """
    odds = odds_of(futures(found, points), tunes=True, pilot=None)
    benefit = odds.net_benefit_usd
    wanted = np.percentile(nets, PARTS)
    error = errors(nets)
    width = np.ptp(wanted) / 100 or 1.0
    apart = np.abs(np.array([benefit.p10, benefit.p50, benefit.p90]) - wanted)
    chance = abs(100 * odds.p_tuned_ahead - 100 * (nets > 0).mean())
    return [chance - 3 * error[0], *((apart - 3 * np.array(error[1:])) / width)]


def is_open(found: Uncertain) -> bool:
    """Return whether a few draws say that it may go either way."""
    nets = futures(found, 64).nets
    return 0.02 < sum(net > 0 for net in nets) / len(nets) < 0.98


@pytest.mark.laws
@pytest.mark.slow
def test_odds_are_those_of_plain_monte_carlo() -> None:
    """P within 2 points at 1,024 points, 0.5 at 16,384; percentiles within 1 % of the spread."""
    tried = 0
    for scenario, found in uncertains(22):
        if not is_open(found):
            continue
        nets = monte_carlo(found, tried)
        assert off(found, POINTS, nets)[0] <= 2, scenario
        closely = off(found, MANY_POINTS, nets)
        assert closely[0] <= 0.5, scenario
        assert max(closely[1:]) <= 1, scenario
        tried += 1
        if tried == DEAR:
            break
    assert tried == DEAR


# What turns it

SCANNED = 10_000


def scan(shape: Shape) -> list[float]:
    """Return the values at which an input is looked at, over the whole of its bounds."""
    low, high, middle = shape.definition.low, shape.definition.high, shape.spread.mid
    if shape.definition.whole is not None or low < 0:
        reach = 100 * (shape.spread.width or abs(middle) or 1.0)
        ends = max(low, middle - reach), min(high, middle + reach)
        return list(np.linspace(*ends, SCANNED).tolist())
    middle = middle or shape.spread.high or 1.0
    return list(np.geomspace(max(middle / 1e6, low), min(middle * 1e6, high), SCANNED).tolist())


@pytest.mark.laws
@pytest.mark.slow
def test_switches_are_all_there_are() -> None:
    """Each switch changes what is ahead within 1e-9 of it; 10,000 points show no other."""
    tried = 0
    for scenario, found in uncertains(24):
        bars = tornado(found.net, found.bars, found.known, STRAIGHT, MANY_PER_DECADE)
        for bar in bars:

            def ahead(x: float, name: str = bar.shape.field) -> bool:
                return found.net({name: x}) > 0  # noqa: B023  called in this round

            for turn in bar.turns_at:
                near = 1e-9 * abs(turn)
                assert ahead(turn - near) is not ahead(turn + near), (
                    scenario,
                    bar.shape.field,
                    turn,
                )
            values = scan(bar.shape)
            is_ahead = [ahead(x) for x in values]
            seen = [
                ends
                for *ends, this, then in zip(
                    values, values[1:], is_ahead, is_ahead[1:], strict=False
                )
                if this is not then
            ]
            for low, high in seen:
                inside = [turn for turn in bar.turns_at if low <= turn <= high]
                assert inside, (scenario, bar.shape.field, low, high)
        tried += bool(bars)
        if tried == DEAR:
            break
    assert tried == DEAR


# One answer


@pytest.mark.long
@pytest.mark.slow
def test_odds_open_with_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """The odds choose what the break-even chooses, and say so where the chance says otherwise."""
    monkeypatch.setattr("ftvp.odds.shapes.MANY_POINTS", 64)
    seen = set()
    for scenario, _ in uncertains(31):
        verdict = breakeven(scenario.scenario, tables(), scenario.day).verdict
        found = api.odds(scenario.scenario, tables(), scenario.day)
        assert (found.choice, found.headline) == (verdict.choice, verdict.headline), scenario
        assert found.odds is not None
        ahead, tunes = found.odds.p_tuned_ahead > 0.5, found.choice in {"fine_tune", "hybrid"}
        lead = text_of(found, "plain").split(":")[0].replace("\n", " ")
        if found.choice != "pilot":
            assert ("though by its cost alone" in lead) is (ahead is not tunes), scenario
        assert lead.startswith(found.headline.partition(": ")[0].removesuffix(".")), lead
        seen.add((found.choice, ahead))
        if len(seen) == 4:
            break
    assert len(seen) == 4


def test_better_prompting_leaves_less_to_gain() -> None:
    """It turns where it turns once it is told.

    A point of quality moves the forecast by -0.467 points: by -$336 of 7,200,000 requests at $0.01.
    So $2,643 are gone after 7.85 points.
    """
    plain: dict[str, Any] = {"volume": 20_000, "prompt_tokens": 3_000, "tuned_prompt_tokens": 2_800}
    plain |= {"request_tokens": 200, "output_tokens": 100, "thinking_tokens": 0}
    plain |= {"engineering_hours": 20, "hourly_rate": 100, "training_cost": 500}
    plain |= {"retrains_per_year": 0, "cost_per_error": 0.01, "examples": 1_500}
    told = Scenario(**plain, model="nova-2-lite", cache="off", prompting_quality=75)
    nets = []
    for quality in (75, 82.8, 82.9):
        at = told.model_copy(update={"prompting_quality": quality})
        found = breakeven(at, tables(), date(2026, 11, 26))
        nets.append(found.horizon.net_benefit_after_work_usd if found.horizon else 0.0)
        turns = {turn.field: turn for turn in found.odds.turns} if found.odds else {}
        assert turns["prompting_quality"].value == pytest.approx(82.85, abs=0.01)
    assert nets[0] == pytest.approx(2_642.63, abs=0.01)
    assert nets[1] > 0 > nets[2]


MOVED = (
    *("prompting_quality", "examples", "training_examples", "cost_per_error", "volume"),
    *("hosting", "retrains_per_year", "training_cost", "hourly_rate"),
)
"""Numbers from which no other one follows that nobody told, and on which no option depends."""


@pytest.mark.laws
@pytest.mark.slow
def test_a_moved_number_brings_what_it_brings_where_it_is_told() -> None:
    tried = 0
    for scenario, found in uncertains(26):
        used = found.outcome.inputs.used
        for name in MOVED:
            chooses = name == "prompting_quality" and "qualities" in scenario.fields
            if name not in used or used[name].origin != "told" or chooses:
                continue
            number = found.outcome.numbers[name] * 0.9375
            moved = float(round(number)) if number > 40 else float(f"{number:.4g}")
            try:
                other = uncertain_of(scenario.but(**{name: moved}))
            except (FtvpError, ValidationError):
                continue
            if other is not None:
                brought = pytest.approx(other.net({}), rel=1e-9, abs=1e-6)
                assert found.net({name: moved}) == brought, (name, moved, scenario)
        tried += 1
        if tried == (DRAWS or 20):
            break
    assert tried == (DRAWS or 20)


@pytest.mark.laws
@pytest.mark.slow
def test_what_no_changed_number_concerns_costs_the_same() -> None:
    tried, known_of = 0, Counter[str]()
    for scenario, found in uncertains(25):
        numbers, sides = found.outcome.numbers, found.outcome.sides
        for name, number in numbers.items():
            known = found.outcome.unmoved([name])
            moved = found.outcome.inputs.with_values({name: number * 1.25 + 1})
            whole = weigh(sides, moved)
            assert whole == weigh(sides, moved, known), (name, scenario)
            known_of.update(part for part in known._fields if getattr(known, part))
        tried += 1
        if tried == (DRAWS or 20):
            break
    assert tried == (DRAWS or 20)
    assert set(known_of) == set(Unmoved._fields)
