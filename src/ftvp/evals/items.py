"""Items that two sides were scored on, and the scores that a reader found for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftvp.units import Record


@dataclass(frozen=True)
class Pair:
    """One item's scores on both sides, from 0 (wrong) to 1 (right), and the source it shares."""

    id: str
    prompted: float
    tuned: float
    cluster: str | None = None


class EvalSide(Record):
    """Where the scores of a side come from."""

    file: str
    format: str
    score: str
    items: int


class Unpaired(Record):
    """The ids that only one side answered, which are left out of the comparison."""

    prompted: tuple[str, ...] = ()
    tuned: tuple[str, ...] = ()


EVERY_ITEM = Unpaired()


@dataclass(frozen=True)
class Measured:
    """Both sides' scores on the items they share, and what is known of where they come from."""

    prompted: EvalSide
    tuned: EvalSide
    pairs: Sequence[Pair]
    clustered: bool = False
    unpaired: Unpaired = EVERY_ITEM
    train: str | None = None
    """The training file that the items were looked for in."""
    trained_on: tuple[str, ...] | None = None
    """The items found there; None where that cannot be told."""


ID, INPUT = "id", "input"


"""Fields that a reader of a known format fills in."""


@dataclass(frozen=True)
class Row:
    """One scored answer: its fields by name, nested ones with dots, and the line they stand on."""

    fields: Mapping[str, Any]
    line: int | None = None


@dataclass(frozen=True)
class Results:
    """A file of eval results; `scores` are the fields that its format defines as scores."""

    name: str
    format: str
    rows: tuple[Row, ...]
    scores: tuple[str, ...] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every field that some row has, in the order of the file."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.fields))


def flat(record: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return a record with the keys of inner records after theirs and a dot.

    >>> flat({"id": 1, "scores": {"f1": 0.5}})
    {'id': 1, 'scores.f1': 0.5}
    """
    found: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{above}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def key_of(value: object) -> str | None:
    """Return what tells things apart as text: itself, or what it is in JSON; None for nothing."""
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else json.dumps(value, sort_keys=True)


def records(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the records of a list, nothing for what is none."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def spoken(value: object) -> str | None:
    """Return the text of an input: itself, or what the user says in a list of messages."""
    if isinstance(value, str):
        return value
    said = [each.get("content") for each in records(value) if each.get("role") == "user"]
    texts = [text for text in said if isinstance(text, str)]
    return "\n".join(texts) or None
