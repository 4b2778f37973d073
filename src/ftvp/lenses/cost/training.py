"""What one training run costs: by the token, by the hour, or as the user says."""

from __future__ import annotations

from ftvp.lenses.cost.option import TrainingRun
from ftvp.units import TOKENS_PER_MTOK, count_text, price_text, usd_text


def run_by_tokens(
    *, tokens: float, epochs: int, usd_per_mtok: float, minimum_usd: float, source: str
) -> TrainingRun:
    """Return a run billed by training tokens: tokens of one epoch x epochs x price.

    >>> run_by_tokens(tokens=500 * 613, epochs=3, usd_per_mtok=3, minimum_usd=0, source="").usd
    2.7585
    """
    usd = tokens * epochs * usd_per_mtok / TOKENS_PER_MTOK
    formula = f"{count_text(tokens)} tokens x {epochs} epochs x {price_text(usd_per_mtok)}/Mtok"
    return _at_least(minimum_usd, TrainingRun(usd=usd, formula=formula, source=source))


def run_by_hours(
    *, hours: float, usd_per_hour: float, minimum_usd: float, source: str
) -> TrainingRun:
    """Return a run billed by GPU or training hours."""
    formula = f"{hours:g} hours x {price_text(usd_per_hour)}"
    run = TrainingRun(usd=hours * usd_per_hour, formula=formula, source=source)
    return _at_least(minimum_usd, run)


def run_as_given(usd: float) -> TrainingRun:
    """Return a run whose cost the user gave."""
    return TrainingRun(usd=usd, formula=f"{usd_text(usd)} a run", source="given")


def _at_least(minimum_usd: float, run: TrainingRun) -> TrainingRun:
    if run.usd >= minimum_usd:
        return run
    formula = f"minimum charge {usd_text(minimum_usd)}, above {run.formula}"
    return TrainingRun(usd=minimum_usd, formula=formula, source=run.source)
