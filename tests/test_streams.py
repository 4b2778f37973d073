"""Streams that are closed, full, broken or of few characters: an exit code, no traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftvp.cli import app as command_line

EXAMPLES = Path(__file__).parent.parent / "examples"
BREAKEVEN = "breakeven --volume 9000 --prompt-tokens 1200 --tuned-prompt-tokens 400"
BREAKEVEN += " --output-tokens 200 --as-of 2026-11-26"
DECIDE = f"decide {EXAMPLES / 'multi_label.yaml'} --as-of 2026-11-26"
CLOSED = "standard output cannot be written: it is closed"
FULL = "standard output cannot be written: no space left on device"
LOADED = {
    "closed output": (f"{BREAKEVEN} >&-", 2, CLOSED),
    "full output": (f"{BREAKEVEN} >/dev/full", 2, FULL),
    "full output, JSON": (f"{BREAKEVEN} --json >/dev/full", 2, FULL),
    "closed input, no need of it": (f"{DECIDE} <&- >/dev/null", 0, ""),
    "all closed": (f"{BREAKEVEN} <&- >&- 2>&-", 2, ""),
    "broken output": (f"{BREAKEVEN} --json | true", 0, ""),
    "full output, schema": ("schema breakeven >/dev/full", 2, FULL),
    "closed input": ("dataset - <&-", 2, "standard input is closed"),
    "closed errors": (f"{BREAKEVEN} --nonsense 2>&-", 2, ""),
    "full errors": (f"{BREAKEVEN} --nonsense 2>/dev/full", 2, ""),
}
"""Runs that load a command."""
STREAMS = {
    "full output, version": ("--version >/dev/full", 2, FULL),
    "full output, help": ("--help >/dev/full", 2, FULL),
    "closed output, version": ("--version >&-", 2, CLOSED),
    "broken output, version": ("--version | true", 0, ""),
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        *(pytest.param(*each, id=name) for name, each in STREAMS.items()),
        *(pytest.param(*each, id=name, marks=pytest.mark.long) for name, each in LOADED.items()),
    ],
)
def test_a_stream_that_takes_nothing_ends_with_a_sentence(
    words: str, code: int, says: str, installed: dict[str, str]
) -> None:
    command = f"set -o pipefail; {sys.executable} -m ftvp {words}"
    ended = subprocess.run(  # noqa: S603  our own program
        ["/bin/bash", "-c", command],
        env=os.environ | installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    assert says in ended.stderr
    assert ended.stderr.count("\n") == bool(says)


def run(words: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, bytes, bytes]:
    """Return how a run with streams of an encoding ends."""
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "argv", ["ftvp", *words.split()])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding))
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    sys.stdout.flush()
    sys.stderr.flush()
    code = ended.value.code
    return code if isinstance(code, int) else 0, out.getvalue(), err.getvalue()


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "p.txt").write_text("\u3042\u3044 caf\xe9 \u2014\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return "p.txt"


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_text_that_an_encoding_lacks_is_escaped(
    prompt: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (f"tokens {prompt} --parts", "quality", DECIDE):
        code, out, err = run(words, encoding, monkeypatch)
        assert (code, err) == (0, b"")
        assert out.decode(encoding)
    assert b"\\u3042" in run(f"tokens {prompt} --parts", "cp1252", monkeypatch)[1]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
@pytest.mark.parametrize("words", ["tokens p.txt --parts --json", "schema breakeven"])
def test_json_is_utf_8_everywhere(
    prompt: str, words: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prompt
    code, out, _ = run(words, encoding, monkeypatch)
    assert code == 0
    assert out == run(words, "utf-8", monkeypatch)[1]
    assert json.loads(out.decode("utf-8"))


@pytest.mark.long
@pytest.mark.parametrize("form", ["markdown", "html", "csv"])
def test_what_is_kept_is_utf_8_too(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = f"compare {BREAKEVEN.removeprefix('breakeven')} --format {form}"
    assert run(told, "cp1252", monkeypatch) == run(told, "utf-8", monkeypatch)


def test_what_a_terminal_obeys_is_escaped_in_json(
    prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "A\x9b2J \x7f\u202e x\u200b"
    Path(prompt).write_text(text, "utf-8")
    _, out, _ = run(f"tokens {prompt} --parts --json", "utf-8", monkeypatch)
    assert out.isascii()
    assert b"\\u009b2J \\u007f\\u202e x\\u200b" in out
    marked = json.loads(out)["files"][0]["marked"]
    assert marked[0]["text"] == text


NAMES = ("prompt\x1b[2J.txt", "prompt\x9b2J.txt", "prompt\u202e.txt", "prompt\nOK.txt")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", ["tokens prompt.tx", "breakeven --volume 1 --prompt prompt.tx"])
def test_the_name_of_a_neighbour_reaches_no_terminal(
    prompt: str, name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(prompt).rename(name)
    code, out, err = run(words, "utf-8", monkeypatch)
    told = err.decode("utf-8")
    assert (code, out) == (2, b"")
    assert "Did you mean" in told
    assert told.count("\n") == 1
    assert told.rstrip("\n").isprintable()


def test_questions_of_a_framework_reach_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (EXAMPLES.parent / "data" / "framework.yaml").read_text("utf-8")
    place = text.index("question: ") + len("question: ")
    end = text.index("\n", place)
    own = tmp_path / "own.yaml"
    own.write_text(text[:place] + '"x \\e[2J\\e]52;c;YQ==\\a\\u202e"' + text[end:], "utf-8")
    code, _, err = run(f"decide --no-input --framework {own}", "utf-8", monkeypatch)
    assert code == 2
    assert "\\x1b[2J\\x1b]52;c;YQ==\\x07\\u202e" in err.decode()
    assert all(line.isprintable() for line in err.decode().splitlines())


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="names of any bytes")
def test_a_name_that_is_not_utf_8_is_a_path(prompt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = os.fsdecode(b"p\xff.txt")
    Path(prompt).rename(name)
    for words in (f"breakeven --volume 1 --prompt {name}", f"tokens {name}"):
        assert run(words, "utf-8", monkeypatch)[0] == 0
    code, _, err = run(f"decide --no-input --prompt {name}x", "utf-8", monkeypatch)
    assert (code, b"p\\udcff.txtx does not exist" in err) == (2, True)


@pytest.mark.slow
def test_a_long_path_is_a_path(prompt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = Path("d" * 150, "e" * 150)
    deep.mkdir(parents=True)
    Path(prompt).rename(deep / prompt)
    assert run(f"breakeven --volume 1 --prompt {deep / prompt}", "utf-8", monkeypatch)[0] == 0


ODD_PROJECTS = {
    "a number for all tools": "tool = 3 # tool.ftvp",
    "a number": "tool.ftvp = 3",
    "a list": "tool.ftvp = [1]",
    "nested too deep": f"x = {'[' * 3000} # tool.ftvp",
    "not TOML": "[tool.ftvp",
    "not UTF-8": "[tool.ftvp]\nmodel = '\udcff'",
}


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD_PROJECTS.values(), ids=ODD_PROJECTS)
def test_an_odd_project_is_no_traceback(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_bytes(os.fsencode(text))
    monkeypatch.chdir(tmp_path)
    code, _, err = run(BREAKEVEN, "utf-8", monkeypatch)
    assert code in (0, 2)
    assert (code == 0) == (err == b"")
