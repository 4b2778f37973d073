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
from collections.abc import Sequence
from dataclasses import dataclass

PROMPTS = (b": ", b"? ")
PATIENCE = 60
"""Seconds after which a program that neither asks nor ends is killed."""
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
    pid, terminal = pty.fork()
    if not pid:
        os.environ.update({"NO_COLOR": "1", "TERM": "xterm", "PAGER": "cat"} | environment)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where a shell runs in the background
        os.execv(sys.executable, [sys.executable, "-m", "ftvp", *words])  # noqa: S606  our own program
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    shown = _until_prompt(terminal, pid)
    for text in typed:
        os.write(terminal, (text if text < " " and text else f"{text}\n").encode())
        shown += _until_prompt(terminal, pid)
    while select.select([terminal], [], [], PATIENCE)[0] and (rest := _read(terminal)):
        shown += rest
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return Shown(os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n"))


def _until_prompt(terminal: int, pid: int) -> bytes:
    """Read until the program waits for an answer or has ended."""
    shown = b""
    while select.select([terminal], [], [], PATIENCE)[0]:
        read = _read(terminal)
        shown += read
        if not read or shown.endswith(PROMPTS):
            return shown
    os.kill(pid, signal.SIGKILL)
    return shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        return b""
