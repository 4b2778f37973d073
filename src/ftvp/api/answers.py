"""The answers to a scenario, from what its files and logs say: break-even, decision, odds, ranking.

Here alone files meet the calculation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ftvp.files.tables import load_tables

if TYPE_CHECKING:
    from ftvp.compare.answer import ComparisonAnswer
    from ftvp.compare.rank import LeftOut
    from ftvp.cost.inputs import Inputs
    from ftvp.cost.option import Option
    from ftvp.cost.outcome import Outcome
    from ftvp.decide.answer import BreakevenAnswer
    from ftvp.decide.decision import DecisionAnswer
    from ftvp.decide.volumes import VolumesAnswer
    from ftvp.odds.answer import Odds, OddsAnswer
    from ftvp.odds.draws import Futures
    from ftvp.records.record import Command
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables

    ScenarioAnswer = BreakevenAnswer | DecisionAnswer | OddsAnswer | ComparisonAnswer
    from ftvp.cost.inputs import MeasuredQuality, Readings
    from ftvp.decide.answer import EvalSummary
    from ftvp.evals.answer import EvalFindings
    from ftvp.evals.items import PairedScores
    from ftvp.prompts import Prompt
    from ftvp.usage.answer import UsageAnswer
    from ftvp.usage.gather import Report, UsageQuestion

    Read = tuple[Readings, EvalSummary | None]


def inputs_of(
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    origins: Mapping[str, str] | None = None,
    read: Read | None = None,
) -> tuple[Inputs, EvalSummary | None]:
    """Return the inputs of an answer, and what the scenario's eval results say in short.

    Every file that the scenario names is read here, once; none where `read` has what they say.
    """
    from ftvp.cost.inputs import refuse_conflicts, resolve
    from ftvp.decide.compose import eval_summary
    from ftvp.odds.forecast import forecasted

    refuse_conflicts(scenario)
    day = as_of or scenario.as_of or today()
    tables = with_overlays(tables or load_tables(), scenario.prices)
    if scenario.discounts:
        from ftvp.files.overlay import discounted

        tables = discounted(tables, scenario.discounts, day)
    if read is None:
        scenario, log = _with_usage(scenario, tables, day)
        found = _findings(scenario, tables)
        readings = _readings(scenario, tables, day, found)
        readings = readings._replace(
            origins={**log.origins, **(origins or {})},
            logged=log.logged,
            warnings=(*readings.warnings, *log.warnings),
        )
        read = readings, eval_summary(found) if found else None
    readings, evals = read
    return forecasted(resolve(scenario, tables, day, readings)), evals


def _with_usage(scenario: Scenario, tables: Tables, day: date) -> tuple[Scenario, Readings]:
    """Return the scenario with what its logs say of fields that were not told, and which."""
    from ftvp.cost.inputs import Readings

    if scenario.usage is None:
        return scenario, Readings()
    from ftvp.usage.answer import with_logs

    answer = usage(scenario.usage, tables=tables, as_of=day)
    merged, fields = with_logs(scenario, answer)
    source = ", ".join(Path(each.file).name for each in answer.files)
    origins = dict.fromkeys(fields, source)
    return merged, Readings(logged=fields, origins=origins, warnings=answer.warnings)


def _readings(
    scenario: Scenario, tables: Tables, day: date, found: EvalFindings | None
) -> Readings:
    """Return what the files of a scenario say: counted by every tokenizer of the price table.

    Tokenizers that share an encoding count once.
    """
    from ftvp.cost.inputs import Readings
    from ftvp.prompts import prompt_tokens

    prompts, tokenizers = _prompts(scenario), tables.pricing.tokenizers
    counts = {
        field: {name: prompt_tokens(prompt, each) for name, each in tokenizers.items()}
        for field, prompt in prompts.items()
    }
    warnings = [text for each in counts.values() for text in next(iter(each.values())).warnings]
    return Readings(
        prompt=counts.get("prompt"),
        tuned_prompt=counts.get("tuned_prompt"),
        named_model=getattr(prompts.get("prompt"), "model", None),
        training_sizes=_sizes(scenario, tables, day),
        quality=_measured_quality(found) if found else None,
        warnings=tuple(dict.fromkeys([*warnings, *(found.warnings if found else ())])),
    )


def _measured_quality(found: EvalFindings) -> MeasuredQuality:
    """Return what the calculation needs of eval results."""
    from ftvp.cost.inputs import MeasuredQuality

    cells = found.cells
    return MeasuredQuality(
        prompting=found.prompted,
        tuned=found.tuned,
        conclusion=found.conclusion,
        items=found.n,
        low=found.difference.low,
        high=found.difference.high,
        cells=None
        if cells is None
        else (cells.both, cells.prompted_only, cells.tuned_only, cells.neither),
    )


def _prompts(scenario: Scenario) -> dict[str, Prompt]:
    """Return the prompts that a scenario names, by field."""
    named = {name: getattr(scenario, name) for name in ("prompt", "tuned_prompt")}
    files = {name: path for name, path in named.items() if path is not None}
    if not files:
        return {}
    from ftvp.files.disk import place_of
    from ftvp.prompts import read_prompt

    return {name: read_prompt(place_of(path)) for name, path in files.items()}


def _sizes(scenario: Scenario, tables: Tables, day: date) -> Mapping[str, Sequence[float]] | None:
    if scenario.dataset is None:
        return None
    from ftvp.dataset.measure import training_file

    file = training_file(scenario.dataset, tables, scenario.tuned_model or scenario.model, day)
    return {name: file.sizes(each) for name, each in tables.pricing.tokenizers.items()}


def _findings(scenario: Scenario, tables: Tables) -> EvalFindings | None:
    if scenario.evals is None:
        return None
    from ftvp.evals.answer import eval_findings, eval_question, refuse_other_measures

    refuse_other_measures(scenario)
    return eval_findings(paired_scores(scenario), eval_question(scenario, tables.framework))


def paired_scores(scenario: Scenario, train: Path | None = None) -> PairedScores:
    """Return the scores that the scenario's eval results hold."""
    from ftvp.evals.read import Fields, read_evals

    names = ("id", "score", "cluster", "scale", "lower_is_better")
    fields = Fields(**{name: getattr(scenario, f"evals_{name}") for name in names})
    return read_evals(scenario.evals or (), fields, train)


def with_overlays(tables: Tables, files: Sequence[str] | None) -> Tables:
    """Return the tables under overlay files; FtvpError names every mistake of a file."""
    if not files:
        return tables
    from ftvp.files.overlay import overlaid

    return overlaid(tables, files)


def today() -> date:
    """Return the user's own day."""
    return date.today()  # noqa: DTZ011  the user's own day is meant


def usage(
    logs: Sequence[str],
    request: UsageQuestion | None = None,
    tables: Tables | None = None,
    *,
    as_of: date | None = None,
    report: Report | None = None,
) -> UsageAnswer:
    """Return what production logs say of volume, lengths, cache hits and peaks, by model.

    `logs` are names and patterns, "-" standard input; `report` is told how far each file is read.
    Raises FtvpError for what cannot be read or is for the larger part unclear.
    """
    from ftvp.usage.answer import usage_answer
    from ftvp.usage.gather import UsageQuestion, gather

    asked, day = request or UsageQuestion(), as_of or today()
    tables = tables or load_tables()
    return usage_answer(gather(logs, asked, day, report), asked, tables, day)


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
    from ftvp.decide.verdict import weighing

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
    from ftvp.decide.compose import beside_of
    from ftvp.decide.decision import decision_answer
    from ftvp.decide.verdict import weighing

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
    from ftvp.compare.answer import chances
    from ftvp.compare.rank import options_of
    from ftvp.cost.inputs import require
    from ftvp.decide.compose import beside_of, odds_document
    from ftvp.decide.verdict import weighing
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
    from ftvp.compare.answer import comparison_answer
    from ftvp.compare.rank import options_of
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
    from ftvp.decide.verdict import weighing

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
    from ftvp.cost.serving import prepare

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
