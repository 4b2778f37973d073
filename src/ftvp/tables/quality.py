"""The shape of `data/quality_by_task.yaml`: what tuning gains a task, and who published it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import Source
from ftvp.tables.ranges import Range, matched_difference, widest_difference
from ftvp.units import MisplacedError, Number, Record, Whole

WHOLE = 100

TaskId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A snake_case name, for instance `entity_extraction_custom`."""
Figure = Number | str
"""A number where the source has one, its text where it has several or a range."""


def _is_percent(of: Range) -> Range:
    if of.low < 0 or of.high > WHOLE:
        msg = f"a quality is a percentage from 0 to {WHOLE}"
        raise ValueError(msg)
    return of


PercentRange = Annotated[Range, AfterValidator(_is_percent)]
"""A range of qualities, 0 to 100."""


class Evidence(Record):
    """One published comparison of a prompted system with a tuned one, on its source's own scale."""

    dataset: str
    metric: str
    prompted_system: str
    baseline: str
    """How the prompted system was prompted: zero-shot, few-shot, retrieved examples."""
    prompted_score: Figure
    tuned_system: str
    tuned_score: Figure | None = None
    delta: Figure | None = None
    training_examples: Whole | str | None = None
    test_size: Whole | str | None = None
    citation: str = Field(min_length=1)
    first_hand: bool
    """True when the publication itself was read, False when only what others say of it."""
    note: str | None = None


class Method(Record):
    """What the three columns of the quality table mean."""

    prompting: str
    shots: Range
    tuned: str
    training_examples: Range
    metric: str
    caveat: str


class Task(Record):
    """A kind of task: its quality on both sides in percent, the delta in points, the evidence."""

    id: TaskId
    name: str
    aliases: tuple[TaskId, ...] = ()
    prompting: PercentRange
    tuned: PercentRange
    delta: Range
    justified: str
    format_task: bool
    format_task_reason: str
    contradiction: str | None = None
    """Where the evidence speaks against the row."""
    delta_note: str | None = None
    """Where the delta does not follow from the two quality ranges."""
    evidence: tuple[Evidence, ...] = ()

    @property
    def delta_follows(self) -> bool:
        """True when like ends differ by the delta and the ranges leave no doubt of its sign."""
        matched = matched_difference(self.tuned, self.prompting)
        widest = widest_difference(self.tuned, self.prompting)
        return self.delta.contains(matched) and widest.low * widest.high > 0


class Quality(Record):
    """The quality table: one row a task, in the order of its source."""

    schema_version: Literal[1]
    updated_on: date
    source: Source
    method: Method
    tasks: tuple[Task, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        owners: dict[str, str] = {}
        for place, task in enumerate(self.tasks):
            for name in (task.id, *task.aliases):
                if name in owners:
                    msg = f"'{name}' names both {owners[name]} and {task.id}"
                    raise MisplacedError(msg, "tasks", place)
                owners[name] = task.id
        return self

    def find(self, name: str) -> Task:
        """Return a task by id or alias, in any case, with spaces or hyphens for underscores.

        UnknownNameError names the nearest task when there is none of that name.
        """
        wanted = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
        for task in self.tasks:
            if wanted in (task.id, *task.aliases):
                return task
        known = [known for task in self.tasks for known in (task.id, *task.aliases)]
        raise UnknownNameError("task", name, known, "ftvp quality")
