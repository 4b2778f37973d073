"""The money in words: both bills in one table, what is ahead, and how each amount is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ftvp.cost.answer import BillAnswer, Line
from ftvp.cost.costs import formula
from ftvp.cost.view import assumed_text, sources
from ftvp.decide.answer import CostAnswer
from ftvp.render.document import (
    AmountBar,
    Bars,
    Block,
    Chart,
    Items,
    Paragraph,
    Row,
    Table,
    meeting,
)
from ftvp.scenario import LEAST_VOLUME
from ftvp.tables.bundle import Header
from ftvp.units import DAYS_PER_MONTH
from ftvp.wording import (
    Money,
    a_day,
    a_month,
    count_of,
    count_text,
    listing,
    months_text,
    rounded_text,
    rounded_up,
    span_text,
    volume_text,
)

IN_BATCHES = ("batch_input", "batch_cached_input", "batch_cache_write")
GROUPS = (
    ("requests", ("request",)),
    ("input", ("input", "cached_input", "cache_write", *IN_BATCHES)),
    ("output", ("output", "batch_output")),
    ("hidden reasoning", ("thinking", "batch_thinking")),
    ("hosting", ("hosting",)),
    ("storage, retraining", ("storage", "retraining")),
    ("upkeep", ("maintenance",)),
)  # fmt: skip
"""Lines of a bill that the first screen shows as one, in its order; others stand by themselves."""
MOST_INTERVALS = 3


def bills(cost: CostAnswer, money: Money) -> Table:
    """Return a month's bills side by side, with what is paid once."""
    sides = _sides(cost)
    volume = volume_text(cost.inputs.volume or 0)
    head = Row(f"A month at {volume} a day", tuple(name for _, name, _ in sides), level="head")
    rows = [head]
    grouped = {item for _, items in GROUPS for item in items}
    own = {line.item: line.label for _, _, lines in sides for line in lines}
    alone = [(label, (item,)) for item, label in own.items() if item not in grouped]
    for label, items in (*GROUPS, *alone):
        amounts = [sum(x.usd for x in lines if x.item in items) for _, _, lines in sides]
        if any(amounts):
            rows.append(Row(label, tuple(money.cents(usd) if usd else None for usd in amounts)))
    totals = []
    for column, (_, _, lines) in enumerate(sides):
        usd = money.cents(sum(line.usd for line in lines))
        bill = cost.tuned if column else cost.prompted
        totals.append(f"from {usd}" if bill is not None and bill.floor else usd)
    rows.append(Row("Total", tuple(totals), level="total"))
    once = cost.tuned.upfront_usd if cost.tuned else 0
    cells: list[str | None] = ["-"] * len(sides)
    if cost.tuned is not None:
        cells[-1] = money.usd(once)
        made = _once(cost, money) if once else ""
        rows.append(Row(f"One-off ({made})" if made else "One-off", tuple(cells), level="total"))
    return Table("", tuple(role for role, _, _ in sides), tuple(rows))


def _sides(cost: CostAnswer) -> list[tuple[str, str, Sequence[Line]]]:
    """Return the columns: what each is called, its model, and its lines."""
    sides: list[tuple[str, str, Sequence[Line]]] = [
        ("now", cost.names.prompted, cost.prompted.monthly_lines)
    ]
    if cost.swap is not None:
        sides.append(("change model", cost.swap.name, cost.swap.monthly_lines))
    if cost.tuned is not None:
        role = "tuned" if cost.swap is None else "and tune it"
        sides.append((role, cost.names.tuned, cost.tuned.monthly_lines))
    return sides


def _once(cost: CostAnswer, money: Money) -> str:
    """Return what is paid once, in short: "60 h x $90"."""
    lines = {line.item: line for line in cost.tuned.upfront_lines} if cost.tuned else {}
    work = lines.get("engineering")
    if work is not None:
        return f"{count_text(work.times)} h x {money.price(work.price_usd).removesuffix('.00')}"
    return listing([line.label for line in lines.values()]) if lines else ""


def bars(cost: CostAnswer, money: Money) -> Iterator[Bars]:
    """Yield what each side has cost by the horizon, all in."""
    last = cost.cumulative[-1] if cost.cumulative else None
    if cost.horizon is None or last is None or last.tuned_usd is None:
        return
    by_horizon = {"now": last.prompted_usd}
    if cost.swap is not None:
        by_horizon["change model"] = cost.swap.horizon_usd
    by_horizon["tuned" if cost.swap is None else "and tune it"] = (
        last.prompted_usd - cost.horizon.money_usd
    )
    drawn = (AmountBar(role, usd, money.usd(usd)) for role, usd in by_horizon.items())
    what = "bills alone" if cost.horizon.quality_usd else "all in"
    yield Bars(f"{span_text(cost.horizon.months)}, {what}", tuple(drawn))


def ahead(cost: CostAnswer, money: Money, said: str | None = None) -> Iterator[str]:
    """Yield when tuning has paid for itself, at which volumes it does, and what makes it up.

    On a first screen nothing that is `said` there already is told again.
    """
    point, turns = cost.breakeven, cost.odds.turns if cost.odds else ()
    months = point.months if cost.life.closed is None else None
    if months is not None and (said is None or months_text(months) not in said):
        yield f"Paid for itself after {months_text(months)} ({point.date})."
    if said is None or all(turn.field != "volume" for turn in turns):
        yield from volumes_said(cost)
    split = [cost.swap.saving_from_model_usd, cost.swap.saving_from_tuning_usd] if cost.swap else []
    if split and cost.tuned is not None and money.usd(split[0]) not in (said or ""):
        model, tuning = (
            f"saves {money.usd(usd)}" if usd > 0 else f"costs {money.usd(-usd)} more"
            for usd in split
        )
        yield f"The change of model alone {model} a month, tuning on top {tuning}."
    usd, end = cost.errors_avoided
    if usd:
        word = "Fewer errors" if usd > 0 else "More errors"
        yield f"{word}: {a_month(abs(usd), end, money)}, counted in."


MORE_ERRORS = "what is saved never covers the errors that tuning makes and the fixed costs"
NO_VOLUME = {
    "input_price": "tuned input costs more than the removed tokens save",
    "output_price": "tuned output costs more than the removed tokens save",
    "input_and_output_price": "tuned input and output both cost more",
    "request_cost": "a tuned request costs more than a prompted one",
    "nothing_removed": "nothing is removed from the prompt",
    "fixed_costs": "what is saved never covers the fixed costs",
    "falling_prices": "falling prices eat the saving",
    "shutdown": "the tuned model ends too soon",
    "own_work": "the saving never covers your own work",
    "beyond_five_years": "what is saved never covers the one-off costs in time",
}


def volumes_said(cost: CostAnswer) -> list[str]:
    """Return at which volumes tuning is ahead, in a sentence; nothing where that is not known."""
    volume, months = cost.breakeven_volume, span_text(cost.inputs.horizon or 0)
    if not volume.intervals:
        usd, _ = cost.errors_avoided
        errors = usd < 0 and volume.reason == "fixed_costs"
        why = MORE_ERRORS if errors else NO_VOLUME.get(volume.reason or "")
        return [f"No volume makes it pay within {months}: {why}."] if why else []
    spans = []
    for each in volume.intervals[:MOST_INTERVALS]:
        low = rounded_up(each.from_) if each.from_ >= 10 else each.from_  # noqa: PLR2004
        if each.to is None:
            spans.append("at any volume" if each.from_ <= LEAST_VOLUME else f"from {a_day(low)} on")
        else:
            spans.append(f"from {volume_text(low)} to {a_day(each.to)}")
    more = ", and in parts above" if len(volume.intervals) > MOST_INTERVALS else ""
    return [f"Tuning pays within {months} {listing(spans)}{more}."]


def not_counted(cost: CostAnswer, money: Money, said: str = "") -> str | None:
    """Return what is left out of the amounts and not `said` yet, None where nothing is."""
    missing = []
    if cost.work_budget_usd is not None and "--engineering-hours" not in said:
        usd = cost.own_work_usd
        taken = "" if usd is None else f"for the verdict {money.usd(usd)}: "
        missing.append(f"your own work ({taken}--engineering-hours, --hourly-rate)")
    if (
        cost.horizon is not None
        and not cost.horizon.quality_usd
        and cost.inputs.cost_per_error is None
    ):
        missing.append("what a wrong answer costs (--cost-per-error)")
    if cost.prompted.model is None and cost.inputs.thinking_tokens is None and cost.tokens.output:
        missing.append("hidden reasoning (--thinking-tokens)")
    return f"Not counted: {listing(missing)}." if missing else None


def cheaper_said(cost: CostAnswer, money: Money) -> str | None:
    """Return the one alternative that is named, None where there is none."""
    option = cost.cheaper
    if option is None:
        return None
    how = {"tuned": "tuned", "tuned_batch": "tuned, in batches", "prompted_batch": "in batches"}
    said = f", {how[option.kind]}" if option.kind in how else ""
    shots = f", {count_of(option.shots, 'worked example')}" if option.shots else ""
    quality = f"{option.quality:g} % as you measured" if option.quality else "measure it first"
    lead = "Cheaper" if cost.tuned is None else "Cheaper than both"
    return (
        f"{lead}: {option.name}{said}{shots}, {money.usd(option.monthly_usd)} a month "
        f"(ftvp compare); {quality}."
    )


def explained(cost: CostAnswer, header: Header) -> Iterator[Block]:
    """Yield everything that the first screen leaves out: formulas, article, caching, sources."""
    money = Money(header.currency)
    yield Items("How each amount is made", tuple(_formulas(cost, money)))
    yield from course_chart(cost, money)
    if cost.article is not None:
        yield Paragraph(_article(cost, money))
    said = " ".join((*_counting(cost), *_caching(cost)))
    if said:
        yield Paragraph(said)
    rate = cost.inputs.discount_rate
    if rate is not None and cost.horizon is not None:
        npv = money.usd(cost.horizon.npv_usd)
        yield Paragraph(f"Discounted at {rate:g} % a year, the net benefit is {npv} today.")
    assumed = []
    for each in cost.assumptions:
        value = assumed_text(each)
        if each.low is not None and each.high is not None:
            value += f", {count_text(each.low)} to {count_text(each.high)}"
        assumed.append(f"{value} ({each.flag}; {each.source})")
    if assumed:
        yield Items("Assumed", tuple(assumed))
    yield from sources(cost.sources, header.as_of)


def _formulas(cost: CostAnswer, money: Money) -> Iterator[str]:
    numbers = [(source.name, number) for number, source in enumerate(cost.sources, 1)]
    for side, bill in (("now", cost.prompted), ("tuned", cost.tuned)):
        if bill is not None:
            for line in (*bill.monthly_lines, *bill.upfront_lines):
                price = money.exactly(line.price_usd)
                made = formula(line.times, line.each, price, line.words)
                made += f" = {money.cents(line.usd)}"
                made += next(
                    (f" [{number}]" for name, number in numbers if name == line.source), ""
                )
                yield f"{side}, {line.label}: {made}"


def _article(cost: CostAnswer, money: Money) -> str:
    """Return what the article's formula gives, and in one sentence why it differs."""
    article = cost.article
    if article is None or article.removed_tokens <= 0:
        return "The article's formula (ftvp guide scenarios) gives nothing: no tokens are removed."
    gives = f"saves {money.usd(article.monthly_saving_usd)} a month"
    if article.months_low is not None and article.months_high is not None:
        low, high = (f"{months:,.1f}" for months in (article.months_low, article.months_high))
        months = f"{low} months" if low == high else f"{low} to {high} months"
        gives += f" and pays back in {months}"
    return (
        f"By the article's formula (ftvp guide scenarios) tuning {gives}. It counts only the "
        f"{count_text(article.removed_tokens)} removed tokens, at the tuned input price "
        f"({money.price(article.usd_per_mtok)} per million), and leaves out output, caching, "
        "retraining, your work and shutdown."
    )


def article_line(cost: CostAnswer, money: Money) -> str | None:
    """Return one line where the article's formula differs from the bill by more than twice."""
    article, saving = cost.article, cost.monthly_saving_usd
    if article is None or saving is None or article.removed_tokens <= 0:
        return None
    published = article.monthly_saving_usd
    if published > 0 and saving > 0 and published / 2 <= saving <= published * 2:
        return None
    return (
        f"By the article's formula tuning saves {money.usd(published)} a month: it counts the "
        "removed tokens alone (ftvp guide scenarios)."
    )


def _caching(cost: CostAnswer) -> Iterator[str]:
    sides: list[tuple[str, BillAnswer | None]] = [
        ("prompted", cost.prompted),
        ("tuned", cost.tuned),
    ]
    for side, bill in sides:
        if bill is not None and bill.cache_hit_rate is not None:
            prefix = count_text(bill.cached_tokens)
            share = rounded_text(bill.cache_hit_rate, ".0%")
            yield f"{share} of {side} requests find {prefix} tokens cached."


def _counting(cost: CostAnswer) -> Iterator[str]:
    tokens = cost.tokens
    if tokens.converted:
        names = cost.names
        yield f"Token numbers are {names.prompted}'s; for {names.tuned} they are converted."
    if tokens.encoding is None:
        return
    found = f"{count_of(tokens.shots, 'worked example')} found in the prompt"
    if tokens.shots:
        found += f": {count_text(tokens.shot_tokens)} of its tokens"
    yield f"{found} (ftvp tokens --parts)."
    if tokens.exact:
        yield f"Counted exactly, with {tokens.encoding}."
    else:
        yield f"Estimated from {tokens.encoding}, within {tokens.error_percent:.0f} %."


def course_chart(cost: CostAnswer, money: Money) -> Iterator[Chart]:
    """Yield the cumulative costs of both sides as a chart, where both are known."""
    tuned = [point.tuned_usd for point in cost.cumulative if point.tuned_usd is not None]
    prompted = [point.prompted_usd for point in cost.cumulative]
    if len(tuned) != len(prompted) or len(tuned) <= 1:
        return
    left = cost.life.days_left
    chart = Chart(
        title="What each side has cost, month by month",
        prompted=tuple(prompted),
        tuned=tuple(tuned),
        money=money,
        shutdown=left / DAYS_PER_MONTH if left is not None else None,
        shutdown_on=str(cost.life.tuned_shutdown_on or ""),
    )
    met = meeting(chart)
    yield replace(chart, crossing=met and met[0])
