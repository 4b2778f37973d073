"""What a check of a training file says: a status, a sentence, and the lines it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from ftvp.dataset.examples import Goal, RecordIssue
from ftvp.dataset.features import Cut, ExampleFeatures
from ftvp.stats import wilson
from ftvp.tables.framework import DataResult
from ftvp.units import Record
from ftvp.wording import agreeing, rounded_text

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
    detail: str
    lines: tuple[int, ...] = ()


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
        kinds += [f"and {left:,} more kinds"] if left else []
        return check("format", "warn", "; ".join(kinds), [n for note in notes for n in note.lines])
    (form,) = counts
    return check("format", "pass", f"all {len(examples):,} records are {form} records")


def minimum_examples(data: DataResult, model: str, goal: Goal) -> DatasetCheck:
    """Return whether there are as many examples as the provider and the decision ask for."""
    number = f"{data.examples:,} training examples"
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
            "minimum_examples", "warn", f"{says}; {data.missing:,} more are enough to tune"
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
        f"{limit:,} tokens of {model}: "
        f"{cut.tokens:,} tokens at their ends are cut off"
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
            f"{len(found):,} of {len(sampled):,} prompts looked at hold worked examples: train on "
            "the prompt that the tuned model will be sent"
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
