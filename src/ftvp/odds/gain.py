"""What tuning may gain in quality, where nobody measured it, and a pilot that would find it out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from ftvp.cost.inputs import Input, Inputs
from ftvp.cost.lines import Month
from ftvp.cost.outcome import Outcome
from ftvp.odds.forecast import GainForecast, forecast_gain
from ftvp.odds.information import Pilot, pilot_worth_by_difference, pilot_worth_by_success

if TYPE_CHECKING:
    from ftvp.odds.draws import Futures

GAIN = "quality_gain"
"""The number by which a forecast takes the place of a measured quality."""
CHANCE = 0.5
"""The chance that a pilot succeeds, where no forecast says otherwise."""


def forecast_of(inputs: Inputs) -> GainForecast | None:
    """Return what tuning is likely to gain in points, None without a fitted quality table."""
    told, numbers, quality = inputs.scenario, inputs.numbers, inputs.tables.quality
    if quality.forecast is None:
        return None
    return forecast_gain(
        quality.forecast,
        quality.find(told.task).id if told.task else None,
        few_shot=is_few_shot(inputs),
        same_model=not models_differ(inputs),
        training_examples=numbers["training_examples"],
        prompting_quality=numbers.get("prompting_quality"),
    )


def is_few_shot(inputs: Inputs) -> bool:
    """Return whether the prompt holds shots; told by its length, what tuning is told to remove."""
    counts, numbers = inputs.readings.prompt, inputs.numbers
    if counts is not None:
        return bool(next(iter(counts.values())).shots)
    return numbers.get("tuned_prompt_tokens", math.inf) < numbers.get("prompt_tokens", 0)


def models_differ(inputs: Inputs) -> bool:
    """Return whether another model is tuned than is prompted."""
    now, tuned = inputs.now, inputs.tuned
    asked = inputs.scenario.tuned_model is not None
    return asked and tuned is not None and (now is None or now.id != tuned.id)


def is_measured(inputs: Inputs) -> bool:
    """Return whether the user measured what tuning does to quality."""
    both = inputs.scenario.tuned_quality is not None and "prompting_quality" in inputs.numbers
    return both or inputs.readings.quality is not None or inputs.scenario.eval_improves is not None


def forecasted(inputs: Inputs) -> Inputs:
    """Return the inputs with the forecast of the quality gained, where it is worth money.

    That is where the price of an error and prompting's quality are known, nobody measured the tuned
    model, and it is the prompted model that is tuned.
    """
    numbers = inputs.numbers
    priced = "cost_per_error" in numbers and "prompting_quality" in numbers
    if not priced or is_measured(inputs) or models_differ(inputs):
        return inputs
    gain = forecast_of(inputs)
    if gain is None:
        return inputs
    each = Input(
        GAIN,
        gain.points,
        "assumed",
        f"a forecast from {gain.comparisons} published comparisons",
        "points gained by tuning",
        gain.spread.low,
        gain.spread.high,
    )
    return replace(inputs, used={**inputs.used, GAIN: each}, numbers={**numbers, GAIN: gain.points})


def wanted_points(inputs: Inputs) -> float:
    """Return the points that tuning must gain to succeed: up to the target, else none."""
    told, numbers = inputs.scenario, inputs.numbers
    if told.target_quality is not None and "prompting_quality" in numbers:
        return float(told.target_quality) - numbers["prompting_quality"]
    return max(0.0, float(told.quality_gap or 0))


def pilot_of(outcome: Outcome, gain: GainForecast | None, futures: Futures | None) -> Pilot | None:
    """Return what a pilot costs and is worth; None where tuning is not to be had.

    It costs one training run, the labels that are not at hand, and hours of work.
    """
    weighed, tuned, numbers = outcome.weighed, outcome.sides.tuned, outcome.numbers
    if weighed is None or tuned is None:
        return None
    run = Month(tuned, numbers, tuned.periods[0]).run_usd
    unlabelled = max(0.0, numbers["training_examples"] - numbers["examples_at_hand"])
    rate = numbers["hourly_rate"]
    success = CHANCE if gain is None else gain.chance_of(wanted_points(outcome.inputs))
    net = weighed.least - weighed.work
    if futures is not None and futures.differences is not None:
        worth = pilot_worth_by_difference(futures.differences, futures.nets)
    else:
        worth = pilot_worth_by_success(success, net, weighed.tuned.one_off + weighed.work)
    return Pilot(
        usd=run + unlabelled * numbers["labelling_cost"],
        hours=numbers["pilot_hours"],
        worth_usd=worth,
        p_success=success,
        hourly_rate=rate or None,
    )
