"""`ftvp quality`, `ftvp guide` and `ftvp schema`: the tables, and the shapes of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ftvp.cli.options import SHOWN, AsOf, Framework, How, Options, command, day_of, show
from ftvp.errors import UnknownNameError

Task = Annotated[str | None, typer.Argument(metavar="[TASK]", help="One kind of task.")]
Topic = Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="tree, limits, audit, ...")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="breakeven, pricing, ...")]

QUALITY: Options = {"task": (Task, None), "as_of": (AsOf, None), **SHOWN}
GUIDE: Options = {
    "topic": (Topic, None),
    "framework": (Framework, None),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(QUALITY)
def quality(given: Mapping[str, Any]) -> None:
    """The quality table, or one task with its evidence."""
    from ftvp.api import quality as answer

    show(answer(given["task"], as_of=day_of(given["as_of"])), How.of(given))


@command(GUIDE)
def guide(given: Mapping[str, Any]) -> None:
    """The framework's other tables by topic; 'audit' recomputes its figures."""
    from ftvp.api import guide as answer

    day = day_of(given["as_of"])
    show(answer(given["topic"], as_of=day, framework=given["framework"]), How.of(given))


@command({"name": (Name, None)})
def schema(given: Mapping[str, Any]) -> None:
    """The JSON Schema of every document and table; without a name, the list of them."""
    import json

    from ftvp.documents import SCHEMAS, json_schema

    name = given["name"]
    if name is None:
        typer.echo("\n".join(SCHEMAS))
        return
    key = name.removeprefix("ftvp.").partition("/")[0]
    if key not in SCHEMAS:
        raise UnknownNameError("schema", name, list(SCHEMAS), "ftvp schema")
    typer.echo(json.dumps(json_schema(key), indent=2, ensure_ascii=False))
