"""Counts equal tiktoken's own, for any text, with the part of a vocabulary and with the whole."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftvp.tokens.counting import ASCII, MAX_PART, PATTERNS, encoding_for, whole_encoding
from tests.tokenizers import ENCODINGS, theirs

each_encoding = pytest.mark.parametrize("encoding", ENCODINGS)

TEXTS = {
    "empty": "",
    "one byte": "a",
    "two bytes": "é",
    "three bytes": "价",
    "a sentence": "Should I fine-tune, or keep prompting? I don't know; it's THEIR call.",
    "chinese": "微调还是继续写提示。把二十个示例放进提示里,每天一万次请求。",
    "japanese and korean": "プロンプトを書き続けるべきですか。파인튜닝을 해야 할까요?",
    "hindi and arabic": "क्या मुझे फाइन-ट्यून करना चाहिए؟ هل أواصل كتابة المطالبات؟",
    "emoji with joiners, skin and flags": "👩🏽‍💻👨‍👩‍👧‍👦🏳️‍🌈🇩🇪🇫🇷 ok👍🏿",
    "combining marks": "e\u0301a\u0308\u0323 Z\u0351\u036b\u0343a\u0334l\u0334go",
    "python": "def f(x):\n    return {k: v[1:] for k, v in x.items()}  # noqa\n\n\n",
    "json": '{"messages": [{"role": "user", "content": null}], "n": 1e-9}\r\n',
    "white space": "a \t\t  \n\n   \r\n \v\f\x85\xa0\u2028\u3000  b   ",
    "only white space": " " * 700 + "\n" * 90 + "\t" * 50,
    "numbers": "1 12 123 1234 12345678901234567890 ٣٤٥ ½ Ⅷ",
    "one letter, thousands of times": "a" * 5_000,
    "punctuation runs": "=" * 100 + "/*" * 40 + "'s'S'LL''ve" + "-" * 77,
    "special tokens": "<|endoftext|><|fim_prefix|> <|im_start|>user",
    "control characters and NUL": "\x00\x01\x1b[31m\x7f\ufeff\ufffe\uffff",
    "a lone surrogate": "a\ud800b \udfff",
    "the halves of a pair": "\ud83d\ude00 is \U0001f600",
}

# What a prompt is made of, so that real merges happen, and anything at all between.
FRAGMENTS = st.sampled_from([text for text in TEXTS.values() if len(text) < 100] + [" ", "\n", "'"])
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=40)


@st.composite
def vocabulary_words(draw: st.DrawFn) -> str:
    ranks = draw(st.lists(st.integers(0, 100_255), max_size=40))
    return theirs("cl100k_base").decode_bytes(ranks).decode("utf-8", "replace")


def same(text: str, encoding: str) -> bool:
    ours = encoding_for([text], encoding).encode_ordinary(text)
    return ours == theirs(encoding).encode_ordinary(text)


@pytest.mark.slow
@each_encoding
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_has_tiktokens_own_tokens(text: str, encoding: str) -> None:
    assert same(text, encoding)


@pytest.mark.slow
@each_encoding
@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(codec="ascii"), max_size=200))
def test_a_text_of_ascii_alone_has_tiktokens_own_tokens(text: str, encoding: str) -> None:
    assert same(text, encoding)


@pytest.mark.slow
@each_encoding
def test_each_pair_of_ascii_characters_has_tiktokens_own_tokens(encoding: str) -> None:
    every = list(map(chr, range(128)))
    assert same("".join(one + other for one in every for other in every), encoding)
    assert set(re.findall(r"\\(?:p\{\w+\}|s)", PATTERNS[encoding])) <= ASCII.keys()


@pytest.mark.long
@pytest.mark.slow
@each_encoding
@settings(max_examples=150, deadline=None)
@given(text=st.lists(FRAGMENTS | ANYTHING | vocabulary_words(), max_size=8).map("".join))
def test_any_text_has_tiktokens_own_tokens(text: str, encoding: str) -> None:
    assert same(text, encoding)


@pytest.mark.slow
@each_encoding
@settings(max_examples=30, deadline=None)
@given(texts=st.lists(FRAGMENTS | ANYTHING, max_size=8))
def test_texts_that_share_an_encoding_do_not_disturb_each_other(
    texts: list[str], encoding: str
) -> None:
    ours = encoding_for(texts, encoding)
    assert [ours.encode_ordinary(text) for text in texts] == [
        theirs(encoding).encode_ordinary(text) for text in texts
    ]


@pytest.mark.long
@each_encoding
@pytest.mark.parametrize(
    ("beyond", "is_whole"),
    [
        pytest.param(0, False, id="the largest part"),
        pytest.param(1, True, id="one character more"),
    ],
)
def test_tokens_are_the_same_on_both_sides_of_the_switch(
    beyond: int, encoding: str, *, is_whole: bool
) -> None:
    length = MAX_PART[encoding] + beyond
    pick = random.Random(0)  # noqa: S311  a text, not a secret
    text = " ".join(pick.choices(list(TEXTS.values())[1:14], k=length // 20))[:length]
    assert len(text) == length
    ours = encoding_for([text], encoding)
    assert (ours is whole_encoding(encoding)) == is_whole
    assert ours.encode_ordinary(text) == theirs(encoding).encode_ordinary(text)
