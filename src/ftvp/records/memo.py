"""The parts of a memo on the money: what it costs, how sure that is, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ftvp.compare.rank import OptionAnswer
from ftvp.cost.answer import Line
from ftvp.cost.costs import formula
from ftvp.decide.answer import CostAnswer, EvalSummary
from ftvp.decide.cost_view import (
    NO_VOLUME,
    ahead,
    article_line,
    cheaper_said,
    course_chart,
    not_counted,
    volumes_said,
)
from ftvp.odds.answer import Odds
from ftvp.odds.view import (
    forecast_said,
    swings,
    switch_text,
    worth_said,
)
from ftvp.render.document import (
    Aside,
    Figure,
    Figures,
    Histogram,
    Items,
    PageBlock,
    Paragraph,
    Row,
    Section,
    Table,
    sentence,
)
from ftvp.tables.bundle import Header
from ftvp.wording import (
    Money,
    a_day,
    a_month,
    count_of,
    listing,
    months_text,
    rounded_text,
    size_text,
    span_text,
    volume_text,
    with_noun,
)

ONCE = "One-off"
NOTHING_LEFT_OUT = "Own work and the cost of an error were told, and both are counted."
NEVER_COUNTED = "Taxes and minimum commitments are never counted."
UNKNOWN_TUNING = "All of tuning: what it costs is not known. Errors and own work are not weighed."


@dataclass(frozen=True)
class Memo:
    """A cost answer with the header of its document, and the currency it is shown in."""

    cost: CostAnswer
    header: Header

    @property
    def money(self) -> Money:
        """How amounts are worded."""
        return Money(self.header.currency)

    @property
    def months(self) -> str:
        """The horizon in words."""
        return span_text(self.cost.inputs.horizon or 0)


def figures(memo: Memo) -> Figures:
    """Return the four numbers: saved a month, payback, the chance, the net benefit."""
    cost, money = memo.cost, memo.money
    saving = cost.monthly_saving_usd
    volume = volume_text(cost.inputs.volume or 0)
    if saving is None:
        first = Figure(money.usd(cost.prompted.monthly_usd), f"a month now, at {volume} a day")
    else:
        word = "saved" if saving >= 0 else "more"
        by = "tuning" if cost.swap is None else "tuning with the change of model"
        said = f"{word} a month by {by}, at {a_day(cost.inputs.volume or 0)}"
        first = Figure(money.usd(abs(saving)), said)
    found = [first, _payback(memo), _chance(memo), _net(memo)]
    return Figures(tuple(found))


def _payback(memo: Memo) -> Figure:
    point = memo.cost.breakeven
    if point.months is not None:
        return Figure(months_text(point.months), f"until it is paid back ({point.date})")
    why = NO_VOLUME.get(point.reason or "", memo.cost.life.closed or "nothing is to be had tuned")
    return Figure("never", f"paid back: {why}")


def _chance(memo: Memo) -> Figure:
    odds = memo.cost.odds
    if odds is None:
        return Figure("\u2013", "chance that tuning is ahead: not given (How sure this is)")
    share = _chance_text(odds.p_tuned_ahead)
    return Figure(share, f"chance that tuning is ahead after {memo.months}")


def _chance_text(share: float) -> str:
    """Return a chance in percent, which draws never make 0 or 100."""
    start = "over " if share > 0.99 else "under " if share < 0.01 else ""  # noqa: PLR2004
    return f"{start}{rounded_text(min(max(share, 0.01), 0.99), '.0%')}"


def _net(memo: Memo) -> Figure:
    horizon = memo.cost.horizon
    if horizon is None:
        return Figure("\u2013", "net benefit: not known")
    net = memo.cost.deciding_net_usd or 0.0
    after_work = horizon.net_benefit_after_work_usd
    said = "" if after_work == horizon.net_benefit_usd else ", own work deducted"
    if net < after_work:
        said += ", against the change of model alone"
    return Figure(memo.money.usd(net), f"net benefit of tuning over {memo.months}{said}")


def costs(memo: Memo) -> Iterator[PageBlock]:
    """Yield both bills line by line, and what each side has cost month by month."""
    cost, money = memo.cost, memo.money
    yield Section("What each side costs")
    volume = a_day(cost.inputs.volume or 0)
    once = "; the one-off is paid before tuning goes live" if cost.tuned else ""
    yield Aside(f"{money.code} a month at {volume}{once}.")
    yield _bills(memo)
    yield from course_chart(cost, money)
    usd, end = cost.errors_avoided
    if usd:
        each = a_month(usd, end, money)
        yield Aside(f"Bills alone are drawn. Errors avoided come on top: {each}.")
    later = volumes_said(cost)  # by what would change the answer
    said = [each for each in ahead(cost, money) if each not in later]
    yield Paragraph(" ".join(filter(None, (*said, _end(memo), article_line(cost, money)))))


def _bills(memo: Memo) -> Table:
    cost, money = memo.cost, memo.money
    sides: list[tuple[str, Sequence[Line], Sequence[Line]]] = [
        ("Now", cost.prompted.monthly_lines, cost.prompted.upfront_lines)
    ]
    if cost.swap is not None:
        sides.append((f"{cost.swap.name}, prompted", cost.swap.monthly_lines, ()))
    if cost.tuned is not None:
        sides.append(("Tuned", cost.tuned.monthly_lines, cost.tuned.upfront_lines))
    monthly, once = [lines for _, lines, _ in sides], [lines for _, _, lines in sides]
    rows = [*_lines(monthly, money), _total("A month", monthly, memo)]
    if any(once):
        rows += [*_lines(once, money), _total(ONCE, once, memo)]
    return Table("Cost", tuple(name for name, _, _ in sides), tuple(rows))


def _lines(sides: Sequence[Sequence[Line]], money: Money) -> Iterator[Row]:
    """Yield a row for each line of a bill, with how its amount is made where that fits."""
    items = dict.fromkeys(line.item for lines in sides for line in lines)
    for item in items:
        found = [next((line for line in lines if line.item == item), None) for lines in sides]
        known = [line for line in found if line is not None]
        cells = tuple(money.cents(line.usd) if line else None for line in found)
        label = known[0].label
        yield Row(label[:1].upper() + label[1:], cells, detail=_detail(found, money))


def _detail(found: Sequence[Line | None], money: Money) -> str:
    """Return the tokens of a request on each side, or how the one amount is made."""
    known = [line for line in found if line is not None]
    sizes = [line.each for line in known if line.each is not None]
    if len(sizes) == len(known) and known[0].words[2] == "Mtok":
        said = list(dict.fromkeys(f"{size:,.0f}" for size in sizes))
        prices = dict.fromkeys(money.price(line.price_usd) for line in known)
        sizes_said = with_noun(" against ".join(said), "tokens a request")
        return f"{sizes_said}, at {' against '.join(prices)} per million"
    if len(known) > 1:
        return ""
    line = known[0]
    price = money.price(float(f"{line.price_usd:.4g}"))
    return (
        ""
        if line.times == 1 and line.each is None
        else formula(line.times, line.each, price, line.words)
    )


def _total(label: str, sides: Sequence[Sequence[Line]], memo: Memo) -> Row:
    cost, money = memo.cost, memo.money
    floors = [cost.prompted.floor, *([False] if cost.swap else [])]
    floors += [cost.tuned.floor] if cost.tuned else []
    cells = []
    for lines, floor in zip(sides, floors, strict=True):
        usd = money.cents(sum(line.usd for line in lines))
        cells.append((f"from {usd}" if floor else usd) if lines else None)
    return Row(label, tuple(cells), level="total")


def _end(memo: Memo) -> str:
    """Return until when the tuned model is to be had."""
    life, names = memo.cost.life, memo.cost.names
    if life.closed is not None:
        return sentence(life.closed)
    if life.tuned_shutdown_on is None:
        return sentence(f"{names.tuned} has no announced end")
    return f"{names.tuned} is shut down on {life.tuned_shutdown_on}."


def sureness(odds: Odds | None, memo: Memo) -> Iterator[PageBlock]:
    """Yield how the net benefit is spread over the futures that are plausible."""
    yield Section("How sure this is")
    if odds is None:
        closed = memo.cost.life.closed
        why = "a bill is only a lower bound" if closed is None else closed.removesuffix(".")
        yield Paragraph(f"No chance is given: {why}.")
        return
    money, net = memo.money, odds.net_benefit_usd
    told = [each for each in memo.cost.inputs_used if each.origin == "told" and each.is_range]
    assumed = [each for each in odds.inputs if each.origin == "assumed"]
    counts = (len(told), "input"), (len(assumed), "assumption")
    drawn = [count_of(*each) for each in counts if each[0]]
    if memo.cost.evals is not None:
        drawn.append("the qualities measured")
    if not drawn:
        yield Paragraph(
            "Nothing was told as a range, and nothing is assumed: the chance repeats the answer. "
            "Write what you are not sure of as a range, such as --volume 5000..20000."
        )
        return
    yield Paragraph(
        f"Drawn {odds.points:,} times from their ranges: {listing(drawn)}. In eight of ten of "
        f"these futures the net benefit of tuning over "
        f"{memo.months} lies between {money.usd(net.p10)} and {money.usd(net.p90)}; it is above "
        f"{money.text('0')} in {_chance_text(odds.p_tuned_ahead)}, give or take "
        f"{rounded_text(max(odds.standard_error, 0.001), '.1%')}."
    )
    if net.p10 != net.p90:
        yield _histogram(odds, money)


def _histogram(odds: Odds, money: Money) -> Histogram:
    net, steps = odds.net_benefit_usd, odds.distribution
    return Histogram(
        title="Net benefit of tuning, own work and errors avoided included",
        low=steps.low_usd,
        high=steps.high_usd,
        counts=steps.counts,
        marks=(("P10", net.p10), ("P50", net.p50), ("P90", net.p90)),
        share_above=odds.p_tuned_ahead,
        money=money,
    )


def turning(odds: Odds | None, memo: Memo) -> Iterator[PageBlock]:
    """Yield what each input does to the net benefit, where it turns, and what is worth knowing."""
    cost, money = memo.cost, memo.money
    yield Section("What would change the answer")
    if odds is not None and odds.inputs:
        yield from swings(odds, money)
        turns = [f"The answer turns {switch_text(each, money)}." for each in odds.turns]
        yield Items("", tuple(turns or ["No single input turns it within its bounds."]))
        yield Paragraph(" ".join(worth_said(odds, money)))
        yield Aside("A number that you told without a range is moved by 30 % either way.")
    if said := [*volumes_said(cost), *_other_volumes_said(cost)]:
        yield Paragraph(" ".join(said))
    life = cost.life
    if life.closed is not None:
        yield Paragraph(
            "A model that can be tuned would change it: name one with --tuned-model, or see what "
            "else was considered."
        )


def _other_volumes_said(cost: CostAnswer) -> list[str]:
    """Return whether tuning pays at half the told volume and at twice; nothing where none pays."""
    found, volume = cost.breakeven_volume.intervals, cost.inputs.volume
    if not found or volume is None:
        return []
    half, twice = (
        f"{a_day(each)}, it "
        + ("pays" if any(a.from_ <= each <= (a.to or each) for a in found) else "does not")
        for each in (volume / 2, volume * 2)
    )
    return [f"At half the volume, {half}; at twice, {twice}."]


def accuracy(memo: Memo, evals: EvalSummary | None) -> Iterator[PageBlock]:
    """Yield what is known of the quality, and what part of the net benefit that is."""
    cost, money = memo.cost, memo.money
    yield Section("What accuracy adds")
    if evals is not None:
        yield Paragraph(evals.headline)
    told, horizon = cost.inputs, cost.horizon
    if told.prompting_quality is not None and told.tuned_quality is not None and evals is None:
        before, after = (f"{float(q):g} %" for q in (told.prompting_quality, told.tuned_quality))
        yield Paragraph(f"Prompting answers {before} right, tuning {after}, as you told.")
    if cost.quality is not None:
        yield Paragraph(forecast_said(cost.quality.forecast))
    if horizon is not None and horizon.quality_usd and told.cost_per_error is not None:
        each = money.price(float(told.cost_per_error))
        word = "Fewer" if horizon.quality_usd > 0 else "More"
        points, (usd, end) = cost.verdict.grounds.points or 0, cost.errors_avoided
        yield Paragraph(
            f"A wrong answer costs {each}. {word} errors, by {size_text(points)}, are worth "
            f"{a_month(usd, end, money)}: of the net benefit of "
            f"{money.usd(horizon.net_benefit_usd)} against prompting now, "
            f"{money.usd(horizon.quality_usd)} is errors, and {money.usd(horizon.money_usd)} "
            "is bills."
        )
    else:
        yield Paragraph("No amount here counts errors: nobody told what a wrong answer costs.")
    turns = cost.turning_price_usd
    if turns is not None and cost.life.closed is None:
        yield Paragraph(
            f"The answer turns where a wrong answer costs {money.price(float(f'{turns:.3g}'))}."
        )


def considered(memo: Memo) -> Iterator[PageBlock]:
    """Yield the options of serving the same requests that were counted beside each other."""
    cost, money = memo.cost, memo.money
    yield Section("What else was considered")
    rows = [_way(f"{cost.names.prompted}, prompted (now)", cost, money, "now")]
    if cost.swap is not None:
        label = f"{cost.swap.name}, prompted"
        cells = (None, money.usd(cost.swap.monthly_usd), money.usd(cost.swap.horizon_usd))
        rows.append(Row(label, (*cells, _measure(None))))
    if cost.tuned is not None:
        ends = cost.life.tuned_shutdown_on
        until = "" if ends is None else f" until {ends}"
        rows.append(_way(f"{cost.names.tuned}, tuned{until}", cost, money, "tuned"))
    if cost.instead is not None:
        each = cost.instead
        known = money.usd(each.upfront_usd), money.usd(each.monthly_usd), None
        rows.append(Row(f"{each.name}, tuned", (*known, _measure(None))))
    if cost.cheaper is not None:
        rows.append(_option(cost.cheaper, money))
    columns = ("One-off", "A month", memo.months, "Quality")
    yield Table("Option", columns, tuple(rows))
    other = cheaper_said(cost, money)
    yield Paragraph(other or "No other model of its class or above costs less than both sides.")
    yield Aside("All others, ranked: ftvp compare. Prices alone do not choose between models.")


def _way(label: str, cost: CostAnswer, money: Money, side: str) -> Row:
    bill = cost.prompted if side == "now" else cost.tuned
    last = cost.cumulative[-1] if cost.cumulative else None
    total = None if last is None else last.prompted_usd if side == "now" else last.tuned_usd
    found, inputs = cost.evals, cost.inputs
    told = inputs.prompting_quality if side == "now" else inputs.tuned_quality
    measured = (found.prompted if side == "now" else found.tuned) if found else told
    start = "from " if bill and bill.floor else ""
    cells = (
        money.usd(bill.upfront_usd) if bill and bill.upfront_usd else None,
        f"{start}{money.usd(bill.monthly_usd)}" if bill else None,
        f"{start}{money.usd(total)}" if total is not None else None,
        _measure(None if measured is None else float(measured)),
    )
    return Row(label, cells)


def _option(each: OptionAnswer, money: Money) -> Row:
    cells = (
        money.usd(each.upfront_usd) if each.upfront_usd else None,
        money.usd(each.monthly_usd),
        money.usd(each.horizon_usd),
        _measure(each.quality),
    )
    return Row(f"{each.name}, {each.kind.replace('_', ', in ')}", cells)


def _measure(quality: float | None) -> str:
    return "not measured" if quality is None else f"{rounded_text(quality, '.4g')} % measured"


def left_out(memo: Memo) -> Iterator[PageBlock]:
    """Yield what no amount of the memo counts."""
    yield Section("What is not counted")
    told = NOTHING_LEFT_OUT if memo.cost.tuned else UNKNOWN_TUNING
    yield Paragraph(f"{not_counted(memo.cost, memo.money) or told} {NEVER_COUNTED}")
