"""The output formats: one registry of them, and those for programs: JSON, its schemas, and CSV.

A new format is a module in this room and an entry in `FORMATS`; `--format`, the endings of
`--output` and the help follow from it.
"""

import ast
import inspect
import json
import re
from itertools import pairwise
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from pydantic.json_schema import GenerateJsonSchema

from ftvp.documents import SCHEMAS, document_of, load_object, page_of, view_of
from ftvp.errors import NotATableError, UnknownNameError, visible_lines
from ftvp.units import Record

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core.core_schema import ModelSchema

    from ftvp.render.document import Page


class Format(NamedTuple):
    """A format: the `module:function` that writes it, and the ending of files written in it.

    The function takes a `Screen` and a `Medium`; a `Page` where `is_kept`, an answer where
    `is_data`.
    """

    writer: str
    suffix: str = ""
    is_data: bool = False
    """Whether it is for programs: all of an answer, its amounts in USD."""
    is_kept: bool = False
    """Whether it is a document to keep, which always has all that an answer rests on."""


FORMATS = {
    "rich": Format("ftvp.render.text:terminal_text"),
    "plain": Format("ftvp.render.text:plain_text"),
    "markdown": Format("ftvp.render.markdown:markdown_text", ".md", is_kept=True),
    "html": Format("ftvp.render.html:html_text", ".html", is_kept=True),
    "json": Format("ftvp.render.formats:json_text", ".json", is_data=True),
    "csv": Format("ftvp.render.formats:csv_text", ".csv", is_data=True),
}
"""By the name that `--format` takes; the first is the default."""


class Medium(NamedTuple):
    """What blocks are written to: its columns, and whether it has colour and room for all.

    What has no room for all takes a first screen.
    """

    width: int = 80
    colour: bool = False
    whole: bool = True


def format_named(name: str) -> Format:
    """Return a format; UnknownNameError names the nearest."""
    if name not in FORMATS:
        raise UnknownNameError("format", name, list(FORMATS), "ftvp breakeven --help")
    return FORMATS[name]


def text_of(
    answer: Record, form: str, *, width: int = 80, colour: bool = False, explain: bool = False
) -> str:
    """Return an answer as text that ends in a line break; `width` is in columns.

    `colour` is for terminals only: without it the text holds no escape codes. `explain` adds to a
    first screen all that it rests on.
    """
    wanted = format_named(form)
    if wanted.is_data:
        text: str = load_object(wanted.writer)(answer)
        return text
    if wanted.is_kept:
        return write(page_of(answer)(answer), form)
    document, view = document_of(answer), view_of(answer)
    medium = Medium(width, colour, explain or not document.explains)
    return write(view(answer, explain), form, medium)


def write(screen: "Page", form: str, medium: Medium | None = None) -> str:
    """Return blocks in a format that people read."""
    text: str = load_object(format_named(form).writer)(screen, medium or Medium())
    return text


OBEYED = "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
"""Characters beside those that JSON escapes itself which a terminal obeys, or does not show."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that spreadsheets calculate."""


@runtime_checkable
class Tabular(Protocol):
    """An answer that can be shown as one table."""

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return its rows, each with the same keys."""


def json_text(answer: Record) -> str:
    """Return an answer as JSON text that ends in a line break.

    Numbers keep 12 significant digits, dates are ISO, what is not known is null. Text stays UTF-8;
    only half characters, which UTF-8 has no bytes for, and what a terminal obeys are escaped.
    """
    document = rounded(answer.model_dump(mode="json", by_alias=True))
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    if not text.isascii() or "\x7f" in text:  # compiled on first use: most texts need it not
        text = re.sub(OBEYED, lambda found: f"\\u{ord(found[0]):04x}", text)
    return f"{text}\n"


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document or table, in the dialect of 2020-12."""
    document = SCHEMAS[name]
    shape: type[Record] = load_object(document.model or "")
    schema = shape.model_json_schema(
        mode="serialization" if document.written else "validation",
        schema_generator=DescribedSchema,
    )
    if document.completes is not None:
        schema = load_object(document.completes)(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


class DescribedSchema(GenerateJsonSchema):
    """A schema whose fields are described by the docstrings that stand below them."""

    def model_schema(self, schema: "ModelSchema") -> "JsonSchemaValue":
        """Return the schema of a record, each field with its description."""
        found = super().model_schema(schema)
        described = {
            field.alias or name: text
            for base in reversed(schema["cls"].__mro__)
            if issubclass(base, Record)
            for name, text in docstrings(base).items()
            if (field := schema["cls"].model_fields.get(name))
        }
        for name, each in found.get("properties", {}).items():
            if name in described:
                each.setdefault("description", described[name])
        return found


def docstrings(kind: type) -> dict[str, str]:
    """Return the docstrings that stand below the fields of a class, by field, in words of JSON."""
    [tree] = ast.parse(dedent(inspect.getsource(kind))).body
    found = {}
    for field, below in pairwise(getattr(tree, "body", ())):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = re.sub(r"\bNone\b", "null", " ".join(text.split()))
    return found


def csv_text(answer: Record) -> str:
    """Return the rows of an answer that has a table as CSV; NotATableError where it has none.

    Numbers keep 12 significant digits, as in JSON.
    """
    import csv
    import io

    rows = answer.csv_rows() if isinstance(answer, Tabular) else []
    if not rows:
        raise NotATableError
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    """Return a value as a spreadsheet takes it: no text is a formula, none moves a cursor."""
    if not isinstance(value, str):
        return rounded(value)
    text = visible_lines(value)
    return f"'{text}" if value.startswith(FORMULA) else text


def rounded(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Return a JSON value with every fraction at 12 significant digits.

    >>> rounded({"usd": 18.689625000000007, "cells": [-0.0, 3]})
    {'usd': 18.689625, 'cells': [0.0, 3]}
    """
    if isinstance(value, float):
        return float(f"{value:.12g}") + 0.0
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list) else value
