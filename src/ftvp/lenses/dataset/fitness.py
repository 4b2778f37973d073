"""Whether the file as a whole can be trained on: its records, its number, its length, its shots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ftvp.lenses.data import DataResult
from ftvp.lenses.dataset.check import Check, check
from ftvp.lenses.dataset.facts import Fact
from ftvp.lenses.dataset.sizes import Cut

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
