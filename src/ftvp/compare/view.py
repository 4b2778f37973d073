"""What `ftvp compare` shows: the scenario's own option first, then one line for each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from ftvp.compare.answer import ComparisonAnswer
from ftvp.compare.rank import OptionAnswer
from ftvp.cost.view import assumed_text, sources, versions
from ftvp.render.document import (
    Aside,
    Block,
    Items,
    Lead,
    Paragraph,
    Row,
    Spare,
    Table,
    Warned,
    basis,
    count_of,
    own_prices,
)
from ftvp.tables.entries import SizeClass
from ftvp.wording import Money, span_text, volume_text

SIZES: dict[SizeClass | None, int] = {"small": 0, "medium": 1, "large": 2}


def view(answer: ComparisonAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the ranking: what fits a first screen, or all of its grounds."""
    money = Money(answer.currency)
    blocks: list[Block | Spare] = [Lead(verdict_said(answer, money)), *ranked_table(answer, money)]
    blocks += [Spare(Aside(text), order) for order, text in enumerate(_notes(answer), 1)]
    if answer.warnings:
        blocks.append(Warned(answer.warnings))
    if explain:
        blocks += _grounds(answer)
    else:
        blocks += own_prices(answer.overlays, answer.currency)
    return blocks


def verdict_said(answer: ComparisonAnswer, money: Money) -> str:
    """Return what is paid now, and the cheapest of the same class and below it."""
    own = next(way for way in answer.ways if way.now)
    others = [way for way in answer.ways if not way.now and not way.floor]
    said = f"You pay {money.usd(own.monthly_usd)} a month ({own.name})."
    least = answer.inputs.min_quality
    if least is not None:
        others = [way for way in others if way.quality is not None]
    need = math.inf if own.quality is None else own.quality
    measured = [way for way in others if way.quality is not None and way.quality >= need]
    good = [way for way in others if not _is_smaller(way, own) or way in measured]
    best = next((way for way in good if way.horizon_usd < own.horizon_usd), None)
    smaller = next((w for w in others if w not in good and w.horizon_usd < own.horizon_usd), None)
    if best is not None:
        how = _how(best)
        costs = money.usd(best.monthly_usd)
        said += f" The cheapest of its class or above is {best.name}, {how}, {costs}."
    elif least is not None:
        said += f" Nothing that you measured at {least:g} % or above costs less."
    else:
        said += " Nothing of its class or above costs less."
    if smaller is not None and (best is None or smaller.horizon_usd < best.horizon_usd):
        said += f" Smaller models come from {money.usd(smaller.monthly_usd)}: measure them first."
    return said


def _is_smaller(way: OptionAnswer, own: OptionAnswer) -> bool:
    if own.size_class is None or way.model == own.model:
        return False
    return SIZES.get(way.size_class, -1) < SIZES[own.size_class]


def ranked_table(answer: ComparisonAnswer, money: Money) -> Iterator[Block]:
    """Yield the options in one table: the own, those of its class, smaller ones, floors."""
    own = next(way for way in answer.ways if way.now)
    rest = [way for way in answer.ways if not way.now]
    same = [way for way in rest if not way.floor and not _is_smaller(way, own)]
    smaller = [way for way in rest if not way.floor and _is_smaller(way, own)]
    floors = [way for way in rest if way.floor]
    rows = [_row(way, answer, money) for way in (own, *same)]
    if smaller:
        rows.append(Row("smaller models", (None,) * 6, level="head"))
        rows += [_row(way, answer, money) for way in smaller]
    if floors:
        rows.append(
            Row(
                "from: one copy, of which nobody knows what it carries",
                (None,) * 6,
                level="head",
            )
        )
        rows += [_row(way, answer, money) for way in floors]
    columns = ("where", "how", "one-off", "a month", span_text(answer.horizon_months), "quality")
    yield Table("option", columns, tuple(rows))


def _row(way: OptionAnswer, answer: ComparisonAnswer, money: Money) -> Row:
    provider, _, name = way.model.rpartition("/")
    once = money.usd(way.upfront_usd) if way.upfront_usd else None
    if once is not None and answer.work_untold:
        once += " + your work"
    start = "from " if way.floor else ""
    return Row(
        name,
        (
            provider or None,
            _how(way),
            once,
            f"{start}{money.usd(way.monthly_usd)}",
            f"{start}{money.usd(way.horizon_usd)}",
            f"{way.quality:g} %" if way.quality is not None else "?",
        ),
    )


def _how(way: OptionAnswer) -> str:
    """Return how an option is served, in a word or two."""
    if way.now:
        return "now"
    words = {
        "prompted": "cached" if way.cached else "prompted",
        "prompted_batch": "in batches",
        "tuned": "tuned",
        "tuned_batch": "tuned, batches",
        "hybrid": f"tuned, {way.shots} kept",
    }
    said = words[way.kind]
    if way.kind.startswith("prompted") and way.shots is not None:
        said += f", {way.shots} kept"
    if way.replicas is not None:
        said += f", {way.replicas:g} hosted"
    return f"{said}, thinks" if way.thinks else said


def _notes(answer: ComparisonAnswer) -> Iterator[str]:
    """Yield what is folded, left out, converted and unmeasured, each in a line."""
    if any(way.quality is None for way in answer.ways):
        yield "? nobody has measured it on your task: --quality MODEL=PCT, or ftvp evals."
    parts = []
    if answer.folded:
        parts.append(f"{answer.folded} more cost more for no better quality (--all).")
    why = Counter(
        "cannot be tuned by new customers" if "new customers" in each.why else "are left out"
        for each in answer.left_out
    )
    parts += [f"{count} {what} (--explain)." for what, count in why.items()]
    if not all(way.tokens_exact for way in answer.ways):
        parts.append("Token numbers are your model's; for others they are converted.")
    if parts:
        yield " ".join(parts)


def _grounds(answer: ComparisonAnswer) -> Iterator[Block]:
    left = [f"{each.model}, {each.kind}: {each.why}" for each in answer.left_out]
    if left:
        yield Items("Left out", tuple(left))
    estimates = dict.fromkeys(f"{way.model}: {way.estimate}" for way in answer.ways if way.estimate)
    if estimates:
        yield Items("Estimated", tuple(estimates))
    assumed = tuple(f"{assumed_text(each)} ({each.flag})" for each in answer.assumptions)
    if assumed:
        yield Items("Assumed", assumed)
    if answer.quality_note:
        yield Paragraph(answer.quality_note)
    volume = volume_text(answer.inputs.volume or 0)
    yield Paragraph(f"{count_of(len(answer.ways), 'option')} at {volume} requests a day.")
    yield from sources(answer.sources, answer.as_of)
    yield from basis(answer.overlays, answer.currency, {way.model for way in answer.ways})
    yield versions(answer)
