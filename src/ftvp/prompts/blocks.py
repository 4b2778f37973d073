"""One block of a run: the lines from its head label up to the next, and what they hold."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from ftvp.prompts.labels import BOLD, PLACEHOLDER, PLAIN, Label, is_slot
from ftvp.prompts.lines import Outline
from ftvp.prompts.words import (
    ARTICLES,
    INPUTS,
    OUTPUTS,
    SPEAKERS,
    example_head,
    mentions_examples,
    mentions_formats,
    mentions_several,
    names,
    takes_turn,
)

SHORT, FEW_WORDS, MOST_WORDS = 4, 15, 30
FEW_LABELS = 2
"""Labels below which blocks have none but their heads in common."""
TOLD_BY = 4
"""Words within which a described value names what it is: "the final answer to the question"."""
LEAD_IN = 8
"""The shortest beginning that all answers may share, such as "Let's think step by step."."""

Ending = Literal["text", "section", "again", "turn", "mark"]
State = Literal["worked", "open", "slots", "described", "empty"]

BARE = " \t\r\n*_\"'`"
TRIM = " \t\r*_#>-=[]/<:："
_DATA = r"\s*[{\[]"
_OF_ONE = r"\b(?:for|of|in) [^\W\d_]+ ?\d"
_ENTRY = r"\s*[{\[]*\s*\"[^\"]*\"\s*:"
_GAP = re.compile(r"\n[ \t\r]*\n")
_CLOSING = re.compile(r"</([^\W\d_][\w.-]{0,30})>$")


@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """The lines from `first` up to `stop`, which begin with the head label of a run.

    It ends with the text or the part of it that is set in as far, at a section that begins there,
    where its labels come again, where the next turn begins, or at a mark that only ends examples.
    A batch holds several `inputs`, and then their answers.
    """

    outline: Outline
    labels: tuple[Label, ...]
    first: int
    stop: int
    ends: Ending = "text"
    inputs: int = 1

    @property
    def head(self) -> Label:
        """The label that begins the block."""
        return self.labels[0]

    @property
    def start(self) -> int:
        """Where its text begins."""
        return self.outline.start(self.first)

    @property
    def end(self) -> int:
        """Where its text ends."""
        return self.outline.start(self.stop)

    @cached_property
    def top(self) -> int:
        """The first line of the paragraph that it begins in, such as the rule that it is for."""
        return self.outline.paragraph(self.first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its labels, each once, in order."""
        return tuple(dict.fromkeys(label.name for label in self.labels))

    @property
    def has_body(self) -> bool:
        """Whether it holds more than one line, or an example beside its heading."""
        if self.outline.trimmed(self.first, self.stop) - self.first > 1:
            return True
        return self.head.example and any(map(str.isalnum, self.value(0)))

    def value(self, place: int) -> str:
        """Return what stands after the label with that number and before the next."""
        label = self.labels[place]
        after = self.labels[place + 1].start if place + 1 < len(self.labels) else self.end
        value = self.outline.text[label.value : max(after, label.value)]
        return value.partition("</")[0] if label.tag else value

    def after(self, place: int) -> str:
        """Return all that stands after the label with that number."""
        return self.outline.text[self.labels[place].value : self.end]

    def place(self, name: str | None) -> int | None:
        """Return the number of the last label so named, the head aside; None for none."""
        found = [n for n, label in enumerate(self.labels) if n and label.name == name]
        return found[-1] if found else None

    def cut(self, stop: int, ends: Ending) -> "Block":
        """Return the block ending before line `stop`."""
        labels = tuple(label for label in self.labels if label.line < stop)
        return replace(self, labels=labels, stop=stop, ends=ends)

    def values(self, shared: set[str]) -> dict[str, str]:
        """Return what the head and the shared labels hold, by name; the first of each name.

        What the last of them holds is its first paragraph: more may be no part of it.
        """
        found: dict[str, str] = {}
        wanted = [n for n, label in enumerate(self.labels) if not n or label.name in shared]
        for place in wanted:
            label = self.labels[place]
            if label.name not in found:
                value = self.value(place)
                if place == wanted[-1]:
                    value = _GAP.split(value.strip(), maxsplit=1)[0]
                found[label.name] = value
        return found

    def answer_text(self, tail: str | None) -> str | None:
        """Return what stands after the answer's label, to the end; None where there is none."""
        place = self.place(tail) if tail else None
        if place is None:
            known = [n for n, x in enumerate(self.labels) if n and names(x.name, OUTPUTS)]
            place = known[-1] if known else None
        return None if place is None else self.after(place)

    def answer(self, tail: str | None) -> str | None:
        """Return the answer without white space, rules (---) and the tag that closes it."""
        text = self.answer_text(tail)
        if text is None and len(self.labels) == 1 and not self.head.example:
            text = "\n".join(self.outline.lines[self.first + 1 : self.stop])
        return bare_answer(text or "") or None


def bare_answer(text: str) -> str:
    """Return an answer without white space, rules (---) and the tag that closes it."""
    lines = text.strip().split("\n")
    while len(lines) > 1 and not lines[-1].strip(" \t\r-=*_#~"):
        lines.pop()
    return _CLOSING.sub("", "\n".join(lines).strip()).strip()


def begins_slot(value: str) -> bool:
    r"""Return whether a slot is a value, or its first line; a mark such as <C> comes again.

    >>> begins_slot("[the mail]\n</mail>"), begins_slot("<C>\n1 + 1\n<C>\n2")
    (True, False)
    """
    first, *below = value.strip().split("\n")
    return is_slot(value) or (is_slot(first) and first not in below)


@lru_cache(maxsize=16)
def is_to_fill(text: str) -> bool:
    r"""Return whether a text holds a place to be filled in, or nothing after its labels.

    >>> is_to_fill("Q: {q}\nA:"), is_to_fill("Text: <text>"), is_to_fill("Q: why?\nA:")
    (True, True, False)
    """
    if PLACEHOLDER.search(text) or not text.strip():
        return True
    if text.count("\n") > FEW_WORDS:
        return False
    outline = Outline(text)
    for line, said in enumerate(outline.lines):
        label = outline.by_line.get(line)
        value = said if label is None else text[label.value : outline.starts[line] + len(said)]
        if any(map(str.isalnum, value)) and not is_slot(value):
            return False
    return True


def leads_in(line: str) -> bool:
    """Return whether a line says that examples follow.

    >>> leads_in("Here are some examples:"), leads_in("## Beispiele"), leads_in("All information:")
    (True, True, False)
    """
    said = re.sub(r"\([^()]*\)\W*$", "", line).strip(TRIM).casefold()
    told = mentions_examples(said) or 0 < example_head(said) == len(said)
    if not told or mentions_formats(said) or said.startswith("end "):
        return False
    if re.search(_OF_ONE, said) or re.match(_ENTRY, line):
        return False
    words = len(said.split())
    if words <= FEW_WORDS and mentions_several(said) and said.endswith((".", "。")):
        return True
    if line.rstrip(" \t\r*_#=-").endswith((":", "：")):
        return words <= MOST_WORDS
    marked = line.lstrip().startswith(("#", "<", "**", "=", "-"))
    return words <= (FEW_WORDS if marked else SHORT)


def states_of(blocks: Sequence[Block], shared: set[str], tail: str | None) -> list[State]:
    """Return for each block whether it is worked out, left open, to be filled in, or a format.

    An answer that is nothing but a place to fill in is fixed text where the instructions name it.
    What looks described between two that are worked out is worked out too.
    """
    fixed = set(PLACEHOLDER.findall(blocks[0].outline.text, 0, blocks[0].start))
    bare = (
        len(blocks) > 1
        and len(shared) < FEW_LABELS
        and all(b.head.example and b.head.level < BOLD for b in blocks)
    )
    held = [b.values({*b.names} if bare else shared) for b in blocks]
    values = [
        {name: v for name, v in by.items() if name != tail or v.strip() not in fixed} for by in held
    ]
    slotted = Counter(name for held in values for name, value in held.items() if begins_slot(value))
    usual = {name for name, count in slotted.items() if count * 2 > len(blocks)}
    states = [_state(held, usual) for held in values]
    fillings = [
        {x for v in held.values() for x in PLACEHOLDER.findall(v)} - fixed for held in values
    ]
    holding, fills = sum(map(bool, fillings)), bool(fillings[-1])
    place = blocks[-1].place(tail)
    said = "" if place is None or holding == 1 else blocks[-1].value(place)
    told = any(map(str.isalnum, said)) and not PLACEHOLDER.search(said)  # as the others are told
    if states[-1] == "worked" and fills and not told and holding * 2 <= len(blocks):
        states[-1] = "slots"
    for number, block in enumerate(blocks[:-1]):
        place = block.place(tail)
        if place is not None and not block.after(place).strip(BARE):
            states[number] = "open"
    if states[-1] == "worked" and len(blocks) > 1 and _is_open(blocks, tail):
        states[-1] = "open"
    for number in range(1, len(states) - 1):
        if states[number] == "described" and states[number - 1] == states[number + 1] == "worked":
            states[number] = "worked"
    return states


def _state(values: dict[str, str], usual: set[str]) -> State:
    filled = {name: value for name, value in values.items() if value.strip()}
    if not any(map(str.isalnum, "".join(filled.values()))):
        return "empty" if filled or len(values) == 1 else "open"
    if all(map(is_slot, filled.values())):
        return "slots"
    if any(begins_slot(value) for name, value in filled.items() if name not in usual):
        return "slots"
    told = sum(_describes(name, value) for name, value in filled.items())
    return "described" if told and told * 2 >= len(filled) else "worked"


def _describes(name: str, value: str) -> bool:
    """Return whether a value says what will stand there: "Question: the question to answer"."""
    words = re.findall(r"\w+", value.casefold())
    if is_slot(value):
        return True
    if not 1 < len(words) <= FEW_WORDS or "\n" in value.strip() or re.match(_DATA, value):
        return False
    own, told = set(name.split()) - ARTICLES, words[:TOLD_BY]
    if words[-1] == "here":
        return any(x[1:] and x in ARTICLES | own | INPUTS | OUTPUTS for x in words[:2])
    known = {word for word in told if len(word) > 3 and word in INPUTS | OUTPUTS}  # noqa: PLR2004  "in" and "a" are words of their own
    spoken = own & set(told) or (known and words[0] in ARTICLES)
    return bool(spoken) and words[0] in ARTICLES | own


def _is_open(blocks: Sequence[Block], tail: str | None) -> bool:
    """Return whether the last block ends where its answer should begin."""
    *before, last = blocks
    if tail is None:
        return not last.after(0).strip()
    place = last.place(tail)
    if place is None:
        known = {name for block in before for name in block.names}
        leads = set(last.names) <= known and names(last.head.name, INPUTS)
        whole = set(last.names) == known - {tail} and all(tail in block.names for block in before)
        leads = leads or (whole and not last.head.example)
        return leads and (names(tail, OUTPUTS) or len(before) > 1)
    answer = last.after(place).strip()
    others = [x.after(at).strip() for x in before if (at := x.place(tail)) is not None]
    begun = all(other != answer and other.startswith(answer) for other in others)
    return not answer.strip(BARE) or (len(others) > 1 and begun and len(answer) >= LEAD_IN)


def trimmed(block: Block, others: Sequence[Block], tail: str | None, asked: Block | None) -> Block:
    """Return the last worked block without what follows its answer, if no mark ends it.

    Where each other answer is closed by its bracket, fence or tag, so is this one. Else it gets one
    line if the others have one line each, or as many paragraphs as the longest of them; but a block
    with a title reaches to the section below it, and any block to the next turn.
    """
    outline = block.outline
    bare = len(block.names) == 1 and block.ends == "turn"
    largest = bool(others) and all(other.inputs < block.inputs for other in others)
    alone = not others and block.ends == "turn" and block.head.example
    if block.ends == "mark" or bare or largest or alone:
        return block
    closing = [_closing_line(other, tail) for other in (*others, block)]
    ends = [outline.trimmed(other.first, other.stop, rules=True) - 1 for other in others]
    if others and closing[-1] is not None and closing[:-1] == ends:
        return block.cut(_below_extras(block, closing[-1] + 1, asked), "text")
    titled = block.head.example or block.ends == "turn" or not block.value(0).strip()
    loose = block.ends == "text" or (block.ends == "again" and bool(others))
    if not loose and (block.head.level < PLAIN or (others and titled)):
        return block
    if not others:
        return _natural(block, asked)
    starts = [line for b in (*others, block) if (line := _answer_line(b, tail)) is not None]
    answered = len(starts) > len(others)
    starts = starts if answered else [b.first for b in (*others, block)]
    bounds = [
        (n, outline.trimmed(n, b.stop, rules=True)) for n, b in zip(starts, others, strict=False)
    ]
    if answered and loose and all(stop == n + 1 for n, stop in bounds):
        return block.cut(_below_extras(block, starts[-1] + 1, asked), "text")
    most = max(len(outline.paragraphs(*bound)) for bound in bounds)
    begun = outline.paragraphs(starts[-1], block.stop)
    further = [outline.by_line.get(line) for line in begun[most:]]
    left = outline.text[outline.start(begun[most]) : block.end] if further else ""
    talk = block.head.example and all(x and x.name in SPEAKERS for x in further)
    asks = PLACEHOLDER.search(left) or left.rstrip().endswith((":", "："))
    goes_on = talk and not asks  # with further turns of the talk that it shows
    cuts = len(begun) > most and (loose or most == 1) and not goes_on
    return block.cut(begun[most], "text") if cuts else block


def _below_extras(block: Block, line: int, asked: Block | None) -> int:
    """Return the line below those that go on with labels of their own, worked out, and the gap."""
    outline, known = block.outline, asked.names if asked else ()
    while line < block.stop and (label := outline.by_line.get(line)) is not None:
        value = outline.text[label.value : outline.starts[line] + len(outline.lines[line])]
        fixed = bool(value.strip(BARE)) and not PLACEHOLDER.search(value)
        if label.name in known or label.level < PLAIN or takes_turn(label.name) or not fixed:
            break
        line += 1
    return outline.below(line, block.stop)


def _answer_line(block: Block, tail: str | None) -> int | None:
    """Return the line on which the answer begins, the last text of a block; None for no answer."""
    text = block.answer_text(tail)
    if not text or not text.strip():
        return None
    return bisect_right(block.outline.starts, block.end - len(text.lstrip())) - 1


def _closing_line(block: Block, tail: str | None) -> int | None:
    """Return the line on which a bracket, fence or tag closes that holds the whole answer."""
    line = _answer_line(block, tail)
    if line is None:
        return None
    begun = (block.answer_text(tail) or "").lstrip().partition("\n")[0].rstrip()
    if line not in block.outline.closes and (begun[0] + begun[-1]) in {"{}", "[]"}:
        return line
    return block.outline.closes.get(line)


def _natural(block: Block, asked: Block | None) -> Block:
    """Return a single block up to where the value of its answer ends by itself.

    What the request fills in is no answer, whatever its label says. What the instructions above
    name as parts of an answer goes on with it.
    """
    outline = block.outline
    above = {label.name for label in outline.labels if label.line < block.first}
    parts = above if len(above.intersection(block.names)) > 1 else set()
    told = enumerate(asked.labels) if asked else ()
    given = {label.name for n, label in told if asked and asked.value(n).strip()}
    stop = _value_stop(outline, block.head, block.stop)
    answered = block.head.name if names(block.head.name, OUTPUTS) else None
    ends = (
        n for n in range(len(block.labels) - 1, 0, -1) if block.labels[n].name in OUTPUTS
    )  # a word for an output, such as "class", may name a part of the input
    last = next((n for n in ends if block.after(n).strip()), 0)
    for n, label in enumerate(block.labels[1:], start=1):
        spoken = names(label.name, OUTPUTS) and bool(block.after(n).strip())
        known = spoken or label.name in {answered, *parts}
        if answered and not label.example and not known and n > last:
            break
        begun = _GAP.split(block.value(n).strip(), maxsplit=1)[0]
        fills = PLACEHOLDER.search(begun) and not names(label.name, OUTPUTS)
        if fills and not any(map(str.isalnum, PLACEHOLDER.sub("", begun))):
            break
        stop = max(stop, _value_stop(outline, label, block.stop))
        if not answered and names(label.name, OUTPUTS) and label.name not in given:
            answered = label.name
    line = outline.below(stop, block.stop)
    fence = line < block.stop and outline.kinds[line] == "fence" and block.head.example
    stop = outline.closes.get(line, stop - 1) + 1 if fence and not answered else stop
    return block.cut(outline.below(stop, block.stop), "text")


def _value_stop(outline: Outline, label: Label, stop: int) -> int:
    """Return the line after a label's value: its bracket, fence or tag closed, or a paragraph."""
    line = begin = label.line
    nested = label.example and names(label.name, OUTPUTS)
    if label.tag and line in outline.closes:
        return min(outline.closes[line] + 1, stop)
    if not outline.text[label.value : outline.starts[line] + len(outline.lines[line])].strip():
        begin = outline.below(line + 1, stop)
        if begin in outline.by_line and begin not in outline.closes and not nested:
            return begin
    closed = outline.closes.get(begin, begin)
    if closed > begin and outline.kinds[closed] != "close":
        return min(closed + 1, stop)
    below = closed + 1
    while below < stop and (nested or below not in outline.by_line):
        if outline.kinds[below] in {"blank", "rule", "close", "end"}:
            break
        below = outline.closes.get(below, below) + 1
    return min(below, stop)
