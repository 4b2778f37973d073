"""The items that both sides answered: each id believed only where the same was asked.

Where both sides hold what was asked, or the right answer, items of one id must agree in it. Answers
to one item are averaged into it, however often it was asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ftvp.errors import EvalFieldError, FileProblemsError, OtherItemError, Problem
from ftvp.evals.items import (
    EvalResults,
    ResultRow,
    ScoreScale,
    amount_of,
    asked_text,
    key_of,
    name_words,
    unscored,
)
from ftvp.evals.tables import IDS, ScoreField, id_fields, is_asked, is_gold, value_of

EPOCHS = {
    *("epoch", "repeat", "repetition", "replicate", "trial", "attempt", "run", "seed", "sample"),
    *("sample_index", "sample_idx", "trial_index", "train_trial_index", "repeat_index", "try"),
    *("completion_id", "generation_id", "iteration"),
}
"""Names of fields that tell answers to one item apart."""
SURELY_ASKED = {
    *("input", "inputs", "question", "query", "prompt", "problem", "instruction", "user_input"),
    *("vars", "doc_hash"),
}
"""Names that a model's answer does not have."""
ELSEWHERE = "(in ftvp decide --evals-id)"
"""How the flag --id is called in other commands."""
HALF = 0.5
TWO = 2
NEARLY = 0.75
MIN_TEXTS = 3
"""Distinct texts that are no coincidence on both sides."""


@dataclass(frozen=True)
class Column:
    """Where a side's scores stand, and how they are written."""

    results: EvalResults
    id: str
    score: ScoreField
    scale: ScoreScale
    cluster: str | None = None


@dataclass(frozen=True)
class Item:
    """One item as one side answered it: the mean score of its answers, from 0 to 1."""

    id: str
    score: float
    answers: int
    text: str | None
    cluster: str | None


Rows = Mapping[str, Sequence[ResultRow]]
"""The rows of a side by the item that they answer."""


def shared_ids(files: Sequence[EvalResults], asked: str | None) -> list[str]:
    """Return the field of each file that tells its items apart and that the files share.

    That is the surest by which half of the items pair, else the one by which most do.
    """
    choices = [id_fields(file, asked) for file in files]
    if len(files) == 1:
        return [choices[0][0]]
    keys = [
        {name: {key_of(value_of(row.fields, name)) for row in file.rows} for name in names}
        for file, names in zip(files, choices, strict=True)
    ]
    found: list[tuple[float, str, str]] = []
    for one, other in product(*choices):
        shared = len((keys[0][one] & keys[1][other]) - {None})
        share = shared / min(len(keys[0][one]), len(keys[1][other]))
        found.append((share, one, other))
    enough = (pair for share, *pair in found if share >= HALF)
    return next(enough, list(max(found, key=lambda each: each[0])[1:]))


def rows_by_item(column: Column) -> Rows:
    """Return a side's rows by item; FileProblemsError names every row without an id or a score."""
    apart: defaultdict[str, list[ResultRow]] = defaultdict(list)
    problems: list[Problem] = []
    results = column.results
    for row in results.rows:
        if results.is_sparse and column.score.name not in row.fields:
            continue
        item = key_of(value_of(row.fields, column.id))
        if item is None:
            problems.append(Problem(results.name, f"has no '{column.id}'", row.line))
            continue
        says = unscored(column.score.value(row.fields), str(column.score), column.scale, item)
        if says is not None:
            problems.append(Problem(results.name, says, row.line))
        apart[item].append(row)
    problems += _not_repeats(column, apart)
    if problems:
        raise FileProblemsError(problems)
    return apart


def _not_repeats(column: Column, apart: Rows) -> Iterator[Problem]:
    """Yield a problem for each id that stands more than once and does not name one item's answers.

    It does where its format says so, where a field numbers the answers, or where all were asked
    the same.
    """
    results = column.results
    epoch = next((name for name in results.columns if "_".join(name_words(name)) in EPOCHS), None)
    asked = [name for name in _asked_fields(results) if _is_surely_asked(name)]
    for item, rows in apart.items():
        numbers = {str(row.fields.get(epoch)) for row in rows} if epoch else {""}
        if results.has_repeats or len(numbers) == len(rows):
            continue
        texts = {tuple(_text(row, name) for name in asked) for row in rows}
        stands = f"the id '{item}' stands {len(rows)} times"
        if len(texts) > 1:
            says = f"{stands}, for different items. Name what tells them apart: --id {ELSEWHERE}"
        elif not asked:
            says = f"{stands}. Number the answers in a field 'epoch' to have them averaged."
        else:
            continue
        yield Problem(results.name, says, rows[1].line)


def item_of(column: Column, item: str, rows: Sequence[ResultRow]) -> Item:
    """Return an item of a side, its answers averaged."""
    amounts = [amount_of(column.score.value(row.fields)) for row in rows]
    scores = [column.scale.score(amount) or 0.0 for amount in amounts if amount is not None]
    fields, cluster = rows[0].fields, None
    if column.cluster is not None:
        cluster = key_of(value_of(fields, column.cluster))
        if cluster is None:
            results = column.results
            raise EvalFieldError(results.name, "cluster", results.columns, column.cluster)
    texts = (asked_text(fields.get(name)) for name in _asked_fields(column.results))
    text = next((text for text in texts if text), None)
    return Item(item, sum(scores) / len(scores), len(scores), text, cluster)


def refuse_other_items(columns: Sequence[Column], rows: Sequence[Rows]) -> None:
    """Raise OtherItemError where an id names other items on one side than on the other.

    What was asked tells, else the right answers, else texts of one name that are the same on both
    sides under other ids.
    """
    one, other = (column.results for column in columns)
    shared = [item for item in rows[0] if item in rows[1]]
    sides = _Sides(columns, [[side[item][0] for item in shared] for side in rows], shared)
    if not all(column.id in _asked_fields(column.results) for column in columns):
        sides.refuse_other_inputs()
    used = {columns[0].id, *(column.score.name for column in columns)}
    for name in one.columns:
        if name not in other.columns or name in used or "_".join(name_words(name)) in IDS:
            continue
        if is_gold(name):
            sides.refuse_other_answers(name)
        else:
            sides.refuse_shuffled(name)


@dataclass(frozen=True)
class _Sides:
    """The rows of both sides that have the same ids, in one order."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[ResultRow]]
    ids: Sequence[str]

    def texts(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the texts of both sides in a field of each, of the items that have both.

        Nothing where most lack one, or where all of a side have the same.
        """
        pairs = [
            (first, second)
            for one, other in zip(*self.rows, strict=True)
            if (first := _text(one, names[0])) and (second := _text(other, names[-1]))
        ]
        ones, others = [one for one, _ in pairs], [other for _, other in pairs]
        if len(pairs) < HALF * len(self.ids) or len({*ones}) < TWO or len({*others}) < TWO:
            return [], []
        return ones, others

    def refuse_other_inputs(self) -> None:
        """Raise where no field of what was asked agrees on both sides."""
        differing: list[tuple[int, str]] = []
        for names in product(*(_asked_fields(column.results) for column in self.columns)):
            ones, others = self.texts(names)
            if ones and _same_inputs(ones, others):
                return
            if ones and names[0] == names[1] and _is_surely_asked(names[0]):
                agreeing = sum(map(str.__eq__, ones, others))
                differing.append((agreeing, names[0]))
        if differing:
            name = max(differing, key=lambda each: each[0])[1]
            out = f"Pair the items by what was asked: --id {name} {ELSEWHERE}. If they are the "
            self.refuse(name, f"{out}same in other words, take '{name}' out of both files.")

    def refuse_other_answers(self, name: str) -> None:
        """Raise where the right answers differ."""
        if self.texts([name])[0]:
            out = "Both sides must be scored on the same items, against the same answers."
            self.refuse(name, out)

    def refuse_shuffled(self, name: str) -> None:
        """Raise where the texts of a field are those of the other side, under other ids.

        Answers differ too, but one side's wrong answers are not the other's to another item.
        """
        ones, others = self.texts([name])
        known = {*ones}, {*others}
        wordy = all(any(character.isalpha() for character in text) for text in ones)
        if not wordy or min(map(len, known)) < max(MIN_TEXTS, HALF * len(self.ids)):
            return
        differing = [pair for pair in zip(ones, others, strict=True) if pair[0] != pair[1]]
        moved = sum(one in known[1] and other in known[0] for one, other in differing)
        if moved >= max(TWO, HALF * len(differing)):
            self.refuse(name, f"Pair the items by it: --id {name} {ELSEWHERE}.")

    def refuse(self, name: str, way_out: str) -> None:
        """Raise for the first item of which a field differs."""
        for item, one, other in zip(self.ids, *self.rows, strict=True):
            texts = {_text(one, name), _text(other, name)}
            if None not in texts and len(texts) == TWO:
                sides = [
                    (column.results.name, row.line, str(key_of(value_of(row.fields, name))))
                    for column, row in zip(self.columns, (one, other), strict=True)
                ]
                raise OtherItemError(item, name, sides, way_out=way_out)


def _asked_fields(results: EvalResults) -> list[str]:
    """Return the fields that say what was asked."""
    if results.inputs:
        return [name for name in results.inputs if name in results.columns]
    return [name for name in results.columns if is_asked(name)]


def _is_surely_asked(name: str) -> bool:
    return any("_".join(name_words(part)) in SURELY_ASKED for part in name.split("."))


def _text(row: ResultRow, name: str) -> str | None:
    """Return a field as text, case and white space aside."""
    value = value_of(row.fields, name)
    text = asked_text(value) or key_of(value)
    return None if text is None else " ".join(text.casefold().split())


def _same_inputs(ones: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two sides' inputs are the same, but for a template that each puts around them.

    Either one side's hold the other's, or they are alike without the beginning and the end that
    all inputs of a side share, where nearly all of an input is alike or left out on both sides.
    """
    pairs = list(zip(ones, others, strict=True))
    if all(_holds(one, other) for one, other in pairs):
        return True
    if all(_holds(other, one) for one, other in pairs):
        return True
    (first, bare, last), (begin, same, end) = map(_without_template, (ones, others))
    around = _shared(first[::-1], begin[::-1]) + _shared(last, end)
    alike = sum(map(len, bare)) + around * len(bare)
    return bare == same and alike >= NEARLY * sum(min(map(len, pair)) for pair in pairs)


def _holds(text: str, part: str) -> bool:
    """Return whether a part stands in a text, not inside of a word."""
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None


def _without_template(texts: Sequence[str]) -> tuple[str, list[str], str]:
    """Return the beginning that texts share, in whole words, what is left of each, and the end."""
    first = texts[0]
    begin = min(_shared(first, text) for text in texts)
    while begin and first[begin - 1].isalnum():
        begin -= 1
    end = min(_shared(first[begin:][::-1], text[begin:][::-1]) for text in texts)
    while end and first[-end].isalnum():
        end -= 1
    return (
        first[:begin],
        [text[begin : len(text) - end] for text in texts],
        first[len(first) - end :],
    )


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts have in common from their beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
