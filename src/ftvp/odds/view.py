"""How sure an answer is, in words of tens, what turns it, and what is worth finding out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from ftvp.odds.answer import (
    MOST_OF_SPREAD,
    ForecastAnswer,
    Odds,
    OddsAnswer,
    PilotAnswer,
    TurningPoint,
    UncertainInput,
)
from ftvp.odds.summary import in_tens
from ftvp.render.document import (
    Aside,
    Block,
    Lead,
    Paragraph,
    Row,
    Swing,
    Swings,
    Table,
    Warned,
    basis,
)
from ftvp.scenario import Scenario
from ftvp.tables.framework import TUNES
from ftvp.wording import (
    Money,
    agreeing,
    count_of,
    count_text,
    listing,
    noun_of,
    opening,
    pilot_costs,
    rounded_text,
    rounded_up,
    span_text,
    with_noun,
)

NOUNS = {
    "volume": "requests a day",
    "output_tokens": "tokens an answer",
    "request_tokens": "tokens that vary from request to request",
    "prompt_tokens": "tokens of the prompt",
    "tuned_prompt_tokens": "tokens of the tuned prompt",
    "engineering_hours": "hours of work",
    "thinking_multiple": "tokens of hidden reasoning for each token of the answer",
    "cache_life_seconds": "seconds that a prompt stays cached",
    "quality_gain": "points gained by tuning",
    "horizon": "months of the horizon",
    "prompting_quality": "quality of prompting",
    "tuned_quality": "quality of the tuned model",
    "target_quality": "needed quality",
    "hosting": "of hosting a month",
    "maintenance": "of upkeep a month",
    "cost_per_error": "for a wrong answer",
    "labelling_cost": "for labelling an example",
    "training_cost": "for a training run",
}
"""What is counted, where the description of a field does not say it in passing."""
PRICES = {"own_work_usd": "of your own work", "hourly_rate": "for an hour of work"}
LABELS = {
    "volume": "requests a day",
    "own_work_usd": "own work",
    "hourly_rate": "cost of an hour",
    "examples": "labelled examples",
    "quality_gap": "quality gap, points",
    "quality_gain": "quality gain, points",
}
PARTS = {"USD": "usd", "PCT": "percent", "SHARE": "share", "auto|off|SHARE": "share"}
MOST_SHOWN = 8
EVEN = 0.5
PROBABLY = ((0.95, "very probably"), (0.65, "probably"), (-math.inf, "perhaps"))
"""How sure a verdict is, by the chance above which it is said."""


def futures_said(odds: Odds, months: float, money: Money, against: str = "") -> str:
    """Return how sure it is that tuning is ahead, and what turns that, in two sentences."""
    work = next((each for each in odds.inputs if each.field == "own_work_usd"), None)
    before = odds.p_ahead_before_work
    if work is not None and before is not None and odds.work_part > MOST_OF_SPREAD:
        low, high = money.usd(work.low), money.usd(work.high)
        ahead = (
            f"Tuning is ahead{against} in {in_tens(before, 'of')} futures before your own work; "
            f"with work like others' ({low} to {high}) in {in_tens(odds.p_tuned_ahead, 'of')}."
        )
    else:
        ahead = (
            f"Tuning is ahead{against} in {in_tens(odds.p_tuned_ahead, 'of')} futures, "
            f"{span_text(months)} on."
        )
    return " ".join([ahead, *turns_said(odds, money)])


def turns_said(odds: Odds, money: Money) -> Iterator[str]:
    """Yield the nearest values at which the answer turns, in one sentence."""
    turns = [switch_text(each, money) for each in odds.turns]
    if turns:
        yield f"The answer turns {listing(turns, 'or')}."


def switch_text(turn: TurningPoint, money: Money) -> str:
    """Return a value at which the answer turns, such as "above 4,409 requests a day"."""
    side = "above" if turn.above else "below"
    if turn.field in PRICES:
        return f"{side} {money.usd(turn.value)} {PRICES[turn.field]}"
    value = turning_text(turn.field, turn.value, money)
    if turn.field in NOUNS:
        return f"{side} {with_noun(value, NOUNS[turn.field])}"
    return f"with {noun(turn.field, turn.what)} {side} {value}"


def noun(field: str, what: str) -> str:
    """Return what a number counts: the description of its field, up to the first comma."""
    if field in NOUNS:
        return NOUNS[field]
    info = Scenario.model_fields.get(field)
    said = (info.description or "") if info else what
    said = said.split(",")[0].split(";")[0]
    return said if said[:2].isupper() else said[:1].lower() + said[1:]


def label(field: str) -> str:
    """Return the short name of an input, as tables have it."""
    return LABELS.get(field, field.replace("_", " "))


def value_text(field: str, value: float, money: Money) -> str:
    """Return a value of an input in its unit."""
    info = Scenario.model_fields.get(field)
    extra = info.json_schema_extra if info else None
    metavar = extra.get("metavar") if isinstance(extra, dict) else None
    kind = "usd" if field == "own_work_usd" else PARTS.get(str(metavar))
    number = float(f"{value:.4g}") if value < 10_000 else round(value)  # noqa: PLR2004  digits
    if kind == "usd":
        return money.usd(value) if value >= 1 else money.price(float(f"{value:.3g}"))
    if kind == "percent":
        return f"{rounded_text(value, '.3g')} %"
    return f"{value:.3g}" if kind == "share" else count_text(number)


def turning_text(field: str, value: float, money: Money) -> str:
    """Return a value at which the answer turns: of requests the first whole number beyond it."""
    return value_text(field, rounded_up(value) if field == "volume" else value, money)


def short_text(field: str, value: float, money: Money) -> str:
    """Return a value of an input in as few characters as tell it: 25k for 25,000.

    >>> [short_text("volume", number, Money()) for number in (1_560, 25_000, 999_900, 1_300_000)]
    ['1,560', '25k', '1M', '1.3M']
    """
    digits = float(f"{value:.3g}")
    for least, size, mark in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if digits >= least and field not in PRICES:
            return f"{count_text(digits / size)}{mark}"
    return value_text(field, value, money)


def forecast_said(forecast: ForecastAnswer) -> str:
    """Return what tuning is likely to gain, where nobody measured it."""
    low, high = (rounded_text(end, "+.0f") for end in (forecast.low, forecast.high))
    gain, target = rounded_text(forecast.points, ".0f"), forecast.p_reaches_target
    unit = noun_of(abs(float(gain)), "points")
    chance = (
        f"{in_tens(forecast.p_above_3)} that it gains more than 3"
        if target is None
        else f"{in_tens(target)} that it reaches the target"
    )
    return (
        f"By {forecast.evidence_n} published comparisons tuning gains about "
        f"{gain} {unit} (8 in 10: {low} to {high}); {chance}."
    )


def odds_view(answer: OddsAnswer) -> Sequence[Block]:
    """Return the odds: the chance, what moves the net benefit, and what is worth knowing."""
    money, odds = Money(answer.currency), answer.odds
    blocks: list[Block] = [Lead(_verdict(answer, money))]
    if odds is not None:
        blocks += [Paragraph(said) for said in turns_said(odds, money)]
        blocks += swings(odds, money)
        blocks.append(Paragraph(" ".join(worth_said(odds, money))))
        likely = [way for way in odds.ways if way.p_cheapest >= 0.005]  # noqa: PLR2004  shown as 0 %
        parts = [(way.id, rounded_text(way.p_cheapest, ".0%")) for way in likely[:MOST_SHOWN]]
        rows = tuple(Row(name, (part,)) for name, part in parts)
        blocks += [Table("Cheapest, all in", ("chance",), rows)] if rows else []
    if answer.quality is not None:
        blocks.append(Paragraph(forecast_said(answer.quality.forecast)))
    if answer.warnings:
        blocks.append(Warned(answer.warnings))
    if odds is not None:
        blocks.append(Aside(_made(odds)))
    return [*blocks, *basis(answer.overlays, answer.currency, ())]


def _verdict(answer: OddsAnswer, money: Money) -> str:
    odds = answer.odds
    if odds is None:
        return answer.headline
    net, p = odds.net_benefit_usd, odds.p_tuned_ahead
    lead = opening(answer.headline)
    ahead = f"tuning is ahead in {in_tens(p, 'of')} futures"
    tunes = answer.choice in TUNES
    sure = p if tunes else 1 - p
    if answer.choice == "pilot":
        said = f"{lead}: by its cost alone {ahead}"
    elif sure < EVEN:
        said = f"{lead}, though by its cost alone {ahead}"
    else:
        probably = next(word for least, word in PROBABLY if sure > least)
        said = f"{lead}, {probably}: {ahead}"
    return (
        f"{said}. Over {span_text(answer.horizon_months)} it brings {money.usd(net.p50)} (median), "
        f"from {money.usd(net.p10)} to {money.usd(net.p90)} in eight of ten."
    )


def swings(odds: Odds, money: Money) -> Iterator[Swings]:
    """Yield what each input does along its range, as bars, where any changes the amount shown."""
    moving = (x for x in odds.inputs if money.usd(x.net_low_usd) != money.usd(x.net_high_usd))
    shown = list(itertools.islice(moving, MOST_SHOWN))
    if not shown:
        return
    knowing = any(each.worth_knowing_usd is not None for each in shown)
    columns = ("range", "net benefit", "turns at", *(["worth"] if knowing else []))
    yield Swings(
        title="What moves it",
        columns=columns,
        swings=tuple(_swing(each, money, knowing=knowing) for each in shown),
        middle=odds.point_usd,
        money=money,
        key="| prompting = tuning. # worse and = better than the middle. Ranges hold 9 of 10.",
    )


def _swing(each: UncertainInput, money: Money, *, knowing: bool) -> Swing:
    low, high = (short_text(each.field, end, money) for end in (each.low, each.high))
    turns = [turning_text(each.field, value, money) for value in each.turns_at[:2]]
    more = ", ..." if len(each.turns_at) > len(turns) else ""
    worth = "-" if each.worth_knowing_usd is None else money.usd(each.worth_knowing_usd)
    cells = (", ".join(turns) + more if turns else "-", *([worth] if knowing else []))
    worse, better = sorted((each.net_low_usd, each.net_high_usd))
    ends = (low, high) if each.net_low_usd <= each.net_high_usd else (high, low)
    return Swing(label(each.field), f"{low}..{high}", worse, better, cells, ends)


def worth_said(odds: Odds, money: Money) -> Iterator[str]:
    """Yield what it is worth to know an input, to run a pilot, or to score more items."""
    known = sorted(
        (each for each in odds.inputs if each.worth_knowing_usd),
        key=lambda each: -(each.worth_knowing_usd or 0),
    )
    if odds.evpi_usd < 1:
        yield (
            "None of these numbers is worth finding out first: it would hardly change the decision."
        )
    else:
        yield f"Knowing all of these numbers is worth at most {money.usd(odds.evpi_usd)}."
    if known:
        best, *rest = known
        worth = money.usd(best.worth_knowing_usd or 0)
        alone = "" if rest else "; nothing else is worth a study"
        yield f"Knowing {label(best.field)} alone is worth at most {worth}{alone}."
    if odds.pilot is not None and odds.pilot.worth_usd > 0:
        yield pilot_said(odds.pilot, money)
    if odds.more_items is not None and odds.more_items.items:
        more = odds.more_items
        yield (
            f"{count_of(more.items, 'more eval item')} "
            f"{agreeing(more.items, 'costs', 'cost')} {money.usd(more.cost_usd)} and "
            f"{agreeing(more.items)} worth {money.usd(more.worth_usd)}."
        )


def pilot_said(pilot: PilotAnswer, money: Money) -> str:
    """Return what a pilot costs and is worth, and up to which price of an hour it pays."""
    said = (
        f"{pilot_costs(pilot.usd, pilot.hours, money)}, gains what is needed in "
        f"{in_tens(pilot.p_success, 'of')} cases, and is worth up to {money.usd(pilot.worth_usd)}"
    )
    if pilot.worth_usd <= pilot.usd:
        return f"{said}: it does not pay."
    rate = pilot.pays_up_to_rate
    return f"{said}{f': it pays where an hour costs less than {money.usd(rate)}' if rate else ''}."


def _made(odds: Odds) -> str:
    error = max(odds.standard_error, 0.001)
    return (
        f"From {odds.points:,} futures; the chance is exact to about {error:.1%}. Every input and "
        "its range: --json."
    )
