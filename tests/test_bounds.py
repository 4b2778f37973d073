"""What an input may cost: small files that unpack to large ones, and files without an end."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ftvp.errors import TooManyValuesError
from ftvp.files.values import MAX_VALUES, load_json

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "wait4"), reason="no account of a child's memory"),
]

MAX_KB, MAX_SECONDS = 1 << 20, 10
ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


# Members of a gzip file that stand behind each other are one text: each is packed once.


def _one_line(path: Path) -> None:
    head, middle, tail = map(gzip.compress, (b'{"messages": "', b"a" * 1_000_000, b'"}\n'))
    path.write_bytes(head + middle * 1_200 + tail)


def _many_rows(path: Path) -> None:
    rows = (json.dumps(ROW).encode() + b"\n") * 100_000
    path.write_bytes(gzip.compress(rows) * 26)


def _samples(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("header.json", json.dumps({"version": 2, "eval": {"task": "t"}}))
        for number in range(4):
            with archive.open(f"samples/{number}_epoch_1.json", "w") as sample:
                sample.write(b'{"id": 1, "input": "')
                for _ in range(500):
                    sample.write(b"a" * 1_000_000)
                sample.write(b'"}')


def _rows(row: bytes, head: bytes = b"") -> Callable[[Path], None]:
    """Return what writes a file of one row, 100 MB of it."""

    def make(path: Path) -> None:
        path.write_bytes(head + row * (100_000_000 // len(row)))

    return make


UNKNOWN = _rows(b'{"a": 1, "b": 2, "c": "ddddddd"}\n')
UNCLEAR = _rows(b'{"model": "m", "usage": {"prompt_tokens": "x"}}\n')
WIDE = _rows(b"1,2,3\n", b"a,b\n")


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _keys(path: Path) -> None:
    path.write_text("".join(f"key{number}: 1\n" for number in range(10_000)))


def _models(path: Path) -> None:
    rows = "".join(f"  a/m{number}: {{name: 3, base: x}}\n" for number in range(5_000))
    head = "schema_version: 1\nupdated_on: 2026-11-20\nsources: {c: {name: C}}\nmodels:\n"
    path.write_text(head + rows)


INPUTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "one line of 1.2 GB in 1.2 MB": (_one_line, "dataset big"),
    "the same as a log": (_one_line, "usage big"),
    "2.6 million rows in 0.8 MB": (_many_rows, "dataset big"),
    "rows of no kind: a log": (UNKNOWN, "usage big"),
    "rows that are unclear: a log": (UNCLEAR, "usage big"),
    "rows that are too wide: a log": (WIDE, "usage big"),
    "rows of no kind: eval results": (UNKNOWN, "evals big big"),
    "rows that are too wide: eval results": (WIDE, "evals big big"),
    "2 GB of samples in 9 MB": (_samples, "evals big big"),
    "no end: a prompt": (_endless, "tokens big"),
    "no end: a training file": (_endless, "dataset big"),
    "no end: eval results": (_endless, "evals big big"),
    "no end: a log": (_endless, "usage big"),
    "no end: a scenario": (_endless, "breakeven big"),
    "no end: an overlay": (_endless, "pricing --prices big"),
    "no end: a record": (_endless, "replay big"),
    "no end: a price list": (_endless, "pricing import --from litellm big"),
    "100 MB of keys": (_rows(b"key: 1\n"), "breakeven big"),
    "10,000 unknown keys": (_keys, "breakeven big"),
    "5,000 faulty models": (_models, "pricing --prices big"),
}


@pytest.mark.parametrize(("make", "words"), INPUTS.values(), ids=INPUTS)
def test_an_input_without_measure_is_refused_in_little_time_and_memory(
    tmp_path: Path, make: Callable[[Path], None], words: str, installed: dict[str, str]
) -> None:
    make(tmp_path / "big")
    command = [sys.executable, "-m", "ftvp", *words.split()]
    with (tmp_path / "told").open("wb") as told:
        child = subprocess.Popen(  # noqa: S603  our own
            command, cwd=tmp_path, env=os.environ | installed, stderr=told, stdout=told
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    said = (tmp_path / "told").read_text("utf-8")
    assert child.returncode == 2, said[-2000:]
    assert len(said.splitlines()) <= 21
    assert "Traceback" not in said
    assert used.ru_maxrss < MAX_KB
    assert used.ru_utime + used.ru_stime < MAX_SECONDS


def test_a_json_document_of_very_many_values_is_refused() -> None:
    rows = ",".join(["[0,1]"] * (MAX_VALUES // 2 + 1))
    with pytest.raises(TooManyValuesError, match="more than 4,000,000 values is not read"):
        load_json(f"[{rows}]", "rows.json")
    prose = json.dumps([{"text": "well, so: it is, " * 100_000}] * 3)
    assert len(prose) > MAX_VALUES
    assert load_json(prose, "prose.json")
