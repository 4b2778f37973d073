"""ftvp as a shell runs it: a folder with the program on the path, and commands that run there."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path


def add_program(folder: Path) -> None:
    """Put the programs `ftvp` and `python3` into a folder's bin."""
    (folder / "bin").mkdir()
    for name, words in {"ftvp": "-m ftvp ", "python3": ""}.items():
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words}"$@"\n', "utf-8")
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
