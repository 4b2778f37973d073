"""Change one thing at a time in the calculation, and see whether the tests notice.

    python tools/mutate.py [--rooms cost,odds,decide,evals] [--sample 60] [--seed 1] [--minutes 60]
                           [--tests FILE]

A mutant is another comparison, operator, number or truth value, `and` for `or`, a condition
turned, no return value, `max` for `min`. The tests are collected and run once, to see which
functions each one calls and how long it takes; `--tests` keeps that in a file for the next time.
Then a mutant of a function is tried in a fork in which that function has other code: tests that
call it run, those that killed before and then the quickest first, until one fails or 30 seconds are
over; what test files worked out when they were imported is not worked out anew. What is changed
outside of functions is tried in a fork that has not imported ftvp yet, with the files of the tests
that call that module. No file is changed. Prints the survivors and the share that was killed, for
each room; a mutant that takes too long counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import functools
import gc
import importlib
import importlib.machinery
import math
import os
import pickle
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from inspect import CO_OPTIMIZED
from itertools import zip_longest
from pathlib import Path
from random import Random
from types import CodeType, FrameType, FunctionType
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "ftvp"
ROOMS = ("cost", "odds", "decide", "evals")
WORDS = {"view.py", "cost_view.py", "__init__.py"}
"""Modules whose words the golden files hold."""
HEAVY = ("pytest", "hypothesis", "pydantic", "yaml", "typer.testing", "rich.console", "tiktoken")
OPTIONS = (
    *("-x", "-q", "-p", "no:cacheprovider", "-p", "no:anyio", "-o", "addopts="),
    *("--doctest-modules", "-m", "not long"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # the heavy packages are here already
)
MAX_SECONDS = 30.0
"""What the tests of one mutant may take together, as they were measured."""
SLOWER = 5
"""How much longer than that a mutant may take."""
T = TypeVar("T")
Key = tuple[str, str, int]
"""A function: its file, its qualified name, its first line."""
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
        case ast.Return(value=ast.AST() as value) if ast.unparse(value) != "None":
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
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
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


def functions(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """Return the outermost functions of a module's code, those of its classes among them."""
    found: dict[tuple[str, int], CodeType] = {}
    for each in code.co_consts:
        if isinstance(each, CodeType) and each.co_flags & CO_OPTIMIZED:
            found[each.co_qualname, each.co_firstlineno] = each
        elif isinstance(each, CodeType):
            found |= functions(each)
    return found


def everything(code: CodeType) -> Iterator[tuple[str, int]]:
    """Yield the qualified name and the first line of a module's code and of all code in it."""
    yield code.co_qualname, code.co_firstlineno
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from everything(each)


def keys_now() -> set[Key]:
    """Return all functions as they stand in the files now."""
    paths = sorted(SOURCE.rglob("*.py"))
    codes = ((str(path), compile(path.read_text("utf-8"), str(path), "exec")) for path in paths)
    return {(name, *at) for name, code in codes for at in everything(code)}


def changed(mutant: Mutant) -> dict[Key, CodeType]:
    """Return the functions that a mutant changes, with their other code."""
    name = str(mutant.path)
    before = functions(compile(mutant.path.read_text("utf-8"), name, "exec"))
    after = functions(compile(mutant.tree(), name, "exec"))
    return {(name, *at): code for at, code in after.items() if code != before.get(at)}


def in_fork(work: Callable[[], object], seconds: float) -> bool:
    """Return whether a piece of work returns true in a silent fork, within some seconds."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            silent = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2):
                os.dup2(silent, stream)
            code = 0 if work() else 1
        finally:
            os._exit(code)
    ends = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return False
        time.sleep(0.01)


@dataclass
class Test:
    """A test: its name, its seconds, what it calls, how many mutants it has killed."""

    name: str
    seconds: float
    calls: set[Key]
    kills: int = 0

    @property
    def file(self) -> str:
        """Return the file it stands in."""
        return self.name.partition("::")[0]

    def calls_of(self, path: Path) -> int:
        """Return how many functions of a module it calls."""
        return sum(name == str(path) for name, _, _ in self.calls)


def within(pairs: Iterable[tuple[T, float]]) -> list[T]:
    """Return those of things, in order, that take no more than the seconds of one mutant."""
    found, left = [], MAX_SECONDS
    for each, seconds in pairs:
        left -= seconds
        if left > 0:
            found.append(each)
    return found


def tests_in(measured: Path) -> list[Test]:
    """Return the tests that were measured, in a file that this tool wrote; none without one."""
    if not measured.exists():
        return []
    tests: list[Test] = pickle.loads(measured.read_bytes())  # noqa: S301  see above
    return tests


class InPlace:
    """A plugin of pytest: measures the tests once they are collected, then tries mutants on them.

    Writes the measured tests, where there are none, and for each mutant whether it was killed; None
    for one that is no function's.
    """

    def __init__(
        self, tried: Sequence[Mutant], until: float, measured: Path, results: Path
    ) -> None:
        """Take mutants, when to stop trying, and the files to write: pickles."""
        self.tried, self.until, self.measured, self.results = tried, until, measured, results

    def pytest_runtestloop(self, session: Any) -> bool:  # noqa: ANN401  pytest is not imported yet
        """Do it all, in place of running the tests."""
        self.items = {item.nodeid: item for item in session.items}
        if not in_fork(self._measure, math.inf):
            return True
        self.tests = tests_in(self.measured)
        self.live = _live()
        by_time = sorted(self.tests, key=lambda test: -test.seconds)
        for name in {test.file: test.name for test in by_time}.values():
            self._passes(name)  # what all tests need is then here: tables, vocabularies
        self.caches = list(_caches())
        gc.freeze()  # so that forks share what is here
        with self.results.open("ab") as file:
            for mutant in self.tried:
                if time.monotonic() > self.until:
                    break
                pickle.dump(self._is_killed(mutant), file)
                file.flush()
        self.measured.write_bytes(pickle.dumps(self.tests))
        return True

    def _measure(self) -> bool:
        """Run every test that was not yet measured, and write what each one calls.

        One that called a function that has moved since is measured again.
        """
        now = keys_now()
        before = (test for test in tests_in(self.measured) if test.name in self.items)
        tests = [test for test in before if test.calls <= now]
        known = {test.name for test in tests}
        calls: set[CodeType] = set()

        def called(frame: FrameType, _event: str, _: object) -> None:
            calls.add(frame.f_code)

        for name in [each for each in self.items if each not in known]:
            calls.clear()
            began = time.process_time()
            sys.settrace(called)
            passed = self._passes(name)
            sys.settrace(None)
            if not passed:
                return False
            seconds = time.process_time() - began
            keys = {(code.co_filename, code.co_qualname, code.co_firstlineno) for code in calls}
            ours = {key for key in keys if key[0].startswith(str(SOURCE))}
            tests.append(Test(name, seconds, ours))
        self.measured.write_bytes(pickle.dumps(tests))
        return True

    def _passes(self, name: str) -> bool:
        from _pytest.runner import runtestprotocol

        reports = runtestprotocol(self.items[name], log=False, nextitem=None)
        return not any(report.failed for report in reports)

    def _is_killed(self, mutant: Mutant) -> bool | None:
        """Return whether a test fails with another function in place; None where none can be."""
        codes = changed(mutant)
        if not codes or not all(self.live.get(key) for key in codes):
            return None
        calling = [test for test in self.tests if test.calls & codes.keys()]
        calling.sort(key=lambda test: (-test.kills, test.seconds))
        chosen = within((test, test.seconds) for test in calling)
        killer = self.results.with_suffix(".killer")
        killer.write_text("")

        def passes() -> bool:
            for key, code in codes.items():
                for function in self.live[key]:
                    function.__code__ = code
            for each in self.caches:
                each.cache_clear()  # what was asked while the tests were collected
            for test in chosen:
                killer.write_text(test.name)
                if not self._passes(test.name):
                    return False
            return True

        seconds = 10 + SLOWER * sum(test.seconds for test in chosen)
        if in_fork(passes, seconds):
            return False
        for test in chosen:
            test.kills += test.name == killer.read_text()
        return True


def _live() -> dict[Key, list[FunctionType]]:
    """Return the functions of ftvp that there are in this process."""
    found: dict[Key, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(SOURCE)):
            code = each.__code__
            key = (code.co_filename, code.co_qualname, code.co_firstlineno)
            found.setdefault(key, []).append(each)
    return found


def _caches() -> Iterator[Any]:
    """Yield the caches that may hold what a mutant would answer otherwise."""
    rooms = tuple(f"ftvp.{room}." for room in ROOMS)
    for each in gc.get_objects():
        cache = isinstance(each, functools._lru_cache_wrapper)  # noqa: SLF001  its only name
        if cache and each.__module__.startswith(("tests.", *rooms)):
            yield each


def survives_afresh(mutant: Mutant, files: list[str]) -> bool:
    """Return whether files of tests pass where a module is imported from another tree."""
    import pytest

    _draw_few()
    whole = importlib.machinery.SourceFileLoader.get_code
    tree = mutant.tree()

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> object:
        if loader.path == str(mutant.path):
            return compile(tree, str(mutant.path), "exec")
        return whole(loader, name)

    setattr(importlib.machinery.SourceFileLoader, "get_code", get_code)  # noqa: B010  a method
    none_left = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    plain = "--assert=plain"  # else pytest loads a module itself whose doctests it runs
    return all(pytest.main([*OPTIONS, plain, str(ROOT / file)]) in none_left for file in files)


def _draw_few() -> None:
    """Let the tests draw few cases, always the same."""
    from hypothesis import settings

    settings.register_profile("few", max_examples=25, deadline=None, derandomize=True)
    settings.load_profile("few")


def files_of(mutant: Mutant, tests: Sequence[Test]) -> list[str]:
    """Return the files of the tests that call anything of a mutant's module, the quickest first."""
    seconds: dict[str, float] = {}
    for test in tests:
        seconds[test.file] = seconds.get(test.file, 0) + test.seconds
    calling = {test.file for test in tests if test.calls_of(mutant.path)}
    return within(sorted(((file, seconds[file]) for file in calling), key=lambda pair: pair[1]))


def in_place(
    tried: Sequence[Mutant], until: float, kept: Path | None
) -> tuple[list[Test], list[bool | None]]:
    """Return the tests as measured, and of each mutant that there was time for if it is killed."""
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        measured, results = kept or Path(folder, "tests"), Path(folder, "results")

        def run() -> bool:
            _draw_few()
            where = [f"--basetemp={folder}/basetemp", str(ROOT / "tests"), str(ROOT / "src")]
            plugin = InPlace(tried, until, measured, results)
            return pytest.main([*OPTIONS, *where], plugins=[plugin]) == 0

        if not in_fork(run, math.inf) or not results.exists():
            sys.exit("the tests fail on what is not changed")
        killed = []
        with results.open("rb") as file:
            while file.peek():
                killed.append(pickle.load(file))  # noqa: S301  written by the fork above
        return tests_in(measured), killed


def main(words: list[str]) -> int:
    """Run a sample of mutants of each room, and print what survives."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--tests", type=Path)
    asked = parser.parse_args(words)
    until = time.monotonic() + asked.minutes * 60
    for name in HEAVY:
        importlib.import_module(name)
    tried = sample(asked.rooms.split(","), asked.sample, asked.seed)
    tests, killed = in_place(tried, until, asked.tests)
    counts: dict[str, Counter[bool]] = {room: Counter() for room in asked.rooms.split(",")}
    ended = zip(tried, killed, strict=False)
    for mutant, dead in sorted(ended, key=lambda pair: pair[1] is None):
        alive = not dead
        if dead is None:
            files = files_of(mutant, tests)
            work = functools.partial(survives_afresh, mutant, files)
            alive = in_fork(work, SLOWER * MAX_SECONDS)
        counts[mutant.path.parent.name][alive] += 1
        if alive:
            place = f"{mutant.path.relative_to(SOURCE)}:{mutant.line}"
            print(f"survives: {place}: {mutant.says}", flush=True)
    for room, count in counts.items():
        run = count.total()
        share = f"{count[False] / run:.0%}" if run else "-"
        print(f"{room}: {count[False]} of {run} killed ({share})", flush=True)
    return 0


def sample(rooms: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return some mutants of each room, one of each room in turn."""
    drawn = []
    for room in rooms:
        modules = [path for path in sorted((SOURCE / room).glob("*.py")) if path.name not in WORDS]
        every = [each for path in modules for each in mutants(path)]
        Random(seed).shuffle(every)  # noqa: S311  a sample that can be drawn again
        drawn.append(every[:size])
    return [each for turn in zip_longest(*drawn) for each in turn if each]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
