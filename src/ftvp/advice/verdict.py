"""The verdict: the tree chooses, then volume, sale, life and money are weighed, each in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ftvp.advice.answers import CostAnswer
from ftvp.advice.case import Case
from ftvp.advice.decision import Verdict
from ftvp.advice.views import Views
from ftvp.lenses.cost.life import Life
from ftvp.tables.rules import Choice
from ftvp.units import months_text, points_text, usd_text

TUNED: frozenset[Choice] = frozenset({"fine_tune", "hybrid", "pilot"})
OPENINGS: dict[Choice, str] = {
    "prompt": "Keep prompting",
    "fine_tune": "Fine-tune",
    "hybrid": "Fine-tune, and keep a prompt for what varies per request",
    "pilot": "Run a pilot before you decide",
}


@dataclass(frozen=True)
class Turn:
    """A rule that changes the tree's choice: to what, the code and the words of its reason."""

    choice: Choice
    because: str
    text: str


def verdict(case: Case, views: Views) -> Verdict:
    """Return the verdict on a case, every rule that applied being a reason."""
    tree = views.tree
    choice, because, text = tree.choice, tree.because, _text(case, views)
    reasons = [f"The five questions: {text}."]
    reasons += [case.evals.headline] if case.evals else []
    for turn in _turns(case, views) if tree.choice in TUNED else ():
        if choice in TUNED:
            choice, because, text = turn.choice, turn.because, turn.text
        reasons.append(f"{turn.text[:1].upper()}{turn.text[1:]}.")
    if views.cost is not None:
        reasons += _price_of_quality(views, views.cost)
    return Verdict(
        choice=choice,
        because=because,
        headline=_headline(choice, text, views.cost),
        reasons=tuple(reasons),
    )


def _text(case: Case, views: Views) -> str:
    """Return the tree's reason in words; an eval that shows nothing is no missing one."""
    if case.evals is not None and views.tree.because == "eval_missing":
        return f"no gain is shown on your {case.evals.n:,} items, nor is it ruled out"
    return views.tree.text or ""


def _turns(case: Case, views: Views) -> Iterator[Turn]:
    """Yield the rules that apply, in the order in which they are weighed."""
    volume = views.volume
    if volume is not None and volume.leans == "hybrid" and views.tree.choice == "fine_tune":
        yield Turn("hybrid", "volume_very_high", f"at this volume: {volume.why}")
    if views.life is not None and views.life.closed is not None:
        yield Turn("prompt", "not_on_sale", views.life.closed)
    if views.cost is not None:
        if views.cost.tuned is None:
            yield Turn("prompt", "not_on_sale", "no tuned version is on sale")
        if (late := _too_late(case, views.cost, views.cost.life)) is not None:
            yield Turn("prompt", "life_too_short", late)
        if (loss := _worth_less(case, views)) is not None:
            yield Turn("prompt", "quality_not_worth_it", loss)


def _too_late(case: Case, cost: CostAnswer, ends: Life) -> str | None:
    """Return why the tuned model's remaining life is too short, None when it is not."""
    if ends.days_left is None or ends.days_left <= 0:
        return None
    left = ends.days_left / (cost.inputs.days_per_month or 1)
    lives = f"it lives {months_text(left)} more"
    if cost.breakeven.months is None:
        short = left < case.assumptions.shortest_life_months.value
        return f"{lives}, too short for what tuning costs" if short else None
    needs = months_text(cost.breakeven.months)
    return f"{lives} and needs {needs} to pay back" if left < cost.breakeven.months else None


def quality_worth_usd(case: Case, views: Views) -> float | None:
    """Return what the quality gained is worth a month, None where an error's cost is not known.

    `requests per month x (tuned - prompting) / 100 x cost per error`, at the middle of a range.
    """
    per_error = case.scenario.cost_per_error
    if per_error is None or views.quality is None or views.cost is None:
        return None
    points = (views.quality.delta.low + views.quality.delta.high) / 2
    return views.cost.prompted.requests_per_month * points / 100 * per_error


def _worth_less(case: Case, views: Views) -> str | None:
    """Return why the gain in quality is not worth its cost, None when it is or nobody can tell."""
    worth, cost = quality_worth_usd(case, views), views.cost
    if worth is None or cost is None or cost.horizon is None:
        return None
    net = cost.horizon.net_benefit_usd + worth * cost.horizon.months
    if net >= 0:
        return None
    return (
        f"fewer errors are worth {usd_text(worth)} a month, and over "
        f"{months_text(cost.horizon.months)} tuning still loses {usd_text(-net)}"
    )


def _price_of_quality(views: Views, cost: CostAnswer) -> list[str]:
    """Return what the gain in quality costs, where tuning costs more than prompting."""
    saving = cost.monthly_saving_usd
    if saving is None or saving >= 0:
        return []
    gain = "whatever quality it gains"
    if views.quality is not None:
        measured = "" if views.quality.measured else " (the table's range)"
        gain = f"{points_text(views.quality.delta.low, views.quality.delta.high)}{measured}"
    return [f"Tuning buys {gain} for {usd_text(-saving)} a month."]


def _headline(choice: Choice, text: str, cost: CostAnswer | None) -> str:
    sentences = [f"{OPENINGS[choice]}: {text}."]
    if cost is not None:
        sentences.append(_money(cost))
    return " ".join(sentence for sentence in sentences if sentence)


def _money(cost: CostAnswer) -> str:
    saving = cost.monthly_saving_usd
    if saving is None:
        return ""
    if saving < 0:
        return f"Tuning {cost.names.tuned} costs {usd_text(-saving)} a month more than prompting."
    if cost.breakeven.months is None:
        never = f"saves {usd_text(saving)} a month at first, but never pays back"
        return f"Tuning {cost.names.tuned} {never if saving else 'saves nothing'}."
    after = months_text(cost.breakeven.months)
    return (
        f"Tuning {cost.names.tuned} saves {usd_text(saving)} a month and pays back after {after}."
    )
