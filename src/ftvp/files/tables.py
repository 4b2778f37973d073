"""The versioned tables, read and checked: every mistake with its file, line and key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin
from zlib import crc32

from pydantic import BaseModel

from ftvp.errors import DamagedInstallationError
from ftvp.files.disk import read_text
from ftvp.files.values import Lines, load_yaml, shaped
from ftvp.tokens.counting import data_folder

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.quality import QualityTable

HEAD = 500
"""Characters within which a table that ships with ftvp says when it was updated."""
SEALED = b'{"crc32":"%08x","table":'
"""What a table of the wheel begins with: the checksum of what stands between this and its end."""
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


def _quality(path: Path | None) -> tuple[Callable[[], QualityTable], date]:
    """Return a reader of the quality table and its date; the shipped one is read on first use."""
    if path is not None:
        table = _read_quality(path)
        return lambda: table, table.updated_on
    ours = shipped("quality_by_task")
    with ours.open(encoding="utf-8") as file:
        head = file.read(HEAD)
    return partial(_read_quality, ours), date.fromisoformat(UPDATED_ON.findall(head)[0])


def _read_quality(path: Path) -> QualityTable:
    from ftvp.tables.quality import QualityTable

    return load_table(QualityTable, path)


def shipped(name: str) -> Path:
    """Return where a table lies that ships with ftvp: in the wheel as JSON, else as YAML."""
    compiled = data_folder() / f"{name}.json"
    return compiled if compiled.is_file() else compiled.with_suffix(".yaml")


def load_table(shape: type[T], path: Path) -> T:
    """Return one table; FileProblemsError names every mistake with its file, line and key.

    A table that ships with ftvp is read once in a process: it is frozen, and so is its file.
    """
    is_ours = path.parent == data_folder() and path == shipped(path.stem)
    return _shipped_table(shape, path) if is_ours else _checked(shape, path)


@cache
def _shipped_table(shape: type[T], path: Path) -> T:
    if path.suffix != ".json":
        return _checked(shape, path)
    data = path.read_bytes()
    head = len(SEALED % 0)
    content = data[head:-1]
    if data[:head] != SEALED % crc32(content):
        raise DamagedInstallationError(path)
    table: T = trusted(shape)(json.loads(content))
    return table


def _checked(shape: type[T], path: Path) -> T:
    text = read_text(path)
    return shaped(shape, load_yaml(text, path.name), Lines(text, path.name))


def trusted(shape: type[T]) -> Callable[[Any], T]:
    """Return a function that builds a record from values validated when the wheel was built.

    It converts what JSON has as text, whole numbers and lists, and checks nothing: with that, and
    without building validators, the price table loads eight times as fast. A test compares it
    with what pydantic builds from the same values.
    """
    fields = shape.model_fields
    missing = {name: None if f.is_required() else f.default for name, f in fields.items()}
    made = [(name, f.get_default) for name, f in fields.items() if f.default_factory]
    types: dict[str, Any] = {name: f.annotation for name, f in fields.items()}
    readers = [(name, r) for name, annotation in types.items() if (r := _reader(annotation))]
    new, put = shape.__new__, object.__setattr__

    def read(values: Mapping[str, Any]) -> T:
        state: dict[str, Any] = {**missing, **values}
        for name, default in made:
            if name not in values:
                state[name] = default(call_default_factory=True, validated_data={})
        for name, convert in readers:
            value = values.get(name)
            if value is not None:
                state[name] = convert(value)
        record = new(shape)
        put(record, "__dict__", state)
        put(record, "__pydantic_fields_set__", set(values))
        put(record, "__pydantic_extra__", None)
        put(record, "__pydantic_private__", None)
        return record

    return read


@cache
def _reader(annotation: Any) -> Reader | None:  # noqa: ANN401  an annotation can be anything
    """Return what converts a JSON value to a type, None where it is of the type already."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _reader(arguments[0])
    if origin in (Union, UnionType):
        arms = [arm for arm in arguments if arm is not NoneType]
        if len(arms) > 1:
            return _number_or_text if any(_reader(arm) is float for arm in arms) else None
        return _reader(arms[0])
    if origin in (tuple, dict):
        read = _reader(arguments[0 if origin is tuple else 1])
        return partial(_listed if origin is tuple else _mapped, read) if read else PLAIN.get(origin)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return trusted(annotation)
    return PLAIN.get(annotation)


Reader = Callable[[Any], Any]
PLAIN: Mapping[object, Reader] = {date: date.fromisoformat, float: float, tuple: tuple}
"""The types that JSON has none of, or has in another form."""


def _number_or_text(value: object) -> object:
    return float(value) if isinstance(value, int) else value


def _listed(read: Reader, values: Iterable[object]) -> tuple[object, ...]:
    return tuple(map(read, values))


def _mapped(read: Reader, values: Mapping[str, object]) -> dict[str, object]:
    return {key: read(value) for key, value in values.items()}
