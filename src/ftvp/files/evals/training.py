"""Which eval items stand in the training file: an eval on those measures memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ftvp.files.evals.columns import IDS
from ftvp.files.evals.items import Item
from ftvp.files.evals.read import is_lines, line_records
from ftvp.files.prompts.document import load_json
from ftvp.files.text import read_text

ID_MARK = "id "
"""Before an id, so that a text of the same words is not taken for it."""


def trained_on(path: Path, items: Iterable[Item]) -> list[str] | None:
    """Return the ids of items whose input, or telling id, the training file holds exactly.

    Case and white space are no difference. None where the items have neither to compare.
    """
    comparable = [item for item in items if item.text or not item.id.isdecimal()]
    if not comparable:
        return None
    text = read_text(path)
    found = [r for _, r in line_records(text, str(path))] if is_lines(text) else None
    known = set(_texts(load_json(text, str(path)) if found is None else found))
    return [item.id for item in comparable if not known.isdisjoint(_marks(item))]


def _marks(item: Item) -> Iterator[str]:
    if item.text:
        yield _plain(item.text)
    if not item.id.isdecimal():
        yield f"{ID_MARK}{item.id}"


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  whatever JSON holds
    """Yield every text of a training file, and every id with its mark."""
    if isinstance(value, str):
        yield _plain(value)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from (f"{ID_MARK}{value[name]}" for name in IDS if name in value)
        for each in value.values():
            yield from _texts(each)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
