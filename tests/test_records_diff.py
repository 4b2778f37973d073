"""Differences: the parts add up, each in its group, and the words name what turned it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ftvp import api
from ftvp.cli.app import app
from ftvp.cost.inputs import Readings
from ftvp.errors import FtvpError
from ftvp.records.causes import FIELDS, BothSides, Side
from ftvp.records.diff import DiffAnswer, parts_of, shares, subsets
from ftvp.records.record import Recorded, record_text
from ftvp.records.view import diff_view, parts_table
from ftvp.render import write
from ftvp.scenario import Scenario
from ftvp.tables.entries import End
from ftvp.tables.overlay import CausePart
from ftvp.wording import Money
from tests.asked import DAY, tables
from tests.drawn import scenarios

pytestmark = pytest.mark.long

TOLD: dict[str, Any] = {
    "volume": 40_000,
    "model": "nova-2-lite",
    "prompt_tokens": 1_500,
    "tuned_prompt_tokens": 350,
    "output_tokens": 30,
    "training_examples": 1_800,
    "engineering_hours": 2,
    "hourly_rate": 80,
}


@given(st.integers(0, 4), st.randoms(use_true_random=False))
def test_shares_are_means_over_all_orders_and_add_up(count: int, random: Random) -> None:
    causes = [str(number) for number in range(count)]
    amounts = {names: random.uniform(-1e6, 1e6) for names in subsets(causes)}
    found = shares(causes, amounts.__getitem__)
    whole = amounts[frozenset(causes)] - amounts[frozenset()]
    assert math.fsum(found.values()) == pytest.approx(whole, abs=1e-9)
    orders = list(permutations(causes))
    for cause in causes:
        added = []
        for order in orders:
            before = frozenset(order[: order.index(cause)])
            added.append(amounts[before | {cause}] - amounts[before])
        assert found[cause] == pytest.approx(math.fsum(added) / len(orders), rel=1e-9, abs=1e-6)


def side(scenario: Scenario, day: date) -> Side | None:
    """Return all that the answer to a scenario is computed from, None where it is refused."""
    try:
        inputs, evals = api.inputs_of(scenario, tables(), day)
    except FtvpError:
        return None
    return Side("breakeven", scenario, inputs.tables, day, inputs.readings, evals)


def changed(random: Random, one: Scenario, other: Scenario) -> Scenario:
    """Return a scenario with the fields of a few groups from another one."""
    groups = random.sample(list(FIELDS), random.randint(1, 4))
    return one.model_copy(
        update={name: getattr(other, name) for group in groups for name in FIELDS[group]}
    )


def pairs(count: int) -> Iterator[BothSides]:
    """Yield pairs of scenarios of which the second is the first with some changes."""
    random = Random(13)  # noqa: S311  the same pairs every time
    drawn = scenarios(31, count * 6)
    for one, other in zip(drawn[::2], drawn[1::2], strict=True):
        later = timedelta(days=random.choice([0, 0, 30, 200]))
        before = side(one.scenario, one.day)
        after = side(changed(random, one.scenario, other.scenario), one.day + later)
        if before is not None and after is not None:
            yield BothSides(before, after)
            count -= 1
        if not count:
            return


@pytest.mark.slow
def test_the_parts_add_up_to_the_change_for_500_drawn_pairs() -> None:
    moved = 0
    for number, pair in enumerate(pairs(500)):
        parts = list(parts_of(pair))
        before, after = pair.before.net_usd, pair.after.net_usd
        total = math.fsum(part.usd for part in parts)
        largest = max([1.0, *(abs(part.usd) for part in parts)])
        assert abs(total - (after - before)) <= 1e-9 * largest, number
        everything = [group.name for group in pair.groups]
        assert pair.between([]).net_usd == before, number
        assert pair.between(everything).net_usd == pytest.approx(after, rel=1e-12), number
        moved += before != after
    assert number == 499
    assert moved > 100


def record(day: date = DAY, **told: Any) -> Recorded:  # noqa: ANN401  any scenario field
    """Return the record of what each side costs."""
    return api.record("breakeven", Scenario.model_validate({**TOLD, **told}), tables(), day)[1]


def compared(**told: Any) -> DiffAnswer:  # noqa: ANN401  any scenario field
    """Return why another answer differs from the usual one."""
    return api.diff(record(), record(**told))


CHANGES: dict[str, dict[str, Any]] = {
    "volume": {"volume": 20_000},
    "prompt and answer": {"prompt_tokens": 900},
    "work": {"engineering_hours": 10},
    "serving": {"cache": "off"},
    "training": {"retrains_per_year": 12},
    "ends and dates": {"horizon": 6},
    "quality": {"prompting_quality": 80, "tuned_quality": 90, "cost_per_error": 0.01},
}


@pytest.mark.parametrize(("group", "told"), CHANGES.items(), ids=CHANGES)
def test_one_change_is_one_part_and_the_whole(group: str, told: dict[str, Any]) -> None:
    found = compared(**told)
    assert [part.group for part in found.parts] == [group]
    whole = found.after.net_benefit_usd - found.before.net_benefit_usd
    assert found.parts[0].usd == found.change_usd == pytest.approx(whole, abs=1e-9)
    assert whole != 0


def test_nothing_changed_has_no_parts() -> None:
    found = compared()
    assert (found.changed, found.change_usd, found.parts) == (False, 0, ())


def test_a_price_is_a_part_of_its_model() -> None:
    pricing = tables().pricing
    name, row = pricing.find("nova-2-lite")
    base = tuple(
        offer.model_copy(update={"input_usd_per_mtok": (offer.input_usd_per_mtok or 0) * 2})
        for offer in row.base
    )
    models = {**pricing.models, name: row.model_copy(update={"base": base})}
    dearer = replace(tables(), pricing=pricing.model_copy(update={"models": models}))
    scenario = Scenario.model_validate(TOLD)
    new = api.record("breakeven", scenario, dearer, DAY)[1]
    found = api.diff(record(), new)
    assert [part.group for part in found.parts] == [f"prices of {name}"]
    assert found.change_usd > 0
    prices = [each for each in found.models if each.what == "price_changed"]
    assert {each.model for each in prices} == {name}


def test_an_end_is_a_part_of_ends_and_dates() -> None:
    pricing = tables().pricing
    name, row = pricing.find("nova-2-lite")
    end = End(
        kind="tuned_shutdown",
        closes_on=DAY + timedelta(days=60),
        announced_on=DAY,
        checked_on=DAY,
        source=row.base[0].source,
    )
    models = {**pricing.models, name: row.model_copy(update={"ends": (end,)})}
    ends = replace(tables(), pricing=pricing.model_copy(update={"models": models}))
    new = api.record("breakeven", Scenario.model_validate(TOLD), ends, DAY)[1]
    found = api.diff(record(), new)
    assert [part.group for part in found.parts] == ["ends and dates"]
    assert found.change_usd < 0


def test_the_group_that_alone_would_have_turned_it_is_named() -> None:
    found = compared(volume=100, engineering_hours=3)
    assert (found.before.choice, found.after.choice) == ("fine_tune", "prompt")
    assert found.alone == ("volume",)
    assert "The volume alone would have changed it." in write(diff_view(found), "plain")


def test_what_each_change_did_has_its_sign() -> None:
    found = compared(volume=100, engineering_hours=3)
    parts = tuple(
        CausePart(group="volume", before="a", after="b", usd=usd) for usd in (3.5, -120, 0)
    )
    _, *rows, _ = parts_table(parts, found.before, found.after, Money()).rows
    assert [row.cells[-1] for row in rows] == ["+$3.50", "-$120", "$0.00"]


def test_where_only_several_changes_together_turned_it_that_is_said() -> None:
    found = compared(volume=12_000, engineering_hours=6)
    assert found.changed
    assert found.alone == ()
    assert "only several together do" in write(diff_view(found), "plain")


def test_a_model_that_has_ended_is_named_and_tuning_then_brings_nothing() -> None:
    told: dict[str, Any] = {"model": "gpt-4o-mini", "existing_customer": True}
    found = api.diff(record(**told), as_of=date(2027, 3, 1))
    assert found.after.because == "not_on_sale"
    assert found.after.net_benefit_usd == 0
    assert found.models[0].model == "openai/gpt-4o-mini"
    assert found.models[0].what == "ended"


def test_another_version_that_computes_otherwise_has_its_own_part() -> None:
    old = record()
    odds = {**old.answer["odds"], "point_usd": old.answer["odds"]["point_usd"] - 100}
    other = old.model_copy(update={"answer": {**old.answer, "odds": odds}, "tool_version": "0.0.9"})
    found = api.diff(other, record(volume=30_000))
    assert {part.group for part in found.parts} == {"volume", "ftvp"}
    own = next(part for part in found.parts if part.group == "ftvp")
    assert own.usd == pytest.approx(100, abs=1e-6)
    whole = found.after.net_benefit_usd - found.before.net_benefit_usd
    assert found.change_usd == pytest.approx(whole, abs=1e-9)


def test_the_command_prints_both_verdicts_and_can_be_a_gate(tmp_path: Any) -> None:  # noqa: ANN401  pytest's path
    names = []
    cases: dict[str, dict[str, Any]] = {"old": {}, "new": {"volume": 100}}
    for name, told in cases.items():
        path = tmp_path / f"{name}.json"
        path.write_text(record_text(record(**told)), "utf-8")
        names.append(str(path))
    found = CliRunner().invoke(app, ["diff", *names])
    assert found.exit_code == 0
    assert found.stdout.startswith("The verdict changed, from 'fine-tune' to 'keep prompting'.")
    gate = CliRunner().invoke(app, ["diff", *names, "--fail-if", "changed"])
    assert gate.exit_code == 3
    both = CliRunner().invoke(app, ["diff", *names, "--as-of", "2026-12-01"])
    assert both.exit_code == 2


def test_what_is_said_of_a_side_does_not_depend_on_files_names() -> None:
    old = record()
    scenario = old.scenario.model_copy(update={"as_of": DAY})
    one = Side("breakeven", old.scenario, tables(), DAY, Readings())
    other = replace(one, scenario=scenario)
    assert BothSides(one, other).groups == []
