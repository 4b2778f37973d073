"""Where an answer turns: intervals against brute force, bars by hand, and the nearest switches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.odds.shapes import Shape
from ftvp.odds.summary import (
    Bar,
    Interval,
    Places,
    Steps,
    grid_of,
    intervals_ahead,
    moved,
    switches,
    tornado,
)
from ftvp.ranges import Definition, Spread

np = pytest.importorskip("numpy", reason="an oracle of the development group")

VOLUME = Definition(0.001, 1e12, "per_day")
AMOUNT = Definition(0, 1e12)
SHARE = Definition(0, 1, "share")
POINTS = Definition(-100, 100, "percent")


def shape(
    field: str, low: float, mid: float, high: float, definition: Definition = AMOUNT
) -> Shape:
    """Return the shape of a told range."""
    return Shape(field, Spread(low, mid, high), definition, told=True)


SHAPES = {
    "volume": shape("volume", 25_000, 40_000, 60_000, VOLUME),
    "hours": shape("hours", 25, 40, 90),
    "rate": shape("rate", 80, 80, 80),
}


def net(values: Mapping[str, float]) -> float:
    """Return $0.20 a request of a day, less hours at their rate and $1,000."""
    now = {name: told.spread.mid for name, told in SHAPES.items()} | dict(values)
    return 0.2 * now["volume"] - now["hours"] * now["rate"] - 1_000


@pytest.mark.slow
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=6, unique=True))
def test_all_intervals_between_roots_on_the_grid_are_found(roots: list[float]) -> None:
    roots = sorted(roots)
    between = [math.sqrt(one * other) for one, other in pairwise(roots)]
    grid = [roots[0] / 2, *between, roots[-1] * 2]

    def ahead(x: float) -> float:
        return 1.0 if sum(root < x for root in roots) % 2 else -1.0

    found = intervals_ahead(ahead, grid)
    ends = [end for interval in found for end in (interval.low, interval.high)]
    expected = [*roots, grid[-1]] if len(roots) % 2 else roots
    close = [one == other or other / one > 1 + 1e-9 for one, other in pairwise(roots)]
    if all(close):
        assert ends == pytest.approx(expected, rel=1e-9)
        assert all(ahead(end) > 0 for end in ends)


def test_intervals_are_those_of_a_brute_force_scan() -> None:
    def wavy(x: float) -> float:
        return math.sin(3 * math.log(x)) - 0.3

    grid = [float(x) for x in np.geomspace(0.1, 1e4, 81)]
    found = intervals_ahead(wavy, grid)
    for x in np.geomspace(0.1, 1e4, 20_001):
        assert any(low <= float(x) <= high for low, high in found) == (wavy(float(x)) > 0)


def test_a_turn_at_0_is_exact() -> None:
    (found,) = intervals_ahead(lambda x: x + 1e-300, [-5, 5])
    assert abs(found.low) < 1e-50
    assert intervals_ahead(lambda _: 1, [0, 5]) == (Interval(0, 5),)
    assert intervals_ahead(lambda _: 0, [0, 5]) == ()


def test_steps_are_met_exactly() -> None:
    def replicas(x: float) -> float:
        return 500 - 120 * math.ceil(x / 1_000)

    (found,) = intervals_ahead(replicas, [1, 10, 100, 1_000, 10_000])
    assert found.high == pytest.approx(4_000, rel=1e-9)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        pytest.param(SHAPES["volume"], 0.001, 1e12, id="amount"),
        pytest.param(shape("hours", 0, 10, 20), 0, 1e12, id="amount from 0"),
        pytest.param(shape("share", 0.2, 0.5, 0.8, SHARE), 0, 1, id="share"),
        pytest.param(shape("gap", -5, 3, 9, POINTS), -100, 100, id="signed"),
        pytest.param(shape("zero", 0, 0, 0), 0, 1e12, id="nothing"),
        pytest.param(shape("days", 20, 22, 30, Definition(1, 31)), 1, 31, id="days"),
    ],
)
def test_an_input_is_looked_at_from_bound_to_bound(told: Shape, least: float, most: float) -> None:
    grid = grid_of(told, knots=[22.5, -1e9])
    assert (grid[0], grid[-1]) == (least, most)
    assert grid == sorted(set(grid))
    assert {told.spread.low, told.spread.mid, told.spread.high} <= set(grid)
    assert (22.5 in grid) == (least <= 22.5 <= most)


def test_a_field_without_bounds_is_looked_at_around_its_range() -> None:
    grid = grid_of(shape("points", -1, 0, 1, Definition()))
    assert [grid[0], grid[-1]] == pytest.approx([-96, 94], abs=3)


def test_bars_are_by_hand() -> None:
    bars = {bar.shape.field: bar for bar in tornado(net, SHAPES)}
    # At the middle 8,000 - 3,200 - 1,000 = 3,800.
    assert list(bars) == ["volume", "hours", "rate"]
    assert (bars["volume"].net_low, bars["volume"].net_high) == (800, 7_800)
    assert (bars["hours"].net_low, bars["hours"].net_high) == (5_000, -200)
    # A told number without a range: 80 less and more 30 %, 56 and 104.
    assert bars["rate"].net_low == pytest.approx(8_000 - 40 * 56 - 1_000)
    assert bars["rate"].net_high == pytest.approx(8_000 - 40 * 104 - 1_000)
    # It turns at 4,200 / 0.2 requests, 7,000 / 80 hours, 7,000 / 40 USD.
    turns = [turn for name in SHAPES for turn in bars[name].turns_at]
    assert turns == pytest.approx([21_000, 87.5, 175], rel=1e-9)
    assert bars["hours"].ahead == (Interval(0, bars["hours"].turns_at[0]),)


def test_the_nearest_switches_are_told_first() -> None:
    told = switches(tornado(net, SHAPES))
    assert [(switch.field, switch.above) for switch in told] == [
        ("hours", True),  # ln(87.5 / 40) / ln(90 / 40) = 0.97 of the way to the upper end
        ("volume", False),  # ln(40 / 21) / ln(40 / 25) = 1.37
        ("rate", True),  # ln(175 / 80) / ln(1.3) = 2.98
    ]
    assert [switch.deviations for switch in told] == pytest.approx([0.965, 1.371, 2.983], abs=0.001)
    assert switches(tornado(net, SHAPES), most=1) == told[:1]


def test_of_two_switches_of_an_input_the_nearer_is_told() -> None:
    def band(values: Mapping[str, float]) -> float:
        return 1.0 if 10_000 < values["volume"] < 50_000 else -1.0

    (switch,) = switches(tornado(band, {"volume": SHAPES["volume"]}))
    assert switch.above
    assert switch.value == pytest.approx(50_000, rel=1e-9)


def test_where_a_range_has_one_end_alone_the_switch_on_its_side_is_told() -> None:
    """Between 100 and 400, ahead from 20 to 60 and from 200 on: 60 lies endlessly far below."""
    known = shape("volume", 100, 100, 400)
    turns = {
        name: Bar(known._replace(field=name), 0, 0, (), values)
        for name, values in (("both", (20.0, 60.0, 200.0)), ("below", (20.0, 60.0)))
    }
    found = switches(turns.values())
    assert [(each.field, each.value, each.above) for each in found] == [
        ("both", 200, True),
        ("below", 60, False),
    ]
    assert [each.deviations for each in found] == [0.5, math.inf]


def test_jumps_are_looked_at_on_both_sides_of_a_switch() -> None:
    """Steps of 10 from 100: around 125 those from 90 to 160, each just below and just above."""
    near = Steps(100, 10).near(125)
    assert near == pytest.approx([x for x in range(90, 170, 10) for _ in range(2)])
    assert near[0] < 90 < near[1]


def test_jumps_are_looked_for_up_to_the_bound_of_a_field() -> None:
    """Ahead below 0.99, and again from 0.9925 to 0.995: two of the steps of 0.0025 from 0.99 on."""
    ahead = [(0, 0.99), (0.9925, 0.995)]

    def stepped(values: Mapping[str, float]) -> float:
        return 1.0 if any(low <= values["share"] < high for low, high in ahead) else -1.0

    told = {"share": shape("share", 0.2, 0.5, 0.8, SHARE)}
    moving = {"share": shape("share", 0.2, 0.5, 0.995, SHARE)}
    steps = {"share": Places((), [Steps(0.99, 0.0025)])}
    (bar,) = tornado(stepped, moving, steps)
    assert bar.turns_at == pytest.approx([0.99, 0.9925, 0.995], rel=1e-8)
    assert tornado(stepped, told, steps) == []


@pytest.mark.parametrize(
    ("first", "last", "turns"),
    [
        pytest.param(0, 87.5, [87.5], id="below a value"),
        pytest.param(30, 1e12, [30], id="above a value"),
        pytest.param(30, 100, [30, 100], id="between two values"),
    ],
)
def test_the_ends_of_what_is_ahead_turn_the_answer_but_for_the_bounds(
    first: float, last: float, turns: list[float]
) -> None:
    def between(values: Mapping[str, float]) -> float:
        return values["hours"] + 1 if first <= values["hours"] <= last else -1.0

    (bar,) = tornado(between, {"hours": SHAPES["hours"]})
    assert bar.turns_at == pytest.approx(turns, rel=1e-9)


def test_an_answer_that_nothing_turns_has_no_switches() -> None:
    assert switches(tornado(lambda _: 5.0, SHAPES)) == []


@pytest.mark.parametrize(
    ("number", "definition", "ends"),
    [
        pytest.param(100, AMOUNT, (70, 130), id="amount"),
        pytest.param(0.9, SHARE, (0.63, 1), id="share"),
        pytest.param(-10, POINTS, (-13, -7), id="negative"),
        pytest.param(0, AMOUNT, (0, 0), id="nothing"),
    ],
)
def test_a_number_without_a_range_is_moved_by_30_percent(
    number: float, definition: Definition, ends: tuple[float, float]
) -> None:
    found = moved(shape("field", number, number, number, definition)).spread
    assert (found.low, found.mid, found.high) == (ends[0], number, ends[1])
