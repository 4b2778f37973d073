"""How a model is served: its prices, lengths, reasoning and training, told or of the table.

The day is 2026-11-26. Nova Micro is sold by the token at $0.035 and $0.14 a million.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.cost.bill import bill
from ftvp.cost.inputs import Inputs, Model
from ftvp.cost.option import Lengths, Option, Rates, TrainingTerms
from ftvp.cost.serving import (
    own_rates,
    prompted_lengths,
    prompted_option,
    the_offer,
    tuned_lengths,
    tuned_option,
)
from ftvp.errors import MissingInputError, NoPriceYetError, UnknownPriceError
from ftvp.scenario import OwnPrice
from ftvp.tables.entries import TrainingPrice
from ftvp.units import PromptTokens
from tests.answers import NOVA_MICRO, resolved
from tests.drawn import Drawn, tables

DAY = date(2026, 11, 26)
NOVA, LUNA, MINI = "aws-bedrock/nova-micro", "openai/gpt-6-luna", "openai/gpt-4o-mini"
HAIKU, OSS = "anthropic/claude-haiku-5-5", "aws-bedrock/gpt-oss-20b"
A8, A70 = "self-hosted/llama-3.1-8b-a10g", "self-hosted/llama-3.1-70b-a100-80gb"
FLASH = "google-vertex/gemini-3.1-flash-lite"
LITE = "aws-bedrock/nova-lite"
"""Tuned it is sold by provisioned units alone."""
OWN: dict[str, float] = {"input": 2, "output": 3}


def inputs(**other: Any) -> Inputs:  # noqa: ANN401  fields of any type
    """Return the inputs of a scenario."""
    return resolved(Drawn(NOVA_MICRO, DAY).but(**other))


def model(name: str) -> Model:
    """Return a model of the table."""
    return Model(name, tables().pricing.models[name])


@pytest.mark.parametrize(
    ("price", "request_usd", "rates"),
    [
        pytest.param(None, None, None, id="none told"),
        # what is not written at a price of its own is ordinary input
        pytest.param(OWN, None, Rates(2, 3, cache_write=2, cache_write_long=2), id="two prices"),
        pytest.param(
            {**OWN, "cached_input": 0.5, "cache_write": 4},
            None,
            Rates(2, 3, 0.5, cache_write=4, cache_write_long=4),
            id="with a cache",
        ),
        pytest.param(OWN, 0.5, Rates(request_usd=0.5), id="a price of a request beside them"),
        pytest.param(None, 0, Rates(request_usd=0), id="requests for nothing"),
    ],
)
def test_own_prices_take_the_place_of_the_table_s(
    price: dict[str, float] | None, request_usd: float | None, rates: Rates | None
) -> None:
    own = None if price is None else OwnPrice(**price)
    assert own_rates(own, request_usd) == rates


def test_the_offer_of_the_day_is_by_the_token_where_there_is_one() -> None:
    assert the_offer(model(NOVA), "base", DAY).input_usd_per_mtok == 0.035
    assert the_offer(model(LITE), "tuned", DAY).served == "provisioned"
    with pytest.raises(UnknownPriceError, match=r"serving a tuned version of .*--tuned-price"):
        the_offer(model(LUNA), "tuned", DAY)
    with pytest.raises(UnknownPriceError, match=r"the serving price of .*--prompted-price"):
        the_offer(model("together/gemma-4-31b"), "base", DAY)
    with pytest.raises(NoPriceYetError, match=r"no price on 2026-03-22.*2026-03-23"):
        the_offer(model(NOVA), "base", date(2026, 3, 22))


def prompted(name: str | None, charged: Rates | None = None, **fields: Any) -> Option:  # noqa: ANN401
    """Return the option of prompting a model."""
    return prompted_option(inputs(**fields), model(name) if name else None, charged)


def tuned(
    name: str | None,
    charged: Rates | None = None,
    *,
    is_own: bool = True,
    **fields: Any,  # noqa: ANN401  fields of any type
) -> Option:
    """Return the option of tuning a model, by default the scenario's own."""
    found = inputs(**{"tuned_model": name, **fields})
    return tuned_option(found, model(name) if name else None, charged, is_own=is_own)


def test_a_prompted_option_is_sold_as_its_offer_says() -> None:
    found = prompted(NOVA)
    assert (found.id, found.kind, found.name) == (NOVA, "prompted", "Nova Micro")
    assert (found.served, found.commitment_months, found.adapters) == ("per_token", 0, 1)
    assert (found.has_hosting, found.is_hosted, found.is_tuned) == (False, False, False)
    assert (found.batch_field, found.attempts_field) == ("prompted_batch_share", "attempts")
    assert (found.speed, found.speed_times, found.shots) == (None, None, None)
    assert (found.ends, found.ends_on, found.training_closes) == (None, None, None)
    own = prompted(None, Rates(input=1), prompted_price="input=1,output=0", model=None)
    assert (own.id, own.name, own.model) == ("own", "your prompted model", None)
    assert (own.rule, own.has_hosting, own.ends) == (None, False, None)
    assert [period.start for period in own.periods] == [0]


def test_a_tuned_option_is_sold_as_its_offer_says() -> None:
    found = tuned(NOVA)
    assert (found.id, found.kind, found.name) == (NOVA, "tuned", "Nova Micro")
    assert (found.is_tuned, found.has_hosting, found.hosting_told) == (True, True, False)
    assert (found.batch_field, found.attempts_field) == ("tuned_batch_share", "tuned_attempts")
    assert (found.cache_field, found.shots) == ("cache", 0)
    own = tuned(
        None,
        Rates(input=1),
        model=None,
        prompted_price=OWN,
        tuned_price="input=1,output=0",
        training_cost=5,
    )
    assert (own.id, own.name, own.has_hosting) == ("own tuned", "your model", False)


def test_hosting_is_of_the_table_or_as_told() -> None:
    # Nova Micro's storage is $1.95 a month; a copy of Llama is paid by the hour
    assert tuned(NOVA).periods[0].rates.storage_usd_per_month == 1.95
    hosted = tuned(A8)
    assert (hosted.has_hosting, hosted.is_hosted) == (True, True)
    assert hosted.periods[0].rates.hosting_usd_per_hour == 1.006
    told_so = tuned(MINI, existing_customer=True, hosting=7)
    assert (told_so.has_hosting, told_so.hosting_told) == (True, True)
    other = tuned(MINI, existing_customer=True, hosting=7, is_own=False)
    assert (other.has_hosting, other.hosting_told) == (False, False)


def test_told_hosting_is_paid_for_the_tuned_model_it_was_told_of() -> None:
    """$7 a month; any other tuned model is paid by the hour, two copies for 720 hours."""
    fields: dict[str, Any] = {"tuned_model": A8, "hosting": 7, "replicas": 2}
    found = inputs(**fields)
    for is_own, usd in ((True, 7), (False, 2 * 720 * 1.006)):
        lines = bill(tuned(A8, is_own=is_own, **fields), found.numbers).monthly
        hosting = [line.usd for line in lines if line.item == "hosting"]
        assert hosting == [pytest.approx(usd)]


def test_ends_are_counted_in_months_from_the_day() -> None:
    """GPT-4o mini ends in 49 days, prompted and tuned; its training closes in 41."""
    both = prompted(MINI), tuned(MINI, existing_customer=True)
    assert [each.ends_on for each in both] == [date(2027, 1, 14)] * 2
    assert [each.ends for each in both] == pytest.approx([49 / 30] * 2)
    assert [each.training_closes for each in both] == [None, pytest.approx(41 / 30)]


CACHES: dict[str, tuple[dict[str, Any], tuple[str, str], tuple[str, str]]] = {
    "by itself": ({"model": MINI}, ("auto", "cache"), ("auto", "cache")),
    "off": ({"model": MINI, "cache": "off"}, ("off", "cache"), ("off", "cache")),
    "a share": ({"model": MINI, "cache": 0.5}, ("share", "cache"), ("share", "cache")),
    "a share of the tuned side": (
        {"model": MINI, "tuned_cache": 0.5},
        ("auto", "cache"),
        ("share", "tuned_cache"),
    ),
    "no cached price of the tuned side": (
        {"model": MINI, "tuned_model": NOVA, "cache": 0.5},
        ("share", "cache"),
        ("off", "cache"),
    ),
}


@pytest.mark.parametrize("case", CACHES)
def test_a_cache_works_as_told_where_it_has_a_price(case: str) -> None:
    fields, now, then = CACHES[case]
    found = inputs(**fields, existing_customer=True)
    assert found.now is not None
    assert found.tuned is not None
    options = (
        prompted_option(found, found.now),
        tuned_option(found, found.tuned, is_own=True),
    )
    assert [(each.cache, each.cache_field) for each in options] == [now, then]
    if "tuned_cache" in fields:
        another = tuned_option(found, found.tuned)
        assert (another.cache, another.cache_field) == ("auto", "cache")


def test_a_request_that_has_a_price_is_not_cached() -> None:
    assert prompted(NOVA, Rates(request_usd=1)).cache == "off"
    assert prompted(NOVA, Rates(input=1)).cache == "auto"


COUNT = PromptTokens(instructions=300, shots=(70, 50, 30), request=20, encoding="nova", exact=False)
SLOT = COUNT.model_copy(update={"request_is_slot": True})


def with_prompt(
    count: PromptTokens,
    *,
    is_tuned: bool = False,
    **fields: Any,  # noqa: ANN401
) -> Inputs:
    """Return inputs of which the prompt, or the tuned one, was counted."""
    found = inputs(prompt_tokens=None, tuned_prompt_tokens=None, **fields)
    read: dict[str, Any] = {"tuned_prompt" if is_tuned else "prompt": {"nova": count}}
    return Inputs(
        found.scenario,
        found.tables,
        DAY,
        found.readings._replace(**read),
        found.now,
        found.tuned,
        found.used,
        {**found.numbers, "request_tokens": 40.0},
    )


def parts(lengths: Lengths, found: Inputs) -> tuple[float, float]:
    """Return the fixed and the varying tokens of a request."""
    _, fixed, varying, *_ = lengths.tokens(found.numbers)
    return fixed, varying


@pytest.mark.parametrize(
    ("count", "fields", "kept", "expected"),
    [
        pytest.param(COUNT, {}, None, (450, 20), id="all of it"),
        pytest.param(COUNT, {}, 2, (420, 20), id="two worked examples"),
        pytest.param(COUNT, {}, 0, (300, 20), id="no worked example"),
        pytest.param(SLOT, {}, None, (450, 40), id="a place for the request"),
        pytest.param(COUNT, {"request_tokens": 40}, None, (450, 40), id="a told request"),
    ],
)
def test_a_counted_prompt_has_its_instructions_and_the_worked_examples_that_stay(
    count: PromptTokens, fields: dict[str, Any], kept: int | None, expected: tuple[float, float]
) -> None:
    found = with_prompt(count, **fields)
    assert parts(prompted_lengths(found, found.now, kept), found) == expected
    stays = 0 if kept is None else kept
    less = (expected[0] - (0 if kept is not None else 150), expected[1])
    assert parts(tuned_lengths(found, found.now, stays, is_own=True), found) == less


def test_a_tuned_prompt_is_what_is_told_of_it_else_the_prompt_without_examples() -> None:
    counted = with_prompt(COUNT, is_tuned=True)
    assert parts(tuned_lengths(counted, counted.now, 0, is_own=True), counted) == (450, 20)
    told_so = inputs(request_tokens=100)
    assert parts(tuned_lengths(told_so, told_so.now, 0, is_own=True), told_so) == (300, 100)
    longer = inputs(request_tokens=100, tuned_prompt_tokens=None)
    assert parts(tuned_lengths(longer, longer.now, 0, is_own=True), longer) == (900, 100)
    by_request = inputs(
        model=None,
        prompt_tokens=None,
        tuned_prompt_tokens=None,
        prompted_request_cost=1,
        tuned_request_cost=1,
    )
    assert parts(tuned_lengths(by_request, None, 0, is_own=True), by_request) == (0, 0)
    assert parts(prompted_lengths(by_request, None), by_request) == (0, 0)
    nothing = inputs(prompt_tokens=None, tuned_prompt_tokens=None, prompted_request_cost=1)
    with pytest.raises(MissingInputError, match="--tuned-prompt"):
        tuned_lengths(nothing, nothing.now, 0, is_own=True)


def test_tokens_told_are_those_of_the_model_they_were_told_for() -> None:
    """142 tokens of Claude are 100 of Nova; the prompt is told in the former, the tuned one not."""
    found = inputs(model=HAIKU, tuned_model=NOVA, request_tokens=100, tuned_output_tokens=71)
    lengths = tuned_lengths(found, found.tuned, 0, is_own=True)
    assert (lengths.input_factor, lengths.output_factor) == (1, 1)
    assert lengths.request_factor == pytest.approx(1 / 1.42)
    assert lengths.output_field == "tuned_output_tokens"
    plain = inputs(model=HAIKU, tuned_model=NOVA, tuned_prompt_tokens=None)
    lengths = tuned_lengths(plain, plain.tuned, 0, is_own=True)
    assert (lengths.input_field, lengths.output_field) == ("prompt_tokens", "output_tokens")
    assert (lengths.input_factor, lengths.output_factor) == pytest.approx((1 / 1.42,) * 2)
    changed = prompted_lengths(plain, plain.tuned)
    assert changed.input_factor == pytest.approx(1 / 1.42)
    logged = Inputs(
        found.scenario,
        found.tables,
        DAY,
        found.readings._replace(logged=frozenset({"tuned_prompt_tokens"})),
        found.now,
        found.tuned,
        found.used,
        found.numbers,
    )
    factor = tuned_lengths(logged, logged.tuned, 0, is_own=True).input_factor
    assert factor == pytest.approx(1 / 1.42)


REASONS: dict[str, tuple[dict[str, Any], str | None, tuple[str | None, str | None]]] = {
    "a model that does not": ({}, NOVA, (None, None)),
    "a model that does": ({"model": LUNA}, LUNA, ("thinking_multiple", "thinking_multiple")),
    "a model of which nobody knows": (
        {"model": "aws-bedrock/qwen3-32b"},
        "aws-bedrock/qwen3-32b",
        ("thinking_multiple", "thinking_multiple"),
    ),
    "a model that may": (
        {"model": "anthropic/claude-haiku-4-5"},
        "anthropic/claude-haiku-4-5",
        (None, None),
    ),
    "told of the prompted model": (
        {"thinking_tokens": 5},
        NOVA,
        ("thinking_tokens", "thinking_tokens"),
    ),
    "told of the prompted model, another tuned": (
        {"thinking_tokens": 5, "tuned_model": OSS},
        OSS,
        ("thinking_multiple", "thinking_multiple"),
    ),
    "told of the tuned side": (
        {"thinking_tokens": 5, "tuned_thinking_tokens": 6},
        NOVA,
        ("thinking_tokens", "tuned_thinking_tokens"),
    ),
    "told by model": (
        {"tuned_model": OSS, "thinking": {OSS: 9}},
        OSS,
        (f"thinking {OSS}", f"thinking {OSS}"),
    ),
    "own prices": ({"model": None, "prompted_price": OWN}, None, (None, None)),
}


@pytest.mark.parametrize("case", REASONS)
def test_hidden_reasoning_is_told_or_follows_from_the_answer(case: str) -> None:
    fields, name, expected = REASONS[case]
    found = inputs(**fields)
    row = model(name) if name else None
    now = prompted_lengths(found, row)
    then = tuned_lengths(found, row, 0, is_own=True)
    assert (now.thinking_field, then.thinking_field) == expected
    factors = [float(field is not None) for field in expected]
    assert [now.thinking_factor, then.thinking_factor] == factors
    another = tuned_lengths(found, row, 0, is_own=False)
    assert another.thinking_field == expected[0]
    assert now.thinks_as_now == (name is None or name == fields.get("model", NOVA))


def terms(found: Inputs, *, is_own: bool = True) -> TrainingTerms:
    """Return the terms of training the scenario's model."""
    option = tuned_option(found, found.tuned, is_own=is_own)
    assert option.training is not None
    return option.training


def test_a_run_is_told_counted_or_estimated() -> None:
    estimated = terms(inputs())
    assert (estimated.run_told, estimated.epoch_tokens) == (False, None)
    assert terms(inputs(training_cost=0)).run_told
    assert not terms(inputs(training_cost=0), is_own=False).run_told
    found = inputs()
    sized = Inputs(
        found.scenario,
        found.tables,
        DAY,
        found.readings._replace(training_sizes={"nova": [30.0, 12.0]}),
        found.now,
        found.tuned,
        found.used,
        found.numbers,
    )
    assert terms(sized).epoch_tokens == 42


def test_a_provider_s_own_number_of_epochs_holds_where_nobody_says() -> None:
    assert terms(inputs(model=MINI, existing_customer=True)).policy is not None
    assert terms(inputs(model=MINI, existing_customer=True, epochs=2)).policy is None


def test_a_provider_s_own_number_of_epochs_is_no_other_s() -> None:
    flash = Model(FLASH, tables().pricing.models[FLASH])
    price = TrainingPrice(effective_from=DAY, checked_on=DAY, source="x", usd_per_mtok=1)

    def epochs(found: Inputs) -> float:
        terms = tuned_option(found, flash).training
        assert terms is not None
        numbers = {**found.numbers, "training_examples": 1e6, "training_overhead": 0}
        return terms.run_usd(numbers, price, 1)

    # A million examples of a token at $1 a million.
    assert inputs(model=NOVA).numbers["epochs"] == 2
    assert epochs(inputs(model=NOVA)) == 3
    assert epochs(inputs(model=FLASH)) == 3
    assert epochs(inputs(model=NOVA, epochs=4)) == 4


def test_a_run_without_a_price_or_a_size_is_refused() -> None:
    with pytest.raises(MissingInputError, match="--training-cost"):
        tuned(None, Rates(input=1), model=None, prompted_price=OWN, tuned_price=OWN)
    nothing_told: dict[str, Any] = {
        "prompt_tokens": None,
        "tuned_prompt_tokens": None,
        "tuned_request_cost": 1,
    }
    request = Rates(request_usd=1)
    with pytest.raises(MissingInputError, match="--training-tokens"):
        tuned(NOVA, request, prompted_request_cost=1, **nothing_told)
    by_count = tuned(NOVA, request, prompted_request_cost=1, training_tokens=9, **nothing_told)
    assert by_count.training is not None
    by_prompt = tuned(NOVA, request, prompted_request_cost=1, tuned_request_cost=1)
    assert by_prompt.training is not None


def test_a_copy_has_the_speed_that_was_measured_of_it() -> None:
    fast = prompted(A8)
    assert fast.speed is not None
    assert fast.speed_times is not None
    assert fast.speed_times[0] < 1 < fast.speed_times[1]
    assert (prompted(A70).speed, prompted(A70).speed_times) == (None, None)
