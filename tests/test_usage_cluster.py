"""`ftvp usage --engine daft`: two workers give the totals of one process, or none at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp.cli.app import app
from ftvp.errors import EngineError
from ftvp.usage import gather as cluster
from tests.usage_logs import TRAFFIC, lines, litellm, pairs

DAY = date(2026, 11, 26)
PATIENCE = 240
"""Seconds after which a command that reads a few kB has hung."""
MISSING = [name for name in ("daft", "ray", "moto") if find_spec(name) is None]
on_engines = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
CLUSTER = """
import sys
from ray.cluster_utils import Cluster

node = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
cluster = Cluster(initialize_head=True, head_node_args=node)
cluster.add_node(num_cpus=1, object_store_memory=100 << 20)
cluster.wait_for_nodes()
print("ray at", cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""
"""Two nodes, each of which runs one worker of Daft, until standard input is closed."""
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
}
FILES = {
    "a.jsonl": lines(pairs),
    "b.jsonl": lines(litellm, TRAFFIC[2:]) + '{"torn\n' + lines(litellm, TRAFFIC[:2]),
}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    for name, text in FILES.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a Ray cluster of two nodes on this machine."""
    command = [sys.executable, "-c", CLUSTER]
    with subprocess.Popen(  # noqa: S603  our own script
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **QUIET},
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        told = next((line for line in running.stdout if line.startswith("ray at")), "")
        assert told, "Ray does not start"
        yield told.split()[-1]
        running.stdin.close()
        running.wait(PATIENCE)


@pytest.fixture(scope="module")
def endpoint(logs: Path) -> Iterator[str]:
    """The address of an S3-compatible server that holds the logs in the bucket "logs"."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        _put(f"{url}/logs", b"")
        for path in logs.iterdir():
            _put(f"{url}/logs/{path.name}", path.read_bytes())
        yield url
    finally:
        server.stop()


def _put(url: str, data: bytes) -> None:
    kind = {"Content-Type": "application/octet-stream"}
    asked = urllib.request.Request(url, data, kind, method="PUT")  # noqa: S310  on this machine
    with urllib.request.urlopen(asked, timeout=60):  # noqa: S310  the same
        pass


def ran(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "ftvp", "usage", *words, "--as-of", str(DAY), "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, **QUIET, **environment},
    )


def answered(*words: str, **environment: str) -> dict[str, Any]:
    found = ran(*words, **environment)
    assert found.returncode == 0, found.stderr
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


def told(answer: Mapping[str, Any]) -> list[object]:
    """Return what an answer says of its calls, without the places of its files."""
    return [answer[each] for each in ("totals", "models", "scenario")]


@pytest.fixture(scope="module")
def alone(logs: Path) -> list[object]:
    """What one process says of the logs."""
    return told(answered(*map(str, sorted(logs.iterdir()))))


@on_engines
@pytest.mark.long
@pytest.mark.parametrize("on_ray", [False, True], ids=["threads", "ray"])
@pytest.mark.parametrize("place", ["disk", "s3"])
def test_two_workers_give_the_totals_of_one_process(
    request: pytest.FixtureRequest, logs: Path, alone: list[object], place: str, *, on_ray: bool
) -> None:
    named = [str(logs / "*.jsonl")]
    environment = {}
    if place == "s3":
        named = ["s3://logs/*.jsonl"]
        environment = {"AWS_ENDPOINT_URL": request.getfixturevalue("endpoint")}
    ray = ["--ray", request.getfixturevalue("address")] if on_ray else []
    found = answered(*named, "--engine", "daft", *ray, **environment)
    assert told(found) == alone
    assert [each["format"] for each in found["files"]] == ["pairs", "litellm"]
    assert any("b.jsonl line 7 is torn" in each for each in found["warnings"])


@on_engines
@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["s3://missing/*.jsonl"], "Daft on this machine failed, so there is no answer"),
        (["{logs}", "s3://logs/c.jsonl"], "Daft on this machine failed, so there is no answer"),
        (["{logs}", "--ray", "127.0.0.1:9"], "Daft on Ray at 127.0.0.1:9 failed"),
        (["{logs}/none.jsonl"], "none.jsonl"),
    ],
    ids=["bucket", "one object", "ray", "file"],
)
def test_an_engine_that_fails_gives_a_sentence_and_no_total(
    logs: Path, endpoint: str, words: list[str], says: str
) -> None:
    named = [each.format(logs=logs / "a.jsonl") for each in words]
    found = ran(*named, "--engine", "daft", AWS_ENDPOINT_URL=endpoint)
    assert (found.returncode, found.stdout) == (2, ""), found.stderr
    assert says in found.stderr
    assert "Traceback" not in found.stderr


def test_without_daft_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "daft", None)
    path = tmp_path / "log.jsonl"
    path.write_text(lines(pairs), encoding="utf-8")
    found = CliRunner().invoke(app, ["usage", str(path), "--engine", "daft"])
    assert found.exit_code == 2
    assert "ftvp[cluster]" in found.output


def test_parts_that_do_not_come_back_are_an_error() -> None:
    """Half of the parts is no answer, whatever the engine says."""
    rows = [{"path": "a", "start": 0, "part": b""}]
    frame = SimpleNamespace(select=lambda *_: SimpleNamespace(iter_rows=lambda: iter(rows)))
    with pytest.raises(EngineError, match="1 of 2 parts came back"):
        list(cluster._rows(frame, 2))  # noqa: SLF001  the one place where rows are counted
