"""`ftvp usage` on one traffic in many formats, and on what is wrong with logs."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp.api import breakeven, usage
from ftvp.cli.app import app
from ftvp.errors import FtvpError, UnknownNameError
from ftvp.files.tables import load_tables
from ftvp.scenario import Scenario
from ftvp.usage.answer import UsageAnswer
from ftvp.usage.call import spent_of
from ftvp.usage.gather import UsageQuestion
from ftvp.usage.shapes import told_columns
from tests.swaps import ODD, swaps
from tests.usage_logs import (
    COLUMNS,
    MIDNIGHT,
    PRIVATE,
    SHOTS,
    TRAFFIC,
    Told,
    langfuse,
    langsmith,
    lines,
    litellm,
    own_table,
    pairs,
    portkey,
    written,
)

DAY = date(2026, 11, 26)
FILES = list(written())


def told(*paths: Path, columns: dict[str, str] | None = None) -> UsageAnswer:
    return usage([str(path) for path in paths], UsageQuestion(columns), as_of=DAY)


def kept(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text", "columns"), FILES, ids=[name for name, *_ in FILES])
def test_every_format_tells_the_same_traffic(
    tmp_path: Path, name: str, text: str, columns: str | None
) -> None:
    answered = [each for each in TRAFFIC if each.ok]
    asked = told_columns(columns) if columns else None
    found = told(kept(tmp_path, name, text), columns=asked)
    totals = found.totals
    assert (totals.requests, totals.failed, totals.days_with_traffic) == (7, 1, 2)
    assert totals.input_tokens == sum(each.input for each in answered)
    assert totals.cached_tokens == sum(each.cached for each in answered)
    assert totals.output_tokens == sum(each.output for each in answered)
    assert totals.thinking_tokens == sum(each.thinking for each in answered)
    assert found.models[0].cache_hit_share == pytest.approx(3 / 7)


@pytest.mark.slow
def test_every_format_gives_the_same_scenario(tmp_path: Path) -> None:
    found = [
        told(kept(tmp_path, name, text), columns=told_columns(columns) if columns else None)
        for name, text, columns in FILES
    ]
    first = found[0].scenario
    assert {"volume", "prompt_tokens", "tuned_prompt_tokens", "request_tokens"} <= set(first)
    assert {"output_tokens", "thinking_tokens", "cache", "peak_to_mean", "model"} <= set(first)
    assert all(each.scenario == first for each in found)


@pytest.mark.slow
def test_the_tokens_of_a_log_are_those_of_its_own_model(tmp_path: Path) -> None:
    name, text, _ = FILES[0]
    logged = [str(kept(tmp_path, name, text))]
    found = breakeven(Scenario(usage=logged, tuned_model="together/qwen3.5-9b", as_of=DAY))
    names = load_tables().pricing.tokenizers
    ratio = names["qwen-3"].ratio / names["o200k_base"].ratio
    assert ratio != 1
    # Tuning leaves the worked examples out, and the rest is counted anew as the other model does.
    kept_tokens = usage(logged).scenario["tuned_prompt_tokens"]
    assert found.tokens.tuned_input == pytest.approx(float(kept_tokens) * ratio)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["json", "plain", "markdown"])
@pytest.mark.parametrize("name", ["pairs.jsonl", "own.csv", "otlp.json"])
def test_no_text_of_a_request_is_shown(tmp_path: Path, name: str, view: str) -> None:
    _, text, columns = next(each for each in FILES if each[0] == name)
    path = kept(tmp_path, name, text)
    words = ["usage", str(path), "--format", view, "--write", str(tmp_path / "s.yaml")]
    words += ["--columns", columns] if columns else []
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    said = ran.output + (tmp_path / "s.yaml").read_text(encoding="utf-8")
    assert PRIVATE not in said
    assert "parcel" not in said


@pytest.mark.parametrize(
    "columns", [None, "time=text,input=text", "input=text", "time=n,output=text"]
)
def test_no_text_of_a_request_is_in_what_goes_wrong(tmp_path: Path, columns: str | None) -> None:
    name, text, _ = next(each for each in FILES if each[0] == "own.csv")
    path = kept(tmp_path, name, text)
    words = ["usage", str(path), *(["--columns", columns] if columns else [])]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 2
    assert PRIVATE not in ran.output
    assert "parcel" not in ran.output


def test_packed_files_patterns_and_overlaps(tmp_path: Path) -> None:
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines(litellm).encode()))
    kept(tmp_path, "b.jsonl", "".join(lines(litellm).splitlines(keepends=True)[2:]))
    found = told(tmp_path / "*.jsonl*")
    assert [each.format for each in found.files] == ["litellm", "litellm"]
    assert found.totals.requests == 7
    assert any("6 calls stand in the logs twice" in each for each in found.warnings)


@pytest.mark.slow
def test_standard_input(installed: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ftvp", "usage", "-", "--json"],
        env=os.environ | installed,
        input=lines(pairs).encode(),
        capture_output=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    assert found["schema"] == "ftvp.usage/1"
    assert found["files"][0]["file"] == "standard input"
    assert found["totals"]["requests"] == 7


def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "calls.db"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE other (x)")
        rows = [own_table(n, each) for n, each in enumerate(TRAFFIC, 1)]
        columns = ", ".join(f'"{name}"' for name in rows[0])
        base.execute(f"CREATE TABLE calls ({columns})")
        base.executemany(
            f"INSERT INTO calls VALUES ({', '.join('?' * len(rows[0]))})",  # noqa: S608  no text of others
            [tuple(row.values()) for row in rows],
        )
    found = told(path, columns=told_columns(COLUMNS))
    assert (found.totals.requests, found.totals.failed) == (7, 1)


@pytest.mark.slow
@pytest.mark.parametrize("write", [pairs, litellm, langfuse, langsmith, portkey, own_table])
def test_parquet_tells_what_json_lines_tell(
    tmp_path: Path, write: Callable[[int, Told], dict[str, Any]]
) -> None:
    """Nested objects are structs, of which a row without one has only empty fields."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    rows = [write(n, each) for n, each in enumerate(TRAFFIC, 1)]
    if write is own_table:  # a column has one type
        rows = [{k: None if v == "" else v for k, v in row.items()} for row in rows]
    path = tmp_path / "calls.parquet"
    parquet.write_table(pytest.importorskip("pyarrow").Table.from_pylist(rows), path)
    columns = told_columns(COLUMNS) if write is own_table else None
    found = told(path, columns=columns)
    listed = told(kept(tmp_path, "calls.jsonl", lines(write)), columns=columns)
    assert found.scenario == listed.scenario
    assert (found.totals, found.models) == (listed.totals, listed.models)


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "zone"), [("ns", "UTC"), ("us", None), ("ms", "+02:00")])
def test_a_column_of_times_is_read(tmp_path: Path, unit: str, zone: str | None) -> None:
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    times = [round((MIDNIGHT + each.at) * 1e9) + 1 for each in TRAFFIC]
    rows = [litellm(n, each) for n, each in enumerate(TRAFFIC, 1)]
    table = arrow.Table.from_pylist(rows).drop_columns("startTime")
    nanoseconds = arrow.array(times, arrow.timestamp("ns", zone))
    table = table.append_column(
        "startTime", nanoseconds.cast(arrow.timestamp(unit, zone), safe=False)
    )
    path = tmp_path / "calls.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(table, path)
    assert told(path).models == told(kept(tmp_path, "calls.jsonl", lines(litellm))).models


@pytest.mark.slow
def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with pytest.raises(FtvpError, match="cannot be read as Parquet"):
        told(kept(tmp_path, "calls.parquet", "PAR1 and then a poem"))


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(FtvpError, match=r"ftvp\[parquet\]"):
        told(kept(tmp_path, "calls.parquet", "PAR1"))


def test_a_report_of_days_counts_its_requests_and_tells_no_lengths(tmp_path: Path) -> None:
    bucket = {"start_time": 1_795_392_000, "end_time": 1_795_478_400}
    row = {"model": "gpt-5-mini", "input_tokens": 600, "output_tokens": 90}
    row |= {"num_model_requests": 6, "input_cached_tokens": 100, "batch": True}
    page = {"data": [{**bucket, "results": [row]}, {**bucket, "results": []}]}
    found = told(kept(tmp_path, "usage.json", json.dumps(page))).models[0]
    assert (found.requests, found.batch_share, found.cached_share_billed) == (6, 1, 1 / 6)
    assert found.input is not None
    assert (found.input.mean, found.input.p50) == (100, None)


TORN = lines(pairs)[:-40]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("torn.jsonl", TORN, "torn.jsonl line 8 is torn"),
        (
            "wide.csv",
            FILES[8][1].replace("\n", ",,,\n", 2).replace(",,,\n", "\n", 1),
            "columns, not the",
        ),
        (
            "mixed.jsonl",
            lines(pairs) + lines(litellm),
            "from line 9 on it holds records of litellm",
        ),
        ("step.jsonl", lines(pairs, TRAFFIC[3:] + TRAFFIC[:3]), "time goes back once, by"),
        ("zone.jsonl", lines(pairs).replace("Z", "+02:00"), "times of +02:00"),
    ],
    ids=["torn", "wide", "mixed", "clock", "zone"],
)
def test_what_is_odd_is_told_with_its_line(tmp_path: Path, name: str, text: str, says: str) -> None:
    found = told(kept(tmp_path, name, text))
    assert any(says in each for each in found.warnings), found.warnings


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("half.jsonl", "{\n" * 9 + lines(pairs), "is not JSON"),
        ("poem.txt", "Roses are red\nviolets are blue\n", "holds no calls of a model"),
        ("table.csv", "a,b\n1,2\n", "name them, --columns"),
        ("empty.jsonl", "", "holds no calls"),
    ],
)
def test_what_is_no_usage_log_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(FtvpError, match=says):
        told(kept(tmp_path, name, text))


USAGES: Sequence[tuple[dict[str, Any], tuple[int | None, ...]]] = (
    ({"input_tokens": 3, "cache_read_input_tokens": 20, "output_tokens": 5}, (23, 20, 0, 5, 0)),
    ({"inputTokens": 3, "cacheReadInputTokens": 20, "outputTokens": 5}, (23, 20, None, 5, None)),
    (
        {"promptTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 7},
        (3, 0, None, 12, 7),
    ),
    ({"prompt_tokens": 3, "completion_tokens": 5}, (3, None, None, 5, None)),
    ({"input_tokens": 3, "output_tokens": 5}, (3, None, None, 5, None)),
)


@pytest.mark.parametrize(
    ("body", "spent"), USAGES, ids=["anthropic", "bedrock", "gemini", "chat", "plain"]
)
def test_cached_and_thinking_tokens_are_added_where_a_provider_leaves_them_out(
    body: dict[str, Any], spent: tuple[int | None, ...]
) -> None:
    assert spent_of(body) == spent


@pytest.mark.slow
def test_breakeven_takes_what_is_not_told_from_the_log(tmp_path: Path) -> None:
    path = kept(tmp_path, "log.jsonl", lines(pairs))
    prices = {"input": 1.0, "output": 10.0}
    scenario = Scenario.model_validate(
        {"usage": [str(path)], "prompted_price": prices, "tuned_price": prices, "cache": "off"}
        | {"training_cost": 0}
    )
    found = breakeven(scenario, as_of=DAY)
    # 7 requests on 2 days are 3.5 a day, 105 a month of 30 days. Each sends 7,876 / 7 = 1,125
    # tokens at $1 and receives 88 / 7 = 13 at $10, per million.
    monthly = 105 * (1_125 * 1 + 13 * 10) / 1e6
    assert found.prompted.monthly_usd == pytest.approx(monthly, rel=1e-3)
    told_volume = next(each for each in found.inputs_used if each.field == "volume")
    assert (told_volume.origin, told_volume.source) == ("read", "log.jsonl")
    louder = breakeven(scenario.model_copy(update={"volume": 35.0}), as_of=DAY)
    assert louder.prompted.monthly_usd == pytest.approx(10 * monthly, rel=1e-3)


def test_an_answer_is_written_and_never_over_a_log(tmp_path: Path) -> None:
    log = kept(tmp_path, "calls.json", lines(litellm))
    before = log.read_bytes()
    words = ["usage", str(log), "--as-of", "2026-11-26", "--output"]
    one, other = tmp_path / "traffic.md", tmp_path / "traffic.json"
    ran = CliRunner().invoke(app, [*words, str(one), "--output", str(other)])
    assert (ran.exit_code, ran.stderr.count("Wrote")) == (0, 2)
    assert json.loads(other.read_text("utf-8"))["schema"] == "ftvp.usage/1"
    ran = CliRunner().invoke(app, [*words, str(log)])
    assert (ran.exit_code, log.read_bytes()) == (2, before)
    assert "is read: writing it would lose it" in ran.stderr


METRICS = json.dumps(
    {
        "timespan": "2026-11-23T00:00:00Z/2026-11-24T00:00:00Z",
        "interval": "PT1H",
        "value": [
            {
                "name": {"value": name},
                "timeseries": [
                    {
                        "metadatavalues": [{"name": {"value": "modelname"}, "value": "gpt-4o"}],
                        "data": [{"timeStamp": "2026-11-23T05:00:00Z", "total": 9}],
                    }
                ],
            }
            for name in ("AzureOpenAIRequests", "ProcessedPromptTokens", "GeneratedTokens")
        ],
    }
)


def with_two_shots(text: str) -> str:
    """Return a log whose requests have two shots each, whose reading takes most of the time."""
    for times in (1, 2):  # as JSON in JSON
        many, two = SHOTS, "\n\n".join(SHOTS.split("\n\n")[:2])
        for _ in range(times):
            many, two = json.dumps(many)[1:-1], json.dumps(two)[1:-1]
        text = text.replace(many, two)
    return text


JSON_FILES = [
    with_two_shots(text) for _, text, columns in FILES if columns is None and text[0] in "{["
]


@pytest.mark.long
@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:12])
def test_any_value_in_any_place_is_read_or_refused(value: object, tmp_path: Path) -> None:
    assert len(JSON_FILES) > 3
    assert max(map(len, JSON_FILES)) < 12_000
    for text in (METRICS, *JSON_FILES):
        for swapped in swaps(text, value):
            with suppress(FtvpError):
                told(kept(tmp_path, "log.jsonl", swapped))


@pytest.mark.parametrize("name", ["s3://logs/*.jsonl", "gs://logs/a.jsonl"])
def test_object_storage_asks_for_the_engine_that_reads_it(name: str) -> None:
    with pytest.raises(FtvpError, match="is not on this machine"):
        usage([name], as_of=DAY)


@pytest.mark.parametrize("name", ["s3://logs/*.jsonl", "s3://logs/a.jsonl"])
def test_files_in_object_storage_are_no_targets_to_compare(name: str, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    found = CliRunner().invoke(app, ["usage", name, "--engine", "daft", "--output", str(target)])
    assert "fits no file" not in found.stderr
    assert "not on this machine" not in found.stderr


def test_an_unknown_column_is_answered_by_the_names_that_there_are() -> None:
    with pytest.raises(UnknownNameError, match="There are: time, model, input, cached, write"):
        told_columns("foo=ts")
