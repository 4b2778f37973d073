"""Whether answers are right: one question answered in two ways, and a hand-checked sample."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ftvp.lenses.dataset.check import PERCENT, Check, check, percent
from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.stats import wilson

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
