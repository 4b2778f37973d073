"""OpenAI's tokenizers, whole, from what the installed tiktoken publishes about them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

import tiktoken
from tiktoken_ext import openai_public  # type: ignore[import-untyped]  # tiktoken marks only itself as typed

from ftvp.tokens.counting import whole_ranks

ENCODINGS = ("cl100k_base", "o200k_base")


@dataclass(frozen=True)
class Published:
    """What tiktoken states of an encoding: its pattern and the sha256 of its vocabulary file."""

    pattern: str
    sha256: str


@cache
def published(encoding: str) -> Published:
    """Return tiktoken's statement, without the download that would go with it."""
    with patch.object(openai_public, "load_tiktoken_bpe") as download:
        stated = openai_public.ENCODING_CONSTRUCTORS[encoding]()
    return Published(stated["pat_str"], download.call_args.kwargs["expected_hash"])


def tiktoken_file(encoding: str) -> bytes:
    """Return the `.tiktoken` file that our own vocabulary was made from, made again from it."""
    ranks = sorted(whole_ranks(encoding).items(), key=lambda item: item[1])
    return b"".join(b64encode(token) + b" %d\n" % rank for token, rank in ranks)


@cache
def theirs(encoding: str) -> tiktoken.Encoding:
    """Return tiktoken's encoding: its pattern and every token, none left out."""
    return tiktoken.Encoding(
        encoding,
        pat_str=published(encoding).pattern,
        mergeable_ranks=whole_ranks(encoding),
        special_tokens={},
    )
