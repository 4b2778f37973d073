"""Records of logs and exports: by which keys or told columns each is known, and its call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ftvp.errors import UnknownNameError, UsageColumnError
from ftvp.usage.call import (
    NOTHING,
    UNKNOWN_MODEL,
    Json,
    Logged,
    Spent,
    counts,
    mapping,
    moment,
    new,
    opening_of,
    spent_of,
    total,
    whole_count,
)

TIMES = (
    *("timestamp", "time", "ts", "created_at", "start_time", "startTime", "created"),
    *("createTime", "datetime", "date", "@timestamp"),
)
"""Keys under which a record may hold the time of its call."""
MODELS = ("model", "modelVersion", "modelId")
REQUESTS = ("request", "request_body", "input", "inputs", "req")
RESPONSES = ("response", "response_body", "output", "res", "result")
BATCH = ("batch", "flex")
_REFUSED = 400


@dataclass(frozen=True)
class CallShape:
    """One kind of record. `read` returns None for a record that tells of no call of its own.

    `repeats` says that a call may be written several times, the last time whole.
    """

    name: str
    fits: Callable[[Json], bool]
    read: Callable[[Json], Logged | None]
    repeats: bool = False


def first_of(record: Json, *names: str) -> Any:  # noqa: ANN401  a value of a log
    """Return the first of these values that a record holds, None where it has none."""
    for name in names:
        value = record.get(name)
        if value is not None and value != "":
            return value
    return None


def _time(record: Json) -> int | None:
    for name in TIMES:
        if name in record:
            return moment(record[name])
    return None


def model_of(*names: object) -> str:
    """Return the first name of a model that is there."""
    for name in names:
        if name:
            return str(name)
    return UNKNOWN_MODEL


def name_of(*parts: object) -> str | None:
    """Return what names a call, None where one of the parts is not there."""
    if len(parts) == 1:
        return str(parts[0]) if parts[0] else None
    return "\t".join(map(str, parts)) if all(parts) else None


def is_batch(tier: object) -> bool | None:
    """Return whether a service tier is one of batches, None where none is told."""
    return None if not tier else tier in BATCH or str(tier).casefold() in BATCH


def _refused(status: object) -> bool:
    text = str(status)
    return text.isdigit() and int(text) >= _REFUSED


def _body(record: Json) -> Logged | None:
    """Read the body of a response: of OpenAI, Anthropic, Gemini, Bedrock, or one like them."""
    return _answered(record, _time(record), None)


def _answered(body: Json, time: int | None, request: Json | None) -> Logged | None:
    """Return the call that the body of a response tells of, None where it is none."""
    usage = body.get("usage") or body.get("usageMetadata")
    if type(usage) is not dict:
        usage = mapping(usage)
    spent, failed = spent_of(usage), 0
    if spent is None:
        if not (body.get("error") or body.get("type") == "error"):
            return None
        spent, failed = NOTHING, 1
    model = body.get("model") or first_of(body, *MODELS) or (request and first_of(request, *MODELS))
    name = body.get("id") or first_of(body, "responseId", "request_id")
    tier = usage.get("service_tier") or body.get("service_tier")
    values = (
        time,
        str(model) if model else UNKNOWN_MODEL,
        spent,
        failed,
        is_batch(tier) if tier else None,
        str(name) if name else None,
        opening_of(request) if request else None,
        request,
        1,
        0,
    )
    return new(Logged, values)


def _pair(record: Json) -> Logged | None:
    """Read a request and its response, as proxies write them."""
    request, response = record.get("request"), record.get("response")
    if type(request) is not dict or type(response) is not dict:
        request = mapping(first_of(record, *REQUESTS))
        response = mapping(first_of(record, *RESPONSES))
    if "body" in request or "body" in response:
        request, response = _inner(request), _inner(response)
    time = _time(record)
    if time is None:
        time = _time(response)
    call = _answered(response, time, request)
    if call is not None:
        return call
    status = first_of(record, "status", "status_code", "response_status")
    if not (_refused(status) or record.get("error")):
        return None
    return Logged(time, model_of(request.get("model"), record.get("model")), failed=True)


def _inner(response: Json) -> Json:
    return mapping(response.get("body")) or response


def _batch_line(record: Json) -> Logged | None:
    """Read a line of a batch's output: its answer, or why there is none."""
    body = _inner(mapping(record.get("response")))
    call = _answered(body, _time(body), None) if body else None
    if call is None:
        return Logged(None, UNKNOWN_MODEL, failed=True, batch=True)
    return call._replace(batch=True, name=name_of(record.get("id")) or call.name)


def _claude_code(record: Json) -> Logged | None:
    message = mapping(record.get("message"))
    call = _answered(message, _time(record), None) if message.get("usage") else None
    if call is None or call.failed or message.get("model") == "<synthetic>":
        return None
    return call._replace(name=name_of(message.get("id"), record.get("requestId")))


def _codex(record: Json) -> Logged | None:
    payload = mapping(record.get("payload"))
    info = mapping(payload.get("info"))
    spent = spent_of(mapping(info.get("last_token_usage")))
    if payload.get("type") != "token_count" or spent is None:
        return None
    return Logged(_time(record), model_of(info.get("model"), payload.get("model")), spent)


def _bedrock(record: Json) -> Logged:
    """Read a line of a model invocation log, whose input does not hold what the cache took."""
    inputs, outputs = mapping(record.get("input")), mapping(record.get("output"))
    read = counts(inputs, "cacheReadInputTokenCount")
    written = counts(inputs, "cacheWriteInputTokenCount")
    plain = counts(inputs, "inputTokenCount")
    spent = Spent(
        None if plain is None else total(plain, read, written),
        read,
        written,
        counts(outputs, "outputTokenCount"),
    )
    request = inputs.get("inputBodyJson")
    return Logged(
        time=_time(record),
        model=model_of(record.get("modelId")),
        spent=spent,
        failed=bool(record.get("errorCode")),
        batch=str(record.get("operation", "")).endswith("ModelInvocationJob"),
        name=name_of(record.get("requestId")),
        opening=opening_of(request),
        request=request,
    )


def _azure(record: Json) -> Logged | None:
    if record.get("category") not in ("RequestResponse", "AzureOpenAIRequestUsage"):
        return None
    properties = mapping(record.get("properties"))
    time = _time(record)
    if time is None:
        time = moment(properties.get("requestTime"))
    return Logged(
        time=time,
        model=model_of(first_of(properties, "modelName", "modelDeploymentName")),
        failed=_refused(first_of(record, "resultSignature", "resultCode")),
        name=name_of(record.get("correlationId")),
    )


def _litellm(record: Json) -> Logged:
    metadata = mapping(record.get("metadata"))
    usage = mapping(metadata.get("usage_object"))
    told = spent_of(usage) or NOTHING
    status = first_of(record, "status") or metadata.get("status")
    request = mapping(record.get("proxy_server_request")) or record.get("messages")
    return Logged(
        time=moment(first_of(record, "startTime", "start_time")),
        model=model_of(record.get("model"), record.get("model_group")),
        spent=told._replace(
            input=counts(record, "prompt_tokens") if told.input is None else told.input,
            output=counts(record, "completion_tokens") if told.output is None else told.output,
        ),
        failed=status == "failure",
        name=name_of(record.get("request_id")),
        opening=opening_of(request),
        request=request,
    )


def _langfuse(record: Json) -> Logged | None:
    """Read an observation: only a generation is a call, and each key of its usage stands alone."""
    if record.get("type") != "GENERATION":
        return None
    usage = mapping(first_of(record, "usage_details", "usageDetails") or record.get("usage"))
    cached = counts(usage, "input_cached_tokens", "cache_read_input_tokens", "input_cache_read")
    written = counts(usage, "cache_creation_input_tokens", "input_cache_creation")
    thinking = counts(usage, "output_reasoning_tokens", "output_reasoning", "reasoning_tokens")
    plain, answer = counts(usage, "input"), counts(usage, "output")
    request = record.get("input")
    prompt = name_of(first_of(record, "prompt_name", "promptName"))
    version = first_of(record, "prompt_version", "promptVersion")
    return Logged(
        time=moment(first_of(record, "start_time", "startTime")),
        model=model_of(first_of(record, "provided_model_name", "model", "providedModelName")),
        spent=Spent(
            None if plain is None else total(plain, cached, written),
            cached,
            written,
            None if answer is None else total(answer, thinking),
            thinking,
        ),
        failed=record.get("level") == "ERROR",
        name=name_of(record.get("id")),
        opening=opening_of(request) or (prompt and f"{prompt} {version}"),
        request=request,
    )


def _langsmith(record: Json) -> Logged | None:
    """Read a run: a chain repeats the tokens of its children, so that only `llm` is a call."""
    if record.get("run_type") != "llm":
        return None
    extra = mapping(record.get("extra"))
    metadata = mapping(extra.get("metadata"))
    inputs = mapping(record.get("prompt_token_details"))
    outputs = mapping(record.get("completion_token_details"))
    by_life = (f"ephemeral_{life}_input_tokens" for life in ("5m", "1h"))
    params = mapping(extra.get("invocation_params"))
    request = record.get("inputs")
    return Logged(
        time=moment(record.get("start_time")),
        model=model_of(metadata.get("ls_model_name"), first_of(params, "model", "model_name")),
        spent=Spent(
            counts(record, "prompt_tokens"),
            counts(inputs, "cache_read"),
            total(*(counts(inputs, each) for each in by_life), counts(inputs, "cache_creation")),
            counts(record, "completion_tokens"),
            counts(outputs, "reasoning"),
        ),
        failed=record.get("status") == "error" or bool(record.get("error")),
        name=name_of(record.get("id")),
        opening=opening_of(request),
        request=request,
    )


def _helicone(record: Json) -> Logged:
    request = mapping(record.get("request_body"))
    return Logged(
        time=moment(record.get("request_created_at")),
        model=model_of(record.get("model"), request.get("model")),
        spent=Spent(
            input=counts(record, "prompt_tokens"), output=counts(record, "completion_tokens")
        ),
        failed=_refused(first_of(record, "response_status")),
        name=name_of(record.get("response_id")),
        opening=opening_of(request),
        request=request,
    )


def _portkey(record: Json) -> Logged:
    response = mapping(record.get("response"))
    told = spent_of(mapping(response.get("usage"))) or NOTHING
    request = mapping(record.get("request"))
    return Logged(
        time=moment(record.get("created_at")),
        model=model_of(record.get("ai_model")),
        spent=told._replace(
            input=counts(record, "req_units") if told.input is None else told.input,
            output=counts(record, "res_units") if told.output is None else told.output,
        ),
        failed=record.get("is_success") in (False, "false", "False", "0"),
        name=name_of(record.get("id")),
        opening=opening_of(request) or name_of(record.get("prompt_slug")),
        request=request,
    )


def _openrouter(record: Json) -> Logged:
    return Logged(
        time=moment(record.get("created_at")),
        model=model_of(first_of(record, "model_permaslug", "model")),
        spent=Spent(
            counts(record, "tokens_prompt"),
            counts(record, "tokens_cached"),
            None,
            counts(record, "tokens_completion"),
            counts(record, "tokens_reasoning"),
        ),
        failed=record.get("finish_reason_normalized") == "error",
        name=name_of(first_of(record, "generation_id", "id")),
    )


def _llm_log(record: Json) -> Logged:
    """Read a row of the database of the tool `llm`, which leaves out what is 0."""
    details = mapping(record.get("token_details"))
    usage = {"prompt_tokens": record["input_tokens"], "completion_tokens": record["output_tokens"]}
    told = spent_of({**usage, **details}) or NOTHING
    request = {"system": record.get("system"), "prompt": record.get("prompt")}
    return Logged(
        time=moment(record.get("datetime_utc")),
        model=model_of(record.get("resolved_model"), record.get("model")),
        spent=told._replace(cached=told.cached or 0, thinking=told.thinking or 0),
        name=name_of(record.get("id")),
        opening=opening_of(request),
        request=request,
    )


def having(*names: str) -> Callable[[Json], bool]:
    """Return what says whether a record has all of some keys."""
    return lambda record: all(name in record for name in names)


def _is_claude_code(record: Json) -> bool:
    message = record.get("message")
    return ("sessionId" in record or "requestId" in record) and (
        isinstance(message, Mapping) or "leafUuid" in record or record.get("type") == "system"
    )


def _is_pair(record: Json) -> bool:
    answer = record.get("response") or record.get("response_body")
    if type(answer) is dict:
        return True
    return ("request" in record or "request_body" in record or "response" in record) and (
        str(answer)[:1] == "{" or "status" in record
    )


SHAPES = (
    CallShape("codex", having("payload", "type", "timestamp"), _codex),
    CallShape("claude-code", _is_claude_code, _claude_code, repeats=True),
    CallShape("openai-batch", having("custom_id", "response"), _batch_line),
    CallShape("bedrock", having("modelId", "input", "output"), _bedrock),
    CallShape("azure", having("category", "properties"), _azure),
    CallShape("litellm", having("call_type", "startTime"), _litellm),
    CallShape("langfuse", lambda r: "usage_details" in r or "usageDetails" in r, _langfuse),
    CallShape("langsmith", having("run_type"), _langsmith),
    CallShape("helicone", having("request_created_at"), _helicone),
    CallShape("portkey", having("req_units", "res_units"), _portkey),
    CallShape("openrouter", having("tokens_prompt", "tokens_completion"), _openrouter),
    CallShape("llm", having("datetime_utc", "input_tokens", "output_tokens"), _llm_log),
    CallShape("responses", lambda r: type(r.get("usage")) is dict or "usageMetadata" in r, _body),
    CallShape("pairs", _is_pair, _pair),
)
"""The kinds of records, the more particular first."""


ROLES = {
    "time": "when the call began",
    "model": "the model",
    "input": "input tokens, with those from the cache",
    "cached": "of them, tokens read from the cache",
    "write": "of them, tokens written to the cache",
    "output": "output tokens, with the hidden ones",
    "thinking": "of them, hidden reasoning",
    "requests": "calls that the row adds up",
    "ok": "whether the call was answered",
    "status": "the HTTP status of the answer",
    "batch": "whether it came in a batch",
    "id": "what repeats where a call is written twice",
    "prompt": "the request's text, messages, or the name of its prompt",
}
_NO = {"", "0", "false", "no", "failed", "failure", "error", "none", "null"}


def told_columns(text: str) -> dict[str, str]:
    """Return `time=ts,input=prompt_tok` as columns by what they hold.

    >>> told_columns("time=ts,input=usage.prompt")
    {'time': 'ts', 'input': 'usage.prompt'}
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        role, sign, column = (each.strip() for each in part.partition("="))
        if not sign or not column:
            raise UsageColumnError(part.strip() or text)
        if role not in ROLES:
            raise UnknownNameError("column", role, list(ROLES), "ftvp usage --help")
        found[role] = column
    return found


def columns_shape(columns: Mapping[str, str]) -> CallShape:
    """Return the kind of record that holds the named columns; a dot leads into an object."""
    first = [column.split(".")[0] for column in columns.values()]

    def read(record: Json) -> Logged:
        values = {role: _at(record, column) for role, column in columns.items()}
        requests = whole_count(values.get("requests")) if "requests" in columns else 1
        request, status = values.get("prompt"), str(values.get("status", ""))
        refused = status.isdigit() and status[0] in "45"
        tokens = {name: whole_count(values.get(name)) for name in Spent._fields}
        return Logged(
            time=moment(values.get("time")),
            model=str(values.get("model") or UNKNOWN_MODEL),
            spent=Spent(**tokens),
            failed=int(refused or ("ok" in values and not _said_yes(values["ok"]))),
            batch=_said_yes(values["batch"]) if "batch" in values else None,
            name=str(values["id"]) if values.get("id") else None,
            opening=opening_of(request),
            request=request,
            requests=requests,
            period=0 if "requests" not in columns else 1,
        )

    return CallShape("columns", lambda record: all(name in record for name in first), read)


def _at(record: Json, column: str) -> object:
    if column in record:
        return record[column]
    value: object = record
    for key in column.split("."):
        value = mapping(value).get(key)
    return value


def _said_yes(value: object) -> bool:
    return str(value).strip().casefold() not in _NO
