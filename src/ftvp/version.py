"""The version of ftvp, as pyproject.toml reads it."""

__version__ = "0.2.0"
