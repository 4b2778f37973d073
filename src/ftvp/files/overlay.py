"""Overlay files: read, checked against the price table, and laid over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ftvp.errors import FileProblemsError, Problem, visible
from ftvp.files.disk import STANDARD_INPUT, place_of, read_text, write_keeping
from ftvp.files.values import Lines, load_yaml, shaped, yaml_text
from ftvp.tables.overlay import Overlay, discount_overlay, overlay_doubts, overlay_errors

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.pricing import Pricing

BLOCKS = ("models", "discounts", "sources", "tokenizers", "caching")
DISCOUNT_FILE = "--discount"
"""What discounts that are given without a file are called in place of its name."""


def overlaid(tables: Tables, files: Sequence[str], day: date | None = None) -> Tables:
    """Return the tables under overlay files, the last one strongest, each with its doubts.

    Tables that the same files already lie over are returned as they are. `day` is the day on which
    the files are looked at. FileProblemsError names every mistake of a file.
    """
    if list(files) == [each.file for each in tables.overlays if each.file != DISCOUNT_FILE]:
        return tables
    for file in files:
        overlay, lines = _read(tables.pricing, file)
        issues = overlay_doubts(tables.pricing, overlay, day)
        doubts = (visible(str(lines.problem(*issue))) for issue in issues)
        tables = tables.under(overlay, file, tuple(doubts))
    return tables


def discounted(tables: Tables, percents: Mapping[str, float] | None, day: date) -> Tables:
    """Return the tables with discounts that are given without a file, over their overlays."""
    if not percents or any(overlay.file == DISCOUNT_FILE for overlay in tables.overlays):
        return tables
    return tables.under(discount_overlay(tables.pricing, percents, day), DISCOUNT_FILE)


def load_overlay(pricing: Pricing, file: str) -> Overlay:
    """Return an overlay, "-" from standard input; FileProblemsError names every mistake by line."""
    return _read(pricing, file)[0]


def _read(pricing: Pricing, file: str) -> tuple[Overlay, Lines]:
    text = read_text(place_of(file))
    name = STANDARD_INPUT if file == "-" else Path(file).name
    lines = Lines(text, name)
    return read_overlay(pricing, load_yaml(text, name), lines), lines


def read_overlay(pricing: Pricing, data: object, lines: Lines) -> Overlay:
    """Return the overlay that the values of a YAML text say, checked against the price table."""
    if not isinstance(data, Mapping):
        says = "is no overlay: write schema_version: 1, updated_on, then models or discounts"
        raise FileProblemsError([Problem(lines.name, says)])
    problems: list[Problem] = []
    try:
        overlay = shaped(Overlay, data, lines)
    except FileProblemsError as error:
        problems += error.problems
        overlay = _sound_parts(data)
    problems += [lines.problem(*issue) for issue in overlay_errors(pricing, overlay)]
    if problems:
        raise FileProblemsError(sorted(problems, key=lambda problem: problem.line or 0))
    return overlay


def _sound_parts(data: Mapping[Any, Any]) -> Overlay:
    """Return the valid parts of an invalid overlay, so that they can be checked further."""
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


def save_overlay(overlay: Overlay, path: Path, made: str) -> Path | None:
    """Write an overlay, `made` in its first line; return where the file it replaces is kept."""
    head = f"# {made}. Check it: ftvp pricing validate FILE\n"
    return write_keeping(path, head + yaml_text(overlay.model_dump(exclude_defaults=True)))


def tables_of(file: str) -> Tables:
    """Return the tables with the prices of a file: a price table, or an overlay on the one here."""
    from ftvp.files.tables import load_tables

    data = load_yaml(read_text(Path(file)), Path(file).name)
    if isinstance(data, Mapping) and "default_models" in data:
        return load_tables(pricing=Path(file))
    return overlaid(load_tables(), [file])
