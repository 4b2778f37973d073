"""Items that two sides were scored on, the rows of a result file, and what their cells say.

A cell says right or wrong, a part of a perfect score, or nothing. Spreadsheets write these in many
ways: decimal commas, percent signs, check marks, words of several languages. A value that is none
of them is not scored, and never read as wrong.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ftvp.errors import (
    EvalScaleError,
    MixedScoresError,
    UnusedScaleError,
)
from ftvp.units import PERCENT, Record


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
    """What kind of file it was read as."""
    score: str
    """The field that holds the score."""
    items: int
    """Scored ones, also those that the other side lacks."""
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


RIGHT = {
    *("true", "t", "correct", "right", "pass", "passed", "success", "succeeded", "successful"),
    *("yes", "y", "ok", "c", "[pass]", "✓", "✔", "✅", "☑"),
    *("wahr", "ja", "vrai", "oui", "vero", "verdadero", "sí", "verdadeiro", "sim", "waar", "sant"),
    *("prawda", "tak", "истина", "да"),
}
WRONG = {
    *("false", "f", "incorrect", "wrong", "fail", "failed", "failure", "unsuccessful"),
    *("no", "n", "i", "[fail]", "✗", "✘", "❌", "✖", "❎", "☒"),
    *("falsch", "nein", "faux", "non", "falso", "não", "onwaar", "nee", "falskt", "nej"),
    *("fałsz", "nie", "ложь", "нет"),
}
"""Words and signs for right and wrong: English, and what office programs write in others."""
VARIATION = "\N{VARIATION SELECTOR-16}"
"""Follows a sign that is to be shown in colour."""
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
MINUSES = str.maketrans({"\N{MINUS SIGN}": "-", "\N{NO-BREAK SPACE}": " "})
HUNDREDTH = 0.01
MIN_WIDE = 5
"""The perfect score from which a side on that scale has some score above 1."""


@dataclass(frozen=True)
class Amount:
    """A number as it is written, and whether it is a share of 1 whatever the scale."""

    number: float
    is_share: bool = False


def amount_of(value: object) -> Amount | None:
    """Return what a value says: a word or a percentage is a share, a number one on a scale.

    >>> amount_of("pass"), amount_of("95 %"), amount_of("0,5"), amount_of("N/A")
    (Amount(number=1.0, is_share=True), Amount(number=0.95, is_share=True), Amount(number=0.5, is_share=False), None)
    """  # noqa: E501  a doctest's result stands in one line
    if isinstance(value, bool):
        return Amount(float(value), is_share=True)
    if isinstance(value, str):
        return _written(value)
    return _finite(value) if isinstance(value, int | float) else None


def _written(value: str) -> Amount | None:
    text = value.translate(MINUSES).strip().removesuffix(VARIATION).casefold()
    if text in RIGHT or text in WRONG:
        return Amount(float(text in RIGHT), is_share=True)
    digits = text.removesuffix("%").rstrip()
    found = _finite(float(digits.replace(",", "."))) if NUMBER.fullmatch(digits) else None
    if found is not None and text.endswith("%"):
        return Amount(found.number / PERCENT, is_share=True)
    return found


def _finite(number: float) -> Amount | None:
    try:
        value = float(number)
    except OverflowError:
        return None
    return Amount(value) if math.isfinite(value) else None


def is_scored(results: EvalResults, name: str) -> bool:
    """Return whether some row has a score in a field."""
    return any(amount_of(row.fields.get(name)) is not None for row in results.rows)


@dataclass(frozen=True)
class ScoreScale:
    """How the numbers of a field become scores from 0 to 1."""

    perfect: float = 1.0
    """A perfect score; of errors, what counts as nothing right."""
    lower_is_better: bool = False

    def score(self, amount: Amount) -> float | None:
        """Return a score from 0 to 1, None for one outside of the scale."""
        share = amount.number if amount.is_share else amount.number / self.perfect
        if not 0 <= share <= 1:
            return None
        return 1 - share if self.lower_is_better else share


Cell = tuple[int | None, object]
"""A value and the line it stands on."""


class ToldScale(NamedTuple):
    """What a user said of a scale: a perfect score, whether for both sides, and its direction."""

    perfect: float | None
    is_of_both: bool
    lower_is_better: bool | None


def scale_of(path: str, field: str, cells: Sequence[Cell], told: ToldScale) -> ScoreScale:
    """Return the scale of a field of a file, checked against what stands in it.

    A perfect score is 1 where none is told. Raises EvalScaleError for numbers above 1 without a
    scale, UnusedScaleError for a scale that is probably the other side's, and MixedScoresError
    where numbers are written in two ways.
    """
    perfect, is_of_both, lower_is_better = told
    lower = measures_errors(field) if lower_is_better is None else lower_is_better
    _refuse_mixed(path, field, cells)
    amounts = [amount_of(value) for _, value in cells]
    numbers = [each.number for each in amounts if each is not None and not each.is_share]
    highest = max(numbers, default=0.0)
    if perfect is None and highest > 1:
        above = next(number for number in numbers if number > 1)
        raise EvalScaleError(path, field, above, lower_is_better=lower)
    used = 1 if is_of_both and perfect is not None and perfect >= MIN_WIDE else 0
    if perfect is not None and 0 < highest <= max(used, perfect * HUNDREDTH):
        raise UnusedScaleError(path, field, highest, perfect)
    return ScoreScale(perfect or 1.0, lower)


def _refuse_mixed(path: str, field: str, cells: Iterable[Cell]) -> None:
    """Raise where one field has decimal commas and points, or percent signs and bare numbers."""
    written = [
        (line, value.strip())
        for line, value in cells
        if isinstance(value, str)
        and any(character.isdecimal() for character in value)
        and amount_of(value) not in (None, Amount(0), Amount(1))
    ]
    for sign, other in ((",", "."), ("%", "")):
        ones = [text for _, text in written if sign in text]
        others = [(line, text) for line, text in written if sign not in text and other in text]
        if ones and others:
            line, two = others[0]
            raise MixedScoresError(path, line, field, ones[0], two)


LOWER_IS_BETTER = {
    *("wer", "cer", "ter", "mer", "wil", "perplexity", "ppl", "bpb", "bits", "nll", "loss"),
    *("error", "errors", "mae", "mse", "rmse", "mape", "brier", "latency", "duration", "distance"),
    *("levenshtein", "hallucination", "hallucinations", "toxicity", "bias", "penalty", "regret"),
}
"""Words in the names of metrics that measure what is wrong, or what it takes."""
WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+|[^\W\d_]+")


def name_words(name: str) -> list[str]:
    """Return the words of a field's name, in lower case.

    >>> name_words("isCorrect"), name_words("Item ID"), name_words("scores.macro_f1")
    (['is', 'correct'], ['item', 'id'], ['scores', 'macro', 'f1'])
    """
    return [word.casefold() for word in WORDS.findall(name)]


def measures_errors(name: str) -> bool:
    """Return whether a field's name is that of a metric of which less is better.

    >>> measures_errors("wer"), measures_errors("word_perplexity"), measures_errors("no_error")
    (True, True, False)
    """
    words = name_words(name)
    return not LOWER_IS_BETTER.isdisjoint(words) and not {"no", "without", "free"} & set(words)


def unscored(value: object, field: str, scale: ScoreScale, item: str) -> str | None:
    """Return why an item has no score in a field, None where it has one."""
    amount = amount_of(value)
    if amount is None:
        shown = "nothing" if value is None or value == "" else repr(value)[:40]
        return (
            f"item '{item}' has {shown} for a score in '{field}'. Score it, or take it out of "
            "both sides: what is not scored is not wrong."
        )
    if scale.score(amount) is None:
        highest = 1 if amount.is_share else scale.perfect
        return (
            f"item '{item}' has {value} for a score in '{field}', outside of 0 to {highest:g}: "
            "score it anew, or say what a perfect score is (--scale)."
        )
    return None
