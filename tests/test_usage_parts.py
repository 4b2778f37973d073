"""Stretches of a long file, read apart, give what the whole gives, lines and all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ftvp.files.tables import load_tables
from ftvp.usage.answer import UsageAnswer, usage_answer
from ftvp.usage.gather import UsageQuestion, gather
from ftvp.usage.log import Log
from ftvp.usage.parts import has_own_lines, read_part, stretches
from ftvp.usage.read import Asking, FileNotes
from tests.usage_logs import TRAFFIC, lines, litellm, pairs

DAY = date(2026, 11, 26)


def answered(log: Log) -> UsageAnswer:
    return usage_answer(log, UsageQuestion(), load_tables(), DAY)


@pytest.mark.parametrize("length", [100, 3_000, 20_000, 1 << 20])
def test_stretches_give_what_the_whole_gives(tmp_path: Path, length: int) -> None:
    path = tmp_path / "log.jsonl"
    text = lines(pairs) + '{"torn\n' + lines(litellm, TRAFFIC[4:])
    path.write_text(text, encoding="utf-8")
    joined = Log()
    joined.notes.append(FileNotes(str(path)))
    for start, end in stretches(path.stat().st_size, length):
        joined.absorb(read_part(str(path), start, end, path.name, (None, DAY)), joined.notes[0], 0)
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
