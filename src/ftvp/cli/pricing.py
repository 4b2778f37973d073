"""`ftvp pricing`: the price table on a day, or one model with its history."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.cli.output import AsOf, Format, How, Json, Output, day_of, show

Model = Annotated[str | None, typer.Argument(metavar="[MODEL]", help="One model, by id or alias.")]


def command(
    model: Model = None,
    *,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """The price table on a day, or one model with its history, sources and end dates."""
    from ftvp.api import pricing

    show(pricing(model, as_of=day_of(as_of)), How(json=json, format=format, output=output))
