"""What `ftvp quality` shows: the table of tasks, or one task with its published evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftvp.advice.reference import QualityAnswer
from ftvp.render.blocks import Block, Items, Paragraph, Row, Table, Verdict
from ftvp.render.phrases import count_of, percent_text, sentence
from ftvp.tables.quality import Evidence, Figure, Method, Task
from ftvp.units import count_text, points_text

FORMAT = {True: "yes", False: "no"}


def view(answer: QualityAnswer) -> tuple[Block, ...]:
    """Return one task in full, or the table of all."""
    if len(answer.tasks) == 1:
        return (*_one(answer.tasks[0]), Paragraph(_method(answer.method)))
    return (
        Paragraph(
            f"What tuning gains {len(answer.tasks)} kinds of task, by the article's table of "
            f"{answer.updated_on}. Qualities are percent, gains points; format says whether the "
            "task asks for form or style. One with its evidence: ftvp quality TASK."
        ),
        Table(
            "Task",
            ("prompting", "tuned", "gain", "format", "evidence"),
            tuple(_row(task) for task in answer.tasks),
        ),
        Items(
            "Whether tuning is justified",
            tuple(f"{t.id}: {sentence(t.justified or t.no_row or '')}" for t in answer.tasks),
        ),
        *_against(answer.tasks),
        Paragraph(_method(answer.method)),
    )


def _row(task: Task) -> Row:
    evidence = "disagrees" if task.contradiction else None
    return Row(task.id, (*_cells(task), FORMAT[task.format_task], evidence))


def _cells(task: Task) -> tuple[str | None, ...]:
    row = task.row
    if row is None:
        return None, None, None
    gain = f"{row.delta.low:+g} to {row.delta.high:+g}"
    return percent_text(row.prompting), percent_text(row.tuned), gain


def _against(tasks: Sequence[Task]) -> Iterator[Block]:
    said = tuple(f"{task.id}: {task.contradiction}" for task in tasks if task.contradiction)
    if said:
        yield Items("Where the published evidence speaks against the table", said)


def _one(task: Task) -> Iterator[Block]:
    yield Verdict(f"{task.name}: {_said(task)}")
    kind = "a format or style task" if task.format_task else "no format or style task"
    yield Paragraph(f"It counts as {kind}. {sentence(task.format_task_reason)}")
    notes = tuple(note for note in (task.contradiction, task.delta_note) if note)
    if notes:
        yield Items("What speaks against the row", notes)
    if task.evidence:
        title = f"{count_of(len(task.evidence), 'published comparison')}, each on its own scale"
        yield Items(title, tuple(_evidence(found) for found in task.evidence))
    names = ", ".join((task.id, *task.aliases))
    yield Paragraph(f"Also known as: {names}.")


def _said(task: Task) -> str:
    row = task.row
    if row is None:
        return sentence(task.no_row or "")
    gain = points_text(row.delta.low, row.delta.high)
    return (
        f"prompting {percent_text(row.prompting)}, tuned {percent_text(row.tuned)}, {gain}. "
        f"{sentence(row.justified)}"
    )


def _evidence(found: Evidence) -> str:
    parts = [
        f"{found.dataset}, {found.metric}: {found.prompted_system} ({found.baseline}) "
        f"{_figure(found.prompted_score)}, {found.tuned_system} {_figure(found.tuned_score)}"
        + (f", a difference of {_figure(found.delta)}." if found.delta is not None else ".")
    ]
    sizes = {"trained on": found.training_examples, "tested on": found.test_size}
    known = [f"{what} {_size(size)}" for what, size in sizes.items() if size is not None]
    if known:
        parts.append(sentence(", ".join(known)))
    read = "Read first-hand" if found.first_hand else "Not read first-hand"
    parts.append(f"{read}: {found.citation}.")
    if found.note:
        parts.append(sentence(found.note))
    return " ".join(parts)


def _figure(value: Figure | None) -> str:
    if value is None:
        return "not stated"
    return value if isinstance(value, str) else f"{value:g}"


def _size(value: float | str) -> str:
    return value if isinstance(value, str) else count_text(value)


def _method(method: Method) -> str:
    return (
        f"Prompting: {sentence(method.prompting)} Tuned: {sentence(method.tuned)} "
        f"{sentence(method.metric)} {sentence(method.caveat)}"
    )
