"""Shots that are marked as such: `<example>` tags, and headings such as "## Example 2"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from ftvp.files.prompts.labels import answer_in, labels_in
from ftvp.files.prompts.layout import (
    Found,
    Span,
    after_blank_lines,
    after_paragraphs,
    has_placeholder,
    is_slot,
    line_start,
    paragraphs,
)
from ftvp.files.prompts.words import EXAMPLES, example_word

_MOST = 20_000
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[^\W\d_][\w-]{0,40})(?:[ \t][^<>\n]{0,200})?>")
_NUMBER = (
    r"(?:[ \t_]*(?:#|№|n[°ºo.]{1,2}|nr\.?)?[ \t]*"
    r"(?P<number>\d{1,4}|(?<=[ \t#])(?:[A-Z]|[IVX]{1,4})))?"
)
_HEADING = re.compile(
    r"^[ \t]*+(?P<mark>[-=*#\[(<_ \t]{0,12})(?:"
    + example_word()
    + r")"
    + _NUMBER
    + r"[ \t]{0,4}(?:\([^()\n]{0,60}\))?[\])*_=# \t-]{0,12}"
    r"(?:[:.)\uff1a\uff09\u2013\u2014-](?P<title>[^\n]*)|\r?$)",
    re.MULTILINE | re.IGNORECASE,
)
_SECTION = re.compile(r"^(?:(?P<mark>#{1,6})[ \t]|</)", re.MULTILINE)
_COUNTER = "0123456789_-"


def tagged_shots(text: str, blotted: str) -> Found | None:
    """Return the contents of `<example>` tags, in any language, that begin a line."""
    spans = [
        Span(start, after_blank_lines(text, end, len(text)), answer_in(text[inner_start:inner_end]))
        for start, inner_start, inner_end, end in _tagged(blotted)
        if text[inner_start:inner_end].strip() and not is_slot(text[inner_start:inner_end])
    ]
    return Found(_with_wrapper(text, spans)) if spans else None


def _tagged(blotted: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield start, content's start, content's end and end of each outermost example tag."""
    opened: list[re.Match[str]] = []
    for tag in _TAG.finditer(blotted):
        if tag["name"].casefold().strip(_COUNTER) not in EXAMPLES:
            continue
        if not tag["close"] and (opened or _begins_line(blotted, tag.start())):
            opened.append(tag)
        elif tag["close"] and opened and opened[-1]["name"] == tag["name"]:
            first = opened.pop()
            if not opened:
                yield first.start(), first.end(), tag.start(), tag.end()


def _begins_line(text: str, place: int) -> bool:
    before = text[max(line_start(text, place), place - 200) : place].strip(" \t-*>0123456789.")
    return not before or text.endswith(">", 0, place)


def _with_wrapper(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans with the tag around all of them, `<examples>`, in the first and last."""
    first, last = spans[0].start, spans[-1].end
    opening = text.rfind("<", max(0, first - 60), first)
    name = _TAG.match(text, opening) if opening >= 0 else None
    closing = f"</{name['name']}>" if name and not text[name.end() : first].strip() else None
    if closing is None or not text.startswith(closing, last):
        return tuple(spans)
    starts = [opening, *(span.start for span in spans[1:])]
    ends = [
        *(span.end for span in spans[:-1]),
        after_blank_lines(text, last + len(closing), len(text)),
    ]
    return tuple(
        Span(start, end, span.answer) for start, end, span in zip(starts, ends, spans, strict=True)
    )


def headed_shots(text: str, blotted: str) -> Found | None:
    """Return the examples under two or more headings such as "Example 1:" or "### Beispiel 2"."""
    headings = _series(islice(_HEADING.finditer(blotted), _MOST))
    if len(headings) < 2:  # noqa: PLR2004  one heading is no series
        return None
    starts = [heading.start() for heading in headings]
    ends = [*starts[1:], _last_end(blotted, headings)]
    bodies = [text[a:b] for a, b in zip(starts, ends, strict=True)]
    asked = _is_request(bodies[-1], bodies[:-1])
    shots = tuple(
        Span(heading.start(), end, answer_in(text[heading.end() : end]))
        for heading, end in [*zip(headings, ends, strict=True)][: len(headings) - asked]
        if _is_worked(heading, text[heading.end() : end])
    )
    return Found(shots, starts[-1] if asked else None) if shots else None


def _series(headings: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """Return the headings with the same marks and different numbers, or all without a number."""
    alike: dict[tuple[str, bool], list[re.Match[str]]] = {}
    for heading in headings:
        kind = heading["mark"].strip(), heading["number"] is None
        alike.setdefault(kind, []).append(heading)
    series = max(alike.values(), key=len, default=[])
    numbers = {heading["number"] for heading in series}
    return series if len(numbers) == len(series) or numbers == {None} else []


def _last_end(blotted: str, headings: Sequence[re.Match[str]]) -> int:
    """Return where the last example ends: at a section, its labels again, or a spare paragraph."""
    *_, last = headings
    starts = [heading.start() for heading in headings]
    most = max(paragraphs(blotted[a:b]) for a, b in pairwise(starts))
    end = after_paragraphs(blotted, last.start(), len(blotted), most)
    level = last["mark"].count("#") or 6
    sections = (
        found.start()
        for found in _SECTION.finditer(blotted, last.end(), end)
        if len(found["mark"] or "") <= level
    )
    return min(end, next(sections, end), _second_round(blotted, last.end(), end))


def _second_round(blotted: str, start: int, end: int) -> int:
    """Return where the first label inside an example comes again, as a request may repeat it."""
    labels = labels_in(blotted[start:end])
    again = (label.start for label in labels[1:] if label.name == labels[0].name)
    return start + next(again, end - start)


def _is_request(body: str, others: Sequence[str]) -> bool:
    unanswered = body.rstrip(" \t\r\n*_").endswith((":", "\uff1a"))
    return unanswered or (has_placeholder(body) and not any(map(has_placeholder, others)))


def _is_worked(heading: re.Match[str], body: str) -> bool:
    """Return whether an example says something, and not only where something will be said."""
    content = f"{heading['title'] or ''}\n{body}".strip()
    answer = answer_in(content)
    return any(map(str.isalnum, content)) and not is_slot(content) and not is_slot(answer or "")
