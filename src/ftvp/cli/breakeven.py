"""`ftvp breakeven`: what each side costs, and when tuning has paid for itself."""

from __future__ import annotations

from ftvp.cli.options import Call, scenario_command
from ftvp.cli.output import show


def breakeven(call: Call) -> None:
    """What each side costs, and when tuning has paid for itself."""
    from ftvp.api import breakeven as answer
    from ftvp.files.tables import load_tables

    show(answer(call.scenario, load_tables(framework=call.framework)), call.how)


command = scenario_command(breakeven)
