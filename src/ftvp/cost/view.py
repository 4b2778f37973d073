"""What every answer says of its inputs: what is assumed, the sources of prices, the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ftvp.cost.answer import AssumptionAnswer
from ftvp.render.document import Aside, Block, Items, Spare, Warned, age_text
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation
from ftvp.wording import (
    LINE,
    count_text,
    is_lead,
    with_noun,
)

MAX_WARNINGS = 2


def in_two_lines(said: Sequence[str]) -> tuple[str, str]:
    """Return the first of some sentences, as many as two lines hold and one at least, and the rest.

    >>> in_two_lines(["Keep prompting.", "It would pay " + "very " * 30 + "late."])[0]
    'Keep prompting.'
    """
    fits = (number for number in range(1, len(said) + 1) if is_lead(" ".join(said[:number])))
    first = max(fits, default=1)
    return " ".join(said[:first]), " ".join(said[first:])


def assumed_line(assumptions: Sequence[AssumptionAnswer], most: int | None = LINE) -> str | None:
    """Return what nobody told in one line of `most` characters, None where there is nothing."""
    said = [assumed_text(each) for each in assumptions if each.field != "own_work_usd"]
    between = "; " if any("," in text.replace(",0", "") for text in said) else ", "
    line, kept = None, list[str]()
    for text in said:
        left = len(said) - len(kept) - 1
        more = f" and {left} more (--explain)" if left else ""
        longer = f"Assumed: {between.join([*kept, text])}{more}."
        if most is None or line is None or len(longer) <= most:
            line, kept = longer, [*kept, text]
    return line


def assumed_text(each: AssumptionAnswer) -> str:
    """Return an assumption in words: "1,000 training examples", "model: aws-bedrock/nova-micro"."""
    if isinstance(each.value, str):
        return f"{each.what}: {each.value}"
    if ":" in each.what:
        return f"{each.what} = {count_text(each.value)}"
    return with_noun(count_text(each.value), each.what)


def warned(warnings: tuple[str, ...], *, explain: bool) -> Iterator[Block | Spare]:
    """Yield the warnings; on a first screen the first sentence of two, and how many more there are.

    Where lines are short, of one, then their number.
    """
    if not warnings:
        return
    if explain:
        yield Warned(warnings)
        return
    short = [f"{text.split('. ')[0].removesuffix('.')}." for text in warnings]
    screens = []
    for most in (MAX_WARNINGS, 1):
        left = len(short) - most
        more = [f"and {left} more (--explain)"] if left > 0 else []
        screens.append(Warned((*short[:most], *more)))
    two, one = screens
    yield Spare(two, 4, Spare(one, 7, Warned((f"{len(warnings)} warnings: --explain",))))


def sources(cited: Sequence[Citation], day: date) -> Iterator[Block]:
    """Yield the sources of the prices, with their ages."""
    if cited:
        said = (
            f"{each.name}, {age_text(each.checked_on, day)}" if each.checked_on else each.name
            for each in cited
        )
        yield Items("Prices", tuple(said), numbered=True)


def versions(header: Header) -> Aside:
    """Return as of when and from which tables an answer was made."""
    tables = header.tables
    return Aside(
        f"As of {header.as_of}. Tables last changed: prices {tables.pricing}, qualities "
        f"{tables.quality}, framework {tables.framework}. ftvp {header.tool_version}."
    )
