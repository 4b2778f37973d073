"""What `ftvp decide` and `ftvp breakeven` show: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.cost.view import assumed_line, in_two_lines, versions, warned
from ftvp.decide.answer import BreakevenAnswer, CostAnswer
from ftvp.decide.compose import said_by
from ftvp.decide.cost_view import (
    ahead,
    bars,
    bills,
    cheaper_said,
    explained,
    not_counted,
)
from ftvp.decide.decision import DecisionAnswer, QualityResult, VolumeResult
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
    own_prices,
    percent_text,
    sentence,
)
from ftvp.tables.bundle import Header
from ftvp.tables.framework import DataResult
from ftvp.wording import (
    LINE,
    Money,
    agreeing,
    count_of,
    count_text,
    points_text,
)

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
        parts.append(f"{count_text(data.missing)} more {agreeing(data.missing)} needed.")
    if data.next_tier:
        more = data.missing_to_next_tier or 0
        reach = agreeing(more, "reaches", "reach")
        parts.append(f"{count_text(more)} more {reach} the next size, {data.next_tier}.")
    return " ".join(parts)
