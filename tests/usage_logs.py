"""One small traffic, written as each tool would log it: every format must tell the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

SHOTS = "\n\n".join(
    f"Message: the parcel number {number} has not arrived yet, where is it?\nLabel: delivery"
    for number in range(1, 41)
)
SYSTEM = f"Sort the message of a customer. Answer with one label.\n\n{SHOTS}"
PRIVATE = "My neighbour Wilhelmina took it"
"""Text of a request, which no output may hold."""


class Told(NamedTuple):
    """A request as it happened: seconds after midnight, tokens, and whether it was answered."""

    at: float
    input: int
    cached: int
    output: int
    thinking: int
    ok: bool = True


MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
TRAFFIC = (
    Told(32_530, 1_127, 0, 12, 4),
    Told(32_680, 1_127, 1_024, 14, 6),
    Told(32_700, 1_124, 1_024, 10, 2),
    Told(40_000, 1_130, 0, 12, 4),
    Told(40_001, 0, 0, 0, 0, ok=False),
    Told(86_400 + 30_000, 1_120, 0, 20, 12),
    Told(86_400 + 30_300, 1_122, 1_024, 8, 0),
    Told(86_400 + 30_601, 1_126, 0, 12, 4),
)
"""Gaps of 150, 20, 7,300, 300 and 301 s: within 300 s, three of seven find the prompt."""
MODEL = "gpt-4.1-mini-2025-04-14"


def iso(told: Told) -> str:
    """Return when a request came, as ISO 8601."""
    return datetime.fromtimestamp(MIDNIGHT + told.at, UTC).isoformat().replace("+00:00", "Z")


def messages() -> list[dict[str, str]]:
    """Return the messages of a request."""
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": PRIVATE}]


def chat_usage(told: Told) -> dict[str, Any]:
    """Return the usage of an OpenAI chat completion."""
    return {
        "prompt_tokens": told.input,
        "completion_tokens": told.output,
        "prompt_tokens_details": {"cached_tokens": told.cached},
        "completion_tokens_details": {"reasoning_tokens": told.thinking},
    }


def pairs(number: int, told: Told) -> dict[str, Any]:
    """Return a request and its response, as a proxy writes them."""
    answer: dict[str, Any] = {"error": {"code": "rate_limit"}}
    if told.ok:
        answer = {"id": f"c{number}", "model": MODEL, "usage": chat_usage(told)}
    request = {"model": MODEL, "messages": messages()}
    status = 200 if told.ok else 429
    return {"timestamp": iso(told), "request": request, "response": answer, "status": status}


def litellm(number: int, told: Told) -> dict[str, Any]:
    """Return a spend log of LiteLLM."""
    return {
        "request_id": f"c{number}",
        "call_type": "acompletion",
        "startTime": iso(told),
        "model": MODEL,
        "prompt_tokens": told.input,
        "completion_tokens": told.output,
        "metadata": {"usage_object": chat_usage(told) if told.ok else None},
        "messages": messages(),
        "status": "success" if told.ok else "failure",
    }


def langfuse(number: int, told: Told) -> dict[str, Any]:
    """Return a generation of Langfuse, whose keys each stand alone."""
    details = {
        "input": told.input - told.cached,
        "input_cached_tokens": told.cached,
        "output": told.output - told.thinking,
        "output_reasoning_tokens": told.thinking,
    }
    return {
        "id": f"o{number}",
        "type": "GENERATION",
        "start_time": iso(told),
        "provided_model_name": MODEL,
        "level": "DEFAULT" if told.ok else "ERROR",
        "usage_details": details if told.ok else {},
        "input": messages(),
    }


def langsmith(number: int, told: Told) -> dict[str, Any]:
    """Return a run of LangSmith."""
    return {
        "id": f"r{number}",
        "run_type": "llm",
        "start_time": iso(told),
        "status": "success" if told.ok else "error",
        "extra": {"metadata": {"ls_model_name": MODEL}},
        "inputs": {"messages": messages()},
        "prompt_tokens": told.input,
        "completion_tokens": told.output,
        "prompt_token_details": {"cache_read": told.cached},
        "completion_token_details": {"reasoning": told.thinking},
    }


def span(number: int, told: Told) -> dict[str, Any]:
    """Return a span of OpenTelemetry GenAI as OTLP JSON has it."""
    attributes: dict[str, Any] = {
        "gen_ai.request.model": MODEL,
        "gen_ai.system_instructions": json.dumps([{"type": "text", "content": SYSTEM}]),
        "gen_ai.input.messages": json.dumps(
            [{"role": "user", "parts": [{"type": "text", "content": PRIVATE}]}]
        ),
    }
    if told.ok:
        attributes |= {
            "gen_ai.usage.input_tokens": told.input,
            "gen_ai.usage.cache_read.input_tokens": told.cached,
            "gen_ai.usage.output_tokens": told.output,
            "gen_ai.usage.reasoning.output_tokens": told.thinking,
        }
    listed = [
        {"key": key, "value": {"intValue": str(v)} if isinstance(v, int) else {"stringValue": v}}
        for key, v in attributes.items()
    ]
    return {
        "traceId": f"t{number}",
        "spanId": "s",
        "startTimeUnixNano": str(round((MIDNIGHT + told.at) * 1_000_000_000)),
        "attributes": listed,
        "status": {} if told.ok else {"code": 2},
    }


def portkey(number: int, told: Told) -> dict[str, Any]:
    """Return a line of Portkey's export."""
    return {
        "id": f"p{number}",
        "created_at": iso(told),
        "ai_model": MODEL,
        "req_units": told.input,
        "res_units": told.output,
        "is_success": told.ok,
        "request": {"messages": messages()},
        "response": {"usage": chat_usage(told)} if told.ok else {},
    }


def own_table(number: int, told: Told) -> dict[str, Any]:
    """Return a row of a table with columns of its own."""
    return {
        "n": number,
        "when": iso(told),
        "llm": MODEL,
        "status": 200 if told.ok else 500,
        "tok_in": told.input if told.ok else "",
        "tok_hit": told.cached if told.ok else "",
        "tok_out": told.output if told.ok else "",
        "tok_hidden": told.thinking if told.ok else "",
        "text": json.dumps(messages()),
    }


COLUMNS = (
    "id=n,time=when,model=llm,status=status,input=tok_in,cached=tok_hit,output=tok_out,"
    "thinking=tok_hidden,prompt=text"
)


def lines(write: Callable[[int, Told], dict[str, Any]], traffic: Sequence[Told] = TRAFFIC) -> str:
    """Return the traffic as JSON lines."""
    return "".join(json.dumps(write(n, told)) + "\n" for n, told in enumerate(traffic, 1))


def table(write: Callable[[int, Told], dict[str, Any]]) -> str:
    """Return the traffic as CSV; what is nested is JSON in a cell."""
    rows = [write(n, told) for n, told in enumerate(TRAFFIC, 1)]
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()}
        )
    return text.getvalue()


def written() -> Iterator[tuple[str, str, str | None]]:
    """Yield each file's name, text, and the columns that must be told."""
    for write in (pairs, litellm, langfuse, langsmith, portkey):
        yield f"{write.__name__}.jsonl", lines(write), None
    yield "litellm.json", json.dumps([litellm(n, t) for n, t in enumerate(TRAFFIC, 1)]), None
    spans = [span(n, told) for n, told in enumerate(TRAFFIC, 1)]
    trace = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    yield "otlp.json", json.dumps(trace, indent=1), None
    yield "otlp.jsonl", json.dumps(trace) + "\n", None
    yield "litellm.csv", table(litellm), None
    yield "langfuse.csv", table(langfuse), None
    yield "own.csv", table(own_table), COLUMNS
