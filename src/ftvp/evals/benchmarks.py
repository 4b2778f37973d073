"""What benchmarks write: lm-evaluation-harness, HELM, EvalPlus, HumanEval, OpenCompass, Inspect."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from ftvp.errors import NotEvalResultsError, PackedFileError, TooLargeError
from ftvp.evals.items import (
    ID,
    INPUT,
    TARGET,
    EvalResults,
    ParsedFile,
    ResultRow,
    asked_text,
    flat,
    key_of,
    objects_in,
)
from ftvp.evals.tables import is_score_name
from ftvp.files.disk import (
    MAX_LINE,
    MAX_UNPACKED,
    ZSTD,
    BrokenPackingError,
    PackageMissingError,
    Unpacked,
)
from ftvp.files.values import load_json

HASH = "doc_hash"
BESIDE_METRICS = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *(HASH, "prompt_hash", "target_hash", "bypass"),
}
MARKS = {"resps", "filtered_resps", HASH}
ASKED_IN = ("question", "query", "input", "problem", "sentence", "ctx", "goal", "prompt", "text")
"""Fields of a document that hold what is asked, in the tasks of lm-evaluation-harness."""


def harness(source: ParsedFile) -> EvalResults | None:
    """Return the documents of a sample file of lm-evaluation-harness.

    Each metric is a score, of each filter where there are several. A metric of the whole corpus,
    whose parts stand in the lines as lists, is none. The number of a document is believed where its
    hash says the same on both sides.
    """
    records = source.records
    if not records or not all(
        "doc_id" in record and not MARKS.isdisjoint(record) for _, record in records
    ):
        return None
    filters = dict.fromkeys(key_of(record.get("filter")) for _, record in records)
    documents: dict[tuple[str, str | None, int], tuple[int | None, dict[str, Any]]] = {}
    counts: Counter[tuple[str, str | None, str | None]] = Counter()
    scores: dict[str, None] = {}
    for line, record in records:
        document = str(key_of(record["doc_id"])), key_of(record.get(HASH))
        key = *document, key_of(record.get("filter"))
        counts[key] += 1
        suffix = f" ({key[2]})" if len(filters) > 1 else ""
        found = {f"{m}{suffix}": record.get(m) for m in _metrics(record)}
        scores |= dict.fromkeys(found)
        _, fields = documents.setdefault((*document, counts[key]), (line, _document(record)))
        fields |= found
    if not scores:
        why = "has metrics of all documents together, such as bleu: no document has its own score."
        raise NotEvalResultsError(source.name, why)
    rows = tuple(ResultRow(fields, line) for line, fields in documents.values())
    ids, inputs = (HASH, ID), (HASH, INPUT)
    return EvalResults(
        source.name, "lm-evaluation-harness samples", rows, tuple(scores), ids=ids, inputs=inputs
    )


def _metrics(record: Mapping[str, Any]) -> list[str]:
    named = record.get("metrics")
    names = [str(name) for name in named] if isinstance(named, list) else list(record)
    return [
        name
        for name in names
        if name not in BESIDE_METRICS and not isinstance(record.get(name), list | Mapping)
    ]


def _document(record: Mapping[str, Any]) -> dict[str, Any]:
    document = record.get("doc")
    inner = flat({"doc": document}) if isinstance(document, Mapping) else {}
    asked = (asked_text(inner.get(f"doc.{name}")) for name in ASKED_IN)
    known = {HASH: record[HASH]} if record.get(HASH) else {}
    return {ID: record["doc_id"], INPUT: next((t for t in asked if t), None), **known, **inner}


TRIAL = "train_trial_index"


def helm(source: ParsedFile) -> EvalResults | None:
    """Return the instances of HELM's `per_instance_stats.json` or `display_predictions.json`.

    Each statistic that is named for a score is one; trials of an instance are its repeated answers,
    and instances that were altered on purpose are left out.
    """
    records = [record for _, record in source.records]
    if not records or not all({"instance_id", "stats"} <= each.keys() for each in records):
        return None
    apart: defaultdict[tuple[str | None, str | None], dict[str, Any]] = defaultdict(dict)
    for record in records:
        if record.get("perturbation") is None:
            key = key_of(record["instance_id"]), key_of(record.get(TRIAL))
            apart[key] |= {ID: key[0], TRIAL: key[1], **_statistics(record["stats"])}
    rows = tuple(ResultRow(fields) for fields in apart.values())
    known = [name for row in rows for name in row.fields if name not in {ID, TRIAL}]
    named = tuple(dict.fromkeys(name for name in known if is_score_name(name)))
    return EvalResults(
        source.name, "HELM instances", rows, named, ids=(ID,), inputs=(INPUT,), has_repeats=True
    )


def _statistics(stats: object) -> dict[str, Any]:
    if isinstance(stats, Mapping):
        return dict(stats)
    found: dict[str, Any] = {}
    for stat in objects_in(stats):
        name, total, count = stat.get("name"), stat.get("sum"), stat.get("count")
        label = key_of(name.get("name") if isinstance(name, Mapping) else name)
        mean = stat.get("mean")
        if mean is None and isinstance(total, int | float) and isinstance(count, int) and count:
            mean = total / count
        if label is not None and mean is not None:
            found[label] = mean
    return found


BASE, PLUS = "base", "plus"


def evalplus(source: ParsedFile) -> EvalResults | None:
    """Return the samples of EvalPlus: whether they pass the base tests, and all tests (plus)."""
    document = source.document if isinstance(source.document, Mapping) else {}
    tasks = document.get("eval")
    if not isinstance(tasks, Mapping) or "samples" in document:
        return None
    found = [
        {ID: task, **sample} for task, value in tasks.items() for sample in _evalplus_samples(value)
    ]
    if not found:
        return None
    scores = (BASE, PLUS) if any(PLUS in fields for fields in found) else (BASE,)
    rows = tuple(ResultRow(fields) for fields in found)
    return EvalResults(source.name, "EvalPlus results", rows, scores, ids=(ID,), has_repeats=True)


def _evalplus_samples(value: object) -> Iterator[dict[str, Any]]:
    """Yield the samples of a task; before version 0.2.1 as a list of results of each kind of test.

    Such a result is a list that begins with its status.
    """
    if not isinstance(value, Mapping):
        for sample in objects_in(value):
            yield _passed(sample.get("base_status"), sample.get("plus_status"))
        return
    kinds = [value.get(key) for key in (BASE, PLUS)]
    base, plus = (
        [each[0] if isinstance(each, list) and each else each for each in kind]
        if isinstance(kind, list)
        else []
        for kind in kinds
    )
    for number, status in enumerate(base):
        yield _passed(status, plus[number] if number < len(plus) else None)


def _passed(base: object, plus: object) -> dict[str, Any]:
    found: dict[str, Any] = {BASE: None if base is None else base == "pass"}
    return found if plus is None else {**found, PLUS: base == plus == "pass"}


def humaneval(source: ParsedFile) -> EvalResults | None:
    """Return the samples of HumanEval's results: whether each passed; several of one task too."""
    answers = {"completion", "solution", "generation", "result"}
    records = source.records
    if not records or not all(
        {"task_id", "passed"} <= record.keys() and not answers.isdisjoint(record)
        for _, record in records
    ):
        return None
    rows = tuple(ResultRow({ID: each["task_id"], **flat(each)}, line) for line, each in records)
    scores = ("passed",)
    return EvalResults(source.name, "HumanEval results", rows, scores, ids=(ID,), has_repeats=True)


def opencompass(source: ParsedFile) -> EvalResults | None:
    """Return the details of an OpenCompass result: each answer, and whether it is correct.

    Where it says of none, an answer is right that is its reference.
    """
    document = source.document
    details = document.get("details") if isinstance(document, Mapping) else None
    if isinstance(details, Mapping):
        listed = {key: each for key, each in details.items() if isinstance(each, Mapping)}
    else:
        listed = {str(number): each for number, each in enumerate(objects_in(details))}
    answered = (
        {"prompt", "pred", "predictions", "origin_prediction"} & set(d) for d in listed.values()
    )
    if not listed or not all(answered):
        return None
    rows = tuple(
        ResultRow(
            {ID: key, INPUT: asked_text(prompt) or key_of(prompt), **flat(each), **_correct(each)}
        )
        for key, each in listed.items()
        for prompt in [each.get("prompt", each.get("origin_prompt"))]
    )
    return EvalResults(
        source.name, "OpenCompass details", rows, ("correct",), ids=(ID, INPUT), inputs=(INPUT,)
    )


def _correct(detail: Mapping[str, Any]) -> dict[str, Any]:
    correct = detail.get("correct", detail.get("is_correct"))
    if isinstance(correct, list) and len(correct) == 1:
        correct = correct[0]
    answer, right = detail.get("predictions"), detail.get("references")
    if correct is None and answer is not None and right is not None:
        correct = key_of(answer) == key_of(right)
    return {"correct": correct}


NAME = "Inspect log"
GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Correct, partial, incorrect and no answer, at the worth that Inspect's accuracy gives them."""
ZSTANDARD = 93
"""The number of the compression in a zip archive, which Python reads from 3.14 on."""
LOCAL_HEADER = struct.Struct("<4s22xHH")
"""What stands before a file in a zip archive: a mark, the lengths of its name and of more."""
SPREADSHEETS = ("xl/", "content.xml", "Index/")
"""What archives begin with that Excel, LibreOffice and Numbers write."""
SAVE_AS_CSV = (
    "is a spreadsheet: save it as CSV. In Excel: File, Save As, CSV UTF-8; in LibreOffice: File, "
    "Save As, Text CSV."
)


def inspect_log(source: ParsedFile) -> EvalResults | None:
    """Return the samples of a JSON log, None for what is none."""
    document = source.document
    if not isinstance(document, Mapping) or not {"eval", "samples"} <= document.keys():
        return None
    return _results(source.name, objects_in(document["samples"]), document)


def inspect_archive(file: IO[bytes], name: str) -> EvalResults:
    """Return the samples of an `.eval` archive.

    Each is unpacked by itself. Raises TooLargeError for one larger than a line may be, or more
    than an archive may unpack to; NotEvalResultsError for another archive, or a broken one.
    """
    try:
        with ZipFile(file) as archive:
            return _archived(archive, file, name)
    except (BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        why = "is an archive that cannot be read here. As JSON it can: inspect log dump FILE"
        raise NotEvalResultsError(name, why) from None


def _archived(archive: ZipFile, file: IO[bytes], name: str) -> EvalResults:
    listed = archive.infolist()
    if any(each.filename.startswith(SPREADSHEETS) for each in listed):
        raise NotEvalResultsError(name, SAVE_AS_CSV)
    header = next((each for each in listed if each.filename == "header.json"), None)
    samples = [
        each
        for each in listed
        if each.filename.startswith("samples/") and each.filename.endswith(".json")
    ]
    if not samples:
        raise NotEvalResultsError(name, "is an archive without samples of an Inspect log.")
    if sum(each.file_size for each in samples) > MAX_UNPACKED:
        raise TooLargeError(name, MAX_UNPACKED, "log")
    read = (_loaded(archive, file, each, name) for each in samples)
    log = _loaded(archive, file, header, name) if header else {}
    return _results(name, (each for each in read if isinstance(each, Mapping)), log)


def _loaded(archive: ZipFile, file: IO[bytes], member: ZipInfo, name: str) -> object:
    data = _unpacked(archive, file, member, name)
    if len(data) > MAX_LINE:
        raise TooLargeError(name, MAX_LINE, "sample")
    return load_json(data.decode("utf-8"), f"{name} {member.filename}")


def _unpacked(archive: ZipFile, file: IO[bytes], member: ZipInfo, name: str) -> bytes:
    """Return the bytes of a file in an archive, at most one more than is read of a sample.

    Of zstandard too, which Python opens from 3.14 on: before, the package of that name does.
    """
    if member.compress_type != ZSTANDARD or hasattr(zipfile, "ZIP_ZSTANDARD"):
        with archive.open(member) as opened:
            return opened.read(MAX_LINE + 1)
    file.seek(member.header_offset)
    mark, name_size, extra_size = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    if mark != b"PK\x03\x04":
        raise BadZipFile
    file.seek(name_size + extra_size, io.SEEK_CUR)
    packed = io.BytesIO(file.read(member.compress_size))

    def refuse() -> None:
        raise TooLargeError(name, MAX_LINE, "sample")

    try:
        return io.BufferedReader(Unpacked(packed, ZSTD, MAX_LINE, refuse)).read()
    except PackageMissingError:
        raise PackedFileError(name, "zstandard", "inspect log dump FILE > FILE.json") from None
    except BrokenPackingError:
        raise BadZipFile from None


def _results(name: str, samples: Iterable[Mapping[str, Any]], log: object) -> EvalResults:
    """Return the samples, each scorer a score; one that a sample lacks has given it none."""
    read = [(_fields(sample), _scores(sample)) for sample in samples]
    scorers = dict.fromkeys(scorer for _, scores in read for scorer in scores)
    rows = tuple(
        ResultRow({**fields, **dict.fromkeys(scorers), **scores}) for fields, scores in read
    )
    several = len({(fields[ID], key_of(fields.get("epoch"))) for fields, _ in read}) > len(
        {fields[ID] for fields, _ in read}
    )
    return EvalResults(
        name,
        NAME,
        rows,
        tuple(scorers),
        ids=(ID, INPUT),
        inputs=(INPUT,),
        notes=tuple(_reducers(name, log)) if several else (),
    )


def _reducers(name: str, log: object) -> Iterator[str]:
    """Yield a note where a log puts the epochs of a sample together in another way than we do."""
    for key in ("eval", "config", "epochs_reducer"):
        log = log.get(key) if isinstance(log, Mapping) else None
    reducers = [str(each) for each in log] if isinstance(log, list) else []
    if reducers and "mean" not in reducers:
        yield (
            f"{name} reduces the epochs of a sample by {', '.join(reducers)}; here their mean is "
            "its score."
        )


def _fields(sample: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: sample.get(key) for key in ("epoch", TARGET, "metadata")}
    return {
        ID: key_of(sample.get("id")),
        INPUT: asked_text(sample.get("input")),
        **flat({key: value for key, value in kept.items() if value is not None}),
    }


def _scores(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sample's scores, one that gives several by each name; of a failed sample nothing."""
    scores: dict[str, Any] = {}
    given = sample.get("scores")
    for scorer, score in given.items() if isinstance(given, Mapping) else ():
        value = score.get("value") if isinstance(score, Mapping) else score
        scores |= flat({scorer: value})
    if sample.get("error"):
        return dict.fromkeys(scores)
    return {
        name: GRADES.get(value, value) if isinstance(value, str) else value
        for name, value in scores.items()
    }
