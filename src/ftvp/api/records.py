"""Answers kept with what they rest on: recorded, replayed, and why two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ftvp.api.answers import answer_to, futures_of, inputs_of, outcome_at, today
from ftvp.files.tables import load_tables

if TYPE_CHECKING:
    from ftvp.api.answers import Read, ScenarioAnswer
    from ftvp.records.causes import Side
    from ftvp.records.diff import Answered, DiffAnswer
    from ftvp.records.record import Command, Recorded
    from ftvp.scenario import Scenario
    from ftvp.tables.bundle import Tables
    from ftvp.tables.framework import Choice
    from ftvp.tables.overlay import CausePart
    from ftvp.units import Record


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
    from ftvp.decide.weighing import weighing
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
