"""Answers about prices that are kept word for word: an import, a difference, an overlay."""

from __future__ import annotations

from datetime import date

from ftvp.api import breakeven
from ftvp.prices.answer import (
    OverlayAnswer,
    Priced,
    PricedVerdict,
    price_diff_answer,
    verdict_change,
)
from ftvp.prices.review import ImportOptions, PriceList, PriceQuote, import_answer
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Source
from ftvp.units import Record
from tests.asked import DAY, tables
from tests.overlays import discount, offer, overlay

LAID = overlay(
    models={"openai/gpt-4o-mini": {"tuned": [offer(input_usd_per_mtok=0.2)]}},
    discounts=[discount(20, provider="openai")],
)
LIST = (
    ("gpt-4o-mini", "base", {"input": 0.12, "output": 0.6}),
    ("gpt-7", "base", {"input": 1.0, "output": 4.0, "cached_input": 0.25}),
    ("gpt-4", "tuned", {"input": 30.0, "output": 60.0}),
    ("o3", "base", {"input": 2.0, "output": 8.0}),
)
"""What a list says: a change, a new model, a tuned price that is none, what is known."""


def quotes() -> tuple[PriceQuote, ...]:
    """Return the list, as its reader gives it."""
    return tuple(
        PriceQuote.model_validate(
            {
                "entry": f"ft:{name}" if side == "tuned" else name,
                "provider": "openai",
                "names": (name,),
                "side": side,
                "prices": {f"{word}_usd_per_mtok": usd for word, usd in prices.items()},
            }
        )
        for name, side, prices in LIST
    )


def imported() -> Record:
    """Return what the list changes of OpenAI's smaller models."""
    source = Source(name="A list")
    prices = PriceList(source_id="a-list", source=source, made_on=DAY, quotes=quotes())
    only = ImportOptions(DAY, models=("openai/gpt-[47]*", "openai/o3"))
    return import_answer(tables().pricing, prices, only)[0]


def differing() -> Record:
    """Return what changes on New Year, and a verdict that changes with it."""
    old = PricedVerdict(choice="prompt", headline="Keep prompting.", cheapest="openai/a, prompted")
    new = PricedVerdict(
        choice=None, headline="openai/a was shut down on 2027-01-01.", cheapest=None
    )
    verdicts = (verdict_change("a.yaml", old, new), verdict_change("b.yaml", old, old))
    return price_diff_answer(
        Priced("2026-12-31", tables(), date(2026, 12, 31)),
        Priced("2027-01-01", tables(), date(2027, 1, 1)),
        verdicts,
    )


def under_overlay() -> Tables:
    """Return the tables under an overlay with a discount and own prices."""
    return tables().under(LAID, "own.yaml")


def sound() -> Record:
    """Return what is said of an overlay without mistakes."""
    return OverlayAnswer(**dict(under_overlay().overlays[0]))


def breakeven_under(scenario: Scenario) -> Record:
    """Return the cost answer at own prices."""
    return breakeven(scenario, under_overlay(), DAY)
