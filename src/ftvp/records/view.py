"""What `ftvp diff` shows: both verdicts, then why, in dollars."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.records.diff import DiffAnswer, DiffSide
from ftvp.render.document import CHOICES, Aside, Block, Items, Lead, Paragraph, Row, Table, sentence
from ftvp.tables.overlay import CausePart
from ftvp.wording import Money, listing

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
    rows += [
        Row(part.group, (part.before, part.after, with_sign(part.usd, money))) for part in parts
    ]
    rows.append(Row("after", (None, None, money.usd(after.net_benefit_usd)), level="total"))
    return Table("Net benefit", ("from", "to", money.code), tuple(rows))


def with_sign(usd: float, money: Money) -> str:
    """Return an amount with its sign; no sign for what shows as 0.

    >>> with_sign(3.5, Money()), with_sign(-120, Money()), with_sign(0, Money())
    ('+$3.50', '-$120', '$0.00')
    """
    return f"{'+' if usd > 0 else ''}{money.usd(usd)}"


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
