"""Labels: what a heading, a tag or the word before a colon calls what follows it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ftvp.prompts.words import (
    INPUTS,
    OUTPUTS,
    SPEAKERS,
    example_head,
    mentions_examples,
    mentions_formats,
)

EXAMPLE = "example"
"""The name of a label that is nothing but a word for one example, in whatever language."""
LEAD = "for example"
"""The name of a sentence that leads to one example: "Here's an example of a drawing:"."""
SECTION = 1
"""The level of a heading that stands out by its frame: `-Examples-`, `=== Data ===`, underlined."""
BOLD = 7
"""The level of a bold heading, and of one in capitals; `#` to `######` are 1 to 6."""
PLAIN = 8
"""The level of a label, a tag, and of a numbered line such as "Case 2"."""
PLACEHOLDER = re.compile(
    r"\{\{[-~]?[ \t]{0,4}[#/>&]?[^\W\d][^{}\n:]{0,80}\}\}|\{\{\$\w{1,40}\}\}|\{%"
    r"|(?<![A-Za-z0-9\\}^_{])\{[^\W\d][\w. &/\[\]-]{0,40}\}(?!\})|\{\$\w{1,40}\}"
    r"|\$\{\w[^{}\n]{0,60}\}|(?<![\w$])\$[A-Z_][A-Z0-9_]{2,40}\b"
    r"|(?<!<)<<[^\W\d][\w. -]{0,60}>>(?!>)|!<[^<>\n]{1,40}>!"
    r"|(?<!%)%(?:\([a-z_]\w{0,40}\))?s\b|\[\[[A-Z][A-Z0-9_]{1,40}\]\]"
)
"""A place to fill in for each request: {x}, {{x}}, ${x}, $X, <<x>>, !<x>!, %s, [[X]], {% x %}."""
END_MARK = re.compile(r"\W*end(?: of)?(?: the)? (?P<what>[^\W\d_]+)\W*\d{0,4}\W*", re.IGNORECASE)
"""A line that says what ends here, as "===== END OF EXAMPLE =====" does."""
PICTURES = "\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f300-\U0001faff"
"""The range of the signs that may stand before a label as its picture, such as "💬 Question"."""
_DECORATION = " \t*_#>()[]`'\"-–—=~.:："
_ID = (
    r"[\s#№–—-]*(?:n[°ºo.]{0,2}|nr\.?)?[ ]*"
    r"(?:(?:(?<=[\s-])[a-z]{1,3}[.-]?)?\d{1,4}[a-z]?"
    r"|(?<=\s)(?:[a-z]|[ivx]{1,4}|[b-df-hj-np-tv-xz]{2}))[\s.)\]]*$"
)
"""What tells an example from others: a number, a letter, or a code of two without a vowel."""
_NUMBERED = (
    r"(?P<asked>[^\W\d_]+) #?\d{1,3}(?:\s[-–—]\s|:\s).*"
    r"|(?P<answer>[^\W\d_]+) [^\W\d_]{1,3} [^\W\d_]+ #?\d{1,3}"
)
"""A numbered title, as "Problem 2 - Triangles" is, or one of what belongs to such."""
_FRAMED = re.compile(
    r"\s*(?P<mark>-+|[–—]+|=+|~+|#{3,}|\*{3,})(?P<gap>[ \t]*)(?P<title>[^\W\d_].{0,60}?)"
    r"[ \t]*(?P=mark)\W*"
    r"|\s*(?P<wide>[-=~#*]{3,})[ \t]*(?P<words>[^\W\d_].{0,60}?)[ \t]*[-=~#*]{3,}\s*"
)
_FILE = r"\w\.[a-z]{1,4}$"
_SLOT = re.compile(r"<[^<>|]{1,80}>|\[[^\]\"'\d:{}]{1,80}\]|\.\.\.|…|_{3,80}|__[A-Z]\w{1,40}__")
_MAY_BE_SLOT = re.compile(r"[{<\[$…]|\.\.\.|__")
_FILLER = r"[\s\"'`*|.,;:/$-]*"
_FIELD = r"(?m:^[ \t]*(?:[-*][ \t]+)?|[{,\[][ \t]*)\"?\w+(?: \w+)?\"?[ \t]*:"
_FENCES = re.compile(r"^[ \t]*(?:```|~~~)\w*[ \t]*$", re.MULTILINE)
_WITHIN = {"for", "of", "in", "the", "this", "above", "these"}
LONGEST_LINK = 3
"""Letters of a word such as "of", "de", "für" between a word for examples and what they are of."""
SHORTEST_NAME = 5
"""Letters from which a name that is nearly another may be that one with a slip."""
LONGEST_PART = 30
"""Characters up to which a line without a colon may be a label since it comes again."""
MOST_NAMES = 200
"""The names, the most frequent first, that are looked through for slips."""
_SIGNS = frozenset("{$<%[")
"""What every place to fill in has one of."""
_DIGITS = re.compile(r"[\d_]+|\([^()]{0,20}\)")


class Label(NamedTuple):
    """A label, a heading or a tag: its name without numbers and decoration, and its value's place.

    `example` says that it heads one worked example by name; `inline` that it stands in mid-line.
    """

    name: str
    line: int
    start: int
    value: int
    level: int
    example: bool = False
    tag: bool = False
    inline: bool = False


def framed_title(line: str) -> str | None:
    """Return the title in a line that is framed by signs, such as `-Examples-`; else None.

    The name of a file so framed heads a document or a change of it.
    """
    found = _FRAMED.fullmatch(line)
    if found is None or re.search(_FILE, found["title"] or found["words"]):
        return None
    if found["words"] is not None:
        return found["words"]
    bare = found["mark"] in {"–", "—"} or len(found["mark"]) > 1
    return found["title"] if bare or (found["mark"] in "-=~" and not found["gap"]) else None


@lru_cache(maxsize=64)
def is_slot(value: str) -> bool:
    """Return whether a text is nothing but places to be filled in.

    The names of fields may stand around them, as in a format that is shown by dots.

    >>> is_slot("{{email}}"), is_slot("<the text>"), is_slot("see {x}"), is_slot('{"mood": "..."}')
    (True, True, False, True)
    """
    if not _MAY_BE_SLOT.search(value):
        return False
    value = _FENCES.sub("", value).strip(" \t\r\n\"'`*")
    left = PLACEHOLDER.sub("", value)
    if _SLOT.fullmatch(value) or (left != value and re.fullmatch(_FILLER, left)):
        return True
    return "..." in value and not any(map(str.isalnum, re.sub(_FIELD, "", value)))


def label_name(raw: str) -> str:
    """Return a name in small letters, without numbers, slots, brackets, pictures and decoration.

    >>> label_name("**Question 2"), label_name("Étiquette "), label_name("Output with 5 {{n}} QnAs")
    ('question', 'étiquette', 'output with qnas')
    """
    if not raw.isascii():
        raw = re.sub(f"[{PICTURES}]", " ", raw)
    if _SIGNS.intersection(raw):
        raw = PLACEHOLDER.sub(" ", raw)
    words = _DIGITS.sub(" ", raw).casefold().split()
    stripped = (word.strip("*_#>()[]`'\"“”:：°º№.?!-–=~") for word in words)
    return " ".join(word for word in stripped if word)


def coming_again(lines: Iterable[str]) -> set[str]:
    """Return the lines that are labels since they come again, by more than their outline.

    Such are a sentence with a colon, "Example answer", and bare words for an input and an output.
    """
    again = {line for line, count in Counter(lines).items() if line and count > 1}
    bare = {line: label_name(line) for line in again if len(line) <= LONGEST_PART}
    told = {name for name in bare.values() if name in INPUTS | OUTPUTS}
    both = not told.isdisjoint(INPUTS) and not told.isdisjoint(OUTPUTS)
    parts = {line for line in bare if 0 < example_head(line.casefold()) < len(line)}
    parts |= {line for line, name in bare.items() if both and name in told}
    return parts | {line for line in again if line[-1] in ":："}


def set_right(labels: dict[int, Label]) -> dict[int, Label]:
    """Return the labels with names that have a slip set right: "input" for "intput".

    A letter too many or too few, or two that changed places, is a slip where the other name stands
    more often. Both begin and end alike.
    """
    known: dict[str, list[str]] = {}
    slips: dict[str, str] = {}
    times = Counter(label.name for label in labels.values())
    for name, count in times.most_common(MOST_NAMES):
        alike = known.setdefault(name[:1] + name[-1:], [])
        for other in alike if len(name) >= SHORTEST_NAME else ():
            pairs = enumerate(zip(name, other, strict=False))
            same = next((n for n, (a, b) in pairs if a != b), 0)
            ours, theirs = name[same:], other[same:]
            moved = ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:]
            if times[other] > count and (moved or ours[1:] == theirs or ours == theirs[1:]):
                slips[name] = other
        alike.append(name)
    named = ((line, label, slips.get(label.name)) for line, label in labels.items())
    return {line: label._replace(name=name) if name else label for line, label, name in named}


def heading_name(title: str) -> tuple[str, bool]:
    """Return a title's name, and whether it heads one worked example.

    The name of "Example input" is "input", as the request will call it; "Example 2: Refund" and
    "Score 5 - Example A" are "example". That of "Problem 2 - Triangles" is "problem", and that of
    "Solution to problem 2" is "solution".
    """
    name = label_name(title)
    said = re.sub(r"\s*\([^()]*\)\W*$", "", title.casefold()).strip(_DECORATION)
    said = re.sub(r"^(?:few|one|two)[- ](?=shot\W*\d)", "", said)
    for word in ("begin ", "start of ", "start "):
        name, said = name.removeprefix(word) or name, said.removeprefix(word)
    if not mentions_examples(said) and not example_head(said):
        titled = re.fullmatch(_NUMBERED, said) if any(map(str.isdigit, said)) else None
        told = titled["asked"] or titled["answer"] if titled else name
        return told if told in INPUTS | OUTPUTS else name, False
    length = example_head(said)
    rest = re.split(r"\s[-–—]\s|:", said[length:], maxsplit=1)[0]
    counted = length and rest and not re.sub(_ID, "", rest)
    if mentions_formats(rest if counted else said):
        return name, False
    if length:
        told = label_name(re.sub(_ID, "", rest)) or EXAMPLE
        link, _, last = told.rpartition(" ")
        known = len(link) <= LONGEST_LINK and last in INPUTS | OUTPUTS | SPEAKERS
        return last if known else told, True
    *before, last = re.split(r"[\s–—-]+", re.sub(_ID, "", said))
    if not last or example_head(last) != len(last) or _WITHIN & set(before):
        return name, False
    told = before[-1] if before and before[-1] in INPUTS | OUTPUTS | SPEAKERS else EXAMPLE
    return told, True
