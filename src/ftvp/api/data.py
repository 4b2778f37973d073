"""Answers about files and tables: eval results, prompts, training files, prices; and records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.api.answers import (
    answer_to,
    futures_of,
    inputs_of,
    outcome_at,
    paired_scores,
    today,
    with_overlays,
)
from ftvp.files.tables import load_table, load_tables, shipped

if TYPE_CHECKING:
    from ftvp.api.answers import Read, ScenarioAnswer
    from ftvp.dataset.answer import DatasetAnswer
    from ftvp.dataset.measure import Request
    from ftvp.evals.answer import EvalsAnswer
    from ftvp.guide.answer import GuideAnswer, QualityAnswer
    from ftvp.prices.answer import PricingAnswer
    from ftvp.prompts.answer import TokensAnswer
    from ftvp.records.causes import Side
    from ftvp.records.diff import Answered, DiffAnswer
    from ftvp.records.record import Command, Recorded
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.tables.framework import Choice
    from ftvp.tables.overlay import CausePart
    from ftvp.units import Currency, Record


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
    return evals_answer(paired_scores(scenario, train), asked, __version__, untouched)


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


def record(  # noqa: PLR0913  what is asked, at which tables and day, and where it was told
    command: Command,
    scenario: Scenario,
    tables: Tables | None = None,
    as_of: date | None = None,
    *,
    files: Sequence[str] = (),
    origins: Mapping[str, str] | None = None,
) -> tuple[ScenarioAnswer, Recorded]:
    """Return an answer, and the record that repeats it without any file of the scenario.

    `files` are noted in it beside those that the scenario names, such as its own; `origins` say
    where a field was told.
    """
    from ftvp.files.disk import note_read, watched
    from ftvp.records.record import Computed, recorded

    tables = tables or load_tables()
    with watched() as read:
        for path in (*files, *(scenario.evals or ())):
            note_read(path)
        inputs, evals = inputs_of(scenario, tables, as_of, origins)
    scenario = inputs.scenario  # with what its logs said
    read_once = (inputs.readings, evals)
    answer = answer_to(command, scenario, inputs.tables, inputs.day, read_once)
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
        sides.append(Side("decide", inputs.scenario, inputs.tables, day, inputs.readings, evals))
    pair = BothSides(*sides)
    return list(parts_of(pair)), alone_of(pair, judged)


def _answered(side: Side) -> Answered:
    """Return a side with its answer, also where a model of it has ended."""
    from ftvp.errors import ShutDownError
    from ftvp.records.diff import Answered
    from ftvp.records.gate import ended_answer
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
    from ftvp.decide.verdict import weighing
    from ftvp.errors import FtvpError

    with_tree = side.command == "decide"
    try:
        outcome = None if untold(side.scenario) else outcome_at(side.inputs)
        found = weighing(side.inputs, outcome, futures=futures_of(outcome), with_tree=with_tree)
    except FtvpError:
        return "prompt", "not_on_sale"
    verdict = found.judgement if with_tree else found.money_alone
    return verdict.choice, verdict.because


def under_layers(kept: Recorded, tables: Tables) -> Tables:
    """Return other tables under the overlays of a record, as it holds them."""
    for layer, overlay in zip(kept.tables.layers, kept.tables.overlays, strict=True):
        tables = tables.under(layer, overlay.file, overlay.doubts)
    return tables
