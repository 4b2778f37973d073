"""Where a lens would have answered otherwise than the verdict, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.advice.case import Case
from ftvp.advice.decision import Disagreement
from ftvp.advice.views import Views
from ftvp.decide.lenses import VolumeResult
from ftvp.tables.rules import Choice
from ftvp.units import points_text


def disagreements(case: Case, views: Views, choice: Choice) -> tuple[Disagreement, ...]:
    """Return every lens that speaks against the choice; a pilot is asked of nobody's lens."""
    if choice == "pilot":
        return ()
    against = _against_prompting if choice == "prompt" else _against_tuning
    return tuple(against(case, views))


def _against_tuning(case: Case, views: Views) -> Iterator[Disagreement]:
    del case
    if views.volume is not None and views.volume.leans == "prompt":
        yield _volume(views.volume)
    if views.quality is not None and views.quality.delta.high <= 0:
        yield Disagreement(lens="quality", says="tuning does not help", why=_gain(views))
    if views.data is not None and not views.data.enough:
        why = f"{views.data.examples:,} examples, {views.data.missing:,} more are needed"
        yield Disagreement(lens="data", says="too few examples", why=why)
    if views.cost is not None and views.cost.verdict.choice == "prompt":
        yield Disagreement(lens="cost", says="keep prompting", why=views.cost.verdict.headline)


def _against_prompting(case: Case, views: Views) -> Iterator[Disagreement]:
    if views.volume is not None and views.volume.leans in ("fine_tune", "hybrid"):
        yield _volume(views.volume)
    gap = case.tables.framework.question("quality_gap").threshold or 0
    if views.quality is not None and views.quality.delta.low > gap:
        yield Disagreement(lens="quality", says="tuning gains quality", why=_gain(views))
    if views.cost is not None and views.cost.verdict.choice == "fine_tune":
        yield Disagreement(lens="cost", says="tuning pays", why=views.cost.verdict.headline)


def _volume(volume: VolumeResult) -> Disagreement:
    condition = volume.condition
    if condition is None or condition.holds is None:
        return Disagreement(lens="volume", says=volume.advice, why=volume.why)
    holds = "holds" if condition.holds else "does not hold"
    advises = "tuning" if volume.leans in ("fine_tune", "hybrid") else "prompting"
    why = f"at {volume.band} requests a day its condition, {condition.text}, {holds}"
    return Disagreement(lens="volume", says=f"it advises {advises}", why=why)


def _gain(views: Views) -> str:
    if views.quality is None:
        return ""
    delta = views.quality.delta
    where = "measured" if views.quality.measured else "by the quality table"
    return f"{points_text(delta.low, delta.high)} {where}"
