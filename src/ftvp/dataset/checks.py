"""What a check of a training file says: a status, a sentence, and the lines it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from ftvp.dataset.features import Cut, Fact
from ftvp.decide.lenses import DataResult
from ftvp.stats import wilson
from ftvp.units import Record

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


MOST_LINES = 20


PERCENT = 100


class Check(Record):
    """One row of the checklist; `lines` are the first of those that are meant."""

    id: CheckId
    status: Status
    detail: str
    lines: tuple[int, ...] = ()


def check(name: CheckId, status: Status, detail: str, lines: Iterable[int] = ()) -> Check:
    """Return a check with the first of its lines, in order."""
    first = sorted(set(lines))[:MOST_LINES]
    return Check(id=name, status=status, detail=detail, lines=tuple(first))


def percent(part: float, of: float) -> str:
    """Return a share in percent, with a decimal where it is small.

    >>> percent(1, 40), percent(1, 3), percent(0, 3)
    ('2.5 %', '33 %', '0 %')
    """
    share = PERCENT * part / of if of else 0
    return f"{share:.1f} %" if 0 < share < 10 and share != round(share) else f"{share:.0f} %"  # noqa: PLR2004  where a decimal matters


MOST_KINDS = 5


MOST = 0.5


"""The share of training examples from which what they share is taken for left over."""


def format_check(facts: Sequence[Fact], odd: Mapping[str, Sequence[int]]) -> Check:
    """Return whether all records have one shape, and what is odd about some of them."""
    counts = Counter(fact.format for fact in facts)
    if len(counts) > 1:
        usual, _ = counts.most_common(1)[0]
        listed = ", ".join(f"{number:,} {form}" for form, number in counts.most_common())
        lines = [fact.line for fact in facts if fact.format != usual]
        says = f"the file mixes formats: {listed}; providers take one"
        return check("format", "fail", says, lines)
    if odd:
        kinds = [f"{says} ({_where(lines)})" for says, lines in odd.items()]
        more = [f"and {len(kinds) - MOST_KINDS:,} more kinds"] if len(kinds) > MOST_KINDS else []
        lines = [line for found in odd.values() for line in found]
        return check("format", "warn", "; ".join((*kinds[:MOST_KINDS], *more)), lines)
    (form,) = counts
    return check("format", "pass", f"all {len(facts):,} records are {form} records")


def _where(lines: Sequence[int]) -> str:
    """Return the first line and how many more there are.

    >>> _where([3]), _where([3, 5, 8])
    ('line 3', 'line 3 and 2 more')
    """
    more = f" and {len(lines) - 1:,} more" if len(lines) > 1 else ""
    return f"line {lines[0]}{more}"


def minimum_examples(data: DataResult, model: str) -> Check:
    """Return whether there are as many examples as the provider and the decision ask for."""
    number = f"{data.examples:,} training examples"
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
    facts: Sequence[Fact], sizes: Sequence[int], limit: int | None, cut: Cut, model: str
) -> Check:
    """Return whether every example is within the limit of the model that is tuned."""
    if limit is None:
        says = f"no source states how long an example may be for {model}: --max-tokens N"
        return check("too_long", "unknown", says)
    if not cut.examples:
        return check("too_long", "pass", f"every example is within the {limit:,} tokens of {model}")
    lines = [fact.line for fact, size in zip(facts, sizes, strict=True) if size > limit]
    says = (
        f"{cut.examples:,} of the examples are longer than the {limit:,} tokens of {model}: "
        f"{cut.tokens:,} tokens at their ends are cut off"
    )
    return check("too_long", "warn", says, lines)


def leftover_shots(facts: Sequence[Fact], sampled: Mapping[int, int]) -> Check:
    """Return whether few-shot examples were left in the prompts that are trained on.

    `sampled` gives, by line, the shots found in some of the prompts; exchanges that most chats
    begin with are shots too.
    """
    openings = Counter(fact.opening for fact in facts if fact.opening)
    opening, number = max(openings.items(), key=lambda each: each[1], default=(0, 0))
    if number > max(1, MOST * len(facts)):
        lines = [fact.line for fact in facts if fact.opening == opening]
        says = f"{number:,} chats begin with the same exchange: a shot, which tuning makes needless"
        return check("leftover_shots", "warn", says, lines)
    found = [line for line, shots in sampled.items() if shots]
    if found and len(found) > MOST * len(sampled):
        says = (
            f"{len(found):,} of {len(sampled):,} prompts looked at hold shots: train on the prompt "
            "that the tuned model will be sent"
        )
        return check("leftover_shots", "warn", says, found)
    return check("leftover_shots", "pass", "no shots are left in the prompts")


FREE = frozenset({"prose", "a few words", "a list", "code between fences"})


"""Forms that go together in free text."""


TOLERATED = 0.05


MOST_SHOWN = 4


MOST_LABELS = 200


def consistent_format(facts: Sequence[Fact]) -> Check:
    """Return whether the answers share an output form and spell each label alike."""
    counts = Counter(fact.shape for fact in facts)
    usual = usual_form(counts)
    odd = [fact for fact in facts if fact.shape not in usual]
    spelt = two_spellings(facts)
    if not odd:
        says = f"all answers are {_named(usual, counts)}"
        if not spelt:
            return check("consistent_format", "pass", says)
        lines = [fact.line for fact in facts if fact.label in spelt[1:]]
        says = f"labels differ in spelling only: {', '.join(repr(s) for s in spelt[:MOST_SHOWN])}"
        return check("consistent_format", "warn", says, lines)
    others = Counter(fact.shape for fact in odd).most_common(MOST_SHOWN)
    listed = ", ".join(f"{number:,} {shape}" for shape, number in others)
    says = f"{percent(len(facts) - len(odd), len(facts))} are {_named(usual, counts)}; {listed}"
    status = "warn" if len(odd) <= TOLERATED * len(facts) else "fail"
    return check(
        "consistent_format", "fail" if status == "fail" else "warn", says, [f.line for f in odd]
    )


def usual_form(counts: Counter[str]) -> set[str]:
    """Return the commonest form, or all forms of free text where these are the commonest."""
    free = {shape for shape in counts if shape in FREE}
    form, number = max(counts.items(), key=lambda each: (each[1], each[0]))
    return free if sum(counts[shape] for shape in free) >= number else {form}


def _named(usual: set[str], counts: Counter[str]) -> str:
    return max(usual, key=lambda shape: (counts[shape], shape))


def two_spellings(facts: Sequence[Fact]) -> list[str]:
    """Return labels that differ from another only in case or punctuation, the commoner first."""
    labels = Counter(fact.label for fact in facts if fact.label)
    if len(labels) > MOST_LABELS:
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


def conflicts(facts: Sequence[Fact]) -> Conflicts:
    """Return the examples that ask the same and are labelled differently.

    Of each question's answers at most one is right, so the others are wrong. Longer answers may
    differ rightly and are left out.
    """
    asked: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.asked and fact.label is not None:
            asked[fact.asked].append(fact)
    lines, wrong = list[int](), 0
    for same in asked.values():
        answers = Counter(fact.answer for fact in same)
        if len(answers) > 1:
            lines += [fact.line for fact in same]
            wrong += len(same) - max(answers.values())
    return Conflicts(tuple(lines), wrong)


def label_accuracy(facts: Sequence[Fact], sample: Sample | None, wanted: float) -> Check:
    """Return whether over `wanted` percent of the labels are right, as far as can be told."""
    found = conflicts(facts)
    clash = (
        f"{len(found.lines):,} examples ask the same and are answered differently: "
        f"if one answer is right, {percent(found.wrong, len(facts))} of all are wrong"
    )
    if found.wrong * PERCENT > (PERCENT - wanted) * len(facts):
        return check("label_accuracy", "fail", clash, found.lines)
    if sample is not None:
        return _sampled(sample, wanted, f"; {clash}" if found.lines else "", found.lines)
    if found.lines:
        return check("label_accuracy", "warn", f"{clash}; {UNCHECKED}", found.lines)
    return check("label_accuracy", "unknown", f"cannot be told from the file: {UNCHECKED}")


def _sampled(sample: Sample, wanted: float, clash: str, lines: Sequence[int]) -> Check:
    low, high = wilson(sample.checked - sample.wrong, sample.checked)
    said = (
        f"{sample.checked - sample.wrong:,} of {sample.checked:,} checked are right: between "
        f"{PERCENT * low:.1f} and {PERCENT * high:.1f} % of all (95 % interval)"
    )
    if PERCENT * low > wanted:
        return check("label_accuracy", "warn" if clash else "pass", said + clash, lines)
    if PERCENT * high < wanted:
        return check("label_accuracy", "fail", f"{said}, below {wanted:g} %{clash}", lines)
    more = f"{said}: too few to tell whether it is {wanted:g} %; check more{clash}"
    return check("label_accuracy", "warn", more, lines)
