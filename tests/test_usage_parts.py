"""Stretches of a long file, read apart, give what the whole gives, lines and all."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ftvp.cli.usage import _progress
from ftvp.errors import FtvpError
from ftvp.files.tables import load_tables
from ftvp.usage import log
from ftvp.usage.answer import UsageAnswer, usage_answer
from ftvp.usage.gather import UsageQuestion, gather, has_own_lines, read_part, stretches
from ftvp.usage.log import FileNotes, Log
from ftvp.usage.read import Asking
from tests.usage_logs import TRAFFIC, lines, litellm, pairs

DAY = date(2026, 11, 26)


def answered(log: Log) -> UsageAnswer:
    return usage_answer(log, UsageQuestion(), load_tables(), DAY)


@pytest.mark.slow
@pytest.mark.parametrize("length", [100, 3_000, 20_000, 1 << 20])
def test_stretches_give_what_the_whole_gives(tmp_path: Path, length: int) -> None:
    path = tmp_path / "log.jsonl"
    text = lines(pairs) + '{"torn\n' + lines(litellm, TRAFFIC[4:])
    path.write_text(text, encoding="utf-8")
    joined = Log()
    joined.notes.append(FileNotes(str(path)))
    for start, end in stretches(path.stat().st_size, length):
        part = read_part(str(path), start, end, name=path.name, told=(None, DAY))
        joined.absorb(part, joined.notes[0], 0)
    whole = answered(gather([str(path)], UsageQuestion(), DAY))
    parts = answered(joined)
    assert parts.models == whole.models
    assert parts.files == whole.files
    assert any("line 9 is torn" in each for each in parts.warnings)


def test_only_lines_that_stand_alone_are_split(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    asking = Asking(DAY)
    path.write_text(lines(pairs), encoding="utf-8")
    assert has_own_lines(path, asking)
    path.write_text('{"sessionId": "s", "message": {"usage": {}}}\n', encoding="utf-8")
    assert not has_own_lines(path, asking)
    path.write_text("[\n" + lines(pairs), encoding="utf-8")
    assert not has_own_lines(path, asking)


def long_log(calls: int) -> str:
    return lines(litellm, [TRAFFIC[0]._replace(at=n) for n in range(calls)])


class Terminal(io.StringIO):
    """A terminal, as far as a program asks."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.slow
@pytest.mark.parametrize(("name", "pack"), [("log.jsonl", bytes), ("log.jsonl.gz", gzip.compress)])
def test_progress_is_in_bytes_of_a_file_as_it_is_stored(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(long_log(1_000).encode()))
    told: list[tuple[str, int | None, int]] = []
    gather([str(path)], UsageQuestion(), DAY, lambda *each: told.append(each))
    assert [lines for _, _, lines in told] == [256, 512, 768]
    places = [done for _, done, _ in told if done is not None]
    assert len(places) == 3
    assert 0 < places[0] <= places[-1] <= path.stat().st_size


@pytest.mark.parametrize("piped", [True, False], ids=["pipe", "file"])
def test_a_terminal_is_shown_how_far_a_log_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, piped: bool
) -> None:
    path = tmp_path / "log [b].jsonl"
    path.write_text(long_log(600), encoding="utf-8")
    terminal = Terminal()
    monkeypatch.setattr("ftvp.cli.usage.PATIENCE", -1)
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with _progress() as report:
        gather([str(path)], UsageQuestion(), DAY, report)
        if report is not None and piped:
            report("-", None, 12_345)
    shown = terminal.getvalue()
    assert "log [b].jsonl: 512 lines" in shown
    assert "100%" not in shown
    assert ("standard input: 12,345 lines" in shown) == piped


def test_a_log_of_lost_records_is_given_up_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "HOPELESS", 10)
    path = tmp_path / "log.jsonl"
    row = '{"model": "m", "usage": {"prompt_tokens": "many"}}\n'
    path.write_text(row * 10 + lines(pairs) * 9, encoding="utf-8")
    with pytest.raises(FtvpError, match="of 10 records 10 are unclear"):
        gather([str(path)], UsageQuestion(), DAY)
    path.write_text(lines(pairs) + row * 9, encoding="utf-8")  # eight calls, nine lost
    with pytest.raises(FtvpError, match="of 17 records 9 are unclear"):
        gather([str(path)], UsageQuestion(), DAY)


def test_of_each_trouble_the_first_lines_are_kept_and_all_counted(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(lines(pairs) + "{torn\n" * 5 + '{"a": 1}\n' * 2, encoding="utf-8")
    found = gather([str(path)], UsageQuestion(), DAY).notes[0]
    assert {says: (each.count, each.first) for says, each in found.troubles.items()} == {
        "is torn or is no JSON": (5, [9, 10, 11]),
        "is of an unknown kind": (2, [14, 15]),
    }
    assert (found.lost, found.read) == (7, 8)
