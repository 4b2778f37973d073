"""Run drawn command lines in this process, and say of each what must not be.

    python -m tests.fuzz.run RUNS [SEED]
    python -m tests.fuzz.run --case SEED:NUMBER

Prints how many runs ended with which exit code, and each kind of finding once with the case that
shows it. The exit code is 1 where anything was found.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, cast

import pytest
import typer

import ftvp
from ftvp.cli import app as command_line
from ftvp.compare import answer as compared
from ftvp.odds import answer as odds
from ftvp.odds import shapes
from tests.fuzz.draw import Drawn, drawn
from tests.fuzz.material import files

if TYPE_CHECKING:
    from typer._click import Command, Context

    from ftvp.cli.app import Commands

REFUSED = 2
EXITS = frozenset({0, REFUSED, 3, 130})
DAY = "2026-11-26"
SURROUNDINGS = {"HOME": ".", "COLUMNS": "80", "PAGER": "cat", "TERM": "xterm"}
MAX_SECONDS = 10
FEW = (
    *((shapes, name) for name in ("POINTS", "MANY_POINTS")),
    (compared, "FEW_POINTS"),
    *((odds, name) for name in ("PER_DECADE", "MANY_PER_DECADE")),
)
"""How many futures are drawn, and at how many values of an input an answer is looked at."""
FEWER = 4
BATCH = 1000
NARROW = ("full", "broken")
"""Standard output that takes only a part of an answer."""
MAX_BYTES = 3 << 30
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FOREIGN = re.compile(
    r"Traceback|pydantic\.dev|validation error|Input should|valid string|at most \d+ items"
    r"|Value error|_Z|NoneType|object has no|0x[0-9a-f]{8}|Errno"
)
"""Words of libraries that must not reach a user."""
SOURCE = str(Path(ftvp.__file__).parent)


class TooSlowError(BaseException):
    """A run that takes longer than MAX_SECONDS of the processor."""


class Stream(io.RawIOBase):
    """What is written, kept; from `most` bytes on the disk is full."""

    def __init__(self, most: int | None = None, fault: int = errno.ENOSPC) -> None:
        """Keep nothing yet."""
        self.kept, self.most, self.fault = bytearray(), most, fault

    def writable(self) -> bool:
        """Return that this is written to."""
        return True

    def write(self, data: object) -> int:
        """Keep bytes, or fail as a full disk or a closed pipe does."""
        kept = bytes(data)  # type: ignore[call-overload]  # a buffer
        if self.most is not None and len(self.kept) + len(kept) > self.most:
            raise OSError(self.fault, os.strerror(self.fault))
        self.kept += kept
        return len(kept)


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return that this is one."""
        return True


@dataclass
class Findings:
    """Exit codes and findings: each kind with the case that showed it first, and how often."""

    exits: Counter[object] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, case: str) -> None:
        """Count a finding."""
        self.first.setdefault(kind, case)
        self.counts[kind] += 1

    def take(self, more: Findings) -> None:
        """Add those of further runs."""
        self.exits.update(more.exits)
        self.counts.update(more.counts)
        self.first = {**more.first, **self.first}


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    exit: object
    out: bytes
    err: bytes
    fault: BaseException | None
    streams: str


class Folder:
    """The working folder of all runs: sound files of every kind, put back after each run."""

    def __init__(self, path: Path) -> None:
        """Write the files."""
        self.path = path
        for name, data in ((n, b) for each in files().values() for n, b in each):
            (path / name).write_bytes(data)
        (path / "folder").mkdir()
        (path / "loop").symlink_to("loop")
        (path / "link.txt").symlink_to("shots.txt")
        self.sound = self._seen()
        self.kept = {n: (path / n).read_bytes() for n in self.sound if (path / n).is_file()}

    def _seen(self) -> dict[str, tuple[int, ...]]:
        seen: dict[str, tuple[int, ...]] = {}
        for each in os.scandir(self.path):
            status = each.stat(follow_symlinks=False)
            seen[each.name] = (status.st_ino, status.st_size, status.st_mtime_ns)
        return seen

    @contextmanager
    def holding(self, beside: Mapping[str, bytes]) -> Iterator[list[str]]:
        """Write files of one run; give the names of what it changed, once it is over."""
        changed: list[str] = []
        for name, data in beside.items():
            (self.path / name).write_bytes(data)
        before = self._seen()
        yield changed
        after = self._seen()
        changed += [name for name, state in before.items() if after.get(name) != state]
        changed += [name for name in after.keys() - before.keys() if name.endswith(".part")]
        for name in after.keys() - self.sound.keys():
            place = self.path / name
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        for name in set(changed) & self.kept.keys():
            (self.path / name).unlink(missing_ok=True)
            (self.path / name).write_bytes(self.kept[name])
            status = (self.path / name).lstat()
            self.sound[name] = (status.st_ino, status.st_size, status.st_mtime_ns)


def _too_slow(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise TooSlowError


@contextmanager
def _streams(random: Random, typed: bytes) -> Iterator[tuple[Stream, Stream, str]]:
    """Give standard output and error of a run; now and then closed, full or of few characters."""
    kind = random.choices(
        ("sound", "ascii", "cp1252", "full", "broken", "closed", "no input", "terminal"),
        (80, 3, 3, 2, 2, 2, 2, 6),
    )[0]
    most = random.choice((0, 200)) if kind in ("full", "broken") else None
    out = Stream(most, errno.EPIPE if kind == "broken" else errno.ENOSPC)
    err = Stream()
    encoding = kind if kind in ("ascii", "cp1252") else "utf-8"
    shape = Terminal if kind == "terminal" else io.TextIOWrapper
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = shape(io.BytesIO(typed), "utf-8", "surrogateescape")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(out), encoding, "strict")
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(err), encoding, "backslashreplace")
    ours = sys.stdin, sys.stdout, sys.stderr
    if kind == "closed":
        sys.stdout = None
    if kind == "no input":
        sys.stdin = None
    try:
        yield out, err, kind
    finally:
        if sys.stdout not in (None, *ours):
            sys.stdout.close()
        sys.stdin, sys.stdout, sys.stderr = kept
        out.most = None
        for each in ours:
            if not each.closed:
                each.flush()


def _flushed() -> None:
    """Flush as the end of a process does."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def run(given: Drawn, random: Random) -> Run:
    """Run one command line as `ftvp` does."""
    fault: BaseException | None = None
    left: object = 0
    variables = {
        "FTVP_AS_OF": DAY,
        **given.variables,
        "HOME": ".",
        "COLUMNS": "80",
        "PAGER": "cat",
        "TERM": "xterm",
    }
    kept, words = dict(os.environ), sys.argv
    os.environ.update(variables)
    sys.argv = ["ftvp", *given.words]
    with _streams(random, given.typed) as (out, err, kind):
        signal.setitimer(signal.ITIMER_VIRTUAL, MAX_SECONDS)
        try:
            command_line.main()
        except SystemExit as end:
            left = end.code or 0
        except BaseException as error:  # noqa: BLE001  what must not be
            fault = error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if fault is None:
            try:
                _flushed()
            except OSError as error:
                fault = error
        shown, told = bytes(out.kept), bytes(err.kept)
    os.environ.clear()
    os.environ.update(kept)
    sys.argv = words
    return Run(left, shown, told, fault, kind)


def findings_of(given: Drawn, run: Run, changed: list[str]) -> Iterator[str]:
    """Yield what must not be of a run."""
    if run.fault is not None:
        yield f"traceback: {_where(run.fault)}"
        return
    if run.exit not in EXITS:
        yield f"exit {run.exit}"
    told = run.err.decode("utf-8", "replace")
    shown = run.out.decode("utf-8", "replace").replace("\r\n", "\n")
    if run.exit == REFUSED and (not told.strip() or (run.out and run.streams not in NARROW)):
        yield "exit 2 without a word, or with an answer"
    if run.streams != "terminal" and (found := FOREIGN.search(told)):  # what is typed is repeated
        yield f"words of a library: {found[0]}"
    if found := CONTROLS.search(told + shown):
        yield f"control character {found[0]!r}"
    if "--json" in given.words and run.streams not in NARROW:
        yield from _faults_of_json(run.out)
    if any(name.endswith(".part") for name in changed):
        yield "a part was left behind"
    if set(changed) & set(given.named):
        yield "a file that was read was changed"


def _faults_of_json(out: bytes) -> Iterator[str]:
    def refused(word: str) -> NoReturn:
        raise ValueError(word)

    if not out:
        return
    try:
        json.loads(out.decode("utf-8"), parse_constant=refused)
    except ValueError as error:
        yield f"not JSON: {error}"[:60]


def _where(fault: BaseException) -> str:
    """Return a fault with the last place of ours that it came through, to tell kinds apart."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [each for each in frames if each.filename.startswith(SOURCE)]
    last = (ours or frames)[-1]
    place = Path(last.filename).relative_to(SOURCE) if ours else Path(last.filename).name
    return f"{type(fault).__name__} at {place}:{last.lineno} ({last.name})"


def fuzzed(runs: int, seed: int, folder: Path, start: int = 0) -> Findings:
    """Return what drawn runs show; the same for the same seed."""
    found = Findings()
    place, here = Folder(folder), Path.cwd()
    before = signal.signal(signal.SIGVTALRM, _too_slow)
    os.chdir(folder)
    try:
        for number in range(start, start + runs):
            case = f"{seed}:{number}"
            random = Random(case)  # noqa: S311  not for secrets
            given = drawn(random)
            with place.holding(given.files) as changed:
                ended = run(given, random)
            found.exits[ended.exit if ended.fault is None else "fault"] += 1
            for each in findings_of(given, ended, changed):
                found.add(each, case)
    finally:
        os.chdir(here)
        signal.signal(signal.SIGVTALRM, before)
    return found


def _shown_case(case: str) -> None:
    """Print all of one case."""
    seed, _, number = case.partition(":")
    random = Random(f"{seed}:{number}")  # noqa: S311  not for secrets
    given = drawn(random)
    print(given.words, given.variables, {n: len(b) for n, b in given.files.items()})
    with tempfile.TemporaryDirectory() as folder:
        place = Folder(Path(folder))
        os.chdir(folder)
        signal.signal(signal.SIGVTALRM, _too_slow)
        with place.holding(given.files) as changed:
            for name in given.files:
                shutil.copy(name, Path(tempfile.gettempdir()) / "fuzz_last")
            ended = run(given, random)
        os.chdir("/")
    print("exit", ended.exit, "streams", ended.streams, "changed", changed)
    print(ended.out.decode("utf-8", "replace")[:2000])
    print(ended.err.decode("utf-8", "replace")[:2000])
    if ended.fault is not None:
        traceback.print_exception(ended.fault)
    print(*findings_of(given, ended, changed), sep="\n")


@contextmanager
def in_little_time() -> Iterator[None]:
    """Build each command once meanwhile, and draw few futures: these took most of a run."""
    build, made = command_line.Commands.get_command, typer.main.get_command
    root = made(command_line.app)

    @cache
    def known(name: str) -> Command:
        return build(cast("Commands", root), cast("Context", None), name)

    def get_command(group: Commands, ctx: Context, cmd_name: str) -> Command:
        del group, ctx
        return known(cmd_name)

    def made_once(each: typer.Typer) -> Command:
        return root if each is command_line.app else made(each)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command_line.Commands, "get_command", get_command)
        patch.setattr(typer.main, "get_command", made_once)
        for module, name in FEW:
            patch.setattr(module, name, FEWER)
        yield


def main(words: list[str]) -> int:
    """Run as many cases as asked, and print what they show."""
    if words[0] == "--case":
        _shown_case(words[1])
        return 0
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    runs, seed = int(words[0]), int(words[1]) if len(words) > 1 else 0
    began = time.monotonic()
    found = Findings()
    with in_little_time():
        for start in range(0, runs, BATCH):
            with tempfile.TemporaryDirectory() as folder:
                more = fuzzed(min(BATCH, runs - start), seed, Path(folder), start)
            for kind in more.counts.keys() - found.counts.keys():
                print(f"{kind}  [{more.first[kind]}]", flush=True)
            found.take(more)
            seconds = time.monotonic() - began
            print(f"{start + BATCH:,} in {seconds:.0f} s", file=sys.stderr, flush=True)
    ends = ", ".join(f"exit {k}: {n:,}" for k, n in sorted(found.exits.items(), key=str))
    print(f"{runs:,} runs of seed {seed} in {time.monotonic() - began:.0f} s. {ends}.")
    for kind, count in found.counts.most_common():
        print(f"{count:6,}  {kind}  [{found.first[kind]}]")
    return 1 if found.counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
