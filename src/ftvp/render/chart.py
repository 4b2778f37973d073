"""The two cumulative costs, drawn with letters or told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftvp.render.document import Chart
from ftvp.units import money_text, months_text, usd_text

COLUMNS = 60
ROWS = 10


def drawing(chart: Chart) -> list[str]:
    """Return the chart in lines of ASCII: p prompted, t tuned, = both, X crossing, | shutdown."""
    top = max(*chart.prompted, *chart.tuned) or 1
    cells = [[" "] * COLUMNS for _ in range(ROWS)]
    if chart.shutdown is not None and 0 <= chart.shutdown <= chart.last:
        for row in cells:
            row[_column(chart.shutdown, chart)] = "|"
    for column in range(COLUMNS):
        month = chart.last * column / (COLUMNS - 1)
        before, after = (_row(_at(c, month), top) for c in (chart.prompted, chart.tuned))
        cells[before][column] = "p"
        cells[after][column] = "=" if before == after else "t"
    if chart.crossing is not None and chart.crossing <= chart.last:
        cells[_row(_at(chart.tuned, chart.crossing), top)][_column(chart.crossing, chart)] = "X"
    return [*_framed(cells, usd_text(top)), _months_axis(chart, len(usd_text(top))), _key(chart)]


def sentences(chart: Chart) -> Iterator[str]:
    """Yield what the chart shows, for who cannot see it."""
    before, after = usd_text(chart.prompted[-1]), usd_text(chart.tuned[-1])
    end = f"{chart.last} months" if chart.last > 1 else "1 month"
    yield f"After {end} prompting has cost {before} and tuning {after}."
    if chart.crossing is not None and chart.crossing <= chart.last:
        yield f"The two have cost the same after {months_text(chart.crossing)}."
    else:
        yield f"The two do not meet within {end}."
    if chart.shutdown is not None and chart.shutdown >= 0:
        after = months_text(chart.shutdown)
        yield f"The tuned model is shut down after {after}, on {chart.shutdown_on}."


def _at(costs: Sequence[float], month: float) -> float:
    """Return a cumulative cost between two month ends, on the straight line between them."""
    whole = min(int(month), len(costs) - 2)
    return costs[whole] + (costs[whole + 1] - costs[whole]) * (month - whole)


def _row(usd: float, top: float) -> int:
    return ROWS - 1 - min(ROWS - 1, round(usd / top * (ROWS - 1)))


def _column(month: float, chart: Chart) -> int:
    return round(month / chart.last * (COLUMNS - 1))


def _framed(cells: list[list[str]], top: str) -> Iterator[str]:
    labels = [top, *[""] * (ROWS - 2), money_text("0")]
    for label, row in zip(labels, cells, strict=True):
        yield f"{label:>{len(top)}} |{''.join(row)}".rstrip()
    yield f"{'':>{len(top)}} +{'-' * COLUMNS}"


def _months_axis(chart: Chart, indent: int) -> str:
    end = f"month {chart.last}"
    return f"{'':>{indent}}  0{end:>{COLUMNS - 1}}"


def _key(chart: Chart) -> str:
    parts = ["p prompted", "t tuned", "= both"]
    if chart.crossing is not None and chart.crossing <= chart.last:
        parts.append(f"X paid back, {months_text(chart.crossing)}")
    if chart.shutdown is not None and 0 <= chart.shutdown <= chart.last:
        parts.append(f"| shutdown {chart.shutdown_on}")
    return "; ".join(parts)
