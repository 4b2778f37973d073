"""`ftvp dataset`: a training file against the checklist, and what training on it costs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ftvp.cli.command import REQUIRED, Options, command_of
from ftvp.cli.output import AsOf, Format, Framework, How, Json, Output, day_of, show
from ftvp.errors import ConflictError, OutOfRangeError, UnmatchedFlagError

if TYPE_CHECKING:
    from ftvp.datasets import Request
    from ftvp.lenses.dataset.labels import Sample

Train = Annotated[str, typer.Argument(metavar="TRAIN", help="The training file; - is stdin.")]
Test = Annotated[Path | None, typer.Option(metavar="FILE", help="The hold-out: is it leaked?")]
Production = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Real requests: are these like them?")
]
Prompt = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The few-shot prompt: are its shots left over?")
]
Model = Annotated[
    str | None, typer.Option(metavar="ID", envvar="FTVP_MODEL", help="Only this model's job.")
]
Epochs = Annotated[int | None, typer.Option(min=1, max=1000, metavar="N", help="Epochs of a job.")]
MaxTokens = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Tokens kept of one training example.")
]
Checked = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Labels that you checked by hand.")
]
Wrong = Annotated[int | None, typer.Option(min=0, metavar="K", help="How many were wrong.")]
Clean = Annotated[
    Path | None,
    typer.Option(metavar="OUT", help="Write the file without copies and leaked rows."),
]
Share = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Write TRAIN.train and TRAIN.test, 0.2 for a fifth."),
]
Seed = Annotated[int | None, typer.Option(metavar="N", help="The draw of --split; 0 by default.")]

PATIENCE = 1.0
"""Seconds after which progress is shown."""


OPTIONS: Options = {
    "train": (Train, REQUIRED),
    "test": (Test, None),
    "production": (Production, None),
    "prompt": (Prompt, None),
    "model": (Model, None),
    "epochs": (Epochs, None),
    "max_tokens": (MaxTokens, None),
    "labels_checked": (Checked, None),
    "labels_wrong": (Wrong, None),
    "write_clean": (Clean, None),
    "split": (Share, None),
    "seed": (Seed, None),
    "framework": (Framework, None),
    "as_of": (AsOf, None),
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
}


def dataset(given: Mapping[str, Any]) -> None:
    """The training file against the checklist, row by row, and what training on it costs."""
    from ftvp.api import dataset as answer
    from ftvp.files.tables import load_tables

    request = _request(given)
    path, tables = _path(given["train"]), load_tables(framework=given["framework"])
    with progress(path) as report:
        found = answer(path, request, tables, as_of=day_of(given["as_of"]), report=report)
    show(found, How(json=given["json"], format=given["format"], output=given["output"]))


def _request(given: Mapping[str, Any]) -> Request:
    from ftvp.advice.measured import Split, Wanted
    from ftvp.datasets import Request

    share, seed = given["split"], given["seed"]
    _refuse_split(given["train"], share, seed)
    sample = _sample(given["labels_checked"], given["labels_wrong"])
    return Request(
        test=given["test"],
        production=given["production"],
        prompt=given["prompt"],
        write_clean=given["write_clean"],
        split=None if share is None else Split(share, seed or 0),
        wanted=Wanted(given["model"], given["epochs"], given["max_tokens"], sample),
    )


def _path(name: str) -> Path | Literal["-"]:
    return "-" if name == "-" else Path(name)


def _sample(checked: int | None, wrong: int | None) -> Sample | None:
    from ftvp.lenses.dataset.labels import Sample

    if (checked is None) != (wrong is None):
        raise UnmatchedFlagError("--labels-checked", "--labels-wrong")
    if checked is None or wrong is None:
        return None
    if wrong > checked:
        raise OutOfRangeError("--labels-wrong", wrong, f"at most the {checked} checked")
    return Sample(checked, wrong)


def _refuse_split(train: str, share: float | None, seed: int | None) -> None:
    if seed is not None and share is None:
        raise UnmatchedFlagError("--seed", "--split")
    if share is not None and not 0 < share < 1:
        raise OutOfRangeError("--split", share, "between 0 and 1, such as 0.2")
    if share is not None and train == "-":
        raise ConflictError("--split", "- (standard input has no name to write beside)")


@contextmanager
def progress(path: Path | Literal["-"]) -> Iterator[Callable[[int], None] | None]:
    """Give what shows progress on stderr once a second has gone by; None off a terminal."""
    if path == "-" or not sys.stderr.isatty() or not path.is_file():
        yield None
        return
    begun = time.monotonic()
    bars: list[Callable[[int], None]] = []
    with ExitStack() as stack:

        def report(done: int) -> None:
            if not bars and time.monotonic() - begun > PATIENCE:
                bars.append(_bar(stack, path))
            for bar in bars:
                bar(done)

        yield report


def _bar(stack: ExitStack, path: Path) -> Callable[[int], None]:
    from rich.console import Console
    from rich.progress import Progress

    bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
    task = bar.add_task("reading", total=path.stat().st_size)
    return lambda done: bar.update(task, completed=done)


command = command_of(dataset, OPTIONS)
