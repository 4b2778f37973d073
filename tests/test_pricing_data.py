"""The shipped price table against the published figures, row by row."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import get_args

import pytest

from ftvp.tables.entries import EndKind, in_force
from ftvp.tables.pricing import Pricing
from tests.price_history import GPUS, HISTORY, TRENDS
from tests.rows import of_each
from tests.shipped import raw

TODAY = date(2026, 11, 26)


@cache
def pricing() -> Pricing:
    return Pricing.model_validate(raw("pricing.yaml"))


@of_each({f"{row[0]} {row[1]}": row for row in HISTORY})
def test_history_answers_on_the_day(row: tuple[str, str, float, float]) -> None:
    day, name, input_usd, output_usd = row
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
        ("azure/gpt-4o-mini", ["2026-09-02", None, "2027-04-01", "2027-04-14", "2027-10-01"]),
        ("azure/gpt-4.1", ["2027-04-14", None, "2027-04-14", "2027-04-14", "2027-10-14"]),
        ("aws-bedrock/claude-3-haiku", [None, None, "2026-09-10", "2026-09-10", "2026-09-10"]),
        ("aws-bedrock/llama-3.1-8b", ["2026-09-30", None, "2026-09-30", "2027-03-30", None]),
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
        (date(2026, 5, 6), "openai/gpt-4o-mini"),
        (date(2026, 5, 7), "aws-bedrock/nova-micro"),
    ],
)
def test_the_default_model_is_the_article_s_while_new_customers_can_tune_it(
    day: date, expected: str | None
) -> None:
    assert pricing().default_model(day) == expected


@pytest.mark.parametrize("year", range(2024, 2029))
def test_the_default_model_is_to_be_had_on_every_day(year: int) -> None:
    """It is sold prompted and tuned, open to new customers, and will be for a year."""
    first = max(date(year, 1, 1), pricing().default_models[0].effective_from)
    for day in (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)):
        model = pricing().models[pricing().default_model(day) or ""]
        assert model.offers("base", day)
        assert model.offers("tuned", day)
        assert in_force(model.training, day)
        for kind in get_args(EndKind):
            end = model.end(kind, day)
            assert end is None or end.closes_on > day + timedelta(days=365), (day, kind)


SHORT, LONG = "cache_write_usd_per_mtok", "cache_write_long_usd_per_mtok"
RULES: dict[str, tuple[object, ...]] = {  # mode, minimum, step, unmarked, lives and their writes
    "gpt-4o-mini": ("automatic", 1024, 128, None, (300, None)),
    "gpt-4.1": ("automatic", 1024, 128, None, (None, None)),
    "gpt-5-mini": ("automatic", 1024, 128, None, (300, None)),
    "gpt-5.6-sol": ("breakpoint", 1024, 1, "written_each_time", (1800, SHORT)),
    "gpt-6-luna": ("breakpoint", 1024, 1, "written_each_time", (1800, SHORT)),
    "gpt-6.1-terra": ("breakpoint", 1024, 1, "written_each_time", (1800, SHORT)),
    "claude-haiku-5-5": ("breakpoint", 512, 1, "not_cached", (300, SHORT), (3600, LONG)),
    "claude-sonnet-5": ("breakpoint", 1024, 1, "not_cached", (300, SHORT), (3600, LONG)),
    "claude-sonnet-4-6": ("breakpoint", 2048, 1, "not_cached", (300, SHORT), (3600, LONG)),
    "claude-haiku-4-5": ("breakpoint", 4096, 1, "not_cached", (300, SHORT), (3600, LONG)),
    "gemini-3.8-flash": ("automatic", 4096, 1, None, (None, None)),
    "google-vertex/gemini-4-argon": ("automatic", 6144, 1, None, (None, None)),
    "google/gemini-3.5-flash-lite": ("automatic", None, 1, None, (None, None)),
    "nova-micro": ("breakpoint", 1536, 1, "not_cached", (300, None)),
    "nova-pro": ("breakpoint", 1024, 1, "not_cached", (300, None)),
    "nova-2-lite": ("breakpoint", None, 1, "not_cached", (300, None)),
    "self-hosted/llama-3.1-8b-h100": ("none", None, 1, None),
    "mistral-small": ("unknown", None, 1, None),
}


@of_each({name: name for name in RULES})
def test_a_model_is_cached_by_its_provider_s_rule(name: str) -> None:
    rule = pricing().caching[pricing().find(name)[1].caching or ""]
    lives = tuple((life.seconds, life.write) for life in rule.lives)
    terms = (rule.mode, rule.minimum_prefix_tokens, rule.step_tokens, rule.unmarked, *lives)
    assert terms == RULES[name]


def test_a_life_of_up_to_a_day_is_not_published_but_bounded() -> None:
    (kept,) = pricing().caching["openai-24-hours"].lives
    assert (kept.published, kept.seconds, kept.up_to_seconds) == (False, None, 86_400)


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
