"""What answers each of the five questions, and the decision tree: the way that the answers lead.

A missing answer stops the walk. A question has its row of `QUESTIONS`.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from ftvp.cost.inputs import Input, Inputs
from ftvp.ranges import Spread
from ftvp.scenario import QuestionId, Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.framework import Choice, Framework, Question
from ftvp.tables.quality import Task
from ftvp.units import Record
from ftvp.wording import count_text, noun_of

Measured = Literal["better", "worse", "equivalent", "not_shown"]
"""What the user's own measurement says of the tuned model beside the prompt."""


class Facts(NamedTuple):
    """What answers the questions; None where a fact is not known."""

    volume: float | None = None
    """Requests per day."""
    examples: float | None = None
    """Labelled examples at hand."""
    quality_gap: float | None = None
    """Target minus prompting quality, in points."""
    format_task: bool | None = None
    eval_improves: bool | None = None
    assumed: frozenset[QuestionId] = frozenset()
    """The questions whose fact was assumed, not told."""

    def value(self, question: QuestionId) -> float | None:
        """Return the fact that answers a question, None when it is not known."""
        fact: float | None = getattr(self, question)
        return fact


class Step(Record):
    """A question as it was answered; `answer` is None and `because` "not known" when it was not."""

    id: QuestionId
    question: str
    answer: bool | None
    """True for yes, false for no."""
    because: str
    """The fact beside its threshold, "yes" or "no", or "not known"."""
    assumed: bool
    """Whether the fact is the quality table's, not told."""


class TreeResult(Record):
    """Where the tree leads: the choice, the code of its reason, the path, the reason in words."""

    choice: Choice
    because: str
    """How the walk ended, such as `volume_too_low` or `eval_confirms`."""
    path: tuple[Step, ...]
    """The questions asked, in order; the last one ended the walk."""
    text: str | None
    """None where the framework has no words for this end."""

    @property
    def is_open(self) -> bool:
        """Whether the walk ended at a question whose answer is not known."""
        return self.path[-1].answer is None

    @property
    def is_stopped(self) -> bool:
        """Whether an answer ended the walk at prompting."""
        return self.choice == "prompt" and not self.is_open


NO_STOPS: frozenset[QuestionId] = frozenset()


def walk(
    questions: Sequence[Question], facts: Facts, over: frozenset[QuestionId] = NO_STOPS
) -> TreeResult:
    """Return where the answers lead, from the first question on.

    A fact that is not known stops the walk at its question (article, "Decision Tree"). A "no" to a
    question of `over` is passed over: the walk goes on as after a "yes".
    """
    by_id = {question.id: question for question in questions}
    question, path = questions[0], []
    while True:
        path.append(_step(question, facts))
        answer = path[-1].answer
        if answer is False and question.id in over:
            answer = True
        outcome = question.outcome(answer=answer)
        if outcome.next is None:
            return TreeResult(
                choice=outcome.choice, because=outcome.because, path=tuple(path), text=outcome.text
            )
        question = by_id[outcome.next]


def _step(question: Question, facts: Facts) -> Step:
    """Return a question as it was answered, and what decided: "10,000 is more than 1,000"."""
    value = facts.value(question.id)
    answer = question.answer(value)
    if value is None:
        because = "not known"
    elif question.threshold is None:
        because = "yes" if value else "no"
    else:
        than = f"{'is' if answer else 'is not'} {question.comparison.replace('_', ' ')}"
        because = f"{count_text(value)} {than} {count_text(question.threshold)}"
    return Step(
        id=question.id,
        question=question.question,
        answer=answer,
        because=because,
        assumed=question.id in facts.assumed,
    )


IMPROVES: dict[Measured, bool | None] = {
    "better": True,
    "worse": False,
    "equivalent": False,
    "not_shown": None,
}
"""What a measurement answers to question 5."""


class KnownFact(NamedTuple):
    """A fact and whether it was assumed from a table rather than told."""

    value: float | None
    assumed: bool = False


def measurement(inputs: Inputs) -> Measured | None:
    """Return what the user's own measurement says of the tuned model; None where there is none.

    Eval results come first, then the two qualities, then a plain answer to question 5.
    """
    found, told = inputs.readings.quality, inputs.scenario
    if found is not None:
        return found.conclusion
    prompting, tuned = told.prompting_quality, told.tuned_quality
    if prompting is None or tuned is None:
        return {True: "better", False: "not_shown", None: None}[told.eval_improves]
    if tuned == prompting:
        return "equivalent"
    return "better" if tuned > prompting else "worse"


def _volume(inputs: Inputs, task: Task | None) -> KnownFact:
    del task
    return KnownFact(inputs.scenario.volume)


def _examples(inputs: Inputs, task: Task | None) -> KnownFact:
    del task
    told = inputs.scenario.examples
    counted = inputs.readings.training_examples if inputs.readings.training_sizes else None
    return KnownFact(counted if told is None else told)


def _gap(inputs: Inputs, task: Task | None) -> KnownFact:
    told = inputs.scenario
    if told.quality_gap is not None:
        return KnownFact(told.quality_gap)
    if told.target_quality is None:
        return KnownFact(None)
    if "prompting_quality" in inputs.numbers:
        return KnownFact(told.target_quality - inputs.numbers["prompting_quality"])
    if task is None or task.row is None:
        return KnownFact(None)
    middle = (task.row.prompting.low + task.row.prompting.high) / 2
    return KnownFact(told.target_quality - middle, assumed=True)


def _format(inputs: Inputs, task: Task | None) -> KnownFact:
    told = inputs.scenario.format_task
    if told is not None or task is None:
        return KnownFact(told)
    return KnownFact(task.format_task, assumed=True)


def _improves(inputs: Inputs, task: Task | None) -> KnownFact:
    del task
    told = inputs.scenario.eval_improves
    if told is not None and inputs.readings.quality is None:
        return KnownFact(told)
    found = measurement(inputs)
    return KnownFact(None if found is None else IMPROVES[found])


QUESTIONS: dict[QuestionId, Callable[[Inputs, Task | None], KnownFact]] = {
    "volume": _volume,
    "examples": _examples,
    "quality_gap": _gap,
    "format_task": _format,
    "eval_improves": _improves,
}
"""What answers each question of the tree."""


def task_of(scenario: Scenario, tables: Tables) -> Task | None:
    """Return the row of the quality table that a scenario names; UnknownNameError otherwise."""
    return tables.quality.find(scenario.task) if scenario.task else None


def facts(inputs: Inputs, task: Task | None) -> Facts:
    """Return the facts of a scenario; what was said to be unknown stays unknown."""
    unknown = inputs.scenario.unknown or ()
    found = {name: of(inputs, task) for name, of in QUESTIONS.items() if name not in unknown}
    assumed = frozenset(name for name, fact in found.items() if fact.assumed)
    known = {name: fact.value for name, fact in found.items()}
    middles: dict[str, Any] = {
        n: value.mid if isinstance(value, Spread) else value for n, value in known.items()
    }
    return Facts(**middles, assumed=assumed)


def assumed_facts(known: Facts) -> list[Input]:
    """Return the facts that a table gave as inputs, in the order of the questions."""
    inputs = []
    for name in sorted(known.assumed):
        value = known.value(name)
        if name == "format_task":
            shown = "yes" if value else "no"
        else:
            shown = f"{value:g} {noun_of(abs(value or 0), 'points')}"
        what = f"{name.replace('_', ' ')}, from the quality table"
        inputs.append(Input(name, shown, "assumed", "the quality table", what))
    return inputs


def next_open(
    framework: Framework, known: Facts, unknown: tuple[QuestionId, ...]
) -> Question | None:
    """Return the question at which the walk stops for want of an answer, None where it ends."""
    last = walk(framework.questions, known).path[-1]
    if last.answer is not None or last.id in unknown:
        return None
    return framework.question(last.id)


def missing(framework: Framework, known: Facts, unknown: tuple[QuestionId, ...]) -> list[Question]:
    """Return the questions that must still be answered: none, or all from the first open one on.

    A missing eval is an answer by itself: it makes the verdict a pilot.
    """
    stop = next_open(framework, known, unknown)
    if stop is None or stop.id == "eval_improves":
        return []
    later = framework.questions[framework.questions.index(stop) :]
    return [q for q in later if known.value(q.id) is None and q.id not in unknown]


OVERRULED: frozenset[QuestionId] = frozenset({"volume", "quality_gap"})
"""The questions whose "no" money overrules where tuning is ahead."""
OVERRULED_IF_BETTER: frozenset[QuestionId] = OVERRULED | {"examples"}
"""The same where a measurement says that tuning is better: too few examples stop it neither."""
