"""The public functions: a scenario in, an answer out. Here files meet the calculation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.files.tables import load_tables

if TYPE_CHECKING:
    from ftvp.compare.answer import ComparisonAnswer
    from ftvp.compare.options import LeftOut
    from ftvp.cost.inputs import Inputs, MeasuredQuality, Readings
    from ftvp.cost.option import Option
    from ftvp.cost.outcome import Outcome
    from ftvp.dataset.answer import DatasetAnswer
    from ftvp.dataset.measure import Request
    from ftvp.decide.answer import BreakevenAnswer, DecisionAnswer, EvalSummary
    from ftvp.decide.volumes import VolumesAnswer
    from ftvp.evals.answer import EvalFindings, EvalsAnswer
    from ftvp.evals.items import PairedScores
    from ftvp.guide.answer import GuideAnswer, QualityAnswer
    from ftvp.odds.answer import Odds, OddsAnswer
    from ftvp.odds.draws import Futures
    from ftvp.prices.answer import PricingAnswer
    from ftvp.prompts import Prompt
    from ftvp.prompts.answer import TokensAnswer
    from ftvp.records.causes import Side
    from ftvp.records.diff import Answered, DiffAnswer
    from ftvp.records.record import Command, Recorded
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.tables.changes import CausePart
    from ftvp.tables.rules import Choice
    from ftvp.units import Currency, Record

    Read = tuple[Readings, EvalSummary | None]
    ScenarioAnswer = BreakevenAnswer | DecisionAnswer | OddsAnswer | ComparisonAnswer

__all__ = [
    "answer_to",
    "breakeven",
    "causes",
    "compare",
    "dataset",
    "decide",
    "diff",
    "evals",
    "guide",
    "inputs_of",
    "load_tables",
    "odds",
    "pricing",
    "quality",
    "record",
    "replay",
    "tokens",
    "volumes",
    "with_overlays",
]


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

    require(scenario)
    inputs, found = inputs_of(scenario, tables, as_of, origins, read)
    outcome = _outcome(inputs)
    weighed = weighing(inputs, outcome, futures=_futures(outcome), with_tree=False)
    return breakeven_answer(weighed, beside_of(outcome, inputs, found))


def volumes(
    scenarios: Sequence[Scenario], tables: Tables | None = None, as_of: date | None = None
) -> VolumesAnswer:
    """Return what a scenario costs at several volumes, a row each, and from which tuning pays.

    The scenarios differ in their volume alone. Raises FtvpError as `breakeven` does.
    """
    from ftvp.decide.volumes import volumes_answer

    loaded = tables or load_tables()
    return volumes_answer([breakeven(each, loaded, as_of) for each in scenarios])


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
    outcome = None if untold(scenario) else _outcome(inputs)
    weighed = weighing(inputs, outcome, futures=_futures(outcome))
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
    from ftvp.odds.lattice import MANY_POINTS

    require(scenario)
    inputs, found = inputs_of(scenario, tables, as_of, origins, read)
    outcome = _outcome(inputs)
    drawn = _futures(outcome, MANY_POINTS)
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

    require(scenario)
    inputs, _ = inputs_of(scenario, tables, as_of, origins, read)
    outcome = _outcome(inputs, strict=False)
    options = options_of(outcome.prepared)
    return comparison_answer(outcome, options, _compared_odds(outcome, options))


def _compared_odds(outcome: Outcome, options: list[Option | LeftOut]) -> Odds | None:
    """Return the odds of a scenario with the chance of each option to be the cheapest."""
    from ftvp.compare.answer import FEW_POINTS, chances
    from ftvp.decide.compose import odds_answer
    from ftvp.decide.weighing import weighing

    drawn = _futures(outcome)
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


def record(
    command: Command,
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    files: Sequence[str] = (),
) -> tuple[ScenarioAnswer, Recorded]:
    """Return an answer, and the record that repeats it without any file of the scenario.

    `files` are noted in it beside those that the scenario names, such as its own.
    """
    from ftvp.files.disk import note_read, watched
    from ftvp.records.record import Computed, recorded

    tables = tables or load_tables()
    with watched() as read:
        for path in (*files, *(scenario.evals or ())):
            note_read(path)
        inputs, evals = inputs_of(scenario, tables, as_of)
    answer = answer_to(command, scenario, inputs.tables, inputs.day, (inputs.readings, evals))
    return answer, recorded(Computed(command, inputs, evals, read), scenario, answer)


def replay(
    kept: Recorded, tables: Tables | None = None, as_of: date | None = None
) -> ScenarioAnswer:
    """Return the answer of a record once more, from the rows that it holds.

    With `tables`, from those instead, under the overlays that the record holds; with `as_of`, on
    that day. Raises FtvpError where there is no answer any more.
    """
    day = as_of or kept.as_of
    if tables is None:
        found = kept.tables.restored
        return answer_to(kept.command, kept.scenario, found, day, kept.readings.read)
    found = under_layers(kept, tables)
    return answer_to(kept.command, kept.scenario, found, day, read_again(kept, found))


def read_again(kept: Recorded, tables: Tables) -> Read:
    """Return what the files of a record said, for the tokenizers of other tables."""
    from ftvp.records.record import fitted

    readings, evals = kept.readings.read
    tokenizers = kept.tables.pricing.tokenizers
    return fitted(readings, tokenizers, tables.pricing.tokenizers), evals


def diff(old: Recorded, new: Recorded | None = None, as_of: date | None = None) -> DiffAnswer:
    """Return why two recorded answers differ, in USD by cause.

    Without a second record, its place is taken by the first one's scenario at the tables that ship
    with this version, on a day: today's unless told.
    """
    from ftvp.records.causes import Side
    from ftvp.records.diff import Answered, difference_of

    readings, evals = old.readings.read
    before = Side(old.command, old.scenario, old.tables.restored, old.as_of, readings, evals)
    first = Answered(before, old.answer, old.tool_version)
    if new is not None:
        readings, evals = new.readings.read
        after = Side(new.command, new.scenario, new.tables.restored, new.as_of, readings, evals)
        return difference_of(first, Answered(after, new.answer, new.tool_version), judged)
    tables = under_layers(old, load_tables())
    readings, evals = read_again(old, tables)
    after = Side(old.command, old.scenario, tables, as_of or today(), readings, evals)
    return difference_of(first, _answered(after), judged)


def causes(
    scenario: Scenario, before: tuple[Tables, date], after: tuple[Tables, date]
) -> tuple[list[CausePart], list[str]]:
    """Return why the net benefit of a scenario differs between two tables and days.

    That is the part of each cause in USD, and the causes of which one alone changes the verdict of
    `decide`.
    """
    from ftvp.records.causes import BothSides, Side
    from ftvp.records.diff import alone_of, parts_of

    sides = []
    for tables, day in (before, after):
        inputs, evals = inputs_of(scenario, tables, day)
        sides.append(Side("decide", scenario, inputs.tables, day, inputs.readings, evals))
    pair = BothSides(*sides)
    return list(parts_of(pair)), alone_of(pair, judged)


def _answered(side: Side) -> Answered:
    """Return a side with its answer, also where a model of it has ended."""
    from ftvp.errors import ShutDownError
    from ftvp.records.diff import Answered
    from ftvp.records.ended import ended_answer
    from ftvp.version import __version__

    read = side.readings, side.evals
    answer: Record
    try:
        answer = answer_to(side.command, side.scenario, side.tables, side.day, read)
    except ShutDownError as error:
        answer = ended_answer(side.scenario, side.tables, side.day, error)
    values = answer.model_dump(mode="json", by_alias=True)
    return Answered(side, values, __version__)


def judged(side: Side) -> tuple[Choice, str]:
    """Return the choice at a side and the code of its reason; of `compare`, that of the money."""
    from ftvp.cost.inputs import untold
    from ftvp.decide.weighing import weighing
    from ftvp.errors import FtvpError

    with_tree = side.command == "decide"
    try:
        outcome = None if untold(side.scenario) else _outcome(side.inputs, strict=False)
        found = weighing(side.inputs, outcome, futures=_futures(outcome), with_tree=with_tree)
    except FtvpError:
        return "prompt", "not_on_sale"
    verdict = found.judgement if with_tree else found.money_alone
    return verdict.choice, verdict.because


def under_layers(kept: Recorded, tables: Tables) -> Tables:
    """Return other tables under the overlays of a record, as it holds them."""
    for layer, overlay in zip(kept.tables.layers, kept.tables.overlays, strict=True):
        tables = tables.under(layer, overlay.file, overlay.doubts)
    return tables


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
    from ftvp.odds.gain import forecasted

    refuse_conflicts(scenario)
    day = as_of or scenario.as_of or today()
    tables = with_overlays(tables or load_tables(), scenario.prices)
    if scenario.discounts:
        from ftvp.files.overlay import discounted

        tables = discounted(tables, scenario.discounts, day)
    if read is None:
        found = _findings(scenario, tables)
        readings = replace(_readings(scenario, tables, day, found), origins=origins or {})
        read = readings, eval_summary(found)
    readings, evals = read
    return forecasted(resolve(scenario, tables, day, readings)), evals


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
    from ftvp.prompts import read_prompt

    return {name: read_prompt("-" if path == "-" else Path(path)) for name, path in files.items()}


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
    return eval_findings(_measured(scenario), eval_question(scenario, tables.framework))


def _measured(scenario: Scenario, train: Path | None = None) -> PairedScores:
    """Return the scores that the scenario's eval results hold."""
    from ftvp.evals.read import Fields, read_evals

    names = ("id", "score", "cluster", "scale", "lower_is_better")
    fields = Fields(**{name: getattr(scenario, f"evals_{name}") for name in names})
    return read_evals(scenario.evals or (), fields, train)


def _outcome(inputs: Inputs, *, strict: bool = True) -> Outcome:
    from ftvp.cost.outcome import Outcome
    from ftvp.cost.sides import prepare

    return Outcome(prepare(inputs, strict=strict))


def _futures(outcome: Outcome | None, points: int | None = None) -> Futures | None:
    """Return draws of what is uncertain; None where a bill is a floor or nothing is tuned."""
    if (
        outcome is None
        or outcome.weighed is None
        or outcome.is_floor
        or outcome.prepared.closed is not None
    ):
        return None
    from ftvp.odds.draws import futures, uncertain
    from ftvp.odds.lattice import POINTS

    return futures(uncertain(outcome), points or POINTS)


def evals(
    scenario: Scenario,
    tables: Tables | None = None,
    *,
    train: Path | None = None,
    general: Sequence[str] = (),
    general_score: str | None = None,
) -> EvalsAnswer:
    """Return whether tuning improves quality on the scenario's eval results, item by item.

    Qualities are percent, differences points, money USD a month; `train` is a training file in
    which the items are looked for, `general` both sides' results on tasks that tuning was not for.
    Raises FtvpError for what cannot be read, scored or paired.
    """
    from ftvp.evals.answer import eval_question, evals_answer
    from ftvp.evals.read import Fields, read_evals
    from ftvp.version import __version__

    asked = eval_question(scenario, (tables or load_tables()).framework)
    untouched = read_evals(general, Fields(score=general_score)) if general else None
    return evals_answer(_measured(scenario, train), asked, __version__, untouched)


def tokens(
    paths: Sequence[Path | Literal["-"]],
    *,
    model: str | None = None,
    as_of: date | None = None,
    mark: bool = False,
) -> TokensAnswer:
    """Return the tokens of prompt files, with the instructions, shots and request found in them.

    Counted as `model` counts, by default the table's default model of the day. `mark` adds the
    text of every part. Raises FtvpError for a file that cannot be read.
    """
    from ftvp.files.tables import load_table, shipped
    from ftvp.prompts.answer import tokens_answer
    from ftvp.tables.pricing import Pricing

    table = load_table(Pricing, shipped("pricing"))
    default = table.default_model(as_of or today()) or ""
    return tokens_answer(paths, table, model, default, mark=mark)


def dataset(
    path: Path | Literal["-"],
    request: Request | None = None,
    tables: Tables | None = None,
    *,
    as_of: date | None = None,
    report: Callable[[int], None] | None = None,
) -> DatasetAnswer:
    """Return what a training file holds and lacks, and what training on it costs.

    Files that `request` wants are written, each whole. `report` is told how many bytes have been
    read. Raises FtvpError with every line that keeps the file from being trained on.
    """
    from ftvp.dataset.measure import Request, answered

    return answered(path, request or Request(), tables or load_tables(), as_of or today(), report)


def pricing(  # noqa: PLR0913  one parameter a flag
    model: str | None = None,
    *,
    as_of: date | None = None,
    prices: Sequence[str] = (),
    max_price_age: int | None = None,
    currency: Currency | None = None,
    stale: bool = False,
) -> PricingAnswer:
    """Return the price table under overlay files, or some models' part of it, as of a day.

    `model` is a name, a provider or a pattern; `stale` lists what was checked longest ago.
    `currency` is noted for the view; every amount is USD. StalePriceError where a price in force
    was last checked more than `max_price_age` days ago.
    """
    from ftvp.prices.answer import PriceRequest, pricing_answer

    request = PriceRequest(model, max_price_age, currency, stale=stale)
    return pricing_answer(with_overlays(load_tables(), prices), as_of or today(), request)


def quality(task: str | None = None, *, as_of: date | None = None) -> QualityAnswer:
    """Return the quality table, or one task's row."""
    from ftvp.guide.answer import quality_answer

    return quality_answer(load_tables(), as_of or today(), task)


def guide(
    topic: str | None = None, *, as_of: date | None = None, framework: Path | None = None
) -> GuideAnswer:
    """Return the framework's tables on a topic; without one, the list of topics."""
    from ftvp.guide.answer import guide_answer

    return guide_answer(load_tables(framework=framework), as_of or today(), topic)


def with_overlays(tables: Tables, files: Sequence[str] | None) -> Tables:
    """Return the tables under overlay files; FtvpError names every mistake of a file."""
    if not files:
        return tables
    from ftvp.files.overlay import overlaid

    return overlaid(tables, files)


def today() -> date:
    """Return the user's own day."""
    return date.today()  # noqa: DTZ011  the user's own day is meant
