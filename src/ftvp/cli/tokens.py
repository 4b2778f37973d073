"""`ftvp tokens`: token counts of prompts, with the shots found in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ftvp.cli.output import AsOf, Format, How, Json, Output, day_of, show

Files = Annotated[
    list[str] | None, typer.Argument(metavar="[FILE]...", help="Prompts; - is standard input.")
]
Model = Annotated[
    str | None, typer.Option(metavar="ID", envvar="FTVP_MODEL", help="Count as this model counts.")
]
PartsFlag = Annotated[
    bool, typer.Option("--parts", help="Show the text with what each part was taken for.")
]


def command(  # noqa: PLR0913  one parameter a flag
    files: Files = None,
    *,
    model: Model = None,
    parts: PartsFlag = False,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """Token counts of prompts and chat files, with the shots found in them."""
    from ftvp.api import tokens

    paths = [_path(name) for name in files or ["-"]]
    answer = tokens(paths, model=model, as_of=day_of(as_of), mark=parts)
    show(answer, How(json=json, format=format, output=output))


def _path(name: str) -> Path | Literal["-"]:
    return "-" if name == "-" else Path(name)
