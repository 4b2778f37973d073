"""Fields of a record that take a number or a range of it, with the bounds of the number's type."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, TypeVar, get_args

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from ftvp.errors import NotANumberError
from ftvp.ranges import MONTH_DAYS, Definition, Spread, Unit
from ftvp.units import Record

TINY = 1e-9
"""How far from a bound that itself is not allowed the nearest number is drawn."""


class Ranges(NamedTuple):
    """The mark of a field that takes a number or a range, and how pydantic reads and writes it.

    The bounds stay those of the number's own type: `Ranged[Annotated[float, Field(ge=0)]]`. Each
    number of a range must keep them. JSON written by pydantic has the range's text, which reads
    back; `at_middle` gives the record of point answers.
    """

    unit: Unit | None = None

    def definition(self, annotation: object) -> Definition:
        """Return the definition of a field from the annotation that this mark stands in."""
        low, high = -math.inf, math.inf
        for mark in _marks(annotation):
            ends = {name: float(end) for name, end in mark.items() if end is not None}
            low = ends.get("ge", ends["gt"] + TINY if "gt" in ends else low)
            high = ends.get("le", ends["lt"] - TINY if "lt" in ends else high)
        return Definition(low, high, self.unit)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the number, with ranges and texts read before it."""
        number, _ = get_args(source)

        def read(
            value: object, checked: core_schema.ValidatorFunctionWrapHandler, info: ValidationInfo
        ) -> object:
            if isinstance(value, str):
                value = self.definition(source).read(value, _days(info))
            if not isinstance(value, Spread):
                return checked(value)
            for end in value.told:
                number = checked(end)
            return value if value.width else number

        written = core_schema.plain_serializer_function_ser_schema(_written, info_arg=True)
        return core_schema.with_info_wrap_validator_function(
            read, handler.generate_schema(number), serialization=written
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return that a number or the text of one or of a range is taken."""
        number = handler(schema["schema"])
        return {"anyOf": [number, {"type": "string", "examples": ["5000..20000"]}]}


def _days(info: ValidationInfo) -> float:
    """Return the days with traffic in a month, which stand before the field in its record."""
    told = (info.data or {}).get("days_per_month")
    return float(told) if told else MONTH_DAYS


def _written(value: object, info: SerializationInfo) -> object:
    return str(value) if isinstance(value, Spread) and info.mode == "json" else value


N = TypeVar("N", bound=float)
Ranged = Annotated[N | Spread, Ranges()]
"""A number or a range of it: `Ranged[Annotated[float, Field(ge=0)]]`."""
RangedPerDay = Annotated[N | Spread, Ranges("per_day")]
"""The same, where the field counts a day and may be told of another period.

A record with `days_per_month` has it before such a field: by it a month's number becomes a day's.
"""
RangedPercent = Annotated[N | Spread, Ranges("percent")]
"""The same in percent or points: `80%` is 80."""
RangedShare = Annotated[N | Spread, Ranges("share")]
"""The same as a share, 0 to 1: `80%` is 0.8."""


def written(unit: Unit | None = None) -> BeforeValidator:
    """Return the mark of a field that takes one number, written as people write it."""
    definition = Definition(unit=unit)

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        number = definition.read(value)
        if isinstance(number, Spread):
            raise NotANumberError(value, "range")
        return number

    return BeforeValidator(read)


def _marks(annotation: object) -> Sequence[dict[str, Any]]:
    """Return the bounds that an annotation holds, the innermost last."""
    metadata = getattr(annotation, "__metadata__", ())
    nested = [inner for mark in metadata for inner in getattr(mark, "metadata", ())]
    own = [
        {name: getattr(mark, name, None) for name in ("ge", "gt", "le", "lt")}
        for mark in (*metadata, *nested)
    ]
    below = [mark for each in get_args(annotation) for mark in _marks(each)]
    return [*own, *below]


def definition(record: type[Record], field: str) -> Definition | None:
    """Return what a field takes that may hold a range; None for one that may not."""
    info = record.model_fields[field]
    marked = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return _definition_in(marked)


def _definition_in(annotation: object) -> Definition | None:
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Ranges):
            return mark.definition(annotation)
    inside = (_definition_in(each) for each in get_args(annotation))
    return next((found for found in inside if found is not None), None)


R = TypeVar("R", bound=Record)


def told_ranges(record: Record) -> dict[str, Spread]:
    """Return the fields of a record that hold a range, in order."""
    values = {name: getattr(record, name) for name in type(record).model_fields}
    return {name: value for name, value in values.items() if isinstance(value, Spread)}


def at_middle(record: R) -> R:
    """Return the record with each range replaced by its middle, a plain number."""
    middles = {name: value.mid for name, value in told_ranges(record).items()}
    return record.model_copy(update=middles) if middles else record
