"""One call of a model as a log tells it: times, usage objects, prompts and their openings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ftvp.files.values import json_or_none

Json = Mapping[str, Any]
SECOND = 1_000_000
"""Times are whole microseconds since 1970 in UTC."""
MOST_TOKENS = (1 << 32) - 2
"""Tokens of one call; a larger number is a mistake."""
UNKNOWN_MODEL = "(not in the log)"
_TICKS_TO_1970 = 621_355_968_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS, _MILLIS, _MICROS, _TICKS, _NANOS = 1e11, 1e14, 1e17, 1e18, 5e18
"""What a number that counts seconds, or parts of them, stays below."""
_FRACTION = re.compile(r"(\.\d{6})\d+")


class Spent(NamedTuple):
    """Tokens of a call; None where the log does not say.

    `input` holds the cached and the written tokens too, `output` the thinking ones.
    """

    input: int | None = None
    cached: int | None = None
    write: int | None = None
    output: int | None = None
    thinking: int | None = None


NOTHING = Spent()


class SaidText(NamedTuple):
    """A message of a request: whose it is, and its text."""

    role: str
    text: str


class Logged(NamedTuple):
    """A call, or the calls of a period that a report adds up.

    `time` is when it began, in microseconds since 1970; `period` is how long a report's row lasts,
    0 for one call. `requests` counts those that were answered, None where a report does not say;
    `failed` the others. `name` is what repeats where the same call is written twice, `opening` what
    tells prompts apart, and `request` what was sent, as the log has it.
    """

    time: int | None
    model: str
    spent: Spent = NOTHING
    failed: int = 0
    batch: bool | None = None
    name: str | None = None
    opening: str | None = None
    request: Any = None
    requests: int | None = 1
    period: int = 0


def whole_count(value: object) -> int | None:
    """Return a count of tokens or requests; None for nothing. ValueError for what is no count.

    >>> whole_count("10.0"), whole_count(7), whole_count("")
    (10, 7, None)
    """
    if type(value) is int and 0 <= value <= MOST_TOKENS:
        return value
    if value is None or value == "":
        return None
    number = _float(value)
    if number is None or not 0 <= number <= MOST_TOKENS or abs(number - round(number)) > 1e-6:  # noqa: PLR2004  a rounding error of a sum
        msg = "holds no number where tokens or requests are counted"
        raise ValueError(msg)
    return round(number)


def _float(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def counts(record: Json, first: str, *others: str) -> int | None:
    """Return the first of these counts that a record holds."""
    value = record.get(first)
    if type(value) is int and 0 <= value <= MOST_TOKENS:
        return value
    if value is None and not others:
        return None
    for name in (first, *others):
        value = record.get(name)
        if value is not None:
            found = whole_count(value)
            if found is not None:
                return found
    return None


def total(*parts: int | None) -> int | None:
    """Return the sum of the parts that are known, None where none is.

    >>> total(3, None, 4), total(None)
    (7, None)
    """
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def moment(value: object) -> int | None:
    """Return a time as microseconds since 1970; None for nothing. ValueError for no time.

    Text is ISO 8601, in UTC where it has no zone, as a time of a table is; a number counts
    seconds, milli-, micro- or nanoseconds since 1970, or ticks of 100 ns since the year 1, as its
    size tells.

    >>> moment("2026-11-23T09:02:10Z") == moment(1795424530) == moment("1795424530000000000")
    True
    """
    if type(value) is float and 0 < value < _SECONDS:  # as most programs write it
        return round(value * SECOND)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _since_1970(value)
    if isinstance(value, str):
        try:
            return _since_1970(datetime.fromisoformat(value))
        except ValueError:
            number = _float(value)
        if number is None:
            return _written(value)
    else:
        number = _float(value)
    if number is None or number <= 0:
        raise _no_time(value)
    return _scaled(value, number)


def _written(text: str) -> int:
    """Return a time with more digits than Python reads, or with a zone after a space."""
    try:
        return _since_1970(datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip())))
    except ValueError:
        pass
    for form in ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S.%f %Z", "%d/%b/%Y:%H:%M:%S %z"):
        try:
            return _since_1970(datetime.strptime(text.strip(), form))  # noqa: DTZ007  UTC where it names no other
        except ValueError:
            continue
    raise _no_time(text)


def _no_time(value: object) -> ValueError:
    kind = "number" if isinstance(value, int | float) else "text"
    return ValueError(f"holds a {kind} that is no time")


def _since_1970(time: datetime) -> int:
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def _scaled(value: object, number: float) -> int:
    """Return seconds, milli-, micro-, nanoseconds or ticks as microseconds, as the size tells."""
    exact = int(value) if isinstance(value, int | str) and str(value).isdigit() else int(number)
    if number < _SECONDS:
        return round(number * SECOND)
    if number < _MILLIS:
        return round(number * 1000)
    if number < _MICROS:
        return exact
    if number < _TICKS:
        return (exact - _TICKS_TO_1970) // 10
    if number < _NANOS:
        return exact // 1000
    raise _no_time(value)


def has_zone(value: object) -> str | None:
    """Return the zone that a time names where that is not UTC, such as "+02:00"."""
    if not isinstance(value, str):
        return None
    try:
        offset = datetime.fromisoformat(value).utcoffset()
    except ValueError:
        return None
    if not offset:
        return None
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


OPENING = 1024
"""Characters by which prompts without a system message are told apart: providers route by less."""
_SYSTEM = {"system", "developer"}
_SYSTEM_KEYS = {"system", "instructions", "systemInstruction", "system_instruction"}
_NONE: Json = {}
new = tuple.__new__
"""Makes a named tuple of a tuple, in half the time of its own call."""


def mapping(value: object) -> Json:
    """Return an object, also one that stands as JSON in a text; an empty one for anything else."""
    if type(value) is dict:
        return value
    if value is None:
        return _NONE
    if isinstance(value, str) and value[:1] == "{":
        value = parsed_body(value)
    return value if isinstance(value, Mapping) else _NONE


def parsed_body(value: object) -> object:
    """Return what a text says as JSON; what is no text, or no JSON, as it stands."""
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    found = json_or_none(value)
    return value if found is None else found


def spent_of(usage: Json) -> Spent | None:
    """Return the tokens of a usage object of any provider, None where it is none.

    OpenAI's input holds the cached tokens; Anthropic's and Bedrock's do not, and Gemini's output
    does not hold the thoughts: they are added.
    """
    if "prompt_tokens" in usage:
        return _usual(usage) or _chat(usage)
    for key, read in _BY_KEY.items():
        if key in usage:
            return read(usage)
    return None


def _usual(usage: Json) -> Spent | None:
    """Return the tokens of the usual usage object of a chat, None where it is another.

    It says what `_chat` says of such an object, in a third of the time.
    """
    try:
        inputs, outputs = usage["prompt_tokens_details"], usage["completion_tokens_details"]
        prompt, answer = usage["prompt_tokens"], usage["completion_tokens"]
        cached, thinking = inputs["cached_tokens"], outputs["reasoning_tokens"]
        usual = (
            type(prompt) is type(answer) is type(cached) is type(thinking) is int
            and 0 <= prompt | answer | cached | thinking <= MOST_TOKENS
            and "cache_write_tokens" not in inputs
            and "cache_creation_tokens" not in inputs
        )
    except (KeyError, TypeError):
        return None
    return new(Spent, (prompt, cached, None, answer, thinking)) if usual else None


def _chat(usage: Json) -> Spent:
    inputs = usage.get("prompt_tokens_details")
    if type(inputs) is not dict:
        inputs = mapping(inputs)
    outputs = usage.get("completion_tokens_details")
    if type(outputs) is not dict:
        outputs = mapping(outputs)
    cached = inputs.get("cached_tokens")
    if cached is None or cached == "":
        cached = counts(usage, "prompt_cache_hit_tokens", "cached_tokens")
    written = inputs.get("cache_write_tokens")
    if written is None or written == "":
        written = counts(inputs, "cache_creation_tokens")
    found = (
        usage.get("prompt_tokens"),
        cached,
        written,
        usage.get("completion_tokens", 0),
        outputs.get("reasoning_tokens"),
    )
    for each in found:
        if each is not None and (type(each) is not int or not 0 <= each <= MOST_TOKENS):
            return Spent(*map(whole_count, found))
    return Spent(*found)


def _responses(usage: Json) -> Spent:
    inputs = mapping(usage.get("input_tokens_details"))
    outputs = mapping(usage.get("output_tokens_details"))
    return Spent(
        counts(usage, "input_tokens"),
        counts(inputs, "cached_tokens"),
        counts(inputs, "cache_write_tokens"),
        counts(usage, "output_tokens"),
        counts(outputs, "reasoning_tokens"),
    )


def _plain(usage: Json) -> Spent:
    return Spent(input=counts(usage, "input_tokens"), output=counts(usage, "output_tokens"))


def _anthropic(usage: Json) -> Spent:
    read = counts(usage, "cache_read_input_tokens") or 0
    written = written_of(usage)
    inputs = counts(usage, "input_tokens")
    outputs = mapping(usage.get("output_tokens_details"))
    return Spent(
        None if inputs is None else inputs + read + written,
        read,
        written,
        counts(usage, "output_tokens"),
        counts(outputs, "thinking_tokens") or 0,
    )


def written_of(usage: Json) -> int:
    """Return the tokens that a usage object of Anthropic says were written to the cache."""
    by_life = mapping(usage.get("cache_creation"))
    told = counts(usage, "cache_creation_input_tokens")
    if told is not None:
        return told
    flat = (counts(usage, f"cache_creation_{life}_input_tokens") for life in ("5m", "1h"))
    return total(*map(_count, by_life.values()), *flat) or 0


def _count(value: object) -> int | None:
    return counts({"n": value}, "n")


def _gemini(usage: Json) -> Spent:
    thoughts = counts(usage, "thoughtsTokenCount") or 0
    tools = counts(usage, "toolUsePromptTokenCount") or 0
    prompt = counts(usage, "promptTokenCount")
    return Spent(
        None if prompt is None else prompt + tools,
        counts(usage, "cachedContentTokenCount") or 0,
        None,
        (counts(usage, "candidatesTokenCount") or 0) + thoughts,
        thoughts,
    )


def _converse(usage: Json) -> Spent:
    read = counts(usage, "cacheReadInputTokens", "cacheReadInputTokenCount")
    written = counts(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount")
    inputs = counts(usage, "inputTokens")
    return Spent(
        None if inputs is None else total(inputs, read, written),
        read,
        written,
        counts(usage, "outputTokens"),
    )


def _codex(usage: Json) -> Spent:
    return Spent(
        counts(usage, "input_tokens"),
        counts(usage, "cached_input_tokens"),
        None,
        counts(usage, "output_tokens"),
        counts(usage, "reasoning_output_tokens"),
    )


_BY_KEY: Mapping[str, Callable[[Json], Spent]] = {
    "promptTokenCount": _gemini,
    "cache_read_input_tokens": _anthropic,
    "cache_creation_input_tokens": _anthropic,
    "cache_creation": _anthropic,
    "cached_input_tokens": _codex,
    "reasoning_output_tokens": _codex,
    "input_tokens_details": _responses,
    "output_tokens_details": _responses,
    "input_tokens": _plain,
    "output_tokens": _plain,
    "inputTokens": _converse,
    "outputTokens": _converse,
    "completion_tokens": _chat,
    "candidatesTokenCount": _gemini,
}
"""How a usage object is read, by the first of these keys that it has."""


def said_in(request: object) -> list[SaidText]:
    """Return the messages of a request: of OpenAI, Anthropic, Gemini or Bedrock, or a bare list."""
    request = parsed_body(request)
    if isinstance(request, Mapping):
        keys = sorted(_SYSTEM_KEYS & request.keys())
        system = (message_text(parsed_body(request[key])) for key in keys)
        return [*(SaidText("system", text) for text in system if text), *_messages(request)]
    if isinstance(request, Sequence) and not isinstance(request, str):
        return list(_listed(request))
    return [SaidText("user", request)] if isinstance(request, str) and request else []


def _messages(request: Json) -> Iterator[SaidText]:
    for key in ("messages", "input", "contents", "prompt"):
        value = parsed_body(request.get(key))
        if isinstance(value, str) and value:
            yield SaidText("user", value)
            return
        if isinstance(value, Mapping):
            yield from said_in(value)
            return
        if isinstance(value, Sequence) and value and not isinstance(value, str):
            yield from _listed(value)
            return


def _listed(messages: Sequence[Any]) -> Iterator[SaidText]:
    for message in messages:
        if isinstance(message, str):
            yield SaidText("user", message)
        elif isinstance(message, Mapping):
            inner = message.get("content", message.get("parts", message.get("text")))
            yield SaidText(str(message.get("role", "user")), message_text(inner))


def message_text(content: object) -> str:
    """Return the text of a message's content: a text, or the texts of its parts."""
    if type(content) is str:
        return content
    if isinstance(content, Mapping):
        return message_text(
            next((content[k] for k in ("text", "content", "parts") if k in content), "")
        )
    if isinstance(content, Sequence):
        return "".join(message_text(part) for part in content)
    return ""


def opening_of(request: Any) -> str | None:  # noqa: ANN401  a value of a log
    """Return what tells a request's prompt from others: its system messages, else how it begins.

    None where nothing was said. The usual requests are read without a list of their messages.
    """
    try:
        messages = request["messages"]
        first = messages[0]
        text = first["content"]
        if (
            type(text) is str
            and first["role"] in _SYSTEM
            and messages[1]["role"] not in _SYSTEM
            and _SYSTEM_KEYS.isdisjoint(request)
        ):
            return text or None
    except (IndexError, KeyError, TypeError):
        pass
    if type(request) is dict:
        system = request.get("system")
        if type(system) is str and system:
            return system
    return _opening(said_in(request))


def _opening(said: Sequence[SaidText]) -> str | None:
    if not said:
        return None
    first = said[0]
    if first.role in _SYSTEM and first.text:
        return "\n".join(each.text for each in said if each.role in _SYSTEM)
    return first.text[:OPENING] or None
