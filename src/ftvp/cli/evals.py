"""`ftvp evals`: whether tuning improves quality on an eval set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

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


def command(  # noqa: PLR0913  one parameter a flag
    prompted: Prompted,
    tuned: Tuned = None,
    *,
    id: Id = None,  # noqa: A002  the flag's name
    score: Score = None,
    cluster: Cluster = None,
    scale: Scale = None,
    margin: Margin = None,
    train: Train = None,
    volume: Volume = None,
    cost_per_error: PerError = None,
    quality_gap: Gap = None,
    target_quality: Target = None,
    framework: Framework = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """Whether tuning improves quality on your eval set, item by item, and what that is worth.

    Reads JSON Lines, JSON, CSV, promptfoo, Inspect, lm-evaluation-harness and OpenAI Evals.
    """
    from ftvp.api import evals
    from ftvp.files.tables import load_tables

    told: dict[str, Any] = {
        "evals": [prompted] if tuned is None else [prompted, tuned],
        "evals_id": id,
        "evals_score": score,
        "evals_cluster": cluster,
        "evals_scale": scale,
        "evals_margin": margin,
        "volume": volume,
        "cost_per_error": cost_per_error,
        "quality_gap": quality_gap,
        "target_quality": target_quality,
    }
    answer = evals(_scenario(told), load_tables(framework=framework), train=train)
    show(answer, How(json=json, format=format, output=output))


def _scenario(told: dict[str, Any]) -> Scenario:
    def place(path: KeyPath) -> tuple[str, int | None]:
        return flag(str(path[0])).replace("--evals-", "--"), None

    return shaped(Scenario, told, place)
