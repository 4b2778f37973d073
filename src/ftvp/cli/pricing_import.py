"""`ftvp pricing import`: what others' price lists would change, and an overlay that does so."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftvp.cli.output import AsOf, Format, How, Json, Output, day_of, show
from ftvp.errors import ConflictError, NoPriceFileError, UnknownNameError

if TYPE_CHECKING:
    from ftvp.tables.pricing import Pricing
    from ftvp.tables.quote import PriceList

LITELLM_FILE = "model_prices_and_context_window.json of litellm"
LISTS = ("litellm", "genai-prices")
From = Annotated[
    str, typer.Option("--from", metavar="litellm|genai-prices", help="Whose price list it is.")
]
File = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="litellm's JSON map; genai-prices needs no file."),
]
Write = Annotated[
    Path | None, typer.Option("--write", metavar="FILE", help="Write an overlay with the changes.")
]
Large = Annotated[bool, typer.Option("--accept-large", help="Take over changes above 50 % too.")]
Models = Annotated[
    list[str] | None, typer.Option(metavar="PATTERN", help="Only these: openai/*, ...; repeat it.")
]


def command(  # noqa: PLR0913  one parameter a flag
    file: File = None,
    *,
    source: From,
    write: Write = None,
    accept_large: Large = False,
    models: Models = None,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """What a price list says otherwise than the table: new, changed, gone, refused and why.

    Token prices only. Nothing is written without --write, and the file it replaces is kept.
    """
    from ftvp.advice.imports import Choosing, import_answer
    from ftvp.files.tables import load_tables
    from ftvp.version import __version__

    pricing = load_tables().pricing
    choosing = Choosing(day_of(as_of), tuple(models or ()), accept_large=accept_large)
    prices = price_list(source, file, pricing, choosing.day)
    answer, overlay = import_answer(pricing, prices, choosing, __version__)
    show(answer, How(json=json, format=format, output=output))
    if write is not None:
        from ftvp.files.overlay import save_overlay

        made = f"Written by ftvp pricing import --from {source} on {choosing.day}"
        kept = save_overlay(overlay, write, made)
        note = f"Wrote {write}" + (f"; what it replaces is {kept}" if kept else "")
        print(f"{note}. Use it: --prices {write}", file=sys.stderr)  # noqa: T201  a note, not the answer


def price_list(source: str, file: Path | None, pricing: Pricing, day: date) -> PriceList:
    """Return a price list as it stands; errors name what is missing or not what it should be."""
    if source == "litellm":
        from ftvp.files.litellm import litellm_list

        if file is None:
            raise NoPriceFileError(source, LITELLM_FILE)
        return litellm_list(file, day)
    if source != "genai-prices":
        kind = "price list"
        raise UnknownNameError(kind, source, LISTS, "ftvp pricing import --help")
    if file is not None:
        raise ConflictError("FILE", f"--from {source}")
    from ftvp.advice.quotes import names_by_provider
    from ftvp.files.genai_prices import genai_list

    return genai_list(names_by_provider(pricing), day)
