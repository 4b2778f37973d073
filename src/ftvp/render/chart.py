"""The chart of two cumulative costs and the bars of amounts, and how they are drawn in ASCII."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ftvp.wording import Money, months_text, rounded_text

COLUMNS = 60
ROWS = 10
LEAST_BAR = 8
"""The least columns of a bar between its two amounts."""


@dataclass(frozen=True)
class Chart:
    """Two cumulative costs in USD by month, from month 0 on, and what happens on the way.

    `crossing` and `shutdown` are in months, None where there is none; `shutdown_on` is its date.
    """

    title: str
    prompted: tuple[float, ...]
    tuned: tuple[float, ...]
    money: Money
    crossing: float | None = None
    shutdown: float | None = None
    shutdown_on: str = ""

    @property
    def last(self) -> int:
        """The last month drawn."""
        return len(self.prompted) - 1


@dataclass(frozen=True)
class AmountBar:
    """One amount as a bar: its label, its size, and the amount in words."""

    label: str
    size: float
    said: str


@dataclass(frozen=True)
class Bars:
    """Amounts side by side, the longest as long as there is room."""

    title: str
    bars: tuple[AmountBar, ...]


@dataclass(frozen=True)
class Swing:
    """One input moved along its range: the amounts at its worse and its better end.

    `cells` stand behind the bar, one for each of the last columns.
    """

    label: str
    range: str
    worse: float
    better: float
    cells: tuple[str, ...]
    ends: tuple[str, str] = ("", "")
    """The value of the input at its worse end, and at its better one."""


@dataclass(frozen=True)
class Swings:
    """What moves an amount, the most first: bars around the amount in the `middle`, and 0."""

    title: str
    columns: tuple[str, ...]
    """Over the ranges, the bars, and each cell behind them."""
    swings: tuple[Swing, ...]
    middle: float
    money: Money
    key: str
    """What the marks mean."""


@dataclass(frozen=True)
class Histogram:
    """How often an amount falls into even steps from `low` to `high` USD.

    What lies beyond is counted in the first and in the last step.
    """

    title: str
    low: float
    high: float
    counts: tuple[int, ...]
    marks: tuple[tuple[str, float], ...]
    """Percentiles by name, USD."""
    share_above: float
    """The part above 0."""
    money: Money


def histogram_said(block: Histogram) -> str:
    """Return what a distribution shows, for who cannot see it."""
    marks = ", ".join(f"{name} {block.money.usd(usd)}" for name, usd in block.marks)
    above = rounded_text(block.share_above, ".0%")
    return f"{above} of {sum(block.counts):,} futures lie above {block.money.text('0')}; {marks}."


def meeting(chart: Chart) -> tuple[float, float] | None:
    """Return the month and the amount at which both have cost the same, None where they do not."""
    gaps = [now - tuned for now, tuned in zip(chart.prompted, chart.tuned, strict=True)]
    for month, (before, after) in enumerate(itertools.pairwise(gaps)):
        if before != after and min(before, after) <= 0 <= max(before, after) and (before or month):
            part = before / (before - after)
            usd = chart.tuned[month] + part * (chart.tuned[month + 1] - chart.tuned[month])
            return month + part, usd
    return None


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
    highest = chart.money.usd(top)
    labels = [highest, *[""] * (ROWS - 2), chart.money.text("0")]
    margin, end = len(highest), f"month {chart.last}"
    rows = zip(labels, cells, strict=True)
    return [
        *(f"{label:>{margin}} |{''.join(row)}".rstrip() for label, row in rows),
        f"{'':>{margin}} +{'-' * COLUMNS}",
        f"{'':>{margin}}  0{end:>{COLUMNS - 1}}",
        _key(chart),
    ]


def _at(costs: Sequence[float], month: float) -> float:
    """Return a cumulative cost between two month ends, on the straight line between them."""
    whole = min(int(month), len(costs) - 2)
    return costs[whole] + (costs[whole + 1] - costs[whole]) * (month - whole)


def _row(usd: float, top: float) -> int:
    return ROWS - 1 - min(ROWS - 1, round(usd / top * (ROWS - 1)))


def _column(month: float, chart: Chart) -> int:
    return round(month / chart.last * (COLUMNS - 1))


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
