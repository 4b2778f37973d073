"""`ftvp schema`: the JSON Schema of every document and table."""

from __future__ import annotations

from typing import Annotated

import typer

from ftvp.errors import UnknownNameError

Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="breakeven, pricing, ...")]


def command(name: Name = None) -> None:
    """The JSON Schema of every document and table; without a name, the list of them."""
    import json

    from ftvp.schemas import SCHEMAS, json_schema

    if name is None:
        typer.echo("\n".join(SCHEMAS))
        return
    key = name.removeprefix("ftvp.").partition("/")[0]
    if key not in SCHEMAS:
        raise UnknownNameError("schema", name, list(SCHEMAS), "ftvp schema")
    typer.echo(json.dumps(json_schema(key), indent=2, ensure_ascii=False))
