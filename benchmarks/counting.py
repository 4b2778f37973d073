"""Count 5 MB of chat lines, as ftvp does and with tiktoken alone; print the seconds as JSON.

Run by run.py, in the Python that has both. Every line is another one: ftvp counts what repeats
only once, which would flatter it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from ftvp.tokens.counting import count_many, whole_encoding

ENCODING = "o200k_base"
SIZE = 5_000_000
ROUNDS = 9
TEXT = (
    "the order arrived late and box was open I would like a refund please check invoice 20417 for "
    "account settings Thanks! can't log in since update: error 503, again? möchte größere Lieferung"
)


def lines() -> list[str]:
    """Return chat messages as JSON lines that add up to 5 MB, the same at every run."""
    chosen = random.Random(2)  # noqa: S311  words for a text, not secrets
    words, made = TEXT.split(), list[str]()
    size = 0
    while size < SIZE:
        content = " ".join(chosen.choices(words, k=chosen.randrange(8, 60)))
        made.append(json.dumps({"role": "user", "content": content}, ensure_ascii=False))
        size += len(made[-1].encode())
    return made


def alone(texts: list[str]) -> list[int]:
    """Return the tokens of each text by the bare loop."""
    encode = whole_encoding(ENCODING).encode_ordinary
    return [len(encode(text)) for text in texts]


def ours(texts: list[str]) -> list[int]:
    """Return the tokens of each text as ftvp counts them."""
    return count_many(texts, ENCODING)


def seconds(count: Callable[[list[str]], list[int]], texts: list[str]) -> float:
    """Return how long one count of all texts takes."""
    began = time.perf_counter()
    count(texts)
    return time.perf_counter() - began


def main() -> None:
    """Take turns, after one count of each that also checks that they agree."""
    texts = lines()
    if alone(texts) != ours(texts):
        message = "the counts differ"
        raise SystemExit(message)
    rounds = [(seconds(ours, texts), seconds(alone, texts)) for _ in range(ROUNDS)]
    print(json.dumps({"ours": [one for one, _ in rounds], "alone": [two for _, two in rounds]}))


if __name__ == "__main__":
    main()
