"""The workflow and the hooks of examples/ci: their steps are run, and fail where they are to."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.long]

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DAY = "2026-11-23"
REPLAY, DECIDE = "can be repeated", "likely to pay"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with a scenario, its recorded decision, and ftvp on the path."""
    shutil.copy(EXAMPLES / "multi_label.yaml", tmp_path / "scenario.yaml")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ftvp"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m ftvp "$@"\n', "utf-8")
    program.chmod(0o755)
    found = run("ftvp decide scenario.yaml --record decision.json", tmp_path)
    assert found.returncode == 0, found.stderr
    return tmp_path


def run(command: str, folder: Path, day: str = DAY) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does: by bash, which stops at the first error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FTVP_")}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603  our own files
        ["/bin/bash", "-eo", "pipefail", "-c", command],
        cwd=folder,
        env={**kept, "PATH": path, "FTVP_AS_OF": day},
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
    )


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
        found = run(command, project)
        assert found.returncode == 0, (name, found.stderr)
    assert (project / "memo.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_step_fails_where_tuning_no_longer_pays(project: Path) -> None:
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("40000", "1000"), "utf-8")
    found = run(step(DECIDE), project)
    assert found.returncode == 3
    assert "--fail-if holds: verdict.choice != fine_tune" in found.stderr


def test_a_step_tells_a_typo_from_a_verdict(project: Path) -> None:
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("volume", "volme"), "utf-8")
    assert run(step(DECIDE), project).returncode == 2


def test_a_step_fails_where_the_record_was_changed(project: Path) -> None:
    record = project / "decision.json"
    record.write_text(record.read_text("utf-8").replace("40000", "40001", 1), "utf-8")
    assert run(step(REPLAY), project).returncode == 2


def test_the_hooks_pass_and_fail_as_the_steps_do(project: Path) -> None:
    hooks: Any = yaml.safe_load((EXAMPLES / "ci" / "pre-commit-config.yaml").read_text("utf-8"))
    entries = {hook["id"]: hook["entry"] for hook in hooks["repos"][0]["hooks"]}
    assert [run(entry, project).returncode for entry in entries.values()] == [0, 0]
    scenario = project / "scenario.yaml"
    scenario.write_text(scenario.read_text("utf-8").replace("40000", "1000"), "utf-8")
    assert run(entries["ftvp-verdict"], project).returncode == 3
