"""The gain in quality of the independent reference: the published regression, by its formula."""

from __future__ import annotations

import math
from typing import NamedTuple

from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables


def above(t: float) -> float:
    """Return the chance that Student's t with 4 degrees of freedom exceeds `t`, in closed form.

    >>> round(above(0), 3), round(above(2.132), 3), round(above(-2.776), 3)  # the usual tables
    (0.5, 0.05, 0.975)
    """
    squared = 1 + t * t / 4
    return 0.5 - 3 / 8 * t / math.sqrt(squared) * (1 - t * t / (12 * squared))


class Gain(NamedTuple):
    """The distribution of a gain in points, cut at what prompting leaves."""

    median: float
    below: float
    above: float
    most: float

    @property
    def points(self) -> float:
        """The median."""
        return min(self.median, self.most)

    def chance(self, points: float) -> float:
        """Return the chance of so many points or more."""
        if points > self.most:
            return 0.0
        away = points - self.median
        return above(away / (self.above if away > 0 else self.below))


def gain_of(scenario: Scenario, tables: Tables, *, same_model: bool, trained: float) -> Gain:
    """Return a + b[few-shot] + c[same model] + d log10(n / 1,000) + e (60 - q) / 10 + task."""
    s, table = scenario, tables.quality.forecast
    assert table is not None
    fit = table.without_quality if s.prompting_quality is None else table.with_quality
    least, most = table.training_examples.low, table.training_examples.high
    few_shot = (s.tuned_prompt_tokens or math.inf) < (s.prompt_tokens or 0)
    if s.tuned_prompt_tokens == 0:
        few_shot = bool(s.prompt_tokens)
    median = fit.intercept + few_shot * fit.few_shot + same_model * fit.same_model
    median += fit.tenfold_examples * math.log10(min(max(trained, least), most) / 1_000)
    if s.prompting_quality is not None:
        median += (fit.ten_points_below_60 or 0) * (60 - s.prompting_quality) / 10
    task = None if s.task is None else tables.quality.find(s.task).id
    apart = 0.0
    if task in fit.tasks:
        median += fit.tasks[task or ""]
    else:
        apart = table.task_sd
    below, above = (math.hypot(scale, apart) for scale in (fit.scale_below, fit.scale_above))
    leaves = math.inf if s.prompting_quality is None else 100 - s.prompting_quality
    return Gain(median, below, above, leaves)
