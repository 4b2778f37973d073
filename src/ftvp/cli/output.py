"""An answer goes out: as JSON, for a terminal, a pipe, a screen reader or a document."""

from __future__ import annotations

FORMATS = ("rich", "plain", "markdown", "json")
SUFFIXES = {".json": "json", ".md": "markdown"}
WIDTH = 80
WIDEST = 100
