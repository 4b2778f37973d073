"""The overlays that a project or a person always uses: from pyproject.toml or the XDG folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, Problem, nearest

SECTION = b"tool.ftvp"
KEYS = ("prices",)


def default_prices(folder: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the overlay files in use where nobody names one, none in most places.

    `[tool.ftvp] prices` in the nearest pyproject.toml at or above `folder`, beside which its paths
    lie; else `ftvp/prices.yaml` in the XDG configuration folder.
    """
    for above in (folder, *folder.parents):
        project = above / "pyproject.toml"
        if project.is_file():
            told = _told(project)
            if told is not None:
                return tuple(str(above / name) for name in told)
            break
    own = _config_folder(environment) / "ftvp" / "prices.yaml"
    return (str(own),) if own.is_file() else ()


def _config_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_CONFIG_HOME", "")
    return Path(named) if named.startswith("/") else Path(environment.get("HOME", "")) / ".config"


def _told(project: Path) -> list[str] | None:
    """Return what [tool.ftvp] says of prices, None where it says nothing."""
    data = project.read_bytes()
    if SECTION not in data:
        return None
    import tomllib

    try:
        section = tomllib.loads(data.decode("utf-8")).get("tool", {}).get("ftvp", {})
    except ValueError as error:
        raise FileProblemsError(_at(f"is not TOML: {error}")) from None
    unknown = [key for key in section if key not in KEYS]
    if unknown:
        close = nearest(unknown[0], KEYS)
        hint = f" Did you mean '{close}'?" if close else ""
        raise FileProblemsError(_at(f"[tool.ftvp] has no key '{unknown[0]}'.{hint}"))
    return _files(section.get("prices"))


def _files(value: Any) -> list[str] | None:  # noqa: ANN401  any TOML value
    files = [value] if isinstance(value, str) else value
    if files is None or (isinstance(files, list) and all(isinstance(f, str) for f in files)):
        return files
    raise FileProblemsError(_at('[tool.ftvp] prices must be a list: prices = ["prices.yaml"]'))


def _at(says: str) -> list[Problem]:
    return [Problem("pyproject.toml", says)]
