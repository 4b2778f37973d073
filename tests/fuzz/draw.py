"""Command lines drawn from what each command takes: plausible values, and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import typer

from ftvp.cli.app import app
from ftvp.documents import COMMANDS, SCHEMAS
from ftvp.files.tables import load_tables
from ftvp.scenario import Scenario
from tests.fuzz.material import HOSTILE_NUMBERS, HOSTILE_TEXTS, broken, files

KINDS = {
    **dict.fromkeys(("prompt", "tuned_prompt"), "prompt"),
    **dict.fromkeys(("train", "test", "production", "dataset"), "training"),
    **dict.fromkeys(("prompted", "tuned", "evals", "general"), "evals"),
    **dict.fromkeys(("usage", "logs"), "logs"),
    **dict.fromkeys(("file", "scenario"), "scenario"),
    "files": "prompt",
    "prices": "overlay",
    "framework": "framework",
    "old": "record",
    "new": "record",
}
"""What an option or an argument reads, by its name."""
OWN_KINDS = {
    ("replay", "file"): "record",
    ("pricing validate", "file"): "overlay",
    ("pricing import", "file"): "map",
    ("pricing diff", "old"): "overlay",
    ("pricing diff", "new"): "overlay",
}
WRITTEN = frozenset({"output", "save", "write", "write_clean", "record"})
TARGETS = (
    *("a.md", "a.html", "a.json", "a.csv", "a.txt", "a.yaml", "a.gz", "a.xz", "a", "a.exe", "7"),
    *("no/a.md", "folder", "loop", "link.txt", "x" * 300, "\x1b[2J.md", "p\udcff.md", "s p.md"),
)
"""Names that are written to: all of them in the run's own folder."""
PLACES = (
    "no/x",
    "folder",
    "loop",
    "link.txt",
    "empty.txt",
    "-",
    "x" * 300,
    "p\udcff.txt",
    "*.jsonl",
)
NUMBERS = (
    "1",
    "2",
    "10",
    "50",
    "200",
    "0.5",
    "1000",
    "10000",
    "5000..20000",
    "0.2..0.4..0.9",
    "8k",
)
ENOUGH = (
    "--volume=10000",
    "--prompt-tokens=1200",
    "--tuned-prompt-tokens=400",
    "--output-tokens=200",
)
TOLD = ("--examples=900", "--quality-gap=12", "--no-format-task", "--eval-improves")


@dataclass(frozen=True)
class Drawn:
    """A run: words, standard input, files beside the sound ones, and what of them it reads."""

    words: tuple[str, ...]
    files: Mapping[str, bytes]
    typed: bytes
    named: tuple[str, ...]
    """Files that an option or an argument names to be read."""
    variables: Mapping[str, str]


@cache
def command_of(name: str) -> Any:  # noqa: ANN401  Typer's own command
    """Return a command by its name, built once."""
    root = typer.main.get_command(app)
    found: Any = root
    return found.get_command(None, name)


@cache
def _models() -> tuple[str, ...]:
    names = list(load_tables().pricing.models)
    return (*names, *(name.rpartition("/")[2] for name in names))


@cache
def _tasks() -> tuple[str, ...]:
    return tuple(task.id for task in load_tables().quality.tasks)


def drawn(random: Random) -> Drawn:
    """Return a run of any command."""
    name = random.choice([name for name in COMMANDS if name != "completion"])
    return _Words(random, name).drawn()


class _Words:
    """The words of one run, put together."""

    def __init__(self, random: Random, name: str) -> None:
        self.random, self.name = random, name
        self.files: dict[str, bytes] = {}
        self.named: list[str] = []
        self.is_hostile = random.random() < 0.5

    def drawn(self) -> Drawn:
        """Return the run."""
        random, name = self.random, self.name
        parameters = command_of(name).params
        options = [each for each in parameters if each.param_type_name == "option"]
        words: list[str] = []
        if name in ("decide", "breakeven", "compare", "odds") and random.random() < 0.8:
            words += ENOUGH
            words += TOLD if name == "decide" else ()
        for each in parameters:
            if each.param_type_name == "argument":
                words += self._argument(each)
        for each in random.sample(options, min(len(options), random.choice((0, 1, 1, 2, 3, 6)))):
            words += self._option(each)
        if random.random() < 0.3:
            words += random.choice((["--json"], ["--format", random.choice(FORMATS)]))
        if random.random() < 0.03:
            words.insert(random.randrange(len(words) + 1), random.choice(HOSTILE_TEXTS))
        _, typed = self._file(random.choice(list(files())))
        if random.random() < 0.5:
            typed = b"".join(random.choice(ANSWERS) for _ in range(random.randrange(30)))
        variables = {}
        if random.random() < 0.05:
            field = random.choice(list(Scenario.model_fields))
            variables[f"FTVP_{field.upper()}"] = self._value(field).replace("\0", "")
        split = name.split() if random.random() < 0.9 else [name]
        return Drawn((*split, *words), self.files, typed, tuple(self.named), variables)

    def _argument(self, each: Any) -> list[str]:  # noqa: ANN401  Typer's own parameter
        random = self.random
        if not each.required and random.random() < 0.5 and each.name != "tuned":
            return []
        count = random.choice((1, 1, 1, 2, 3)) if each.nargs == -1 else 1
        return [self._value(each.name) for _ in range(count)]

    def _option(self, each: Any) -> list[str]:  # noqa: ANN401  Typer's own parameter
        random = self.random
        word = random.choice([*each.opts, *each.secondary_opts])
        if each.is_flag:
            return [word]
        words = []
        for _ in range(random.choice((1, 1, 2)) if each.multiple else 1):
            values = [self._value(each.name) for _ in range(each.nargs)]
            words += [f"{word}={values[0]}"] if len(values) == 1 else [word, *values]
        return words

    def _value(self, name: str) -> str:
        random = self.random
        if name in WRITTEN:
            if random.random() < 0.15 and self.named:
                return random.choice(self.named)
            return random.choice(TARGETS)
        kind = OWN_KINDS.get((self.name, name)) or KINDS.get(name)
        if kind is not None:
            return self._place(kind)
        if self.is_hostile and random.random() < 0.3:
            return random.choice((*HOSTILE_NUMBERS, *HOSTILE_TEXTS))
        if name in VALUES:
            return random.choice(VALUES[name]())
        is_odd = random.random() < (0.4 if self.is_hostile else 0.05)
        return random.choice(HOSTILE_NUMBERS if is_odd else NUMBERS)

    def _place(self, kind: str) -> str:
        """Return the name of a file to be read, mostly of this kind, sound or broken."""
        random = self.random
        if self.is_hostile and random.random() < 0.1:
            return random.choice(PLACES)
        kind = random.choice(list(files())) if random.random() < 0.08 else kind
        name, _ = self._file(kind)
        self.named.append(name)
        return name

    def _file(self, kind: str) -> tuple[str, bytes]:
        random = self.random
        name, data = random.choice(files()[kind])
        if self.is_hostile and random.random() < 0.7:
            name, data = broken(random, name, data)
            name = f"m{len(self.files)}_{name}"
            self.files[name] = data
        return name, data


FORMATS = ("rich", "plain", "markdown", "html", "csv", "json", "svg", "x", "")
ANSWERS = (
    *(b"\n", b"?\n", b"b\n", b"y\n", b"n\n", b"10000\n", b"90\n", b"500\n", b"0.9\n", b"one.txt\n"),
    *(b"gpt-4o-mini\n", b"extraction\n", b"\xff\n", b"\x1b[2J\n", b"1e999\n", b"5..9\n", b"80%\n"),
)
"""What is typed at the interview."""
CONDITIONS = (
    *("horizon.net_benefit_usd < 0", "verdict.choice == fine_tune", "odds.evpi_usd > 99", "x", "<"),
    *("breakeven.months > 3", "prompted.monthly_usd > 1e999", "verdict.choice < 3", "a.b.c == 'x"),
    *("tokens.shots == null", "ways[0].model == x", "warnings > 1", "checks.0.status == fail"),
)
VALUES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    **dict.fromkeys(("model", "tuned_model", "labelled_by", "successor"), _models),
    "task": _tasks,
    "as_of": lambda: (
        "2024-09-01",
        "2025-06-01",
        "2026-11-26",
        "2030-01-01",
        "0001-01-01",
        "9999-12-31",
    ),
    "format": lambda: FORMATS,
    "fail_if": lambda: CONDITIONS,
    "topic": lambda: ("tree", "audit", "limits", "data", "volume", "scenarios", "x"),
    "name": lambda: (*SCHEMAS, "ftvp.breakeven/2", "x"),
    "source": lambda: ("litellm", "genai-prices", "x"),
    "cache": lambda: ("auto", "off", "0.5", "0..1", "x"),
    "unknown": lambda: ("volume", "examples,quality_gap", "eval_improves", "x", ","),
    **dict.fromkeys(
        ("prompted_price", "tuned_price"),
        lambda: ("input=1,output=4", "input=1,output=4,cached_input=0.1", "input=-1", "x=1", "="),
    ),
    "currency": lambda: ("EUR", "eur", "X"),
    "fx": lambda: ("0.92@2026-11-20", "0@2026-11-20", "1e308@2026-11-20", "0.92", "@"),
    "discounts": lambda: ("openai=15%", "gpt-4o-mini=100", "x=1", "openai"),
    "models": lambda: ("gpt-4o*", "*", "claude-*,gpt-4o-mini", "x"),
    "providers": lambda: ("openai", "google*", "x"),
    "shots": lambda: ("0,2,5", "0", "x", "1,1"),
    "thinking": lambda: ("gpt-5=500", "x=1", "="),
    "qualities": lambda: ("gpt-4o-mini=80", "x=80", "gpt-4o-mini=0.8"),
    "columns": lambda: ("time=time,model=model,input=input,output=output", "x", "=", "time="),
    "engine": lambda: ("local", "x"),
    "split": lambda: ("20%", "0.2", "0", "1", "0.999"),
    "evals_score": lambda: ("correct", "score", "a,b", ","),
    "score": lambda: ("correct", "score", "exact_match", "a,b", ","),
    "scale": lambda: ("1", "5", "5,10", "0", "x"),
    "id": lambda: ("id", "doc_id", "x"),
    "cluster": lambda: ("topic", "question", "x"),
    "pager": lambda: ("cat",),
}
"""Plausible values by the name of an option or an argument."""
