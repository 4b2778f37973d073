"""Tables as commands: `pricing` and its own, `quality`, `guide`; `schema`, `init`, `completion`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ftvp.cli.call import (
    REQUIRED,
    SHOWN,
    AsOf,
    Framework,
    How,
    Options,
    command,
    day_of,
    show,
    use_utf8,
)
from ftvp.errors import (
    ConflictError,
    FtvpError,
    ImportDayError,
    NoPriceFileError,
    UnknownNameError,
    visible,
)

if TYPE_CHECKING:
    from ftvp.prices.answer import Priced, PricedVerdict
    from ftvp.prices.review import PriceList
    from ftvp.scenario import Scenario
    from ftvp.tables.overlay import Overlay
    from ftvp.tables.pricing import Pricing


Model = Annotated[
    str | None,
    typer.Argument(metavar="MODEL", help="One model, a provider, or a pattern: 'claude*'."),
]
Prices = Annotated[
    list[str] | None, typer.Option("--prices", metavar="FILE", help="Overlay on the price table.")
]
MaxAge = Annotated[
    Any, typer.Option("--max-price-age", metavar="DAYS", help="Refuse prices checked longer ago.")
]
Code = Annotated[
    Any, typer.Option("--currency", metavar="CODE", help="Show prices in another currency.")
]
Fx = Annotated[
    Any,
    typer.Option("--fx", metavar="RATE@DATE", help="What a US dollar is worth in it, and when."),
]
Stale = Annotated[bool, typer.Option("--stale", help="What was checked longest ago, with sources.")]
PRICING: Options = {
    "model": (Model, None),
    "prices": (Prices, None),
    "max_price_age": (MaxAge, None),
    "currency": (Code, None),
    "fx": (Fx, None),
    "stale": (Stale, False),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(PRICING)
def pricing(given: Mapping[str, Any]) -> None:
    """The price table on a day, or one model with its history, sources and end dates.

    Also: ftvp pricing validate, ftvp pricing import and ftvp pricing diff.
    """
    from ftvp.api import pricing as answer
    from ftvp.cli.scenario import asked_prices

    how = How.of(given)
    told = (given[name] for name in ("prices", "max_price_age", "currency", "fx"))
    asked = asked_prices(*told)
    found = answer(
        given["model"],
        as_of=day_of(given["as_of"]),
        prices=asked.prices or (),
        max_price_age=asked.max_price_age,
        currency=asked.shown_in,
        stale=given["stale"],
    )
    show(found, how)


Overlaid = Annotated[str, typer.Argument(metavar="FILE", help="An overlay; - is standard input.")]


@command({"file": (Overlaid, REQUIRED), **SHOWN})
def validate(given: Mapping[str, Any]) -> None:
    """Whether an overlay on the price table is sound, and what it changes; or all its mistakes."""
    from ftvp.files.overlay import overlaid
    from ftvp.files.tables import load_tables
    from ftvp.prices.answer import OverlayAnswer

    tables = overlaid(load_tables(), [given["file"]], day_of(None))
    applied = tables.overlays[-1]
    show(OverlayAnswer(**dict(applied)), How.of(given))


LITELLM_FILE = "model_prices_and_context_window.json of litellm"
LISTS = ("litellm", "genai-prices")
From = Annotated[
    str, typer.Option("--from", metavar="litellm|genai-prices", help="Whose price list it is.")
]
File = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="litellm's JSON map; genai-prices needs no file."),
]
Write = Annotated[
    Path | None, typer.Option("--write", metavar="FILE", help="Write an overlay with the changes.")
]
Large = Annotated[bool, typer.Option("--accept-large", help="Take over changes above 50 % too.")]
Models = Annotated[
    list[str] | None, typer.Option(metavar="PATTERN", help="Only these: openai/*, ...; repeat it.")
]
IMPORT: Options = {
    "file": (File, None),
    "source": (From, REQUIRED),
    "write": (Write, None),
    "accept_large": (Large, False),
    "models": (Models, None),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(IMPORT)
def import_(given: Mapping[str, Any]) -> None:
    """What a price list says otherwise than the table: new, changed, gone, refused and why.

    Token prices only. Nothing is written without --write, and the file it replaces is kept.
    """
    from ftvp.files.tables import load_tables
    from ftvp.prices.review import ImportOptions, import_answer

    table, source, how = load_tables().pricing, given["source"], How.of(given)
    day, today = day_of(given["as_of"]), day_of(None)
    if day < table.updated_on:
        raise ImportDayError(day, table.updated_on)
    prices = read_price_list(source, given["file"], table, day, today)
    only = tuple(given["models"] or ())
    options = ImportOptions(day, only, accept_large=given["accept_large"])
    answer, overlay = import_answer(table, prices, options)
    if given["write"] is not None:
        made = f"Written by ftvp pricing import --from {source} on {today}"
        _write(overlay, given["write"], made)
    show(answer, how)


def _write(overlay: Overlay, path: Path, made: str) -> None:
    from ftvp.files.overlay import save_overlay

    kept = save_overlay(overlay, path, made)
    note = f"Wrote {path}" + (f"; what it replaces is {kept}" if kept else "")
    print(visible(f"{note}. Use it: --prices {path}"), file=sys.stderr)  # noqa: T201  a note, not the answer


def read_price_list(
    source: str, file: Path | None, table: Pricing, day: date, today: date
) -> PriceList:
    """Return a price list as it stands; errors name what is missing or not what it should be."""
    from ftvp.prices.importers import genai_list, litellm_list
    from ftvp.tables.names import names_of

    if source == "litellm":
        if file is None:
            raise NoPriceFileError(source, LITELLM_FILE)
        return litellm_list(file, today)
    if source != "genai-prices":
        kind = "price list"
        raise UnknownNameError(kind, source, LISTS, "ftvp pricing import --help")
    if file is not None:
        raise ConflictError("FILE", f"--from {source}")
    return genai_list(names_of(table.models), day, today)


Old = Annotated[str, typer.Argument(metavar="OLD", help="A day, a price table or an overlay.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The same.")]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", metavar="FILE", help="Show which verdicts change; repeat it."),
]
DIFF: Options = {
    "old": (Old, REQUIRED),
    "new": (New, REQUIRED),
    "scenario": (Scenarios, None),
    "as_of": (AsOf, None),
    **SHOWN,
}


@command(DIFF)
def diff(given: Mapping[str, Any]) -> None:
    """What changed between two days, price tables or overlays; with scenarios, their verdicts."""
    from ftvp.api import causes
    from ftvp.files.scenario import load_scenario
    from ftvp.prices.answer import price_diff_answer, verdict_change

    day = day_of(given["as_of"])
    before, after = priced(given["old"], day), priced(given["new"], day)
    told = {file: load_scenario(file) for file in given["scenario"] or ()}
    verdicts = []
    for file, each in told.items():
        old, new = verdict_at(each, before), verdict_at(each, after)
        known = old.choice is not None and new.choice is not None
        ends = [(at.tables, at.day) for at in (before, after)]
        why = causes(each, *ends) if known else ((), ())
        verdicts.append(verdict_change(file, old, new, *why))
    show(price_diff_answer(before, after, tuple(verdicts)), How.of(given))


def priced(name: str, day: date) -> Priced:
    """Return the tables that a name stands for: of a day, of a table's file, or of an overlay."""
    from ftvp.files.overlay import tables_of
    from ftvp.files.tables import load_tables
    from ftvp.prices.answer import Priced
    from ftvp.units import read_day

    try:
        return Priced(name, load_tables(), read_day(name))
    except ValueError:
        return Priced(name, tables_of(name), day)


def verdict_at(scenario: Scenario, at: Priced) -> PricedVerdict:
    """Return what a scenario leads to at some prices, or why there is no answer."""
    from ftvp.api import compare, decide
    from ftvp.prices.answer import PricedVerdict

    try:
        answer = decide(scenario, at.tables, at.day)
    except FtvpError as error:
        return PricedVerdict(choice=None, headline=str(error), cheapest=None)
    ways = compare(scenario, at.tables, at.day).ways if answer.cost else ()
    cheapest = f"{ways[0].model}, {ways[0].kind}" if ways else None
    verdict = answer.verdict
    return PricedVerdict(
        choice=verdict.choice,
        headline=verdict.headline,
        cheapest=cheapest,
        ranking=tuple(way.id for way in ways),
    )


Task = Annotated[str | None, typer.Argument(metavar="TASK", help="One kind of task.")]
Topic = Annotated[str | None, typer.Argument(metavar="TOPIC", help="tree, limits, audit, ...")]
Name = Annotated[str | None, typer.Argument(metavar="NAME", help="breakeven, pricing, ...")]

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

    from ftvp.documents import SCHEMAS
    from ftvp.render.formats import json_schema

    name = given["name"]
    if name is None:
        typer.echo("\n".join(SCHEMAS))
        return
    key = name.removeprefix("ftvp.").partition("/")[0]
    if key not in SCHEMAS:
        raise UnknownNameError("schema", name, list(SCHEMAS), "ftvp schema")
    use_utf8()
    typer.echo(json.dumps(json_schema(key), indent=2, ensure_ascii=False))


Prompt = Annotated[Path | None, typer.Argument(metavar="PROMPT", help="The prompt in use.")]
Output = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Write the scenario to a file.")
]
HEAD = """\
# A scenario of ftvp: write down what you know, then ask: ftvp decide FILE
# What stays empty is asked or assumed; what holds then stands in [brackets].
"""


@command({"prompt": (Prompt, None), "output": (Output, None)})
def init(given: Mapping[str, Any]) -> None:
    """A commented scenario file to fill in, from a prompt."""
    from ftvp.files.disk import write_text

    prompt, output = given["prompt"], given["output"]
    text = HEAD + "".join(f"{line}\n" for line in _blank(prompt, output))
    if output is None:
        typer.echo(text, nl=False)
        return
    write_text(output, text)
    print(f"Wrote {visible(str(output))}", file=sys.stderr)  # noqa: T201  a note


def _blank(prompt: Path | None, output: Path | None) -> Iterator[str]:
    """Yield the lines of a scenario: the prompt it is for, and fields to fill in by panel."""
    from ftvp.cli.help import OFTEN, OFTEN_IN, PANELS, default_of, panel_of, without_stop
    from ftvp.files.values import yaml_text
    from ftvp.scenario import PATHS, Scenario

    found = _found(prompt)
    beside = os.path.relpath(prompt, output.parent if output else ".") if prompt else None
    fields = OFTEN | OFTEN_IN["decide"] - {"unknown"}
    for panel in PANELS.values():
        names = [n for n in Scenario.model_fields if n in fields and panel_of(n) == panel]
        yield from ("", f"# {panel}") if names else ()
        for name in names:
            told = yaml_text({name: beside}).strip() if name == "prompt" and beside else f"{name}:"
            default = found.get(name) or default_of(name)
            text = without_stop(Scenario.model_fields[name].description or "")
            text = text.replace("; - reads standard input", "") if name in PATHS else text
            yield f"{told:<23} # {text}{f' [{default}]' if default else ''}"


def _found(prompt: Path | None) -> dict[str, str]:
    """Return what a prompt says of the model and of an answer's length."""
    from ftvp.api import inputs_of
    from ftvp.files.values import shaped
    from ftvp.scenario import Scenario

    if prompt is None:
        return {}
    told = {"prompt": str(prompt)}
    used = inputs_of(shaped(Scenario, told, lambda _: ("PROMPT", None), named=True))[0].used
    read = {name: used[name] for name in ("model", "output_tokens", "request_tokens")}
    return {
        n: f"{each.value}, from the prompt" for n, each in read.items() if each.origin == "read"
    }


SHELLS = ("bash", "zsh", "fish", "powershell")
Shell = Annotated[str, typer.Argument(metavar="|".join(SHELLS), help="The shell to complete in.")]


@command({"shell": (Shell, REQUIRED)})
def completion(given: Mapping[str, Any]) -> None:
    """What a shell needs to complete commands, options, models and tasks.

    Put it into the shell's own start-up file: ftvp completion bash >> ~/.bashrc
    """
    from typer.completion import shell_complete

    from ftvp.cli.app import COMPLETE, group

    if given["shell"] not in SHELLS:
        raise UnknownNameError("shell", given["shell"], SHELLS, "ftvp completion --help")
    shell_complete(group(), {}, "ftvp", COMPLETE, f"source_{given['shell']}")
