"""The command line: exit codes, streams, layers of flags, and the questions at a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp.cli.app import app

DAY = ["--as-of", "2026-11-23"]
NUMBERS = ["--volume", "10000", "--prompt-tokens", "1200", "--tuned-prompt-tokens", "400", *DAY]
ANSWERS = ["--volume", "20000", "--examples", "500", "--quality-gap", "8", *DAY]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("FTVP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def run(*words: str, stdin: str = "", **environment: str) -> Any:  # noqa: ANN401  Typer's result
    """Return what a command did: exit_code, stdout, stderr."""
    return CliRunner().invoke(app, list(words), input=stdin, env=environment)


def answer(*words: str, **environment: str) -> dict[str, Any]:
    """Return the JSON document that a command answers with."""
    found = run(*words, "--json", **environment)
    assert found.exit_code == 0, found.stderr
    document: dict[str, Any] = json.loads(found.stdout)
    return document


BAD: dict[str, tuple[list[str], str]] = {
    "no volume and no prompt": (["compare"], "requests per day (--volume N); the prompt"),
    "nan": (["breakeven", "--volume", "nan"], "--volume: 'nan' is not a number"),
    "infinite": (["breakeven", "--volume", "1e400"], "--volume: '1e400' is too large"),
    "negative tokens": (
        ["breakeven", "--prompt-tokens", "-5"],
        "--prompt-tokens: must be at least 0",
    ),
    "a fraction of a token": (["breakeven", "--prompt-tokens", "1.5"], "must be a whole number"),
    "a share above 1": (["breakeven", "--batch-share", "2"], "--batch-share: must be at most 1"),
    "a cache that is none": (["breakeven", "--cache", "on"], "--cache: must be 'auto' or 'off'"),
    "prices without signs": (
        ["breakeven", "--prompted-price", "3"],
        "write it as input=10,output=30",
    ),
    "half a price": (["breakeven", "--tuned-price", "input=3"], "'output' is missing"),
    "a misspelt price": (
        ["breakeven", "--tuned-price", "input=3,outptu=1"],
        "Did you mean 'output'?",
    ),
    "no such day": (["breakeven", "--as-of", "2026-13-01"], "written as 2026-11-23"),
    "no such day for tokens": (["tokens", "--as-of", "soon"], "--as-of: 'soon' is not a day"),
    "before any price": (
        ["breakeven", *NUMBERS[:-1], "2020-01-01"],
        "has no price on 2020-01-01. The first is of 2024-07-18",
    ),
    "after the shutdown": (
        ["breakeven", *NUMBERS[:-1], "2027-02-01", "--model", "gpt-4o-mini"],
        "openai/gpt-4o-mini was shut down on 2027-01-14",
    ),
    "a misspelt model": (
        ["breakeven", *NUMBERS, "--model", "gpt-4o-mni"],
        "no model named 'gpt-4o-mni'. Did you mean 'openai/gpt-4o-mini'?",
    ),
    "markup as a model": (["breakeven", *NUMBERS, "--model", "[/x]"], "no model named '[/x]'"),
    "a misspelt command": (["brekeven"], "Did you mean 'breakeven'?"),
    "a misspelt task": (["quality", "sumarization"], "Did you mean 'summarization'?"),
    "a misspelt topic": (["guide", "tre"], "Did you mean 'tree'?"),
    "a misspelt schema": (["schema", "pricng"], "Did you mean 'pricing'?"),
    "a misspelt format": (
        ["breakeven", *NUMBERS, "--format", "markdwn"],
        "Did you mean 'markdown'?",
    ),
    "CSV of what is no table": (
        ["decide", *ANSWERS, "--format-task", "--format", "csv"],
        "CSV is for tables: ftvp compare, breakeven, evals and pricing",
    ),
    "an unknown question": (
        ["decide", "--unknown", "volumes"],
        "--unknown: must be 'volume', 'examples'",
    ),
    "a file that is not there": (
        ["breakeven", "--prompt", "no.txt", "--volume", "9"],
        "no.txt does not exist",
    ),
    "a scenario that is not there": (["decide", "no.yaml"], "no.yaml does not exist"),
    "two ways to say the prompt": (
        ["breakeven", "--prompt", "p.txt", *NUMBERS],
        "--prompt and --prompt-tokens both given: leave one out",
    ),
    "an output nowhere": (
        ["breakeven", *NUMBERS, "--output", "no/where.json"],
        "cannot be written",
    ),
    "a batch price that is unknown": (
        ["breakeven", *NUMBERS, "--batch-share", "0.5", "--model", "azure-openai/gpt-4.1-nano"],
        "no source gives a batch price",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("words", "says"), BAD.values(), ids=BAD)
def test_a_mistake_is_a_sentence_on_stderr_and_exit_2(words: list[str], says: str) -> None:
    Path("p.txt").write_text("Say hello.", "utf-8")
    found = run(*words)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert found.stderr.startswith("ftvp: ")
    assert says in found.stderr
    assert "Traceback" not in found.stderr


FILES: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (b"caf\xe9", "is not UTF-8 (byte 0xe9 at line 1)"),
    "empty": (b"", "holds no text"),
    "only white space": (b" \n\t\n", "holds no text"),
    "a million spaces": (b"a" + b" " * 1_000_000 + b"b", "too many to count"),
}


@pytest.mark.long
@pytest.mark.parametrize(("content", "says"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", ["breakeven", "tokens"])
def test_a_prompt_that_cannot_be_counted_says_why(command: str, content: bytes, says: str) -> None:
    Path("p.txt").write_bytes(content)
    words = ["--prompt", "p.txt", "--volume", "10"] if command == "breakeven" else ["p.txt"]
    found = run(command, *words, *DAY)
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr


@pytest.mark.slow
def test_a_special_token_is_counted_as_text_and_warned_of() -> None:
    Path("p.txt").write_text("Stop at <|endoftext|> {x}", "utf-8")
    found = answer("breakeven", "--prompt", "p.txt", "--volume", "10", *DAY)
    assert any("<|endoftext|>" in warning for warning in found["warnings"])


@pytest.mark.slow
def test_a_prompt_comes_from_standard_input() -> None:
    found = run("breakeven", "--prompt", "-", "--volume", "10", *DAY, "--json", stdin="Say {x}.")
    assert json.loads(found.stdout)["tokens"]["prompted_input"] > 0


@pytest.mark.slow
def test_a_flag_beats_the_file_which_beats_the_environment() -> None:
    Path("s.yaml").write_text("volume: 200\nprompt_tokens: 50\n", "utf-8")
    told = answer(
        "breakeven",
        "s.yaml",
        "--volume",
        "300",
        *DAY,
        FTVP_VOLUME="100",
        FTVP_PROMPT_TOKENS="9",
        FTVP_OUTPUT_TOKENS="7",
    )["inputs"]
    assert (told["volume"], told["prompt_tokens"], told["output_tokens"]) == (300, 50, 7)


@pytest.mark.slow
def test_a_flag_puts_aside_what_a_weaker_layer_said_otherwise() -> None:
    Path("s.yaml").write_text("volume: 200\nprompt: no.txt\n", "utf-8")
    assert answer("breakeven", "s.yaml", "--prompt-tokens", "80", *DAY)["inputs"]["prompt"] is None


@pytest.mark.slow
def test_a_flag_answers_what_a_file_said_nobody_can_answer() -> None:
    Path("s.yaml").write_text("volume: 200\nunknown: [examples, format_task]\n", "utf-8")
    told = answer("breakeven", "s.yaml", "--examples", "500", *NUMBERS[2:], *DAY)["inputs"]
    assert (told["examples"], told["unknown"]) == (500, ["format_task"])
    Path("s.yaml").write_text("volume: 200\nexamples: 500\nformat_task: true\n", "utf-8")
    told = answer("breakeven", "s.yaml", "--unknown", "format-task", *NUMBERS[2:], *DAY)["inputs"]
    assert (told["examples"], told["format_task"], told["unknown"]) == (500, None, ["format_task"])


ASIDE: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "tuned_request_cost": ("tuned_request_cost: 9", ["--tuned-price", "input=1,output=2"], {}),
    "training_cost": (
        "training: {tokens: 1000000, epochs: 3}",
        ["--tuned-prompt-tokens", "400"],
        {"FTVP_TRAINING_COST": "5000"},
    ),
    "quality_gap": (
        "prompting_quality: 80\ntarget_quality: 88",
        ["--tuned-prompt-tokens", "400"],
        {"FTVP_QUALITY_GAP": "2"},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("field", ASIDE)
def test_of_alternatives_the_weaker_layer_s_is_put_aside(field: str) -> None:
    text, words, environment = ASIDE[field]
    Path("s.yaml").write_text(f"{text}\n", "utf-8")
    flags = [*NUMBERS[:4], *words, "--training-examples", "50", *DAY]
    assert answer("breakeven", "s.yaml", *flags, **environment)["inputs"][field] is None


@pytest.mark.slow
def test_the_volumes_of_a_file_get_a_row_each() -> None:
    Path("s.yaml").write_text("volume: [1000, 5k]\n", "utf-8")
    rows = answer("breakeven", "s.yaml", *NUMBERS[2:])["rows"]
    assert [row["requests_per_day"] for row in rows] == [1_000, 5_000]
    assert answer("breakeven", "s.yaml", *NUMBERS)["inputs"]["volume"] == 10_000


def test_two_scenario_files_are_a_mistake() -> None:
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text("volume: 200\n", "utf-8")
    found = run("breakeven", "a.yaml", "--scenario", "b.yaml")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "a.yaml and --scenario b.yaml both given: leave one out." in found.stderr


def test_a_name_that_a_file_tells_is_found_there() -> None:
    Path("s.yaml").write_text("volume: 200\ntuned: {model: no-such}\n", "utf-8")
    found = run("breakeven", "s.yaml", *NUMBERS[2:], *DAY)
    assert "no model named 'no-such'." in found.stderr
    assert found.stderr.endswith("\n  s.yaml has tuned_model: no-such.\n")


@pytest.mark.slow
def test_a_variable_that_is_called_like_ours_and_not_read_is_named() -> None:
    told = {"FTVP_DISCOUNT": "google=20", "FTVP_ZZZ": "1", "FTVP_HORIZON": "6"}
    found = run("breakeven", *NUMBERS, *DAY, "--json", **told)
    assert json.loads(found.stdout)["inputs"]["horizon"] == 6
    assert found.stderr.splitlines() == [
        "ftvp: FTVP_DISCOUNT is not read. Did you mean FTVP_DISCOUNTS?",
        "ftvp: FTVP_ZZZ is not read.",
    ]


def test_a_wrong_value_of_the_environment_is_named() -> None:
    found = run("breakeven", *NUMBERS[2:], FTVP_VOLUME="many")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "FTVP_VOLUME: 'many' is not a number" in found.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("FORMAT", "pdf"), ("MODEL", "no-such-model"), ("FRAMEWORK", "no/such.yaml")],
)
def test_a_message_about_a_value_of_the_environment_names_its_variable(
    name: str, value: str
) -> None:
    found = run("breakeven", *NUMBERS, **{f"FTVP_{name}": value})
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.endswith(f"\n  The environment has FTVP_{name}={value}.\n")
    told = run("breakeven", *NUMBERS, f"--{name.lower()}", f"{value}x", **{f"FTVP_{name}": value})
    assert "environment" not in told.stderr


@pytest.mark.slow
def test_json_is_the_only_thing_on_standard_output() -> None:
    found = run("breakeven", *NUMBERS, "--json")
    document = json.loads(found.stdout)
    assert next(iter(document)) == "schema"
    assert document["schema"] == "ftvp.breakeven/2"
    assert found.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.json", "{"), ("a.md", "**Keep prompting"), ("a.txt", "Keep prompting")],
)
def test_an_output_file_is_written_in_the_format_of_its_name(name: str, begins: str) -> None:
    found = run("breakeven", *NUMBERS, "--output", name)
    assert (found.exit_code, found.stdout) == (0, "")
    assert Path(name).read_text("utf-8").startswith(begins)


def test_open_questions_are_named_all_at_once_where_nobody_can_be_asked() -> None:
    found = run("decide", "--no-input")
    assert (found.exit_code, found.stdout) == (2, "")
    for flag in ("--volume", "--examples", "--quality-gap", "--format-task", "--eval-improves"):
        assert flag in found.stderr


def test_a_question_that_the_path_does_not_reach_is_not_asked_for() -> None:
    assert answer("decide", "--volume", "50", *DAY)["tree"]["because"] == "volume_too_low"


def test_an_eval_that_is_missing_is_a_pilot() -> None:
    found = answer("decide", *ANSWERS, "--no-format-task")
    assert (found["verdict"]["choice"], found["tree"]["because"]) == ("pilot", "eval_missing")


def test_the_repeated_command_gives_the_same_answer() -> None:
    first = answer("decide", *ANSWERS, "--format-task")
    again = answer(*first["equivalent_command"].split()[1:])
    assert again["verdict"] == first["verdict"]


@pytest.mark.slow
def test_a_saved_scenario_is_replayed() -> None:
    words = ["decide", *ANSWERS, "--no-format-task", "--save", "s.yaml"]
    first = answer(*words)
    assert "volume: 20000\n" in Path("s.yaml").read_text("utf-8")
    assert answer("decide", "s.yaml")["verdict"] == first["verdict"]


def test_a_framework_of_ones_own_changes_the_thresholds() -> None:
    shipped = Path(__file__).parent.parent / "data" / "framework.yaml"
    text = shipped.read_text("utf-8").replace("    threshold: 1000\n", "    threshold: 50000\n")
    Path("ours.yaml").write_text(text, "utf-8")
    found = answer("decide", *ANSWERS, "--format-task", "--framework", "ours.yaml")
    assert found["tree"]["because"] == "volume_too_low"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["breakeven", "decision", "comparison", "scenario", "pricing"])
def test_schemas_are_printed(name: str) -> None:
    found = run("schema", name)
    assert json.loads(found.stdout)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.slow
def test_an_answer_fits_its_schema() -> None:
    schema = json.loads(run("schema", "breakeven").stdout)
    assert set(schema["required"]) <= set(answer("breakeven", *NUMBERS))


@pytest.mark.long
def test_a_closed_pipe_ends_quietly(installed: dict[str, str]) -> None:
    program = [sys.executable, "-m", "ftvp", "pricing", "--json", *DAY]
    reader = [sys.executable, "-c", "import sys; sys.stdin.read(1)"]
    with subprocess.Popen(  # noqa: S603  our own program
        program,
        env=os.environ | installed,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as writing:
        subprocess.run(reader, stdin=writing.stdout, check=True)  # noqa: S603  Python itself
        assert writing.stdout is not None
        writing.stdout.close()
        assert writing.stderr is not None
        assert writing.stderr.read() == b""


@pytest.mark.parametrize(
    "words", [["breakeven", *NUMBERS], ["quality"], ["pricing"]], ids=lambda words: words[0]
)
def test_a_format_that_the_environment_names_and_nobody_knows_is_an_error(words: list[str]) -> None:
    found = run(*words, FTVP_FORMAT="markdwn")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("ftvp: no format named 'markdwn'")
    said, variable = found.stderr.splitlines()
    assert "markdown" in said
    assert variable == "  The environment has FTVP_FORMAT=markdwn."
