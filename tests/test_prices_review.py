"""A price list against the table: what is new, changed, gone, and each reason to refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.prices.review import (
    ImportAnswer,
    ImportOptions,
    PriceList,
    PriceQuote,
    import_answer,
    model_meant,
)
from ftvp.tables.entries import Source
from ftvp.tables.names import names_of
from ftvp.tables.overlay import Overlay, apply, overlay_errors
from tests.shipped import pricing

DAY = date(2026, 11, 26)
OTHERS = ("side", "effective_from", "fault", "ends_on", "ended", "long_prompt", "entry")
"""Fields of a quote besides its prices."""
MINI: Any = {"input": 0.15, "output": 0.6}
"""GPT-4o mini as the table prices it; tuned it costs 0.30 and 1.20."""


def quote(name: str = "gpt-4o-mini", provider: str = "openai", **said: Any) -> PriceQuote:  # noqa: ANN401  prices, or other fields
    """Return a quote; prices are given by their word, other fields by their name."""
    fields = {key: said.pop(key) for key in OTHERS if key in said}
    prices = {f"{word}_usd_per_mtok": usd for word, usd in said.items()}
    told = {"entry": name, "provider": provider, "names": (name,), "side": "base"}
    return PriceQuote.model_validate({**told, **fields, "prices": prices})


def imported(*quotes: PriceQuote, **choosing: Any) -> tuple[ImportAnswer, Overlay]:  # noqa: ANN401  any choice
    """Return what a list of these quotes changes, and the overlay that changes it."""
    return import_answer(pricing(), listed(*quotes), ImportOptions(DAY, **choosing))


def listed(*quotes: PriceQuote) -> PriceList:
    """Return a list of these quotes, made on the day."""
    source = Source(name="A list")
    return PriceList(source_id="list", source=source, made_on=DAY, quotes=quotes)


def refusals(*quotes: PriceQuote, **choosing: Any) -> list[str]:  # noqa: ANN401  any choice
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
            [quote(input=0, output=0.6)], "input of 0: a paid model is not free", id="free"
        ),
        pytest.param([quote(input=1)], "it has no input price or no output price", id="half"),
        pytest.param(
            [quote("gpt-4.1-mini", side="tuned", input=0.4, output=1.6)],
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
            "scheduled for 2027-01-01, not the price of 2026-11-26",
            id="scheduled by the list",
        ),
        pytest.param(
            [quote("gemini-3.8-flash", "google", input=1.5, output=7.5)],
            "the price scheduled for 2027-01-01, taken as that of 2026-11-26",
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
def test_a_price_is_refused_with_its_reason(quotes: list[PriceQuote], reason: str) -> None:
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
    assert list(overlay_errors(pricing(), laid)) == []
    after, _ = apply(pricing(), laid)
    again, nothing = import_answer(after, listed(*quotes), ImportOptions(DAY))
    assert (again.changed, again.added, nothing.models) == ((), (), {})


@pytest.mark.parametrize(
    ("provider", "name", "model"),
    [
        ("openai", "gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"),
        ("openai", "GPT-4O-MINI", "openai/gpt-4o-mini"),
        ("azure-openai", "gpt-4o-mini", "azure-openai/gpt-4o-mini"),
        ("anthropic", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
        ("aws-bedrock", "meta.llama3-1-8b-instruct-v1:0", "aws-bedrock/llama-3.1-8b"),
        ("aws-bedrock", "us.amazon.nova-2-lite-v1:0", "aws-bedrock/nova-2-lite"),
        ("aws-bedrock", "regional.amazon.nova-2-lite-v1:0", "aws-bedrock/nova-2-lite"),
        ("aws-bedrock", "global.amazon.nova-2-lite-v1:0", "aws-bedrock/nova-2-lite-global"),
        # what only another seller has is new here
        ("aws-bedrock", "anthropic.claude-sonnet-4-6-v1:0", "aws-bedrock/claude-sonnet-4-6"),
        ("aws-bedrock", "deepseek.v3.2", "aws-bedrock/deepseek-v3.2"),
        ("nebius", "DeepSeek-V3", "nebius/deepseek-v3"),
        ("openai", "gpt-7-2027-01-01", "openai/gpt-7"),
        ("openai", "gpt-7-latest", "openai/gpt-7"),
        ("together", "a model:free", "together/a-model-free"),
    ],
)
def test_a_name_means_a_model_of_its_provider(provider: str, name: str, model: str) -> None:
    said = quote(name, provider)
    assert model_meant(said, names_of(pricing().models)).model == model


def bedrock(name: str, usd: float, **said: Any) -> PriceQuote:  # noqa: ANN401  other fields
    """Return what a list says of Nova 2 Lite in one region, or of its bare id."""
    prices = {"input": usd, "output": round(usd * 25 / 3, 4)}
    return quote(name, "aws-bedrock", **prices, **said)


LITE = "amazon.nova-2-lite-v1:0"


@pytest.mark.parametrize(
    "quotes",
    [
        pytest.param(
            [bedrock(LITE, 0.3), bedrock(f"us.{LITE}", 0.33), bedrock(f"global.{LITE}", 0.3)],
            id="all three",
        ),
        pytest.param([bedrock(f"global.{LITE}", 0.3), bedrock(f"us.{LITE}", 0.33)], id="regions"),
        pytest.param([bedrock(f"eu.{LITE}", 0.44), bedrock(f"us.{LITE}", 0.33)], id="elsewhere"),
        pytest.param([bedrock(f"regional.{LITE}", 0.33), bedrock(LITE, 0.29)], id="genai-prices"),
    ],
)
def test_the_prices_of_regions_are_not_mixed(quotes: list[PriceQuote]) -> None:
    answer, laid = imported(*quotes, models=("*nova-2-lite*",))
    assert (answer.changed, answer.added, laid.models) == ((), (), {})
    assert "aws-bedrock/nova-2-lite" not in answer.gone
    assert all("may mean" in refused.reason for refused in answer.refused)


def test_a_price_of_a_region_changes_the_row_of_the_region() -> None:
    answer, laid = imported(bedrock(f"global.{LITE}", 0.31), bedrock(f"us.{LITE}", 0.33))
    assert {change.model for change in answer.changed} == {"aws-bedrock/nova-2-lite-global"}
    assert list(laid.models) == ["aws-bedrock/nova-2-lite-global"]


def test_the_price_of_a_region_that_the_table_lacks_is_no_new_model() -> None:
    answer, laid = imported(bedrock("eu.amazon.nova-micro-v1:0", 0.046))
    assert (answer.added, answer.changed, laid.models) == ((), (), {})


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"ends_on": date(2024, 6, 1)}, "by the list it was shut down on 2024-06-01"),
        ({"ends_on": DAY}, "by the list it was shut down on 2026-11-26"),
        ({"ended": True}, "by the list it has ended"),
    ],
    ids=["long ago", "today", "without a day"],
)
def test_a_new_model_that_has_ended_is_not_added(said: dict[str, Any], reason: str) -> None:
    answer, laid = imported(quote("gpt-old-1", input=1, output=2, **said))
    assert (answer.added, laid.models) == ((), {})
    assert [refused.reason for refused in answer.refused] == [reason]


def test_a_new_model_that_will_end_is_added_with_its_end() -> None:
    _, laid = imported(quote("gpt-7", input=1, output=2, ends_on=date(2027, 6, 1)))
    (end,) = laid.models["openai/gpt-7"].ends
    assert (end.kind, end.closes_on, end.announced_on) == ("base_shutdown", date(2027, 6, 1), DAY)


@pytest.mark.parametrize(
    ("name", "ends_on", "offered"),
    [
        ("gpt-5.5", date(2027, 9, 1), [("openai/gpt-5.5", date(2027, 9, 1), None)]),
        ("gpt-5", date(2026, 12, 11), []),
        ("gpt-5", date(2027, 2, 1), [("openai/gpt-5", date(2027, 2, 1), date(2026, 12, 11))]),
        ("gpt-4", date(2026, 10, 23), []),
        ("gpt-5.5", None, []),
    ],
    ids=["not known", "as known", "another day", "over, as known", "none"],
)
def test_an_end_that_the_table_has_otherwise_is_offered_and_not_written(
    name: str, ends_on: date | None, offered: list[object]
) -> None:
    prices = {"gpt-5.5": (5, 30), "gpt-5": (1.25, 10), "gpt-4": (30, 60)}[name]
    answer, laid = imported(quote(name, input=prices[0], output=prices[1], ends_on=ends_on))
    assert [(end.model, end.closes_on, end.known) for end in answer.ends] == offered
    assert laid.models == {}


def test_a_model_that_list_and_table_have_ended_is_passed_over() -> None:
    answer, laid = imported(quote("claude-3-opus", "anthropic", input=15, output=75))
    assert (answer.refused, answer.changed, laid.models) == ((), (), {})
    answer, laid = imported(quote("claude-3-opus", "anthropic", input=10, output=75))
    assert [r.reason for r in answer.refused] == ["the table has it shut down on 2026-01-05"]


@pytest.mark.parametrize(
    "dated", ["gpt-5.4-2026-03-05", "gpt-5.4-20260305", "gpt-5.4-latest", "GPT-5.4"]
)
def test_a_dated_name_is_the_known_model(dated: str) -> None:
    answer, laid = imported(quote(dated, input=2.5, output=15))
    assert (answer.unchanged, answer.added, laid.models) == (1, (), {})


def test_a_dated_twin_of_a_new_model_is_no_second_one() -> None:
    twins = (quote(name, input=1, output=4) for name in ("gpt-7", "gpt-7-2027-01-01"))
    answer, laid = imported(*twins)
    assert [new.model for new in answer.added] == ["openai/gpt-7"]
    assert list(laid.models) == ["openai/gpt-7"]


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ({"input": 150_000, "output": 600_000}, "input of $150,000.00 per million tokens: likely"),
        ({"input": 1, "output": 2_000.5}, "output of $2,000.50 per million tokens: likely"),
        ({"input": 1e-7, "output": 4}, "input of $1e-07 per million tokens: likely a price per t"),
        ({"input": 0.0009, "output": 4}, "input of $0.0009 per million tokens: likely a price"),
        ({"input": 1, "output": 4, "cached_input": 1.5}, "cached input at $1.50 costs more than"),
        ({"input": 1, "output": 4, "cached_input": 0}, "cached input of 0: a paid model is not"),
    ],
)
def test_an_absurd_price_is_refused_though_large_changes_are_accepted(
    prices: dict[str, Any], reason: str
) -> None:
    for large in (False, True):
        answer, laid = imported(quote("gpt-7", **prices), accept_large=large)
        assert answer.refused[0].reason.startswith(reason)
        assert laid.models == {}


@pytest.mark.parametrize("usd", [150, 1_500, 0.0001])
def test_a_price_far_from_the_table_s_is_refused_though_large_changes_are_accepted(
    usd: float,
) -> None:
    (reason, *_) = refusals(quote(input=usd, output=0.6), accept_large=True)
    assert "where the table has $0.15" in reason or "likely a price per token" in reason


LONG = {"above_tokens": 272_000, "input_times": 2.0, "output_times": 1.5}


def test_a_surcharge_that_the_table_lacks_is_a_change_and_is_written() -> None:
    answer, laid = imported(quote("gpt-5.2", input=1.75, output=14, long_prompt=LONG))
    assert [(c.price, c.old, c.new, c.unit) for c in answer.changed] == [
        ("times the input above 272,000 tokens", 1, 2, "times"),
        ("times the output above 272,000 tokens", 1, 1.5, "times"),
    ]
    written = laid.models["openai/gpt-5.2"].base[0].long_prompt
    assert written is not None
    assert written.model_dump() == LONG


@pytest.mark.parametrize(
    ("above", "times", "changes"),
    [(272_000, 2.0, 0), (271_999, 2.0, 0), (200_000, 2.0, 4), (272_000, 3.0, 1)],
    ids=["as known", "from there on", "from another length", "by another factor"],
)
def test_a_surcharge_that_the_table_has_is_compared(above: int, times: float, changes: int) -> None:
    long = {**LONG, "above_tokens": above, "input_times": times}
    answer, _ = imported(quote("gpt-5.4", input=2.5, output=15, long_prompt=long))
    assert len(answer.changed) == changes
    assert [found.above_tokens for found in answer.surcharges] == [above]


def test_what_a_list_does_not_say_of_long_prompts_stays() -> None:
    _, laid = imported(quote("gpt-5.4", input=2.4, output=15))
    written = laid.models["openai/gpt-5.4"].base[0].long_prompt
    assert written is not None
    assert written.above_tokens == 272_000


def test_prices_are_dated_by_the_list_and_not_by_the_day_of_the_answer() -> None:
    prices = listed(quote(input=0.12, output=0.6)).model_copy(update={"made_on": date(2026, 12, 3)})
    answer, laid = import_answer(pricing(), prices, ImportOptions(date(2027, 6, 1)))
    (offer,) = laid.models["openai/gpt-4o-mini"].base if laid.models else (None,)
    assert offer is None  # it has ended by then
    answer, laid = import_answer(pricing(), prices, ImportOptions(date(2026, 12, 24)))
    (offer,) = laid.models["openai/gpt-4o-mini"].base
    assert offer is not None
    assert (offer.effective_from, offer.checked_on) == (prices.made_on, prices.made_on)
    assert (answer.made_on, laid.updated_on) == (prices.made_on, prices.made_on)


def test_a_list_without_the_newest_models_is_called_old() -> None:
    old = [m for m, row in pricing().models.items() if row.base and m.startswith("openai/gpt-")]
    known = [
        quote(m.partition("/")[2], input=o.input_usd_per_mtok, output=o.output_usd_per_mtok)
        for m in old
        for o in pricing().models[m].offers("base", DAY)[:1]
        if o.effective_from < date(2026, 8, 28)
    ]
    (warning,) = imported(*known)[0].warnings
    assert warning.startswith("The list names none of the ")
    newest = quote("gpt-6.1-terra", input=1, output=5)
    assert imported(*known, newest)[0].warnings == ()
    assert imported(*known[:3])[0].warnings == ()


def test_a_source_that_the_table_has_too_is_cited_as_the_table_does() -> None:
    prices = listed(quote("gpt-7", input=1, output=4)).model_copy(
        update={"source_id": "genai-prices-0.2.3", "source": Source(name="genai-prices 0.2.3")}
    )
    _, laid = import_answer(pricing(), prices, ImportOptions(DAY))
    assert list(overlay_errors(pricing(), laid)) == []
