"""Puts the tables into the wheel as JSON too, beside their YAML: parsed once, when it is built."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTables(BuildHookInterface[Any]):
    """Adds `ftvp/data/NAME.json` for each `data/NAME.yaml`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the JSON files to a folder of their own and include them."""
        del version
        import yaml

        self.folder = TemporaryDirectory()
        for table in sorted(Path(self.root, "data").glob("*.yaml")):
            compiled = Path(self.folder.name, f"{table.stem}.json")
            values = yaml.load(table.read_text("utf-8"), yaml.CSafeLoader)
            compiled.write_text(json.dumps(values, default=_iso, separators=(",", ":")), "utf-8")
            build_data["force_include"][str(compiled)] = f"ftvp/data/{compiled.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder, once its files are in the wheel."""
        del version, build_data, artifact_path
        self.folder.cleanup()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
