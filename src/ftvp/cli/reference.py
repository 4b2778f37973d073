"""Tables and shapes (`quality`, `guide`, `schema`); to begin with: `init`, `completion`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ftvp.cli.options import (
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
from ftvp.errors import UnknownNameError, visible

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

    from ftvp.documents import SCHEMAS, json_schema

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
    from ftvp.files.yaml import yaml_text
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
    from ftvp.files.validate import shaped
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
