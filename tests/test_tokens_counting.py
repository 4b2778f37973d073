"""Counting one text, many texts and long ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.errors import LongRunError
from ftvp.tokens.counting import PIECE, count, count_many, pieces
from tests.tokenizers import ENCODINGS, theirs

each_encoding = pytest.mark.parametrize("encoding", ENCODINGS)


@pytest.mark.long
@each_encoding
def test_many_texts_are_counted_in_order_and_repeats_again(encoding: str) -> None:
    texts = ["Label the ticket.", "", "billing", "Label the ticket.", "技术支持"]
    expected = [len(theirs(encoding).encode_ordinary(text)) for text in texts]
    assert count_many(iter(texts), encoding) == expected
    assert [count(text, encoding) for text in texts] == expected


@each_encoding
def test_no_text_has_no_count(encoding: str) -> None:
    assert count_many([], encoding) == []
    assert count("", encoding) == 0


def test_a_special_token_is_counted_as_the_letters_it_is_written_in() -> None:
    # < | end of text | >: seven tokens in both encodings, where the special token would be one
    assert [count("<|endoftext|>", encoding) for encoding in ENCODINGS] == [7, 7]


@pytest.mark.long
@pytest.mark.slow
@each_encoding
def test_a_text_longer_than_a_piece_has_tiktokens_own_count(encoding: str) -> None:
    line = "Input: where is my parcel?\n\n  Output: delivery\n价格 1234567\n"
    text = line * (2 * PIECE // len(line) + 2)
    for long in (text, text.replace("\n", " ")):
        assert len(list(pieces(long))) == 3
        assert count(long, encoding) == len(theirs(encoding).encode_ordinary(long))


@pytest.mark.long
@each_encoding
@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("aZ9 \n\r\t/.!'_(é价，。\u0301\u2028\xa0"), max_size=60))
def test_the_tokens_of_the_pieces_are_the_tokens_of_the_text(text: str, encoding: str) -> None:
    cut = list(pieces(text, size=1))
    encode = theirs(encoding).encode_ordinary
    assert "".join(cut) == text
    assert [token for piece in cut for token in encode(piece)] == encode(text)


@pytest.mark.parametrize("text", [" " * 999_999, "fine\n" + "\t" * 1_000_000 + "x"])
def test_white_space_without_end_is_an_error_before_it_reaches_tiktoken(text: str) -> None:
    with pytest.raises(LongRunError, match="999,999 or more spaces or tabs"):
        count_many(["fine", text], "o200k_base")


@pytest.mark.long
@pytest.mark.slow
def test_the_longest_white_space_that_tiktoken_can_count_is_counted() -> None:
    text = "x" + " " * 999_998 + "y"
    assert count(text, "cl100k_base") == len(theirs("cl100k_base").encode_ordinary(text))
