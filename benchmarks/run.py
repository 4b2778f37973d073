"""Compare ftvp with its peers on this machine, side by side: ratios of medians, and targets.

    python benchmarks/run.py [RUNS]

Everything is installed into one new environment and compiled to byte code first. Commands take
turns, at least nine each, their output piped. Nothing fails on time: the ratios are for reading.
They are printed, and written to docs/performance.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PEERS = ["ttok==1.0", "genai-prices[cli]==0.2.3"]
EXAMPLE = ROOT / "examples" / "entity_extraction.txt"
BEFORE_NOTE = "\n\nNote: "
"""Three of the example's shots and its request make a prompt of 3 kB."""
FEWEST_RUNS = 9
VOCABULARY = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
"""The address whose sha1 is the name under which tiktoken looks for the file in its cache."""
WRITE_VOCABULARY = """
import base64, sys
from ftvp.tokens.counting import whole_ranks
ranks = sorted(whole_ranks("o200k_base").items(), key=lambda item: item[1])
lines = [base64.b64encode(token) + b" %d\\n" % rank for token, rank in ranks]
open(sys.argv[1], "wb").write(b"".join(lines))
"""


@dataclass(frozen=True)
class Pair:
    """One of our commands, a peer's to measure it by, and the ratio of times to stay below."""

    ours: str
    peer: str
    target: float


BREAKEVEN = "ftvp breakeven --prompt prompt.txt --volume 10000 --json"
RANGES = (
    "--prompt-tokens 900..1200..1500 --tuned-prompt-tokens 300..400..500 --output-tokens 150..300 "
    "--volume 5000..20000 --engineering-hours 20..60 --hourly-rate 60..120 "
    "--retrains-per-year 1..6 --training-examples 500..2000"
)
PAIRS = [
    Pair(BREAKEVEN, "ttok -i prompt.txt", 0.65),
    Pair("ftvp tokens prompt.txt --json", "ttok -i prompt.txt", 0.45),
    Pair("ftvp --version", "genai-prices calc -i 1200 -o 200 gpt-4o-mini", 0.5),
    Pair(BREAKEVEN, "genai-prices calc -i 1200 -o 200 gpt-4o-mini", 1.0),
    Pair("ftvp compare --prompt prompt.txt --volume 10000 --json", BREAKEVEN, 1.2),
    Pair(f"ftvp odds {RANGES} --json", BREAKEVEN, 4.0),
]
PAGE = ROOT / "docs" / "performance.md"
OPENING = """# Performance

Written by `make bench`, which installs ftvp and two peers into one new environment and lets
their commands take turns, {runs} times each, their output piped. What counts is the ratio of the
medians: times differ from machine to machine, ratios much less. Measured on {day} with
ftvp {version} and Python {python}.

- `prompt.txt` is a prompt of 3 kB with three worked examples.
- [ttok](https://github.com/simonw/ttok) only counts its tokens; it gets the vocabulary that it
  would otherwise download. [genai-prices](https://github.com/pydantic/genai-prices) only
  multiplies.
- `ftvp odds` has eight ranges.

| measured | against | time | wanted | ms | memory |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    megabytes: float


class Bench:
    """A folder with an environment of all programs, a prompt and tiktoken's vocabulary."""

    def __init__(self, folder: Path) -> None:
        """Install and compile everything; packages come from the registry pip is set up for."""
        self.folder = folder
        self.bin = folder / "env" / "bin"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FTVP_", "PYTHON"))}
        self.surroundings = kept | {"TIKTOKEN_CACHE_DIR": str(folder)}
        venv.create(folder / "env", with_pip=True)
        self.python("-m", "pip", "install", "-qq", str(ROOT), *PEERS)
        self.python("-m", "compileall", "-q", str(folder / "env" / "lib"))
        name = sha1(VOCABULARY.encode(), usedforsecurity=False).hexdigest()
        self.python("-c", WRITE_VOCABULARY, str(folder / name))
        instructions, *notes = EXAMPLE.read_text("utf-8").split(BEFORE_NOTE)
        prompt = BEFORE_NOTE.join([instructions, *notes[:3], notes[-1]])
        (folder / "prompt.txt").write_text(prompt, "utf-8")

    def python(self, *words: str) -> str:
        """Run the environment's Python to its end and return what it printed."""
        run = subprocess.run(  # noqa: S603  our own program
            [self.bin / "python", *words],
            check=True,
            stdout=subprocess.PIPE,
            env=self.surroundings,
            text=True,
        )
        return run.stdout

    def run(self, command: str) -> Run:
        """Run a command once, its output piped."""
        program, *words = command.split()
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  our own list of commands
            [self.bin / program, *words],
            cwd=self.folder,
            env=self.surroundings,
            stdout=subprocess.PIPE,
        )
        with process:
            if process.stdout is None or not process.stdout.read():
                sys.exit(f"{command} printed nothing")
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command} left with {process.returncode}")
        unit = 1 if sys.platform == "darwin" else 1024
        return Run(seconds, used.ru_maxrss * unit / 1e6)


def main(runs: int) -> None:
    """Print each ratio beside its target, and write them to the page."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        rows = [compared(bench, pair, runs) for pair in PAIRS]
        version = bench.python("-c", "import ftvp; print(ftvp.__version__)").strip()
        counting = json.loads(bench.python(str(ROOT / "benchmarks" / "counting.py")))
    ours, alone = median(counting["ours"]), median(counting["alone"])
    speed = (
        f"\nCounting 5 MB of distinct chat lines in one process has {alone / ours:.2f} of the "
        f"speed of a loop of\ntiktoken's `encode_ordinary` (wanted: at least 0.90), "
        f"{5 / ours:.1f} to {5 / alone:.1f} MB/s.\n"
    )
    today = datetime.now(UTC).date()
    python = ".".join(map(str, sys.version_info[:2]))
    opening = OPENING.format(runs=runs, day=today, version=version, python=python)
    PAGE.write_text(opening + "".join(rows) + speed, "utf-8")
    print(PAGE.read_text("utf-8"))


def compared(bench: Bench, pair: Pair, runs: int) -> str:
    """Run both commands in turns, once each to warm up, and return a row of the page."""
    bench.run(pair.ours)
    bench.run(pair.peer)
    turns = [(bench.run(pair.ours), bench.run(pair.peer)) for _ in range(runs)]
    ours, peer = median(one.seconds for one, _ in turns), median(two.seconds for _, two in turns)
    memory = [max(run.megabytes for run in column) for column in zip(*turns, strict=True)]
    shown = pair.ours.replace(RANGES, "--volume 5000..20000 ...")
    return (
        f"| `{shown}` | `{pair.peer}` | {ours / peer:.2f} | at most {pair.target:.2f} | "
        f"{1000 * ours:.0f} : {1000 * peer:.0f} | {memory[0] / memory[1]:.2f} |\n"
    )


if __name__ == "__main__":
    main(max([FEWEST_RUNS, *map(int, sys.argv[1:])]))
