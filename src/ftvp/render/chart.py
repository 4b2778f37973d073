"""The two cumulative costs, drawn with letters or told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftvp.render.document import Bars, Chart, Swing, Swings
from ftvp.wording import months_text

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
    return [
        *_framed(cells, chart.money.usd(top), chart.money.text("0")),
        _axis(chart, top),
        _key(chart),
    ]


def sentences(chart: Chart) -> Iterator[str]:
    """Yield what the chart shows, for who cannot see it."""
    before, after = chart.money.usd(chart.prompted[-1]), chart.money.usd(chart.tuned[-1])
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


def _framed(cells: list[list[str]], top: str, bottom: str) -> Iterator[str]:
    labels = [top, *[""] * (ROWS - 2), bottom]
    for label, row in zip(labels, cells, strict=True):
        yield f"{label:>{len(top)}} |{''.join(row)}".rstrip()
    yield f"{'':>{len(top)}} +{'-' * COLUMNS}"


def _axis(chart: Chart, top: float) -> str:
    indent = len(chart.money.usd(top))
    end = f"month {chart.last}"
    return f"{'':>{indent}}  0{end:>{COLUMNS - 1}}"


def _key(chart: Chart) -> str:
    parts = ["p prompted", "t tuned", "= both"]
    if chart.crossing is not None and chart.crossing <= chart.last:
        parts.append(f"X paid back, {months_text(chart.crossing)}")
    if chart.shutdown is not None and 0 <= chart.shutdown <= chart.last:
        parts.append(f"| shutdown {chart.shutdown_on}")
    return "; ".join(parts)


def barred(block: Bars, width: int) -> list[str]:
    """Return amounts as bars of at most `width` columns, the largest the longest."""
    labels = max((len(bar.label) for bar in block.bars), default=0)
    said = max((len(bar.said) for bar in block.bars), default=0)
    room = min(COLUMNS, width - len(block.title) - labels - said - 4)
    most = max((bar.size for bar in block.bars), default=0) or 1
    lines = []
    for number, bar in enumerate(block.bars):
        title = block.title if number == 0 else " " * len(block.title)
        drawn = "#" * max(round(room * bar.size / most), 1 if bar.size > 0 else 0)
        lines.append(f"{title}  {bar.label:<{labels}} {drawn:<{room}} {bar.said:>{said}}".rstrip())
    return lines


LEAST_BAR = 8


def swung(block: Swings, width: int) -> list[str] | None:
    """Return bars around the middle, None where `width` columns have no room for them.

    Between both ends # is worse than the middle and = is better; | is 0.
    """
    rows = [
        (s.label, s.range, block.money.usd(s.worse), block.money.usd(s.better), *s.cells)
        for s in block.swings
    ]
    label, ranges, worse, better, *cells = (max(map(len, each)) for each in zip(*rows, strict=True))
    heads = [*block.columns[2:]]
    cells = [max(size, len(head)) for size, head in zip(cells, heads, strict=True)]
    label, ranges = max(label, len(block.title)), max(ranges, len(block.columns[0]))
    taken = label + ranges + worse + better + sum(cells) + 2 * len(cells) + 6
    room = min(COLUMNS // 2, width - taken)
    if room < LEAST_BAR:
        return None
    head = f"{block.title:<{label}}  {block.columns[0]:<{ranges}}  "
    head += f"{block.columns[1]:^{worse + room + better + 2}}"
    lines = [head + "".join(f"  {h:>{size}}" for h, size in zip(heads, cells, strict=True))]
    for swing, (name, told, low, high, *behind) in zip(block.swings, rows, strict=True):
        line = f"{name:<{label}}  {told:<{ranges}}  {low:>{worse}} {_swing(swing, block, room)} "
        line += f"{high:<{better}}"
        lines.append(line + "".join(f"  {c:>{n}}" for c, n in zip(behind, cells, strict=True)))
    return [*(line.rstrip() for line in lines), block.key]


def _swing(swing: Swing, block: Swings, room: int) -> str:
    """Return one bar on the scale that all of them share."""
    ends = [end for each in block.swings for end in (each.worse, each.better)]
    least, most = min(0.0, *ends), max(0.0, *ends)

    def column(usd: float) -> int:
        return round((usd - least) / ((most - least) or 1) * (room - 1))

    cells = [" "] * room
    for place in range(column(swing.worse), column(swing.better) + 1):
        cells[place] = "#" if place < column(block.middle) else "="
    cells[column(0)] = "|"
    return "".join(cells)


def swings_said(block: Swings) -> Iterator[str]:
    """Yield what the bars show, for who cannot see them."""
    for swing in block.swings:
        amounts = f"{block.money.usd(swing.worse)} to {block.money.usd(swing.better)}"
        heads = zip(block.columns[2:], swing.cells, strict=True)
        more = "".join(f"; {head} {cell}" for head, cell in heads if cell != "-")
        yield f"{swing.label}, {swing.range}: {amounts}{more}"
