"""Which fields of eval results are ids, scores, gold answers and predictions.

Only a field that can be one is taken for a score: its name says so, and it holds scores. Where
several can be, or none, the user is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftvp.errors import EvalFieldError, NotAScoreError
from ftvp.evals.items import (
    ID,
    INPUT,
    EvalResults,
    amount_of,
    is_scored,
    key_of,
    measures_errors,
    name_words,
)

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
    predicted = [name for name in results.columns if is_predicted(name) or name in bare]
    if gold is None or _is_right_or_wrong(results, gold, bare):
        return []
    drawn = all(_is_drawn_from(results, name, gold) for name in predicted)
    return [ScoreField(name, gold) for name in _two_sides(predicted)] if drawn else []


def _is_right_or_wrong(results: EvalResults, gold: str, bare: Sequence[str]) -> bool:
    """Return whether fields named for the sides may be scores or answers: both are 0 and 1."""
    answers = (amount_of(row.fields.get(gold)) for row in results.rows)
    return bool(bare) and all(each is not None and each.number in (0, 1) for each in answers)


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
