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


def test_untouched_tasks_are_answered_beside_it() -> None:
    done = run("evals", *FILES, "--general", *FILES, "--general-score", "correct", "--json")
    assert done.exit_code == 0, done.stderr
    general = json.loads(done.stdout)["general"]
    assert (general["conclusion"], general["n"]) == ("better", 240)


def files(folder: Path, field: str, *scores: tuple[float, float]) -> list[str]:
    """Return the paths of two files, of each side's scores of two items."""
    for side, both in zip("ab", scores, strict=True):
        rows = "".join(f"{n},{score}\n" for n, score in enumerate(both))
        (folder / f"{side}.csv").write_text(f"id,{field}\n{rows}", "utf-8")
    return [str(folder / f"{side}.csv") for side in "ab"]


@pytest.mark.parametrize(
    ("field", "flags", "qualities"),
    [
        pytest.param("score", ("--scale", "1,100"), (35, 70), id="a scale for each side"),
        pytest.param("strange", ("--score", "strange", "--lower-is-better", "--scale", "1,100"),
                     (65, 30), id="lower is better"),
        pytest.param("loss", ("--higher-is-better", "--scale", "1,100"), (35, 70), id="higher"),
    ],
)  # fmt: skip
def test_flags_say_how_scores_are_meant(
    field: str, flags: tuple[str, ...], qualities: tuple[float, float], tmp_path: Path
) -> None:
    paths = files(tmp_path, field, (0.2, 0.5), (60, 80))
    done = run("evals", *paths, *flags, "--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["prompted"], answer["tuned"]) == pytest.approx(qualities)


def test_decide_has_the_same_flags(tmp_path: Path) -> None:
    paths = files(tmp_path, "loss", (0.2, 0.5), (60, 80))
    flags = ("--evals-scale", "1,100", "--no-evals-lower-is-better")
    done = run("decide", "--volume", "9000", "--evals", *paths, *flags, "--no-input", "--unknown",
               "examples", "--json")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["evals"]["tuned"] == pytest.approx(70)
    assert "--evals-scale 1,100 --no-evals-lower-is-better" in answer["equivalent_command"]


@pytest.mark.parametrize("command", ["decide", "breakeven"])
def test_evals_takes_two_files(command: str) -> None:
    told = ("--volume", "9000", "--prompt-tokens", "900", "--tuned-prompt-tokens", "90")
    done = run(command, *told, "--evals", *FILES, "--unknown", "examples", "--json")
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
        pytest.param((*FILES, "--scale", "1,2,3"), "--scale", id="three scales"),
        pytest.param((*FILES, "--margin", "nan"), "--margin", id="no margin"),
        pytest.param((*FILES, "--general-score", "acc"), "go together", id="no untouched tasks"),
        pytest.param((*FILES, "--general", "none", "none"), "none does not", id="no such tasks"),
        pytest.param((FILES[0], "--score", "correct"), "which two fields", id="one file, one name"),
        pytest.param((*FILES, "--volume", "x"), "--volume", id="no volume"),
        pytest.param(
            (FILES[0],), "where those of both sides are wanted", id="one file with one score"
        ),
    ],
)
def test_wrong_input_exits_2_with_a_sentence(words: tuple[str, ...], says: str) -> None:
    done = run("evals", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
