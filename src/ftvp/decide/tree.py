"""The decision tree: which way the five answers lead, and where a missing one stops the walk."""

from __future__ import annotations

from collections.abc import Sequence

from ftvp.scenario import QuestionId
from ftvp.tables.rules import Choice, Question
from ftvp.units import Record
from ftvp.wording import count_text


class Facts(Record):
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
    because: str
    assumed: bool


class TreeResult(Record):
    """Where the tree leads: the choice, the code of its reason, the path, the reason in words."""

    choice: Choice
    because: str
    path: tuple[Step, ...]
    text: str | None

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
