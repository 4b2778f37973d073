"""Counts for every family of models, those that publish no tokenizer included."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ftvp.tokens.counting import count_many

if TYPE_CHECKING:
    from ftvp.tables.pricing import Tokenizer

CJK = (
    "[\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)
MOSTLY_CJK = 0.3
"""The share of characters above which the ratio measured on Chinese is the better one."""


@dataclass(frozen=True, slots=True)
class Count:
    """The tokens of a text, and how they were come by: `encoding`'s count times `ratio`."""

    tokens: int
    exact: bool
    encoding: str
    ratio: float
    error_percent: float
    """How far `tokens` may be off: the wider side of the measured interval; 0 when exact."""


def estimate(text: str, tokenizer: Tokenizer) -> Count:
    """Return the tokens of a text by a model's tokenizer: exact, or by the measured ratio."""
    return estimate_many([text], tokenizer)[0]


def estimate_many(texts: Iterable[str], tokenizer: Tokenizer) -> list[Count]:
    """Return the count of each text, in order; the vocabulary is loaded once."""
    asked = list(texts)
    chosen = [settled(tokenizer, text) for text in asked]
    groups: dict[str, list[str]] = {each.encoding: [] for each in chosen}
    for text, each in zip(asked, chosen, strict=True):
        groups[each.encoding].append(text)
    counts = {encoding: iter(count_many(group, encoding)) for encoding, group in groups.items()}
    return [_count(next(counts[each.encoding]), each) for each in chosen]


def settled(tokenizer: Tokenizer, text: str) -> Tokenizer:
    """Return the tokenizer with one ratio, the better for this text, to count its parts alike.

    The interval keeps its width in percent around the ratio for Chinese, Japanese and Korean.
    """
    if tokenizer.cjk_ratio is None:
        return tokenizer
    update: dict[str, object] = {"cjk_encoding": None, "cjk_ratio": None}
    if is_mostly_cjk(text):
        scale = tokenizer.cjk_ratio / tokenizer.ratio
        update["encoding"] = tokenizer.cjk_encoding or tokenizer.encoding
        update["ratio"] = tokenizer.cjk_ratio
        update["low"] = (tokenizer.low or tokenizer.ratio) * scale
        update["high"] = (tokenizer.high or tokenizer.ratio) * scale
    return tokenizer.model_copy(update=update)


def is_mostly_cjk(text: str) -> bool:
    """Return whether over 30 % of the characters are Chinese, Japanese or Korean."""
    if text.isascii():
        return False
    return len(text) - len(_cjk().sub("", text)) > MOSTLY_CJK * len(text)


@cache
def _cjk() -> re.Pattern[str]:
    return re.compile(CJK)


def _count(tokens: int, by: Tokenizer) -> Count:
    scaled = round(tokens * by.ratio)
    return Count(scaled, by.exact, by.encoding, by.ratio, error_percent(by))


def error_percent(tokenizer: Tokenizer) -> float:
    """Return how far a count may be off: the wider side of the measured interval; 0 when exact."""
    if tokenizer.low is None or tokenizer.high is None:
        return 0
    spread = max(tokenizer.ratio - tokenizer.low, tokenizer.high - tokenizer.ratio)
    return 100 * spread / tokenizer.ratio
