"""The versioned tables, read and checked: every mistake with its file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from ftvp.files.shapes import Path as KeyPath
from ftvp.files.shapes import shaped
from ftvp.files.text import read_text
from ftvp.files.yaml import line_of, load_yaml
from ftvp.tables.bundle import Tables
from ftvp.tables.framework import Framework
from ftvp.tables.pricing import Pricing
from ftvp.tables.quality import Quality
from ftvp.tokens.folder import data_folder

T = TypeVar("T", bound=BaseModel)


def load_tables(
    *,
    pricing: Path | None = None,
    quality: Path | None = None,
    framework: Path | None = None,
) -> Tables:
    """Return the three tables; a path given replaces the one that ships with ftvp."""
    folder = data_folder()
    return Tables(
        pricing=load_table(Pricing, pricing or folder / "pricing.yaml"),
        quality=load_table(Quality, quality or folder / "quality_by_task.yaml"),
        framework=load_table(Framework, framework or folder / "framework.yaml"),
    )


def load_table(shape: type[T], path: Path) -> T:
    """Return one table; FileProblemsError names every mistake with its file, line and key."""
    text = read_text(path)

    def place(key: KeyPath) -> tuple[str, int | None]:
        return path.name, line_of(text, key)

    return shaped(shape, load_yaml(text, path.name), place)
