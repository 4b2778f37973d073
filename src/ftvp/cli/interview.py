"""The interview of `ftvp decide`: its questions, how answers are read, and one line for each."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftvp.api import inputs_of
from ftvp.cost.serving import prepare
from ftvp.decide.facts import facts, next_open, task_of
from ftvp.errors import AnswerError, FtvpError, ShareTypedError, visible
from ftvp.files.values import shaped
from ftvp.ranges import other_reading
from ftvp.render.document import sentence
from ftvp.scenario import Scenario, over
from ftvp.wording import (
    count_of,
    count_text,
    noun_of,
)

if TYPE_CHECKING:
    from ftvp.cost.inputs import Input, Inputs
    from ftvp.scenario import QuestionId
    from ftvp.tables.bundle import Tables


Told = Mapping[str, Any]
"""What an answer tells, by scenario field: nothing where it is not known."""

YES = {"y": True, "yes": True, "n": False, "no": False}
FEW_REQUESTS = 10
"""Requests a day below which any number is asked back; above, one that reads otherwise: 20.000."""
ABOUT_PROMPT = ("prompt", "prompt_tokens", "model", "prompted_price", "prices", "as_of")
"""The fields that say which prompt and model are meant: their files are read once."""
ABOUT_TUNING = ("tuned_model", "tuned_price", "existing_customer")
"""The fields that say whether there is a tuned model to be had."""
BETWEEN = re.compile(r"\s*[,;x/]?\s+")
"""What stands between two numbers: 88 95, or 60 h x $90."""
TWO = 2


class Known:
    """What is known when a question is asked: the scenario so far, and what its files say."""

    def __init__(self, tables: Tables) -> None:
        """Know the tables and nothing else."""
        self.tables = tables
        self.scenario = Scenario()
        self._read: dict[tuple[object, ...], Inputs] = {}
        self._facts: dict[tuple[object, ...], float | None] = {}

    @property
    def inputs(self) -> Inputs:
        """The inputs that the prompt and the model give."""
        return self.inputs_with({})

    def inputs_with(self, told: Told) -> Inputs:
        """Return the same with an answer; FtvpError says what is wrong with its file."""
        fields = {name: getattr(self.scenario, name) for name in ABOUT_PROMPT} | dict(told)
        key = tuple(fields.items())
        if key not in self._read:
            self._read[key] = inputs_of(Scenario(**fields), self.tables)[0]
        return self._read[key]

    def fact(self, question: QuestionId, told: Told) -> float | None:
        """Return the fact that an answer gives a question of the tree."""
        scenario = Scenario(task=self.scenario.task, as_of=self.scenario.as_of, **told)
        key = tuple(told.items())
        if key not in self._facts:
            inputs, _ = inputs_of(scenario, self.tables)
            self._facts[key] = facts(inputs, task_of(scenario, self.tables)).value(question)
        return self._facts[key]


@dataclass(frozen=True)
class Entry:
    """A question of the interview.

    `told` are the fields of which one that is told answers it, `read` turns what was typed into
    fields, `standard` is what Enter accepts, `echo` says what follows from an answer and `lists`
    what may be typed. `doubt` asks back about an answer that may be meant otherwise, and `wanted`
    says what is to be typed where Enter accepts nothing.
    """

    label: str
    told: tuple[str, ...]
    read: Callable[[str, Known], Told]
    standard: Callable[[Known], str] = lambda known: ""  # noqa: ARG005
    accepted: Callable[[Known], Told] = lambda known: {}  # noqa: ARG005
    echo: Callable[[Told, Known], str] = lambda told, known: ""  # noqa: ARG005
    lists: Callable[[Known], Iterable[str]] | None = None
    doubt: Callable[[str, Told], str] = lambda typed, told: ""  # noqa: ARG005
    wanted: str = "a number, or ? if you don't know"


def checked(told: Told, label: str = "") -> Told:
    """Return fields as the scenario reads them; FileProblemsError says what is wrong."""
    scenario = shaped(Scenario, dict(told), lambda _: (label or "your answer", None), named=True)
    return {name: getattr(scenario, name) for name in told}


def _prompt(typed: str, known: Known) -> Told:
    is_number = typed.replace(",", "").rstrip("kK").isdigit() and not Path(typed).exists()
    told = checked({"prompt_tokens": typed} if is_number else {"prompt": typed})
    known.inputs_with({"prompt": None, "prompt_tokens": None, **told})
    return told


def _prompt_found(told: Told, known: Known) -> str:
    inputs = known.inputs_with(told)
    if inputs.readings.prompt is None:
        return ""
    count = inputs.readings.prompt[inputs.tokenizer_name(inputs.now)]
    found = f"{count_text(count.total)} tokens"
    examples = count_of(len(count.shots), "worked example")
    return f"{found}, {count_text(sum(count.shots))} in {examples}" if count.shots else found


def _model(typed: str, known: Known) -> Told:
    told = {"model": known.tables.pricing.find(typed)[0]}
    known.inputs_with(told)
    return told


def _model_found(told: Told, known: Known) -> str:
    """Return why a model cannot be tuned, where another one is not told already."""
    said = {name: getattr(known.scenario, name) for name in ABOUT_TUNING}
    model = known.inputs_with(told).now
    if model is None or said["tuned_model"] or said["tuned_price"]:
        return ""
    try:  # the length of the prompt has no say
        asked = {**said, "model": model.id, "prompt": None, "prompt_tokens": 0}
        closed = prepare(known.inputs_with(asked)).closed
    except FtvpError as error:
        return str(error)
    return sentence(f"It cannot be tuned: {closed}") if closed else ""


def _from(used: Input | None, assumed: str = "assumed") -> str:
    """Return a value that Enter accepts, with where it comes from."""
    if used is None:
        return ""
    value = used.value if isinstance(used.value, str) else count_text(used.value)
    origin = "from the prompt" if used.origin == "read" else assumed
    return f"{value}, {origin}"


def _default_model(known: Known) -> Told:
    """Return the table's default model as told: it will be another one on a later day."""
    used = known.inputs.used.get("model")
    return {"model": used.value} if used is not None and used.origin == "assumed" else {}


def _task(typed: str, known: Known) -> Told:
    tasks = known.tables.quality.tasks
    if typed.isdecimal():
        if not 1 <= int(typed) <= len(tasks):
            raise AnswerError(typed, f"a number from 1 to {len(tasks)}, or ? for the list")
        return {"task": tasks[int(typed) - 1].id}
    return {"task": known.tables.quality.find(typed).id}


def _tasks(known: Known) -> list[str]:
    return [
        f"{number:>2}  {task.name}" for number, task in enumerate(known.tables.quality.tasks, 1)
    ]


def _number(name: str, label: str = "") -> Callable[[str, Known], Told]:
    return lambda typed, known: checked({name: typed.lstrip("$")}, label)  # noqa: ARG005


def _volume_meant(typed: str, told: Told) -> str:
    volume = told["volume"]
    other = other_reading(typed)
    if volume >= FEW_REQUESTS and other is None:
        return ""
    hint = f"; {other:,.0f} is written {other:.0f}" if other else ""
    return f"{volume:g} a day{hint}? y, or another number"


def _examples(typed: str, known: Known) -> Told:
    if not Path(typed).is_file():
        return checked({"examples": typed}) if typed[0].isdigit() else _dataset(typed, known)
    return _dataset(typed, known)


def _dataset(typed: str, known: Known) -> Told:
    known.fact("examples", {"dataset": typed})
    return {"dataset": typed}


def _quality(typed: str, known: Known) -> Told:
    del known
    one, *other = BETWEEN.split(typed.removesuffix("points").strip())
    if typed.endswith("points") and not other:
        return checked({"quality_gap": one})
    if len(other) != 1:
        raise AnswerError(typed, "two numbers, now and needed, such as 88 95; or 7 points")
    for number in (one, other[0]):
        share = re.fullmatch(r"0?\.\d+", number)
        if share:
            raise ShareTypedError(float(number))
    return checked({"prompting_quality": one, "target_quality": other[0]}, "quality")


def _yes_or_no(name: str) -> Callable[[str, Known], Told]:
    def read(typed: str, known: Known) -> Told:
        del known
        if typed.casefold() not in YES:
            raise AnswerError(typed, "y, n, ? or b")
        return {name: YES[typed.casefold()]}

    return read


def _format(known: Known) -> str:
    task = task_of(known.scenario, known.tables)
    return "" if task is None else f"{'yes' if task.format_task else 'no'}, from the task"


def _improves(typed: str, known: Known) -> Told:
    if typed.casefold() in YES:
        return {"eval_improves": YES[typed.casefold()]}
    files = typed.split()
    if len(files) > TWO or not Path(files[0]).exists():
        raise AnswerError(typed, "y, n, ?, b, or the files of the eval results of both sides")
    known.fact("eval_improves", {"evals": tuple(files)})
    return {"evals": tuple(files)}


def _work(typed: str, known: Known) -> Told:
    del known
    parts = [part.strip("$") for part in BETWEEN.split(typed.replace(" h ", " "))]
    if len(parts) != TWO:
        raise AnswerError(typed, "two numbers, hours and what an hour costs, such as 60 90")
    return checked({"engineering_hours": parts[0].rstrip("h"), "hourly_rate": parts[1]}, "work")


def _echo(
    question: QuestionId, yes: str, no: str, unit: str | None = None
) -> Callable[[Told, Known], str]:
    """Return what says an answer to a question of the tree back, with what it means there."""

    def echo(told: Told, known: Known) -> str:
        value = known.fact(question, told)
        if value is None:
            return ""
        holds = known.tables.framework.question(question).answer(value)
        said = f"{value:g} {noun_of(abs(value), unit)} short" if unit else count_text(value)
        return f"{said}: {yes if holds else no}"

    return echo


BEFORE: tuple[Entry, ...] = (
    Entry(
        "Prompt file",
        ("prompt", "prompt_tokens", "prompted_request_cost"),
        _prompt,
        standard=lambda known: "none",  # noqa: ARG005
        echo=_prompt_found,
    ),
    Entry(
        "Model",
        ("model", "prompted_price", "prompted_request_cost"),
        _model,
        standard=lambda known: _from(known.inputs.used.get("model"), "the default"),
        accepted=_default_model,
        echo=_model_found,
    ),
    Entry(
        "Tokens of an answer",
        ("output_tokens", "prompted_request_cost"),
        _number("output_tokens"),
        standard=lambda known: _from(known.inputs.used.get("output_tokens")),
    ),
    Entry(
        "Kind of task (? lists them)",
        ("task",),
        _task,
        standard=lambda known: "none of them",  # noqa: ARG005
        lists=_tasks,
    ),
)
TREE: Mapping[QuestionId, Entry] = {
    "volume": Entry(
        "Requests a day",
        ("volume",),
        _number("volume"),
        echo=_echo("volume", "enough to go on", "few"),
        doubt=_volume_meant,
    ),
    "examples": Entry(
        "Labelled examples (a number or a file)",
        ("examples", "dataset"),
        _examples,
        echo=_echo("examples", "enough", "few"),
    ),
    "quality_gap": Entry(
        "Quality now and needed, in % (? if not measured)",
        ("quality_gap", "target_quality"),
        _quality,
        echo=_echo("quality_gap", "worth closing", "good enough already", "points"),
    ),
    "format_task": Entry(
        "Is it mainly format or style?",
        ("format_task",),
        _yes_or_no("format_task"),
        standard=_format,
        wanted="y or n, or ? if you don't know",
    ),
    "eval_improves": Entry(
        "Did tuning beat the prompt on your eval set (y, n, ?, or two files)?",
        ("eval_improves", "evals", "tuned_quality"),
        _improves,
        wanted="y or n, or ? if nobody measured it",
    ),
}
AFTER: tuple[Entry, ...] = (
    Entry(
        "What does a wrong answer cost, in $ (? if not known)?",
        ("cost_per_error", "high_error_cost"),
        _number("cost_per_error"),
    ),
    Entry(
        "Your own work: hours and hourly rate (? if not known)",
        ("engineering_hours", "hourly_rate"),
        _work,
    ),
)


MAX_WIDTH = 100
INDENT = " " * 5
GUIDE = "Enter accepts [this], ? don't know or list, b back, Ctrl-C shows the command."
UNKNOWN = {"?", "unknown", "don't know"}
BACK = {"b", "back"}


class Interview:
    """The questions that are open, and the answers so far."""

    def __init__(self, scenario: Scenario, tables: Tables) -> None:
        """Ask what a scenario leaves open."""
        self.given = scenario
        self.known = Known(tables)
        self.typed: dict[str, str] = {}
        self.told: dict[str, Told] = {}
        self._settle()

    @property
    def scenario(self) -> Scenario:
        """What is told so far."""
        return self.known.scenario

    def run(self) -> None:
        """Ask each open question, unless the tree has an answer to all."""
        if not self._is_open():
            return
        steps = self._steps()
        print(f"{GUIDE}\n", file=sys.stderr)  # noqa: T201  the conversation, not the answer
        at = 0
        while at < len(steps):
            number, step, question = steps[at]
            reply = self._reply(f"{number}{step.label}", step, question)
            at = at + 1 if reply else max(at - 1, 0)
        print(file=sys.stderr)  # noqa: T201

    def _is_open(self) -> bool:
        """Return whether the tree stops at a question that nobody has answered or given up."""
        scenario, tables = self.given, self.known.tables
        known = facts(inputs_of(scenario, tables)[0], task_of(scenario, tables))
        return next_open(tables.framework, known, scenario.unknown or ()) is not None

    def _steps(self) -> list[tuple[str, Entry, QuestionId | None]]:
        """Return the questions that nothing told answers, in order, with their numbers."""
        ids = [question.id for question in self.known.tables.framework.questions]
        tree = [(f"{n}/{len(ids)}  ", TREE[name], name) for n, name in enumerate(ids, 1)]
        steps = [*(("", s, None) for s in BEFORE), *tree, *(("", s, None) for s in AFTER)]
        told, unknown = self.given, self.given.unknown or ()
        return [
            (number, step, name)
            for number, step, name in steps
            if name not in unknown and all(getattr(told, field) is None for field in step.told)
        ]

    def _reply(self, label: str, step: Entry, question: QuestionId | None) -> bool:
        """Ask until there is an answer and take it; return False to go back instead."""
        last = self.typed.get(step.label)
        standard = last or step.standard(self.known)
        shown = f"{label} [{standard}]: " if standard else f"{label}: "
        meant: tuple[str, Told] | None = None
        while True:
            typed = typed_at(shown.replace("?: ", "? ")) or last or ""
            shown = f"{INDENT}again: "
            if typed.casefold() in BACK:
                return False
            if step.lists is not None and typed in UNKNOWN:
                say("\n".join(step.lists(self.known)))
                continue
            if meant is None or not YES.get(typed.casefold()):
                try:
                    told = self._told(typed, step, question, standard)
                except FtvpError as error:
                    say(str(error))
                    continue
                doubt = step.doubt(typed, told) if told.keys() & set(step.told) else ""
                meant = typed, told
                if doubt:
                    shown = f"{INDENT}{doubt}: "
                    continue
            self._take(*meant, step)
            return True

    def _told(self, typed: str, step: Entry, question: QuestionId | None, standard: str) -> Told:
        """Return what an answer tells; an `FtvpError` says what it must be."""
        if typed.casefold() in UNKNOWN:
            return {"unknown": (question,)} if question else {}
        if typed:
            return step.read(typed, self.known)
        if question and not standard:
            raise AnswerError(typed, step.wanted)
        return step.accepted(self.known)

    def _take(self, typed: str, told: Told, step: Entry) -> None:
        self.typed[step.label], self.told[step.label] = typed, told
        self._settle()
        echo = "" if "unknown" in told else step.echo(told, self.known)
        if echo:
            say(echo)

    def _settle(self) -> None:
        """Put the scenario together from what was given and what was answered since."""
        merged: dict[str, Any] = {}
        unknown = list(self.given.unknown or ())
        for told in self.told.values():
            unknown += told.get("unknown", ())
            merged = over(merged, {k: v for k, v in told.items() if k != "unknown"})
        update = {**merged, "unknown": tuple(unknown)} if unknown else merged
        self.known.scenario = self.given.model_copy(update=update)


def typed_at(prompt: str) -> str:
    """Return what the person types at a prompt; the end of input is an interrupt."""
    print(visible(prompt), end="", file=sys.stderr, flush=True)  # noqa: T201  a prompt
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def say(text: str) -> None:
    """Show lines under a question, wrapped to the terminal."""
    width = min(MAX_WIDTH, shutil.get_terminal_size().columns)
    for line in text.split("\n"):
        wrapped = textwrap.fill(
            visible(line), width, initial_indent=INDENT, subsequent_indent=INDENT
        )
        print(wrapped, file=sys.stderr)  # noqa: T201  the conversation, not the answer
