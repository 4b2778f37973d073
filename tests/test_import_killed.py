"""An import that is killed at any moment leaves the old overlay or the new one, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftvp.files.disk import write_keeping

pytestmark = pytest.mark.slow

OLD, NEW = "old: " + "o" * 200_000, "new: " + "n" * 200_000
CHILD = """
import os, signal, sys
from pathlib import Path
from ftvp.files.disk import write_keeping

root, moments, new = Path(sys.argv[1]), map(int, sys.argv[2:]), sys.stdin.read()
fsync = os.fsync


def die_at(moment, folder):
    seen, flushes = iter(range(100)), iter(range(100, 200))

    def count(event, arguments):
        touched = any(folder in str(argument) for argument in arguments)
        if touched and event in {"open", "os.rename", "os.remove", "os.truncate"}:
            if next(seen) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    def dying_fsync(descriptor):
        fsync(descriptor)
        if next(flushes) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    os.fsync = dying_fsync
    sys.addaudithook(count)


for moment in moments:
    folder = root / str(moment)
    child = os.fork()
    if not child:
        code = 1
        try:
            die_at(moment, str(folder))
            write_keeping(folder / "prices.yaml", new)
            code = 0
        finally:
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
BEFORE_OPENS_AND_RENAMES = range(9)
AFTER_EACH_FLUSH = range(100, 103)
MOMENTS = (*BEFORE_OPENS_AND_RENAMES, *AFTER_EACH_FLUSH)


def killed(root: Path) -> list[bool]:
    """Return of each moment whether a write was killed then: at that touch of its folder."""
    command = [sys.executable, "-c", CHILD, str(root), *map(str, MOMENTS)]
    run = subprocess.run(  # noqa: S603  our own program
        command, input=NEW, capture_output=True, text=True, encoding="utf-8", check=True
    )
    codes = list(map(int, run.stdout.split()))
    assert set(codes) <= {0, -signal.SIGKILL}, run.stderr
    return [code != 0 for code in codes]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    files = [tmp_path / str(moment) / "prices.yaml" for moment in MOMENTS]
    for file in files:
        file.parent.mkdir()
        file.write_text(OLD, "utf-8")
    found: list[tuple[bool, str]] = []
    for file, died in zip(files, killed(tmp_path), strict=True):
        kept = file.with_name("prices.yaml.bak")
        found.append((died, file.read_text("utf-8")))
        assert not kept.exists() or kept.read_text("utf-8") == OLD
    assert {text for _, text in found} == {OLD, NEW}
    assert sum(died for died, _ in found) >= 6
    assert all(text == NEW for died, text in found if not died)


def test_a_file_that_is_not_replaced_needs_no_copy(tmp_path: Path) -> None:
    assert write_keeping(tmp_path / "prices.yaml", NEW) is None
    assert [path.name for path in tmp_path.iterdir()] == ["prices.yaml"]
