"""Both sides' scores, from the files that evaluation tools wrote, in any of their formats.

Each format is a row of a table, with the reader that fits its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftvp.errors import (
    NotEvalResultsError,
    NothingPairedError,
    NotUtf8Error,
    OneClusterError,
    TooLargeError,
)
from ftvp.evals import benchmarks, platforms
from ftvp.evals.benchmarks import SAVE_AS_CSV, inspect_archive, inspect_log
from ftvp.evals.items import (
    EvalResults,
    EvalSide,
    Pair,
    PairedScores,
    ParsedFile,
    ScoreScale,
    ToldScale,
    Unpaired,
    scale_of,
)
from ftvp.evals.pairing import Column, Item, item_of, refuse_other_items, rows_by_item, shared_ids
from ftvp.evals.platforms import promptfoo, promptfoo_csv
from ftvp.evals.tables import (
    IDS,
    SIDES,
    is_lines,
    line_records,
    pandas_split,
    parsed,
    score_fields,
    table,
)
from ftvp.files.disk import (
    HEAD,
    MAX_FILE,
    STANDARD_INPUT,
    decoded,
    foreign_format,
    on_disk,
    open_bytes,
    place_of,
    read_text,
    wide_encoding,
    worded,
)
from ftvp.files.values import load_json

Reader = Callable[[ParsedFile], EvalResults | None]


@dataclass(frozen=True)
class EvalFormat:
    """A format: how it is recognised, what tells its items apart, and which scores it has."""

    name: str
    recognised: str
    id: str
    score: str
    read: Reader


FORMATS = (
    EvalFormat(
        "promptfoo JSON",
        "results with `provider`, `success` and `vars` (all versions; JSON or JSON Lines)",
        "the variables of the test",
        "`score`, of each provider and prompt; `success` and each named score if asked for",
        promptfoo,
    ),
    EvalFormat(
        "promptfoo CSV",
        "a column followed by `Status`, `Score`, `Named Scores`, or answers that begin with "
        "`[PASS]`, `[FAIL]` or `[ERROR]`",
        "the variables of the test",
        "`Score`, else pass or fail, of each prompt's column; each `Metric:` if asked for",
        promptfoo_csv,
    ),
    EvalFormat(
        "Inspect log",
        "`eval` and `samples` in JSON, or an `.eval` archive (zstandard needs `ftvp[zstd]` before "
        "Python 3.14)",
        "the sample's `id`",
        "each scorer; C, P, I and N are 1, 0.5, 0 and 0",
        inspect_log,
    ),
    EvalFormat(
        "EvalPlus results",
        "`eval` with a list of samples for each task",
        "the task",
        "`base` (passes the base tests) and `plus` (passes all)",
        benchmarks.evalplus,
    ),
    EvalFormat(
        "OpenCompass details",
        "`details` with a prompt or a prediction each",
        "the key of the detail",
        "`correct`, else whether `predictions` is `references`",
        benchmarks.opencompass,
    ),
    EvalFormat(
        "DeepEval test run",
        "`testCases`, `conversationalTestCases` or `test_results` with `metricsData`",
        "`input`; of a conversation its `scenario` or its turns",
        "each metric; `success` if asked for",
        platforms.deepeval,
    ),
    EvalFormat(
        "MLflow or pandas table",
        '`columns` and `data`, as `orient="split"` writes them',
        "an index that is no row number, else as in a table",
        "as in a table",
        pandas_split,
    ),
    EvalFormat(
        "OpenAI Evals API items",
        "`datasource_item` and `results` in each record",
        "`datasource_item_id`",
        "each grader; `status` if asked for",
        platforms.openai_items,
    ),
    EvalFormat(
        "OpenAI Evals log",
        "events with `sample_id`, `type` and `data`",
        "`sample_id`",
        "`correct` of a match, each number of a `metrics` event",
        platforms.openai_log,
    ),
    EvalFormat(
        "lm-evaluation-harness samples",
        "`doc_id` beside `doc_hash`, `resps` or `filtered_resps` in each line",
        "`doc_hash` where both sides share it, else `doc_id`",
        "each metric, of each filter where there are several",
        benchmarks.harness,
    ),
    EvalFormat(
        "HELM instances",
        "`instance_id` and `stats` in each record (`per_instance_stats.json`, "
        "`display_predictions.json`)",
        "`instance_id`, without altered instances",
        "each statistic that is named for a score",
        benchmarks.helm,
    ),
    EvalFormat(
        "HumanEval results",
        "`task_id` and `passed` beside an answer or a result in each record",
        "`task_id`",
        "`passed`",
        benchmarks.humaneval,
    ),
    EvalFormat(
        "LangSmith experiment",
        "`example_id` or `reference_example_id` beside feedback",
        "the id of the example",
        "each feedback",
        platforms.langsmith,
    ),
    EvalFormat(
        "Langfuse export",
        "`id`, `input`, `output` and a time or trace, with scores in lists such as `[1.0]`",
        "`datasetItemId`, else `input`",
        "each name of a score",
        platforms.langfuse,
    ),
    EvalFormat(
        "CSV, JSON Lines, JSON",
        "any other table: a head of names, a record a line, a list of records, or records by id",
        "a field named for an id (`id`, `ID`, `Item ID`, `example-id` ...), else what was asked",
        "the one field named for a score; else whether a prediction is the right answer beside it",
        table,
    ),
)
"""Every format, in the order in which they are tried; the last one takes what no other does."""

ZIP = b"PK\x03\x04"
OTHERS = {
    b"\xd0\xcf\x11\xe0": SAVE_AS_CSV,
    b"PAR1": 'is Parquet. Write it as CSV: python -c "import pandas; '
    "pandas.read_parquet('FILE').to_csv('FILE.csv')\"",
}
"""What files begin with that other commands read, or nobody, and what to do with them."""


def read_results(path: str) -> EvalResults:
    """Return the results in a file, packed or not, or on standard input for "-".

    Raises FtvpError for what cannot be read, and NotEvalResultsError for what holds no records.
    """
    name = STANDARD_INPUT if path == "-" else path
    with on_disk(place_of(path)) as place:
        with worded(name), place.open("rb") as file:
            if file.read(len(ZIP)) == ZIP:
                return inspect_archive(file, name)
        with open_bytes(place) as file:
            data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise TooLargeError(name, MAX_FILE, "file")
    _refuse_foreign(data[:HEAD], name)
    return parse_results(_text(data, name), name)


def _refuse_foreign(head: bytes, name: str) -> None:
    """Raise NotEvalResultsError for a file that is no text, with what to do instead."""
    why = next((why for mark, why in OTHERS.items() if head.startswith(mark)), None)
    foreign = foreign_format(head)
    if why is None and foreign is not None and not foreign.magic.startswith(b"<"):  # a report
        why = f"is {foreign.name}. {foreign.instead.format(name=name)}."
    if why is not None:
        raise NotEvalResultsError(name, why)


def _text(data: bytes, name: str) -> str:
    """Return a text in UTF-8, or in UTF-16 as spreadsheets write it."""
    encoding = wide_encoding(data[:HEAD])
    if encoding is None:
        return decoded(data, name)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotUtf8Error(name, data[error.start], 1, encoding) from None


def parse_results(text: str, name: str) -> EvalResults:
    """Return the results that a text holds; NotEvalResultsError says what is read for others."""
    source = parsed(text, name)
    found = (format_.read(source) for format_ in FORMATS)
    results = next((each for each in found if each is not None), None)
    if results is None or not results.rows:
        names = ", ".join(format_.name for format_ in FORMATS)
        why = f"holds no results: a record for each item is wanted. What is read: {names}."
        raise NotEvalResultsError(name, why)
    return results


MIN_ITEMS = 2
"""Items, or clusters, of which anything can be said."""


@dataclass(frozen=True)
class Fields:
    """How the user names what a file holds; what is left out is found."""

    id: str | None = None
    score: str | None = None
    """One name for both sides, or two with a comma, the prompted side's first."""
    cluster: str | None = None
    scale: float | Sequence[float] | None = None
    """A perfect score of both sides, or of each."""
    lower_is_better: bool | None = None
    """Whether scores measure errors; None where the field's name tells."""


def read_evals(paths: Sequence[str], fields: Fields, train: Path | None = None) -> PairedScores:
    """Return both sides' scores from two files, or from one with a score for each.

    The items are looked for in the training file `train`. Raises FtvpError for what cannot be
    read, is not scored, names other items by the same ids, or shares fewer than two items.
    """
    columns = _columns([read_results(path) for path in dict.fromkeys(paths)], fields)
    rows = [rows_by_item(column) for column in columns]
    if columns[0].results is not columns[1].results:
        refuse_other_items(columns, rows)
    one, other = (
        {item: item_of(column, item, answers) for item, answers in side.items()}
        for column, side in zip(columns, rows, strict=True)
    )
    pairs = [Pair(i, one[i].score, other[i].score, one[i].cluster) for i in one if i in other]
    if len(pairs) < MIN_ITEMS:
        names = [column.results.name for column in columns]
        raise NothingPairedError(names[0], names[1], list(one), list(other))
    if fields.cluster is not None and len({pair.cluster for pair in pairs}) < MIN_ITEMS:
        raise OneClusterError(fields.cluster)
    return PairedScores(
        prompted=_side(columns[0], one),
        tuned=_side(columns[1], other),
        pairs=pairs,
        clustered=fields.cluster is not None,
        unpaired=Unpaired(
            prompted=tuple(i for i in one if i not in other),
            tuned=tuple(i for i in other if i not in one),
        ),
        train=None if train is None else str(train),
        trained_on=None if train is None else trained_on(train, [one[p.id] for p in pairs]),
        notes=tuple(_notes(columns, one, other)),
    )


def _columns(files: Sequence[EvalResults], fields: Fields) -> list[Column]:
    """Return where each side's scores stand, in two files or in the same one."""
    asked = [name.strip() for name in (fields.score or "").split(",") if name.strip()]
    scores, ids = score_fields(files, asked), shared_ids(files, fields.id)
    sides = list(files) * (SIDES // len(files))
    scales = fields.scale if isinstance(fields.scale, Sequence) else [fields.scale] * SIDES
    perfect = list(scales) * (SIDES // len(scales))
    return [
        Column(
            results=file,
            id=ids[side % len(ids)],
            score=score,
            scale=ScoreScale() if score.gold else _scale(file, score.name, perfect[side], fields),
            cluster=fields.cluster,
        )
        for side, (file, score) in enumerate(zip(sides, scores, strict=True))
    ]


def _scale(results: EvalResults, name: str, perfect: float | None, fields: Fields) -> ScoreScale:
    is_of_both = not isinstance(fields.scale, Sequence) or len(fields.scale) < SIDES
    return scale_of(
        results.name,
        name,
        [(row.line, row.fields.get(name)) for row in results.rows],
        ToldScale(perfect, is_of_both, fields.lower_is_better),
    )


def _side(column: Column, items: Mapping[str, Item]) -> EvalSide:
    results, answers = column.results, sum(item.answers for item in items.values())
    return EvalSide(
        file=results.name,
        format=results.format,
        score=str(column.score),
        items=len(items),
        answers=answers if answers > len(items) else None,
        lower_is_better=column.scale.lower_is_better,
    )


def _notes(
    columns: Sequence[Column], one: Mapping[str, Item], other: Mapping[str, Item]
) -> Iterator[str]:
    """Yield what was made of the scores that the user may not expect."""
    for score in dict.fromkeys(column.score for column in columns):
        if score.gold is not None:
            yield (
                f"No field is a score: an answer in '{score.name}' counts as right where it is "
                f"that in '{score.gold}'."
            )
    for name in dict.fromkeys(c.score.name for c in columns if c.scale.lower_is_better):
        yield (
            f"'{name}' measures errors, so lower is better: quality is 1 less its part of the "
            "scale. If not: --higher-is-better (in ftvp decide --no-evals-lower-is-better)."
        )
    answers = [{item.answers for item in side.values()} for side in (one, other)]
    if answers[0] != answers[1] or len(answers[0]) > 1:
        shown = [f"{min(a)}" if len(a) == 1 else f"{min(a)} to {max(a)}" for a in answers]
        yield (
            f"Answers to an item: prompted {shown[0]}, tuned {shown[1]}. Its score is their mean: "
            "the fewer, the less sure."
        )
    yield from dict.fromkeys(note for column in columns for note in column.results.notes)


ID_MARK = "id "
"""Before an id, so that a text of the same words is not taken for it."""


def trained_on(path: Path, items: Iterable[Item]) -> tuple[str, ...] | None:
    """Return the ids of items whose input, or telling id, the training file holds exactly.

    Case and white space are no difference. None where the items have neither to compare.
    """
    comparable = [item for item in items if item.text or not item.id.isdecimal()]
    if not comparable:
        return None
    text = read_text(path)
    found = [r for _, r in line_records(text, str(path))] if is_lines(text) else None
    known = set(_texts(load_json(text, str(path)) if found is None else found))
    return tuple(
        item.id
        for item in comparable
        if (item.text and _plain(item.text) in known)
        or (not item.id.isdecimal() and f"{ID_MARK}{item.id}" in known)
    )


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  whatever JSON holds
    """Yield every text of a training file, and every id with its mark."""
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from (f"{ID_MARK}{value[name]}" for name in IDS if name in value)
        for each in value.values():
            yield from _texts(each)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
