"""What tuning is likely to gain, in points, from what published head-to-heads gained.

    gain = intercept + few_shot*[the prompt holds shots] + same_model*[the prompted model is tuned]
           + tenfold_examples*log10(training examples / 1,000)
           + ten_points_below_60*(60 - prompting quality)/10 + task effect

with errors of Student's t distribution with 4 degrees of freedom, whose scale differs below and
above the median. Two sets of coefficients: with the term in prompting's quality where that is
known, and without it. No gain is larger than what prompting leaves, 100 less its quality.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ftvp.ranges import Spread
from ftvp.tables.quality import Forecast
from ftvp.units import PERCENT

USUAL_EXAMPLES = 1_000
MIDDLING_QUALITY = 60
LEVEL = 0.8
"""The level of the interval that is told: 8 in 10."""
LOW_END, HIGH_END = 0.05, 0.95
"""The ends of a range, as everywhere in the odds."""


@dataclass(frozen=True)
class GainForecast:
    """The distribution of a gain in points: its median, its scales, and what cuts it above."""

    location: float
    """The median, before the cut."""
    scale_below: float
    scale_above: float
    most: float = math.inf
    """The largest gain that prompting's quality leaves."""
    comparisons: int = 0
    """The published comparisons that it rests on."""

    @property
    def points(self) -> float:
        """The median gain: the middle of the forecast."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """Return the gain that this part of all outcomes, above 0 and below 1, stays below."""
        t = t4_quantile(share)
        return min(self.location + t * (self.scale_above if t > 0 else self.scale_below), self.most)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the two ends between which this part of all outcomes lies, as much beyond each."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    @property
    def spread(self) -> Spread:
        """The gain as a range: 1 in 20 below its lower end, 1 in 20 above its upper end."""
        return Spread(self.quantile(LOW_END), self.points, self.quantile(HIGH_END))

    def chance_above(self, points: float) -> float:
        """Return the chance of a gain of more than so many points."""
        return self._beyond(points) if points < self.most else 0.0

    def chance_of(self, points: float) -> float:
        """Return the chance of a gain of at least so many points: all that is left counts."""
        return self._beyond(points) if points <= self.most else 0.0

    def _beyond(self, points: float) -> float:
        distance = points - self.location
        return 1 - t4_cdf(distance / (self.scale_above if distance > 0 else self.scale_below))


def forecast_gain(  # noqa: PLR0913  what is known of a comparison
    model: Forecast,
    task: str | None,
    *,
    few_shot: bool,
    same_model: bool,
    training_examples: float | None = None,
    prompting_quality: float | None = None,
) -> GainForecast:
    """Return what tuning is likely to gain on a task, by its id; all else None where not known.

    `few_shot`: whether the prompt holds shots. `same_model`: whether what is tuned is the prompted
    model. `prompting_quality` is percent. Of a task without evidence as little is known as tasks
    lie apart.
    """
    known = prompting_quality is not None
    fitted = model.with_quality if known else model.without_quality
    told = model.usual_training_examples if training_examples is None else training_examples
    examples = min(max(told, model.training_examples.low), model.training_examples.high)
    location = (
        fitted.intercept
        + fitted.few_shot * few_shot
        + fitted.same_model * same_model
        + fitted.tenfold_examples * math.log10(examples / USUAL_EXAMPLES)
        + fitted.tasks.get(task or "", 0.0)
    )
    if prompting_quality is not None:
        location += (fitted.ten_points_below_60 or 0) * (MIDDLING_QUALITY - prompting_quality) / 10
    apart = 0.0 if task in fitted.tasks else model.task_sd
    below, above = (math.hypot(s, apart) for s in (fitted.scale_below, fitted.scale_above))
    most = math.inf if prompting_quality is None else PERCENT - prompting_quality
    return GainForecast(location, below, above, most, model.comparisons)


def t4_quantile(share: float) -> float:
    """Return the quantile of Student's t with 4 degrees of freedom, in closed form (Shaw 2006).

    With a = 4u(1-u) it is 2*sqrt(cos(arccos(sqrt(a))/3)/sqrt(a) - 1), with the sign of u - 1/2;
    written so that nothing cancels near the middle.

    >>> round(t4_quantile(0.9), 6), t4_quantile(0.5)
    (1.533206, 0.0)
    """
    cosine, sine = math.sqrt(4 * share * (1 - share)), abs(1 - 2 * share)
    angle = math.atan2(sine, cosine)
    # cos(angle / 3) - cos(angle), as a product.
    apart = 2 * math.sin(2 * angle / 3) * math.sin(angle / 3)
    return math.copysign(2 * math.sqrt(apart / cosine), share - 0.5) if sine else 0.0


def t4_cdf(t: float) -> float:
    """Return the distribution function of Student's t with 4 degrees of freedom, in closed form.

    >>> round(t4_cdf(1.533206), 6), t4_cdf(0)
    (0.9, 0.5)
    """
    part = (t / 2) / math.hypot(1, t / 2)
    return 0.5 + part * (3 - part * part) / 4
