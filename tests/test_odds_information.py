"""The worth of knowing: by hand, and against closed forms and plain simulation."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.odds.answer import pilot_answer
from ftvp.odds.summary import (
    MoreItems,
    Pilot,
    best_more_items,
    part_of_spread,
    pilot_worth_by_success,
    worth_by_input,
    worth_of_knowing,
    worth_of_knowing_everything,
)
from ftvp.stats import perfect_information

np = pytest.importorskip("numpy", reason="an oracle of the development group")

NUMBERS = st.floats(-1e6, 1e6)
NUMBER = np.random.default_rng(11)
POINTS = 16_384


def normals() -> list[float]:
    """Return so many standard normal draws as an answer on odds has points."""
    return [float(x) for x in NUMBER.normal(size=POINTS)]


def test_knowing_everything_avoids_each_loss_or_finds_each_gain() -> None:
    # Tuned: the losses of 300 and 100 in 4 draws are avoided. Prompted: 200 and 400 are found.
    nets = [-300.0, -100.0, 200.0, 400.0]
    assert worth_of_knowing_everything(nets, tunes=True) == 100
    assert worth_of_knowing_everything(nets, tunes=False) == 150


def test_knowing_everything_is_the_closed_form_of_a_normal() -> None:
    nets = [300 + 1_000 * z for z in normals()]
    expected = perfect_information(300, 1_000)
    assert worth_of_knowing_everything(nets, tunes=True) == pytest.approx(expected, rel=0.05)


@pytest.mark.slow
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=80), st.booleans())
def test_no_input_is_worth_more_than_everything(
    draws: list[tuple[float, float]],
    tunes: bool,  # noqa: FBT001  hypothesis gives it
) -> None:
    values, nets = [value for value, _ in draws], [net for _, net in draws]
    all_of_it = worth_of_knowing_everything(nets, tunes=tunes)
    assert 0 <= worth_of_knowing(values, nets, tunes=tunes) <= all_of_it + 1e-6
    assert 0 <= part_of_spread(values, nets) <= 1 + 1e-9


def test_an_input_is_worth_what_the_closed_form_says() -> None:
    # Of two normal parts, 900 and 500 USD wide, one is known: the other stays.
    first, second = normals(), normals()
    nets = [200 + 900 * x + 500 * y for x, y in zip(first, second, strict=True)]
    for values, spread in ((first, 900), (second, 500)):
        known = worth_of_knowing(values, nets, tunes=True)
        assert known == pytest.approx(perfect_information(200, spread), rel=0.06)
        part = spread**2 / (900**2 + 500**2)
        assert part_of_spread(values, nets) == pytest.approx(part, abs=0.02)


@pytest.mark.slow
def test_an_input_without_influence_has_no_worth_to_show() -> None:
    first, idle = normals(), normals()
    nets = [50 + 900 * x for x in first]
    found = worth_by_input({"first": first, "idle": idle}, nets, tunes=True, seed=1)
    assert found["first"] == pytest.approx(perfect_information(50, 900), rel=0.05)
    assert found["idle"] is None
    again = worth_by_input({"first": first, "idle": idle}, nets, tunes=True, seed=1)
    assert again == found


def test_what_cannot_turn_the_answer_has_no_worth_to_show() -> None:
    """Ahead by $1 to $64 in every future: nothing that is found out changes what is done."""
    nets = [float(usd) for usd in range(1, 65)]
    assert worth_by_input({"all": nets}, nets, tunes=True, seed=1) == {"all": None}


def test_a_pilot_shows_the_difference_by_which_one_then_decides() -> None:
    difference, other = normals(), normals()
    nets = [-100 + 600 * x + 300 * y for x, y in zip(difference, other, strict=True)]
    expected = perfect_information(-100, 600)
    assert worth_of_knowing(difference, nets, tunes=sum(nets) > 0) == pytest.approx(
        expected, rel=0.06
    )


@pytest.mark.parametrize(
    ("p", "net", "sunk", "worth"),
    [
        pytest.param(0.5, 1_000, 400, 200, id="500 - max(0, 500 - 200): losses avoided"),
        pytest.param(0.5, 1_000, 4_000, 500, id="500 - 0: worth trying only after a pilot"),
        pytest.param(1, 1_000, 400, 0, id="sure to succeed"),
        pytest.param(0, 1_000, 400, 0, id="sure to fail"),
        pytest.param(0.9, -50, 400, 0, id="not ahead even where it succeeds"),
    ],
)
def test_a_pilot_shows_whether_quality_suffers(
    p: float, net: float, sunk: float, worth: float
) -> None:
    assert pilot_worth_by_success(p, net, sunk) == pytest.approx(worth)


def test_a_pilot_pays_up_to_an_hourly_rate() -> None:
    pilot = Pilot(usd=20, hours=8, worth_usd=340, p_success=0.5)
    assert (pilot.price_usd, pilot.pays) == (20, True)
    assert pilot_answer(pilot).pays_up_to_rate == 40
    assert not Pilot(20, 8, 340, 0.5, hourly_rate=41).pays
    assert Pilot(20, 8, 340, 0.5, hourly_rate=39).pays
    assert pilot_answer(Pilot(20, 8, 20.8, 0.5)).pays_up_to_rate == pytest.approx(0.1)
    assert pilot_answer(Pilot(20, 8, 20, 0.5)).pays_up_to_rate is None
    assert not Pilot(20, 8, 20, 0.5).pays
    assert pilot_answer(Pilot(400, 8, 340, 0.5)).pays_up_to_rate is None
    assert pilot_answer(Pilot(20, 0, 340, 0.5)).pays_up_to_rate is None


def expected_worth(mean: float, spread: float, item_spread: float, items: int) -> float:
    """Return the worth of a number of items by plain simulation of the mean they lead to."""
    number = np.random.default_rng(3)
    truth = number.normal(mean, spread, 2_000_000)
    seen = truth + number.normal(0, item_spread / math.sqrt(items), truth.size)
    trust = spread**2 / (spread**2 + item_spread**2 / items)
    after = mean + trust * (seen - mean)
    return float(np.maximum(after, 0).mean() - max(0.0, truth.mean()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "spread", "item_spread", "cost"),
    [
        (300, 1_000, 9_000, 0.5),
        (-400, 800, 8_000, 0.2),
        (-400, 800, 20_000, 0.2),
        (0, 500, 2_000, 1),
    ],
)
def test_the_best_number_of_items_is_that_of_a_scan(
    mean: float, spread: float, item_spread: float, cost: float
) -> None:
    found = best_more_items(mean, spread, item_spread, cost)
    gains = [0.0, *(found_at(mean, spread, item_spread, n) - n * cost for n in range(1, 4_000))]
    assert found.worth_usd - found.cost_usd == pytest.approx(max(gains), rel=1e-6)
    assert found.items == pytest.approx(int(np.argmax(gains)), abs=2)
    if not found.items:
        return
    simulated = expected_worth(mean, spread, item_spread, found.items)
    assert found.worth_usd == pytest.approx(simulated, rel=0.03, abs=2)


def found_at(mean: float, spread: float, item_spread: float, items: int) -> float:
    """Return the closed form at a number of items."""
    after = spread**2 / math.sqrt(spread**2 + item_spread**2 / items)
    return perfect_information(mean, after)


def test_items_worth_less_than_a_dollar_are_bought_for_less() -> None:
    """One of $0.10 is worth 0.3989 x 1 / sqrt(1 + 1) = $0.28."""
    found = best_more_items(0, 1, 1, 0.1)
    assert found.items >= 1
    assert found.worth_usd - found.cost_usd >= 0.28 - 0.1


def test_items_that_cost_more_than_all_knowledge_are_not_bought() -> None:
    assert best_more_items(300, 1_000, 9_000, 1_000) == MoreItems(0, 0, 0)
    assert best_more_items(5_000, 100, 900, 0.1).items == 0
    assert best_more_items(300, 0, 9_000, 1).items == 0


@pytest.mark.slow
@given(st.floats(-1e4, 1e4), st.floats(0, 1e4), st.floats(0, 1e5), st.floats(0.001, 100))
def test_the_best_number_never_loses(
    mean: float, spread: float, item_spread: float, cost: float
) -> None:
    found = best_more_items(mean, spread, item_spread, cost)
    assert found.items >= 0
    assert found.worth_usd - found.cost_usd >= -1e-9
