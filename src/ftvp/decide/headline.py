"""The verdict in sentences that a finance person can read aloud, the first two lines at most."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from ftvp.cost.outcome import Never
from ftvp.decide.answer import CostAnswer, Grounds
from ftvp.tables.framework import Choice
from ftvp.units import DAYS_PER_MONTH
from ftvp.wording import (
    Money,
    count_of,
    is_lead,
    months_text,
    pilot_costs,
    size_text,
    span_text,
)

BLAME: dict[Never, str] = {
    "input_price": "tuned input is dearer than the tokens removed are worth",
    "output_price": "tuned output is dearer than the tokens removed are worth",
    "input_and_output_price": "tuned input and output are both dearer",
    "request_cost": "a tuned request costs more",
    "nothing_removed": "nothing is removed from the prompt",
    "fixed_costs": "its fixed costs exceed what it saves",
    "falling_prices": "falling prices eat the saving",
}


BOUNDS = {(True, False): ("at least ", "at most "), (False, True): ("at most ", "at least ")}
"""What is saved, and what it costs more, where the prompted or the tuned bill is only a floor."""


class HeadlineParts(NamedTuple):
    """What a headline is made of beside the costs: the verdict, its day, and what it rests on."""

    choice: Choice
    because: str
    day: date
    grounds: Grounds
    items: int | None = None
    """Items of the user's eval set."""
    against: str = "Keep prompting"
    """The verdict against tuning: nobody keeps prompting a model that ends."""


def sentences(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> list[str]:
    """Return the headline in parts: a model's end first where there is room, else the decision."""
    moving = _moving(said, cost)
    said = said._replace(against="Do not tune") if moving else said
    decision, *more = SAYS.get(said.because, _by_tree)(said, cost, money)
    lead = f"{moving}{decision}"
    return [lead, *more] if not moving or is_lead(lead) else [decision, moving.rstrip(), *more]


Says = Callable[["HeadlineParts", CostAnswer | None, Money], Iterator[str]]


def _moving(said: HeadlineParts, cost: CostAnswer | None) -> str:
    """Return that the prompted model ends, where it does so before the horizon, and a space."""
    ends = cost.life.prompted_ends_on if cost else None
    if cost is None or ends is None:
        return ""
    days = (ends - said.day).days
    if not 0 < days <= (cost.inputs.horizon or 0) * DAYS_PER_MONTH:
        return ""
    left = count_of(days, "day")
    return f"Move off {cost.names.prompted}, it ends in {left}. "


def _not_on_sale(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    why = said.grounds.closed or "no tuned version is on sale"
    reason, *fix = why.removesuffix(".").split(". ", 1)
    yield f"{said.against}: {reason}."
    yield from (f"{text}." for text in fix)
    yield from _instead(cost, money)


def _dies_first(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if cost is not None:
        on = cost.life.tuned_shutdown_on
        yield (
            f"{said.against}: {cost.names.tuned} is shut down on {on}, before tuning has paid "
            "for itself."
        )
    yield from _instead(cost, money)


def _instead(cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield what can be tuned instead, and what it would bring."""
    other = cost.instead if cost else None
    if cost is None or other is None:
        return
    months = span_text(cost.inputs.horizon or 0)
    size = ", a smaller model" if other.smaller else ""
    work = "" if cost.own_work_usd is None else " before your own work"
    if other.net_benefit_usd > 0:
        brings = f"would bring {money.usd(other.net_benefit_usd)} over {months}{work}"
        yield f"{other.name}{size} can be tuned and {brings}: measure it first."
    else:
        yield (
            f"What can be tuned, {other.name}{size}, would cost "
            f"{money.usd(-other.net_benefit_usd)} more over {months}."
        )


def _costs_more(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if cost is None:
        yield "Keep prompting."
        return
    yield f"{said.against}: {_money(cost, money)}."
    yield from _blame(cost)
    budget, price = cost.work_budget_usd, cost.turning_price_usd
    if budget is not None and budget > 0:
        yield f"It would pay if your own work cost less than {money.usd(budget)}."
    elif price is not None and (said.grounds.points or 0) > 0 and _counts_errors(cost):
        yield f"It would pay where a wrong answer costs more than {money.about(price)}."


def _counts_errors(cost: CostAnswer) -> bool:
    """Return whether a told price of an error, where there is one, is in the amounts."""
    return cost.inputs.cost_per_error is None or bool(cost.errors_avoided[0])


def _money(cost: CostAnswer, money: Money) -> str:
    """Return what tuning costs or saves, and when it has paid for itself."""
    saving, point = cost.monthly_saving_usd, cost.breakeven
    if saving is None:
        return "what tuning costs is not known"
    tuning = f"tuning {cost.names.tuned}"
    floors = cost.prompted.floor, cost.tuned is not None and cost.tuned.floor
    saved, dearer = BOUNDS.get(floors, ("", ""))
    if saving > 0:
        return f"{tuning} {_saves(cost, f'{saved}{money.usd(saving)}', money)}"
    more = f"costs {dearer}{money.usd(-saving)} a month more" if saving else "saves nothing"
    if point.months is None:
        return f"{tuning} {more}{_errors(cost, money, ' and')}"
    early = f"{point.months:.1f}" == "0.0"
    since = "the first days on" if early else f"month {point.months:.1f}"
    return f"{tuning} {more}{_errors(cost, money)} at first, and is ahead from {since}"


def _blame(cost: CostAnswer) -> Iterator[str]:
    """Yield why tuning saves nothing a month and never will, where it does not."""
    point = cost.breakeven
    if (cost.monthly_saving_usd or 0) <= 0 and point.months is None and point.reason in BLAME:
        yield f"{_capital(BLAME[point.reason])}."


def _saves(cost: CostAnswer, usd: str, money: Money) -> str:
    """Return what tuning saves a month, and when, or why never, it has paid for itself."""
    point = cost.breakeven
    saves = f"saves {usd} a month{_errors(cost, money)}"
    if point.reason == "capacity_unknown":
        return saves
    if point.months is None:
        return f"{saves}, but {_why_never(cost, money)}"
    if point.until_months is not None:
        until = f"only ahead from month {point.months:.1f} to {point.until_months:.1f}"
        return f"{saves} at first, but is {until}"
    if not cost.life.in_time or (cost.deciding_net_usd or 0) <= 0:
        once = money.usd(cost.tuned.upfront_usd if cost.tuned else 0)
        paid, work = "is paid back", cost.own_work_usd
        if work is not None:
            paid = f"and your own work (taken to be {money.usd(work)}) are paid back"
        after, most = months_text(point.months), cost.horizon.months if cost.horizon else 0
        just = "a little more than " if point.months > most and after == months_text(most) else ""
        return f"{saves}, but its one-off {once} {paid} only after {just}{after}"
    return f"{saves} and has paid for itself after {months_text(point.months)}"


def _errors(cost: CostAnswer, money: Money, joint: str = ",") -> str:
    """Return the errors a month that are in the net benefit, behind what the bills say."""
    usd, _ = cost.errors_avoided
    if not usd:
        return ""
    return f"{joint} {'avoids' if usd > 0 else 'makes'} {money.usd(abs(usd))} of errors"


def _why_never(cost: CostAnswer, money: Money) -> str:
    """Return why what tuning saves never pays for it."""
    reason = cost.breakeven.reason or ""
    if reason == "own_work":
        return f"your own work (taken to be {money.usd(cost.own_work_usd or 0)}) costs more"
    never = {
        "falling_prices": "falling prices eat that before it has paid for itself",
        "shutdown": f"it is shut down on {cost.life.tuned_shutdown_on}, before it has paid",
        "beyond_five_years": "it does not pay for itself within five years",
    }
    return never.get(reason, "it never pays for itself")


def _capacity(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    del money
    hosted = cost.prompted.floor if cost else False
    name = "" if cost is None else cost.names.prompted if hosted else cost.names.tuned
    yield f"{said.against} for now: what one copy of {name} carries is not known."
    yield "Say it with --input-tokens-per-second and --output-tokens-per-second, or --replicas."


def _cheaper_model(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if cost is None or cost.swap is None:
        return
    swap = cost.swap
    model, tuning = swap.saving_from_model_usd, swap.saving_from_tuning_usd
    more = f"Tuning costs {money.usd(-tuning)} more" if tuning else "Tuning adds nothing"
    if tuning > 0:
        once = money.usd(cost.tuned.upfront_usd if cost.tuned else 0)
        more = f"Tuning adds {money.usd(tuning)} for a one-off {once}"
    yield (
        f"Change to {swap.name}, do not tune it: the model alone saves {money.usd(model)} a month."
    )
    yield f"{more}." if said.grounds.measured else f"{more}. Measure the model first."


def _denied(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    points = said.grounds.points or 0
    worse = said.grounds.tree_text or "tuning is no better"
    if points < 0:
        worse = f"tuning is {size_text(points)} worse"
    if cost is not None and cost.monthly_saving_usd and cost.monthly_saving_usd < 0:
        worse += f" and costs {money.usd(-cost.monthly_saving_usd)} a month more"
    yield f"{said.against}: {worse}."
    price = cost.turning_price_usd if cost else None
    if cost is not None and price is not None and (cost.monthly_saving_usd or 0) > 0:
        yield (
            f"It saves {money.usd(cost.monthly_saving_usd or 0)} a month: that pays where a wrong "
            f"answer costs less than {money.about(price)}."
        )


def _collect(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    have = said.grounds.examples or 0
    at_hand = f"{count_of(have, 'example')}, {said.grounds.examples_wanted - have:,} short"
    yield f"{said.against}: collect data first ({at_hand})."
    if cost is not None and (cost.monthly_saving_usd or 0) > 0:
        yield f"Then {_money(cost, money)}."


def _unmeasured(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    name = cost.names.tuned if cost else "the tuned model"
    yield f"Run a pilot first: nobody has measured {name} on your task."
    yield from _pilot(said, money)
    if cost is not None:
        yield f"If it is good enough, {_money(cost, money)}."


def _eval_missing(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if said.items is not None:
        why = f"no gain is shown on your {said.items:,} items, nor is it ruled out"
    else:
        why = "nobody has measured what tuning gains"
    yield f"Run a pilot first: {why}."
    yield from _pilot(said, money)
    if cost is not None:
        yield f"{_capital(_money(cost, money))}."


def _pilot(said: HeadlineParts, money: Money) -> Iterator[str]:
    pilot = said.grounds.pilot
    if pilot is None:
        return
    costs, worth = pilot_costs(pilot.usd, pilot.hours, money), money.usd(pilot.worth_usd)
    if pilot.worth_usd >= pilot.usd:
        yield f"{costs} and is worth up to {worth}."
    elif pilot.worth_usd > 0:
        yield f"{costs}, more than the {worth} that it may save: what it tells of quality decides."
    else:
        yield f"{costs}: it pays by errors avoided, or not at all."


def _fine_tune(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield a verdict for tuning: why, what it saves, and what your own work may cost."""
    keep = ", and keep a prompt for what varies" if said.choice == "hybrid" else ""
    why = _why_tuned(said)
    if cost is None:
        yield f"Fine-tune your model{keep}{f': {why}' if why else ''}."
        return
    name, points = cost.names.tuned, said.grounds.points or 0
    it = _money(cost, money).replace(f"tuning {name}", "it", 1)
    worse = f", though {size_text(points)} worse" if said.grounds.measured and points < 0 else ""
    yield f"Fine-tune {name}{keep}: {it}{worse}."
    yield from [f"{_capital(why)}."] if why else []
    swap = cost.swap
    if swap is not None and swap.saving_from_model_usd > 0 and (cost.monthly_saving_usd or 0) > 0:
        model = money.usd(swap.saving_from_model_usd)
        yield f"{model} of the saving comes with the change of model alone."
    budget = cost.work_budget_usd
    if budget is not None and budget > 0:
        yield (
            "Your own work is not counted: tuning stays ahead while that costs less than "
            f"{money.usd(budget)} (--engineering-hours, --hourly-rate)."
        )
    if said.because == "saves_money" and not said.grounds.measured:
        yield "Not measured: run the eval before the switch."
    price = cost.turning_price_usd
    gains = (said.grounds.points or 0) > 0 and _counts_errors(cost)
    if not cost.life.in_time and price is not None and gains:
        yield f"It pays where a wrong answer costs you more than {money.about(price)}."


def _why_tuned(said: HeadlineParts) -> str:
    """Return what speaks for or against tuning beside the money, "" where nothing does."""
    text = said.grounds.tree_text or ""
    whys = {
        "eval_confirms": "your eval confirms a gain",
        "format_task": text,
        "money_overrules": f"the money overrules the questions: {text}" if text else "",
    }
    return whys.get(said.because, "")


def _by_tree(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield a verdict that a question settled."""
    if said.choice != "prompt":
        yield from _fine_tune(said, cost, money)
        return
    yield f"{said.against}: {said.grounds.tree_text}."
    if cost is not None and cost.tuned is not None:
        yield f"{_capital(_money(cost, money))}."
        yield from _blame(cost)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


SAYS: dict[str, Says] = {
    "not_on_sale": _not_on_sale,
    "dies_first": _dies_first,
    "costs_more": _costs_more,
    "capacity_unknown": _capacity,
    "cheaper_model": _cheaper_model,
    "eval_denies": _denied,
    "collect_data_first": _collect,
    "unmeasured": _unmeasured,
    "eval_missing": _eval_missing,
    "saves_money": _fine_tune,
    "money_overrules": _fine_tune,
    "volume_very_high": _fine_tune,
}
