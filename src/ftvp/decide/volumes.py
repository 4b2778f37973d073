"""The same scenario at several volumes: a row each, and where tuning begins to pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from ftvp.cost.answer import AssumptionAnswer, BreakevenVolume
from ftvp.cost.view import assumed_line
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.cost_view import volumes_said
from ftvp.render.document import Aside, Block, Lead, Row, Table, Warned, own_prices
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header
from ftvp.tables.rules import Choice
from ftvp.units import Record
from ftvp.wording import Money, count_text, months_text


class VolumeRow(Record):
    """What a scenario costs at one volume, USD, and what tuning brings within the horizon."""

    requests_per_day: float
    prompted_monthly_usd: float
    tuned_monthly_usd: float | None
    monthly_saving_usd: float | None
    upfront_usd: float | None
    breakeven_months: float | None
    net_benefit_usd: float | None
    choice: Choice


class VolumesAnswer(Header):
    """The document `ftvp.volumes/1`: rows by rising volume."""

    schema_: Literal["ftvp.volumes/1"] = Field(default="ftvp.volumes/1", alias="schema")
    inputs: Scenario
    horizon_months: float | None
    headline: str
    breakeven_volume: BreakevenVolume
    rows: tuple[VolumeRow, ...]
    assumptions: tuple[AssumptionAnswer, ...]
    warnings: tuple[str, ...]

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return the volumes as the rows of a table."""
        return [row.model_dump(mode="json") for row in self.rows]


def volumes_answer(answers: Sequence[BreakevenAnswer]) -> VolumesAnswer:
    """Return one document of the answers to a scenario at several volumes."""
    rising = sorted(answers, key=lambda answer: answer.inputs.volume or 0)
    first = rising[0]
    said = volumes_said(first)
    fields = {name: getattr(first, name) for name in Header.model_fields if name != "schema_"}
    return VolumesAnswer(
        **fields,
        inputs=first.inputs.model_copy(update={"volume": None}),
        horizon_months=first.horizon.months if first.horizon else None,
        headline=" ".join(said) if said else rising[-1].verdict.headline,
        breakeven_volume=first.breakeven_volume,
        rows=tuple(map(_row, rising)),
        assumptions=first.assumptions,
        warnings=tuple(dict.fromkeys(each for answer in rising for each in answer.warnings)),
    )


def _row(answer: BreakevenAnswer) -> VolumeRow:
    tuned = answer.tuned
    return VolumeRow(
        requests_per_day=answer.inputs.volume or 0,
        prompted_monthly_usd=answer.prompted.monthly_usd,
        tuned_monthly_usd=tuned.monthly_usd if tuned else None,
        monthly_saving_usd=answer.monthly_saving_usd,
        upfront_usd=tuned.upfront_usd if tuned else None,
        breakeven_months=answer.breakeven.months,
        net_benefit_usd=answer.horizon.net_benefit_usd if answer.horizon else None,
        choice=answer.verdict.choice,
    )


def view(answer: VolumesAnswer, explain: bool) -> Iterator[Block]:  # noqa: FBT001
    """Yield the volumes at which tuning pays, and a row for each that was asked for."""
    money = Money(answer.currency)
    months = answer.horizon_months
    ahead = f"{months:g} months" if months else ""
    columns = ("now", "tuned", "saved", "paid after", ahead)
    yield Lead(answer.headline)
    yield Table("Requests a day", columns, tuple(_marked(answer, money)))
    shown = answer.warnings if explain else answer.warnings[:2]
    if shown:
        yield Warned(shown)
    line = assumed_line(answer.assumptions)
    if line is not None:
        yield Aside(line)
    yield from own_prices(answer.overlays, answer.currency)
    once = answer.rows[0].upfront_usd
    paid = "" if once is None else f", after a one-off {money.usd(once)}"
    yield Aside(f"Amounts a month{paid}. More: one --volume alone, --output FILE.csv")


def _marked(answer: VolumesAnswer, money: Money) -> Iterator[Row]:
    """Yield a row for each volume, and one where tuning begins or ceases to be ahead."""
    intervals = answer.breakeven_volume.intervals
    edges = [(each.from_, "pays from here") for each in intervals]
    edges += [(each.to, "pays up to here") for each in intervals if each.to is not None]
    lowest, highest = answer.rows[0].requests_per_day, answer.rows[-1].requests_per_day
    rows = [(row.requests_per_day, _shown(row, money)) for row in answer.rows]
    for volume, says in edges:
        if lowest < volume <= highest:
            cells = ("", "", "", says, "")
            rows.append((volume, Row(count_text(round(volume)), cells, level="total")))
    for _, row in sorted(rows, key=lambda each: each[0]):
        yield row


def _shown(row: VolumeRow, money: Money) -> Row:
    amounts = (row.prompted_monthly_usd, row.tuned_monthly_usd, row.monthly_saving_usd)
    months = row.breakeven_months
    return Row(
        count_text(row.requests_per_day),
        (
            *(None if usd is None else money.usd(usd) for usd in amounts),
            "never" if months is None else months_text(months),
            None if row.net_benefit_usd is None else money.usd(row.net_benefit_usd),
        ),
        decides="for" if row.choice in ("fine_tune", "hybrid") else None,
    )
