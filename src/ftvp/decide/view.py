"""What `ftvp decide` and `ftvp breakeven` show: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from ftvp.cost.answer import AssumptionAnswer, BreakevenVolume
from ftvp.cost.view import LINE, assumed_line, in_two_lines, versions, warned
from ftvp.decide.answer import BreakevenAnswer, CostAnswer, DecisionAnswer
from ftvp.decide.compose import said_by
from ftvp.decide.cost_view import (
    ahead,
    bars,
    bills,
    cheaper_said,
    explained,
    not_counted,
    volumes_said,
)
from ftvp.decide.facts import QualityResult, VolumeResult
from ftvp.decide.headline import sentences
from ftvp.odds.view import forecast_said, futures_said
from ftvp.render.document import (
    CHOICES,
    Aside,
    Block,
    Items,
    Lead,
    Paragraph,
    Row,
    Spare,
    Table,
    Verbatim,
    Warned,
    basis,
    count_of,
    own_prices,
    percent_text,
    sentence,
)
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header
from ftvp.tables.framework import TUNES, Choice, DataResult
from ftvp.units import Record
from ftvp.wording import USD, Money, count_text, months_text, points_text, rounded_up, volume_text

ANSWERS = {True: "yes", False: "no", None: "?"}
MORE = "More: --explain (every amount, sources), ftvp compare, --output FILE.md"


def breakeven_view(answer: BreakevenAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the cost answer: what fits a first screen, or everything it rests on."""
    money = Money(answer.currency)
    lead, rest = in_two_lines(sentences(said_by(answer, answer.as_of), answer, money))
    return [
        Lead(lead, answer.verdict.choice),
        bills(answer, money),
        *(Spare(bar, 1) for bar in bars(answer, money)),
        *_money(answer, money, (lead, rest), explain=explain),
        *_measured(answer, money),
        *_foot(answer, answer, explain=explain),
    ]


def _money(
    cost: CostAnswer, money: Money, headline: tuple[str, str], *, explain: bool
) -> Iterator[Block | Spare]:
    """Yield when tuning pays, what is not counted, how sure that is and one alternative."""
    rest, said = headline[1], None if explain else " ".join(headline)
    lines = [rest, *ahead(cost, money, said), not_counted(cost, money, said or "") or ""]
    if any(lines):
        yield Paragraph(" ".join(filter(None, lines)))
    yield from _odds(cost, money, said)
    other = cheaper_said(cost, money)
    if other is not None:
        yield Spare(Paragraph(other), 2)


def _odds(cost: CostAnswer, money: Money, said: str | None) -> Iterator[Spare]:
    """Yield how sure it is that tuning is ahead, and what turns that and is not yet `said`."""
    if cost.odds is None:
        return
    turns = [
        turn
        for turn in cost.odds.turns
        if turn.field != "own_work_usd" or money.usd(turn.value) not in (said or "")
    ]
    against = " of the change" if cost.swap is not None else ""
    full, short = (
        futures_said(
            cost.odds.model_copy(update={"turns": told}), cost.inputs.horizon or 0, money, against
        )
        for told in (turns, turns[:1])
    )
    yield Spare(Paragraph(full), 5, Paragraph(short))


def _measured(answer: BreakevenAnswer | DecisionAnswer, money: Money) -> Iterator[Spare]:
    """Yield what an eval set says of the quality, and what that is worth where it is not told."""
    found, cost = answer.evals, answer if isinstance(answer, BreakevenAnswer) else answer.cost
    if found is None:
        return
    worth = found.worth_usd_per_month
    counted = cost is not None and cost.horizon is not None and cost.horizon.quality_usd
    errors = "" if worth is None or counted else f" In errors saved, {money.usd(worth)} a month."
    yield Spare(Paragraph(f"{found.headline}{errors}"), 6)


def _foot(cost: CostAnswer, header: Header, *, explain: bool) -> Iterator[Block | Spare]:
    """Yield warnings, assumptions and where to look further; with `explain` all of the grounds."""
    yield from warned(cost.warnings, explain=explain)
    line = assumed_line(cost.assumptions)
    if not explain:
        if line is not None:
            yield Spare(Aside(line), 3)
        yield from own_prices(header.overlays, header.currency)
        yield Aside(MORE)
        return
    if cost.quality is not None:
        yield Paragraph(forecast_said(cost.quality.forecast))
    yield from explained(cost, header)
    yield from basis(header.overlays, header.currency, _priced(cost))
    yield versions(header)


def _priced(cost: CostAnswer) -> list[str]:
    """Return the models whose prices an answer rests on."""
    models = dict.fromkeys(bill.model for bill in (cost.prompted, cost.tuned) if bill)
    return [model for model in models if model]


def view(answer: DecisionAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the decision: what fits a first screen, or everything it rests on."""
    money, cost = Money(answer.currency), answer.cost
    lead, rest = in_two_lines(sentences(said_by(answer, answer.as_of), cost, money))
    blocks: list[Block | Spare] = [Lead(lead, answer.verdict.choice)]
    blocks.append(five_questions(answer) if explain else _answers(answer))
    if cost is not None and cost.monthly_saving_usd is not None and cost.tuned is not None:
        blocks += _money_line(cost, money, (lead, rest), explain=explain)
    elif rest:
        blocks.append(Paragraph(rest))
    blocks += _measured(answer, money)
    if explain:
        blocks += [Items("Next", answer.next_steps)] if answer.next_steps else []
        blocks += _grounds(answer, money)
    else:
        first = [f"Next: {step[:1].lower()}{step[1:]}" for step in answer.next_steps[:1]]
        blocks += [Spare(Paragraph(text), 2) for text in first]
        blocks += warned(answer.warnings, explain=False)
    if cost is None or not explain:
        assumed = assumed_line(answer.assumptions, None if explain else LINE)
        blocks += [Spare(Aside(assumed), 3)] if assumed else []
        blocks += [] if explain else own_prices(answer.overlays, answer.currency)
        blocks.append(Aside("More: --explain (every amount, sources, tables), --output FILE.md"))
    return blocks


def _money_line(
    cost: CostAnswer, money: Money, headline: tuple[str, str], *, explain: bool
) -> Iterator[Block | Spare]:
    """Yield what is saved, what is paid once and when it pays, in a line or two, and the odds."""
    rest, said = headline[1], None if explain else " ".join(headline)
    saving = cost.monthly_saving_usd or 0
    once = money.usd(cost.tuned.upfront_usd if cost.tuned else 0)
    monthly = f"saves {money.usd(saving)}" if saving >= 0 else f"costs {money.usd(-saving)} more"
    lines = (rest, *ahead(cost, money, said), not_counted(cost, money, said or ""))
    more = " ".join(line for line in lines if line)
    known = said and f"{money.usd(abs(saving))} a month" in said
    subject = "tuning" if cost.swap is None else "tuning with the change of model"
    monthly = "" if known else f"{subject} {monthly} a month; "
    yield Paragraph(f"Money: {monthly}one-off {once}. {more}".strip())
    yield from _odds(cost, money, said)


def _answers(answer: DecisionAnswer) -> Table:
    """Return the answers to the five questions, each in a few words."""
    rows = []
    decides = answer.tree.because == answer.verdict.because
    for number, step in enumerate(answer.tree.path, 1):
        parts = [ANSWERS[step.answer]] if step.answer is not None else []
        parts += [] if step.because in ("yes", "no") else [step.because]
        parts += ["assumed"] if step.assumed else []
        last = " (decides)" if decides and step is answer.tree.path[-1] else ""
        rows.append(Row(f"{number} {step.id.replace('_', ' ')}", (f"{', '.join(parts)}{last}",)))
    return Table("", ("",), tuple(rows), numeric=False, compact=True)


def five_questions(answer: DecisionAnswer) -> Table:
    """Return the questions in full as they were answered; the last one decides."""
    rows = []
    for number, step in enumerate(answer.tree.path, 1):
        known = "" if step.because in ("yes", "no") else f" {step.because}."
        known += " Assumed from the quality table." if step.assumed else ""
        rows.append(Row(ANSWERS[step.answer], (f"{number}. {step.question}{known}",)))
    lead = CHOICES[answer.tree.choice]
    text = f": {answer.tree.text}" if answer.tree.text else ""
    return Table("The five questions", ("",), (*rows, Row("so", (f"{lead}{text}",))), numeric=False)


def for_and_against(answer: DecisionAnswer, title: str) -> Iterator[Block]:
    """Yield the reasons under a title, what the quality table says, and what speaks against."""
    if answer.verdict.reasons:
        yield Items(title, answer.verdict.reasons)
    yield from table_says(answer)
    against = [f"{d.lens}: {sentence(f'{d.says}: {d.why}')}" for d in answer.disagreements]
    if against:
        yield Items("What speaks against this", tuple(against))


def _grounds(answer: DecisionAnswer, money: Money) -> Iterator[Block]:
    """Yield the bills, what each table says, what speaks against the choice, and the sources."""
    cost = answer.cost
    if cost is not None:
        yield bills(cost, money)
        yield from bars(cost, money)
        other = cheaper_said(cost, money)
        if other is not None:
            yield Paragraph(other)
    yield from for_and_against(answer, "Why")
    if answer.warnings:
        yield Warned(answer.warnings)
    if cost is not None and cost.quality is not None:
        yield Paragraph(forecast_said(cost.quality.forecast))
    if cost is not None:
        yield from explained(cost, answer)
    yield Paragraph("The same answer without questions:")
    yield Verbatim(answer.equivalent_command)
    yield from basis(answer.overlays, answer.currency, _priced(cost) if cost else ())
    yield versions(answer)


def table_says(answer: DecisionAnswer) -> Iterator[Block]:
    """Yield what each table says of the scenario."""
    said = [
        Row("volume", (_volume(answer.volume),)) if answer.volume else None,
        Row("quality", (_quality(answer.quality),)) if answer.quality else None,
        Row("data", (_data(answer.data),)) if answer.data else None,
    ]
    rows = tuple(row for row in said if row is not None)
    if rows:
        yield Table("What each table says", ("",), rows, numeric=False)


def _volume(volume: VolumeResult) -> str:
    text = f"{volume.band} requests a day: {sentence(volume.advice)} {sentence(volume.why)}"
    if volume.condition is None:
        return text
    unknown = " and ".join(name.replace("_", " ") for name in volume.condition.missing)
    holds = {True: "holds", False: "does not hold", None: f"open until you know {unknown}"}
    return f"{text} Here {volume.condition.text}: {holds[volume.condition.holds]}."


def _quality(quality: QualityResult) -> str:
    gain = points_text(quality.delta.low, quality.delta.high)
    origin = "as measured" if quality.measured else "by the quality table"
    sides = f"Prompting {percent_text(quality.prompting)}, tuned {percent_text(quality.tuned)}"
    parts = [f"{sides}: {gain} {origin}."]
    if quality.evidence:
        found = count_of(len(quality.evidence), "published comparison")
        parts.append(f"{found} (ftvp quality {quality.task}).")
    parts += [sentence(text) for text in (quality.contradiction, quality.delta_note) if text]
    return " ".join(parts)


def _data(data: DataResult) -> str:
    have = f"{count_of(data.examples, 'labelled example')}: "
    parts = [have + sentence(data.expected_quality or "fewer than the smallest useful set")]
    if data.use_case:
        parts.append(f"Good for: {sentence(data.use_case)}")
    if data.missing:
        parts.append(f"{count_text(data.missing)} more are needed.")
    if data.next_tier:
        more = count_text(data.missing_to_next_tier or 0)
        parts.append(f"{more} more reach the next size, {data.next_tier}.")
    return " ".join(parts)


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
    tuned_monthly_usd: float | None
    monthly_saving_usd: float | None
    upfront_usd: float | None
    breakeven_months: float | None
    net_benefit_usd: float | None
    net_benefit_after_work_usd: float | None
    deciding_net_usd: float | None
    """The same, against the other model without tuning where that is less."""
    choice: Choice
    because: str


class VolumesAnswer(Header):
    """The document `ftvp.volumes/1`: rows by rising volume."""

    schema_: Literal["ftvp.volumes/1"] = Field(default="ftvp.volumes/1", alias="schema")
    inputs: Scenario
    horizon_months: float | None
    headline: str
    own_work_usd: float | str | None
    """What own work is taken to cost, where nobody told."""
    breakeven_volume: BreakevenVolume
    rows: tuple[VolumeRow, ...]
    assumptions: tuple[AssumptionAnswer, ...]
    warnings: tuple[str, ...]

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
    ahead = f"{answer.horizon_months:g} months net" if answer.horizon_months else ""
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
