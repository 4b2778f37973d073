"""A real pseudo-terminal: what is typed at each prompt, and all that is shown."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

from typer.testing import CliRunner

from ftvp.__main__ import leave, main
from ftvp.cli.app import app

PROMPTS = (b": ", b"? ")
PATIENCE = 60
"""Seconds after which a program that neither asks nor ends is killed."""
AGAIN = 5
"""Seconds of silence after which Ctrl-C is pressed again.

What comes between a prompt and the system call that waits is only seen when that call returns.
"""
PROMPT = Path(__file__).parent.parent / "examples" / "entity_extraction.txt"
INTERRUPT = "\x03"


@dataclass(frozen=True)
class Shown:
    """How a program at a terminal ended, and all that stood on the screen, typing included."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines that are not empty."""
        return [line.rstrip() for line in self.text.split("\n") if line.strip()]


def at_terminal(
    typed: Sequence[str], *words: str, columns: int = 80, rows: int = 24, **environment: str
) -> Shown:
    """Run ftvp with each text typed at a prompt; a line break follows all but control keys."""
    load_once()
    pid, terminal = pty.fork()
    size = struct.pack("HHHH", rows, columns, 0, 0)
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.environ.update({"NO_COLOR": "1", "TERM": "xterm", "PAGER": "cat"} | environment)
        _run(*words)
    shown = _until_prompt(terminal, pid)
    for text in typed:
        os.write(terminal, (text if text < " " and text else f"{text}\n").encode())
        shown += _until_prompt(terminal, pid, text if text == INTERRUPT else "")
    while select.select([terminal], [], [], PATIENCE)[0] and (rest := _read(terminal)):
        shown += rest
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    text = shown.decode().replace("\r\n", "\n").replace("^C^C", "^C")  # pressed again, shown once
    return Shown(os.waitstatus_to_exitcode(status), text)


@cache
def load_once() -> None:
    """Load the modules and tables of a decision, which each program at a terminal then has.

    They are most of the work of a new process; `test_startup` has such ones.
    """
    words = (
        "--volume",
        "9000",
        "--examples",
        "500",
        "--unknown",
        "quality_gap,format_task,eval_improves",
        "--prompt",
        str(PROMPT),
    )
    found = CliRunner().invoke(app, ["decide", *words])
    assert found.exit_code == 0, found.stderr


def _run(*words: str) -> NoReturn:
    """Run ftvp in this copy of the tests' process, its streams the terminal, and end it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell
    sys.argv = ["ftvp", *words]
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  as Python does
        for number, mode in enumerate(("r", "w", "w"))
    )
    try:
        main()
    except BaseException:  # noqa: BLE001  nothing may return into the tests
        traceback.print_exc()
    leave(1)


def _until_prompt(terminal: int, pid: int, pressed: str = "") -> bytes:
    """Read until the program waits for an answer or has ended; a key may be pressed again."""
    shown = b""
    for _ in range(PATIENCE // AGAIN):
        while select.select([terminal], [], [], AGAIN)[0]:
            read = _read(terminal)
            shown += read
            if not read or shown.endswith(PROMPTS):
                return shown
        os.write(terminal, pressed.encode())
    os.kill(pid, signal.SIGKILL)
    return shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""
