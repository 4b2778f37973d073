"""The same scenario at several volumes: a row each, and where tuning begins to pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from ftvp.cost.answer import AssumptionAnswer, BreakevenVolume
from ftvp.cost.view import assumed_line, warned
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.compose import said_by
from ftvp.decide.cost_view import volumes_said
from ftvp.decide.headline import sentences
from ftvp.render.document import Aside, Block, Lead, Paragraph, Row, Spare, Table, own_prices
from ftvp.scenario import Scenario, ToldScenario
from ftvp.tables.bundle import Header
from ftvp.tables.framework import TUNES, Choice
from ftvp.units import Record
from ftvp.wording import USD, Money, count_text, months_text, rounded_up, span_text, volume_text

ROUND_VOLUMES = (100, 1_000, 10_000, 100_000, 1_000_000)
"""Requests a day at which a scenario is answered that tells no volume."""


def at_round_volumes(told: Scenario) -> list[Scenario]:
    """Return a scenario at its volume, or at round ones where it tells none."""
    if told.volume is not None:
        return [told]
    return [told.model_copy(update={"volume": float(each)}) for each in ROUND_VOLUMES]


class VolumeRow(Record):
    """What a scenario costs at one volume, USD, and what tuning brings within the horizon.

    `net_benefit_after_work_usd` counts own work that nobody told as it is taken to be.
    """

    requests_per_day: float
    prompted_monthly_usd: float
    """The first month."""
    tuned_monthly_usd: float | None
    """The first month; None where the tuned option has no bill."""
    monthly_saving_usd: float | None
    """Prompted less tuned, errors avoided left aside; below 0 where tuned costs more."""
    upfront_usd: float | None
    """What tuning costs before the first month; None where it has no bill."""
    breakeven_months: float | None
    """As in `ftvp breakeven`, own work included; None for never."""
    net_benefit_usd: float | None
    """Against prompting now, before untold own work; None without a bill or of a floor."""
    net_benefit_after_work_usd: float | None
    """None where `net_benefit_usd` is."""
    deciding_net_usd: float | None
    """The same, against the other model without tuning where that is less."""
    choice: Choice
    because: str
    """The rule that decided, such as `saves_money`."""


class VolumesAnswer(Header):
    """The document `ftvp.volumes/1`: rows by rising volume."""

    schema_: Literal["ftvp.volumes/1"] = Field(default="ftvp.volumes/1", alias="schema")
    inputs: ToldScenario
    """As resolved, but `volume`, which is null."""
    horizon_months: float | None
    """None where the tuned option has no bill, or a bill is only a floor."""
    headline: str
    own_work_usd: float | str | None
    """What own work is taken to cost, where nobody told."""
    breakeven_volume: BreakevenVolume
    """The same for all rows."""
    rows: tuple[VolumeRow, ...]
    assumptions: tuple[AssumptionAnswer, ...]
    """Those at the lowest volume."""
    warnings: tuple[str, ...]
    """Those that every volume has."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return the volumes as the rows of a table."""
        return [row.model_dump(mode="json") for row in self.rows]


def volumes_answer(answers: Sequence[BreakevenAnswer]) -> VolumesAnswer:
    """Return one document of the answers to a scenario at several volumes.

    Its warnings are those of every volume.
    """
    rising = sorted(answers, key=lambda answer: answer.inputs.volume or 0)
    first = rising[0]
    said, parts = volumes_said(first), said_by(rising[-1], first.as_of)
    fields = {name: getattr(first, name) for name in Header.model_fields if name != "schema_"}
    return VolumesAnswer(
        **fields,
        inputs=first.inputs.model_copy(update={"volume": None}),
        horizon_months=first.horizon.months if first.horizon else None,
        headline=" ".join(said) if said else sentences(parts, rising[-1], USD)[0],
        own_work_usd=next((e.value for e in first.assumptions if e.field == "own_work_usd"), None),
        breakeven_volume=first.breakeven_volume,
        rows=tuple(map(_row, rising)),
        assumptions=first.assumptions,
        warnings=tuple(
            text for text in first.warnings if all(text in each.warnings for each in rising)
        ),
    )


def _row(answer: BreakevenAnswer) -> VolumeRow:
    tuned, ahead = answer.tuned, answer.horizon
    return VolumeRow(
        requests_per_day=answer.inputs.volume or 0,
        prompted_monthly_usd=answer.prompted.monthly_usd,
        tuned_monthly_usd=tuned.monthly_usd if tuned else None,
        monthly_saving_usd=answer.monthly_saving_usd,
        upfront_usd=tuned.upfront_usd if tuned else None,
        breakeven_months=answer.breakeven.months,
        net_benefit_usd=ahead.net_benefit_usd if ahead else None,
        net_benefit_after_work_usd=ahead.net_benefit_after_work_usd if ahead else None,
        deciding_net_usd=answer.deciding_net_usd,
        choice=answer.verdict.choice,
        because=answer.verdict.because,
    )


def volumes_view(answer: VolumesAnswer, explain: bool) -> Iterator[Block | Spare]:  # noqa: FBT001
    """Yield the volumes at which tuning pays, and a row for each that was asked for."""
    money = Money(answer.currency)
    ahead = f"{span_text(answer.horizon_months)} net" if answer.horizon_months else ""
    columns: tuple[str, ...] = ("now", "tuned", "saved", "paid after", ahead)
    yield Lead(answer.headline)
    rows = tuple(_marked(answer, money))
    if all(row.tuned_monthly_usd is None for row in answer.rows):
        rows = tuple(replace(row, cells=row.cells[:1]) for row in rows)
        columns = columns[:1]
    yield Table("Requests a day", columns, rows)
    notes = list(_notes(answer, money))
    if notes:
        yield Paragraph(" ".join(notes))
    yield from warned(answer.warnings, explain=explain)
    line = assumed_line(answer.assumptions)
    if line is not None:
        yield Aside(line)
    yield from own_prices(answer.overlays, answer.currency)
    yield Aside("More: one --volume alone (what each amount is made of), --output FILE.csv")


def _notes(answer: VolumesAnswer, money: Money) -> Iterator[str]:
    """Yield what the columns hold: amounts a month, the one-off costs, own work, the change."""
    once, work = answer.rows[0].upfront_usd, answer.own_work_usd
    yield "Amounts are a month's."
    if once:
        yield f"Tuning costs {money.usd(once)} once."
    if isinstance(work, float) and work:
        yield (
            f"The last two columns count your own work, taken to be {money.usd(work)}: "
            "--engineering-hours, --hourly-rate."
        )
    if any(row.deciding_net_usd != row.net_benefit_after_work_usd for row in answer.rows):
        yield "The net is against the other model without tuning, where that costs less than now."
    if any(row.because == "cheaper_model" for row in answer.rows):
        yield "Change alone: the other model without tuning costs less."


BEGINS = "pays from here"


def _marked(answer: VolumesAnswer, money: Money) -> Iterator[Row]:
    """Yield a row for each volume, and one where tuning begins or ceases to be ahead."""
    intervals = answer.breakeven_volume.intervals
    edges = [(each.from_, BEGINS) for each in intervals]
    edges += [(each.to, "pays up to here") for each in intervals if each.to is not None]
    lowest, highest = answer.rows[0].requests_per_day, answer.rows[-1].requests_per_day
    rows = [(row.requests_per_day, _shown(row, money)) for row in answer.rows]
    for volume, says in edges:
        if lowest < volume <= highest:
            edge = volume_text(rounded_up(volume) if says == BEGINS else volume)
            rows.append((volume, Row(f"{edge} {says}", (None,) * 5, level="total")))
    for _, row in sorted(rows, key=lambda each: each[0]):
        yield row


def _shown(row: VolumeRow, money: Money) -> Row:
    amounts = (row.prompted_monthly_usd, row.tuned_monthly_usd, row.monthly_saving_usd)
    months, net = row.breakeven_months, row.deciding_net_usd
    paid = "never" if months is None else months_text(months)
    if months is None and row.because == "cheaper_model":
        paid = "change alone"
    return Row(
        count_text(row.requests_per_day),
        (
            *(None if usd is None else money.usd(usd) for usd in amounts),
            paid,
            None if net is None else money.usd(net),
        ),
        decides="for" if row.choice in TUNES else None,
    )
