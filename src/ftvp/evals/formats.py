"""The formats of eval results that are read, each a row, and the reader that fits a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ftvp.errors import NotEvalResultsError, NotUtf8Error, TooLargeError
from ftvp.evals import benchmarks, platforms
from ftvp.evals.inspect_logs import SAVE_AS_CSV, inspect_archive, inspect_log
from ftvp.evals.items import EvalResults, ParsedFile
from ftvp.evals.promptfoo import promptfoo, promptfoo_csv
from ftvp.evals.tables import pandas_split, parsed, table
from ftvp.files.containers import HEAD, foreign_format, wide_encoding
from ftvp.files.disk import MAX_FILE, STANDARD_INPUT, decoded, on_disk, open_bytes, worded

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
    with on_disk("-" if path == "-" else Path(path)) as place:
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
