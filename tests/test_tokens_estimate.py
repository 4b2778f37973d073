"""Families without a public tokenizer are estimated, and say so."""

from __future__ import annotations

import pytest

from ftvp.tables.pricing import Tokenizer
from ftvp.tokens.counting import error_percent, is_mostly_cjk, settled

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
    assert settled(OPENAI, CHINESE) == OPENAI
    assert (OPENAI.exact, error_percent(OPENAI)) == (True, 0)


def test_a_ratio_is_never_called_exact_and_carries_its_wider_side() -> None:
    by = settled(SCALED, ENGLISH)
    assert (by.exact, by.encoding, by.ratio) == (False, "o200k_base", 1.10)
    # the upper side is the wider: (1.32 - 1.10) / 1.10 = 20 %
    assert error_percent(by) == pytest.approx(20)


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
    by = settled(tokenizer, CHINESE)
    assert (by.encoding, by.ratio) == (encoding, ratio)


def test_the_error_of_mostly_chinese_is_as_wide_in_percent_and_never_exact() -> None:
    # (1.32 - 1.10) / 1.10 = 20 %, around 0.91 too
    assert error_percent(settled(SCALED, CHINESE)) == pytest.approx(20)
    assert not settled(LLAMA, CHINESE).exact


def test_a_tokenizer_settled_on_a_whole_counts_its_parts_by_the_same_ratio() -> None:
    by_chinese, by_english = settled(LLAMA, CHINESE), settled(LLAMA, ENGLISH)
    assert settled(by_chinese, ENGLISH).ratio == 1.05
    assert settled(by_english, CHINESE).encoding == "cl100k_base"


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
