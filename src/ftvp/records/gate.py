"""Conditions on an answer: `path OP value` over its JSON, read and compared, never evaluated.

Null is "not known" and satisfies `== null` alone; but of months, requests, dates and volumes of a
break-even it is "never", which is later and more than any value.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, Field

from ftvp.errors import GateError, ShutDownError, nearest, visible
from ftvp.render.document import Block, Lead
from ftvp.scenario import Scenario, ToldScenario
from ftvp.tables.bundle import Header, Tables, header
from ftvp.tables.framework import Choice
from ftvp.units import Record

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
WRITTEN = re.compile(r"\s*([A-Za-z_][\w.\[\]-]*)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*", re.DOTALL)
BARE = re.compile(r"[\w./@%:+-]+")
NEVER = frozenset({"months", "requests", "date", "requests_per_day"})
"""Keys of a break-even that are null where it is never reached."""
NEVER_IN = frozenset({"breakeven", "breakeven_volume"})
AGE = "price_age_days"
"""A path beside those of the document: the days since the oldest price used was checked."""
MAX_LISTED = 8
Value = float | str | bool | None


@dataclass(frozen=True)
class Gate:
    """One condition; where it has no operator, it holds of true."""

    text: str
    path: tuple[str, ...]
    sign: str
    value: Value

    def holds(self, answer: Record, shape: type[BaseModel] | None = None) -> bool:
        """Return whether the condition holds of an answer; GateError where it does not fit.

        `shape` is the document whose keys may be named: that of the answer, unless told.
        """
        found = self.found(answer, shape or type(answer))
        if isinstance(found, Mapping | list):
            name = ".".join(self.path)
            keys = listed(f"{name}.{key}" for key in found) if isinstance(found, Mapping) else ""
            raise GateError(self.text, f"'{name}' is no single value{keys or f': {name}.0'}")
        return self._compared(found)

    def found(self, answer: Record, shape: type[BaseModel]) -> Any:  # noqa: ANN401  any JSON value
        """Return what stands at the path; what an answer leaves out, but may have, is null.

        The keys of a decision's `cost` may be named without it.
        """
        if self.path == (AGE,):
            return price_age_days(answer)
        values: Any
        path, keys, values = (
            self.path,
            keys_of(shape),
            answer.model_dump(mode="json", by_alias=True),
        )
        if path[0] not in keys and "cost" in keys and path[0] in keys_of(shape_at(shape, "cost")):
            path = ("cost", *path)
        inside: object = shape
        for place, step in enumerate(path):
            if step.isdigit() and (values is None or isinstance(values, list)):
                values = values[int(step)] if values and int(step) < len(values) else None
                continue
            if isinstance(values, Mapping) and step in values:
                values = values[step]
            elif step in keys_of(inside) and not isinstance(values, list):
                values = None
            else:
                raise GateError(self.text, self._unknown(inside, values, path[:place], step))
            inside = shape_at(inside, step)
        self._refuse_unheard(inside)
        return values

    def _unknown(self, shape: object, values: object, above: Sequence[str], step: str) -> str:
        """Return which key there is not, with the nearest that there is."""
        front = "".join(f"{each}." for each in above)
        if isinstance(values, list):
            return f"'{front[:-1]}' is a list: name a place in it, such as {front}0"
        keys = list(values) if isinstance(values, Mapping) and above else keys_of(shape)
        close = nearest(step, keys)
        hint = f". Did you mean '{front}{close}'?" if close else listed(front + k for k in keys)
        return f"the answer has no '{visible(front + step)}'{hint}"

    def _compared(self, found: Value) -> bool:
        if found is None and self.value is not None and self._is_never:
            found = math.inf
            if not isinstance(self.value, float):
                return self.sign in (">", ">=", "!=")
        if found is None:
            return self.value is None and self.sign == "=="
        if self.value is None:
            return self.sign == "!="
        mine, theirs = self._alike(found, self.value)
        return OPERATORS[self.sign](mine, theirs)

    @property
    def _is_never(self) -> bool:
        return len(self.path) > 1 and self.path[-2] in NEVER_IN and self.path[-1] in NEVER

    def _alike(self, found: Value, value: Value) -> tuple[Any, Any]:
        """Return both values as one kind; GateError where they cannot be compared."""
        kinds = {kind_of(found), kind_of(value)}
        ordered = self.sign not in ("==", "!=")
        if len(kinds) > 1 or (ordered and kinds & {"true or false"}):
            is_a, wanted = kind_of(found), kind_of(value)
            says = f"'{'.'.join(self.path)}' is {is_a}, which '{self.sign}' does not compare with "
            percent = isinstance(value, str) and value.endswith("%")
            hint = ": leave the % out (a chance is 0 to 1, a quality 0 to 100)" if percent else ""
            raise GateError(self.text, f"{says}{wanted}{hint}")
        if ordered and kinds == {"text"}:
            return self._day(found), self._day(value)
        return found, value

    def _refuse_unheard(self, inside: object) -> None:
        """Refuse a word that the text at the path can never be."""
        words = [word for word in closed_list(inside) if isinstance(word, str)]
        if words and isinstance(self.value, str) and self.value not in words:
            close = nearest(self.value, words)
            hint = f". Did you mean '{close}'?" if close else f": it is one of {', '.join(words)}"
            says = f"'{'.'.join(self.path)}' is never '{visible(self.value)}'{hint}"
            raise GateError(self.text, says)

    def _day(self, value: Value) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            says = f"'{self.sign}' orders numbers and days, and '{visible(str(value))}' is neither"
            raise GateError(self.text, says) from None


def read_gate(text: str) -> Gate:
    """Return the condition that a text states; GateError says how one is written.

    >>> read_gate("breakeven.months > 6").path
    ('breakeven', 'months')
    """
    found = WRITTEN.fullmatch(text)
    if found is None:
        says = "write it as PATH OP VALUE, such as 'verdict.choice != fine_tune'"
        raise GateError(text, f"cannot be read: {says}")
    path, sign, value = found.groups()
    steps = tuple(step for step in path.replace("[", ".").replace("]", "").split(".") if step)
    return Gate(text, steps, sign or "==", read_value(value, text) if sign else True)


def read_value(written: str, text: str) -> Value:
    """Return the value that a condition compares with: JSON, or a bare word.

    >>> read_value("0.7", ""), read_value("fine_tune", ""), read_value('"a b"', "")
    (0.7, 'fine_tune', 'a b')
    """
    try:
        value = json.loads(written)
    except ValueError:
        quoted = len(written) > 1 and written[0] == written[-1] == "'"
        value = written[1:-1] if quoted else written
        if not quoted and not BARE.fullmatch(written):
            says = f"the value {visible(written)} cannot be read: put text in quotes"
            raise GateError(text, says) from None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise GateError(text, "the value must be finite: compare with null for never")
        return float(value)
    if isinstance(value, list | dict):
        raise GateError(text, "the value must be one number, text, true, false or null")
    return value if value is None or isinstance(value, bool) else str(value)


def kind_of(value: Value) -> str:
    """Return what kind of value something is, in words."""
    if isinstance(value, bool):
        return "true or false"
    return "a number" if isinstance(value, int | float) else "text"


def price_age_days(document: Record) -> int | None:
    """Return how long ago the oldest price of an answer was checked, None where none was used."""
    cost = getattr(document, "cost", None)
    sources = getattr(cost or document, "sources", ())
    day = getattr(document, "as_of", None)
    checked = [each.checked_on for each in sources if each.checked_on is not None]
    return (day - min(checked)).days if checked and day is not None else None


def listed(paths: Iterable[str]) -> str:
    """Return paths to choose from, as the end of a sentence."""
    return f": {', '.join(list(paths)[:MAX_LISTED])}"


def shape_at(shape: object, step: str) -> object:
    """Return the type of a value inside a type, by its key."""
    record = record_in(shape)
    if record is None:
        return shape
    for name, field in record.model_fields.items():
        if step in (name, field.alias):
            return field.annotation
    return None


def closed_list(shape: object) -> tuple[object, ...]:
    """Return the words of a closed list that a type is, none where it is none."""
    if get_origin(shape) is Literal:
        return get_args(shape)
    arms = [arm for arm in get_args(shape) if arm is not type(None)]
    return closed_list(arms[0]) if len(arms) == 1 else ()


def keys_of(shape: object) -> list[str]:
    """Return the keys that values of a type have, none where it is no record."""
    record = record_in(shape)
    fields = record.model_fields.items() if record else ()
    return [field.alias or name for name, field in fields]


def record_in(shape: object) -> type[BaseModel] | None:
    """Return the record that a type such as `X | None` is about, None where it is about none."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape
    arms = (record_in(arm) for arm in get_args(shape))
    return next((arm for arm in arms if arm is not None), None)


class EndedVerdict(Record):
    """The verdict where a model of the scenario has ended."""

    choice: Choice = "prompt"
    because: Literal["not_on_sale"] = "not_on_sale"
    headline: str
    """Which model has ended, and when."""


class EndedAnswer(Header):
    """The document `ftvp.ended/1`: which model has ended, and when."""

    schema_: Literal["ftvp.ended/1"] = Field(default="ftvp.ended/1", alias="schema")
    inputs: ToldScenario
    """The scenario as it was told."""
    verdict: EndedVerdict


def ended_answer(
    scenario: Scenario, tables: Tables, day: date, error: ShutDownError
) -> EndedAnswer:
    """Return the answer to a scenario of which a model has ended."""
    return EndedAnswer(
        **header(tables, day, None),
        inputs=scenario,
        verdict=EndedVerdict(headline=str(error)),
    )


def ended_view(answer: EndedAnswer) -> list[Block]:
    """Return the one sentence."""
    return [Lead(answer.verdict.headline, answer.verdict.choice)]
