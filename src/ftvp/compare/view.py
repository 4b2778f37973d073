"""What `ftvp compare` shows: the scenario's own option first, then one line for each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from ftvp.compare.answer import ComparisonAnswer
from ftvp.compare.rank import OptionAnswer, is_below
from ftvp.cost.view import assumed_text, in_two_lines, sources, versions, warned
from ftvp.render.document import (
    Aside,
    Block,
    Items,
    Lead,
    Paragraph,
    Row,
    Spare,
    Table,
    basis,
    own_prices,
)
from ftvp.wording import (
    Money,
    a_day,
    agreeing,
    count_of,
    rounded_text,
    span_text,
)

MORE = "More: --explain (what is left out, sources), --all, --output FILE.csv"
THINKS, WORK = "*", "+"
"""The marks of an option that thinks before it answers, and of a one-off without your own work."""


def view(answer: ComparisonAnswer, explain: bool) -> list[Block | Spare]:  # noqa: FBT001
    """Return the ranking: what fits a first screen, or all of its grounds."""
    money = Money(answer.currency)
    lead, rest = in_two_lines(verdict_said(answer, money))
    blocks: list[Block | Spare] = [Lead(lead), *ranked_table(answer, money)]
    blocks += [Paragraph(rest)] if rest else []
    blocks += [Spare(Aside(text), 1 - order) for order, text in enumerate(_notes(answer))]
    blocks += warned(answer.warnings, explain=explain)
    if explain:
        blocks += _grounds(answer)
    else:
        blocks += own_prices(answer.overlays, answer.currency)
        blocks.append(Aside(MORE))
    return blocks


def verdict_said(answer: ComparisonAnswer, money: Money) -> list[str]:
    """Return what is paid now, and the cheapest of the same class and below it, in sentences."""
    own = next(way for way in answer.ways if way.now)
    others = [way for way in answer.ways if not way.now and not way.floor]
    said = [f"You pay {money.usd(own.monthly_usd)} a month ({own.name})."]
    least = answer.inputs.min_quality
    if least is not None:
        others = [way for way in others if way.quality is not None]
    need = math.inf if own.quality is None else own.quality
    measured = [way for way in others if way.quality is not None and way.quality >= need]
    good = [way for way in others if not _is_smaller(way, own) or way in measured]
    best = next((way for way in good if way.horizon_usd < own.horizon_usd), None)
    if best is not None:
        how = _how(best).removesuffix(THINKS)
        served = "" if how == "prompted" else f", {how}"
        dollars = money.usd(best.monthly_usd)
        among = f"of its class or above{'' if best.model == own.model else _measured(best)}"
        among = "that you measured as good" if best in measured else among
        said.append(f"Cheapest {among}: {best.name}{served}, {dollars}.")
    elif least is not None:
        said.append(f"Nothing that you measured at {least:g} % or above costs less.")
    else:
        said.append("Nothing of its class or above costs less.")
    smaller = next((w for w in others if w not in good and w.horizon_usd < own.horizon_usd), None)
    if smaller is not None and (best is None or smaller.horizon_usd < best.horizon_usd):
        said.append(f"Smaller models{_measured(smaller)}: from {money.usd(smaller.monthly_usd)}.")
    return said


def _measured(way: OptionAnswer) -> str:
    """Return at which quality an option was measured, behind a comma."""
    if way.quality is None:
        return ", not measured"
    return f", measured at {rounded_text(way.quality, '.4g')} %"


def _is_smaller(way: OptionAnswer, own: OptionAnswer) -> bool:
    return way.model != own.model and is_below(way.size_class, own.size_class)


def ranked_table(answer: ComparisonAnswer, money: Money) -> Iterator[Block]:
    """Yield the options, the own first, then its class, smaller ones and floors; and marks."""
    own = next(way for way in answer.ways if way.now)
    rest = [way for way in answer.ways if not way.now]
    groups = {
        "": [own, *(way for way in rest if not way.floor and not _is_smaller(way, own))],
        "Smaller models:": [way for way in rest if not way.floor and _is_smaller(way, own)],
        "From, as what one copy carries is not known:": [way for way in rest if way.floor],
    }
    columns = ("one-off", "a month", span_text(answer.horizon_months), "quality")
    rows = []
    for title, ways in groups.items():
        if title and ways:
            rows.append(Row(title, (None,) * len(columns), level="head"))
        rows += [_row(way, answer, money) for way in ways]
    code = f" (amounts in {money.code})" if money.currency else ""
    yield Table(f"option{code}", columns, tuple(rows), compact=True)
    if any(WORK in (row.cells[0] or "") for row in rows):
        yield Aside(f"{WORK} and your own work, not counted: --engineering-hours, --hourly-rate.")
    if any(way.thinks for way in answer.ways):
        yield Aside(f"{THINKS} thinks first: hidden reasoning is counted as output.")


def _row(way: OptionAnswer, answer: ComparisonAnswer, money: Money) -> Row:
    once = money.usd(way.upfront_usd) if way.upfront_usd else None
    if answer.work_untold and "tuned" in _how(way):
        once = f"{once or money.text('0')}{WORK}"
    start = "from " if way.floor else ""
    amounts = (once, *(f"{start}{money.usd(usd)}" for usd in (way.monthly_usd, way.horizon_usd)))
    bare = [text.replace(f"{money.code} ", "") if text else None for text in amounts]
    quality = f"{rounded_text(way.quality, '.4g')} %" if way.quality is not None else "?"
    name = way.model if "/" in way.model else way.name
    return Row(name, (*bare, quality), detail=_how(way))


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
    return f"{said}{THINKS}" if way.thinks else said


def _notes(answer: ComparisonAnswer) -> Iterator[str]:
    """Yield what is unmeasured, folded, left out and converted, in a line or two each."""
    ways = answer.ways
    if any(way.quality is None for way in ways):
        yield "? nobody has measured it on your task: --quality MODEL=PCT, or ftvp evals."
    parts = []
    if answer.folded:
        are = agreeing(answer.folded)
        parts.append(f"{answer.folded} more {are} dearer and no better, as far as known (--all).")
    why = Counter("new customers" in each.why for each in answer.left_out)
    if why[True]:
        parts.append(f"{why[True]} cannot be tuned by new customers.")
    if why[False]:
        parts.append(f"{why[False]} cannot be priced or had (--explain).")
    if parts:
        yield " ".join(parts)
    if not all(way.tokens_exact for way in ways):
        yield "Token numbers are your model's; for others they are converted."


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
    yield Paragraph(
        f"{count_of(len(answer.ways), 'option')} at {a_day(answer.inputs.volume or 0)}."
    )
    yield from sources(answer.sources, answer.as_of)
    yield from basis(answer.overlays, answer.currency, {way.model for way in answer.ways})
    yield versions(answer)
