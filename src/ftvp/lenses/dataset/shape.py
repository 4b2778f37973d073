"""The outer form of an answer: JSON with its keys, code, a label, a list, prose."""

from __future__ import annotations

import json
import re

MOST_KEYS = 12
LABEL_WORDS = 4
PREFIX = re.compile(r"^(?:#+ |[*_]{0,2}[A-Z][\w ]{0,20}[*_]{0,2}: )")
SHORT = 200
"""Characters up to which an opening such as `Answer: ` is the form of an answer."""


def shape_of(answer: str) -> str:
    """Return the form of an answer, alike for answers that a program would read alike.

    >>> shape_of('{"city": "Rome", "year": 1870}'), shape_of("Rome"), shape_of("Answer: Rome")
    ('JSON with city, year', 'a few words', 'text after "Answer: "')
    """
    text = answer.strip()
    if text[:1] in {"{", "["}:
        return _json_shape(text)
    return _text_shape(text)


def _text_shape(text: str) -> str:
    if text.startswith("```"):
        return "code between fences"
    if text.startswith("<") and text.endswith(">"):
        return "markup"
    opening = PREFIX.match(text)
    if opening and len(text) <= SHORT:
        return f'text after "{opening[0]}"'
    if text.startswith(("- ", "* ", "1. ", "1) ")):
        return "a list"
    if not text:
        return "nothing"
    return "a few words" if len(text.split()) <= LABEL_WORDS else "prose"


def _json_shape(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "broken JSON" if text[-1] in "}]" else "prose"
    if isinstance(value, dict):
        keys = sorted(value)
        more = ", ..." if len(keys) > MOST_KEYS else ""
        return f"JSON with {', '.join(keys[:MOST_KEYS])}{more}" if keys else "an empty JSON object"
    return "a JSON list"
