"""Measure `ftvp usage` against reading and parsing alone; print ratios, one line each.

    python benchmarks/usage.py [MEGABYTES]

A file of chat pairs, each a request with one of four prompts and its response, is read by ftvp and
by a loop of `json.loads` over its lines, in turns; medians of five. Then ftvp reads the same pairs
from a pipe, and ten times as many, and its memory is compared. Linux and macOS.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

RUNS = 5
WORDS = (Path(__file__).parent.parent / "README.md").read_text("utf-8").split()
MODEL = "gpt-4o-mini-2024-07-18"
BARE = "import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)"


class Ran(NamedTuple):
    """What a command took: seconds, seconds of processors, and MB of its largest process."""

    seconds: float
    processor: float
    memory: float


def chat_pairs(megabytes: int) -> Iterator[bytes]:
    """Yield lines of chat pairs, 4 kB each, of which one comes every ten seconds."""
    drawn = random.Random(2)  # noqa: S311  words for a text, not secrets
    prompts = [" ".join(drawn.choices(WORDS, k=words)) for words in (420, 520, 150, 300)]
    users = [" ".join(drawn.choices(WORDS, k=drawn.randrange(30, 120))) for _ in range(2_000)]
    size, at = 0, 1_790_000_000.0
    while size < megabytes * 1_000_000:
        at += drawn.expovariate(0.1)
        system, user, answer = drawn.choice(prompts), *drawn.choices(users, k=2)
        tokens = (len(system) + len(user)) // 4
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        usage = {
            "prompt_tokens": tokens,
            "completion_tokens": 40,
            "prompt_tokens_details": {"cached_tokens": tokens // 128 * 128, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }
        said = {"role": "assistant", "content": answer[:160]}
        response = {
            "id": f"chatcmpl-{drawn.getrandbits(96):024x}",
            "model": MODEL,
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
            "usage": usage,
        }
        request = {"model": MODEL, "messages": messages}
        record = {"timestamp": at, "request": request, "response": response, "status": 200}
        line = json.dumps(record).encode() + b"\n"
        size += len(line)
        yield line


def ran(command: Sequence[str], lines: Iterator[bytes] | None = None) -> Ran:
    """Run a command, with lines on its standard input."""
    began = time.perf_counter()
    running = subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert running.stdin is not None  # noqa: S101  it is a pipe
    with running.stdin as pipe:
        pipe.writelines(lines or ())
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        sys.exit(f"{' '.join(command)} failed")
    scale = 1_000 if sys.platform == "linux" else 1_000_000
    spent = used.ru_utime + used.ru_stime
    return Ran(time.perf_counter() - began, spent, used.ru_maxrss / scale)


def main(megabytes: int) -> None:
    """Print every figure."""
    usage = [sys.executable, "-m", "ftvp", "usage", "--json"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pairs.jsonl")
        with path.open("wb") as file:
            file.writelines(chat_pairs(megabytes))
        bare, read = zip(
            *(
                (ran([sys.executable, "-c", BARE, str(path)]), ran([*usage, str(path)]))
                for _ in range(RUNS)
            ),
            strict=True,
        )
    for name, target in (("seconds", "at most 1.3"), ("processor", "at most 1.3 on one core")):
        ratio = median(getattr(b, name) / getattr(a, name) for a, b in zip(bare, read, strict=True))
        print(f"{megabytes:,} MB, {name} of bare parsing: {ratio:.2f} (target: {target})")
    for size in (megabytes, 10 * megabytes):
        memory = ran([*usage, "-"], chat_pairs(size)).memory
        print(f"{size:,} MB piped, memory in MB: {memory:.0f} (target: below 100)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
