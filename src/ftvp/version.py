"""The version of ftvp, as pyproject.toml reads it."""

VERSION = "0.1.0"
