"""The verdict in one to three sentences that a finance person can read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from ftvp.cost.outcome import Never
from ftvp.decide.answer import CostAnswer, Grounds
from ftvp.tables.rules import Choice
from ftvp.units import DAYS_PER_MONTH
from ftvp.wording import Money, months_text, size_text, span_text

BLAME: dict[Never, str] = {
    "input_price": "tuned input is dearer than the tokens removed are worth",
    "output_price": "tuned output is dearer than the tokens removed are worth",
    "input_and_output_price": "tuned input and output are both dearer",
    "request_cost": "a tuned request costs more",
    "nothing_removed": "nothing is removed from the prompt",
    "fixed_costs": "its fixed costs are more than it saves at this volume",
    "falling_prices": "falling prices eat the saving",
}


@dataclass(frozen=True)
class HeadlineParts:
    """What a headline is made of beside the costs: the verdict, its day, and what it rests on."""

    choice: Choice
    because: str
    day: date
    grounds: Grounds
    items: int | None = None
    """Items of the user's eval set."""


def headline_text(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> str:
    """Return the verdict with the one number that decided it, in the currency of `money`."""
    return " ".join(sentences(said, cost, money))


def sentences(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> list[str]:
    """Return the headline in parts, what decides first."""
    decision, *more = SAYS.get(said.because, _by_tree)(said, cost, money)
    return [f"{_moving(said, cost)}{decision}", *more]


Says = Callable[["HeadlineParts", CostAnswer | None, Money], Iterator[str]]


def _moving(said: HeadlineParts, cost: CostAnswer | None) -> str:
    """Return that the prompted model ends, where it does so before the horizon, and a space."""
    ends = cost.life.prompted_ends_on if cost else None
    if cost is None or ends is None:
        return ""
    days = (ends - said.day).days
    if not 0 < days <= (cost.inputs.horizon or 0) * DAYS_PER_MONTH:
        return ""
    return f"Move off {cost.names.prompted}, it ends in {days} days ({ends}). "


def _not_on_sale(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    why = (
        said.grounds.closed or (cost.life.closed if cost else None) or "no tuned version is on sale"
    )
    yield f"Keep prompting: {why.removesuffix('.')}."
    yield from _instead(cost, money)


def _dies_first(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    del said
    if cost is not None:
        on = cost.life.tuned_shutdown_on
        yield (
            f"Keep prompting: {cost.names.tuned} is shut down on {on}, before tuning has paid for "
            "itself."
        )
    yield from _instead(cost, money)


def _instead(cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield what can be tuned instead, and what it would bring."""
    other = cost.instead if cost else None
    if cost is None or other is None:
        return
    months = span_text(cost.inputs.horizon or 0)
    size = ", a smaller model" if other.smaller else ""
    if other.net_benefit_usd > 0:
        brings = f"would bring {money.usd(other.net_benefit_usd)} over {months}: measure it first"
        yield f"{other.name}{size} can be tuned and {brings}."
    else:
        yield (
            f"What can be tuned, {other.name}{size}, would cost "
            f"{money.usd(-other.net_benefit_usd)} more over {months}."
        )


def _costs_more(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if cost is None:
        yield "Keep prompting."
        return
    unless = _unless(said, cost, money)
    yield f"Keep prompting{unless}: {_money(cost, money)}."


def _unless(said: HeadlineParts, cost: CostAnswer, money: Money) -> str:
    """Return the condition under which tuning would pay after all."""
    budget = cost.work_budget_usd
    if budget is not None and budget > 0:
        return f", unless your own work costs less than {money.usd(budget)}"
    price = cost.turning_price_usd
    if price is not None and (said.grounds.points or 0) > 0:
        return f", unless a wrong answer costs you more than {money.price(_cents(price))}"
    return ""


def _cents(usd: float) -> float:
    return float(f"{usd:.3g}")


def _money(cost: CostAnswer, money: Money) -> str:
    """Return what tuning costs or saves, and when it has paid for itself."""
    saving, point = cost.monthly_saving_usd, cost.breakeven
    if saving is None:
        return "what tuning costs is not known"
    tuning = f"tuning {cost.names.tuned}"
    if saving > 0:
        return f"{tuning} {_saves(cost, saving, money)}"
    more = f"costs {money.usd(-saving)} a month more" if saving else "saves nothing"
    if point.months is not None:
        return f"{tuning} {more} at first, and is ahead from month {point.months:.1f}"
    blame = BLAME.get(point.reason) if point.reason else None
    return f"{tuning} {more}: {blame}" if blame else f"{tuning} {more}"


def _saves(cost: CostAnswer, saving: float, money: Money) -> str:
    """Return what tuning saves a month, and when, or why never, it has paid for itself."""
    point = cost.breakeven
    saves = f"saves {money.usd(saving)} a month"
    if cost.swap is not None and cost.swap.saving_from_model_usd > 0:
        saves += f", {money.usd(cost.swap.saving_from_model_usd)} of it by the change of model,"
    if point.months is None:
        return f"{saves}, but {_why_never(cost, money)}"
    if point.until_months is not None:
        until = f"only ahead from month {point.months:.1f} to {point.until_months:.1f}"
        return f"{saves} at first, but is {until}"
    if not cost.life.in_time:
        once = money.usd(cost.tuned.upfront_usd if cost.tuned else 0)
        after = f"only after {months_text(point.months)}"
        return f"{saves}, but its {once} and your work are paid back {after}"
    return f"{saves} and has paid for itself after {months_text(point.months)}"


def _why_never(cost: CostAnswer, money: Money) -> str:
    """Return why what tuning saves never pays for it."""
    reason = cost.breakeven.reason or ""
    if reason == "own_work":
        work = next((e.value for e in cost.inputs_used if e.field == "own_work_usd"), 0.0)
        usd = work if isinstance(work, float) else 0.0
        return f"your own work, taken to be {money.usd(usd)}, costs more"
    never = {
        "falling_prices": "falling prices eat that before it has paid for itself",
        "shutdown": f"it is shut down on {cost.life.tuned_shutdown_on}, before it has paid",
        "beyond_five_years": "it does not pay for itself within five years",
    }
    return never.get(reason, "it never pays for itself")


def _capacity(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    del said, money
    hosted = cost.prompted.floor if cost else False
    name = "" if cost is None else cost.names.prompted if hosted else cost.names.tuned
    yield (
        f"Keep prompting for now: what one copy of {name} carries is not known. Say it with "
        "--input-tokens-per-second and --output-tokens-per-second, or --replicas."
    )


def _cheaper_model(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    if cost is None or cost.swap is None:
        return
    swap = cost.swap
    model, tuning = swap.saving_from_model_usd, swap.saving_from_tuning_usd
    change = f"Change to {swap.name}, do not tune it:"
    if tuning > 0:
        both = money.usd(model + tuning)
        yield f"{change} {money.usd(model)} of the {both} a month come without tuning."
    else:
        more = f"tuning costs {money.usd(-tuning)} more" if tuning else "tuning adds nothing"
        yield f"{change} the model alone saves {money.usd(model)} a month, {more}."
    if not said.grounds.measured:
        yield "Measure it first."


def _denied(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    points = said.grounds.points or 0
    worse = said.grounds.tree_text or "tuning is no better"
    if points < 0:
        worse = f"tuning is {size_text(points)} worse"
    if cost is not None and cost.monthly_saving_usd and cost.monthly_saving_usd < 0:
        worse += f" and costs {money.usd(-cost.monthly_saving_usd)} a month more"
    yield f"Keep prompting: {worse}."
    price = cost.turning_price_usd if cost else None
    if cost is not None and price is not None and (cost.monthly_saving_usd or 0) > 0:
        yield (
            f"It saves {money.usd(cost.monthly_saving_usd or 0)} a month: that pays where a wrong "
            f"answer costs less than {money.price(_cents(price))}."
        )


def _collect(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    lack = max(0, said.grounds.examples_wanted - (said.grounds.examples or 0))
    at_hand = f"{said.grounds.examples or 0:,} examples, {lack:,} short"
    yield f"Keep prompting and collect data first: {at_hand}."
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
    if pilot is not None:
        hours = f" and {pilot.hours:g} hours of work" if pilot.hours else ""
        yield (
            f"A pilot costs about {money.usd(pilot.usd)}{hours} and is worth up to "
            f"{money.usd(pilot.worth_usd)}."
        )


def _fine_tune(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield a verdict for tuning: why, what it saves, and what your own work may cost."""
    name = cost.names.tuned if cost else "your model"
    why = f" ({said.grounds.tree_text})" if said.because in ("format_task", "eval_confirms") else ""
    if said.because == "money_overrules" and said.grounds.tree_text:
        why = f", though {said.grounds.tree_text}"
    keep = ", and keep a prompt for what varies" if said.choice == "hybrid" else ""
    if cost is None:
        yield f"Fine-tune {name}{why}{keep}."
        return
    it = _money(cost, money).replace(f"tuning {cost.names.tuned}", "it", 1)
    points = said.grounds.points or 0
    is_worse = said.grounds.measured and points < 0
    worse = f", though {size_text(points)} worse" if is_worse else ""
    yield f"Fine-tune {name}{why}{keep}: {it}{worse}."
    budget = cost.work_budget_usd
    if budget is not None and budget > 0:
        yield f"Before your own work: ahead while that costs less than {money.usd(budget)}."
    if said.because == "saves_money" and not said.grounds.measured:
        yield "Not measured: run the eval before the switch."
    price = cost.turning_price_usd
    if not cost.life.in_time and price is not None and (said.grounds.points or 0) > 0:
        yield f"It pays where a wrong answer costs you more than {money.price(_cents(price))}."


def _by_tree(said: HeadlineParts, cost: CostAnswer | None, money: Money) -> Iterator[str]:
    """Yield a verdict that a question settled."""
    if said.choice != "prompt":
        yield from _fine_tune(said, cost, money)
        return
    yield f"Keep prompting: {said.grounds.tree_text}."
    if cost is not None and cost.tuned is not None:
        yield f"{_capital(_money(cost, money))}."


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
