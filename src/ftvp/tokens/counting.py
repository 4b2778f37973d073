"""Counting: texts as tokens, by a model's encoding or a measured ratio to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ftvp.errors import BlankRunError
from ftvp.tokens.encoding import encoding_for, whole_encoding

if TYPE_CHECKING:
    from ftvp.tables.pricing import Tokenizer

LONGEST_BLANK_RUN = 999_998
"""Characters of white space in a row that tiktoken's pattern search can follow."""
BLANKS = (
    "\t\v\f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space less the two characters that end lines."""
SPECIAL = re.compile(
    r"<\|(?:endoftext|endofprompt|fim_(?:prefix|middle|suffix)|im_(?:start|end|sep)"
    r"|(?:begin|end)_of_text|(?:start|end)_header_id|eot_id)\|>"
)
"""Names that OpenAI's and Llama's tokenizers reserve."""
PIECE = 1 << 20
"""Characters of a long text whose tokens are held at a time."""
CUT = re.compile(
    r"\n(?=[^\s/])"
    "|[A-Za-z0-9\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]"
    r"(?=[ -&(-/:-@\[-`{-~\u3001\u3002\uff01\uff08-\uff0c\uff1a\uff1b\uff1f])"
)
"""Where no token of either encoding crosses: both patterns end a match at the end of such a line,
and of a word or number before a mark other than the apostrophe and what a word may go on with."""
CJK = (
    "[\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)
MOSTLY_CJK = 0.3
"""The share of characters above which the ratio measured on Chinese is the better one."""


def specials(text: str) -> tuple[str, ...]:
    """Return the special tokens written out in a text, each once, in order of appearance.

    They are counted as ordinary text; a provider may refuse them or read them as control.

    >>> specials("Say <|endoftext|> twice: <|endoftext|>")
    ('<|endoftext|>',)
    """
    return tuple(dict.fromkeys(SPECIAL.findall(text)))


def refuse_blank_runs(text: str) -> None:
    """Raise BlankRunError where a text holds more white space in a row than can be counted."""
    # A run of `step` characters covers exactly one of these positions: look around them alone.
    step = LONGEST_BLANK_RUN + 1
    for middle in range(step - 1, len(text), step):
        before, after = text[middle + 1 - step : middle + 1], text[middle + 1 : middle + step]
        begins = len(before.rstrip(BLANKS))
        if step - begins + len(after) - len(after.lstrip(BLANKS)) >= step > begins:
            raise BlankRunError(text.count("\n", 0, middle + 1 - step + begins) + 1, step)


def chat_overhead(messages: int, names: int = 0) -> int:
    """Return the tokens of a chat prompt beyond the text of its contents and names.

    OpenAI's cookbook ("How to count tokens with tiktoken") counts 3 per message, its role, 1 per
    name and 3 for the reply; each role is one token. It covers gpt-3.5 to gpt-4o: for later
    models, and for other families, this is an assumption.

    >>> chat_overhead(messages=2)
    11
    """
    return 4 * messages + names + 3


def count(text: str, encoding: str) -> int:
    """Return how many tokens a text has in `o200k_base` or `cl100k_base`.

    The text is taken as ordinary throughout: a special token written out counts as its letters.
    Raises BlankRunError where white space runs on for longer than can be counted.

    >>> count("Fine-tune, or keep prompting?", "o200k_base")
    8
    """
    return count_many([text], encoding)[0]


def count_many(texts: Iterable[str], encoding: str, *, whole: bool = False) -> list[int]:
    """Return the tokens of each text, in order; what repeats is counted once.

    `whole` reads the whole vocabulary at once, which pays where many lists are counted.

    >>> count_many(["Yes", "No", "Yes, please"], "cl100k_base")
    [1, 1, 3]
    """
    listed = list(texts)
    distinct = dict.fromkeys(listed, 0)
    for text in distinct:
        if len(text) > LONGEST_BLANK_RUN:
            refuse_blank_runs(text)
    found = whole_encoding(encoding) if whole else encoding_for(distinct, encoding)
    encode = found.encode_ordinary
    for text in distinct:
        distinct[text] = (
            len(encode(text))
            if len(text) <= PIECE
            else sum(len(encode(piece)) for piece in pieces(text))
        )
    return [distinct[text] for text in listed]


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    r"""Yield a text in pieces whose tokens add up to its own, each of `size` or more but the last.

    >>> list(pieces("one\n two\nthree\nfour", 5))
    ['one\n two\n', 'three\n', 'four']
    """
    begin = 0
    while cut := CUT.search(text, begin + size):
        yield text[begin : cut.end()]
        begin = cut.end()
    yield text[begin:]


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
    others = re.sub(CJK, "", text)  # compiled on first use: most texts need it not
    return len(text) - len(others) > MOSTLY_CJK * len(text)


def error_percent(tokenizer: Tokenizer) -> float:
    """Return how far a count may be off: the wider side of the measured interval; 0 when exact."""
    if tokenizer.low is None or tokenizer.high is None:
        return 0
    spread = max(tokenizer.ratio - tokenizer.low, tokenizer.high - tokenizer.ratio)
    return 100 * spread / tokenizer.ratio
