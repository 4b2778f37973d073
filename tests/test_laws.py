"""The laws of the calculation, each over scenarios drawn from every field.

`make laws N=10000` draws that many for each; the suite draws what the second argument of `draw`
says. The reference (`reference`, `reference_options`, `reference_horizon`, `reference_verdict`) is
written from the specification alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from ftvp import FtvpError, breakeven, compare, decide
from ftvp.compare.answer import ComparisonAnswer
from ftvp.compare.rank import cheaper_than_both, options_of, ranking
from ftvp.cost.answer import Line
from ftvp.cost.inputs import Input
from ftvp.cost.option import Option
from ftvp.cost.outcome import Outcome
from ftvp.cost.weigh import payback
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.decision import DecisionAnswer
from ftvp.odds.answer import Odds
from ftvp.scenario import flag
from tests.answers import Told, close, from_weighing, outcome_of, told_of, weighed
from tests.drawn import Drawn, around, cached_against_own, hosted_against_tokens, tables
from tests.laws import draw, number_of
from tests.reference import RefusedError
from tests.reference_verdict import Weighed

pytestmark = [pytest.mark.laws, pytest.mark.slow]


Documents = tuple[Drawn, BreakevenAnswer, DecisionAnswer, ComparisonAnswer]
USUAL = 32
BLOCK = 40
"""Scenarios whose documents are held at once, for the laws that read all three."""


@pytest.fixture(scope="module")
def asked() -> list[Drawn]:
    """Return the scenarios of the documents."""
    return draw(2, USUAL)


@pytest.fixture(scope="module", params=range(0, number_of(USUAL), BLOCK))
def documents(request: pytest.FixtureRequest, asked: list[Drawn]) -> list[Documents]:
    """Return what three commands answer to the same scenarios, where they have an answer."""
    found = []
    for scenario in asked[request.param : request.param + BLOCK]:
        told = scenario.scenario, tables(), scenario.day
        with suppress(FtvpError):
            found.append((scenario, breakeven(*told), decide(*told), compare(*told)))
    return found


# Law 1

UNSAID = frozenset({"existing_customer", "qualities", "volume"})
"""What only opens doors or compares models, and what no bill is without."""


def numbers_of(scenario: Drawn) -> str:
    """Return everything that `decide` says of a scenario but its echo of what was told."""
    answer = decide(scenario.scenario, tables(), scenario.day).model_dump(mode="json")
    said = {k: v for k, v in answer.items() if k not in ECHO}
    said["cost"] = {k: v for k, v in (answer["cost"] or {}).items() if k not in ECHO}
    return json.dumps(said, sort_keys=True, default=str)


def holds_anyhow(without: Drawn, field: str, value: object) -> bool:
    """Return whether a value is the one that is taken where nobody tells it."""
    found = weighed(without).inputs
    used = found.used.get(field)
    if field == "tuned_model":
        return found.tuned is not None and found.tuned.id == value
    return value == "auto" or (used is not None and used.value == value)


def matters_elsewhere(scenario: Drawn, field: str) -> bool:
    """Return whether another number in its place would change an amount, as beyond a minimum."""
    value = scenario.fields[field]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    other = value / 3 if field == "hours_per_day" else value * 20 + 5
    try:
        return told_of(scenario.but(**{field: type(value)(other)})) != told_of(scenario)
    except ValueError:
        return False


ECHO = ("inputs", "inputs_used", "assumptions", "warnings", "sources", "equivalent_command")


def test_every_told_flag_changes_a_number_or_is_named() -> None:
    """Law 1: every told flag changes some number or is named in a note."""
    silent = []
    random = Random(1)  # noqa: S311  a seeded draw is meant
    for scenario in draw(1, 100):
        field = random.choice(sorted(scenario.fields.keys() - UNSAID))
        without = scenario.but(**{field: None})
        before, after = told_of(without), told_of(scenario)
        if after is None or before is None or before.amounts != after.amounts:
            continue
        value = scenario.fields[field]
        if holds_anyhow(without, field, value) or matters_elsewhere(scenario, field):
            continue
        if numbers_of(without) != numbers_of(scenario):
            continue
        warnings = decide(scenario.scenario, tables(), scenario.day).warnings
        typed = flag(field, told=value)
        if not any(typed in each for each in warnings):
            silent.append(f"{typed} in {scenario}")
    assert not silent


# Law 2


def without_verdict(odds: Odds | None) -> Odds | None:
    """Return odds without what goes by the verdict, which the five questions may turn."""
    return odds and odds.model_copy(update={"evpi_usd": 0.0})


def test_one_option_has_one_amount_and_one_total_in_every_command(
    documents: list[Documents],
) -> None:
    """Law 2: one option, one monthly amount and one total in every command."""
    for scenario, costs, decision, comparison in documents:
        assert decision.cost is not None
        unlike = ("warnings", "assumptions", "odds")
        both = {k: v for k, v in decision.cost if k not in unlike}
        assert both == {name: getattr(costs, name) for name in both}, scenario
        assert without_verdict(decision.cost.odds) == without_verdict(costs.odds), scenario
        ways = {way.id: way for way in comparison.ways}
        assert ways[comparison.ways[0].id].now, scenario
        assert comparison.ways[0].monthly_usd == costs.prompted.monthly_usd, scenario
        total = comparison.ways[0].horizon_usd
        for model, monthly, spent, ranked in _stand_in_both(costs, total):
            way = ways.get(model)
            if way is None:
                continue
            assert close(way.monthly_usd, monthly), (scenario, model)
            assert close(way.horizon_usd, spent, total), (scenario, model)
            assert close(way.ranked_usd, ranked, total), (scenario, model)


def _stand_in_both(
    costs: BreakevenAnswer, total: float
) -> Iterator[tuple[str, float, float, float]]:
    """Yield id, month, total and rank of the tuned option and of the changed model."""
    horizon, tuned, swap = costs.horizon, costs.tuned, costs.swap
    if tuned is not None and horizon is not None:
        spent = total - horizon.money_usd
        work = horizon.net_benefit_usd - horizon.net_benefit_after_work_usd
        ranked = spent + work - horizon.quality_usd
        yield f"{tuned.model} tuned", tuned.monthly_usd, spent, ranked
    if swap is not None and costs.inputs.qualities is None:
        yield f"{swap.model} prompted", swap.monthly_usd, swap.horizon_usd, swap.horizon_usd


# Law 4


def test_the_volume_set_is_that_of_a_scan() -> None:
    """Law 4: the volume set equals a brute-force scan, caching and replicas on."""
    checked = 0
    drawn = draw(4, 40)
    random = Random(4)  # noqa: S311  a seeded draw is meant
    drawn += [kind(random) for kind in (cached_against_own, hosted_against_tokens) for _ in drawn]
    for place, scenario in enumerate(drawn):
        try:
            outcome, found = outcome_of(weighed(scenario)), reference(scenario)
        except (FtvpError, RefusedError):
            continue
        if found is None or outcome.is_floor or found.closed:
            continue
        checked += 1
        intervals = outcome.volumes
        told_up_to = intervals[2].high if len(intervals) > 2 else None
        for volume in _volumes(Random(place), intervals):  # noqa: S311  a seeded draw is meant
            if told_up_to is not None and volume > told_up_to:
                continue
            ahead = any(each.holds(volume) for each in intervals)
            assert ahead == found.ahead_at(volume), (volume, intervals, str(scenario))
        own = found.volume
        assert any(each.holds(own) for each in intervals) == found.ahead, str(scenario)
    assert checked > len(drawn) / 2


def _volumes(random: Random, intervals: list[Any]) -> Iterator[float]:
    """Yield 60 random volumes, and those close to each side of every end."""
    ends = [end for each in intervals for end in each if end is not None]
    for _ in range(60):
        volume = around(random, 0.001, 1e9)
        if all(abs(math.log(volume / end)) > 1e-6 for end in ends):
            yield volume
    for end in ends:
        if 0.0011 < end < 0.99e9 and (end, end) not in intervals:
            yield end * (1 - 1e-6)
            yield end * (1 + 1e-6)


def reference(scenario: Drawn) -> Weighed | None:
    """Return the reference of a scenario, None where nothing is to be had tuned."""
    found = Weighed(scenario.scenario, tables(), scenario.day)
    _ = found.now, found.successor
    return found if found.had else None


# Law 5

FACTOR = re.compile(r"^\$?(-?[\d,]+(?:\.\d+)?(?:e-?\d+)?)(/Mtok)?(?: [a-z -]+)?$")


def value_of(formula: str) -> float:
    """Return what a printed formula evaluates to."""
    product = 1.0
    for part in formula.split(" x "):
        read = FACTOR.match(part)
        assert read is not None, part
        product *= float(read[1].replace(",", "")) / (1e6 if read[2] else 1)
    return product


def test_each_printed_formula_gives_its_amount(documents: list[Documents]) -> None:
    """Law 5: each printed formula evaluates to its amount."""
    count = 0
    for _, costs, _, _ in documents:
        lines: list[Line] = []
        for side in (costs.prompted, costs.tuned):
            lines += [*side.monthly_lines, *side.upfront_lines] if side else []
        lines += costs.swap.monthly_lines if costs.swap else ()
        for line in lines:
            value = value_of(line.formula)
            assert math.isclose(value, line.usd, rel_tol=1e-9, abs_tol=1e-9), line
        count += len(lines)
    assert count > 4 * len(documents)


# A cheaper option


def test_an_option_of_tuning_takes_both_sides_place_only_by_its_told_quality() -> None:
    named = 0
    for scenario in draw(26, 60):
        try:
            outcome = outcome_of(weighed(scenario))
        except FtvpError:
            continue
        if outcome.inputs.qualities:
            continue
        rank = ranking(outcome)
        every = [each for each in options_of(outcome.prepared) if isinstance(each, Option)]
        prompted = [each for each in every if not each.is_tuned]
        best = cheaper_than_both(rank, every)
        assert best == cheaper_than_both(rank, prompted), scenario
        named += best is not None
    assert named


# Law 6


def test_a_floor_never_wins(documents: list[Documents]) -> None:
    """Law 6: a bill that is only a floor (capacity not known) never wins."""
    floors = 0
    for scenario, costs, decision, comparison in documents:
        ways = comparison.ways[1:]
        floors += sum(way.floor for way in ways)
        kinds = [way.floor for way in ways]
        assert kinds == sorted(kinds), scenario
        ids = {way.id for way in comparison.ways if way.floor}
        assert not any(way.dominated_by in ids for way in comparison.ways), scenario
        assert costs.cheaper is None or not costs.cheaper.floor, scenario
        if costs.tuned is not None and costs.tuned.floor:
            assert costs.verdict.choice == decision.verdict.choice == "prompt", scenario
        if costs.prompted.floor or (costs.tuned is not None and costs.tuned.floor):
            assert not costs.breakeven_volume.intervals, scenario
            assert costs.breakeven.months is None, scenario
    assert floors


# Law 7


def as_flag(each: Input, scenario: Drawn, numbers: dict[str, float]) -> dict[str, object] | None:
    """Return the flag that an assumption names with its value; None where it takes no such value.

    A life and a smallest prefix are assumed behind `--cache`, which takes a share of hits.
    """
    value = each.value
    assert not isinstance(value, str)
    if each.field == "thinking_multiple":
        answer = numbers["output_tokens"]
        tuned = numbers.get("tuned_output_tokens", answer)
        same = scenario.fields.get("tuned_model") is None or value == 0
        return {"thinking_tokens": round(value * answer)} if same and tuned else None
    if each.field == "own_work_usd":
        return {"engineering_hours": value / 100, "hourly_rate": 100}
    if each.field == "training_overhead" or value != round(value, 9):
        return None
    if each.field in {"cache_life_seconds", "minimum_prefix_tokens"}:
        return None
    whole = each.field in WHOLE
    if whole and value != round(value):
        return None
    return {each.field: round(value) if whole else value}


WHOLE = frozenset({"request_tokens", "output_tokens", "training_examples", "epochs"})
WORK = ("net", "after_work", "money", "present_value", "net_of_tuning", "one_off", "work_budget")


def test_an_assumed_value_as_a_flag_changes_no_amount() -> None:
    """Law 7: adding an assumed value as a flag changes no point amount, only the origin."""
    tried = 0
    for scenario in draw(7, 60):
        try:
            found = weighed(scenario)
        except FtvpError:
            continue
        before, inputs = from_weighing(found), found.inputs
        by_table = [inputs.used["epochs"]] if inputs.used["epochs"].origin == "table" else []
        for each in (*outcome_of(found).mattering, *by_table):
            told = as_flag(each, scenario, dict(inputs.numbers))
            thinks = outcome_of(found).sides.now.lengths.thinking_field == "thinking_multiple"
            if told is None or ("thinking_tokens" in told and not thinks):
                continue
            tried += 1
            after = told_of(scenario.but(**told))
            assert after is not None, (each.field, str(scenario))
            assert_same(before, after, each.field, scenario)
    assert tried > len(draw(7, 60))


def assert_same(before: Told, after: Told, field: str, scenario: Drawn) -> None:
    """Assert that two answers agree; of own work the net benefit after it, and what follows."""
    work = field == "own_work_usd"
    for name, value in before.amounts.items():
        got = after.amounts.get(name)
        if work and name in WORK and name != "after_work":
            continue
        scale = max(abs(v or 0) for v in before.amounts.values())
        assert close(value, got, scale), (field, name, value, got, str(scenario))
    assert before.breakeven == after.breakeven, (field, str(scenario))
    assert work or before.decide == after.decide, (field, str(scenario))


SAVES = frozenset({"own_work", "beyond_five_years", "falling_prices"})
"""Reasons of never which say that a month saves something, only not enough."""
DEAR_RUNS: tuple[dict[str, Any], ...] = ({}, {"training_cost": 1e5, "retrains_per_year": 0})
"""What is told besides: nothing, and a run that few savings pay for."""


def test_a_reason_that_grants_a_saving_stands_beside_one() -> None:
    """Too late, or not worth the work: so only where each comparison that fails saves at first."""
    granted = 0
    for scenario in (each.but(**dear) for each in draw(13, 400) for dear in DEAR_RUNS):
        try:
            found = outcome_of(weighed(scenario))
        except FtvpError:
            continue
        if found.never in SAVES:
            granted += 1
            assert_saves(found, scenario)
        if found.no_volume in SAVES - {"own_work"}:
            assert_saves(outcome_of(weighed(scenario.but(volume=1e9))), scenario)
    assert granted > number_of(400) // 50


def assert_saves(found: Outcome, scenario: Drawn) -> None:
    """Assert that tuning saves in a first month against each option that it never pays against."""
    course, tuned = found.weighed, found.tuned
    assert course is not None
    assert tuned is not None
    failed = []
    for bill, other in ((found.now, course.now), (found.changed, course.changed)):
        if bill is not None and other is not None:
            alone = course._replace(now=other, changed=None)
            if payback(alone).months is None:
                failed.append(bill.monthly_usd - tuned.monthly_usd + course.errors_usd_per_month)
    assert failed, str(scenario)
    assert min(failed) > 0, (found.never, failed, str(scenario))
