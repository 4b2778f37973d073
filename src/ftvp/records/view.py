"""What `ftvp diff` shows, and the memos: pages of an answer that are sent round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ftvp.compare.answer import ComparisonAnswer
from ftvp.compare.view import ranked_table, verdict_said
from ftvp.cost.answer import AssumptionAnswer, InputUsed
from ftvp.cost.view import versions
from ftvp.decide.answer import BreakevenAnswer
from ftvp.decide.compose import equivalent_command, said_by
from ftvp.decide.decision import DecisionAnswer
from ftvp.decide.headline import sentences
from ftvp.decide.view import five_questions, for_and_against
from ftvp.odds.answer import Odds
from ftvp.odds.view import LABELS, futures_said, swings, switch_text, value_text, worth_said
from ftvp.records.diff import DiffAnswer, DiffSide
from ftvp.records.memo import (
    Memo,
    accuracy,
    considered,
    costs,
    figures,
    left_out,
    sureness,
    turning,
)
from ftvp.render.document import (
    CHOICES,
    Aside,
    Block,
    Figure,
    Figures,
    Items,
    Kicker,
    Lead,
    PageBlock,
    Paragraph,
    Row,
    Section,
    Table,
    Verbatim,
    Warned,
    age_text,
    basis,
    sentence,
)
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation
from ftvp.tables.overlay import CausePart
from ftvp.wording import (
    Money,
    a_day,
    agreeing,
    listing,
    opening,
    rounded_text,
    span_text,
)

MAX_MODELS = 12


def diff_view(answer: DiffAnswer) -> list[Block]:
    """Return both verdicts, the parts of the change, and what became of models."""
    money = Money(answer.currency)
    before, after = answer.before, answer.after
    said, now = _alone(answer), CHOICES[after.choice]
    lead = f"The verdict stays: {now}."
    if answer.changed:
        lead = f"The verdict changed, from '{CHOICES[before.choice]}' to '{now}'."
    return [
        Lead(lead, after.choice),
        Paragraph(f"{before.as_of}: {before.headline}"),
        Paragraph(f"{after.as_of}: {after.headline}"),
        parts_table(answer.parts, before, after, money),
        *([Paragraph(said)] if said else []),
        *_models(answer),
        Aside(
            "The net benefit of tuning, own work deducted, 0 where tuning is not to be had; each "
            "part is the mean over all orders in which the changes might come."
        ),
    ]


def parts_table(
    parts: tuple[CausePart, ...], before: DiffSide, after: DiffSide, money: Money
) -> Table:
    """Return what each cause did to the net benefit, from the old amount to the new one."""
    rows = [Row("before", (None, None, money.usd(before.net_benefit_usd)), level="total")]
    for part in parts:
        amount = f"{'+' if part.usd > 0 else ''}{money.usd(part.usd)}"
        rows.append(Row(part.group, (part.before, part.after, amount)))
    rows.append(Row("after", (None, None, money.usd(after.net_benefit_usd)), level="total"))
    return Table("Net benefit", ("from", "to", "amount"), tuple(rows))


def _alone(answer: DiffAnswer) -> str | None:
    """Return which change alone would have turned the verdict."""
    if not answer.changed:
        return None
    if not answer.alone:
        return "No change alone would have turned it: only several together do."
    names = [f"the {name}" for name in answer.alone]
    if len(names) == 1:
        return sentence(f"{names[0]} alone would have changed it")
    return sentence(f"each of {listing(names)} alone would have changed it")


def _models(answer: DiffAnswer) -> Iterator[Block]:
    """Yield what became of models, those that the answers rest on first, and of ways."""
    said = [f"{each.model}: {each.says}" for each in answer.models]
    said += [f"'{way}', an option of the scenario, no longer exists" for way in answer.ways_gone]
    if said:
        more = len(said) - MAX_MODELS
        rest = [f"{more} more (--json)"] if more > 0 else []
        yield Items("Models", (*said[:MAX_MODELS], *rest))


TITLES = {
    "Keep prompting": "Keep prompting {prompted}",
    "Run a pilot first": "Run a pilot before tuning {tuned}",
}
"""How a memo of known models is headed, where the headline does not begin with their names."""
REPLAY = (
    "Kept with --record FILE, the same answer comes from ftvp replay FILE, without these files."
)
ORIGINS = (
    ("What you told", ("told",)),
    ("What files and tables say", ("read", "table")),
    ("What is assumed", ("assumed",)),
)
"""The tables of inputs, each with the origins that it holds."""
MAX_WAYS, MAX_LEFT_OUT = 24, 12
MAX_ROWS = 12  # of a table of sources, so that it fits a sheet of paper


def breakeven_page(answer: BreakevenAnswer) -> list[PageBlock]:
    """Return the memo of what each side costs."""
    memo = Memo(answer, answer)
    command = equivalent_command("ftvp breakeven", told_again(answer.inputs, answer.inputs_used))
    return [
        *_begin(answer, memo),
        *_warned(answer.warnings),
        *_money(memo),
        *basis_of(answer.inputs_used, answer.assumptions, answer.sources, answer, answer.inputs),
        *_again(command, answer),
    ]


def decision_page(answer: DecisionAnswer) -> list[PageBlock]:
    """Return the memo of a decision; its questions too, and without bills where none is known."""
    cost = answer.cost
    memo = None if cost is None else Memo(cost, answer)
    blocks = [*_begin(answer, memo), *_warned(answer.warnings), *_why(answer)]
    if memo is not None:
        blocks += _money(memo)
    used, cited = (cost.inputs_used, cost.sources) if cost else ((), ())
    blocks += basis_of(used, answer.assumptions, cited, answer, answer.inputs)
    if not used:
        assumed = [
            f"{each.what}: {each.value} ({each.flag}; {each.source})" for each in answer.assumptions
        ]
        blocks.append(Items("", tuple(assumed or ["Only what was told: see the command below."])))
    return [*blocks, *_again(answer.equivalent_command, answer)]


def comparison_page(answer: ComparisonAnswer) -> list[PageBlock]:
    """Return the memo of a comparison: each option worth choosing, and what was left out."""
    money, shown = Money(answer.currency), answer.worth_showing()
    first, *rest = verdict_said(answer, money)
    command = equivalent_command("ftvp compare", told_again(answer.inputs, answer.inputs_used))
    volume = a_day(answer.inputs.volume or 0)
    cost = agreeing(shown.folded, "costs", "cost")
    folded = f"{shown.folded} more {cost} more for no better quality (ftvp compare --all)."
    notes = [folded if shown.folded else None, answer.quality_note]
    return [
        Lead(first.removesuffix(".")),
        Kicker(f"Comparison of options, {day_text(answer)}"),
        Paragraph(" ".join(rest)),
        _compared_figures(answer, money),
        *_warned(answer.warnings),
        Section("What each option costs"),
        Aside(f"{money.code}, at {volume}. A question mark: nobody measured it."),
        *ranked_table(shown.model_copy(update={"ways": shown.ways[:MAX_WAYS]}), money),
        *(Paragraph(note) for note in notes if note),
        *_chances(answer),
        *_turning(answer.odds, money, answer.horizon_months),
        *_left_out(answer),
        *basis_of(answer.inputs_used, answer.assumptions, answer.sources, answer, answer.inputs),
        *_again(command, answer),
    ]


def day_text(header: Header) -> str:
    """Return the day of an answer as it is written in a letter."""
    return f"{header.as_of.day} {header.as_of:%B %Y}"


def _begin(answer: BreakevenAnswer | DecisionAnswer, memo: Memo | None) -> Iterator[PageBlock]:
    """Yield the recommendation, one paragraph, and four numbers."""
    choice, kicker = answer.verdict.choice, Kicker(f"Decision memo, {day_text(answer)}")
    title = opening(answer.verdict.headline)
    if memo is None:
        yield from (Lead(title, choice), kicker)
        yield Paragraph(" ".join(sentences(said_by(answer, answer.as_of), None, Money())))
        return
    cost, money = memo.cost, memo.money
    named = TITLES[title].format(**dict(cost.names)) if title in TITLES else title
    yield from (Lead(named, choice), kicker)
    said = sentences(said_by(answer, answer.as_of), cost, money)
    if cost.odds is not None:
        against = " of the change" if cost.swap is not None else ""
        alone = cost.odds.model_copy(update={"turns": ()})
        said.append(futures_said(alone, cost.inputs.horizon or 0, money, against))
    yield Paragraph(" ".join(said))
    yield figures(memo)


def _warned(warnings: Sequence[str]) -> Iterator[PageBlock]:
    if warnings:
        yield Section("Before you sign")
        yield Warned(tuple(warnings))


def _why(answer: DecisionAnswer) -> Iterator[PageBlock]:
    """Yield the five questions, what speaks for and against, and what to do next."""
    yield Section("Why")
    yield five_questions(answer)
    yield from for_and_against(answer, "What decides")
    if answer.next_steps:
        yield Items("To do next", answer.next_steps)


def _money(memo: Memo) -> Iterator[PageBlock]:
    yield from costs(memo)
    yield from sureness(memo.cost.odds, memo)
    yield from turning(memo.cost.odds, memo)
    yield from accuracy(memo, memo.cost.evals)
    yield from considered(memo)
    yield from left_out(memo)


def _compared_figures(answer: ComparisonAnswer, money: Money) -> Figures:
    """Return what is paid now, the least that another option costs, and how many were counted."""
    own = answer.ways[0]
    others = [way for way in answer.ways[1:] if not way.floor]
    months = span_text(answer.horizon_months)
    found = [
        Figure(money.usd(own.monthly_usd), "a month now"),
        Figure(money.usd(own.horizon_usd), f"over {months} now"),
    ]
    if others:
        best = min(others, key=lambda way: way.horizon_usd)
        found.append(Figure(money.usd(best.horizon_usd), f"over {months}: {best.name}, the least"))
    found.append(Figure(f"{len(answer.ways):,}", "options counted, of which the useful are listed"))
    return Figures(tuple(found))


def _chances(answer: ComparisonAnswer) -> Iterator[PageBlock]:
    """Yield how likely each way is to be the cheapest."""
    yield Section("How sure this is")
    likely = [way for way in answer.ways if way.p_cheapest and way.p_cheapest >= 0.005]  # noqa: PLR2004  shown as 0 %
    if answer.odds is None or not likely:
        yield Paragraph(
            "No chance is given: the scenario's own tuned model is not to be had, or a bill is "
            "only a lower bound."
        )
        return
    ranked = sorted(likely, key=lambda way: -(way.p_cheapest or 0))[:MAX_LEFT_OUT]
    rows = tuple(Row(way.id, (rounded_text(way.p_cheapest or 0, ".0%"),)) for way in ranked)
    yield Table("Cheapest of those worth choosing, all in", ("Chance",), rows)


def _turning(odds: Odds | None, money: Money, months: float) -> Iterator[PageBlock]:
    yield Section("What would change the answer")
    if odds is None or not odds.inputs:
        yield Paragraph("Another volume, other lengths or other prices: see ftvp odds.")
        return
    yield Paragraph(f"Of tuning against prompting now, {span_text(months)} on:")
    yield from swings(odds, money)
    turns = [f"The answer turns {switch_text(each, money)}." for each in odds.turns]
    yield Items("", tuple(turns or ["No single input turns it within its bounds."]))
    yield Paragraph(" ".join(worth_said(odds, money)))


def _left_out(answer: ComparisonAnswer) -> Iterator[PageBlock]:
    yield Section("What was left out")
    said = [f"{each.model}, {each.kind}: {each.why}" for each in answer.left_out]
    more = len(said) - MAX_LEFT_OUT
    rest = [f"{more} more (ftvp compare --explain)"] if more > 0 else []
    yield Items("", (*said[:MAX_LEFT_OUT], *rest) if said else ("Nothing that was asked for.",))


def basis_of(
    used: Sequence[InputUsed],
    assumptions: Sequence[AssumptionAnswer],
    cited: Sequence[Citation],
    header: Header,
    scenario: Scenario,
) -> Iterator[PageBlock]:
    """Yield each input with its range and origin, told prices, and each price source's age."""
    yield Section("What it rests on")
    mattering = {each.field for each in assumptions}
    kept = [each for each in used if each.origin != "assumed" or each.field in mattering]
    kept = [each for each in kept if each.field != "examples_at_hand"]  # says `examples` again
    money = Money(header.currency)
    for title, origins in ORIGINS:
        rows = tuple(_input(each, money) for each in kept if each.origin in origins)
        if rows:
            yield Table(title, ("Value", "Range", "From"), rows, numeric=False)
    prices = list(_told_prices(scenario, money))
    for each in cited:
        age = None if each.checked_on is None else age_text(each.checked_on, header.as_of)
        prices.append(Row(each.name, (age and age.removeprefix("checked "), each.url)))
    for start in range(0, len(prices), MAX_ROWS):
        title = "More prices" if start else "Prices"
        part = tuple(prices[start : start + MAX_ROWS])
        yield Table(title, ("Checked", "Where"), part, numeric=False)


def _input(each: InputUsed, money: Money) -> Row:
    value = each.value
    said = value if isinstance(value, str) else value_text(each.field, value, money)
    spread = None
    if each.is_range:
        ends = (value_text(each.field, end or 0, money) for end in (each.low, each.high))
        spread = " to ".join(ends)
    source = each.source if each.origin != "told" else f"told by {each.source}"
    again = f"{source} (tell it: {each.flag})" if each.origin == "assumed" else source
    label = LABELS.get(each.field, each.field.replace("_", " "))
    return Row(label[:1].upper() + label[1:], (said, spread, again))


def _told_prices(scenario: Scenario, money: Money) -> Iterator[Row]:
    """Yield a row for each side whose prices were told."""
    for side in ("prompted", "tuned"):
        prices = getattr(scenario, f"{side}_price")
        if prices is not None:
            listed = ", ".join(
                f"{name.replace('_', ' ')} {money.price(price)}"
                for name, price in prices.model_dump(exclude_none=True).items()
            )
            yield Row(f"{side}: {listed} per million tokens", ("not checked", "told by you"))


def _again(command: str, answer: Header) -> Iterator[PageBlock]:
    """Yield how the answer is repeated, and from which tables and version it is."""
    yield Section("How to check it")
    yield Paragraph("The same answer, at a terminal:")
    day = "" if " --as-of " in command else f" --as-of {answer.as_of}"
    yield Verbatim(f"{command}{day}")
    yield Paragraph(REPLAY)
    yield from basis(answer.overlays, answer.currency)
    yield versions(answer)


def told_again(resolved: Scenario, used: Sequence[InputUsed]) -> Scenario:
    """Return the scenario that gives an answer again: what was told, its ranges, and the models."""
    kept = {each.field for each in used if each.origin == "told"} | {"model", "as_of"}
    values: dict[str, Any] = {
        name: value
        for name, value in resolved.model_dump(mode="json", exclude_none=True).items()
        if name in kept or not isinstance(value, int | float) or isinstance(value, bool)
    }
    if resolved.tuned_model == resolved.model:
        values.pop("tuned_model", None)
    for each in used:
        if each.origin == "told" and each.low is not None and each.high is not None:
            values[each.field] = _range_text(each)
    return Scenario.model_validate(values)


def _range_text(each: InputUsed) -> str:
    """Return a range as text: both ends, and the middle where that does not follow from them."""
    ends = f"{each.low:.12g}..{each.high:.12g}"
    read = getattr(Scenario.model_validate({each.field: ends}), each.field)
    follows = abs(float(read) - float(each.value)) <= 1e-9 * abs(float(each.value))
    return ends if follows else f"{each.low:.12g}..{each.value:.12g}..{each.high:.12g}"
