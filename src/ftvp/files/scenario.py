"""Scenario files: YAML or JSON in, a Scenario out, and the other way round for `--save`.

A nested key is its parents' names joined: `training: {examples: 500}` is `training_examples: 500`.
Where that is no field, a group such as `training` is only a heading: `training: {epochs: 3}`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, Hint, Problem, SeveralVolumesError, visible
from ftvp.files.disk import STANDARD_INPUT, read_bytes, read_text, write_text
from ftvp.files.values import Lines, load_yaml, shaped, yaml_text
from ftvp.files.values import Path as KeyPath
from ftvp.scenario import ALIASES, PATHS, Scenario

WHOLE = ("prompted_price", "tuned_price", "qualities", "fx", "discounts", "thinking")
"""Fields whose value is a block of keys, which no nesting spells out."""
GROUPS = ("prompted", "tuned", "training")
SECTION = b"tool.ftvp"


def load_scenario(path: Path | str) -> Scenario:
    """Return the scenario of a file, or of standard input for "-"; its paths resolve beside it.

    SeveralVolumesError where it lists volumes.
    """
    found = load_scenarios(path)
    if len(found) > 1:
        raise SeveralVolumesError(len(found))
    return found[0]


def load_scenarios(path: Path | str) -> list[Scenario]:
    """Return the scenario of a file once for each of the volumes that it lists."""
    stdin = str(path) == "-"
    text = read_text("-" if stdin else Path(path))
    name = STANDARD_INPUT if stdin else Path(path).name
    data = load_yaml(text, name)
    if not isinstance(data, Mapping):
        raise FileProblemsError(
            [Problem(name, "is not a scenario file: expected keys such as volume: 10000")]
        )
    lines, listed = Lines(text, name), data.get("volume")
    told = [data]
    if isinstance(listed, list) and listed:
        told = [{**data, "volume": volume} for volume in listed]
    scenarios = [read_scenario(each, lines) for each in told]
    if stdin:
        return scenarios
    beside = _moved(vars(scenarios[0]), lambda name: str(Path(path).parent / name))
    return [scenario.model_copy(update=beside) for scenario in scenarios]


def read_scenario(data: Mapping[Any, Any], lines: Lines) -> Scenario:
    """Return the scenario that nested keys spell out, or raise with every mistake at its line."""
    fields: dict[str, Any] = {}
    paths: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for path, value in _leaves(data):
        field, key = _field(path), ".".join(path)
        if field not in Scenario.model_fields:
            says, hint = f"'{key}' is not a scenario field.", Hint(field, Scenario.model_fields)
            problems.append(lines.problem(path, says, hint))
            continue
        if field in fields:
            says = f"'{key}' says again what '{'.'.join(paths[field])}' said"
            problems.append(lines.problem(path, says))
        fields[field], paths[field] = value, path

    def place(key: KeyPath) -> tuple[str, int | None]:
        return lines((*paths.get(str(key[0]), ()), *key[1:]) if key else ())

    try:
        scenario = shaped(Scenario, fields, place, read=Scenario.of_told)
    except FileProblemsError as error:
        problems += error.problems
    if problems:
        raise FileProblemsError(sorted(problems, key=lambda problem: problem.line or 0))
    return scenario


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
    joined = ALIASES.get(joined, joined)
    group, *rest = path
    alone = "_".join(rest)
    fields = Scenario.model_fields
    return alone if joined not in fields and group in GROUPS and alone in fields else joined


def _moved(fields: Mapping[str, Any], moved: Callable[[str], str]) -> dict[str, Any]:
    """Return the fields that name files, each file as `moved` puts it; "-" stays."""

    def each(name: str) -> str:
        return name if name == "-" else moved(name)

    named = {field: fields[field] for field in PATHS if fields.get(field) is not None}
    return {
        field: each(value) if isinstance(value, str) else tuple(map(each, value))
        for field, value in named.items()
    }


def save_scenario(scenario: Scenario, path: Path, *notes: str) -> None:
    """Write a scenario file, atomically; the paths in it become relative to it.

    `notes` are comments at its head. The sides and the training become blocks, whole numbers lose
    their decimal point: as a person would write them.
    """
    fields = scenario.model_dump(mode="json", exclude_none=True)
    folder = path.parent
    fields |= _moved(fields, lambda name: Path(os.path.relpath(name, folder)).as_posix())
    nested: dict[str, Any] = {}
    for field, value in fields.items():
        group, _, key = field.partition("_")
        block = nested.setdefault(group, {}) if group in GROUPS and key else nested
        whole = isinstance(value, float) and value.is_integer()
        block[key if block is not nested else field] = int(value) if whole else value
    head = ("A scenario of ftvp: ftvp decide FILE answers it.", *notes)
    comments = "".join(f"# {visible(note)}\n" for note in head)
    write_text(path, comments + yaml_text(nested))


def with_blocks(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of scenarios with the blocks in which a file may write its fields.

    In the block of a side or of the training a field loses the block's name: `tuned: {model: ...}`.
    """
    fields = {name: {"$ref": f"#/properties/{name}"} for name in schema["properties"]}
    blocks = {}
    for group in GROUPS:
        own = {n.removeprefix(f"{group}_"): each for n, each in fields.items()}
        blocks[group] = {
            "type": "object",
            "description": f"Fields of a scenario; {group}_ may be left out of their names.",
            "properties": {**fields, **own},
            "additionalProperties": False,
        }
    volume = schema["properties"]["volume"]
    several = {"type": "array", "items": {"anyOf": volume["anyOf"]}, "minItems": 1}
    listed = {"volume": {**volume, "anyOf": [*volume["anyOf"], several]}}
    return {**schema, "properties": {**schema["properties"], **listed, **blocks}}


class _Uncounted(Lines):
    """A section of a file whose lines are not counted."""

    def __call__(self, path: Sequence[str | int]) -> tuple[str, int | None]:
        """Return the section alone."""
        del path
        return self.name, None


def standing_fields(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the scenario fields that hold in a folder where nobody tells them, by name.

    `[tool.ftvp]` of the nearest pyproject.toml at or above `folder` has them, its paths beside it;
    where it names no prices, ftvp/prices.yaml in the XDG configuration folder counts.
    """
    above = (each / "pyproject.toml" for each in (folder, *folder.parents))
    project = next((each for each in above if each.is_file()), None)
    told = _project_fields(project) if project else {}
    xdg = environment.get("XDG_CONFIG_HOME", "")
    home = Path(environment.get("HOME", ""))
    own = (Path(xdg) if xdg.startswith("/") else home / ".config") / "ftvp" / "prices.yaml"
    return told if "prices" in told or not own.is_file() else {**told, "prices": (str(own),)}


def _project_fields(project: Path) -> dict[str, Any]:
    """Return what [tool.ftvp] of a project says, checked as a scenario."""
    data = read_bytes(project)
    if SECTION not in data:
        return {}
    import tomllib

    try:
        tools = tomllib.loads(data.decode("utf-8")).get("tool")
        section = tools.get("ftvp", {}) if isinstance(tools, dict) else {}
    except (ValueError, RecursionError) as error:
        raise FileProblemsError([Problem(project.name, f"is not TOML: {error}")]) from None
    if not isinstance(section, dict):
        raise FileProblemsError([Problem(project.name, "[tool.ftvp] must be a block of keys")])
    told = read_scenario(section, _Uncounted("", f"{project.name} [tool.ftvp]"))
    fields = told.model_dump(exclude_none=True)
    return fields | _moved(vars(told), lambda name: str(project.parent / name))
