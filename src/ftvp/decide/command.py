"""The command line that repeats a scenario without questions."""

from __future__ import annotations

import shlex
from datetime import date

from ftvp.scenario import BOOLEANS, PAIRS, Exchange, OwnPrice, Scenario, flag


def equivalent_command(command: str, told: Scenario) -> str:
    """Return the command with a flag for everything that was told.

    >>> equivalent_command("ftvp decide", Scenario(volume=5000, format_task=False))
    'ftvp decide --volume 5000 --no-format-task'
    """
    words = [command]
    for name in Scenario.model_fields:
        value = getattr(told, name)
        if value is not None:
            words += _words(name, value)
    return " ".join(words)


def _words(name: str, value: object) -> list[str]:
    if name in BOOLEANS:
        return [flag(name) if value else flag(name).replace("--", "--no-", 1)]
    if name in PAIRS and isinstance(value, tuple):
        return [flag(name), shlex.quote(value[0]), shlex.quote(value[-1])]
    return [flag(name), shlex.quote(_text(value))]


def _text(value: object) -> str:
    if isinstance(value, OwnPrice):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, Exchange):
        return f"{value.rate:.12g}@{value.dated}"
    if isinstance(value, dict):
        return ",".join(f"{key}={number:.12g}" for key, number in value.items())
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    if isinstance(value, float):
        return f"{value:.12g}"
    return value.isoformat() if isinstance(value, date) else str(value)
