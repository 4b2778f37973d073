"""Logs beyond one machine: Daft reads them on its threads or on a Ray cluster, in parts.

Each part is packed where it is read; what is joined here is the same as of one process. Daft and
Ray are imported only here, with what they report about their use switched off.
"""

from __future__ import annotations

import os
import pickle
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ftvp.errors import EngineError, FtvpError, MissingExtraError
from ftvp.usage.log import REMOTE, FileNotes, Log, LogPart, settle
from ftvp.usage.parts import Told, has_own_lines, read_part, stretches, uncollected
from ftvp.usage.read import Asking, read_calls

SILENT = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "DO_NOT_TRACK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
}
"""What must be set before Daft and Ray are imported, so that they report nothing."""
ANSWERS_WITHIN = 10.0
"""Seconds within which a cluster takes a connection, or is not there."""


def gather_with_daft(
    named: Sequence[str], columns: Mapping[str, str] | None, day: date, ray: str | None
) -> Log:
    """Return the calls of local files and of objects in a store, read by Daft.

    `ray` is the address of a running Ray cluster, None for Daft's own threads. Raises
    MissingExtraError without Daft, EngineError where it fails: never half a total.
    """
    daft = _daft(ray)
    told = columns, day
    try:
        answers = [
            *_local(daft, named, told, on_ray=ray is not None),
            *_remote(daft, named, told, on_ray=ray is not None),
        ]
    except FtvpError:
        raise
    except Exception as error:  # noqa: BLE001  whatever an engine raises is told in a sentence
        raise EngineError(ray, error) from None
    return _joined(answers)


def _daft(address: str | None) -> Any:  # noqa: ANN401  a module
    os.environ.update(SILENT)
    try:
        import daft
    except ImportError:
        raise MissingExtraError("--engine", "Daft", "cluster") from None
    try:
        if address is None:
            daft.set_runner_native()
        else:
            _join(address)
            daft.set_runner_ray(address=address)
    except FtvpError:
        raise
    except Exception as error:  # noqa: BLE001  whatever an engine raises is told in a sentence
        raise EngineError(address, error) from None
    return daft


def _join(address: str) -> None:
    """Join a running Ray cluster, without the lines that its workers print."""
    try:
        import ray
    except ImportError:
        raise MissingExtraError("--ray", "Ray", "cluster") from None
    host, sign, port = address.rpartition(":")
    if sign and port.isdigit() and "://" not in address:
        # Ray itself waits for minutes where nothing listens.
        socket.create_connection((host, int(port)), ANSWERS_WITHIN).close()
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")


Answer = tuple[str, int, bytes]
"""A file, where a part of it begins, and the pickled part, or the error that it met."""


def _local(
    daft: Any,  # noqa: ANN401  a module
    named: Sequence[str],
    told: Told,
    *,
    on_ray: bool,
) -> Iterator[Answer]:
    """Yield the parts of local files, long ones in stretches."""
    from ftvp.usage.gather import paths_of

    names = paths_of([name for name in named if REMOTE not in name])
    if not names:
        return
    rows = [(name, *stretch) for name in names for stretch in _stretches(Path(name), told)]
    columns = zip(*rows, strict=True)
    frame = daft.from_pydict(dict(zip(("path", "start", "end"), map(list, columns), strict=True)))

    @daft.func(return_dtype=daft.DataType.binary())  # type: ignore[untyped-decorator]
    def part(path: str, start: int, end: int) -> bytes:
        return _answered(path, start, end, told)

    col = daft.col
    spread = frame.into_partitions(len(rows)) if on_ray else frame
    made = spread.with_column("part", part(col("path"), col("start"), col("end")))
    yield from _rows(made, len(rows))


def _stretches(path: Path, told: Told) -> list[tuple[int, int]]:
    """Return the stretches of a file that can be read apart; (0, -1) for one that cannot."""
    if path.is_file() and has_own_lines(path, Asking(told[1], told[0])):
        return stretches(path.stat().st_size)
    return [(0, -1)]


def _remote(
    daft: Any,  # noqa: ANN401  a module
    named: Sequence[str],
    told: Told,
    *,
    on_ray: bool,
) -> Iterator[Answer]:
    """Yield the parts of objects in a store, one an object."""
    names = [name for name in named if REMOTE in name]
    if not names:
        return
    io = _store(daft)
    frame = daft.from_glob_path(names, io_config=io)
    files = frame.count_rows()

    @daft.func(return_dtype=daft.DataType.binary())  # type: ignore[untyped-decorator]
    def part(path: str, data: bytes) -> bytes:
        return _of_bytes(path, data, told)

    col = daft.col
    data = daft.functions.download(col("path"), io_config=io)
    spread = frame.into_partitions(max(1, files)) if on_ray else frame
    made = spread.with_column("start", daft.lit(0)).with_column("part", part(col("path"), data))
    yield from _rows(made, files)


def _store(daft: Any) -> Any:  # noqa: ANN401  a module, its class
    """Return how Daft reaches an S3-compatible server that the environment names, else None."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return None
    store = daft.io.S3Config(
        endpoint_url=endpoint,
        key_id=os.environ.get("AWS_ACCESS_KEY_ID"),
        access_key=os.environ.get("AWS_SECRET_ACCESS_KEY"),
        region_name=os.environ.get("AWS_REGION", "us-east-1"),
        use_ssl=endpoint.startswith("https"),
    )
    return daft.io.IOConfig(s3=store)


def _rows(frame: Any, wanted: int) -> Iterator[Answer]:  # noqa: ANN401  a frame of Daft
    """Yield the rows of a frame; EngineError where some are missing."""
    seen = 0
    for row in frame.select("path", "start", "part").iter_rows():
        seen += 1
        yield row["path"], row["start"], row["part"]
    if seen != wanted:
        says = f"{seen} of {wanted} parts came back"
        raise EngineError(None, RuntimeError(says))


def _answered(path: str, start: int, end: int, told: Told) -> bytes:
    """Return a pickled part of a file, or the error it met: it is raised where parts are joined."""
    name = Path(path).name
    try:
        return pickle.dumps(
            _whole(path, name, told)
            if end < 0
            else read_part(path, start, end, name=name, told=told)
        )
    except FtvpError as error:
        return pickle.dumps(str(error))


def _of_bytes(path: str, data: bytes, told: Told) -> bytes:
    """Return the pickled part that an object's bytes are."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            return pickle.dumps(_whole(file.name, path, told))
        except FtvpError as error:
            return pickle.dumps(str(error).replace(file.name, path))


def _whole(path: str, name: str, told: Told) -> LogPart:
    notes, log = FileNotes(name), Log()
    with uncollected():
        log.take(read_calls(path, notes, Asking(told[1], told[0])), 0)
    return log.part(notes)


def _joined(answers: Sequence[Answer]) -> Log:
    """Return the log that parts make up, by file and in the order of each."""
    log = Log()
    files: dict[str, int] = {}
    for path, _, made in sorted(answers, key=lambda each: each[:2]):
        part: LogPart | str = pickle.loads(made)  # noqa: S301  made by `_answered`
        if isinstance(part, str):
            raise FtvpError(part)
        if path not in files:
            files[path] = len(files)
            log.notes.append(FileNotes(path))
        log.absorb(part, log.notes[files[path]], files[path])
    for notes in log.notes:
        settle(notes)
    return log
