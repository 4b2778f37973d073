"""The blocks that every view is made of and every output format writes, charts among them."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from ftvp.errors import visible
from ftvp.tables.bundle import AppliedOverlay
from ftvp.tables.entries import Range
from ftvp.tables.framework import Choice
from ftvp.units import Currency
from ftvp.wording import (
    Money,
    count_of,
    listing,
    months_text,
    rounded_text,
)

if TYPE_CHECKING:
    from ftvp.render.formats import Medium


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
        parts.append(f"X same cost, {months_text(chart.crossing)}")
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


Side = Literal["for", "against"]


@dataclass(frozen=True)
class Lead:
    """The answer itself, which stands first; a choice gives it its colour."""

    text: str
    choice: Choice | None = None


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list of short texts under a title, numbered where something refers to them."""

    title: str
    items: tuple[str, ...]
    numbered: bool = False

    @property
    def marks(self) -> list[str]:
        """What stands before each item."""
        numbers = range(1, len(self.items) + 1)
        return [f"{number}." if self.numbered else "-" for number in numbers]


@dataclass(frozen=True)
class Verbatim:
    """A line to be copied, such as a command: it is never wrapped."""

    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table: its label and one cell a column, None where there is nothing to say.

    `decides` marks the decisive row, for tuning or against it.
    """

    label: str
    cells: tuple[str | None, ...]
    detail: str = ""
    note: str = ""
    level: Literal["item", "total", "head"] = "item"
    decides: Side | None = None


@dataclass(frozen=True)
class Table:
    """Rows under columns; the title heads the column of labels. Numbers are set to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: bool = True
    compact: bool = False
    """Whether it takes as few lines as it can: one a row, or two short rows of text in a line."""


@dataclass(frozen=True)
class Quote:
    """Text of the user's own, kept line by line."""

    title: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Warned:
    """Warnings, each with a mark of its own."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Aside:
    """Sentences of less importance."""

    text: str


Block = Lead | Paragraph | Items | Verbatim | Table | Chart | Quote | Warned | Aside | Bars | Swings


@dataclass(frozen=True)
class Section:
    """The heading of a part of a page."""

    title: str


@dataclass(frozen=True)
class Kicker:
    """What a page is and of which day, in small letters over its title."""

    text: str


@dataclass(frozen=True)
class Figure:
    """One number that is shown large, and what it is."""

    number: str
    text: str


@dataclass(frozen=True)
class Figures:
    """The few numbers that a page begins with."""

    figures: tuple[Figure, ...]


PageBlock = Block | Section | Kicker | Figures | Histogram
"""What pages that are kept are made of: also headings, large numbers and a distribution."""


@dataclass(frozen=True)
class Spare:
    """A block of a first screen that gives way where lines are short, the lowest `order` first.

    `shorter` then stands in its place.
    """

    block: Block
    order: int
    shorter: Block | Spare | None = None


Screen = Sequence[Block | Spare]
"""What a view returns: blocks in order, some of which may give way."""
FIRST_SCREEN = 22
"""Lines of an answer that stay visible in a terminal of 24."""
UNBROKEN = "\ue000%"
"""A percent sign that stays with its number when lines are broken; shown text has no \\ue000."""
Page = Sequence[PageBlock | Spare]
"""What a page is made of, in order."""
TAB = 4
MAX_LISTED = 12
"""Changes of one overlay that a view lists; `ftvp pricing validate` lists all."""
CHOICES: dict[Choice, str] = {
    "prompt": "keep prompting",
    "fine_tune": "fine-tune",
    "hybrid": "fine-tune and keep a prompt",
    "pilot": "run a pilot",
}


def blocks_of(screen: Screen) -> list[Block]:
    """Return the blocks of a screen, also those that may give way."""
    return [each.block if isinstance(each, Spare) else each for each in screen]


def fit_screen(
    screen: Screen, lay_out: Callable[[Sequence[Block], Medium], str], medium: Medium
) -> str:
    """Return a screen as `lay_out` writes it.

    Unless the medium takes the whole, blocks give way until the others fit a first screen.
    """
    kept = list(screen)
    text = lay_out(blocks_of(kept), medium)
    while not medium.whole and text.count("\n") > FIRST_SCREEN:
        spare = [(each.order, n) for n, each in enumerate(kept) if isinstance(each, Spare)]
        if not spare:
            break
        _, place = min(spare)
        shorter = vars(kept[place])["shorter"]
        kept[place : place + 1] = [shorter] if shorter else []
        text = lay_out(blocks_of(kept), medium)
    return text


def is_apart(block: Block, before: Block, medium: Medium) -> bool:
    """Return whether a blank line stands between two blocks: not in the foot of a first screen."""
    foot = (Paragraph, Warned, Aside)
    return medium.whole or not (isinstance(block, foot) and isinstance(before, foot))


def page_blocks(page: Page) -> list[PageBlock]:
    """Return the blocks of a page."""
    return [each.block if isinstance(each, Spare) else each for each in page]


def shown(text: str) -> str:
    r"""Return text with its control characters escaped.

    >>> shown("a\x1b[2J\u3000b") == "a\\x1b[2J\u3000b"
    True
    """
    return "".join(c if unicodedata.category(c) == "Zs" else visible(c) for c in text)


def shown_lines(text: str) -> list[str]:
    """Return a user's text line by line, tabs as spaces, other control characters escaped."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    return [shown(line.expandtabs(TAB)) for line in lines]


def percent_text(of: Range) -> str:
    """Return a quality or a range of them in percent.

    >>> percent_text(Range(low=75, high=82)), percent_text(Range(low=80, high=80))
    ('75-82 %', '80 %')
    """
    ends = dict.fromkeys((of.low, of.high))
    return f"{'-'.join(rounded_text(end, '.4g') for end in ends)} %"


def age_text(checked_on: date, day: date) -> str:
    """Return when a source was last checked, and how long before `day` that was.

    >>> age_text(date(2026, 11, 12), date(2026, 11, 23))
    'checked 2026-11-12, 11 days ago'
    """
    days = (day - checked_on).days
    if days < 0:
        return f"checked {checked_on}"
    ago = {0: "the same day", 1: "1 day ago"}.get(days, f"{days:,} days ago")
    return f"checked {checked_on}, {ago}"


def title_text(title: str) -> str:
    """Return a title as it stands before what it names.

    >>> title_text("Assumed"), title_text("Does it hold?")
    ('Assumed:', 'Does it hold?')
    """
    return title if title.endswith("?") else f"{title}:"


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop.

    >>> sentence("measure it first")
    'Measure it first.'
    """
    ends = text.endswith((".", "!", "?"))
    return f"{text[:1].upper()}{text[1:]}{'' if ends else '.'}"


def basis(
    overlays: Sequence[AppliedOverlay],
    currency: Currency | None,
    models: Collection[str] | None = None,
) -> Iterator[Block]:
    """Yield what each overlay changed of `models`, of all where None, and the exchange rate."""
    for overlay in overlays:
        title = f"Own prices, {overlay.file} of {overlay.updated_on}"
        yield Items(title, tuple(_changes(overlay, models)))
        if overlay.doubts:
            yield Items("Doubtful, more likely a mistake than a price", overlay.doubts)
    yield from exchange(currency)


def own_prices(overlays: Sequence[AppliedOverlay], currency: Currency | None) -> Iterator[Block]:
    """Yield what `basis` does, in short: whose prices are used, and the exchange rate."""
    named = [f"{each.file} of {each.updated_on}" for each in overlays]
    if named:
        yield Aside(f"Own prices: {listing(named)} (--explain).")
    doubted = [each for each in overlays if each.doubts]
    if doubted:
        yield Warned(tuple(text for each in doubted for text in each.doubts))
    yield from exchange(currency)


def _changes(overlay: AppliedOverlay, models: Collection[str] | None) -> Iterator[str]:
    of_them = [c for c in overlay.changes if models is None or c.model in models]
    for change in of_them[:MAX_LISTED]:
        yield f"{change.model}: {change.says}"
    rest = len(overlay.changes) - len(of_them[:MAX_LISTED])
    if rest or not of_them:
        other = "other " if of_them else ""
        is_file = not overlay.file.startswith("--")
        where = f" (ftvp pricing validate {overlay.file})" if is_file else ""
        yield f"{count_of(rest, f'{other}change')}{where}"


def exchange(currency: Currency | None) -> Iterator[Block]:
    """Yield the rate at which amounts were converted, nothing where they are in USD."""
    if currency is not None:
        yield Paragraph(
            f"Amounts are in {currency.code}, at {currency.code} {currency.rate:.12g} for one US "
            f"dollar as of {currency.dated}."
        )
