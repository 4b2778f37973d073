"""The counts of tools/house.py, on a package with one example of each."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
FILES = {
    "__init__.py": '''
"""A package."""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from tiny.api import public
__all__ = ["public"]
def __getattr__(name):
    raise AttributeError(name)
''',
    "__main__.py": """
from tiny.cli import main
main()
""",
    "api.py": """
from tiny.odds import drawn
from tiny.rooms import twice
def public(number): return twice(drawn(number) or drawn(1))
def order(number): return public(number)
""",
    "cli/__init__.py": """
from tiny.api import order as ordered
def main():
    view = [ordered(each) for each in range(2)]
    class Local: pass
    print(view, Local, (lambda: 3)())
def order(): pass
def view(): return [order, once]
def once(): return order
""",
    "odds.py": """
def drawn(number): return number
""",
    "rooms/__init__.py": """
from tiny.rooms.first import twice
""",
    "rooms/first.py": """
import functools
def twice(number):
    '''Twice.

    A docstring has no length.
    '''
    return _once(number) + called_in_two(number)
def _once(number): return number
def called_in_two(number): return 0
@functools.cache
def decorated(): return called_in_two(1)
def five_lines(number):
    number = 1
    number = 2
    number = 3
    number = 4
    return decorated()
class Record:
    def method(self): return five_lines(1), named_twice
def named_twice(): return named_twice_by_a_local
def named_twice_by_a_local(): return 1
def caller(named_twice_by_a_local): return named_twice() + named_twice_by_a_local()
class Shared: pass
def _private(): pass
""",
    "rooms/second.py": f"""
class Shared: pass
def _private(): pass
def view(): pass
def table():
    return [
{chr(10).join("        1," for _ in range(60))}
    ]
def long():
    '''{chr(10) * 50}'''
{chr(10).join("    print()" for _ in range(40))}
""",
    "rooms/large.py": "x = 1\n" * 401,
    "rooms/medium.py": "'''No\ncode.'''\n# None.\n\n" + "x = 1  # code\n" * 400,
    "rooms/plain.py": "x = 1\n" * 100,
}


@pytest.fixture(scope="module")
def house() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house", ROOT / "tools" / "house.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["house"] = module  # its dataclasses look for their module there
    spec.loader.exec_module(module)
    del sys.modules["house"]
    return module


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the package."""
    folder = tmp_path_factory.mktemp("source")
    for name, text in FILES.items():
        (folder / "tiny" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tiny" / name).write_text(text.lstrip("\n"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(house: ModuleType, source: Path) -> dict[str, tuple[int, list[str]]]:
    """Return the number and the places of each count."""
    counts = [*house.structure(house.modules(source / "tiny")), *house.one_run(source, "tiny", [])]
    return {count.what: (count.found, sorted(count.places)) for count in counts}


@pytest.mark.slow
def test_a_file_that_only_names_doors_is_no_module(found: dict[str, tuple[int, list[str]]]) -> None:
    # All eleven files but tiny/__init__ and tiny/rooms/__init__; cli/__init__ defines functions.
    assert found["modules"] == (9, [])


def test_lines_are_counted(found: dict[str, tuple[int, list[str]]]) -> None:
    assert found["modules over 400 lines"] == (1, ["tiny.rooms.large: 401 lines"])
    short = [place.partition(":")[0] for place in found["modules under 100 lines"][1]]
    assert short == ["tiny.api", "tiny.cli", "tiny.odds", "tiny.rooms.first"]


def test_a_docstring_or_a_table_makes_no_function_long(
    found: dict[str, tuple[int, list[str]]],
) -> None:
    assert found["functions over 40 lines"] == (1, ["tiny.rooms.second.long: 41 lines"])


def test_a_public_name_is_defined_once(found: dict[str, tuple[int, list[str]]]) -> None:
    # `view` is by registry, and the command `order` is named like the function of the API.
    shared = "Shared: tiny.rooms.first, tiny.rooms.second"
    assert found["names defined in two modules"] == (1, [shared])


def test_a_short_helper_is_called_once_and_named_nowhere_else(
    found: dict[str, tuple[int, list[str]]],
) -> None:
    # Not `public` (a door of the package), `decorated`, `five_lines`, `called_in_two` and
    # `named_twice`, and nothing that is only named, as `once` is. A parameter of the same name
    # is another thing; an import through a door or under another name is the same thing.
    assert found["helpers called once, under 5 lines"][1] == [
        "tiny.api.order",
        "tiny.cli.main",
        "tiny.rooms.first._once",
        "tiny.rooms.first.twice",
    ]


def test_one_run_is_counted_by_functions(found: dict[str, tuple[int, list[str]]]) -> None:
    # main; order, public; drawn; twice, _once, called_in_two
    assert found["functions that one run goes through"][0] == 7
    modules = ["api.py", "cli/__init__.py", "rooms/first.py"]
    assert found["modules that one run goes through, less odds"] == (3, modules)


@pytest.mark.slow
def test_a_broken_limit_ends_with_1_and_a_report_with_0(
    house: ModuleType, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.main(source, "tiny", [], report=True)
    table = capsys.readouterr().out
    assert "modules over 400 lines                                 1 of   0  broken\n" in table
    with pytest.raises(SystemExit, match="1"):
        house.main(source, "tiny", [], report=False)
    assert capsys.readouterr().out == table
