"""Training files out: the records of a file, whole or not at all, whatever happens on the way."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from ftvp.dataset.records import is_array, records
from ftvp.files.disk import replacing


def write_records(source: Path, parts: Mapping[Path, Iterable[int]]) -> list[int]:
    """Write the records of `source` at some lines to each target; return how many of each.

    All targets take their places together, with the permissions of the source; a name that ends in
    .gz is packed.
    """
    array, counts = is_array(source), []
    with replacing(*parts, like=source) as files:
        for file, lines in zip(files, parts.values(), strict=True):
            wanted = set(lines)
            kept = (raw.data for raw in records(source) if raw.line in wanted)
            counts.append(_written(file, kept, array=array))
    return counts


def _written(file: IO[bytes] | gzip.GzipFile, kept: Iterator[bytes], *, array: bool) -> int:
    number = 0
    for number, data in enumerate(kept, start=1):
        if array:
            file.write(b"[\n" if number == 1 else b",\n")
        file.write(data.rstrip(b"\r\n"))
        file.write(b"" if array else b"\n")
    if array:
        file.write(b"\n]\n" if number else b"[]\n")
    return number
