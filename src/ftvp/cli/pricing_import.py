"""`ftvp pricing import`: what others' price lists would change, and an overlay that does so."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.cli.options import REQUIRED, AsOf, Format, How, Json, Options, Output, day_of, show
from ftvp.cli.options import command as command_of
from ftvp.errors import ConflictError, NoPriceFileError, UnknownNameError

if TYPE_CHECKING:
    from ftvp.tables.overlay import Overlay
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


OPTIONS: Options = {
    "file": (File, None),
    "source": (From, REQUIRED),
    "write": (Write, None),
    "accept_large": (Large, False),
    "models": (Models, None),
    "as_of": (AsOf, None),
    "json": (Json, False),
    "format": (Format, None),
    "output": (Output, None),
}


@command_of(OPTIONS)
def command(given: Mapping[str, Any]) -> None:
    """What a price list says otherwise than the table: new, changed, gone, refused and why.

    Token prices only. Nothing is written without --write, and the file it replaces is kept.
    """
    from ftvp.advice.imports import Choosing, import_answer
    from ftvp.files.tables import load_tables
    from ftvp.version import __version__

    pricing, day, source = load_tables().pricing, day_of(given["as_of"]), given["source"]
    only = tuple(given["models"] or ())
    choosing = Choosing(day, only, accept_large=given["accept_large"])
    prices = price_list(source, given["file"], pricing, day)
    answer, overlay = import_answer(pricing, prices, choosing, __version__)
    show(answer, How(json=given["json"], format=given["format"], output=given["output"]))
    if given["write"] is not None:
        _write(overlay, given["write"], f"Written by ftvp pricing import --from {source} on {day}")


def _write(overlay: Overlay, path: Path, made: str) -> None:
    from ftvp.files.overlay import save_overlay

    kept = save_overlay(overlay, path, made)
    note = f"Wrote {path}" + (f"; what it replaces is {kept}" if kept else "")
    print(f"{note}. Use it: --prices {path}", file=sys.stderr)  # noqa: T201  a note, not the answer


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
