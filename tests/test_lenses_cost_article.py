"""The article's own formula: its four savings, and the months that follow."""

from __future__ import annotations

import pytest

from ftvp.cost.answer import ArticleAnswer, article_answer


def answer(
    removed: float = 800, price: float = 0.3, training: tuple[float, float] | None = (15, 75)
) -> ArticleAnswer:
    """Return the formula's answer at 300,000 requests a month."""
    return article_answer(
        requests_per_month=300_000,
        removed_tokens=removed,
        usd_per_mtok=price,
        training_usd=training,
    )


@pytest.mark.parametrize(
    ("prompted", "tuned", "usd"),
    [
        pytest.param(800, 200, 54, id="classification: 300,000 x 600 x 0.30 / 1e6"),
        pytest.param(1200, 400, 72, id="extraction: 300,000 x 800 x 0.30 / 1e6"),
        pytest.param(2000, 500, 135, id="generation: 300,000 x 1,500 x 0.30 / 1e6"),
        pytest.param(3000, 1000, 180, id="analysis: 300,000 x 2,000 x 0.30 / 1e6"),
    ],
)
def test_published_savings_come_out_at_the_tuned_input_price(
    prompted: int, tuned: int, usd: float
) -> None:
    assert answer(prompted - tuned).monthly_saving_usd == pytest.approx(usd)
    assert answer(prompted - tuned, price=0.15).monthly_saving_usd == pytest.approx(usd / 2)


def test_months_are_those_of_both_ends_of_the_typical_run() -> None:
    # 15 / 72 = 0.208; 75 / 72 = 1.042
    found = answer()
    assert (found.months_low, found.months_high) == pytest.approx((15 / 72, 75 / 72))
    assert (found.training_low_usd, found.training_high_usd) == (15, 75)


@pytest.mark.parametrize(
    ("removed", "price", "training"),
    [
        pytest.param(0, 0.3, (15, 75), id="nothing removed"),
        pytest.param(-10, 0.3, (15, 75), id="a longer tuned prompt"),
        pytest.param(800, 0, (15, 75), id="no price by the token"),
        pytest.param(800, 1e-300, (15, 75), id="a price next to nothing"),
        pytest.param(800, 0.3, None, id="no typical run published"),
    ],
)
def test_months_are_unknown_without_a_saving_or_a_run(
    removed: float, price: float, training: tuple[float, float] | None
) -> None:
    found = answer(removed, price, training)
    assert (found.months_low, found.months_high) == (None, None)
