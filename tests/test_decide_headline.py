"""The sentences of a headline at the amounts where they change, of costs that are set by hand.

The costs are those of the plain scenario: $30 a month prompted, $15 tuned, $100 once, which is paid
back after 6.7 months and leaves $80 in 12.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from ftvp.compare.rank import Instead
from ftvp.cost.answer import Breakeven, Swap
from ftvp.decide.answer import CostAnswer, Grounds
from ftvp.decide.compose import Beside, breakeven_answer
from ftvp.decide.cost_view import MORE_ERRORS, ahead
from ftvp.decide.headline import HeadlineParts, sentences
from ftvp.odds.answer import PilotAnswer
from ftvp.tables.framework import Choice
from ftvp.wording import USD
from tests.test_cost_answer import ENDING
from tests.test_decide_weighing import DAY, of_models, plain


@cache
def plain_costs() -> CostAnswer:
    """Return the costs of the plain scenario."""
    return breakeven_answer(plain(), Beside())


def costs(**fields: Any) -> CostAnswer:  # noqa: ANN401  fields of any type
    """Return the plain costs with other fields; those of inner records have a name with dots."""
    changed: dict[str, Any] = {}
    found = plain_costs()
    for name, value in fields.items():
        outer, _, inner = name.partition("__")
        if inner:
            record = changed.get(outer, getattr(found, outer))
            changed[outer] = record.model_copy(update={inner: value})
        else:
            changed[outer] = value
    return found.model_copy(update=changed)


def said(
    because: str,
    cost: CostAnswer | None,
    *,
    choice: Choice = "prompt",
    items: int | None = None,
    **grounds: Any,  # noqa: ANN401  fields of any type
) -> list[str]:
    """Return the headline of a verdict, in parts."""
    return sentences(HeadlineParts(choice, because, DAY, Grounds(**grounds), items), cost, USD)


NEVER = Breakeven(months=None, requests=None, date=None, reason="beyond_five_years")
SAVES = "tuning your model saves $15.00 a month"
PAID = f"{SAVES} and has paid for itself after 6.7 months"
MONEY: dict[str, tuple[dict[str, Any], str]] = {
    "saves, and is paid back": ({}, PAID),
    "saves a cent": (
        {"monthly_saving_usd": 0.01, "breakeven": NEVER},
        ("tuning your model saves $0.01 a month, but it does not pay for itself within five years"),
    ),
    "saves nothing": (
        {"monthly_saving_usd": 0, "breakeven": NEVER},
        "tuning your model saves nothing",
    ),
    "costs a cent": (
        {"monthly_saving_usd": -0.01, "breakeven": NEVER},
        "tuning your model costs $0.01 a month more",
    ),
    "costs more at first": (
        {"monthly_saving_usd": -2},
        "tuning your model costs $2.00 a month more at first, and is ahead from month 6.7",
    ),
    "saves nothing at first": (
        {"monthly_saving_usd": 0},
        "tuning your model saves nothing at first, and is ahead from month 6.7",
    ),
    "is not known": ({"monthly_saving_usd": None}, "what tuning costs is not known"),
    "saves at least": (
        {"prompted__floor": True},
        "tuning your model saves at least $15.00 a month and has paid for itself after 6.7 months",
    ),
    "saves at most": (
        {"tuned__floor": True},
        "tuning your model saves at most $15.00 a month and has paid for itself after 6.7 months",
    ),
    "costs at most": (
        {"prompted__floor": True, "monthly_saving_usd": -2, "breakeven": NEVER},
        "tuning your model costs at most $2.00 a month more",
    ),
    "costs at least": (
        {"tuned__floor": True, "monthly_saving_usd": -2, "breakeven": NEVER},
        "tuning your model costs at least $2.00 a month more",
    ),
    "both at least": (
        {"prompted__floor": True, "tuned__floor": True},
        PAID,
    ),
    "nobody knows when": (
        {"breakeven__months": None, "breakeven__reason": "capacity_unknown"},
        SAVES,
    ),
    "is lost again": (
        {"breakeven__until_months": 9.5},
        f"{SAVES} at first, but is only ahead from month 6.7 to 9.5",
    ),
    "is paid back in time, and leaves a cent": (
        {"horizon__net_benefit_usd": 0.01, "horizon__net_benefit_after_work_usd": 0.01},
        PAID,
    ),
    "is paid back in time, and leaves nothing": (
        {"horizon__net_benefit_usd": 0, "horizon__net_benefit_after_work_usd": 0},
        f"{SAVES}, but its one-off $100 is paid back only after 6.7 months",
    ),
    "is paid back late": (
        {"life__in_time": False},
        f"{SAVES}, but its one-off $100 is paid back only after 6.7 months",
    ),
    "avoids errors": (
        {"horizon__quality_usd": 6},
        f"{SAVES}, avoids $0.50 of errors and has paid for itself after 6.7 months",
    ),
    "makes errors": (
        {"horizon__quality_usd": -6},
        f"{SAVES}, makes $0.50 of errors and has paid for itself after 6.7 months",
    ),
    "avoids errors, and costs": (
        {"horizon__quality_usd": 6, "monthly_saving_usd": -2},
        (
            "tuning your model costs $2.00 a month more, avoids $0.50 of errors at first, and is "
            "ahead from month 6.7"
        ),
    ),
    "prices fall": (
        {"breakeven": NEVER.model_copy(update={"reason": "falling_prices"})},
        f"{SAVES}, but falling prices eat that before it has paid for itself",
    ),
    "it ends": (
        {
            "breakeven": NEVER.model_copy(update={"reason": "shutdown"}),
            "life__tuned_shutdown_on": date(2027, 1, 2),
        },
        f"{SAVES}, but it is shut down on 2027-01-02, before it has paid",
    ),
    "another reason": (
        {"breakeven": NEVER.model_copy(update={"reason": "fixed_costs"})},
        f"{SAVES}, but it never pays for itself",
    ),
}


@pytest.mark.parametrize("case", MONEY)
def test_the_money_is_told_from_its_first_cent(case: str) -> None:
    fields, words = MONEY[case]
    decision, *_ = said("costs_more", costs(**fields))
    assert decision == f"Keep prompting: {words}."


BUDGET = "It would pay if your own work cost less than $"
PRICE = "It would pay where a wrong answer costs more than $"
AFTER: dict[str, tuple[dict[str, Any], float | None, list[str]]] = {
    "a budget for work": ({"work_budget_usd": 0.5}, 1, [f"{BUDGET}0.50."]),
    "no budget left": ({"work_budget_usd": 0, "turning_price_usd": 0.5}, 1, [f"{PRICE}0.50."]),
    "a budget below nothing": (
        {"work_budget_usd": -1, "turning_price_usd": 0.5},
        1,
        [f"{PRICE}0.50."],
    ),
    "both": ({"work_budget_usd": 9, "turning_price_usd": 0.5}, 1, [f"{BUDGET}9.00."]),
    "half a point gained": ({"turning_price_usd": 0.5}, 0.5, [f"{PRICE}0.50."]),
    "no point gained": ({"turning_price_usd": 0.5}, 0, []),
    "a point lost": ({"turning_price_usd": 0.5}, -1, []),
    "points that nobody knows": ({"turning_price_usd": None}, None, []),
    "nothing removed": (
        {"monthly_saving_usd": 0, "breakeven": NEVER.model_copy(update={"reason": "request_cost"})},
        None,
        ["A tuned request costs more."],
    ),
    "nothing to blame": ({"monthly_saving_usd": 0, "breakeven": NEVER}, None, []),
    "a cent saved": (
        {
            "monthly_saving_usd": 0.01,
            "breakeven": NEVER.model_copy(update={"reason": "request_cost"}),
        },
        None,
        [],
    ),
    "dearer, and ahead later": (
        {"monthly_saving_usd": -1, "breakeven__reason": "request_cost"},
        None,
        [],
    ),
}


@pytest.mark.parametrize("case", AFTER)
def test_what_would_make_it_pay_follows(case: str) -> None:
    fields, points, after = AFTER[case]
    told = costs(**{"work_budget_usd": None, "turning_price_usd": None, **fields})
    _, *more = said("costs_more", told, points=points)
    assert more == after


SWAP = Swap(
    model="m",
    name="M",
    size_class=None,
    monthly_usd=0,
    monthly_lines=(),
    horizon_usd=0,
    saving_from_model_usd=0.5,
    saving_from_tuning_usd=0.5,
    net_benefit_of_tuning_usd=200,
)
UNCOUNTED = "Your own work is not counted: tuning stays ahead while that costs less than "
OF_MODEL = "$0.50 of the saving comes with the change of model alone."
TUNED: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "not measured": ({}, {}, ["Not measured: run the eval before the switch."]),
    "measured": ({}, {"measured": True}, []),
    "a part of the saving is the model's": ({"swap": SWAP}, {"measured": True}, [OF_MODEL]),
    "the model saves nothing": (
        {"swap": SWAP.model_copy(update={"saving_from_model_usd": 0})},
        {"measured": True},
        [],
    ),
    "nothing is saved": (
        {"swap": SWAP, "monthly_saving_usd": 0},
        {"measured": True},
        [],
    ),
    "a cent is saved": ({"swap": SWAP, "monthly_saving_usd": 0.01}, {"measured": True}, [OF_MODEL]),
    "work may cost a cent": (
        {"work_budget_usd": 0.01},
        {"measured": True},
        [f"{UNCOUNTED}$0.01 (--engineering-hours, --hourly-rate)."],
    ),
    "work may cost nothing": ({"work_budget_usd": 0}, {"measured": True}, []),
    "late, and half a point gained": (
        {"life__in_time": False, "turning_price_usd": 0.5},
        {"measured": True, "points": 0.5},
        ["It pays where a wrong answer costs you more than $0.50."],
    ),
    "late, and nothing gained": (
        {"life__in_time": False, "turning_price_usd": 0.5},
        {"measured": True, "points": 0},
        [],
    ),
    "in time": ({"turning_price_usd": 0.5}, {"measured": True, "points": 1}, []),
}


@pytest.mark.parametrize("case", TUNED)
def test_a_verdict_for_tuning_says_what_it_rests_on(case: str) -> None:
    fields, grounds, after = TUNED[case]
    told = costs(**{"work_budget_usd": None, "turning_price_usd": None, **fields})
    decision, *more = said("saves_money", told, choice="fine_tune", **grounds)
    assert decision.startswith("Fine-tune your model: it saves ")
    assert more == after


@pytest.mark.parametrize(
    ("points", "measured", "worse"),
    [
        pytest.param(-0.5, True, ", though 0.5 points worse", id="half a point worse"),
        pytest.param(0, True, "", id="as good"),
        pytest.param(-2, False, "", id="worse by a guess"),
        pytest.param(None, True, "", id="not told in points"),
    ],
)
def test_a_measured_loss_of_quality_is_told_with_the_verdict(
    points: float | None, worse: str, *, measured: bool
) -> None:
    told = costs(turning_price_usd=None)
    keeps: dict[Choice, str] = {"fine_tune": "", "hybrid": ", and keep a prompt for what varies"}
    for choice, keep in keeps.items():
        decision, *_ = said("saves_money", told, choice=choice, points=points, measured=measured)
        it = PAID.removeprefix("tuning your model")
        assert decision == f"Fine-tune your model{keep}: it{it}{worse}."


WHY: dict[str, tuple[str, str | None, str]] = {
    "an eval": ("eval_confirms", None, "Your eval confirms a gain."),
    "the format": ("format_task", "format tasks benefit most", "Format tasks benefit most."),
    "the money": (
        "money_overrules",
        "volume too low",
        "The money overrules the questions: volume too low.",
    ),
    "the money, over nothing": ("money_overrules", None, ""),
    "the volume": ("volume_very_high", "volume too low", ""),
}


@pytest.mark.parametrize("case", WHY)
def test_a_verdict_for_tuning_gives_its_reason(case: str) -> None:
    because, text, why = WHY[case]
    told = costs(turning_price_usd=None, work_budget_usd=None)
    _, *more = said(because, told, choice="fine_tune", tree_text=text, measured=True)
    assert more == ([why] if why else [])
    (alone,) = said(because, None, choice="fine_tune", tree_text=text)
    reason = why[:1].lower() + why[1:]
    assert alone.rstrip(".") == f"Fine-tune your model{f': {reason}' if why else ''}".rstrip(".")


@pytest.mark.parametrize(
    ("usd", "hours", "worth", "words"),
    [
        pytest.param(5, 0, 5, "A pilot costs about $5.00 and is worth up to $5.00.", id="as much"),
        pytest.param(
            5,
            0,
            4.99,
            (
                "A pilot costs about $5.00, more than the $4.99 that it may save: what it tells of "
                "quality decides."
            ),
            id="a cent less",
        ),
        pytest.param(
            5,
            0,
            0.5,
            (
                "A pilot costs about $5.00, more than the $0.50 that it may save: what it tells of "
                "quality decides."
            ),
            id="less than a dollar",
        ),
        pytest.param(
            5,
            2,
            0,
            (
                "A pilot costs about $5.00 and 2 hours of work: it pays by errors avoided, or not "
                "at all."
            ),
            id="nothing",
        ),
    ],
)
def test_a_pilot_is_told_with_its_worth(usd: float, hours: float, worth: float, words: str) -> None:
    pilot = PilotAnswer(usd=usd, hours=hours, worth_usd=worth, p_success=0.5)
    first, *more = said("unmeasured", costs(), choice="pilot", pilot=pilot)
    assert first == "Run a pilot first: nobody has measured your model on your task."
    assert more == [words, f"If it is good enough, {PAID}."]
    missing = said("eval_missing", costs(), choice="pilot", pilot=pilot, items=1_200)
    assert missing == [
        "Run a pilot first: no gain is shown on your 1,200 items, nor is it ruled out.",
        words,
        f"T{PAID[1:]}.",
    ]
    assert said("eval_missing", None, choice="pilot") == [
        "Run a pilot first: nobody has measured what tuning gains."
    ]


DENIED: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "half a point worse": (
        {},
        {"points": -0.5},
        ["Keep prompting: tuning is 0.5 points worse."],
    ),
    "as good": ({}, {"points": 0}, ["Keep prompting: tuning is no better."]),
    "as good, by the questions": (
        {},
        {"tree_text": "no gain"},
        ["Keep prompting: no gain."],
    ),
    "dearer by half a dollar": (
        {"monthly_saving_usd": -0.5},
        {"points": -1},
        ["Keep prompting: tuning is 1 point worse and costs $0.50 a month more."],
    ),
    "cheaper by half a dollar": (
        {"monthly_saving_usd": 0.5, "turning_price_usd": 2},
        {"points": -1},
        [
            "Keep prompting: tuning is 1 point worse.",
            "It saves $0.50 a month: that pays where a wrong answer costs less than $2.00.",
        ],
    ),
    "as dear": (
        {"monthly_saving_usd": 0, "turning_price_usd": 2},
        {"points": -1},
        ["Keep prompting: tuning is 1 point worse."],
    ),
}


@pytest.mark.parametrize("case", DENIED)
def test_what_an_eval_denies_is_told_in_points_and_money(case: str) -> None:
    fields, grounds, words = DENIED[case]
    told = costs(**{"turning_price_usd": None, **fields})
    assert said("eval_denies", told, **grounds) == words


@pytest.mark.parametrize(
    ("tuning", "words"),
    [
        pytest.param(0.5, "Tuning adds $0.50 for a one-off $100", id="adds"),
        pytest.param(0, "Tuning adds nothing", id="adds nothing"),
        pytest.param(-0.5, "Tuning costs $0.50 more", id="costs"),
    ],
)
def test_a_change_of_model_is_told_apart_from_tuning(tuning: float, words: str) -> None:
    swap = SWAP.model_copy(update={"saving_from_tuning_usd": tuning})
    change = "Change to M, do not tune it: the model alone saves $0.50 a month."
    assert said("cheaper_model", costs(swap=swap), measured=True) == [change, f"{words}."]
    assert said("cheaper_model", costs(swap=swap)) == [change, f"{words}. Measure the model first."]


@pytest.mark.parametrize(
    ("net", "smaller", "words"),
    [
        pytest.param(
            0.5,
            False,
            "M can be tuned and would bring $0.50 over 12 months: measure it first.",
            id="brings",
        ),
        pytest.param(
            0.5,
            True,
            (
                "M, a smaller model can be tuned and would bring $0.50 over 12 months: measure it "
                "first."
            ),
            id="brings, and is smaller",
        ),
        pytest.param(
            0,
            False,
            "What can be tuned, M, would cost $0.00 more over 12 months.",
            id="brings nothing",
        ),
        pytest.param(
            -0.5,
            True,
            "What can be tuned, M, a smaller model, would cost $0.50 more over 12 months.",
            id="costs",
        ),
    ],
)
def test_what_can_be_tuned_instead_is_told_with_what_it_brings(
    net: float, words: str, *, smaller: bool
) -> None:
    other = Instead(
        model="m",
        name="M",
        size_class=None,
        smaller=smaller,
        monthly_usd=0,
        upfront_usd=0,
        net_benefit_usd=net,
    )
    found = said("not_on_sale", costs(instead=other), closed="it is closed. Name another")
    assert found == ["Keep prompting: it is closed.", "Name another.", words]
    assert said("not_on_sale", None) == ["Keep prompting: no tuned version is on sale."]


@pytest.mark.parametrize(
    ("saving", "then"),
    [
        pytest.param(0.5, True, id="saves half a dollar"),
        pytest.param(0, False, id="saves nothing"),
    ],
)
def test_too_few_examples_are_counted(saving: float, *, then: bool) -> None:
    told = costs(monthly_saving_usd=saving)
    decision, *more = said("collect_data_first", told, examples=1_200, examples_wanted=3_000)
    assert decision == ("Keep prompting: collect data first (1,200 examples, 1,800 short).")
    assert bool(more) is then
    assert said("collect_data_first", None, examples_wanted=5) == [
        "Keep prompting: collect data first (0 examples, 5 short)."
    ]
    assert said("collect_data_first", None, examples=1, examples_wanted=100) == [
        "Keep prompting: collect data first (1 example, 99 short)."
    ]


@pytest.mark.parametrize(
    ("days", "moves"),
    [
        pytest.param(1, "1 day", id="tomorrow"),
        pytest.param(360, "360 days", id="on the last day of the horizon"),
        pytest.param(361, None, id="after the horizon"),
        pytest.param(0, None, id="today"),
        pytest.param(-1, None, id="yesterday"),
    ],
)
def test_a_model_that_ends_is_left_first(days: int, moves: str | None) -> None:
    told = costs(life__prompted_ends_on=DAY + timedelta(days=days), turning_price_usd=None)
    decision, *_ = said("costs_more", told)
    if moves is None:
        assert decision == f"Keep prompting: {PAID}."
        return
    name = told.names.prompted
    assert decision == f"Move off {name}, it ends in {moves}. Do not tune: {PAID}."


@pytest.mark.parametrize(
    ("floor", "name"),
    [pytest.param(True, "prompted", id="prompting"), pytest.param(False, "tuned", id="tuning")],
)
def test_a_copy_of_unknown_capacity_is_named(name: str, *, floor: bool) -> None:
    told = costs(prompted__floor=floor)
    decision, *_ = said("capacity_unknown", told)
    known = getattr(told.names, name)
    assert decision == f"Keep prompting for now: what one copy of {known} carries is not known."


def test_errors_avoided_are_those_of_a_month_while_the_tuned_model_is_up() -> None:
    """300,000 requests x 10 % x $0.01 are $300 a month, for the 49 days that are left."""
    told = {**ENDING, "prompting_quality": 60, "tuned_quality": 70, "cost_per_error": 0.01}
    found = breakeven_answer(of_models(**told), Beside())
    assert found.horizon is not None
    assert found.horizon.quality_usd == pytest.approx(300 * 49 / 30)
    usd, end = found.errors_avoided
    assert usd == pytest.approx(300)
    assert end == date(2027, 1, 14)
    assert "Fewer errors: $300 a month until 2027-01-14, counted in." in ahead(found, USD)
    lasting = breakeven_answer(of_models(**told, retune=True, rebuild_hours=0), Beside())
    usd, end = lasting.errors_avoided
    assert usd == pytest.approx(300)
    assert end is None
    assert "Fewer errors: $300 a month, counted in." in ahead(lasting, USD)


MORE_OR_LESS: dict[str, tuple[dict[str, Any], str]] = {
    # 30,000 x 4 % x $0.01 beside $15 more
    "dearer, and fewer errors": (
        {"tuned_price": "input=1.5,output=0", "tuned_quality": 64},
        "tuning your model costs $15.00 a month more and avoids $12.00 of errors",
    ),
    # 180.1 / 15 = 12.007 months
    "just after the horizon": (
        {"training_cost": 180.1},
        f"{SAVES}, but its one-off $180 is paid back only after a little more than 12.0 months",
    ),
    # $15 saved, $30 of errors made, nothing fixed
    "cheaper, and more errors": (
        {"tuned_quality": 50},
        f"No volume makes it pay within 12 months: {MORE_ERRORS}.",
    ),
}


@pytest.mark.parametrize("case", MORE_OR_LESS)
def test_money_and_errors_are_told_together(case: str) -> None:
    fields, words = MORE_OR_LESS[case]
    quality = {"prompting_quality": 60, "cost_per_error": 0.01} if "tuned_quality" in fields else {}
    weighed = plain(**{"training_cost": 400, **quality, **fields})
    found = breakeven_answer(weighed, Beside())
    text = " ".join([found.verdict.headline, *ahead(found, USD)])
    assert words in text


def test_of_what_is_not_on_sale_no_payback_is_told() -> None:
    told = {key: value for key, value in ENDING.items() if key != "existing_customer"}
    found = breakeven_answer(of_models(**told), Beside())
    assert found.life.closed is not None
    assert found.breakeven.months is not None
    assert not any("Paid for itself" in each for each in ahead(found, USD))
