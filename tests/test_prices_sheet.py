"""The sheet of one model names the address of every source that it cites."""

from __future__ import annotations

from datetime import date

import pytest

from ftvp.prices.answer import PriceRequest, pricing_answer
from ftvp.prices.sheet import sheet
from ftvp.render.document import Block, Items
from tests.asked import tables
from tests.rows import of_each
from tests.shipped import pricing

DAY = date(2026, 11, 26)


def addresses(model: str) -> tuple[str, ...]:
    """Return what stands under Addresses on the sheet of a model."""
    blocks: list[Block] = list(sheet(pricing_answer(tables(), DAY, PriceRequest(model))))
    found = [each.items for each in blocks if isinstance(each, Items) and each.title == "Addresses"]
    return found[0] if found else ()


def test_a_model_without_limits_keeps_the_addresses_of_its_ends() -> None:
    model = pricing().models["openai/gpt-5"]
    assert model.limits is None
    assert "OpenAI deprecations page" in {text.partition(":")[0] for text in addresses("gpt-5")}


@pytest.mark.slow
@of_each({model_id: model_id for model_id in pricing().models})
def test_every_source_that_is_cited_has_its_address(model_id: str) -> None:
    model, sources = pricing().models[model_id], pricing().sources
    cited = {source for _, source in model.citations()}
    cited |= {pricing().caching[model.caching].source} if model.caching else set()
    wanted = {f"{sources[name].name}: {sources[name].url}" for name in cited if sources[name].url}
    assert wanted <= set(addresses(model_id))
