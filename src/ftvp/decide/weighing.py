"""From an outcome to a verdict: the facts that the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ftvp.cost.inputs import Inputs
from ftvp.cost.outcome import Outcome
from ftvp.decide.facts import (
    OVERRULED,
    OVERRULED_IF_BETTER,
    Facts,
    Measured,
    QualityResult,
    TreeResult,
    VolumeResult,
    facts,
    measurement,
    quality_lens,
    task_of,
    volume_lens,
    walk,
)
from ftvp.decide.verdict import Case, Floor, Judgement, judge, reachable
from ftvp.odds.draws import Futures
from ftvp.odds.forecast import GAIN, GainForecast, forecast_of, is_measured, models_differ, pilot_of
from ftvp.odds.summary import Pilot
from ftvp.tables.quality import Task
from ftvp.units import TWELVE_DIGITS


@dataclass(frozen=True)
class Weighing:
    """A scenario with everything its verdict rests on."""

    inputs: Inputs
    outcome: Outcome | None
    """None where no bill is known."""
    task: Task | None
    facts: Facts
    tree: TreeResult
    on: TreeResult
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
            passed=self.on.path != self.tree.path,
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
    def quality(self) -> QualityResult | None:
        """What the quality table says; it speaks of one model, so never across models."""
        numbers = self.inputs.numbers
        return quality_lens(
            None if self.case.models_differ else self.task,
            prompting_quality=numbers.get("prompting_quality"),
            tuned_quality=numbers.get("tuned_quality"),
        )

    @property
    def volume(self) -> VolumeResult | None:
        """What the volume table says; None where the volume is not known."""
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

    def without(self, field: str) -> Weighing:
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
    said = measurement(inputs)
    questions = inputs.tables.framework.questions
    limits = inputs.tuned.row.limits if inputs.tuned else None
    least = limits.minimum_examples if limits else None
    asked = inputs.tables.framework.question("examples").threshold
    tree = walk(questions, known)
    on = walk(questions, known, OVERRULED_IF_BETTER if said == "better" else OVERRULED)
    gain = None if is_measured(inputs) else forecast_of(inputs)
    points = _points(inputs, known, gain)
    return Weighing(
        inputs=inputs,
        outcome=outcome,
        task=task,
        facts=known,
        tree=tree,
        on=on,
        measured=said,
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
