"""The help of a command: its options in panels with their defaults, and examples.

`--help` shows what is used often, `--help-all` every option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from typer.core import TyperArgument, TyperCommand, TyperOption

from ftvp.cli.app import ALL
from ftvp.documents import COMMANDS
from ftvp.scenario import Scenario, otherwise
from ftvp.wording import count_of

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

PANELS = {
    "days_per_month": "Your workload",
    "model": "Model and prices",
    "dataset": "One-off and running costs",
    "task": "Quality",
    "horizon": "Time",
    "models": "Models to compare",
    "peak_to_mean": "Hosted models",
}
"""The panels of scenario fields, each under the first of its fields in the scenario's order."""
OUTPUT = "Output"
SHOWN = (
    "all",
    "json",
    "format",
    "output",
    "save",
    "record",
    "fail_if",
    "explain",
    "no_input",
)
"""Options of the panel `OUTPUT`; the panel "Options" has what is neither there nor a field."""
OFTEN = frozenset(
    [
        "volume",
        "prompt",
        "tuned_prompt",
        "prompt_tokens",
        "tuned_prompt_tokens",
        "output_tokens",
        "model",
        "tuned_model",
        "prompted_price",
        "tuned_price",
        "cache",
        "batch_share",
        "prices",
        "discounts",
        "currency",
        "fx",
        "dataset",
        "training_examples",
        "epochs",
        "training_cost",
        "engineering_hours",
        "hourly_rate",
        "retrains_per_year",
        "hosting",
        "quality_gap",
        "cost_per_error",
        "task",
        "evals",
        "horizon",
        "as_of",
    ]
)
"""Scenario fields that the short help shows."""
OFTEN_IN: Mapping[str, frozenset[str]] = {
    "decide": frozenset(
        [
            "examples",
            "prompting_quality",
            "target_quality",
            "format_task",
            "eval_improves",
            "unknown",
        ]
    ),
    "compare": frozenset(["models", "providers", "shots", "qualities", "min_quality", "batchable"]),
}
"""The same, of one command alone."""
DEFAULTS = {
    "model": "the one that the prompt names, else the price table's default",
    "tuned_prompt": "the prompt without its worked examples",
    "cache": "auto",
    "format": "rich",
    "as_of": "today",
}
"""Defaults that are no numbers; those that are follow from the scenario and the framework."""
BEFORE_ASSUMED = {
    "request_tokens": "those in the prompt",
    "output_tokens": "the mean of the prompt's worked examples",
    "training_examples": "80 % of the examples at hand",
    "epochs": "the provider's default",
}
"""What is taken rather than the number that is assumed, where files or tables say it."""
ALWAYS = ("format",)
"""Options whose default is the same in every command; others are the scenario's alone."""


def write_options(command: TyperCommand, ctx: Context, formatter: HelpFormatter) -> None:
    """Write the arguments, the panels in order, how to see the rest, and the examples."""
    options = [each for each in command.params if isinstance(each, TyperOption)]
    rare = [] if ALL in ctx.meta else rare_options(command)
    for title, rows in _panels(command, [each for each in options if each not in rare]):
        with formatter.section(title):
            formatter.write_dl(rows, col_max=28)
    with formatter.section("Help"):
        formatter.write_dl([("-h, --help", "Show this help.")])
        if rare:
            formatter.write_dl([(ALL, f"Show {count_of(len(rare), 'more option')}.")])
    document = COMMANDS.get(command.name or "")
    if document is not None and document.examples:
        with formatter.section("Examples"):
            for example in document.examples:
                formatter.write(f"  {example}\n")


def rare_options(command: Command) -> list[TyperOption]:
    """Return the options that only the long help of a command shows."""
    often = OFTEN | OFTEN_IN.get(command.name or "", frozenset())
    options = [each for each in command.params if isinstance(each, TyperOption)]
    fields = [each for each in options if panel_of(each.name) in PANELS.values()]
    return [each for each in fields if each.name not in often]


def _panels(
    command: TyperCommand, options: list[TyperOption]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the title and the rows of each panel."""
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    if arguments:
        yield "Arguments", [(each.metavar or each.name, each.help or "") for each in arguments]
    for title in ("Options", *PANELS.values(), OUTPUT):
        rows = [_row(each) for each in options if panel_of(each.name) == title]
        if rows:
            yield title, rows


@cache
def _fields() -> Mapping[str, str]:
    """Return the panel of each scenario field."""
    panels, panel = {}, ""
    for name in Scenario.model_fields:
        panel = PANELS.get(name, panel)
        panels[name] = panel
    return panels


def panel_of(name: str) -> str:
    """Return the panel of an option.

    >>> panel_of("volume"), panel_of("json"), panel_of("seed")
    ('Your workload', 'Output', 'Options')
    """
    return OUTPUT if name in SHOWN else _fields().get(name, "Options")


def _row(option: TyperOption) -> tuple[str, str]:
    """Return how an option is written, and what it is for and what holds without it."""
    written = ", ".join(option.opts) + "".join(f" / {each}" for each in option.secondary_opts)
    if not option.is_flag:
        written += f" {option.metavar or 'TEXT'}"
    text, field = without_stop(option.help or ""), Scenario.model_fields.get(option.name)
    is_field = field is not None and option.help == field.description
    default = default_of(option.name) if is_field or option.name in ALWAYS else None
    return written, f"{text} [{default}]" if default else text


def without_stop(text: str) -> str:
    """Return a text without the full stop at its end, which three dots are not.

    >>> without_stop("Never ask."), without_stop("openai, google-*, ...")
    ('Never ask', 'openai, google-*, ...')
    """
    return text if text.endswith("...") else text.removesuffix(".")


def default_of(name: str) -> str | None:
    """Return what holds where an option is not given, None where that is nothing.

    >>> default_of("active_hours"), default_of("hosting"), default_of("epochs")
    ('24', None, "the provider's default, else 3")
    """
    if name in DEFAULTS or name not in Scenario.model_fields:
        return DEFAULTS.get(name)
    number = otherwise(name) or _assumed().get(name)
    if not number:
        return None
    before = BEFORE_ASSUMED.get(name)
    return f"{before}, else {number:,g}" if before else f"{number:,g}"


@cache
def _assumed() -> Mapping[str, float]:
    """Return what the framework assumes where nobody tells a number."""
    from ftvp.files.tables import load_table, shipped
    from ftvp.tables.framework import Framework

    assumptions = load_table(Framework, shipped("framework")).assumptions
    entries = {name: getattr(assumptions, name) for name in type(assumptions).model_fields}
    named = {name.removesuffix("_months"): entry for name, entry in entries.items()}
    return {name: entry.value for name, entry in named.items() if hasattr(entry, "value")}
