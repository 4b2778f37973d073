"""A text taken apart: the first way of marking shots that it shows is the one it uses."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.files.prompts.arrows import arrow_shots
from ftvp.files.prompts.layout import Found, asks, has_placeholder, last_paragraph, masked
from ftvp.files.prompts.marks import headed_shots, tagged_shots
from ftvp.files.prompts.prompt import Kind, Part, Piece
from ftvp.files.prompts.runs import labelled_shots

_WAYS = (tagged_shots, headed_shots, labelled_shots, arrow_shots)


def text_parts(text: str) -> list[Part]:
    """Return a text's parts, which cover it without gap or overlap; when in doubt, no shots."""
    blotted = masked(text)
    found = next((found for way in _WAYS if (found := way(text, blotted))), Found(()))
    return [
        Part(kind, (Piece(text[start:end]),), answer)
        for kind, start, end, answer in _stretches(text, found)
        if start < end
    ]


def _stretches(text: str, found: Found) -> Iterator[tuple[Kind, int, int, str | None]]:
    place = 0
    for shot in found.shots:
        yield "instructions", place, shot.start, None
        yield "shot", shot.start, shot.end, shot.answer
        place = shot.end
    asked = _request(text, found, place)
    yield "instructions", place, asked, None
    yield "request", asked, len(text), None


def _request(text: str, found: Found, place: int) -> int:
    """Return where the request begins, at the end of the text for none."""
    if found.request is not None:
        return found.request
    if found.shots:
        return place if asks(text[place:]) else len(text)
    start = last_paragraph(text)
    return start if start and has_placeholder(text[start:]) else len(text)
