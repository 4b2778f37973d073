"""The worked examples of a text: every way to cut it gets one score, and the best one wins."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ftvp.prompts.blocks import SHORT, Block
from ftvp.prompts.heads import (
    are_asides,
    is_among_examples,
    is_announced,
    is_title,
    labels_above,
)
from ftvp.prompts.labels import EXAMPLE, LEAD, PLACEHOLDER, PLAIN, is_slot
from ftvp.prompts.lines import FENCES, ITEM, Outline
from ftvp.prompts.prompt import Kind, Part, Piece, Resemblance
from ftvp.prompts.rows import MANY, Pile
from ftvp.prompts.runs import Run, label_runs
from ftvp.prompts.unlabelled import END_RULE, pile_score, piles
from ftvp.prompts.words import (
    ARTICLES,
    GRADES,
    INPUTS,
    OUTPUTS,
    QUESTIONS,
    RELATIVES,
    SPEAKERS,
    are_speakers,
    mentions_formats,
    mentions_references,
    names,
    takes_turn,
)

MOST_CHARACTERS = 4_000_000
"""What no model takes in one prompt; longer texts are not searched for examples."""
MOST_LINES = 20_000
MOST_AFTER = 20_000
"""Characters after the last block in which its labels are looked for."""
THRESHOLD = 4.0
"""The score from which blocks are taken for worked examples."""
ALIKE = 0.6
FEW_WORDS = 2.5
"""Mean words of a value up to which blocks may be records, such as tools with their inputs."""
MOST_TITLE = 3
"""Lines up to which what stands below a rule may only be the title of the next example."""
FIXED = 240
"""Characters of fixed text that may stand within a request, around what varies."""
FIXED_ALONE = 60
"""The same for a text without examples."""

_GAP = re.compile(r"\n(?:[ \t\r]*\n)+")
_OPEN = (":", "：", "=>", "->", "→")


class Span(NamedTuple):
    """One worked example in a text, from `start` to `end`, and its answer where one is seen."""

    start: int
    end: int
    answer: str | None = None


class ShotCut(NamedTuple):
    """The shots of a text, where the request stands, and what was nearly taken for shots."""

    shots: tuple[Span, ...] = ()
    request: tuple[int, int] | None = None
    looked_like: tuple[Resemblance, ...] = ()


def text_parts(text: str) -> tuple[list[Part], tuple[Resemblance, ...]]:
    """Return a text's parts, which cover it without gap or overlap, and what looked like shots."""
    found = find_shots(text)
    known: list[tuple[int, int, Kind, str | None]]
    known = [(shot.start, shot.end, "shot", shot.answer) for shot in found.shots]
    if found.request:
        known.append((*found.request, "request", None))
    parts: list[Part] = []
    place = 0
    for start, end, kind, answer in [*sorted(known), (len(text), len(text), "request", None)]:
        if place < start:
            parts.append(Part("instructions", (Piece(text[place:start]),)))
        if start < end:
            parts.append(Part(kind, (Piece(text[start:end]),), answer))
        place = end
    return parts, found.looked_like


def find_shots(text: str) -> ShotCut:
    """Return the best cut of a text into worked examples, if its score is above the threshold."""
    if len(text) > MOST_CHARACTERS:
        return ShotCut()
    if text.count("\n") > MOST_LINES:
        return ShotCut(request=_request(text, 0, len(text), FIXED_ALONE))
    nearly: tuple[Resemblance, ...] = ()
    for outline in _outlines(text):
        runs = list(label_runs(outline))
        aside = {
            line
            for run in runs
            if run.marked and len(run.blocks) > 1 and are_asides(run.blocks)
            for block in run.blocks
            for line in range(block.first + 1, block.stop)
        }
        scored: list[tuple[float, Run | Pile]] = [
            (0 if aside.issuperset(b.first for b in run.blocks) else run_score(run), run)
            for run in runs
        ]
        scored += [(pile_score(pile), pile) for pile in piles(outline)]
        units = [x for n, x in scored if n >= THRESHOLD and isinstance(x, Run)]
        scored = [(0 if isinstance(x, Run) and x.is_within(units) else n, x) for n, x in scored]
        score, best = max(_settled(scored), key=lambda pair: pair[0], default=(0, None))
        if best is not None and score >= THRESHOLD:
            return _found(best)
        nearly = nearly or _nearly(runs)
    return ShotCut((), _request(text, 0, len(text), FIXED_ALONE), nearly)


def _settled(scored: Sequence[tuple[float, Run | Pile]]) -> list[tuple[float, Run | Pile]]:
    """Return the candidates without those that stand right below one word for an example.

    The turns of a talk there are one example. Other blocks are one each, and the word heads all.
    """
    taken = [found for score, found in scored if score >= THRESHOLD]
    out: set[int] = set()
    for one in taken:
        if isinstance(one, Pile) or not one.marked or len(one.blocks) > 1:
            continue
        block = one.blocks[0]
        begun = one.outline.start(one.outline.below(block.first + 1, block.stop))
        for found in taken:
            bounds = [(x.start, x.end) if isinstance(x, Block) else x[:2] for x in found.blocks]
            talk = isinstance(found, Run) and _is_one_talk(found)
            if len(bounds) > 1 and talk and begun <= bounds[0][0] and bounds[-1][1] <= block.end:
                out.add(id(found))
            elif len(bounds) > 1 and bounds[0][0] == begun:
                out.add(id(one))
    return [(0 if id(found) in out else score, found) for score, found in scored]


def _is_one_talk(run: Run) -> bool:
    """Return whether blocks are turns of a talk: of known speakers, or each after a blank line."""
    two = {run.head, run.tail or run.head}
    lines = [label.line for block in run.blocks for label in block.labels[:2]]
    apart = all(run.outline.is_blank(line - 1) for line in lines[1:])
    return two <= SPEAKERS or (apart and are_speakers(two))


def _outlines(text: str) -> Iterator[Outline]:
    """Yield the readings of a text: by lines; with labels in mid-line; with those in fences."""
    plain = Outline(text)
    yield plain
    inline = plain.with_inline()
    if inline is not None:
        yield inline
    if any(map(text.count, FENCES)):
        yield Outline(text, fences=True)


def run_score(run: Run) -> float:
    """Return how much speaks for the blocks of a run being worked examples, 0 for nothing."""
    count = len(run.blocks)
    labelled = len(run.shared) > 1 or (count == 1 and len(run.blocks[0].names) > 1)
    said = ([*run.blocks[0].value(n).split()[:4], ""] for n in range(len(run.blocks[0].labels)))
    described = count == 1 and (
        (labelled and all(x[0].casefold() in ARTICLES and RELATIVES & {*x[2:]} for x in said))
        or any(mentions_formats(label.name) for label in labels_above(run.blocks[0]))
        or any(label.name == LEAD for label in run.blocks[0].labels[1:])
        or _lists_what_follows(run)
    )
    heads = [x.line for x in run.outline.labels if x.name == EXAMPLE and x.example]
    gaps = ((a.stop, b.first) for a, b in pairwise(run.blocks))
    some_headed = len({bisect_left(heads, a) < bisect_left(heads, b) for a, b in gaps}) > 1
    reason = 0 if described or some_headed else _reason(run, labelled=labelled)
    if not labelled and not all(block.has_body for block in run.blocks):
        named = is_announced(run.outline, run.blocks[0].first) and run.asked is not None
        reason = reason if named and count > 1 else 0
    indented = labelled and not run.marked and run.outline.indent(run.blocks[0].first) > 0
    if not reason or (indented and count > 1 and are_asides(run.blocks)):
        return 0
    outline, above = run.outline, [block.first - 1 for block in run.blocks]
    begun = {"blank", "rule", "label", "close"}  # the share of blocks that begin below such lines
    aligned = sum(n < 0 or outline.kinds[n] in begun for n in above) / count
    score = reason + 0.4 * min(count, MANY) + run.likeness + aligned / 2
    score += (1 if run.pair else 0) + (0.5 if labelled else -0.5)
    score -= 3 if run.out_of_step else 0
    score -= 2 if run.outline.rules and _reaches_over(run) else 0
    over = outline.above(run.blocks[0].first)
    line = outline.lines[over] if over >= 0 else ""
    titles = line.rstrip(" *_").endswith((":", "：")) or line.lstrip().startswith("#")
    named = (titles or len(line.split()) < SHORT) and mentions_references(line.casefold())
    score -= 3 if named and not _is_marked(run) else 0
    return score - (1 if run.repeats else 0)


def _lists_what_follows(run: Run) -> bool:
    """Return whether the one block begins as a list of labels, which then stand without marks."""
    lines = [run.outline.lines[label.line] for label in run.blocks[0].labels[:2]]
    if run.asked is None or not all(re.match(ITEM, line) for line in lines):
        return False
    return len(lines) > 1 and re.match(ITEM, run.outline.lines[run.asked.first]) is None


def _reaches_over(run: Run) -> bool:
    """Return whether some blocks, not all, reach over a rule that parts the text, and well on."""
    outline, found = run.outline, set()
    for block in run.blocks:
        stop = outline.trimmed(block.first, block.stop, rules=True) - MOST_TITLE
        lines = outline.lines[block.first + 1 : max(block.first + 1, stop)]
        found.add(any(line.strip() in outline.rules for line in lines))
    return len(found) > 1


def _reason(run: Run, *, labelled: bool) -> float:
    """Return the weight of what makes blocks examples: marks, an announcement, a request alike."""
    count = len(run.blocks)
    rest = run.outline.text[run.blocks[-1].end :]
    reason = 0.0
    if _is_marked(run):
        reason += 8 if count > 1 and run.head == EXAMPLE else 3
    in_step = _is_in_step(run, rest)
    pair = run.pair and (run.head not in SPEAKERS or run.words > FEW_WORDS)
    among = is_among_examples(run.blocks[0])
    if (among or is_announced(run.outline, run.blocks[0].first)) and (
        count > 1 or pair or in_step or (labelled and bool(rest.strip()))
    ):
        reason += 2
    if in_step:
        reason += 2.5 if labelled or count > 1 else 3
    told = {run.head, run.tail or "", *run.shared} - {EXAMPLE}
    if all(GRADES.intersection(name.split()) for name in told) and not (in_step and asks(rest)):
        return 0
    if reason or run.out_of_step or count == 1:
        return reason
    ended = not rest.strip()
    titles = [run.outline.by_line.get(block.first - 1) for block in run.blocks]
    whole = titles[0] is not None and run.outline.above(titles[0].line) < 0
    if whole and all(titles) and run.likeness == 1 and ended and run.head in SPEAKERS:
        return 2 if count > 2 else 0  # noqa: PLR2004  two may be chance
    if _have_sections(run):
        return 0
    if pair and (ended or run.head not in QUESTIONS or (asks(rest) and not _is_other(rest))):
        return 2
    known = names(run.head, INPUTS) or (
        any(names(name, INPUTS) for name in run.shared if name != run.tail)
        and run.words > FEW_WORDS
    )
    answered = run.tail is not None and names(run.tail, OUTPUTS) and run.words > FEW_WORDS
    whole = run.likeness == 1 and run.outline.above(run.blocks[0].first) < 0
    below = [run.outline.lines[block.first + 1 : block.first + 2] for block in run.blocks]
    data = all(line[:1] in {"{", "["} for lines in below for line in lines)
    alone = whole and known and answered and labelled  # nothing but inputs with their outputs
    known = known or (whole and (answered or (data and not labelled)))
    return 2 if ended and (count > 2 or alone) and known and run.likeness > ALIKE else 0  # noqa: PLR2004  two may be chance


def _have_sections(run: Run) -> bool:
    """Return whether each block stands in a section of its own, as the entries of a manual do."""
    headings = [label for label in run.outline.labels if label.level < PLAIN]
    lines = [label.line for label in headings]
    above = [bisect_right(lines, block.first) for block in run.blocks]
    titles = {headings[n - 1].name for n in above if n and not headings[n - 1].example}
    return len(titles) == len(run.blocks)


def _is_other(rest: str) -> bool:
    """Return whether what follows questions and answers asks by another label: "Guest: {text}"."""
    labels = Outline(rest).labels
    told = labels[-1].name if labels else ""
    return (
        bool(told) and not names(told, INPUTS) and not names(told, OUTPUTS) and not takes_turn(told)
    )


def _is_marked(run: Run) -> bool:
    """Return whether blocks call themselves examples; a single one must have parts or an end."""
    if not run.marked:
        return False
    if run.head == LEAD:
        held = [{x.name for x in block.labels[1:] if not x.inline} for block in run.blocks]
        return all(len(names_) > 1 for names_ in held)
    told = {label.name for block in run.blocks for label in block.labels}
    one_side = all(name.removesuffix("s") in INPUTS for name in told)
    one_side = one_side or (names(run.head, OUTPUTS) and not any(names(x, INPUTS) for x in told))
    if len(run.blocks) > 1:
        return not (one_side or are_asides(run.blocks))
    block = run.blocks[0]
    if block.head.tag and run.head == EXAMPLE:
        return True
    alone = one_side and (block.ends != "mark" or not names(run.head, OUTPUTS))
    parts = run.head not in {EXAMPLE, *INPUTS, *OUTPUTS} and any(
        label.example and label.level == block.head.level and label.name not in {EXAMPLE, LEAD}
        for label in run.outline.labels
        if not block.first <= label.line < block.stop and label.name != run.head
    )
    if alone or parts:
        return False
    body = block.outline.paragraphs(block.first + 1, block.outline.trimmed(block.first, block.stop))
    inner = [x for x in block.labels[1:] if x.name != LEAD]
    known = [x for x in inner if x.level == PLAIN or names(x.name, INPUTS | OUTPUTS)]
    return len({x.name for x in inner}) > (not known) or (block.ends != "text" and len(body) > 1)


def _is_in_step(run: Run, rest: str) -> bool:
    """Return whether a request with the labels of the blocks follows them, its answer open."""
    first, asked = run.blocks[0], run.asked
    if asked is not None and run.marked and len(run.blocks) == 1:
        rest = run.outline.text[asked.start :]
    elif asked is not None:
        return _is_request(run, first, asked)
    if not rest.strip() or len(rest) > MOST_AFTER:
        return False
    below = Outline(rest)
    known = {label.name for label in below.labels if label.name in {*run.shared, *first.names}}
    last = below.labels[-1] if below.labels else None
    is_open = last is not None and not rest[last.value :].strip(" *_\r\n")
    if not run.marked:
        return last is not None and last.name == run.tail and is_open
    several = len(known) > 1 or len(run.blocks) > 1 or (bool(known) and run.head == EXAMPLE)
    return bool(known) and several and (is_open or PLACEHOLDER.search(rest) is not None)


def _is_request(run: Run, first: Block, asked: Block) -> bool:
    """Return whether a block below the worked ones asks for what they show.

    Not what only describes them, what a speaker of a talk says next, nor a label that they begin
    with and that ends other parts.
    """
    both = [n for n, label in enumerate(asked.labels) if label.name in first.names]
    values = [asked.value(n).strip() for n in both]
    told = all(any(map(str.isalnum, x)) and not PLACEHOLDER.search(x) for x in values)
    foreign = {label.name for label in labels_above(asked)}.difference(run.shared)
    if len(both) > 1:
        return not (run.described and any(map(str.isalnum, values[-1])))
    if (told and {run.head, run.tail} <= SPEAKERS) or (foreign and not values[0]):
        return False
    if len(run.blocks) > 1:
        title = values[0].partition("\n")[0] if asked.head.level < PLAIN else ""
        below = asked.stop > run.outline.below(asked.first + 1, asked.stop)
        fixed = any(map(str.isalnum, title)) and not PLACEHOLDER.search(title)
        return not (below and fixed and first.value(0).strip() != title)
    bare = len(asked.names) == 1 and is_slot(asked.value(0))
    stop = run.outline.trimmed(first.first, first.stop)
    marks = {line.strip() for line in run.outline.lines[stop - 1 : stop + 2]}
    if bare and asked.stop == len(run.outline.lines) and any(map(END_RULE.fullmatch, marks)):
        return "" in run.outline.lines[first.first : stop]  # an answer, apart from its input
    ends = asked.stop == len(run.outline.lines) and not _GAP.search(values[0])
    pair = run.pair and ends and len(values[0].split()) > 1
    return first.has_body and ((bare and first.ends == "turn") or pair)


def asks(text: str) -> bool:
    """Return whether a text after the shots is the request: a place to fill in, or an open end."""
    return PLACEHOLDER.search(text) is not None or text.rstrip(" \t\r\n*_").endswith(_OPEN)


def _found(best: Run | Pile) -> ShotCut:
    if isinstance(best, Pile):
        shots = tuple(Span(*block) for block in best.blocks)
        asked = best.asked
    else:
        shots = tuple(_spans(best))
        asked = best.asked.start if best.asked else None
    text = best.outline.text
    start = shots[-1].end if asked is None else asked
    if asked is not None or asks(text[start:]):
        return ShotCut(shots, _request(text, start, len(text), FIXED))
    return ShotCut(shots, _request(text, 0, shots[0].start, FIXED_ALONE))


def _spans(run: Run) -> Iterator[Span]:
    """Yield the spans of a run's blocks, with the tag around all of them in the first and last."""
    outline = run.outline
    bounds = [[block.first, block.stop] for block in run.blocks]
    if run.head == LEAD:
        bounds = [[outline.below(first + 1, stop), stop] for first, stop in bounds]
    bounds[-1][1] = after = outline.below(bounds[-1][1], len(outline.lines))
    above = outline.above(bounds[0][0])
    if outline.closes.get(above) == after and outline.kinds[above] == "label":
        bounds[0][0], bounds[-1][1] = above, outline.below(after + 1, len(outline.lines))
    elif len(bounds) == 1 and is_title(outline, above):
        bounds[0][0] = above
    for block, (first, stop) in zip(run.blocks, bounds, strict=True):
        yield Span(outline.start(first), outline.start(stop), block.answer(run.tail))


def _nearly(runs: list[Run]) -> tuple[Resemblance, ...]:
    """Return the runs of two or more blocks alike that were not taken for shots, the longest."""
    alike = [
        run
        for run in runs
        if len(run.blocks) > 1
        and len(run.shared) > 1
        and run.likeness > ALIKE
        and not run.out_of_step
    ]
    longest = max(alike, key=lambda run: len(run.blocks), default=None)
    if longest is None:
        return ()
    names_ = ", ".join(f"'{name}'" for name in longest.shared[:3])
    return (Resemblance(f"labels {names_}", len(longest.blocks), longest.blocks[0].first + 1),)


def _request(text: str, start: int, end: int, fixed: int) -> tuple[int, int] | None:
    """Return the smallest stretch that holds what varies, with at most `fixed` other characters.

    That is all of it, its paragraphs from the first to the last place to fill in, the line, or the
    place itself. Without such a place it is all of it below shots, and nothing in a whole text.
    """
    slots = list(PLACEHOLDER.finditer(text, start, end))
    if not slots:
        return (start, end) if start else None
    last = slots[-1]
    for first, stop in _ever_smaller(text, start, end, slots):
        held = sum(slot.end() - slot.start() for slot in slots if first <= slot.start() < stop)
        if len(text[first:stop].strip()) - held <= fixed:
            return first, stop
    return last.span()


def _ever_smaller(
    text: str, start: int, end: int, slots: list[re.Match[str]]
) -> Iterator[tuple[int, int]]:
    first, last = slots[0], slots[-1]
    if start:
        yield start, end
    for slot in (first, last):
        yield _paragraph(text, start, end, slot)[0], _paragraph(text, start, end, last)[1]
    line = text.rfind("\n", start, last.start()) + 1 or start
    after = text.find("\n", last.end(), end) + 1 or end
    yield line, after


def _paragraph(text: str, start: int, end: int, slot: re.Match[str]) -> tuple[int, int]:
    before = [gap.end() for gap in _GAP.finditer(text, start, slot.start())]
    after = _GAP.search(text, slot.end(), end)
    return before[-1] if before else start, after.end() if after else end
