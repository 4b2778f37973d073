"""Labels in a text ("Input:", "### Réponse", "**Q1:**"), and the answer that one of them leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ftvp.files.prompts.layout import masked
from ftvp.files.prompts.words import OUTPUTS, names

MOST = 20_000
_WORDS_IN_LABEL = 4
_LINE = re.compile(
    r"^[ \t]*+<(?P<tag>[^\W\d_][\w.-]{0,30})>"
    r"|^[ \t]*+(?:#{1,6}[ \t]+|\*\*|\[)(?P<bare>[^\n:\uff1a*\]]{1,40})(?:\*\*|\])?[ \t\r]*$"
    r"|^(?P<head>[^\n:\uff1a]{1,60})[:\uff1a](?!//)[*_]{0,2}",
    re.MULTILINE,
)
_INLINE = re.compile(
    r"(?<=[ \t|;,\uff0c\u3002\uff1b\u3001>/])(?P<head>[^\W\d_]\w{0,20}) ?[:\uff1a](?!//)"
)
_NAME = re.compile(
    r"[\s>#*_+•\-\u2013\[(]*(?:\d{1,3}[.)]\s*)?[\s*_\[(]*"
    r"(?P<word>[^\W\d_][^.,;!?()\[\]{}<>\"=|\\@%$+*~`:\uff1a\u3002\uff0c\uff01\uff1f]{0,40}?)[\s\d#*_\])°º№]*"
)
_CLOSING = re.compile(r"</([^\W\d_][\w.-]{0,30})>$")
_DIGITS = re.compile(r"[\d_]+")


class Label(NamedTuple):
    """A label: its name without numbers and decoration, its place, and where its value begins."""

    name: str
    start: int
    value: int
    inline: bool = False


def labels_in(blotted: str) -> tuple[Label, ...]:
    """Return the labels at the beginning of lines; none where there are too many to be shots."""
    found = tuple(islice(_line_labels(blotted), MOST + 1))
    return found if len(found) <= MOST else ()


def with_inline(blotted: str, labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Return the labels with those in mid-line added: "Review: fine Sentiment: positive"."""
    begun = {label.value for label in labels}
    inline = (
        Label(label_name(found["head"]), found.start(), found.end(), inline=True)
        for found in _INLINE.finditer(blotted)
        if found.end() not in begun
    )
    found = tuple(islice(inline, MOST + 1))
    return tuple(sorted((*labels, *found), key=lambda x: x.start)) if len(found) <= MOST else ()


def _line_labels(blotted: str) -> Iterator[Label]:
    for found in _LINE.finditer(blotted):
        name = label_name(found["tag"] or found["bare"] or found["head"])
        if name:
            yield Label(name, found.start(), found.end())


def label_name(raw: str) -> str:
    """Return a label's name in small letters without numbers, or "" for what is no label.

    >>> label_name("**Question 2"), label_name("Étiquette "), label_name("Yes, and so")
    ('question', 'étiquette', '')
    """
    name = _NAME.fullmatch(raw.strip())
    words = _DIGITS.sub(" ", name["word"]).casefold().split() if name else []
    return " ".join(words) if len(words) <= _WORDS_IN_LABEL else ""


def bare_answer(value: str) -> str:
    """Return an answer without white space, rules (---) and the tag that closes it."""
    value = value.strip()
    lines = value.split("\n")
    while len(lines) > 1 and not lines[-1].strip(" \t\r-=*_#~"):
        lines.pop()
    value = "\n".join(lines).strip()
    return _CLOSING.sub("", value).strip()


def answer_in(text: str) -> str | None:
    r"""Return the worked answer inside one example: what its last tag or answer label leads.

    >>> answer_in("Text: fine\nLabel: positive")
    'positive'
    """
    text = text.strip()
    return _tagged_answer(text) or _labelled_answer(text)


def _tagged_answer(text: str) -> str | None:
    closing = _CLOSING.search(text, max(0, len(text) - 40))
    if closing is None:
        return None
    start = text.rfind(f"<{closing[1]}>", 0, closing.start())
    return text[start + len(closing[1]) + 2 : closing.start()].strip() if start >= 0 else None


def _labelled_answer(text: str) -> str | None:
    labels = labels_in(masked(text)) or labels_in(text)
    labels = with_inline(text, labels) if len(labels) == 1 else labels
    leading = [label for label in labels if names(label.name, OUTPUTS)]
    if not leading and len(labels) > 1:
        leading = [labels[-1]]
    return bare_answer(text[leading[0].value :]) or None if leading else None
