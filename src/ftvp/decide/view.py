"""What `ftvp decide` and `ftvp breakeven` show: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.cost.view import assumed_line, versions
from ftvp.decide.answer import BreakevenAnswer, CostAnswer, DecisionAnswer, EvalSummary
from ftvp.decide.compose import said_by
from ftvp.decide.cost_view import (
    ahead,
    article_line,
    bars,
    bills,
    cheaper_said,
    explained,
    not_counted,
)
from ftvp.decide.headline import sentences
from ftvp.decide.lenses import QualityResult, VolumeResult
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
from ftvp.tables.bundle import Header
from ftvp.tables.rules import Choice, DataResult
from ftvp.wording import Money, count_text, points_text

ANSWERS = {True: "yes", False: "no", None: "?"}
MOST_WARNINGS = 2
TWO_LINES = 150
"""Characters of which two lines of 80 surely have room."""
MORE = "More: --explain (every amount, sources), ftvp compare, --output FILE.md"


def breakeven_view(answer: BreakevenAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the cost answer: what fits a first screen, or everything it rests on."""
    money = Money(answer.currency)
    said = sentences(said_by(answer, answer.as_of), answer, money)
    return [
        *_answer(said, answer.verdict.choice),
        bills(answer, money),
        *_money(answer, money),
        *_measured(answer.evals, money),
        *_foot(answer, answer, explain=explain),
    ]


def _answer(said: list[str], choice: Choice) -> Iterator[Block]:
    """Yield the headline: what fits two lines is the verdict itself, the rest stands below it."""
    first = next((n for n in range(len(said), 1, -1) if len(" ".join(said[:n])) <= TWO_LINES), 1)
    yield Lead(" ".join(said[:first]), choice)
    if said[first:]:
        yield Paragraph(" ".join(said[first:]))


def _money(cost: CostAnswer, money: Money) -> Iterator[Block | Spare]:
    for bar in bars(cost, money):
        yield Spare(bar, 0)
    lines = [ahead(cost, money), not_counted(cost), article_line(cost, money)]
    said = " ".join(line for line in lines if line)
    if said:
        yield Paragraph(said)
    yield from _odds(cost, money)
    other = cheaper_said(cost, money)
    if other is not None:
        yield Spare(Paragraph(other), 1)


def _odds(cost: CostAnswer, money: Money) -> Iterator[Block]:
    """Yield how sure it is that tuning is ahead, and what turns that."""
    if cost.odds is not None:
        against = " of the change" if cost.swap is not None else ""
        months = cost.inputs.horizon or 0
        yield Paragraph(futures_said(cost.odds, months, money, against))


def _measured(found: EvalSummary | None, money: Money) -> Iterator[Block]:
    """Yield what an eval set says of the quality, and what that is worth where it is known."""
    if found is None:
        return
    worth = found.worth_usd_per_month
    said = "" if worth is None else f" In errors saved, {money.usd(worth)} a month."
    yield Paragraph(f"{found.headline}{said}")


def _foot(cost: CostAnswer, header: Header, *, explain: bool) -> Iterator[Block | Spare]:
    """Yield warnings, assumptions and where to look further; with `explain` all of the grounds."""
    if cost.warnings:
        yield Warned(_few(cost.warnings, explain=explain))
    line = assumed_line(cost.assumptions)
    if not explain:
        if line is not None:
            yield Spare(Aside(line), 2)
        yield from own_prices(header.overlays, header.currency)
        yield Aside(MORE)
        return
    if cost.quality is not None:
        yield Paragraph(forecast_said(cost.quality.forecast))
    yield from explained(cost, header)
    yield from basis(header.overlays, header.currency, _priced(cost))
    yield versions(header)


def _few(warnings: tuple[str, ...], *, explain: bool) -> tuple[str, ...]:
    """Return the warnings; on a first screen the first two, and how many more there are."""
    if explain or len(warnings) <= MOST_WARNINGS:
        return warnings
    return (*warnings[:MOST_WARNINGS], f"and {len(warnings) - MOST_WARNINGS} more (--explain)")


def _priced(cost: CostAnswer) -> list[str]:
    """Return the models whose prices an answer rests on."""
    models = dict.fromkeys(bill.model for bill in (cost.prompted, cost.tuned) if bill)
    return [model for model in models if model]


def view(answer: DecisionAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the decision: what fits a first screen, or everything it rests on."""
    money = Money(answer.currency)
    said = sentences(said_by(answer, answer.as_of), answer.cost, money)
    blocks: list[Block | Spare] = [*_answer(said, answer.verdict.choice), five_questions(answer)]
    if answer.cost is not None:
        blocks += _money_line(answer.cost, money)
    blocks += _measured(answer.evals, money)
    blocks += [Spare(Items("Next", answer.next_steps), 1)] if answer.next_steps else []
    if explain:
        blocks += _grounds(answer, money)
    elif answer.warnings:
        blocks.append(Warned(_few(answer.warnings, explain=False)))
    if answer.cost is None or not explain:
        assumed = assumed_line(answer.assumptions)
        blocks += [Spare(Aside(assumed), 2)] if assumed else []
        blocks += [] if explain else own_prices(answer.overlays, answer.currency)
        blocks.append(Aside("More: --explain (every amount, sources, tables), --output FILE.md"))
    return blocks


def _money_line(cost: CostAnswer, money: Money) -> Iterator[Block]:
    """Yield what is paid once and when it pays, in one or two lines."""
    saving = cost.monthly_saving_usd
    if saving is None or cost.tuned is None:
        return
    once = money.usd(cost.tuned.upfront_usd)
    monthly = f"saves {money.usd(saving)}" if saving >= 0 else f"costs {money.usd(-saving)} more"
    rest = " ".join(line for line in (ahead(cost, money), not_counted(cost)) if line)
    yield Paragraph(f"Money: {monthly} a month; one-off {once}. {rest}".strip())
    yield from _odds(cost, money)


def five_questions(answer: DecisionAnswer) -> Table:
    """Return the questions as they were answered; the last one decides."""
    rows = []
    for number, step in enumerate(answer.tree.path, 1):
        known = "" if step.because in ("yes", "no") else f" {step.because}."
        known += " Assumed from the quality table." if step.assumed else ""
        rows.append(Row(ANSWERS[step.answer], (f"{number}. {step.question}{known}",)))
    lead = CHOICES[answer.tree.choice]
    text = f": {answer.tree.text}" if answer.tree.text else ""
    return Table("The five questions", ("",), (*rows, Row("so", (f"{lead}{text}",))), numeric=False)


def _grounds(answer: DecisionAnswer, money: Money) -> Iterator[Block]:
    """Yield the bills, what each table says, what speaks against the choice, and the sources."""
    cost = answer.cost
    if cost is not None:
        yield bills(cost, money)
        yield from bars(cost, money)
        other = cheaper_said(cost, money)
        if other is not None:
            yield Paragraph(other)
    if answer.verdict.reasons:
        yield Items("Why", answer.verdict.reasons)
    yield from table_says(answer)
    against = [f"{d.lens}: {sentence(f'{d.says}: {d.why}')}" for d in answer.disagreements]
    if against:
        yield Items("What speaks against this", tuple(against))
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
