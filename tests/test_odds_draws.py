"""The futures that are drawn: as many as asked for, and what is said of all of them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ftvp.api import inputs_of
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import prepare
from ftvp.cost.weigh import Unmoved
from ftvp.odds.draws import Uncertain, definition_of, each_future, futures, uncertain
from ftvp.odds.forecast import GAIN
from ftvp.odds.shapes import SHIFTS
from ftvp.ranges import Spread
from ftvp.scenario import Scenario
from tests.answers import OWN_PRICES, outcome_of, weighed
from tests.asked import DAY, EXTRACTION, tables
from tests.drawn import Drawn, told


def _outcome(**fields: object) -> Outcome:
    scenario = Scenario.model_validate({"volume": 10_000, **EXTRACTION, **fields})
    return Outcome(prepare(inputs_of(scenario, tables(), DAY)[0]))


def test_the_mean_is_that_of_all_draws() -> None:
    drawn = futures(uncertain(_outcome(volume="5000..20000")), 16)
    assert len(drawn.nets) == 16 * SHIFTS
    assert drawn.mean == pytest.approx(math.fsum(drawn.nets) / len(drawn.nets))
    assert min(drawn.nets) < drawn.mean < max(drawn.nets)


def test_what_is_certain_is_the_same_in_every_future() -> None:
    of = uncertain(_outcome())
    found = list(each_future(of, {}, 3))
    assert len(found) == 3
    assert all(each["volume"] == 10_000 for each in found)


def plain(**fields: Any) -> Uncertain:  # noqa: ANN401  fields of any type
    """Return what is uncertain at own prices: $15 a month saved, $100 paid once."""
    return uncertain(outcome_of(weighed(Drawn(told({**OWN_PRICES, **fields}), DAY))))


WORK = {"labelling_cost": None}
"""Own work is taken to cost $50 to $10,000, $700 in the middle."""
UNCERTAIN: dict[str, tuple[dict[str, Any], dict[str, tuple[float, float, float, bool]]]] = {
    "told numbers": ({}, {}),
    "a told range": ({"volume": "500..1000..4000"}, {"volume": (500, 1_000, 4_000, True)}),
    "a range without a width": ({"volume": "1000..1000"}, {}),
    "an assumption that matters": (WORK, {"own_work_usd": (50, 700, 10_000, False)}),
    "both": (
        {**WORK, "volume": "500..1000..4000"},
        {"volume": (500, 1_000, 4_000, True), "own_work_usd": (50, 700, 10_000, False)},
    ),
    "an assumption that does not matter": ({"output_tokens": None}, {}),
    "an assumption that matters once answers cost": (
        {"output_tokens": None, "prompted_price": "input=1,output=1"},
        {"output_tokens": (50, 200, 800, False)},
    ),
}


@pytest.mark.parametrize("case", UNCERTAIN)
def test_uncertain_is_what_has_a_range_and_matters(case: str) -> None:
    fields, shapes = UNCERTAIN[case]
    found = plain(**fields)
    assert {
        name: (*(getattr(shape.spread, end) for end in ("low", "mid", "high")), shape.told)
        for name, shape in found.shapes.items()
    } == shapes
    assert found.fields == list(shapes)
    assert (found.qualities, found.gain) == (None, None)


def test_what_may_be_moved_is_what_was_told_and_what_is_uncertain() -> None:
    bars = plain(**WORK, volume="500..1000..4000").bars
    assert bars["volume"].spread == Spread(500, 1_000, 4_000)
    assert bars["training_cost"].spread == Spread(100, 100, 100)
    assert bars["own_work_usd"].spread == Spread(50, 700, 10_000)
    assert {"horizon", "days_per_month"}.isdisjoint(bars)
    assert all(shape.told == (name != "own_work_usd") for name, shape in bars.items())


def test_a_field_keeps_its_bounds_in_every_future() -> None:
    share = definition_of("tuned_batch_share")
    assert (share.low, share.high) == (0, 1)
    assert (definition_of(GAIN).low, definition_of(GAIN).high) == (-100, 100)
    amount = definition_of("own_work_usd")
    assert (amount.low, amount.high) == (0, math.inf)


def test_the_net_benefit_bends_where_tuning_begins_to_pay() -> None:
    """$100 / $0.18 are 555.6 requests a day: looked at just below, and just above."""
    knots = plain().known["volume"].knots
    assert knots == pytest.approx([100 / 0.18] * 2)
    assert knots[0] < 100 / 0.18 < knots[1]


def test_prompting_costs_the_same_whatever_tuning_takes() -> None:
    found = plain()
    assert found.outcome.unmoved(["training_cost", "volume"]) == Unmoved()
    for others in ([], ["training_cost", "own_work_usd", "examples"]):
        known = found.outcome.unmoved(others)
        assert known.now is not None
        assert len(known.serving) == 1
    hosted = plain(hosting=40).outcome.unmoved(["training_cost", "hosting"])
    assert hosted.now == known.now
    assert not hosted.serving  # of which hosting is a part
    assert found.net({}) == 80
    assert found.net({"training_cost": 30}) == 150
    # 360 x 2,000 x $0.0005 less 100
    assert found.net({"volume": 2_000}) == 260


def test_the_draws_of_each_shift_stand_together() -> None:
    drawn = futures(plain(volume="500..1000..4000"), 4)
    volumes = drawn.by_shift(drawn.values["volume"])
    assert [len(each) for each in volumes] == [4] * SHIFTS
    assert [x for each in volumes for x in each] == drawn.values["volume"]
    assert drawn.nets == pytest.approx([0.18 * x - 100 for x in drawn.values["volume"]])
    assert drawn.paid_back == [x >= 100 / (60 * 0.015) for x in drawn.values["volume"]]
    assert (drawn.works, drawn.differences) == ([0] * 4 * SHIFTS, None)


def test_work_and_errors_are_drawn_with_the_rest() -> None:
    priced = {"prompting_quality": 60, "tuned_quality": "61..65..69", "cost_per_error": 0.01}
    drawn = futures(plain(**WORK, **priced), 4)
    assert drawn.works == drawn.values["own_work_usd"]
    assert drawn.differences == pytest.approx([x - 60 for x in drawn.values["tuned_quality"]])
    # 360,000 requests x 1 % x $0.01 = $36 for each point
    pairs = zip(drawn.works, drawn.differences or (), strict=True)
    assert drawn.nets == pytest.approx([80 - work + 36 * points for work, points in pairs])
