"""Measure `ftvp dataset`'s room against bare tiktoken; print ratios, one line each.

    PYTHONPATH=src python benchmarks/datasets.py [MEGABYTES]

Counting reads a chat file, parses and checks every record and counts it, on one core and on all;
bare is a loop of `encode_ordinary` over the same contents, already parsed. Medians of nine turns.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from ftvp.dataset import formats as scanning
from ftvp.dataset.examples import TrainingExample, counted_texts
from ftvp.dataset.formats import scan
from ftvp.dataset.measure import common_in, read_features, whole_shingles
from ftvp.dataset.repeats import find_repeats
from ftvp.tokens.counting import count_many, whole_encoding

ENCODING = "o200k_base"
RUNS = 9
WORDS = (Path(__file__).parent.parent / "README.md").read_text("utf-8").split()


def training_file(path: Path, megabytes: int, system_words: int) -> int:
    """Write chats in the README's words with one system prompt; return how many there are."""
    drawn = random.Random(2)  # noqa: S311  words for a text, not secrets
    system = " ".join(drawn.choices(WORDS, k=system_words))
    number = 0
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < megabytes * 1_000_000:
            said = [" ".join(drawn.choices(WORDS, k=drawn.randrange(40, 120))) for _ in range(2)]
            turns = zip(("system", "user", "assistant"), (system, *said), strict=True)
            messages = [{"role": role, "content": text} for role, text in turns]
            file.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\n")
            number += 1
    return number


def counted(examples: list[TrainingExample]) -> list[int]:
    """Return the tokens of every text of a chunk."""
    flat = [text for example in examples for text in counted_texts(example)]
    return count_many(flat, ENCODING, whole=True)


def bare(contents: list[str]) -> None:
    """Encode every text by the bare loop."""
    encode = whole_encoding(ENCODING).encode_ordinary
    for text in contents:
        encode(text)


def on(cores: int, path: Path) -> Callable[[], object]:
    """Return a count of the file on so many cores."""

    def run() -> object:
        scanning.cores = lambda: cores
        return scan(path, counted)

    return run


def seconds(*each: Callable[[], object]) -> list[float]:
    """Return the median seconds of each, run in turns after one to warm up."""
    rounds = []
    for turn in range(RUNS + 1):
        taken = []
        for run in each:
            began = time.perf_counter()
            run()
            taken.append(time.perf_counter() - began)
        rounds += [taken] if turn else []
    return [median(times) for times in zip(*rounds, strict=True)]


def report(what: str, value: float, target: str) -> None:
    """Print one figure beside its target."""
    print(f"{what}: {value:.2f} (target: {target})")


def counting(path: Path, all_cores: int) -> None:
    """Compare counting a file with the bare loop over its contents."""
    with path.open(encoding="utf-8") as file:
        contents = [m["content"] for line in file for m in json.loads(line)["messages"]]
    alone, one, several = seconds(lambda: bare(contents), on(1, path), on(all_cores, path))
    report("one core, speed of bare tiktoken", alone / one, "at least 0.80")
    report(f"{all_cores} cores, speed of bare tiktoken", alone / several, "at least 1.50")


def shared_prompt(path: Path) -> None:
    """Compare counting a file of one long system prompt with the bare loop."""
    with path.open(encoding="utf-8") as file:
        contents = [m["content"] for line in file for m in json.loads(line)["messages"]]
    alone, one = seconds(lambda: bare(contents), on(1, path))
    report("long shared system prompt, speed of bare tiktoken", alone / one, "at least 5")


def near_duplicates(path: Path, number: int, all_cores: int) -> None:
    """Print the seconds that likeness takes beyond the count."""
    scanning.cores = lambda: all_cores
    (count,) = seconds(on(all_cores, path))
    whole: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        common = common_in(path)
        examples = read_features(path, ENCODING, common=common).values
        find_repeats(examples, whole_shingles(path, common))
        whole.append(time.perf_counter() - began)
    report(f"likeness of {number:,} examples, seconds beyond", median(whole) - count, "below 2")


def memory(path: Path) -> None:
    """Print what `ftvp dataset` holds at its peak, over a file ten times as large."""
    command = [sys.executable, "-m", "ftvp", "dataset", str(path), "--json"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603  our own program
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    size = path.stat().st_size / 1_000_000
    report(f"memory over a file of {size:,.0f} MB, in MB", peak, "below 600")


def main(megabytes: int) -> None:
    """Print every figure."""
    cores = scanning.cores()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chat.jsonl")
        training_file(path, 10 * megabytes, system_words=20)
        memory(path)
        number = training_file(path, megabytes, system_words=20)
        counting(path, cores)
        near_duplicates(path, number, cores)
        training_file(path, megabytes, system_words=2500)
        shared_prompt(path)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
