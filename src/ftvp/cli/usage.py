"""`ftvp usage` and `ftvp tokens`: what production logs and prompts hold."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.cli.call import (
    REQUIRED,
    SHOWN,
    AsOf,
    How,
    Options,
    command,
    day_of,
    refuse_overwriting,
    show,
)
from ftvp.errors import UnknownNameError, UnmatchedFlagError, UnwritableFileError
from ftvp.wording import count_of

if TYPE_CHECKING:
    from ftvp.usage.gather import Report, UsageQuestion

Logs = Annotated[
    list[str], typer.Argument(metavar="LOG", help="Logs, exports, patterns; - is stdin.")
]
Write = Annotated[
    Path | None, typer.Option("--write", metavar="FILE", help="Write the scenario that they tell.")
]
Force = Annotated[bool, typer.Option("--force", help="Let --write replace a file.")]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="WHAT=COLUMN,...",
        help="Of any table: time=ts,model=,input=,output=,cached=,thinking=,prompt=,status=.",
    ),
]
ModelName = Annotated[
    str | None, typer.Option("--model", metavar="ID", help="Only this model of the log.")
]
OpeningHash = Annotated[
    str | None, typer.Option("--opening", metavar="HASH", help="Only this prompt of the log.")
]
Engine = Annotated[
    str | None,
    typer.Option(metavar="local|daft", help="Read with Daft: object storage, many machines."),
]
Ray = Annotated[
    str | None, typer.Option("--ray", metavar="ADDRESS", help="Daft on this Ray cluster.")
]
PATIENCE = 1.0
"""Seconds after which progress is shown."""

USAGE: Options = {
    "logs": (Logs, REQUIRED),
    "write": (Write, None),
    "force": (Force, False),
    "columns": (Columns, None),
    "model": (ModelName, None),
    "opening": (OpeningHash, None),
    "engine": (Engine, None),
    "ray": (Ray, None),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(USAGE)
def usage(given: Mapping[str, Any]) -> None:
    """Volume, lengths, cache hits and peaks from production logs, written as a scenario.

    Reads OpenAI, Anthropic, Gemini, Bedrock, Azure, LiteLLM, Langfuse, LangSmith, OpenTelemetry,
    Helicone, Portkey, OpenRouter, access logs and any table. No text of a request is shown.
    """
    from ftvp.api import usage as answer
    from ftvp.usage.gather import paths_of
    from ftvp.usage.log import REMOTE

    target = given["write"]
    how = How.of(given)
    here = [log for log in given["logs"] if given["engine"] != "daft" or REMOTE not in log]
    refuse_overwriting({**given, "logs": paths_of(here)})
    if target is not None and target.is_file() and not given["force"]:
        raise UnwritableFileError(target, "exists. Name another file, or replace it: --force.")
    with _progress() as report:
        found = answer(given["logs"], _request(given), as_of=day_of(given["as_of"]), report=report)
    if target is not None:
        from ftvp.usage.answer import write_scenario

        write_scenario(found, target)
        found = found.model_copy(update={"written": str(target)})
    show(found, how)


def _request(given: Mapping[str, Any]) -> UsageQuestion:
    from ftvp.usage.gather import UsageQuestion
    from ftvp.usage.shapes import told_columns

    engine = given["engine"] or "local"
    if engine not in ("local", "daft"):
        raise UnknownNameError("engine", engine, ("local", "daft"), "ftvp usage --help")
    if given["ray"] and engine != "daft":
        raise UnmatchedFlagError("--ray", "--engine daft")
    columns = told_columns(given["columns"]) if given["columns"] else None
    return UsageQuestion(columns, given["model"], given["opening"], engine == "daft", given["ray"])


@contextmanager
def _progress() -> Iterator[Report | None]:
    """Give what shows on stderr how far each log is read; None off a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    begun = time.monotonic()
    bars: list[Report] = []
    with ExitStack() as stack:

        def report(path: str, done: int | None, lines: int) -> None:
            if not bars and time.monotonic() - begun > PATIENCE:
                bars.append(_bars(stack))
            for show_bar in bars:
                show_bar(path, done, lines)

        yield report


def _bars(stack: ExitStack) -> Report:
    """Show how much of each log is read; of what is piped in only how many lines."""
    from rich.console import Console
    from rich.progress import Progress, TaskID
    from rich.text import Text

    from ftvp.files.disk import STANDARD_INPUT
    from ftvp.render.document import shown

    bars = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
    tasks: dict[str, TaskID] = {}

    def show_bar(path: str, done: int | None, lines: int) -> None:
        name = STANDARD_INPUT if path == "-" else Path(path).name
        text = f"{Text(shown(name)).markup}: {count_of(lines, 'line')}"
        if path not in tasks:
            size = None if done is None or path == "-" else Path(path).stat().st_size
            tasks[path] = bars.add_task(text, total=size)
        bars.update(tasks[path], description=text, completed=done or 0)

    return show_bar


TokenFiles = Annotated[
    list[str] | None, typer.Argument(metavar="FILE", help="Prompts; - is standard input.")
]
CountedFor = Annotated[
    str | None,
    typer.Option(
        metavar="ID", envvar="FTVP_MODEL", help="Count as this model does; else as the default one."
    ),
]
PartsFlag = Annotated[
    bool, typer.Option("--parts", help="Show the text with what each part was taken for.")
]

TOKENS: Options = {
    "files": (TokenFiles, None),
    "model": (CountedFor, None),
    "parts": (PartsFlag, False),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(TOKENS)
def tokens(given: Mapping[str, Any]) -> None:
    """Token counts of prompts and chat files, with the worked examples found in them."""
    from ftvp.api import tokens as answer
    from ftvp.files.disk import place_of

    paths = [place_of(name) for name in given["files"] or ["-"]]
    day, mark = day_of(given["as_of"]), given["parts"]
    show(answer(paths, model=given["model"], as_of=day, mark=mark), How.of(given))
