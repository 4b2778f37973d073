"""Inspect's logs: JSON, and `.eval` archives with a JSON file for each sample."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
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
from ftvp.files.containers import ZSTD, BrokenPackingError, PackageMissingError, Unpacked
from ftvp.files.disk import MAX_LINE, MAX_UNPACKED
from ftvp.files.json import load_json

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
