"""The laws of money and the reference: what must not improve, negates, or agrees with it.

The first laws stand in `test_laws`, which says how many scenarios are drawn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from ftvp import FtvpError, breakeven, compare
from ftvp.tables.bundle import Tables
from tests.answers import Told, close, compared, outcome_of, told_of, weighed
from tests.drawn import Drawn, Fields, around, drawn, on_sale, own_price, tables
from tests.laws import draw
from tests.reference import RefusedError
from tests.reference_verdict import Weighed

pytestmark = [pytest.mark.laws, pytest.mark.slow]

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
    on = day + timedelta(days=60)
    prices = [n for n in type(row.base[0]).model_fields if n.endswith("_usd_per_mtok")]
    later = [
        offer.model_copy(
            update={
                "effective_from": on,
                **{n: v / 2 for n in prices if (v := getattr(offer, n)) is not None},
            }
        )
        for offer in row.offers("base", on)
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
    for scenario in draw(10, 300):
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
    for scenario in draw(110, 300):
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
    for scenario in draw(11, 200):
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
    for scenario in draw(12, 700):
        kind, differ = compared(scenario)
        answered += kind is None
        wrong += [f"{differ} in {scenario}"] if differ else []
    assert not wrong, "\n".join(wrong[:5])
    assert answered > 0.6 * len(draw(12, 700))


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


READ = ("prompt", "tuned_prompt", "dataset", "evals", "usage", "prices")
ABOUT_READING = (
    *("evals_id", "evals_score", "evals_cluster", "evals_scale", "evals_margin"),
    "evals_lower_is_better",
)
SHOWN = ("max_price_age", "currency", "fx", "as_of", "unknown", "item_cost", "discounts")
COMPARED = ("models", "providers", "shots", "hybrid_shots", "batchable", "min_quality")
UNDRAWN = frozenset({*READ, *ABOUT_READING, *SHOWN, *COMPARED})
"""What is read from files, said of the answer and its prices, or only compared."""
