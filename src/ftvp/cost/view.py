"""What every answer says of its inputs: what is assumed, the sources of prices, the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ftvp.cost.answer import AssumptionAnswer
from ftvp.render.document import Aside, Block, Items, source_text
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation
from ftvp.wording import count_text


def assumed_line(assumptions: Sequence[AssumptionAnswer]) -> str | None:
    """Return what nobody told in one line, None where there is nothing."""
    said = [assumed_text(each) for each in assumptions if each.field != "own_work_usd"]
    return f"Assumed: {', '.join(said)}." if said else None


def assumed_text(each: AssumptionAnswer) -> str:
    """Return an assumption in words: "1,000 training examples", "model: aws-bedrock/nova-micro"."""
    if isinstance(each.value, str):
        return f"{each.what}: {each.value}"
    if ":" in each.what:
        return f"{each.what} = {count_text(each.value)}"
    return f"{count_text(each.value)} {each.what}"


def sources(cited: Sequence[Citation], day: date) -> Iterator[Block]:
    """Yield the sources of the prices, with their ages."""
    if cited:
        said = tuple(source_text(source, day) for source in cited)
        yield Items("Prices", said, numbered=True)


def versions(header: Header) -> Aside:
    """Return as of when and from which tables an answer was made."""
    tables = header.tables
    return Aside(
        f"As of {header.as_of}. Tables last changed: prices {tables.pricing}, qualities "
        f"{tables.quality}, framework {tables.framework}. ftvp {header.tool_version}."
    )
