"""The four savings, their break-evens, and the two claims about volume."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ftvp.lenses.audit.finding import Finding, dollars, months_range_text, range_text, span
from ftvp.lenses.audit.priced import PricedScenario
from ftvp.tables.framework import Framework
from ftvp.tables.guide import BreakevenClaim
from ftvp.tables.ranges import Range
from ftvp.units import count_text, price_text, usd_text


def savings(scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each published saving twice: by the article's formula, and by the bill."""
    for row in scenarios:
        yield _by_formula(row)
        yield _by_bill(row)


def _by_formula(row: PricedScenario) -> Finding:
    told, saved = row.scenario, row.formula_saving(row.tuned)
    tuned, prompted = price_text(row.tuned.input), price_text(row.prompted.input)
    return Finding(
        id=f"formula_{told.id}",
        claim=f"{told.name}: removing the shots saves ${told.claimed_saving_usd:g} a month.",
        recomputed=f"{usd_text(saved)} a month",
        holds=math.isclose(saved, told.claimed_saving_usd),
        why=f"{count_text(row.requests_per_month)} requests x {count_text(told.removed_tokens)} "
        f"removed tokens x {tuned}/Mtok, the tuned input price. The prompt was billed at "
        f"{prompted}, which gives {usd_text(row.formula_saving(row.prompted))}.",
    )


def _by_bill(row: PricedScenario) -> Finding:
    told, saved = row.scenario, row.bill_saving
    return Finding(
        id=f"bill_{told.id}",
        claim=f"{told.name}: tuning saves ${told.claimed_saving_usd:g} a month.",
        recomputed=f"{usd_text(saved)} a month",
        holds=math.isclose(saved, told.claimed_saving_usd),
        why=f"Input {_change(row.input_usd)} and output {_change(row.output_usd)} a month, "
        "each side at its own prices.",
    )


def _change(before_and_after: tuple[float, float]) -> str:
    """Return what tuning does to a part of the bill, such as "$54.00 -> $36.00"."""
    before, after = before_and_after
    return f"{usd_text(before)} -> {usd_text(after)}"


def paybacks(scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each scenario's published break-even beside that of the formula and of the bill."""
    for row in scenarios:
        claimed, billed = row.scenario.breakeven_months, row.months(row.bill_saving)
        yield Finding(
            id=f"breakeven_{row.scenario.id}",
            claim=f"{row.scenario.name} breaks even in {_months(claimed)}.",
            recomputed=f"{months_range_text(row.months(row.formula_saving(row.tuned)))} by the "
            f"formula, {months_range_text(billed)} by the bill",
            holds=billed is not None and claimed.contains(billed),
            why=_why_later(row),
        )


def _months(claimed: Range) -> str:
    return f"{range_text(claimed)} month{'' if claimed.high == 1 else 's'}"


def _why_later(row: PricedScenario) -> str:
    if row.training_usd is None:
        return "No typical training run is published for the model."
    if row.bill_saving <= 0:
        return f"The tuned model costs {usd_text(-row.bill_saving)} a month more to run."
    runs = range_text(row.training_usd, dollars)
    return f"The typical run of {runs} is earned back at {usd_text(row.bill_saving)} a month."


def volume_claims(framework: Framework, scenarios: Sequence[PricedScenario]) -> Iterator[Finding]:
    """Yield each claim about break-even at a volume, recomputed over the scenarios of its model."""
    for claim in framework.formula.claims:
        rows = [
            row.at(claim.requests_per_day) for row in scenarios if row.scenario.model == claim.model
        ]
        if rows:
            yield _at_volume(claim, rows)


def _at_volume(claim: BreakevenClaim, rows: Sequence[PricedScenario]) -> Finding:
    by_formula = _together([row.months(row.formula_saving(row.tuned)) for row in rows])
    billed = [months for row in rows if (months := row.months(row.bill_saving)) is not None]
    by_bill = _together(billed)
    return Finding(
        id=f"breakeven_{claim.id}",
        claim=f"At {count_text(claim.requests_per_day)} requests a day tuning breaks even in "
        f"{_months(claim.months)}.",
        recomputed=f"{months_range_text(by_formula)} by the formula, "
        f"{months_range_text(by_bill)} by the bill",
        holds=len(billed) == len(rows) and by_bill is not None and claim.months.contains(by_bill),
        why=f"By the bill {len(billed)} of {len(rows)} scenarios ever break even.",
    )


def _together(months: Sequence[Range | None]) -> Range | None:
    known = [each for each in months if each is not None]
    return span(end for each in known for end in (each.low, each.high))
