"""Puts the tables into the wheel as JSON too, beside their YAML: parsed once, when it is built.

Nothing is built of vocabularies that are not those of `data/vocabularies/SHA256SUMS`.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTables(BuildHookInterface[Any]):
    """Adds `ftvp/data/NAME.json` for each `data/NAME.yaml`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the JSON files to a folder of their own and include them."""
        del version
        _check(Path(self.root, "data", "vocabularies"))

        self.folder = TemporaryDirectory()
        for table in sorted(Path(self.root, "data").glob("*.yaml")):
            compiled = Path(self.folder.name, f"{table.stem}.json")
            compiled.write_bytes(sealed(table))
            build_data["force_include"][str(compiled)] = f"ftvp/data/{compiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder, once its files are in the wheel."""
        del version, build_data, artifact_path
        self.folder.cleanup()


def sealed(table: Path) -> bytes:
    """Return a table's YAML as JSON, with the checksum of its text before it."""
    import yaml

    values = yaml.load(table.read_text("utf-8"), yaml.CSafeLoader)
    text = json.dumps(values, default=_iso, separators=(",", ":")).encode()
    return b'{"crc32":"%08x","table":%b}' % (crc32(text), text)


def _check(folder: Path) -> None:
    """Raise ValueError where a vocabulary is not the one whose SHA-256 stands beside it."""
    for line in (folder / "SHA256SUMS").read_text("ascii").splitlines():
        digest, name = line.split()
        if sha256((folder / name).read_bytes()).hexdigest() != digest:
            says = f"{name} is not as in SHA256SUMS: make it again with tools/vocabulary.py"
            raise ValueError(says)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
