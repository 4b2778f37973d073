"""Options that commands share; the scenario's are made from its fields, so each stands once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ftvp.cli.command import Options, command_of
from ftvp.cli.output import Format, Framework, How, Json, Output
from ftvp.files.project import default_prices
from ftvp.files.scenario import load_scenario
from ftvp.files.shapes import Path as KeyPath
from ftvp.files.shapes import shaped
from ftvp.scenario import BOOLEANS, PAIRS, REPEATABLE, Scenario, flag
from ftvp.units import shown_in

INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""

File = Annotated[str | None, typer.Argument(metavar="SCENARIO.yaml", help="A scenario file.")]
Scenarios = Annotated[str | None, typer.Option("--scenario", metavar="FILE", help="The same.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask.")]

SHARED: dict[str, tuple[object, object]] = {
    "file": (File, None),
    "scenario": (Scenarios, None),
    "framework": (Framework, None),
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
    "no_input": (NoInput, False),
}


@dataclass(frozen=True)
class Call:
    """A command as it was called: the scenario that all layers make up, and how to answer."""

    scenario: Scenario
    framework: Path | None
    no_input: bool
    how: How
    extra: Mapping[str, Any]


def scenario_command(
    run: Callable[[Call], None], extra: Options | None = None
) -> Callable[..., None]:
    """Return `run` as a command with a scenario file and a flag for each scenario field.

    `extra` adds options of the command's own.
    """
    own = extra or {}

    def answer(given: Mapping[str, Any]) -> None:
        call = called(given, own=set(own))
        with shown_in(call.how.currency(call.scenario.shown_in)):
            run(call)

    answer.__doc__ = run.__doc__
    fields = {name: (_option(name), None) for name in Scenario.model_fields}
    return command_of(answer, {**SHARED, **own, **fields})


def _option(name: str) -> object:
    field = Scenario.model_fields[name]
    if name in BOOLEANS:
        both = f"{flag(name)}/{flag(name).replace('--', '--no-', 1)}"
        return Annotated[bool | None, typer.Option(both, help=field.description)]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    metavar = str(extra.get("metavar", "N"))
    if name in REPEATABLE:
        many = typer.Option(flag(name), metavar=metavar, help=field.description)
        return Annotated[list[str] | None, many]
    if name in PAIRS:
        both = typer.Option(flag(name), metavar=metavar, help=field.description)
        return Annotated[tuple[str, str] | None, both]
    # Any: for each typed option Typer builds a validator, though the scenario checks them all.
    return Annotated[Any, typer.Option(flag(name), metavar=metavar, help=field.description)]


def called(given: Mapping[str, Any], own: set[str]) -> Call:
    """Return a call: flags over the scenario file over the environment, all checked at once."""
    path = given["file"] or given["scenario"]
    told = load_scenario(path).model_dump(exclude_none=True) if path else {}
    flags = {name: given[name] for name in Scenario.model_fields if given[name] is not None}
    flags |= {name: ",".join(flags[name]) for name in REPEATABLE if name in flags}
    return Call(
        scenario=_checked(_environment(Scenario.model_fields), told, flags),
        framework=given["framework"],
        no_input=given["no_input"],
        how=How(json=given["json"], format=given["format"], output=given["output"]),
        extra={name: given[name] for name in own},
    )


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
    return _checked(_environment(told), {}, flags)


def _environment(fields: Iterable[str]) -> dict[str, Any]:
    """Return what the environment says of fields, over what always holds here."""
    found = {name: os.environ.get(_variable(name)) for name in fields}
    return _always() | {name: value for name, value in found.items() if value}


def _always() -> dict[str, Any]:
    """Return the overlays that this project or person always uses, as a scenario field."""
    try:
        prices = default_prices(Path.cwd(), os.environ)
    except FileNotFoundError:
        return {}  # the working folder was deleted
    return {"prices": prices} if prices else {}


def _checked(*layers: Mapping[str, Any]) -> Scenario:
    """Return the scenario of all layers, the last one strongest."""
    environment, *_, flags = layers
    merged: dict[str, Any] = {}
    for layer in layers:
        for one, other in INSTEAD:
            merged = {k: v for k, v in merged.items() if not _replaced(k, layer, one, other)}
        merged |= layer

    def place(path: KeyPath) -> tuple[str, int | None]:
        name = str(path[0])
        known = name in flags or name not in environment
        return (flag(name) if known else _variable(name)), None

    return shaped(Scenario, merged, place, named=True)


def _replaced(name: str, layer: Mapping[str, Any], one: str, other: str) -> bool:
    return (name == one and other in layer) or (name == other and one in layer)


def _variable(name: str) -> str:
    return f"FTVP_{name.upper()}"
