"""One scenario at several volumes: a row each, and where tuning begins or ceases to pay.

The plain scenario is that of `test_decide_weighing`: a request a day costs $0.03 a month prompted
and $0.015 tuned, training $100 once, so that tuning pays from 100 / 0.18 = 555.6 a day on.
"""

from __future__ import annotations

from typing import Any

import pytest

from ftvp.decide.compose import Beside, breakeven_answer
from ftvp.decide.volumes import VolumeRow, VolumesAnswer, at_round_volumes, volumes_answer
from ftvp.render import text_of
from ftvp.scenario import Scenario
from tests.test_cost_outcome import HOSTED
from tests.test_decide_weighing import LUNA, NOVA, of_models, plain


def at(*volumes: float, **fields: Any) -> VolumesAnswer:  # noqa: ANN401  fields of any type
    """Return the document of a scenario at volumes, own prices where it names no model."""
    ask = of_models if fields.get("model") in (LUNA, NOVA) else plain
    asked = (ask(**{**fields, "volume": volume}) for volume in volumes)
    return volumes_answer([breakeven_answer(each, Beside()) for each in asked])


def row(volume: float, net: float, months: float | None, work: float = 0) -> VolumeRow:
    """Return the row of a volume of the plain scenario."""
    ahead = net > work
    return VolumeRow(
        requests_per_day=volume,
        prompted_monthly_usd=0.03 * volume,
        tuned_monthly_usd=0.015 * volume,
        monthly_saving_usd=0.015 * volume,
        upfront_usd=100,
        breakeven_months=months,
        net_benefit_usd=net,
        net_benefit_after_work_usd=net - work,
        deciding_net_usd=net - work,
        choice="fine_tune" if ahead else "prompt",
        because="saves_money" if ahead else "costs_more",
    )


def test_each_volume_has_a_row_the_lowest_first() -> None:
    """0.18 x 500 - 100 = -10 and 0.18 x 1,000 - 100 = 80; 100 / 7.5 and 100 / 15 months."""
    found = at(1_000, 500)
    assert [each.model_dump() for each in found.rows] == [
        {
            name: pytest.approx(value) if isinstance(value, float) else value
            for name, value in expected.model_dump().items()
        }
        for expected in (row(500, -10, 100 / 7.5), row(1_000, 80, 100 / 15))
    ]
    assert (found.horizon_months, found.own_work_usd) == (12, None)
    assert found.inputs.volume is None
    assert found.headline == "Tuning pays within 12 months from 556 requests a day on."
    assert found.breakeven_volume.requests_per_day == pytest.approx(100 / 0.18)
    assert [each["requests_per_day"] for each in found.csv_rows()] == [500, 1_000]


def test_own_work_that_nobody_told_is_counted_in_every_row() -> None:
    found = at(500, labelling_cost=None)
    assert found.own_work_usd == 700
    assert found.rows[0].net_benefit_usd == pytest.approx(-10)
    assert found.rows[0].net_benefit_after_work_usd == pytest.approx(-710)


FROM_HERE, UP_TO_HERE = "pays from here", "pays up to here"
EDGES: dict[str, tuple[tuple[float, ...], dict[str, Any], list[str]]] = {
    "between two rows": ((500, 1_000), {}, [f"556 {FROM_HERE}"]),
    # 99.94 / 0.18 = 555.2: of 555 a day it does not pay yet
    "rounded up": ((500, 1_000), {"training_cost": 99.94}, [f"556 {FROM_HERE}"]),
    "at the highest row": ((500, 100 / 0.18 + 1e-6), {}, [f"556 {FROM_HERE}"]),
    "below all rows": ((1_000, 2_000), {}, []),
    "above all rows": ((100, 500), {}, []),
    # copies of $724.32 a month carry 30,000 requests a day each, 0.03 of which pay one
    "the gap between one copy and two": (
        (30_001, 50_000),
        HOSTED,
        [f"48,288 {FROM_HERE}"],
    ),
    "two copies and no third": (
        (25_000, 70_000),
        HOSTED,
        [f"30,000 {UP_TO_HERE}", f"48,288 {FROM_HERE}", f"60,000 {UP_TO_HERE}"],
    ),
}


@pytest.mark.parametrize("case", EDGES)
def test_a_row_says_where_tuning_begins_or_ceases_to_pay(case: str) -> None:
    volumes, fields, edges = EDGES[case]
    lines = text_of(at(*volumes, **fields), "plain", width=200).splitlines()
    said = [line.strip() for line in lines if FROM_HERE in line or UP_TO_HERE in line]
    assert said == edges


def test_where_nothing_is_tuned_only_prompting_has_a_column() -> None:
    """30 x (1,200 tokens x $0.10 + 5 x $0.50) / 1e6 = $0.003675 for each request a day."""
    lines = text_of(at(1_000, model=LUNA, cache="off"), "plain", width=200).splitlines()
    assert "  1,000: now $3.68" in lines
    assert not any("saved" in line or "once" in line for line in lines)


@pytest.mark.parametrize(
    ("fields", "paid"),
    [
        pytest.param({}, "paid after 6.7 months", id="paid back"),
        pytest.param({"training_cost": 1_000}, "paid after never", id="not within five years"),
        pytest.param(
            {"model": LUNA, "tuned_model": NOVA, "cache": "off"},
            "paid after change alone",
            id="the other model alone",
        ),
    ],
)
def test_a_row_says_when_tuning_is_paid_back(fields: dict[str, Any], paid: str) -> None:
    text = text_of(at(1_000, **fields), "plain", width=200)
    assert paid in text
    assert ("Change alone: the other model without tuning costs less." in text) is (
        "change" in paid
    )


def test_what_is_paid_once_and_own_work_are_noted() -> None:
    work = "count your own work, taken to be $700: --engineering-hours, --hourly-rate."
    text = text_of(at(1_000, labelling_cost=None), "plain", width=200)
    assert "Tuning costs $100 once." in text
    assert work in text
    free = text_of(at(1_000, training_cost=0), "plain", width=200)
    assert "once" not in free
    assert work not in free


@pytest.mark.parametrize(("work", "noted"), [(0.0, False), (0.5, True), (None, False)])
def test_own_work_is_noted_where_it_costs_anything(work: float | None, *, noted: bool) -> None:
    found = at(1_000, labelling_cost=None).model_copy(update={"own_work_usd": work})
    assert ("your own work" in text_of(found, "plain", width=200)) is noted


def test_the_net_against_the_other_model_is_noted_where_it_is_less() -> None:
    words = "The net is against the other model without tuning"
    two = {"model": LUNA, "tuned_model": NOVA, "cache": "off"}
    assert words in text_of(at(1_000, **two), "plain", width=200)
    assert words not in text_of(at(1_000), "plain", width=200)


def test_a_scenario_without_a_volume_is_answered_at_round_ones() -> None:
    found = at_round_volumes(Scenario(prompt_tokens=1_000))
    assert [each.volume for each in found] == [100, 1_000, 10_000, 100_000, 1_000_000]
    told = Scenario(volume=7)
    assert at_round_volumes(told) == [told]
