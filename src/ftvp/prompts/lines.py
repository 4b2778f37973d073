"""The outline of a text: what each line is by its look, and how far what it opens reaches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from itertools import accumulate
from typing import Literal

from ftvp.prompts.labels import (
    BOLD,
    END_MARK,
    LEAD,
    PICTURES,
    PLACEHOLDER,
    PLAIN,
    SECTION,
    Label,
    coming_again,
    framed_title,
    heading_name,
    is_slot,
    label_name,
    set_right,
)
from ftvp.prompts.words import (
    INPUTS,
    OUTPUTS,
    example_head,
    mentions_examples,
    mentions_formats,
    mentions_several,
    names,
    takes_turn,
)

LineKind = Literal[
    "blank", "rule", "fence", "code", "close", "end", "slot", "control", "label", "text"
]

WORDS_IN_LABEL, WORDS_IN_HEADING, WORDS_IN_LEAD = 5, 10, 12
LONGEST_MARK = 120
"""Characters of a line in which a mark is looked for."""
LONGEST_TITLE = 60
LONGEST_LINE = 1_000
"""Characters up to which a line is looked through for labels in its middle."""
NEAR = 2
"""By how many characters the line under a heading may be shorter or longer."""

FENCES = ("```", "~~~", '"""')
_FENCE = r"\s*(?:[-*>]\s+)?(```+|~~~+|\"{3}(?=\s*$))"
_TAG = r"[\s>*+•\-\d.]{0,12}<(?P<close>/?)(?P<name>[^\W\d_][\w.-]{0,40})(?:[ \t][^<>]{0,200})?>"
_HASHES = r"\s*(#{1,6})[ \t]+(?P<title>\S.*)"
_BOLD = re.compile(r"\s*(?:[-+*]\s+)?(?P<mark>\*\*|__)(?P<title>[^*_]{1,80}?)(?P=mark)\s*[:：]?\s*")
_CAPITALS = re.compile(r"\s*[A-Z][A-Z0-9'&/_-]*(?: [A-Z0-9'&/_-]+){1,6}\s*")
_NUMBERED = re.compile(
    r"\s*[^\W\d_]+(?:[ \t][^\W\d_]+){0,3}[ \t]+#?(?:[A-Za-z][.-]?)?\d{1,4}[a-z]?[\s*_\])=#-]{0,6}"
)
_CODED = r"[\s#-]+[a-z]{2,3}[.-]?\d{1,4}\W*"
_SEVERAL = r"[^\W\d_]{2}[^\W\d_sui]s$"
"""What examples are, as a heading over several of them calls it: "Example dialogues"."""
_BRACKET = re.compile(
    r"\s*(?:[-*]\s+)?[\[【](?P<name>[^\W\d_][^\[\]【】\"'{}(),:|]{0,40})[\]】](?![(\[])[:：]?"
)
_COLON = re.compile(
    r"(?!\s*(?:def|class) \w+\()(?P<lead>[\s>*_+•\-–\[(#`/]*+(?:\d{1,3}[.)][ \t]+)?"
    rf"[\s*_\[(<{PICTURES}]*+)"
    r"(?P<name>[^\W\d_][^.;!?\[\]<>\"=|\\@%$+*~`:：。，！？]{0,60}?(?:\([^()\n]{1,60}\))?)"
    r"(?:\[\d{1,4}\])?[\s*_\])>]{0,6}[:：](?!//)[*_]{0,2}"
)
_INLINE = r"(?<=[ \t|;,，。；、>/])(?P<name>[^\W\d_]\w{0,20}) ?[:：](?!//)"
ITEM = r"\s*(?:[-*+•]|\d{1,3}[.)])(?=\s)"
"""What begins an item of a list."""
_ITEM = re.compile(ITEM)
_SETEXT = r"\s*(={3,}|-{3,})\s*"
_RULE_SIGNS = frozenset("-=*#~_+•—–|<>.: ")
_CONTROL = re.compile(r"\s*\{(?:%|\{[#/^]|#)")
_BEGINS = r"(?i:\s*\[(?:start of|begin|start)\s+([^\[\]]{1,40})\])"
_ENDS = r"(?i:\s*\[(?:end of|end)\s+([^\[\]]{1,40})\])"
_CODE = (
    r"\s*(?:def \w|class \w|return\b|import \w|from \S+ import|print\(|@\w|[(})\]]"
    r"|(?:select|SELECT) |(?:for \w.* in |if |while |with |else|try)[^.?]*:$"
    r"|[\w.\[\]'\"]+ ?[-+*/|]?= ?[^=\s]"
    r"|[\w.]+\([^.?]*\)?$)"
)


class Outline:
    """A text by its lines, numbered from 0, as candidates for worked examples are made of them."""

    def __init__(self, text: str, *, fences: bool = False) -> None:
        """Keep the text; `fences` finds the labels in code fences too."""
        self.text = text
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.lines = [line.rstrip() for line in text.split("\n")]
        self._open_fences = fences
        self.kinds: list[LineKind] = ["text"] * len(self.lines)
        self.closes: dict[int, int] = {}
        self._mark_fences()
        self._again = coming_again(line for line in self.lines if len(line) <= LONGEST_MARK)
        self._closed = set(re.findall(r"</([^\W\d_][\w.-]{0,40})>", text))
        self.by_line: dict[int, Label] = {}
        self._classify()
        self._match_tags()
        self._match_pairs()
        self._match_brackets()
        if any(line.startswith("#") and n - 1 in self.by_line for n, line in enumerate(self.lines)):
            self._match_documents()
        self.by_line = set_right(self.by_line)
        self.labels = sorted(self.by_line.values(), key=lambda label: label.start)

    def with_inline(self) -> Outline | None:
        """Return the outline with recurring labels in mid-line: "Text: fine Label: positive"."""
        found = [*self._inline_labels()]
        times = Counter(label.name for label in found)
        again = [label for label in found if times[label.name] > 1]
        other = copy(self)
        other.labels = sorted([*self.labels, *again], key=lambda label: label.start)
        return other if again else None

    @cached_property
    def rules(self) -> set[str]:
        """The rules that stand more than once in the text: they part or end its blocks."""
        found = zip(self.lines, self.kinds, strict=True)
        times = Counter(line.strip() for line, kind in found if kind == "rule")
        return {rule for rule, count in times.items() if count > 1}

    @cached_property
    def first_of_level(self) -> dict[int, int]:
        """The line of the first label of each level."""
        return {label.level: label.line for label in reversed(self.labels)}

    def start(self, line: int) -> int:
        """Return where a line begins; the end of the text for the line after the last."""
        return min(self.starts[line], len(self.text))

    def indent(self, line: int) -> int:
        """Return by how many characters a line is set in."""
        return len(self.lines[line]) - len(self.lines[line].lstrip())

    def is_blank(self, line: int) -> bool:
        """Return whether a line is empty, or outside of the text."""
        return not 0 <= line < len(self.lines) or self.kinds[line] == "blank"

    def above(self, line: int) -> int:
        """Return the nearest line above that is not empty, -1 for none."""
        return next((n for n in range(line - 1, -1, -1) if not self.is_blank(n)), -1)

    def below(self, line: int, stop: int) -> int:
        """Return the first line from `line` on that is not empty, `stop` for none before it."""
        return next((n for n in range(line, stop) if not self.is_blank(n)), stop)

    def paragraph(self, line: int) -> int:
        """Return the first line of the paragraph that a line stands in; a rule ends one too."""
        while not self.is_blank(line - 1) and self.kinds[line - 1] != "rule":
            line -= 1
        return line

    def is_item_below(self, line: int, above: int) -> bool:
        """Return whether two lines are items of one list, by their signs or numbers and indents."""
        signs = [_ITEM.match(self.lines[number]) for number in (above, line)]
        looks = {re.sub(r"\d+", "1", sign[0]) if sign else "" for sign in signs}
        return len(looks) == 1 and "" not in looks

    def trimmed(self, first: int, stop: int, *, rules: bool = False) -> int:
        """Return `stop` moved up over empty lines, and over `rules`, but not above `first`."""
        while stop > first and (
            self.is_blank(stop - 1) or (rules and self.kinds[stop - 1] == "rule")
        ):
            stop -= 1
        return stop

    def paragraphs(self, first: int, stop: int) -> list[int]:
        """Return the lines at which the paragraphs of a stretch begin; code is never cut."""
        found: list[int] = []
        line = first
        while line < stop:
            if not self.is_blank(line) and (line == first or self.is_blank(line - 1)):
                found.append(line)
            line = max(line, min(self.closes.get(line, line), stop - 1)) + 1
        return found

    def _mark_fences(self) -> None:
        opened: tuple[int, str] | None = None
        for number, line in enumerate(self.lines):
            mark = re.match(_FENCE, line[:LONGEST_MARK]) if any(map(line.count, FENCES)) else None
            if mark is None:
                continue
            if opened is None:
                opened = number, mark[1]
            elif mark[1].startswith(opened[1]) and not line[mark.end() :].strip():
                first, opened = opened[0], None
                self.closes[first] = number
                self.kinds[first] = self.kinds[number] = "fence"
                if not self._open_fences:
                    self.kinds[first + 1 : number] = ["code"] * (number - first - 1)

    def _classify(self) -> None:
        for number, line in enumerate(self.lines):
            if self.kinds[number] != "text":
                continue
            kind, label = self._kind(number, line)
            self.kinds[number] = kind
            if label is not None:
                self.by_line[number] = label
        places: dict[str, list[int]] = {}
        for number in (n for n, kind in enumerate(self.kinds) if n and kind == "rule"):
            if re.fullmatch(_SETEXT, self.lines[number]):
                places.setdefault(self.lines[number].strip(), []).append(number)
        for rule, found in places.items():
            parts = len(found) > 1 and any(
                abs(len(self.lines[n - 1].strip()) - len(rule)) > NEAR for n in found
            )
            for number in found:
                self._underline(number - 1, parts=parts)

    def _kind(self, number: int, line: str) -> tuple[LineKind, Label | None]:
        kind = _kind_without_label(line)
        if kind is not None:
            return kind, None
        near = line[:LONGEST_MARK]
        tag = re.match(_TAG, near) if "<" in near else None
        if tag and tag["name"] in self._closed:
            if tag["close"]:
                return "close", None
            name, example = heading_name(tag["name"].replace("-", " ").replace("_", " "))
            at = self.starts[number]
            return "label", Label(name, number, at, at + tag.end(), PLAIN, example, tag=True)
        if len(line) <= LONGEST_MARK and PLACEHOLDER.fullmatch(line.strip()):
            return "slot", None
        label = self._heading(number, line)
        framed = _BRACKET.match(near) if label is None and ("[" in near or "【" in near) else None
        if framed and len(framed["name"].split()) <= WORDS_IN_LABEL:
            end = self.starts[number] + framed.end()
            label = self._label(framed["name"], number, end, PLAIN)
        if label is None:
            label, lead = self._colon(number, near), self._lead(number, line)
            label = label if label and label.example else lead or label
        label = label or self._numbered(number, line)
        if label is None and line in self._again:
            label = self._label(line, number, self.starts[number] + len(line), PLAIN)
        return ("label", label) if label else ("text", None)

    def _heading(self, number: int, line: str) -> Label | None:
        found = re.match(_HASHES, line) if "#" in line[:LONGEST_MARK] else None
        if found:
            return self._hashed(number, line, found)
        if len(line) > LONGEST_MARK:
            return None
        bold, framed = _BOLD.fullmatch(line), None
        if bold is None and not line[-1].isalnum():
            framed = framed_title(line)
        title = bold["title"] if bold else framed
        if title is None and _CAPITALS.fullmatch(line):
            title = line
        if title is None or len(title.split()) > WORDS_IN_HEADING:
            return None
        level = SECTION if framed else BOLD
        return self._label(title, number, self.starts[number] + len(line), level)

    def _hashed(self, number: int, line: str, found: re.Match[str]) -> Label | None:
        colon = _COLON.match(line[:LONGEST_MARK])
        if colon and len(colon["name"].split()) <= WORDS_IN_LABEL:
            told = len(found[1]) == 1 and line[colon.end() :].strip()
            level = PLAIN if told else len(found[1])
            return self._label(colon["name"], number, self.starts[number] + colon.end(), level)
        if self._is_comment(number):
            return None
        end, title = self.starts[number] + len(line), found["title"].strip("# \t")
        label = self._label(title, number, end, len(found[1]))
        short = len(title.split()) <= WORDS_IN_HEADING
        return label if label and (short or label.example) else None

    def _is_comment(self, number: int) -> bool:
        """Return whether a line with `#` is a comment: the code that it speaks of follows."""
        below = number + 1
        while below < len(self.lines) and self.lines[below].startswith("#"):
            below += 1
        return below < len(self.lines) and re.match(_CODE, self.lines[below]) is not None

    def _colon(self, number: int, line: str) -> Label | None:
        found = _COLON.match(line) if ":" in line or "：" in line else None
        if found is None:
            return None
        name = found["name"]
        words, _, within = PLACEHOLDER.sub("", name).partition("(")
        counted = example_head(name.casefold()) and any(map(str.isdigit, name))
        most = WORDS_IN_HEADING if counted else WORDS_IN_LABEL
        if "," in words or len(words.split()) > most or ("(" in name) != (")" in within):
            return None
        return self._label(name, number, self.starts[number] + found.end(), PLAIN)

    def _lead(self, number: int, line: str) -> Label | None:
        """Return the label that a sentence is which leads to one example: "Here is one:"."""
        said = re.sub(r"\([^()]*\)", "", line).strip(" \t*_").casefold()
        words = said.rstrip(":：").split()
        told = (
            said.endswith((":", "：")) and len(words) <= WORDS_IN_LEAD and mentions_examples(said)
        )
        if not told or mentions_several(said):
            return None
        if mentions_examples("".join(words[-2:-1])) and re.search(_SEVERAL, words[-1]):
            return None
        if mentions_formats(said) and not self._goes_from_input(number + 1):
            return None
        at = self.starts[number]
        return Label(LEAD, number, at, at + len(line), PLAIN, example=True)

    def _goes_from_input(self, number: int) -> bool:
        """Return whether a line holds an input behind its label."""
        line = "".join(self.lines[number : number + 1])[:LONGEST_MARK]
        found = _COLON.match(line)
        value = line[found.end() :] if found else ""
        worked = any(map(str.isalnum, value)) and not is_slot(value)
        return found is not None and worked and names(label_name(found["name"]), INPUTS)

    def _numbered(self, number: int, line: str) -> Label | None:
        head = re.split(r"(?<=\d)[ \t]+(?:[–—-]+[ \t]|\()", line, maxsplit=1)[0]
        bare = line.strip().casefold()
        coded = re.fullmatch(_CODED, bare[example_head(bare) :]) if example_head(bare) else None
        if not (coded or _NUMBERED.fullmatch(head) or example_head(bare) == len(bare)):
            return None
        label = self._label(head, number, self.starts[number] + len(head), PLAIN)
        return label if label and (label.example or head == line) else None

    def _label(self, title: str, number: int, value: int, level: int) -> Label | None:
        name, example = heading_name(title)
        bare = level < BOLD or value - self.starts[number] == len(self.lines[number])
        if example and bare and re.search(_SEVERAL, name):
            name, example = label_name(title), False
        return Label(name, number, self.starts[number], value, level, example) if name else None

    def _underline(self, number: int, *, parts: bool) -> None:
        """Make a title of a rule's length above it a heading, where it begins its paragraph.

        Not where the same rule `parts` lines of other lengths.
        """
        line = self.lines[number]
        title = self.kinds[number] in {"text", "label"} and 0 < len(line) <= LONGEST_TITLE
        known = self.by_line.get(number)
        if not title or (known and (known.tag or known.value < self.starts[number] + len(line))):
            return
        label = self._label(line, number, self.starts[number] + len(line), SECTION)
        near = abs(len(self.lines[number + 1].strip()) - len(line.strip())) <= NEAR
        near = near and not parts and self.paragraph(number) == number
        if label and (near or known):
            self.by_line[number] = label
            self.kinds[number] = "label"
            self.kinds[number + 1] = "code"

    def _inline_labels(self) -> Iterator[Label]:
        begun = {label.value for label in self.labels}
        for number, line in enumerate(self.lines):
            if not 0 < len(line) <= LONGEST_LINE or self.kinds[number] in {"code", "fence"}:
                continue
            at = self.starts[number]
            for found in re.finditer(_INLINE, line):
                if at + found.end() not in begun:
                    name = found["name"].casefold()
                    start, value = at + found.start(), at + found.end()
                    yield Label(name, number, start, value, PLAIN, inline=True)

    def _match_tags(self) -> None:
        opened: dict[str, list[int]] = {}
        for number, kind in enumerate(self.kinds):
            label = self.by_line.get(number)
            if label and label.tag:
                tag = re.match(_TAG, self.lines[number])
                raw = tag["name"] if tag else ""
                if f"</{raw}>" in self.lines[number]:
                    self.closes[number] = number
                else:
                    opened.setdefault(raw, []).append(number)
            elif kind == "close" or "</" in self.lines[number]:
                closed = re.findall(r"</([^\W\d_][\w.-]{0,40})>", self.lines[number])
                for raw in closed:
                    if opened.get(raw):
                        self.closes[opened[raw].pop()] = number
                if kind == "close" and opened.keys().isdisjoint(closed):
                    self.kinds[number] = "text"  # a word of the answer, which closes nothing

    def _match_pairs(self) -> None:
        """Match "[Start of X]" with "[End of X]": the first is a label, the second closes it."""
        opened: dict[str, int] = {}
        for number in [n for n in self.by_line if self.lines[n].lstrip().startswith("[")]:
            begins = re.match(_BEGINS, self.lines[number])
            ends = re.match(_ENDS, self.lines[number])
            if begins:
                opened[label_name(begins[1])] = number
            elif ends and label_name(ends[1]) in opened:
                self.closes[opened.pop(label_name(ends[1]))] = number
                del self.by_line[number]
                self.kinds[number] = "text"

    def _match_brackets(self) -> None:
        """Note where the bracket closes that stands first in a line, or first after its label.

        What stands between is data, and holds no labels; but not what is told in triple quotes.
        """
        depth = 0
        opened: list[tuple[int, int]] = []
        for number, line in enumerate(self.lines):
            if self.kinds[number] == "code":
                continue
            label = self.by_line.get(number)
            value = (
                line if label is None else self.text[label.value : self.starts[number] + len(line)]
            )
            after = depth + sum(map(line.count, "{[")) - sum(map(line.count, "}]"))
            told = line.count('"""') % 2 or line.count("'''") % 2
            if after > depth and value.lstrip()[:1] in {"{", "["} and not told:
                opened.append((number, depth))
            depth = after
            while opened and depth <= opened[-1][1]:
                first = opened.pop()[0]
                self.closes.setdefault(first, number)
                for within in () if opened else range(first + 1, number + 1):
                    if self.by_line.pop(within, None):
                        self.kinds[within] = "text"

    def _match_documents(self) -> None:
        """Note how far a document reaches whose heading stands right below the label of an answer.

        What stands in it is the answer, and holds no labels.
        """
        known: set[str] = set()
        within = stop = 0
        for number, label in sorted(self.by_line.items()):
            above = self.by_line.get(number - 1)
            if label.level < BOLD and not label.example and above and names(above.name, OUTPUTS):
                bare = not self.text[above.value : label.start].strip(" *_\r\n")
                stop = self._document_stop(label, known, within) if bare else stop
                self.closes.update({number: stop - 1} if number < stop else {})
            if number < stop:
                del self.by_line[number]
                self.kinds[number] = "text"
                continue
            known.add(label.name)
            within = label.level if label.level < BOLD else within

    def _document_stop(self, head: Label, known: set[str], within: int) -> int:
        """Return the line after a document: a rule, a turn, a label known from above or an input's.

        Or of another heading of its level; 0 for one that the headings above it would hold.
        """
        stop = len(self.lines)
        for number in range(head.line + 1, stop):
            label = self.by_line.get(number)
            ends = self.kinds[number] in {"rule", "end", "control", "slot"}
            turn = self.is_blank(number - 1) and takes_turn(self.lines[number].casefold())
            told = label and (label.example or label.name in known or label.name in INPUTS)
            if ends or turn or told:
                above = self.by_line.get(self.above(number))
                titled = label and above and head.line < above.line and above.level < BOLD
                return self.trimmed(head.line + 1, above.line if titled and above else number)
            if label and label.level <= head.level:
                stop = number
                break
        return self.trimmed(head.line + 1, stop) if head.level >= within else 0


def _kind_without_label(line: str) -> LineKind | None:
    """Return what a line is that holds no word of its own; None for one that may."""
    said = line.strip()
    if not said:
        return "blank"
    if _CONTROL.match(line[:LONGEST_MARK]):
        return "control"
    if len(line) > LONGEST_MARK:
        return None
    if not any(map(str.isalnum, said)):
        return "rule" if said == "#" or (len(said) > 1 and _RULE_SIGNS.issuperset(said)) else "text"
    ends = END_MARK.fullmatch(said)
    return "end" if ends and mentions_examples(ends["what"].casefold()) else None
