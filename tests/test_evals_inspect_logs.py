"""Inspect's archives: unpacked sample by sample, within limits, zstandard too."""

from __future__ import annotations

import io
import json
import struct
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ftvp.errors import FtvpError, NotEvalResultsError, PackedFileError, TooLargeError
from ftvp.evals import benchmarks
from ftvp.evals.read import Fields, read_evals
from tests.eval_files import ANSWERED, CELLS, QUESTIONS, cells

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")


def samples(side: int) -> dict[str, bytes]:
    """Return the files of a log of one side."""
    files = {"header.json": json.dumps({"eval": {"config": {"epochs": 1}}}).encode()}
    for n, pair in enumerate(ANSWERED):
        sample = {
            "id": n,
            "epoch": 1,
            "input": QUESTIONS[n],
            "scores": {"match": {"value": "C" if pair[side] else "I"}},
        }
        files[f"samples/{n}_epoch_1.json"] = json.dumps(sample).encode()
    return files


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of one of Python's methods."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def zstandard_zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive as Inspect writes it today: method 93, which Python writes from 3.14 on."""
    zstandard = pytest.importorskip("zstandard")
    body, directory = b"", b""
    for name, content in files.items():
        packed, raw = zstandard.ZstdCompressor().compress(content), name.encode()
        sums = zlib.crc32(content), len(packed), len(content)
        head = (63, 0, 93, 0, 33, *sums, len(raw), 0)
        directory += CENTRAL.pack(b"PK\x01\x02", 63, *head, 0, 0, 0, 0, len(body)) + raw
        body += LOCAL.pack(b"PK\x03\x04", *head) + raw + packed
    count = len(files)
    end = END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def kept(folder: Path, name: str, data: bytes) -> str:
    """Return the path of a new file."""
    (folder / name).write_bytes(data)
    return str(folder / name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(zipped, id="deflate"),
        pytest.param(lambda files: zipped(files, zipfile.ZIP_STORED), id="stored"),
        pytest.param(lambda files: zipped(files, zipfile.ZIP_LZMA), id="LZMA"),
        pytest.param(zstandard_zipped, id="zstandard"),
    ],
)
def test_archives_are_read(pack: Callable[[Mapping[str, bytes]], bytes], tmp_path: Path) -> None:
    paths = [kept(tmp_path, f"{side}.eval", pack(samples(side))) for side in (0, 1)]
    found = read_evals(paths, Fields())
    assert cells(found) == CELLS
    assert found.prompted.format == "Inspect log"


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python unpacks zstandard itself")
def test_without_the_package_zstandard_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path, "log.eval", zstandard_zipped(samples(0)))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(PackedFileError, match=r"pip install zstandard, or unpack it: inspect log"):
        read_evals([path, path], Fields())


@pytest.mark.slow
@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("method", ["deflate", "LZMA", "zstandard"])
def test_damaged_archives_are_refused_in_a_sentence(method: str, at: float, tmp_path: Path) -> None:
    methods = {"deflate": zipfile.ZIP_DEFLATED, "LZMA": zipfile.ZIP_LZMA}
    files = samples(0)
    whole = zstandard_zipped(files) if method == "zstandard" else zipped(files, methods[method])
    damaged = bytearray(whole)
    for index in range(int(len(whole) * at), int(len(whole) * at) + 60):
        damaged[index] ^= 0x5A
    for name, data in {"damaged": bytes(damaged), "cut": whole[: int(len(whole) * at)]}.items():
        path = kept(tmp_path, f"{name}.eval", data)
        with pytest.raises(FtvpError, match=name):
            read_evals([path, path], Fields())


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(samples(0)))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path = kept(tmp_path, "log.eval", bytes(data))
    with pytest.raises(NotEvalResultsError, match="cannot be read here"):
        read_evals([path, path], Fields())


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("pack", [zipped, zstandard_zipped], ids=["deflate", "zstandard"])
def test_a_small_archive_of_large_samples_takes_little_memory(
    pack: Callable[[Mapping[str, bytes]], bytes], tmp_path: Path
) -> None:
    # 100 MB of one letter, four times: some hundred kilobytes packed.
    large = b'{"id": 1, "input": "' + b"a" * (100 << 20) + b'"}'
    path = kept(tmp_path, "bomb.eval", pack({f"samples/{n}.json": large for n in range(4)}))
    assert Path(path).stat().st_size < 2 << 20
    tracemalloc.start()
    with pytest.raises(TooLargeError, match="a sample of more than 64 MB is not read"):
        read_evals([path, path], Fields())
    assert tracemalloc.get_traced_memory()[1] < 300 << 20
    tracemalloc.stop()


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks, "MAX_UNPACKED", 1 << 20)
    path = kept(
        tmp_path, "log.eval", zipped({f"samples/{n}.json": b" " * 99_999 for n in range(11)})
    )
    with pytest.raises(TooLargeError, match="a log of more than 1 MB"):
        read_evals([path, path], Fields())


@pytest.mark.parametrize("pack", [zipped, zstandard_zipped], ids=["deflate", "zstandard"])
@pytest.mark.parametrize(
    ("limit", "says"),
    [("MAX_UNPACKED", "a log of more than"), ("MAX_LINE", "a sample of more than")],
)
def test_an_archive_is_read_up_to_its_limits(
    pack: Callable[[Mapping[str, bytes]], bytes],
    limit: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A log may unpack to as many bytes as its samples have, a sample have as many as the most."""
    files = samples(0)
    sizes = [len(data) for name, data in files.items() if name.startswith("samples/")]
    most = sum(sizes) if limit == "MAX_UNPACKED" else max(sizes)
    paths = [kept(tmp_path, f"{side}.eval", pack(files)) for side in (0, 1)]
    monkeypatch.setattr(benchmarks, limit, most)
    assert len(read_evals(paths, Fields()).pairs) == len(ANSWERED)
    monkeypatch.setattr(benchmarks, limit, most - 1)
    with pytest.raises(TooLargeError, match=says):
        read_evals(paths, Fields())
