"""Training examples: what is read of a record and its issues, and what is kept of it: numbers."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from operator import eq
from typing import Literal, NamedTuple
from zlib import crc32

from ftvp.errors import FileProblemsError, Problem
from ftvp.files.chat import MediaPart
from ftvp.files.values import json_or_none
from ftvp.stats import quantile
from ftvp.units import Record

Format = Literal[
    "chat",
    "completion",
    "text",
    "alpaca",
    "sharegpt",
    "bedrock",
    "gemini",
    "conversations",
    "pairs",
    "segments",
    "preference",
    "kto",
    "reinforcement",
]
"""How a record is written; a text is a record without messages of its own."""
Goal = Literal["supervised", "preference", "reinforcement"]
"""What a file is for: answers to imitate, answers to prefer, or tasks whose answers are graded."""
GOALS: dict[str, Goal] = {
    "preference": "preference",
    "kto": "preference",
    "reinforcement": "reinforcement",
}
SHARED = frozenset({"system", "developer"})
ANSWERS = frozenset({"assistant", "text"})
REJECTED = "rejected"
"""The role of an answer that is not to be imitated."""


def goal_of(form: str) -> Goal:
    """Return what a file of this format is for; "mixed" counts as supervised.

    >>> goal_of("kto"), goal_of("alpaca")
    ('preference', 'supervised')
    """
    return GOALS.get(form, "supervised")


class TrainingMessage(NamedTuple):
    """One message; `calls` is what an assistant sends to tools instead of, or beside, text."""

    role: str
    text: str
    name: str = ""
    calls: str = ""
    reasoning: str = ""

    @property
    def said(self) -> str:
        """The text with the calls of tools."""
        return self.text + self.calls


class TrainingExample(NamedTuple):
    """One record of a training file; the last assistant message is what it teaches."""

    line: int
    format: Format
    messages: tuple[TrainingMessage, ...]
    tools: str = ""
    """The declared tools as JSON."""
    media: tuple[MediaPart, ...] = ()
    unread: str = ""
    """The key of text that is not read, where that is more than all that is read."""

    @property
    def answer(self) -> str:
        """The last assistant message, all of a plain text."""
        return self.messages[-1].said if self.messages[-1].role in ANSWERS else ""

    @property
    def asked(self) -> str:
        """All messages before the answer but the system prompt, which examples share."""
        before = self.messages[:-1] if self.messages[-1].role in ANSWERS else self.messages
        left_out = SHARED | {REJECTED}
        return "\n".join([message.said for message in before if message.role not in left_out])

    @property
    def system(self) -> str:
        """The system prompt."""
        return "\n".join([message.text for message in self.messages if message.role in SHARED])

    @property
    def rejected(self) -> str:
        """The answers that are not to be imitated."""
        return "\n".join([message.said for message in self.messages if message.role == REJECTED])


NOT_UTF_8 = "is not UTF-8: save the file as UTF-8, or: iconv -f latin1 -t utf-8"
MAX_KINDS_SHOWN = 20
MAX_LINES_SHOWN = 5
MAX_KINDS = 500
"""Kinds of issues that are kept apart; what is more is counted."""
MAX_LINES = 20
"""Lines that are kept of one kind of issue."""


class RecordError(ValueError):
    """A record that is in none of the formats, or breaks the rules of its own."""


@dataclass
class RecordIssue:
    """One kind of issue: what it says, how many records have it, and the first of their lines."""

    says: str
    is_fatal: bool
    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, lines: Iterable[int], count: int) -> None:
        """Count further records that have this issue."""
        self.count += count
        self.lines += [*lines][: MAX_LINES - len(self.lines)]

    @property
    def where(self) -> str:
        """The first line, and how many more there are.

        >>> RecordIssue("odd", is_fatal=False, count=3, lines=[2, 5, 8]).where
        'line 2 and 2 more'
        """
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        return f"line {self.lines[0]}{more}"

    def problem(self, name: str) -> Problem:
        """Return the issue as a problem of a file, with where else it is."""
        others = self.lines[1 : MAX_LINES_SHOWN + 1]
        also = f" (also on line{'s' if self.count > 2 else ''} {', '.join(map(str, others))}"  # noqa: PLR2004  one other line
        hidden = self.count - 1 - len(others)
        also += f" and {hidden:,} more)" if hidden else ")"
        return Problem(name, self.says + (also if others else ""), self.lines[0])


class RecordIssues:
    """All issues of a file by kind, in the order of their first lines; its size is bounded."""

    def __init__(self) -> None:
        """Begin without issues."""
        self.kinds: dict[tuple[str, bool], RecordIssue] = {}
        self.left_out = 0
        """Issues of kinds beyond MAX_KINDS."""
        self.fatal = 0
        """Records that cannot be trained on."""

    def add(self, says: str, lines: Iterable[int], count: int = 1, *, is_fatal: bool) -> None:
        """Add an issue of one record, or of `count`."""
        self.fatal += count if is_fatal else 0
        key = says, is_fatal
        if key not in self.kinds and len(self.kinds) >= MAX_KINDS:
            self.left_out += count
            return
        self.kinds.setdefault(key, RecordIssue(says, is_fatal)).add(lines, count)

    def merge(self, other: RecordIssues) -> None:
        """Add the issues of a later part of the file."""
        fatal = self.fatal + other.fatal
        for issue in other.kinds.values():
            self.add(issue.says, issue.lines, issue.count, is_fatal=issue.is_fatal)
        self.fatal = fatal
        self.left_out += other.left_out

    @property
    def notes(self) -> list[RecordIssue]:
        """The issues that do not keep the file from being trained on."""
        return [issue for issue in self.kinds.values() if not issue.is_fatal]

    def refuse(self, name: str) -> None:
        """Raise FileProblemsError where an issue is fatal, with every kind of fatal issue."""
        fatal = [issue for issue in self.kinds.values() if issue.is_fatal]
        if not fatal:
            return
        problems = [issue.problem(name) for issue in fatal[:MAX_KINDS_SHOWN]]
        if len(fatal) > MAX_KINDS_SHOWN:
            more = f"and {len(fatal) - MAX_KINDS_SHOWN:,} more kinds of problems"
            problems.append(Problem(name, more))
        raise FileProblemsError(problems)


MAX_LABEL = 60
"""Characters up to which an answer of one line may be a label."""
EXCHANGE = 2
"""Messages of a question and its answer."""
KEPT_MASK = 3
"""Words whose last bits are 0 are kept: one in four, the same ones in every example."""


class ExampleFeatures(NamedTuple):
    """One training example in numbers; equal digests mean equal texts."""

    line: int
    format: str
    messages: int
    """0 for plain text."""
    tokens: int
    asked_tokens: int
    answer_tokens: int
    assistant_tokens: int
    """Of all answers, with their reasoning and calls."""
    reasoning_tokens: int
    tool_tokens: int
    """Of declared tools."""
    whole: int
    asked: int
    answer: int
    opening: int
    """The first exchange of several, 0 where there is but one."""
    label: str | None
    shape: str
    """The form of the answer, "" where there is none."""
    sketch: bytes
    asked_sketch: bytes
    words: bytes
    media: tuple[str, ...]
    unread: str


def features_of(
    example: TrainingExample,
    counts: Sequence[int],
    *,
    leaks: bool,
    common: AbstractSet[int] = frozenset(),
) -> ExampleFeatures:
    """Return an example in numbers; `counts` are the tokens of `counted_texts`.

    `leaks` adds what finding it in another file takes. What is `common` to many examples is no
    part of the sketches.
    """
    messages, answer, asked = example.messages, example.answer, example.asked
    is_text, has_answer = example.format == "text", messages[-1].role in ANSWERS
    asked_words, answer_words = words_of(asked, example.media), words_of(answer, example.media)
    media = [str(medium.digest) for medium in example.media]
    said = list(zip((message.role for message in messages), counts, strict=False))
    last = said[-1][1] if has_answer else 0
    reasoning = counts[len(messages)] if any(message.reasoning for message in messages) else 0
    left_out = SHARED | {REJECTED}
    return ExampleFeatures(
        line=example.line,
        format=example.format,
        messages=0 if is_text else len(messages),
        tokens=sum(counts),
        asked_tokens=sum(tokens for role, tokens in said if role not in left_out) - last,
        answer_tokens=last,
        assistant_tokens=sum(tokens for role, tokens in said if role in ANSWERS) + reasoning,
        reasoning_tokens=reasoning,
        tool_tokens=counts[-1] if example.tools else 0,
        whole=digest(example.system, asked, answer, example.tools, example.rejected, *media),
        asked=digest(example.system, asked, *media) if asked else 0,
        answer=digest(answer),
        opening=_opening(messages),
        label=None if is_text else label_of(answer),
        shape="text" if is_text else form_of(answer) if has_answer else "",
        sketch=sketch(asked_words + answer_words, common),
        asked_sketch=sketch(asked_words or answer_words, common) if leaks else b"",
        words=array("I", {n for n in asked_words or answer_words if not n & KEPT_MASK}).tobytes(),
        media=tuple(medium.kind for medium in example.media),
        unread=example.unread,
    )


def counted_texts(example: TrainingExample) -> list[str]:
    """Return what is counted of an example: its messages, then their reasoning, then the tools.

    A message counts with its name and calls; reasoning and tools are there only where there are.
    """
    texts = [message.said + message.name for message in example.messages]
    if reasoning := [message.reasoning for message in example.messages if message.reasoning]:
        texts.append("\n".join(reasoning))
    return [*texts, example.tools] if example.tools else texts


def words_of(text: str, media: Sequence[MediaPart] = ()) -> list[int]:
    """Return the words of a text as numbers; beside other media the same words are others."""
    words = word_numbers(text)
    if not media:
        return words
    beside = hash(tuple(medium.digest for medium in media)) & 0xFFFFFFFF
    return [word ^ beside for word in words]


def digest(*parts: str) -> int:
    """Return 64 bits that tell texts apart, alike in every process of one run."""
    return hash(parts)


def _opening(messages: Sequence[TrainingMessage]) -> int:
    """Return the digest of the first exchange, where another follows it."""
    if len(messages) <= EXCHANGE + 1:
        return 0
    spoken = [message.text for message in messages if message.role not in SHARED]
    several = sum(message.role in ANSWERS for message in messages) > 1
    return digest(*spoken[:EXCHANGE]) if several else 0


def label_of(answer: str) -> str | None:
    """Return an answer that is short enough for a label.

    >>> label_of(" Billing ")
    'Billing'
    """
    label = answer.strip()
    return label if len(label) <= MAX_LABEL and "\n" not in label and label else None


PER_MESSAGE, PER_EXAMPLE = 4, 1
COOKBOOK_PER_MESSAGE, COOKBOOK_PER_EXAMPLE = 4, 3
"""The cookbook's rule: 3 per message and its role, which is one token; 3 for the reply."""
MEASURED_MESSAGES = 3
"""The messages of the jobs whose billed totals were published."""
LONGEST_SHOWN = 5


class LongLine(Record):
    """One of the longest training examples."""

    line: int
    """Counted from 1."""
    tokens: int
    """Billed tokens, before any cut."""


class TokensPerExample(Record):
    """How the billed tokens of the training examples are spread."""

    min: int
    median: float
    mean: float
    p95: float
    """95 % of the examples have no more."""
    max: int
    longest: tuple[LongLine, ...]
    """The longest first."""


class Cut(NamedTuple):
    """What a limit per example leaves of a file."""

    examples: int
    """How many training examples are longer."""
    tokens: int
    """How many of their tokens are cut off."""


def overhead(example: ExampleFeatures) -> int:
    """Return the tokens billed for an example beyond its content: 4 a message and 1.

    Published totals of jobs on examples of three messages fit 13 exactly; for other numbers of
    messages this is an estimate.
    """
    return PER_MESSAGE * example.messages + PER_EXAMPLE


def billed(examples: Sequence[ExampleFeatures], ratio: float = 1) -> list[int]:
    """Return the billed tokens of each example, its content scaled by a tokenizer's ratio."""
    return [round(ratio * example.tokens) + overhead(example) for example in examples]


def cut_at(sizes: Sequence[int], limit: int | None) -> Cut:
    """Return how many examples are over a limit, and the tokens beyond it.

    >>> cut_at([10, 250, 120], 100)
    Cut(examples=2, tokens=170)
    """
    over = [size - limit for size in sizes if limit is not None and size > limit]
    return Cut(len(over), sum(over))


def per_example(examples: Sequence[ExampleFeatures], sizes: Sequence[int]) -> TokensPerExample:
    """Return the spread of sizes, and the longest examples by line."""
    ordered = sorted(sizes)
    longest = sorted(range(len(sizes)), key=lambda place: -sizes[place])[:LONGEST_SHOWN]
    return TokensPerExample(
        min=ordered[0],
        median=quantile(ordered, 0.5),
        mean=sum(ordered) / len(ordered),
        p95=quantile(ordered, 0.95),
        max=ordered[-1],
        longest=tuple(LongLine(line=examples[p].line, tokens=sizes[p]) for p in longest),
    )


def cookbook_tokens(examples: Sequence[ExampleFeatures], limit: int | None = None) -> int:
    """Return the tokens of a file by the rule of OpenAI's cookbook, each example cut at a limit.

    Source: "Data preparation and analysis for chat model fine-tuning", which counts every
    message's content, role and name, 3 a message and 3 an example.
    """
    sizes = [
        example.tokens + COOKBOOK_PER_MESSAGE * example.messages + COOKBOOK_PER_EXAMPLE
        for example in examples
    ]
    return sum(sizes) - cut_at(sizes, limit).tokens


def is_estimate(examples: Sequence[ExampleFeatures]) -> bool:
    """Return whether an example has another number of messages than the measured jobs had."""
    return any(example.messages != MEASURED_MESSAGES for example in examples)


MAX_KEYS = 12
MAX_LABEL_WORDS = 4
PREFIX = re.compile(r"^(?:#+ |[*_]{0,2}[A-Z][\w ]{0,20}[*_]{0,2}: )")
MAX_PREFIXED = 200
"""Characters up to which an opening such as `Answer: ` is the form of an answer."""


def form_of(answer: str) -> str:
    """Return the form of an answer, alike for answers that a program would read alike.

    >>> form_of('{"city": "Rome", "year": 1870}'), form_of("Rome"), form_of("Answer: Rome")
    ('JSON with city, year', 'a few words', 'text after "Answer: "')
    """
    text = answer.strip()
    if text[:1] in {"{", "["}:
        return _json_shape(text)
    return _text_shape(text)


def _text_shape(text: str) -> str:
    if text.startswith("```"):
        return "code between fences"
    if text.startswith("<") and text.endswith(">"):
        return "markup"
    opening = PREFIX.match(text)
    if opening and len(text) <= MAX_PREFIXED:
        return f'text after "{opening[0]}"'
    if text.startswith(("- ", "* ", "1. ", "1) ")):
        return "a list"
    if not text:
        return "nothing"
    return "a few words" if len(text.split()) <= MAX_LABEL_WORDS else "prose"


def _json_shape(text: str) -> str:
    value = json_or_none(text)
    if value is None:
        return "broken JSON" if text[-1] in "}]" else "prose"
    if isinstance(value, dict):
        keys = sorted(value)
        more = ", ..." if len(keys) > MAX_KEYS else ""
        return f"JSON with {', '.join(keys[:MAX_KEYS])}{more}" if keys else "an empty JSON object"
    return "a JSON list"


ALIKE = 0.8
"""The Jaccard similarity from which two examples count as near duplicates."""
SHINGLE = 3

BANDS, ROWS = 8, 3
"""Two examples of similarity 0.8 meet in a band with probability 1 - (1 - 0.8^3)^8 = 0.997."""
HASHES = BANDS * ROWS
MARGIN = 0.25
"""How far below ALIKE the estimate of 24 hashes may lie: three standard deviations."""
MAX_BUCKET = 8
"""Unlike examples of one bucket with which a newcomer is compared."""
COMMON, FEWEST_OF_MANY = 0.2, 10
"""The share of examples, and their number, from which what they share is left out of account."""
BAND_BYTES = 4 * ROWS
STARTS = [
    ((row * BANDS + band << 64) // HASHES) - (1 << 63)
    for band in range(BANDS)
    for row in range(ROWS)
]
"""Where the circle of hash values is entered: the next shingle from there is a MinHash.

The rows of a band enter far from each other, since neighbours often find the same shingle.
"""
CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff])")
PLAIN = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(128))
FOLD = PLAIN + bytes(range(128, 256))
"""ASCII in lower case without punctuation; every other byte is part of a word."""


def word_numbers(text: str) -> list[int]:
    """Return the words of a text as numbers, in order; a Chinese character is a word."""
    if not text.isascii():
        text = CJK.sub(r" \1 ", text)
    return list(map(crc32, text.encode("utf-8", "surrogatepass").translate(FOLD).split()))


def _hashes(words: Sequence[int]) -> Iterable[int]:
    """Return the hash of every three words in a row; of all words where there are fewer."""
    if len(words) < SHINGLE:
        return [hash(tuple(words))]
    # A tuple of whole numbers hashes alike in every process; text would not.
    return map(hash, zip(words, words[1:], words[2:], strict=False))


def shingles(words: Sequence[int], common: AbstractSet[int] = frozenset()) -> set[int]:
    """Return every three words in a row as a set of hashes.

    What is `common` to many examples is left out, unless nothing else is there.
    """
    found = set(_hashes(words))
    return (found - common or found) if common else found


def common_shingles(sample: Sequence[Sequence[int]]) -> frozenset[int]:
    """Return the shingles that many of some examples share, such as those of a long instruction.

    Many are more than half of them, or a fifth where that is ten or more.
    """
    spread = Counter(shingle for words in sample for shingle in shingles(words))
    many = max(FEWEST_OF_MANY, COMMON * len(sample))
    half = max(2.0, len(sample) / 2)
    return frozenset(each for each, count in spread.items() if count >= many or count > half)


def sketch(words: Sequence[int], common: AbstractSet[int] = frozenset()) -> bytes:
    """Return 24 MinHash values of the shingles of some words, 4 bytes each."""
    ordered = sorted(shingles(words, common) if common else _hashes(words))
    around = [*ordered, ordered[0]]
    found = array("q", map(around.__getitem__, map(partial(bisect_left, ordered), STARTS)))
    return memoryview(found).cast("B").cast("I")[::2].tobytes()


def jaccard(one: set[int], other: set[int]) -> float:
    """Return the part of two sets that both share.

    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    """
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def resemblance(one: bytes, other: bytes) -> float:
    """Return the similarity that two sketches suggest."""
    equal: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return equal / HASHES


def candidates(sketches: Sequence[bytes], known: int = 0) -> Iterator[tuple[int, int]]:
    """Yield pairs (earlier, later) of places that may be alike, each once.

    The first `known` sketches are only compared with later ones, not among themselves.
    """
    met: set[tuple[int, int]] = set()
    for band in range(0, BAND_BYTES * BANDS, BAND_BYTES):
        firsts: dict[bytes, int] = {}
        buckets: dict[int, list[int]] = {}
        for later, values in enumerate(sketches):
            first = firsts.setdefault(values[band : band + BAND_BYTES], later)
            if first == later:
                continue
            bucket = buckets.setdefault(first, [first])
            for earlier in bucket if later >= known else ():
                other = sketches[earlier]
                if (earlier, later) not in met and (
                    other == values or resemblance(other, values) >= ALIKE - MARGIN
                ):
                    met.add((earlier, later))
                    yield earlier, later
            if len(bucket) < MAX_BUCKET:
                bucket.append(later)
