"""The verdict: eight rules over the tree, the money, the quality and the sale, the first decides.

`judge` is a function of a few facts, so that every combination of them has exactly one rule.
"""

from typing import Literal, NamedTuple

from ftvp.decide.facts import Measured, TreeResult
from ftvp.tables.framework import Choice

Floor = Literal["none", "now", "tuned", "both"]
"""Which bill is only a floor."""
Because = Literal[
    "volume_too_low",
    "collect_data_first",
    "good_enough",
    "format_task",
    "eval_confirms",
    "eval_denies",
    "eval_missing",
    "volume_unknown",
    "examples_unknown",
    "quality_gap_unknown",
    "format_task_unknown",
    "not_on_sale",
    "dies_first",
    "capacity_unknown",
    "cheaper_model",
    "saves_money",
    "costs_more",
    "unmeasured",
    "volume_very_high",
    "money_overrules",
]


class Judgement(NamedTuple):
    """A choice, the code of its reason, and the number of the rule that decided."""

    choice: Choice
    because: str
    rule: int


class Case(NamedTuple):
    """What the rules ask, each a plain fact.

    `priced` says whether any bill is known. Money is compared in USD.
    """

    tree: TreeResult | None = None
    """Where the five questions lead; None for `ftvp breakeven`, which asks none."""
    on: TreeResult | None = None
    """Where they lead when stops that money overrules are passed over."""
    passed: bool = False
    """Whether such a stop was passed over."""
    priced: bool = True
    to_be_had: bool = True
    ahead: bool = False
    dies_first: bool = False
    """It ends inside the horizon, is not ahead with that end, and would be without it."""
    floor: Floor = "none"
    measured: Measured | None = None
    errors_priced: bool = False
    """Whether errors avoided are in the net benefit."""
    models_differ: bool = False
    change_is_cheaper: bool = False
    """The same prompt on the tuned model's base costs less than now."""
    ahead_of_change: bool = True
    price_would_turn: bool = False
    """Whether the cost of an error that turns the matter may well be reached; see `reachable`."""
    too_few_examples: bool = False
    """Fewer labelled examples than question 2 or the provider asks for."""
    pilot_pays: bool = False
    """The pilot's worth exceeds its price."""
    only_forecast: bool = False
    """Ahead only by errors that a forecast, and no measurement, says are avoided."""
    volume_very_high: bool = False


def judge(case: Case) -> Judgement:
    """Return what the first rule that applies says; only rule 8 comes on top.

    Rule 1: the tuned model is not to be had, or dies before it has paid for itself.
    """
    if not case.to_be_had:
        return Judgement("prompt", "not_on_sale", 1)
    if case.priced and case.dies_first:
        return Judgement("prompt", "dies_first", 1)
    found = _by_money(case) if case.priced else _by_tree_alone(case)
    if found.choice == "fine_tune" and case.volume_very_high:
        return Judgement("hybrid", "volume_very_high", 8)
    return found


def _by_tree_alone(case: Case) -> Judgement:
    """Return the verdict where no bill is known: a measurement, else the tree."""
    if case.measured == "worse":
        return Judgement("prompt", "eval_denies", 3)
    tree = case.tree
    if tree is None:
        return Judgement("pilot", "eval_missing", 7)
    if tree.choice == "fine_tune" and case.measured != "better":
        return Judgement("pilot", "eval_missing", 7)
    return Judgement(tree.choice, tree.because, 7)


def _by_money(case: Case) -> Judgement:
    found = _floor(case)
    if found is None and case.measured == "worse":
        found = Judgement("prompt", "eval_denies", 3)
        if case.errors_priced and case.ahead:
            found = Judgement("fine_tune", "saves_money", 3)
    if found is None and case.models_differ and case.change_is_cheaper and not case.ahead_of_change:
        found = Judgement("prompt", "cheaper_model", 4)
    if found is None and case.measured in ("equivalent", "not_shown"):
        found = Judgement("prompt", "costs_more", 5)
        if case.ahead:
            found = Judgement("fine_tune", "saves_money", 5)
    if found is None:
        found = _ahead(case) if case.ahead else _not_ahead(case)
    return found


def _floor(case: Case) -> Judgement | None:
    """Rule 2: a bill is only a floor, so the net benefit is at most, or at least, what it is."""
    if case.floor == "none" or (case.floor == "now" and case.ahead):
        return None
    if case.floor == "tuned" and not case.ahead:
        return Judgement("prompt", "costs_more", 2)
    return Judgement("prompt", "capacity_unknown", 2)


def _not_ahead(case: Case) -> Judgement:
    """Rule 6: tuning is not ahead."""
    tree = case.tree
    if tree is None:
        return Judgement("prompt", "costs_more", 6)
    if tree.is_stopped:
        return Judgement("prompt", tree.because, 6)
    tunes = tree.choice == "fine_tune" or case.measured == "better"
    if tunes and case.price_would_turn:
        if case.models_differ and case.measured is None:
            return Judgement("pilot", "unmeasured", 6)
        return Judgement("fine_tune", _word(tree), 6)
    if not tunes and (case.price_would_turn or case.pilot_pays):
        return Judgement("pilot", "eval_missing", 6)
    return Judgement("prompt", "costs_more", 6)


def _word(tree: TreeResult) -> str:
    """Return the tree's reason; where it is open, the measurement is the reason."""
    return tree.because if tree.choice == "fine_tune" else "eval_confirms"


def _ahead(case: Case) -> Judgement:
    """Rule 7: tuning is ahead; the tree's stops at volume and quality are passed over."""
    on, better = case.on, case.measured == "better"
    if case.too_few_examples and not better:
        return Judgement("prompt", "collect_data_first", 7)
    if (case.models_differ and case.measured is None) or (on is None and case.only_forecast):
        return Judgement("pilot", "unmeasured", 7)
    if on is not None and (on.choice == "fine_tune" or better):
        return Judgement("fine_tune", "money_overrules" if case.passed else _word(on), 7)
    if on is not None and case.pilot_pays:
        return Judgement("pilot", "eval_missing", 7)
    return Judgement("fine_tune", "saves_money", 7)


def reachable(
    turning_usd: float | None,
    *,
    told_usd: float | None,
    in_net_benefit: bool,
    request_usd: float,
    dear_and_gained: bool,
) -> bool:
    """Return whether the cost of an error that turns the matter may well be reached.

    True where nobody told it and the turning one is at most the cost of one prompted request; where
    errors were called dear and quality may be gained; and where a told one that is not in the net
    benefit exceeds the turning one.
    """
    if told_usd is None and turning_usd is not None and turning_usd <= request_usd:
        return True
    if dear_and_gained:
        return True
    outside = told_usd is not None and not in_net_benefit
    return outside and turning_usd is not None and (told_usd or 0) > turning_usd
