"""`ftvp pricing validate`: whether an overlay is sound, and what it changes."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.cli.options import Format, How, Json, Output, show

File = Annotated[str, typer.Argument(metavar="FILE", help="An overlay; - is standard input.")]


def command(
    file: File,
    *,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """Whether an overlay on the price table is sound, and what it changes; or all its mistakes."""
    from ftvp.advice.price_diff import OverlayAnswer
    from ftvp.files.overlay import laid_over
    from ftvp.files.tables import load_tables
    from ftvp.version import __version__

    _, applied = laid_over(load_tables().pricing, file)
    answer = OverlayAnswer(tool_version=__version__, **dict(applied))
    show(answer, How(json=json, format=format, output=output))
