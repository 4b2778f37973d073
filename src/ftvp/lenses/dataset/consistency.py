"""Whether all answers have one form, and each label one spelling."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from ftvp.lenses.dataset.check import Check, check, percent
from ftvp.lenses.dataset.facts import Fact

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
