"""The shipped price table against the published figures, row by row."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from ftvp.tables.entries import Side
from ftvp.tables.pricing import CacheRule, Pricing
from tests.price_facts import HOSTING, TOKEN_PRICES, TRAINING, Price
from tests.price_history import GPUS, HISTORY, TRENDS
from tests.shipped import raw

TODAY = date(2026, 11, 23)


@cache
def pricing() -> Pricing:
    return Pricing.model_validate(raw("pricing.yaml"))


@pytest.mark.parametrize(
    ("name", "side", "prices"),
    [(name, side, prices) for name, side, *prices in TOKEN_PRICES],
    ids=[f"{name}-{side}" for name, side, *_ in TOKEN_PRICES],
)
def test_token_prices_are_the_published_ones(name: str, side: Side, prices: list[Price]) -> None:
    offer = pricing().models[name].offers(side, TODAY)[0]
    assert [
        offer.input_usd_per_mtok,
        offer.output_usd_per_mtok,
        offer.cached_input_usd_per_mtok,
        offer.cache_write_usd_per_mtok,
        offer.batch_input_usd_per_mtok,
        offer.batch_output_usd_per_mtok,
    ] == prices


@pytest.mark.parametrize(
    ("name", "above", "input_times", "output_times"),
    [("gpt-6-luna", 272_000, 2, 1.5), ("claude-haiku-5-5", 100_000, 5, 5)],
)
def test_long_prompts_cost_more(
    name: str, above: int, input_times: float, output_times: float
) -> None:
    long = pricing().find(name)[1].offers("base", TODAY)[0].long_prompt
    assert long is not None
    assert (long.above_tokens, long.input_times, long.output_times) == (
        above,
        input_times,
        output_times,
    )


def test_tuned_sides_are_hosted_at_the_published_prices_and_no_others() -> None:
    found = {
        (name, o.served, o.commitment_months, o.hosting_usd_per_hour, o.storage_usd_per_month)
        for name, model in pricing().models.items()
        for o in model.offers("tuned", TODAY)
    }
    assert found == set(HOSTING)


def test_training_costs_the_published_prices_and_no_others() -> None:
    found = {
        (name, getattr(t, unit), unit, t.minimum_charge_usd)
        for name, model in pricing().models.items()
        for t in model.training
        for unit in ("usd_per_mtok", "usd_per_gpu_hour", "usd_per_training_hour")
        if getattr(t, unit) is not None
    }
    assert found == set(TRAINING)


@pytest.mark.parametrize(
    ("day", "name", "input_usd", "output_usd"), HISTORY, ids=[f"{d}-{n}" for d, n, *_ in HISTORY]
)
def test_history_answers_on_the_day(
    day: str, name: str, input_usd: float, output_usd: float
) -> None:
    offer = pricing().find(name)[1].offers("base", date.fromisoformat(day))[0]
    assert (offer.input_usd_per_mtok, offer.output_usd_per_mtok) == (input_usd, output_usd)


@pytest.mark.parametrize(
    ("name", "day", "before"),
    [
        ("claude-3.5-haiku", date(2024, 12, 4), 1),  # cut to 0.80 the day after
        ("mistral-large-4", date(2026, 10, 28), 1.36),  # cut to 0.70 the day after
        ("gemini-3.8-flash", date(2026, 12, 31), 0.75),  # introductory to the end of the year
        ("gpt-5.6-luna", date(2026, 7, 29), None),  # 1.00, since when is not known
    ],
)
def test_a_price_holds_until_the_next_begins(name: str, day: date, before: float | None) -> None:
    offers = pricing().find(name)[1].offers("base", day)
    assert [o.input_usd_per_mtok for o in offers] == ([] if before is None else [before])


def test_in_january_2025_gpt_4o_mini_is_priced_and_has_no_end() -> None:
    day = date(2025, 1, 15)
    model = pricing().models["openai/gpt-4o-mini"]
    assert model.offers("base", day)[0].input_usd_per_mtok == 0.15
    assert model.offers("tuned", day)[0].output_usd_per_mtok == 1.2
    assert all(model.end(end.kind, day) is None for end in model.ends)


@pytest.mark.parametrize(
    ("name", "closings"),
    [
        (
            "gpt-4o-mini",
            ["2026-05-07", "2026-07-02", "2027-01-06", "2027-01-14", "2027-01-14"],
        ),
        ("gpt-4.1-nano", ["2026-05-07", "2026-07-02", None, "2026-10-23", "2026-10-23"]),
        ("gpt-5-nano", [None, None, None, "2026-12-11", None]),
        ("gpt-4o-2024-05-13", [None, None, None, "2026-10-23", None]),
        ("azure/gpt-4o-mini", ["2026-08-07", None, "2027-04-01", None, "2027-10-01"]),
        ("azure/gpt-4.1", ["2026-03-19", None, "2027-04-14", None, "2027-10-14"]),
        ("aws-bedrock/claude-3-haiku", [None, None, "2026-09-10", "2026-09-10", "2026-09-10"]),
        ("aws-bedrock/llama-3.1-8b", [None, None, None, "2027-03-30", None]),
        ("google-vertex/gemini-2.5-pro", [None, None, "2026-10-20", "2026-10-20", "2026-10-20"]),
        ("google-vertex/gemini-2.0-flash", [None, None, None, "2026-06-01", "2026-06-01"]),
        ("google-vertex/gemini-3.5-flash", [None, None, None, "2027-05-19", None]),
        ("together/llama-3.3-70b-turbo", [None, None, None, "2026-10-22", None]),
    ],
)
def test_in_november_2026_the_ends_are_known(name: str, closings: list[str | None]) -> None:
    model = pricing().find(name)[1]
    ends = [
        model.end("closed_to_new_customers", TODAY),
        model.end("closed_to_inactive_customers", TODAY),
        model.end("training_closed", TODAY),
        model.end("base_shutdown", TODAY),
        model.end("tuned_shutdown", TODAY),
    ]
    assert [end.closes_on.isoformat() if end else None for end in ends] == closings


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 7, 17), None),
        (date(2024, 7, 18), "openai/gpt-4o-mini"),
        (date(2027, 1, 13), "openai/gpt-4o-mini"),
        (date(2027, 1, 14), "openai/gpt-6-luna"),
    ],
)
def test_the_default_model_is_the_article_s_while_it_is_on_sale(
    day: date, expected: str | None
) -> None:
    assert pricing().default_model(day) == expected


RULES: dict[str, tuple[str, int, int, float | None]] = {  # mode, minimum, step, seconds
    "openai-4o": ("automatic", 1024, 128, 300),
    "openai-4.1": ("automatic", 1024, 128, 300),
    "openai-5": ("automatic", 1024, 128, 300),
    "openai-5.6": ("breakpoint", 1024, 1, 1800),
    "openai-6.1": ("breakpoint", 1024, 1, 1800),
    "azure": ("automatic", 1024, 128, 300),
    "anthropic-512": ("breakpoint", 512, 1, 300),
    "anthropic-4096": ("breakpoint", 4096, 1, 300),
    "gemini-implicit-2048": ("automatic", 2048, 1, None),
    "gemini-implicit-4096": ("automatic", 4096, 1, None),
}


def test_the_caching_rules_are_the_published_ones() -> None:
    def terms(rule: CacheRule) -> tuple[str, int | None, int, float | None]:
        minimum, step = rule.minimum_prefix_tokens, rule.step_tokens
        return rule.mode, minimum, step, rule.lives[0].seconds

    assert {name: terms(rule) for name, rule in pricing().caching.items()} == RULES


@pytest.mark.parametrize(
    ("name", "minimum", "recommended", "maximum", "tokens"),
    [
        ("gpt-4o-mini", 10, 50, None, 65_536),
        ("gpt-4.1", 10, 50, None, None),
        ("o4-mini", None, None, 50_000, None),
        ("azure/gpt-4o", 10, 50, None, None),
        ("nova-micro", None, 100, 20_000, None),
        ("aws-bedrock/llama-3.2-90b", 100, None, 10_000, 16_000),
        ("aws-bedrock/claude-3-haiku", 32, None, 10_000, 32_000),
        ("google-vertex/gemini-3.5-flash", None, 100, 10_000_000, 131_072),
        ("fireworks/lora-16b-and-below", 3, None, 3_000_000, None),
    ],
)
def test_limits_are_the_published_ones(
    name: str,
    minimum: int | None,
    recommended: int | None,
    maximum: int | None,
    tokens: int | None,
) -> None:
    limits = pricing().find(name)[1].limits
    assert limits is not None
    assert (limits.minimum_examples, limits.recommended_examples) == (minimum, recommended)
    assert (limits.maximum_examples, limits.maximum_tokens_per_example) == (maximum, tokens)


@pytest.mark.parametrize(
    ("name", "examples", "epochs"),
    [
        ("gpt-4o-mini", 10, 10),  # 10 x 3 < 100, so 100 // 10
        ("gpt-4o-mini", 500, 3),
        ("nova-micro", 500, 2),
        ("fireworks/lora-16b-and-below", 500, 1),
    ],
)
def test_default_epochs_are_the_provider_s(name: str, examples: int, epochs: int) -> None:
    limits = pricing().find(name)[1].limits
    assert limits is not None
    assert limits.default_epochs is not None
    assert limits.default_epochs.epochs(examples) == epochs


def test_every_gpu_is_priced() -> None:
    assert tuple((g.gpu, g.provider, g.usd_per_hour) for g in pricing().gpus) == GPUS


def test_trends_recompute_to_the_published_rates() -> None:
    def blend(input_usd: float, output_usd: float) -> float:
        return (3 * input_usd + output_usd) / 4

    assert len(pricing().trends) == len(TRENDS)
    for trend, (old, since, new, until, percent) in zip(pricing().trends, TRENDS, strict=True):
        start = blend(trend.from_input_usd_per_mtok, trend.from_output_usd_per_mtok)
        end = blend(trend.to_input_usd_per_mtok, trend.to_output_usd_per_mtok)
        years = (trend.to_on - trend.from_on).days / 365.25
        assert (trend.from_on.isoformat(), trend.to_on.isoformat()) == (since, until)
        assert [pricing().find(name)[0] for name in (old, new)] == [
            trend.from_model,
            trend.to_model,
        ]
        assert 100 * ((end / start) ** (1 / years) - 1) == pytest.approx(percent, abs=0.06)
