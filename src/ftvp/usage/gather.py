"""Files become measures: each call is read, in several processes where it pays, and counted."""

from __future__ import annotations

import gc
import glob
import json
import os
import pickle
import socket
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ftvp.errors import EngineError, FtvpError, MissingExtraError, UnreadableFileError
from ftvp.files.disk import MAX_LINE, STANDARD_INPUT, look_for, open_bytes
from ftvp.files.values import json_or_none
from ftvp.tables.bundle import Tables
from ftvp.tables.pricing import PricedModel
from ftvp.units import PromptTokens
from ftvp.usage.log import REMOTE, FileNotes, Log, LogPart, OpeningSample, settle
from ftvp.usage.read import Asking, calls_within, read_calls

Report = Callable[[str, int | None, int], None]
"""Is told the name of a file, "-" for standard input, and what `Progress` is told."""


@dataclass(frozen=True)
class UsageQuestion:
    """What is asked of logs."""

    columns: Mapping[str, str] | None = None
    model: str | None = None
    opening: str | None = None
    """The first digits of the hash of the one prompt that is asked about."""
    daft: bool = False
    """Whether Daft reads the files, on its own threads or on the Ray cluster at `ray`."""
    ray: str | None = None


def paths_of(named: Sequence[str]) -> list[str]:
    """Return the files that names and patterns mean, each once, patterns in order of name.

    Raises UnreadableFileError for a pattern that fits no file, and for what is not on this machine.
    """
    found: dict[str, None] = {}
    for name in named:
        if name == "-" or Path(name).exists():
            found[name] = None
        elif REMOTE in name:
            raise UnreadableFileError(name, "is not on this machine. Read it with --engine daft.")
        elif glob.has_magic(name):
            fits = sorted(each for each in glob.glob(name, recursive=True) if Path(each).is_file())  # noqa: PTH207  also absolute
            if not fits:
                raise UnreadableFileError(name, f"fits no file. {look_for(Path(name))}")
            found |= dict.fromkeys(fits)
        else:
            found[name] = None
    return list(found)


def gather(
    named: Sequence[str], asked: UsageQuestion, day: date, report: Report | None = None
) -> Log:
    """Return the calls of files, by names and patterns; "-" is standard input.

    `report` is told how far a file is read. Raises FtvpError for a file that cannot be read, is no
    usage log, or is for the larger part not understood.
    """
    if asked.daft:
        return gather_with_daft(named, asked.columns, day, asked.ray)
    log = Log()
    for file, path in enumerate(paths_of(named)):
        notes = FileNotes(STANDARD_INPUT if path == "-" else path)
        log.notes.append(notes)
        asking = Asking(day, asked.columns, report and partial(report, path))
        with uncollected():
            if path != "-" and can_split(Path(path), asking):
                for part in log_parts(Path(path), asking):
                    log.absorb(part, notes, file)
                settle(notes)
            else:
                log.take(read_calls(path, notes, asking), file)
    return log


def row_of(name: str, tables: Tables) -> tuple[str, PricedModel] | None:
    """Return the model of the price table that a log's name means, None where none is sure."""
    with suppress(FtvpError):
        return tables.pricing.find(name)
    return None


def lives_of(model: str, tables: Tables) -> list[float]:
    """Return the seconds that a prompt stays in the cache: each life that the model offers.

    A life that is not published is taken as the framework assumes, as one of a model that the
    price table does not know.
    """
    assumed = tables.framework.assumptions.cache_life_seconds.value
    found = row_of(model, tables)
    rule = tables.pricing.caching.get(found[1].caching or "") if found else None
    if rule is None or not rule.lives:
        return [assumed]
    told = (
        min(assumed, life.up_to_seconds or assumed) if life.seconds is None else life.seconds
        for life in rule.lives
    )
    return sorted(set(told))


CHAT_ROLES = {"model": "assistant", "human": "user", "ai": "assistant"}
"""What some logs call the roles of a chat."""


def counted(sample: OpeningSample, model: str, tables: Tables, day: date) -> PromptTokens | None:
    """Return the tokens of a request's parts, scaled to what the log says it had in all.

    None where the prompt reader finds nothing to read.
    """
    from ftvp.prompts import parse_prompt, prompt_tokens

    said = ((CHAT_ROLES.get(each.role, each.role), each.text) for each in sample.said)
    messages = [{"role": role, "content": text} for role, text in said]
    found = row_of(model, tables)
    models = tables.pricing.models
    row = found[1] if found else models[tables.pricing.default_model(day) or next(iter(models))]
    try:
        prompt = parse_prompt(json.dumps({"messages": messages}), "a request.json")
        counts = prompt_tokens(prompt, tables.pricing.tokenizers[row.tokenizer])
    except FtvpError:
        return None
    if not sample.input or not counts.total:
        return counts
    scale = sample.input / counts.total
    shots = tuple(round(tokens * scale) for tokens in counts.shots)
    request = round(counts.request * scale)
    rest = max(0, sample.input - sum(shots) - request)
    return counts.model_copy(update={"instructions": rest, "shots": shots, "request": request})


def warnings_of(notes: FileNotes) -> Iterator[str]:
    """Yield sentences on what was left out of a file, and on its times."""
    for says, lines in notes.troubles.items():
        shown = ", ".join(f"{line:,}" for line in lines.first)
        more = lines.count - len(lines.first)
        shown += f" and {more:,} more" if more else ""
        yield f"{notes.name} line {shown} {says}: left out."
    for line, name in zip(notes.changes.first, notes.changed, strict=True):
        yield f"{notes.name} is mixed: from line {line:,} on it holds records of {name}."
    if notes.changes.count > len(notes.changed):
        yield f"{notes.name} changes its kind of records {notes.changes.count:,} times."
    if notes.back:
        seconds, line = notes.farthest
        often = f"{notes.back:,} times" if notes.back > 1 else "once"
        yield (
            f"{notes.name}: time goes back {often}, by {seconds:,.0f} s at line {-line:,}; the "
            "calls were put in order."
        )
    for zone, _ in notes.zones.most_common(1):
        yield f"{notes.name} has times of {zone}: days and hours here are of UTC."


STRETCH = 32 << 20
"""Bytes that one process reads at a time."""
WORTH = 96 << 20
"""Bytes of a file from which several processes are worth their start."""
MOST_PROCESSES = 8


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no unreachable cycles: records are trees, of which millions come and go."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def can_split(path: Path, asking: Asking) -> bool:
    """Return whether a file is long, holds JSON lines, and none of them depends on another."""
    if _processes() < 2 or not path.is_file() or path.stat().st_size < WORTH:  # noqa: PLR2004  one is us
        return False
    return has_own_lines(path, asking)


def has_own_lines(path: Path, asking: Asking) -> bool:
    """Return whether a file holds JSON lines, each of which can be read by itself."""
    with open_bytes(path) as file:
        record = json_or_none(file.readline(MAX_LINE + 1)) if file.seekable() else None
    if type(record) is not dict:
        return False
    shape = next((each for each in asking.shapes if each.fits(record)), None)
    return shape is not None and not shape.repeats


def _processes() -> int:
    return min(MOST_PROCESSES, os.cpu_count() or 1)


def stretches(size: int, length: int = STRETCH) -> list[tuple[int, int]]:
    """Return where the stretches of a file begin and end, in bytes.

    >>> stretches(10, 4)
    [(0, 4), (4, 8), (8, 10)]
    """
    return [(start, min(start + length, size)) for start in range(0, size, length)]


def read_part(path: str, start: int, end: int, *, name: str, told: Told) -> LogPart:
    """Return what the lines say that begin in a stretch of a file of JSON lines."""
    columns, day = told
    notes, log = FileNotes(name, is_part=True), Log()
    with uncollected():
        log.take(calls_within(Path(path), start, end, notes, Asking(day, columns)), 0)
    return log.part(notes)


Told = tuple[Mapping[str, str] | None, date]
"""The columns that were named, and the day of the answer."""


def log_parts(path: Path, asking: Asking) -> Iterator[LogPart]:
    """Yield the parts of a long file in its order, read by as many processes as there are CPUs."""
    processes = _processes()
    read = partial(read_part, str(path), name=path.name, told=(asking.columns, asking.day))
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = _in_order(pool, read, stretches(path.stat().st_size), processes)
        lines = 0
        for end, part in parts:
            lines += part.notes.lines
            if asking.report is not None:
                asking.report(end, lines)
            yield part


def _in_order(
    pool: ProcessPoolExecutor,
    read: Callable[[int, int], LogPart],
    asked: Iterable[tuple[int, int]],
    ahead: int,
) -> Iterator[tuple[int, LogPart]]:
    """Yield what stretches say, with their ends, in their order; only some are read ahead."""
    waiting: deque[tuple[int, Future[LogPart]]] = deque()
    for start, end in asked:
        waiting.append((end, pool.submit(read, start, end)))
        if len(waiting) > ahead:
            yield waiting[0][0], waiting.popleft()[1].result()
    while waiting:
        yield waiting[0][0], waiting.popleft()[1].result()


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
    names = paths_of([name for name in named if REMOTE not in name])
    if not names:
        return
    rows: list[tuple[str, int, int]] = []
    for name in names:
        path = Path(name)
        apart = path.is_file() and has_own_lines(path, Asking(told[1], told[0]))
        found = stretches(path.stat().st_size) if apart else [(0, -1)]  # -1: to its end
        rows += [(name, *stretch) for stretch in found]
    columns = zip(*rows, strict=True)
    frame = daft.from_pydict(dict(zip(("path", "start", "end"), map(list, columns), strict=True)))

    @daft.func(return_dtype=daft.DataType.binary())  # type: ignore[untyped-decorator]
    def part(path: str, start: int, end: int) -> bytes:
        return _answered(path, start, end, told)

    col = daft.col
    spread = frame.into_partitions(len(rows)) if on_ray else frame
    made = spread.with_column("part", part(col("path"), col("start"), col("end")))
    yield from _rows(made, len(rows))


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
