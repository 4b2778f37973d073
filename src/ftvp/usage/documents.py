"""Documents, plain logs and databases that hold many records: reports, traces, metrics, bills."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from ftvp.errors import MissingExtraError, NotAUsageLogError, UnreadableFileError
from ftvp.usage.call import (
    NOTHING,
    UNKNOWN_MODEL,
    Json,
    Logged,
    Spent,
    counts,
    mapping,
    moment,
    opening_of,
    total,
    whole_count,
    written_of,
)
from ftvp.usage.shapes import SHAPES, CallShape, first_of, having, is_batch, model_of, name_of

if TYPE_CHECKING:
    import sqlite3

LISTS = ("data", "records", "observations", "runs", "logs", "results", "items", "spans", "rows")
"""Keys under which a document may hold its list of records."""
DEEPEST = 4


def flat_records(value: object, depth: int = 0) -> Iterator[Json]:
    """Yield the records of a document: of a list, a page of a report, a trace, or of metrics."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from flat_records(each, depth + 1)
    elif not isinstance(value, Mapping):
        return
    elif "resourceSpans" in value:
        yield from _spans(value)
    elif isinstance(value.get("attributes"), list):
        yield {**value, "attributes": _attributes(value["attributes"])}
    elif "timespan" in value and "value" in value:
        yield from _metrics(value)
    elif "results" in value and ("start_time" in value or "starting_at" in value):
        yield from _bucket(value)
    else:
        inner = next((value[k] for k in LISTS if isinstance(value.get(k), list)), None)
        if inner is None or depth > DEEPEST or any(shape.fits(value) for shape in SHAPES):
            yield value
        else:
            yield from flat_records(inner, depth + 1)


def _bucket(bucket: Json) -> Iterator[Json]:
    """Yield the rows of a report's period, each with its times; one without counts if empty."""
    times = {key: value for key, value in bucket.items() if key != "results"}
    if "start_time" in times:
        times["start_time_iso"] = None  # which tells whose row it is
    for row in _mappings(bucket["results"]) or [{}]:
        yield {**times, **row}


def _spans(document: Json) -> Iterator[Json]:
    for resource in _mappings(document["resourceSpans"]):
        scopes = resource.get("scopeSpans") or resource.get("instrumentationLibrarySpans")
        for scope in _mappings(scopes):
            for span in _mappings(scope.get("spans")):
                yield {**span, "attributes": _attributes(span.get("attributes"))}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a list, none of what is no list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _attributes(listed: object) -> Json:
    """Return the attributes of a span by their keys, each value without its type."""
    return {str(each.get("key")): _untyped(each.get("value")) for each in _mappings(listed)}


def _untyped(value: object) -> object:
    if not isinstance(value, Mapping) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    if kind == "arrayValue":
        return [_untyped(each) for each in mapping(inner).get("values", ())]
    if kind == "kvlistValue":
        return _attributes(mapping(inner).get("values", ()))
    return inner


SKIPPED_OPERATIONS = {"invoke_agent", "create_agent", "execute_tool", "embeddings"}


def _span(record: Json) -> Logged | None:
    """Read a span of OpenTelemetry GenAI or OpenInference; parents and tools are no calls."""
    said_of = mapping(record.get("attributes"))
    kind = said_of.get("openinference.span.kind")
    if said_of.get("gen_ai.operation.name") in SKIPPED_OPERATIONS or kind not in (None, "LLM"):
        return None
    gen, llm = "gen_ai.usage.", "llm.token_count."
    inputs = counts(said_of, f"{gen}input_tokens", f"{gen}prompt_tokens", f"{llm}prompt")
    outputs = counts(said_of, f"{gen}output_tokens", f"{gen}completion_tokens", f"{llm}completion")
    error = str(mapping(record.get("status")).get("code")) in {"2", "STATUS_CODE_ERROR"}
    model = first_of(said_of, "gen_ai.request.model", "gen_ai.response.model", "llm.model_name")
    if (inputs is None and outputs is None and not error) or model is None:
        return None
    request = {
        "system": said_of.get("gen_ai.system_instructions"),
        "messages": said_of.get("gen_ai.input.messages"),
    }
    spent = Spent(
        inputs,
        counts(said_of, f"{gen}cache_read.input_tokens", f"{llm}prompt_details.cache_read"),
        counts(said_of, f"{gen}cache_creation.input_tokens", f"{llm}prompt_details.cache_write"),
        outputs,
        counts(said_of, f"{gen}reasoning.output_tokens", f"{llm}completion_details.reasoning"),
    )
    return Logged(
        time=moment(first_of(record, "startTimeUnixNano", "start_time", "startTime")),
        model=str(model),
        spent=NOTHING if error and inputs is None else spent,
        failed=error,
        name=name_of(record.get("traceId"), record.get("spanId")),
        opening=opening_of(request),
        request=request,
    )


_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
METRICS = ("AzureOpenAIRequests", "ProcessedPromptTokens", "GeneratedTokens")


def _metrics(document: Json) -> Iterator[Json]:
    """Yield the metrics of Azure Monitor, a record for each period and model."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    interval = _DURATION.fullmatch(str(document.get("interval")))
    days, hours, minutes = (int(n or 0) for n in interval.groups()) if interval else (0, 1, 0)
    period = ((days * 24 + hours) * 60 + minutes) * 60_000_000
    for metric in _mappings(document["value"]):
        name = mapping(metric.get("name")).get("value")
        if name not in METRICS:
            continue
        for series in _mappings(metric.get("timeseries")):
            told = {
                str(mapping(each.get("name")).get("value")).casefold(): each.get("value")
                for each in _mappings(series.get("metadatavalues"))
            }
            model = str(told.get("modelname") or told.get("modeldeploymentname") or UNKNOWN_MODEL)
            for point in _mappings(series.get("data")):
                key = (model, str(point.get("timeStamp")))
                found.setdefault(key, {})[name] = point.get("total")
    for (model, time), values in found.items():
        yield {"metric_model": model, "metric_time": time, **values, "metric_period": period}


def _metric(record: Json) -> Logged:
    """Read a period's metrics, which count the requests that were refused as well."""
    return Logged(
        time=moment(record["metric_time"]),
        model=record["metric_model"],
        spent=Spent(
            input=whole_count(record.get("ProcessedPromptTokens")),
            output=whole_count(record.get("GeneratedTokens")),
        ),
        requests=whole_count(record.get("AzureOpenAIRequests")),
        period=record["metric_period"],
    )


_METER = re.compile(
    r"(?:[A-Z]{2,4}\d?-)?(?P<model>.+?)-(?P<kind>cache-read-input-token|cache-write-input-token|"
    r"input-token|output-token)(?:s|-count)?(?P<batch>-batch)?$"
)
_UNITS = {"1k tokens": 1_000, "1m tokens": 1_000_000, "tokens": 1, "": 1}
_DAY = 86_400_000_000


def _bill_row(meter: str, quantity: str, unit: str, time: str) -> Callable[[Json], Logged | None]:
    """Return how a row of a cloud bill is read, by the names of its columns."""

    def read(record: Json) -> Logged | None:
        found = _METER.match(str(record.get(meter, "")))
        per = _UNITS.get(str(record.get(unit, "")).casefold())
        if found is None or per is None or not record.get(quantity):
            return None
        tokens = whole_count(float(record[quantity]) * per)
        kind = found["kind"]
        return Logged(
            time=moment(record.get(time)),
            model=found["model"],
            spent=Spent(
                input=None if kind == "output-token" else tokens,
                cached=tokens if kind.startswith("cache-read") else 0,
                write=tokens if kind.startswith("cache-write") else 0,
                output=tokens if kind == "output-token" else None,
            ),
            requests=None,
            period=_DAY,
        )

    return read


def _summed(record: Json) -> Logged:
    """Read a row of the query in docs/usage.md: a model's day, added up in a warehouse."""
    return Logged(
        time=moment(record["day"]),
        model=str(record["model"] or UNKNOWN_MODEL),
        spent=Spent(
            counts(record, "input_tokens"),
            counts(record, "cached_tokens"),
            counts(record, "cache_write_tokens"),
            counts(record, "output_tokens"),
            counts(record, "thinking_tokens"),
        ),
        requests=whole_count(record["requests"]),
        failed=counts(record, "failed") or 0,
        period=_DAY,
    )


def _usage_row(record: Json) -> Logged | None:
    """Read a row of OpenAI's usage API or dashboard: a period's calls, none for an empty one."""
    time, end = (
        moment(first_of(record, f"{at}_time", f"{at}_time_iso")) for at in ("start", "end")
    )
    period = (end or 0) - (time or 0)
    if first_of(record, "input_tokens", "num_model_requests") is None:
        return None
    return Logged(
        time=time,
        model=model_of(record.get("model")),
        spent=Spent(
            counts(record, "input_tokens"),
            counts(record, "input_cached_tokens"),
            counts(record, "input_cache_write_tokens"),
            counts(record, "output_tokens"),
        ),
        batch=str(record.get("batch")).casefold() == "true",
        requests=whole_count(record.get("num_model_requests")),
        period=period,
    )


def _claude_row(record: Json) -> Logged | None:
    """Read a row of Anthropic's usage reports, of which only the later one counts requests."""
    time, end = moment(record.get("starting_at")), moment(record.get("ending_at"))
    period = (end or 0) - (time or 0)
    if "uncached_input_tokens" not in record:
        return None
    read, written = counts(record, "cache_read_input_tokens"), written_of(record)
    return Logged(
        time=time,
        model=model_of(record.get("model")),
        spent=Spent(
            total(counts(record, "uncached_input_tokens"), read, written),
            read,
            written,
            counts(record, "output_tokens"),
        ),
        batch=is_batch(record.get("service_tier")),
        requests=whole_count(record.get("requests")),
        period=period,
    )


DOCUMENT_SHAPES = (
    CallShape("opentelemetry", lambda record: isinstance(record.get("attributes"), Mapping), _span),
    CallShape(
        "openai-usage",
        lambda record: "num_model_requests" in record or "start_time_iso" in record,
        _usage_row,
    ),
    CallShape("anthropic-usage", having("starting_at", "ending_at"), _claude_row),
    CallShape("azure-metrics", having("metric_model", "metric_time"), _metric),
    CallShape(
        "warehouse", having("day", "model", "requests", "input_tokens", "output_tokens"), _summed
    ),
    CallShape(
        "focus",
        having("SkuMeter", "ConsumedQuantity", "ChargePeriodStart"),
        _bill_row("SkuMeter", "ConsumedQuantity", "ConsumedUnit", "ChargePeriodStart"),
    ),
    CallShape(
        "aws-cur",
        having("line_item_usage_type", "line_item_usage_amount"),
        _bill_row(
            "line_item_usage_type",
            "line_item_usage_amount",
            "pricing_unit",
            "line_item_usage_start_date",
        ),
    ),
)

_ACCESS = re.compile(r'^\S+ \S+ .*?\[([^\]]+)\] "([A-Z]+) (\S+)[^"]*" (\d{3})\b')
_SERVED = re.compile(
    r"/(chat/completions|completions|responses|messages|invoke|converse)(-stream)?$|"
    r":(stream)?generateContent$"
)
_VLLM = re.compile(r"\b(?:INFO|DEBUG) (\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\b.*?\bReceived request ")
_ERROR = 400


def access_call(line: str) -> Logged | None:
    """Return the call that a line of an access log tells of, None for any other line."""
    found = _ACCESS.match(line)
    if found is None:
        return None
    time, method, path, status = found.groups()
    if method != "POST" or not _SERVED.search(path.partition("?")[0]):
        return None
    return Logged(moment(time), UNKNOWN_MODEL, failed=int(status) >= _ERROR)


def vllm_call(line: str, day: date) -> Logged | None:
    """Return the request that a line of a vLLM server tells of; its year is the last that fits."""
    found = _VLLM.search(line)
    if found is None:
        return None
    month, date_, hour, minute, second = found.groups()
    year = day.year if (int(month), int(date_)) <= (day.month, day.day) else day.year - 1
    return Logged(moment(f"{year}-{month}-{date_}T{hour}:{minute}:{second}"), UNKNOWN_MODEL)


def server_of(line: str) -> Literal["access-log", "vllm"] | None:
    """Return the kind of server whose log a line is of, None where it is of none."""
    if _ACCESS.match(line):
        return "access-log"
    if "vllm" in line.casefold() or "APIServer" in line or _VLLM.search(line):
        return "vllm"
    return None


ROWS = 4_096
"""Rows of a Parquet file that are held at once."""
SYSTEM_TEXTS = 512


def sqlite_rows(path: Path, shape: CallShape | None) -> Iterator[Json]:
    """Yield the rows of every table of a SQLite file that holds calls, with their columns.

    The file is opened to be read only. Raises UnreadableFileError for what SQLite cannot read,
    NotAUsageLogError where no table holds calls.
    """
    import sqlite3

    place = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(place, uri=True)) as base:
            base.row_factory = sqlite3.Row
            names = [
                row[0]
                for row in base.execute(
                    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
                )
            ]
            tables = [name for name in names if _fits(base, name, shape)]
            if not tables:
                columns = ", ".join(names)
                says = f"has no table of calls (tables: {columns}). Name its columns: --columns."
                raise NotAUsageLogError(path, (), says)
            for table in tables:
                yield from _rows(base, table)
    except sqlite3.Error as error:
        raise UnreadableFileError(path, f"cannot be read by SQLite: {error}.") from None


def _fits(base: sqlite3.Connection, table: str, shape: CallShape | None) -> bool:
    from sqlite3 import Error

    try:
        cursor = base.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")  # noqa: S608  a name of its own
    except Error:
        return False  # a virtual table whose module is not there
    columns = dict.fromkeys(each[0] for each in cursor.description)
    shapes = [shape] if shape else [*DOCUMENT_SHAPES, *SHAPES]
    return any(each.fits(columns) for each in shapes)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _rows(base: sqlite3.Connection, table: str) -> Iterator[Json]:
    """Yield a table's rows; the turns of the tool `llm` with the system prompt they began with."""
    system = _system_of(base) if table == "turns" else None
    for row in base.execute(f"SELECT * FROM {_quoted(table)}"):  # noqa: S608  a name of its own
        record = dict(row)
        if system is not None:
            record["system"] = system(record.get("parent_message_hash"))
        yield record


def _system_of(base: sqlite3.Connection) -> Callable[[str | None], str | None]:
    """Return what gives the system prompt that a message of `llm` follows."""

    @lru_cache(maxsize=SYSTEM_TEXTS)
    def text(message: str) -> str:
        rows = base.execute(
            "SELECT text FROM parts WHERE message_hash = ? AND type = 'text' ORDER BY position",
            (message,),
        )
        return "".join(row[0] or "" for row in rows)

    def system(message: str | None) -> str | None:
        while message:
            row = base.execute(
                "SELECT role, parent_hash FROM messages WHERE hash = ?", (message,)
            ).fetchone()
            if row is None:
                return None
            if row["role"] == "system":
                return text(message)
            message = row["parent_hash"]
        return None

    return system


def parquet_rows(path: Path, shape: CallShape | None) -> Iterator[Json]:
    """Yield the rows of a Parquet file; MissingExtraError where pyarrow is not installed.

    Times are cut to microseconds: Python has no shorter ones.
    """
    del shape
    try:
        from pyarrow import ArrowException, timestamp, types
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtraError(path, "Parquet", "parquet") from None
    try:
        with ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                columns = {
                    name: column.cast(timestamp("us", column.type.tz), safe=False)
                    if types.is_timestamp(column.type)
                    else column
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                }
                for values in zip(*(c.to_pylist() for c in columns.values()), strict=True):
                    yield dict(zip(columns, values, strict=True))
    except (ArrowException, OSError, ValueError) as error:
        first = str(error).split("\n", 1)[0]
        raise UnreadableFileError(path, f"cannot be read as Parquet: {first}") from None
