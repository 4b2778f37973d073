"""The schema of `data/quality_by_task.yaml`: the gain from tuning by task, with its evidence."""

from datetime import date
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import Range, Source, matched_difference, widest_difference
from ftvp.units import PERCENT, MisplacedError, Number, Record, Whole

TaskId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A snake_case name, for instance `entity_extraction_custom`."""
BaselineKind = Literal["zero-shot", "few-shot", "few-shot CoT", "few-shot (retrieved)"]
"""How the prompted side was prompted; all but the first hold shots."""
MetricKind = Literal["accuracy", "f1", "other"]
"""A share of answers that are right, an F1 score, or what is no percentage of right answers."""
Figure = Number | str
"""A number where the source has one, its text where it has several or a range."""


def _is_percent(of: Range) -> Range:
    if of.low < 0 or of.high > PERCENT:
        msg = f"a quality is a percentage from 0 to {PERCENT}"
        raise ValueError(msg)
    return of


PercentRange = Annotated[Range, AfterValidator(_is_percent)]
"""A range of qualities, 0 to 100."""


class Scores(Record):
    """One prompted and one tuned score on the same test, in percent of a perfect one."""

    prompted: Number
    """Percent."""
    tuned: Number
    """Percent."""
    baseline_kind: BaselineKind | None = None
    """Where it differs from that of the comparison."""
    same_model: bool | None = None
    """Where it differs from that of the comparison."""


class HeadToHead(Record):
    """A comparison as the forecast reads it: who was compared, and all its scores in percent."""

    group: str
    """What was measured: rows of one group count as one source."""
    baseline_kind: BaselineKind
    same_model: bool
    """Whether the tuned model is the prompted one, tuned."""
    metric_kind: MetricKind
    """`other` for what is no share of right answers."""
    scores: tuple[Scores, ...] = Field(min_length=1)


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
    """Tuned less prompted, on the source's scale."""
    training_examples: Whole | str | None = None
    """Text where the source has several numbers."""
    test_size: Whole | str | None = None
    """Test examples; text where the source has several numbers."""
    year: Whole | None = None
    language: str | None = None
    """None where the task is in English."""
    citation: str = Field(min_length=1)
    """Where it was published."""
    first_hand: bool
    """True when the publication itself was read, False when only what others say of it."""
    note: str | None = None
    chosen: str | None = None
    """What the authors went on with, where they say so."""
    head_to_head: HeadToHead | None = None
    """None where a score is missing, is no part of a perfect one, or nothing was tuned."""

    @property
    def n_train(self) -> int | None:
        """The training examples, where the source gives their number."""
        return self.training_examples if isinstance(self.training_examples, int) else None


class Method(Record):
    """What the three columns of the quality table mean."""

    prompting: str
    """What the prompting column was measured with."""
    shots: Range
    """Worked examples in its prompts."""
    tuned: str
    """What the tuned column was measured with."""
    training_examples: Range
    metric: str
    """What the percentages count."""
    caveat: str


class SourceRow(NamedTuple):
    """What the source says of a task: qualities in percent, their difference in points."""

    prompting: Range
    tuned: Range
    delta: Range
    justified: str

    @property
    def delta_follows(self) -> bool:
        """True when like ends differ by the delta and the ranges leave no doubt of its sign."""
        matched = matched_difference(self.tuned, self.prompting)
        widest = widest_difference(self.tuned, self.prompting)
        return self.delta.contains(matched) and widest.low * widest.high > 0


class Task(Record):
    """A kind of task: its quality on both sides in percent, the delta in points, the evidence.

    The row of the source (prompting, tuned, delta and justified) is whole or absent; where it is
    absent, `no_row` says why.
    """

    id: TaskId
    name: str
    aliases: tuple[TaskId, ...] = ()
    prompting: PercentRange | None = None
    """Percent; None where the article has no row."""
    tuned: PercentRange | None = None
    """Percent; None where the article has no row."""
    delta: Range | None = None
    """Tuned less prompting, in points, as the article has it."""
    justified: str | None = None
    """What the article says of tuning for it."""
    no_row: str | None = None
    """Why the article has no row; None where it has one."""
    format_task: bool
    """What answers question 4 where nobody told."""
    format_task_reason: str
    contradiction: str | None = None
    """Where the evidence speaks against the row."""
    delta_note: str | None = None
    """Where the delta does not follow from the two quality ranges."""
    evidence: tuple[Evidence, ...] = ()
    """Published comparisons."""

    @model_validator(mode="after")
    def _row_is_whole(self) -> Self:
        row = (self.prompting, self.tuned, self.delta, self.justified)
        missing = sum(cell is None for cell in row)
        if missing not in (0, len(row)) or bool(missing) == (self.no_row is None):
            msg = "give prompting, tuned, delta and justified, or none of them and no_row"
            raise ValueError(msg)
        return self

    @property
    def row(self) -> SourceRow | None:
        """The row of the source, None where it has none."""
        prompting, tuned, delta, justified = self.prompting, self.tuned, self.delta, self.justified
        if prompting is None or tuned is None or delta is None or justified is None:
            return None
        return SourceRow(prompting, tuned, delta, justified)


class Coefficients(Record):
    """The terms of a gain in points, fitted to the medians of the published head-to-heads."""

    intercept: Number
    """The gain in points with all other terms 0."""
    few_shot: Number
    """Where the prompt holds shots."""
    same_model: Number
    """Where the model that is tuned is the prompted one."""
    tenfold_examples: Number
    """For each factor of ten between the training examples and 1,000."""
    ten_points_below_60: Number | None = None
    """For each ten points that prompting's quality lies below 60; None where it is not known."""
    scale_below: Annotated[Number, Field(gt=0)]
    """The scale of the residuals below the median, in points."""
    scale_above: Annotated[Number, Field(gt=0)]
    """The scale above it, in points."""
    tasks: dict[TaskId, Number]
    """Added for a task; 0 for one that is not listed."""


class Forecast(Record):
    """The model of a gain, fitted by `tools/forecast.py` from the evidence of all tasks."""

    degrees_of_freedom: Literal[4]
    """Of Student's t, by which the errors are spread."""
    task_sd: Annotated[Number, Field(gt=0)]
    """Standard deviation between tasks, in points: the uncertainty of one without evidence."""
    sources: Whole
    """Publications that it rests on."""
    comparisons: Whole
    """Published comparisons that it rests on."""
    training_examples: Range
    """The range in the evidence; numbers outside are taken as its nearest end."""
    usual_training_examples: Annotated[Number, Field(gt=0)]
    """Assumed where their number is not known."""
    without_quality: Coefficients
    """Where prompting's quality is not known."""
    with_quality: Coefficients
    """Where it is."""


class QualityTable(Record):
    """The quality table: one row a task, in the order of its source."""

    schema_version: Literal[1]
    updated_on: date
    source: Source
    method: Method
    tasks: tuple[Task, ...] = Field(min_length=1)
    forecast: Forecast | None = None
    """None in a table of one's own that forecasts nothing."""

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
        known = {name: task.id for task in self.tasks for name in (task.id, *task.aliases)}
        raise UnknownNameError("task", name, known, "ftvp quality")
