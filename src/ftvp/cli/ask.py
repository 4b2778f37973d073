"""The interview of `ftvp decide`: one line a question on stderr, the answers become a scenario.

What the command line or a file told already is not asked, and what files and tables say stands in
brackets, to be accepted with Enter. The questions stand in `questions`.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from ftvp.api import inputs_of
from ftvp.cli.call import over
from ftvp.cli.questions import AFTER, BEFORE, TREE, YES, Entry, Known, Told
from ftvp.decide.facts import facts, next_open, task_of
from ftvp.errors import AnswerError, FtvpError, visible

if TYPE_CHECKING:
    from ftvp.scenario import QuestionId, Scenario
    from ftvp.tables.bundle import Tables

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
