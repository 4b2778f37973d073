"""What `ftvp breakeven` shows: the verdict, both bills, the way to payback, and the grounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date

from ftvp.advice.answers import BreakevenAnswer, CostAnswer, Header
from ftvp.advice.case import Assumption
from ftvp.advice.requests import TokenCounts
from ftvp.evals.answer import EvalSummary
from ftvp.lenses.cost.article import ArticleAnswer
from ftvp.lenses.cost.payback import Horizon, Never
from ftvp.render.bill import bill_table, formulas
from ftvp.render.document import (
    Block,
    Chart,
    Items,
    Paragraph,
    Verdict,
    basis,
    count_of,
    source_text,
)
from ftvp.units import count_text, months_text, price_text, usd_text

AT_NO_VOLUME: dict[Never, str] = {
    "input_price": "tuned input costs more than the tokens removed save",
    "output_price": "tuned output costs more than the tokens removed save",
    "input_and_output_price": "tuned input and output both cost more",
    "request_cost": "a tuned request costs more than a prompted one",
    "nothing_removed": "nothing is removed from the prompt",
    "fixed_costs": "the saving never covers what is paid before in time",
    "not_on_sale": "no tuned version is on sale",
}


def view(answer: BreakevenAnswer) -> tuple[Block, ...]:
    """Return the answer in blocks, the verdict first."""
    return (
        Verdict(answer.verdict.headline, answer.verdict.choice),
        *money(answer),
        *measured(answer.evals),
        *listed("Warnings", answer.warnings),
        *assumed(answer.assumptions),
        *grounds(answer, answer.as_of),
        Paragraph("This weighs money alone: ftvp decide weighs quality, data and volume too."),
        *basis(answer.overlays, priced(answer)),
        Paragraph(versions(answer)),
    )


def money(cost: CostAnswer) -> Iterator[Block]:
    """Yield what each side costs and when tuning has paid for itself."""
    priced = cost.prompted.model and cost.tuned and cost.tuned.model
    if priced and cost.names.prompted != cost.names.tuned:
        yield Paragraph(f"Prompted is {cost.names.prompted}, tuned is {cost.names.tuned}.")
    yield bill_table(cost)
    yield Paragraph(" ".join(_payback(cost)))
    if cost.article is not None:
        yield Paragraph(_article(cost.article))
    yield from _cheaper(cost)
    yield from _chart(cost)


def measured(found: EvalSummary | None) -> Iterator[Block]:
    """Yield what an eval set says of the quality, and what that is worth where it is known."""
    if found is None:
        return
    worth = found.worth_usd_per_month
    money = "" if worth is None else f" In errors saved, {usd_text(worth)} a month."
    yield Paragraph(f"{found.headline}{money}")


def grounds(cost: CostAnswer, day: date) -> Iterator[Block]:
    """Yield where the amounts come from: their formulas, the counting, the sources and ages."""
    yield formulas(cost)
    said = " ".join((*_counting(cost.tokens), *_caching(cost)))
    if said:
        yield Paragraph(said)
    commands = "; ".join(f"ftvp pricing {model}" for model in priced(cost))
    title = f"Prices ({commands})" if commands else "Prices"
    sources = tuple(source_text(source, day) for source in cost.sources)
    if sources:
        yield Items(title, sources, numbered=True)


def priced(cost: CostAnswer) -> list[str]:
    """Return the models whose prices an answer rests on."""
    models = dict.fromkeys(bill.model for bill in (cost.prompted, cost.tuned) if bill)
    return [model for model in models if model]


def assumed(assumptions: Sequence[Assumption]) -> Iterator[Block]:
    """Yield what nobody told, each with the flag that replaces it."""
    yield from listed("Assumed", [_assumed(assumption) for assumption in assumptions])


def listed(title: str, items: Sequence[str]) -> Iterator[Block]:
    """Yield the items under a title, nothing where there are none."""
    if items:
        yield Items(title, tuple(items))


def versions(header: Header) -> str:
    """Return as of when and from which tables an answer was made."""
    tables = header.tables
    return (
        f"As of {header.as_of}. Tables last changed: prices {tables.pricing}, qualities "
        f"{tables.quality}, framework {tables.framework}. ftvp {header.tool_version}."
    )


def _assumed(assumption: Assumption) -> str:
    what, value = assumption.what, assumption.value
    said = f"{what}: {value}" if isinstance(value, str) else f"{count_text(value)} {what}"
    return f"{said} ({assumption.flag})"


def _payback(cost: CostAnswer) -> Iterator[str]:
    point, volume = cost.breakeven, cost.breakeven_volume
    if point.months is not None and point.requests is not None:
        on = f", on {point.date}" if point.date else ""
        requests = f"{count_text(math.ceil(point.requests))} requests"
        yield f"Tuning has paid for itself after {months_text(point.months)}, or {requests}{on}."
    if volume.requests_per_day is not None:
        least = count_text(math.ceil(volume.requests_per_day))
        at = f"from {least} requests a day" if volume.requests_per_day else "at any volume"
        yield f"It pays back in time {at}."
    elif volume.reason is not None:
        yield f"No volume makes it pay: {AT_NO_VOLUME[volume.reason]}."
    if cost.horizon is not None:
        yield from _benefit(cost, cost.horizon)


def _benefit(cost: CostAnswer, horizon: Horizon) -> Iterator[str]:
    net = horizon.net_benefit_usd
    ends = horizon.months < (cost.inputs.horizon or 0)
    months = months_text(horizon.months)
    over = f"the {months} until it is shut down" if ends else months
    does = "brings" if net >= 0 else "loses"
    yield f"Over {over}, tuning {does} {usd_text(abs(net))}."
    rate = cost.inputs.discount_rate
    if rate is not None:
        yield f"Discounted at {rate:g} % a year, that is {usd_text(horizon.npv_usd)} today."


def _cheaper(cost: CostAnswer) -> Iterator[Block]:
    way = cost.cheaper
    if way is not None:
        what = "a tuned" if way.kind in ("tuned", "hybrid") else "the same prompt on"
        yield Paragraph(
            f"Cheaper than both: {what} {way.name}, {usd_text(way.monthly_usd)} a month "
            "(ftvp compare). Not the same quality: measure it."
        )


def _article(article: ArticleAnswer) -> str:
    """Return what the article's formula gives, and in one sentence why it differs."""
    if article.removed_tokens <= 0:
        return "The article's formula (ftvp guide scenarios) gives nothing: no tokens are removed."
    gives = f"saves {usd_text(article.monthly_saving_usd)} a month"
    if article.months_low is not None and article.months_high is not None:
        low, high = (f"{months:,.1f}" for months in (article.months_low, article.months_high))
        months = f"{low} months" if low == high else f"{low} to {high} months"
        gives += f" and pays back in {months}"
    return (
        f"By the article's formula (ftvp guide scenarios) tuning {gives}. It counts only the "
        f"{count_text(article.removed_tokens)} removed tokens, at the tuned input price "
        f"({price_text(article.usd_per_mtok)} per million), and leaves out output, caching, "
        "retraining and shutdown."
    )


def _caching(cost: CostAnswer) -> Iterator[str]:
    for side, bill in (("prompted", cost.prompted), ("tuned", cost.tuned)):
        if bill is not None and bill.cache_hit_rate is not None:
            prefix = count_text(bill.cached_tokens)
            yield f"{bill.cache_hit_rate:.0%} of {side} requests find {prefix} tokens cached."


def _counting(tokens: TokenCounts) -> Iterator[str]:
    if tokens.encoding is None:
        return
    found = f"{count_of(tokens.shots, 'shot')} found in the prompt"
    if tokens.shots:
        found += f": {count_text(tokens.shot_tokens)} of its tokens"
    yield f"{found} (ftvp tokens --parts)."
    if tokens.exact:
        yield f"Counted exactly, with {tokens.encoding}."
    else:
        yield f"Estimated from {tokens.encoding}, within {tokens.error_percent:.0f} %."


def _chart(cost: CostAnswer) -> Iterator[Block]:
    tuned = [point.tuned_usd for point in cost.cumulative if point.tuned_usd is not None]
    prompted = [point.prompted_usd for point in cost.cumulative]
    if len(tuned) != len(prompted) or len(tuned) <= 1:
        return
    left, days = cost.life.days_left, cost.inputs.days_per_month
    yield Chart(
        title="What each side has cost, month by month",
        prompted=tuple(prompted),
        tuned=tuple(tuned),
        crossing=cost.breakeven.months,
        shutdown=left / days if left is not None and days else None,
        shutdown_on=str(cost.life.tuned_shutdown_on or ""),
    )
