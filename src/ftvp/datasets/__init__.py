"""Files meet lenses: training, test and production files measured, priced, cleaned and split."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ftvp.advice.case import TrainingFile
from ftvp.advice.dataset import DatasetAnswer, dataset_answer
from ftvp.advice.jobs import chosen_model
from ftvp.advice.measured import Wanted
from ftvp.datasets.measuring import facts_in, measured, scale
from ftvp.datasets.parts import written
from ftvp.datasets.request import Request
from ftvp.files.datasets.records import on_disk
from ftvp.files.datasets.scan import Report
from ftvp.lenses.dataset.sizes import billed
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.tables.bundle import Tables

__all__ = ["Request", "answered", "training_file"]


def answered(
    path: Path | Literal["-"], asked: Request, tables: Tables, day: date, report: Report | None
) -> DatasetAnswer:
    """Return the answer on a training file, after writing what was asked for."""
    chosen = chosen_model(tables, asked.wanted, day)
    tokenizer = tables.pricing.tokenizers[chosen.row.tokenizer]
    with on_disk(path) as file:
        found = measured(file, tokenizer, asked, report)
        answer = dataset_answer(found, asked.wanted, tables, day, __version__)
        return answer.model_copy(update={"written": written(file, found, asked)})


def training_file(name: str, tables: Tables, model: str | None, day: date) -> TrainingFile:
    """Return the examples of a file and their billed tokens; each state of it is read once."""
    path = Path(name)
    state = path.stat().st_mtime_ns if path.is_file() else 0
    chosen = chosen_model(tables, Wanted(model), day)
    return _training_file(path, tables.pricing.tokenizers[chosen.row.tokenizer].encoding, state)


@cache
def _training_file(path: Path, encoding: str, state: int) -> TrainingFile:
    del state
    found = facts_in(path, encoding).values
    scaled = scale(path, found, encoding)
    return TrainingFile(len(found), lambda tokenizer: billed(found, scaled(tokenizer).ratio))
