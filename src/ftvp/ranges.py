"""Numbers and ranges as people write them, and the fields of records that take them.

A number is `8000`, `8,000`, `8_000`, `8k`, `1.2M`, `80%` or, where a field counts a day,
`240000/month`. A range is `5000..20000` or `5000..9000..20000`, or the same with ` to `: 1 in 20
lies below its lower end and 1 in 20 above its upper one. The middle of three is the median, that
of two follows from the field.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar, get_args

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from ftvp.errors import NotANumberError
from ftvp.units import PERCENT, Record

MONTH_DAYS = 30
"""Days of a month, of which all have traffic where nobody says otherwise."""
THREE = 3
"""Numbers of a range that tells its middle."""
WHOLE_UP_TO = 1e15
"""Below it every float that is a whole number is written as one."""

Scale = Literal["log", "logit", "linear"]
"""On which scale a range is even: of logarithms, of log odds, or of the numbers themselves."""
Unit = Literal["share", "percent", "per_day", "usd"]
"""What a percent sign, a period or the name of a currency means in a field."""

_PLAIN = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_GROUPED = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+(?:_[0-9]+)+)(?:\.[0-9]+)?"
_NUMBER = re.compile(
    rf"(?P<digits>[-+]?(?:{_GROUPED}|{_PLAIN})(?:e[-+]?[0-9]+)?)"
    r"\s*(?P<thousands>k|m|bn?)?\s*(?P<percent>%)?"
    r"\s*(?:(?:/\s*|per\s+|an?\s+)(?P<period>[a-z]+))?",
    re.IGNORECASE | re.ASCII,
)
_BETWEEN = re.compile(r"\s*\.\.\s*|\s+to\s+", re.IGNORECASE)
_TIMES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
_A_DAY = {"s": 86_400, "second": 86_400, "min": 1_440, "minute": 1_440, "h": 24, "hour": 24}
_A_DAY |= {"d": 1, "day": 1}
"""How many of a period are a day."""
_A_MONTH = {"w": 30 / 7, "week": 30 / 7, "mo": 1, "month": 1, "y": 1 / 12, "year": 1 / 12}
"""How many of a period are a month."""


class Spread(float):
    """A range as one number: the float is its middle, the point answer, and the ends stand beside.

    So a range is a number wherever one is wanted: `isinstance(x, float)` holds, arithmetic and
    JSON use the middle, and nothing breaks where a field may hold a range. `x.mid` is the same
    number as a plain float; `low`, `mid` and `high` of a value that may be either are those of
    `spread(x)`. As text it is the range in full, which reads back as itself.

    >>> guess = Spread(5_000, 9_000, 20_000)
    >>> guess * 2, guess.low, f"{guess:,.0f}"
    (18000.0, 5000.0, '5,000..9,000..20,000')
    """

    __slots__ = ("_high", "_low", "_two")
    _low: float
    _high: float
    _two: bool

    def __new__(cls, low: float, mid: float, high: float, *, two: bool = False) -> Self:
        """Make the range; `two` says that only its ends were told. ValueError where none rises."""
        if not (math.isfinite(low) and math.isfinite(high) and low <= mid <= high):
            msg = f"the numbers of a range rise and are finite, unlike {low:g}, {mid:g}, {high:g}"
            raise ValueError(msg)
        made = super().__new__(cls, mid)
        for name, value in (("_low", float(low)), ("_high", float(high)), ("_two", two)):
            object.__setattr__(made, name, value)
        return made

    @property
    def low(self) -> float:
        """The number that 1 in 20 lie below."""
        return self._low

    @property
    def mid(self) -> float:
        """The median, as a plain number."""
        return float.__float__(self)

    @property
    def high(self) -> float:
        """The number that 1 in 20 lie above."""
        return self._high

    @property
    def two(self) -> bool:
        """Whether only the ends were told, so that the middle followed from the field."""
        return self._two

    @property
    def width(self) -> float:
        """The distance between the ends; 0 for a range that is one number."""
        return self._high - self._low

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a range is a value."""
        msg = f"a range cannot change its {name}"
        raise AttributeError(msg)

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a range of the same three numbers."""
        return isinstance(other, Spread) and self._parts == other._parts

    def __ne__(self, other: object) -> bool:
        """Return the contrary of `==`, which `float` answers by the middle alone."""
        return not self == other

    def __hash__(self) -> int:
        """Return a hash of the three numbers."""
        return hash(self._parts)

    def __getnewargs_ex__(self) -> tuple[tuple[float, float, float], dict[str, bool]]:
        """Return what makes a copy."""
        return self._parts, {"two": self._two}

    def __getstate__(self) -> None:
        """Return nothing: what makes a copy is all there is."""

    def __repr__(self) -> str:
        """Return the range as Python writes it."""
        return f"Spread({self._low!r}, {self.mid!r}, {self._high!r}{', two=True' * self._two})"

    def __str__(self) -> str:
        """Return the text that reads back as this range, in its field."""
        return "..".join(
            repr(int(number) if number.is_integer() and abs(number) < WHOLE_UP_TO else number)
            for number in self.told
        )

    def __format__(self, spec: str) -> str:
        """Return the range with each number formatted, so that no text shows the middle alone."""
        return "..".join(format(number, spec) for number in self.told) if spec else str(self)

    @property
    def _parts(self) -> tuple[float, float, float]:
        return self._low, self.mid, self._high

    @property
    def told(self) -> tuple[float, ...]:
        """The two or three numbers that were told."""
        return (self._low, self._high) if self._two else self._parts


def spread(value: float) -> Spread:
    """Return a number or a range as a range; a number's has no width.

    >>> spread(7).width, spread(Spread(1, 2, 3)).high
    (0.0, 3.0)
    """
    return value if isinstance(value, Spread) else Spread(value, value, value)


class Definition(NamedTuple):
    """What a field takes: its bounds, and what a percent sign or a period means there."""

    low: float = -math.inf
    high: float = math.inf
    unit: Unit | None = None

    @property
    def whole(self) -> float | None:
        """All of what a share or percentage is a part of; None where the field is neither."""
        whole = {"share": 1.0, "percent": 100.0}.get(self.unit or "")
        return whole if self.low >= 0 and self.high == whole else None

    def scale(self, low: float, high: float) -> Scale:
        """Return on which scale a range of this field is even.

        What may be negative, an amount that may be 0, and a share that may be none or all have no
        finite logarithm.
        """
        if self.low < 0 or low <= 0:
            return "linear"
        if self.whole is None:
            return "log"
        return "logit" if high < self.whole else "linear"

    def median(self, low: float, high: float) -> float:
        """Return the middle of two ends, on the scale of their range.

        >>> Definition(low=0).median(200, 800), Definition(0, 1, "share").median(0, 0.5)
        (400.0, 0.25)
        """
        scale = self.scale(low, high)
        if scale == "linear":
            middle = low + (high - low) / 2
        elif scale == "log":
            square = low * high
            exact = 0 < square < math.inf
            middle = math.sqrt(square) if exact else math.sqrt(low) * math.sqrt(high)
        else:
            whole = self.whole or 1
            odds = math.sqrt(low * high / ((whole - low) * (whole - high)))
            middle = whole * (odds / (1 + odds))
        return min(max(float(f"{middle:.15g}"), low), high)

    def read(self, text: str, days: float = MONTH_DAYS) -> float:
        """Return the number or the range (a Spread) that a text says; NotANumberError otherwise.

        `days` are those with traffic in a month, for rates. A range without width is its number.

        >>> Definition(0, unit="per_day").read("240k/month"), Definition().read("5 to 9")
        (8000.0, Spread(5.0, 7.0, 9.0, two=True))
        """
        words = _BETWEEN.split(text.strip())
        if "..." in text or (len(words) > 1 and not all(words)):
            raise NotANumberError(text, "dots")
        if len(words) > THREE:
            raise NotANumberError(text, "many")
        matches = [_NUMBER.fullmatch(word.replace("\N{MINUS SIGN}", "-")) for word in words]
        written = [match for match in matches if match is not None]
        if len(written) < len(words):
            raise NotANumberError(text, "number")
        numbers = self._numbers(text, written, days)
        low, high = numbers[0], numbers[-1]
        if numbers != sorted(numbers):
            raise NotANumberError(text, "order")
        if low == high:
            return low
        if len(numbers) == THREE:
            return Spread(low, numbers[1], high)
        return Spread(low, self.median(low, high), high, two=True)

    def _numbers(self, text: str, written: Sequence[re.Match[str]], days: float) -> list[float]:
        """Return the numbers of a range; a percent sign or period of its last holds for all.

        `5..20k` can be meant as 5 or as 5k, `0.5..80%` as a half or as half a percent: both are
        refused; `800..1.2k` can only be meant one way.
        """
        last = written[-1]
        most = _digits(last) * _times(last)
        numbers = []
        for match in written:
            number = _digits(match)
            could_be_thousands = 0 < number * _times(last) <= most
            if last["thousands"] and not match["thousands"] and could_be_thousands:
                raise NotANumberError(text, "thousands")
            could_be_a_share = self.unit == "share" and 0 < number <= 1
            if last["percent"] and not match["percent"] and could_be_a_share:
                raise NotANumberError(text, "sign")
            number *= _times(match)
            if match["percent"] or last["percent"]:
                number /= self._percents(text)
            number = self._a_day(text, number, match["period"] or last["period"], days)
            if not math.isfinite(number):
                raise NotANumberError(text, "large")
            numbers.append(number)
        return numbers

    def _percents(self, text: str) -> float:
        """Return how many percent are one of the field's unit."""
        if self.unit not in ("share", "percent"):
            raise NotANumberError(text, "percent")
        return PERCENT if self.unit == "share" else 1

    def _a_day(self, text: str, number: float, period: str | None, days: float) -> float:
        """Return a number of a period as one of a day with traffic."""
        if period is None:
            return number
        if self.unit != "per_day":
            raise NotANumberError(text, "period")
        each = period.lower()
        if each in _A_DAY:
            return number * _A_DAY[each]
        if each not in _A_MONTH:
            raise NotANumberError(text, "unknown_period")
        return number * _A_MONTH[each] / days


def _digits(match: re.Match[str]) -> float:
    return float(match["digits"].replace(",", ""))


def _times(match: re.Match[str]) -> float:
    return _TIMES.get((match["thousands"] or "").lower(), 1)


def other_reading(text: str) -> float | None:
    """Return what a number is if its dots separate thousands, None where they cannot.

    `3.000` is 3, as it is written; whoever can be asked may have meant 3,000.

    >>> other_reading("3.000"), other_reading("3.5")
    (3000.0, None)
    """
    dotted = re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text.strip(), re.ASCII)
    return float(text.replace(".", "")) if dotted else None


AMOUNT = r"(?P<before>[A-Z]{3}|[$€£])?\s*(?P<number>.*?)\s*(?P<after>[A-Z]{3}|[$€£])?"
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}


def in_usd(text: str, rates: Mapping[str, float]) -> str | float:
    """Return an amount in USD by the rates that are told, per dollar; in USD it stays a text.

    ValueError where the rate of its currency is not told.

    >>> in_usd("$90", {}), in_usd("80 EUR", {"EUR": 0.8})
    ('90', 100.0)
    """
    match = re.fullmatch(AMOUNT, text.strip())
    if match is None or (match["before"] and match["after"]):
        return text
    sign = match["before"] or match["after"] or "USD"
    code = SYMBOLS.get(sign, sign)
    if code == "USD":
        return match["number"]
    if code not in rates:
        msg = f"{text} needs the rate: --currency {code} --fx RATE@DATE"
        raise ValueError(msg)
    amount, rate = Definition().read(match["number"]), rates[code]
    if isinstance(amount, Spread):
        return Spread(amount.low / rate, amount.mid / rate, amount.high / rate, two=amount.two)
    return amount / rate


def no_boolean(value: object) -> object:
    """Return what is no boolean, which Python would take for 0 or 1; ValueError for one."""
    if isinstance(value, bool):
        msg = "true and false are no answer here"
        raise ValueError(msg)  # noqa: TRY004  pydantic words a ValueError
    return value


_NUMBERS: dict[object, CoreSchema] = {}
"""The schemas of the types of numbers, which many fields share."""
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
            before = info.data or {}  # the fields that stand before this one
            if isinstance(value, str) and self.unit == "usd":
                fx = before.get("fx")
                value = in_usd(value, {str(before.get("currency")): fx.rate} if fx else {})
            if isinstance(value, str):
                days = before.get("days_per_month")
                value = self.definition(source).read(value, float(days or MONTH_DAYS))
            no_boolean(value)
            if not isinstance(value, Spread):
                return checked(value)
            for end in value.told:
                number = checked(end)
            return value if value.width else number

        written = core_schema.plain_serializer_function_ser_schema(_written, info_arg=True)
        if number not in _NUMBERS:
            _NUMBERS[number] = handler.generate_schema(number)
        return core_schema.with_info_wrap_validator_function(
            read, _NUMBERS[number], serialization=written
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return that a number or the text of one or of a range is taken."""
        number = handler(schema["schema"])
        return {"anyOf": [number, {"type": "string", "examples": ["5000..20000"]}]}


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
RangedUsd = Annotated[N | Spread, Ranges("usd")]
"""The same in USD, or in the currency of the record's `currency` and `fx`, which stand before."""


class WrittenNumber(NamedTuple):
    """The mark of a field that takes one number, written as people write it."""

    unit: Unit | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the number, with texts read before it."""

        def read(value: object) -> object:
            if not isinstance(value, str):
                return no_boolean(value)
            number = Definition(unit=self.unit).read(value)
            if isinstance(number, Spread):
                raise NotANumberError(value, "range")
            return number

        return core_schema.no_info_before_validator_function(read, handler(source))


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


def text_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as JSON has them: a range as its text."""
    return {k: str(v) if isinstance(v, Spread) else v for k, v in fields.items()}


R = TypeVar("R", bound=Record)


def told_ranges(record: Record) -> dict[str, Spread]:
    """Return the fields of a record that hold a range, in order."""
    values = {name: getattr(record, name) for name in type(record).model_fields}
    return {name: value for name, value in values.items() if isinstance(value, Spread)}


def at_middle(record: R) -> R:
    """Return the record with each range replaced by its middle, a plain number."""
    middles = {name: value.mid for name, value in told_ranges(record).items()}
    return record.model_copy(update=middles) if middles else record
