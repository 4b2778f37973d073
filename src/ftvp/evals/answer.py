"""The answer of `ftvp evals`: does tuning improve quality, how surely, and what is it worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ftvp.errors import ConflictError
from ftvp.evals.items import EvalSide, Pair, PairedScores, Unpaired
from ftvp.evals.paired_tests import (
    MIN_DIFFERING,
    Cells,
    PairedTest,
    cells_of,
    differ_alike,
    paired_test,
)
from ftvp.scenario import Scenario, flag
from ftvp.stats import LEVEL, Worth, worth
from ftvp.tables.framework import Framework
from ftvp.units import PERCENT, Record
from ftvp.wording import agreeing, noun_of, rounded_text, size_text

Conclusion = Literal["better", "worse", "not_shown", "equivalent"]

EQUIVALENCE_LEVEL = 0.9
"""Two one-sided tests at 5 % each hold exactly when this interval lies within the margin."""


class ScoreDifference(Record):
    """Tuned less prompted quality, in points, and the interval of this level."""

    points: float
    """Above 0 where tuning is better."""
    low: float
    """The lower end of the interval."""
    high: float
    """The upper end."""
    level: float = LEVEL
    """Of the interval, 0 to 1."""


class Equivalence(Record):
    """Whether the difference lies within a margin, by two one-sided tests at 5 %."""

    margin: float
    """In points, as it was told."""
    low: float
    """The lower end of the interval of this level, in points."""
    high: float
    """The upper end, in points."""
    level: float = EQUIVALENCE_LEVEL
    """Of the interval, 0 to 1: with 0.9 each of the two tests is at 5 %."""
    holds: bool
    """Whether the interval lies within the margin; false where all differences are alike."""


class ItemsForGap(Record):
    """How many items show a gap with 80 % power; None where it cannot be told."""

    points: float
    """The gap asked for: told, or the target less prompting's score, else that of question 3."""
    n: int | None
    """Items in all, not further ones."""


class Comparison(Record):
    """The paired answer. Qualities are percent, differences points."""

    n: int
    """Items that both sides were scored on."""
    prompted: float
    """Mean score."""
    tuned: float
    """Mean score."""
    difference: ScoreDifference
    cells: Cells | None
    """None where scores are numbers rather than right or wrong."""
    clusters: int | None
    """How many sources the items share; None where none were named."""
    p_value: float
    """That a difference as large comes up though both sides are equally good, 0 to 1."""
    test: str
    """The name of the test that gave it."""
    conclusion: Conclusion
    """By the interval of `difference`: above 0, below 0, or neither."""
    equivalence: Equivalence | None
    """None where no margin was told."""
    smallest_detectable_points: float | None
    """What so many items show with 80 % power; None where too few differ."""
    n_for_gap: ItemsForGap
    n_for_difference: int | None
    """Items that show a difference as large as the one seen; None where there is none."""


def compare_pairs(
    pairs: Sequence[Pair], *, gap: float, margin: float | None = None, clustered: bool = False
) -> Comparison:
    """Return what at least two pairs say; `gap` and `margin` are in points.

    Right or wrong is tested by McNemar's exact test; numbers, and pairs with clusters (at least
    two), by flipping signs where few differ, else by a t test.
    """
    n, test = len(pairs), paired_test(pairs, clustered=clustered)
    low, high = test.interval(LEVEL)
    equivalence = _equivalence(test, margin)
    return Comparison(
        n=n,
        prompted=sum(pair.prompted for pair in pairs) / n * PERCENT,
        tuned=sum(pair.tuned for pair in pairs) / n * PERCENT,
        difference=ScoreDifference(points=test.points, low=low, high=high),
        cells=cells_of(pairs),
        clusters=len({pair.cluster for pair in pairs}) if clustered else None,
        p_value=test.p_value,
        test=test.name,
        conclusion=_conclusion(low, high, equivalence),
        equivalence=equivalence,
        smallest_detectable_points=test.detectable(),
        n_for_gap=ItemsForGap(points=gap, n=test.items_for(gap)),
        n_for_difference=test.items_for(abs(test.points)) if test.points else None,
    )


def _equivalence(test: PairedTest, margin: float | None) -> Equivalence | None:
    if margin is None:
        return None
    low, high = test.interval(EQUIVALENCE_LEVEL)
    # Where all differences are alike nothing is known of their spread, and nothing is proved.
    holds = -margin < low and high < margin and low < high
    return Equivalence(margin=margin, low=low, high=high, holds=holds)


def _conclusion(low: float, high: float, equivalence: Equivalence | None) -> Conclusion:
    if low > 0:
        return "better"
    if high < 0:
        return "worse"
    return "equivalent" if equivalence is not None and equivalence.holds else "not_shown"


NEAR_PERFECT = 98
"""Percent from which an eval is rather leaked or too easy than passed."""
FEW_ITEMS = 100
FEW_CLUSTERS = 10
MAX_UNPAIRED = 0.05
"""The share of items that one side may lack without a warning."""
SHOWN_AS_ZERO = 0.05


@dataclass(frozen=True)
class EvalQuestion:
    """What is asked of the scores beside which side is better; None where it is not given."""

    default_gap: float
    """The gap of question 3 where none is known, in points."""
    margin: float | None = None
    quality_gap: float | None = None
    target_quality: float | None = None
    requests_per_month: float | None = None
    cost_per_error: float | None = None


def eval_question(scenario: Scenario, framework: Framework) -> EvalQuestion:
    """Return what a scenario asks of its eval results."""
    days = scenario.days_per_month or framework.assumptions.days_per_month.value
    return EvalQuestion(
        default_gap=framework.question("quality_gap").threshold or 0,
        margin=scenario.evals_margin,
        quality_gap=scenario.quality_gap,
        target_quality=scenario.target_quality,
        requests_per_month=None if scenario.volume is None else scenario.volume * days,
        cost_per_error=scenario.cost_per_error,
    )


def refuse_other_measures(scenario: Scenario) -> None:
    """Raise ConflictError where what eval results answer is given as well."""
    for field in ("prompting_quality", "tuned_quality", "eval_improves"):
        value = getattr(scenario, field)
        if value is not None:
            raise ConflictError(flag("evals"), flag(field, told=value))


class GeneralSkills(Record):
    """What untouched tasks say of skills that tuning was not for. Percent and points."""

    headline: str
    n: int
    """Items that both sides were scored on."""
    prompted: float
    """Mean score."""
    tuned: float
    """Mean score."""
    difference: ScoreDifference
    p_value: float
    """That a difference as large comes up though both sides are equally good, 0 to 1."""
    test: str
    """The name of the test that gave it."""
    conclusion: Conclusion
    """As of the eval set itself."""
    sides: dict[Literal["prompted", "tuned"], EvalSide]
    warnings: tuple[str, ...]


class EvalFindings(Comparison):
    """The paired answer with its headline, its worth and what to beware of."""

    headline: str
    next_step: str | None
    """What would settle a difference that is not shown."""
    sides: dict[Literal["prompted", "tuned"], EvalSide]
    """Where each side's scores come from."""
    unpaired: Unpaired
    trained_on: tuple[str, ...] | None
    """Ids of items that stand in the training file; None where that cannot be told."""
    worth: Worth | None
    """None where volume or the cost of an error is not known."""
    general: GeneralSkills | None = None
    """None where no results on untouched tasks are given."""
    warnings: tuple[str, ...]


class EvalHeader(Record):
    """What the document begins with."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["ftvp.evals/1"] = Field(default="ftvp.evals/1", alias="schema")
    tool_version: str


class EvalsAnswer(EvalFindings, EvalHeader):
    """The document `ftvp.evals/1`."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return one row: both qualities, the difference with its interval, what that shows."""
        fields = self.model_dump(mode="json", include={"n", "prompted", "tuned", "p_value", "test"})
        difference = self.difference.model_dump(mode="json")
        told = {f"difference_{name}": value for name, value in difference.items()}
        return [{**fields, **told, "conclusion": self.conclusion}]


def evals_answer(
    measured: PairedScores, asked: EvalQuestion, version: str, general: PairedScores | None = None
) -> EvalsAnswer:
    """Return the document of `ftvp evals` for two scored sides, and for both on untouched tasks."""
    found = eval_findings(measured, asked)
    fields = {name: getattr(found, name) for name in EvalFindings.model_fields}
    if general is not None:
        fields["general"] = general_skills(general, asked.margin)
    return EvalsAnswer(tool_version=version, **fields)


GENERAL_OPENINGS: dict[Conclusion, str] = {
    "better": "General skills improved on untouched tasks",
    "worse": "General skills were lost on untouched tasks",
    "not_shown": "Whether general skills were lost is not shown",
    "equivalent": "General skills changed by less than {margin} either way",
}


def general_skills(scores: PairedScores, margin: float | None) -> GeneralSkills:
    """Return what both sides' scores on untouched tasks say; the margin is in points."""
    found = compare_pairs(scores.pairs, gap=margin or 1, margin=margin)
    opening = GENERAL_OPENINGS[found.conclusion].format(margin=margin_text(margin or 0))
    low = found.difference.low
    open_loss = (
        f" A loss of up to {rounded_text(-low, '.1f')} points is not ruled out." if low < 0 else ""
    )
    warned = found.conclusion in {"not_shown", "better"}
    return GeneralSkills(
        headline=f"{opening}: {interval_text(found)}, on {found.n:,} items."
        f"{open_loss if warned else ''}",
        n=found.n,
        prompted=found.prompted,
        tuned=found.tuned,
        difference=found.difference,
        p_value=found.p_value,
        test=found.test,
        conclusion=found.conclusion,
        sides={"prompted": scores.prompted, "tuned": scores.tuned},
        warnings=tuple(_warnings(scores, found)),
    )


def eval_findings(measured: PairedScores, asked: EvalQuestion) -> EvalFindings:
    """Return what two scored sides say, in points, percent and USD a month."""
    gap = asked.quality_gap
    if gap is None and asked.target_quality is not None:
        prompted = sum(pair.prompted for pair in measured.pairs) / len(measured.pairs)
        gap = asked.target_quality - prompted * PERCENT
    found = compare_pairs(
        measured.pairs,
        gap=gap if gap is not None and gap > 0 else asked.default_gap,
        margin=asked.margin,
        clustered=measured.clustered,
    )
    margin = found.equivalence.margin if found.equivalence else 0
    opening = OPENINGS[found.conclusion].format(margin=margin_text(margin))
    return EvalFindings(
        **{name: getattr(found, name) for name in Comparison.model_fields},
        headline=f"{opening}: {interval_text(found)}, on {found.n:,} items.",
        next_step=settling(found) if found.conclusion == "not_shown" else None,
        sides={"prompted": measured.prompted, "tuned": measured.tuned},
        unpaired=measured.unpaired,
        trained_on=measured.trained_on,
        worth=_worth(found, asked),
        warnings=tuple(_warnings(measured, found)),
    )


def _worth(found: Comparison, asked: EvalQuestion) -> Worth | None:
    if asked.requests_per_month is None or asked.cost_per_error is None:
        return None
    seen = found.difference
    return worth(
        seen.points,
        seen.low,
        seen.high,
        requests_per_month=asked.requests_per_month,
        usd_per_error=asked.cost_per_error,
    )


OPENINGS: dict[Conclusion, str] = {
    "better": "Tuning improves quality on this eval set",
    "worse": "Tuning lowers quality on this eval set",
    "not_shown": "Whether tuning changes quality is not shown",
    "equivalent": "Tuning changes quality by less than {margin} either way",
}


def interval_text(found: Comparison) -> str:
    """Return the difference with its interval, such as "+4.0 points (95 %: +1.2 to +6.8)"."""
    seen = found.difference
    return (
        f"{signed(seen.points)} points ({seen.level * PERCENT:.0f} %: {signed(seen.low)} to "
        f"{signed(seen.high)})"
    )


def signed(points: float) -> str:
    """Return points with their sign, in as many digits as keep them apart from 0.

    >>> signed(7.46), signed(-0.0312), signed(0)
    ('+7.5', '-0.03', '+0.0')
    """
    return rounded_text(points, "+.1g" if 0 < abs(points) < SHOWN_AS_ZERO else "+.1f")


def margin_text(points: float) -> str:
    """Return a number of points in words.

    >>> margin_text(1), margin_text(2.5)
    ('1 point', '2.5 points')
    """
    return f"{points:g} point" if points == 1 else f"{points:g} points"


def settling(found: Comparison) -> str | None:
    """Return how many items would settle the matter, None where that cannot be known."""
    gap, n = found.n_for_gap.points, found.n_for_gap.n
    if n is not None and n > found.n:
        return (
            f"Score {n:,} items, {n - found.n:,} more: a gain of {size_text(gap)} shows in 4 of 5 "
            "such evals."
        )
    if n is not None and found.n_for_difference is not None:
        return (
            f"{found.n:,} items would have shown a gain of {size_text(gap)} in four evals of five. "
            f"One as small as was seen takes {found.n_for_difference:,}."
        )
    return None


def _warnings(measured: PairedScores, found: Comparison) -> Iterator[str]:
    yield from measured.notes
    yield from _leaks(measured, found)
    if found.n < FEW_ITEMS:
        yield f"{found.n} items are few: only large differences can be shown on them."
    if found.clusters is not None and found.clusters < FEW_CLUSTERS:
        yield (
            f"{found.clusters} clusters are few: only large differences can be shown on them, and "
            f"none on fewer than {MIN_DIFFERING}."
        )
    left_out = len(measured.unpaired.prompted) + len(measured.unpaired.tuned)
    if left_out > MAX_UNPAIRED * found.n:
        items = f"{noun_of(left_out, 'items')} {agreeing(left_out, 'was', 'were')}"
        them = agreeing(left_out, "it", "them")
        yield f"{left_out:,} {items} answered by one side only. What made {them} go missing?"
    if differ_alike(measured.pairs):
        yield "Every item has the same difference: that says nothing about the next one."


def _leaks(measured: PairedScores, found: Comparison) -> Iterator[str]:
    best = max(found.prompted, found.tuned)
    if best >= NEAR_PERFECT:
        yield (
            f"{rounded_text(best, '.1f')} % is near 100 %: the items may stand in the training "
            "data, or be too easy to tell the sides apart."
        )
    if measured.train is not None and measured.trained_on is None:
        yield (
            f"Whether items stand in {measured.train} cannot be told: the results hold neither "
            "the inputs nor telling ids."
        )
    if measured.trained_on:
        share = len(measured.trained_on) / found.n * PERCENT
        yield (
            f"{len(measured.trained_on):,} of the items ({rounded_text(share, '.0f')} %) "
            f"{agreeing(len(measured.trained_on), 'stands', 'stand')} in "
            f"{measured.train}: on those the tuned side may remember. Take them out."
        )
