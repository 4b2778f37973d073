"""`ftvp dataset` and `ftvp evals`: files of data in, what they hold out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import Field

from ftvp.cli.call import (
    REQUIRED,
    SHOWN,
    AsOf,
    Framework,
    How,
    Options,
    command,
    day_of,
    refuse_overwriting,
    show,
)
from ftvp.errors import (
    ConflictError,
    OutOfRangeError,
    UnmatchedFlagError,
    UnwritableFileError,
)
from ftvp.files.values import Path as KeyPath
from ftvp.files.values import shaped
from ftvp.ranges import WrittenNumber
from ftvp.scenario import Scenario, flag
from ftvp.units import Record

if TYPE_CHECKING:
    from ftvp.dataset.checks import Sample
    from ftvp.dataset.measure import Request

Train = Annotated[str, typer.Argument(metavar="TRAIN", help="The training file; - is stdin.")]
Test = Annotated[Path | None, typer.Option(metavar="FILE", help="The hold-out: is it leaked?")]
Production = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Real requests: are these like them?")
]
Prompt = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The prompt in use: are its worked examples left over?"),
]
Model = Annotated[
    str | None, typer.Option(metavar="ID", envvar="FTVP_MODEL", help="Only this model's job.")
]
Epochs = Annotated[Any, typer.Option(metavar="N", help="Epochs; else the provider's default.")]
MaxTokens = Annotated[Any, typer.Option(metavar="N", help="Tokens kept of one training example.")]
Checked = Annotated[Any, typer.Option(metavar="N", help="Labels that you checked by hand.")]
Wrong = Annotated[Any, typer.Option(metavar="K", help="How many were wrong.")]
Clean = Annotated[
    Path | None,
    typer.Option(metavar="OUT", help="Write the file without copies and leaked rows."),
]
Share = Annotated[
    Any, typer.Option(metavar="SHARE", help="Write TRAIN.train and TRAIN.test: 20% or 0.2.")
]
Seed = Annotated[Any, typer.Option(metavar="N", help="The draw of --split; 0 by default.")]
Force = Annotated[bool, typer.Option("--force", help="Let --split replace files of its names.")]

PATIENCE = 1.0
"""Seconds after which progress is shown."""


DATASET: Options = {
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
    "force": (Force, False),
    "framework": (Framework, None),
    "as_of": (AsOf, None),
    **SHOWN,
}


class Typed(Record):
    """The numbers that the options of `ftvp dataset` take."""

    epochs: Annotated[int, Field(ge=1, le=1000), WrittenNumber()] | None = None
    max_tokens: Annotated[int, Field(ge=1), WrittenNumber()] | None = None
    labels_checked: Annotated[int, Field(ge=1), WrittenNumber()] | None = None
    labels_wrong: Annotated[int, Field(ge=0), WrittenNumber()] | None = None
    split: Annotated[float, WrittenNumber("share")] | None = None
    seed: Annotated[int, WrittenNumber()] | None = None


@command(DATASET)
def dataset(given: Mapping[str, Any]) -> None:
    """The training file against the checklist, row by row, and what training on it costs."""
    from ftvp.api import dataset as answer
    from ftvp.files.disk import place_of
    from ftvp.files.tables import load_tables

    told = {name: given[name] for name in Typed.model_fields}
    typed = shaped(Typed, told, lambda path: (flag(str(path[0])), None), named=True)
    given = {**given, **vars(typed)}
    request = _request(given)
    _refuse_parts(given)
    path, tables = place_of(given["train"]), load_tables(framework=given["framework"])
    with progress(path) as report:
        found = answer(path, request, tables, as_of=day_of(given["as_of"]), report=report)
    show(found, How.of(given))


def _request(given: Mapping[str, Any]) -> Request:
    from ftvp.dataset.answer import Split, Wanted
    from ftvp.dataset.measure import Request

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


def _refuse_parts(given: Mapping[str, Any]) -> None:
    """Raise where --split would write over a file that is read, or replace one unasked."""
    from ftvp.dataset.measure import part_name

    if given["split"] is None:
        return
    parts = [part_name(Path(given["train"]), part) for part in ("train", "test")]
    refuse_overwriting({**given, "save": parts})
    there = [part for part in parts if part.exists()]
    if there and not given["force"]:
        raise UnwritableFileError(there[0], "exists. Name another TRAIN, or replace it: --force.")


def _sample(checked: int | None, wrong: int | None) -> Sample | None:
    from ftvp.dataset.checks import Sample

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


Prompted = Annotated[
    str, typer.Argument(metavar="PROMPTED", help="Results of prompting; or of both sides.")
]
Tuned = Annotated[str | None, typer.Argument(metavar="TUNED", help="Results of the tuned model.")]
Id = Annotated[str | None, typer.Option("--id", metavar="FIELD", help="The field with the ids.")]
Score = Annotated[
    str | None,
    typer.Option("--score", metavar="FIELD", help="The score's field; of each side, NAME,NAME."),
]
Cluster = Annotated[
    str | None, typer.Option(metavar="FIELD", help="The field that items of one source share.")
]
Scale = Annotated[
    str | None, typer.Option(metavar="N", help="A perfect score, if not 1; of each side, N,N.")
]
LowerIsBetter = Annotated[
    bool | None,
    typer.Option("--lower-is-better/--higher-is-better", help="Whether scores measure errors."),
]
Margin = Annotated[
    str | None, typer.Option(metavar="POINTS", help="Smallest difference that matters.")
]
TrainedOn = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The training file, to look for items in.")
]
General = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="A B", help="Results on untouched tasks: were general skills lost?"),
]
GeneralScore = Annotated[
    str | None, typer.Option(metavar="FIELD", help="The score's field in --general.")
]
Volume = Annotated[str | None, typer.Option(metavar="N", help="Requests per day.")]
PerError = Annotated[
    str | None, typer.Option("--cost-per-error", metavar="USD", help="What a wrong answer costs.")
]
Gap = Annotated[
    str | None, typer.Option("--quality-gap", metavar="POINTS", help="The gap of question 3.")
]
Target = Annotated[
    str | None, typer.Option("--target-quality", metavar="PCT", help="Quality you need.")
]


EVALS: Options = {
    "prompted": (Prompted, REQUIRED),
    "tuned": (Tuned, None),
    "id": (Id, None),
    "score": (Score, None),
    "cluster": (Cluster, None),
    "scale": (Scale, None),
    "lower_is_better": (LowerIsBetter, None),
    "margin": (Margin, None),
    "train": (TrainedOn, None),
    "general": (General, None),
    "general_score": (GeneralScore, None),
    "volume": (Volume, None),
    "cost_per_error": (PerError, None),
    "quality_gap": (Gap, None),
    "target_quality": (Target, None),
    "framework": (Framework, None),
    **SHOWN,
}
ABOUT_EVALS = ("id", "score", "cluster", "scale", "lower_is_better", "margin")
ABOUT_MONEY = ("volume", "cost_per_error", "quality_gap", "target_quality")


@command(EVALS)
def evals(given: Mapping[str, Any]) -> None:
    """Whether tuning improves quality on your eval set, item by item, and what that is worth.

    Reads CSV, JSON Lines, JSON and what promptfoo, Inspect, lm-evaluation-harness, HELM, OpenAI
    Evals, DeepEval, MLflow, Langfuse, LangSmith and others write: docs/evals.md.
    """
    from ftvp.api import evals as answer
    from ftvp.files.tables import load_tables

    if given["general_score"] is not None and given["general"] is None:
        raise UnmatchedFlagError("--general-score", "--general")
    values: dict[str, Any] = {f"evals_{name}": given[name] for name in ABOUT_EVALS}
    values |= {name: given[name] for name in ABOUT_MONEY}
    values["evals"] = [path for path in (given["prompted"], given["tuned"]) if path is not None]
    tables = load_tables(framework=given["framework"])
    found = answer(
        _scenario(values),
        tables,
        train=given["train"],
        general=given["general"] or (),
        general_score=given["general_score"],
    )
    show(found, How.of(given))


def _scenario(values: dict[str, Any]) -> Scenario:
    def place(path: KeyPath) -> tuple[str, int | None]:
        if path[0] == "evals":
            return "TUNED" if path[-1] == 1 else "PROMPTED", None
        return flag(str(path[0])).replace("--evals-", "--"), None

    return shaped(Scenario, values, place, named=True)
