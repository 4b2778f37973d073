"""`ftvp`, and `python -m ftvp`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

MANY_OBJECTS = 200_000
INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    # Searching for unreachable objects takes a tenth of a short run; so does freeing them all.
    gc.set_threshold(MANY_OBJECTS)
    interrupts: list[int] = []

    def interrupt(number: int, _: object) -> NoReturn:
        interrupts.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        with suppress(ValueError):  # which is set in the main thread alone
            signal.signal(signal.SIGINT, interrupt)
    try:
        from ftvp.cli.app import main as run

        run()
    except KeyboardInterrupt:  # before there is a command to end
        leave(INTERRUPTED)
    except SystemExit as left:
        if isinstance(left.code, str):
            raise
        leave(left.code or 0)
    except Exception:
        if interrupts:  # which a class that is being made turns into a RuntimeError
            leave(INTERRUPTED)
        raise


def leave(code: int) -> NoReturn:
    """Flush what was written and end the process at once: freeing each object takes a tenth."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):  # full or closed, which the command has said
                stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
