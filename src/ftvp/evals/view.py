"""What `ftvp evals` shows: the conclusion, both qualities, what was counted, worth and warnings."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.evals.answer import (
    Conclusion,
    Equivalence,
    EvalsAnswer,
    GeneralSkills,
    margin_text,
    signed,
)
from ftvp.evals.items import EvalSide
from ftvp.render.document import Block, Items, Lead, Paragraph, Row, Table, Warned
from ftvp.stats import Worth
from ftvp.tables.framework import Choice
from ftvp.units import PERCENT
from ftvp.wording import (
    USD,
    agreeing,
    count_of,
    count_text,
    noun_of,
    rounded_text,
    size_text,
)

CHOICES: dict[Conclusion, Choice] = {
    "better": "fine_tune",
    "worse": "prompt",
    "equivalent": "prompt",
    "not_shown": "pilot",
}


MAX_IDS = 10
SMALLEST_SHOWN = 1e-4
CENT = 0.01


def view(answer: EvalsAnswer) -> tuple[Block, ...]:
    """Return the answer in blocks, the conclusion first."""
    measured = {"prompted": answer.prompted, "tuned": answer.tuned}
    sides = (f"{name} {_source(measured[name], side)}" for name, side in answer.sides.items())
    return (
        Lead(answer.headline, CHOICES[answer.conclusion]),
        Items(f"On {count_text(answer.n)} items", tuple(sides)),
        *_cells(answer),
        Paragraph(" ".join(_test(answer))),
        Paragraph(" ".join(_power(answer))),
        *([Paragraph(_worth(answer, answer.worth))] if answer.worth else []),
        *(_general(answer.general) if answer.general else ()),
        *([Warned(answer.warnings)] if answer.warnings else []),
        *_listed("Left out, since only one side was scored", tuple(_unpaired(answer))),
        Paragraph(f"ftvp decide --evals uses this. ftvp {answer.tool_version}."),
    )


def _source(quality: float, side: EvalSide) -> str:
    """Return a side's quality and where it comes from."""
    lower = ", lower is better" if side.lower_is_better else ""
    several = f"; {count_of(side.answers, 'answer')}" if side.answers else ""
    score = f"{rounded_text(quality, '.1f')} %: '{side.score}'{lower}"
    return f"{score} in {side.file} ({side.format}{several})"


def _general(found: GeneralSkills) -> Iterator[Block]:
    """Yield what untouched tasks say of general skills."""
    yield Paragraph(found.headline)
    yield Items(
        f"Untouched tasks, {found.test} test, p = {_p_value(found.p_value)}",
        (
            f"prompted {_source(found.prompted, found.sides['prompted'])}",
            f"tuned {_source(found.tuned, found.sides['tuned'])}",
        ),
    )
    yield from _listed("Of those tasks", found.warnings)


def _cells(answer: EvalsAnswer) -> Iterator[Block]:
    cells = answer.cells
    if cells is not None:
        rows = {
            "both sides": cells.both,
            "prompted only": cells.prompted_only,
            "tuned only": cells.tuned_only,
            "neither": cells.neither,
        }
        listed = tuple(Row(label, (count_text(count),)) for label, count in rows.items())
        yield Table("Answered right by", ("items",), listed)


def _test(answer: EvalsAnswer) -> Iterator[str]:
    name = f"{answer.test[:1].upper()}{answer.test[1:]}"
    yield f"{name} test, two-sided: p = {_p_value(answer.p_value)}."
    if answer.clusters is not None:
        yield f"The items come from {count_of(answer.clusters, 'cluster')}, which are what counts."
    if answer.equivalence is not None:
        yield _equivalence(answer.equivalence)


def _p_value(p_value: float) -> str:
    return f"{p_value:.2g}" if p_value < SMALLEST_SHOWN else f"{p_value:.4f}"


def _equivalence(found: Equivalence) -> str:
    return (
        f"Two one-sided tests at 5 %: the {found.level * PERCENT:.0f} % interval, "
        f"{signed(found.low)} to {signed(found.high)}, "
        f"{'lies' if found.holds else 'does not lie'} within {margin_text(found.margin)} "
        "either way."
    )


def _power(answer: EvalsAnswer) -> Iterator[str]:
    smallest = answer.smallest_detectable_points
    if smallest is None:
        yield "Too few items differ, or all by the same, for any difference to be shown."
    else:
        n, points = count_text(answer.n), rounded_text(smallest, ".1f")
        yield f"{n} items show a difference of {points} points with 80 % power."
    gap = answer.n_for_gap
    if answer.next_step is not None:
        yield answer.next_step
    elif gap.n is not None:
        yield f"For the {size_text(gap.points)} of question 3, {count_text(gap.n)} are needed."


def _worth(answer: EvalsAnswer, worth: Worth) -> str:
    """Return what the difference is worth, and up to what price more items are worth buying."""
    known = (
        f"The difference is worth {USD.usd(worth.usd_per_month)} a month in errors saved "
        f"({answer.difference.level * PERCENT:.0f} %: {USD.usd(worth.low)} to "
        f"{USD.usd(worth.high)}), what tuning costs left aside."
    )
    exact = worth.perfect_information_usd
    if exact < CENT:
        return f"{known} More items would not change what to do."
    more = (answer.n_for_difference or answer.n_for_gap.n or 0) - answer.n
    most = f"{known} To know it exactly would be worth at most {USD.usd(exact)} a month"
    if more <= 0:
        return f"{most}: the most to pay for more items."
    each = USD.price(float(f"{exact / more:.2g}"))
    items = f"{noun_of(more, 'items')} {agreeing(more, 'pays', 'pay')}"
    return f"{most}: {count_text(more)} more {items} within one if each costs below {each}."


def _listed(title: str, items: tuple[str, ...]) -> Iterator[Block]:
    if items:
        yield Items(title, items)


def _unpaired(answer: EvalsAnswer) -> Iterator[str]:
    for side, ids in (("prompted", answer.unpaired.prompted), ("tuned", answer.unpaired.tuned)):
        if ids:
            more = f" and {len(ids) - MAX_IDS:,} more" if len(ids) > MAX_IDS else ""
            yield f"{side} only, {count_of(len(ids), 'item')}: {', '.join(ids[:MAX_IDS])}{more}"
