"""Lock what tests and tools install, one `name==version` a line, for every Python we support.

    python tools/lock.py [--check]

`requirements.lock` has the newest versions of all that pyproject.toml names and of what that
needs. `requirements-lowest.lock` has the lowest that pyproject.toml allows of what the suite runs
on, with what they need, for the lowest Python. pip resolves both, for the platform it runs on:
what only another platform needs stays unlocked. With `--check` nothing is resolved or written; a
requirement without a line, or with a line outside its bounds, is an error.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NEWEST = ROOT / "requirements.lock"
LOWEST = ROOT / "requirements-lowest.lock"
HEAD = "# Made by `make lock`; not to be edited.\n"
Versions = dict[str, str]
"""Distributions by name, each with its version."""


def main(*, check: bool) -> None:
    """Write both files, or tell which requirements they do not meet."""
    if not check:
        newest = {python: newest_versions(python) for python in PYTHONS}
        NEWEST.write_text(HEAD + "".join(lines(newest)), "utf-8")
        oldest = {PYTHONS[0]: resolved(lowest(), PYTHONS[0])}
        LOWEST.write_text(HEAD + "".join(lines(oldest)), "utf-8")
    found = [*unmet(NEWEST, [*together(), *alone()]), *unmet(LOWEST, lowest())]
    if found:
        sys.exit("\n".join([*found, "Run make lock"]))
    print(f"{NEWEST.name} and {LOWEST.name} meet pyproject.toml")


@cache
def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def together() -> list[str]:
    """Return the requirements that are installed with all they need."""
    groups = project()["dependency-groups"]
    listed = [one for one in groups["dev"] if isinstance(one, str)]
    return [*project()["project"]["dependencies"], *groups["test"], *listed]


def alone() -> list[str]:
    """Return the requirements of which only a data file is read."""
    named: list[str] = project()["dependency-groups"]["price-map"]
    return named


def lowest() -> list[str]:
    """Return the lowest versions allowed of what the suite runs on, each as the only one."""
    bounds = [*project()["project"]["dependencies"], *project()["dependency-groups"]["test"]]
    return [bound.replace(">=", "==") for bound in bounds]


def newest_versions(python: str) -> Versions:
    """Return the newest versions of everything, for one Python."""
    data = plan([*alone(), "--no-deps"], python)
    return resolved(together(), python) | versions(data)


def resolved(requirements: list[str], python: str) -> Versions:
    """Return the versions of requirements and of all they need, for one Python.

    pip reads the markers of dependencies as of the Python that runs it, so what a marker for the
    other Python adds is looked up here and asked for by name.
    """
    planned = plan(requirements, python)
    missing = sorted(set(left_out(planned, python)))
    return resolved([*requirements, *missing], python) if missing else versions(planned)


def versions(planned: list[dict[str, Any]]) -> Versions:
    """Return the versions that a plan installs."""
    return {one["name"]: one["version"] for one in planned}


def plan(words: list[str], python: str) -> list[dict[str, Any]]:
    """Return the metadata of each distribution that pip would install for a Python."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-"]
    options = ["--ignore-installed", "--only-binary", ":all:", "--python-version", python]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(  # noqa: S603  pip, with the project's own requirements
            [*command, *options, "--target", folder, *words],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if run.returncode:
        sys.exit(f"pip finds no versions for Python {python}")
    return [one["metadata"] for one in json.loads(run.stdout)["install"]]


def left_out(planned: list[dict[str, Any]], python: str) -> Iterator[str]:
    """Yield the requirements, without their markers, that a plan has but does not install."""
    names = {canonicalize_name(one["name"]) for one in planned}
    environment = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    for text in [text for one in planned for text in one.get("requires_dist", [])]:
        wanted = Requirement(text)
        holds = wanted.marker is None or wanted.marker.evaluate(environment)
        if holds and canonicalize_name(wanted.name) not in names:
            yield f"{wanted.name}{wanted.specifier}"


def lines(found: dict[str, Versions]) -> Iterator[str]:
    """Yield the lines of a lock from the versions for each Python, oldest Python first."""
    for name in sorted({name for each in found.values() for name in each}, key=str.lower):
        pythons = [python for python in found if name in found[python]]
        groups = groupby(pythons, key=lambda python: found[python][name])
        runs = [(version, next(group)) for version, group in groups]
        for (version, first), later in zip_longest(runs, runs[1:]):
            since = f'python_version >= "{first}"' if first != runs[0][1] else ""
            until = f'python_version < "{later[1]}"' if later else ""
            marker = " and ".join(filter(None, [since, until]))
            yield f"{name}=={version}{' ; ' if marker else ''}{marker}\n"


def unmet(lock: Path, requirements: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each requirement that a lock leaves out or breaks."""
    locked = [Requirement(line) for line in lock.read_text("utf-8").splitlines()[1:]]
    for text in requirements:
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        found = [str(one.specifier)[2:] for one in locked if canonicalize_name(one.name) == name]
        if not found:
            yield f"{lock.name} has no line for {text}"
        elif not all(map(wanted.specifier.contains, found)):
            yield f"{lock.name} has {name} {' and '.join(found)}, which is not {text}"


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
