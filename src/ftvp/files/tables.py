"""The versioned tables, read and checked: every mistake with its file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from ftvp.files.shapes import Path as KeyPath
from ftvp.files.shapes import shaped
from ftvp.files.text import read_text
from ftvp.files.yaml import line_of, load_yaml
from ftvp.tokens.folder import data_folder

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables

T = TypeVar("T", bound=BaseModel)


def load_tables(
    *,
    pricing: Path | None = None,
    quality: Path | None = None,
    framework: Path | None = None,
) -> Tables:
    """Return the three tables; a path given replaces the one that ships with ftvp."""
    from ftvp.tables.bundle import Tables
    from ftvp.tables.framework import Framework
    from ftvp.tables.pricing import Pricing
    from ftvp.tables.quality import Quality

    return Tables(
        pricing=load_table(Pricing, pricing) if pricing else shipped(Pricing, "pricing"),
        quality=load_table(Quality, quality) if quality else shipped(Quality, "quality_by_task"),
        framework=load_table(Framework, framework)
        if framework
        else shipped(Framework, "framework"),
    )


def shipped(shape: type[T], name: str) -> T:
    """Return a table that ships with ftvp: as the wheel holds it in JSON, else from its YAML."""
    compiled = data_folder() / f"{name}.json"
    if compiled.is_file():
        return shape.model_validate_json(compiled.read_bytes())
    return load_table(shape, data_folder() / f"{name}.yaml")


def load_table(shape: type[T], path: Path) -> T:
    """Return one table; FileProblemsError names every mistake with its file, line and key."""
    text = read_text(path)

    def place(key: KeyPath) -> tuple[str, int | None]:
        return path.name, line_of(text, key)

    return shaped(shape, load_yaml(text, path.name), place)
