"""`ftvp dataset` as it is called: flags, streams, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ftvp.cli.app import app
from tests.training_files import chat, lines, tickets


def ftvp(*words: object, stdin: str = "") -> Result:
    """Return what a call wrote and how it ended."""
    return CliRunner().invoke(app, [*map(str, words), "--as-of", "2026-11-23"], input=stdin)


def test_a_usable_file_ends_with_0_whatever_its_checks_say(tmp_path: Path) -> None:
    run = ftvp("dataset", lines(tmp_path / "train.jsonl", tickets(3)), "--json")
    assert (run.exit_code, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    assert document["schema"] == "ftvp.dataset/1"
    assert document["ok"] is False
    assert [check["id"] for check in document["checks"]] == [
        "format",
        "label_accuracy",
        "distribution_match",
        "edge_cases",
        "consistent_format",
        "leakage",
        "duplicates",
        "minimum_examples",
        "too_long",
        "leftover_shots",
    ]


def test_standard_input_is_read_like_a_file() -> None:
    run = ftvp("dataset", "-", "--json", stdin=json.dumps(chat()))
    assert json.loads(run.stdout)["file"] == "standard input"


def test_an_unusable_file_ends_with_2_and_every_problem_on_stderr(tmp_path: Path) -> None:
    run = ftvp("dataset", lines(tmp_path / "train.jsonl", [chat(), "{", '{"messages": []}']))
    assert (run.exit_code, run.stdout) == (2, "")
    first, second = run.stderr.splitlines()
    assert first.startswith("ftvp: train.jsonl line 2: is not JSON")
    assert second.startswith("ftvp: train.jsonl line 3: 'messages' is empty")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--labels-checked", "9"), "--labels-checked and --labels-wrong go together"),
        (("--labels-checked", "9", "--labels-wrong", "10"), "at most the 9 checked"),
        (("--seed", "1"), "--seed and --split go together"),
        (("--split", "1"), "--split 1: it must be between 0 and 1"),
        (("--split", "nan"), "--split: 'nan' is not a number"),
        (("--model", "gpt-5-mega"), "no model named 'gpt-5-mega'"),
        (("--write-clean", "{}"), "is read: writing it would lose it"),
    ],
)
def test_flags_that_cannot_be_are_refused(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(3))
    run = ftvp("dataset", path, *(word.format(path) for word in words))
    assert (run.exit_code, run.stdout) == (2, "")
    assert says in run.stderr


def test_standard_input_cannot_be_split() -> None:
    run = ftvp("dataset", "-", "--split", "0.2", stdin=json.dumps(chat()))
    assert run.exit_code == 2
    assert "standard input has no name" in run.stderr


def test_what_was_written_is_told(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [*tickets(10), tickets(1)[0]])
    out = tmp_path / "clean.jsonl"
    run = ftvp("dataset", path, "--write-clean", out, "--split", "0.2", "--json")
    written = json.loads(run.stdout)["written"]
    assert [(Path(each["file"]).name, each["records"]) for each in written] == [
        ("clean.jsonl", 10),
        ("train.train.jsonl", 9),
        ("train.test.jsonl", 2),
    ]


def test_a_scenario_names_its_training_file_beside_itself(tmp_path: Path) -> None:
    lines(tmp_path / "train.jsonl", tickets(100))
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("volume: 5000\ndataset: train.jsonl\nunknown: [quality_gap]\n", "utf-8")
    run = ftvp("decide", scenario, "--json")
    assert json.loads(run.stdout)["data"]["examples"] == 100
