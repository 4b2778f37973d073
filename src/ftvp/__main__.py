"""`ftvp`, and `python -m ftvp`."""

import atexit
import gc

MANY_OBJECTS = 100_000


def main() -> None:
    """Run the command line."""
    # Searching for unreachable objects, often and at the end, takes a tenth of a short run.
    gc.set_threshold(MANY_OBJECTS)
    atexit.register(gc.freeze)
    from ftvp.cli import main as run

    run()


if __name__ == "__main__":
    main()
