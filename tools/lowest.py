"""Print the lowest versions that pyproject.toml allows, for pip: one requirement a line.

    python tools/lowest.py > lowest.txt

The tools that only judge the code (ruff, mypy, import-linter, stubs) are left out.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
RUNS_TESTS = ("hatchling", "hypothesis", "pytest")


def main() -> None:
    """Print each lower bound as the only version allowed."""
    stated = tomllib.loads(PYPROJECT.read_text("utf-8"))
    testing = [one for one in stated["dependency-groups"]["dev"] if one.startswith(RUNS_TESTS)]
    for requirement in stated["project"]["dependencies"] + testing:
        print(requirement.replace(">=", "=="))


if __name__ == "__main__":
    main()
