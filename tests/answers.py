"""What ftvp answers to a drawn scenario, and what the reference does, as numbers by the same names.

An answer is read either from the public documents or, in a tenth of the time, from the outcome that
these documents are made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ftvp.api import breakeven, inputs_of
from ftvp.cost.inputs import Inputs
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import prepare
from ftvp.cost.weigh import present_value, requests_per_month
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.verdict import Weighing, weighing
from ftvp.errors import FtvpError
from ftvp.tables.bundle import Tables
from tests.drawn import Drawn, tables
from tests.reference import RefusedError
from tests.reference_verdict import Weighed

Number = float | None
Amounts = dict[str, Number]
MONEY = frozenset({"money", "net", "after_work", "present_value", "work_budget", "quality"})
CLOSE = 1e-9
NOVA_MICRO: dict[str, Any] = {
    "model": "aws-bedrock/nova-micro",
    "volume": 1_000,
    "prompt_tokens": 1_000,
    "tuned_prompt_tokens": 400,
    "output_tokens": 10,
}
OWN_PRICES: dict[str, Any] = {
    "prompted_price": "input=1,output=0",
    "tuned_price": "input=0.5,output=0",
    "volume": 1_000,
    "prompt_tokens": 1_000,
    "tuned_prompt_tokens": 1_000,
    "output_tokens": 0,
    "training_cost": 100,
    "retrains_per_year": 0,
    "labelling_cost": 0,
}
"""Own prices: 30,000 requests a month of 1,000 tokens, $30 prompted and $15 tuned; $100 once."""
REFUSALS = {
    "batch": "a batch price",
    "cache": "a cached price",
    "context": "does not fit into",
    "ended": "was shut down on",
    "request": "--request-tokens",
    "size": "the training file's size",
    "training": "the training price",
    "unsold": "price",
    "teacher": "price",
    "missing": "missing",
    "work": "go together",
}
"""By the reference's kind of a refusal, words that ftvp's has."""


@dataclass(frozen=True)
class Told:
    """One answer: its amounts, the day of the payback, and the verdicts of both commands."""

    amounts: Amounts
    paid_back_on: date | None
    breakeven: tuple[str, str]
    decide: tuple[str, str] | None
    floors: tuple[bool, bool] | None
    scale: float = 0.0
    """USD that the net benefit is a difference of."""


def resolved(drawn: Drawn, table: Tables | None = None) -> Inputs:
    """Return the inputs of a scenario; FtvpError where it has none."""
    return inputs_of(drawn.scenario, table or tables(), drawn.day)[0]


def weighed(drawn: Drawn, table: Tables | None = None) -> Weighing:
    """Return what the documents of a scenario are made of; FtvpError where it has no answer."""
    inputs = resolved(drawn, table)
    return weighing(inputs, Outcome(prepare(inputs)))


def told_of(scenario: Drawn, table: Tables | None = None) -> Told | None:
    """Return the answer to a scenario, None where it is refused."""
    try:
        return from_weighing(weighed(scenario, table))
    except FtvpError:
        return None


def outcome_of(found: Weighing) -> Outcome:
    """Return the outcome of a scenario whose bills are known."""
    assert found.outcome is not None
    return found.outcome


def from_weighing(found: Weighing) -> Told:
    """Return the answer that the outcome of a scenario gives."""
    outcome = outcome_of(found)
    tuned, changed, floor = outcome.tuned, outcome.changed, outcome.is_floor
    amounts: Amounts = {
        "prompted": outcome.now.monthly_usd,
        "tuned": tuned.monthly_usd if tuned else None,
        "one_off": tuned.upfront_usd if tuned else None,
        "saving": outcome.saving,
        "changed": changed.monthly_usd if changed else None,
        "turning_price": found.turning_usd,
    }
    course = outcome.weighed
    if course is not None and not floor:
        months, until = outcome.payback
        rate = (found.inputs.numbers["discount_rate"] or 0) / 100
        amounts |= {
            "net": course.net_benefit,
            "after_work": course.net_benefit - course.work,
            "quality": course.errors_usd(course.horizon),
            "money": course.net_benefit - course.errors_usd(course.horizon),
            "net_of_tuning": course.net_of_tuning,
            "present_value": present_value(course, rate),
            "work_budget": course.least if course.work else None,
            "months": months,
            "until": until,
            "requests": None if months is None else months * requests_per_month(outcome.numbers),
        }
    judged, alone = found.judgement, found.money_alone
    floors = None if tuned is None else (outcome.now.floor, tuned.floor)
    return Told(
        amounts, None, (alone.choice, alone.because), (judged.choice, judged.because), floors
    )


def from_document(answer: BreakevenAnswer) -> Told:
    """Return the answer that a document of `ftvp breakeven` gives."""
    tuned, swap, horizon = answer.tuned, answer.swap, answer.horizon
    amounts: Amounts = {
        "prompted": answer.prompted.monthly_usd,
        "tuned": tuned.monthly_usd if tuned else None,
        "one_off": tuned.upfront_usd if tuned else None,
        "saving": answer.monthly_saving_usd,
        "changed": swap.monthly_usd if swap else None,
        "turning_price": answer.turning_price_usd,
    }
    if horizon is not None:
        amounts |= {
            "net": horizon.net_benefit_usd,
            "after_work": horizon.net_benefit_after_work_usd,
            "quality": horizon.quality_usd,
            "money": horizon.money_usd,
            "net_of_tuning": swap.net_benefit_of_tuning_usd if swap else None,
            "present_value": horizon.npv_usd,
            "work_budget": answer.work_budget_usd,
            "months": answer.breakeven.months,
            "until": answer.breakeven.until_months,
            "requests": answer.breakeven.requests,
        }
    said = answer.verdict
    floors = None if tuned is None else (answer.prompted.floor, tuned.floor)
    day = answer.breakeven.date
    return Told(amounts, day, (said.choice, said.because), None, floors)


def from_reference(drawn: Drawn, table: Tables | None = None) -> Told:
    """Return the reference's own answer; RefusedError where it says that there is none."""
    found = Weighed(drawn.scenario, table or tables(), drawn.day)
    volume, prompted = found.volume, found.bill("now", 0, found.volume).total
    _ = found.successor
    amounts: Amounts = dict.fromkeys(("tuned", "one_off", "saving", "changed", "turning_price"))
    amounts["prompted"] = prompted
    if not found.had:
        said = found.verdict(tree=True)
        return Told(amounts, None, said, said, None)
    floors = found.floors()
    amounts |= {
        "tuned": found.bill("tuned", 0, volume).total,
        "one_off": found.tuned.one_off,
        "saving": prompted - found.bill("tuned", 0, volume).total,
    }
    if found.changed is not None:
        amounts["changed"] = found.bill("changed", 0, volume).total
    both = found.verdict(tree=False), found.verdict(tree=True)
    if any(floors):
        return Told(amounts, None, *both, floors)
    payback = found.payback()
    amounts |= {
        "turning_price": found.turning_price,
        "net": found.net(volume),
        "after_work": found.net(volume) - found.work,
        "quality": found.errors_avoided(found.horizon, volume),
        "money": found.money(volume),
        "net_of_tuning": None if found.changed is None else found.net(volume, "changed"),
        "present_value": found.present_value(),
        "work_budget": found.smaller_net(volume) if found.work else None,
        "months": payback.months,
        "until": payback.until,
        "requests": None if payback.months is None else payback.months * volume * found.days,
    }
    day = None if payback.months is None else found.day_after(payback.months)
    scale = max(found.spent(line, found.horizon, volume) for line in ("now", "tuned"))
    return Told(amounts, day, *both, floors, scale)


def differences(want: Told, got: Told) -> list[str]:
    """Return what an answer says otherwise than the reference, in words."""
    found = []
    for name in want.amounts.keys() | got.amounts.keys():
        mine, theirs = want.amounts.get(name), got.amounts.get(name)
        scale = want.scale if name in MONEY or name == "net_of_tuning" else 0.0
        if not close(mine, theirs, scale):
            found.append(f"{name}: {mine} expected, {theirs} answered")
    pairs = {
        "breakeven": (want.breakeven, got.breakeven),
        "decide": (want.decide, got.decide or want.decide),
        "floors": (want.floors, got.floors),
        "day": (want.paid_back_on, got.paid_back_on or want.paid_back_on),
    }
    return found + [f"{n}: {a} expected, {b} answered" for n, (a, b) in pairs.items() if a != b]


def close(one: Number, other: Number, scale: float = 0.0) -> bool:
    """Return whether two numbers agree to 1e-9 of the greatest of them and of what made them."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= CLOSE * max(abs(one), abs(other), scale, 1e-9)


def compared(drawn: Drawn, *, document: bool = False) -> tuple[str | None, list[str]]:
    """Return the kind of refusal, None for an answer, and every difference to the reference."""
    try:
        want, kind = from_reference(drawn), None
    except RefusedError as refused:
        want, kind = None, str(refused)
    try:
        if document:
            got = from_document(breakeven(drawn.scenario, tables(), drawn.day))
        else:
            got = from_weighing(weighed(drawn))
    except FtvpError as error:
        known = kind is not None and any(words in str(error) for words in REFUSALS.values())
        return kind, [] if known else [f"refused, {kind} expected: {error}"]
    if kind == "training" and got.amounts["tuned"] is None:
        return kind, []
    if want is None:
        return kind, [f"answered, though the reference refuses it: {kind}"]
    return None, differences(want, got)
