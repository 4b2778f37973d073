"""`ftvp replay` and `ftvp diff`: recorded answers again, and what changed since."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from ftvp.cli.options import REQUIRED, SHOWN, Explain, Options, command, day_of
from ftvp.cli.show import HELD, How, show
from ftvp.errors import ConflictError, visible

RecordFile = Annotated[str, typer.Argument(metavar="RECORD", help="A record; - is stdin.")]
Today = Annotated[
    bool, typer.Option("--today", help="At today's prices and tables, not those of the record.")
]
ReplayDay = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="At today's tables, on a day.")
]
Old = Annotated[str, typer.Argument(metavar="OLD", help="A record; - is stdin.")]
New = Annotated[str | None, typer.Argument(metavar="[NEW]", help="Another; else today.")]
DiffDay = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Instead of NEW: OLD on a day.")
]
REPLAY: Options = {
    "file": (RecordFile, REQUIRED),
    "today": (Today, False),
    "as_of": (ReplayDay, None),
    "explain": (Explain, False),
    **SHOWN,
}
DIFF: Options = {"old": (Old, REQUIRED), "new": (New, None), "as_of": (DiffDay, None), **SHOWN}


def _day(told: str | None) -> date:
    """Return the day of --as-of, else of FTVP_AS_OF, else today."""
    return day_of(told or os.environ.get("FTVP_AS_OF"))


@command(REPLAY)
def replay(given: Mapping[str, Any]) -> None:
    """The recorded answer again: same bytes, or exit 3 with the first difference.

    It rests on the prices in the record; --today and --as-of answer at today's tables.
    """
    from ftvp import api
    from ftvp.files.disk import place_of
    from ftvp.files.tables import load_tables
    from ftvp.records.record import load_record

    how = How.of(given)
    kept = load_record(place_of(given["file"]))
    if given["today"] or given["as_of"]:
        if given["today"] and given["as_of"]:
            one, other = "--today", "--as-of"
            raise ConflictError(one, other)
        show(api.replay(kept, load_tables(), _day(given["as_of"])), how)
        return
    found = api.replay(kept)
    show(found, how)
    _compare(kept.text, kept.answer, found, kept.tool_version)


def _compare(text: str, answer: Mapping[str, Any], found: Any, version: str) -> None:  # noqa: ANN401  a document
    """Say that a replay gives the same bytes, or exit 3 with the first difference."""
    import json

    from ftvp.records.record import first_difference
    from ftvp.render.formats import json_text

    again = json_text(found)
    if again == text:
        print("Replayed: the same bytes as recorded.", file=sys.stderr)  # noqa: T201  a note
        return
    differs = first_difference(dict(answer), json.loads(again))
    at, old, new = differs or ("", None, None)
    say = f"differs at {at}: recorded {json.dumps(old)}, now {json.dumps(new)}"
    print(f"ftvp: the replay of ftvp {version} {visible(say)}", file=sys.stderr)  # noqa: T201  a note
    raise typer.Exit(HELD)


@command(DIFF)
def diff(given: Mapping[str, Any]) -> None:
    """Both verdicts, and why they differ: the change of the net benefit, shared among its causes.

    Without NEW, the scenario of OLD at today's tables, on the day of --as-of or today.
    """
    from ftvp import api
    from ftvp.files.disk import place_of
    from ftvp.records.record import load_record

    how = How.of(given)
    if given["new"] and given["as_of"]:
        one, other = "NEW", "--as-of"
        raise ConflictError(one, other)
    old = load_record(place_of(given["old"]))
    new = load_record(place_of(given["new"])) if given["new"] else None
    show(api.diff(old, new, _day(given["as_of"])), how)
