"""A price list against the table: what is new, changed, gone, and each reason to refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.advice.imports import Choosing, ImportAnswer, import_answer
from ftvp.advice.quotes import model_meant, names_by_provider
from ftvp.tables.entries import Source
from ftvp.tables.overlay import Overlay, apply
from ftvp.tables.overlay_mistakes import mistakes
from ftvp.tables.quote import PriceList, Quote
from tests.shipped import pricing

DAY = date(2026, 11, 23)
MINI: Any = {"input": 0.15, "output": 0.6}
"""GPT-4o mini as the table prices it; tuned it costs 0.30 and 1.20."""


def quote(name: str = "gpt-4o-mini", provider: str = "openai", **said: Any) -> Quote:  # noqa: ANN401  prices, or other fields
    """Return a quote; prices are given by their word, other fields by their name."""
    fields = {key: said.pop(key) for key in ("side", "effective_from", "fault") if key in said}
    prices = {f"{word}_usd_per_mtok": usd for word, usd in said.items()}
    told = {"entry": name, "provider": provider, "names": (name,), "side": "base"}
    return Quote.model_validate({**told, **fields, "prices": prices})


def imported(*quotes: Quote, **choosing: Any) -> tuple[ImportAnswer, Overlay]:  # noqa: ANN401  any choice
    """Return what a list of these quotes changes, and the overlay that changes it."""
    prices = PriceList(source_id="list", source=Source(name="A list"), quotes=quotes)
    return import_answer(pricing(), prices, Choosing(DAY, **choosing), "0")


def refusals(*quotes: Quote, **choosing: Any) -> list[str]:  # noqa: ANN401  any choice
    """Return why quotes are refused."""
    return [refused.reason for refused in imported(*quotes, **choosing)[0].refused]


def test_what_the_table_says_too_is_no_change() -> None:
    answer, laid = imported(quote(**MINI))
    assert (answer.unchanged, answer.changed, answer.added, answer.refused) == (1, (), (), ())
    assert laid.models == {}


def test_a_change_is_told_in_percent_and_written() -> None:
    answer, laid = imported(quote(input=0.12, output=0.6))
    # 0.12 / 0.15 - 1 = -20 %.
    assert [(c.price, c.old, c.new) for c in answer.changed] == [("input", 0.15, 0.12)]
    assert answer.changed[0].percent == pytest.approx(-20)
    offer = laid.models["openai/gpt-4o-mini"].base[0]
    assert (offer.input_usd_per_mtok, offer.effective_from, offer.source) == (0.12, DAY, "list")


def test_what_a_list_does_not_say_stays_as_it_is() -> None:
    _, laid = imported(quote(side="tuned", input=0.25, output=1.2), quote(**MINI))
    offer = laid.models["openai/gpt-4o-mini"].tuned[0]
    assert (offer.batch_input_usd_per_mtok, offer.hosting_usd_per_hour) == (0.15, 0)


def test_a_new_model_gets_prices_and_nothing_invented() -> None:
    answer, laid = imported(quote("gpt-7", input=1, output=4))
    assert [(new.model, new.side) for new in answer.added] == [("openai/gpt-7", "base")]
    row = laid.models["openai/gpt-7"]
    assert (row.tokenizer, row.training, row.ends, row.limits) == ("o200k_base", (), (), None)
    assert row.note == "The tokenizer is assumed, not stated by the price list."


def test_an_unknown_family_is_counted_within_wide_bounds() -> None:
    _, laid = imported(quote("falcon-9", "together", input=1, output=4))
    assert laid.models["together/falcon-9"].tokenizer == "open-weights"


def test_a_price_with_a_day_begins_on_it() -> None:
    _, laid = imported(quote(input=0.12, output=0.6, effective_from=date(2026, 10, 1)))
    assert laid.models["openai/gpt-4o-mini"].base[0].effective_from == date(2026, 10, 1)


def test_models_on_sale_that_the_list_does_not_name_are_gone() -> None:
    answer, _ = imported(quote(**MINI))
    assert "openai/gpt-6-luna" in answer.gone
    assert "openai/gpt-4o-mini" not in answer.gone
    assert not any(name.startswith("anthropic/") for name in answer.gone)


def test_patterns_choose_the_models() -> None:
    answer, laid = imported(
        quote(input=0.12, output=0.6), quote("gpt-7", input=1, output=4), models=("openai/gpt-7",)
    )
    assert list(laid.models) == ["openai/gpt-7"]
    assert (answer.changed, answer.gone) == ((), ())


@pytest.mark.parametrize(
    ("quotes", "reason"),
    [
        pytest.param(
            [quote(input=0, output=0.6)], "a price of 0: a paid model is not free", id="free"
        ),
        pytest.param([quote(input=1)], "it has no input price or no output price", id="half"),
        pytest.param(
            [quote("gpt-4", side="tuned", input=30, output=60)],
            "the tuned price equals the base price: likely a copy of it",
            id="tuned as base",
        ),
        pytest.param(
            [
                quote("gpt-7", input=1, output=4),
                quote("gpt-7", side="tuned", input=1, output=4),
            ],
            "the tuned price equals the base price: likely a copy of it",
            id="tuned as base, of a new model",
        ),
        pytest.param(
            [quote(**MINI, batch_input=0.15, batch_output=0.3)],
            "the batch price ($0.15 and $0.30) is not below the online one ($0.15 and $0.60)",
            id="batch not below online",
        ),
        pytest.param(
            [quote(**MINI, batch_input=0.075)],
            "half a batch price: input and output go together",
            id="half a batch price",
        ),
        pytest.param(
            [quote("gpt-4o", side="tuned", input=3.75, output=15, cache_write=1.875)],
            "writing to the cache at $1.875 would cost less than input at $3.75: likely the "
            "cached price stored as cache creation",
            id="cached price as cache creation",
        ),
        pytest.param(
            [quote(input=0.23, output=0.6)],
            "input from $0.15 to $0.23, +53%: more than 50 % (--accept-large takes it over)",
            id="a large rise",
        ),
        pytest.param(
            [quote(input=0.15, output=0.29)],
            "output from $0.60 to $0.29, -52%: more than 50 % (--accept-large takes it over)",
            id="a large fall",
        ),
        pytest.param(
            [quote(**MINI, effective_from=date(2027, 1, 1))],
            "scheduled for 2027-01-01, not the price of 2026-11-23",
            id="scheduled by the list",
        ),
        pytest.param(
            [quote("gemini-3.8-flash", "google", input=1.5, output=7.5)],
            "the price scheduled for 2027-01-01, taken as that of 2026-11-23",
            id="scheduled by the table",
        ),
        pytest.param(
            [quote(**MINI), quote("gpt-4o-mini-2024-07-18", input=0.14, output=0.6)],
            "another entry, gpt-4o-mini, says otherwise",
            id="two entries that disagree",
        ),
        pytest.param(
            [quote("gpt-7", side="tuned", input=1, output=4)],
            "its base model has no price",
            id="tuned without a base",
        ),
        pytest.param(
            [quote(**MINI, fault="a price is not a number from 0 up")],
            "a price is not a number from 0 up",
            id="unreadable",
        ),
    ],
)
def test_a_price_is_refused_with_its_reason(quotes: list[Quote], reason: str) -> None:
    assert refusals(*quotes)[:1] == [reason]


def test_a_large_change_may_be_accepted() -> None:
    large = quote(input=0.3, output=0.6)
    assert refusals(large, accept_large=True) == []
    assert imported(large, accept_large=True)[0].changed[0].percent == pytest.approx(100)


def test_a_change_of_half_is_not_yet_large() -> None:
    assert refusals(quote(input=0.225, output=0.6)) == []


def test_of_entries_that_disagree_the_one_the_table_knows_is_believed() -> None:
    answer, laid = imported(
        quote("gpt-4o-mini", input=0.14, output=0.6), quote("gpt-4o-mini-2024-07-18", **MINI)
    )
    assert laid.models == {}
    assert answer.refused[0].entry == "gpt-4o-mini"


def test_the_overlay_is_sound_and_brings_the_table_to_the_list() -> None:
    quotes = quote(input=0.12, output=0.6), quote("gpt-7", input=1, output=4)
    _, laid = imported(*quotes)
    assert list(mistakes(pricing(), laid)) == []
    after, _ = apply(pricing(), laid)
    prices = PriceList(source_id="list", source=Source(name="A list"), quotes=quotes)
    again, nothing = import_answer(after, prices, Choosing(DAY), "0")
    assert (again.changed, again.added, nothing.models) == ((), (), {})


@pytest.mark.parametrize(
    ("provider", "names", "model"),
    [
        ("openai", ("gpt-4o-mini-2024-07-18",), "openai/gpt-4o-mini"),
        ("openai", ("GPT-4O-MINI",), "openai/gpt-4o-mini"),
        ("azure-openai", ("gpt-4o-mini",), "azure-openai/gpt-4o-mini"),
        ("aws-bedrock", ("x:0", "meta.llama3-1-8b-instruct"), "aws-bedrock/llama-3.1-8b"),
        ("together", ("a model:free",), "together/a-model-free"),
    ],
)
def test_a_name_means_a_model_of_its_provider(
    provider: str, names: tuple[str, ...], model: str
) -> None:
    said = quote(provider=provider).model_copy(update={"names": names})
    assert model_meant(said, names_by_provider(pricing())) == model
