"""What a training file holds, in numbers: read once, compared, and written without its copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from random import Random
from typing import IO, TYPE_CHECKING, Literal

from ftvp.dataset.answer import (
    DatasetAnswer,
    FileMeasures,
    Scale,
    Split,
    Wanted,
    Written,
    chosen_model,
    dataset_answer,
    format_of,
    trains_on,
)
from ftvp.dataset.examples import (
    SHARED,
    ExampleFeatures,
    RecordError,
    TrainingExample,
    billed,
    common_shingles,
    counted_texts,
    features_of,
    goal_of,
    shingles,
    words_of,
)
from ftvp.dataset.formats import Report, Scan, example_of, fetch, scan
from ftvp.dataset.records import CHUNK, Raw, container_of, read_records, table_header
from ftvp.dataset.repeats import Pair, find_leaks, find_repeats, same_questions, together
from ftvp.errors import FileProblemsError, Problem, UnpricedGoalError
from ftvp.files.disk import on_disk, open_bytes, replacing
from ftvp.tables.entries import in_force
from ftvp.tokens.counting import count_many, settled, whole_encoding
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.pricing import Tokenizer


Common = frozenset[int]
"""Shingles that many examples of a file share."""
ReadWords = Callable[[TrainingExample], list[int]]

SAMPLE = 2_000
"""Training examples that are counted again for a tokenizer of another encoding."""
SAMPLE_COMMON, SAMPLE_BYTES = 500, 2 << 20
"""Training examples, and their bytes, in which what many share is looked for."""
PROMPTS = 20
"""Prompts that are looked at for shots."""
UNREAD = 0.5
"""The share of examples with more text unread than read, above which a file is refused."""


@dataclass(frozen=True)
class TrainingFile:
    """A training file as far as its cost goes.

    `sizes` returns the billed tokens of each training example, as a tokenizer counts them.
    """

    examples: int
    sizes: Callable[[Tokenizer], Sequence[float]]


@dataclass(frozen=True)
class Request:
    """What is wanted of a training file: other files to hold it against, and files to write."""

    test: Path | None = None
    production: Path | None = None
    prompt: Path | None = None
    write_clean: Path | None = None
    split: Split | None = None
    wanted: Wanted = field(default_factory=Wanted)


def measure_file(
    path: Path, tokenizer: Tokenizer, request: Request, report: Report | None = None
) -> FileMeasures:
    """Return what a training file holds, and how it lies to its test file and to production."""
    encoding, test = tokenizer.encoding, request.test
    leaks = request.split is not None or test is not None
    common = common_in(path)
    train = read_features(path, encoding, leaks=leaks, common=common, report=report)
    tested, pairs = None, set[Pair]()
    if test:
        tested = read_features(test, encoding, leaks=True, common=common).values
        readers = (asked_shingles(path, common), asked_shingles(test, common))
        pairs = find_leaks(train.values, tested, *readers)
    real = None
    if request.production:
        real = read_features(request.production, encoding, answers=False).values
    return FileMeasures(
        file=path.name,
        examples=train.values,
        notes=train.issues.notes,
        scale=scale(path, train.values, encoding),
        repeats=find_repeats(train.values, whole_shingles(path, common)),
        common=common,
        shots=shots(path, train.values, request.prompt),
        test=tested,
        leaks=frozenset(pairs),
        production=real,
    )


def read_features(  # noqa: PLR0913  a file, how to count it, and what to keep
    path: Path,
    encoding: str,
    *,
    leaks: bool = False,
    answers: bool = True,
    common: Common = frozenset(),
    report: Report | None = None,
) -> Scan[ExampleFeatures]:
    """Return what is kept of each example of a file; `answers` says that each must have one.

    Raises FileProblemsError where most examples hold more text that is not read than is.
    """
    whole = path.is_file() and path.stat().st_size > CHUNK
    if whole:
        whole_encoding(encoding)  # before processes part, which then share it
    look = partial(_look, encoding=encoding, whole=whole, leaks=leaks, common=common)
    found = scan(path, look, report, answers=answers)
    unread = [example for example in found.values if example.unread]
    if len(unread) > UNREAD * len(found.values):
        says = (
            f"'{unread[0].unread}' holds more text than all that is read: put it into the prompt "
            "or the answer, or take it out"
        )
        raise FileProblemsError([Problem(path.name, says, unread[0].line)])
    return found


def _look(
    examples: list[TrainingExample], *, encoding: str, whole: bool, leaks: bool, common: Common
) -> list[ExampleFeatures]:
    listed = [counted_texts(example) for example in examples]
    flat = [text for each in listed for text in each]
    counts = iter(count_many(flat, encoding, whole=whole))
    return [
        features_of(example, [next(counts) for _ in each], leaks=leaks, common=common)
        for example, each in zip(examples, listed, strict=True)
    ]


def common_in(path: Path) -> Common:
    """Return the shingles that many examples of a file share, by a sample spread over it."""
    kept, size, step = list[tuple[int, bytes]](), 0, 1
    for place, raw in enumerate(read_records(path)):
        if place % step == 0 and not raw.problem:
            kept.append((raw.line, raw.data))
            size += len(raw.data)
        while len(kept) > SAMPLE_COMMON or (size > SAMPLE_BYTES and len(kept) > 1):
            step *= 2
            kept = kept[::2]
            size = sum(len(data) for _, data in kept)
    examples: dict[int, list[int]] = {}
    for line, data in kept:
        with suppress(RecordError):  # the scan says what is wrong with it
            example = example_of(line, data)[0]
            words = _words(example)
            examples.setdefault(hash(tuple(words)), words)
    return common_shingles(list(examples.values()))


def _words(example: TrainingExample) -> list[int]:
    return words_of(example.asked, example.media) + words_of(example.answer, example.media)


def _asked_words(example: TrainingExample) -> list[int]:
    return words_of(example.asked or example.answer, example.media)


def whole_shingles(path: Path, common: Common) -> Callable[[Iterable[int]], Mapping[int, set[int]]]:
    """Return a function that reads examples anew as shingles, questions with their answers."""
    return partial(_shingles, path, _words, common)


def asked_shingles(path: Path, common: Common) -> Callable[[Iterable[int]], Mapping[int, set[int]]]:
    """Return a function that reads questions anew as shingles."""
    return partial(_shingles, path, _asked_words, common)


def _shingles(
    path: Path, words: ReadWords, common: Common, places: Iterable[int]
) -> Mapping[int, set[int]]:
    return {
        place: shingles(words(example), common) for place, example in fetch(path, places).items()
    }


def sampled(number: int, most: int) -> range:
    """Return at most `most` places, spread over a file of `number` examples.

    >>> list(sampled(10, 4))
    [0, 3, 6, 9]
    """
    return range(0, number, max(1, -(-number // most)))


def scale(
    path: Path, examples: Sequence[ExampleFeatures], encoding: str
) -> Callable[[Tokenizer], Scale]:
    """Return a function that turns counts in one encoding into a tokenizer's, by a sample."""
    sample = Recount(path, examples)

    def scaled(tokenizer: Tokenizer) -> Scale:
        if tokenizer.cjk_ratio is not None:
            tokenizer = settled(tokenizer, "\n".join(sample.texts))
        same = tokenizer.encoding == encoding
        relative = 1.0 if same else sample.relative(tokenizer.encoding)
        low, high = tokenizer.low or tokenizer.ratio, tokenizer.high or tokenizer.ratio
        spread = max(tokenizer.ratio - low, high - tokenizer.ratio)
        return Scale(
            ratio=tokenizer.ratio * relative,
            encoding=tokenizer.encoding,
            exact=tokenizer.exact and same,
            error_percent=100 * spread / tokenizer.ratio,
        )

    return scaled


class Recount:
    """Some examples of a file, read again when another encoding asks for their text."""

    def __init__(self, path: Path, examples: Sequence[ExampleFeatures]) -> None:
        """Choose the examples; nothing is read yet."""
        self.path = path
        self.places = sampled(len(examples), SAMPLE)
        self.tokens = sum(examples[place].tokens for place in self.places)
        self.counted: dict[str, float] = {}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of the sample."""
        found = fetch(self.path, self.places)
        return tuple(text for place in self.places for text in counted_texts(found[place]))

    def relative(self, encoding: str) -> float:
        """Return the sample's tokens in another encoding, against those counted already."""
        if encoding not in self.counted:
            self.counted[encoding] = sum(count_many(self.texts, encoding)) / max(1, self.tokens)
        return self.counted[encoding]


def shots(path: Path, examples: Sequence[ExampleFeatures], prompt: Path | None) -> dict[int, int]:
    """Return the shots found in some of the prompts, by line: any, and those of `prompt`."""
    from ftvp.prompts import read_prompt

    known = [part.text.strip() for part in read_prompt(prompt).shots] if prompt else []
    asked = [place for place, example in enumerate(examples) if example.messages]
    found = fetch(path, [asked[n] for n in sampled(len(asked), PROMPTS)])
    return {example.line: _shots(example, known) for example in found.values()}


def _shots(example: TrainingExample, known: Sequence[str]) -> int:
    """Return how many shots stand in the system prompt, or in the first message of a user."""
    from ftvp.prompts import parse_prompt

    spoken = [each.text for each in example.messages if each.role in SHARED | {"user"}]
    heads = [text for text in spoken[:2] if text.strip()]
    by_structure = [len(parse_prompt(text, "prompt.txt").shots) for text in heads]
    return max(
        [*by_structure, sum(any(shot in text for text in heads) for shot in known)], default=0
    )


def answered(
    path: Path | Literal["-"], request: Request, tables: Tables, day: date, report: Report | None
) -> DatasetAnswer:
    """Return the answer on a training file, after writing what was asked for."""
    chosen = chosen_model(tables, request.wanted, day)
    tokenizer = tables.pricing.tokenizers[chosen.row.tokenizer]
    with on_disk(path) as file:
        measures = measure_file(file, tokenizer, request, report)
        answer = dataset_answer(measures, request.wanted, tables, day, __version__)
        files = []
        if request.write_clean:
            files.append(write_clean(file, measures, request.write_clean))
        if request.split:
            shingles_of = asked_shingles(file, measures.common)
            same = same_questions(measures.examples, shingles_of)
            files += write_split(file, measures, request.split, same)
        return answer.model_copy(update={"written": tuple(files)})


def training_file(name: str, tables: Tables, model: str | None, day: date) -> TrainingFile:
    """Return the examples of a file and their billed tokens; each state of it is read once.

    Raises UnpricedGoalError for a file of another kind of tuning than the model's price covers:
    preferences where that names no DPO, and graded tasks, whose answers are no part of the file.
    """
    path = Path(name)
    state = path.stat().st_mtime_ns if path.is_file() else 0
    chosen = chosen_model(tables, Wanted(model), day)
    encoding = tables.pricing.tokenizers[chosen.row.tokenizer].encoding
    found, form = _training_file(path, encoding, state)
    if not trains_on(in_force(chosen.row.training, day), form):
        raise UnpricedGoalError(path, goal_of(form))
    return found


@cache
def _training_file(path: Path, encoding: str, state: int) -> tuple[TrainingFile, str]:
    del state
    found = read_features(path, encoding).values
    scaled = scale(path, found, encoding)
    file = TrainingFile(len(found), lambda tokenizer: billed(found, scaled(tokenizer).ratio))
    return file, format_of(found)


__all__ = ["Request", "answered", "training_file"]


def part_name(path: Path, part: str) -> Path:
    """Return the name of a part of a file, beside it, with the ending of how it is written.

    >>> part_name(Path("data/tickets.jsonl.gz"), "test").name
    'tickets.test.jsonl.gz'
    >>> part_name(Path("tickets.jsonl.zst"), "test").name
    'tickets.test.jsonl'
    """
    stem, dot, endings = path.name.partition(".")
    for ending in (".zst", ".bz2", ".xz"):
        endings = endings.removesuffix(ending)
    endings = "jsonl" if endings == "parquet" else endings
    return path.with_name(f"{stem}.{part}{dot}{endings}")


def write_records(source: Path, parts: Mapping[Path, Iterable[int]]) -> list[int]:
    """Write the records of `source` at some places, from 0, to each target; return how many each.

    All targets take their places together, with the permissions of the source. An array stays an
    array and a table keeps its header; Parquet becomes JSON Lines. A name that ends in .gz is
    packed.
    """
    container, counts = container_of(source), []
    with replacing(*parts, like=source) as files:
        for file, places in zip(files, parts.values(), strict=True):
            if container.kind == "table":
                with open_bytes(source) as table:
                    file.write(table_header(table, source, container.delimiter))
            chosen, records = set(places), enumerate(read_records(source, container))
            kept = (raw for place, raw in records if place in chosen)
            counts.append(_written(file, kept, array=container.kind == "array"))
    return counts


def _written(file: IO[bytes], kept: Iterator[Raw], *, array: bool) -> int:
    number = 0
    for number, raw in enumerate(kept, start=1):
        if array:
            file.write(b"[\n" if number == 1 else b",\n")
        file.write((raw.source or raw.data).rstrip(b"\r\n"))
        file.write(b"" if array else b"\n")
    if array:
        file.write(b"\n]\n" if number else b"[]\n")
    return number


def write_clean(path: Path, measures: FileMeasures, target: Path) -> Written:
    """Write a file without its exact copies and without what its test file holds."""
    copies = set(measures.repeats.copies)
    leaks = {place for place, _ in measures.leaks} - copies
    kept = sorted(set(range(len(measures.examples))) - copies - leaks)
    why = f"exact duplicates: {len(copies):,}; in the test file: {len(leaks):,}"
    (number,) = write_records(path, {target: kept})
    return Written(file=str(target), records=number, left_out=len(copies) + len(leaks), why=why)


def write_split(
    path: Path, measures: FileMeasures, split: Split, same: Iterable[Pair]
) -> list[Written]:
    """Write a training and a test part beside a file; `same` are pairs that ask the same."""
    alike = [*enumerate(measures.repeats.near), *same]
    places = split_places(together(len(measures.examples), alike), split)
    targets = [part_name(path, part) for part in ("train", "test")]
    counts = write_records(path, dict(zip(targets, places, strict=True)))
    whys = ("in the test part", "in the training part")
    left = [sum(counts) - count for count in counts]
    return [
        Written(file=str(target), records=count, left_out=others, why=why)
        for target, count, others, why in zip(targets, counts, left, whys, strict=True)
    ]


def split_places(groups: Sequence[int], split: Split) -> tuple[list[int], list[int]]:
    """Return the places of a training and of a test part; what is in one group stays together.

    The test part has the share of all examples, as nearly as groups allow, and the same seed
    gives the same parts.
    """
    members: dict[int, list[int]] = {}
    for place, first in enumerate(groups):
        members.setdefault(first, []).append(place)
    drawn = list(members.values())
    Random(split.seed).shuffle(drawn)  # noqa: S311  a draw that can be repeated, no secret
    test = set[int]()
    for group in drawn:
        if len(test) + len(group) <= round(split.share * len(groups)):
            test |= set(group)
    return [n for n in range(len(groups)) if n not in test], sorted(test)
