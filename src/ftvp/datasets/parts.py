"""The files that are written: without copies and leaked rows, or split into two parts."""

from __future__ import annotations

from pathlib import Path

from ftvp.advice.dataset import Written
from ftvp.advice.measured import Measured, Split
from ftvp.datasets.measuring import asked_sets
from ftvp.datasets.request import Request
from ftvp.files.datasets.writing import write_records
from ftvp.lenses.dataset.repeats import same_questions, together


def written(path: Path, found: Measured, asked: Request) -> tuple[Written, ...]:
    """Write what was asked for, each file whole or not at all, and say what it holds."""
    files = [_cleaned(path, found, asked.write_clean)] if asked.write_clean else []
    return (*files, *(_parts(path, found, asked.split) if asked.split else ()))


def _cleaned(path: Path, found: Measured, target: Path) -> Written:
    copies = set(found.repeats.copies)
    leaks = {place for place, _ in found.leaks} - copies
    lines = [fact.line for place, fact in enumerate(found.facts) if place not in copies | leaks]
    why = f"exact duplicates: {len(copies):,}; in the test file: {len(leaks):,}"
    number = write_records(path, target, lines)
    return Written(file=str(target), records=number, left_out=len(copies) + len(leaks), why=why)


def _parts(path: Path, found: Measured, split: Split) -> tuple[Written, Written]:
    lines = split_lines(path, found, split)
    whys = ("in the test part", "in the training part")
    one, two = (
        Written(
            file=str(target := part_name(path, part)),
            records=write_records(path, target, chosen),
            left_out=len(found.facts) - len(chosen),
            why=why,
        )
        for part, chosen, why in zip(("train", "test"), lines, whys, strict=True)
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
