"""Change one thing at a time in the calculation, and see whether the tests notice.

    python tools/mutate.py [--rooms cost,odds,decide,evals] [--sample 40] [--seed 1] [--minutes 60]

Each mutant (another comparison, operator, number or truth value, `and` for `or`, a condition
turned, no return value, `max` for `min`) is compiled in a fork of this process, which has the
heavy packages already, and the tests of its room run until the first fails. No file is changed.
Prints the survivors and the share that was killed, for each room; a mutant that takes too long
counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.machinery
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "ftvp"
MONEY = (
    "money_cases",
    "lenses_cost_article",
    "verdict_rules",
    "laws_of_money",
    "lenses_audit",
    "api",
    "render_views",
    "laws",
    "odds_turning",
    "odds_draws",
    "odds_scenarios",
    "currency",
    "first_screens",
    "records_diff",
    "price_throughput",
)
TESTS = {
    "cost": MONEY,
    "decide": (
        "verdict_rules",
        "lenses_*",
        "advice_command",
        "interview",
        "money_cases",
        "api",
        "laws",
        "render_views",
        "first_screens",
        "mistakes",
    ),
    "odds": ("odds_*", "api", "advice_command", "render_views", "first_screens"),
    "evals": ("evals_*",),
}
"""The tests of each room, by their names."""
WORDS = {"view.py", "cost_view.py", "__init__.py"}
"""Modules whose words the golden files hold."""
HEAVY = ("pytest", "hypothesis", "pydantic", "yaml", "typer.testing", "rich.console", "tiktoken")
MAX_SECONDS = 180
NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}
Mutation = tuple[int, str, Callable[[ast.AST], None]]


def mutations(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """Yield what can be changed of one node: in words, and how."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in NEGATED:
            other = NEGATED[type(op)]
            yield (
                f"{type(op).__name__} -> {other.__name__}",
                lambda n: setattr(n, "ops", [other()]),
            )
        case ast.BinOp(op=operator) if type(operator) in SWAPPED:
            swapped = SWAPPED[type(operator)]
            yield (
                f"{type(operator).__name__} -> {swapped.__name__}",
                lambda n: setattr(n, "op", swapped()),
            )
        case ast.BoolOp(op=ast.And()):
            yield "and -> or", lambda n: setattr(n, "op", ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield "or -> and", lambda n: setattr(n, "op", ast.And())
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", lambda n: setattr(n, "value", not value)
        case ast.Constant(value=(int() | float()) as number):
            yield f"{number} -> {number + 1}", lambda n: setattr(n, "value", number + 1)
        case ast.If() | ast.IfExp():
            yield "condition turned", _turn
        case ast.Return(value=ast.AST()):
            yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.Name(id="min" | "max" as name):
            turned = {"min": "max", "max": "min"}[name]
            yield f"{name} -> {turned}", lambda n: setattr(n, "id", turned)


def _turn(node: ast.AST) -> None:
    test = getattr(node, "test")  # noqa: B009  of the two that have one
    setattr(node, "test", ast.UnaryOp(ast.Not(), test))  # noqa: B010  the same


def places(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes of a tree that a run goes through: no annotations, no types."""
    found: list[ast.AST] = []
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not _declares(each):
                found += [each, *places(each)]
    return found


def _declares(node: ast.AST) -> bool:
    """Return whether a node only declares: an import, a type's name, bounds for pydantic."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("Field", "told", "written")
    return isinstance(node, ast.Import | ast.ImportFrom)


@dataclass(frozen=True)
class Mutant:
    """One change: of the n-th node of a module, the n-th that it can have."""

    path: Path
    node: int
    change: int
    line: int
    says: str

    def tree(self) -> ast.Module:
        """Return the changed module."""
        tree = ast.parse(self.path.read_text("utf-8"))
        node = places(tree)[self.node]
        list(mutations(node))[self.change][1](node)
        return ast.fix_missing_locations(tree)


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    for number, node in enumerate(places(ast.parse(path.read_text("utf-8")))):
        for change, (says, _) in enumerate(mutations(node)):
            yield Mutant(path, number, change, getattr(node, "lineno", 0), says)


def is_killed(path: Path, tree: ast.Module, tests: list[str]) -> bool:
    """Return whether the tests fail, or take too long, with a module compiled from another tree."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _tested(path, tree, tests)
        finally:
            os._exit(code)
    began = time.monotonic()
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status != 0
        if time.monotonic() - began > MAX_SECONDS:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        time.sleep(0.05)


def _tested(path: Path, tree: ast.Module, tests: list[str]) -> int:
    """Run tests with one module mutated; 0 where all pass."""
    import pytest
    from hypothesis import settings

    settings.register_profile("few", max_examples=25, deadline=None, derandomize=True)
    settings.load_profile("few")
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    whole = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> object:
        if loader.path == str(path):
            return compile(tree, str(path), "exec")
        return whole(loader, name)

    vars_of = importlib.machinery.SourceFileLoader
    setattr(vars_of, "get_code", get_code)  # noqa: B010  a mutated module in place of the real one
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        "-m",
        "not long and not laws",
    ]
    ignored = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the heavy packages are here
    return int(pytest.main([*options, *ignored, *tests]))


def main(words: list[str]) -> int:
    """Run a sample of mutants of each room, and print what survives."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", default=",".join(TESTS))
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    asked = parser.parse_args(words)
    for name in HEAVY:
        importlib.import_module(name)
    rooms = asked.rooms.split(",")
    ends = time.monotonic() + asked.minutes * 60
    for number, room in enumerate(rooms):
        left = ends - time.monotonic()
        share = time.monotonic() + left / (len(rooms) - number)
        _room(room, asked.sample, asked.seed, share)
    return 0


def _room(room: str, sample: int, seed: int, until: float) -> None:
    """Run a sample of one room's mutants until a time, and print its score."""
    tests = [str(path) for name in TESTS[room] for path in (ROOT / "tests").glob(f"test_{name}.py")]
    modules = [path for path in sorted((SOURCE / room).glob("*.py")) if path.name not in WORDS]
    every = [each for path in modules for each in mutants(path)]
    Random(seed).shuffle(every)  # noqa: S311  a sample that can be drawn again
    if is_killed(modules[0], ast.parse(modules[0].read_text("utf-8")), sorted(tests)):
        sys.exit(f"the tests of {room} fail on what is not changed")
    killed = run = 0
    for each in every[:sample]:
        if time.monotonic() > until:
            break
        run += 1
        if is_killed(each.path, each.tree(), sorted(tests)):
            killed += 1
        else:
            place = f"{each.path.relative_to(SOURCE)}:{each.line}"
            print(f"survives: {place}: {each.says}", flush=True)
    share = f"{killed / run:.0%}" if run else "-"
    print(f"{room}: {killed} of {run} killed ({share}), of {len(every)} in all", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
