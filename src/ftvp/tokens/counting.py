"""Texts as tokens, by encodings built from our own vocabularies: tiktoken's would be downloaded.

A vocabulary lies in `data/vocabularies/NAME.bin`: its tokens with their ranks in buckets by their
first bytes, so that the part of it that a text needs is found without reading the whole. A model
counts by its encoding, or by a measured ratio to one.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from ftvp.errors import DamagedInstallationError, LongRunError

if TYPE_CHECKING:
    import tiktoken

    from ftvp.tables.pricing import Tokenizer

MAX_PART = {"cl100k_base": 100_000, "o200k_base": 300_000}
"""Characters above which reading the whole vocabulary is faster than finding the part."""
CRC32 = {"cl100k_base": 0xCFCE553D, "o200k_base": 0xD2F9E7CB}
"""Of each vocabulary's file: a flipped bit gives other counts, or a panic, and no error."""
MAX_SEARCHED = 100
"""Texts up to which it is faster to look for each in the longest than to read it again."""
BUCKETS = 1 << 17
SEPARATOR = b"\xff\xfe\xff"
"""Three bytes that occur in no token, nor where a token meets its rank."""
HEAD = 5
"""Bytes of a token, at most, that choose its bucket."""
RANK = 3
"""Bytes of a rank, little-endian, after its token."""

PATTERNS = {
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
        r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
    ),
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}
"""How each encoding cuts text before it merges bytes, as published with tiktoken."""
ASCII = {
    r"\p{L}": "[A-Za-z]",
    r"\p{Lu}": "[A-Z]",
    r"\p{Ll}": "[a-z]",
    r"\p{Lt}": "",
    r"\p{Lm}": "",
    r"\p{Lo}": "",
    r"\p{M}": "",
    r"\p{N}": "[0-9]",
    r"\s": r"[\t-\r ]",
    r"\S": r"[^\t-\r ]",
}
"""What each class of a pattern holds of ASCII, which cuts text of ASCII alone as the whole does.

Compiling the classes of all letters takes 20 ms.
"""


def data_folder() -> Path:
    """Return the folder of tables and vocabularies: the installed one, else the checkout's."""
    package = Path(__file__).parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent.parent / "data"


def encoding_for(texts: Collection[str], name: str) -> tiktoken.Encoding:
    """Return an encoding that gives these texts the very tokens of the named one.

    Of few texts, those within the longest are not read again: the parts of a prompt beside it.
    """
    if sum(map(len, texts)) > MAX_PART[name]:
        return whole_encoding(name)
    encoded = list(map(_utf8, texts))
    if 1 < len(encoded) <= MAX_SEARCHED:
        longest = max(encoded, key=len)
        encoded = [longest, *(text for text in encoded if text not in longest)]
    text = b"\n".join(encoded) + b"\n"
    pattern = PATTERNS[name]
    for each, held in ASCII.items() if text.isascii() else ():
        pattern = pattern.replace(each, held)
    return _built(name, pattern, part_ranks(name, text))


@cache
def whole_encoding(name: str) -> tiktoken.Encoding:
    """Return the named encoding with its whole vocabulary, built once in a process."""
    return _built(name, PATTERNS[name], whole_ranks(name))


def _built(name: str, pattern: str, ranks: dict[bytes, int]) -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def _utf8(text: str) -> bytes:
    """Return text as UTF-8, each lone surrogate replaced as tiktoken does it."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def whole_ranks(name: str) -> dict[bytes, int]:
    """Return every token of an encoding with its rank."""
    content, starts = _opened(name)
    return _ranks(content[starts[0] :].split(SEPARATOR)[:-1])


def part_ranks(name: str, text: bytes) -> dict[bytes, int]:
    """Return a part of an encoding that holds every token occurring in a text (UTF-8).

    Tokens of which the last five bytes do not occur, or the first five in no bucket that is read,
    are left out; others that do not occur may remain, and change nothing.
    """
    content, starts = _opened(name)
    grams, numbers = _grams(text)
    found = b"".join([content[starts[number] : starts[number + 1]] for number in numbers])
    records = found.split(SEPARATOR)[:-1]
    return _ranks([record for record in records if record[-RANK - HEAD : -RANK] in grams])


@lru_cache(maxsize=1)
def _grams(text: bytes) -> tuple[set[bytes], set[int]]:
    """Return all that is up to five bytes long in a token of a text, and the buckets it may be in.

    Cached, since a prompt priced at several models is counted in both encodings.
    """
    words = set(re.split(CUT_ASCII, text))
    heads = {word[i : i + HEAD] for word in words for i in range(len(word))}
    grams = set(heads)
    for size in range(HEAD - 1, 0, -1):
        heads = {head[:size] for head in heads}
        grams |= heads
    return grams, set(map(bucket, grams))


def bucket(head: bytes) -> int:
    """Return the number of the bucket of the tokens that begin with up to five bytes."""
    return crc32(head) % BUCKETS


def _ranks(records: Sequence[bytes]) -> dict[bytes, int]:
    return {record[:-RANK]: int.from_bytes(record[-RANK:], "little") for record in records}


@cache
def _opened(name: str) -> tuple[mmap, Sequence[int]]:
    """Return the bytes of a vocabulary, mapped, and where each bucket starts in them.

    DamagedInstallationError where the file is not the one that ftvp ships.
    """
    path = data_folder() / "vocabularies" / f"{name}.bin"
    try:
        with path.open("rb") as file:
            content = mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):
        raise DamagedInstallationError(path) from None
    if crc32(content) != CRC32[name]:
        raise DamagedInstallationError(path)
    head = memoryview(content)[: 4 * (BUCKETS + 1)]
    if sys.byteorder == "little":
        return content, head.cast("I")
    starts = array("I", head)
    starts.byteswap()
    return content, starts


LONGEST_RUN = 999_998
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
CUT = (
    r"\n(?=[^\s/])"
    "|[A-Za-z0-9\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]"
    r"(?=[ -&(-/:-@\[-`{-~\u3001\u3002\uff01\uff08-\uff0c\uff1a\uff1b\uff1f])"
)
"""Where no token of either encoding crosses: both patterns end a match at the end of such a line,
and of a word or number before a mark other than the apostrophe and what a word may go on with."""
CUT_ASCII = rb"(?<=\n)(?=[!-.0-~])|(?<=[A-Za-z0-9])(?=[ -&(-/:-@\[-`{-~])"
"""The places of `CUT` between characters of ASCII."""
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


def refuse_long_runs(text: str) -> None:
    """Raise LongRunError where a text holds more white space or letters than can be counted.

    A run of letters is seen where it fills a stretch of LONGEST_RUN, so from twice that on.
    """
    # A run of `step` characters covers exactly one of these positions: look around them alone.
    step = LONGEST_RUN + 1
    for middle in range(step - 1, len(text), step):
        before, after = text[middle + 1 - step : middle + 1], text[middle + 1 : middle + step]
        begins = len(before.rstrip(BLANKS))
        if step - begins + len(after) - len(after.lstrip(BLANKS)) >= step > begins:
            raise LongRunError(text.count("\n", 0, middle + 1 - step + begins) + 1, step)
        if before.isalpha():
            raise LongRunError(text.count("\n", 0, middle) + 1, step, "letters")


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
    Raises LongRunError where white space runs on for longer than can be counted.

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
        if len(text) > LONGEST_RUN:
            refuse_long_runs(text)
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
    begin, places = 0, re.compile(CUT)  # compiled on first use: most texts need it not
    while cut := places.search(text, begin + size):
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
