"""The verdict: eight rules over the tree, the money, the quality and the sale, the first decides.

`judge` is a function of a few facts, so that every combination of them has exactly one rule.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftvp.cost.inputs import Inputs
from ftvp.cost.outcome import Outcome
from ftvp.decide.facts import (
    OVERRULED,
    OVERRULED_IF_BETTER,
    Facts,
    Measured,
    TreeResult,
    facts,
    measurement,
    task_of,
    walk,
)
from ftvp.odds.draws import Futures
from ftvp.odds.forecast import GAIN, GainForecast, forecast_of, is_measured, models_differ, pilot_of
from ftvp.odds.summary import Pilot
from ftvp.tables.framework import Choice
from ftvp.tables.quality import Task
from ftvp.units import TWELVE_DIGITS

if TYPE_CHECKING:
    from ftvp.decide.decision import QualityResult, VolumeResult

Floor = Literal["none", "now", "tuned", "both"]
"""Which bill is only a floor."""


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


@dataclass(frozen=True, eq=False, repr=False)
class Weighing:
    """A scenario with everything its verdict rests on."""

    inputs: Inputs
    outcome: Outcome | None
    """None where no bill is known."""
    task: Task | None
    facts: Facts
    measured: Measured | None
    points: float | None
    """The difference in quality by which the cost of an error is judged."""
    turning_usd: float | None
    """The cost of an error at which the matter turns."""
    pilot: Pilot | None
    gain: GainForecast | None
    """What tuning is likely to gain, where nobody measured it."""
    futures: Futures | None
    closed: str | None
    """Why the tuned model cannot be had, or None."""
    with_tree: bool
    """Whether the five questions have a say."""
    examples_wanted: float
    """The labelled examples that question 2 and the provider of the tuned model ask for."""

    @cached_property
    def tree(self) -> TreeResult:
        """Where the five questions lead."""
        return walk(self.inputs.tables.framework.questions, self.facts)

    @cached_property
    def on(self) -> TreeResult:
        """Where they lead when stops that money overrules are passed over."""
        over = OVERRULED_IF_BETTER if self.measured == "better" else OVERRULED
        return walk(self.inputs.tables.framework.questions, self.facts, over)

    @cached_property
    def case(self) -> Case:
        """What the rules ask."""
        inputs, outcome, known = self.inputs, self.outcome, self.facts
        framework, volume = inputs.tables.framework, inputs.scenario.volume
        *_, before, last = framework.volume_bands
        in_last = volume is not None and last.leans == "hybrid" and not before.reaches(volume)
        money: dict[str, Any] = {"priced": False}
        if outcome is not None:
            money = _money(outcome, self.turning_usd, self.points, self.pilot)
        return Case(
            tree=self.tree if self.with_tree else None,
            on=self.on if self.with_tree else None,
            passed=self.with_tree and self.on.path != self.tree.path,
            to_be_had=self.closed is None,
            measured=self.measured,
            too_few_examples=known.examples is not None and known.examples < self.examples_wanted,
            volume_very_high=in_last,
            **money,
        )

    @property
    def judgement(self) -> Judgement:
        """The verdict."""
        return judge(self.case)

    @property
    def quality(self) -> "QualityResult | None":
        """What the quality table says; it speaks of one model, so never across models."""
        from ftvp.decide.decision import quality_lens

        numbers = self.inputs.numbers
        return quality_lens(
            None if self.case.models_differ else self.task,
            prompting_quality=numbers.get("prompting_quality"),
            tuned_quality=numbers.get("tuned_quality"),
        )

    @property
    def volume(self) -> "VolumeResult | None":
        """What the volume table says; None where the volume is not known."""
        from ftvp.decide.decision import volume_lens

        told, quality = self.inputs.scenario, self.quality
        if self.facts.volume is None:
            return None
        dear = told.high_error_cost
        return volume_lens(
            self.inputs.tables.framework.volume_bands,
            requests_per_day=self.facts.volume,
            delta=quality.delta if quality else None,
            high_error_cost=True if dear is None and told.cost_per_error else dear,
        )

    @property
    def says(self) -> tuple[object, ...]:
        """All that the facts of quality, of errors and of the task may change in an answer."""
        weighed = None if self.outcome is None or self.outcome.is_floor else self.outcome.weighed
        worth = (weighed.least, weighed.errors_usd_per_month) if weighed else None
        said = (self.money_alone, self.points, self.turning_usd, self.case.measured, worth)
        if not self.with_tree:
            return said
        return (*said, self.judgement, self.tree.path, self.quality, self.volume)

    def without(self, field: str) -> "Weighing":
        """Return what would be had such a fact not been told."""
        told = self.outcome.inputs if self.outcome else self.inputs
        numbers = {name: value for name, value in told.numbers.items() if name != field}
        scenario = told.scenario.model_copy(update={field: None})
        inputs = replace(told, scenario=scenario, numbers=numbers)
        outcome = self.outcome and Outcome(self.outcome.prepared._replace(inputs=inputs))
        return weighing(inputs, outcome, with_tree=self.with_tree)

    @property
    def money_alone(self) -> Judgement:
        """The verdict of the money, which asks no questions."""
        return judge(self.case._replace(tree=None, on=None))


def weighing(
    inputs: Inputs,
    outcome: Outcome | None,
    *,
    futures: Futures | None = None,
    with_tree: bool = True,
) -> Weighing:
    """Return everything that the verdict on a scenario rests on."""
    task = task_of(inputs.scenario, inputs.tables) if with_tree else None
    known = facts(inputs, task)
    limits = inputs.tuned.row.limits if inputs.tuned else None
    least = limits.minimum_examples if limits else None
    asked = inputs.tables.framework.question("examples").threshold
    gain = None if is_measured(inputs) else forecast_of(inputs)
    points = _points(inputs, known, gain)
    return Weighing(
        inputs=inputs,
        outcome=outcome,
        task=task,
        facts=known,
        measured=measurement(inputs),
        points=points,
        turning_usd=outcome.turning(points) if outcome else None,
        pilot=pilot_of(outcome, gain, futures) if outcome else None,
        gain=gain,
        futures=futures,
        closed=_closed(inputs, outcome),
        with_tree=with_tree,
        examples_wanted=max(asked or 0, least or 0),
    )


def _points(inputs: Inputs, known: Facts, gain: GainForecast | None) -> float | None:
    """Return the difference in quality: measured, else forecast for one model, else the gap.

    The gap is what is gained if tuning reaches the target.
    """
    numbers = inputs.numbers
    if "prompting_quality" in numbers and "tuned_quality" in numbers:
        return numbers["tuned_quality"] - numbers["prompting_quality"]
    if gain is not None and not models_differ(inputs):
        return gain.points
    return None if "quality_gap" in known.assumed else known.quality_gap


def _closed(inputs: Inputs, outcome: Outcome | None) -> str | None:
    """Return why the tuned model is not to be had, None where it is or where nobody named one."""
    if outcome is not None:
        return outcome.prepared.closed
    told = inputs.scenario
    if inputs.tuned is None or (told.model or told.tuned_model) is None:
        return None
    shutdown = inputs.tuned.row.tuned_ends_on(inputs.day)
    existing = bool(told.existing_customer)
    if inputs.tuned.row.tuned or shutdown is not None or told.tuned_price is not None:
        return inputs.tuned.row.closed_because(inputs.day, existing_customer=existing)
    return "no tuned version is on sale"


def _money(
    outcome: Outcome, turning: float | None, points: float | None, pilot: Pilot | None
) -> dict[str, Any]:
    """Return what the rules ask of the money."""
    weighed = outcome.weighed
    if weighed is None:
        return {}
    told = outcome.inputs.scenario.cost_per_error
    cheaper = False
    if weighed.changed is not None:
        now_usd = weighed.now.cost(weighed.horizon)
        saved = now_usd - weighed.changed.cost(weighed.horizon)
        cheaper = saved > TWELVE_DIGITS * now_usd
    tuned_floor = outcome.tuned is not None and outcome.tuned.floor
    return {
        "ahead": weighed.ahead,
        "dies_first": weighed.up < weighed.horizon
        and not weighed.ahead
        and outcome.ahead_without_end,
        "floor": FLOORS[outcome.now.floor, tuned_floor],
        "errors_priced": told is not None and outcome.points is not None,
        "models_differ": models_differ(outcome.inputs),
        "change_is_cheaper": cheaper,
        "ahead_of_change": (weighed.net_of_tuning or 0) > weighed.work,
        "price_would_turn": reachable(
            turning,
            told_usd=told,
            in_net_benefit=outcome.points is not None,
            request_usd=outcome.now.request_usd / outcome.now.requests_per_month,
            dear_and_gained=bool(outcome.inputs.scenario.high_error_cost)
            and (points is None or points > 0),
        ),
        "pilot_pays": pilot is not None and pilot.pays,
        "only_forecast": GAIN in outcome.numbers
        and weighed.least - weighed.errors_usd(weighed.horizon) <= weighed.work,
    }


FLOORS: dict[tuple[bool, bool], Floor] = {
    (False, False): "none",
    (True, False): "now",
    (False, True): "tuned",
    (True, True): "both",
}
"""Which bills are floors, by whether that of prompting and that of tuning is one."""
