"""A pass over a file is the same in one process and in several; what is written is whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ftvp.dataset import formats as scanning
from ftvp.dataset.answer import Split
from ftvp.dataset.examples import TrainingExample
from ftvp.dataset.formats import scan
from ftvp.dataset.measure import Request, answered, write_records
from ftvp.errors import UnwritableFileError
from tests.asked import DAY, tables
from tests.training_files import chat, lines, tickets

KILLED = """
import sys
from pathlib import Path
from ftvp.dataset import measure as writing
source, target = map(Path, sys.argv[1:])
print("begun", flush=True)
while True:
    writing.write_records(source, target, range(20_000))
"""


def answers(examples: list[TrainingExample]) -> list[str]:
    """Return the answer of each example."""
    return [example.answer for example in examples]


@pytest.fixture
def _small_counts_as_big(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "BIG", 0)
    monkeypatch.setattr(scanning, "CHUNK", 2000)
    monkeypatch.setattr(scanning, "cores", lambda: 2)


@pytest.mark.slow
@pytest.mark.usefixtures("_small_counts_as_big")
def test_two_processes_find_what_one_finds_in_the_same_order(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [chat("Ask", f"answer {n}") for n in range(500)])
    done: list[int] = []
    assert scan(path, answers, done.append).values == [f"answer {n}" for n in range(500)]
    assert done == sorted(done)
    assert done[-1] == path.stat().st_size


@pytest.mark.usefixtures("_small_counts_as_big")
def test_problems_of_all_processes_come_together(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", [*tickets(90), "{", *tickets(90), "{"])
    with pytest.raises(Exception, match=r"line 91: is not JSON.*\(also on line 182\)"):
        scan(path, answers)


def test_the_records_that_are_kept_stand_as_they_stood(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", ['{"text":   "a"}', '{"text": "b"}', '{"text": "é"}'])
    assert write_records(path, {tmp_path / "out.jsonl": [0, 2]}) == [2]
    assert (tmp_path / "out.jsonl").read_text("utf-8") == '{"text":   "a"}\n{"text": "é"}\n'


def test_an_array_stays_an_array_and_gz_packs(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text('[{"text": "a"}, {"text": "b"}, {"text": "c"}]', "utf-8")
    write_records(path, {tmp_path / "out.json.gz": [0, 2]})
    written = gzip.decompress((tmp_path / "out.json.gz").read_bytes())
    assert json.loads(written) == [{"text": "a"}, {"text": "c"}]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("nowhere/out.jsonl", "cannot be written: no such file"),
        ("folder", "is a folder"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_left(
    tmp_path: Path, target: str, says: str
) -> None:
    (tmp_path / "folder").mkdir()
    path = lines(tmp_path / "train.jsonl", tickets(2))
    before = sorted(tmp_path.rglob("*")), path.read_bytes()
    with pytest.raises(UnwritableFileError, match=says):
        write_records(path, {tmp_path / target: [0]})
    assert (sorted(tmp_path.rglob("*")), path.read_bytes()) == before


DELAYS = [0.001 * 2**step for step in range(8)]
"""Seconds from the start of a write to the kill."""


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a named part file may stay")
@pytest.mark.parametrize("delay", DELAYS)
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path, delay: float) -> None:
    source = lines(tmp_path / "train.jsonl", [{"text": f"record {n}"} for n in range(20_000)])
    target = tmp_path / "out.jsonl"
    target.write_text("old\n", "utf-8")
    whole = {hashlib.sha256(each).digest() for each in (b"old\n", source.read_bytes())}
    command = [sys.executable, "-c", KILLED, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:  # noqa: S603  our own program
        assert running.stdout
        running.stdout.readline()
        time.sleep(delay)
        running.send_signal(signal.SIGKILL)
    assert hashlib.sha256(target.read_bytes()).digest() in whole
    others = set(tmp_path.iterdir()) - {source, target}
    for other in others:  # complete, and killed just before it took its place
        assert hashlib.sha256(other.read_bytes()).digest() in whole


def split(path: Path, share: float, seed: int) -> tuple[list[str], list[str]]:
    """Return the questions of the two parts that a split writes."""
    answered(path, Request(split=Split(share, seed)), tables(), DAY, None)
    parts = (path.with_name(f"train.{part}.jsonl") for part in ("train", "test"))
    one, two = (scan(part, lambda es: [e.asked for e in es]).values for part in parts)
    return one, two


@pytest.mark.slow
def test_a_split_keeps_what_is_alike_together_and_loses_nothing(tmp_path: Path) -> None:
    # 40 different questions, each also with one word more, and once more with another answer.
    alone = tickets(40, words=30)
    near = [chat(f"{t['messages'][0]['content']} please", "login") for t in alone]
    again = [chat(t["messages"][0]["content"], "other") for t in alone]
    path = lines(tmp_path / "train.jsonl", [*alone, *near, *again])
    train, test = split(path, 0.2, seed=3)
    assert len(test) == 24
    assert len(train) + len(test) == 120
    heads = [{question.split()[0] for question in part} for part in (train, test)]
    assert heads[0].isdisjoint(heads[1])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_parts_and_another_gives_others(tmp_path: Path) -> None:
    path = lines(tmp_path / "train.jsonl", tickets(50))
    assert split(path, 0.2, seed=1) == split(path, 0.2, seed=1)
    assert split(path, 0.2, seed=1) != split(path, 0.2, seed=2)


def test_the_clean_file_lacks_copies_and_leaked_rows_alone(tmp_path: Path) -> None:
    records = tickets(6)
    path = lines(tmp_path / "train.jsonl", [*records, records[0]])
    test = lines(tmp_path / "test.jsonl", [records[2]])
    out = tmp_path / "clean.jsonl"
    before = path.read_bytes()
    asked = Request(test=test, write_clean=out)
    (written,) = answered(path, asked, tables(), DAY, None).written
    kept = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert kept == [record for record in records if record != records[2]]
    assert (written.records, written.left_out) == (5, 2)
    assert path.read_bytes() == before
