"""The five questions, asked at a terminal. Everything asked goes to stderr, answers come in."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftvp.advice.case import Case
from ftvp.advice.facts import facts, next_open
from ftvp.advice.suggestions import suggestion
from ftvp.api import case_of
from ftvp.decide.tree import Facts, walk
from ftvp.errors import FtvpError
from ftvp.files.validate import shaped
from ftvp.scenario import Scenario
from ftvp.tables.rules import YES_OR_NO, Question

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables

WIDTH = 80
INDENT = " " * 8
YES = {"y": True, "yes": True, "n": False, "no": False}
UNKNOWN = {"?", "d", "unknown", "don't know"}
BACK = {"b", "back"}
FILES = {
    "examples": "You can point at the file instead: --dataset train.jsonl",
    "eval_improves": "You can point at eval results instead: --evals PROMPTED TUNED",
}
HINTS = {
    "volume": "requests a day, such as 10000",
    "examples": "a number, such as 500",
    "quality_gap": "points, such as 8",
}


def ask(scenario: Scenario, tables: Tables) -> Scenario:
    """Return the scenario with every answer that the tree asks for; the person may say ?."""
    history: list[Scenario] = []
    if scenario.task is None:
        scenario = _task(scenario, tables)
    shown: set[str] = set()
    while True:
        case = case_of(scenario, tables, scenario.as_of)
        known = facts(case, _row(case))
        shown |= _answered(tables, known, shown)
        question = next_open(tables.framework, known, scenario.unknown or ())
        if question is None or (question.id == "eval_improves" and case.evals is not None):
            return scenario
        reply = _reply(question, case)
        if reply is None and history:
            scenario, shown = history.pop(), set()
        elif reply is not None:
            history.append(scenario)
            scenario = scenario.model_copy(update=reply)


def _task(scenario: Scenario, tables: Tables) -> Scenario:
    """Return the scenario with the kind of task, which lets the tables suggest answers."""
    tasks = tables.quality.tasks
    _say("What kind of task is it? The tables can then suggest answers.\n")
    for number, task in enumerate(tasks, 1):
        _say(f"{INDENT}{number:>2}  {task.name}")
    while True:
        typed = _typed("number or name, Enter for none of these")
        if not typed or typed in UNKNOWN:
            return scenario
        if typed.isdecimal() and 1 <= int(typed) <= len(tasks):
            return scenario.model_copy(update={"task": tasks[int(typed) - 1].id})
        try:
            return scenario.model_copy(update={"task": tables.quality.find(typed).id})
        except FtvpError as error:
            _say(f"{INDENT}{error}")


def _row(case: Case) -> Any:  # noqa: ANN401  a row of the quality table, or None
    return case.tables.quality.find(case.scenario.task) if case.scenario.task else None


def _answered(tables: Tables, known: Facts, shown: set[str]) -> set[str]:
    """Show the questions that are answered already, each once; return their ids."""
    questions = tables.framework.questions
    numbers = {question.id: number for number, question in enumerate(questions, 1)}
    steps = [step for step in walk(questions, known).path if step.answer is not None]
    for step in steps:
        if step.id not in shown:
            answer = "yes" if step.answer else "no"
            origin = "from the quality table" if step.assumed else step.because
            _say(f"{numbers[step.id]} of {len(questions)}  {step.question}")
            _say(f"{INDENT}{answer}: {origin}")
    return {step.id for step in steps}


def _reply(question: Question, case: Case) -> Mapping[str, Any] | None:
    """Return what one question's answer changes in the scenario, None to go back."""
    _show(question, case)
    while True:
        typed = _typed(_choices(question))
        if typed in BACK:
            return None
        if typed in UNKNOWN:
            return {"unknown": (*(case.scenario.unknown or ()), question.id)}
        try:
            return {question.id: _value(question, typed)}
        except FtvpError as error:
            _say(f"{INDENT}{error}")


def _value(question: Question, typed: str) -> Any:  # noqa: ANN401  the type of that field
    value: object = YES.get(typed, typed) if question.id in YES_OR_NO else typed
    place = "your answer", None
    return getattr(shaped(Scenario, {question.id: value}, lambda _: place, named=True), question.id)


def _show(question: Question, case: Case) -> None:
    questions = case.tables.framework.questions
    number = [q.id for q in questions].index(question.id) + 1
    _say(f"\n{number} of {len(questions)}  {question.question}")
    hint = suggestion(question.id, case.tables, _row(case))
    for text in (question.why, hint, FILES.get(question.id)):
        if text:
            _say(textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT))


def _choices(question: Question) -> str:
    if question.id in YES_OR_NO:
        return "[y]es  [n]o  [?] don't know  [b]ack"
    return f"{HINTS[question.id]}  [?] don't know  [b]ack"


def _typed(choices: str) -> str:
    """Return what the person types, lower case; the end of input is an interrupt."""
    print(f"{INDENT}{choices}: ", end="", file=sys.stderr, flush=True)  # noqa: T201  a prompt
    line = sys.stdin.readline()
    if not line:
        _say("")
        raise KeyboardInterrupt
    return line.strip().casefold()


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  the conversation, not the answer
