"""Files made of a training file: without its copies, or split into a training and a test part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import IO

from ftvp.dataset.answer import Written
from ftvp.dataset.jobs import FileMeasures, Split
from ftvp.dataset.records import Raw, container_of, read_records, table_header
from ftvp.dataset.repeats import Pair, together
from ftvp.files.disk import open_bytes, replacing


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
