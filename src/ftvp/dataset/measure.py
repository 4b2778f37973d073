"""What is wanted of a training file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.dataset.answer import DatasetAnswer, Written, dataset_answer
from ftvp.dataset.examples import SHARED, Example, grouped
from ftvp.dataset.features import Fact, billed, fact_of, texts
from ftvp.dataset.jobs import Measured, Scale, Split, Wanted, chosen_model
from ftvp.dataset.repeats import Pair, leaked, repeats, same_questions, together
from ftvp.dataset.scan import CHUNK, Report, Scan, fetch, scan
from ftvp.dataset.similarity import shingles, word_numbers
from ftvp.dataset.write import write_records
from ftvp.files.disk import on_disk
from ftvp.tokens.counting import count_many, settled
from ftvp.tokens.encoding import whole_encoding
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables
    from ftvp.tables.pricing import Tokenizer


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


def written(path: Path, found: Measured, asked: Request) -> tuple[Written, ...]:
    """Write what was asked for, each file whole or not at all, and say what it holds."""
    files = [_cleaned(path, found, asked.write_clean)] if asked.write_clean else []
    return (*files, *(_parts(path, found, asked.split) if asked.split else ()))


def _cleaned(path: Path, found: Measured, target: Path) -> Written:
    copies = set(found.repeats.copies)
    leaks = {place for place, _ in found.leaks} - copies
    lines = [fact.line for place, fact in enumerate(found.facts) if place not in copies | leaks]
    why = f"exact duplicates: {len(copies):,}; in the test file: {len(leaks):,}"
    (number,) = write_records(path, {target: lines})
    return Written(file=str(target), records=number, left_out=len(copies) + len(leaks), why=why)


def _parts(path: Path, found: Measured, split: Split) -> tuple[Written, Written]:
    lines = split_lines(path, found, split)
    whys = ("in the test part", "in the training part")
    targets = [part_name(path, part) for part in ("train", "test")]
    counts = write_records(path, dict(zip(targets, lines, strict=True)))
    one, two = (
        Written(
            file=str(target),
            records=count,
            left_out=len(found.facts) - count,
            why=why,
        )
        for target, count, why in zip(targets, counts, whys, strict=True)
    )
    return one, two


def part_name(path: Path, part: str) -> Path:
    """Return the name of a part of a file, beside it.

    >>> part_name(Path("data/tickets.jsonl.gz"), "test").name
    'tickets.test.jsonl.gz'
    """
    stem, dot, endings = path.name.partition(".")
    return path.with_name(f"{stem}.{part}{dot}{endings}")


def split_lines(path: Path, found: Measured, split: Split) -> tuple[list[int], list[int]]:
    """Return the lines of a training and of a test part; what is alike stays together.

    What asks the same stays together too. The test part has the share of all examples, as nearly
    as groups allow, and the same seed gives the same parts.
    """
    from random import Random

    facts = found.facts
    like = [*enumerate(found.repeats.near), *same_questions(facts, asked_sets(path))]
    groups: dict[int, list[int]] = {}
    for fact, first in zip(facts, together(len(facts), like), strict=True):
        groups.setdefault(first, []).append(fact.line)
    drawn = list(groups.values())
    Random(split.seed).shuffle(drawn)  # noqa: S311  a draw that can be repeated, no secret
    test = set[int]()
    for group in drawn:
        if len(test) + len(group) <= round(split.share * len(facts)):
            test |= set(group)
    lines = [fact.line for fact in facts]
    return [n for n in lines if n not in test], [n for n in lines if n in test]


SAMPLE = 2_000


"""Training examples that are counted again for a tokenizer of another encoding."""


PROMPTS = 20


"""Prompts that are looked at for shots."""


def measured(
    path: Path, tokenizer: Tokenizer, asked: Request, report: Report | None = None
) -> Measured:
    """Return what a training file holds, and how it lies to its test file and to production."""
    encoding, test = tokenizer.encoding, asked.test
    leaks = asked.split is not None or test is not None
    train = facts_in(path, encoding, leaks=leaks, report=report)
    tested = facts_in(test, encoding, leaks=True).values if test else None
    real = asked.production and facts_in(asked.production, encoding, answers=False).values
    pairs = set[Pair]()
    if test and tested:
        pairs = leaked(train.values, tested, asked_sets(path), asked_sets(test))
    return Measured(
        file=path.name,
        facts=train.values,
        odd=grouped(train.odd),
        scale=scale(path, train.values, encoding),
        repeats=repeats(train.values, whole_sets(path)),
        shots=shots(path, train.values, asked.prompt),
        test=tested,
        leaks=frozenset(pairs),
        production=real or None,
    )


def facts_in(
    path: Path,
    encoding: str,
    *,
    leaks: bool = False,
    answers: bool = True,
    report: Report | None = None,
) -> Scan[Fact]:
    """Return what is kept of each example of a file; `answers` says that each must have one."""
    whole = path.is_file() and path.stat().st_size > CHUNK
    if whole:
        whole_encoding(encoding)  # before processes part, which then share it
    look = partial(_look, encoding=encoding, whole=whole, leaks=leaks)
    return scan(path, look, report, answers=answers)


def _look(examples: list[Example], *, encoding: str, whole: bool, leaks: bool) -> list[Fact]:
    listed = [texts(example) for example in examples]
    flat = [text for each in listed for text in each]
    counts = iter(count_many(flat, encoding, whole=whole))
    return [
        fact_of(example, [next(counts) for _ in each], leaks=leaks)
        for example, each in zip(examples, listed, strict=True)
    ]


def whole_sets(path: Path) -> Callable[[Iterable[Fact]], Mapping[int, set[int]]]:
    """Return a function that reads examples anew as shingles, questions with their answers."""
    return partial(
        _sets, path, lambda example: word_numbers(example.asked) + word_numbers(example.answer)
    )


def asked_sets(path: Path) -> Callable[[Iterable[Fact]], Mapping[int, set[int]]]:
    """Return a function that reads questions anew as shingles."""
    return partial(
        _sets, path, lambda example: word_numbers(example.asked) or word_numbers(example.answer)
    )


def _sets(
    path: Path, words: Callable[[Example], list[int]], facts: Iterable[Fact]
) -> Mapping[int, set[int]]:
    lines = {fact.line for fact in facts}
    if not lines:
        return {}
    return {line: shingles(words(example)) for line, example in fetch(path, lines).items()}


def sampled(facts: Sequence[Fact], most: int) -> list[int]:
    """Return the lines of at most `most` examples, spread over the file."""
    step = max(1, -(-len(facts) // most))
    return [fact.line for fact in facts[::step]]


def scale(path: Path, facts: Sequence[Fact], encoding: str) -> Callable[[Tokenizer], Scale]:
    """Return a function that turns counts in one encoding into a tokenizer's, by a sample."""
    sample = Recount(path, facts)

    def scaled(tokenizer: Tokenizer) -> Scale:
        if tokenizer.cjk_ratio is not None:
            tokenizer = settled(tokenizer, "\n".join(sample.texts))
        same = tokenizer.encoding == encoding
        relative = 1.0 if same else sample.relative(tokenizer.encoding)
        return _scale(tokenizer, relative, counted=encoding)

    return scaled


class Recount:
    """Some examples of a file, read again when another encoding asks for their text."""

    def __init__(self, path: Path, facts: Sequence[Fact]) -> None:
        """Choose the examples; nothing is read yet."""
        self.path = path
        self.lines = sampled(facts, SAMPLE)
        chosen = set(self.lines)
        self.tokens = sum(fact.tokens for fact in facts if fact.line in chosen)
        self.counted: dict[str, float] = {}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of the sample."""
        found = fetch(self.path, self.lines)
        return tuple(text for line in self.lines for text in texts(found[line]))

    def relative(self, encoding: str) -> float:
        """Return the sample's tokens in another encoding, against those counted already."""
        if encoding not in self.counted:
            self.counted[encoding] = sum(count_many(self.texts, encoding)) / max(1, self.tokens)
        return self.counted[encoding]


def _scale(tokenizer: Tokenizer, relative: float, *, counted: str) -> Scale:
    low, high = tokenizer.low or tokenizer.ratio, tokenizer.high or tokenizer.ratio
    spread = max(tokenizer.ratio - low, high - tokenizer.ratio)
    return Scale(
        ratio=tokenizer.ratio * relative,
        encoding=tokenizer.encoding,
        exact=tokenizer.exact and tokenizer.encoding == counted,
        error_percent=100 * spread / tokenizer.ratio,
    )


def shots(path: Path, facts: Sequence[Fact], prompt: Path | None) -> dict[int, int]:
    """Return the shots found in some of the prompts, by line: any, and those of `prompt`."""
    from ftvp.prompts import read_prompt

    known = [part.text.strip() for part in read_prompt(prompt).shots] if prompt else []
    found = fetch(path, sampled([fact for fact in facts if fact.turns], PROMPTS))
    return {line: _shots(example, known) for line, example in found.items()}


def _shots(example: Example, known: Sequence[str]) -> int:
    """Return how many shots stand in the system prompt, or in the first message of a user."""
    from ftvp.prompts import parse_prompt

    spoken = [turn.text for turn in example.turns if turn.role in SHARED | {"user"}]
    told = [text for text in spoken[:2] if text.strip()]
    by_structure = [len(parse_prompt(text, "prompt.txt").shots) for text in told]
    return max(
        [*by_structure, sum(any(shot in text for text in told) for shot in known)], default=0
    )


__all__ = ["Request", "answered", "training_file"]


def answered(
    path: Path | Literal["-"], asked: Request, tables: Tables, day: date, report: Report | None
) -> DatasetAnswer:
    """Return the answer on a training file, after writing what was asked for."""
    chosen = chosen_model(tables, asked.wanted, day)
    tokenizer = tables.pricing.tokenizers[chosen.row.tokenizer]
    with on_disk(path) as file:
        found = measured(file, tokenizer, asked, report)
        answer = dataset_answer(found, asked.wanted, tables, day, __version__)
        return answer.model_copy(update={"written": written(file, found, asked)})


def training_file(name: str, tables: Tables, model: str | None, day: date) -> TrainingFile:
    """Return the examples of a file and their billed tokens; each state of it is read once."""
    path = Path(name)
    state = path.stat().st_mtime_ns if path.is_file() else 0
    chosen = chosen_model(tables, Wanted(model), day)
    return _training_file(path, tables.pricing.tokenizers[chosen.row.tokenizer].encoding, state)


@cache
def _training_file(path: Path, encoding: str, state: int) -> TrainingFile:
    del state
    found = facts_in(path, encoding).values
    scaled = scale(path, found, encoding)
    return TrainingFile(len(found), lambda tokenizer: billed(found, scaled(tokenizer).ratio))
