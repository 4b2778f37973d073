"""The bills of both sides in one table, and each amount with the formula that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftvp.advice.answers import CostAnswer
from ftvp.lenses.cost.bill import Bill
from ftvp.lenses.cost.lines import Line
from ftvp.lenses.cost.option import Citation
from ftvp.render.document import Block, Items, Row, Side, Table
from ftvp.units import cents_text, count_text, usd_text

LABELS = {
    "request": "requests",
    "input": "input",
    "cached_input": "cached input",
    "cache_write": "cache writes",
    "output": "output",
    "batch_input": "batch input",
    "batch_output": "batch output",
    "hosting": "hosting",
    "retraining": "retraining",
    "maintenance": "maintenance",
    "training": "training",
    "labelling": "labelling",
    "engineering": "engineering",
}
"""The lines of a bill by name, in the order of a bill."""
BLAMED = {
    "input_price": ("input", "cached_input", "cache_write", "batch_input"),
    "output_price": ("output", "batch_output"),
    "input_and_output_price": ("output", "batch_output"),
    "request_cost": ("request",),
    "nothing_removed": ("input", "batch_input"),
    "fixed_costs": ("hosting", "retraining", "maintenance"),
}
"""The lines of which the dearest says why tuning never pays back."""
PAID_BEFORE = "Paid before the first tuned request"


def bill_table(cost: CostAnswer) -> Table:
    """Return a month's bill, what is paid before it, and the row that decides the matter."""
    sides = [cost.prompted] if cost.tuned is None else [cost.prompted, cost.tuned]
    volume = count_text(cost.inputs.volume or 0)
    monthly = [bill.monthly_lines for bill in sides]
    upfront = [bill.upfront_lines for bill in sides]
    decides = _deciding(cost)
    rows = [_row(item, monthly, _detail(item, cost), decides) for item in _items(monthly)]
    rows.append(Row("total", _amounts([bill.monthly_usd for bill in sides]), level="total"))
    paid = _amounts([bill.upfront_usd for bill in sides])
    rows.append(Row(PAID_BEFORE, paid, level="total"))
    if len(_items(upfront)) > 1:
        rows += [_row(item, upfront, "", None) for item in _items(upfront)]
    return Table(
        title=f"A month at {volume} requests a day",
        columns=("prompted", "tuned")[: len(sides)],
        rows=tuple(rows),
    )


def formulas(cost: CostAnswer) -> Block:
    """Return every amount with its formula in numbers and the number of its price's source."""
    return Items("How each amount is made", tuple(_formulas(cost)))


def _formulas(cost: CostAnswer) -> Iterator[str]:
    for side, bill in (("prompted", cost.prompted), ("tuned", cost.tuned)):
        if bill is not None:
            for line in (*bill.monthly_lines, *bill.upfront_lines):
                amount = f"{line.formula} = {cents_text(line.usd)}"
                yield f"{side} {LABELS[line.item]}: {amount}{_reference(line, cost.sources)}"


def _reference(line: Line, sources: Sequence[Citation]) -> str:
    """Return the number under which a line's source stands in the list of prices."""
    numbered = enumerate(sources, 1)
    return next((f" [{n}]" for n, source in numbered if line.source.startswith(source.name)), "")


def _items(bills: Sequence[Sequence[Line]]) -> list[str]:
    present = {line.item for lines in bills for line in lines}
    return [item for item in LABELS if item in present]


def _row(
    item: str, bills: Sequence[Sequence[Line]], detail: str, decides: tuple[str, Side, str] | None
) -> Row:
    amounts = [next((line.usd for line in lines if line.item == item), 0) for lines in bills]
    side, note = (decides[1], decides[2]) if decides and decides[0] == item else (None, "")
    return Row(LABELS[item], _amounts(amounts), detail=detail, note=note, decides=side)


def _amounts(usd: Sequence[float]) -> tuple[str | None, ...]:
    return tuple(cents_text(amount) if amount else None for amount in usd)


def _detail(item: str, cost: CostAnswer) -> str:
    tokens, tuned = cost.tokens, cost.tuned
    pairs = {
        "input": (tokens.prompted_input, tokens.tuned_input),
        "output": (tokens.output, tokens.tuned_output),
        "cached_input": (cost.prompted.cached_tokens, tuned.cached_tokens if tuned else 0),
    }
    if item in pairs:
        of = "of them" if item == "cached_input" else "tokens"
        return _change(*pairs[item], of, has_tuned=tuned is not None)
    lines = tuned.monthly_lines if tuned and item in BLAMED["fixed_costs"] else ()
    return next((line.formula for line in lines if line.item == item), "")


def _change(before: float | None, after: float | None, of: str, *, has_tuned: bool) -> str:
    if before == after or not has_tuned:
        return f"{count_text(before)} {of}" if before else ""
    return f"{count_text(before or 0)} -> {count_text(after or 0)} {of}"


def _deciding(cost: CostAnswer) -> tuple[str, Side, str] | None:
    """Return the line that decides the matter, which way, and its reason in words."""
    tuned, reason = cost.tuned, cost.breakeven.reason
    if tuned is None:
        return None
    if reason not in BLAMED:
        item = max(LABELS, key=lambda item: cost.prompted.usd(item) - tuned.usd(item))
        saved = cost.prompted.usd(item) - tuned.usd(item)
        return (item, "for", f"saves {usd_text(saved)}") if saved > 0 else None
    item = max(BLAMED[reason], key=tuned.usd)
    return item, "against", _blame(item, reason, cost.prompted, tuned)


def _blame(item: str, reason: str, prompted: Bill, tuned: Bill) -> str:
    if reason == "nothing_removed":
        return "nothing is removed"
    if reason == "fixed_costs":
        return "due at any volume"
    before, after = prompted.usd(*BLAMED[reason]), tuned.usd(*BLAMED[reason])
    what = "a tuned request" if item == "request" else f"tuned {LABELS[item]}"
    return f"{what} costs {after / before:.3g}x" if before else f"only {what} costs this"
