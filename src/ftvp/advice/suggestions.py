"""What the tables suggest as the answer to a question, before anybody answers it."""

from __future__ import annotations

from collections.abc import Callable

from ftvp.scenario import QuestionId
from ftvp.tables.bundle import Tables
from ftvp.tables.quality import Task
from ftvp.units import count_text, points_text


def suggestion(question: QuestionId, tables: Tables, task: Task | None) -> str | None:
    """Return one sentence from the tables that helps to answer a question, or None."""
    return SUGGESTIONS[question](tables, task)


def _volume(tables: Tables, task: Task | None) -> str | None:
    del task
    return "; ".join(f"{band.id} a day: {band.advice}" for band in tables.framework.volume_bands)


def _examples(tables: Tables, task: Task | None) -> str | None:
    del task
    tiers = tables.framework.training_set_tiers
    return "; ".join(f"{tier.id}: {tier.expected_quality.split(' — ')[0]}" for tier in tiers)


def _quality_gap(tables: Tables, task: Task | None) -> str | None:
    del tables
    if task is None or task.row is None:
        return None
    low, high = task.row.prompting.low, task.row.prompting.high
    return f"Prompting reaches {low:g}-{high:g} % on this task in the quality table."


def _format_task(tables: Tables, task: Task | None) -> str | None:
    del tables
    if task is None:
        return None
    return f"The table says {'yes' if task.format_task else 'no'}: {task.format_task_reason}"


def _eval_improves(tables: Tables, task: Task | None) -> str | None:
    least = count_text(min(tier.smallest for tier in tables.framework.training_set_tiers))
    if task is None or task.row is None:
        return f"A small tune on {least} training examples can tell."
    gain = points_text(task.row.delta.low, task.row.delta.high)
    return f"The table expects {gain} on this task; only your own eval can tell."


SUGGESTIONS: dict[QuestionId, Callable[[Tables, Task | None], str | None]] = {
    "volume": _volume,
    "examples": _examples,
    "quality_gap": _quality_gap,
    "format_task": _format_task,
    "eval_improves": _eval_improves,
}
