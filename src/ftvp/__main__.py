"""`python -m ftvp` is `ftvp`."""

from ftvp.cli import main

if __name__ == "__main__":
    main()
