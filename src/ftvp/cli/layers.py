"""The layers of a scenario: flags over the file over the environment over what holds here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ftvp.errors import FileProblemsError, FtvpError, ManyRecordsError, NotAScenarioError
from ftvp.files.scenario import load_scenario, standing_fields
from ftvp.files.validate import Path as KeyPath
from ftvp.files.validate import shaped
from ftvp.scenario import Scenario, flag

INSTEAD = (
    ("prompt", "prompt_tokens"),
    ("tuned_prompt", "tuned_prompt_tokens"),
    ("evals", "prompting_quality"),
    ("evals", "tuned_quality"),
    ("evals", "eval_improves"),
)
"""Fields of which a later layer's one puts an earlier layer's other aside."""


def scenario_of(path: str) -> Scenario:
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
    return _standing(fields), _environment(fields)


def _environment(fields: Iterable[str]) -> dict[str, Any]:
    """Return what the environment says of fields."""
    found = {name: os.environ.get(_variable(name)) for name in fields}
    return {name: value for name, value in found.items() if value}


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
