"""Chats written as text: the marks that say who speaks, of ChatML, Llama, prompty and others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
}
"""Each word for a speaker with the side it speaks for."""

MOST_TURNS = 2_000

_ROLE = r"(?P<role>system|developer|user|human|assistant|model|tool|function|ipython)"
_SPECIAL = re.compile(r"<\|(?:begin_of_text|startoftext|endoftext)\|>|<bos>|<s>|</s>")
_LINE_ROLE = rf"(?m:^[ \t]*(?:#{{1,3}}[ \t]*)?{_ROLE}[ \t]*:[ \t\r]*$\n?)"
_HEADED_ROLE = rf"(?im:^[ \t]*#{{1,3}}[ \t]*{_ROLE}[ \t\r]*$\n?)"
_SPOKEN = {"user", "human", "system"}
_INST = r"(?s:\[INST\](?P<user>.*?)\[/INST\](?P<assistant>.*?)(?=\[INST\]|\Z))"
_OTHER_TAG = r"</(?!system|user|human|assistant|model)\w"
"""What ends what several turns stand in, such as an example of the instructions."""
_SYS = r"(?s:\s*<<SYS>>(.*?)<</SYS>>\s*)"
_COMMENT = r"(?s:\{#.*?#\}\n?|\{\{!.*?\}\}\n?)"


class Utterance(NamedTuple):
    """What one speaker says: the role as it is written, and the text without its marks."""

    role: str
    text: str


class _Marks(NamedTuple):
    """How turns begin and end, as patterns, and what every text with such marks holds."""

    sign: str
    begin: str
    end: str


_NEVER = r"(?!)"
_STYLES = (
    _Marks("<|im_start|>", rf"<\|im_start\|>[ \t]*{_ROLE}[^\n]*\n?", r"<\|im_(?:end|sep)\|>"),
    _Marks(
        "<|start_header_id|>",
        rf"<\|start_header_id\|>\s*{_ROLE}\s*<\|end_header_id\|>",
        r"<\|eo[tm]_id\|>",
    ),
    _Marks("<start_of_turn>", rf"<start_of_turn>[ \t]*{_ROLE}", r"<end_of_turn>"),
    _Marks("<|", rf"<\|{_ROLE}\|>", r"<\|(?:end|endoftext|end_of_turn)\|>|</s>"),
    _Marks("role", rf"\{{\{{[~\s]*role[ \t]+[\"']{_ROLE}[\"'][~\s]*\}}\}}", _NEVER),
    _Marks(
        "{{#",
        rf"\{{\{{#[~]?{_ROLE}[^{{}}]*\}}\}}",
        r"\{\{~?/(?:system|user|assistant)~?\}\}",
    ),
    _Marks("<assistant>", rf"(?m:^<{_ROLE}>)", r"</(?:system|user|human|assistant|model)>"),
    _Marks("role=", rf"(?i:<message\s+role=[\"']{_ROLE}[\"'][^>]*>)", r"(?i:</message>)"),
)
"""The styles in which turns are marked, compiled where a text holds the sign of one."""


def turns_in_text(text: str, *, lines: bool) -> list[Utterance] | None:
    """Return the turns of a chat written as text, None for a text without marks of speakers.

    `lines` takes a role alone on its line ("user:") for a mark wherever the first one stands;
    else the text must begin with the system's. Headings that are roles ("# User") must be of all
    three sides.
    """
    for style in _STYLES:
        marks = _found(style.begin, text) if style.sign in text else []
        if len(marks) > 1 or (marks and not _SPECIAL.sub("", text[: marks[0].start()]).strip()):
            turns = list(_turns(text, marks, style.end))
            within = (re.match(_OTHER_TAG, turn.text) for turn in turns)
            return None if style.sign == "<assistant>" and any(within) else turns
    if "[/INST]" in text:
        return list(_instructed(text))
    for pattern, sides in ((_LINE_ROLE, _SPOKEN), (_HEADED_ROLE, {"assistant"})):
        marks = _found(pattern, text)
        told = [mark["role"].casefold() for mark in marks]
        begins = bool(marks) and not text[: marks[0].start()].strip()
        led = begins and ROLES[told[0]] == "system"
        if sides.intersection(told) and (led or (lines and sides is _SPOKEN)):
            return list(_turns(text, marks, _NEVER))
    return None


def _found(mark: str, text: str) -> list[re.Match[str]]:
    """Return the marks in a text; none where there are more than any chat has."""
    found = list(islice(re.finditer(mark, text), MOST_TURNS + 1))
    return found if len(found) <= MOST_TURNS else []


def _turns(text: str, marks: Sequence[re.Match[str]], end: str) -> Iterator[Utterance]:
    """Yield what stands after each mark; what stands before the first is the system's."""
    before = _SPECIAL.sub("", _without_comments(text[: marks[0].start()])).strip()
    if before:
        yield Utterance("system", before)
    stops = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, stop in zip(marks, stops, strict=True):
        said = text[mark.end() : stop]
        closed = re.search(end, said)
        said = _without_comments(said[: closed.start()] if closed else said).strip()
        after = text[mark.end() + closed.end() : stop].strip() if closed else ""
        role = mark["role"].casefold()
        if said or ROLES[role] != "assistant" or stop < len(text):
            yield Utterance(role, said)
        after = _SPECIAL.sub("", after).strip()
        if after:
            yield Utterance("user", after)


def _instructed(text: str) -> Iterator[Utterance]:
    """Yield the turns between `[INST]` and `[/INST]`, and the answers after them."""
    for found in re.finditer(_INST, text):
        user = found["user"]
        system = re.match(_SYS, user)
        if system:
            yield Utterance("system", system[1].strip())
            user = user[system.end() :]
        yield Utterance("user", user.strip())
        answer = _SPECIAL.sub("", found["assistant"]).strip()
        if answer:
            yield Utterance("assistant", answer)


def _without_comments(text: str) -> str:
    return re.sub(_COMMENT, "", text) if "{#" in text or "{{!" in text else text


def front_matter(text: str) -> tuple[str, str] | None:
    r"""Return the settings between two lines of `---` that begin a text, and what follows them.

    >>> front_matter("---\nmodel: x\n---\nHi")
    ('model: x\n', 'Hi')
    """
    if not text.startswith("---"):
        return None
    found = re.match(r"---[ \t\r]*\n(.*?\n)(?:---|\.\.\.)[ \t\r]*(?:\n|\Z)", text, re.DOTALL)
    return (found[1], text[found.end() :]) if found else None
