"""The shape of the price table: which entry is in force, what is refused, how a model is found."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import End, EpochPolicy, Offer, TrainingPrice, in_force
from ftvp.tables.pricing import CacheRule, PricedModel, Pricing, Tokenizer

OPENAI = EpochPolicy(target=3, least_total=100, most_total=25_000, most=25)
SOURCED: dict[str, Any] = {"checked_on": date(2026, 1, 1), "source": "list"}
FIVE_MINUTES: dict[str, Any] = {"mode": "automatic", "lives": [{"seconds": 300}], **SOURCED}


def offer(start: str = "2025-01-01", **terms: Any) -> Offer:  # noqa: ANN401  any field of an offer
    prices = {"input_usd_per_mtok": 1, "output_usd_per_mtok": 4}
    return Offer.model_validate({"effective_from": start, **SOURCED, **prices, **terms})


def hosted(start: str = "2025-01-01", months: int = 0, usd: float = 24) -> Offer:
    terms = {"served": "provisioned", "commitment_months": months, "hosting_usd_per_hour": usd}
    return Offer.model_validate({"effective_from": start, **SOURCED, **terms})


def table(**models: dict[str, Any]) -> Pricing:
    rows = {
        f"acme/{name.replace('_', '-')}": {"name": name, "tokenizer": "o200k_base", **row}
        for name, row in models.items()
    }
    return Pricing.model_validate(
        {
            "schema_version": 2,
            "updated_on": date(2026, 1, 1),
            "currency": "USD",
            "default_models": [
                {"effective_from": date(2025, 1, 1), "model": next(iter(rows)), "why": "small"},
                {"effective_from": date(2026, 1, 1), "model": [*rows][-1], "why": "newer"},
            ],
            "sources": {"list": {"name": "a price list"}},
            "tokenizers": {"o200k_base": {"encoding": "o200k_base", "source": "list"}},
            "caching": {"short": FIVE_MINUTES | {"minimum_prefix_tokens": 1024}},
            "models": rows,
        }
    )


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 5, 31), date(2025, 1, 1)),
        (date(2025, 6, 1), date(2025, 6, 1)),
        (date(2030, 1, 1), date(2025, 6, 1)),
    ],
    ids=["before any", "first day", "last day of the first", "day of the second", "long after"],
)
def test_the_entry_in_force_is_the_last_that_has_begun(day: date, start: date | None) -> None:
    found = in_force([offer("2025-01-01"), offer("2025-06-01")], day)
    assert (found.effective_from if found else None) == start


@pytest.mark.parametrize(
    ("policy", "examples", "epochs"),
    [
        (OPENAI, 1, 25),  # 100 // 1 = 100, held to 25
        (OPENAI, 10, 10),  # 10 x 3 = 30 < 100: 100 // 10
        (OPENAI, 33, 3),  # 33 x 3 = 99 < 100: 100 // 33
        (OPENAI, 34, 3),  # 34 x 3 = 102: the target
        (OPENAI, 8_333, 3),  # x 3 = 24,999: the target
        (OPENAI, 8_334, 2),  # x 3 = 25,002 > 25,000: 25,000 // 8,334
        (OPENAI, 30_000, 1),  # 25,000 // 30,000 = 0, held to 1
        (OPENAI, 0, 25),
        (EpochPolicy(target=2), 1, 2),
        (EpochPolicy(target=2), 1_000_000, 2),
    ],
)
def test_epochs_bend_with_the_size_of_the_file(
    policy: EpochPolicy, examples: int, epochs: int
) -> None:
    assert policy.epochs(examples) == epochs


@pytest.mark.slow
@given(st.integers(min_value=0, max_value=10**7))
def test_epochs_stay_between_one_and_the_most(examples: int) -> None:
    assert 1 <= OPENAI.epochs(examples) <= 25


@pytest.mark.parametrize(
    ("prefix", "cacheable"),
    [(0, 0), (1_023, 0), (1_024, 1_024), (1_151, 1_024), (1_152, 1_152), (1_500, 1_408)],
)
def test_a_prefix_is_cached_from_the_minimum_in_steps(prefix: int, cacheable: int) -> None:
    rule = CacheRule(**FIVE_MINUTES, minimum_prefix_tokens=1_024, step_tokens=128)
    assert rule.cacheable(prefix) == cacheable


@pytest.mark.slow
@given(prefix=st.integers(0, 10**6), minimum=st.integers(0, 5_000), step=st.integers(1, 500))
def test_never_more_is_cached_than_there_is(prefix: int, minimum: int, step: int) -> None:
    rule = CacheRule(**FIVE_MINUTES, minimum_prefix_tokens=minimum, step_tokens=step)
    assert rule.cacheable(prefix) in (0, *range(max(0, prefix - step + 1), prefix + 1))


def test_offers_are_one_a_way_of_serving_those_per_token_first() -> None:
    rows = (hosted(), hosted(months=6, usd=13), offer(), hosted("2025-06-01", usd=20))
    model = PricedModel(name="m", tokenizer="t", tuned=rows)
    found = model.offers("tuned", date(2025, 7, 1))
    assert [(o.served, o.commitment_months, o.hosting_usd_per_hour) for o in found] == [
        ("per_token", 0, None),
        ("provisioned", 0, 20),
        ("provisioned", 6, 13),
    ]
    assert model.offers("base", date(2025, 7, 1)) == []
    assert model.offers("tuned", date(2024, 7, 1)) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 31), None),
        (date(2026, 2, 1), date(2027, 1, 1)),
        (date(2026, 5, 1), date(2027, 4, 1)),
    ],
    ids=["not announced yet", "announced", "postponed"],
)
def test_an_end_is_known_from_its_announcement_and_the_last_one_wins(
    day: date, expected: date | None
) -> None:
    told = [("2027-01-01", "2026-02-01"), ("2027-04-01", "2026-05-01")]
    ends = tuple(
        End.model_validate(
            {"kind": "base_shutdown", "closes_on": on, "announced_on": said, **SOURCED}
        )
        for on, said in told
    )
    end = PricedModel(name="m", tokenizer="t", ends=ends).end("base_shutdown", day)
    assert (end.closes_on if end else None) == expected


HALF_PRICED: dict[str, tuple[dict[str, Any], str]] = {
    "per token without output": ({"output_usd_per_mtok": None}, "needs input_usd_per_mtok and"),
    "dedicated without hosting": ({"served": "dedicated"}, "needs hosting_usd_per_hour"),
    "batch input without output": ({"batch_input_usd_per_mtok": 0.5}, "go together"),
    "a negative price": ({"input_usd_per_mtok": -1}, "greater than or equal to 0"),
    "a price that is no number": ({"input_usd_per_mtok": float("nan")}, "finite"),
    "an unknown key": ({"input_usd": 1}, "Extra inputs are not permitted"),
}


@pytest.mark.parametrize(("terms", "says"), HALF_PRICED.values(), ids=HALF_PRICED.keys())
def test_a_half_priced_offer_is_refused(terms: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        offer(**terms)


@pytest.mark.parametrize(
    "units",
    [{}, {"usd_per_mtok": 3, "usd_per_gpu_hour": 2}],
    ids=["no unit", "two units"],
)
def test_training_has_exactly_one_unit(units: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        TrainingPrice.model_validate({"effective_from": "2025-01-01", **SOURCED, **units})


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"low": 0.9}, "low and high go together"),
        ({"ratio": 1.1}, "needs its interval"),
    ],
    ids=["half an interval", "a ratio without one"],
)
def test_a_ratio_comes_with_its_whole_interval(terms: dict[str, float], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Tokenizer.model_validate({"encoding": "o200k_base", "source": "list", **terms})


def test_the_newest_entry_stands_last() -> None:
    with pytest.raises(ValidationError, match="oldest first"):
        PricedModel(name="m", tokenizer="t", base=(offer("2025-06-01"), offer("2025-01-01")))


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "tokenizer": ({"tokenizer": "spm"}, "acme/small: no tokenizer named 'spm'"),
    "caching": ({"caching": "long"}, "acme/small: no caching rule named 'long'"),
    "source": (
        {"limits": {"checked_on": date(2026, 1, 1), "source": "hearsay"}},
        "no source named hearsay",
    ),
    "alias of another": ({"aliases": ["acme/large"]}, "names both acme/small and acme/large"),
}


@pytest.mark.parametrize(("row", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_a_name_that_leads_nowhere_is_refused(row: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        table(small=row, large={})


def test_a_default_model_must_be_in_the_table() -> None:
    rows = table(small={}).model_dump()
    rows["default_models"][0]["model"] = "acme/gone"
    with pytest.raises(ValidationError, match="no model named 'acme/gone'"):
        Pricing.model_validate(rows)


def test_a_model_is_found_by_id_or_alias_in_any_case() -> None:
    pricing = table(small={"aliases": ["tiny"]}, large={})
    assert [pricing.find(name)[0] for name in ("acme/small", "TINY")] == ["acme/small"] * 2


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'acme/large'"):
        table(small={}, large={}).find("acme/lrage")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), "acme/small"),
        (date(2026, 1, 1), "acme/large"),
    ],
)
def test_the_default_model_changes_on_its_day(day: date, expected: str | None) -> None:
    assert table(small={}, large={}).default_model(day) == expected
