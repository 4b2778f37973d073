"""What an overlay does to the price table: new models, prices from a day on, discounts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ftvp.errors import FtvpError
from ftvp.tables.entries import Offer
from ftvp.tables.overlay import Overlay, apply, apply_all, discount_overlay, overlay_errors
from ftvp.tables.pricing import Pricing
from tests.overlays import TOLD, discount, offer, overlay
from tests.shipped import pricing

MINI = "openai/gpt-4o-mini"
MAY, JULY, NOVEMBER = date(2026, 5, 31), date(2026, 7, 1), date(2026, 11, 23)


def under(laid: Overlay) -> Pricing:
    """Return the shipped table under an overlay without mistakes."""
    assert list(overlay_errors(pricing(), laid)) == []
    return apply(pricing(), laid)[0]


def said(laid: Overlay) -> list[str]:
    """Return what an overlay is said to change."""
    return [f"{change.model}: {change.says}" for change in apply(pricing(), laid)[1]]


def price(table: Pricing, day: date, model: str = MINI, side: Any = "base") -> Offer:  # noqa: ANN401  a literal
    """Return what a model costs on a day."""
    return table.models[model].offers(side, day)[0]


def test_an_empty_overlay_changes_nothing() -> None:
    empty = Overlay(schema_version=1, updated_on=MAY)
    assert apply(pricing(), empty) == (pricing(), ())


def test_a_new_model_is_found_by_its_alias() -> None:
    row = {"name": "Swift", "tokenizer": "o200k_base", "aliases": ["swift"], "base": [offer()]}
    laid = overlay(models={"acme/swift-1": row})
    assert under(laid).find("Swift")[1].offers("base", JULY)[0].input_usd_per_mtok == 1
    assert said(laid) == ["acme/swift-1: added"]


def test_own_prices_hold_from_their_day_and_not_before() -> None:
    laid = overlay(models={MINI: {"base": [offer(input_usd_per_mtok=0.1)]}})
    assert price(under(laid), MAY).input_usd_per_mtok == 0.15
    assert price(under(laid), JULY).input_usd_per_mtok == 0.1
    assert said(laid) == ["openai/gpt-4o-mini: price replaced from 2026-06-01"]


def test_own_prices_may_be_given_under_an_alias() -> None:
    laid = overlay(models={"openai/gpt-4o-mini-2024-07-18": {"base": [offer()]}})
    assert price(under(laid), JULY).input_usd_per_mtok == 1


def test_a_later_price_of_the_table_does_not_come_back() -> None:
    # The table announces another price of this model for 2027-01-01.
    laid = overlay(models={"google/gemini-3.8-flash": {"base": [offer()]}})
    table, day = under(laid), date(2027, 2, 1)
    assert len(pricing().models["google/gemini-3.8-flash"].base) > 1
    assert price(table, day, "google/gemini-3.8-flash").input_usd_per_mtok == 1


def test_another_way_of_serving_stays_beside_own_prices() -> None:
    hosted = offer(served="dedicated", hosting_usd_per_hour=3)
    laid = overlay(models={MINI: {"base": [hosted]}})
    ways = [o.served for o in under(laid).models[MINI].offers("base", JULY)]
    assert ways == ["per_token", "dedicated"]


def test_what_an_overlay_does_not_price_stays() -> None:
    laid = overlay(models={MINI: {"base": [offer()]}})
    before, after = pricing().models[MINI], under(laid).models[MINI]
    kept = ("name", "tokenizer", "tuned", "training", "ends", "aliases", "limits")
    assert all(getattr(before, name) == getattr(after, name) for name in kept)


def test_a_discount_lowers_every_price_from_its_day_on() -> None:
    table = under(overlay(discounts=[discount(20, provider="openai")]))
    # 0.15, 0.60 and 0.075 less a fifth; training $3 less a fifth.
    found = price(table, JULY)
    assert found.input_usd_per_mtok == pytest.approx(0.12)
    assert found.output_usd_per_mtok == pytest.approx(0.48)
    assert found.batch_input_usd_per_mtok == pytest.approx(0.06)
    assert found.note == "20 % negotiated off the list price"
    assert table.models[MINI].training[-1].usd_per_mtok == pytest.approx(2.4)
    assert price(table, MAY) == price(pricing(), MAY)


def test_a_discount_for_a_provider_leaves_others_alone() -> None:
    table = under(overlay(discounts=[discount(20, provider="openai")]))
    others = {name for name in table.models if not name.startswith("openai/")}
    assert all(table.models[name] == pricing().models[name] for name in others)


def test_a_later_price_is_lowered_too() -> None:
    table = under(overlay(discounts=[discount(10, model="google/gemini-3.8-flash")]))
    later = date(2027, 2, 1)
    listed = price(pricing(), later, "google/gemini-3.8-flash")
    found = price(table, later, "google/gemini-3.8-flash")
    assert found.output_usd_per_mtok == pytest.approx((listed.output_usd_per_mtok or 0) * 0.9)


def test_a_discount_of_0_ends_an_earlier_one() -> None:
    two = [discount(20, provider="openai"), discount(0, "2026-09-01", provider="openai")]
    table = under(overlay(discounts=two))
    assert price(table, JULY).input_usd_per_mtok == pytest.approx(0.12)
    assert price(table, NOVEMBER).input_usd_per_mtok == 0.15


def test_a_models_own_discount_takes_the_place_of_its_providers() -> None:
    two = [discount(20, provider="openai"), discount(50, model="gpt-4o-mini")]
    laid = overlay(discounts=two)
    assert price(under(laid), JULY).input_usd_per_mtok == pytest.approx(0.075)
    assert "openai/gpt-4o-mini: 50 % off from 2026-06-01 (Our contract)" in said(laid)


def test_own_prices_are_meant_as_they_stand() -> None:
    laid = overlay(
        models={MINI: {"base": [offer(input_usd_per_mtok=0.1)]}},
        discounts=[discount(20, provider="openai")],
    )
    assert price(under(laid), JULY).input_usd_per_mtok == 0.1
    assert price(under(laid), JULY, side="tuned").input_usd_per_mtok == pytest.approx(0.24)


def laid_over(*overlays: Overlay) -> Pricing:
    """Return the shipped price table under several overlays, the last one strongest."""
    return apply_all(pricing(), overlays)[0]


def ten(**whom: Any) -> Overlay:  # noqa: ANN401  a start, or whom it is for
    return overlay(discounts=[discount(10, **{"provider": "openai", **whom})])


def twenty(**whom: Any) -> Overlay:  # noqa: ANN401  a start, or whom it is for
    return overlay(discounts=[discount(20, **{"provider": "openai", **whom})])


@pytest.mark.parametrize(
    ("overlays", "usd"),
    [
        pytest.param([ten()], 0.135, id="one"),  # 0.15 x 0.9
        pytest.param([ten(), twenty()], 0.12, id="the later replaces the earlier"),
        pytest.param([twenty(), ten()], 0.135, id="though it is smaller"),
        pytest.param([ten(), ten()], 0.135, id="one that is told twice"),
        pytest.param([ten(start="2026-07-01"), twenty()], 0.12, id="though it began earlier"),
        pytest.param([ten(), twenty(start="2027-01-01")], 0.135, id="from its own day on"),
        pytest.param([twenty(), overlay(discounts=[discount(0, provider="openai")])], 0.15, id="0"),
        pytest.param([ten(), twenty(provider="anthropic")], 0.135, id="of another provider"),
    ],
)
def test_discounts_are_off_the_list_price_and_never_compound(
    overlays: list[Overlay], usd: float
) -> None:
    assert price(laid_over(*overlays), NOVEMBER).input_usd_per_mtok == pytest.approx(usd)


def test_a_later_discount_lowers_what_an_earlier_overlay_states() -> None:
    own = overlay(models={MINI: {"base": [offer(input_usd_per_mtok=1.0)]}})
    assert price(laid_over(own, ten()), NOVEMBER).input_usd_per_mtok == pytest.approx(0.9)
    assert price(laid_over(ten(), own), NOVEMBER).input_usd_per_mtok == 1.0
    assert price(laid_over(own, ten(), twenty()), NOVEMBER).input_usd_per_mtok == 0.8


def test_a_discount_of_a_model_stands_for_itself_in_any_overlay() -> None:
    its_own = overlay(discounts=[discount(50, model="gpt-4o-mini")])
    for overlays in ((its_own, ten()), (ten(), its_own)):
        assert price(laid_over(*overlays), NOVEMBER).input_usd_per_mtok == 0.075


def test_each_overlay_says_what_it_changed() -> None:
    _, (first, second) = apply_all(pricing(), [ten(), twenty()])
    assert {change.says for change in first} == {"10 % off from 2026-06-01 (Our contract)"}
    assert {change.says for change in second} == {"20 % off from 2026-06-01 (Our contract)"}
    assert len(first) == len(second) == 31


def test_a_discount_that_is_told_holds_on_every_day_and_is_said() -> None:
    told = discount_overlay(pricing(), {"openai": 20, "claude-haiku-5.5": 50}, NOVEMBER)
    table, (changes,) = apply_all(pricing(), [told])
    for day in (date(2024, 8, 1), NOVEMBER, date(2027, 1, 1)):
        assert price(table, day).input_usd_per_mtok == pytest.approx(0.12)
    assert "anthropic/claude-haiku-5-5: 50 % off (--discount)" in {
        f"{change.model}: {change.says}" for change in changes
    }


@pytest.mark.parametrize("name", ["aws-bedrock", "AWS-Bedrock", "bedrock", "aws"])
def test_a_provider_is_told_by_any_of_its_names(name: str) -> None:
    (found,) = discount_overlay(pricing(), {name: 15}, NOVEMBER).discounts
    assert found.provider == "aws-bedrock"


@pytest.mark.parametrize("name", ["acme", "sonnet", ""])
def test_a_discount_for_nobody_is_refused(name: str) -> None:
    with pytest.raises(FtvpError):
        discount_overlay(pricing(), {name: 15}, NOVEMBER)


def test_no_model_vanishes_under_any_overlay() -> None:
    told = discount_overlay(pricing(), {"openai": 99.9}, NOVEMBER)
    table, _ = apply_all(pricing(), [ten(), told])
    assert set(table.models) == set(pricing().models)
    for model_id, row in table.models.items():
        sold = [len(row.offers(side, NOVEMBER)) for side in ("base", "tuned")]
        before = pricing().models[model_id]
        assert sold == [len(before.offers(side, NOVEMBER)) for side in ("base", "tuned")]


def test_an_overlay_of_a_dated_name_changes_the_model_of_its_seller() -> None:
    mine = overlay(models={"openai/gpt-4o-mini-2024-07-18": {"base": [offer()]}})
    assert price(laid_over(mine), NOVEMBER).input_usd_per_mtok == 1.0
    new = {"name": "Mini at Acme", "tokenizer": "o200k_base", "base": [offer()]}
    table = laid_over(overlay(models={"acme/gpt-4o-mini": new}))
    assert price(table, NOVEMBER).input_usd_per_mtok == 0.15
    assert "acme/gpt-4o-mini" in table.models


def test_an_end_that_was_announced_later_holds() -> None:
    end = {"kind": "base_shutdown", "closes_on": "2028-01-01", "announced_on": "2026-11-01"}
    laid = overlay(models={MINI: {"ends": [{**end, **TOLD}]}})
    found = under(laid).models[MINI].end("base_shutdown", NOVEMBER)
    assert found is not None
    assert found.closes_on == date(2028, 1, 1)
    assert said(laid) == ["openai/gpt-4o-mini: base shutdown on 2028-01-01"]


def test_what_comes_out_is_a_sound_table() -> None:
    laid = overlay(
        models={MINI: {"base": [offer()]}, "acme/x": {**NEW, "base": [offer()]}},
        discounts=[discount(20, provider="openai"), discount(5, provider="google")],
    )
    table = under(laid)
    assert Pricing.model_validate(table.model_dump()) == table


NEW = {"name": "X", "tokenizer": "o200k_base"}
