"""Result files without a format of their own: CSV, JSON Lines, JSON, and what their columns are."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ftvp.errors import (
    EvalFieldError,
    FileProblemsError,
    NotAScoreError,
    NotEvalResultsError,
    Problem,
    TooManyResultsError,
)
from ftvp.evals.items import (
    ID,
    INPUT,
    EvalResults,
    NumberedRecord,
    ParsedFile,
    ResultRow,
    amount_of,
    flat,
    is_scored,
    key_of,
    measures_errors,
    name_words,
    objects_in,
)
from ftvp.files.values import json_or_none, load_json

IDS = (
    *(ID, "item_id", "sample_id", "example_id", "question_id", "test_id", "doc_id", "case_id"),
    *("test_case_id", "instance_id", "task_id", "problem_id", "prompt_id", "record_id", "row_id"),
    *("uid", "uuid", "guid", "key", "index", "idx", "i", "no", "nr", "number"),
)
"""Names of fields that tell items apart, the surest first."""
SCORES = {
    *("score", "scores", "correct", "correctness", "right", "passed", "pass", "success", "grade"),
    *("accuracy", "acc", "em", "exact", "match", "f1", "verdict", "result", "rating", "reward"),
    *("bleu", "rouge", "chrf", "meteor", "comet", "bertscore", "similarity", "status", "resolved"),
    *("faithfulness", "relevancy", "relevance", "groundedness", "helpfulness", "quality", "ok"),
}
"""Words in the names of scores."""
BESIDE_SCORES = {
    *("id", "max", "min", "threshold", "weight", "total", "possible", "count", "num", "time", "at"),
    *("reason", "comment", "explanation", "justification", "model", "scorer", "type", "stderr"),
}
"""Words in the names of what stands beside a score."""
GOLD = {"expected", "gold", "golden", "target", "ideal", "reference", "references", "truth", "gt"}
ANSWERS = {"answer", "answers", "label", "labels", "option", "choice", "output", "response"}
PREDICTED = {"pred", "preds", "prediction", "predictions", "predicted", "output", "outputs",
             "response", "completion", "generated", "generation", "answer"}  # fmt: skip
PROMPTED = {"prompted", "prompting", "baseline", "base", "before", "fewshot", "zeroshot"}
TUNED = {"tuned", "finetuned", "finetune", "finetuning", "ft", "sft", "lora", "after"}
ASKED = {
    *(INPUT, "inputs", "question", "questions", "query", "prompt", "problem", "instruction"),
    *("text", "sentence", "utterance", "ticket", "message", "document"),
}
"""Names of fields, or of what they are in, that say what was asked."""
SIDES = 2
"""A prompted and a tuned one."""
MIN_MATCHED = 0.5
"""The share of answers that are one of the right ones, from which they can be held to them."""


def is_gold(name: str) -> bool:
    """Return whether a field's name is that of a right answer to be held against.

    >>> [is_gold(name) for name in ("__expected", "label", "correct_answer", "answer_correct")]
    [True, True, True, False]
    """
    words = name_words(name)
    if not GOLD.isdisjoint(words):
        return True
    last = words[-1] if words else ""
    is_right = not {"correct", "right", "true"}.isdisjoint(words[:-1])
    named = last in {"label", "labels"} and PREDICTED.isdisjoint(words)
    return named or (last in ANSWERS and is_right) or words == ["y", "true"]


def is_score_name(name: str) -> bool:
    """Return whether a field's name is that of a score, or of a metric of errors.

    >>> [is_score_name(name) for name in ("is_correct", "wer", "max_score", "expected", "fold")]
    [True, True, False, False, False]
    """
    words = set(name_words(name))
    named = not SCORES.isdisjoint(words) or "rouge" in name.casefold() or measures_errors(name)
    return named and BESIDE_SCORES.isdisjoint(words) and not is_gold(name)


def is_predicted(name: str) -> bool:
    """Return whether a field's name is that of an answer that a model gave."""
    words = name_words(name)
    return not PREDICTED.isdisjoint(words) and not is_gold(name) and not is_score_name(name)


def is_asked(name: str) -> bool:
    """Return whether a field, or the record it is in, is named for what was asked.

    >>> [is_asked(name) for name in ("inputs.question", "Question", "prompt_tokens", "output.text")]
    [True, True, False, False]
    """
    words = set(name_words(name))
    if is_gold(name) or is_score_name(name) or not words.isdisjoint(PREDICTED):
        return False
    return any("_".join(name_words(part)) in {*ASKED, "user_input"} for part in name.split("."))


def id_fields(results: EvalResults, asked: str | None) -> list[str]:
    """Return the fields that may tell items apart, the surest first.

    EvalFieldError lists the fields where there is none, or not the one asked for.
    """
    columns = results.columns
    if asked is not None:
        named = _named(results, asked)
        if named is None:
            raise EvalFieldError(results.name, "id", columns, asked)
        return [named]
    if known := [name for name in results.ids if name in columns]:
        return known
    spelt = {"_".join(name_words(name)): name for name in reversed(columns)}
    found = [spelt[name] for name in IDS if name in spelt]
    found += [name for name in columns if is_asked(name) and name not in found]
    if not found:
        raise EvalFieldError(results.name, "id", columns, None)
    return found


def _named(results: EvalResults, asked: str) -> str | None:
    """Return a field by its name, or the record of fields that bears it; None for neither."""
    columns = results.columns
    if asked in columns or any(name.startswith(f"{asked}.") for name in columns):
        return asked
    words = name_words(asked)
    return next((name for name in columns if words and name_words(name) == words), None)


def value_of(fields: Mapping[str, Any], name: str) -> object:
    """Return a field's value, or the values of all that are inside a record of that name."""
    if name in fields:
        return fields[name]
    inner = {key: value for key, value in fields.items() if key.startswith(f"{name}.")}
    return inner or None


@dataclass(frozen=True)
class ScoreField:
    """A score of one side: a field, or whether two fields agree."""

    name: str
    gold: str | None = None
    """The field of right answers to which the answers in the field are held."""

    def __str__(self) -> str:
        """Return what the answer shows."""
        return self.name if self.gold is None else f"{self.name} = {self.gold}"

    def value(self, fields: Mapping[str, Any]) -> object:
        """Return the score of a row as it is written; of an answer, whether it is the right one."""
        value = fields.get(self.name)
        if self.gold is None or key_of(value) is None:
            return value
        answer, right = (str(key_of(each)).casefold() for each in (value, fields.get(self.gold)))
        return answer == right


def score_fields(files: Sequence[EvalResults], asked: Sequence[str]) -> list[ScoreField]:
    """Return the score of the prompted side and that of the tuned one, of one file or two.

    EvalFieldError lists what there is to choose from where the files do not make that plain;
    NotAScoreError says why a field that was asked for is none.
    """
    if len(files) == 1:
        found = _of_one_file(files[0], asked)
    elif asked:
        pairs = zip(files, (asked[0], asked[-1]), strict=True)
        found = [_asked_for(file, name) for file, name in pairs]
    else:
        found = [_only(file, files) for file in files]
    _refuse_no_scores(files, found)
    return found


def _asked_for(results: EvalResults, name: str) -> ScoreField:
    """Return a score by its name; of an answer beside a gold one, whether it is right."""
    if name not in results.columns:
        named = _named(results, name)
        if named is None or named not in results.columns:
            raise EvalFieldError(results.name, "score", _known(results), name)
        name = named
    if is_predicted(name) and (gold := _gold(results)) is not None:
        return ScoreField(name, gold)
    return ScoreField(name)


def _known(results: EvalResults) -> Sequence[str]:
    """Return the fields that may be asked for as a score."""
    return results.scores or [
        name
        for name in results.columns
        if not (is_gold(name) or is_asked(name)) and "_".join(name_words(name)) not in IDS
    ]


def _only(results: EvalResults, files: Sequence[EvalResults]) -> ScoreField:
    """Return the one score of a side's own file."""
    for names in _candidates(results):
        if names and _are_alike(names, files):
            return ScoreField(names[0])
        if len(names) > 1:
            raise EvalFieldError(results.name, "score", names, None)
    predicted = [name for name in results.columns if is_predicted(name)]
    gold = _gold(results)
    if results.scores is None and gold is not None:
        matching = [name for name in predicted if _is_drawn_from(results, name, gold)]
        if len(matching) == 1:
            return ScoreField(matching[0], gold)
    raise EvalFieldError(results.name, "score", _known(results), None)


def _candidates(results: EvalResults) -> Iterator[list[str]]:
    """Yield the fields that can be scores: what the format says, else exact names, then others.

    A field of an exact name that holds no score comes last, so that its rows are named.
    """
    if results.scores is not None:
        yield list(results.scores)
        return
    named = [name for name in results.columns if is_score_name(name)]
    exact = [n for n in named if set(name_words(n.rpartition(".")[2])) <= {*SCORES, "is"}]
    for names in (exact, named):
        yield [name for name in names if is_scored(results, name)]
    yield exact


def _are_alike(names: Sequence[str], files: Sequence[EvalResults]) -> bool:
    """Return whether fields say the same of every row of every file that has them."""
    return len(names) == 1 or all(
        len({str(amount_of(row.fields.get(name))) for name in names}) == 1
        for file in files
        for row in file.rows
        if not set(names).isdisjoint(file.columns)
    )


def _gold(results: EvalResults) -> str | None:
    """Return the one field of right answers, None where there is none or several."""
    names = [name for name in results.columns if is_gold(name)]
    return names[0] if len(names) == 1 else None


def _is_drawn_from(results: EvalResults, name: str, gold: str) -> bool:
    """Return whether most answers are one of the right answers, so that they are of one kind."""
    right = {str(key_of(row.fields.get(gold))).casefold() for row in results.rows}
    answers = [str(key_of(row.fields.get(name))).casefold() for row in results.rows]
    return sum(answer in right for answer in answers) >= MIN_MATCHED * len(answers)


def _of_one_file(results: EvalResults, asked: Sequence[str]) -> list[ScoreField]:
    """Return the two scores of a file that holds both sides."""
    if asked:
        found = [_asked_for(results, name) for name in asked]
        if len(found) == SIDES:
            return found
        raise EvalFieldError(results.name, "score", _known(results), None, both_sides=True)
    named = [name for names in _candidates(results) for name in names]
    for names in _candidates(results):
        if two := _two_sides(names):
            return [ScoreField(name) for name in two]
        if len(names) > SIDES:
            break
    else:
        if fields := _bare_sides(results):
            return fields
    raise EvalFieldError(
        results.name, "score", dict.fromkeys(named) or _known(results), None, both_sides=True
    )


def _bare_sides(results: EvalResults) -> list[ScoreField]:
    """Return fields named for the sides alone, or both sides' answers beside the right one."""
    gold = _gold(results)
    bare = [name for name in results.columns if set(name_words(name)) <= PROMPTED | TUNED]
    if gold is None and all(is_scored(results, name) for name in bare):
        return [ScoreField(name) for name in _two_sides(bare)]
    if gold is None:
        return []
    right = [amount_of(row.fields.get(gold)) for row in results.rows]
    if bare and all(each is not None and each.number in (0, 1) for each in right):
        return []  # where both are 0 and 1, they may be scores or answers
    predicted = [name for name in results.columns if is_predicted(name) or name in bare]
    drawn = all(_is_drawn_from(results, name, gold) for name in predicted)
    return [ScoreField(name, gold) for name in _two_sides(predicted)] if drawn else []


def _two_sides(names: Sequence[str]) -> list[str]:
    """Return the prompted side's field and the tuned side's, nothing where that is not plain.

    Two fields that are one metric of two models are the prompted side's and the tuned side's, in
    that order, unless their names say which is which.
    """
    tuned = [name for name in names if not TUNED.isdisjoint(name_words(name))]
    prompted = [name for name in names if not PROMPTED.isdisjoint(name_words(name))]
    prompted = [name for name in prompted if name not in tuned]
    if len(tuned) == len(prompted) == 1:
        return [*prompted, *tuned]
    if len(names) != SIDES:
        return []
    metrics = {frozenset({*SCORES, *PREDICTED} & set(name_words(name))) for name in names}
    if len(metrics) != 1 or len({frozenset(name_words(name)) for name in names}) != SIDES:
        return []
    if len(tuned) == 1:
        return [name for name in names if name not in tuned] + tuned
    return list(names) if len(prompted) != 1 else prompted + [n for n in names if n not in prompted]


def _refuse_no_scores(files: Sequence[EvalResults], fields: Sequence[ScoreField]) -> None:
    """Raise NotAScoreError for right answers, and for a constant that is not named for a score."""
    sides = [*files, *files][:SIDES]
    values = [
        Counter(key_of(field.value(row.fields)) for row in file.rows)
        for file, field in zip(sides, fields, strict=True)
    ]
    for file, field in zip(sides, fields, strict=True):
        if field.gold is not None or (file.scores and field.name in file.scores):
            continue
        if is_gold(field.name) and (len(files) == 1 or values[0] == values[1]):
            raise NotAScoreError(file.name, field.name, "holds right answers to compare with")
        if len({*values[0], *values[1]}) == 1 and not is_score_name(field.name):
            says = f"is '{next(iter(values[0]))}' in every row, and so tells nothing"
            raise NotAScoreError(file.name, field.name, says)


SEPARATORS = ",\t;|"
HELD_IN = ("results", "samples", "items", "data", "rows")
"""Keys under which a JSON document may hold its list of records."""
MAX_RESULTS = 500_000
"""Eval results of a file: what is kept of each takes about half a kilobyte."""
INDEX = "index"
"""What the column without a name is called that pandas writes before the others."""


def parsed(text: str, name: str) -> ParsedFile:
    """Return what a text holds: JSON, JSON Lines or CSV.

    Raises FtvpError for what is none of these, with every line that is to blame.
    """
    begins = text.lstrip()[:1]
    if begins in {"{", "["}:
        if is_lines(text):
            return ParsedFile(name, records=line_records(text, name))
        document = load_json(text, name)
        return ParsedFile(name, document, [(None, each) for each in _listed(document)])
    if begins == "<":
        why = "is HTML or XML. Have the tool write JSON, as in promptfoo eval --output results.json"
        raise NotEvalResultsError(name, why)
    return _csv(text, name)


def is_lines(text: str) -> bool:
    """Return whether a text has a JSON object on each line, rather than one document."""
    line, _, rest = text.strip().partition("\n")
    return bool(rest) and isinstance(json_or_none(line), dict)


def line_records(text: str, name: str) -> list[NumberedRecord]:
    """Return the records with their lines, or raise with every line that is none."""
    found: list[NumberedRecord] = []
    problems: list[Problem] = []
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if not line.strip():
            continue
        if len(found) + len(problems) >= MAX_RESULTS:
            raise TooManyResultsError(name, MAX_RESULTS)
        try:
            record = load_json(line, name)
        except FileProblemsError as error:
            problems += [Problem(name, each.says, number) for each in error.problems]
            continue
        if isinstance(record, Mapping):
            found.append((number, record))
        else:
            problems.append(Problem(name, "is not an object with an id and a score", number))
    if problems:
        raise FileProblemsError(problems)
    return found


def _listed(document: object) -> list[Mapping[str, Any]]:
    """Return the records that a document lists: itself, or under the one key that holds any."""
    if not isinstance(document, Mapping):
        return list(objects_in(document))
    lists = {key: found for key, value in document.items() if (found := list(objects_in(value)))}
    named = next((lists[key] for key in HELD_IN if key in lists), None)
    return named or (next(iter(lists.values())) if len(lists) == 1 else [])


def _csv(text: str, name: str) -> ParsedFile:
    """Return the rows of a CSV with a head of names; the separator is the head's.

    Spreadsheets may say the separator in a line of its own (`sep=;`), and add empty rows and
    columns: those are left out.
    """
    said, _, rest = text.partition("\n")
    separator = said.strip().strip('"')[4:] if said.strip('" \r').startswith("sep=") else ""
    body, skipped = (rest, 1) if separator else (text, 0)
    first = body.partition("\n")[0]
    separator = separator or max(SEPARATORS, key=first.count)
    if separator not in first or len(separator) != 1:
        why = "is neither JSON, nor CSV with a head that names an id and a score."
        raise NotEvalResultsError(name, why)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    try:
        head = _head(next(reader))
        filled = (row for row in reader if any(map(str.strip, row)))
        rows = [(reader.line_num + skipped, row) for row in islice(filled, MAX_RESULTS + 1)]
    except csv.Error as error:
        at = reader.line_num + skipped
        raise FileProblemsError([Problem(name, f"is not CSV: {error}", at)]) from None
    if len(rows) > MAX_RESULTS:
        raise TooManyResultsError(name, MAX_RESULTS)
    ragged = [line for line, row in rows if len(row) < len(head) or any(row[len(head) :])]
    if ragged:
        says = "has another number of fields than the head. Quote fields that hold a separator."
        raise FileProblemsError([Problem(name, says, line) for line in ragged])
    records = [(line, dict(zip(head, row, strict=False))) for line, row in rows]
    return ParsedFile(name, records=records, head=head, cells=rows)


def _head(row: Sequence[str]) -> list[str]:
    """Return the names of a head, without spaces around them and empty ones at its end."""
    names = [each.strip() for each in row]
    while names and not names[-1]:
        names.pop()
    if names and not names[0]:
        names[0] = INDEX
    return names


def table(source: ParsedFile) -> EvalResults:
    """Return records of any tool as rows; fields of inner records have names with dots."""
    records = list(source.records) or [(None, each) for each in _mapped(source.document)]
    twin = next((name for name in source.head if source.head.count(name) > 1), None)
    if twin is not None:
        says = f"two columns are called '{twin}'. Name each for its side."
        raise FileProblemsError([Problem(source.name, says, 1)])
    kind = "CSV" if source.head else "JSON" if source.document is not None else "JSON Lines"
    rows = tuple(ResultRow(flat(record), line) for line, record in records)
    return EvalResults(source.name, kind, rows)


def _mapped(document: object) -> Iterator[Mapping[str, Any]]:
    """Yield the records of a document that maps ids to records.

    Where the outer keys name fields, as pandas writes columns, the inner ones are the rows.
    """
    values = document.values() if isinstance(document, Mapping) else ()
    inner = [value for value in values if isinstance(value, Mapping)]
    if not isinstance(document, Mapping) or not inner or len(inner) < len(document):
        return
    if all(each.keys() == inner[0].keys() for each in inner) and any(map(is_score_name, document)):
        for key in inner[0]:
            row = {name: values[key] for name, values in document.items()}
            yield row if ID in row else {INDEX: key, **row}
        return
    for key, record in document.items():
        yield record if ID in record else {ID: key, **record}


def pandas_split(source: ParsedFile) -> EvalResults | None:
    """Return a table as pandas splits it (MLflow's tables too): columns and data, perhaps index."""
    document = source.document
    if not isinstance(document, Mapping) or not {"columns", "data"} <= document.keys():
        return None
    names, data, index = document["columns"], document["data"], document.get(INDEX)
    if not isinstance(names, list) or not isinstance(data, list):
        return None
    columns = [str(key_of(name)) for name in names]
    if not all(isinstance(row, list) and len(row) == len(columns) for row in data):
        says = "has rows of another length than its columns"
        raise FileProblemsError([Problem(source.name, says)])
    keys = index if isinstance(index, list) and len(index) == len(data) else []
    numbered = keys == list(range(len(data)))
    rows: list[ResultRow] = []
    for number, row in enumerate(data):
        record = dict(zip(columns, row, strict=True))
        named = {INDEX: keys[number], **record} if keys and not numbered else record
        rows.append(ResultRow(flat(named)))
    return EvalResults(source.name, "MLflow or pandas table", tuple(rows))
