"""`ftvp pricing diff`: what changed between two price tables or two days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ftvp.cli.options import AsOf, Format, How, Json, Output, day_of, show
from ftvp.errors import FtvpError

if TYPE_CHECKING:
    from ftvp.advice.price_diff import Outcome, Priced
    from ftvp.scenario import Scenario

Old = Annotated[str, typer.Argument(metavar="OLD", help="A day, a price table or an overlay.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The same.")]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="FILE", help="Show which verdicts change; repeat it."),
]


def command(  # noqa: PLR0913  one parameter a flag
    old: Old,
    new: New,
    *,
    scenario: Scenarios = None,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """What changed between two days, price tables or overlays; with scenarios, their verdicts."""
    from ftvp.advice.price_diff import price_diff_answer, verdict_change
    from ftvp.files.scenario import load_scenario
    from ftvp.version import __version__

    day = day_of(as_of)
    before, after = priced(old, day), priced(new, day)
    told = {file: load_scenario(file) for file in scenario or ()}
    verdicts = tuple(
        verdict_change(file, outcome(each, before), outcome(each, after))
        for file, each in told.items()
    )
    answer = price_diff_answer(before, after, verdicts, __version__)
    show(answer, How(json=json, format=format, output=output))


def priced(name: str, day: date) -> Priced:
    """Return the tables that a name stands for: of a day, of a table's file, or of an overlay."""
    from ftvp.advice.price_diff import Priced
    from ftvp.files.overlay import tables_of
    from ftvp.files.tables import load_tables

    try:
        return Priced(name, load_tables(), date.fromisoformat(name))
    except ValueError:
        return Priced(name, tables_of(name), day)


def outcome(scenario: Scenario, at: Priced) -> Outcome:
    """Return what a scenario leads to at some prices, or why there is no answer."""
    from ftvp.advice.price_diff import Outcome
    from ftvp.api import compare, decide

    try:
        answer = decide(scenario, at.tables, at.day)
    except FtvpError as error:
        return Outcome(choice=None, headline=str(error), cheapest=None)
    ways = compare(scenario, at.tables, at.day).ways if answer.cost else ()
    cheapest = f"{ways[0].model}, {ways[0].kind}" if ways else None
    verdict = answer.verdict
    return Outcome(
        choice=verdict.choice,
        headline=verdict.headline,
        cheapest=cheapest,
        ranking=tuple(way.id for way in ways),
    )
