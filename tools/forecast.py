"""Fit the forecast of what tuning gains, from the evidence in `data/quality_by_task.yaml`.

    python tools/forecast.py [--write | --check]

Prints the coefficients and how the forecast does on sources that it was not fitted on. `--write`
puts the coefficients into the table, `--check` fails where the table has others.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ftvp.odds.forecast import GainForecast, forecast_gain
from ftvp.tables.quality import Coefficients, Forecast, QualityTable, SourceRow, Task

TABLE = Path(__file__).resolve().parent.parent / "data" / "quality_by_task.yaml"
DF = 4
TASK_SD = 8.0
DECIMALS = 4
WORTH_TUNING = 3
"""The gain in points above which a forecast counts as right where it says so."""
EVEN = 0.5
STAND_IN = "multi_label_classification"
"""The article's row that its reader would take for a task without one."""
ROUNDS = 10_000
CLOSE = 1e-9

Array = np.ndarray[Any, np.dtype[np.float64]]
Scales = dict[bool, tuple[float, float]]
"""The scales below and above the median, without and with prompting's quality."""


@dataclass(frozen=True)
class Outcome:
    """One published comparison in percent, and its part of its source's weight of 1."""

    task: Task
    group: str
    publication: str
    few_shot: bool
    same_model: bool
    n_train: int | None
    prompted: float
    gain: float
    is_percent_right: bool
    """Whether the score is an accuracy or an F1, which alone say how much prompting leaves."""
    weight: float = 1.0


def outcomes_of(table: QualityTable) -> list[Outcome]:
    """Return every comparison of the evidence; those of one group share a weight of 1."""
    found = [
        Outcome(
            task=task,
            group=row.head_to_head.group,
            publication=row.citation,
            few_shot=(scores.baseline_kind or row.head_to_head.baseline_kind) != "zero-shot",
            same_model=row.head_to_head.same_model
            if scores.same_model is None
            else scores.same_model,
            n_train=row.n_train,
            prompted=scores.prompted,
            gain=scores.tuned - scores.prompted,
            is_percent_right=row.head_to_head.metric_kind != "other",
        )
        for task in table.tasks
        for row in task.evidence
        if row.head_to_head is not None
        for scores in row.head_to_head.scores
    ]
    number = Counter(outcome.group for outcome in found)
    return [replace(outcome, weight=1 / number[outcome.group]) for outcome in found]


def fitted(outcomes: Sequence[Outcome], scales: Scales) -> Forecast:
    """Return the forecast of some outcomes, with the scales of its two sets of coefficients."""
    known = [outcome for outcome in outcomes if outcome.n_train]
    sizes = [float(outcome.n_train or 0) for outcome in known]
    weights = [outcome.weight for outcome in known]
    usual = 10 ** float(np.average(np.log10(sizes), weights=weights))
    return Forecast(
        degrees_of_freedom=DF,
        task_sd=TASK_SD,
        sources=len({outcome.group for outcome in outcomes}),
        comparisons=len(outcomes),
        training_examples={"low": min(sizes), "high": max(sizes)},
        usual_training_examples=round(usual),
        without_quality=_coefficients(outcomes, usual, scales[False], with_quality=False),
        with_quality=_coefficients(outcomes, usual, scales[True], with_quality=True),
    )


def _coefficients(
    outcomes: Sequence[Outcome], usual: float, scales: tuple[float, float], *, with_quality: bool
) -> Coefficients:
    """Return the largest posterior of one set: weighted t errors, normal task effects.

    Found by the expectation-maximisation of Student's t (Lange, Little and Taylor 1989): each step
    is a weighted least squares fit that trusts far outcomes less.
    """
    tasks = sorted({outcome.task.id for outcome in outcomes})
    terms = np.array([_terms(each, usual, with_quality=with_quality) for each in outcomes])
    effects = np.array([[float(each.task.id == task) for task in tasks] for each in outcomes])
    design = np.hstack([terms, effects])
    gains = np.array([outcome.gain for outcome in outcomes])
    weights = np.array([outcome.weight for outcome in outcomes])
    shrink = np.diag([0.0] * terms.shape[1] + [TASK_SD**-2] * len(tasks))
    found, variance = np.zeros(design.shape[1]), float(np.average(gains**2, weights=weights))
    for _ in range(ROUNDS):
        before = found
        trust = weights * _trust(gains - design @ found, variance)
        normal = design.T @ (design * trust[:, None]) / variance + shrink
        found = np.linalg.solve(normal, design.T @ (trust * gains) / variance)
        left = gains - design @ found
        variance = float(np.average(_trust(left, variance) * left**2, weights=weights))
        if np.abs(found - before).max() < CLOSE:
            break
    values = [round(float(value), DECIMALS) for value in found]
    names = ["intercept", "few_shot", "same_model", "tenfold_examples", "ten_points_below_60"]
    return Coefficients(
        **dict(zip(names, values[: terms.shape[1]], strict=False)),
        scale_below=scales[0],
        scale_above=scales[1],
        tasks=dict(zip(tasks, values[terms.shape[1] :], strict=True)),
    )


def _terms(outcome: Outcome, usual: float, *, with_quality: bool) -> list[float]:
    tenfolds = float(np.log10((outcome.n_train or usual) / 1_000))
    quality = (60 - outcome.prompted) / 10 * outcome.is_percent_right
    terms = [1.0, float(outcome.few_shot), float(outcome.same_model), tenfolds]
    return [*terms, quality] if with_quality else terms


def _trust(left: Array, variance: float) -> Array:
    return np.asarray((DF + 1) / (DF + left**2 / variance))


def forecast_of(model: Forecast, outcome: Outcome, *, with_quality: bool) -> GainForecast:
    """Return the forecast of an outcome's gain, by what was known before it."""
    quality = None
    if with_quality:
        quality = outcome.prompted if outcome.is_percent_right else 60.0
    found = forecast_gain(
        model,
        outcome.task.id,
        few_shot=outcome.few_shot,
        same_model=outcome.same_model,
        training_examples=outcome.n_train,
        prompting_quality=quality,
    )
    return found._replace(most=100 - outcome.prompted if with_quality else found.most)


Key = Callable[[Outcome], str]
Tried = list[tuple[Outcome, GainForecast]]


def left_out(outcomes: Sequence[Outcome], key: Key, scales: Scales) -> dict[bool, Tried]:
    """Return each outcome with its forecast from all outcomes of another key.

    Once without and once with prompting's quality.
    """
    tried: dict[bool, Tried] = {False: [], True: []}
    for name in sorted({key(outcome) for outcome in outcomes}):
        model = fitted([each for each in outcomes if key(each) != name], scales)
        for known, list_ in tried.items():
            list_ += [
                (each, forecast_of(model, each, with_quality=known))
                for each in outcomes
                if key(each) == name
            ]
    return tried


def scales_of(tried: Tried) -> tuple[float, float]:
    """Return the likeliest scales of what was left, below and above the forecast medians."""
    left = np.array([outcome.gain - forecast.location for outcome, forecast in tried])
    weights = np.array([outcome.weight for outcome, _ in tried])
    return _scale(left[left < 0], weights[left < 0]), _scale(left[left >= 0], weights[left >= 0])


def _scale(left: Array, weights: Array) -> float:
    variance = float(np.average(left**2, weights=weights))
    for _ in range(ROUNDS):
        before = variance
        variance = float(np.average(_trust(left, variance) * left**2, weights=weights))
        if abs(variance - before) < CLOSE:
            break
    return round(float(np.sqrt(variance)), DECIMALS)


def fit(table: QualityTable) -> Forecast:
    """Return the forecast of a table's evidence; its scales are those of sources left out."""
    outcomes = outcomes_of(table)
    tried = left_out(outcomes, by_source, {False: (1.0, 1.0), True: (1.0, 1.0)})
    return fitted(outcomes, {known: scales_of(own) for known, own in tried.items()})


def by_source(outcome: Outcome) -> str:
    """Return what was measured: one test set of one publication."""
    return outcome.group


def by_publication(outcome: Outcome) -> str:
    """Return who published it."""
    return outcome.publication


@dataclass(frozen=True)
class TrackRecord:
    """How forecasts did: shares of sources, 0 to 1."""

    covered: float
    right: float
    always_tune: float
    article: float
    said: list[float]
    happened: list[float]


def record_of(tried: Tried, table: QualityTable) -> TrackRecord:
    """Return how often the 80 % interval held, and a gain of more than 3 points came as said."""
    weights = np.array([outcome.weight for outcome, _ in tried])
    gained = np.array([outcome.gain > WORTH_TUNING for outcome, _ in tried])
    said = np.array([forecast.chance_of(WORTH_TUNING, more=True) for _, forecast in tried])
    ends = [forecast.interval() for _, forecast in tried]
    inside = [
        low <= outcome.gain <= high for (outcome, _), (low, high) in zip(tried, ends, strict=True)
    ]
    article = [
        _article_says(outcome.task.row or table.find(STAND_IN).row) == gains
        for (outcome, _), gains in zip(tried, gained, strict=True)
    ]
    quarters = _quarters(said, weights)
    return TrackRecord(
        covered=_mean(inside, weights),
        right=_mean((said > EVEN) == gained, weights),
        always_tune=_mean(gained, weights),
        article=_mean(article, weights),
        said=[_mean(said[own], weights[own]) for own in quarters],
        happened=[_mean(gained[own], weights[own]) for own in quarters],
    )


def _quarters(said: Array, weights: Array) -> list[Array]:
    """Return the places of the outcomes by what was said of them, in four parts of equal weight."""
    order = np.argsort(said, kind="stable")
    reached = (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum()
    return [order[(reached * 4).astype(int) == quarter] for quarter in range(4)]


def _article_says(row: SourceRow | None) -> bool:
    """Return whether a row of the article expects a gain above 3 points, by its middle."""
    return row is not None and (row.delta.low + row.delta.high) / 2 > WORTH_TUNING


def _mean(values: Iterable[Any], weights: Array) -> float:
    return float(np.average(np.asarray(list(values), dtype=float), weights=weights))


def load(path: Path = TABLE) -> QualityTable:
    """Return the table as it is written."""
    return QualityTable.model_validate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))


def block(model: Forecast) -> str:
    """Return a forecast as the last block of the table."""
    values = model.model_dump(mode="json", exclude_none=True)
    written = yaml.safe_dump({"forecast": values}, sort_keys=False, width=200)
    return f"# Fitted by tools/forecast.py; a test fits it again.\n{written}"


def without_block(text: str) -> str:
    """Return the text of the table up to the forecast."""
    return text.partition("# Fitted by tools/forecast.py")[0]


def report(table: QualityTable) -> None:
    """Print how the forecast does on sources, and on publications, that it was not fitted on."""
    outcomes, model = outcomes_of(table), fit(table)
    sets = {False: model.without_quality, True: model.with_quality}
    scales = {known: (own.scale_below, own.scale_above) for known, own in sets.items()}
    for what, key in (("source", by_source), ("publication", by_publication)):
        for known, tried in left_out(outcomes, key, scales).items():
            found = record_of(tried, table)
            chances = " ".join(
                f"{said:.2f}/{happened:.2f}"
                for said, happened in zip(found.said, found.happened, strict=True)
            )
            print(
                f"one {what} left out, {'with' if known else 'without'} prompting's quality: "
                f"80 % interval held {found.covered:.1%}; right {found.right:.1%}, always tune "
                f"{found.always_tune:.1%}, the article {found.article:.1%}; said/happened by "
                f"quarter {chances}"
            )


def main(*, write: bool, check: bool) -> None:
    """Fit, and write, compare or report."""
    table = load()
    if check or write:
        text = TABLE.read_text("utf-8")
        wanted = without_block(text) + block(fit(table))
        if check and text != wanted:
            sys.exit("the forecast in the table is not that of its evidence: run with --write")
        TABLE.write_text(wanted, "utf-8")
        return
    report(table)


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:], check="--check" in sys.argv[1:])
