"""The workflow and the hooks of examples/ci: their steps are run, and fail where they are to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.shells import add_program, run

pytestmark = [pytest.mark.slow, pytest.mark.long]

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DAY = "2026-11-23"
REPLAY, DECIDE = "can be repeated", "likely to pay"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory, installed: dict[str, str]) -> Path:
    """Return a folder with a scenario, its recorded decision, and ftvp on the path."""
    folder = tmp_path_factory.mktemp("decided")
    shutil.copy(EXAMPLES / "multi_label.yaml", folder / "scenario.yaml")
    add_program(folder, installed)
    found = run("ftvp decide scenario.yaml --record decision.json", folder, DAY)
    assert found.returncode == 0, found.stderr
    return folder


@pytest.fixture
def project(decided: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, of one test."""
    shutil.copytree(decided, tmp_path, dirs_exist_ok=True)
    return tmp_path


def steps() -> dict[str, str]:
    """Return the shell steps of the workflow by name, without the one that installs ftvp."""
    workflow: Any = yaml.safe_load((EXAMPLES / "ci" / "verdict.yml").read_text("utf-8"))
    listed = workflow["jobs"]["verdict"]["steps"]
    return {step["name"]: step["run"] for step in listed if "run" in step} | {"install": "true"}


def step(word: str) -> str:
    """Return the one step whose name holds a word."""
    (found,) = [command for name, command in steps().items() if word in name]
    return found


def test_every_step_of_the_workflow_passes_on_the_day_of_the_decision(project: Path) -> None:
    for name, command in steps().items():
        found = run(command, project, DAY)
        assert found.returncode == 0, (name, found.stderr)
    assert (project / "memo.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_step_fails_where_tuning_no_longer_pays(project: Path) -> None:
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("40000", "1000"), "utf-8")
    found = run(step(DECIDE), project, DAY)
    assert found.returncode == 3
    assert "--fail-if holds: verdict.choice != fine_tune" in found.stderr


def test_a_step_tells_a_typo_from_a_verdict(project: Path) -> None:
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("volume", "volme"), "utf-8")
    assert run(step(DECIDE), project, DAY).returncode == 2


def test_a_step_fails_where_the_record_was_changed(project: Path) -> None:
    record = project / "decision.json"
    record.write_text(record.read_text("utf-8").replace("40000", "40001", 1), "utf-8")
    assert run(step(REPLAY), project, DAY).returncode == 2


def test_the_hooks_pass_and_fail_as_the_steps_do(project: Path) -> None:
    hooks: Any = yaml.safe_load((EXAMPLES / "ci" / "pre-commit-config.yaml").read_text("utf-8"))
    entries = {hook["id"]: hook["entry"] for hook in hooks["repos"][0]["hooks"]}
    assert [run(entry, project, DAY).returncode for entry in entries.values()] == [0, 0]
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("40000", "1000"), "utf-8")
    assert run(entries["ftvp-verdict"], project, DAY).returncode == 3
