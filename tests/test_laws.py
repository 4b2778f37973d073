"""The laws of the calculation, each over scenarios drawn from every field.

`make laws N=10000` draws that many for each; the suite draws what the second argument of `draw`
says. The reference (`reference`, `reference_options`, `reference_horizon`, `reference_verdict`) is
written from the specification alone.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from ftvp import FtvpError, breakeven, compare, decide
from ftvp.compare.answer import ComparisonAnswer
from ftvp.cost.answer import BreakevenAnswer, Line
from ftvp.cost.inputs import Input
from ftvp.decide.answer import DecisionAnswer
from ftvp.scenario import flag
from ftvp.tables.bundle import Tables
from tests.answers import Told, close, compared, from_weighing, outcome_of, weighed
from tests.drawn import Drawn, Fields, around, drawn, on_sale, own_price, scenarios, tables
from tests.laws import DRAWS
from tests.reference import RefusedError
from tests.reference_verdict import Weighed

pytestmark = [pytest.mark.laws, pytest.mark.slow]


def draw(seed: int, usual: int) -> list[Drawn]:
    """Return the scenarios of one law, each law its own."""
    return scenarios(seed, DRAWS or usual)


def told_of(scenario: Drawn, table: Tables | None = None) -> Told | None:
    """Return the answer to a scenario, None where it is refused."""
    try:
        return from_weighing(weighed(scenario, table))
    except FtvpError:
        return None


Documents = tuple[Drawn, BreakevenAnswer, DecisionAnswer, ComparisonAnswer]


def documents() -> Iterable[Documents]:
    """Return what three commands answer to the same scenarios; kept where they are few."""
    return answered() if DRAWS else kept()


def answered() -> Iterator[Documents]:
    """Yield a scenario with the three documents, where it has an answer."""
    for scenario in draw(2, 40):
        asked = scenario.scenario, tables(), scenario.day
        try:
            yield scenario, breakeven(*asked), decide(*asked), compare(*asked)
        except FtvpError:
            continue


@cache
def kept() -> tuple[Documents, ...]:
    """Return the documents, made once for several laws."""
    return tuple(answered())


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
    for scenario in draw(1, 130):
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
        if not any(flag(field) in each for each in warnings):
            silent.append(f"{flag(field)} in {scenario}")
    assert not silent


# Law 2


def test_one_option_has_one_amount_and_one_total_in_every_command() -> None:
    """Law 2: one option, one monthly amount and one total in every command."""
    for scenario, costs, decision, comparison in documents():
        assert decision.cost is not None
        both = {k: v for k, v in decision.cost if k not in ("warnings", "assumptions")}
        assert both == {name: getattr(costs, name) for name in both}, scenario
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
    for place, scenario in enumerate(draw(4, 110)):
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
    assert checked > len(draw(4, 110)) / 2


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


def test_each_printed_formula_gives_its_amount() -> None:
    """Law 5: each printed formula evaluates to its amount."""
    count = 0
    for _, costs, _, _ in documents():
        lines: list[Line] = []
        for side in (costs.prompted, costs.tuned):
            lines += [*side.monthly_lines, *side.upfront_lines] if side else []
        lines += costs.swap.monthly_lines if costs.swap else ()
        for line in lines:
            value = value_of(line.formula)
            assert math.isclose(value, line.usd, rel_tol=1e-9, abs_tol=1e-9), line
        count += len(lines)
    assert count > 100


# Law 6


def test_a_floor_never_wins() -> None:
    """Law 6: a bill that is only a floor (capacity not known) never wins."""
    floors = 0
    for scenario, costs, decision, comparison in documents():
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
        for each in outcome_of(found).mattering():
            told = as_flag(each, scenario, dict(inputs.numbers))
            if told is None:
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


# Law 8


def test_without_what_is_fixed_the_cheaper_month_ranks_first() -> None:
    """Law 8: of options that cost tokens alone the cheaper by the month ranks first."""
    random = Random(8)  # noqa: S311  a seeded draw is meant
    for scenario in draw(8, 20):
        falling = scenario.but(price_decline=random.choice([0, 20, 50, 95]), successor=None)
        try:
            comparison = compare(falling.scenario, tables(), falling.day)
        except FtvpError:
            continue
        horizon = falling.day + timedelta(days=30 * comparison.horizon_months)
        plain = [
            way
            for way in comparison.ways
            if way.kind == "prompted"
            and way.served == "per_token"
            and way.quality is None
            and stays(way.model, falling.day, horizon)
        ]
        after = plain[1:] if plain and plain[0].now else plain
        months = [way.monthly_usd for way in after]
        assert all(a <= b * (1 + 1e-12) for a, b in pairwise(months)), str(falling)


def stays(name: str | None, day: date, until: date) -> bool:
    """Return whether no price of a model's base changes, and it does not end, between two days."""
    row = tables().pricing.models.get(name or "")
    if row is None:
        return False
    dated = any(day < entry.effective_from <= until for entry in row.base)
    return not dated and row.end("base_shutdown", day) is None


# Law 9


def test_a_price_to_come_inside_the_horizon_changes_the_total() -> None:
    """Law 9: a price scheduled inside the horizon changes the total."""
    changed = 0
    for scenario in draw(9, 150):
        name = scenario.fields.get("model")
        table = halved(name, scenario.day)
        plain = scenario.but(
            prompted_price=None, prompted_request_cost=None, successor=None, horizon=12
        )
        offers = tables().pricing.models[name].offers("base", scenario.day) if name else []
        before, after = total_of_now(plain), total_of_now(plain, table)
        if before is None or not offers or offers[0].served != "per_token":
            continue
        assert after is not None
        assert before / 2 < after < before, str(scenario)
        changed += 1
    assert changed > len(draw(9, 150)) / 4


def total_of_now(scenario: Drawn, table: Tables | None = None) -> float | None:
    """Return what prompting costs over the horizon, None where the scenario is refused."""
    try:
        course = outcome_of(weighed(scenario, table)).weighed
    except FtvpError:
        return None
    return None if course is None else course.now.cost(course.horizon)


def halved(name: str | None, day: date) -> Tables:
    """Return the tables with half the price of a model's base from two months on."""
    pricing = tables().pricing
    if name is None:
        return tables()
    row = pricing.models[name]
    first = row.offers("base", day)
    prices = [n for n in type(row.base[0]).model_fields if n.endswith("_usd_per_mtok")]
    later = [
        offer.model_copy(
            update={
                "effective_from": day + timedelta(days=60),
                **{n: v / 2 for n in prices if (v := getattr(offer, n)) is not None},
            }
        )
        for offer in first
    ]
    base = sorted((*row.base, *later), key=lambda offer: offer.effective_from)
    cheaper = row.model_copy(update={"base": tuple(base)})
    models = {**pricing.models, name: cheaper}
    return replace(tables(), pricing=pricing.model_copy(update={"models": models}))


# Law 10

WORSE: dict[str, Any] = {
    "training_cost": lambda cost: {"training_cost": cost * 1.5 + 10},
    "retrains_per_year": lambda rounds: {"retrains_per_year": rounds + 2},
    "tuned_price": lambda price: {
        "tuned_price": {"input": price["input"] * 1.3, "output": price["output"] * 1.3}
    },
}


def test_what_costs_more_never_improves_a_result() -> None:
    """Law 10: more training cost, more retraining, a dearer tuned price never improve a result."""
    random = Random(10)  # noqa: S311  a seeded draw is meant
    for scenario in draw(10, 150):
        price = {"input": around(random, 0.01, 5), "output": around(random, 0.01, 10)}
        cheap = scenario.but(
            training_cost=scenario.fields.get("training_cost", 50),
            retrains_per_year=scenario.fields.get("retrains_per_year", 1),
            tuned_price=price,
            tuned_request_cost=None,
            tuned_batch_share=None,
            batch_share=None,
        )
        before = told_of(cheap)
        field = random.choice(sorted(WORSE))
        after = told_of(cheap.but(**WORSE[field](cheap.fields[field])))
        if before is None or after is None or before.amounts.get("net") is None:
            continue
        assert at_most(after, before, "net"), (field, str(cheap))
        assert at_most(after, before, "net_of_tuning"), (field, str(cheap))
        assert at_most(before, after, "months"), (field, str(cheap))


def test_a_longer_horizon_never_shortens_the_payback() -> None:
    """Law 10: a longer horizon never shortens the payback."""
    for scenario in draw(110, 150):
        short, long = told_of(scenario.but(horizon=6)), told_of(scenario.but(horizon=30))
        if short is None or long is None or "months" not in short.amounts:
            continue
        assert close(short.amounts["months"], long.amounts["months"]), str(scenario)


def at_most(one: Told, other: Told, name: str) -> bool:
    """Return whether one amount is at most the other, None standing for what never comes."""
    low, high = one.amounts.get(name), other.amounts.get(name)
    if name == "months":
        return high is None or (low is not None and low <= high * (1 + 1e-9) + 1e-9)
    return low is None or high is None or low <= high + 1e-9 * max(abs(low), abs(high), 1)


# Law 11


SHARED = (
    "volume",
    "prompt_tokens",
    "request_tokens",
    "output_tokens",
    "attempts",
    "turns",
    "horizon",
    "price_decline",
    "days_per_month",
    "active_hours",
)
"""What holds for both sides alike."""


def test_swapped_sides_negate_the_net_benefit() -> None:
    """Law 11: with own prices, nothing fixed and equal prompts, swapped sides negate it."""
    random = Random(11)  # noqa: S311  a seeded draw is meant
    for scenario in draw(11, 270):
        one, other = own_price(random), own_price(random)
        fields = {name: scenario.fields[name] for name in SHARED if name in scenario.fields}
        fields |= {"training_cost": 0, "retrains_per_year": 0, "labelling_cost": 0}
        there = Drawn({**fields, "prompted_price": one, "tuned_price": other}, scenario.day)
        back = Drawn({**fields, "prompted_price": other, "tuned_price": one}, scenario.day)
        for share in (None, 0.4 if "cached_input" in one and "cached_input" in other else "off"):
            first, second = told_of(there.but(cache=share)), told_of(back.but(cache=share))
            assert first is not None
            assert second is not None
            net, negated = first.amounts["net"], second.amounts["net"]
            assert net is not None
            assert negated is not None
            scale = 12 * (first.amounts["prompted"] or 0) + 1
            assert close(net, -negated, scale), str(there)


# Law 12


def test_all_of_it_agrees_with_the_reference() -> None:
    """Law 12: amounts, payback, turning price and both verdicts against the reference."""
    answered, wrong = 0, []
    for scenario in draw(12, 870):
        kind, differ = compared(scenario)
        answered += kind is None
        wrong += [f"{differ} in {scenario}"] if differ else []
    assert not wrong, "\n".join(wrong[:5])
    assert answered > 0.75 * len(draw(12, 870))


def test_the_documents_agree_with_the_reference() -> None:
    """Law 12: what `ftvp breakeven` prints is what the reference says, its date included."""
    for scenario in draw(112, 60):
        _, differ = compared(scenario, document=True)
        assert not differ, str(scenario)


REFUSED: dict[str, tuple[Fields, str]] = {
    "no cached price": ({"model": "cachless", "cache": 0.5}, "a cached price"),
    "no batch price": ({"model": "batchless", "batch_share": 0.5}, "a batch price"),
    "hours without a rate": ({"engineering_hours": 3}, "--hourly-rate"),
    "a rate without hours": ({"hourly_rate": 50}, "--engineering-hours"),
    "more that varies than there is": ({"request_tokens": 2_000}, "--request-tokens"),
    "a model that has ended": ({"model": "ended"}, "shut down"),
    "a tuned model that has ended": ({"tuned_model": "ended"}, "shut down"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_has_no_answer_is_refused(kind: str) -> None:
    """Law 12: the simple kinds of refusals, each named by ftvp and by the reference."""
    told, words = REFUSED[kind]
    day = date(2026, 11, 26)
    fields = {name: example(value, day) for name, value in told.items()}
    plain = {"model": "openai/gpt-6-luna", "tuned_model": "aws-bedrock/nova-micro"}
    rest = {"volume": 1_000, "prompt_tokens": 1_500, "tuned_prompt_tokens": 1_000}
    scenario = Drawn({**plain, **rest, **fields}, day)
    with pytest.raises(FtvpError, match=re.escape(words)):
        breakeven(scenario.scenario, tables(), day)
    with pytest.raises(RefusedError):
        _ = Weighed(scenario.scenario, tables(), day).now


def example(value: object, day: date) -> object:
    """Return a model of the table that has what a case needs, any other value as it is."""
    rows = tables().pricing.models
    if value == "ended":
        ended = (n for n, r in rows.items() if (e := r.tuned_ends_on(day)) and e <= day and r.base)
        return next(ended)
    if value not in {"cachless", "batchless"}:
        return value
    price = f"{'cached' if value == 'cachless' else 'batch'}_input_usd_per_mtok"
    sold = (n for n in rows if on_sale(n, "base", day))
    offers = ((n, rows[n].offers("base", day)[0]) for n in sold)
    return next(n for n, o in offers if o.served == "per_token" and getattr(o, price) is None)


def test_every_field_is_drawn() -> None:
    """Law 12: a field of the calculation that nothing draws would be held against nothing."""
    random = Random(0)  # noqa: S311  a seeded draw is meant
    fields = {name for _ in range(600) for name in drawn(random).fields}
    assert not UNDRAWN & fields
    everything = set(type(drawn(random).scenario).model_fields)
    assert fields | UNDRAWN == everything


READ = ("prompt", "tuned_prompt", "dataset", "evals", "prices")
ABOUT_READING = ("evals_id", "evals_score", "evals_cluster", "evals_scale", "evals_margin")
SHOWN = ("max_price_age", "currency", "fx", "as_of", "unknown", "item_cost", "discounts")
COMPARED = ("models", "providers", "shots", "hybrid_shots", "batchable", "min_quality")
UNDRAWN = frozenset({*READ, *ABOUT_READING, *SHOWN, *COMPARED})
"""What is read from files, said of the answer and its prices, or only compared."""
