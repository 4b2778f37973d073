"""An import that is killed at any moment leaves the old overlay or the new one, whole."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftvp.files.disk import replace_text

OLD, NEW = "old: " + "o" * 200_000, "new: " + "n" * 200_000
CHILD = """
import os, signal, sys
from pathlib import Path
from ftvp.files.disk import replace_text

folder, moment, new = sys.argv[1], int(sys.argv[2]), sys.stdin.read()
seen = 0

def count(event, arguments):
    global seen
    touched = any(folder in str(argument) for argument in arguments)
    if touched and event in {"open", "os.rename", "os.remove", "os.truncate"}:
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

sys.addaudithook(count)
fsync, moments = os.fsync, iter(range(100, 200))

def dying_fsync(descriptor):
    fsync(descriptor)
    if next(moments) == moment:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = dying_fsync
replace_text(Path(folder) / "prices.yaml", new)
"""
BEFORE_OPENS_AND_RENAMES = range(9)
AFTER_EACH_FLUSH = range(100, 103)


def killed(folder: Path, moment: int) -> bool:
    """Return whether a write in another process was killed at its n-th touch of the folder."""
    command = [sys.executable, "-c", CHILD, str(folder), str(moment)]
    run = subprocess.run(  # noqa: S603  our own program
        command, input=NEW, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return run.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    found: list[tuple[bool, str]] = []
    for moment in (*BEFORE_OPENS_AND_RENAMES, *AFTER_EACH_FLUSH):
        folder = tmp_path / str(moment)
        folder.mkdir()
        file, kept = folder / "prices.yaml", folder / "prices.yaml.bak"
        file.write_text(OLD, "utf-8")
        died = killed(folder, moment)
        found.append((died, file.read_text("utf-8")))
        assert not kept.exists() or kept.read_text("utf-8") == OLD
    assert {text for _, text in found} == {OLD, NEW}
    assert sum(died for died, _ in found) >= 6
    assert all(text == NEW for died, text in found if not died)


def test_a_file_that_is_not_replaced_needs_no_copy(tmp_path: Path) -> None:
    assert replace_text(tmp_path / "prices.yaml", NEW) is None
    assert [path.name for path in tmp_path.iterdir()] == ["prices.yaml"]
