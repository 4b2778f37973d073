"""`ftvp evals`: whether tuning improves quality on an eval set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ftvp.cli.command import REQUIRED, Options, command_of
from ftvp.cli.output import Format, Framework, How, Json, Output, show
from ftvp.files.shapes import Path as KeyPath
from ftvp.files.shapes import shaped
from ftvp.scenario import Scenario, flag

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
    str | None, typer.Option(metavar="N", help="A perfect score, where that is not 1.")
]
Margin = Annotated[
    str | None, typer.Option(metavar="POINTS", help="Smallest difference that matters.")
]
Train = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The training file, to look for items in.")
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


OPTIONS: Options = {
    "prompted": (Prompted, REQUIRED),
    "tuned": (Tuned, None),
    "id": (Id, None),
    "score": (Score, None),
    "cluster": (Cluster, None),
    "scale": (Scale, None),
    "margin": (Margin, None),
    "train": (Train, None),
    "volume": (Volume, None),
    "cost_per_error": (PerError, None),
    "quality_gap": (Gap, None),
    "target_quality": (Target, None),
    "framework": (Framework, None),
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
}
ABOUT_EVALS = ("id", "score", "cluster", "scale", "margin")
ABOUT_MONEY = ("volume", "cost_per_error", "quality_gap", "target_quality")


def evals(given: Mapping[str, Any]) -> None:
    """Whether tuning improves quality on your eval set, item by item, and what that is worth.

    Reads JSON Lines, JSON, CSV, promptfoo, Inspect, lm-evaluation-harness and OpenAI Evals.
    """
    from ftvp.api import evals as answer
    from ftvp.files.tables import load_tables

    told: dict[str, Any] = {f"evals_{name}": given[name] for name in ABOUT_EVALS}
    told |= {name: given[name] for name in ABOUT_MONEY}
    told["evals"] = [path for path in (given["prompted"], given["tuned"]) if path is not None]
    tables = load_tables(framework=given["framework"])
    found = answer(_scenario(told), tables, train=given["train"])
    show(found, How(json=given["json"], format=given["format"], output=given["output"]))


def _scenario(told: dict[str, Any]) -> Scenario:
    def place(path: KeyPath) -> tuple[str, int | None]:
        return flag(str(path[0])).replace("--evals-", "--"), None

    return shaped(Scenario, told, place)


command = command_of(evals, OPTIONS)
