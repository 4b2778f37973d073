"""The checks of a training file, those against production among them: a status and a sentence."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log1p
from typing import Literal, NamedTuple, TypeVar

from ftvp.dataset.examples import Cut, ExampleFeatures, Goal, RecordIssue
from ftvp.stats import chi_square, chi_square_p_value, ks_distance, ks_p_value, quantile, wilson
from ftvp.tables.framework import DataResult, Limit
from ftvp.units import Record
from ftvp.wording import (
    agreeing,
    count_of,
    rounded_text,
)

Status = Literal["pass", "warn", "fail", "unknown"]

CheckId = Literal[
    "format",
    "label_accuracy",
    "distribution_match",
    "edge_cases",
    "consistent_format",
    "leakage",
    "duplicates",
    "minimum_examples",
    "too_long",
    "leftover_shots",
]
MAX_LINES = 20
PERCENT = 100


class DatasetCheck(Record):
    """One row of the checklist; `lines` are the first of those that are meant."""

    id: CheckId
    status: Status
    """`unknown` where the files do not tell."""
    detail: str
    """What was found, in words."""
    lines: tuple[int, ...] = ()
    """Counted from 1, a few at most; empty where none is meant."""


def check(name: CheckId, status: Status, detail: str, lines: Iterable[int] = ()) -> DatasetCheck:
    """Return a check with the first of its lines, in order."""
    first = sorted(set(lines))[:MAX_LINES]
    return DatasetCheck(id=name, status=status, detail=detail, lines=tuple(first))


def percent(part: float, of: float) -> str:
    """Return a share in percent, with a decimal where it is small.

    >>> percent(1, 40), percent(1, 3), percent(0, 3)
    ('2.5 %', '33 %', '0 %')
    """
    share = PERCENT * part / of if of else 0
    small = 0 < share < 10 and share != round(share)  # noqa: PLR2004  where a decimal matters
    return f"{rounded_text(share, '.1f' if small else '.0f')} %"


MAX_KINDS_NAMED = 5
MOST = 0.5
"""The share of training examples from which what they share is taken for left over."""


def format_check(examples: Sequence[ExampleFeatures], notes: Sequence[RecordIssue]) -> DatasetCheck:
    """Return whether all records have one format, and what is odd about some of them."""
    counts = Counter(example.format for example in examples)
    if len(counts) > 1:
        usual, _ = counts.most_common(1)[0]
        listed = ", ".join(f"{number:,} {form}" for form, number in counts.most_common())
        lines = [example.line for example in examples if example.format != usual]
        says = f"the file mixes formats: {listed}; providers take one"
        return check("format", "fail", says, lines)
    if notes:
        kinds = [f"{note.says} ({note.where})" for note in notes[:MAX_KINDS_NAMED]]
        left = len(notes) - len(kinds)
        kinds += [f"and {count_of(left, 'more kind')}"] if left else []
        return check("format", "warn", "; ".join(kinds), [n for note in notes for n in note.lines])
    (form,) = counts
    every = f"all {len(examples):,} records are {form} records"
    says = every if len(examples) > 1 else f"the only record is of the format {form}"
    return check("format", "pass", says)


def minimum_examples(data: DataResult, model: str, goal: Goal) -> DatasetCheck:
    """Return whether there are as many examples as the provider and the decision ask for."""
    number = count_of(data.examples, "training example")
    if goal != "supervised":
        says = f"{number}: no source states how many {goal} tuning takes"
        return check("minimum_examples", "unknown", says)
    if data.provider_minimum is not None and data.examples < data.provider_minimum:
        says = f"{number}: {model} wants at least {data.provider_minimum:,}"
        return check("minimum_examples", "fail", says)
    if data.tier is None:
        return check("minimum_examples", "fail", f"{number}: too few for any use of tuning")
    ahead = (
        f"; the next tier begins with {data.missing_to_next_tier:,} more" if data.next_tier else ""
    )
    says = f"{number}, tier {data.tier}: {data.expected_quality}{ahead}"
    if not data.enough:
        return check(
            "minimum_examples",
            "warn",
            f"{says}; {data.missing:,} more {agreeing(data.missing)} enough to tune",
        )
    return check("minimum_examples", "pass", says)


def too_long(
    examples: Sequence[ExampleFeatures],
    sizes: Sequence[int],
    limit: int | None,
    cut: Cut,
    model: str,
) -> DatasetCheck:
    """Return whether every example is within the limit of the model that is tuned."""
    if limit is None:
        says = f"no source states how long an example may be for {model}: --max-tokens N"
        return check("too_long", "unknown", says)
    if not cut.examples:
        return check("too_long", "pass", f"every example is within the {limit:,} tokens of {model}")
    lines = [example.line for example, size in zip(examples, sizes, strict=True) if size > limit]
    says = (
        f"{cut.examples:,} of the examples {agreeing(cut.examples)} longer than the "
        f"{limit:,} tokens of {model}: {count_of(cut.tokens, 'token')} at "
        f"{agreeing(cut.examples, 'its end', 'their ends')} {agreeing(cut.tokens)} cut off"
    )
    return check("too_long", "warn", says, lines)


def leftover_shots(examples: Sequence[ExampleFeatures], sampled: Mapping[int, int]) -> DatasetCheck:
    """Return whether few-shot examples were left in the prompts that are trained on.

    `sampled` gives, by line, the shots found in some of the prompts; exchanges that most chats
    begin with are shots too.
    """
    openings = Counter(example.opening for example in examples if example.opening)
    opening, number = max(openings.items(), key=lambda each: each[1], default=(0, 0))
    if number > max(1, MOST * len(examples)):
        lines = [example.line for example in examples if example.opening == opening]
        says = f"{number:,} chats begin with the same worked example, which tuning makes needless"
        return check("leftover_shots", "warn", says, lines)
    found = [line for line, shots in sampled.items() if shots]
    if found and len(found) > MOST * len(sampled):
        says = (
            f"{len(found):,} of {count_of(len(sampled), 'prompt')} looked at "
            f"{agreeing(len(found), 'holds', 'hold')} worked examples: train on the prompt that "
            "the tuned model will be sent"
        )
        return check("leftover_shots", "warn", says, found)
    return check("leftover_shots", "pass", "no worked examples are left in the prompts")


FREE = frozenset({"prose", "a few words", "a list", "code between fences"})
"""Forms that go together in free text."""
TOLERATED = 0.05
MAX_SHOWN = 4
MAX_LABELS = 200


def consistent_format(examples: Sequence[ExampleFeatures]) -> DatasetCheck:
    """Return whether the answers share an output form and spell each label alike."""
    answered = [example for example in examples if example.shape]
    if not answered:
        return check("consistent_format", "unknown", "the file holds no answers to learn")
    counts = Counter(example.shape for example in answered)
    free = {shape for shape in counts if shape in FREE}  # forms of free text count as one
    form, number = max(counts.items(), key=lambda each: (each[1], each[0]))
    usual = free if sum(counts[shape] for shape in free) >= number else {form}
    unusual = [example for example in answered if example.shape not in usual]
    spelt = two_spellings(examples)
    if not unusual:
        says = f"all answers are {_named(usual, counts)}"
        if not spelt:
            return check("consistent_format", "pass", says)
        lines = [example.line for example in examples if example.label in spelt[1:]]
        says = f"labels differ in spelling only: {', '.join(repr(s) for s in spelt[:MAX_SHOWN])}"
        return check("consistent_format", "warn", says, lines)
    others = Counter(example.shape for example in unusual).most_common(MAX_SHOWN)
    listed = ", ".join(f"{number:,} {shape}" for shape, number in others)
    usually = percent(len(answered) - len(unusual), len(answered))
    says = f"{usually} are {_named(usual, counts)}; {listed}"
    status: Status = "warn" if len(unusual) <= TOLERATED * len(answered) else "fail"
    return check("consistent_format", status, says, [example.line for example in unusual])


def _named(usual: set[str], counts: Counter[str]) -> str:
    return max(usual, key=lambda shape: (counts[shape], shape))


def two_spellings(examples: Sequence[ExampleFeatures]) -> list[str]:
    """Return labels that differ from another only in case or punctuation, the commoner first."""
    labels = Counter(example.label for example in examples if example.label)
    if len(labels) > MAX_LABELS:
        return []
    spelt: dict[str, list[str]] = defaultdict(list)
    for label, _ in labels.most_common():
        spelt[label.casefold().strip(" .!;,'\"")].append(label)
    return [label for forms in spelt.values() if len(forms) > 1 for label in forms]


UNCHECKED = "check 100 by hand, then --labels-checked 100 --labels-wrong K"


class Sample(NamedTuple):
    """How many labels a person checked, and how many of them were wrong."""

    checked: int
    wrong: int


class Conflicts(NamedTuple):
    """Examples whose question is also answered otherwise; at least `wrong` of them are wrong."""

    lines: tuple[int, ...]
    wrong: int


def conflicts(examples: Sequence[ExampleFeatures]) -> Conflicts:
    """Return the examples that ask the same and are labelled differently.

    Of each question's answers at most one is right, so the others are wrong. Longer answers may
    differ rightly and are left out.
    """
    asked: dict[int, list[ExampleFeatures]] = defaultdict(list)
    for example in examples:
        if example.asked and example.label is not None:
            asked[example.asked].append(example)
    lines, wrong = list[int](), 0
    for same in asked.values():
        answers = Counter(example.answer for example in same)
        if len(answers) > 1:
            lines += [example.line for example in same]
            wrong += len(same) - max(answers.values())
    return Conflicts(tuple(lines), wrong)


def label_accuracy(
    examples: Sequence[ExampleFeatures], sample: Sample | None, wanted: float
) -> DatasetCheck:
    """Return whether over `wanted` percent of the labels are right, as far as can be told."""
    found = conflicts(examples)
    clash = (
        f"{len(found.lines):,} examples ask the same and are answered differently: "
        f"if one answer is right, {percent(found.wrong, len(examples))} of all are wrong"
    )
    if found.wrong * PERCENT > (PERCENT - wanted) * len(examples):
        return check("label_accuracy", "fail", clash, found.lines)
    if sample is not None:
        return _sampled(sample, wanted, f"; {clash}" if found.lines else "", found.lines)
    if found.lines:
        return check("label_accuracy", "warn", f"{clash}; {UNCHECKED}", found.lines)
    return check("label_accuracy", "unknown", f"cannot be told from the file: {UNCHECKED}")


def _sampled(sample: Sample, wanted: float, clash: str, lines: Sequence[int]) -> DatasetCheck:
    low, high = wilson(sample.checked - sample.wrong, sample.checked)
    right = sample.checked - sample.wrong
    ends = " and ".join(rounded_text(PERCENT * end, ".1f") for end in (low, high))
    said = (
        f"{right:,} of {sample.checked:,} checked {agreeing(right)} right: between {ends} % of all "
        "(95 % interval)"
    )
    if PERCENT * low > wanted:
        return check("label_accuracy", "warn" if clash else "pass", said + clash, lines)
    if PERCENT * high < wanted:
        return check("label_accuracy", "fail", f"{said}, below {wanted:g} %{clash}", lines)
    more = f"{said}: too few to tell whether it is {wanted:g} %; check more{clash}"
    return check("label_accuracy", "warn", more, lines)


K = TypeVar("K", int, str)

ALPHA = 0.01
"""The p-value below which a difference is significant."""
GREAT_DISTANCE = 0.2
"""The distance, 0 to 1, from which a significant difference fails."""
COMPARED_LABELS = 20
COMPARED_WORDS = 100
MIN_EXAMPLES = 20
"""Requests of production below which a comparison says nothing."""


class DistributionShift(NamedTuple):
    """How far two samples lie apart (0 to 1), and how probable that is if they are alike."""

    what: str
    distance: float
    p_value: float


def distribution_match(
    examples: Sequence[ExampleFeatures], production: Sequence[ExampleFeatures] | None
) -> DatasetCheck:
    """Return whether the requests of production are like those of the training examples."""
    if production is None:
        says = "cannot be told from this file: give a sample of real requests, --production FILE"
        return check("distribution_match", "unknown", says)
    if len(production) < MIN_EXAMPLES:
        says = (
            f"{count_of(len(production), 'request')} of production "
            f"{agreeing(len(production))} too few to compare: give {MIN_EXAMPLES}"
        )
        return check("distribution_match", "unknown", says)
    shifts = list(distribution_shifts(examples, production))
    listed = "; ".join(f"{s.what} {s.distance:.2f} apart (p {s.p_value:.2g})" for s in shifts)
    significant = [shift for shift in shifts if shift.p_value < ALPHA]
    if any(shift.distance >= GREAT_DISTANCE for shift in significant):
        return check("distribution_match", "fail", f"unlike production: {listed}")
    if significant:
        return check("distribution_match", "warn", f"a little unlike production: {listed}")
    return check("distribution_match", "pass", f"like production: {listed}")


def distribution_shifts(
    examples: Sequence[ExampleFeatures], production: Sequence[ExampleFeatures]
) -> Iterator[DistributionShift]:
    """Yield the difference in lengths of requests, in labels where there are any, and in words."""
    lengths = [[example.asked_tokens for example in side] for side in (examples, production)]
    distance = ks_distance(*lengths)
    p_value = ks_p_value(distance, len(examples), len(production))
    yield DistributionShift("lengths of requests", distance, p_value)
    labels = [Counter(f.label for f in side if f.label) for side in (examples, production)]
    if all(
        2 * sum(side.values()) > len(fs)
        for side, fs in zip(labels, (examples, production), strict=True)
    ):
        yield _mix("labels", labels[0], labels[1], COMPARED_LABELS)
    words = [
        Counter(word for example in side for word in array("I", example.words))
        for side in (examples, production)
    ]
    if all(words):
        yield _mix("words", words[0], words[1], COMPARED_WORDS)


def _mix(what: str, one: Counter[K], other: Counter[K], most: int) -> DistributionShift:
    """Return the total variation of two mixes, the rarer kinds taken together, and its test."""
    ranked = sorted(one + other, key=lambda key: (-one[key] - other[key], str(key)))
    rows = [[side[key] for key in ranked[:most]] for side in (one, other)]
    sizes = [one.total(), other.total()]
    for row, size in zip(rows, sizes, strict=True):
        row.append(size - sum(row))
    gaps = (abs(x / sizes[0] - y / sizes[1]) for x, y in zip(*rows, strict=True))
    return DistributionShift(what, sum(gaps) / 2, chi_square_p_value(*chi_square(*rows)))


FENCE = 1.5
"""Quartile distances beyond the quartiles from which a value is far out (Tukey 1977)."""
RARE_LABEL = 0.2
"""The part of a label's even share below which it is rare."""
MAX_EDGE_LABELS = 100
RARE_WORD = 0.005
"""The share of examples up to which a word is unusual."""
MIN_EDGE_EXAMPLES = 20
MIN_WORDS = 4


def edge_cases(examples: Sequence[ExampleFeatures], limit: Limit) -> DatasetCheck:
    """Return whether the share of examples far from the bulk is in the checklist's range.

    A file shows what is unusual in it, not what is difficult: the share is an estimate.
    """
    if len(examples) < MIN_EDGE_EXAMPLES:
        few = count_of(len(examples), "example")
        says = f"cannot be told from {few}: {MIN_EDGE_EXAMPLES} show a bulk"
        return check("edge_cases", "unknown", says)
    kinds = dict(far_out(examples))
    lines = {line for found in kinds.values() for line in found}
    share = PERCENT * len(lines) / len(examples)
    where = ", ".join(f"{len(found):,} {kind}" for kind, found in kinds.items() if found)
    says = f"{percent(len(lines), len(examples))} lie far from the bulk" + (
        f": {where}" if where else ""
    )
    if limit.low <= share <= limit.high:
        return check("edge_cases", "pass", f"{says} (an estimate)", lines)
    advice = "add difficult ones" if share < limit.low else "add ordinary ones"
    wanted = f"{limit.low:g} to {limit.high:g} % are wanted (an estimate); {advice}"
    return check("edge_cases", "warn", f"{says}; {wanted}", lines)


def far_out(examples: Sequence[ExampleFeatures]) -> Iterator[tuple[str, list[int]]]:
    """Yield each way of being far from the bulk with the lines of its examples."""
    yield from _outside("requests by length", examples, lambda example: example.asked_tokens)
    yield from _outside("answers by length", examples, lambda example: example.answer_tokens)
    labels = Counter(example.label for example in examples if example.label)
    if 1 < len(labels) <= min(MAX_EDGE_LABELS, len(examples) / 5) and 2 * sum(
        labels.values()
    ) > len(examples):
        least = RARE_LABEL * sum(labels.values()) / len(labels)
        rare = [f.line for f in examples if f.label and labels[f.label] < least]
        yield "with a rare label", rare
    yield "with unusual words", _unusual(examples)


def _outside(
    kind: str, examples: Sequence[ExampleFeatures], length: Callable[[ExampleFeatures], int]
) -> Iterator[tuple[str, list[int]]]:
    values = [log1p(length(example)) for example in examples]
    ordered = sorted(values)
    low, high = quantile(ordered, 0.25), quantile(ordered, 0.75)
    reach = FENCE * (high - low)
    if reach:
        far = (not low - reach <= value <= high + reach for value in values)
        yield kind, [example.line for example, is_far in zip(examples, far, strict=True) if is_far]


def _unusual(examples: Sequence[ExampleFeatures]) -> list[int]:
    """Return the examples most of whose words hardly any other example has."""
    words = [array("I", example.words) for example in examples]
    spread = Counter(word for kept in words for word in kept)
    rare = {word for word, count in spread.items() if count <= max(1, RARE_WORD * len(examples))}
    return [
        example.line
        for example, kept in zip(examples, words, strict=True)
        if len(kept) >= MIN_WORDS and 2 * sum(word in rare for word in kept) > len(kept)
    ]
