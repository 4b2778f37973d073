"""A file that is right but for one value: whatever stands in any place is read or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

ODD: tuple[object, ...] = ([1], {"a": [1]}, None, "x", -7.5, True, 10**400)


def places(value: object) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value in a document, in lists those of the first item alone."""
    items: Iterator[tuple[str | int, object]] | None = None
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value[:1]))
    for key, held in items or ():
        yield (key,)
        yield from ((key, *path) for path in places(held))


def swaps(text: str, value: object) -> Iterator[str]:
    """Yield a JSON document, or JSON lines, with the value in each place of the first record."""
    try:
        json.loads(text)
        first, rest = text, []
    except ValueError:
        first, *rest = text.splitlines()
    for *outer, last in places(json.loads(first)):
        held = document = json.loads(first)
        for key in outer:
            held = held[key]
        held[last] = value
        yield "\n".join([json.dumps(document), *rest])
