"""ftvp as a shell runs it: a folder with the program on the path, and commands that run there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import ftvp
from ftvp.tokens.counting import data_folder
from hatch_build import sealed


def install(folder: Path) -> dict[str, str]:
    """Copy ftvp into a folder as the wheel has it; return the environment that starts it there.

    A checkout parses the YAML of its tables, and may be told to keep no byte code: that makes half
    of what a child takes.
    """
    package = folder / "ftvp"
    shutil.copytree(Path(ftvp.__file__).parent, package)
    if not (package / "data").is_dir():
        shutil.copytree(data_folder(), package / "data")
        for table in data_folder().glob("*.yaml"):
            (package / "data" / f"{table.stem}.json").write_bytes(sealed(table))
    return {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""}


def add_program(folder: Path, installed: Mapping[str, str]) -> None:
    """Put the programs `ftvp` and `python3` into a folder's bin, with what `install` returned."""
    (folder / "bin").mkdir()
    told = shlex.join(["env", *(f"{name}={value}" for name, value in installed.items())])
    for name, words in {"ftvp": "-m ftvp ", "python3": ""}.items():
        program = folder / "bin" / name
        start = f"exec {told} {shlex.quote(sys.executable)} {words}"
        program.write_text(f'#!/bin/sh\n{start}"$@"\n', "utf-8")
        program.chmod(0o755)


def run(command: str, folder: Path, day: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder as GitHub does: by bash, which stops at the first error."""
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
