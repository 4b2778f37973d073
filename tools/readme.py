"""Fill the generated parts of README.md, docs/ and examples/README.md with what commands print.

    python -m tools.readme [--check]

A part is all between `<!-- generated: COMMAND -->` and `<!-- end -->`: the command, of one or more
lines, runs in the shell, at the root, 80 columns wide, as of one fixed day, and is shown with its
output. ftvp starts there as one of the wheel does, from a copy with compiled tables: in half the
time. $TMPDIR is an empty folder of its own. A command that fails is an error; one that is meant to
fail says so: `; echo "exit code $?"`. With `--check`, nothing is written, and a part that differs
is an error.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.shells import install

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", ROOT / "examples" / "README.md", *sorted(ROOT.glob("docs/*.md")))
DAY = "2026-11-26"
PART = re.compile(r"(<!-- generated: (?P<command>.+?) -->\n).*?(?=<!-- end -->)", re.DOTALL)


def main(*, check: bool) -> None:
    """Write every page with its parts run anew, or tell what would change."""
    texts = {page: page.read_text("utf-8") for page in PAGES}
    commands = sorted({part["command"] for text in texts.values() for part in PART.finditer(text)})
    with TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        run = partial(output, surroundings() | install(Path(folder)))
        printed = dict(zip(commands, pool.map(run, commands), strict=True))
    stale = []
    for page, text in texts.items():
        wanted = PART.sub(lambda part: part[1] + shown(part["command"], printed), text)
        if wanted == text:
            continue
        name = str(page.relative_to(ROOT))
        stale.append(name)
        if check:
            print(*differences(name, text, wanted), sep="\n")
        else:
            page.write_text(wanted, "utf-8")
    if check and stale:
        sys.exit(f"Out of date: {', '.join(stale)}. Run make docs")
    print(f"{len(commands)} commands on {len(texts)} pages; written: {', '.join(stale) or 'none'}")


def differences(name: str, before: str, after: str) -> Iterator[str]:
    """Yield the lines that a run would take out of a page and put in, with their surroundings."""
    return difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, "as run", lineterm=""
    )


def shown(command: str, printed: dict[str, str]) -> str:
    """Return a command with its output, as a block of Markdown."""
    typed = "".join(f"$ {line}\n" for line in command.splitlines())
    return f"\n```console\n{typed}{printed[command]}```\n\n"


def output(environment: dict[str, str], command: str) -> str:
    """Return what a command prints, on either stream, without spaces at the ends of lines."""
    with TemporaryDirectory() as folder:
        run = subprocess.run(  # noqa: S602  the pages' own commands, pipes included
            command,
            shell=True,
            check=False,
            cwd=ROOT,
            env=environment | {"TMPDIR": folder},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if run.returncode:
        sys.exit(f"{command}\n{run.stdout}exit code {run.returncode}")
    return "".join(line.rstrip() + "\n" for line in run.stdout.splitlines())


def surroundings() -> dict[str, str]:
    """Return an environment that holds nothing of the person's own but the path to programs."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {"PATH": path, "FTVP_AS_OF": DAY, "COLUMNS": "80", "LANG": "C.UTF-8"}


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
