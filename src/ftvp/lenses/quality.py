"""What tuning is known to gain a task: measured values first, the table's where there are none."""

from __future__ import annotations

from ftvp.tables.quality import Evidence, Task
from ftvp.tables.ranges import Range, point, widest_difference
from ftvp.units import Record


class QualityResult(Record):
    """Both sides' quality in percent, their delta in points, and what is published on the task."""

    task: str | None
    prompting: Range
    tuned: Range
    delta: Range
    justified: str | None
    measured: bool
    """True when both qualities were measured by the user, False when any is the table's."""
    evidence: tuple[Evidence, ...]
    contradiction: str | None
    delta_note: str | None


def quality_lens(
    task: Task | None,
    *,
    prompting_quality: float | None = None,
    tuned_quality: float | None = None,
) -> QualityResult | None:
    """Return the qualities of a task in percent, None when neither table nor user gives both.

    With a measured value on either side the delta is worked out again: between a measured value
    and a range of the table it is every difference that they allow.
    """
    prompting = _ours(prompting_quality, task.prompting if task else None)
    tuned = _ours(tuned_quality, task.tuned if task else None)
    if prompting is None or tuned is None:
        return None
    nothing_measured = prompting_quality is None and tuned_quality is None
    published = task.delta if task and nothing_measured else None
    return QualityResult(
        task=task.id if task else None,
        prompting=prompting,
        tuned=tuned,
        delta=published or widest_difference(tuned, prompting),
        justified=task.justified if task else None,
        measured=prompting_quality is not None and tuned_quality is not None,
        evidence=task.evidence if task else (),
        contradiction=task.contradiction if task else None,
        delta_note=task.delta_note if task and published else None,
    )


def _ours(measured: float | None, published: Range | None) -> Range | None:
    return published if measured is None else point(measured)
