"""Nothing is lost: commands killed at each touch of the disk, full disks, two writers, odd targets.

Each run is a fork of this process, so that a kill ends that run alone.
"""

from __future__ import annotations

import io
import json
import os
import resource
import shutil
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ftvp.cli import app as command_line
from ftvp.cli.call import READ, WRITTEN
from ftvp.dataset import measure
from ftvp.documents import COMMANDS
from tests.fuzz.draw import command_of
from tests.rows import of_each

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")

EXAMPLES = Path(__file__).parent.parent / "examples"
TOLD = ["--volume", "10000", "--prompt-tokens", "1200", "--output-tokens", "200"]
TOLD += ["--tuned-prompt-tokens", "400", "--as-of", "2026-11-26"]
ANSWERS = ["--examples", "900", "--quality-gap", "12", "--no-format-task", "--eval-improves"]
OLD = "old\n" * 5_000
PRICES = {
    "gpt-4o-mini": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 1.6e-07,
        "output_cost_per_token": 6.4e-07,
    }
}
WRITES: dict[str, tuple[list[str], list[str]]] = {
    "--output": (["breakeven", *TOLD, "--output", "o.json"], ["o.json"]),
    "two of --output": (
        ["breakeven", *TOLD, "--output=a.md", "--output=b.html"],
        ["a.md", "b.html"],
    ),
    "--record": (["breakeven", *TOLD, "--record", "r.json"], ["r.json"]),
    "--save": (["decide", *TOLD, *ANSWERS, "--save", "s.yaml"], ["s.yaml"]),
    "--write-clean": (["dataset", "t.jsonl", "--write-clean", "c.jsonl"], ["c.jsonl"]),
    "--split": (
        ["dataset", "t.jsonl", "--split", "0.3", "--force"],
        ["t.train.jsonl", "t.test.jsonl"],
    ),
    "usage --write": (["usage", "u.jsonl", "--force", "--write", "w.yaml"], ["w.yaml"]),
    "import --write": (
        ["pricing", "import", "--from", "litellm", "l.json", "--write", "p.yaml"],
        ["p.yaml"],
    ),
    "init": (["init", "p.txt", "--output", "i.yaml"], ["i.yaml"]),
}
"""Commands that write files, and which."""
WITHOUT_ODDS = {"usage --write", "import --write", "init"}
"""The quick ones: no future is drawn, and no training file is read."""
INPUTS = {"t.jsonl": "tickets.jsonl", "p.txt": "entity_extraction.txt"}
each_write = pytest.mark.parametrize(("words", "targets"), WRITES.values(), ids=WRITES)


def _call(number: int) -> str:
    usage = {"prompt_tokens": 1000 + number, "completion_tokens": 20}
    answer = {"model": "gpt-4o-mini", "created": 1_763_900_000 + 600 * number, "usage": usage}
    return json.dumps({"id": f"c{number}", "object": "chat.completion", **answer})


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, example in INPUTS.items():
        shutil.copy(EXAMPLES / example, tmp_path / name)
    (tmp_path / "l.json").write_text(json.dumps(PRICES))
    (tmp_path / "u.jsonl").write_text("\n".join(map(_call, range(60))))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTVP_AS_OF", "2026-11-26")


def forked(words: list[str], prepare: Callable[[], object] | None = None) -> int:
    """Return how a run of ftvp in a fork ended: its exit code, negative for a signal."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            sys.stdin, sys.stdout = io.StringIO(), io.StringIO()
            sys.argv = ["ftvp", *words]
            if prepare is not None:
                prepare()
            command_line.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        except BaseException:  # noqa: BLE001  what must not be
            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _dying(moment: int) -> Callable[[], None]:
    """Return what makes a process kill itself at its n-th touch of a file in this folder."""
    here, seen = str(Path.cwd()), iter(range(1_000_000))

    def touch(event: str, arguments: tuple[object, ...]) -> None:
        if event not in {"open", "os.rename", "os.remove", "os.chmod"}:
            return
        names = [os.path.abspath(each) for each in arguments if isinstance(each, str)]  # noqa: PTH100  as the system sees it
        written = event != "open" or "r" not in str(arguments[1] or "w")
        if written and any(n.startswith(here) for n in names) and next(seen) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def prepare() -> None:
        flush = os.fsync

        def fsync(descriptor: int) -> None:
            flush(descriptor)
            if next(seen) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        vars(os)["fsync"] = fsync
        sys.addaudithook(touch)

    return prepare


@pytest.mark.long
@each_write
def test_killed_at_any_moment_each_file_is_the_old_or_the_new_one(
    words: list[str], targets: list[str]
) -> None:
    result = CliRunner().invoke(command_line.app, words)  # here, so that forks have its modules
    assert result.exit_code == 0
    new = {name: Path(name).read_bytes() for name in targets}
    read = {name: Path(name).read_bytes() for name in (*INPUTS, "l.json", "u.jsonl")}
    ends = []
    for moment in range(30):
        for name in targets:
            Path(name).write_text(OLD)
        ends.append(forked(words, _dying(moment)))
        for name in targets:
            assert Path(name).read_bytes() in (OLD.encode(), new[name])
        assert {name: Path(name).read_bytes() for name in read} == read
        if ends[-1] == 0:
            break
    assert ends[-1] == 0
    assert len(ends) > 2
    assert set(ends[:-1]) == {-signal.SIGKILL}


@pytest.mark.slow
@pytest.mark.parametrize("most", [0, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("words", "targets"),
    [
        pytest.param(*each, marks=[] if name in WITHOUT_ODDS else pytest.mark.long, id=name)
        for name, each in WRITES.items()
    ],
)
def test_a_full_disk_changes_nothing(words: list[str], targets: list[str], most: int) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    for name in targets:
        Path(name).write_text(OLD)
    before = {each: each.read_bytes() for each in Path().iterdir()}
    assert forked(words, full) == 2
    after = {each: each.read_bytes() for each in Path().iterdir()}
    assert after == before


@pytest.mark.long
def test_two_writers_leave_one_whole_answer() -> None:
    words, (target,) = WRITES["--output"]
    assert CliRunner().invoke(command_line.app, words).exit_code == 0
    whole = Path(target).read_bytes()
    writers = [threading.Thread(target=forked, args=[words]) for _ in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert Path(target).read_bytes() == whole
    assert [each.name for each in Path().iterdir() if ".part" in each.name] == []


@pytest.mark.long
@each_write
def test_a_private_file_stays_private(words: list[str], targets: list[str]) -> None:
    for name in targets:
        Path(name).write_text(OLD)
        Path(name).chmod(0o600)
    assert forked(words) == 0
    assert {stat.S_IMODE(Path(name).stat().st_mode) for name in targets} == {0o600}


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["--split", "--write-clean"])
def test_copies_of_private_data_are_private(flag: str) -> None:
    words, targets = WRITES[flag]
    Path("t.jsonl").chmod(0o600)
    assert forked(words) == 0
    assert {stat.S_IMODE(Path(name).stat().st_mode) for name in targets} == {0o600}


@pytest.mark.long
@pytest.mark.parametrize("flag", [flag for flag in WRITES if flag != "--split"])
def test_a_pipe_is_written_to_and_stays_a_pipe(flag: str) -> None:
    words, (target, *_) = WRITES[flag]
    assert forked(words) == 0
    whole = Path(target).read_bytes()
    Path(target).unlink()
    os.mkfifo(target)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(Path(target).read_bytes()))
    reader.start()
    assert forked(words) == 0
    reader.join(10)
    assert got == [whole]
    assert stat.S_ISFIFO(Path(target).stat().st_mode)


@pytest.mark.slow
@pytest.mark.parametrize("link", ["same", "hard", "symbolic", "dotted"])
@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["breakeven", "--prompt", "p.txt", "--volume", "9", "--output"], "p.txt"),
        (["breakeven", "--prompt", "p.txt", "--volume", "9", "--record"], "p.txt"),
        (["breakeven", "s.yaml", "--output"], "s.yaml"),
        (["breakeven", "s.yaml", "--output"], "p.txt"),
        (["decide", "s.yaml", *ANSWERS, "--save"], "s.yaml"),
        (["decide", "s.yaml", *ANSWERS, "--save"], "p.txt"),
        (["dataset", "t.jsonl", "--write-clean"], "t.jsonl"),
        (["dataset", "t.jsonl", "--test", "h.jsonl", "--write-clean"], "h.jsonl"),
        (["dataset", "t.jsonl", "--production", "h.jsonl", "--output"], "h.jsonl"),
        (["dataset", "t.jsonl", "--prompt", "p.txt", "--write-clean"], "p.txt"),
        (["evals", "t.jsonl", "h.jsonl", "--output"], "h.jsonl"),
        (["tokens", "t.jsonl", "p.txt", "--output"], "p.txt"),
        (["usage", "u.jsonl", "--force", "--write"], "u.jsonl"),
        (["usage", "u*.jsonl", "--force", "--write"], "u.jsonl"),
        (["pricing", "import", "--from", "litellm", "l.json", "--write"], "l.json"),
        (["pricing", "--prices", "s.yaml", "--output"], "s.yaml"),
        (["guide", "--framework", "s.yaml", "--output"], "s.yaml"),
        (["replay", "l.json", "--output"], "l.json"),
        (["diff", "l.json", "--output"], "l.json"),
        (["init", "p.txt", "--output"], "p.txt"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else each,
)
def test_a_target_that_is_read_is_refused_before_any_work(
    words: list[str], read: str, link: str
) -> None:
    shutil.copy("t.jsonl", "h.jsonl")
    Path("s.yaml").write_text("prompt: p.txt\nvolume: 900\n")
    Path("x").mkdir()
    target = {"same": read, "dotted": f"x/../{read}"}.get(link, "linked.json")
    if link == "hard":
        Path(target).hardlink_to(read)
    elif link == "symbolic":
        Path(target).symlink_to(read)
    before = Path(read).read_bytes()
    if target.endswith((".jsonl", ".yaml")) and words[-1] == "--output":
        target = _renamed(target, read)
    result = CliRunner().invoke(command_line.app, [*words, target])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is read: writing it would lose it" in result.stderr
    assert Path(read).read_bytes() == before


def _renamed(target: str, read: str) -> str:
    """Return a name of the file with an ending that --output writes."""
    name = str(Path(target).with_suffix(".json"))
    Path(name).hardlink_to(read)
    return name


@pytest.mark.parametrize("flag", ["--save", "--record"])
def test_two_things_are_not_written_to_one_file(flag: str) -> None:
    words = ["decide", *TOLD, *ANSWERS, flag, "x/../one.json", "--output", "one.json"]
    Path("x").mkdir()
    result = CliRunner().invoke(command_line.app, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert not Path("one.json").exists()


@of_each({name: name for name, each in COMMANDS.items() if each.run})
def test_every_option_that_names_a_file_is_known_as_read_or_written(command: str) -> None:
    of_files = ("FILE", "LOG", "TRAIN", "OUT", "RECORD", "SCENARIO", "PROMPT", "TUNED", "A B")
    names = {
        each.name
        for each in command_of(command).params
        if any(word in (each.metavar or "") for word in of_files)
    }
    assert names <= READ | set(WRITTEN)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["between the passes", "while a copy is written"])
@pytest.mark.parametrize("flag", ["--split", "--write-clean"])
def test_a_file_that_changes_while_it_is_read_is_told(
    flag: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, targets = WRITES[flag]
    module, name = {
        "between the passes": (measure, "dataset_answer"),
        "while a copy is written": (measure, "container_of"),
    }[when]
    whole = getattr(module, name)

    def grown(*told: object) -> object:
        with Path("t.jsonl").open("a") as file:
            file.write("{}\n")
        return whole(*told)

    monkeypatch.setattr(module, name, grown)
    result = CliRunner().invoke(command_line.app, words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "t.jsonl changed while it was read" in result.stderr
    assert [each for each in targets if Path(each).exists()] == []
