"""From an outcome to a verdict: the facts that the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ftvp.cost.inputs import Inputs
from ftvp.cost.outcome import Outcome
from ftvp.decide.facts import facts, measured, task_of, walked_on
from ftvp.decide.lenses import QualityResult, VolumeResult, quality_lens, volume_lens
from ftvp.decide.tree import Facts, TreeResult, walk
from ftvp.decide.verdict import Case, Floor, Judgement, Measured, judge, reachable
from ftvp.odds.draws import Futures
from ftvp.odds.forecast import GainForecast
from ftvp.odds.gain import GAIN, forecast_of, is_measured, models_differ, pilot_of
from ftvp.odds.information import Pilot
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
    """The difference in quality by which a price of errors is judged."""
    turning_usd: float | None
    """The price of an error at which the matter turns."""
    pilot: Pilot | None
    gain: GainForecast | None
    """What tuning is likely to gain, where nobody measured it."""
    futures: Futures | None
    closed: str | None
    """Why the tuned model cannot be had, or None."""
    case: Case

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
        if self.case.tree is None:
            return said
        return (*said, self.judgement, self.tree.path, self.quality, self.volume)

    def without(self, field: str) -> Weighing:
        """Return what would be had such a fact not been told."""
        told = self.outcome.inputs if self.outcome else self.inputs
        numbers = {name: value for name, value in told.numbers.items() if name != field}
        scenario = told.scenario.model_copy(update={field: None})
        inputs = replace(told, scenario=scenario, numbers=numbers)
        outcome = self.outcome and Outcome(replace(self.outcome.prepared, inputs=inputs))
        return weighing(inputs, outcome, with_tree=self.case.tree is not None)

    @property
    def money_alone(self) -> Judgement:
        """The verdict of the money, which asks no questions."""
        without_tree = {**vars(self.case), "tree": None, "on": None}
        return judge(Case(**without_tree))


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
    said = measured(inputs)
    framework = inputs.tables.framework
    tree = walk(framework.questions, known)
    on = walked_on(framework, known, better=said == "better")
    gain = None if is_measured(inputs) else forecast_of(inputs)
    points = _points(inputs, known, gain)
    turning = outcome.turning(points) if outcome else None
    pilot = pilot_of(outcome, gain, futures) if outcome else None
    closed = _closed(inputs, outcome)
    case = Case(
        tree=tree if with_tree else None,
        on=on if with_tree else None,
        passed=on.path != tree.path,
        to_be_had=closed is None,
        measured=said,
        too_few_examples=_too_few(inputs, known),
        volume_very_high=_very_high(inputs),
        **(_money(outcome, turning, points, pilot) if outcome else {"priced": False}),
    )
    return Weighing(
        inputs=inputs,
        outcome=outcome,
        task=task,
        facts=known,
        tree=tree,
        on=on,
        measured=said,
        points=points,
        turning_usd=turning,
        pilot=pilot,
        gain=gain,
        futures=futures,
        closed=closed,
        case=case,
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
        if outcome.sides.tuned is None:
            return outcome.prepared.closed or "no tuned version is on sale"
        return outcome.prepared.closed
    told = inputs.scenario
    if inputs.tuned is None or (told.model or told.tuned_model) is None:
        return None
    shutdown = inputs.tuned.row.tuned_ends_on(inputs.day)
    existing = bool(told.existing_customer)
    if inputs.tuned.row.tuned or shutdown is not None or told.tuned_price is not None:
        return inputs.tuned.row.closed_because(inputs.day, existing_customer=existing)
    return "no tuned version is on sale"


def _too_few(inputs: Inputs, known: Facts) -> bool:
    """Return whether there are fewer examples than question 2 or the provider asks for."""
    if known.examples is None:
        return False
    limits = inputs.tuned.row.limits if inputs.tuned else None
    least = limits.minimum_examples if limits else None
    wanted = inputs.tables.framework.question("examples").threshold or 0
    return known.examples < max(wanted, least or 0)


def _very_high(inputs: Inputs) -> bool:
    """Return whether the volume lies in the last band of the volume table."""
    volume = inputs.scenario.volume
    *_, before, last = inputs.tables.framework.volume_bands
    return volume is not None and last.leans == "hybrid" and not before.reaches(volume)


def _money(
    outcome: Outcome, turning: float | None, points: float | None, pilot: Pilot | None
) -> dict[str, object]:
    """Return what the rules ask of the money."""
    weighed = outcome.weighed
    if weighed is None:
        return {}
    told = outcome.inputs.scenario.cost_per_error
    changed = weighed.changed
    return {
        "ahead": weighed.ahead,
        "dies_first": weighed.up < weighed.horizon
        and not weighed.ahead
        and outcome.ahead_without_end,
        "floor": _floor(outcome),
        "errors_priced": told is not None and outcome.points is not None,
        "models_differ": models_differ(outcome.inputs),
        "change_is_cheaper": changed is not None
        and _is_less(changed.cost(weighed.horizon), weighed.now.cost(weighed.horizon)),
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


def _is_less(one: float, other: float) -> bool:
    """Return whether an amount is less than another by more than rounding error."""
    return other - one > TWELVE_DIGITS * other


def _floor(outcome: Outcome) -> Floor:
    now, tuned = outcome.now.floor, outcome.tuned is not None and outcome.tuned.floor
    if now:
        return "both" if tuned else "now"
    return "tuned" if tuned else "none"
