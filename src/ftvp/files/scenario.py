"""Scenario files: YAML or JSON in, a Scenario out, and the other way round for `--save`.

A nested key is its parents' names joined: `training: {examples: 500}` is `training_examples: 500`.
Where that is no field, a group such as `training` is only a heading: `training: {epochs: 3}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, Problem, nearest
from ftvp.files.disk import read_text, write_text_atomically
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import shaped
from ftvp.files.yaml import line_of, load_yaml
from ftvp.scenario import PATHS, Scenario

WHOLE = ("prompted_price", "tuned_price", "qualities", "fx")


GROUPS = ("prompted", "tuned", "training")


def load_scenario(path: Path | str) -> Scenario:
    """Return the scenario of a file, or of standard input for "-"; its paths resolve beside it."""
    stdin = str(path) == "-"
    text = read_text("-" if stdin else Path(path))
    name = "standard input" if stdin else Path(path).name
    data = load_yaml(text, name)
    if not isinstance(data, Mapping):
        raise FileProblemsError(
            [Problem(name, "is no scenario: write keys, such as volume: 10000")]
        )
    scenario = read_scenario(data, text, name)
    return scenario if stdin else _beside(scenario, Path(path).parent)


def read_scenario(data: Mapping[Any, Any], text: str, name: str) -> Scenario:
    """Return the scenario that nested keys spell out, or raise with every mistake at its line."""
    fields: dict[str, Any] = {}
    paths: dict[str, KeyPath] = {}
    problems: list[Problem] = []
    for path, value in _leaves(data):
        field = _field(path)
        if field not in Scenario.model_fields:
            problems.append(Problem(name, _unknown(path, field), line_of(text, path)))
        elif field in fields:
            says = f"'{'.'.join(path)}' says again what '{'.'.join(map(str, paths[field]))}' said"
            problems.append(Problem(name, says, line_of(text, path)))
        fields[field], paths[field] = value, path
    if problems:
        raise FileProblemsError(problems)

    def place(key: KeyPath) -> tuple[str, int | None]:
        return name, line_of(text, (*paths.get(str(key[0]), ()), *key[1:]) if key else ())

    return shaped(Scenario, fields, place)


def _leaves(
    data: Mapping[Any, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in data.items():
        path = (*above, str(key))
        if isinstance(value, Mapping) and "_".join(path) not in WHOLE:
            yield from _leaves(value, path)
        else:
            yield path, value


def _field(path: tuple[str, ...]) -> str:
    """Return the field that a nested key means: `tuned.model`, but also `training.epochs`."""
    joined = "_".join(path)
    group, *rest = path
    alone = "_".join(rest)
    fields = Scenario.model_fields
    return alone if joined not in fields and group in GROUPS and alone in fields else joined


def _unknown(path: tuple[str, ...], field: str) -> str:
    close = nearest(field, Scenario.model_fields)
    hint = f" Did you mean '{close}'?" if close else ""
    return f"'{'.'.join(path)}' is not a scenario field.{hint}"


def _beside(scenario: Scenario, folder: Path) -> Scenario:
    def beside(name: str) -> str:
        return name if name == "-" else str(folder / name)

    return scenario.model_copy(update=_paths(vars(scenario), beside))


def _paths(told: Mapping[str, Any], moved: Callable[[str], str]) -> dict[str, Any]:
    """Return the fields that name files, each file as `moved` puts it."""
    named = {field: told[field] for field in PATHS if told.get(field) is not None}
    return {
        field: moved(value) if isinstance(value, str) else tuple(moved(each) for each in value)
        for field, value in named.items()
    }


def save_scenario(scenario: Scenario, path: Path) -> None:
    """Write what was told as a scenario file, atomically; its paths become relative to it."""
    import yaml

    told = scenario.model_dump(mode="json", exclude_none=True)
    told |= _paths(told, lambda name: _relative(name, path.parent))
    head = "# A scenario of ftvp: ftvp decide FILE repeats the answer.\n"
    told = {field: _plain(value) for field, value in told.items()}
    body = yaml.safe_dump(_nested(told), sort_keys=False, allow_unicode=True)
    write_text_atomically(path, head + body)


def _plain(value: object) -> object:
    """Return a whole number as a person writes it, anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _relative(name: str, folder: Path) -> str:
    import os

    return name if name == "-" else Path(os.path.relpath(name, folder)).as_posix()


def _nested(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with the sides and the training as blocks, as a person would write them."""
    nested: dict[str, Any] = {}
    for field, value in told.items():
        group, _, key = field.partition("_")
        if group in GROUPS and key:
            nested.setdefault(group, {})[key] = value
        else:
            nested[field] = value
    return nested


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
