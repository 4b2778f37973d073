"""A command as it was called: its scenario, from flags, a file and the environment.

The scenario's options are made from its fields, so each stands once.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from ftvp.cli.app import COMPLETE
from ftvp.cli.options import (
    SHOWN,
    WRITTEN,
    Explain,
    Framework,
    How,
    Options,
    command,
    refuse_overwriting,
)
from ftvp.errors import (
    FileProblemsError,
    FtvpError,
    ManyRecordsError,
    NotAScenarioError,
    SeveralVolumesError,
)
from ftvp.files.scenario import load_scenario, standing_fields
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import shaped
from ftvp.scenario import ALIASES, BOOLEANS, PAIRS, PATHS, REPEATABLE, Scenario, flag, metavar

File = Annotated[str | None, typer.Argument(metavar="SCENARIO.yaml", help="A scenario file.")]
Scenarios = Annotated[str | None, typer.Option("--scenario", metavar="FILE", help="The same.")]
RecordTo = Annotated[
    Path | None,
    typer.Option(
        "--record", metavar="FILE", help="Keep the answer and its prices for ftvp replay."
    ),
]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask.")]

SHARED: dict[str, tuple[object, object]] = {
    "file": (File, None),
    "scenario": (Scenarios, None),
    "framework": (Framework, None),
    **SHOWN,
    "record": (RecordTo, None),
    "explain": (Explain, False),
    "no_input": (NoInput, False),
}


class Call(NamedTuple):
    """A command as it was called: the scenario that all layers make up, and how to answer."""

    scenarios: tuple[Scenario, ...]
    """One for each volume that the flags tell."""
    framework: Path | None
    no_input: bool
    how: How
    record: Path | None
    files: tuple[str, ...]
    """The files beside the scenario's own that were read: itself, and the framework."""
    origins: Mapping[str, str]
    """Where each field was told that no flag tells: a file, or a variable of the environment."""
    extra: Mapping[str, Any]

    @property
    def scenario(self) -> Scenario:
        """The one scenario; SeveralVolumesError where the flags tell several volumes."""
        if len(self.scenarios) > 1:
            raise SeveralVolumesError(len(self.scenarios))
        return self.scenarios[0]


def scenario_command(
    extra: Options | None = None,
) -> Callable[[Callable[[Call], None]], Callable[..., None]]:
    """Return a decorator: `run` becomes a command with a flag for each scenario field.

    `extra` adds options of the command's own.
    """
    own = extra or {}
    fields = {name: (_option(name), None) for name in Scenario.model_fields}

    def of(run: Callable[[Call], None]) -> Callable[..., None]:
        def answer(given: Mapping[str, Any]) -> None:
            call = called(given, own=set(own))
            if any(map(given.get, WRITTEN)):
                told = vars(call.scenarios[0])  # wherever that names its files
                refuse_overwriting({**given, **{name: told[name] for name in PATHS}})
            run(call)

        answer.__doc__ = run.__doc__
        return command({**SHARED, **own, **fields})(answer)

    return of


@cache
def _option(name: str) -> object:
    """Return the option of a scenario field, which all commands of a scenario share."""
    field = Scenario.model_fields[name]
    if name in BOOLEANS:
        both = f"{flag(name)}/{flag(name).replace('--', '--no-', 1)}"
        return Annotated[bool | None, typer.Option(both, help=field.description)]
    if name in REPEATABLE or name == "volume":
        many = typer.Option(flag(name), metavar=metavar(name), help=field.description)
        return Annotated[list[str] | None, many]
    if name in PAIRS:
        both = typer.Option(flag(name), metavar=metavar(name), help=field.description)
        return Annotated[tuple[str, str] | None, both]
    names = (
        flag(name),
        *(f"--{alias.replace('_', '-')}" for alias, of in ALIASES.items() if of == name),
    )
    completed = COMPLETED.get(name) if COMPLETE in os.environ else None
    # Any: for each typed option Typer builds a validator, though the scenario checks them all.
    option = typer.Option(
        *names, metavar=metavar(name), help=field.description, autocompletion=completed
    )
    return Annotated[Any, option]


def _model_ids(incomplete: str) -> list[str]:
    """Return what a model's name may be that begins so: ids, bare or behind their provider."""
    from ftvp.files.tables import load_tables

    ids = list(load_tables().pricing.models)
    bare = [each.rpartition("/")[2] for each in ids]
    return [each for each in dict.fromkeys((*ids, *bare)) if each.startswith(incomplete)]


def _task_ids(incomplete: str) -> list[str]:
    from ftvp.files.tables import load_tables

    tasks = load_tables().quality.tasks
    return [task.id for task in tasks if task.id.startswith(incomplete)]


COMPLETED = {
    **dict.fromkeys(("model", "tuned_model", "labelled_by", "successor"), _model_ids),
    "task": _task_ids,
}
"""What completes the values of scenario fields in a shell."""


def called(given: Mapping[str, Any], own: set[str]) -> Call:
    """Return a call: flags over the scenario file over the environment, all checked at once."""
    path = given["file"] or given["scenario"]
    fields = Scenario.model_fields
    told = told_scenario(path).model_dump(exclude_none=True) if path else {}
    flags = {name: given[name] for name in fields if given[name] is not None}
    flags |= {name: ",".join(flags[name]) for name in REPEATABLE if name in flags}
    standing, environment = beneath(fields)
    origins = {
        **dict.fromkeys(standing, "settings"),
        **{name: _variable(name) for name in environment},
        **dict.fromkeys(told, path),
        **dict.fromkeys(flags),
    }
    volumes = [{"volume": each} for each in flags.pop("volume", ())] or [{}]
    return Call(
        scenarios=tuple(layered(standing, environment, told, flags | volume) for volume in volumes),
        framework=given["framework"],
        no_input=given["no_input"],
        how=How.of(given),
        record=given["record"],
        files=tuple(str(each) for each in (path, given["framework"]) if each is not None),
        origins={name: where for name, where in origins.items() if where},
        extra={name: given[name] for name in own},
    )


INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""


def told_scenario(path: str) -> Scenario:
    """Return the scenario of a file; NotAScenarioError where it is a prompt or a data file."""
    try:
        return load_scenario(path)
    except FileProblemsError:
        kind, instead = _looks_like(path)
        if kind:
            raise NotAScenarioError(path, kind, instead) from None
        raise


def _looks_like(path: str) -> tuple[str, str]:
    """Return what a file that is no scenario seems to be, and how to give it; "" if neither."""
    from ftvp.files.disk import read_text
    from ftvp.prompts import read_prompt

    names = "|".join(name for name in Scenario.model_fields if name != "model")
    if path == "-" or re.search(rf"^({names}):", read_text(Path(path)), re.MULTILINE):
        return "", ""
    try:
        read_prompt(Path(path))
    except ManyRecordsError:
        return "data file", "--dataset {0}, or ftvp dataset {0}"
    except FtvpError:
        return "", ""
    return "prompt", "--prompt {0}"


def asked_prices(
    prices: list[str] | None, max_price_age: object, currency: object, fx: object
) -> Scenario:
    """Return what a command without a scenario is told of prices, checked as scenario fields."""
    told = {
        "prices": ",".join(prices) if prices else None,
        "max_price_age": max_price_age,
        "currency": currency,
        "fx": fx,
    }
    flags = {name: value for name, value in told.items() if value is not None}
    return layered(*beneath(told), {}, flags)


def beneath(fields: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is told of fields beneath a file: here always, and by the environment."""
    found = {name: os.environ.get(_variable(name)) for name in fields}
    return _standing(fields), {name: value for name, value in found.items() if value}


def _standing(fields: Iterable[str]) -> dict[str, Any]:
    """Return what this project or person always says of fields."""
    try:
        told = standing_fields(Path.cwd(), os.environ)
    except FileNotFoundError:
        return {}  # the working folder was deleted
    return {name: told[name] for name in fields if name in told}


def layered(
    standing: Mapping[str, Any],
    environment: Mapping[str, Any],
    told: Mapping[str, Any],
    flags: Mapping[str, Any],
) -> Scenario:
    """Return the scenario of all layers, the last one strongest, all checked at once."""
    merged: dict[str, Any] = {}
    for layer in (standing, environment, told, flags):
        merged = over(merged, layer)

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = str(path[0])
        known = name in flags or name not in environment
        return (flag(name) if known else _variable(name)), None

    return shaped(Scenario, merged, place, named=True)


def over(weaker: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two layers tell, the second stronger; what it says otherwise is put aside."""
    aside = {one for one, other in INSTEAD if other in layer}
    aside |= {other for one, other in INSTEAD if one in layer}
    return {name: value for name, value in weaker.items() if name not in aside} | dict(layer)


def _variable(name: str) -> str:
    return f"FTVP_{name.upper()}"
