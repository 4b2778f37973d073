"""An answer as an HTML page: its charts are SVG that the page's style sheet colours.

Widths and places are in units of a drawing 640 wide; text in it is 12 high.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from ftvp.errors import visible
from ftvp.render.document import (
    Bars,
    Chart,
    Histogram,
    Kicker,
    Lead,
    Page,
    PageBlock,
    Section,
    Swing,
    Swings,
    Table,
    histogram_said,
    meeting,
    page_blocks,
    shown,
    shown_lines,
    swings_said,
)
from ftvp.render.formats import Medium
from ftvp.render.text import chart_sentences
from ftvp.units import PERCENT
from ftvp.wording import Money, months_text, rounded_text

if TYPE_CHECKING:
    from jinja2 import Template


WIDTH = 640
LEFT, RIGHT = 76, 500
"""The sides of the plot of a chart: amounts stand left of it, names right."""
TOP, BOTTOM = 16, 196
LINE = 16
"""The least distance between two lines of text."""
TICKS = 4
LETTER = 7
"""The mean width of a letter."""
BAR_LEFT, BAR_RIGHT = 265, 565
BAR_TOP, BAR_STEP, BAR_HEIGHT = 26, 40, 18
HISTOGRAM_LEFT, HISTOGRAM_RIGHT, HISTOGRAM_BASE = 20, 620, 170


def chart_svg(chart: Chart) -> Markup:
    """Return two cumulative costs over the months, with where they meet and where a model ends."""
    top = max(*chart.prompted, *chart.tuned) or 1.0
    parts = list(_axes(chart, top))
    places = [_y(costs[-1], top) for costs in (chart.prompted, chart.tuned)]
    if chart.shutdown is not None and 0 <= chart.shutdown <= chart.last:
        x = _x(chart.shutdown, chart)
        parts.append(line(x, TOP, x, BOTTOM, "end"))
        side, anchor = (-4, "end") if x > (LEFT + RIGHT) / 2 else (4, "start")
        parts.append(text(x + side, TOP + 10, f"ends {chart.shutdown_on}", "end-label", anchor))
    for costs, name in ((chart.prompted, "now"), (chart.tuned, "tuned")):
        points = " ".join(f"{_x(m, chart):.1f},{_y(c, top):.1f}" for m, c in enumerate(costs))
        parts.append(Markup('<polyline class="{}" points="{}"/>').format(name, points))
    met = meeting(chart)
    if met is not None:
        parts += _marked(*met, chart, top)
    for y, costs, (word, name) in zip(
        _apart(places),
        (chart.prompted, chart.tuned),
        (("prompting", "now-label"), ("tuning", "tuned-label")),
        strict=True,
    ):
        parts.append(text(RIGHT + 6, y + 4, f"{word} {chart.money.usd(costs[-1])}", name))
    return drawn(parts, BOTTOM + 26, chart.title, chart_sentences(chart))


def _x(month: float, chart: Chart) -> float:
    return LEFT + (RIGHT - LEFT) * month / max(chart.last, 1)


def _y(usd: float, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * usd / top


def _apart(places: Sequence[float]) -> list[float]:
    """Return two places, moved apart so that a line of text has room at each."""
    one, other = places
    missing = LINE - abs(one - other)
    if missing <= 0:
        return [one, other]
    up = missing / 2 if one <= other else -missing / 2
    return [one - up, other + up]


def _axes(chart: Chart, top: float) -> Iterator[Markup]:
    """Yield the grid of amounts, and the months below it."""
    for usd in money_ticks(0, top, chart.money):
        y = _y(usd, top)
        said = chart.money.usd(usd) if usd else chart.money.text("0")
        yield line(LEFT, y, RIGHT, y, "grid")
        yield text(LEFT - 6, y + 4, said, "tick", "end")
    step = max(1, math.ceil(chart.last / TICKS))
    for month in range(0, chart.last + 1, step):
        said = f"month {month}" if month else "today"
        yield text(_x(month, chart), BOTTOM + 18, said, "tick", "middle")


def _marked(month: float, usd: float, chart: Chart, top: float) -> Iterator[Markup]:
    x, y = _x(month, chart), _y(usd, top)
    yield line(x, y, x, BOTTOM, "drop")
    yield Markup('<circle class="met" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y)
    side, anchor = (-6, "end") if month > chart.last / 2 else (6, "start")
    said = f"same cost after {months_text(month)}"
    yield text(x + side, BOTTOM - 8, said, "said", anchor)


def histogram_svg(block: Histogram) -> Markup:
    """Return how often each step of an amount comes up, what lies below 0 apart from the rest."""
    most, steps = max(block.counts) or 1, len(block.counts)
    width = (HISTOGRAM_RIGHT - HISTOGRAM_LEFT) / steps

    def x(usd: float) -> float:
        part = (usd - block.low) / ((block.high - block.low) or 1)
        return HISTOGRAM_LEFT + (HISTOGRAM_RIGHT - HISTOGRAM_LEFT) * min(max(part, 0), 1)

    parts = []
    for place, count in enumerate(block.counts):
        middle = block.low + (block.high - block.low) * (place + 0.5) / steps
        height = (HISTOGRAM_BASE - 40) * count / most
        name = "gain" if middle > 0 else "loss"
        left = HISTOGRAM_LEFT + place * width
        parts.append(box(left, HISTOGRAM_BASE - height, width - 1, height, name))
    parts.append(line(HISTOGRAM_LEFT, HISTOGRAM_BASE, HISTOGRAM_RIGHT, HISTOGRAM_BASE, "axis"))
    parts += _both_sides(block, x(0), inside=block.low <= 0 <= block.high)
    parts += _percentiles(block, x)
    return drawn(parts, HISTOGRAM_BASE + 44, block.title, [histogram_said(block)])


def _both_sides(block: Histogram, zero: float, *, inside: bool) -> Iterator[Markup]:
    """Yield the line at 0, and how many futures lie on each side of it."""
    above = round(float(rounded_text(block.share_above * PERCENT, ".0f")))
    gain, loss = f"{above}% gain", f"{PERCENT - above}% lose money"
    if inside:
        yield line(zero, 22, zero, HISTOGRAM_BASE, "axis")
    near, far = HISTOGRAM_LEFT + LETTER * (len(loss) + 1), HISTOGRAM_RIGHT - LETTER * len(gain)
    border = min(max(zero, near), far) if inside else WIDTH / 2
    if block.share_above < 1:
        yield text(border - 6, 18, loss, "loss-label", "end")
    if block.share_above > 0:
        yield text(border + 6, 18, gain, "gain-label")


def _percentiles(block: Histogram, x: Callable[[float], float]) -> Iterator[Markup]:
    """Yield the percentiles below the steps, in two lines where one has no room for them."""
    ends = [-math.inf, -math.inf]
    for name, usd in block.marks:
        at, said = x(usd), f"{name} {block.money.usd(usd)}"
        half = LETTER * len(said) / 2
        middle = min(max(at, half), WIDTH - half)
        row = 0 if middle - half > ends[0] else 1
        ends[row] = middle + half
        yield line(at, HISTOGRAM_BASE, at, HISTOGRAM_BASE + 5, "axis")
        yield text(middle, HISTOGRAM_BASE + 18 + LINE * row, said, "tick", "middle")


def swings_svg(block: Swings) -> Markup:
    """Return what each input does along its range: a bar from its worse to its better end."""
    ends = [end for each in block.swings for end in (each.worse, each.better)]
    low, high = min(0.0, *ends), max(0.0, *ends)

    def x(usd: float) -> float:
        return BAR_LEFT + (BAR_RIGHT - BAR_LEFT) * (usd - low) / ((high - low) or 1)

    bottom = BAR_TOP + BAR_STEP * len(block.swings)
    parts = []
    widest = max(len(block.money.usd(end)) for end in (low, high))
    room = int((BAR_RIGHT - BAR_LEFT) / (LETTER * (widest + 2)))
    for usd in money_ticks(low, high, block.money, max(1, min(room, TICKS))):
        parts.append(line(x(usd), BAR_TOP - 6, x(usd), bottom, "grid"))
        said = block.money.usd(usd) if usd else block.money.text("0")
        parts.append(text(x(usd), bottom + 16, said, "tick", "middle"))
    for place, swing in enumerate(block.swings):
        parts += _swung(swing, BAR_TOP + BAR_STEP * place, x)
    parts.append(line(x(0), BAR_TOP - 8, x(0), bottom, "axis"))
    parts.append(line(x(block.middle), BAR_TOP - 2, x(block.middle), bottom, "middle"))
    gain = "tuning is better"
    right = min(x(0) + 5, WIDTH - LETTER * len(gain)) if high > 0 else x(0) + 5
    if low < 0:
        parts.append(text(right - 10, 12, "prompting is better", "loss-label", "end"))
    if high > 0:
        parts.append(text(right, 12, gain, "gain-label"))
    return drawn(parts, bottom + 26, block.title, swings_said(block))


def _swung(swing: Swing, y: float, x: Callable[[float], float]) -> Iterator[Markup]:
    turns = swing.cells[0] if swing.cells and swing.cells[0] != "-" else None
    yield text(BAR_LEFT - 70, y + 9, swing.label, "name", "end")
    said = f"turns at {turns}" if turns else "does not turn it"
    yield text(BAR_LEFT - 70, y + 23, said, "turns" if turns else "tick", "end")
    worse, better = x(swing.worse), x(swing.better)
    zero = min(max(x(0), worse), better)
    yield box(worse, y, zero - worse, BAR_HEIGHT, "loss")
    yield box(zero, y, better - zero, BAR_HEIGHT, "gain")
    yield text(worse - 4, y + 13, swing.ends[0], "tick", "end")
    yield text(better + 4, y + 13, swing.ends[1], "tick")


def money_ticks(low: float, high: float, money: Money, most: int = TICKS) -> list[float]:
    """Return amounts in USD that are round in the currency shown."""
    rate = money.converted(1)
    return [each / rate for each in ticks(low * rate, high * rate, most)]


def ticks(low: float, high: float, most: int = TICKS) -> list[float]:
    """Return round numbers from `low` to `high`, in at most so many steps.

    >>> ticks(0, 8316), ticks(-1759, 3919, 3)
    ([0.0, 2500.0, 5000.0, 7500.0], [0.0, 2000.0])
    """
    span = high - low
    if not span:
        return [low]
    rough = span / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= rough * 0.999)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [place * step + 0.0 for place in range(first, last + 1)]


def drawn(parts: Iterable[Markup], height: float, title: str, said: Iterable[str]) -> Markup:
    """Return a drawing whose title and text equivalent a screen reader reads instead of it."""
    label = escape(visible(f"{title}. {' '.join(said)}"))
    head = Markup(
        '<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">'
    )
    return head.format(WIDTH, height, label) + Markup("").join(parts) + Markup("</svg>")


def line(x1: float, y1: float, x2: float, y2: float, name: str) -> Markup:
    """Return a straight line."""
    shape = Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>')
    return shape.format(name, x1, y1, x2, y2)


def box(x: float, y: float, width: float, height: float, name: str) -> Markup:
    """Return a filled rectangle."""
    shape = Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
    return shape.format(name, x, y, max(width, 0), max(height, 0))


def text(x: float, y: float, said: str, name: str, anchor: str = "start") -> Markup:
    """Return text at a place, with control characters escaped."""
    shape = Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
    return shape.format(name, x, y, anchor, visible(said))


MAX_PLAIN_COLUMNS = 2
"""Tables with more columns scroll on a narrow screen."""


@dataclass(frozen=True)
class PagePart:
    """The blocks under one heading; the first part has none."""

    title: str = ""
    blocks: list[tuple[str, PageBlock]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name by which a link leads to the part."""
        return self.title.lower().replace(" ", "-")


def html_text(page: Page, _: Medium) -> str:
    """Return blocks as an HTML page that needs nothing else."""
    blocks = page_blocks(page)
    lead = next((block.text for block in blocks if isinstance(block, Lead)), "ftvp")
    kicker = next((block.text for block in blocks if isinstance(block, Kicker)), "")
    style = _file("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _template().render(
        title=_visible(lead),
        kicker=_visible(kicker),
        parts=_parts(blocks),
        style=Markup(style),  # noqa: S704  our own
        digest=digest,
    )


def _parts(blocks: list[PageBlock]) -> list[PagePart]:
    """Return the blocks by their headings, each with the name of its kind."""
    parts = [PagePart()]
    for block in blocks:
        if isinstance(block, Section):
            parts.append(PagePart(block.title))
        elif not isinstance(block, Kicker):
            parts[-1].blocks.append((type(block).__name__.lower(), block))
    return parts


@cache
def _template() -> Template:
    """Return the template of a page; jinja2 takes 40 ms to import."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        visible=_visible, lines=_lines, drawing=_drawing, caption=_caption, wide=_is_wide
    )
    return environment.from_string(_file("page.html"))


def _file(name: str) -> str:
    return files("ftvp.render").joinpath(name).read_text("utf-8")


def _visible(text: object) -> str:
    """Return text with control characters escaped; of a cell without text, a dash."""
    return "\u2013" if text is None or text == "-" else shown(str(text))


def _lines(text: str) -> str:
    """Return a user's own text line by line, with control characters escaped."""
    return "\n".join(shown_lines(text))


def _drawing(block: Chart | Histogram | Swings) -> Any:  # noqa: ANN401  markupsafe's text
    match block:
        case Chart():
            return chart_svg(block)
        case Histogram():
            return histogram_svg(block)
        case Swings():
            return swings_svg(block)


def _caption(block: Chart | Histogram | Swings | Bars) -> str:
    """Return what stands under a drawing."""
    match block:
        case Chart():
            return " ".join(chart_sentences(block))
        case Histogram():
            return f"{block.title}. {histogram_said(block)}"
        case Swings():
            return (
                f"{block.title}, the net benefit in {block.money.code}: each bar moves one input "
                "along its range, the others at their middle (thin line). Where the bar crosses "
                "0, the better side changes."
            )
        case Bars():
            return block.title


def _is_wide(table: Table) -> bool:
    return len(table.columns) > MAX_PLAIN_COLUMNS
