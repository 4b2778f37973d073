"""`ftvp compare`: every way of serving the scenario, ranked."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.cli.options import Call, scenario_command
from ftvp.cli.output import show

All = Annotated[bool, typer.Option("--all", help="Show the dominated ways too.")]


def compare(call: Call) -> None:
    """Every way of serving the scenario, ranked by cost: models, caching, batches, tuning."""
    from ftvp.api import compare as answer
    from ftvp.files.tables import load_tables

    found = answer(call.scenario, load_tables(framework=call.framework))
    everything = call.extra["all"] or call.how.view in ("json", "csv")
    show(found if everything else found.without_dominated(), call.how)


command = scenario_command(compare, {"all": (All, False)})
