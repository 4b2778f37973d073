"""Count how the code is built, against the limits of the house.

    python tools/house.py [--report]

Prints each count beside its limit, and what is over it; the exit code is 1 where a limit is
broken, unless `--report` is given. Counted in src/ftvp:

modules: files, besides an `__init__` that only names doors: one with nothing but a docstring,
    imports, literals, and `__getattr__` or `__dir__`.
lines: of code, so neither blank ones nor comments nor docstrings; errors.py may have any number,
    and the few in `ANY_LENGTH`.
long functions: from `def` to the last line, less the docstring; nested ones too. A function that
    only returns a display is a table, and may be long.
repeated names: public classes and functions of the top level that two modules define, but for the
    names in `BY_REGISTRY`, under which a registry finds the same door in each feature, and for
    commands in `ftvp.cli` that have the name of the function of `ftvp.api` which they call.
short helpers: functions of the top level that are named once in all, in a call, and have under
    five lines beside their docstring. Decorated ones and those in `ftvp.__all__` are not helpers.
one run: the functions, by where they are defined, that the command `RUN` goes through, and the
    modules that define them, less those of `odds`: the limit lets the odds add theirs. Bodies of
    modules and classes are none; a comprehension, a generator expression or a lambda belongs to
    the function around it.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

MAX_MODULES = 124
MIN_LINES, MAX_LINES = 100, 400
MAX_SHORT_MODULES = 8
MAX_FUNCTION_LINES = 40
MAX_SHORT_HELPERS = 70
SHORT_HELPER_LINES = 5
MAX_RUN_MODULES = 49
MAX_RUN_FUNCTIONS = 592

NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
ANY_LENGTH = {"errors", "version", "__main__"}
BY_REGISTRY = {"command", "main", "view"}
ROOT = Path(__file__).resolve().parent.parent
PROMPT = ROOT / "examples" / "entity_extraction.txt"
RUN = ["breakeven", "--prompt", str(PROMPT), "--volume", "10000", "--output-tokens", "200"]
RUN += ["--as-of", "2026-11-23", "--json"]
SHOWN = 200
"""Lines shown of what is over a limit."""
PROBE = """
import json, os, runpy, sys

package, result, *words = sys.argv[1:]
codes, leave = {}, os._exit

def note(frame, event, argument):
    if event == "call":
        codes[id(frame.f_code)] = frame.f_code

def finish(code):
    sys.setprofile(None)
    of_functions = [c for c in codes.values() if c.co_flags & 1 and not c.co_name.startswith("<")]
    with open(result, "w") as file:
        json.dump([[c.co_filename, c.co_firstlineno, c.co_name] for c in of_functions], file)
    sys.stdout.flush()
    leave(code)

os._exit = finish
sys.argv = [package, *words]
sys.setprofile(note)
try:
    runpy.run_module(package, run_name="__main__", alter_sys=True)
except SystemExit as left:
    finish(left.code or 0)
finish(0)
"""
Target = tuple[str, str]
"""A module and a name in it; the name is empty for the module itself."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class Count:
    """What was counted, its limit, and where it was found."""

    what: str
    found: int
    limit: int
    places: Sequence[str] = ()

    @property
    def broken(self) -> bool:
        """Return whether the limit is broken."""
        return self.found > self.limit


@dataclass
class Module:
    """One file, and what it defines and names, all found in one pass."""

    name: str
    is_package: bool
    lines: int
    tree: ast.Module
    scope: dict[str, Target | None] = field(default_factory=dict)
    uses: Counter[Target] = field(default_factory=Counter)
    calls: Counter[Target] = field(default_factory=Counter)
    functions: list[Function] = field(default_factory=list)

    @property
    def top(self) -> list[Function | ast.ClassDef]:
        """Return the classes and functions of the top level."""
        return [one for one in self.tree.body if isinstance(one, (*FUNCTIONS, ast.ClassDef))]


def main(source: Path, package: str, words: list[str], *, report: bool) -> None:
    """Print the counts of a package; exit with 1 where a limit is broken."""
    counts = [*structure(modules(source / package)), *one_run(source, package, words)]
    for count in counts:
        mark = "  broken" if count.broken else ""
        print(f"{count.what:<50}{count.found:>6} of {count.limit:>3}{mark}")
    for count in counts:
        if count.broken and count.places:
            more = len(count.places) - SHOWN
            print(f"\n{count.what}:", *count.places[:SHOWN], sep="\n  ")
            print(f"  and {more} more\n" if more > 0 else "", end="")
    if any(count.broken for count in counts) and not report:
        sys.exit(1)


def modules(folder: Path) -> list[Module]:
    """Return every module of a package, read."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text("utf-8")
        parts = path.relative_to(folder.parent).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        tree = ast.parse(text)
        found.append(Module(name, package, code_lines(text, tree), tree))
        Reader(found[-1]).read()
    return found


def code_lines(text: str, tree: ast.Module) -> int:
    r"""Return how many lines of a module hold code.

    >>> text = 'def one() -> int:\\n    "What it returns."\\n\\n    return 1  # always\\n'
    >>> code_lines(text, ast.parse(text))
    2
    """
    lines: set[int] = set()
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                lines.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return len(lines)


def structure(read: list[Module]) -> Iterator[Count]:
    """Yield the counts that need no run."""
    counted = [module for module in read if not only_names_doors(module)]
    sized = [module for module in counted if module.name.partition(".")[2] not in ANY_LENGTH]
    long = [f"{one.name}: {one.lines} lines" for one in sized if one.lines > MAX_LINES]
    short = [f"{one.name}: {one.lines} lines" for one in sized if one.lines < MIN_LINES]
    yield Count("modules", len(counted), MAX_MODULES)
    yield Count(f"modules over {MAX_LINES} lines", len(long), 0, long)
    yield Count(f"modules under {MIN_LINES} lines", len(short), MAX_SHORT_MODULES, short)
    for what, limit, places in [
        (f"functions over {MAX_FUNCTION_LINES} lines", 0, long_functions(read)),
        ("names defined in two modules", 0, repeated_names(read)),
        (
            f"helpers called once, under {SHORT_HELPER_LINES} lines",
            MAX_SHORT_HELPERS,
            helpers(read),
        ),
    ]:
        yield Count(what, len(places), limit, places)


def only_names_doors(module: Module) -> bool:
    """Return whether a file is an `__init__` that has nothing of its own."""
    return module.is_package and all(map(names_doors, module.tree.body))


def names_doors(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring, an import, a literal or a door."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.FunctionDef(name=name):
            return name in {"__getattr__", "__dir__"}
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
            return all(map(names_doors, body))
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return is_literal(value)
    return False


def is_literal(value: ast.expr) -> bool:
    """Return whether an expression is made of constants alone."""
    try:
        ast.literal_eval(value)
    except ValueError:
        return False
    return True


def own_lines(function: Function) -> int:
    """Return the lines of a function from `def` on, less its docstring."""
    first = function.body[0]
    docstring = ast.get_docstring(function, clean=False) is not None
    told = (first.end_lineno or 0) - first.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - told


def long_functions(read: list[Module]) -> list[str]:
    """Return the functions that are too long, tables aside."""
    return [
        f"{module.name}.{function.name}: {own_lines(function)} lines"
        for module in read
        for function in module.functions
        if own_lines(function) > MAX_FUNCTION_LINES and not is_table(function)
    ]


def is_table(function: Function) -> bool:
    """Return whether a function only returns a display: a list, a dictionary, a tuple, a set."""
    match function.body[-1]:
        case ast.Return(value=ast.Dict() | ast.List() | ast.Tuple() | ast.Set()):
            return len(function.body) == 1 + (ast.get_docstring(function) is not None)
    return False


def repeated_names(read: list[Module]) -> list[str]:
    """Return the public names that more than one module defines, with the modules."""
    package = read[0].name
    defined = {module.name: {one.name for one in module.top} for module in read}
    api = f"{package}.api"
    public = {name for module, names in defined.items() if module.startswith(api) for name in names}
    homes = defaultdict(list)
    for module, names in defined.items():
        for name in (
            names - BY_REGISTRY - (public if module.startswith(f"{package}.cli") else set())
        ):
            if not name.startswith("_"):
                homes[name].append(module)
    return [f"{name}: {', '.join(found)}" for name, found in sorted(homes.items()) if found[1:]]


def helpers(read: list[Module]) -> list[str]:
    """Return the short functions that one place calls and nothing else names."""
    defined = {(module.name, one.name) for module in read for one in module.top}
    scopes = {module.name: module.scope for module in read}
    uses, calls = Counter[Target](), Counter[Target]()
    for module in read:
        for counter, found in ((uses, module.uses), (calls, module.calls)):
            for target, times in found.items():
                counter[home(target, defined, scopes)] += times
    public = {home(target, defined, scopes) for target in doors(read[0])}
    return [
        f"{module.name}.{one.name}"
        for module in read
        for one in module.top
        if isinstance(one, FUNCTIONS) and not one.decorator_list
        if uses[module.name, one.name] == calls[module.name, one.name] == 1
        if (module.name, one.name) not in public and body_lines(one) < SHORT_HELPER_LINES
    ]


def body_lines(function: Function) -> int:
    """Return the lines of a function's body, less its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def doors(package: Module) -> Iterator[Target]:
    """Yield what a package says in `__all__`."""
    for statement in package.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                yield from ((package.name, name) for name in ast.literal_eval(value))


def home(
    target: Target, defined: set[Target], scopes: dict[str, dict[str, Target | None]]
) -> Target:
    """Return where a name is defined that was imported from a door, whatever the way to it."""
    module, name = target
    if target in defined:
        return target
    through = scopes.get(module, {}).get(name)
    if through and through != target:
        return home(through, defined, scopes)
    inside = [one for one in defined if one[1] == name and one[0].startswith(f"{module}.")]
    return inside[0] if len(inside) == 1 else target


class Reader(ast.NodeVisitor):
    """Reads one module: which functions it has, and which names of the package it calls or uses."""

    def __init__(self, module: Module) -> None:
        """Begin outside of any scope."""
        self.module = module
        self.package = module.name if module.is_package else module.name.rpartition(".")[0]
        self.scopes: list[dict[str, Target | None]] = []

    def read(self) -> None:
        """Fill the module."""
        self.module.scope |= self.bound(self.module.tree)
        self.inside(self.module.tree, self.module.scope)

    def bound(self, scope: ast.AST) -> dict[str, Target | None]:
        """Return the names that a scope binds, each with where it comes from if that is known."""
        names: dict[str, Target | None] = {}
        top = isinstance(scope, ast.Module)
        pending = list(ast.iter_child_nodes(scope))
        while pending:
            node = pending.pop()
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    names[name] = (self.module.name, name) if top else None
                case ast.ClassDef(name=name):
                    names[name] = (self.module.name, name) if top else None
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    names.setdefault(name, None)
                case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                    names[name] = None
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    names[name] = None
                case ast.Import() | ast.ImportFrom():
                    names |= self.imported(node)
            if not isinstance(node, SCOPES):
                pending += ast.iter_child_nodes(node)
        return names

    def imported(self, node: ast.Import | ast.ImportFrom) -> dict[str, Target | None]:
        """Return the names that an import binds."""
        if isinstance(node, ast.Import):
            return {one.asname: (one.name, "") for one in node.names if one.asname}
        base = self.package.split(".")[: 1 - node.level or None] if node.level else []
        origin = ".".join([*base, *filter(None, [node.module])])
        return {one.asname or one.name: (origin, one.name) for one in node.names}

    def target(self, node: ast.expr) -> Target | None:
        """Return what an expression names, where that is a name of a module."""
        match node:
            case ast.Name(id=name):
                return next((scope[name] for scope in self.scopes[::-1] if name in scope), None)
            case ast.Attribute(value=value, attr=name):
                owner = self.target(value)
                return (".".join(filter(None, owner)), name) if owner else None
        return None

    def inside(self, node: ast.AST, scope: dict[str, Target | None]) -> None:
        """Visit what is inside a scope, with the names that it binds."""
        self.scopes.append(scope)
        self.generic_visit(node)
        self.scopes.pop()

    def visit(self, node: ast.AST) -> None:
        """Count a name that is used or called, keep a function, and go on inside."""
        match node:
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                if target := self.target(node):
                    self.module.uses[target] += 1
            case ast.Call(func=called):
                if target := self.target(called):
                    self.module.calls[target] += 1
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.module.functions.append(node)
        if isinstance(node, (*FUNCTIONS, *COMPREHENSIONS, ast.Lambda)):
            self.inside(node, self.bound(node))
        else:
            self.generic_visit(node)


def one_run(source: Path, package: str, words: list[str]) -> Iterator[Count]:
    """Yield how many modules and functions of a package one command goes through."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "functions.json")
        command = [sys.executable, "-c", PROBE, package, str(result), *words]
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": str(source)}
        subprocess.run(  # noqa: S603  our own program
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True
        )
        found = {tuple(each) for each in json.loads(result.read_text("utf-8"))}
    own = {each for each in found if Path(each[0]).is_relative_to(source / package)}
    places = {Path(file).relative_to(source / package) for file, _, _ in own}
    homes = sorted(each.as_posix() for each in places if each.parts[0] not in {"odds", "odds.py"})
    yield Count("modules that one run goes through, less odds", len(homes), MAX_RUN_MODULES, homes)
    yield Count("functions that one run goes through", len(own), MAX_RUN_FUNCTIONS)


if __name__ == "__main__":
    main(ROOT / "src", "ftvp", RUN, report="--report" in sys.argv[1:])
