"""The answers to a scenario: break-even, decision, odds, comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ftvp.api.read import inputs_of

if TYPE_CHECKING:
    from ftvp.api.read import Read
    from ftvp.compare.answer import ComparisonAnswer, LeftOut
    from ftvp.cost.inputs import Inputs
    from ftvp.cost.option import Option
    from ftvp.cost.outcome import Outcome
    from ftvp.decide.answer import BreakevenAnswer, DecisionAnswer
    from ftvp.decide.volumes import VolumesAnswer
    from ftvp.odds.answer import Odds, OddsAnswer
    from ftvp.odds.draws import Futures
    from ftvp.records.record import Command
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables

    ScenarioAnswer = BreakevenAnswer | DecisionAnswer | OddsAnswer | ComparisonAnswer


def breakeven(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> BreakevenAnswer:
    """Return what each side costs and when tuning has paid for itself.

    Money is USD. `as_of` is the day of the answer: the scenario's, else today; `origins` say where
    a field was told, such as "triage.yaml line 3". Raises FtvpError with a sentence on what is
    missing, unreadable or has no known price. `read` is what the scenario's files say, where they
    have been read before.
    """
    from ftvp.cost.inputs import require
    from ftvp.decide.compose import beside_of, breakeven_answer
    from ftvp.decide.weighing import weighing

    inputs, found = inputs_of(scenario, tables, as_of, origins, read)
    require(inputs.scenario)
    outcome = outcome_at(inputs)
    weighed = weighing(inputs, outcome, futures=futures_of(outcome), with_tree=False)
    return breakeven_answer(weighed, beside_of(outcome, inputs, found))


def volumes(
    scenarios: Sequence[Scenario],
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    origins: Mapping[str, str] | None = None,
) -> VolumesAnswer:
    """Return what a scenario costs at several volumes, a row each, and from which tuning pays.

    The scenarios differ in their volume alone; one without a volume is answered at round ones.
    Raises FtvpError as `breakeven` does.
    """
    from ftvp.decide.volumes import at_round_volumes, volumes_answer

    each_volume = [at for told in scenarios for at in at_round_volumes(told)]
    return volumes_answer([breakeven(each, tables, as_of, origins=origins) for each in each_volume])


def decide(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> DecisionAnswer:
    """Return the verdict: prompt, fine-tune, both, or a pilot first; and all it rests on.

    What is not told is taken as not known and listed as a next step. Raises FtvpError as
    `breakeven` does.
    """
    from ftvp.cost.inputs import untold
    from ftvp.decide.compose import beside_of, decision_answer
    from ftvp.decide.weighing import weighing

    inputs, found = inputs_of(scenario, tables, as_of, origins, read)
    outcome = None if untold(inputs.scenario) else outcome_at(inputs)
    weighed = weighing(inputs, outcome, futures=futures_of(outcome))
    return decision_answer(weighed, beside_of(outcome, inputs, found))


def odds(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> OddsAnswer:
    """Return how sure the answer is, what would turn it, and what is worth finding out.

    Money is USD. Raises FtvpError as `breakeven` does.
    """
    from ftvp.compare.answer import chances, options_of
    from ftvp.cost.inputs import require
    from ftvp.decide.compose import beside_of, odds_document
    from ftvp.decide.weighing import weighing
    from ftvp.odds.shapes import MANY_POINTS

    inputs, found = inputs_of(scenario, tables, as_of, origins, read)
    require(inputs.scenario)
    outcome = outcome_at(inputs)
    drawn = futures_of(outcome, MANY_POINTS)
    weighed = weighing(inputs, outcome, futures=drawn, with_tree=False)
    ways = chances(drawn.of, options_of(outcome.prepared)) if drawn else ()
    return odds_document(weighed, beside_of(outcome, inputs, found), ways)


def compare(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> ComparisonAnswer:
    """Return every option of serving the scenario that is on sale on the day, cheapest first.

    The scenario's own option stands first. Money is USD. Raises FtvpError as `breakeven` does.
    """
    from ftvp.compare.answer import comparison_answer, options_of
    from ftvp.cost.inputs import require

    inputs, _ = inputs_of(scenario, tables, as_of, origins, read)
    require(inputs.scenario)
    outcome = outcome_at(inputs)
    options = options_of(outcome.prepared)
    return comparison_answer(outcome, options, _compared_odds(outcome, options))


def _compared_odds(outcome: Outcome, options: list[Option | LeftOut]) -> Odds | None:
    """Return the odds of a scenario with the chance of each option to be the cheapest."""
    from ftvp.compare.answer import FEW_POINTS, chances
    from ftvp.decide.compose import odds_answer
    from ftvp.decide.weighing import weighing

    drawn = futures_of(outcome)
    weighed = weighing(outcome.inputs, outcome, futures=drawn, with_tree=False)
    found = odds_answer(weighed, weighed.money_alone)
    if found is None or drawn is None:
        return None
    return found.model_copy(update={"ways": chances(drawn.of, options, FEW_POINTS)})


def answer_to(
    command: Command,
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    read: Read | None = None,
) -> ScenarioAnswer:
    """Return the answer of a command to a scenario; it raises what that command raises."""
    if command == "breakeven":
        return breakeven(scenario, tables, as_of, read=read)
    if command == "decide":
        return decide(scenario, tables, as_of, read=read)
    if command == "odds":
        return odds(scenario, tables, as_of, read=read)
    return compare(scenario, tables, as_of, read=read)


def outcome_at(inputs: Inputs) -> Outcome:
    """Return the money of a scenario."""
    from ftvp.cost.outcome import Outcome
    from ftvp.cost.sides import prepare

    return Outcome(prepare(inputs))


def futures_of(outcome: Outcome | None, points: int | None = None) -> Futures | None:
    """Return draws of what is uncertain; None where a bill is a floor or nothing is tuned."""
    if (
        outcome is None
        or outcome.weighed is None
        or outcome.is_floor
        or outcome.prepared.closed is not None
    ):
        return None
    from ftvp.odds.draws import futures, uncertain
    from ftvp.odds.shapes import POINTS

    return futures(uncertain(outcome), points or POINTS)
