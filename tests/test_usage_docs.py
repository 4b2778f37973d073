"""docs/usage.md: every format has its row, and the query's result is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ftvp.api import usage
from ftvp.errors import MissingExtraError
from ftvp.usage.documents import DOCUMENT_SHAPES, parquet_rows
from ftvp.usage.gather import SILENT, gather_with_daft
from ftvp.usage.shapes import SHAPES
from tests.rows import of_each
from tests.usage_logs import TRAFFIC, iso, lines, pairs

TEXT = (Path(__file__).parent.parent / "docs" / "usage.md").read_text(encoding="utf-8")
DAY = date(2026, 11, 26)
FORMATS = [*(each.name for each in (*SHAPES, *DOCUMENT_SHAPES)), "access-log", "vllm", "columns"]


@of_each({name: name for name in FORMATS})
def test_each_format_has_a_row(name: str) -> None:
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("|")]
    assert any(f"`{name}`" in row for row in rows)


def test_the_result_of_the_query_is_read(tmp_path: Path) -> None:
    query = (
        TEXT.partition("```sql\n")[2]
        .partition("```")[0]
        .replace("CAST(started_at AS DATE)", "DATE(started_at)")
    )
    with closing(sqlite3.connect(":memory:")) as base:
        names = (
            "started_at, model, status, input_tokens, cached_tokens, output_tokens, thinking_tokens"
        )
        base.execute(f"CREATE TABLE llm_calls ({names})")
        base.executemany(
            "INSERT INTO llm_calls VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    iso(t),
                    "gpt-5-mini",
                    200 if t.ok else 429,
                    t.input,
                    t.cached,
                    t.output,
                    t.thinking,
                )
                for t in TRAFFIC
            ],
        )
        cursor = base.execute(query)
        header = [each[0] for each in cursor.description]
        rows = [header, *cursor.fetchall()]
    path = tmp_path / "result.csv"
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    found = usage([str(path)], as_of=DAY)
    assert found.files[0].format == "warehouse"
    assert (found.totals.requests, found.totals.failed) == (7, 1)
    assert found.totals.input_tokens == sum(each.input for each in TRAFFIC)
    assert found.models[0].requests_per_day is not None
    assert found.models[0].requests_per_day.mean == 3.5


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("daft", "pyarrow"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    for name in SILENT:
        monkeypatch.setenv(name, "")
    with pytest.raises(MissingExtraError, match=r"pip install 'ftvp\[cluster\]'"):
        gather_with_daft(["x.jsonl"], None, DAY, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ftvp\[parquet\]'"):
        list(parquet_rows(tmp_path / "x.parquet", None))


@pytest.mark.slow
def test_daft_gives_the_totals_of_one_process(tmp_path: Path) -> None:
    pytest.importorskip("daft")
    from ftvp.usage.gather import UsageQuestion

    half = len(TRAFFIC) // 2
    for name, part in (("a.jsonl", TRAFFIC[:half]), ("b.jsonl", TRAFFIC[half:])):
        (tmp_path / name).write_text(lines(pairs, part), encoding="utf-8")
    named = [str(tmp_path / "*.jsonl")]
    alone = usage(named, as_of=DAY)
    assert usage(named, UsageQuestion(daft=True), as_of=DAY).models == alone.models
