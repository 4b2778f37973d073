"""Records of a training file in whichever format, one or all of them: bytes in, examples out."""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ftvp.dataset.conversations import ANSWERED, QUESTIONS
from ftvp.dataset.examples import (
    NOT_UTF_8,
    Format,
    RecordError,
    RecordIssues,
    TrainingExample,
    TrainingMessage,
)
from ftvp.dataset.preferences import read_labelled, read_preference, read_task
from ftvp.dataset.records import CHUNK, Container, Raw, chunks, container_of, read_records
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
from ftvp.errors import FileProblemsError, LongRunError, Problem, nearest
from ftvp.files.disk import BOM, open_bytes
from ftvp.files.values import json_fault
from ftvp.tokens.counting import LONGEST_RUN, refuse_long_runs, specials

if TYPE_CHECKING:
    from multiprocessing.pool import Pool


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


T = TypeVar("T")
Look = Callable[[list[TrainingExample]], list[T]]
"""What is wanted of a chunk of examples, one value for each."""
Looked = tuple[list[T], RecordIssues]
Report = Callable[[int], None]
"""Called with the bytes of records that have been read so far."""
ReadLine = Callable[[int, bytes], tuple[TrainingExample, list[str]]]

BIG = 8 << 20
"""Bytes from which a second process pays for its start."""
MAX_BROKEN = 100_000
"""Records that cannot be trained on, after which reading stops."""
SPECIAL = "'{}' is written out: it counts as text, and a provider may take it as control"


@dataclass(frozen=True)
class _Work(Generic[T]):
    """What is done with each chunk of records."""

    look: Look[T]
    read: ReadLine

    def __call__(self, chunk: Iterable[Raw]) -> Looked[T]:
        """Return `look` of the examples of a chunk, and every issue on the way."""
        examples, issues = list[TrainingExample](), RecordIssues()
        for raw in chunk:
            if raw.problem:
                issues.add(raw.problem, [raw.line], is_fatal=True)
                continue
            try:
                example, odd = self.read(raw.line, raw.data)
                _refuse_runs(example)
            except RecordError as error:
                issues.add(str(error), [raw.line], is_fatal=True)
                continue
            examples.append(example)
            if b"<|" in raw.data:
                texts = "\n".join(message.text for message in example.messages)
                odd = [*odd, *(SPECIAL.format(name) for name in specials(texts))]
            for says in dict.fromkeys(odd):
                issues.add(says, [raw.line], is_fatal=False)
        return self.look(examples), issues


@dataclass
class Scan(Generic[T]):
    """What a pass over a file gave: a value for each example, and the issues of its records."""

    values: list[T] = field(default_factory=list)
    issues: RecordIssues = field(default_factory=RecordIssues)


def scan(
    path: Path, look: Look[T], report: Report | None = None, *, answers: bool = True
) -> Scan[T]:
    """Return `look` of every example of a file, in order, and the issues of its records.

    Without `answers` the records are requests, which need none. Raises FileProblemsError with
    every problem for a file that cannot be trained on.
    """
    container = container_of(path)
    found: Scan[T] = Scan()
    for says in _file_issues(path, container):
        found.issues.add(says, [1], is_fatal=False)
    done = 0
    work = _Work(look, example_of if answers else request_of)
    for size, (values, issues) in _looked_at(path, container, work):
        found.values += values
        found.issues.merge(issues)
        done += size
        if report:
            report(done)
        if found.issues.fatal > MAX_BROKEN:
            break
    found.issues.refuse(path.name)
    if not found.values:
        raise FileProblemsError([Problem(path.name, "holds no records: write one a line", 1)])
    return found


def _file_issues(path: Path, container: Container) -> Iterator[str]:
    """Yield what is odd about a text file as a whole."""
    if container.kind == "parquet":
        return
    with open_bytes(path) as file:
        head = file.readline(CHUNK)
    if head.startswith(BOM):
        yield "the file begins with a byte-order mark: save it as UTF-8 without one"
    if head.endswith(b"\r\n"):
        yield "lines end as on Windows (CRLF): providers take it, some tools do not"


def _looked_at(path: Path, container: Container, work: _Work[T]) -> Iterator[tuple[int, Looked[T]]]:
    """Yield the size of each chunk and what it held, in order."""
    records = read_records(path, container)
    with _pool(path, container, work) as pool:
        if pool is None:
            for size, chunk in chunks(records):
                yield size, work(chunk)
            return
        running = deque[tuple[int, Any]]()
        for size, chunk in chunks(records):
            running.append((size, pool.apply_async(_in_worker, (chunk,))))
            if len(running) > 2 * cores():
                read, result = running.popleft()
                yield read, result.get()
        for read, result in running:
            yield read, result.get()


def _refuse_runs(example: TrainingExample) -> None:
    for message in example.messages:
        if len(message.text) > LONGEST_RUN:
            try:
                refuse_long_runs(message.text)
            except LongRunError as error:
                says = f"holds over {LONGEST_RUN:,} {error.what} in a row: take them out"
                raise RecordError(says) from None


def cores() -> int:
    """Return how many processes may run at once."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def _pool(path: Path, container: Container, work: _Work[T]) -> Iterator[Pool | None]:
    """Give a pool of processes that share what is loaded; None where one process is as fast."""
    is_big = path.stat().st_size >= BIG and container.kind in {"lines", "table"}
    if sys.platform != "linux" or cores() < 2 or not is_big:  # noqa: PLR2004  two cores
        yield None
        return
    from multiprocessing import get_context

    with get_context("fork").Pool(cores(), _prepare, (work,)) as pool:
        yield pool


_prepared: list[_Work[object]] = []


def _prepare(work: _Work[object]) -> None:
    gc.disable()  # a chunk's records form no circles, and there are many of them
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepared[:] = [work]


def _in_worker(chunk: list[Raw]) -> Looked[object]:
    return _prepared[0](chunk)


def fetch(path: Path, places: Iterable[int]) -> dict[int, TrainingExample]:
    """Return the examples at these places of a file, from 0, read anew."""
    wanted = set(places)
    return {
        place: example_of(raw.line, raw.data)[0]
        for place, raw in enumerate(read_records(path) if wanted else ())
        if place in wanted
    }
