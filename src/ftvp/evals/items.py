"""Items that two sides were scored on, and the rows that a reader found in a result file."""

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
    answers: int | None = None
    """All answers, where some items have several; an item's score is their mean."""
    lower_is_better: bool = False
    """Whether the field measures errors, so that its part of the scale was taken from 1."""


class Unpaired(Record):
    """The ids that only one side answered, which are left out of the comparison."""

    prompted: tuple[str, ...] = ()
    tuned: tuple[str, ...] = ()


EVERY_ITEM = Unpaired()


@dataclass(frozen=True)
class PairedScores:
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
    notes: tuple[str, ...] = ()
    """What the reader made of the files that the user may not expect."""


ID, INPUT, TARGET = "id", "input", "target"
"""Fields that a reader of a known format fills in."""


@dataclass(frozen=True)
class ResultRow:
    """One scored answer: its fields by name, nested ones with dots, and the line they stand on."""

    fields: Mapping[str, Any]
    line: int | None = None


@dataclass(frozen=True)
class EvalResults:
    """A file of eval results, with what its format says of its fields; a table says nothing."""

    name: str
    format: str
    rows: tuple[ResultRow, ...]
    scores: tuple[str, ...] | None = None
    """The fields that are scores."""
    ids: tuple[str, ...] = ()
    """The fields that tell items apart, the surest first."""
    inputs: tuple[str, ...] = ()
    """The fields that say what was asked."""
    has_repeats: bool = False
    """Whether rows of one item are its repeated answers."""
    is_sparse: bool = False
    """Whether a row without a score field is no answer of that side, rather than unscored."""
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every field that some row has, in the order of the file."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.fields))


NumberedRecord = tuple[int | None, Mapping[str, Any]]
"""A record and the line it stands on, where the file has one to a line."""


@dataclass(frozen=True)
class ParsedFile:
    """A result file as it was parsed, before anything is known of its format."""

    name: str
    document: object = None
    """A JSON document; None for JSON Lines and CSV."""
    records: Sequence[NumberedRecord] = ()
    """The lines of JSON Lines, the rows of CSV, or the records that a document lists."""
    head: Sequence[str] = ()
    """The names that head a CSV, as they stand: some tools repeat them."""
    cells: Sequence[tuple[int, Sequence[str]]] = ()
    """The rows of a CSV with their lines."""


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
    """Return what tells things apart as text, None for nothing.

    A whole number is the same however it is written, as spreadsheets and pandas add zeros.

    >>> key_of(" q1 "), key_of(7.0), key_of("7.0"), key_of({"b": 1, "a": [2]}), key_of("")
    ('q1', '7', '7', '{"a": [2], "b": 1}', None)
    """
    if value is None or isinstance(value, str):
        text = (value or "").strip()
    else:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    whole, point, zeros = text.partition(".")
    if point and whole.isdecimal() and zeros and not zeros.strip("0"):
        return whole
    return text or None


def objects_in(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, nothing for what is none."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, Mapping))


def asked_text(value: object) -> str | None:
    """Return the text of an input: itself, or what the user says in a list of messages.

    >>> asked_text([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}])
    'Hi'
    """
    if isinstance(value, str):
        return value or None
    texts: list[str] = []
    for message in objects_in(value):
        if str(message.get("role")).casefold() in {"user", "human"}:
            content = message.get("content", message.get("prompt"))
            parts = [part.get("text") for part in objects_in(content)] or [content]
            texts += [part for part in parts if isinstance(part, str)]
    return "\n".join(texts) or None
