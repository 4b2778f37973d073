"""`ftvp guide`: the framework's other tables, and the audit of its figures."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.cli.output import AsOf, Format, Framework, How, Json, Output, day_of, show

Topic = Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="tree, limits, audit, ...")]


def command(  # noqa: PLR0913  one parameter a flag
    topic: Topic = None,
    *,
    framework: Framework = None,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """The framework's other tables by topic; 'audit' recomputes its figures."""
    from ftvp.api import guide

    answer = guide(topic, as_of=day_of(as_of), framework=framework)
    show(answer, How(json=json, format=format, output=output))
