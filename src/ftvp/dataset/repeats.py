"""Examples that repeat: inside the training file, and between it and the test file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ftvp.dataset.checks import PERCENT, DatasetCheck, check, percent
from ftvp.dataset.examples import ALIKE, ExampleFeatures, candidates, jaccard
from ftvp.tables.framework import Limit
from ftvp.wording import (
    agreeing,
    count_of,
)

Pair = tuple[int, int]
"""The places of two training examples, the earlier first."""
ReadShingles = Callable[[Iterable[int]], Mapping[int, set[int]]]
"""Reads the examples at some places anew and returns the shingles of each."""
BATCH = 10_000
"""Pairs whose shingles are held at a time."""


@dataclass(frozen=True)
class Repeats:
    """For each place the first place whose example it repeats, itself where it repeats none."""

    exact: tuple[int, ...]
    near: tuple[int, ...]

    @property
    def copies(self) -> list[int]:
        """The places that are, to the letter, an earlier example."""
        return [place for place, first in enumerate(self.exact) if first != place]

    @property
    def all(self) -> list[int]:
        """The places that are an earlier example or nearly one."""
        return [place for place, first in enumerate(self.near) if first != place]


def find_repeats(examples: Sequence[ExampleFeatures], shingles: ReadShingles) -> Repeats:
    """Return which examples repeat which; near ones were compared in full."""
    firsts: dict[int, int] = {}
    exact = tuple(firsts.setdefault(each.whole, place) for place, each in enumerate(examples))
    unlike = [place for place, first in enumerate(exact) if place == first]
    pairs = [
        (unlike[one], unlike[two])
        for one, two in candidates([examples[place].sketch for place in unlike])
    ]
    joined = together(len(examples), alike(pairs, shingles, shingles))
    return Repeats(exact, tuple(joined[first] for first in exact))


def same_questions(examples: Sequence[ExampleFeatures], shingles: ReadShingles) -> list[Pair]:
    """Return pairs of examples that ask the same or nearly the same, whatever the answers."""
    firsts: dict[int, int] = {}
    exact = [
        (first, place)
        for place, example in enumerate(examples)
        if example.asked and (first := firsts.setdefault(example.asked, place)) != place
    ]
    unlike = sorted(set(range(len(examples))) - {place for _, place in exact})
    pairs = [
        (unlike[one], unlike[two])
        for one, two in candidates([examples[place].asked_sketch for place in unlike])
    ]
    return exact + alike(pairs, shingles, shingles)


def together(size: int, pairs: Iterable[Pair]) -> list[int]:
    """Return the first place of each place's group; what is alike through others is together."""
    first = list(range(size))

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    for one, two in pairs:
        a, b = sorted((root(one), root(two)))
        first[b] = a
    return [root(place) for place in range(size)]


def alike(
    pairs: Sequence[Pair], shingles: ReadShingles, other_shingles: ReadShingles
) -> list[Pair]:
    """Return the pairs whose shingles have a Jaccard similarity of 0.8 or more."""
    found = list[Pair]()
    for begin in range(0, len(pairs), BATCH):
        batch = pairs[begin : begin + BATCH]
        left = shingles(one for one, _ in batch)
        right = other_shingles(two for _, two in batch)
        found += [(one, two) for one, two in batch if jaccard(left[one], right[two]) >= ALIKE]
    return found


def find_leaks(
    train: Sequence[ExampleFeatures],
    test: Sequence[ExampleFeatures],
    shingles: ReadShingles,
    test_shingles: ReadShingles,
) -> set[Pair]:
    """Return the pairs (training, test) that ask the same, or nearly the same."""
    by_question: dict[int, list[int]] = {}
    for place, example in enumerate(train):
        by_question.setdefault(example.asked or example.whole, []).append(place)
    exact = {
        (place, other)
        for other, example in enumerate(test)
        for place in by_question.get(example.asked or example.whole, ())
    }
    sketches = [example.asked_sketch for example in (*train, *test)]
    near = [
        (one, two - len(train))
        for one, two in candidates(sketches, known=len(train))
        if one < len(train)
    ]
    unsettled = [pair for pair in near if pair not in exact]
    return exact | set(alike(unsettled, shingles, test_shingles))


def leakage(
    train: Sequence[ExampleFeatures],
    test: Sequence[ExampleFeatures] | None,
    pairs: AbstractSet[Pair],
    limit: Limit,
) -> DatasetCheck:
    """Return whether examples of the test file stand in the training file."""
    if test is None:
        says = (
            "cannot be told from this file: give the hold-out, --test FILE, or make one, "
            "--split 0.2"
        )
        return check("leakage", "unknown", says)
    hit = {two for _, two in pairs}
    lines = [train[one].line for one, _ in pairs]
    of_all = count_of(len(test), "test example")
    if PERCENT * len(hit) <= limit.high * len(test):
        says = f"none of the {of_all} is in the file"
        if len(test) == 1:
            says = "the only test example is not in the file"
        return check("leakage", "pass", says)
    says = (
        f"{len(hit):,} of {of_all} ({percent(len(hit), len(test))}) "
        f"{agreeing(len(hit))} in the training file, word for word or nearly: --write-clean OUT "
        f"leaves {agreeing(len(hit), 'it', 'them')} out"
    )
    return check("leakage", "fail", says, lines)


def duplicates(examples: Sequence[ExampleFeatures], found: Repeats, limit: Limit) -> DatasetCheck:
    """Return whether few enough examples repeat another."""
    copies, repeated = found.copies, found.all
    near = len(repeated) - len(copies)
    lines = [examples[place].line for place in repeated]
    says = (
        f"{percent(len(repeated), len(examples))} repeat an earlier example: "
        f"{len(copies):,} word for word, {near:,} nearly"
    )
    if PERCENT * len(repeated) > limit.high * len(examples):
        return check("duplicates", "fail", f"{says}; at most {limit.high:g} % should", lines)
    return check("duplicates", "pass", says if repeated else "no example repeats another", lines)
