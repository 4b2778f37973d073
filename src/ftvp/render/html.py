"""Blocks as one self-contained HTML page: no script, no request, all text of others escaped."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ftvp.render.chart import Bars, Chart, Histogram, Swings, histogram_said
from ftvp.render.document import (
    Kicker,
    Lead,
    Page,
    PageBlock,
    Section,
    Table,
    page_blocks,
    shown,
    shown_lines,
)
from ftvp.render.formats import Medium
from ftvp.render.plain import chart_sentences

if TYPE_CHECKING:
    from jinja2 import Template

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
    from markupsafe import Markup

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
    from ftvp.render.svg import chart_svg, histogram_svg, swings_svg

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
