"""Overlay files: read, checked against the price table, and laid over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftvp.errors import FileProblemsError, Problem, UnwritableFileError, visible
from ftvp.files.disk import read_text, write_keeping
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import Place, shaped
from ftvp.files.yaml import line_of, load_yaml, yaml_text
from ftvp.tables.issues import overlay_doubts, overlay_errors
from ftvp.tables.overlay import discount_overlay

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.overlay import Overlay
    from ftvp.tables.pricing import Pricing

BLOCKS = ("models", "discounts", "sources", "tokenizers", "caching")


def overlaid(tables: Tables, files: Sequence[str], day: date | None = None) -> Tables:
    """Return the tables under overlay files, the last one strongest, each with its doubts.

    Tables that the same files already lie over are returned as they are. `day` is the day on which
    the files are looked at. FileProblemsError names every mistake of a file.
    """
    if list(files) == [overlay.file for overlay in tables.overlays if overlay.file != TOLD_FILE]:
        return tables
    for file in files:
        name, text = _named_text(file)
        overlay = read_overlay(tables.pricing, load_yaml(text, name), text, name)
        found = overlay_doubts(tables.pricing, overlay, day)
        doubted = (f"{Problem(name, each.says, line_of(text, each.path))}" for each in found)
        tables = tables.under(overlay, file, tuple(map(visible, doubted)))
    return tables


def discounted(tables: Tables, told: Mapping[str, float] | None, day: date) -> Tables:
    """Return the tables with discounts that are told without a file, over their overlays."""
    if not told or any(overlay.file == TOLD_FILE for overlay in tables.overlays):
        return tables
    return tables.under(discount_overlay(tables.pricing, told, day), TOLD_FILE)


TOLD_FILE = "--discount"
"""What discounts are called that are told without a file."""


def _named_text(file: str) -> tuple[str, str]:
    text = read_text("-" if file == "-" else Path(file))
    return ("standard input" if file == "-" else Path(file).name), text


def load_overlay(pricing: Pricing, file: str) -> Overlay:
    """Return an overlay; FileProblemsError names every mistake with its line, by line."""
    name, text = _named_text(file)
    return read_overlay(pricing, load_yaml(text, name), text, name)


def read_overlay(pricing: Pricing, data: object, text: str, name: str) -> Overlay:
    """Return the overlay that a YAML text of this name says, checked against the price table."""
    from ftvp.tables.overlay import Overlay

    def place(key: KeyPath) -> tuple[str, int | None]:
        return name, line_of(text, key)

    if not isinstance(data, Mapping):
        says = "is no overlay: write schema_version: 1, updated_on, then models or discounts"
        raise FileProblemsError([Problem(name, says)])
    try:
        overlay = shaped(Overlay, data, place)
    except FileProblemsError as error:
        problems = [*error.problems, *_misfits(pricing, _sound(data), place)]
        raise FileProblemsError(sorted(problems, key=_line)) from None
    if problems := list(_misfits(pricing, overlay, place)):
        raise FileProblemsError(sorted(problems, key=_line))
    return overlay


def save_overlay(overlay: Overlay, path: Path, made: str) -> Path | None:
    """Write an overlay, `made` in its first line; return where the file it replaces is kept."""
    try:
        if path.is_dir():
            raise UnwritableFileError(path, "is a folder. Name a file in it.")
        path.exists()
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise UnwritableFileError(path, f"cannot be written: {why}.") from None
    head = f"# {made}. Check it: ftvp pricing validate FILE\n"
    return write_keeping(path, head + yaml_text(overlay.model_dump(exclude_defaults=True)))


def tables_of(file: str) -> Tables:
    """Return the tables with the prices of a file: a price table, or an overlay on the one here."""
    from ftvp.files.tables import load_tables

    data = load_yaml(read_text(Path(file)), Path(file).name)
    if isinstance(data, Mapping) and "default_models" in data:
        return load_tables(pricing=Path(file))
    return overlaid(load_tables(), [file])


def _misfits(pricing: Pricing, overlay: Overlay, place: Place) -> Iterator[Problem]:
    for path, says, hint in overlay_errors(pricing, overlay):
        where, line = place(path)
        yield Problem(where, says, line, hint)


def _sound(data: Mapping[Any, Any]) -> Overlay:
    """Return the parts of a faulty overlay that have their shape, and so can be checked further."""
    from pydantic import ValidationError

    from ftvp.tables.overlay import Overlay

    head = {"schema_version": 1, "updated_on": "2000-01-01"}
    kept: dict[str, Any] = dict(head)
    for block in BLOCKS:
        rows = data.get(block)
        parts = [{name: row} for name, row in rows.items()] if isinstance(rows, Mapping) else [rows]
        for part in parts:
            try:
                Overlay.model_validate({**head, block: part})
            except ValidationError:
                continue
            kept[block] = {**kept.get(block, {}), **part} if isinstance(part, Mapping) else part
    return Overlay.model_validate(kept)


def _line(problem: Problem) -> int:
    return problem.line or 0
