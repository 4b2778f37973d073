"""Fill the generated parts of README.md with what its commands print.

    python tools/readme.py [--check]

A part is all between `<!-- generated: COMMAND -->` and `<!-- end -->`: the command runs in the
shell, at the root, 80 columns wide, as of one fixed day, and is shown with its output. With
`--check`, nothing is written, and a part that differs is an error.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DAY = "2026-11-23"
PART = re.compile(r"(<!-- generated: (?P<command>.+?) -->\n).*?(?=<!-- end -->)", re.DOTALL)
ANSWERED = {0, 2}
"""Exit codes of an answer and of a user's mistake; any other is a bug."""


def main(*, check: bool) -> None:
    """Write README.md with every part run anew, or tell what would change."""
    text = README.read_text("utf-8")
    wanted = PART.sub(lambda part: part[1] + shown(part["command"]), text)
    if check and wanted != text:
        print(*differences(text, wanted), sep="\n")
        sys.exit("README.md is out of date. Run python tools/readme.py")
    README.write_text(wanted, "utf-8")
    print(f"{len(PART.findall(text))} parts of README.md are up to date")


def differences(before: str, after: str) -> Iterator[str]:
    """Yield the lines that a run would take out and put in, with their surroundings."""
    return difflib.unified_diff(
        before.splitlines(), after.splitlines(), "README.md", "as run", lineterm=""
    )


def shown(command: str) -> str:
    """Return a command with its output, as a block of Markdown."""
    return f"\n```console\n$ {command}\n{output(command)}```\n\n"


def output(command: str) -> str:
    """Return what a command prints, on either stream, without spaces at the ends of lines."""
    run = subprocess.run(  # noqa: S602  the README's own commands, pipes included
        command,
        shell=True,
        check=False,
        cwd=ROOT,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode not in ANSWERED:
        sys.exit(f"{command}\n{run.stdout}exit code {run.returncode}")
    return "".join(line.rstrip() + "\n" for line in run.stdout.splitlines())


def surroundings() -> dict[str, str]:
    """Return an environment that holds nothing of the person's own but the path to programs."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PATH": path, "FTVP_AS_OF": DAY, "COLUMNS": "80", "LANG": "C.UTF-8"}


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
