"""Words that several views share: qualities, ages of sources, and how choices are called."""

from __future__ import annotations

from datetime import date

from ftvp.lenses.cost.option import Citation
from ftvp.tables.ranges import Range
from ftvp.tables.rules import Choice

CHOICES: dict[Choice, str] = {
    "prompt": "keep prompting",
    "fine_tune": "fine-tune",
    "hybrid": "fine-tune and keep a prompt",
    "pilot": "run a pilot",
}


def percent_text(of: Range) -> str:
    """Return a quality or a range of them in percent.

    >>> percent_text(Range(low=75, high=82)), percent_text(Range(low=80, high=80))
    ('75-82 %', '80 %')
    """
    return f"{of.low:.4g} %" if of.low == of.high else f"{of.low:.4g}-{of.high:.4g} %"


def age_text(checked_on: date, day: date) -> str:
    """Return when a source was last looked at, and how long before `day` that was.

    >>> age_text(date(2026, 11, 12), date(2026, 11, 23))
    'checked 2026-11-12, 11 days ago'
    """
    days = (day - checked_on).days
    if days < 0:
        return f"checked {checked_on}"
    ago = {0: "the same day", 1: "1 day ago"}.get(days, f"{days:,} days ago")
    return f"checked {checked_on}, {ago}"


def source_text(source: Citation, day: date) -> str:
    """Return a source by name, with its age where a day of checking is known."""
    if source.checked_on is None:
        return source.name
    return f"{source.name}, {age_text(source.checked_on, day)}"


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
