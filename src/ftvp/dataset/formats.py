"""One record of a training file, in whichever format it is written: bytes in, an example out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ftvp.dataset.conversations import ANSWERED, QUESTIONS
from ftvp.dataset.examples import NOT_UTF_8, Format, RecordError, TrainingExample, TrainingMessage
from ftvp.dataset.preferences import read_labelled, read_preference, read_task
from ftvp.dataset.supervised import (
    ReadRecord,
    Record,
    context_texts,
    read_chat,
    read_gemini,
    read_list,
    read_pair,
    read_plain,
    read_segments,
)
from ftvp.errors import nearest
from ftvp.files.json import json_fault


class RecordShape(NamedTuple):
    """A format as the documentation shows it: what it is called, who uses it, and a record."""

    name: Format
    title: str
    record: str
    """A record as JSON; each shape's record is read by the tests."""


SHAPES = (
    RecordShape(
        "chat",
        "OpenAI, Azure, Together, Fireworks, Mistral",
        '{"messages": [{"role": "user", "content": "2+2?"},'
        ' {"role": "assistant", "content": "4"}]}',
    ),
    RecordShape(
        "gemini",
        "Gemini on Vertex AI",
        '{"contents": [{"role": "user", "parts": [{"text": "2+2?"}]},'
        ' {"role": "model", "parts": [{"text": "4"}]}]}',
    ),
    RecordShape(
        "bedrock",
        "Amazon Nova and Anthropic on Bedrock",
        '{"schemaVersion": "bedrock-conversation-2024", "system": [{"text": "Add."}],'
        ' "messages": [{"role": "user", "content": [{"text": "2+2?"}]},'
        ' {"role": "assistant", "content": [{"text": "4"}]}]}',
    ),
    RecordShape(
        "completion",
        "Together, Bedrock, TRL; as texts or as lists of messages",
        '{"prompt": "2+2?", "completion": "4"}',
    ),
    RecordShape("text", "Together, TRL: plain text", '{"text": "2+2 is 4."}'),
    RecordShape(
        "alpaca",
        "Alpaca, LLaMA-Factory; `history` is read, a rendered `text` is not",
        '{"instruction": "Add.", "input": "2+2", "output": "4"}',
    ),
    RecordShape(
        "sharegpt",
        "ShareGPT, LLaMA-Factory",
        '{"conversations": [{"from": "human", "value": "2+2?"}, {"from": "gpt", "value": "4"}]}',
    ),
    RecordShape(
        "conversations",
        "a list of messages under `conversations`, `dialog` and the like",
        '{"conversations": [{"role": "user", "content": "2+2?"},'
        ' {"role": "assistant", "content": "4"}]}',
    ),
    RecordShape(
        "pairs",
        "Dolly, torchtune and others: any of "
        + ", ".join(QUESTIONS)
        + " with any of "
        + ", ".join(ANSWERED),
        '{"instruction": "Add.", "context": "2+2", "response": "4"}',
    ),
    RecordShape(
        "segments",
        "Axolotl: text with and without a loss",
        '{"segments": [{"label": false, "text": "2+2? "}, {"label": true, "text": "4"}]}',
    ),
    RecordShape(
        "preference",
        "OpenAI, Together, Fireworks, TRL, LLaMA-Factory, Gemini, Nova: two answers, one better",
        '{"input": {"messages": [{"role": "user", "content": "2+2?"}]},'
        ' "preferred_output": [{"role": "assistant", "content": "4"}],'
        ' "non_preferred_output": [{"role": "assistant", "content": "5"}]}',
    ),
    RecordShape(
        "kto",
        "TRL, LLaMA-Factory: an answer with true or false beside it",
        '{"prompt": "2+2?", "completion": "5", "label": false}',
    ),
    RecordShape(
        "reinforcement",
        "OpenAI, Azure, Bedrock, Gemini: a task, and what its grader compares with",
        '{"messages": [{"role": "user", "content": "2+2?"}], "reference_answer": "4"}',
    ),
)
"""Every format that is read; the documentation's table is made of them."""
KNOWN = (
    "'messages' (chat), 'contents' (Gemini), 'prompt' and 'completion', 'text', 'instruction' and "
    "'output' (Alpaca), or 'conversations' (ShareGPT)"
)

NESTED = "is nested too deep"


def parse_record(source: bytes) -> object:
    """Return what a record's JSON says; RecordError says what keeps it from being read."""
    try:
        return DECODER.decode(source.decode("utf-8"))
    except UnicodeDecodeError:
        says = NOT_UTF_8
    except json.JSONDecodeError as error:
        says = json_fault(error)
    except RecursionError:
        says = NESTED
    except RecordError:
        raise
    except ValueError:
        says = "holds a number that is too long to read"
    raise RecordError(says)


def _object(pairs: list[tuple[str, Any]]) -> Record:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        says = f"the key '{twice[:40]}' stands twice in one object: readers keep the last alone"
        raise RecordError(says)
    return found


def _constant(name: str) -> float:
    says = f"holds {name}, which is not JSON: write a number, or null"
    raise RecordError(says)


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


@contextmanager
def _nesting() -> Iterator[None]:
    """Refuse a record that is nested deeper than Python follows."""
    try:
        yield
    except RecursionError:
        raise RecordError(NESTED) from None


def example_of(line: int, source: bytes) -> ReadRecord:
    """Return the example that a record's source spells; RecordError says why it is none."""
    record = parse_record(source)
    if not isinstance(record, dict):
        says = f"is no record: write an object with {KNOWN}"
        raise RecordError(says)
    with _nesting():
        example, issues = read_record(record)
    return TrainingExample(line, *example[1:]), issues


def request_of(line: int, source: bytes) -> ReadRecord:
    """Return a request of production, whose answer may be missing; plain lines are requests too."""
    try:
        record = parse_record(source)
    except RecordError:
        record = source.decode("utf-8", "replace").strip()
    if isinstance(record, str):
        return TrainingExample(line, "completion", (TrainingMessage("user", record),)), []
    if isinstance(record, dict):
        if isinstance(record.get("messages"), list) and record["messages"]:
            with _nesting():
                return read_chat(record, answers=False)[0]._replace(line=line), []
        question = next((key for key in QUESTIONS if isinstance(record.get(key), str)), None)
        if question and not any(key in record for key in ANSWERED):
            text = "\n".join([record[question], *context_texts(record, question)])
            asked = TrainingMessage("user", text)
            return TrainingExample(line, "completion", (asked,)), []
    return example_of(line, source)


def read_record(record: Record) -> ReadRecord:
    """Return a record as an example of line 0, in the first format that it fits."""
    if len(record) == 1 and "messages" in record:
        return read_chat(record)
    found = _fitting(record)
    if found is None:
        raise RecordError(unknown_record(record))
    return found


def _fitting(record: Record) -> ReadRecord | None:
    """Return a record as the first format that it fits has it; None for a record of no format."""
    return next((found for read in READERS if (found := read(record)) is not None), None)


READERS = (
    read_preference,
    read_labelled,
    read_task,
    lambda record: read_chat(record) if "messages" in record else None,
    read_gemini,
    read_pair,
    read_list,
    read_segments,
    read_plain,
)
"""Tried in this order: a plain text comes last, since records of other formats may hold one."""


class Refused(NamedTuple):
    """A kind of record that is no training example: what it is, its keys, and what to do."""

    name: str
    keys: tuple[str, ...]
    instead: str


BATCH = "a training example has the answer too: join the requests with their responses"
REFUSED = (
    Refused(
        "a log of a request and its response",
        ("request", "response"),
        "write the messages of the request, and the message of the response as the last of them",
    ),
    Refused("a request of a batch job", ("custom_id", "body"), BATCH),
    Refused("a request of a batch job", ("custom_id", "params"), BATCH),
    Refused("a request of a batch job", ("recordId", "modelInput"), BATCH),
    Refused("a request of a batch job", ("request",), BATCH),
    Refused("a response of a batch job", ("custom_id", "response"), BATCH),
    Refused(
        "text in tokens already, by a tokenizer that it does not name",
        ("input_ids",),
        "give the file that it was made from",
    ),
    Refused(
        "a record of rewards for single steps",
        ("completions", "labels"),
        "write each answer as a 'completion'",
    ),
)
"""Records that are no training examples; the last key holds more than a text."""
RIVAL = re.compile(
    r"(?:response|answer|completion|output|candidate|assistant)s?[ _-]?(?:[a-d0-9]|one|two)"
)
"""The key of one of several answers to one prompt."""


def unknown_record(record: Record) -> str:
    """Return why a record is in none of the formats, as near to what was meant as can be told."""
    for refused in REFUSED:
        if all(key in record for key in refused.keys) and not isinstance(
            record[refused.keys[-1]], str
        ):
            return f"is {refused.name}: {refused.instead}"
    lists = [(key, value) for key, value in record.items() if isinstance(value, list)]
    if key := next((key for key, value in lists if _is_record(value)), None):
        return f"holds the records in a list under '{key}': jq -c '.{key}[]' FILE"
    if all(isinstance(value, dict) for value in record.values()) and _is_record(record.values()):
        return "holds the records under a key each: jq -c '.[]' FILE"
    if sum(RIVAL.fullmatch(str(key).lower()) is not None for key in record) > 1:
        return PREFERENCE
    return _missing_key(record)


PREFERENCE = (
    "is a preference record with several answers, and does not say in a known way which is "
    "better: call the better one 'chosen' and the worse one 'rejected'"
)


def _missing_key(record: Record) -> str:
    """Return which key is missing beside one that is there, or what was probably meant."""
    for one, other in (("chosen", "rejected"), ("preferred_output", "non_preferred_output")):
        if one in record or other in record:
            missing, there = (other, one) if one in record else (one, other)
            return f"'{missing}' is missing beside '{there}': a preference record has both"
    question = next((key for key in QUESTIONS if key in record), None)
    answer = next((key for key in ANSWERED if key in record), None)
    if question or answer:
        missing = "prompt" if answer else "completion" if question == "prompt" else "output"
        return f"'{missing}' is missing beside '{answer or question}'.{_candidates(record)}"
    names = ["messages", "contents", "conversations", "text", *QUESTIONS, *ANSWERED]
    close = next((n for key in record if (n := nearest(str(key), names))), None)
    hint = f" Did you mean '{close}'?" if close else ""
    hint += " Eval results go to 'ftvp evals', logs to 'ftvp usage'."
    return f"is of no known shape: a record has {KNOWN}.{_candidates(record) or hint}"


def _is_record(values: Iterable[object]) -> bool:
    """Return whether the first of some values is a record in a known format, or holds one."""
    first = next(iter(values), None)
    if not isinstance(first, dict):
        return False
    row = first.get("row", first)
    with suppress(RecordError):
        return isinstance(row, dict) and _fitting(row) is not None
    return False


def _candidates(record: Record) -> str:
    """Return the texts that a record holds, which may have to be renamed."""
    texts = [f"'{str(key)[:40]}'" for key, value in record.items() if isinstance(value, str)]
    if len(texts) < len(("question", "answer")):
        return ""
    listed = ", ".join(texts[:6])
    return f" The record has {listed}: call the question 'prompt' and the answer 'completion'."
