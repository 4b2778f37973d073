"""The document of `ftvp compare`: every option that is on sale on the day, by its cost."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from ftvp.compare.rank import (
    LeftOut,
    OptionAnswer,
    Ranking,
    dominates,
    marked,
    ranked,
    ranking,
    with_own_id,
)
from ftvp.cost.answer import AssumptionAnswer, InputUsed
from ftvp.cost.costs import (
    assumption_answer,
    citations,
    inputs_used,
    resolved,
)
from ftvp.cost.inputs import Inputs
from ftvp.cost.option import Option
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import naming_thinking
from ftvp.odds.answer import CheapestChance, Odds
from ftvp.odds.draws import Uncertain, each_future, values_of
from ftvp.odds.shapes import POINTS, SHIFTS
from ftvp.scenario import ToldScenario
from ftvp.tables.bundle import Header, header
from ftvp.tables.entries import Citation, age_warning
from ftvp.units import Record

UNMEASURED = (
    "Different models are not equally good: these are prices, and prices alone do not choose "
    "between models. Say what you measured with --quality MODEL=PCT."
)
MOST_SHOWN = 10
FEW_POINTS = 16
"""Draws of a shift for an everyday comparison."""
MAX_OPTIONS = 10
"""So many of the options worth choosing are drawn, the cheapest first."""


class LeftOutAnswer(Record):
    """An option that cannot be had or priced, and why."""

    model: str
    why: str
    kind: str
    """As of an option: prompted, tuned, hybrid ..."""


class ComparisonAnswer(Header):
    """The document `ftvp.comparison/2`."""

    schema_: Literal["ftvp.comparison/2"] = Field(default="ftvp.comparison/2", alias="schema")
    inputs: ToldScenario
    """The scenario, with the models, days, horizon and answer used; ranges by their middle."""
    inputs_used: tuple[InputUsed, ...]
    """Every number and model of the answer; one that is not known is left out."""
    horizon_months: float
    work_untold: bool
    """Whether tuned options rank by their total and assumed work of your own."""
    ways: tuple[OptionAnswer, ...]
    """The scenario's own option first, then the others in their order."""
    folded: int = 0
    """Options that are not listed."""
    left_out: tuple[LeftOutAnswer, ...]
    """Models asked for that have no row, and options that cannot be had or priced."""
    quality_note: str | None
    """That prices alone do not choose a model; None where a quality was told."""
    odds: Odds | None = None
    """None where the scenario's own tuned model is not to be had, or a bill is only a floor."""
    assumptions: tuple[AssumptionAnswer, ...]
    """What nobody told and changes an amount within its range."""
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]
    """Of the prices in force of every option."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return the options as the rows of a table."""
        return [way.model_dump(mode="json") for way in self.ways]

    def worth_showing(self) -> "ComparisonAnswer":
        """Return the comparison with only the options worth choosing, and those asked for.

        Models with a told quality and the tuned one come before others; floors are left out.
        """
        told = self.inputs
        asked = {told.tuned_model} if told.tuned_model else set()
        asked |= {name.removeprefix("tuned:") for name in told.qualities or {}}
        kept = [
            way
            for way in self.ways
            if way.now or not (way.floor or (way.dominated_by and way.model not in asked))
        ]
        first = sorted(kept, key=lambda way: (not way.now, way.model not in asked))[:MOST_SHOWN]
        shown = tuple(way for way in kept if way in first)
        return self.model_copy(update={"ways": shown, "folded": len(self.ways) - len(shown)})


def comparison_answer(
    outcome: Outcome, found: list[Option | LeftOut], odds: Odds | None = None
) -> ComparisonAnswer:
    """Return every option of a scenario that is on sale, the scenario's own first."""
    likely = {each.id: each.p_cheapest for each in odds.ways} if odds else {}
    inputs, rank = outcome.inputs, ranking(outcome)
    own = with_own_id(outcome.sides.now)
    others = [each for each in found if isinstance(each, Option)]
    counted = ranked(rank, others)
    first = rank.count(outcome.sides.now)
    ways = marked(rank, [first._replace(option=own), *counted])
    ways[0] = ways[0].model_copy(update={"now": True})
    ways = [
        way.model_copy(update={"p_cheapest": likely.get(way.id, 0.0)}) if likely else way
        for way in ways
    ]
    cited = citations(inputs, [own, *others])
    inputs = naming_thinking(inputs, others)
    assumed = (inputs.used.get(each.field, each) for each in outcome.mattering)
    aged = age_warning(cited, inputs.day, inputs.scenario.max_price_age)
    return ComparisonAnswer(
        **header(inputs.tables, inputs.day, inputs.scenario.shown_in),
        inputs=resolved(inputs),
        inputs_used=tuple(inputs_used(inputs)),
        horizon_months=outcome.numbers["horizon"],
        work_untold=not inputs.own_work_told,
        ways=tuple(ways),
        left_out=tuple(_left_out(inputs, found)),
        odds=odds,
        quality_note=None if inputs.qualities else UNMEASURED,
        assumptions=tuple(map(assumption_answer, assumed)),
        warnings=(*inputs.readings.warnings, *aged),
        sources=cited,
    )


def _left_out(inputs: Inputs, found: list[Option | LeftOut]) -> list[LeftOutAnswer]:
    """Return what was left out, and each model asked for or told of that has no row."""
    missing = [each for each in found if isinstance(each, LeftOut)]
    listed = {each.model.id for each in found if isinstance(each, Option) and each.model}
    named_models = {key.removeprefix("tuned:") for key in inputs.qualities}
    unlisted = sorted(named_models - listed - {each.model for each in missing})
    missing += [LeftOut(model_id, "no price of the day is known") for model_id in unlisted]
    return [LeftOutAnswer(model=each.model, why=each.why, kind=each.kind) for each in missing]


def chances(
    of: Uncertain, found: Iterable[Option | LeftOut], points: int = POINTS
) -> tuple[CheapestChance, ...]:
    """Return how likely each option worth choosing is to cost least, the likeliest first.

    `points` are the draws of each random shift.
    """
    outcome = of.outcome
    options = worth_choosing(ranking(outcome), (each for each in found if isinstance(each, Option)))
    wins = dict.fromkeys((option.id for option in options), 0)
    values = values_of(of, points)
    for numbers in each_future(of, values, points * SHIFTS):
        future = ranking(outcome, numbers)
        best = min(options, key=lambda each: future.ranked_usd(each, future.course(each)))
        wins[best.id] += 1
    own = options[0]
    wins[with_own_id(own).id] = wins.pop(own.id)
    total = sum(wins.values())
    likely = sorted(wins.items(), key=lambda each: (-each[1], each[0]))
    return tuple(CheapestChance(id=name, p_cheapest=count / total) for name, count in likely)


def worth_choosing(rank: Ranking, options: Iterable[Option]) -> list[Option]:
    """Return the scenario's own option and the cheapest of those that none dominates."""
    own = rank.outcome.sides.now
    kept = [rank.count(own)]
    for each in ranked(rank, options):
        better = any(dominates(other, each) for other in kept[1:])
        if not better and not each.bill.floor and len(kept) < MAX_OPTIONS:
            kept.append(each)
    return [each.option for each in kept]
