"""What a command may import: start-up is part of the product."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
HEAVY = {"rich", "numpy", "requests"}
PROBE = """
import json, sys
from ftvp.cli.app import main
sys.argv = ["ftvp", *sys.argv[1:]]
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print("\\n" + json.dumps(sorted(sys.modules)))
"""


@cache
def imported(*words: str) -> frozenset[str]:
    """Return the modules that a command has loaded when it ends."""
    command = [sys.executable, "-c", PROBE, *words]
    run = subprocess.run(  # noqa: S603  our own program
        command, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return frozenset(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("-h",)], ids=" ".join)
def test_help_and_version_load_the_command_line_and_no_more(words: tuple[str, ...]) -> None:
    ours = {name for name in imported(*words) if name.partition(".")[0] == "ftvp"}
    rooms = {".".join(name.split(".")[:2]) for name in ours}
    assert rooms <= {"ftvp", "ftvp.cli", "ftvp.documents", "ftvp.errors", "ftvp.version"}
    assert {name for name in ours if name.startswith("ftvp.cli.")} == {"ftvp.cli.app"}


@pytest.mark.parametrize("words", [("--help",), ("--version",)], ids=" ".join)
def test_help_and_version_load_nothing_heavy(words: tuple[str, ...]) -> None:
    assert imported(*words).isdisjoint(HEAVY | {"yaml", "tiktoken", "regex"})


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [
        ("breakeven", "--volume", "9", "--prompt", str(EXAMPLES / "brand_voice.md"), "--json"),
        ("tokens", str(EXAMPLES / "brand_voice.md"), "--json"),
        ("pricing", "--json"),
    ],
    ids=lambda words: words[0],
)
def test_a_json_answer_loads_nothing_to_draw_with(words: tuple[str, ...]) -> None:
    assert imported(*words).isdisjoint(HEAVY | {"importlib.metadata"})


def test_pydantics_search_for_plugins_gives_way_to_whoever_asks_more_of_it() -> None:
    asked = """
import sys
import ftvp.cli.app
from pydantic.plugin._loader import get_plugins
assert get_plugins() == () and "importlib.metadata" not in sys.modules
from pydantic.plugin._loader import PYDANTIC_ENTRY_POINT_GROUP
assert PYDANTIC_ENTRY_POINT_GROUP == "pydantic" and "importlib.metadata" in sys.modules
"""
    subprocess.run([sys.executable, "-c", asked], check=True)  # noqa: S603  our own program


LISTEN = """
import os, signal, sys
from ftvp.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell
"""
STARTED = (
    LISTEN
    + """
class Told:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "ftvp.cli.app":
            os.write(1, b".")

sys.meta_path.insert(0, Told)
main()
"""
)
"""Says when the first import of the program begins."""


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="no such signal")
@pytest.mark.parametrize("delay", [0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1])
def test_an_interrupt_at_any_time_ends_without_a_traceback(delay: float) -> None:
    child = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", STARTED, "usage", "-"],
        stdin=subprocess.PIPE,  # on which it waits without end
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.read(1) == b"."
        time.sleep(delay)
        child.send_signal(signal.SIGINT)
        assert child.stderr is not None
        told = child.stderr.read()
    assert (child.returncode, b"Traceback" in told) == (130, False), told


INTERRUPTED_AT = f"""{LISTEN}
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name != NAME:
            return
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise RAISED from error  # __set_name__ makes a RuntimeError of anything
sys.meta_path.insert(0, Interrupting())
main()
"""


@pytest.mark.long
@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "RuntimeError"])
@pytest.mark.parametrize("name", ["ftvp.cli.app", "typer", "ftvp.cli.usage", "ftvp.usage.gather"])
def test_an_interrupt_during_an_import_ends_without_a_traceback(name: str, raised: str) -> None:
    code = INTERRUPTED_AT.replace("NAME", repr(name)).replace("RAISED", raised)
    run = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", code, "usage", "-"],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    assert (run.returncode, b"Traceback" in run.stderr) == (130, False), run.stderr
