"""`ftvp evals` and `--evals` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ftvp.cli.app import app

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = [str(EXAMPLES / f"routing_{side}.jsonl") for side in ("prompted", "tuned")]


def run(*words: str) -> Result:
    """Return what a command does."""
    return CliRunner().invoke(app, words)


def test_the_answer_is_one_json_document() -> None:
    done = run("evals", *FILES, "--cluster", "topic", "--margin", "1", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["n"], answer["clusters"]) == ("ftvp.evals/1", 240, 12)
    assert answer["equivalence"]["holds"] is False


def test_a_conclusion_of_any_kind_is_an_answer() -> None:
    assert run("evals", *reversed(FILES)).exit_code == 0


@pytest.mark.parametrize("command", ["decide", "breakeven"])
def test_evals_takes_two_files(command: str) -> None:
    told = ("--volume", "9000", "--prompt-tokens", "900", "--tuned-prompt-tokens", "90")
    done = run(command, *told, "--evals", *FILES, "--no-input", "--unknown", "examples", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["evals"]["n"] == 240


def test_a_flag_beats_the_results_that_a_scenario_file_names() -> None:
    told = ("--no-eval-improves", "--quality-gap", "9")
    done = run("decide", str(EXAMPLES / "routing.yaml"), *told, "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["evals"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(("none.csv",), "none.csv does not exist", id="no file"),
        pytest.param((*FILES, "--id", "tick"), "no id 'tick'", id="no such field"),
        pytest.param((*FILES, "--scale", "0"), "--scale", id="a scale of 0"),
        pytest.param((*FILES, "--margin", "nan"), "--margin", id="no margin"),
        pytest.param((*FILES, "--volume", "x"), "--volume", id="no volume"),
        pytest.param((FILES[0],), "which two fields of", id="one file with one score"),
    ],
)
def test_wrong_input_exits_2_with_a_sentence(words: tuple[str, ...], says: str) -> None:
    done = run("evals", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
