"""USD, tokens, shares, days and months: the units that everything shares."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

HOURS_PER_MONTH = 730
HOURS_PER_DAY = 24
DAYS_PER_MONTH = 30
SECONDS_PER_DAY = 86_400
MONTHS_PER_YEAR = 12
PERCENT = 100
TOKENS_PER_MTOK = 1_000_000
DAY = r"\d{4}-\d{2}-\d{2}"
FIRST_DAY, LAST_DAY = "1900-01-01", "2999-12-31"
TWELVE_DIGITS = 1e-12
"""A part so small that rounding alone can make it: what is smaller beside a sum is nothing."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number written as one: YAML's bare `no` is False, which must not become a price of 0."""
Whole = Annotated[int, Field(strict=True)]
"""A whole number written as one."""
Usd = Annotated[Number, Field(ge=0)]
"""An amount of US dollars from 0 up."""
UsdPerMtok = Annotated[Number, Field(ge=0)]
"""A price in USD per million tokens."""
Tokens = Annotated[Whole, Field(ge=0)]
"""A whole number of tokens from 0 up."""


def _day(value: object) -> object:
    """Return a day, or the text of one; seconds since 1970 and times of day are none."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise PydanticCustomError("date_type", "must be a day, written as 2026-11-23")
    if isinstance(value, str) and not re.fullmatch(DAY, value):
        raise PydanticCustomError("date_type", "must be a day, written as 2026-11-23")
    if not FIRST_DAY <= str(value) <= LAST_DAY:
        raise PydanticCustomError("date_far", "must be a day of the years 1900 to 2999")
    return value


def read_day(text: str) -> date:
    """Return a day that is written as 2026-11-23; ValueError for any other text."""
    return date.fromisoformat(str(_day(text)))


Day = Annotated[date, BeforeValidator(_day)]
"""A day, written as 2026-11-23 and in no other way."""


def _file_name(value: object, validated: ValidatorFunctionWrapHandler) -> object:
    """Return a file's name, whose bytes need not be UTF-8: Python keeps others as surrogates."""
    escaped = isinstance(value, str) and any("\udc80" <= letter <= "\udcff" for letter in value)
    return value if escaped else validated(value)


FileName = Annotated[str, Field(min_length=1, max_length=4096), WrapValidator(_file_name)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A part of a whole, 0 to 1."""
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
"""A quality, 0 to 100."""
Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
"""A difference of two percentages."""


class MisplacedError(ValueError):
    """A value that does not fit another of its record; `at` leads from the record to it."""

    def __init__(self, says: str, *at: str | int) -> None:
        """Say what is wrong, and name the keys on the way to it."""
        super().__init__(says)
        self.at = at


class Record(BaseModel):
    """A frozen value that refuses unknown keys: the base of tables, scenarios and results."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,
        protected_namespaces=(),
    )


class PromptTokens(Record):
    """The tokens of a prompt, by part, as one tokenizer counts them."""

    instructions: int
    """What is the same in each request and no worked example."""
    shots: tuple[int, ...] = ()
    """Tokens of each worked example, in order."""
    request: int = 0
    """What differs from request to request."""
    request_is_slot: bool = False
    """Whether the prompt has only a place for the request, so that `request` says nothing."""
    answers: tuple[int, ...] = ()
    """Tokens of each worked answer that the shots show."""
    mean_answer: float | None = None
    """Mean tokens of the shots' answers, None where they have none."""
    encoding: str
    """What it was counted with."""
    exact: bool
    """False where another model's encoding was scaled."""
    error_percent: float = 0
    """How far the count may be off, either way; 0 where it is exact."""
    warnings: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Tokens of the whole prompt."""
        return self.instructions + sum(self.shots) + self.request


class Currency(Record):
    """What amounts are shown in: so much of it for one US dollar, on a day."""

    code: str
    """Three letters, such as EUR."""
    rate: float
    """How much of it one US dollar is."""
    dated: date
    """The day of the rate."""
