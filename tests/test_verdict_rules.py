"""Law 3: the verdict is a function of its facts; the eight rules as a table, every case counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple, get_args

import pytest

from ftvp.decide.facts import Measured, Step, TreeResult
from ftvp.decide.verdict import Case, Floor, judge
from ftvp.scenario import QuestionId

pytestmark = pytest.mark.long

YES_OR_NO = (False, True)
MEASURED: tuple[Measured | None, ...] = (None, *get_args(Measured))
FLOORS: tuple[Floor, ...] = get_args(Floor)
STOPS: dict[QuestionId, str] = {
    "volume": "volume_too_low",
    "examples": "collect_data_first",
    "quality_gap": "good_enough",
}
Facts = dict[QuestionId, bool | None]


def walked(facts: Facts, over: tuple[QuestionId, ...] = ()) -> TreeResult:
    """Return where the article's five questions lead; a "no" to one of `over` is passed over."""
    path: list[Step] = []
    for question, stop in STOPS.items():
        path.append(step(question, answer=facts[question]))
        if facts[question] is None:
            return led("prompt", f"{question}_unknown", path)
        if facts[question] is False and question not in over:
            return led("prompt", stop, path)
    path.append(step("format_task", answer=facts["format_task"]))
    if facts["format_task"] is None:
        return led("prompt", "format_task_unknown", path)
    if facts["format_task"]:
        return led("fine_tune", "format_task", path)
    path.append(step("eval_improves", answer=facts["eval_improves"]))
    if facts["eval_improves"] is None:
        return led("pilot", "eval_missing", path)
    return (
        led("fine_tune", "eval_confirms", path)
        if facts["eval_improves"]
        else led("prompt", "eval_denies", path)
    )


def step(question: QuestionId, *, answer: bool | None) -> Step:
    """Return a question as it was answered."""
    return Step(id=question, question="", answer=answer, because="", assumed=False)


def led(choice: Any, because: str, path: list[Step]) -> TreeResult:  # noqa: ANN401  a literal
    """Return where a walk has led."""
    return TreeResult(choice=choice, because=because, path=tuple(path), text=None)


def trees(measured: Measured | None) -> list[dict[str, Any]]:
    """Return every outcome of the tree beside a measurement, `breakeven` without a tree first."""
    improves = None if measured is None else measured == "better"
    over: tuple[QuestionId, ...] = ("volume", "quality_gap")
    over = (*over, "examples") if improves else over
    found: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for volume, examples, gap, form in product(YES_OR_NO, *[(None, False, True)] * 3):
        facts: Facts = {
            "volume": volume,
            "examples": examples,
            "quality_gap": gap,
            "format_task": form,
            "eval_improves": improves,
        }
        tree, on = walked(facts), walked(facts, over)
        passed = tree.path != on.path
        case = {"tree": tree, "on": on, "passed": passed}
        found[tree.because, on.because, passed] = case
    return [{"tree": None, "on": None, "passed": False}, *found.values()]


class Row(NamedTuple):
    """A rule: when it applies, once those above it do not, and what it says."""

    rule: int
    when: Callable[[Case], bool]
    says: Callable[[Case], tuple[str, str]]


def prompt(because: str) -> Callable[[Case], tuple[str, str]]:
    """Return what keeps prompting for a reason."""
    return lambda _: ("prompt", because)


def money(case: Case) -> tuple[str, str]:
    """Return what the net benefit alone says."""
    return ("fine_tune", "saves_money") if case.ahead else ("prompt", "costs_more")


def is_open(case: Case) -> bool:
    """Return whether a fact that is not known leaves the tree open."""
    return case.tree is not None and case.tree.path[-1].answer is None


def tunes(tree: TreeResult | None) -> bool:
    """Return whether the questions lead to tuning."""
    return tree is not None and tree.choice == "fine_tune"


def stopped(case: Case) -> bool:
    """Return whether a "no" stops the tree."""
    return case.tree is not None and not is_open(case) and not tunes(case.tree)


def word(tree: TreeResult | None) -> str:
    """Return the reason to tune: the tree's, or the measurement's where the tree is open."""
    return tree.because if tree is not None and tunes(tree) else "eval_confirms"


def for_quality(case: Case) -> bool:
    """Return whether the tree tunes, or quality was measured better where it does not stop."""
    return tunes(case.tree) or case.measured == "better"


def is_unmeasured(case: Case) -> bool:
    """Return whether the two models differ and nobody measured."""
    return case.models_differ and case.measured is None


TABLE = (
    Row(1, lambda c: not c.to_be_had, prompt("not_on_sale")),
    Row(1, lambda c: c.priced and c.dies_first, prompt("dies_first")),
    # No bill is known: measured worse, else the tree alone, and what it tunes unmeasured on trial.
    Row(3, lambda c: not c.priced and c.measured == "worse", prompt("eval_denies")),
    Row(
        7,
        lambda c: not c.priced and tunes(c.tree) and c.measured != "better",
        lambda _: ("pilot", "eval_missing"),
    ),
    Row(7, lambda c: not c.priced and c.tree is not None, lambda c: said(c.tree)),
    # A bill is only a floor.
    Row(2, lambda c: c.floor == "both", prompt("capacity_unknown")),
    Row(2, lambda c: c.floor == "tuned" and c.ahead, prompt("capacity_unknown")),
    Row(2, lambda c: c.floor == "tuned", prompt("costs_more")),
    Row(2, lambda c: c.floor == "now" and not c.ahead, prompt("capacity_unknown")),
    # Measured and worse.
    Row(
        3,
        lambda c: c.measured == "worse" and c.errors_priced and c.ahead,
        lambda _: ("fine_tune", "saves_money"),
    ),
    Row(3, lambda c: c.measured == "worse", prompt("eval_denies")),
    # The other model saves, tuning it does not.
    Row(
        4,
        lambda c: c.models_differ and c.change_is_cheaper and not c.ahead_of_change,
        prompt("cheaper_model"),
    ),
    # Measured, and no better.
    Row(5, lambda c: c.measured in ("equivalent", "not_shown"), money),
    # Not ahead.
    Row(6, lambda c: not c.ahead and c.tree is None, prompt("costs_more")),
    Row(6, lambda c: not c.ahead and stopped(c), lambda c: said(c.tree)),
    Row(
        6,
        lambda c: not c.ahead and for_quality(c) and c.price_would_turn and is_unmeasured(c),
        lambda _: ("pilot", "unmeasured"),
    ),
    Row(
        6,
        lambda c: not c.ahead and for_quality(c) and c.price_would_turn,
        lambda c: ("fine_tune", word(c.tree)),
    ),
    Row(6, lambda c: not c.ahead and for_quality(c), prompt("costs_more")),
    Row(
        6,
        lambda c: not c.ahead and (c.price_would_turn or c.pilot_pays),
        lambda _: ("pilot", "eval_missing"),
    ),
    Row(6, lambda c: not c.ahead, prompt("costs_more")),
    # Ahead.
    Row(
        7,
        lambda c: c.measured != "better" and (c.too_few_examples or data_stops(c)),
        prompt("collect_data_first"),
    ),
    Row(7, is_unmeasured, lambda _: ("pilot", "unmeasured")),
    Row(7, lambda c: c.tree is None and c.only_forecast, lambda _: ("pilot", "unmeasured")),
    Row(7, lambda c: c.tree is None, money),
    Row(
        7,
        lambda c: (tunes(c.on) or c.measured == "better") and c.passed,
        lambda _: ("fine_tune", "money_overrules"),
    ),
    Row(
        7,
        lambda c: tunes(c.on) or c.measured == "better",
        lambda c: ("fine_tune", word(c.on)),
    ),
    Row(7, lambda c: c.pilot_pays, lambda _: ("pilot", "eval_missing")),
    Row(7, lambda _: True, money),
)
"""Section by section of the specification, the first row that applies decides."""


def said(tree: TreeResult | None) -> tuple[str, str]:
    """Return what the tree says."""
    assert tree is not None
    return tree.choice, tree.because


def data_stops(case: Case) -> bool:
    """Return whether question 2 stops the walk that money would have go on."""
    return case.on is not None and case.on.because == "collect_data_first"


def expected(case: Case) -> tuple[int, str, str]:
    """Return the rule, the choice and the reason of the table."""
    row = next(row for row in TABLE if row.when(case))
    choice, because = row.says(case)
    if choice == "fine_tune" and case.volume_very_high:
        return 8, "hybrid", "volume_very_high"
    return row.rule, choice, because


def cases() -> Iterator[Case]:
    """Yield every combination of facts of a tuned model that can be had at a known bill."""
    names = (
        "ahead",
        "errors_priced",
        "models_differ",
        "change_is_cheaper",
        "ahead_of_change",
        "price_would_turn",
        "pilot_pays",
        "only_forecast",
    )
    flags: list[dict[str, Any]] = [
        dict(zip(names, each, strict=True)) for each in product(YES_OR_NO, repeat=len(names))
    ]
    for measured, floor in product(MEASURED, FLOORS):
        for tree, flag in product(trees(measured), flags):
            for few in (True,) if stops_at_data(tree) else YES_OR_NO:
                yield Case(**tree, **flag, measured=measured, floor=floor, too_few_examples=few)


def stops_at_data(tree: dict[str, Any]) -> bool:
    """Return whether question 2 was answered with no, so that there are too few examples."""
    return tree["on"] is not None and any(
        step.id == "examples" and step.answer is False for step in tree["on"].path
    )


def test_every_case_has_the_verdict_of_its_rule() -> None:
    """Law 3: tree outcome x money x quality x sale x work x swap x floor gives one rule each."""
    count, rules = 0, set()
    for case in cases():
        found, want = judge(case), expected(case)
        assert (found.rule, found.choice, found.because) == want, case
        rules.add(found.rule)
        count += 1
    assert count > 100_000
    assert rules == {2, 3, 4, 5, 6, 7}


SALES: dict[str, dict[str, Any]] = {
    "not to be had": {"to_be_had": False},
    "not to be had, and would have died": {"to_be_had": False, "dies_first": True},
    "dies first": {"dies_first": True},
    "no bill": {"priced": False},
    "no bill, not to be had": {"priced": False, "to_be_had": False},
    "no bill, dies first": {"priced": False, "dies_first": True},
    "very many requests": {"volume_very_high": True},
    "very many requests, not to be had": {"volume_very_high": True, "to_be_had": False},
    "very many requests, no bill": {"volume_very_high": True, "priced": False},
}


@pytest.mark.parametrize("sale", SALES)
def test_sale_and_volume_stand_at_the_two_ends(sale: str) -> None:
    """Law 3: rule 1 comes before all others, rule 8 on top of them; without a bill the tree."""
    told = SALES[sale]
    for measured, floor, ahead, turns in product(MEASURED, FLOORS, YES_OR_NO, YES_OR_NO):
        for tree in trees(measured):
            if tree["tree"] is None and told.get("priced") is False:
                continue
            facts: dict[str, Any] = {
                "ahead": ahead,
                "price_would_turn": turns,
                "measured": measured,
            }
            few = stops_at_data(tree)
            case = Case(**tree, **told, **facts, floor=floor, too_few_examples=few)
            found = judge(case)
            assert (found.rule, found.choice, found.because) == expected(case), case
