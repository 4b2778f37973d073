"""The public functions: a scenario in, an answer out. Reads what the scenario names, once."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ftvp.advice.breakeven import breakeven_answer
from ftvp.advice.case import Case, Measure, PromptField
from ftvp.files.tables import load_tables
from ftvp.scenario import PromptTokens, Scenario
from ftvp.tables.pricing import Tokenizer
from ftvp.version import __version__

if TYPE_CHECKING:
    from ftvp.advice.answers import BreakevenAnswer
    from ftvp.advice.decision import DecisionAnswer
    from ftvp.files.prompts import Prompt
    from ftvp.tables.bundle import Tables

__all__ = ["breakeven", "case_of", "decide", "load_tables"]


def breakeven(
    scenario: Scenario, tables: Tables | None = None, as_of: date | None = None
) -> BreakevenAnswer:
    """Return what each side costs and when tuning has paid for itself.

    Money is USD. `as_of` is the day of the answer: the scenario's, else today. Raises FtvpError
    with a sentence on what is missing, unreadable or has no known price.
    """
    return breakeven_answer(case_of(scenario, tables, as_of), __version__)


def decide(
    scenario: Scenario, tables: Tables | None = None, as_of: date | None = None
) -> DecisionAnswer:
    """Return the verdict: prompt, fine-tune, both, or a pilot first; and all it rests on.

    What is not told is taken as not known and listed as a next step. Raises FtvpError as
    `breakeven` does.
    """
    from ftvp.advice.decide import decision_answer

    return decision_answer(case_of(scenario, tables, as_of), __version__)


def case_of(scenario: Scenario, tables: Tables | None, as_of: date | None) -> Case:
    """Return a scenario with its tables, its day and the means to count its prompts."""
    day = as_of or scenario.as_of or date.today()  # noqa: DTZ011  the user's own day is meant
    return Case(scenario, tables or load_tables(), day, measure(scenario))


def measure(scenario: Scenario) -> Measure:
    """Return a function that counts the scenario's prompt files, each read and counted once."""

    @cache
    def prompt(field: PromptField) -> Prompt:
        from ftvp.files.prompts import read_prompt

        name = getattr(scenario, field)
        return read_prompt("-" if name == "-" else Path(name))

    counted: dict[tuple[PromptField, str], PromptTokens] = {}

    def count(field: PromptField, tokenizer: Tokenizer) -> PromptTokens:
        key = (field, tokenizer.model_dump_json())
        if key not in counted:
            from ftvp.files.counts import prompt_tokens

            counted[key] = prompt_tokens(prompt(field), tokenizer)
        return counted[key]

    return count
