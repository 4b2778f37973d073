"""The versioned tables, read and checked: every mistake with its file, line and key."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from ftvp.files.disk import read_text
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import shaped
from ftvp.files.yaml import line_of, load_yaml
from ftvp.tokens.vocabulary import data_folder

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.quality import Quality

HEAD = 500
"""Characters within which a table that ships with ftvp says when it was updated."""
UPDATED_ON = re.compile(r"updated_on\W{1,4}(\d{4}-\d{2}-\d{2})")
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

    read_quality, updated_on = _quality(quality)
    return Tables(
        pricing=load_table(Pricing, pricing or shipped("pricing")),
        framework=load_table(Framework, framework or shipped("framework")),
        read_quality=read_quality,
        quality_updated_on=updated_on,
    )


def _quality(path: Path | None) -> tuple[Callable[[], Quality], date]:
    """Return a reader of the quality table and its date; ours is only read when it is asked for."""
    if path is not None:
        table = _read_quality(path)
        return lambda: table, table.updated_on
    ours = shipped("quality_by_task")
    with ours.open(encoding="utf-8") as file:
        head = file.read(HEAD)
    return partial(_read_quality, ours), date.fromisoformat(UPDATED_ON.findall(head)[0])


def _read_quality(path: Path) -> Quality:
    from ftvp.tables.quality import Quality

    return load_table(Quality, path)


def shipped(name: str) -> Path:
    """Return where a table lies that ships with ftvp: in the wheel as JSON, else as YAML."""
    compiled = data_folder() / f"{name}.json"
    return compiled if compiled.is_file() else compiled.with_suffix(".yaml")


def load_table(shape: type[T], path: Path) -> T:
    """Return one table; FileProblemsError names every mistake with its file, line and key."""
    if path == shipped(path.stem) and path.suffix == ".json":
        return shape.model_validate_json(path.read_bytes())
    text = read_text(path)

    def place(key: KeyPath) -> tuple[str, int | None]:
        return path.name, line_of(text, key)

    return shaped(shape, load_yaml(text, path.name), place)
