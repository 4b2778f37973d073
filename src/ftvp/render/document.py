"""The blocks that every view is made of and every output format writes, and their words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from ftvp.errors import visible
from ftvp.render.chart import Bars, Chart, Histogram, Swings
from ftvp.tables.bundle import AppliedOverlay
from ftvp.tables.entries import Range
from ftvp.tables.framework import Choice
from ftvp.units import Currency
from ftvp.wording import listing, rounded_text

if TYPE_CHECKING:
    from ftvp.render.formats import Medium

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


def count_of(number: int, noun: str) -> str:
    """Return a number of things.

    >>> count_of(1, "shot"), count_of(1200, "shot")
    ('1 shot', '1,200 shots')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


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
