"""Families without a public tokenizer are estimated, and say so."""

from __future__ import annotations

import pytest

from ftvp.tables.pricing import Tokenizer
from ftvp.tokens.counting import Count, count, estimate, estimate_many, is_mostly_cjk, settled

ENGLISH = "Sort each ticket into billing, delivery or returns. " * 40
CHINESE = "请把每张工单归入账单、配送或退货三类之一。" * 40

OPENAI = Tokenizer(encoding="o200k_base", source="tiktoken")
SCALED = Tokenizer(
    encoding="o200k_base", ratio=1.10, low=0.98, high=1.32, cjk_ratio=0.91, source="measured"
)
LLAMA = Tokenizer(
    encoding="cl100k_base",
    low=0.99,
    high=1.01,
    cjk_encoding="o200k_base",
    cjk_ratio=1.05,
    source="measured",
)


def test_a_public_encoding_is_exact() -> None:
    tokens = count(ENGLISH, "o200k_base")
    assert estimate(ENGLISH, OPENAI) == Count(
        tokens, exact=True, encoding="o200k_base", ratio=1, error_percent=0
    )


def test_a_ratio_is_never_called_exact_and_carries_its_wider_side() -> None:
    counted = estimate(ENGLISH, SCALED)
    # 40 sentences of 10 tokens and the last space: 400 + 1 = 401, times 1.10 = 441.1
    assert (counted.tokens, counted.exact, counted.ratio) == (441, False, 1.10)
    # the upper side is the wider: (1.32 - 1.10) / 1.10 = 20 %
    assert counted.error_percent == pytest.approx(20)


@pytest.mark.parametrize(
    ("tokenizer", "encoding", "ratio"),
    [
        pytest.param(OPENAI, "o200k_base", 1, id="an exact encoding stays"),
        pytest.param(SCALED, "o200k_base", 0.91, id="its own ratio"),
        pytest.param(LLAMA, "o200k_base", 1.05, id="its own encoding too"),
    ],
)
def test_mostly_chinese_is_counted_with_the_ratio_measured_on_chinese(
    tokenizer: Tokenizer, encoding: str, ratio: float
) -> None:
    counted = estimate(CHINESE, tokenizer)
    assert (counted.encoding, counted.ratio) == (encoding, ratio)
    assert counted.tokens == round(ratio * count(CHINESE, encoding))


def test_the_error_of_mostly_chinese_is_as_wide_in_percent_and_never_exact() -> None:
    # (1.32 - 1.10) / 1.10 = 20 %, around 0.91 too
    assert estimate(CHINESE, SCALED).error_percent == pytest.approx(20)
    assert not estimate(CHINESE, LLAMA).exact


def test_a_tokenizer_settled_on_a_whole_counts_its_parts_by_the_same_ratio() -> None:
    by_chinese, by_english = settled(LLAMA, CHINESE), settled(LLAMA, ENGLISH)
    assert estimate(ENGLISH, by_chinese).ratio == 1.05
    assert estimate(CHINESE, by_english).encoding == "cl100k_base"


def test_many_texts_are_estimated_each_by_its_own_script_and_in_order() -> None:
    texts = [ENGLISH, CHINESE, "", ENGLISH, "short"]
    assert estimate_many(texts, LLAMA) == [estimate(text, LLAMA) for text in texts]
    assert [c.encoding[0] for c in estimate_many(texts, LLAMA)] == ["c", "o", "c", "c", "c"]


@pytest.mark.parametrize(
    ("text", "mostly"),
    [
        pytest.param("", False, id="empty"),
        pytest.param("价" * 3 + "a" * 7, False, id="30 % is not over 30 %"),
        pytest.param("价" * 31 + "a" * 69, True, id="31 % is"),
        pytest.param("ひらがなとカタカナ", True, id="japanese"),
        pytest.param("한국어 문장", True, id="korean"),
        pytest.param("𠀀𠮷", True, id="beyond the basic plane"),
        pytest.param("Ελληνικά и русский", False, id="other scripts"),
    ],
)
def test_mostly_cjk_means_over_thirty_percent_of_the_characters(text: str, *, mostly: bool) -> None:
    assert is_mostly_cjk(text) is mostly
