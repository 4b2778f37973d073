"""`ftvp quality`: what tuning gains a task, with the published evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.cli.output import AsOf, Format, How, Json, Output, day_of, show

Task = Annotated[str | None, typer.Argument(metavar="[TASK]", help="One kind of task.")]


def command(
    task: Task = None,
    *,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """The quality table, or one task with its evidence."""
    from ftvp.api import quality

    show(quality(task, as_of=day_of(as_of)), How(json=json, format=format, output=output))
