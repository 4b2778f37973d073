"""What a command may import: start-up is part of the product."""

from __future__ import annotations

import json
import subprocess
import sys
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
    assert imported(*words).isdisjoint(HEAVY)
